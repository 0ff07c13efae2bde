import { Fault } from '#domain/faults.ts'
import { assert } from '#lib/assert.ts'
import { together } from '#lib/together.ts'
import type { Book, Ownership } from '#ports/store.ts'
import type { Lane, Run } from './run.ts'

/** How long an answer is asked for before we say that we do not know. */
const patienceMs = 15_000

/**
 * The epoch that a freeze which begins now would switch with. The target first says, under an epoch just before it, that it does not own the tenant: a watchdog of
 * an earlier freeze finds that it comes too late (each has an epoch of its own), and one of this freeze finds a row.
 */
export const openEpoch = async (run: Run, { from, to }: Lane): Promise<number> => {
  const known = await together(from.store.book.ownership(), to.store.book.ownership())
  const before = 2 + Math.max(run.record.epoch, ...known.map(row => row?.epoch ?? 0))
  const isOpen = await ownPatiently(run, to.store.book, { owner: 'elsewhere', epoch: before, move: run.record.id }, run.world.clock.elapsed() + patienceMs)
  if (!isOpen) throw new Fault('MOVER_RUNS', { move: run.record.id })
  return before + 1
}

/**
 * Writes the journal: the target owns the tenant from here on. The one act of a move that cannot be taken back by going on as before. A lost answer is read
 * back under the same row's lock; where it cannot be, nobody writes: DOUBT. Answers false when somebody else has raised the epoch meanwhile, which is
 * how the watchdog gives a freeze up.
 */
export const writeJournal = async (run: Run, lane: Lane, epoch: number): Promise<boolean> => {
  const mine: Ownership = { owner: 'here', epoch, move: run.record.id }
  try {
    return await ownPatiently(run, lane.to.store.book, mine, run.world.clock.elapsed() + patienceMs)
  } catch (cause) {
    run.world.emit({ type: 'stage', stage: 'in-doubt', leg: lane.leg, verb: 'doubt' })
    await run.save({ standing: { ...run.record.standing, stage: 'in-doubt' } }).catch(() => { /* the destination may be the one that cannot be reached: the fence and the two ownership rows tell it all */ })
    throw new Fault('DOUBT', { reason: cause instanceof Error ? cause.message : 'no answer' }, { cause })
  }
}

/** What follows from the journal, each step repeatable: the source learns it, the target's fence and product are opened, people are sent there. */
export const completeSwitch = async (run: Run, lane: Lane, epoch: number): Promise<void> => {
  const { world, signal } = run
  if (!(await lane.source.isFenced())) await lane.source.fence(run.record.tables, 60_000)
  const [yielded] = await together(
    ownPatiently(run, lane.from.store.book, { owner: 'elsewhere', epoch, move: run.record.id }, Infinity),
    lane.back.source.thaw(),
  )
  assert(yielded, 'I11: the source knows of a later switch than the target')
  await lane.to.control?.thaw(run.record.order.tenant, signal)
  if (world.routes === undefined) return
  assert(lane.from.upstream !== undefined && lane.to.upstream !== undefined, 'there are routes and a home has no address')
  await world.routes.point(lane.from.upstream, lane.to.upstream, signal)
  assert((await world.routes.read(signal)) === lane.to.upstream, 'the route does not read back what it was pointed to')
}

/** True: the row says so now, by us. False: it has an equal or later epoch that is not ours. */
const ownPatiently = async (run: Run, book: Book, mine: Ownership, until: number): Promise<boolean> => {
  for (let tries = 0; ; tries++) {
    try {
      if (await book.own(mine)) return true
      const found = await book.ownership()
      return found?.owner === mine.owner && found.epoch === mine.epoch && found.move === mine.move
    } catch (error) {
      if (!(error instanceof Fault) || !error.isRetryable || run.world.clock.elapsed() > until) throw error
      // The journal's answer is worth more than a quick end: only the source's row waits for the signal.
      await run.world.clock.sleep(Math.min(50 * 2 ** Math.min(tries, 5), 1_000), until === Infinity ? run.signal : undefined)
    }
  }
}
