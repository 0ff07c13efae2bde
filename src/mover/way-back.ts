import type { Table } from '#domain/catalog.ts'
import { openFollower } from './following.ts'
import type { Deadline } from './deadline.ts'
import type { Follower } from './follower.ts'
import type { Lane, Run } from './run.ts'

/** The stream from the target back to the source, made ready before the target's first write. */
export type WayBack = AsyncDisposable & {
  readonly follower: Follower
  /** Under the fence, when we ourselves have written our last: the stream begins here, and carries a marker to prove it. */
  begin(deadline: Deadline): Promise<void>
}

/**
 * Records changes on the target and follows them, passing over everything until `begin` puts its marker in: what comes before is our own writing.
 * A stream left over from a freeze that was given up is started over, since what it has passed over or applied belongs to that freeze.
 */
export const openWayBack = async (run: Run, lane: Lane): Promise<WayBack> => {
  const { source, target } = lane.back
  const isStreamed = (t: Table): boolean => t.route === 'stream'
  await source.drop()
  await target.drop()
  await target.prepare()
  const position = await source.record(run.record.tables.filter(isStreamed))
  const marker = run.world.newId()
  const follower = openFollower(run, run.lane(lane.leg === 'out' ? 'back' : 'out'), { position, marker })
  // The freeze must not wait for the stream to open.
  const flows = run.world.newId()
  await source.mark(flows)
  await follower.reached(flows).catch(async (error: unknown) => {
    await follower[Symbol.asyncDispose]()
    throw error
  })
  return {
    follower,
    async begin(deadline) {
      await source.mark(marker)
      await deadline.within(follower.reached(marker))
      // The first marker is passed over; a second one that arrives was applied: the way back works before anybody depends on it.
      const proof = run.world.newId()
      await source.mark(proof)
      await deadline.within(follower.reached(proof))
    },
    async [Symbol.asyncDispose]() { await follower[Symbol.asyncDispose]() },
  }
}
