import { signDocument } from '#domain/licence/documents.ts'
import type { Id } from '#domain/ids.ts'
import { giveSeat, type SeatWish } from '#domain/licence/give.ts'
import type { NodeLock } from '#domain/licence/node-lock.ts'
import type { LicenceRefused } from '#domain/licence/refused.ts'
import { asLease, type Sitting } from '#domain/licence/seats.ts'
import { type Held, standingOf } from '#domain/licence/standing.ts'
import { dateOf, type Timeline } from '#domain/licence/timeline.ts'
import type { Instant } from '#domain/time.ts'
import { assert } from '#lib/assert.ts'
import { keep, type Stand, timeOf } from './stand.ts'

export type SeatAnswer = {
  readonly lease: Id<'lease'>; readonly licence: Id<'licence'>; readonly kind: string; readonly until: Instant; readonly heartbeatSeconds: number
  readonly seat: string; readonly activation: string; readonly document: string; readonly graceUntil: Instant | null
}
export type HeardAnswer = { readonly lease: Id<'lease'>; readonly until: Instant | null; readonly refused: 'lease-over' | 'moved' | 'maintenance' | null }

/** A seat, durable when this resolves (L5). The same key gives the same seat while it is out. */
export const checkOut = (stand: Stand, wish: SeatWish & { readonly nodeLock?: NodeLock }): LicenceRefused | Promise<SeatAnswer> => {
  const line = timeOf(stand)
  const known = stand.seats.findByKey(wish.key)
  if (known !== undefined) {
    if (!isSameWish(known, wish)) return { refused: 'key-taken' }
    const again = answerOf(stand, known, line, wish.nodeLock)
    return stand.keeper.settled().then(() => again)
  }
  const given = giveSeat(stand, wish, line, () => stand.world.newId())
  if ('refused' in given) {
    for (const licence of stand.profiles.get(wish.profile) ?? []) stand.usage.refused(licence, line.time, stand.seats.countOf(licence))
    return given
  }
  const sitting = stand.seats.sit(given.lease)
  stand.usage.checkedOut(given.lease.licence, line.time, stand.seats.countOf(given.lease.licence))
  const kept = keep(stand, { taken: [given.lease] })
  // Signed while the disk is at work.
  const answer = answerOf(stand, sitting, line, wish.nodeLock)
  return kept.then(() => answer)
}

/** The holders of these are still there. In memory only: a crash gives everyone one lease more (L4). */
export const heartbeat = (stand: Stand, leases: readonly Id<'lease'>[]): { readonly answers: readonly HeardAnswer[]; readonly moved: string | null } => {
  const until = timeOf(stand).time + stand.leaseMs
  return { answers: leases.map(lease => hear(stand, lease, until)), moved: stand.moved }
}

const hear = (stand: Stand, lease: Id<'lease'>, until: Instant): HeardAnswer => {
  const sitting = stand.seats.find(lease)
  if (sitting !== undefined) {
    stand.seats.hear(sitting, until)
    return { lease, until: sitting.until, refused: null }
  }
  const gone = stand.gone.get(lease)
  return gone === undefined ? { lease, until: null, refused: 'lease-over' } : { lease, until: gone.until, refused: stand.moved === null ? 'maintenance' : 'moved' }
}

/** So many seats are free again, durably. One that was over already is no matter; one that went elsewhere is to be released there. */
export const release = async (stand: Stand, leases: readonly Id<'lease'>[]): Promise<{ readonly released: number } | LicenceRefused> => {
  timeOf(stand)
  const sitting = [...new Set(leases)].map(lease => stand.seats.find(lease)).filter(one => one !== undefined)
  if (sitting.length === 0 && stand.moved !== null && leases.some(lease => stand.gone.has(lease))) return { refused: 'moved', moved: stand.moved }
  for (const one of sitting) stand.seats.free(one)
  // Whoever says it again, because no answer came, is not told before the first is durable.
  await (sitting.length > 0 ? keep(stand, { ended: sitting.map(one => one.lease.lease) }) : stand.keeper.settled())
  return { released: sitting.length }
}

const isSameWish = ({ lease }: Sitting, { profile, holder, borrowHours }: SeatWish): boolean =>
  lease.profile === profile && lease.holder.user === holder.user && lease.holder.host === holder.host && lease.holder.program === holder.program && lease.isBorrowed === (borrowHours !== undefined)

const answerOf = (stand: Stand, sitting: Sitting, line: Timeline, nodeLock: NodeLock | undefined): SeatAnswer => {
  const { lease, licence } = sitting.lease
  const held = heldBy(stand, licence)
  assert(held.activation !== null, 'a seat is given only of what is active')
  const seat = signDocument('rehome-seat', { ...asLease(sitting), server: stand.identity.server, nodeLock: sitting.lease.isBorrowed ? nodeLock ?? null : null }, stand.world.signer)
  const standing = standingOf(held, dateOf(line))
  return {
    lease, licence, kind: held.licence.kind, until: sitting.until, heartbeatSeconds: stand.world.leaseSeconds / 3, seat, activation: held.activation.signed, document: held.document,
    graceUntil: 'refused' in standing ? null : standing.graceUntil,
  }
}

const heldBy = (stand: Stand, licence: Id<'licence'>): Held => {
  const held = stand.held.get(licence)
  assert(held !== undefined, 'a seat is of a licence that is here')
  return held
}
