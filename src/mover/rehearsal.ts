import { Fault } from '#domain/faults.ts'
import type { Order } from '#domain/order.ts'
import { assert } from '#lib/assert.ts'
import type { Build, Created, Store } from '#ports/store.ts'
import { makeReady, verifyWhile, whileFollowing } from './follow-out.ts'
import type { Follower } from './follower.ts'
import { catchUp } from './following.ts'
import { forecastFreeze } from './measure.ts'
import type { MoveRecord } from './record.ts'
import type { Lane, Run, World } from './run.ts'

/** The world of a rehearsal: there is no product to stop in it, no route to change, no freeze to watch, and no evidence to sign. */
export const unplugged = ({ origin, destination, routes: _, watch: __, ...world }: World): World => ({
  ...world, origin: { store: origin.store }, destination: { store: destination.store },
  keep: () => Promise.reject(new Error('a rehearsal proves no move')),
})

/** A rehearsal and a move are never at work in one place; a rehearsal begins only where neither side has anything of Rehome's. Faults: REHEARSAL_APART. */
export const refuseOthers = async (world: World, order: Order, onFile: MoveRecord | undefined): Promise<void> => {
  const [isRehearsal, origin, into] = [order.rehearsal === true, world.origin.store, world.destination.store]
  if (onFile !== undefined) {
    const isSame = (onFile.standing.rehearsal === true) === isRehearsal
    if (!isSame) throw apart(isRehearsal ? `${into.label} has a move in it` : `${into.label} has a rehearsal in it`)
    if (isRehearsal && onFile.order.tenant !== order.tenant) throw apart(`${into.label} has a rehearsal of ${onFile.order.tenant} in it`)
    return
  }
  if (!isRehearsal) return
  assert(order.follow, 'a rehearsal follows')
  if (await isInUse(origin)) throw apart(`something of a move is in ${origin.label}`)
  if (await isInUse(into)) throw apart(`something of a move is in ${into.label}`)
}

/** Where nothing but the place for records was made, whoever made it has begun nothing. */
const isInUse = async (store: Store): Promise<boolean> => (await store.book.ownership()) !== undefined || (await store.registered()).some(({ kind }: Created) => kind !== 'schema' && kind !== 'book')

const apart = (reason: string): Fault => new Fault('REHEARSAL_APART', { reason })

/** Follows until the target is close behind, proves every row while everybody writes, and keeps what a freeze just then would have taken. There is no way back. */
export const rehearse = (run: Run, lane: Lane, follower: Follower, builds: readonly Build[]): Promise<undefined> => whileFollowing(run, lane, follower, async on => {
  await makeReady(on, lane, follower, builds)
  const verified = await verifyWhile(on, lane, follower)
  await catchUp(on, lane, follower)
  const { p50Ms, p95Ms, dominant } = forecastFreeze(on, follower, verified)
  const { order: { freezeBudgetMs: budgetMs }, tables, startedAt } = on.record
  on.world.emit({ type: 'forecast', p50Ms, p95Ms, dominant, budgetMs })
  const sum = (of: 'rows' | 'bytes'): number => verified.proofs.reduce((all, proof) => all + proof[of], 0)
  await on.save({ rehearsed: { tables: verified.proofs.length, ofTables: tables.length, rows: sum('rows'), bytes: sum('bytes'), ms: on.world.clock.now() - startedAt, p50Ms, p95Ms, dominant, budgetMs } })
  return undefined
})

/**
 * Of a rehearsal that is over and has let go of the origin: what it found is told, and then nothing of it stays in its database, the record going last. Of any
 * other move, or one that is not over, nothing. Repeatable.
 */
export const clearRehearsal = async (run: Run): Promise<void> => {
  const { standing, rehearsed } = run.record
  if (standing.rehearsal !== true || standing.stage !== 'cancelled') return
  if (rehearsed !== undefined) {
    run.world.emit({ type: 'rehearsed', ...rehearsed })
    await run.world.heard?.()
  }
  await run.phase('clean-up', async () => {
    const { store } = run.world.destination
    await store.empty()
    await store.cleanUp()
  })
}
