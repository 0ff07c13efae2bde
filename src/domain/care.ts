import type { Budget } from './order.ts'

/** How the source bears the move. Bytes, milliseconds. */
export type Burden = { readonly retainedBytes: number; readonly snapshotMs: number; readonly lockWaitMs: number; readonly roundTripMs: number }

/** A source that answers this many times slower than at its best, and slower than this in all, is made to suffer. */
const slowdown = 10
const slowMs = 50
/** As many looks in a row before the pace is changed, down or up again. */
const patience = { down: 3, up: 10 }

/** Why the source must be let go, if it must. */
export const overBudget = (burden: Burden, budget: Budget): { limit: string; found: number; allowed: number } | undefined =>
  [
    { limit: 'the write-ahead log it must keep (bytes)', found: burden.retainedBytes, allowed: budget.retainedBytes },
    { limit: 'the age of the picture held open (ms)', found: burden.snapshotMs, allowed: budget.snapshotMs },
    { limit: 'the time others wait for our locks (ms)', found: burden.lockWaitMs, allowed: budget.lockWaitMs },
  ].find(l => l.found > l.allowed)

/** What earlier looks at the source have left behind. */
export type Looks = { readonly bestMs: number; readonly slow: number; readonly well: number }
export const noLooks: Looks = { bestMs: Infinity, slow: 0, well: 0 }

/** After one more look: fewer jobs once the source has been slow for a while, one more again once it has been well for longer, never more than `wanted`. */
export const afterLook = (looks: Looks, { roundTripMs }: Pick<Burden, 'roundTripMs'>, jobs: number, wanted: number): { readonly looks: Looks; readonly jobs: number } => {
  const bestMs = Math.min(looks.bestMs, roundTripMs)
  const isSlow = roundTripMs > Math.max(slowMs, bestMs * slowdown)
  const next: Looks = isSlow ? { bestMs, slow: looks.slow + 1, well: 0 } : { bestMs, slow: 0, well: looks.well + 1 }
  if (next.slow >= patience.down && jobs > 1) return { looks: { ...next, slow: 0 }, jobs: Math.ceil(jobs / 2) }
  if (next.well >= patience.up && jobs < wanted) return { looks: { ...next, well: 0 }, jobs: jobs + 1 }
  return { looks: next, jobs }
}
