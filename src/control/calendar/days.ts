import { addDays } from '#domain/days.ts'
import { dayOf } from '#domain/local-time.ts'
import type { Day, Zone } from '#domain/time.ts'
import type { Desk } from '../ground/desk.ts'

/** So far ahead somebody may plan. */
const mostDays = 5 * 366

/** A day on which nothing can be promised any more, or nobody knows the holidays yet. */
export type OutOfReach = { readonly refused: 'day-out-of-reach'; readonly day: Day; readonly from: Day; readonly to: Day }

/** Why a promise cannot be made for that day. Undefined: it can. */
export const whyOutOfReach = ({ now }: Pick<Desk, 'now'>, day: Day | null | undefined, zone: Zone): OutOfReach | undefined => {
  const from = dayOf(now, zone)
  const to = addDays(from, mostDays)
  return day === null || day === undefined || (from <= day && day <= to) ? undefined : { refused: 'day-out-of-reach', day, from, to }
}
