import { parentPort, workerData } from 'node:worker_threads'
import highs from 'highs'
import { Bug } from '#lib/assert.ts'
import { arrange } from '#domain/schedule-arrange.ts'
import { solverOf } from './solver.ts'
import type { Given, Said } from './thread.ts'

/** The package calls its types CommonJS, so that its default looks like one within another; what Node imports is the function itself. */
const loadHighs = highs as unknown as typeof highs.default

/** Begun for one plan by planner.ts. */
const { problem, withinMs, gap } = workerData as Given
const say = (said: Said): void => parentPort?.postMessage(said)
const began = performance.now()
/** HiGHS looks at its clock now and then only, and the thread takes a moment to begin and to tell. */
const reserveMs = Math.min(1_000, withinMs / 10)

try {
  const solve = solverOf(await loadHighs())
  const leftMs = (): number => withinMs - reserveMs - (performance.now() - began)
  say({ kind: 'answer', answer: arrange(problem, solve, { leftMs, gap }, plan => say({ kind: 'better', plan })) })
} catch (error) {
  say({ kind: error instanceof Bug ? 'bug' : 'failed', reason: error instanceof Error ? error.message : 'it threw what is no error' })
}
