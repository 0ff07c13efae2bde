import { asId, type Id } from '../ids.ts'
import type { Instant } from '../time.ts'
import type { Holder, Lease } from './licence.ts'
import { asLease, type KeptLease, type Seats } from './seats.ts'
import type { Maintenance } from './sheet.ts'
import { type Held, standingOf } from './standing.ts'
import { dateOf, isSetBack, type Timeline } from './timeline.ts'

/** A wish for a seat. `borrowHours`: taken along for so long. */
export type SeatWish = { readonly profile: string; readonly holder: Holder; readonly key: string; readonly borrowHours?: number }

/** All that a seat is given by. */
export type Desk = {
  readonly held: ReadonlyMap<string, Held>
  readonly profiles: ReadonlyMap<string, readonly Id<'licence'>[]>
  readonly seats: Seats
  readonly maintenance: Maintenance | null
  /** The signed notice, where people are sent elsewhere. */
  readonly moved: string | null
  readonly leaseMs: number
}

/** `lease` is not seated yet. */
export type SeatGiven = { readonly lease: KeptLease; readonly held: Held; readonly graceUntil: Instant | null }
export type SeatRefusal = Exclude<ReturnType<typeof standingOf>, { graceUntil: unknown }>
  | { readonly refused: 'profile-unknown'; readonly profile: string }
  | { readonly refused: 'seats-taken'; readonly profile: string; readonly seats: number; /** Who sits there: the first of them. */ readonly holders: readonly Lease[]; readonly more: number }
  | { readonly refused: 'maintenance' } & Maintenance
  | { readonly refused: 'clock-set-back'; readonly seen: Instant; readonly wall: Instant }
  | { readonly refused: 'moved'; readonly moved: string }
  | { readonly refused: 'borrowing-refused'; readonly licence: Id<'licence'>; readonly mostHours: number }
  | { readonly refused: 'key-taken' }
  | { readonly refused: 'key-over'; readonly days: number }
  | { readonly refused: 'clock-right'; readonly wall: Instant }

/** A refusal names so many who sit there. */
export const mostHolders = 20
const hourMs = 3_600_000

/** Finds a seat, or says why there is none. Ended leases were taken out before: a seat is free at the instant its lease ends. */
export const giveSeat = (desk: Desk, wish: SeatWish, line: Timeline, newId: () => string): SeatGiven | SeatRefusal => {
  const { moved, maintenance } = desk
  if (moved !== null) return { refused: 'moved', moved }
  if (maintenance !== null) return { refused: 'maintenance', ...maintenance }
  if (isSetBack(line)) return { refused: 'clock-set-back', seen: line.time, wall: line.wall }
  const licences = desk.profiles.get(wish.profile)
  if (licences === undefined) return { refused: 'profile-unknown', profile: wish.profile }
  let first: SeatRefusal | undefined
  const taken: Held[] = []
  for (const id of licences) {
    const held = desk.held.get(id)
    const standing = held === undefined ? { refused: 'licence-inactive', licence: id, name: id } as const : standingOf(held, dateOf(line))
    if (held === undefined || 'refused' in standing) {
      if ('refused' in standing) first ??= standing
      continue
    }
    const { seats, borrowHours } = held.licence
    if (wish.borrowHours !== undefined && wish.borrowHours > borrowHours) first ??= { refused: 'borrowing-refused', licence: id, mostHours: borrowHours }
    else if (seats !== null && desk.seats.countOf(id) >= seats) taken.push(held)
    else return { lease: leaseOf(desk, wish, held, line, newId), held, graceUntil: standing.graceUntil }
  }
  if (taken.length > 0) return seatsTaken(desk, wish.profile, taken)
  return first ?? { refused: 'licence-inactive', licence: asId(''), name: wish.profile }
}

const leaseOf = ({ leaseMs }: Desk, { profile, holder, key, borrowHours }: SeatWish, { licence }: Held, line: Timeline, newId: () => string): KeptLease => ({
  lease: asId(newId()), licence: licence.id, profile, holder, takenAt: line.time, until: borrowHours === undefined ? line.time + leaseMs : borrowedUntil(line, licence.endsAt, licence.graceDays, borrowHours), isBorrowed: borrowHours !== undefined, key,
})

/** Not beyond the licence itself. */
const borrowedUntil = (line: Timeline, endsAt: Instant | null, graceDays: number, hours: number): Instant => {
  const until = line.time + hours * hourMs
  return endsAt === null ? until : Math.min(until, line.time + (endsAt + graceDays * 24 * hourMs - dateOf(line)))
}

const seatsTaken = (desk: Desk, profile: string, taken: readonly Held[]): SeatRefusal => {
  const holders: Lease[] = []
  for (const { licence } of taken) {
    for (const sitting of desk.seats.of(licence.id)) {
      if (holders.length === mostHolders) break
      holders.push(asLease(sitting))
    }
  }
  return { refused: 'seats-taken', profile, seats: taken.reduce((sum, { licence }) => sum + (licence.seats ?? 0), 0), holders, more: taken.reduce((sum, { licence }) => sum + desk.seats.countOf(licence.id), 0) - holders.length }
}
