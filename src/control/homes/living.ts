import type { HomeId, Tenant, TenantId } from '#domain/homes.ts'
import type { VendorId } from '#domain/parties.ts'
import type { View } from '#ports/ledger.ts'

const mostMoves = 5_000
type Housed = Pick<Tenant, 'id' | 'home'>

/** Where tenants live now: from the home that is written down for each, where its settled moves have led, whether or not somebody has written that down yet. */
export const livingIn = async (view: View, tenants: readonly Housed[]): Promise<ReadonlyMap<TenantId, HomeId>> => {
  const here = new Map(tenants.map(({ id, home }) => [id, home]))
  // In the order in which they were planned, which is that in which they were settled: a tenant is on one move at a time.
  const moves = tenants.length === 0 ? [] : await view.list('move', { tenant: [...here.keys()], leg: 'out', stage: 'settled' }, { limit: mostMoves })
  for (const { tenant, origin, destination } of moves) if (here.get(tenant) === origin) here.set(tenant, destination)
  return here
}

/** How many tenants live in a home now: those it is written down for, without who left and with who came. */
export const countLiving = async (view: View, vendor: VendorId, home: HomeId): Promise<number> => {
  const settled = { vendor, leg: 'out', stage: 'settled' } as const
  const moves = [...await view.list('move', { ...settled, origin: home }, { limit: mostMoves }), ...await view.list('move', { ...settled, destination: home }, { limit: mostMoves })]
  const tenants = moves.length === 0 ? [] : await view.list('tenant', { id: [...new Set(moves.map(one => one.tenant))] }, { limit: 2 * mostMoves })
  const here = await livingIn(view, tenants)
  return tenants.reduce((count, one) => count + Number(here.get(one.id) === home) - Number(one.home === home), await view.count('tenant', { vendor, home }))
}
