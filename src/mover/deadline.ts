import { Fault } from '#domain/faults.ts'
import type { Clock } from '#ports/clock.ts'

/** The end of a freeze: what is not done by then is given up. */
export type Deadline = {
  readonly budgetMs: number
  readonly leftMs: () => number
  /** The work's answer, or DRAIN_LATE at the deadline. The work itself is not stopped: only what is harmless when it ends later may be waited for so. */
  within<T>(work: Promise<T>): Promise<T>
}

export const deadlineIn = (clock: Clock, budgetMs: number, signal: AbortSignal): Deadline => {
  const began = clock.elapsed()
  const leftMs = (): number => budgetMs - (clock.elapsed() - began)
  return {
    budgetMs, leftMs,
    async within(work) {
      const done = new AbortController()
      const late = async (): Promise<never> => {
        await clock.sleep(Math.max(0, leftMs()), AbortSignal.any([signal, done.signal]))
        throw new Fault('DRAIN_LATE', { ms: budgetMs })
      }
      try {
        return await Promise.race([work, late()])
      } finally {
        done.abort()
      }
    },
  }
}
