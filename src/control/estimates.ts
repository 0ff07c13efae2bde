import type { NoAccess } from '#domain/access.ts'
import { estimate, type Estimate, explain, type Explained, type NothingMeasured, type Pace } from '#domain/estimate.ts'
import type { Tenant, TenantId } from '#domain/homes.ts'
import type { VendorId } from '#domain/parties.ts'
import { paceIn } from '#domain/pace.ts'
import { assumedPace, type VendorSettings } from '#domain/vendor-settings.ts'
import type { Instant } from '#domain/time.ts'
import type { View } from '#ports/ledger.ts'
import { barred, type Glance } from './desk.ts'
import { settingsIn } from './settings.ts'

/** `assumed`: nothing has been measured of moves yet; the pace is the vendor's setting. `measuredAt`: when the stores were. */
export type TenantEstimate = { readonly estimate: Estimate; readonly explained: Explained; readonly assumed: boolean; readonly measuredAt: Instant | null }

/** How long this tenant takes, and why. */
export const readEstimate = async (glance: Glance, { tenant: id }: { readonly tenant: TenantId }): Promise<TenantEstimate | NoAccess | NothingMeasured> => {
  const tenant = await glance.view.get('tenant', id)
  if (tenant === undefined) return { refused: 'not-found' }
  const why = await barred(glance, 'tenant.read', tenant)
  return why ?? await estimateOf(glance.view, tenant, (await settingsIn(glance.view, tenant.vendor)).known.settings)
}

export const estimateOf = async (view: View, tenant: Tenant, settings: VendorSettings): Promise<TenantEstimate | NothingMeasured> => {
  const measured = await pacesOf(view, tenant.vendor)
  const assumed = measured.length === 0
  const found = estimate(tenant.stores.map(({ name, bytes }) => ({ name, bytes })), assumed ? [assumedPace(settings)] : measured, settings.setUpMinutes * 60_000)
  return 'refused' in found ? found : { estimate: found, explained: explain(found, settings.typicalHours, assumed), assumed, measuredAt: tenant.measuredAt }
}

/** Of so many of the latest moves the pace is known; what was long ago says little of today's lines. */
const latest = 50

/** How fast the vendor's earlier moves copied. */
const pacesOf = async (view: View, vendor: VendorId): Promise<Pace[]> => {
  const orders = await view.list('move_order', { vendor, kind: 'move', state: 'done' }, { limit: latest, descending: true })
  return orders.flatMap(({ result }) => paceIn(result) ?? [])
}
