/** What a person asks of the mover. Sizes in bytes, times in milliseconds. */
export type Order = {
  readonly tenant: string
  readonly jobs: number
  readonly schema: 'dump' | 'existing'
  /** False: a cold move. The source is frozen first, then copied; there is no way back. */
  readonly follow: boolean
  /** The same work into a database of its own, up to the proof: nothing is frozen or switched, and nothing stays on either side. Always follows. */
  readonly rehearsal?: true
  readonly cutover: 'auto' | 'wait'
  readonly freezeBudgetMs: number
  readonly chunkBytes: number
  readonly bytesPerSecond?: number
  readonly budget: Budget
  /** Who asked, for the evidence. */
  readonly approvedBy: string
}

/** What the source may be made to bear; beyond it the move lets go of the source by itself. */
export type Budget = { readonly retainedBytes: number; readonly snapshotMs: number; readonly lockWaitMs: number }

export const defaults = {
  jobs: 2,
  schema: 'dump',
  follow: true,
  cutover: 'auto',
  freezeBudgetMs: 5_000,
  chunkBytes: 2 ** 31,
  budget: { retainedBytes: 20 * 2 ** 30, snapshotMs: 12 * 3_600_000, lockWaitMs: 5_000 },
} as const satisfies Partial<Order>

/** What a person may tell a running move. */
export type Command =
  | { readonly verb: 'pause' | 'resume' | 'status' }
  | { readonly verb: 'throttle'; readonly jobs?: number; /** 0 lifts the limit. */ readonly bytesPerSecond?: number }
  | { readonly verb: 'cutover' | 'turn-back' | 'settle'; readonly approvedBy: string }
  | { readonly verb: 'cancel' }
