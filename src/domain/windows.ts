import { addDays, type Days } from './days.ts'
import type { HomeId, TenantId } from './homes.ts'
import type { Id } from './ids.ts'
import { dayOf, endOfDay, instantOf, startOfDay, wallOf } from './local-time.ts'
import type { Text } from './locale.ts'
import type { Day, Instant, Interval, Zone } from './time.ts'

export type WindowId = Id<'window'>

/** What people do about a window. *propose*: whoever decides is asked; *choose*: agreed on by word of mouth, it counts at once. */
export const windowActs = ['propose', 'choose', 'confirm', 'move', 'cancel'] as const
export type WindowAct = (typeof windowActs)[number]

/** The interval agreed for a tenant's cutover. `zone`: the customer's, in which it is shown. `sequence` rises with each change, as the invitations' SEQUENCE does. */
export type Window = Interval & { readonly id: WindowId; readonly tenant: TenantId; readonly homes: readonly HomeId[]; readonly zone: Zone; readonly sequence: number }

/** A window somebody would like. `homes`: the origin and the destination. `replaces`: the window that it would be instead of, which is then not in its way. */
export type Wish = Interval & { readonly tenant: TenantId; readonly homes: readonly HomeId[]; readonly zone: Zone; readonly replaces: WindowId | null }

/** What a limit or blackout is about: everything the vendor does, or one home. */
export type Scope = 'vendor' | HomeId

/** How much can be done: windows at the same time, and windows in one night. Null: no limit. A limit is at least 1; for none at all there are blackouts. */
export type Capacity = { readonly of: Scope; readonly atOnce: number | null; readonly perNight: number | null }
export type Blackout = Interval & { readonly of: Scope; readonly name: Text }
/** Days, in the wish's zone, on which the customer wants nothing touched. */
export type NoGo = Days & { readonly note: string }

export type Surroundings = {
  readonly now: Instant
  /** Every window of the vendor that is not over. */
  readonly windows: readonly Window[]
  readonly capacities: readonly Capacity[]
  readonly blackouts: readonly Blackout[]
  readonly noGo: readonly NoGo[]
  /** Where the vendor's nights are. */
  readonly vendorZone: Zone
  /** What the work in the window takes nineteen times of twenty, by the estimate. */
  readonly p95Ms: number
}

/** What is in the way, and from when to when it is. Null: since, or for, ever. */
export type Obstacle = { readonly from: Instant | null; readonly to: Instant } & (
  | { readonly reason: 'past' }
  | { readonly reason: 'overlaps'; readonly window: WindowId }
  | { readonly reason: 'no-capacity-at-once'; readonly of: Scope; readonly atOnce: number }
  | { readonly reason: 'no-capacity-that-night'; readonly of: Scope; readonly night: Day; readonly perNight: number }
  | { readonly reason: 'blackout'; readonly of: Scope; readonly name: Text }
  | { readonly reason: 'no-go'; readonly first: Day; readonly last: Day; readonly note: string }
)
export type TooShort = { readonly reason: 'too-short'; readonly hasMs: number; readonly needsMs: number }

export type NotFree = {
  readonly refused: 'not-free'
  /** All of them, not only the first. */
  readonly reasons: readonly (Obstacle | TooShort)[]
  /** What is free instead, as long as the wish or as the estimate wants it, whichever is longer. */
  readonly instead: { readonly soonest: Interval; /** At the same time of another day; null: at none of the year that follows. */ readonly sameTime: Interval | null }
}

/** Nothing, or every reason why the wish cannot be a window, with what could be. */
export const whyNot = (wish: Wish, around: Surroundings): NotFree | undefined => {
  const obstacles = obstaclesOf(wish, around)
  const [hasMs, needsMs] = [wish.to - wish.from, around.p95Ms]
  const reasons = [...obstacles.filter(one => meets(one, wish)), ...(hasMs < needsMs || hasMs <= 0 ? [{ reason: 'too-short', hasMs, needsMs } as const] : [])]
  if (reasons.length === 0) return undefined
  return { refused: 'not-free', reasons, instead: { soonest: nextFree(wish.from, Math.max(hasMs, needsMs, 1), obstacles), sameTime: sameTimeFree(wish, Math.max(hasMs, needsMs, 1), obstacles) } }
}

/** The window as the wish has it, one change further on. */
export const moved = (window: Window, wish: Interval & Pick<Wish, 'zone'>): Window => ({ ...window, from: wish.from, to: wish.to, zone: wish.zone, sequence: window.sequence + 1 })

/** The day that milestones count back from: that on which it begins for the customer. */
export const t0Of = (window: Interval & Pick<Window, 'zone'>): Day => dayOf(window.from, window.zone)

/** The night an instant belongs to, by the day on which that night begins: nights go from noon to noon, so that midnight parts nothing. */
export const nightOf = (at: Instant, zone: Zone): Day => {
  const { day, time } = wallOf(at, zone)
  return time < '12:00' ? addDays(day, -1) : day
}

/** Everything a wish could meet: each limit as the times at which it forbids. What meets none of them is free. */
export const obstaclesOf = (wish: Wish, around: Surroundings): Obstacle[] => {
  const others = around.windows.filter(window => window.id !== wish.replaces)
  const concerns = (scope: Scope): boolean => scope === 'vendor' || wish.homes.includes(scope)
  return [
    { reason: 'past', from: null, to: around.now },
    ...others.filter(window => window.tenant === wish.tenant).map(({ id, from, to }) => ({ reason: 'overlaps', window: id, from, to }) as const),
    ...around.capacities.filter(one => concerns(one.of)).flatMap(one => full(one, others.filter(window => one.of === 'vendor' || window.homes.includes(one.of)), around.vendorZone)),
    ...around.blackouts.filter(one => concerns(one.of)).map(one => ({ reason: 'blackout', ...one }) as const),
    ...around.noGo.map(one => ({ reason: 'no-go', ...one, from: startOfDay(one.first, wish.zone), to: endOfDay(one.last, wish.zone) }) as const),
  ]
}

const full = ({ of, atOnce, perNight }: Capacity, windows: readonly Window[], zone: Zone): Obstacle[] => [
  ...(atOnce === null ? [] : fullAtOnce(windows, atOnce).map(time => ({ reason: 'no-capacity-at-once', of, atOnce, ...time }) as const)),
  ...(perNight === null ? [] : fullNights(windows, perNight, zone).map(night => ({ reason: 'no-capacity-that-night', of, night, perNight, from: noon(night, zone), to: noon(addDays(night, 1), zone) }) as const)),
]

/** The times at which so many windows or more are open. */
const fullAtOnce = (windows: readonly Interval[], atOnce: number): Interval[] => {
  const changes = windows.flatMap(({ from, to }) => [{ at: from, by: 1 }, { at: to, by: -1 }]).toSorted((a, b) => a.at - b.at || a.by - b.by)
  const found: Interval[] = []
  let [open, since] = [0, 0]
  for (const { at, by } of changes) {
    if (by > 0 && open + 1 === atOnce) since = at
    if (by < 0 && open === atOnce && at > since) found.push({ from: since, to: at })
    open += by
  }
  return found
}

const fullNights = (windows: readonly Interval[], perNight: number, zone: Zone): Day[] => {
  const taken = new Map<Day, number>()
  for (const night of windows.flatMap(window => nightsOf(window, zone))) taken.set(night, (taken.get(night) ?? 0) + 1)
  return [...taken].filter(([, count]) => count >= perNight).map(([night]) => night).toSorted()
}

const nightsOf = (time: Interval, zone: Zone): Day[] => {
  const nights: Day[] = []
  const last = nightOf(time.to - 1, zone)
  for (let night = nightOf(time.from, zone); night <= last; night = addDays(night, 1)) nights.push(night)
  return nights
}

const noon = (day: Day, zone: Zone): Instant => instantOf(day, '12:00', zone).at

/** The soonest time of that length, from then on, that no obstacle is in. There always is one: every obstacle ends. */
const nextFree = (from: Instant, lengthMs: number, obstacles: readonly Obstacle[]): Interval => {
  let at = from
  for (const one of obstacles.toSorted((a, b) => (a.from ?? -Infinity) - (b.from ?? -Infinity))) {
    if ((one.from ?? -Infinity) >= at + lengthMs) break
    at = Math.max(at, one.to)
  }
  return { from: at, to: at + lengthMs }
}

const sameTimeFree = (wish: Wish, lengthMs: number, obstacles: readonly Obstacle[]): Interval | null => {
  const { day, time } = wallOf(wish.from, wish.zone)
  const past = obstacles.find(one => one.reason === 'past')
  const first = past === undefined || past.to <= wish.from ? day : dayOf(past.to, wish.zone)
  for (let n = 0; n <= 366; n++) {
    const { at: from } = instantOf(addDays(first, n), time, wish.zone)
    const found = { from, to: from + lengthMs }
    if (from >= wish.from && !obstacles.some(one => meets(one, found))) return found
  }
  return null
}

/** Whether an obstacle is in the way of a time. */
export const meets = (obstacle: Obstacle, time: Interval): boolean => (obstacle.from ?? -Infinity) < time.to && time.from < obstacle.to
