import type { Id } from '#domain/ids.ts'
import { aheadOf, type Forgiveness, hoursBroughtBack, mustWait, seatBroughtBack } from '#domain/licence/forgive.ts'
import type { LicenceRefused } from '#domain/licence/refused.ts'
import type { KeptLease } from '#domain/licence/seats.ts'
import type { Held } from '#domain/licence/standing.ts'
import type { Timeline } from '#domain/licence/timeline.ts'
import { hourOf, type UsageHour } from '#domain/licence/usage.ts'
import type { Instant } from '#domain/time.ts'
import { lowerAnchor } from './anchoring.ts'
import { type Decided, once } from './once.ts'
import { askIssuer, askWithin } from './proving.ts'
import { keptOf, type Stand, timeOf } from './stand.ts'

const hourMs = 3_600_000
/** The last instant that a book can hold. */
const farAway = 253_402_300_799_000

type Waiting = { readonly licence: Id<'licence'>; readonly name: string }
/** `ahead`: by so much the server's own time is ahead of the clock, in milliseconds; null: not so far that anything is refused. */
export type ClockRead = { readonly time: Instant; readonly wall: Instant; readonly ahead: number | null; /** Licences that would wait for their issuer, or do. */ readonly waiting: readonly Waiting[]; readonly forgiven: readonly Forgiveness[] }
/** `again`: seats that were taken along, and were thought over while the clock was ahead. */
export type ClockForgiven = { readonly time: Instant; readonly from: Instant; readonly seats: number; readonly again: number; readonly hours: number }

/** What the server takes for the time, and what forgiving the clock would come to. */
export const readClock = (stand: Stand): ClockRead => {
  const line = timeOf(stand)
  const [ahead, held] = [aheadOf(line), [...stand.held.values()]]
  const waiting = held.filter(one => one.waits || (ahead !== null && waitsAt(one, line.wall)))
  return { time: line.time, wall: line.wall, ahead, waiting: waiting.map(({ licence }) => ({ licence: licence.id, name: licence.name })), forgiven: stand.forgiven }
}

/**
 * L7, the one exception, which a person answers for: the clock is right, and was far ahead when the server was started once. The server's time is the clock's again; what was written down
 * while it was ahead is brought back with it. What has an end waits until its issuer has said what time it is.
 */
export const forgiveClock = async (stand: Stand, said: { readonly by: string; readonly reason: string; readonly key: string }, signal: AbortSignal): Promise<ClockForgiven | LicenceRefused> => {
  const answer = await once<ClockForgiven>(stand, 'forgive-clock', said, () => decide(stand, said))
  if (!('refused' in answer)) await askWithin(signal, asking => askIssuer(stand, stand.line.time, asking))
  return answer
}

const decide = async (stand: Stand, { by, reason }: { readonly by: string; readonly reason: string }): Promise<Decided<ClockForgiven> | LicenceRefused> => {
  const before = timeOf(stand)
  if (aheadOf(before) === null) return { refused: 'clock-right', wall: before.wall }
  const lapsed = await stand.book.lapsed(before.wall)
  const kept = await usageAround(stand, before)
  // Before the book: one that is ahead of its anchor is believed, one behind it would be a copy.
  await lowerAnchor(stand, before.wall)
  // From here to the end of this function nothing else happens.
  const line = timeOf(stand)
  const ahead = aheadOf(line)
  if (ahead === null) return { refused: 'clock-right', wall: line.wall }
  const change = { wall: line.wall, ahead, leaseMs: stand.leaseMs }
  const seats = sitAnew(stand, change)
  const again = sitAgain(stand, lapsed, line.wall)
  const held = heldBack(stand, line.wall)
  const unkept = stand.usage.take(line.time)
  const hours = hoursBroughtBack(joined(kept, unkept), line.wall, ahead)
  stand.usage.begin(hours.filter(({ hour }) => hour === hourOf(line.wall)))
  stand.line = { time: line.wall, wall: line.wall, elapsed: line.elapsed } satisfies Timeline
  if (stand.maintenance !== null) stand.maintenance = { ...stand.maintenance, since: Math.min(stand.maintenance.since, line.wall) }
  const forgiveness: Forgiveness = { at: line.wall, from: line.time, by, reason }
  stand.forgiven = [forgiveness, ...stand.forgiven]
  return {
    answer: { time: line.wall, from: line.time, seats: seats.length, again: again.length, hours: [...kept, ...unkept].filter(({ hour }) => hour > line.wall).length },
    change: { taken: [...seats, ...again], licences: held.map(keptOf), ...(stand.maintenance === null ? {} : { maintenance: stand.maintenance }), forgiven: { ...forgiveness, hours, hoursGone: hourOf(line.wall) + hourMs } },
  }
}

const waitsAt = ({ licence, activation }: Held, wall: Instant): boolean => activation !== null && mustWait(licence, activation.says, wall)

/** Who sits. */
const sitAnew = (stand: Stand, change: { readonly wall: Instant; readonly ahead: number; readonly leaseMs: number }): readonly KeptLease[] => {
  for (const [name, lease] of stand.gone) stand.gone.set(name, seatBroughtBack(lease, change))
  const seats = [...stand.seats.all()].map(sitting => ({ sitting, lease: seatBroughtBack({ ...sitting.lease, until: sitting.until }, change) }))
  for (const { sitting, lease } of seats) {
    stand.seats.free(sitting)
    stand.seats.sit(lease)
  }
  return seats.map(({ lease }) => lease)
}

/** Whoever took a seat along before the clock was ahead has it still, whatever the server thought meanwhile: it counts until it ends. */
const sitAgain = (stand: Stand, lapsed: readonly KeptLease[], wall: Instant): readonly KeptLease[] => {
  const again = lapsed.filter(({ lease, licence, takenAt, until }) => takenAt <= wall && until > wall && (stand.held.get(licence)?.activation ?? null) !== null && stand.seats.find(lease) === undefined).map(lease => ({ ...lease, key: null }))
  for (const lease of again) stand.seats.sit(lease)
  return again
}

const heldBack = (stand: Stand, wall: Instant): readonly Held[] => {
  const waiting = [...stand.held.values()].filter(held => waitsAt(held, wall)).map(held => ({ ...held, waits: true }))
  for (const held of waiting) stand.held.set(held.licence.id, held)
  return waiting
}

/** Hours that lie ahead, and those that they are to be joined with. */
const usageAround = async ({ book }: Stand, { time, wall }: Timeline): Promise<readonly UsageHour[]> => {
  const ahead = await book.usage(hourOf(wall) + hourMs, farAway)
  const first = ahead.reduce((least, { hour }) => Math.min(least, hour), time) - (time - wall)
  return [...await book.usage(Math.max(0, hourOf(first)), hourOf(wall) + hourMs), ...ahead]
}

/** What is in memory is newer than what is kept. */
const joined = (kept: readonly UsageHour[], unkept: readonly UsageHour[]): readonly UsageHour[] =>
  [...new Map([...kept, ...unkept].map(one => [`${one.licence} ${one.hour}`, one])).values()]
