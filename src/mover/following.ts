import type { Position } from '#domain/stream.ts'
import { Follower, type Following } from './follower.ts'
import { positionOf } from './record.ts'
import type { Lane, Run } from './run.ts'

/** A follower of this lane. Out, tables begin where their picture was taken; back, every table begins at the marker. */
export const openFollower = (run: Run, lane: Lane, beginsAt?: Following['beginsAt']): Follower =>
  new Follower({
    source: lane.source, target: lane.target, tables: run.tables, clock: run.world.clock, pace: run.pace,
    positionOf: lane.leg === 'out' && run.record.epoch === 0 ? table => positionOf(run.record, table) : () => '' as Position,
    onRetry: (fault, inMs) => run.world.emit({ type: 'retry', code: fault.code, message: fault.message, facts: fault.facts, inMs }),
    ...(beginsAt === undefined ? {} : { beginsAt }),
  }, run.signal)

/** Puts a marker in and waits until it is applied: the target has everything that was committed before the call. A follower may be paused for hours; the signal ends the waiting. */
export const catchUp = async (run: Run, lane: Lane, follower: Follower): Promise<void> => {
  const nonce = run.world.newId()
  await lane.source.mark(nonce)
  await unless(run.signal, () => follower.reached(nonce))
}

const unless = async <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const stop = (): void => aborted.reject(signal.reason as Error)
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([work(), aborted.promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Tells every second how far the follower is, until the signal. */
export const tellProgress = async (run: Run, lane: Lane, follower: Follower, signal: AbortSignal): Promise<void> => {
  let before = follower.progress.changes
  while (!signal.aborted) {
    await run.world.clock.sleep(1_000, signal).catch(() => { /* the end of telling */ })
    const { changes, behindMs } = follower.progress
    run.world.emit({ type: 'follow', leg: lane.leg, lagMs: behindMs, changes, changesPerSecond: changes - before })
    before = changes
  }
}
