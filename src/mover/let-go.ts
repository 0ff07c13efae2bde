import { Fault } from '#domain/faults.ts'
import { writers } from '#domain/move.ts'
import { careFor } from './care.ts'
import { streamsOf } from './record.ts'
import type { Run } from './run.ts'

/** The source bears more than was agreed. */
export const mustLetGo = (error: unknown): boolean => error instanceof Fault && error.code === 'BUDGET_SPENT'

/** Leaves nothing on the source: no picture, no stream, no fence. Only where the origin is in charge; otherwise the move stays as it is. */
export const letGo = async (run: Run): Promise<void> => {
  const { standing } = run.record
  if (!writers(standing).origin || standing.leg === 'back' || standing.stage === 'cancelled') return
  if (standing.rehearsal !== true || await hasToItself(run)) await run.world.origin.store.cleanUp()
  else await run.lane('out').source.drop()
  await run.take('cancel')
}

/** A rehearsal does not clean up under somebody's real move, which nobody should have begun beside it. */
const hasToItself = async ({ record: { id }, world: { origin: { store } } }: Run): Promise<boolean> =>
  (await store.book.ownership()) === undefined && (await store.registered()).every(({ kind, name }) => kind !== 'slot' || name.startsWith(streamsOf(id)))

/** Looks after the source while `work` burdens it. */
export const underCare = async <T>(run: Run, work: (run: Run) => Promise<T>): Promise<T> => {
  const stop = new AbortController()
  const failed = new AbortController()
  const failing = Promise.withResolvers<never>()
  failing.promise.catch(() => { /* told by the race, unless the work ended first */ })
  const caring = careFor(run, run.lane('out').source, AbortSignal.any([run.signal, stop.signal])).catch((error: unknown) => {
    if (stop.signal.aborted || run.signal.aborted) return
    failed.abort(error)
    failing.reject(error)
  })
  const working = work(run.stoppedBy(failed.signal))
  try {
    return await Promise.race([working, failing.promise])
  } catch (error) {
    // What queues for a lock behind the product, which queues for ours, hears no signal: the source ends its session.
    if (mustLetGo(error)) await letGo(run)
    throw error
  } finally {
    stop.abort()
    await Promise.allSettled([working, caring])
  }
}
