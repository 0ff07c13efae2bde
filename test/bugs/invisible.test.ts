import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#domain/faults.ts'
import { defaults } from '#domain/order.ts'
import { useSession } from '#test/postgres/contexts.ts'
import { assertSame, assertStands, useRig } from './rig.ts'

const shop = `CREATE TABLE parents (id integer PRIMARY KEY, what text); CREATE TABLE children (id integer PRIMARY KEY, parent integer REFERENCES parents ON DELETE CASCADE ON UPDATE CASCADE, other integer REFERENCES parents ON DELETE SET NULL);
  CREATE TABLE emptied (id integer PRIMARY KEY, what text); CREATE UNLOGGED TABLE carts (id integer PRIMARY KEY, what text); CREATE TABLE scratch (what text); CREATE SEQUENCE tickets; CREATE SEQUENCE down INCREMENT -5;
  INSERT INTO parents SELECT i, md5(i::text) FROM generate_series(1, 500) i; INSERT INTO children SELECT i, i, 50 * (1 + i % 10) FROM generate_series(1, 500) i; INSERT INTO emptied SELECT i, 'x' FROM generate_series(1, 500) i;
  INSERT INTO carts VALUES (1, 'first'); INSERT INTO scratch VALUES ('same'), ('same'), (NULL); SELECT nextval('tickets'), nextval('down'); SELECT lo_from_bytea(990001, 'as copied'), lo_from_bytea(990002, 'to go')`
const all = ['parents', 'children', 'emptied', 'carts', 'scratch']

const objects = `SELECT oid::text, md5(lo_get(oid)) AS hash FROM pg_largeobject_metadata ORDER BY oid`

test('what a stream does not carry, or carries in its own way, has arrived when the other home opens (bug 8)', async t => {
  const rig = await useRig(t, shop)
  const running = rig.start({ cutover: 'wait', chunkBytes: 8_000 })
  await running.heard('waits')
  await rig.from.query(`DELETE FROM parents WHERE id % 50 = 0; UPDATE parents SET id = id + 1000 WHERE id % 7 = 0 AND id % 50 <> 0`)
  await rig.from.query(`TRUNCATE emptied; INSERT INTO emptied VALUES (1, 'after the truncate')`)
  await rig.from.query(`UPDATE carts SET what = 'changed'; INSERT INTO carts VALUES (2, 'second'); DELETE FROM scratch WHERE ctid = '(0,1)'; INSERT INTO scratch VALUES ('other')`)
  await rig.from.query(`SELECT lo_put(990001, 0, 'AS CHANGED'), lo_unlink(990002), lo_from_bytea(990003, 'new')`)
  await rig.from.query(`SELECT nextval('tickets') FROM generate_series(1, 1000)`)
  running.mover.tell({ verb: 'cutover', approvedBy: 'the test' })
  await running.heard('freeze', event => event.state === 'began')
  await assertStands(running)
  assert.ok(await assertSame(rig, ...all) > 900)
  assert.deepEqual(await rig.to.query(objects), await rig.from.query(objects))
  const [next] = await rig.to.query<{ up: string; down: string }>(`SELECT nextval('tickets') AS up, nextval('down') AS down`)
  assert.ok(Number(next?.up) > 1001 && Number(next?.down) < -1, `tickets goes on at ${next?.up}, down at ${next?.down}`)
})

test('a number that is drawn in the freeze is not drawn again (bug 8)', async t => {
  const rig = await useRig(t, shop)
  const drawn: Promise<unknown>[] = []
  const running = rig.start({}, 'switched', event => { if (event.type === 'freeze' && event.state === 'began') drawn.push(rig.from.query(`SELECT nextval('tickets') FROM generate_series(1, 20)`)) })
  await assertStands(running)
  await Promise.all(drawn)
  const [last] = await rig.from.query<{ n: string }>('SELECT last_value AS n FROM tickets')
  const [next] = await rig.to.query<{ n: string }>(`SELECT nextval('tickets') AS n`)
  assert.ok(drawn.length === 1 && Number(next?.n) > Number(last?.n), `${last?.n} was drawn, then ${next?.n}`)
})

for (const [what, sql] of [
  ['a table that is made', `CREATE TABLE late (id integer PRIMARY KEY); INSERT INTO late VALUES (1)`],
  ['a column that is added with what all rows have in it', `ALTER TABLE parents ADD COLUMN vip boolean DEFAULT true`],
  ['a column that changes its type', `ALTER TABLE emptied ALTER id TYPE bigint`],
] as const) {
  test(`${what} after everything was verified is found before the freeze, and the source serves on (bug 8)`, async t => {
    const rig = await useRig(t, shop)
    const running = rig.start({ cutover: 'wait' })
    await running.heard('waits')
    await rig.from.query(sql)
    running.mover.tell({ verb: 'cutover', approvedBy: 'the test' })
    await assert.rejects(running.mover.outcome, (error: unknown) => error instanceof Fault && error.code === 'SCHEMA_CHANGED')
    assert.ok(!running.events.some(event => event.type === 'stage' && ['frozen', 'switched'].includes(event.stage)), 'nobody is frozen for it')
    await rig.from.query(`INSERT INTO parents (id, what) VALUES (-1, 'the source serves on')`)
  })
}

for (const [what, sql] of [['a table that is made', 'CREATE TABLE late (id integer PRIMARY KEY)'], ['a sequence that is given to a column', 'ALTER SEQUENCE tickets OWNED BY parents.id']] as const) {
  test(`${what} when the freeze has begun stops it, and the source serves on (bug 8)`, async t => {
    const rig = await useRig(t, shop)
    // A writer in flight, whom the freeze waits for until the schema has changed.
    const writer = await useSession(t, rig.from.url)
    const changed = Promise.withResolvers<void>()
    const change = async (): Promise<void> => {
      await rig.from.query(sql)
      await writer.query('COMMIT')
    }
    const running = rig.start({ cutover: 'wait' }, 'switched', event => { if (event.type === 'freeze' && event.state === 'began') changed.resolve(change()) })
    await running.heard('waits')
    await writer.query('BEGIN; UPDATE emptied SET what = $$in flight$$ WHERE id = 1')
    running.mover.tell({ verb: 'cutover', approvedBy: 'the test' })
    await assert.rejects(running.mover.outcome, (error: unknown) => error instanceof Fault && error.code === 'SCHEMA_CHANGED')
    await changed.promise
    assert.ok(running.events.some(event => event.type === 'freeze' && event.state === 'thawed'), 'it did not freeze at all')
    await rig.from.query(`INSERT INTO parents (id, what) VALUES (-1, 'the source serves on')`)
  })
}

test('a large object that a freeze which was given up had taken over, and that is gone since, is gone in the new home (bug 8)', async t => {
  const rig = await useRig(t, shop)
  let freezes = 0
  const gone: Promise<unknown>[] = []
  const running = rig.start({}, 'switched', undefined, () => {
    if (freezes++ > 0) return
    gone.push(rig.from.query('SELECT lo_unlink(990002)'))
    throw new Fault('DRAIN_LATE', { ms: 0 })
  })
  await assertStands(running)
  await Promise.all(gone)
  assert.equal(freezes, 2)
  assert.deepEqual(await rig.to.query(objects), await rig.from.query(objects))
  assert.equal((await rig.to.query(objects)).length, 1)
})

test('a column that is added while changes are followed stops the stream before anything is applied without it (bug 8)', async t => {
  const rig = await useRig(t, shop)
  const running = rig.start({ cutover: 'wait' })
  await running.heard('waits')
  await rig.from.query(`ALTER TABLE parents ADD COLUMN vip boolean; UPDATE parents SET vip = true WHERE id = 3`)
  await assert.rejects(running.mover.outcome, (error: unknown) => error instanceof Fault && error.code === 'SCHEMA_CHANGED')
  // The same change on the target lets the move go on, at the place where it stopped.
  await rig.to.query(`SELECT set_config('rehome.applier', (SELECT pass FROM rehome.fence_pass), false)`)
  await rig.to.query('ALTER TABLE parents ADD COLUMN vip boolean')
  await running.stop()
})

test('a product that empties a table of which the picture is held waits no longer than was agreed, whatever queues behind it', { timeout: 60_000 }, async t => {
  const rig = await useRig(t, shop)
  const waiting: Promise<unknown>[] = []
  const running = rig.start({ budget: { ...defaults.budget, lockWaitMs: 1_000 } }, 'switched', event => {
    // pg_dump and the copy then queue behind the product, and the product behind the holder of the picture.
    if (event.type === 'phase' && event.phase === 'anchor' && event.state === 'ends') waiting.push(rig.from.query('TRUNCATE emptied'))
  })
  await assert.rejects(running.mover.outcome, (error: unknown) => error instanceof Fault && error.code === 'BUDGET_SPENT')
  await Promise.all(waiting)
  assert.equal(waiting.length, 1)
  await running.stop()
  assert.deepEqual(await rig.from.query('SELECT slot_name FROM pg_replication_slots WHERE database = current_database()'), [])
})
