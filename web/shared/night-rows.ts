import { wallIn } from './wall.ts'

const [minuteMs, dayMs] = [60_000, 86_400_000]
/** Of 24 hours, from `start` on. `days`: the days of the calendar that it shows, each from where it begins; `hours`: where the clock shows a third hour. Places are shares of the row's length. */
export type NightRow = { readonly start: number; readonly days: readonly { readonly at: number; readonly day: string }[]; readonly hours: readonly { readonly at: number; readonly hour: number }[] }

/**
 * What a time is drawn on: one row from midnight, noon, or another quarter of the day if all of it fits; else a row for each day. A row is as long as 24 hours are; on the day on which clocks are
 * changed an hour is therefore missing, or there twice, where it is so on the wall.
 */
export const rowsOf = (from: number, to: number, zone: string): readonly NightRow[] => {
  const begins = (hour: number): number => {
    const { minute } = wallIn(from, zone)
    const since = (minute - hour * 60 + 1_440) % 1_440
    return Math.floor(from / minuteMs) * minuteMs - since * minuteMs
  }
  const one = [0, 12, 18, 6].map(begins).find(start => start + dayMs >= to)
  const first = one ?? begins(0)
  const count = Math.max(1, Math.ceil((to - first) / dayMs))
  return Array.from({ length: Math.min(count, 31) }, (_, n) => rowOf(first + n * dayMs, zone))
}

const rowOf = (start: number, zone: string): NightRow => {
  const [days, hours]: [{ at: number; day: string }[], { at: number; hour: number }[]] = [[], []]
  // A quarter of an hour is the smallest by which any zone lies beside another.
  for (let at = start; at <= start + dayMs; at += 15 * minuteMs) {
    const { day, minute } = wallIn(at, zone)
    if (minute % 180 === 0) hours.push({ at: (at - start) / dayMs, hour: minute / 60 })
    if (days.at(-1)?.day !== day && at < start + dayMs) days.push({ at: (at - start) / dayMs, day })
  }
  return { start, days, hours }
}

/** The part of a time that lies in a row, as shares of its length; undefined: none does. */
export const withinRow = ({ start }: NightRow, from: number, to: number): { readonly at: number; readonly length: number } | undefined => {
  const [begin, end] = [Math.max(from, start), Math.min(to, start + dayMs)]
  return end <= begin ? undefined : { at: (begin - start) / dayMs, length: (end - begin) / dayMs }
}
