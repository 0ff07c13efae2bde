import { addDays, countOf, daysBetween, weekdayOf, type Days, type Weekday } from './days.ts'
import { dayOf, endOfDay, startOfDay } from './local-time.ts'
import type { CustomerId, PartnerId } from './parties.ts'
import type { MoveId } from './programmes.ts'
import type { ToPlace, WaveDate, Weights } from './schedule.ts'
import type { Day, Interval, Zone } from './time.ts'

/** What a person says for or against dates of moves, beyond what the ledger knows by itself. */
export type WaveRuleSaid =
  | { readonly kind: 'placed' | 'earliest' | 'latest'; readonly move: MoveId; readonly day: Day }
  /** It may be moved on public holidays of its country too. */
  | { readonly kind: 'holidays-too'; readonly move: MoveId }
  /** Each of these days costs so many points. */
  | { readonly kind: 'rather-not'; readonly move: MoveId; readonly days: readonly Day[]; readonly points: number }
  | { readonly kind: 'together' | 'apart'; readonly moves: readonly MoveId[] }
  /** `move` so many days after `other`, or later; 0 is not before. */
  | { readonly kind: 'after'; readonly move: MoveId; readonly other: MoveId; readonly days: number }
  | { readonly kind: 'partner'; readonly partner: PartnerId; readonly mostADate: number }

/** What is asked of the planner. `inTime`: no plan begins with tasks that are late already. */
export type PlanWish = { readonly from: Day; readonly to: Day; readonly beginsOn: readonly Weekday[]; readonly days: number; readonly least: number | null; readonly most: number | null; readonly inTime: boolean; readonly seconds: number; readonly weights: Weights }

export const usualWeights: Weights = { perWeekLater: 1, perDayShort: 1, slackDays: 14, perMoveOverShare: 2 }

/** The planner places what has an id. Here that is the moves: a customer may have several. */
export const placeOf = (move: MoveId): CustomerId => move as string as CustomerId
export const moveOf = (place: CustomerId): MoveId => place as string as MoveId

/** Longer than this nobody plans at one go. */
export const mostDates = 120

export type NoDates = { readonly refused: 'no-dates' } | { readonly refused: 'dates-overlap'; readonly days: number } | { readonly refused: 'too-many-dates'; readonly most: number }

/** The dates of a plan: each begins on one of these days of the week and takes so many days, the whole of it within the stretch. */
export const datesOf = ({ from, to, beginsOn, days }: Pick<PlanWish, 'from' | 'to' | 'beginsOn' | 'days'>): readonly WaveDate[] | NoDates => {
  const count = countOf({ first: from, last: to })
  if (count > mostDates * 7) return { refused: 'too-many-dates', most: mostDates }
  const begins = Array.from({ length: Math.max(0, count) }, (_, n) => addDays(from, n)).filter(day => beginsOn.includes(weekdayOf(day)) && addDays(day, days - 1) <= to)
  if (begins.length === 0) return { refused: 'no-dates' }
  if (begins.length > mostDates) return { refused: 'too-many-dates', most: mostDates }
  const isShort = begins.some((day, n) => n > 0 && daysBetween(begins[n - 1] ?? day, day) < days)
  return isShort ? { refused: 'dates-overlap', days } : begins.map(day => ({ day, days: Array.from({ length: days }, (_, n) => addDays(day, n)) }))
}

/** The date that a day is part of. */
export const dateWith = (dates: readonly WaveDate[], day: Day): WaveDate | undefined => dates.find(date => date.days.includes(day))

/** A night's work fits around what takes up less of its day. */
const leastMs = 6 * 3_600_000

/** The days that a stretch of time makes useless for cutovers, where the clocks are: those of which it takes some hours; of a night, the day on which it begins. Null: it takes too little of any. */
export const daysTakenBy = ({ from, to }: Interval, zone: Zone): Days | null => {
  const [first, last] = [dayOf(from, zone), dayOf(to - 1, zone)]
  const isTaken = (day: Day): boolean => Math.min(to, endOfDay(day, zone)) - Math.max(from, startOfDay(day, zone)) >= leastMs
  const days = { first: isTaken(first) ? first : addDays(first, 1), last: isTaken(last) ? last : addDays(last, -1) }
  if (days.first <= days.last) return days
  return to - from >= leastMs ? { first, last: first } : null
}

/** Every day of some stretches that lies in one of the dates: what lies elsewhere matters to nobody. */
export const daysWithin = (dates: readonly WaveDate[], stretches: readonly Days[]): Day[] => dates.flatMap(date => date.days).filter(day => stretches.some(one => one.first <= day && day <= one.last))

/** What rules say of one place. The later of two of a kind counts, but for days somebody would rather not have: those add up. */
export const ruled = (place: ToPlace, rules: readonly WaveRuleSaid[]): ToPlace => {
  let found = place
  for (const rule of rules) {
    if (!('move' in rule) || placeOf(rule.move) !== place.id) continue
    if (rule.kind === 'placed') found = { ...found, placed: rule.day }
    if (rule.kind === 'earliest' && (found.earliest === null || rule.day > found.earliest)) found = { ...found, earliest: rule.day }
    if (rule.kind === 'latest' && (found.latest === null || rule.day < found.latest)) found = { ...found, latest: rule.day }
    if (rule.kind === 'holidays-too') found = { ...found, holidaysToo: true }
    if (rule.kind === 'rather-not') found = { ...found, dislikes: { ...found.dislikes, ...Object.fromEntries(rule.days.map(day => [day, (found.dislikes[day] ?? 0) + rule.points])) } }
  }
  return found
}
