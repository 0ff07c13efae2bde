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
export const holdSession = async ({ world, order, until, desk, pace, signal, cancelled }: Session): Promise<Outcome> => {
  const onFile = await readRecord(world.destination.store.book)
  if (onFile === undefined || onFile.standing.stage === 'ordered') {
    const findings = await tellFindings(world, order, onFile !== undefined)
    if (blocks(findings)) return { outcome: 'blocked', findings }
  }
  let record = onFile ?? (await firstRecord(world, order))
  world.emit({ type: 'move', move: record.id, tenant: order.tenant, source: world.origin.store.label, target: world.destination.store.label, resumed: onFile !== undefined, cold: record.standing.cold })
  for (let brokenSince: number | undefined, tries = 0; ; tries++) {
    const run = openRun(world, desk, pace, withOrder(record, order), signal)
    const began = run.record.standing
    try {
      await take(run, until)
      return { outcome: 'stands', standing: run.record.standing, move: record.id }
    } catch (error) {
      if (mustLetGo(error) || cancelled.aborted) await letGo(run)
      if (cancelled.aborted) return { outcome: 'stands', standing: run.record.standing, move: record.id }
      if (run.record.standing !== began) brokenSince = undefined
      brokenSince ??= world.clock.elapsed()
      if (signal.aborted || !goesBy(error) || world.clock.elapsed() - brokenSince > patienceMs) {
        await thawCold(run)
        throw error
      }
      await restAfter(world, error, tries, signal)
      const found = await rereadPatiently(world, signal)
      // The last thing that settling removes is the record itself: its answer was lost, and writing it again would bring it back.
      if (found === undefined && run.record.standing.stage === 'settled') return { outcome: 'stands', standing: run.record.standing, move: record.id }
      record = found ?? record
    }
  }
}

/** How long a server that is gone is waited for. */
const patienceMs = 5 * 60_000

/** A server or a picture that went away: what is on file is taken up again, just as by a new session. */
const goesBy = (error: unknown): error is Fault => error instanceof Fault && (error.code === 'STORE_UNREACHABLE' || error.code === 'SNAPSHOT_LOST')

const restAfter = async (world: World, fault: Fault, tries: number, signal: AbortSignal): Promise<void> => {
  const inMs = Math.min(200 * 2 ** tries, 5_000)
  world.emit({ type: 'retry', code: fault.code, message: fault.message, inMs })
  await world.clock.sleep(inMs, signal)
}

/** What the last session wrote may be on file although its answer was lost. */
const rereadPatiently = async (world: World, signal: AbortSignal): Promise<MoveRecord | undefined> => {
  const until = world.clock.elapsed() + patienceMs
  for (let tries = 0; ; tries++) {
    try {
      return await readRecord(world.destination.store.book)
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
