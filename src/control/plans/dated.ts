import { businessDayFrom } from '#domain/calendar.ts'
import { assumedT0, type Dating, datingOf, reachOf } from '#domain/dating.ts'
import { addDays } from '#domain/days.ts'
import { dayOf } from '#domain/local-time.ts'
import type { Customer } from '#domain/parties.ts'
import type { Playbook } from '#domain/playbook.ts'
import type { Move, Programme, Wave } from '#domain/programmes.ts'
import type { PlanRecord } from '#domain/records.ts'
import type { Day } from '#domain/time.ts'
import { calendarOf } from '../calendar/calendars.ts'
import type { Desk } from '../ground/desk.ts'

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

/** The days of the moves' waves. */
export const waysOf = async ({ tx }: Desk, moves: readonly Move[], known?: Wave): Promise<ReadonlyMap<string, Day | null>> => {
  const ids = new Set(moves.flatMap(move => (move.wave === null || move.wave === known?.id ? [] : [move.wave])))
  const found = ids.size === 0 ? [] : await tx.list('wave', { id: [...ids] }, { limit: ids.size })
  return new Map([...found, ...(known === undefined ? [] : [known])].map(wave => [wave.id, wave.t0]))
}

/** The days that their programmes promise. */
export const promisesOf = async ({ tx }: Desk, moves: readonly Move[], known?: Programme): Promise<ReadonlyMap<string, Day | null>> => {
  const ids = new Set(moves.flatMap(move => (move.programme === known?.id ? [] : [move.programme])))
  const found = ids.size === 0 ? [] : await tx.list('programme', { id: [...ids] }, { limit: ids.size })
  return new Map([...found, ...(known === undefined ? [] : [known])].map(programme => [programme.id, programme.dueOn]))
}
