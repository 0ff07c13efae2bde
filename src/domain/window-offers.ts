import { addDays } from './days.ts'
import { instantOf, type Told, type WallTime } from './local-time.ts'
import type { Day, Interval } from './time.ts'
import { meets, obstaclesOf, type Surroundings, type Wish } from './windows.ts'

/** A time that is free, on a day of the wish's zone. `told`: whether clocks show its beginning just once. */
export type Offered = Interval & { readonly day: Day; readonly told: Told }

/** Days on either side of the wished one that are looked at. */
const mostDays = 90

/**
 * Free times of that length at that time of the day, at most `count`: those nearest to the wished day, in the order in which they come. `notBefore`: no
 * earlier day is offered.
 */
export const freeAround = (wish: Omit<Wish, 'from' | 'to'>, { day, time, lengthMs }: { readonly day: Day; readonly time: WallTime; readonly lengthMs: number }, around: Surroundings, count: number, notBefore: Day | null = null): Offered[] => {
  const obstacles = obstaclesOf({ ...wish, from: 0, to: 0 }, around)
  const found: Offered[] = []
  for (let n = 0; n <= mostDays * 2 && found.length < count; n++) {
    // The day itself, the one after, the one before, and so on outwards.
    const on = addDays(day, n % 2 === 1 ? (n + 1) / 2 : -n / 2)
    if (notBefore !== null && on < notBefore) continue
    const { at: from, told } = instantOf(on, time, wish.zone)
    const free = { from, to: from + lengthMs }
    if (!obstacles.some(one => meets(one, free))) found.push({ ...free, day: on, told })
  }
  return found.toSorted((a, b) => a.from - b.from)
}
