import type { Job } from '#domain/job.ts'
import type { Handler, Holding } from '#ports/jobs.ts'

export type Held = { readonly job: Job; readonly holding: Holding }

type Waiting = Held & { done(): void; failed(error: unknown): void }

/**
 * Jobs that are handed over at the same instant are handled together, in one transaction: of a thousand reminders of one morning each by itself would
 * cost more in beginning and ending than in doing. What goes wrong together is tried one by one, so that only the job fails that it is about.
 */
export const inPortions = (work: (held: readonly Held[]) => Promise<void>): Handler => {
  let waiting: Waiting[] = []
  const begin = async (): Promise<void> => {
    const some = waiting
    waiting = []
    try {
      await work(some)
      for (const one of some) one.done()
    } catch (error) {
      if (some.length === 1) some[0]?.failed(error)
      else for (const one of some) await work([one]).then(one.done, one.failed)
    }
  }
  return (job, holding) => new Promise((resolve, reject) => {
    if (waiting.length === 0) setImmediate(() => { void begin() })
    waiting.push({ job, holding, done: resolve, failed: reject })
  })
}
