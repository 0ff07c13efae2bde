import type { NoAccess, Verb } from '#domain/access.ts'
import { codeText } from '#domain/code-words.ts'
import { whyWrongHome, type WrongHome } from '#domain/destinations.ts'
import type { Home, HomeId, Tenant, TenantId } from '#domain/homes.ts'
import type { Customer, CustomerId } from '#domain/parties.ts'
import type { Playbook, PlaybookRefused } from '#domain/playbook.ts'
import type { Move, MoveId, Programme, ProgrammeId, Wave, WaveId } from '#domain/programmes.ts'
import type { Said } from '#domain/texts.ts'
import type { Day } from '#domain/time.ts'
import { assert } from '#lib/assert.ts'
import { type OutOfReach, whyOutOfReach } from '../calendar/days.ts'
import { datedFor, ownT0, redatable, t0Of } from './dated.ts'
import { barred, type Desk, journal } from '../ground/desk.ts'
import { homesById } from '../homes/homes.ts'
import { livingIn } from '../homes/living.ts'
import { measuredBefore } from '../homes/measures.ts'
import { type PlaybookMissing, playbookOf } from './plan-rows.ts'
import { type NoSuchPlaybook, playbookToTake } from './playbooks.ts'
import { type PlanChange, replan, type Wish } from './replan.ts'
import { together } from '../waves/together.ts'
import { forgetUsers } from '../running/forgotten-users.ts'

export type MoveEnded = { readonly refused: 'move-ended'; readonly stage: Move['stage'] }
/** Why one tenant cannot be moved there. */
export type NotMovable = NoAccess | WrongHome | { readonly refused: 'already-there'; readonly home: string } | { readonly refused: 'tenant-moving'; readonly move: MoveId }
/** Why nobody can be moved there. */
export type NoMoves = NoAccess | NoSuchPlaybook | PlaybookRefused | OutOfReach | { readonly refused: 'other-programme'; readonly wave: WaveId }

/** Where tenants go together. `t0`: a day of their own. */
type Way = { readonly programme: ProgrammeId; readonly destination: HomeId; readonly wave?: WaveId | null; readonly t0?: Day | null }
type Course = { readonly programme: Programme; readonly playbook: Playbook; readonly destination: Home; readonly wave: Wave | undefined; readonly own: Day | null }

/** Plans the move of one tenant. Its playbook is the programme's latest and stays that one; its plan is made at once. */
export const addMove = async (desk: Desk, { tenant: id, ...way }: Way & { readonly tenant: TenantId }): Promise<{ id: MoveId; revision: number; tasks: number } | NoMoves | NotMovable> => {
  const course = await courseOf(desk, way)
  if ('refused' in course) return course
  const [planned] = await planMoves(desk, course, [id])
  assert(planned !== undefined, 'there is an answer for each tenant')
  if ('refused' in planned) {
    const { tenant: _, ...refusal } = planned
    return refusal
  }
  return { id: planned.move, revision: planned.revision, tasks: planned.tasks }
}

export type Added = { readonly tenant: TenantId; readonly move: MoveId; readonly tasks: number }
export type NotAdded = { readonly tenant: TenantId } & NotMovable

/** The same for many at once: those who cannot be moved are told, and all others are planned. */
export const addMoves = async (desk: Desk, { tenants, ...way }: Way & { readonly tenants: readonly TenantId[] }): Promise<{ added: readonly Added[]; left: readonly NotAdded[] } | NoMoves> => {
  const course = await courseOf(desk, way)
  if ('refused' in course) return course
  const all = await planMoves(desk, course, [...new Set(tenants)])
  return { added: all.flatMap(one => ('refused' in one ? [] : [{ tenant: one.tenant, move: one.move, tasks: one.tasks }])), left: all.filter(one => 'refused' in one) }
}

/** Held until the end: a wave or programme that gets another day does so before or after these moves are planned, never meanwhile. */
const courseOf = async (desk: Desk, { programme: id, destination: home, wave: waveId, t0 }: Way): Promise<Course | NoMoves> => {
  const programme = await desk.tx.lock('programme', id)
  if (programme === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'plan.change', { vendor: programme.vendor })
  if (why !== undefined) return why
  const destination = await desk.tx.get('home', home)
  if (destination === undefined || destination.vendor !== programme.vendor) return { refused: 'not-found' }
  const wave = waveId === undefined || waveId === null ? undefined : await desk.tx.lock('wave', waveId)
  if (waveId !== undefined && waveId !== null && (wave === undefined || wave.vendor !== programme.vendor)) return { refused: 'not-found' }
  if (wave !== undefined && wave.programme !== id) return { refused: 'other-programme', wave: wave.id }
  const far = whyOutOfReach(desk, t0, (await desk.tx.get('vendor', programme.vendor))?.zone ?? 'UTC')
  if (far !== undefined) return far
  const playbook = playbookToTake(desk, programme.playbook)
  return 'refused' in playbook ? playbook : { programme, playbook, destination, wave, own: t0 ?? null }
}

const unmeasured = { stores: [], users: null, measuredAt: null }

type Planned = { readonly tenant: TenantId; readonly move: MoveId; readonly revision: number; readonly tasks: number }

const planMoves = async (desk: Desk, course: Course, ids: readonly TenantId[]): Promise<(Planned | NotAdded)[]> => {
  const { tx } = desk
  const tenants = new Map<TenantId, Tenant>()
  // In one order, so that two who plan the same tenants wait for each other instead of forever.
  for (const id of ids.toSorted()) {
    const tenant = await tx.lock('tenant', id)
    if (tenant !== undefined) tenants.set(id, tenant)
  }
  const here = await livingIn(tx, [...tenants.values()])
  const homes = await homesById(tx, [...here.values()])
  const customers = new Map((await tx.list('customer', { id: [...new Set([...tenants.values()].map(tenant => tenant.customer))] })).map(one => [one.id, one]))
  const moving = new Map((await tx.list('move', { tenant: ids, endedAt: null })).map(move => [move.tenant, move.id]))
  const wishes: Wish[] = []
  const refused: NotAdded[] = []
  for (const id of ids) {
    const tenant = tenants.get(id)
    const [origin, customer, other] = tenant === undefined ? [] : [homes.get(here.get(id) ?? tenant.home), customers.get(tenant.customer), moving.get(id)]
    const why: NotMovable | undefined = tenant === undefined || origin === undefined || customer === undefined ? { refused: 'not-found' } : await whyNotMoved(desk, course, tenant, customer, origin, other)
    if (why !== undefined) refused.push({ tenant: id, ...why })
    else if (tenant !== undefined && customer !== undefined && origin !== undefined) wishes.push(wishFor(desk, course, tenant, customer, origin))
  }
  await tx.add('move', ...wishes.map(wish => wish.move))
  await tx.add('fact', ...wishes.flatMap(({ move }) => measuredBefore(desk, move, course.playbook, tenants.get(move.tenant) ?? unmeasured)))
  const changes = await replan(desk, await together(desk, wishes))
  const planned = wishes.map(({ move }): Planned => ({ tenant: move.tenant, move: move.id, revision: changes.get(move.id)?.revision ?? move.revision, tasks: changes.get(move.id)?.added.length ?? 0 }))
  return [...planned, ...refused]
}

const whyNotMoved = async (desk: Desk, { programme, playbook, destination }: Course, tenant: Tenant, { partner }: Customer, origin: Home, moving: MoveId | undefined): Promise<NotMovable | undefined> => {
  if (tenant.vendor !== programme.vendor) return { refused: 'not-found' }
  const why = await barred(desk, 'plan.change', { vendor: tenant.vendor, customer: tenant.customer, partner })
  if (why !== undefined) return why
  if (moving !== undefined) return { refused: 'tenant-moving', move: moving }
  if (origin.id === destination.id) return { refused: 'already-there', home: destination.name }
  return whyWrongHome(playbook, origin.kind, destination.kind)
}

const wishFor = (desk: Desk, { programme, playbook, destination, wave, own }: Course, tenant: Tenant, customer: Customer, origin: Home): Wish => {
  const dating = datedFor(desk, { playbook, customer, own, wave: wave?.t0 ?? null, programme: programme.dueOn })
  const move: Move = {
    id: desk.world.newId<'move'>(), vendor: tenant.vendor, customer: customer.id, programme: programme.id, wave: wave?.id ?? null, tenant: tenant.id, origin: origin.id, destination: destination.id,
    playbook: playbook.key, version: playbook.version, t0: t0Of(dating), stage: 'planned', leg: 'out', revision: 0, createdAt: desk.now, endedAt: null, part: null, earlyGo: [],
  }
  return { move, customer, dating, because: { because: 'new', tenant: tenant.name, destination: destination.name, playbook: playbook.key, version: playbook.version, wave: wave?.name ?? null } }
}

/** What the caller may change of a move, held until the end. `isOver`: where it is too late for that. */
export const heldMove = async (desk: Desk, id: MoveId, verb: Verb, isOver: (move: Move) => boolean = ({ endedAt }) => endedAt !== null): Promise<Move | NoAccess | MoveEnded> => {
  const move = await desk.tx.lock('move', id)
  if (move === undefined) return { refused: 'not-found' }
  const why = await barred(desk, verb, { vendor: move.vendor, customer: move.customer })
  if (why !== undefined) return why
  return isOver(move) ? { refused: 'move-ended', stage: move.stage } : move
}

export const customerOf = async ({ tx }: Desk, { customer: id }: { readonly customer: CustomerId }): Promise<Customer> => {
  const customer = await tx.get('customer', id)
  assert(customer !== undefined, 'a move is of a customer')
  return customer
}

type Change = { readonly t0?: Day | null; readonly wave?: WaveId | null; readonly destination?: HomeId; readonly revision?: number }
export type MoveRefused = NoMoves | NotMovable | MoveEnded | PlaybookMissing | { readonly refused: 'too-late-to-change'; readonly stage: Move['stage'] } | PlanChanged
  | { readonly refused: 'testing-not-over'; readonly after: string; readonly freeFrom: Day; readonly says: string; readonly said: Said }
/** Somebody else changed the plan since it was looked at. */
export type PlanChanged = { readonly refused: 'plan-changed'; readonly revision: number }

/**
 * Another day, wave or destination. `t0` null: no day of its own any more. A move that is put into another wave goes by that wave's day, unless a day
 * comes with it. `revision`: of the plan that whoever asks has seen.
 */
export const changeMove = async (desk: Desk, id: MoveId, change: Change): Promise<{ move: Move; plan: PlanChange } | MoveRefused> => {
  const before = await desk.tx.get('move', id)
  if (before === undefined) return { refused: 'not-found' }
  // Whoever changes a wave's day holds the wave and then its moves: so do we.
  const waves = await heldWaves(desk, [before.wave, change.wave ?? null])
  const move = await heldMove(desk, id, 'plan.change')
  if ('refused' in move) return move
  if (change.revision !== undefined && change.revision !== move.revision) return { refused: 'plan-changed', revision: move.revision }
  if (move.wave !== before.wave) for (const [wave, row] of await heldWaves(desk, [move.wave])) waves.set(wave, row)
  const isOther = change.destination !== undefined && change.destination !== move.destination
  if (isOther ? move.stage !== 'planned' : !redatable.includes(move.stage)) return { refused: 'too-late-to-change', stage: move.stage }
  const why = whyNotInWave(move, change.wave, waves) ?? whyOutOfReach(desk, change.t0 === move.t0 ? null : change.t0, (await customerOf(desk, move)).zone)
  if (why !== undefined) return why
  const playbook = playbookOf(desk.world, move)
  if ('refused' in playbook) return playbook
  const wrong = isOther ? await whyNotThere(desk, move, playbook, change.destination) : undefined
  return wrong ?? await changed(desk, move, playbook, change, waves)
}

const changed = async (desk: Desk, move: Move, playbook: Playbook, change: Change, waves: ReadonlyMap<string, Wave>): Promise<{ move: Move; plan: PlanChange } | MoveRefused> => {
  const { tx } = desk
  const [customer, record, programme] = [await customerOf(desk, move), await tx.get('plan', move.id), await tx.get('programme', move.programme)]
  const wave = change.wave === undefined ? move.wave : change.wave
  const own = change.t0 === undefined ? (wave === move.wave ? ownT0(move, record) : null) : change.t0
  const dating = datedFor(desk, { playbook, customer, own, wave: waves.get(wave ?? '')?.t0 ?? null, programme: programme?.dueOn ?? null, ...(record === undefined ? {} : { was: record }) })
  const wanted: Move = { ...move, wave, destination: change.destination ?? move.destination, t0: t0Of(dating) }
  const { revision: _, ...asked } = change
  const wishes = await together(desk, [{ move: wanted, customer, dating, because: { because: 'changed', ...asked, was: { t0: move.t0, wave: move.wave, destination: move.destination } } }])
  const wish = wishes.find(one => one.move.id === move.id)
  if (own !== null && change.t0 !== undefined && wish?.dating?.datedBy === 'environment') return whyLater(wish.move, wish.dating.t0)
  const plan = (await replan(desk, wishes)).get(move.id)
  assert(wish !== undefined && plan !== undefined, 'there is a plan for each wish')
  return { move: { ...wish.move, revision: plan.revision }, plan }
}

const whyLater = (move: Move, freeFrom: Day): MoveRefused => {
  const after = move.part?.environments[move.part.environments.indexOf(move.part.environment) - 1] ?? ''
  return { refused: 'testing-not-over', after, freeFrom, says: `${after} is tested until then; the next environment can be cut over from ${freeFrom} on.`, said: { says: { en: `${after} is tested until then; the next environment can be cut over from ${freeFrom} on.`, ja: `${codeText(after)?.ja ?? after}はそれまでテスト期間中です。次の環境は ${freeFrom} から切り替えられます。` } } }
}

const heldWaves = async ({ tx }: Desk, ids: readonly (WaveId | null)[]): Promise<Map<string, Wave>> => {
  const found = new Map<string, Wave>()
  for (const id of [...new Set(ids.filter(one => one !== null))].toSorted()) {
    const wave = await tx.lock('wave', id)
    if (wave !== undefined) found.set(id, wave)
  }
  return found
}

const whyNotInWave = (move: Move, id: WaveId | null | undefined, waves: ReadonlyMap<string, Wave>): NoMoves | undefined => {
  if (id === undefined || id === null) return undefined
  const wave = waves.get(id)
  if (wave === undefined || wave.vendor !== move.vendor) return { refused: 'not-found' }
  return wave.programme === move.programme ? undefined : { refused: 'other-programme', wave: id }
}

const whyNotThere = async ({ tx }: Desk, move: Move, playbook: Playbook, id: HomeId | undefined): Promise<NotMovable | undefined> => {
  const [origin, destination] = [await tx.get('home', move.origin), id === undefined ? undefined : await tx.get('home', id)]
  if (origin === undefined || destination === undefined || destination.vendor !== move.vendor) return { refused: 'not-found' }
  if (origin.id === destination.id) return { refused: 'already-there', home: origin.name }
  return whyWrongHome(playbook, origin.kind, destination.kind)
}

/** A move that was only planned is given up: the tenant stays where it is and may be planned anew. What is open of it is waived. */
export const cancelMove = async (desk: Desk, id: MoveId, note: string): Promise<Move | NoAccess | MoveEnded | { readonly refused: 'too-late-to-cancel'; readonly stage: Move['stage'] }> => {
  const move = await heldMove(desk, id, 'plan.change')
  if ('refused' in move) return move
  if (move.stage !== 'planned') return { refused: 'too-late-to-cancel', stage: move.stage }
  const { tx, now, who } = desk
  const ended = { ...move, stage: 'cancelled' as const, endedAt: now, revision: move.revision + 1 }
  await tx.put('move', ended)
  await forgetUsers(tx, move)
  const others = await together(desk, [], [ended])
  const open = await tx.list('task', { move: id, state: 'open' }, { limit: 100_000 })
  await tx.put('task', ...open.map(task => ({ ...task, state: 'waived' as const, note, endedBy: who, endedAt: now })))
  journal(desk, 'move.cancel', 'move', id, { note, waived: open.length })
  await replan(desk, others)
  return ended
}
