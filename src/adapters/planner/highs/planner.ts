import { Worker } from 'node:worker_threads'
import { Bug } from '#lib/assert.ts'
import { visible } from '#lib/visible.ts'
import { Fault } from '#domain/faults.ts'
import type { WaveAnswer, WavePlan } from '#domain/schedule.ts'
import type { Planner } from '#ports/planner.ts'
import type { Given, Said } from './thread.ts'

/** Plans by HiGHS, each in a thread of its own, one at a time: the event loop stays free, and a thread can be ended while HiGHS computes. */
export const createHighsPlanner = (): Planner => {
  let turns: Promise<void> = Promise.resolve()
  return {
    async plan(problem, { withinMs, gap }, signal, whenBetter) {
      const mine = Promise.withResolvers<void>()
      const before = turns
      turns = before.then(() => mine.promise)
      try {
        await orAborted(before, signal)
        return await planned({ problem, withinMs, gap }, signal, whenBetter ?? (() => {}))
      } finally {
        mine.resolve()
      }
    },
  }
}

/** The thread has ended when this is settled, whichever way. */
const planned = async (given: Given, signal: AbortSignal, whenBetter: (plan: WavePlan) => void): Promise<WaveAnswer> => {
  signal.throwIfAborted()
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: given, execArgv: [], env: {} })
  let best: WavePlan | undefined
  let isOver = false
  const ended = Promise.withResolvers<WaveAnswer>()
  const fail = (reason: string): void => ended.reject(new Fault('PLANNER_FAILED', { reason: visible(reason, 200) }))
  worker.on('message', (said: Said) => {
    if (isOver) return
    if (said.kind === 'answer') ended.resolve(said.answer)
    else if (said.kind === 'better') whenBetter(best = said.plan)
    else if (said.kind === 'bug') ended.reject(new Bug(said.reason))
    else fail(said.reason)
  })
  worker.on('error', error => fail(error instanceof Error ? error.message : 'the thread broke off'))
  worker.on('exit', () => fail('the thread ended without an answer'))
  // HiGHS should have stopped by itself: what it had found by then is the answer.
  const late = setTimeout(() => ended.resolve(best ?? { outcome: 'none' }), given.withinMs)
  try {
    return await orAborted(ended.promise, signal)
  } finally {
    clearTimeout(late)
    isOver = true
    await worker.terminate()
  }
}

/** Rejects with the signal's reason when that comes first. */
const orAborted = async <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => {
  const aborted = Promise.withResolvers<never>()
  const stop = (): void => aborted.reject(signal.reason as Error)
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
