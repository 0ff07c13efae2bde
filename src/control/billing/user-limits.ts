import type { NoAccess } from '#domain/access.ts'
import type { Move, MoveId } from '#domain/programmes.ts'
import type { Instant } from '#domain/time.ts'
import { userLimit, type UserLimit } from '#domain/user-limit.ts'
import type { View } from '#ports/ledger.ts'
import { barred, type Glance } from '../ground/desk.ts'

/** `users` or `licensed`: what is not known yet. */
export type LimitUnknown = { readonly unknown: 'users' | 'licensed' }

/** A home may have more tenants than anybody lists. */
const mostTenants = 100_000

/** For how many users the new home is licensed is what the home says, for all who live there, or what the customer answered of its own. */
export const limitFor = async (view: View, move: Move): Promise<UserLimit | LimitUnknown> => {
  const [tenant, home] = [await view.get('tenant', move.tenant), await view.get('home', move.destination)]
  if (tenant === undefined || tenant.users === null) return { unknown: 'users' }
  if (home !== undefined && home.licensedUsers !== null) {
    const there = await view.list('tenant', { vendor: tenant.vendor, home: home.id }, { limit: mostTenants })
    return userLimit(tenant.users + there.filter(other => other.id !== tenant.id).reduce((sum, other) => sum + (other.users ?? 0), 0), home.licensedUsers)
  }
  const answered = (await view.list('fact', { move: move.id, name: 'licensedUsers' })).map(fact => fact.value).find(value => typeof value === 'number')
  return answered === undefined ? { unknown: 'licensed' } : userLimit(tenant.users, answered)
}

export type LimitPage = { readonly limit: UserLimit | null; readonly unknown: LimitUnknown['unknown'] | null; readonly countedAt: Instant | null }

/** How many users must go before the new server may serve the tenant. */
export const readUserLimit = async (glance: Glance, { move: id }: { readonly move: MoveId }): Promise<LimitPage | NoAccess> => {
  const move = await glance.view.get('move', id)
  if (move === undefined) return { refused: 'not-found' }
  const why = await barred(glance, 'tenant.read', move)
  if (why !== undefined) return why
  const [found, tenant] = [await limitFor(glance.view, move), await glance.view.get('tenant', move.tenant)]
  const countedAt = tenant?.measuredAt ?? null
  return 'unknown' in found ? { limit: null, unknown: found.unknown, countedAt } : { limit: found, unknown: null, countedAt }
}
