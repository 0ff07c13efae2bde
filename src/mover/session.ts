import { blocks, type Finding } from '#domain/finding.ts'
import { Fault } from '#domain/faults.ts'
import type { Identity } from '#domain/catalog.ts'
import type { Standing } from '#domain/move.ts'
import type { Order } from '#domain/order.ts'
import { recover } from '#domain/recover.ts'
import { assert } from '#lib/assert.ts'
import type { Store } from '#ports/store.ts'
import { thawCold } from './cold.ts'
import { giveUp } from './cutover.ts'
import type { Desk } from './desk.ts'
import { letGo, mustLetGo } from './let-go.ts'
import type { Pace } from './pace.ts'
import { tellFindings } from './preflight.ts'
import { readRecord, type MoveRecord } from './record.ts'
import { clearRehearsal, refuseOthers, unplugged } from './rehearsal.ts'
import { firstStanding, openRun, type Run, type World } from './run.ts'
import { carryOn, type Until } from './stages.ts'
import { completeSwitch } from './switch.ts'

/** `blocked`: preflight found what must be mended first, nothing was changed. `stopped`: the signal; the same order goes on later. */
export type Outcome =
  | { readonly outcome: 'blocked'; readonly findings: readonly Finding[] }
  | { readonly outcome: 'stands'; readonly standing: Standing; readonly move: string }

/** What a session of the mover is given. `signal` ends it, and the same order goes on later; `cancelled` ends the move. */
export type Session = {
  readonly world: World
  readonly order: Order
  readonly until: Until
  readonly desk: Desk
  readonly pace: Pace
  readonly signal: AbortSignal
  readonly cancelled: AbortSignal
}

/** Takes up the move on file, or begins one, and carries it on until it stands where it was to be taken; what goes by is waited for. */
export const holdSession = async (given: Session): Promise<Outcome> => {
  const session = given.order.rehearsal === true ? { ...given, world: unplugged(given.world) } : given
  const begun = await takeUpOrBegin(session)
  return 'findings' in begun ? { outcome: 'blocked', ...begun } : await persist(session, begun)
}

/** The move on file; where there is none, and nothing stands in the way, a new one. */
const takeUpOrBegin = async ({ world, order, desk, pace, signal }: Session): Promise<MoveRecord | { readonly findings: readonly Finding[] }> => {
  const { book } = world.destination.store
  // Where nothing says that there is a move, a server that does not answer is a wrong address until the opposite is known.
  const onFile = await (world.isUnderWay === true ? patiently(world, signal, () => readRecord(book)) : readRecord(book))
  await refuseOthers(world, order, onFile)
  if (onFile !== undefined) await world.claim?.(onFile.id)
  if (onFile === undefined || onFile.standing.stage === 'ordered') {
    const findings = await (onFile === undefined ? tellFindings(world, order, false) : patiently(world, signal, () => tellFindings(world, order, true)))
    if (blocks(findings)) {
      if (onFile?.standing.rehearsal === true) await endUnswitched(openRun(world, desk, pace, onFile, signal))
      return { findings }
    }
  }
  const record = onFile ?? (await firstRecord(world, order))
  world.emit({ type: 'move', move: record.id, tenant: order.tenant, source: world.origin.store.label, target: world.destination.store.label, resumed: onFile !== undefined, cold: record.standing.cold, ...(record.standing.rehearsal === true ? { rehearsal: true } : {}) })
  return record
}

/** Carries the move on again and again, from what is on file, while what stops it goes by. */
const persist = async ({ world, order, until, desk, pace, signal, cancelled }: Session, begun: MoveRecord): Promise<Outcome> => {
  let record = begun
  for (let brokenSince: number | undefined, tries = 0; ; tries++) {
    const run = openRun(world, desk, pace, withOrder(record, order), signal)
    const began = run.record.standing
    const stands = (): Outcome => ({ outcome: 'stands', standing: run.record.standing, move: record.id })
    try {
      await take(run, until)
      return stands()
    } catch (error) {
      const isOver = mustLetGo(error) || cancelled.aborted || (run.record.standing.rehearsal === true && !signal.aborted && !(error instanceof Fault && error.isRetryable))
      if (isOver) await endUnswitched(run)
      if (cancelled.aborted) return stands()
      if (run.record.standing !== began) brokenSince = undefined
      brokenSince ??= world.clock.elapsed()
      if (signal.aborted || !goesBy(error) || world.clock.elapsed() - brokenSince > patienceMs) {
        await thawCold(run)
        throw error
      }
      await restAfter(world, error, tries, signal)
      // What the last session wrote may be on file although its answer was lost.
      const found = await patiently(world, signal, () => readRecord(world.destination.store.book))
      // The last thing that settling removes is the record itself: its answer was lost, and writing it again would bring it back.
      if (found === undefined && run.record.standing.stage === 'settled') return stands()
      record = found ?? record
    }
  }
}

/** The origin serves on as if nothing had been; of a rehearsal nothing stays at the destination either. */
const endUnswitched = async (run: Run): Promise<void> => {
  await letGo(run)
  await clearRehearsal(run)
}

/** How long a server that is gone is waited for. */
const patienceMs = 5 * 60_000

/** A server or a picture that went away: what is on file is taken up again, just as by a new session. */
const goesBy = (error: unknown): error is Fault => error instanceof Fault && (error.code === 'STORE_UNREACHABLE' || error.code === 'SNAPSHOT_LOST')

const restAfter = async (world: World, fault: Fault, tries: number, signal: AbortSignal): Promise<void> => {
  const inMs = Math.min(200 * 2 ** tries, 5_000)
  world.emit({ type: 'retry', code: fault.code, message: fault.message, facts: fault.facts, inMs })
  await world.clock.sleep(inMs, signal)
}

/** Tries `act` again while what it needs is gone for a moment. */
const patiently = async <T>(world: World, signal: AbortSignal, act: () => Promise<T>): Promise<T> => {
  const until = world.clock.elapsed() + patienceMs
  for (let tries = 0; ; tries++) {
    try {
      return await act()
    } catch (error) {
      if (!goesBy(error) || world.clock.elapsed() > until) throw error
      await restAfter(world, error, tries, signal)
    }
  }
}

/** What may be different in the order of a later session: how hard and how far, not what. */
const withOrder = (record: MoveRecord, order: Order): MoveRecord => ({ ...record, order: { ...order, tenant: record.order.tenant, schema: record.order.schema, follow: record.order.follow } })

/** One session: the servers are the ones the move began with, a freeze that was cut off is decided, and then on from stage to stage. */
const take = async (run: Run, until: Until): Promise<void> => {
  const { world } = run
  await checkIdentity(run.record.origin, world.origin.store, 'origin')
  await checkIdentity(run.record.destination, world.destination.store, 'destination')
  await run.save({})
  await takeUp(run)
  await carryOn(run, until)
  world.emit({ type: 'outcome', stage: run.record.standing.stage, leg: run.record.standing.leg })
}

const firstRecord = async (world: World, order: Order): Promise<MoveRecord> => ({
  format: 1, id: world.newId(), startedAt: world.clock.now(), order,
  origin: { ...(await world.origin.store.identify()), label: world.origin.store.label },
  destination: { ...(await world.destination.store.identify()), label: world.destination.store.label },
  standing: firstStanding(order), epoch: 0, tables: [], fingerprint: '', anchors: [], anchorOf: {}, cuts: {}, approvals: [], isApproved: false, measured: {},
})

/** I7: the servers are the ones the move began with. */
const checkIdentity = async (pinned: Identity, store: Store, name: string): Promise<void> => {
  const now = await store.identify()
  const line = (i: Identity): string => `${i.engine} ${i.system}, timeline ${i.timeline}, database ${i.database}`
  if (line(now) !== line(pinned)) throw new Fault('STORE_CHANGED_IDENTITY', { store: name, was: line(pinned), is: line(now) })
}

/** Puts a move that was cut off in a freeze back on its feet, by what the two stores say. */
const takeUp = async (run: Run): Promise<void> => {
  const { standing, epoch } = run.record
  run.world.emit({ type: 'stage', stage: standing.stage, leg: standing.leg, verb: 'resumed' })
  const lane = run.lane(standing.leg)
  const source = await lane.from.store.book.ownership()
  const target = await lane.to.store.book.ownership()
  switch (recover({ stage: standing.stage, epoch, source, target })) {
    case 'roll forward':
      assert(target !== undefined, 'a journal without a row')
      if (standing.stage === 'frozen') await run.save({ standing: { ...standing, stage: 'verified' } })
      // Only what is complete is called switched: cut off before, it is completed again.
      await completeSwitch(run, lane, target.epoch)
      await run.take(standing.stage === 'in-doubt' ? 'found-after' : 'switch', { epoch: target.epoch, isApproved: false })
      return
    case 'thaw':
      if (standing.stage === 'in-doubt') await run.take('found-before')
      // A cold move that was cut off while it copied goes on copying: the source is still fenced, nothing has changed under it.
      if (standing.cold && standing.stage === 'frozen') return
      return giveUp(run, lane)
    case 'go on':
  }
}
