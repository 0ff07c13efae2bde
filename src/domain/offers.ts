import type { HomeKind } from './homes.ts'
import type { Text } from './locale.ts'

/** What a vendor offers to a tenant: which move, and who bears its cost. */
export type Offer = {
  readonly name: string
  readonly title: Text
  /** `paid`: by the hour, on a quote that is accepted first. `included`: free of charge. */
  readonly price: 'paid' | 'included'
  /** From how many users on it is made; null: on request. */
  readonly fromUsers: number | null
}

export const offers = {
  'cloud-to-self-hosted': { name: 'cloud-to-self-hosted', title: { en: 'From the cloud to your own server', ja: 'クラウドからお客様のサーバーへの移行' }, price: 'paid', fromUsers: null },
  'shared-to-dedicated': { name: 'shared-to-dedicated', title: { en: 'From the shared server to a dedicated one', ja: '共有サーバーから専用サーバーへの移行' }, price: 'included', fromUsers: 100 },
} as const satisfies Record<string, Offer>

/** Whether a tenant of a shared home has reached the size at which a dedicated one is included: with 99 users no, with 100 yes. */
export const dueDedicated = (users: number): boolean => users >= offers['shared-to-dedicated'].fromUsers

export type Occupied = { readonly users: number; readonly home: HomeKind; /** Whether a move out of that home is planned or under way. */ readonly isMoving: boolean }

/** Whether a dedicated move is to be raised now. Counting again raises no second one, and a tenant that shrinks below the size keeps the one it has. */
export const raisesDedicated = (tenant: Occupied): boolean => tenant.home === 'shared' && !tenant.isMoving && dueDedicated(tenant.users)
