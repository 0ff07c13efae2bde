import { addDays, addMonths, countOf, dayOfMonth, monthOf, type Days, type Month } from './days.ts'
import { dayOf, endOfDay } from './local-time.ts'
import type { Day, Instant, Zone } from './time.ts'

/** Until the end of which day of a month a plan change is in time for the next invoice, unless the vendor says otherwise. */
export const cutOffDay = 25

/** `invoice`: the month whose invoice is the first with the change. `closesAt`: up to and without then, it is that one; handed in later it is the month after. */
export type PlanChange = { readonly handedInOn: Day; readonly invoice: Month; readonly isInTime: boolean; readonly closesAt: Instant }

/**
 * When a change of plan takes effect: handed in by the 25th, on the next month's invoice; later, on that of the month after. The 25th ends at
 * midnight in the vendor's zone. In a month that has no such day, its last day is meant.
 */
export const planChange = (handedInAt: Instant, zone: Zone, cutOff: number = cutOffDay): PlanChange => {
  const handedInOn = dayOf(handedInAt, zone)
  const month = monthOf(handedInOn)
  const closing = dayOfMonth(month, cutOff)
  const isInTime = handedInOn <= closing
  // What is late for this month is in time for the next one.
  const closesAt = endOfDay(isInTime ? closing : dayOfMonth(addMonths(month, 1), cutOff), zone)
  return { handedInOn, invoice: addMonths(month, isInTime ? 1 : 2), isInTime, closesAt }
}

/** `subscription`: paid for up to its last day. `licence`: paid for from its first day on; a null end: for good. */
export type Cover = { readonly subscription: Days; readonly licence: { readonly first: Day; readonly last: Day | null } }

/** Both are paid for: time to move in. Null with no days: the licence begins on the very day after, which is no hole either. */
export type Overlap = { readonly overlap: Days | null; readonly days: number; readonly calendar: readonly Bar[] }

/** The customer would have neither. `instead`: what would close it. */
export type Hole = {
  readonly refused: 'hole'
  readonly hole: Days
  readonly days: number
  readonly calendar: readonly Bar[]
  readonly instead: { readonly licenceFrom: Day; readonly subscriptionUntil: Day }
}
export type OverlapTooShort = Overlap & { readonly refused: 'overlap-too-short'; readonly neededDays: number; readonly instead: { readonly licenceFrom: Day; readonly subscriptionUntil: Day } }
export type LicenceEndsFirst = { readonly refused: 'licence-ends-first'; readonly calendar: readonly Bar[]; readonly licenceLast: Day; readonly subscriptionLast: Day }

/** What a calendar draws, from the first day to the last, or on without end. */
export type Bar = { readonly what: 'subscription' | 'licence' | 'overlap' | 'hole'; readonly first: Day; readonly last: Day | null }

/**
 * How the subscription's end and the licence's start lie to each other. A hole is refused: there would be days for which nothing is paid. `neededDays`: how
 * long both must be paid for, such as the move takes; less is refused too. So is a licence that is over when the subscription is: nothing would follow.
 */
export const cover = ({ subscription, licence }: Cover, neededDays = 0): Overlap | OverlapTooShort | Hole | LicenceEndsFirst => {
  const bars: Bar[] = [{ what: 'subscription', ...subscription }, { what: 'licence', ...licence }]
  if (licence.last !== null && licence.last <= subscription.last) return { refused: 'licence-ends-first', calendar: bars, licenceLast: licence.last, subscriptionLast: subscription.last }
  if (licence.first > addDays(subscription.last, 1)) {
    const hole = { first: addDays(subscription.last, 1), last: addDays(licence.first, -1) }
    return { refused: 'hole', hole, days: countOf(hole), calendar: [...bars, { what: 'hole', ...hole }], instead: closing(subscription, licence.first, neededDays) }
  }
  const both = { first: later(licence.first, subscription.first), last: subscription.last }
  const overlap = both.first > both.last ? null : both
  const days = overlap === null ? 0 : countOf(overlap)
  const found = { overlap, days, calendar: overlap === null ? bars : [...bars, { what: 'overlap' as const, ...overlap }] }
  return days >= neededDays ? found : { refused: 'overlap-too-short', ...found, neededDays, instead: closing(subscription, licence.first, neededDays) }
}

/** The latest start and the earliest end that would do, each with the other as it is. */
const closing = (subscription: Days, licenceFirst: Day, neededDays: number): Hole['instead'] => ({ licenceFrom: addDays(subscription.last, 1 - neededDays), subscriptionUntil: addDays(licenceFirst, neededDays - 1) })

const later = (a: Day, b: Day): Day => (a > b ? a : b)
