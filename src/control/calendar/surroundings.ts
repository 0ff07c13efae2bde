import type { Home, HomeId, Tenant } from '#domain/homes.ts'
import { dayOf } from '#domain/local-time.ts'
import type { Text } from '#domain/locale.ts'
import type { Customer, Vendor, VendorId } from '#domain/parties.ts'
import type { Move } from '#domain/programmes.ts'
import type { Blackout as BlackoutRow, Window as WindowRow } from '#domain/records.ts'
import type { Instant } from '#domain/time.ts'
import type { Blackout, Capacity, Surroundings, Window } from '#domain/windows.ts'
import { assert } from '#lib/assert.ts'
import type { View } from '#ports/ledger.ts'
import { estimateOf, type TenantEstimate } from '../billing/estimates.ts'
import { homesById } from '../homes/homes.ts'
import { settingsIn } from '../running/settings.ts'

/** Windows and blackouts of one vendor that are not over. */
const most = 100_000

/** What a window of a move is looked at with. */
export type Around = Surroundings & { readonly move: Move; readonly tenant: Tenant; readonly customer: Customer; readonly vendor: Vendor; readonly homes: ReadonlyMap<HomeId, Home>; readonly estimate: TenantEstimate | null; readonly homeIds: readonly HomeId[] }

/** Shortest window where nothing was measured of a tenant. */
export const unmeasuredMs = 2 * 3_600_000

/** Everything that could be in the way of a window of this move. While the vendor's row is held, no other window of the vendor is confirmed and no blackout laid. */
export const surroundingsOf = async (view: View, move: Move, now: Instant): Promise<Around> => {
  const [tenant, customer] = [await view.get('tenant', move.tenant), await view.get('customer', move.customer)]
  assert(tenant !== undefined && customer !== undefined, 'a move is of a tenant of a customer')
  const { vendor, known: { settings } } = await settingsIn(view, move.vendor)
  const homes = await homesById(view, [move.origin, move.destination])
  const estimate = await estimateOf(view, tenant, settings)
  const [common, own] = [await view.list('blackout', { vendor: move.vendor, customer: null, endsAt: { from: now } }, { limit: most }), await view.list('blackout', { vendor: move.vendor, customer: customer.id, endsAt: { from: now } }, { limit: most })]
  const vendorWide: Capacity = { of: 'vendor', atOnce: settings.capacity.atOnce, perNight: settings.capacity.aDay }
  return {
    move, tenant, customer, vendor, homes, homeIds: [move.origin, move.destination], estimate: 'refused' in estimate ? null : estimate,
    now, vendorZone: vendor.zone, p95Ms: 'refused' in estimate ? unmeasuredMs : estimate.estimate.p95Ms,
    windows: await openWindows(view, move.vendor, now),
    capacities: [vendorWide, ...[...homes.values()].map((home): Capacity => ({ of: home.id, atOnce: home.capacity, perNight: null }))],
    blackouts: common.map(blackoutOf),
    noGo: own.map(({ startsAt, endsAt, reason }) => ({ first: dayOf(startsAt, customer.zone), last: dayOf(endsAt - 1, customer.zone), note: reason })),
  }
}

const sameIn = (text: string): Text => ({ en: text, ja: text })
const blackoutOf = ({ home, startsAt, endsAt, reason }: BlackoutRow): Blackout => ({ of: home ?? 'vendor', from: startsAt, to: endsAt, name: sameIn(reason) })

/** All confirmed windows of a vendor that are not over, with the homes that they take from. What is only proposed takes nobody's place. */
export const openWindows = async (view: View, vendor: VendorId, now: Instant): Promise<(Window & { readonly row: WindowRow })[]> => {
  const rows = await view.list('window', { vendor, state: 'confirmed', endsAt: { from: now } }, { limit: most })
  const moves = new Map(rows.length === 0 ? [] : (await view.list('move', { id: rows.map(row => row.move) }, { limit: most })).map(move => [move.id, move]))
  return rows.map(row => {
    const move = moves.get(row.move)
    return { id: row.id, tenant: row.tenant, homes: move === undefined ? [row.home] : [move.origin, move.destination], zone: row.zone, sequence: row.sequence, from: row.startsAt, to: row.endsAt, row }
  })
}
