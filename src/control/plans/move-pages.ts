import { type NoAccess, scopeOf } from '#domain/access.ts'
import type { Dating } from '#domain/dating.ts'
import { addressAt, type Home, type HomeId, type Tenant } from '#domain/homes.ts'
import { addDays } from '#domain/days.ts'
import { dayOf } from '#domain/local-time.ts'
import type { Text } from '#domain/locale.ts'
import { holds } from '#domain/plan.ts'
import { offsetOf, type Playbook } from '#domain/playbook.ts'
import type { Customer, CustomerId } from '#domain/parties.ts'
import type { Move, MoveId, MoveStage, People, Programme, ProgrammeId, Wave, WaveId } from '#domain/programmes.ts'
import type { Fact, PlanRecord } from '#domain/records.ts'
import type { Day } from '#domain/time.ts'
import type { UserLimit } from '#domain/user-limit.ts'
import { assert } from '#lib/assert.ts'
import type { Order, View, Where } from '#ports/ledger.ts'
import { decideOf } from '../calendar/calendars.ts'
import { barred, type Glance, sight } from '../ground/desk.ts'
import { homesById } from '../homes/homes.ts'
import { pageOf, type Page, type Paging } from '../ground/pages.ts'
import { factsOf, playbookOf, profileOf } from './plan-rows.ts'
import { turnToFor } from '../running/settings.ts'
import { makingFor } from './replan.ts'
import { limitFor } from '../billing/user-limits.ts'

type Named<Kind extends { readonly id: unknown; readonly name: string }> = Pick<Kind, 'id' | 'name'>
type Place = Pick<Home, 'id' | 'name' | 'kind'>

/** A line of the table of moves. `open`, `late`: of the tasks that whoever asks may see; late is what was due before today, where the vendor is. */
export type MoveLine = { readonly move: Move; readonly customer: Pick<Customer, 'id' | 'name' | 'country'>; readonly tenant: Named<Tenant>; readonly origin: Place; readonly destination: Place; readonly wave: Named<Wave> | null; readonly open: number; readonly late: number }

export type MoveFilter = { readonly programme?: ProgrammeId; readonly wave?: WaveId; readonly customer?: CustomerId; readonly stage?: MoveStage; readonly t0From?: Day; readonly t0To?: Day; readonly isOpen?: boolean; readonly named?: string }

/** By what a table of moves can be in order, and what the ledger calls that. */
const orders = { customer: 'customerName', tenant: 'tenantName', wave: 'waveName', t0: 'day', stage: 'standing' } as const satisfies Readonly<Record<string, Order<'move'>>>
export type MoveSort = { readonly sort?: keyof typeof orders; readonly order?: 'up' | 'down' }

/** A page of moves with what a table shows of each: as many questions for one page as for another. `total`: how many there are in all pages. */
export const listMoves = async (glance: Glance, { after, limit, sort, order, ...filter }: MoveFilter & MoveSort & Paging): Promise<(Page<MoveLine> & { readonly total: number }) | NoAccess> => {
  const { view } = glance
  const where = whereOf(filter)
  const within = sight(glance, 'move.read')
  if ('refused' in within) return within
  const page = await pageOf(glance, 'move.read', 'move', where, { ...(after === undefined ? {} : { after }), ...(limit === undefined ? {} : { limit }) }, { ...(sort === undefined ? {} : { by: orders[sort] }), descending: order === 'down' })
  if ('refused' in page) return page
  const moves = page.items
  const [homes, customers, tenants] = [await homesById(view, moves.flatMap(move => [move.origin, move.destination])), await view.list('customer', { id: idsOf(moves, 'customer') }), await view.list('tenant', { id: idsOf(moves, 'tenant') })]
  const waves = await view.list('wave', { id: idsOf(moves, 'wave') })
  const [open, late] = await taskCounts(glance, moves)
  const items = moves.map((move): MoveLine => ({
    move, customer: { ...named(customers, move.customer), country: customers.find(({ id }) => id === move.customer)?.country ?? '' }, tenant: named(tenants, move.tenant), origin: placeOf(homes, move.origin), destination: placeOf(homes, move.destination),
    wave: move.wave === null ? null : named(waves, move.wave), open: open.get(move.id) ?? 0, late: late.get(move.id) ?? 0,
  }))
  return { items, next: page.next, total: await view.count('move', { ...where, within }) }
}

const whereOf = ({ programme, wave, customer, stage, t0From, t0To, isOpen, named: part }: MoveFilter): Where<'move'> => ({
  ...(programme === undefined ? {} : { programme }), ...(wave === undefined ? {} : { wave }), ...(customer === undefined ? {} : { customer }), ...(stage === undefined ? {} : { stage }),
  ...(t0From === undefined && t0To === undefined ? {} : { t0: { ...(t0From === undefined ? {} : { from: t0From }), ...(t0To === undefined ? {} : { to: t0To }) } }),
  ...(part === undefined ? {} : { named: part }), ...(isOpen === undefined ? {} : { endedAt: isOpen ? null : {} }),
})

const idsOf = <Field extends 'customer' | 'tenant' | 'wave'>(moves: readonly Move[], field: Field): NonNullable<Move[Field]>[] => [...new Set(moves.flatMap(move => move[field] ?? []))] as NonNullable<Move[Field]>[]

const named = <Id extends string>(found: readonly { readonly id: Id; readonly name: string }[], id: Id): { readonly id: Id; readonly name: string } => {
  const one = found.find(other => other.id === id)
  assert(one !== undefined, 'what a move names is there')
  return { id, name: one.name }
}

const placeOf = (homes: ReadonlyMap<HomeId, Home>, id: HomeId): Place => {
  const home = homes.get(id)
  assert(home !== undefined, 'the homes of a move are there')
  return { id, name: home.name, kind: home.kind }
}

/** Of each move the open tasks and the late ones among them, as far as the caller may see them. */
const taskCounts = async (glance: Glance, moves: readonly Move[]): Promise<readonly [ReadonlyMap<string, number>, ReadonlyMap<string, number>]> => {
  const within = scopeOf(glance.actor, 'task.read')
  if ('refused' in within || moves[0] === undefined) return [new Map(), new Map()]
  const zone = (await glance.view.get('vendor', moves[0].vendor))?.zone ?? 'UTC'
  const where = { move: moves.map(move => move.id), state: 'open', within } as const
  return [await glance.view.tally('task', 'move', where), await glance.view.tally('task', 'move', { ...where, dueOn: { to: addDays(dayOf(glance.now, zone), -1) } })]
}

/** What the page of a move shows. `changes`: what will be different for the customer afterwards, as far as it is known. `facts`: none for those who may not see the profile. `userLimit`: null where nobody counts. */
export type MovePage = {
  readonly move: Move; readonly customer: Customer; readonly tenant: Tenant; readonly origin: Place; readonly destination: Place; readonly programme: Pick<Programme, 'id' | 'name' | 'dueOn'>; readonly wave: Wave | null; readonly people: People
  readonly oldAddress: string | null; readonly newAddress: string | null; readonly dates: Dating & { readonly milestones: readonly { readonly key: string; readonly title: Text; readonly day: Day }[] }
  readonly changes: readonly Text[]; readonly facts: readonly Fact[]; readonly userLimit: UserLimit | null; readonly plan: PlanSummary
}
/** Of the whole plan, whoever looks. `next`: when the next open task is due. */
export type PlanSummary = { readonly playbook: string; readonly version: number; readonly title: Text; readonly revision: number; readonly open: number; readonly late: number; readonly done: number; readonly waived: number; readonly undecided: number; readonly leftOut: number; readonly next: Day | null }

export const readMove = async (glance: Glance, id: MoveId): Promise<MovePage | NoAccess> => {
  const { view } = glance
  const move = await view.get('move', id)
  if (move === undefined) return { refused: 'not-found' }
  const customer = await view.get('customer', move.customer)
  const why = await barred(glance, 'move.read', { vendor: move.vendor, customer: move.customer, partner: customer?.partner ?? null })
  if (why !== undefined) return why
  const [tenant, programme, record] = [await view.get('tenant', move.tenant), await view.get('programme', move.programme), await view.get('plan', id)]
  const homes = await homesById(view, [move.origin, move.destination])
  const [origin, destination] = [homes.get(move.origin), homes.get(move.destination)]
  assert(customer !== undefined && tenant !== undefined && programme !== undefined && record !== undefined && origin !== undefined && destination !== undefined, 'what a move names is there')
  const found = playbookOf(glance.world, move)
  const playbook = 'refused' in found ? undefined : found
  const known = (await factsOf(view, glance.world, [move])).get(id) ?? []
  const maySeeFacts = await barred(glance, 'profile.read', { vendor: move.vendor, customer: move.customer, partner: customer.partner }) === undefined
  return {
    move, customer, tenant, origin: placeOf(homes, origin.id), destination: placeOf(homes, destination.id), programme: { id: programme.id, name: programme.name, dueOn: programme.dueOn },
    wave: move.wave === null ? null : (await view.get('wave', move.wave)) ?? null, people: await turnToFor(view, move.vendor, programme), oldAddress: addressAt(tenant, origin), newAddress: addressAt(tenant, destination),
    dates: { t0: record.t0, datedBy: record.datedBy, milestones: playbook === undefined ? [] : milestonesOf(glance, playbook, customer, record.t0) },
    changes: playbook === undefined ? [] : changesIn(glance.world, playbook, known),
    facts: maySeeFacts ? known.filter(fact => fact.move === id) : [], userLimit: await knownLimit(view, move), plan: await summaryOf(glance, move, record, playbook, customer),
  }
}

/** What will be different for the customer, as far as what is known of the tenant says so. */
export const changesIn = (world: Glance['world'], playbook: Playbook, facts: readonly Fact[]): Text[] =>
  playbook.changes.filter(change => holds(playbook, profileOf(facts), decideOf(world, playbook), change.when) === 'yes').map(change => change.title)

const knownLimit = async (view: View, move: Move): Promise<UserLimit | null> => {
  const found = await limitFor(view, move)
  return 'unknown' in found ? null : found
}

export const milestonesOf = (glance: Glance, playbook: Playbook, customer: Customer, t0: Day): { readonly key: string; readonly title: Text; readonly day: Day }[] => {
  const { making } = makingFor(glance, playbook, customer, t0)
  return playbook.milestones.map(({ key, title, at }) => ({ key, title, day: making.dayOf(offsetOf(playbook, at) ?? 0) })).toSorted((a, b) => (a.day < b.day ? -1 : Number(a.day > b.day)))
}

const summaryOf = async ({ view, now }: Glance, move: Move, record: PlanRecord, playbook: Playbook | undefined, { zone }: Customer): Promise<PlanSummary> => {
  const states = await view.tally('task', 'state', { move: move.id })
  const open = { move: move.id, state: 'open' } as const
  const [first] = await view.list('task', open, { by: 'dueOn', limit: 1 })
  return {
    playbook: move.playbook, version: move.version, title: playbook?.title ?? { en: move.playbook, ja: move.playbook }, revision: move.revision,
    open: states.get('open') ?? 0, done: states.get('done') ?? 0, waived: states.get('waived') ?? 0, late: await view.count('task', { ...open, dueOn: { to: addDays(dayOf(now, zone), -1) } }),
    undecided: record.undecided.length, leftOut: record.leftOut.length, next: first?.dueOn ?? null,
  }
}
