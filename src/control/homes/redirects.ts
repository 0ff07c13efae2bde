import type { NoAccess } from '#domain/access.ts'
import { canonical } from '#lib/canonical.ts'
import { sha256 } from '#lib/hash.ts'
import { assert } from '#lib/assert.ts'
import { addDays } from '#domain/days.ts'
import { dayOf } from '#domain/local-time.ts'
import type { Text } from '#domain/locale.ts'
import type { Move, MoveId } from '#domain/programmes.ts'
import type { Agent, Visit } from '#domain/records.ts'
import type { Redirection, Visitor } from '#domain/redirect.ts'
import type { Instant } from '#domain/time.ts'
import { heard } from '../orders/agents.ts'
import { barred, type Desk, type Glance, vendorOf } from '../ground/desk.ts'
import { keepFinding } from '../running/findings.ts'
import { lookAgain } from '../running/look-again.ts'
import { pageOf, type Page, type Paging } from '../ground/pages.ts'
import { leftHomes, redirectionsOf, tasksWith } from './redirections.ts'

/** What a process at the old homes is to answer, by the names of those homes. `fingerprint`: what it has, or null; the same again is not sent again. */
export type Served = { readonly fingerprint: string; readonly redirections: readonly Redirection[] | null }

export const serveRedirects = async (desk: Desk, { homes, known }: { readonly homes: readonly string[]; readonly known: string | null }): Promise<Served | NoAccess> => {
  const { tx, world, actor } = desk
  const vendor = vendorOf(desk)
  if (vendor === undefined) return { refused: 'not-found' }
  const customer = actor.kind === 'agent' ? actor.customer : null
  const why = await barred(desk, 'redirect.serve', { vendor, customer }) ?? await heard(desk)
  if (why !== undefined) return why
  const named = await tx.list('home', { vendor, name: homes }, { limit: 1_000 })
  const redirections: Redirection[] = []
  for await (const moves of leftHomes(tx, { vendor, customer, homes: named.map(home => home.id) })) redirections.push(...await redirectionsOf({ view: tx, world }, moves))
  const fingerprint = sha256(canonical(redirections))
  return { fingerprint, redirections: fingerprint === known ? null : redirections }
}

/** `since`: from when on this process has answered the old address without a longer break. `visits`: how many it has counted of each kind by now, of each day. */
export type Told = { readonly served: readonly { readonly move: MoveId; readonly since: Instant }[]; readonly visits: readonly (Visitor & { readonly move: MoveId; readonly count: number })[] }

/** Keeps who still came by old addresses, and whether one is used no more. What was told already changes nothing. */
export const hearVisits = async (desk: Desk, { served, visits }: Told): Promise<Record<never, never> | NoAccess> => {
  const { tx, actor } = desk
  const vendor = vendorOf(desk)
  if (vendor === undefined || actor.kind !== 'agent') return { refused: 'not-found' }
  const why = await barred(desk, 'redirect.serve', { vendor, customer: actor.customer }) ?? await heard(desk)
  if (why !== undefined) return why
  const ids = [...new Set([...served, ...visits].map(one => one.move))].toSorted()
  // Of others' moves, and of those that are gone, nothing is heard.
  const moves = (ids.length === 0 ? [] : await tx.list('move', { id: ids, vendor, ...(actor.customer === null ? {} : { customer: actor.customer }) }, { limit: ids.length })).toSorted((a, b) => (a.id < b.id ? -1 : 1))
  for (const { id } of moves) await tx.lock('move', id)
  // Proof: an agent's id is that of its row.
  await keepVisits(desk, actor.id as string as Agent['id'], new Map(moves.map(move => [move.id, move])), visits)
  const since = new Map(served.map(one => [one.move, one.since]))
  await judge(desk, moves.filter(move => since.has(move.id) && tasksWith(desk.world, move, 'old-address-unused').length > 0), since)
  return {}
}

const keepVisits = async ({ tx, world }: Desk, agent: Agent['id'], moves: ReadonlyMap<MoveId, Move>, visits: Told['visits']): Promise<void> => {
  const ours = visits.filter(one => moves.has(one.move))
  if (ours.length === 0) return
  const known = new Map((await tx.list('visit', { agent, move: [...moves.keys()], day: [...new Set(ours.map(one => one.day))] }, { limit: 100_000 })).map(row => [nameOf(row), row]))
  const rows = new Map(ours.map((one): [string, Visit] => {
    const [move, before] = [moves.get(one.move), known.get(nameOf(one))]
    assert(move !== undefined, 'only visits of moves that are here are kept')
    return [nameOf(one), { id: before?.id ?? world.newId(), vendor: move.vendor, customer: move.customer, agent, ...one, count: Math.max(before?.count ?? 0, one.count) }]
  }))
  await tx.put('visit', ...[...rows.values()].filter(row => known.get(nameOf(row))?.count !== row.count))
}
const nameOf = ({ move, day, path, program }: Visitor & { readonly move: MoveId }): string => JSON.stringify([move, day, path, program])

const weekDays = 7
const dayMs = 86_400_000
/** So that what is only true for a while is told anew in time, and the journal is not full of it. */
const toldAnewMs = 20 * 3_600_000

const judge = async (desk: Desk, moves: readonly Move[], since: ReadonlyMap<MoveId, Instant>): Promise<void> => {
  const { tx, now, world } = desk
  if (moves.length === 0) return
  const [ids, from] = [moves.map(move => move.id), addDays(dayOf(now, 'UTC'), -weekDays)]
  const recent = Map.groupBy(await tx.list('visit', { move: ids, day: { from } }, { limit: 100_000 }), visit => visit.move)
  const known = new Map((await tx.list('finding', { move: ids, check: 'old-address-unused', about: '' }, { limit: ids.length })).map(one => [one.move, one]))
  const ends = new Map((await redirectionsOf({ view: tx, world }, moves)).map(one => [one.move, one.endsAt]))
  for (const move of moves) {
    const found = unusedIn({ visits: recent.get(move.id) ?? [], since: since.get(move.id) ?? now, endsAt: ends.get(move.id) ?? null, now })
    const before = known.get(move.id)
    if (before !== undefined && before.held === found.held && now - before.at < toldAnewMs) continue
    await keepFinding(desk, move, { check: 'old-address-unused', about: '', ...found })
    if (found.held) await lookAgain(desk, move.id)
  }
}

type Weighed = { readonly visits: readonly Visit[]; readonly since: Instant; readonly endsAt: Instant | null; readonly now: Instant }

/** Before its end an address is not called unused, however quiet it is: what comes once a month would find it gone. */
const unusedIn = ({ visits, since, endsAt, now }: Weighed): { readonly held: boolean; readonly why: Text } => {
  const count = visits.reduce((sum, one) => sum + one.count, 0)
  const [most] = visits.toSorted((a, b) => b.count - a.count)
  if (most !== undefined) return { held: false, why: { en: `${count} came within seven days, most often ${most.program} to ${most.path}.`, ja: `過去7日間に${count}件のアクセスがあります（最多：${most.program}、${most.path}）。` } }
  if (now - since < weekDays * dayMs) return { held: false, why: { en: `Watched since ${dayOf(since, 'UTC')}; seven days have not passed.`, ja: `${dayOf(since, 'UTC')}から監視していますが、まだ7日が経過していません。` } }
  if (endsAt !== null && now < endsAt) return { held: false, why: { en: 'Nobody came within seven days. It is looked at again when the redirect ends.', ja: '過去7日間のアクセスはありません。転送の終了日に改めて確認します。' } }
  return { held: true, why: { en: 'Nobody came within seven days.', ja: '過去7日間のアクセスはありません。' } }
}

export type ShownVisit = Omit<Visit, 'agent'>

/** Who still came by the old address of a move, the latest days first. */
export const listVisits = async (glance: Glance, { move, ...paging }: Paging & { readonly move: MoveId }): Promise<Page<ShownVisit> | NoAccess> => {
  const page = await pageOf(glance, 'sighting.read', 'visit', { move }, paging)
  return 'refused' in page ? page : { ...page, items: page.items.map(({ agent: _, ...visit }) => visit) }
}
