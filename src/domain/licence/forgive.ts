import type { Instant } from '../time.ts'
import type { Activation, Licence } from './licence.ts'
import { isSetBack, type Timeline, toleratedMs } from './timeline.ts'
import { hourOf, type UsageHour } from './usage.ts'

/** That a person said: the clock is right now, and what the server had seen was not. */
export type Forgiveness = { readonly at: Instant; /** What the server had taken for the time until then. */ readonly from: Instant; readonly by: string; readonly reason: string }

/** How far the server's own time is ahead of the clock, if so far that it gives out nothing; null: there is nothing to forgive. */
export const aheadOf = (line: Timeline): number | null => (isSetBack(line) ? line.time - line.wall : null)

/**
 * Whoever sets a clock back on purpose would have a licence last longer. So what has an end, and what was signed later than the clock says, gives out nothing until its issuer has said what
 * time it is. What never ends gains nothing from an earlier time.
 */
export const mustWait = ({ endsAt, issuedAt }: Pick<Licence, 'endsAt' | 'issuedAt'>, activation: Pick<Activation, 'activatedAt'>, wall: Instant): boolean =>
  endsAt !== null || Math.max(issuedAt, activation.activatedAt) > wall + toleratedMs

/** Whether the clock is no further behind what the issuer said than clocks are. */
export const agrees = (wall: Instant, issuer: Instant | null): boolean => issuer !== null && wall >= issuer - toleratedMs

type Seat = { readonly takenAt: Instant; readonly until: Instant; readonly isBorrowed: boolean }

/** A seat that is out, by the clock that is right: nobody loses it by that, and none lasts longer than it was given for. One borrowed while the clock was ahead has as long to go as it had. */
export const seatBroughtBack = <S extends Seat>(seat: S, { wall, ahead, leaseMs }: { readonly wall: Instant; readonly ahead: number; readonly leaseMs: number }): S => {
  const wasAhead = seat.takenAt > wall
  const takenAt = wasAhead ? Math.min(wall, Math.max(0, seat.takenAt - ahead)) : seat.takenAt
  if (!seat.isBorrowed) return { ...seat, takenAt, until: wall + leaseMs }
  return { ...seat, takenAt, until: wasAhead ? seat.until - ahead : seat.until }
}

/** Hours that lie ahead, put where they were; two that meet are one. `all`: every hour from which on something may change. */
export const hoursBroughtBack = (all: readonly UsageHour[], wall: Instant, ahead: number): readonly UsageHour[] => {
  const hours = new Map<string, UsageHour>()
  for (const one of all) {
    const hour = one.hour > wall ? Math.min(hourOf(wall), hourOf(Math.max(0, one.hour - ahead))) : one.hour
    const [name, known] = [`${one.licence} ${hour}`, hours.get(`${one.licence} ${hour}`)]
    hours.set(name, known === undefined ? { ...one, hour } : { ...known, peak: Math.max(known.peak, one.peak), checkOuts: known.checkOuts + one.checkOuts, refusals: known.refusals + one.refusals })
  }
  return [...hours.values()]
}
