import type { NoAccess } from '#domain/access.ts'
import { addressIn } from '#domain/homes.ts'
import type { Text } from '#domain/locale.ts'
import { type Outcome, outcomeTexts, type Protocol, resultOf, type Standing, type Subject } from '#domain/probe.ts'
import type { Move, MoveId } from '#domain/programmes.ts'
import type { Probe, ProbeResult, Rule } from '#domain/records.ts'
import type { Instant } from '#domain/time.ts'
import { sha256 } from '#lib/hash.ts'
import type { View } from '#ports/ledger.ts'
import { barred, type Desk, type Glance, journal } from '../ground/desk.ts'
import { lookAgain } from '../running/look-again.ts'
import { triedOf } from '../running/looks/probes.ts'
import { heldMove, type MoveEnded } from '../plans/moves.ts'
import { pageOf, type Page, type Paging } from '../ground/pages.ts'
import type { World } from '../ground/world.ts'

/** A rule with what the newest probe found of it, when and from where. */
export type RuleLine = Pick<Rule, 'id' | 'subject' | 'host' | 'port' | 'protocol' | 'purpose'> & {
  readonly standing: Standing; readonly outcome: Outcome | null; readonly says: Text; readonly testedAt: Instant | null; readonly from: { readonly host: string; readonly address: string } | null
}
const untried: Text = { en: 'Not tried yet.', ja: '未実施です。' }

export const listRules = async (glance: Glance, { move: id }: { readonly move: MoveId }): Promise<{ readonly items: readonly RuleLine[] } | NoAccess> => {
  const move = await glance.view.get('move', id)
  if (move === undefined) return { refused: 'not-found' }
  const why = await barred(glance, 'probe.read', { vendor: move.vendor, customer: move.customer })
  if (why !== undefined) return why
  return { items: (await triedOf({ view: glance.view, move })).map(({ rule, result }) => lineOf(rule, result)) }
}

const lineOf = ({ id, subject, host, port, protocol, purpose }: Rule, result: ProbeResult | undefined): RuleLine => ({
  id, subject, host, port, protocol, purpose, standing: resultOf(result?.outcome), outcome: result?.outcome ?? null, says: result === undefined ? untried : outcomeTexts[result.outcome],
  testedAt: result?.at ?? null, from: result === undefined ? null : { host: result.host, address: result.address },
})

type WantedRule = { readonly subject: Subject; readonly host: string; readonly port: number; readonly protocol: Protocol; readonly purpose: string }
const mostRules = 500

/** The whole list anew. A rule that was there already keeps what was found of it; what changed is tried again. */
export const setRules = async (desk: Desk, { move: id, rules }: { readonly move: MoveId; readonly rules: readonly WantedRule[] }): Promise<{ readonly items: readonly RuleLine[] } | NoAccess | MoveEnded | { readonly refused: 'too-many-connections'; readonly most: number }> => {
  const move = await heldMove(desk, id, 'rule.change')
  if ('refused' in move) return move
  const wanted = new Map(rules.map(rule => ({ ...rule, host: rule.host.toLowerCase(), port: rule.protocol === 'dns' ? 0 : rule.port })).map(rule => [nameOf(rule), rule]))
  if (wanted.size > mostRules) return { refused: 'too-many-connections', most: mostRules }
  const there = new Map((await desk.tx.list('rule', { move: id })).map(rule => [nameOf(rule), rule]))
  const gone = [...there].filter(([name]) => !wanted.has(name)).map(([, rule]) => rule.id)
  if (gone.length > 0) await desk.tx.remove('rule', { id: gone })
  await desk.tx.put('rule', ...[...wanted].map(([name, rule]): Rule => rowOf(desk, move, rule, there.get(name))))
  journal(desk, 'rule.change', 'move', id, { rules: wanted.size, removed: gone.length })
  await lookAgain(desk, id)
  return { items: (await triedOf({ view: desk.tx, move })).map(({ rule, result }) => lineOf(rule, result)) }
}

const nameOf = ({ subject, host, port, protocol }: WantedRule): string => JSON.stringify([subject, host, port, protocol])

const rowOf = ({ world, now }: Desk, { id: move, vendor, customer }: Move, rule: WantedRule, was?: Rule): Rule => ({ id: was?.id ?? world.newId(), vendor, customer, move, ...rule, at: was?.at ?? now })

/** What is wanted of every customer's side, whatever else is on the list: that the new address is known, and answers with a valid certificate. */
const usualRules = async (view: View, move: Move): Promise<WantedRule[]> => {
  const [home, tenant] = [await view.get('home', move.destination), await view.get('tenant', move.tenant)]
  const address = home === undefined || tenant === undefined ? null : addressIn(home, tenant.name)
  if (address === null || !URL.canParse(address)) return []
  const { hostname: host, port, protocol } = new URL(address)
  const purpose = 'the new address'
  return [{ subject: 'firewall', host, port: 0, protocol: 'dns', purpose }, { subject: 'firewall', host, port: port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port), protocol: protocol === 'http:' ? 'tcp' : 'tls', purpose }]
}

const livesMs = 14 * 86_400_000

/** Shown once. `command`: one line to be run where the customer's connections start. */
export type MadeProbe = { readonly id: Probe['id']; readonly command: string; readonly expiresAt: Instant; readonly rules: number }

/** A probe of a move: its token can fetch the list and report what came of it, and nothing else. */
export const makeProbe = async (desk: Desk, { move: id }: { readonly move: MoveId }): Promise<MadeProbe | NoAccess | MoveEnded | { readonly refused: 'no-rules' }> => {
  const move = await heldMove(desk, id, 'probe.make')
  if ('refused' in move) return move
  const { tx, world, now, who } = desk
  let rules = await tx.count('rule', { move: id })
  if (rules === 0) {
    const usual = await usualRules(tx, move)
    if (usual.length > 0) await tx.add('rule', ...usual.map(rule => rowOf(desk, move, rule)))
    rules = usual.length
  }
  if (rules === 0) return { refused: 'no-rules' }
  const token = world.secret()
  const probe: Probe = { id: world.newId(), vendor: move.vendor, customer: move.customer, move: id, tokenHash: sha256(token), by: who.name, createdAt: now, expiresAt: now + livesMs, seenAt: null, revokedAt: null }
  await tx.add('probe', probe)
  journal(desk, 'probe.make', 'move', id, { probe: probe.id, expiresAt: probe.expiresAt })
  return { id: probe.id, command: `curl -fsS ${world.site}/probe/${token}.sh | sh`, expiresAt: probe.expiresAt, rules }
}

export type ShownProbe = Omit<Probe, 'tokenHash'>

export const listProbes = async (glance: Glance, { move, ...paging }: Paging & { readonly move: MoveId }): Promise<Page<ShownProbe> | NoAccess> => {
  const page = await pageOf(glance, 'probe.read', 'probe', { move }, paging)
  return 'refused' in page ? page : { ...page, items: page.items.map(({ tokenHash: _, ...probe }) => probe) }
}

export const revokeProbe = async (desk: Desk, { probe: id }: { readonly probe: Probe['id'] }): Promise<ShownProbe | NoAccess> => {
  const probe = await desk.tx.lock('probe', id)
  if (probe === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'probe.make', probe)
  if (why !== undefined) return why
  const { tokenHash: _, ...shown } = { ...probe, revokedAt: probe.revokedAt ?? desk.now }
  await desk.tx.change('probe', id, { revokedAt: shown.revokedAt })
  if (probe.revokedAt === null) journal(desk, 'probe.revoke', 'move', probe.move, { probe: id })
  return shown
}

/** The list that a token stands for; undefined: it stands for nothing, or no longer. */
export const rulesFor = (world: World, token: string): Promise<readonly Rule[] | undefined> => world.ledger.read(async view => {
  const probe = await probeOf(view, token, world.clock.now())
  return probe === undefined ? undefined : await view.list('rule', { move: probe.move })
})

const probeOf = async (view: View, token: string, now: Instant): Promise<Probe | undefined> => {
  const probe = await view.find('probe', { tokenHash: sha256(token) })
  return probe === undefined || probe.revokedAt !== null || probe.expiresAt <= now ? undefined : probe
}

type Reported = { readonly token: string; readonly host: string; readonly address: string; readonly results: readonly { readonly rule: Rule['id']; readonly outcome: Outcome }[] }

/** Keeps what a probe found, in the place of what it found before, and closes the tasks that waited for it. What is no rule of its move is passed over. */
export const reportProbe = async (desk: Desk, { token, host, address, results }: Reported): Promise<{ readonly kept: number; readonly closed: readonly string[] } | { readonly refused: 'no-such-probe' }> => {
  const found = await probeOf(desk.tx, token, desk.now)
  if (found === undefined) return { refused: 'no-such-probe' }
  const move = await desk.tx.lock('move', found.move)
  const probe = await desk.tx.lock('probe', found.id)
  if (move === undefined || probe === undefined || move.endedAt !== null) return { refused: 'no-such-probe' }
  const { tx, now, world } = desk
  const rules = new Map((await tx.list('rule', { move: move.id })).map(rule => [rule.id, rule]))
  const before = new Map((await tx.list('probe_result', { probe: probe.id })).map(one => [one.rule, one.id]))
  const rows = new Map(results.filter(one => rules.has(one.rule)).map(({ rule, outcome }): [string, ProbeResult] =>
    [rule, { id: before.get(rule) ?? world.newId(), vendor: move.vendor, customer: move.customer, move: move.id, probe: probe.id, rule, outcome, host, address, at: now }]))
  await tx.put('probe_result', ...rows.values())
  await tx.change('probe', probe.id, { seenAt: now })
  const by = { actor: { kind: 'system' }, who: { kind: 'agent', id: probe.id, name: `the probe of ${probe.by}` } } as const
  const count = (standing: Standing): number => [...rows.values()].filter(one => resultOf(one.outcome) === standing).length
  journal({ ...desk, ...by }, 'probe.report', 'move', move.id, { probe: probe.id, host, address, passed: count('passed'), blocked: count('blocked'), notTried: count('not-tried') })
  return { kept: rows.size, closed: (await lookAgain({ ...desk, ...by }, move.id)).closed }
}
