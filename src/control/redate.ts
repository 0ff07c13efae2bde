import { businessDayFrom } from '#domain/calendar.ts'
import { assumedT0, type Dating, datingOf, reachOf } from '#domain/dating.ts'
import { addDays } from '#domain/days.ts'
import { dayOf } from '#domain/local-time.ts'
import type { Customer } from '#domain/parties.ts'
import type { Playbook } from '#domain/playbook.ts'
import type { Move, MoveId, Programme, Wave } from '#domain/programmes.ts'
import type { PlanRecord } from '#domain/records.ts'
import type { Day } from '#domain/time.ts'
import { assert } from '#lib/assert.ts'
import { calendarOf } from './calendars.ts'
import type { Desk } from './desk.ts'
import { playbookOf } from './plan-rows.ts'
import { replan, type Wish } from './replan.ts'

/** Stages at which the day of the cutover can still be another one: before anything is frozen. */
export const redatable: readonly Move['stage'][] = ['planned', 'ordered', 'copying', 'following']

/** What the days of a move are counted from. `was`: its plan so far, whose assumed day stays while nobody names one. */
export const datedFor = (desk: Desk, { playbook, customer, own, wave, programme, was }: { readonly playbook: Playbook; readonly customer: Pick<Customer, 'country' | 'zone'>; readonly own: Day | null; readonly wave: Day | null; readonly programme: Day | null; readonly was?: PlanRecord }): Dating => {
  if (was?.datedBy === 'assumed') return datingOf({ own, wave, programme, assumed: was.t0 })
  const today = dayOf(desk.now, customer.zone)
  const { calendar } = calendarOf(desk.world, customer.country, today, addDays(today, -reachOf(playbook).first))
  return datingOf({ own, wave, programme, assumed: assumedT0(playbook, businessDayFrom(today, calendar), calendar) })
}

/** The move's own day, if it has one. */
export const ownT0 = (move: Move, record: PlanRecord | undefined): Day | null => (record?.datedBy === 'move' ? move.t0 : null)

/** A day as `t0` of a move says it: only what somebody has decided for it or its wave. */
export const t0Of = ({ t0, datedBy }: Dating): Day | null => (datedBy === 'move' || datedBy === 'wave' ? t0 : null)

/** Dates moves anew after their wave's or programme's day became another one, as far as they go by it. The number of those that did. */
export const redateAll = async (desk: Desk, ids: readonly MoveId[], { because, wave, programme }: { readonly because: string; readonly wave?: Wave; readonly programme?: Programme }): Promise<number> => {
  if (ids.length === 0) return 0
  const { tx } = desk
  // In one order, so that two who do this at the same time wait for each other instead of forever.
  const moves: Move[] = []
  for (const id of ids.toSorted()) {
    const move = await tx.lock('move', id)
    if (move !== undefined && redatable.includes(move.stage)) moves.push(move)
  }
  const records = new Map((await tx.list('plan', { move: ids }, { limit: ids.length })).map(record => [record.id, record]))
  const customers = new Map((await tx.list('customer', { id: [...new Set(moves.map(move => move.customer))] }, { limit: ids.length })).map(customer => [customer.id, customer]))
  const [waves, programmes] = [await waysOf(desk, moves, wave), await promisesOf(desk, moves, programme)]
  const wishes = moves.flatMap((move): Wish[] => {
    const [playbook, record, customer] = [playbookOf(desk.world, move), records.get(move.id), customers.get(move.customer)]
    assert(customer !== undefined, 'a move is of a customer')
    // Without its playbook a plan stays as it is.
    if ('refused' in playbook || record === undefined) return []
    const dating = datedFor(desk, { playbook, customer, own: ownT0(move, record), wave: waves.get(move.wave ?? '') ?? null, programme: programmes.get(move.programme) ?? null, was: record })
    return dating.t0 === record.t0 && dating.datedBy === record.datedBy ? [] : [{ move: { ...move, t0: t0Of(dating) }, customer, dating, because: { because, was: record.t0 } }]
  })
  await replan(desk, wishes)
  return wishes.length
}

/** Another country has other holidays: what is open of a customer's plans goes by those of where it is now. T-0 stays. */
export const replanCustomer = async (desk: Desk, customer: Customer): Promise<void> => {
  const { tx } = desk
  const wishes: Wish[] = []
  for (const { id } of await tx.list('move', { customer: customer.id, endedAt: null })) {
    const move = await tx.lock('move', id)
    if (move !== undefined && move.endedAt === null && !('refused' in playbookOf(desk.world, move))) wishes.push({ move, customer, because: { because: 'customer' } })
  }
  await replan(desk, wishes)
}

const waysOf = async ({ tx }: Desk, moves: readonly Move[], known: Wave | undefined): Promise<ReadonlyMap<string, Day | null>> => {
  const ids = new Set(moves.flatMap(move => (move.wave === null || move.wave === known?.id ? [] : [move.wave])))
  const found = await tx.list('wave', { id: [...ids] }, { limit: ids.size + 1 })
  return new Map([...found, ...(known === undefined ? [] : [known])].map(wave => [wave.id, wave.t0]))
}

const promisesOf = async ({ tx }: Desk, moves: readonly Move[], known: Programme | undefined): Promise<ReadonlyMap<string, Day | null>> => {
  const ids = new Set(moves.flatMap(move => (move.programme === known?.id ? [] : [move.programme])))
  const found = await tx.list('programme', { id: [...ids] }, { limit: ids.size + 1 })
  return new Map([...found, ...(known === undefined ? [] : [known])].map(programme => [programme.id, programme.dueOn]))
}
