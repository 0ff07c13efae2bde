import { Fault } from '#domain/faults.ts'
import { remembered } from '#domain/forecast.ts'
import { assert } from '#lib/assert.ts'
import { together } from '#lib/together.ts'
import type { Build, Picture } from '#ports/store.ts'
import { deadlineIn, type Deadline } from './deadline.ts'
import type { Follower } from './follower.ts'
import { buildLast } from './after-copy.ts'
import { refuseAltered } from './outbound.ts'
import { openAhead, openPictures, type Pictures } from './pictures.ts'
import { takeRemainder, type Remainder } from './remainder.ts'
import type { Lane, Run } from './run.ts'
import { completeSwitch, openEpoch, writeJournal } from './switch.ts'
import { verifyKeys, verifyTables, type Proof } from './verify.ts'
import { openWayBack, type WayBack } from './way-back.ts'

/** How long each step of a freeze took, in the order taken, ms. */
export type Steps = Record<string, number>

/** What the freeze proved. */
export type Frozen = { readonly steps: Steps; /** Since the freeze began. */ readonly ms: number; /** How many keys were read again. */ readonly keys?: number; readonly remainder: Remainder; readonly changed: readonly Proof[]; readonly whole: readonly Proof[]; readonly at: number }

export type Cutover = {
  readonly lane: Lane
  readonly builds: readonly Build[]
  readonly follower: Follower
  /** The token under which the source's schema was last found to be what it should be. */
  readonly schema: string
  /** Called when everything is proven and nothing is switched: keeps the signed evidence. What it throws gives the freeze up. */
  readonly onProven: (frozen: Frozen) => Promise<void>
}

/**
 * freeze → drain → verify → switch. Until the journal is asked for, any failure, and the deadline, thaws the source: nothing was lost, nothing
 * switched, the move is following again and the failure is thrown. From there on there is only forward. Answers the way back, already followed.
 */
export const cutOver = async (run: Run, cutover: Cutover): Promise<WayBack> => {
  const { lane } = cutover
  await checkRoute(run, lane)
  const epoch = await openEpoch(run, lane)
  await using _ahead = await openAhead(run, lane)
  const wayBack = await openWayBack(run, lane)
  const journal = { isAsked: false }
  try {
    await freezeAndSwitch(run, cutover, wayBack, epoch, journal)
    return wayBack
  } catch (error) {
    await wayBack[Symbol.asyncDispose]()
    const { stage } = run.record.standing
    if (!journal.isAsked && (stage === 'frozen' || stage === 'verified')) {
      await giveUp(run, lane)
      cutover.follower.release()
    }
    throw error
  }
}

/** People are where we think they are: found out while it costs nothing, and the way to the proxy is warm for the switch. */
const checkRoute = async ({ world, signal }: Run, { from }: Lane): Promise<void> => {
  if (world.routes === undefined || from.upstream === undefined) return
  const found = await world.routes.read(signal)
  if (found !== from.upstream) throw new Fault('ROUTE_MOVED', { route: world.routes.label, found, expected: from.upstream })
}

const freezeAndSwitch = async (run: Run, cutover: Cutover, wayBack: WayBack, epoch: number, journal: { isAsked: boolean }): Promise<void> => {
  const { lane, follower } = cutover
  const { clock } = run.world
  const deadline = deadlineIn(clock, run.record.order.freezeBudgetMs, run.signal)
  await using _watch = await run.world.watch?.(run.record.id, lane.leg, epoch, clock.now() + deadline.budgetMs * 2)
  await run.take('freeze')
  run.world.emit({ type: 'freeze', state: 'began', ms: 0 })
  const steps: Steps = {}
  const step = timer(run, steps)
  await using pictures = openPictures()
  const from = await freeze(run, cutover, deadline, step, pictures)
  const frozen = await proveFrozen(run, cutover, wayBack, { from, pictures }, deadline, step)
  await together(run.take('verify'), step('evidence', cutover.onProven({ ...frozen, steps, ms: deadline.budgetMs - deadline.leftMs() })))
  if (deadline.leftMs() <= 0) throw new Fault('DRAIN_LATE', { ms: deadline.budgetMs })
  journal.isAsked = true
  journal.isAsked = await step('journal', writeJournal(run, lane, epoch))
  if (!journal.isAsked) throw new Fault('DRAIN_LATE', { ms: deadline.budgetMs })
  await step('switch', completeSwitch(run, lane, epoch))
  run.world.emit({ type: 'freeze', state: 'ended', ms: deadline.budgetMs - deadline.leftMs(), steps })
  await run.take('switch', { epoch, isApproved: false, measured: remembered(run.record.measured, steps) })
  await follower[Symbol.asyncDispose]()
}

/**
 * Nobody writes, and the target has everything that was written. The follower is held: what it would read from now on is what travels back. Answers a picture of the source:
 * behind the fence every later one is the same, but for large objects, which no fence holds; so it is taken while the last changes are on their way.
 */
const freeze = async (run: Run, { lane, follower }: Cutover, deadline: Deadline, step: Timer, pictures: Pictures): Promise<Picture> => {
  const { order, tables } = run.record
  if (lane.from.control !== undefined) await step('product', deadline.within(lane.from.control.freeze(order.tenant, run.signal)))
  await step('fence', lane.source.fence(tables, Math.max(1, deadline.leftMs())))
  const nonce = run.world.newId()
  const drained = deadline.within((async () => { await lane.source.mark(nonce); await follower.reached(nonce); await follower.hold() })())
  const [, picture] = await together(step('drain', drained), step('picture', deadline.within(pictures.take(lane.from.store))))
  return picture
}

/** The frozen source, and how to look at the target. */
type Looks = { readonly from: Picture; readonly pictures: Pictures }

/** What is left to do and to prove while nobody writes, side by side: none of the four needs another, and no stream carries what the first one writes. A table made or altered since the last verification, and not written to, shows in the schema alone. */
const proveFrozen = async (run: Run, cutover: Cutover, wayBack: WayBack, { from, pictures }: Looks, deadline: Deadline, step: Timer): Promise<Omit<Frozen, 'steps' | 'ms'>> => {
  const { lane, follower, builds, schema } = cutover
  assert(!follower.changed.isOverflown, 'the freeze began with more changed rows than are kept')
  const takenOver = async () => {
    const remainder = await step('remainder', takeRemainder(run, lane, from, run.signal))
    if (builds.length > 0) await step('last', buildLast(run, lane, builds))
    return { remainder, whole: await step('verify whole', proveWhole(run, lane, { from, pictures }, follower)) }
  }
  const work = together(takenOver(), step('verify changed', proveChanged(run, lane, { from, pictures }, follower)), step('way back', wayBack.begin(deadline)), step('schema', refuseAltered(run, lane, schema)))
  try {
    const [{ remainder, whole }, changed] = await deadline.within(work)
    refuseDifferences([...changed, ...whole], run)
    return { remainder, changed, keys: follower.changed.count, whole, at: run.world.clock.now() }
  } finally {
    // What is late must not go on beside a source that writes again.
    await work.catch(() => { /* the deadline or the first failure is what counts */ })
  }
}

/** What changed since the full verification, read again on both sides. */
const proveChanged = async (run: Run, lane: Lane, { from: source, pictures }: Looks, { changed }: Follower): Promise<Proof[]> => {
  const keys = new Map([...changed.keys].filter(([table]) => !changed.whole.has(table)))
  if (keys.size === 0) return []
  const target = await pictures.take(lane.to.store)
  return await verifyKeys({ source, target }, keys, run.tables, run.pace.state.jobs, run.signal)
}

/** Tables whose rows cannot be named one by one, and those that the freeze itself copied, whole. */
const proveWhole = async (run: Run, lane: Lane, { from: source, pictures }: Looks, { changed }: Follower): Promise<Proof[]> => {
  const tables = run.record.tables.filter(t => t.route === 'in-freeze' || changed.whole.has(t.id))
  if (tables.length === 0) return []
  const target = await pictures.take(lane.to.store)
  return await verifyTables({ source, target }, tables, new Map(), run.pace.state.jobs, run.signal, () => { /* told as one step of the freeze */ })
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
