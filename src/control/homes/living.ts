import type { HomeId, Tenant, TenantId } from '#domain/homes.ts'
import type { View } from '#ports/ledger.ts'

const mostMoves = 5_000

/** Where tenants live now. Whose move out of the home that is written down for it is settled lives where that led, whether or not somebody has written that down yet. */
export const livingIn = async (view: View, tenants: readonly Pick<Tenant, 'id' | 'home'>[]): Promise<ReadonlyMap<TenantId, HomeId>> => {
  // Moves come in the order in which they were planned: the last one counts.
  const moves = tenants.length === 0 ? [] : await view.list('move', { tenant: tenants.map(one => one.id), leg: 'out', stage: 'settled' }, { limit: mostMoves })
  return new Map(tenants.map(({ id, home }) => [id, moves.findLast(move => move.tenant === id && move.origin === home)?.destination ?? home]))
}
