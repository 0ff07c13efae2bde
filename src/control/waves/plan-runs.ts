import { Fault } from '#domain/faults.ts'
import type { PlanRun } from '#domain/records.ts'
import { keptWhy } from '#domain/why-failed.ts'
import type { Handler } from '#ports/jobs.ts'
import { asSystem } from '../ground/as-system.ts'
import { problemFor, type Given } from './wave-problem.ts'
import { keepAnswer, wishOf } from './wave-planning.ts'
import type { World } from '../ground/world.ts'

/** How often a run looks whether somebody has cancelled it. */
const lookMs = 1_000

/** Does a run of the planner: no transaction is open while it thinks. One that was cut off is begun anew; one that was cancelled ends within a second or two. */
export const planHandler = (world: World): Handler => async ({ facts }, holding) => {
  const { run: id } = facts as { readonly run: PlanRun['id'] }
  const begun = await begin(world, id)
  if (begun === undefined) return
  const stop = new AbortController()
  const signal = AbortSignal.any([holding.signal, stop.signal])
  const over = new AbortController()
  const watching = watch(world, id, stop, over.signal)
  try {
    const answer = await world.planner.plan(begun.given.problem, { withinMs: begun.seconds * 1_000, gap: 0 }, signal)
    await end(world, id, { state: 'done', answer: keepAnswer(answer) })
  } catch (error) {
    if (stop.signal.aborted && !holding.signal.aborted) return
    if (!(error instanceof Fault) || error.code !== 'PLANNER_FAILED') throw error
    // That the planner could not do it is the answer: asked again it would not either.
    await end(world, id, { state: 'failed', why: keptWhy(error) })
  } finally {
    over.abort()
    await watching
  }
}

const begin = (world: World, id: PlanRun['id']): Promise<{ given: Given; seconds: number } | undefined> => asSystem(world, async ({ tx, now }) => {
  const run = await tx.lock('plan_run', id)
  const programme = run === undefined || run.endedAt !== null ? undefined : await tx.get('programme', run.programme)
  if (run === undefined || programme === undefined) return undefined
  const wish = wishOf(run)
  const given = await problemFor(tx, world, now, programme, wish)
  if ('refused' in given) {
    await tx.change('plan_run', id, { state: 'failed', why: keptWhy(given), startedAt: now, endedAt: now })
    return undefined
  }
  // Proof: a problem is numbers, texts and lists of them.
  await tx.change('plan_run', id, { state: 'running', startedAt: now, problem: { problem: given.problem, apart: given.apart } as never })
  return { given, seconds: wish.seconds }
})

const end = (world: World, id: PlanRun['id'], found: Pick<PlanRun, 'state'> & Partial<Pick<PlanRun, 'answer' | 'why'>>): Promise<void> => asSystem(world, async ({ tx, now }) => {
  const run = await tx.lock('plan_run', id)
  if (run?.state === 'running') await tx.change('plan_run', id, { ...found, endedAt: now })
})

/** Ends the planner when the run is over by somebody's word. */
const watch = async (world: World, id: PlanRun['id'], stop: AbortController, over: AbortSignal): Promise<void> => {
  while (!over.aborted) {
    await world.clock.sleep(lookMs, over).catch(() => { /* the run is over */ })
    if (over.aborted) return
    // A ledger that is away for a moment is asked again: the run itself needs it only at its end.
    const run = await world.ledger.read(view => view.get('plan_run', id)).catch(() => undefined)
    if (run?.state === 'cancelled') stop.abort(new Error('somebody cancelled the run'))
    if (stop.signal.aborted) return
  }
}
