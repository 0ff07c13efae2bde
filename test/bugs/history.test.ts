import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#domain/faults.ts'
import { useDatabase, useDatabaseOn, useServer } from '#test/services/postgres.ts'
import { until } from '#test/services/until.ts'
import { assertStands, rigOf, useRig, type Rig } from './rig.ts'

const rows = 'CREATE TABLE rows (id serial PRIMARY KEY, what text); INSERT INTO rows (what) SELECT md5(i::text) FROM generate_series(1, 200) i'

/** A mover that follows, stopped. Answers the name of its slot, which nobody reads. */
const stoppedFollowing = async (rig: Rig): Promise<string> => {
  const running = rig.start({ cutover: 'wait' })
  await running.heard('waits')
  await running.stop()
  return until('the slot is free', async () => (await rig.from.query<{ name: string }>(`SELECT slot_name AS name FROM pg_replication_slots WHERE database = current_database() AND NOT active`))[0]?.name)
}

/** Resumed, twice, the move stops and says that history is gone; the source serves on. */
const assertStopped = async (rig: Rig, codes: readonly string[]): Promise<void> => {
  for (let time = 1; time <= 2; time++) {
    const running = rig.start()
    await assert.rejects(running.mover.outcome, (error: unknown) => error instanceof Fault && codes.includes(error.code))
    assert.ok(!running.events.some(event => event.type === 'stage' && event.stage === 'switched'))
    await running.stop()
  }
  await rig.from.query(`INSERT INTO rows (what) VALUES ('the source serves on')`)
}

test('a slot that was dropped and made again under its name stops the move, now and when it is resumed (bug 7)', async t => {
  const rig = await useRig(t, rows)
  const slot = await stoppedFollowing(rig)
  await rig.from.query(`UPDATE rows SET what = 'lost with the slot' WHERE id < 10`)
  await rig.from.query(`SELECT pg_drop_replication_slot('${slot}')`)
  await rig.from.query(`SELECT pg_create_logical_replication_slot('${slot}', 'pgoutput')`)
  await assertStopped(rig, ['STREAM_GAP'])
})

test('a slot that is gone stops the move and is not made again (bug 7)', async t => {
  const rig = await useRig(t, rows)
  const slot = await stoppedFollowing(rig)
  await rig.from.query(`SELECT pg_drop_replication_slot('${slot}')`)
  await assertStopped(rig, ['STREAM_LOST'])
  assert.deepEqual(await rig.from.query(`SELECT FROM pg_replication_slots WHERE slot_name = '${slot}'`), [])
})

test('a slot whose log the source has removed stops the move (bug 7)', { timeout: 120_000 }, async t => {
  const server = await useServer(t, { major: 15, config: { max_slot_wal_keep_size: '1MB', min_wal_size: '32MB', max_wal_size: '32MB' } })
  const rig = rigOf(t, await useDatabaseOn(t, server, { template: rows }), await useDatabase(t, { major: 18 }))
  const slot = await stoppedFollowing(rig)
  await rig.from.query(`UPDATE rows SET what = 'lost with the log' WHERE id < 10`)
  await until('the source has removed the log', async () => {
    await rig.from.query('SELECT pg_switch_wal()')
    await rig.from.query(`INSERT INTO rows (what) SELECT repeat(md5(i::text), 100) FROM generate_series(1, 10000) i`)
    await rig.from.query('CHECKPOINT')
    const [row] = await rig.from.query<{ status: string }>(`SELECT wal_status AS status FROM pg_replication_slots WHERE slot_name = '${slot}'`)
    return row?.status === 'lost'
  }, { withinMs: 60_000 })
  await assertStopped(rig, ['STREAM_LOST'])
})

test('a source that is another server than the one the move began with is not moved on from (bug 7)', async t => {
  const rig = await useRig(t, rows)
  await stoppedFollowing(rig)
  const server = await useServer(t, { major: 15 })
  const other = rigOf(t, await useDatabaseOn(t, server, { template: rows }), rig.to)
  await assertStopped(other, ['STORE_CHANGED_IDENTITY'])
  await assertStands(rig.start())
})
