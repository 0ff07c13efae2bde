import { assert } from '#lib/assert.ts'
import { addDays, daysBetween, weekdayOf, type Weekday } from './days.ts'
import type { Text } from './locale.ts'
import type { Country, Day } from './time.ts'

/** The public holidays of a country, or of a part of it. From `from` to `to` the list is complete; of other days it knows nothing. */
export type HolidayList = { readonly country: Country; readonly from: Day; readonly to: Day; readonly days: Readonly<Record<Day, Text>> }

/** Which days are worked on. */
export type Calendar = { readonly weekend: readonly Weekday[]; readonly holidays: HolidayList }

/** The name of the holiday on that day, if it is one. The list must reach that far: taking a holiday for a working day is worse than a bug report. */
export const holidayOn = (day: Day, list: HolidayList): Text | undefined => {
  assert(list.from <= day && day <= list.to, `the holidays of ${list.country} are known from ${list.from} to ${list.to}, not on ${day}`)
  return Object.hasOwn(list.days, day) ? list.days[day] : undefined
}

/** What a vendor knows better than the list: days of its own that it does not work on, and days that it works on all the same. Days outside of the list change nothing. */
export type Amendments = { readonly off: Readonly<Record<Day, Text>>; readonly worked: readonly Day[] }

export const amended = (list: HolidayList, { off, worked }: Amendments): HolidayList => {
  const days = { ...list.days, ...off }
  return { ...list, days: Object.fromEntries(Object.entries(days).filter(([day]) => list.from <= day && day <= list.to && !worked.includes(day)).toSorted(([a], [b]) => (a < b ? -1 : 1))) }
}

/** Neither of the weekend nor a public holiday. */
// The list is asked first, also about weekends: a search for a business day must end where the list does, even if every day is a weekend.
export const isBusinessDay = (day: Day, calendar: Calendar): boolean => holidayOn(day, calendar.holidays) === undefined && !calendar.weekend.includes(weekdayOf(day))

/** That day, or the last business day before it. */
export const businessDayUpTo = (day: Day, calendar: Calendar): Day => nearest(day, -1, calendar)

/** That day, or the first business day after it. */
export const businessDayFrom = (day: Day, calendar: Calendar): Day => nearest(day, 1, calendar)

/** The n-th business day after that day, or before it where n is below zero; the day itself, which may be any, is not counted. With n = 0 it is the day itself. */
export const addBusinessDays = (day: Day, n: number, calendar: Calendar): Day => {
  let at = day
  for (let left = Math.abs(n); left > 0; left--) at = nearest(addDays(at, Math.sign(n)), n > 0 ? 1 : -1, calendar)
  return at
}

/** Business days from the first to the last day, both included. */
export const businessDaysIn = (first: Day, last: Day, calendar: Calendar): Day[] =>
  Array.from({ length: Math.max(0, daysBetween(first, last) + 1) }, (_, n) => addDays(first, n)).filter(day => isBusinessDay(day, calendar))

/**
 * The day of the milestone T-n: n days of the calendar before T-0, and where that is no business day, the business day before, so that nobody gets less
 * time than was promised. T-0 itself is the day that was agreed and is never moved: cutovers like weekends. Below zero, n counts days after T-0, moved to the
 * business day after for the same reason. A larger n is never a later day.
 */
export const milestone = (t0: Day, n: number, calendar: Calendar): Day => {
  if (n === 0) return t0
  const day = addDays(t0, -n)
  return n > 0 ? businessDayUpTo(day, calendar) : businessDayFrom(day, calendar)
}

/** Ends for every calendar: at the latest where the list of holidays does. */
const nearest = (day: Day, step: 1 | -1, calendar: Calendar): Day => {
  let at = day
  while (!isBusinessDay(at, calendar)) at = addDays(at, step)
  return at
}
