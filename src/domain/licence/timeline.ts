import type { Instant } from '../time.ts'

/** The server's own time, as of a reading of both clocks. It never goes back, whatever the wall clock does. */
export type Timeline = { readonly time: Instant; readonly wall: Instant; readonly elapsed: number }

/** So far behind its own time the wall clock may be: set right by a few seconds now and then, it stays below. */
export const toleratedMs = 2 * 60_000
/** Where the wall clock is ahead (the machine slept), time follows it by a tenth of what passes: no lease is shortened by more than that. */
const catchUp = 0.1

/** `seen`: the newest time that the book knows of. */
export const beginTime = (seen: Instant, wall: Instant, elapsed: number): Timeline => ({ time: Math.max(seen, wall), wall, elapsed })

export const passTime = (line: Timeline, wall: Instant, elapsed: number): Timeline => {
  const by = Math.max(0, elapsed - line.elapsed)
  const behind = wall - (line.time + by)
  return { time: line.time + by + Math.min(Math.max(0, behind), by * catchUp), wall, elapsed: Math.max(elapsed, line.elapsed) }
}

/** L7: the wall clock was set back. No new seats until it is right. */
export const isSetBack = ({ time, wall }: Timeline): boolean => wall < time - toleratedMs

/** Whether a licence has begun or is over goes by whichever is later: neither a machine that slept nor a clock set back lengthens it. */
export const dateOf = ({ time, wall }: Timeline): Instant => Math.max(time, wall)
