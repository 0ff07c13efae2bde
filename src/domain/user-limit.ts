import type { Instant } from './time.ts'

/** A person who can sign in to the tenant. `lastSeenAt` null: never yet. */
export type TenantUser = { readonly id: string; readonly name: string; readonly lastSeenAt: Instant | null }

/** As a product or a file tells of somebody. `key`: what the product calls them. */
export type ToldUser = { readonly key: string; readonly name: string; readonly email: string | null; readonly lastSeenAt: Instant | null }

/** So many are kept by name. */
export const mostUsers = 50_000

/** The gate's condition: the tenant has no more users than the new server is licensed for. `mustGo`: how many have to be deleted before it is met. */
export type UserLimit = { readonly condition: 'users-within-licence'; readonly isMet: boolean; readonly users: number; readonly licensed: number; readonly mustGo: number }

export const userLimit = (users: number, licensed: number): UserLimit => {
  const mustGo = Math.max(0, users - licensed)
  return { condition: 'users-within-licence', isMet: mustGo === 0, users, licensed, mustGo }
}

/**
 * All users in the order in which one would think of deleting them: those who were never seen, then those not seen for longest, by name where that is equal.
 * `suggested`: the first so many as must go. It is the customer who decides.
 */
export const usersToReview = <User extends TenantUser>(users: readonly User[], licensed: number): (User & { readonly suggested: boolean })[] => {
  const { mustGo } = userLimit(users.length, licensed)
  return users.toSorted((a, b) => (a.lastSeenAt ?? -Infinity) - (b.lastSeenAt ?? -Infinity) || compare(a.name, b.name) || compare(a.id, b.id)).map((user, n) => ({ ...user, suggested: n < mustGo }))
}

export type NotEnough = { readonly refused: 'too-few-go'; readonly stillMustGo: number; readonly unknown: readonly string[] }

/** Whether deleting these would be enough. Names that are no user's, or come twice, count for nothing. */
export const afterDeleting = (users: readonly TenantUser[], gone: readonly string[], licensed: number): UserLimit | NotEnough => {
  const ids = new Set(users.map(user => user.id))
  const left = userLimit(users.length - new Set(gone).intersection(ids).size, licensed)
  return left.isMet ? left : { refused: 'too-few-go', stillMustGo: left.mustGo, unknown: [...new Set(gone).difference(ids)] }
}

// Not by locale: the order must be the same wherever it is computed. -Infinity minus itself is NaN, which `||` passes over.
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
