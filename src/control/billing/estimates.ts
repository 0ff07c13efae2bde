import type { NoAccess } from '#domain/access.ts'
import { estimate, type Estimate, explain, type Explained, type NothingMeasured, type Pace } from '#domain/estimate.ts'
import type { Tenant, TenantId } from '#domain/homes.ts'
import type { VendorId } from '#domain/parties.ts'
import { paceIn } from '#domain/pace.ts'
import { assumedPace, type VendorSettings } from '#domain/vendor-settings.ts'
import type { Instant } from '#domain/time.ts'
import type { View } from '#ports/ledger.ts'
import { barred, type Glance } from '../ground/desk.ts'
import { settingsIn } from '../running/settings.ts'

/** `assumed`: nothing has been measured of moves yet; the pace is the vendor's setting. `measuredAt`: when the stores were. */
export type TenantEstimate = { readonly estimate: Estimate; readonly explained: Explained; readonly assumed: boolean; readonly measuredAt: Instant | null }

/** How long this tenant takes, and why. */
export const readEstimate = async (glance: Glance, { tenant: id }: { readonly tenant: TenantId }): Promise<TenantEstimate | NoAccess | NothingMeasured> => {
  const tenant = await glance.view.get('tenant', id)
  if (tenant === undefined) return { refused: 'not-found' }
  const why = await barred(glance, 'tenant.read', tenant)
  return why ?? await estimateOf(glance.view, tenant, (await settingsIn(glance.view, tenant.vendor)).known.settings)
}

export const estimateOf = async (view: View, tenant: Tenant, settings: VendorSettings): Promise<TenantEstimate | NothingMeasured> => (await estimatorOf(view, tenant.vendor, settings))(tenant)

/** The same for many tenants of a vendor, with one question for all of them. */
export const estimatorOf = async (view: View, vendor: VendorId, settings: VendorSettings): Promise<(tenant: Pick<Tenant, 'stores' | 'measuredAt'>) => TenantEstimate | NothingMeasured> => {
  const measured = await pacesOf(view, vendor)
  const assumed = measured.length === 0
  return ({ stores, measuredAt }) => {
    const found = estimate(stores.map(({ name, bytes }) => ({ name, bytes })), assumed ? [assumedPace(settings)] : measured, settings.setUpMinutes * 60_000)
    return 'refused' in found ? found : { estimate: found, explained: explain(found, settings.typicalHours, assumed), assumed, measuredAt }
  }
}

/** Of so many of the latest moves the pace is known; what was long ago says little of today's lines. */
const latest = 50

/** How fast the vendor's earlier moves copied, and their rehearsals. */
const pacesOf = async (view: View, vendor: VendorId): Promise<Pace[]> => {
  const orders = await view.list('move_order', { vendor, kind: ['move', 'rehearsal'], state: 'done' }, { limit: latest, descending: true })
  return orders.flatMap(({ result }) => paceIn(result) ?? [])
}
