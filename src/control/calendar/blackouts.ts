import type { NoAccess } from '#domain/access.ts'
import type { HomeId } from '#domain/homes.ts'
import { endOfDay, startOfDay } from '#domain/local-time.ts'
import type { Customer, CustomerId, VendorId } from '#domain/parties.ts'
import type { MoveId } from '#domain/programmes.ts'
import type { Blackout, Window } from '#domain/records.ts'
import type { Day, Instant, Zone } from '#domain/time.ts'
import { barred, type Desk, type Glance, journal, vendorOf } from '../ground/desk.ts'
import { pageOf, type Page, type Paging } from '../ground/pages.ts'
import { openWindows } from './surroundings.ts'

/** A confirmed window that a blackout lies over: somebody must move it, or the blackout must give way. */
export type Hit = { readonly window: Window['id']; readonly move: MoveId; readonly customer: Pick<Customer, 'id' | 'name'>; readonly startsAt: Instant; readonly endsAt: Instant; readonly zone: Zone }
export type BlackoutRefused = NoAccess | { readonly refused: 'home-or-customer' } | { readonly refused: 'days-or-times' } | { readonly refused: 'ends-before' }

/** Whole days of the owner's zone, both included, or times. Neither `home` nor `customer`: nothing of the vendor's. */
type Wanted = { readonly home?: HomeId; readonly customer?: CustomerId; readonly firstOn?: Day; readonly lastOn?: Day; readonly startsAt?: Instant; readonly endsAt?: Instant; readonly reason: string }

/**
 * When nothing may be cut over. It is laid also where windows are confirmed already: days that become impossible are a fact. Each window that it hits is in the answer,
 * and stays marked where windows are listed, until it is moved.
 */
export const addBlackout = async (desk: Desk, { home, customer, reason, ...time }: Wanted): Promise<{ id: Blackout['id']; hits: readonly Hit[] } | BlackoutRefused> => {
  if (home !== undefined && customer !== undefined) return { refused: 'home-or-customer' }
  const owner = await ownerOf(desk, { home, customer })
  if ('refused' in owner) return owner
  const span = spanOf(time, owner.zone)
  if ('refused' in span) return span
  const { tx } = desk
  // Nobody confirms a window meanwhile: either it sees the blackout, or the blackout sees it.
  await tx.lock('vendor', owner.vendor)
  const blackout: Blackout = { id: desk.world.newId(), vendor: owner.vendor, home: home ?? null, customer: customer ?? null, ...span, reason }
  await tx.add('blackout', blackout)
  const hits = await hitsOf(desk, blackout)
  journal(desk, 'blackout.change', 'blackout', blackout.id, { added: { home: home ?? null, customer: customer ?? null, from: iso(span.startsAt), to: iso(span.endsAt), reason }, hits: hits.map(hit => hit.window) })
  return { id: blackout.id, hits }
}

const ownerOf = async (desk: Desk, { home, customer }: { readonly home: HomeId | undefined; readonly customer: CustomerId | undefined }): Promise<{ vendor: VendorId; zone: Zone } | NoAccess> => {
  const { tx } = desk
  const of = customer === undefined ? undefined : await tx.get('customer', customer)
  const at = home === undefined ? undefined : await tx.get('home', home)
  const vendor = of?.vendor ?? at?.vendor ?? (home === undefined && customer === undefined ? vendorOf(desk) : undefined)
  if (vendor === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'blackout.change', { vendor, customer: customer ?? null })
  if (why !== undefined) return why
  return { vendor, zone: of?.zone ?? (await tx.get('vendor', vendor))?.zone ?? 'UTC' }
}

const spanOf = ({ firstOn, lastOn, startsAt, endsAt }: Omit<Wanted, 'reason' | 'home' | 'customer'>, zone: Zone): { startsAt: Instant; endsAt: Instant } | BlackoutRefused => {
  const byDays = firstOn !== undefined && startsAt === undefined && endsAt === undefined
  if (!byDays && (firstOn !== undefined || lastOn !== undefined || startsAt === undefined || endsAt === undefined)) return { refused: 'days-or-times' }
  const span = byDays ? { startsAt: startOfDay(firstOn, zone), endsAt: endOfDay(lastOn ?? firstOn, zone) } : { startsAt: startsAt ?? 0, endsAt: endsAt ?? 0 }
  return span.startsAt < span.endsAt ? span : { refused: 'ends-before' }
}

const hitsOf = async ({ tx, now }: Desk, blackout: Blackout): Promise<Hit[]> => {
  const windows = (await openWindows(tx, blackout.vendor, now))
    .filter(({ from, to, homes, row }) => from < blackout.endsAt && blackout.startsAt < to && (blackout.home === null || homes.includes(blackout.home)) && (blackout.customer === null || blackout.customer === row.customer))
  const customers = new Map(windows.length === 0 ? [] : (await tx.list('customer', { id: [...new Set(windows.map(({ row }) => row.customer))] }, { limit: windows.length })).map(one => [one.id, one.name]))
  return windows.map(({ row }) => ({ window: row.id, move: row.move, customer: { id: row.customer, name: customers.get(row.customer) ?? '' }, startsAt: row.startsAt, endsAt: row.endsAt, zone: row.zone }))
}

export const removeBlackout = async (desk: Desk, { blackout: id }: { readonly blackout: Blackout['id'] }): Promise<{ id: Blackout['id'] } | NoAccess> => {
  const blackout = await desk.tx.lock('blackout', id)
  if (blackout === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'blackout.change', { vendor: blackout.vendor, customer: blackout.customer })
  if (why !== undefined) return why
  await desk.tx.remove('blackout', { id })
  journal(desk, 'blackout.change', 'blackout', id, { removed: { from: iso(blackout.startsAt), to: iso(blackout.endsAt), reason: blackout.reason } })
  return { id }
}

type Filter = Paging & { readonly home?: HomeId; readonly customer?: CustomerId; readonly from?: Instant; readonly to?: Instant }

/** A customer sees its own no-go dates and nobody else's. */
export const listBlackouts = (glance: Glance, { home, customer, from, to, ...paging }: Filter): Promise<Page<Blackout> | NoAccess> =>
  pageOf(glance, 'blackout.read', 'blackout', { ...(home === undefined ? {} : { home }), ...(customer === undefined ? {} : { customer }), ...(from === undefined ? {} : { endsAt: { from } }), ...(to === undefined ? {} : { startsAt: { to } }) }, paging)

const iso = (at: Instant): string => Temporal.Instant.fromEpochMilliseconds(at).toString()
