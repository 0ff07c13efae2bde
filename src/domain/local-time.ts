import { assert } from '#lib/assert.ts'
import { remembered } from '#lib/remembered.ts'
import { addDays } from './days.ts'
import type { Day, Instant, Zone } from './time.ts'

/** A time of a clock on the wall, `09:00`; where something ends also `24:00`. */
export type WallTime = string

/**
 * How a wall time became an instant. `exact`: there is one such instant. `moved-forward`: clocks skip that time on that day, and it is as much later
 * as they skip (02:30 becomes 03:30). `earlier-of-two`: clocks show it twice on that day, and the first one is meant. People are told when it is not exact.
 */
export type Told = 'exact' | 'moved-forward' | 'earlier-of-two'

export type Wall = { readonly day: Day; readonly time: WallTime; /** From UTC: `+09:00`. It tells the two apart where clocks are set back. */ readonly offset: string }

/** A name of the time zone database; a mere offset is none, for it knows no summer. */
export const isZone = (text: string): boolean => {
  try {
    return /^[A-Za-z]/.test(text) && Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text).timeZoneId !== ''
  } catch {
    return false
  }
}

export const isWallTime = (text: string): boolean => /^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/.test(text)

/** Minutes since the day's midnight, as the clock on the wall counts: 0 to 1440. */
export const minuteOf = (time: WallTime): number => {
  assert(isWallTime(time), 'a wall time is written 09:00')
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
}

/** What clocks in the zone show then, to the minute that has begun. */
export const wallOf = (at: Instant, zone: Zone): Wall => {
  const zoned = zonedOf(at, zone)
  return { day: zoned.toPlainDate().toString(), time: zoned.toPlainTime().toString({ smallestUnit: 'minute', roundingMode: 'floor' }), offset: zoned.offset }
}

export const dayOf: (at: Instant, zone: Zone) => Day = remembered(5_000, (at, zone) => zonedOf(at, zone).toPlainDate().toString())

/** The first instant of the day, which is not midnight where clocks skip that. */
export const startOfDay = (day: Day, zone: Zone): Instant => Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds

/** The instant at which the day is over: the first one of the next. */
export const endOfDay = (day: Day, zone: Zone): Instant => startOfDay(addDays(day, 1), zone)

/** When clocks in the zone show that. */
export const instantOf: (day: Day, time: WallTime, zone: Zone) => { readonly at: Instant; readonly told: Told } = remembered(20_000, (day, time, zone) => {
  const wall = Temporal.PlainDate.from(day).toPlainDateTime().add({ minutes: minuteOf(time) })
  const [earlier, later] = [wall.toZonedDateTime(zone, { disambiguation: 'earlier' }), wall.toZonedDateTime(zone, { disambiguation: 'later' })]
  if (earlier.epochMilliseconds === later.epochMilliseconds) return { at: earlier.epochMilliseconds, told: 'exact' }
  return earlier.toPlainDateTime().equals(wall) ? { at: earlier.epochMilliseconds, told: 'earlier-of-two' } : { at: later.epochMilliseconds, told: 'moved-forward' }
})

const zonedOf = (at: Instant, zone: Zone): Temporal.ZonedDateTime => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
