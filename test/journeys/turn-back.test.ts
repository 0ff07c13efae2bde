import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { Fault } from '#domain/faults.ts'
import { defaults } from '#domain/order.ts'
import { until } from '#test/services/until.ts'
import { assertSame, assertStands, useRig, type Running } from '../bugs/rig.ts'

const shop = `CREATE TABLE orders (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text);
  INSERT INTO orders (note) SELECT repeat('n', i % 50) FROM generate_series(1, 2000) i; CREATE TABLE log (what text); INSERT INTO log VALUES ('made'); ANALYZE`

/** Says it as soon as it can be said. */
const say = (running: Running, verb: 'turn-back' | 'settle'): Promise<boolean> =>
  until(`${verb} can be said`, () => running.mover.tell({ verb, approvedBy: 'the test' }).ok, { withinMs: 60_000 })

const waits = (running: Running) => running.heard('waits', e => e.for.includes('settle'))

test('turned back and forth, each home has what was written in the other, and a role that only one of them knows is no obstacle', { timeout: 120_000 }, async t => {
  const rig = await useRig(t, shop)
  const role = `auditor_${randomBytes(4).toString('hex')}`
  await rig.from.query(`CREATE ROLE ${role}; GRANT SELECT ON orders TO ${role}`)
  const running = rig.start({}, 'settled')
  await waits(running)
  await rig.to.query(`INSERT INTO orders (note) VALUES ('written in the new home'); INSERT INTO log VALUES ('new home')`)
  await assert.rejects(rig.from.query(`INSERT INTO orders (note) VALUES ('to the retired home')`), /frozen/)
  await say(running, 'turn-back')
  await waits(running)
  assert.deepEqual((await rig.from.query(`SELECT note FROM orders WHERE note LIKE 'written%'`)).length, 1)
  await rig.from.query(`INSERT INTO orders (note) VALUES ('written in the old home')`)
  await assert.rejects(rig.to.query(`DELETE FROM orders`), /frozen/)
  await say(running, 'turn-back')
  await waits(running)
  await rig.to.query(`UPDATE orders SET note = note || '!' WHERE note LIKE 'written%'`)
  await until('both homes are the same', async () => (await rig.from.query(`SELECT 1 FROM orders WHERE note LIKE 'written%!'`)).length === 2)
  assert.equal(await assertSame(rig, 'orders', 'log'), 2004)
  await say(running, 'settle')
  await assertStands(running, 'settled')
  await rig.to.query(`INSERT INTO orders (note) VALUES ('afterwards')`)
  await assert.rejects(rig.from.query(`INSERT INTO orders (note) VALUES ('to the retired home')`), /frozen/)
  assert.equal((await rig.to.query(`SELECT 1 FROM pg_namespace WHERE nspname = 'rehome'`)).length, 0)
  await rig.from.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`)
})

test('the home that serves comes before the way back: what it must keep for it has a limit', { timeout: 120_000 }, async t => {
  const rig = await useRig(t, shop)
  const running = rig.start({ budget: { ...defaults.budget, retainedBytes: 8_000_000 } }, 'settled')
  await waits(running)
  // The old home takes nothing any more: somebody holds a lock there.
  const held = rig.from.query('BEGIN; LOCK TABLE orders IN EXCLUSIVE MODE; SELECT pg_sleep(20); COMMIT')
  for (let i = 0; i < 40; i++) await rig.to.query(`UPDATE orders SET note = repeat('${i % 10}', 200)`)
  await assert.rejects(running.mover.outcome, (error: unknown) => error instanceof Fault && error.code === 'BUDGET_SPENT')
  assert.equal((await rig.to.query('SELECT 1 FROM pg_replication_slots WHERE database = current_database()')).length, 0)
  await rig.to.query(`UPDATE orders SET note = 'the new home serves on'`)
  await held
})
