import type { Id } from '#domain/ids.ts'

/** A small memory of an issuer outside its book: which generation of each licence was given out last. So a book that was restored from a copy gives no generation twice (L1). Fault ISSUER_ANCHOR_WRONG. */
export interface IssuerAnchor {
  /** 0: none that is known of. */
  newest(licence: Id<'licence'>): Promise<number>
  /** Durable when it resolves. What is older than what is known is no matter. */
  remember(given: readonly { readonly licence: Id<'licence'>; readonly generation: number }[]): Promise<void>
}
