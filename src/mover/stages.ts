import { writers } from '#domain/move.ts'
import { assert } from '#lib/assert.ts'
import type { Build } from '#ports/store.ts'
import { careFor } from './care.ts'
import { moveCold } from './cold.ts'
import { approve, followAndCutOver } from './follow-out.ts'
import { openFollower, tellProgress } from './following.ts'
import type { Follower } from './follower.ts'
import { letGo, mustLetGo, underCare } from './let-go.ts'
import { copyOut, pinSchema, pinTables } from './outbound.ts'
import { proveMove } from './prove.ts'
import { clearRehearsal, rehearse } from './rehearsal.ts'
import type { Lane, Run } from './run.ts'

/** How far a session of the mover goes by itself: until the switch, leaving the way back recorded but not followed, or until the move is settled. */
export type Until = 'switched' | 'settled'

/** From stage to stage until the move stands where this session was to take it. */
export const carryOn = async (run: Run, until: Until): Promise<void> => {
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
      else if (stage === 'following' && run.record.rehearsed !== undefined) await letGo(run)
      else if (stage === 'following') {
        const lane = run.lane(leg)
        follower ??= openFollower(run, lane)
        // Once switched, the schema is whole on both sides: a later leg out builds nothing.
        if (run.record.epoch > 0) builds = []
        else if (builds.length === 0) builds = await lane.target.createSchema(lane.from.store, run.record.order.schema)
        await using forward = follower
        const wayBack = run.record.standing.rehearsal === true
          ? await rehearse(run, lane, forward, builds)
          : await followAndCutOver(run, lane, forward, builds, (on, verified, frozen) => proveMove(run, on, verified, frozen))
        follower = wayBack?.follower
      } else if (stage === 'switched') {
        await endStream(run.lane(leg))
        if (cold || until === 'switched') return
        follower = await keepWayBack(run, follower)
      } else {
        if (stage === 'settled') await settleOn(run)
        await clearRehearsal(run)
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
