import type { Id } from './ids.ts'
import type { CustomerId, VendorId } from './parties.ts'
import type { Instant } from './time.ts'

export type HomeId = Id<'home'>
export type TenantId = Id<'tenant'>

export const homeKinds = ['shared', 'dedicated', 'self-hosted', 'licence-host', 'application-server'] as const
export type HomeKind = (typeof homeKinds)[number]

/** Where tenants live. `addressPattern`: how a tenant is reached, `https://{name}.example.cloud`. `capacity`: cutovers at once. `licensedUsers`: how many it may serve in all; null: nobody counts. */
export type Home = { readonly id: HomeId; readonly vendor: VendorId; readonly name: string; readonly kind: HomeKind; readonly addressPattern: string | null; readonly capacity: number; readonly licensedUsers: number | null }

/** Each is tested and signed off before the next one starts. */
export const environments = ['non-prod', 'pre-prod', 'prod'] as const
export type Environment = (typeof environments)[number]

/** What one store of a tenant held when it was last measured. */
export type StoreSize = { readonly name: string; readonly engine: string; readonly bytes: number }

/** One customer's living copy of the product: what moves. `users` and `stores` as of `measuredAt`. `dedicatedDueAt`: since when a dedicated home is due to it in the shared one it lives in. */
export type Tenant = {
  readonly id: TenantId; readonly vendor: VendorId; readonly customer: CustomerId; readonly home: HomeId; readonly name: string; readonly address: string | null
  readonly environment: Environment; readonly users: number | null; readonly stores: readonly StoreSize[]; readonly measuredAt: Instant | null; readonly dedicatedDueAt: Instant | null
}

/** The address of a tenant in a home: the home's pattern with the tenant's name in it. */
export const addressIn = (home: Pick<Home, 'addressPattern'>, name: string): string | null => home.addressPattern?.replaceAll('{name}', name) ?? null

/** How a tenant is reached in a home: in the one that is written down for it as is written there, else as the home's pattern says. */
export const addressAt = (tenant: Pick<Tenant, 'home' | 'name' | 'address'>, home: Pick<Home, 'id' | 'addressPattern'>): string | null => (tenant.home === home.id ? tenant.address : addressIn(home, tenant.name))
