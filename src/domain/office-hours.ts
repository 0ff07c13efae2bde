import { assert } from '#lib/assert.ts'
import { holidayOn, type HolidayList } from './calendar.ts'
import { weekdayOf, type Weekday } from './days.ts'
import { minuteOf, type WallTime } from './local-time.ts'
import type { Text } from './locale.ts'
import type { Day, Instant, Interval, Zone } from './time.ts'

/** From a wall time up to and without another of the same day. */
export type Hours = { readonly from: WallTime; readonly to: WallTime }

/** When a vendor works, by the clock on its wall. A weekday may have several hours, or none. */
export type Office = { readonly zone: Zone; readonly weekend: readonly Weekday[]; readonly hours: Readonly<Record<Weekday, readonly Hours[]>> }

/** What time it is for the office, and the one reason that is told for it: a holiday on a Sunday is a holiday, a Sunday at night is a weekend. */
export const kinds = ['holiday', 'weekend', 'after-hours', 'standard'] as const
export type Kind = (typeof kinds)[number]

/** A piece of time of one kind, of one local day, between two changes of the clock. */
export type Piece = Interval & { readonly day: Day; readonly kind: Kind; readonly holiday: Text | null }

const minuteMs = 60_000
const dayMs = 86_400_000

/**
 * The time cut where the office's time changes: at local midnights, where hours begin and end, and where clocks are changed. Each minute is what the clock on
 * the wall says at that minute: an hour that is shown twice counts twice, one that is skipped not at all. The pieces follow each other without gap; neighbours
 * differ in kind, day or distance to UTC. Times within a minute are rounded outward: a minute that has begun counts as a whole one.
 */
export const piecesOf = (time: Interval, office: Office, holidays: HolidayList): Piece[] => {
  const pieces: (Piece & { offsetMs: number })[] = []
  for (const stretch of stretches({ from: Math.floor(time.from / minuteMs) * minuteMs, to: Math.ceil(time.to / minuteMs) * minuteMs }, office.zone)) {
    for (let from = stretch.from; from < stretch.to;) {
      const { day, kind, holiday, until } = at(from + stretch.offsetMs, office, holidays)
      const to = Math.min(stretch.to, until - stretch.offsetMs)
      const last = pieces.at(-1)
      if (last !== undefined && last.day === day && last.kind === kind && last.offsetMs === stretch.offsetMs) pieces[pieces.length - 1] = { ...last, to }
      else pieces.push({ from, to, day, kind, holiday, offsetMs: stretch.offsetMs })
      from = to
    }
  }
  return pieces.map(({ offsetMs: _, ...piece }) => piece)
}

type Stretch = Interval & { readonly offsetMs: number }

/** Between two changes of the clock the wall runs as time does, only shifted: there, cutting is adding and subtracting. */
const stretches = (time: Interval, zone: Zone): Stretch[] => {
  const found: Stretch[] = []
  for (let from: Instant = time.from; from < time.to;) {
    const zoned = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone)
    const to = Math.min(time.to, zoned.getTimeZoneTransition('next')?.epochMilliseconds ?? time.to)
    const offsetMs = zoned.offsetNanoseconds / 1e6
    assert(to > from && to % minuteMs === 0 && offsetMs % minuteMs === 0, `clocks of ${zone} are set by whole minutes`)
    found.push({ from, to, offsetMs })
    from = to
  }
  return found
}

/** `wallMs`, `until`: what the wall shows, as milliseconds since 1970 if it hung in UTC. Until then, at least, nothing changes. */
const at = (wallMs: number, office: Office, holidays: HolidayList): { day: Day; kind: Kind; holiday: Text | null; until: number } => {
  const day = Temporal.Instant.fromEpochMilliseconds(wallMs).toZonedDateTimeISO('UTC').toPlainDate().toString()
  const midnight = Math.floor(wallMs / dayMs) * dayMs
  const minute = (wallMs - midnight) / minuteMs
  const weekday = weekdayOf(day)
  const holiday = holidayOn(day, holidays)
  if (holiday !== undefined) return { day, kind: 'holiday', holiday, until: midnight + dayMs }
  if (office.weekend.includes(weekday)) return { day, kind: 'weekend', holiday: null, until: midnight + dayMs }
  const hours = office.hours[weekday].map(({ from, to }) => ({ from: minuteOf(from), to: minuteOf(to) }))
  const isOpen = hours.some(({ from, to }) => from <= minute && minute < to)
  const edge = Math.min(24 * 60, ...hours.flatMap(({ from, to }) => [from, to]).filter(edge => edge > minute))
  return { day, kind: isOpen ? 'standard' : 'after-hours', holiday: null, until: midnight + edge * minuteMs }
}
