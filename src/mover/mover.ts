import { blocks, type Finding } from '#domain/finding.ts'
import { Fault } from '#domain/faults.ts'
import type { Identity } from '#domain/catalog.ts'
import { writers, type Standing } from '#domain/move.ts'
import type { Command, Order } from '#domain/order.ts'
import { recover } from '#domain/recover.ts'
import { assert } from '#lib/assert.ts'
import type { Build, Store } from '#ports/store.ts'
import { careFor } from './care.ts'
import { moveCold, thawCold } from './cold.ts'
import { giveUp } from './cutover.ts'
import { Desk, type Reply } from './desk.ts'
import { approve, followAndCutOver } from './follow-out.ts'
import { openFollower, tellProgress } from './following.ts'
import type { Follower } from './follower.ts'
import { copyOut, pinSchema, pinTables } from './outbound.ts'
import { Pace } from './pace.ts'
import { proveMove } from './prove.ts'
import { readRecord, type MoveRecord } from './record.ts'
import { firstStanding, openRun, type Lane, type Run, type World } from './run.ts'
import { completeSwitch } from './switch.ts'

/** `blocked`: preflight found what must be mended first, nothing was changed. `stopped`: the signal; the same order goes on later. */
export type Outcome =
  | { readonly outcome: 'blocked'; readonly findings: readonly Finding[] }
  | { readonly outcome: 'stands'; readonly standing: Standing; readonly move: string }

/** How far a session of the mover goes by itself: until the switch, leaving the way back recorded but not followed, or until the move is settled. */
export type Until = 'switched' | 'settled'

/** A mover at work: the move, and how people talk to it meanwhile. */
export type Mover = { readonly outcome: Promise<Outcome>; tell(command: Command): Reply }

/** Everything that stands in the way, or that somebody should know. Changes nothing. */
export const preflight = async (world: World, order: Order, resuming = false): Promise<Finding[]> =>
  world.origin.store.examine(world.destination.store, { follow: order.follow, schema: order.schema, tenant: order.tenant, resuming })

/**
 * Moves a tenant from the origin to the destination, or goes on with the move on file there. Whatever interrupts it (a kill, a cut network, a restarted server, the signal),
 * the same call goes on where it stopped. Rejects with a `Fault` when the world fails for good; the origin then still serves, or the destination does: never both.
 */
export const startMove = (world: World, order: Order, until: Until, signal: AbortSignal): Mover => {
  const desk = new Desk()
  const pace = new Pace(world.clock, { paused: false, jobs: order.jobs, bytesPerSecond: order.bytesPerSecond ?? 0 }, (state, reason) => world.emit({ type: 'pace', ...state, reason }))
  const cancelled = new AbortController()
  const inner = AbortSignal.any([signal, cancelled.signal])
  return {
    outcome: begin(world, order, until, desk, pace, inner, cancelled.signal),
    tell(command) {
      switch (command.verb) {
        case 'pause': case 'resume':
          pace.set({ paused: command.verb === 'pause' }, 'a person asked')
          return { ok: true, says: command.verb === 'pause' ? 'Paused. Copying and following wait; the source goes on recording changes.' : 'Going on.' }
        case 'throttle':
          pace.set({ ...(command.jobs === undefined ? {} : { jobs: command.jobs }), ...(command.bytesPerSecond === undefined ? {} : { bytesPerSecond: command.bytesPerSecond }) }, 'a person asked')
          return { ok: true, says: `${pace.state.jobs} jobs, ${pace.state.bytesPerSecond === 0 ? 'no limit' : `${pace.state.bytesPerSecond} bytes a second`}.` }
        case 'cancel':
          cancelled.abort(new Cancelled())
          return { ok: true, says: 'Cancelling: the origin is let go.' }
        case 'status':
          return { ok: true, says: 'The move is under way.' }
        default:
          return desk.decide(command)
      }
    },
  }
}

/** A person asked for the move to end; not a failure. */
class Cancelled extends Error {
  override readonly name = 'Cancelled'
}

const begin = async (world: World, order: Order, until: Until, desk: Desk, pace: Pace, signal: AbortSignal, cancelled: AbortSignal): Promise<Outcome> => {
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

const tellFindings = async (world: World, order: Order, resuming: boolean): Promise<Finding[]> => {
  world.emit({ type: 'phase', phase: 'preflight', state: 'begins' })
  const began = world.clock.elapsed()
  const findings = await preflight(world, order, resuming)
  for (const finding of findings) world.emit({ type: 'finding', finding })
  world.emit({ type: 'phase', phase: 'preflight', state: 'ends', ms: world.clock.elapsed() - began })
  return findings
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

/** From stage to stage until the move stands where this session was to take it. */
const carryOn = async (run: Run, until: Until): Promise<void> => {
  let follower: Follower | undefined
  let builds: Build[] = []
  try {
    for (;;) {
      const { stage, cold, leg } = run.record.standing
      const serving = writers(run.record.standing)
      assert(!(serving.origin && serving.destination), 'two homes accept writes')
      if (stage === 'ordered' || (cold && stage === 'frozen')) {
        if (cold) await moveCold(run)
        else await beginCopy(run)
      } else if (stage === 'copying') builds = await copyAndStream(run)
      else if (stage === 'following') {
        const lane = run.lane(leg)
        follower ??= openFollower(run, lane)
        // Once switched, the schema is whole on both sides: a later leg out builds nothing.
        if (run.record.epoch > 0) builds = []
        else if (builds.length === 0) builds = await lane.target.createSchema(lane.from.store, run.record.order.schema)
        await using forward = follower
        const wayBack = await followAndCutOver(run, lane, forward, builds, (on, verified, frozen) => proveMove(run, on, verified, frozen))
        follower = wayBack.follower
      } else if (stage === 'switched') {
        await endStream(run.lane(leg))
        if (cold || until === 'switched') return
        follower = await keepWayBack(run, follower)
      } else {
        if (stage === 'settled') await settleOn(run)
        return
      }
    }
  } finally {
    await follower?.[Symbol.asyncDispose]()
  }
}

/** The leg that has been switched needs its stream no more, and its source must not keep changes for it. Repeatable. */
const endStream = async (lane: Lane): Promise<void> => {
  await lane.source.drop()
  await lane.target.drop()
}

const beginCopy = async (run: Run): Promise<void> => {
  await run.world.destination.control?.freeze(run.record.order.tenant, run.signal)
  await pinTables(run)
  await run.take('copy')
}

const copyAndStream = async (run: Run): Promise<Build[]> => {
  const lane = run.lane('out')
  const { builds } = await underCare(run, cared => copyOut(cared, cared.lane('out')))
  const [first] = run.record.anchors
  assert(first !== undefined, 'a copy without a picture')
  if ((await lane.target.checkpoint()) === undefined) await lane.target.startAt(first.position)
  for (const anchor of run.record.anchors) await lane.source.release(anchor)
  await run.take('follow')
  return builds
}

/** Looks after the source while `work` burdens it. */
const underCare = async <T>(run: Run, work: (run: Run) => Promise<T>): Promise<T> => {
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

/** Keeps the way back open until a person turns back or settles. Answers the follower of the leg that comes next, if one does. */
const keepWayBack = async (run: Run, running: Follower | undefined): Promise<Follower | undefined> => {
  const lane = run.lane(run.record.standing.leg === 'out' ? 'back' : 'out')
  const follower = running ?? openFollower(run, lane)
  const stop = new AbortController()
  const aside = AbortSignal.any([run.signal, stop.signal])
  const telling = tellProgress(run, lane, follower, aside)
  const caring = careFor(run, lane.source, aside)
  caring.catch(() => { /* whoever waits for the decision is told */ })
  try {
    await pinSchema(run, lane)
    run.desk.ask(['turn-back', 'settle'])
    run.world.emit({ type: 'waits', for: ['turn-back', 'settle'], why: `the ${run.record.standing.leg === 'out' ? 'new' : 'old'} home serves; every write travels to the other one until a person decides` })
    const decision = await Promise.race([run.desk.wait(['turn-back', 'settle'], run.signal), follower.ended.then(() => { throw new Error('the follower was stopped') }), caring])
    await approve(run, decision)
    await run.take(decision.verb === 'settle' ? 'settle' : 'turn-back')
    if (decision.verb === 'turn-back') return follower
    await follower[Symbol.asyncDispose]()
    await settle(run)
    return undefined
  } catch (error) {
    await follower[Symbol.asyncDispose]()
    // The home that serves comes before the way back.
    if (mustLetGo(error)) await lane.source.drop()
    throw error
  } finally {
    stop.abort(new Error('a person has decided'))
    await telling
  }
}

/** Ends both streams and removes everything made for the move from the home that serves. The other keeps its fence: it must not come alive again by itself. */
const settle = (run: Run): Promise<void> => run.phase('settle', async () => {
  const lane = run.lane(run.record.standing.leg)
  await endStream(lane)
  await lane.back.source.drop()
  await lane.back.target.drop()
  await lane.to.store.cleanUp()
})

/** Goes on settling where an earlier session was cut off: until the end of it, the home that serves says that this move gave it the tenant. */
const settleOn = async (run: Run): Promise<void> => {
  const found = await run.lane(run.record.standing.leg).to.store.book.ownership()
  if (found?.move === run.record.id) await settle(run)
}

const mustLetGo = (error: unknown): boolean => error instanceof Fault && error.code === 'BUDGET_SPENT'

/** Leaves nothing on the source: no picture, no stream, no fence. Only where the origin is in charge; otherwise the move stays as it is. */
const letGo = async (run: Run): Promise<void> => {
  const { standing } = run.record
  if (!writers(standing).origin || standing.leg === 'back' || standing.stage === 'cancelled') return
  await run.world.origin.store.cleanUp()
  await run.take('cancel')
}
