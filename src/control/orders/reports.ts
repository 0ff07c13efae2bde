import type { NoAccess } from '#domain/access.ts'
import { isHeldBy, leaseMs, type LeaseRefused } from '#domain/orders.ts'
import { copiedIn } from '#domain/pace.ts'
import type { Move } from '#domain/programmes.ts'
import type { Json, MoveOrder } from '#domain/records.ts'
import { standingAfter, standingOf, storable, type Told } from '#domain/report.ts'
import { wishAt, type Wish } from '#domain/wish.ts'
import { heard } from './agents.ts'
import { stepEnded } from './application.ts'
import { keepMade } from './credentials.ts'
import { barred, type Desk, journal } from '../ground/desk.ts'
import { judgeProof } from './evidence.ts'
import { hearLicences, licencesEnded } from './licence-reports.ts'
import { isCold, lockOrder, wishOf, type OrderId } from './orders.ts'
import { keepFailed, keepRehearsed, stateOf } from './rehearsals.ts'
import { keepMeasured } from '../homes/sightings.ts'
import { stand } from '../ground/standing.ts'
import { keepTold } from '../homes/tenant-users.ts'

export type Reported = { readonly order: OrderId; readonly claim: number; /** The number of the first of `told`. */ readonly from: number; readonly told: readonly Told[] }
/** `next`: the number of the report that is wanted next. `switched`: the root of the evidence by which control has switched. */
export type Answered = { readonly next: number; readonly wish: Wish; readonly switched: string | null }

/**
 * Keeps what an agent tells, once, in its order: what was kept already is passed over, a gap is refused and asked for again. Each report takes the move
 * where it says, as far as that can be; what cannot be is kept and told as somebody's mistake.
 */
export const hearReports = async (desk: Desk, { order: id, claim, from, told }: Reported): Promise<Answered | NoAccess | LeaseRefused | { readonly refused: 'report-gap'; readonly next: number }> => {
  const held = await lockOrder(desk, id)
  if (held === undefined) return { refused: 'not-found' }
  const { order } = held
  const why = await barred(desk, 'order.report', { ...order, person: order.agent as never })
  if (why !== undefined) return why.refused === 'for-another-person' ? { refused: 'order-lost', order: id } : why
  const isRepeat = order.endedAt !== null && order.claims === claim && from + told.length - 1 <= order.reported
  if (isRepeat) return { next: order.reported + 1, wish: wishOf(order), switched: null }
  if (!isHeldBy(order, order.agent ?? '', claim)) return { refused: 'order-lost', order: id }
  if (from > order.reported + 1) return { refused: 'report-gap', next: order.reported + 1 }
  const hearing: Hearing = { desk, move: held.move, order, wish: wishOf(order) }
  const fresh = told.slice(order.reported + 1 - from)
  for (const [n, one] of fresh.entries()) await hear(hearing, order.reported + 1 + n, one)
  const gone = await heard(desk)
  if (gone !== undefined) return gone
  const next = order.reported + fresh.length + 1
  await desk.tx.change('move_order', id, { reported: next - 1, ...(hearing.order.endedAt === null ? { leaseUntil: desk.now + leaseMs } : {}), wish: hearing.wish as unknown as Json })
  return { next, wish: hearing.wish, switched: hearing.wish.switch?.root ?? null }
}

/** What changes while reports are heard one after the other. */
type Hearing = { readonly desk: Desk; move: Move; order: MoveOrder; wish: Wish }

const hear = async (at: Hearing, number: number, told: Told): Promise<void> => {
  const { desk, order } = at
  const { tx, now, world } = desk
  const keep = (event: object): Promise<void> => tx.add('report', { id: world.newId<'report'>(), vendor: order.vendor, customer: order.customer, move: order.move, order: order.id, number, at: now, event: storable(event as Json) })
  switch (told.type) {
    case 'stage': return await keep({ ...told, ...(await moveOn(at, number, told)) })
    case 'proof': {
      const judged = await judgeProof(desk, at, told)
      at.wish = judged.wish
      at.move = judged.move
      return await keep({ type: 'proof', leg: told.leg, ...judged.says })
    }
    case 'made': return await keep({ type: 'made', name: told.name, ...(await keepMade(desk, order, told)) })
    case 'measured':
      await keepMeasured(desk, at.move, told)
      await settleResult(at, { stores: told.stores, users: told.users, seen: told.seen.length } as unknown as Json)
      break
    // By name in the list of users alone: reports are kept for good.
    case 'users': return await keep({ type: 'users', ...(await keepTold(desk, at.move, told.users)) })
    case 'licence-sheet': case 'licence-plan': case 'licence-step': case 'licence-end': {
      const { move, says } = await hearLicences(desk, at.move, order, told)
      at.move = move
      if (told.type === 'licence-end') await settleResult(at, { ...asObject(at.order.result), licences: { end: told.end, says: told.says.slice(0, 50) } })
      return await keep(says)
    }
    case 'finding': await settleResult(at, { ...asObject(at.order.result), findings: [...foundSoFar(order), storable(told.finding as unknown as Json)].slice(-mostFindings) }); break
    case 'stepped': await settleResult(at, { ...asObject(at.order.result), held: told.held, version: told.version, backUp: told.backUp, output: storable(told.output) }); break
    case 'fault': await settleResult(at, { ...asObject(at.order.result), fault: storable({ code: told.code, message: told.message, remedy: told.remedy, ...(told.facts === undefined ? {} : { facts: told.facts }) }) }); break
    case 'plan': case 'phase': {
      const copied = copiedIn(at.order.result, told)
      if (copied !== undefined) await settleResult(at, { ...asObject(at.order.result), ...copied })
      break
    }
    case 'rehearsed': await settleResult(at, { ...asObject(at.order.result), rehearsed: await keepRehearsed(desk, at.move, at.order, told) }); break
    // A person looks again: the finding is asked for anew.
    case 'contradicted': at.wish = { ...at.wish, found: null, revision: at.wish.revision + 1 }; break
    case 'ended': await end(at, told.how); break
    default:
  }
  await keep(told)
}

const mostFindings = 500
const foundSoFar = ({ result }: MoveOrder): readonly Json[] => {
  const { findings } = asObject(result)
  return Array.isArray(findings) ? findings : []
}
const asObject = (json: Json): { readonly [name: string]: Json } => (typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as { readonly [name: string]: Json }) : {})

const settleResult = async (at: Hearing, result: Json): Promise<void> => {
  at.order = { ...at.order, result }
  await at.desk.tx.change('move_order', at.order.id, { result })
}

/** Takes the move where its agent says that it stands. Answers what is wrong with that, if it cannot be. */
const moveOn = async (at: Hearing, number: number, told: Extract<Told, { type: 'stage' }>): Promise<object> => {
  const { desk, order, move } = at
  if (order.kind !== 'move') return {}
  const before = standingOf(move, isCold(order))
  const now = standingAfter(before, told, at.wish)
  if ('impossible' in now) {
    journal(desk, 'order.report', 'move', move.id, { order: order.id, impossible: now.impossible })
    return now
  }
  if (now === before) return {}
  at.wish = wishAt(at.wish, before, now)
  at.move = await stand(desk, move, now)
  await desk.tx.enqueue({ name: 'react', key: `move-stage ${order.id} ${number}`, at: desk.now, facts: { event: 'move-stage', move: move.id, from: before.stage, stage: now.stage, leg: now.leg }, group: move.id })
  journal(desk, 'move.stage', 'move', move.id, { from: before.stage, to: now.stage, leg: now.leg })
  return {}
}

const end = async (at: Hearing, how: 'done' | 'failed'): Promise<void> => {
  const { desk, order, move } = at
  const { sealedKey: _, ...facts } = asObject(order.facts)
  const change = { state: stateOf(order, at.wish, how), endedAt: desk.now, leaseUntil: null, facts }
  at.order = { ...order, ...change }
  await desk.tx.change('move_order', order.id, change)
  if (change.state === 'failed') await keepFailed(desk, move, at.order)
  journal(desk, 'order.end', 'move', move.id, { order: order.id, kind: order.kind, how })
  if (order.kind === 'licences') at.move = await licencesEnded(desk, move, at.order)
  if (order.kind === 'application') await stepEnded(desk, move, at.order)
}
