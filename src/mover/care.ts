import { afterLook, noLooks, overBudget } from '#domain/care.ts'
import { Fault } from '#domain/faults.ts'
import type { Source } from '#ports/store.ts'
import type { Run } from './run.ts'

const everyMs = 1_000

/**
 * Looks after the source while the move works on it: tells how it bears the move, takes jobs away while it answers slowly and gives them back, and
 * throws BUDGET_SPENT when it bears more than was agreed. Ends with the signal.
 */
export const careFor = async (run: Run, source: Source, signal: AbortSignal): Promise<never> => {
  let wanted = run.pace.state.jobs
  for (let looks = noLooks, given = wanted; ; ) {
    await run.world.clock.sleep(everyMs, signal)
    const health = await source.health().catch((error: unknown) => {
      if (error instanceof Fault && error.isRetryable) return undefined
      throw error
    })
    if (health === undefined) continue
    run.world.emit({ type: 'health', retainedBytes: health.retainedBytes, snapshotMs: health.snapshotMs, lockWaitMs: health.lockWaitMs, roundTripMs: health.roundTripMs })
    const over = overBudget(health, run.record.order.budget)
    if (over !== undefined) throw new Fault('BUDGET_SPENT', over)
    const { jobs } = run.pace.state
    // Somebody else changed it: that is what is wanted from here on.
    if (jobs !== given) wanted = jobs
    const next = afterLook(looks, health, jobs, wanted)
    looks = next.looks
    given = next.jobs
    if (next.jobs !== jobs) run.pace.set({ jobs: next.jobs }, next.jobs < jobs ? 'the source answers slowly' : 'the source answers well again')
  }
}
