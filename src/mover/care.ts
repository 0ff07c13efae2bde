import type { Budget } from '#domain/order.ts'
import { Fault } from '#domain/faults.ts'
import type { Health, Source } from '#ports/store.ts'
import type { Run } from './run.ts'

const everyMs = 1_000
/** A source that answers this many times slower than at its best, and slower than this in all, is made to suffer. */
const slowdown = 10
const slowMs = 50
/** As many looks in a row before the pace is changed, down or up again. */
const patience = { down: 3, up: 10 }

/** Why the source must be let go, if it must. */
export const overBudget = (health: Health, budget: Budget): { limit: string; found: number; allowed: number } | undefined => {
  const limits = [
    { limit: 'the write-ahead log it must keep (bytes)', found: health.retainedBytes, allowed: budget.retainedBytes },
    { limit: 'the age of the picture held open (ms)', found: health.snapshotMs, allowed: budget.snapshotMs },
    { limit: 'the time others wait for our locks (ms)', found: health.lockWaitMs, allowed: budget.lockWaitMs },
  ]
  return limits.find(l => l.found > l.allowed)
}

/**
 * Looks after the source while the move works on it: tells how it bears the move, takes jobs away while it answers slowly and gives them back, and
 * throws BUDGET_SPENT when it bears more than was agreed. Ends with the signal.
 */
export const careFor = async (run: Run, source: Source, signal: AbortSignal): Promise<never> => {
  const wanted = run.pace.state.jobs
  let best = Infinity
  let slow = 0
  let well = 0
  for (;;) {
    await run.world.clock.sleep(everyMs, signal)
    const health = await source.health().catch((error: unknown) => {
      if (error instanceof Fault && error.isRetryable) return undefined
      throw error
    })
    if (health === undefined) continue
    run.world.emit({ type: 'health', retainedBytes: health.retainedBytes, snapshotMs: health.snapshotMs, lockWaitMs: health.lockWaitMs, roundTripMs: health.roundTripMs })
    const over = overBudget(health, run.record.order.budget)
    if (over !== undefined) throw new Fault('BUDGET_SPENT', over)
    best = Math.min(best, health.roundTripMs)
    const isSlow = health.roundTripMs > Math.max(slowMs, best * slowdown)
    slow = isSlow ? slow + 1 : 0
    well = isSlow ? 0 : well + 1
    const { jobs } = run.pace.state
    if (slow >= patience.down && jobs > 1) {
      run.pace.set({ jobs: Math.ceil(jobs / 2) }, 'the source answers slowly')
      slow = 0
    } else if (well >= patience.up && jobs < wanted) {
      run.pace.set({ jobs: jobs + 1 }, 'the source answers well again')
      well = 0
    }
  }
}
