import { Fault } from '#domain/faults.ts'
import { assert } from '#lib/assert.ts'
import type { Build } from '#ports/store.ts'
import { deadlineIn, type Deadline } from './deadline.ts'
import type { Follower } from './follower.ts'
import { buildPhase } from './outbound.ts'
import { takeRemainder, type Remainder } from './remainder.ts'
import type { Lane, Run } from './run.ts'
import { completeSwitch, writeJournal } from './switch.ts'
import { verifyKeys, verifyTables, type Proof } from './verify.ts'
import { openWayBack, type WayBack } from './way-back.ts'

/** How long each step of a freeze took, in the order taken, ms. */
export type Steps = Record<string, number>

/** What the freeze proved. */
export type Frozen = { readonly steps: Steps; /** How many keys were read again. */ readonly keys?: number; readonly remainder: Remainder; readonly changed: readonly Proof[]; readonly whole: readonly Proof[]; readonly at: number }

export type Cutover = {
  readonly lane: Lane
  readonly builds: readonly Build[]
  readonly follower: Follower
  /** Called when everything is proven and nothing is switched: keeps the signed evidence. What it throws gives the freeze up. */
  readonly onProven: (frozen: Frozen) => Promise<void>
}

/**
 * freeze → drain → verify → switch. Until the journal is asked for, any failure, and the deadline, thaws the source: nothing was lost, nothing
 * switched, the move is following again and the failure is thrown. From there on there is only forward. Answers the way back, already followed.
 */
export const cutOver = async (run: Run, cutover: Cutover): Promise<WayBack> => {
  const { lane } = cutover
  const epoch = 1 + Math.max(run.record.epoch, (await lane.to.store.book.ownership())?.epoch ?? 0)
  const wayBack = await openWayBack(run, lane)
  const journal = { isAsked: false }
  try {
    await freezeAndSwitch(run, cutover, wayBack, epoch, journal)
    return wayBack
  } catch (error) {
    await wayBack[Symbol.asyncDispose]()
    const { stage } = run.record.standing
    if (!journal.isAsked && (stage === 'frozen' || stage === 'verified')) await giveUp(run, lane)
    throw error
  }
}

const freezeAndSwitch = async (run: Run, cutover: Cutover, wayBack: WayBack, epoch: number, journal: { isAsked: boolean }): Promise<void> => {
  const { lane } = cutover
  const { clock } = run.world
  const deadline = deadlineIn(clock, run.record.order.freezeBudgetMs, run.signal)
  await using _watch = await run.world.watch?.(run.record.id, lane.leg, epoch, clock.now() + deadline.budgetMs * 2)
  await run.take('freeze')
  run.world.emit({ type: 'freeze', state: 'began', ms: 0 })
  const steps: Steps = {}
  const step = timer(run, steps)
  const frozen = await freezeAndProve(run, cutover, deadline, step)
  await run.take('verify')
  await step('way back', wayBack.begin(deadline))
  await step('evidence', cutover.onProven({ ...frozen, steps }))
  if (deadline.leftMs() <= 0) throw new Fault('DRAIN_LATE', { ms: deadline.budgetMs })
  journal.isAsked = true
  journal.isAsked = await step('journal', writeJournal(run, lane, epoch))
  if (!journal.isAsked) throw new Fault('DRAIN_LATE', { ms: deadline.budgetMs })
  // From here on the target's writes travel to the source: a follower that still read the source would send them round in a circle.
  await cutover.follower[Symbol.asyncDispose]()
  await step('switch', completeSwitch(run, lane, epoch))
  await run.save({ epoch, isApproved: false })
  await run.take('switch')
  run.world.emit({ type: 'freeze', state: 'ended', ms: deadline.budgetMs - deadline.leftMs(), steps })
}

const freezeAndProve = async (run: Run, { lane, follower, builds }: Cutover, deadline: Deadline, step: Timer): Promise<Omit<Frozen, 'steps'>> => {
  const { order, tables: all } = run.record
  if (lane.from.control !== undefined) await step('product', deadline.within(lane.from.control.freeze(order.tenant, run.signal)))
  await step('fence', lane.source.fence(all, Math.max(1, deadline.leftMs())))
  const nonce = run.world.newId()
  await step('drain', deadline.within((async () => { await lane.source.mark(nonce); await follower.reached(nonce) })()))
  await using from = await lane.from.store.picture()
  const remainder = await step('remainder', deadline.within(takeRemainder(run, lane, from, run.signal)))
  if (lane.leg === 'out') await step('last', deadline.within(buildPhase(run, lane, builds, 'last')))
  await using to = await lane.to.store.picture()
  const proofs = await step('verify', deadline.within(proveChanged(run, { source: from, target: to }, follower)))
  refuseDifferences([...proofs.changed, ...proofs.whole], run)
  return { remainder, ...proofs, at: run.world.clock.now() }
}

/** What changed since the full verification, read again on both sides; whole where rows cannot be named, and where the freeze itself copied. */
const proveChanged = async (run: Run, sides: Parameters<typeof verifyTables>[0], follower: Follower): Promise<Pick<Frozen, 'changed' | 'whole' | 'keys'>> => {
  assert(!follower.changed.isOverflown, 'the freeze began with more changed rows than are kept')
  const { whole } = follower.changed
  const again = run.record.tables.filter(t => t.route === 'in-freeze' || whole.has(t.id))
  const keys = new Map([...follower.changed.keys].filter(([table]) => !whole.has(table)))
  const { jobs } = run.pace.state
  const changed = await verifyKeys(sides, keys, run.tables, jobs, run.signal)
  return { changed, keys: follower.changed.count, whole: await verifyTables(sides, again, new Map(), jobs, run.signal, () => { /* told as one step of the freeze */ }) }
}

export const refuseDifferences = (proofs: readonly Proof[], run: Run): void => {
  const found = proofs.flatMap(p => p.found)
  for (const { table, key, how, columns } of found.slice(0, 100)) {
    run.world.emit({ type: 'differs', table: run.tables.get(table)?.label ?? table, key, how, ...(columns === undefined ? {} : { columns }) })
  }
  const [first] = found
  if (first !== undefined) throw new Fault('VERIFY_DIFFERS', { count: found.length, table: run.tables.get(first.table)?.label ?? first.table, key: first.key })
}

/** Back to following: the way back has been closed before, so that nothing we wrote to the target can travel back to a source that writes again. */
export const giveUp = async (run: Run, lane: Lane): Promise<void> => {
  await patiently(run, () => lane.source.thaw())
  await lane.from.control?.thaw(run.record.order.tenant, AbortSignal.timeout(30_000))
  await run.take('thaw')
  run.world.emit({ type: 'freeze', state: 'thawed', ms: 0 })
}

/** A source that is gone for a moment is not left frozen for it. */
const patiently = async (run: Run, act: () => Promise<void>): Promise<void> => {
  for (let tries = 0; ; tries++) {
    try {
      return await act()
    } catch (error) {
      if (!(error instanceof Fault) || !error.isRetryable || tries >= 30) throw error
      await run.world.clock.sleep(1_000)
    }
  }
}

type Timer = <T>(name: string, work: Promise<T>) => Promise<T>

const timer = (run: Run, steps: Steps): Timer => async (name, work) => {
  const began = run.world.clock.elapsed()
  const result = await work
  steps[name] = (steps[name] ?? 0) + run.world.clock.elapsed() - began
  return result
}
