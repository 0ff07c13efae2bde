import type { NoAccess, Verb } from '#domain/access.ts'
import type { Action } from '#domain/checks.ts'
import { canServe, isClaimable, isHeldBy, leaseMs, mayNotOrder, mayNotRehearse, type LeaseRefused, type MoveHow, type OrderFacts, type OrderKind, type OrderRefused, type Places, type RehearsalRefused, type Serves } from '#domain/orders.ts'
import type { Move } from '#domain/programmes.ts'
import type { Json, MoveOrder, Task } from '#domain/records.ts'
import type { Day } from '#domain/time.ts'
import { standingOf } from '#domain/report.ts'
import { titlesOf } from '#domain/titles.ts'
import { firstWish, type Wish } from '#domain/wish.ts'
import { assert } from '#lib/assert.ts'
import { heard } from './agents.ts'
import { barred, type Desk, type Glance, journal, vendorOf } from '../ground/desk.ts'
import { pageOf, type Page, type Paging } from '../ground/pages.ts'

export type OrderId = MoveOrder['id']

/** An order as it is shown: its wish and facts as what they are, of its keys nothing. */
export type ShownOrder = Omit<MoveOrder, 'facts' | 'wish'> & { readonly facts: OrderFacts; readonly wish: Wish }

/** Rows of ours: what is written there was one of these. */
export const wishOf = ({ wish }: Pick<MoveOrder, 'wish'>): Wish => ({ ...firstWish, ...(wish as Partial<Wish>) })
export const factsOf = ({ facts }: Pick<MoveOrder, 'facts'>): OrderFacts => {
  const { sealedKey: _, ...shown } = facts as OrderFacts & { sealedKey?: string }
  return shown
}
/** The private half of the key that secrets are sealed to on their way here, as the vault sealed it. */
export const sealedKeyOf = ({ facts }: Pick<MoveOrder, 'facts'>): string | undefined => (facts as { sealedKey?: string }).sealedKey

export const shown = (order: MoveOrder): ShownOrder => ({ ...order, facts: factsOf(order), wish: wishOf(order) })

/** Whether a move copies while it is frozen. */
export const isCold = (order: Pick<MoveOrder, 'facts'>): boolean => factsOf(order).how?.follow === false

type Asked = { readonly move: Move['id']; readonly kind: Exclude<OrderKind, 'credential' | 'application' | 'licences'>; readonly how?: MoveHow; readonly watchSeconds?: number }
export type OrderGiven = { id: OrderId }
export type OrderNotGiven = NoAccess | OrderRefused | RehearsalRefused | { readonly refused: 'licences-by-steps' } | { readonly refused: 'move-ended'; readonly stage: Move['stage'] } | { readonly refused: 'order-open'; readonly order: OrderId; readonly state: MoveOrder['state'] }

/** Asks for an agent to look, to measure, to pack the files, to rehearse or to move. A move that was begun goes on where it stands. */
export const giveOrder = async (desk: Desk, { move: id, kind, how, watchSeconds }: Asked): Promise<OrderGiven | OrderNotGiven> => {
  const move = await desk.tx.lock('move', id)
  if (move === undefined) return { refused: 'not-found' }
  const why = await barred(desk, verbOf[kind], move)
  if (why !== undefined) return why
  const home = kind === 'move' || kind === 'rehearsal' || kind === 'preflight' ? await desk.tx.get('home', move.destination) : undefined
  if (home?.kind === 'licence-host') return { refused: 'licences-by-steps' }
  if (kind === 'move') {
    const shut = await shutGates(desk, move, 'order-move')
    if (shut !== undefined) return shut
  }
  if (kind === 'rehearsal' && how !== undefined && (!how.follow || how.schema !== 'dump')) return { refused: 'rehearsal-how' }
  return await addOrder(desk, move, kind, { how: kind === 'measure' || kind === 'files' ? null : (how ?? usualHow), watchSeconds: kind === 'measure' ? (watchSeconds ?? 5) : null, users: null })
}

const verbOf = { preflight: 'move.order', move: 'move.order', measure: 'tenant.measure', files: 'files.pack', rehearsal: 'move.order' } as const satisfies Record<Asked['kind'], Verb>
export const usualHow: MoveHow = { jobs: 2, schema: 'dump', follow: true, freezeBudgetMs: 5_000, bytesPerSecond: null }

/** Why the gates do not let this action begin: those due until the day on which the plan has it, or today where that is later. Where the plan has it several times, once for each environment, it is the next one that is open; a cutover without a task of its own is on T-0. */
export const shutGates = async (desk: Desk, move: Move, action: Action): Promise<OrderRefused | undefined> => {
  const { tx, now } = desk
  const [plan, gates, vendor] = [await tx.get('plan', move.id), await tx.list('gate', { move: move.id }), await tx.get('vendor', move.vendor)]
  const today = dayOf(now, vendor?.zone ?? 'UTC')
  const [next] = (await tasksFor(desk, move, action)).filter(task => task.state === 'open').toSorted((a, b) => (a.dueOn < b.dueOn ? -1 : Number(a.dueOn > b.dueOn)))
  const on = next?.dueOn ?? (action === 'cut-over' ? plan?.t0 : undefined) ?? today
  const shut = mayNotOrder(plan !== undefined, gates, on < today ? today : on, next === undefined || next.about.gate === null ? [] : [next.about.gate])
  return shut?.refused === 'gate-not-go' ? { ...shut, said: { gates: titlesOf(desk.world.playbooks.find({ key: move.playbook, version: move.version }), shut.gates) } } : shut
}

const dayOf = (now: number, zone: string): Day => Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate().toString()

/** The tasks of the plan that do this, by the move's own version of its playbook. */
const tasksFor = async ({ world, tx }: Desk, { id, playbook: key, version }: Move, action: Action): Promise<Task[]> => {
  const templates = (world.playbooks.find({ key, version })?.tasks ?? []).filter(task => task.action === action).map(task => task.key)
  return templates.length === 0 ? [] : (await tx.list('task', { move: id })).filter(task => templates.includes(task.about.template))
}

/** Adds an order; what people said to the last one of its kind, which failed, is said to it too. */
export const addOrder = async (desk: Desk, move: Move, kind: OrderKind, said: Pick<OrderFacts, 'how' | 'watchSeconds' | 'users' | 'application' | 'licences'> & { readonly sealedKey?: string }, id: OrderId = desk.world.newId<'order'>()): Promise<OrderGiven | Extract<OrderNotGiven, { refused: 'move-ended' | 'order-open' | 'rehearsal-beside-move' }>> => {
  const { tx, now, who } = desk
  if ((kind === 'move' || kind === 'rehearsal' || kind === 'files') && move.endedAt !== null) return { refused: 'move-ended', stage: move.stage }
  const open = await tx.find('move_order', { move: move.id, kind, endedAt: null })
  if (open !== undefined) return { refused: 'order-open', order: open.id, state: open.state }
  const apart = mayNotRehearse(move.stage, await tx.find('move_order', { move: move.id, kind: kind === 'move' ? 'rehearsal' : 'move', endedAt: null }), kind)
  if (apart !== undefined) return apart
  const [last] = await tx.list('move_order', { move: move.id, kind, state: 'failed' }, { descending: true, limit: 1 })
  const facts: OrderFacts = { ...(await placesOf(desk, move)), by: who.name, ...said }
  const wish: Wish = last === undefined || kind !== 'move' ? firstWish : { ...wishOf(last), switch: null, found: null }
  await tx.add('move_order', {
    id, vendor: move.vendor, customer: move.customer, move: move.id, kind, state: 'waiting', facts: facts as unknown as Json, result: null, agent: null, leaseUntil: null, claims: 0, reported: 0, wish: wish as unknown as Json, createdAt: now, endedAt: null,
  })
  if (kind === 'move' && move.stage === 'planned') await tx.change('move', move.id, { stage: 'ordered' })
  journal(desk, 'move.order', 'move', move.id, { order: id, kind })
  return { id }
}

const placesOf = async ({ tx }: Desk, move: Move): Promise<Places> => {
  const [tenant, origin, destination] = [await tx.get('tenant', move.tenant), await tx.get('home', move.origin), await tx.get('home', move.destination)]
  assert(tenant !== undefined && origin !== undefined && destination !== undefined, 'a move has a tenant and two homes')
  return { tenant: tenant.name, origin: origin.name, destination: destination.name }
}

export const listOrders = async (glance: Glance, { move: id, ...paging }: Paging & { readonly move: Move['id'] }): Promise<Page<ShownOrder> | NoAccess> => {
  const page = await pageOf(glance, 'order.read', 'move_order', { move: id }, paging)
  return 'refused' in page ? page : { ...page, items: page.items.map(shown) }
}

export const readOrder = async (glance: Glance, { order: id }: { readonly order: OrderId }): Promise<ShownOrder | NoAccess> => {
  const order = await glance.view.get('move_order', id)
  if (order === undefined) return { refused: 'not-found' }
  return (await barred(glance, 'order.read', order)) ?? shown(order)
}

/** Takes back an order that nobody has begun; of a rehearsal its agent hears it, and ends it once nothing of it is left. */
export const withdrawOrder = async (desk: Desk, { order: id }: { readonly order: OrderId }): Promise<Record<never, never> | NoAccess | { readonly refused: 'order-begun'; readonly state: MoveOrder['state'] }> => {
  const held = await lockOrder(desk, id)
  if (held === undefined) return { refused: 'not-found' }
  const { move, order } = held
  const why = await barred(desk, 'move.order', move)
  if (why !== undefined) return why
  if (order.state === 'withdrawn') return {}
  if (order.kind === 'rehearsal' && order.state === 'claimed') {
    const wish = wishOf(order)
    if (wish.abort !== null) return {}
    await desk.tx.change('move_order', id, { wish: { ...wish, abort: { by: desk.who.name }, revision: wish.revision + 1 } as unknown as Json })
    journal(desk, 'move.order', 'move', move.id, { order: id, withdrawn: order.kind, state: order.state })
    return {}
  }
  if (order.state !== 'waiting' || order.claims > 0) return { refused: 'order-begun', state: order.state }
  await desk.tx.change('move_order', id, { state: 'withdrawn', endedAt: desk.now })
  const isUntouched = order.kind === 'move' || (order.kind === 'licences' && (await desk.tx.get('licence_move', move.id))?.book === null)
  if (isUntouched && move.stage === 'ordered') await desk.tx.change('move', move.id, { stage: 'planned' })
  journal(desk, 'move.order', 'move', move.id, { order: id, withdrawn: order.kind })
  return {}
}

/** The move's row first, then the order's: everybody takes them in this order. */
export const lockOrder = async ({ tx }: Desk, id: OrderId): Promise<{ move: Move; order: MoveOrder } | undefined> => {
  const found = await tx.get('move_order', id)
  if (found === undefined) return undefined
  const move = await tx.lock('move', found.move)
  const order = await tx.lock('move_order', id)
  return move === undefined || order === undefined ? undefined : { move, order }
}

/** An order in an agent's hands. `claim`: what it signs its reports with. `next`: the number of its first report. */
export type Claimed = { readonly order: OrderId; readonly claim: number; readonly next: number; readonly kind: OrderKind; readonly facts: OrderFacts; readonly result: Json; readonly stage: ReturnType<typeof standingOf>['stage']; readonly leg: Move['leg']; readonly wish: Wish }

const candidatesAtOnce = 200
const mostCandidates = 2_000

/** The oldest order that this agent can carry out and nobody has, or none. Two that ask at once get two. */
export const claimOrder = async (desk: Desk, { serves }: { readonly serves: readonly Serves[] }): Promise<{ claimed: Claimed | null } | NoAccess> => {
  const { tx, now, actor } = desk
  const vendor = vendorOf(desk)
  if (vendor === undefined) return { refused: 'not-found' }
  const customer = actor.kind === 'agent' ? actor.customer : null
  const why = await barred(desk, 'order.claim', { vendor, customer })
  const gone = why ?? await heard(desk)
  if (gone !== undefined) return gone
  for (let after: string | undefined, seen = 0; seen < mostCandidates; seen += candidatesAtOnce) {
    const some = await tx.list('move_order', { vendor, ...(customer === null ? {} : { customer }), state: ['waiting', 'claimed'], endedAt: null }, { limit: candidatesAtOnce, ...(after === undefined ? {} : { after }) })
    for (const one of some) {
      if (!isClaimable(one, now) || !canServe(serves, one.kind, factsOf(one)) || isForAnother(one, actor)) continue
      const held = await lockOrder(desk, one.id)
      // Another agent was quicker.
      if (held === undefined || !isClaimable(held.order, now)) continue
      assert(actor.kind === 'agent', 'only agents may claim')
      return { claimed: await claimed(desk, held, actor.id as string as MoveOrder['agent']) }
    }
    after = some.at(-1)?.id
    if (some.length < candidatesAtOnce) break
  }
  return { claimed: null }
}

/** The book of a move of licences is on the disk of the agent that began it: no other one goes on with it. */
const isForAnother = (order: MoveOrder, actor: Desk['actor']): boolean => {
  const named = factsOf(order).licences?.agent ?? null
  return named !== null && actor.kind === 'agent' && named !== actor.id
}

/** From its first claim on it is that agent's. Writing down leaves nothing behind. */
const factsFor = (order: MoveOrder, agent: MoveOrder['agent']): Json => {
  const { licences } = factsOf(order)
  return licences === undefined || licences.step === 'record' ? order.facts : ({ ...(order.facts as object), licences: { ...licences, agent } } as unknown as Json)
}

const claimed = async ({ tx, now, ...desk }: Desk, { order, move }: { order: MoveOrder; move: Move }, agent: MoveOrder['agent']): Promise<Claimed> => {
  const claim = order.claims + 1
  const facts = factsFor(order, agent)
  await tx.change('move_order', order.id, { state: 'claimed', agent, leaseUntil: now + leaseMs, claims: claim, facts })
  journal({ ...desk, tx, now }, 'order.claim', 'move', move.id, { order: order.id, kind: order.kind, claim })
  const { stage, leg } = standingOf(move, isCold(order))
  return { order: order.id, claim, next: order.reported + 1, kind: order.kind, facts: factsOf({ facts }), result: order.result, stage, leg, wish: wishOf(order) }
}

/** Whoever has the order keeps it for another lease, and hears what is wished. */
export const renewLease = async (desk: Desk, { order: id, claim }: { readonly order: OrderId; readonly claim: number }): Promise<{ wish: Wish } | NoAccess | LeaseRefused> => {
  const held = await lockOrder(desk, id)
  if (held === undefined) return { refused: 'not-found' }
  const { order } = held
  const why = await barred(desk, 'order.report', { ...order, person: order.agent as never })
  if (why !== undefined) return why.refused === 'for-another-person' ? { refused: 'order-lost', order: id } : why
  if (!isHeldBy(order, order.agent ?? '', claim)) return { refused: 'order-lost', order: id }
  const gone = await heard(desk)
  if (gone !== undefined) return gone
  await desk.tx.change('move_order', id, { leaseUntil: desk.now + leaseMs })
  return { wish: wishOf(order) }
}

/** What is wished, to whoever waits for a change of it. Undefined: it is somebody else's now. */
export const wishIn = async ({ view }: Glance, { order: id, claim }: { readonly order: OrderId; readonly claim: number }): Promise<Wish | undefined> => {
  const order = await view.get('move_order', id)
  const agent = order?.agent === undefined || order.agent === null ? undefined : await view.get('agent', order.agent)
  return order === undefined || order.claims !== claim || agent?.revokedAt !== null ? undefined : wishOf(order)
}
