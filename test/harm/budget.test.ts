import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#domain/faults.ts'
import { defaults, type Budget } from '#domain/order.ts'
import type { TestDatabase } from '#test/services/postgres.ts'
import { until } from '#test/services/until.ts'
import { type Rig, type Running, useRig } from '../bugs/rig.ts'

const shop = `CREATE TABLE orders (id integer PRIMARY KEY, note text);
  INSERT INTO orders SELECT i, repeat('n', 500) FROM generate_series(1, 20000) i; ANALYZE`

/** A copy that takes so long that the source suffers first. */
const slowly = (rig: Rig, budget: Partial<Budget>): Running => rig.start({ bytesPerSecond: 300_000, budget: { ...defaults.budget, ...budget } })

const copying = (running: Running) => running.heard('phase', e => e.phase === 'copy' && e.state === 'begins')

/** It stopped for this reason, everything of ours is gone from the source, and the product writes. */
const assertLetGo = async (running: Running, from: TestDatabase, limit: RegExp): Promise<void> => {
  await assert.rejects(running.mover.outcome, (error: unknown) => error instanceof Fault && error.code === 'BUDGET_SPENT' && limit.test(error.message))
  const [left] = await from.query<Record<string, string>>(`SELECT (SELECT count(*) FROM pg_replication_slots WHERE database = current_database()) AS slots, (SELECT count(*) FROM pg_publication) AS publications,
    (SELECT count(*) FROM pg_namespace WHERE nspname = 'rehome') AS schemas, (SELECT count(*) FROM pg_trigger WHERE tgname = 'rehome_fence') AS fences`)
  assert.deepEqual(Object.values(left ?? {}).map(Number), [0, 0, 0, 0])
  await until('the holder is gone', async () => (await from.query(`SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'rehome holder%' AND datname = current_database()`)).length === 0)
  await from.query(`UPDATE orders SET note = 'still open' WHERE id = 1`)
}

test('a source that must keep too much of its log for us is let go', { timeout: 90_000 }, async t => {
  const rig = await useRig(t, shop)
  const running = slowly(rig, { retainedBytes: 4_000_000 })
  await copying(running)
  for (let i = 0; i < 4; i++) await rig.from.query(`UPDATE orders SET note = repeat('m', 500)`)
  await assertLetGo(running, rig.from, /log/)
})

test('a move that follows and is paused lets the source go all the same', { timeout: 90_000 }, async t => {
  const rig = await useRig(t, shop)
  const running = rig.start({ cutover: 'wait', budget: { ...defaults.budget, retainedBytes: 4_000_000 } })
  await running.heard('waits')
  assert.ok(running.mover.tell({ verb: 'pause' }).ok)
  for (let i = 0; i < 4; i++) await rig.from.query(`UPDATE orders SET note = repeat('m', 500)`)
  await assertLetGo(running, rig.from, /log/)
})

test('a picture that grows too old is let go', { timeout: 90_000 }, async t => {
  const rig = await useRig(t, shop)
  const running = slowly(rig, { snapshotMs: 3_000 })
  await copying(running)
  await assertLetGo(running, rig.from, /age of the picture/)
})

test('somebody who waits too long for a lock of ours gets it', { timeout: 90_000 }, async t => {
  const rig = await useRig(t, shop)
  const running = slowly(rig, { lockWaitMs: 1_500 })
  await copying(running)
  const altered = rig.from.query('ALTER TABLE orders ADD COLUMN later text')
  await assertLetGo(running, rig.from, /wait for our locks/)
  await altered
})

test('a person who cancels leaves nothing on the source', { timeout: 90_000 }, async t => {
  const rig = await useRig(t, shop)
  const running = slowly(rig, {})
  await copying(running)
  assert.ok(running.mover.tell({ verb: 'cancel' }).ok)
  const outcome = await running.mover.outcome
  assert.equal(outcome.outcome === 'stands' && outcome.standing.stage, 'cancelled')
  assert.equal((await rig.from.query(`SELECT 1 FROM pg_replication_slots WHERE database = current_database()`)).length, 0)
})
