import { followingDays, partsOf } from '#domain/environments.ts'
import type { Dating } from '#domain/dating.ts'
import { addDays } from '#domain/days.ts'
import { type Environment, environments } from '#domain/homes.ts'
import { dayOf } from '#domain/local-time.ts'
import type { Customer } from '#domain/parties.ts'
import type { Playbook } from '#domain/playbook.ts'
import type { Move, MoveId, Part } from '#domain/programmes.ts'
import type { PlanRecord } from '#domain/records.ts'
import { isShared, ofCustomer, sharedFacts } from '#domain/share.ts'
import { assert } from '#lib/assert.ts'
import { canonical } from '#lib/canonical.ts'
import { calendarOf } from '../calendar/calendars.ts'
import { datedFor, ownT0, promisesOf, redatable, t0Of, waysOf } from '../plans/dated.ts'
import { type Desk, journal } from '../ground/desk.ts'
import { partIn, wholePlaybookOf } from '../plans/plan-rows.ts'
import type { Wish } from '../plans/replan.ts'

/** More moves of some customers are never looked at at once. */
const most = 20_000

/**
 * Plans that are to be made anew, with those of the other environments of the same customers that follow from them (C9): each move has its part of the
 * playbook, and its day is after the testing time of the environment before it. `left`: moves that are no longer among them. The moves must be in the
 * ledger; what is the customer's goes over to the move that does it now.
 */
export const together = async (desk: Desk, wishes: readonly Wish[], left: readonly Move[] = []): Promise<Wish[]> => {
  const groups = await groupsOf(desk, [...wishes.map(wish => wish.move), ...left])
  if (groups.length === 0) return [...wishes]
  const asked = new Map(wishes.map(wish => [wish.move.id, wish]))
  const known = await knownOf(desk, groups, wishes)
  const after = new Map(asked)
  for (const group of groups) for (const wish of await arranged(desk, group, asked, known, left)) after.set(wish.move.id, wish)
  return [...after.values()]
}

/** The moves of one customer in one programme, by the same playbook. */
type Group = { readonly whole: Playbook; readonly moves: readonly Move[]; readonly places: ReadonlyMap<string, Environment> }

const nameOf = ({ programme, customer, playbook, version }: Move): string => [programme, customer, playbook, version].join()

/** Those that are, or were, of several environments. The others have the whole playbook, each for itself. */
const groupsOf = async (desk: Desk, concerned: readonly Move[]): Promise<Group[]> => {
  const shared = concerned.filter(move => isSharedBy(desk, move))
  if (shared.length === 0) return []
  const where = { programme: [...new Set(shared.map(move => move.programme))], customer: [...new Set(shared.map(move => move.customer))] }
  const all = new Map((await desk.tx.list('move', where, { limit: most })).map(move => [move.id, move]))
  const names = new Set(shared.map(nameOf))
  const groups = [...Map.groupBy([...all.values()].filter(move => move.stage !== 'cancelled' && names.has(nameOf(move))), nameOf).values()]
  const several = groups.filter(moves => moves.length > 1 || moves.some(move => move.part !== null))
  const ids = several.flatMap(moves => moves.map(move => move.tenant))
  const places = new Map((ids.length === 0 ? [] : await desk.tx.list('tenant', { id: ids }, { limit: ids.length })).map(tenant => [tenant.id as string, tenant.environment]))
  return several.flatMap(moves => {
    const whole = moves[0] === undefined ? undefined : wholePlaybookOf(desk.world, moves[0])
    const isSplit = new Set(moves.map(move => places.get(move.tenant))).size > 1 || moves.some(move => move.part !== null)
    return whole === undefined || !isSplit ? [] : [{ whole, moves, places }]
  })
}

const isSharedBy = (desk: Desk, move: Move): boolean => {
  const whole = wholePlaybookOf(desk.world, move)
  return whole !== undefined && isShared(whole)
}

type Known = { readonly records: ReadonlyMap<string, PlanRecord>; readonly customers: ReadonlyMap<string, Customer>; readonly confirmed: ReadonlySet<string>; readonly waves: Awaited<ReturnType<typeof waysOf>>; readonly programmes: Awaited<ReturnType<typeof promisesOf>> }

const knownOf = async (desk: Desk, groups: readonly Group[], wishes: readonly Wish[]): Promise<Known> => {
  const moves = groups.flatMap(group => group.moves)
  const [ids, limit] = [moves.map(move => move.id), { limit: most }]
  const windows = await desk.tx.list('window', { move: ids, state: 'confirmed' }, limit)
  return {
    records: new Map((await desk.tx.list('plan', { id: ids }, limit)).map(record => [record.id, record])),
    customers: new Map([...await desk.tx.list('customer', { id: [...new Set(moves.map(move => move.customer))] }, limit), ...wishes.map(wish => wish.customer)].map(one => [one.id, one])),
    confirmed: new Set(windows.map(window => window.move)), waves: await waysOf(desk, moves), programmes: await promisesOf(desk, moves),
  }
}

const arranged = async (desk: Desk, group: Group, asked: ReadonlyMap<MoveId, Wish>, known: Known, left: readonly Move[]): Promise<Wish[]> => {
  // In one order, so that two who arrange the same environments wait for each other instead of forever.
  const moves: Move[] = []
  for (const { id } of group.moves.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const row = asked.get(id)?.move ?? await desk.tx.lock('move', id)
    if (row !== undefined) moves.push(row)
  }
  const members = moves.map(move => ({ move: move.id, environment: placeIn(group, move) }))
  const part = partsOf(members)
  const parted = moves.map(move => ({ ...move, part: part === null ? null : { ...part, environment: placeIn(group, move) } }))
  const [alone] = moves
  const doers = part ?? (alone === undefined ? undefined : { leading: alone.id, closing: alone.id })
  if (doers !== undefined) await handOver(desk, group.whole, [...moves, ...left.filter(move => alone?.customer === move.customer && alone.programme === move.programme)], doers)
  const days = daysOf(desk, group, parted, asked, known)
  const isDecided = parted.some(move => move.t0 !== null && (asked.has(move.id) || known.records.get(move.id)?.datedBy !== 'environment'))
  const wishes: Wish[] = []
  for (const [n, move] of parted.entries()) {
    const [wish, record, customer, isOther] = [asked.get(move.id), known.records.get(move.id), known.customers.get(move.customer), canonical(move.part) !== canonical(moves[n]?.part ?? null)]
    assert(customer !== undefined, 'a move is of a customer')
    if (move.endedAt !== null) continue
    if (isOther) await desk.tx.change('move', move.id, { part: move.part })
    const dating = days.get(move.id)
    const isRedated = dating !== undefined && (dating.t0 !== record?.t0 || dating.datedBy !== record.datedBy)
    if (wish === undefined && !isRedated && !isOther) continue
    const t0 = dating === undefined ? move.t0 : dating.datedBy === 'environment' ? (isDecided ? dating.t0 : null) : t0Of(dating)
    wishes.push({ because: { because: 'environments', was: record?.t0 ?? null }, ...wish, customer, move: { ...move, t0 }, ...(dating !== undefined && (isRedated || wish?.dating !== undefined) ? { dating } : {}) })
  }
  return wishes
}

const placeIn = ({ places }: Group, { tenant }: Move): Environment => places.get(tenant) ?? environments[0]

/** The day of each move by itself, and what follows from the order. Of a move that can have no other day, its own. */
const daysOf = (desk: Desk, group: Group, moves: readonly Move[], asked: ReadonlyMap<MoveId, Wish>, { records, customers, confirmed, waves, programmes }: Known): ReadonlyMap<MoveId, Dating> => {
  const [first] = moves
  const customer = first === undefined ? undefined : customers.get(first.customer)
  if (first === undefined || customer === undefined) return new Map()
  const members = moves.flatMap(move => {
    const [record, environment] = [records.get(move.id), placeIn(group, move)]
    const isFixed = record !== undefined && !redatable.includes(move.stage)
    const dating = isFixed ? record : asked.get(move.id)?.dating ?? datedFor(desk, {
      playbook: partIn(group.whole, move), customer, own: ownT0(move, record), wave: waves.get(move.wave ?? '') ?? null, programme: programmes.get(move.programme) ?? null, ...(record === undefined ? {} : { was: record }),
    })
    const testingDays = Math.max(1, group.whole.environments.find(one => one.key === environment)?.testingDays ?? 1)
    return [{ move: move.id, environment, dating, testingDays, isFirm: isFixed || confirmed.has(move.id) || move.earlyGo.some(one => one.environment === environment) }]
  })
  const days = members.map(one => one.dating.t0).toSorted()
  const today = dayOf(desk.now, customer.zone)
  const { calendar } = calendarOf(desk.world, customer.country, days[0] ?? today, addDays(days.at(-1) ?? today, members.reduce((sum, one) => sum + one.testingDays, 0)))
  const found = followingDays(members, calendar)
  return new Map(members.map(({ move, dating }) => {
    const { t0, datedBy } = found.get(move) ?? dating
    return [move, { t0, datedBy }]
  }))
}

/** What is the customer's is done once: its tasks, gates and answers go over to the move that does them now, as they are. */
const handOver = async (desk: Desk, whole: Playbook, moves: readonly Move[], part: Pick<Part, 'leading' | 'closing'>): Promise<void> => {
  if (moves.every(move => move.part === null && move.revision === 0) || moves.every(move => move.part?.leading === part.leading && move.part.closing === part.closing)) return
  const { tx } = desk
  const where = { move: moves.map(move => move.id) }
  const { tasks, gates } = ofCustomer(whole, part)
  const over = goingOver(await tx.list('task', where, { limit: most }), task => tasks.get(task.about.template), task => task.key, task => task.state !== 'open')
  await tx.put('task', ...over)
  await tx.put('gate', ...goingOver(await tx.list('gate', where, { limit: most }), gate => gates.get(gate.key), gate => gate.key, gate => gate.state !== 'open'))
  const shared = sharedFacts(whole)
  await tx.put('fact', ...goingOver(await tx.list('fact', where, { limit: most }), fact => (shared.has(fact.name) ? part.leading : undefined), fact => `${fact.name} ${fact.source}`, () => true))
  for (const [move, some] of Map.groupBy(over, task => task.move)) journal(desk, 'plan.take-over', 'move', move, { tasks: some.map(task => task.key) })
}

/** Of several that are the same thing one goes over, and one that was done before one that was not. */
const goingOver = <Row extends { readonly move: MoveId }>(rows: readonly Row[], to: (row: Row) => MoveId | undefined, nameIn: (row: Row) => string, isDone: (row: Row) => boolean): Row[] => {
  const there = new Set(rows.flatMap(row => (row.move === to(row) ? [nameIn(row)] : [])))
  return rows.toSorted((a, b) => Number(isDone(b)) - Number(isDone(a))).flatMap(row => {
    const move = to(row)
    if (move === undefined || move === row.move || there.has(nameIn(row))) return []
    there.add(nameIn(row))
    return [{ ...row, move }]
  })
}
