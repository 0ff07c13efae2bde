import { wallIn } from './wall.ts'

const minuteMs = 60_000

/**
 * When the clock on a wall of the zone shows this, as `2027-03-19T22:00`; undefined: it is no such text. A time that is shown twice in the night in which clocks are set back is the first of
 * the two; one that is left out in the other night is as much later as clocks go forward.
 */
export const instantAt = (wall: string, zone: string): string | undefined => {
  const plain = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(wall) ? Date.parse(`${wall}:00Z`) : Number.NaN
  if (Number.isNaN(plain)) return undefined
  const offsetAt = (at: number): number => {
    const { day, minute } = wallIn(at, zone)
    return Date.parse(`${day}T00:00:00Z`) + minute * minuteMs - at
  }
  // What the clock is ahead by on the day before and on the day after: they differ in the nights in which it is set.
  const [before, after] = [offsetAt(plain - 86_400_000), offsetAt(plain + 86_400_000)]
  const [first, second] = [plain - before, plain - after]
  return new Date(offsetAt(first) === before || offsetAt(second) !== after ? first : second).toISOString()
}
