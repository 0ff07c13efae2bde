import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#domain/faults.ts'
import { assertSame, assertStands, useRig, type Rig, type Running } from './rig.ts'
import { runAtOnce } from './run-at-once.ts'

const shop = `CREATE TABLE orders (id integer PRIMARY KEY, what text); INSERT INTO orders SELECT i, 'x' FROM generate_series(1, 500) i`
/** Reads as before, and writes every row anew; no stream carries it. */
const rewrite = `ALTER TABLE orders ALTER what TYPE text USING what || '!'`

const verifications = ({ events }: Running): number => events.filter(event => event.type === 'phase' && event.phase === 'verify' && event.state === 'begins').length
const isSwitched = ({ events }: Running): boolean => events.some(event => event.type === 'stage' && event.stage === 'switched')

test('a table that is rewritten in place after everything was verified is found before anybody is frozen for it', async t => {
  const rig = await useRig(t, shop)
  const running = rig.start({ cutover: 'wait' })
  await running.heard('waits')
  await rig.from.query(rewrite)
  running.mover.tell({ verb: 'cutover', approvedBy: 'the test' })
  await assert.rejects(running.mover.outcome, (error: unknown) => error instanceof Fault && error.code === 'VERIFY_DIFFERS' && error.facts['count'] === 500)
  assert.ok(!isSwitched(running) && !running.events.some(event => event.type === 'freeze'))
  await rig.from.query(`INSERT INTO orders VALUES (-1, 'the source serves on')`)
})

/** Runs `sql` at the source in the first freeze. */
const inFirstFreeze = (rig: Rig, sql: string): Running => {
  let isDone = false
  return rig.start({}, 'switched', event => {
    if (isDone || event.type !== 'freeze' || event.state !== 'began') return
    isDone = true
    runAtOnce(rig.from, sql)
  })
}
const touched = ({ events }: Running): number => events.filter(event => event.type === 'retry' && event.code === 'SCHEMA_TOUCHED').length

test('what is altered just when the freeze begins and leaves the rows as they are costs that freeze, not the move', async t => {
  const rig = await useRig(t, shop)
  const running = inFirstFreeze(rig, 'ALTER TABLE orders ALTER what SET STATISTICS 50; ALTER TABLE orders ALTER what SET STATISTICS -1')
  await assertStands(running)
  assert.deepEqual([touched(running), verifications(running)], [1, 2])
  assert.equal(await assertSame(rig, 'orders'), 500)
})

test('a table that is rewritten in place just when the freeze begins stops it, and the source serves on', async t => {
  const rig = await useRig(t, shop)
  const running = inFirstFreeze(rig, rewrite)
  await assert.rejects(running.mover.outcome, (error: unknown) => error instanceof Fault && error.code === 'VERIFY_DIFFERS' && error.facts['count'] === 500)
  assert.equal(touched(running), 1)
  assert.ok(!isSwitched(running))
  await rig.from.query(`INSERT INTO orders VALUES (-1, 'the source serves on')`)
})

test('what is altered and leaves the rows as they are has everything verified once more, and moved', async t => {
  const rig = await useRig(t, shop)
  const running = rig.start({ cutover: 'wait' })
  await running.heard('waits')
  await rig.from.query('ALTER TABLE orders ALTER what SET STATISTICS 50; ALTER TABLE orders ALTER what SET STATISTICS -1')
  running.mover.tell({ verb: 'cutover', approvedBy: 'the test' })
  await assertStands(running)
  assert.equal(verifications(running), 2)
  assert.equal(await assertSame(rig, 'orders'), 500)
})
