import { addDays } from '#domain/days.ts'
import type { Locale, Text } from '#domain/locale.ts'
import { wallIn } from '../../../shared/wall.ts'
import type { Blackout, Holidays, Home, MoveLine } from './told.ts'

/** A column of the planner: a week, of which moves are put on the Saturday. */
export type Week = { readonly monday: string; readonly saturday: string; readonly sunday: string }

const weekdayOf = (day: string): number => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7
export const mondayOf = (day: string): string => addDays(day, -weekdayOf(day))
export const weeksFrom = (monday: string, count: number): readonly Week[] => Array.from({ length: count }, (_, n) => ({ monday: addDays(monday, n * 7), saturday: addDays(monday, n * 7 + 5), sunday: addDays(monday, n * 7 + 6) }))
export const isIn = (day: string | null, { monday, sunday }: Week): boolean => day !== null && day >= monday && day <= sunday

export const shortDay = (day: string, locale: Locale): string => new Intl.DateTimeFormat(locale === 'ja' ? 'ja-JP' : 'en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short' }).format(new Date(`${day}T00:00:00Z`))

/** Of one home in one week: how many moves it takes, of which day the most, and how many it takes at once. */
export type Load = { readonly moves: number; readonly busiest: number; readonly capacity: number }
export const loadOf = (home: Home, week: Week, lines: readonly MoveLine[]): Load => {
  const here = lines.filter(({ move, destination }) => destination.id === home.id && isIn(move.t0, week))
  const days = Map.groupBy(here, ({ move }) => move.t0)
  return { moves: here.length, busiest: Math.max(0, ...[...days.values()].map(some => some.length)), capacity: home.capacity }
}

/** What shuts a week for everybody, or for one home: it takes the Saturday or the Sunday. */
export const shutBy = (blackouts: readonly Blackout[], week: Week, zone: string, home: string | null): Blackout | undefined => blackouts.find(one => {
  if (one.customer !== null || (one.home !== null && one.home !== home)) return false
  const [first, last] = [wallIn(Date.parse(one.startsAt), zone).day, wallIn(Date.parse(one.endsAt) - 1, zone).day]
  return first <= week.sunday && last >= week.saturday
})

/** A public holiday on one day. `isOurs`: of the vendor's country. */
export type Holiday = { readonly country: string; readonly isOurs: boolean; readonly day: string; readonly name: Text }
/** Those between two days: of all countries, or of one (of the whole of it, where nobody knows its part). */
export const holidaysBetween = (known: Holidays, first: string, last: string, country?: string): readonly Holiday[] =>
  known.filter(one => country === undefined || one.country === country).flatMap(({ country: of, isVendors, days }) => days.filter(({ day }) => first <= day && day <= last).map(({ day, name }) => ({ country: of, isOurs: isVendors, day, name }))).toSorted((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : Number(b.isOurs) - Number(a.isOurs)))
