import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { useSession } from '#test/postgres/contexts.ts'
import { useDatabase, useDatabaseOn, useServer } from '#test/services/postgres.ts'
import { until } from '#test/services/until.ts'
import { assertSame, assertStands, rigOf, type Running, useRig } from './rig.ts'

const rows = 'CREATE TABLE rows (id serial PRIMARY KEY, what text); INSERT INTO rows (what) SELECT md5(i::text) FROM generate_series(1, 2000) i'

test('transactions that interleave across the anchor are copied or streamed, each once (bug 2)', async t => {
  const rig = await useRig(t, rows)
  const stop = new AbortController()
  const write = async (session: pg.Client, n: number, i: number): Promise<void> => {
    try {
      await session.query(`BEGIN; INSERT INTO rows (what) VALUES ('${n} begins ${i}')`)
      await sleep(20 + ((n * 37 + i * 61) % 180))
      await session.query(`UPDATE rows SET what = what || '.' WHERE id = ${1 + ((n * 331 + i * 7) % 300)}; INSERT INTO rows (what) VALUES ('${n} ends ${i}'); COMMIT`)
    } catch (error) {
      // Frozen: now, and after the switch.
      assert.equal((error as { code?: string }).code, '25006')
      await session.query('ROLLBACK')
    }
  }
  const writers = Array.from({ length: 6 }, async (_, n) => {
    const session = await useSession(t, rig.from.url)
    for (let i = 0; !stop.signal.aborted; i++) await write(session, n, i)
  })
  const running = rig.start()
  await Promise.all([assertStands(running).finally(() => stop.abort()), ...writers])
  assert.ok(await assertSame(rig, 'rows') > 2000)
})

test('a transaction that is in the log and not yet seen while its table is copied arrives once (bug 3)', { timeout: 120_000 }, async t => {
  const server = await useServer(t, { major: 15 })
  const rig = rigOf(t, await useDatabaseOn(t, server, { template: rows }), await useDatabase(t, { major: 18 }))
  const other = await useSession(t, rig.from.url, { options: '-c synchronous_commit=local' })
  const stalled = async (isStalled: boolean): Promise<void> => {
    await other.query(isStalled ? `ALTER SYSTEM SET synchronous_standby_names = 'nobody'` : 'ALTER SYSTEM RESET synchronous_standby_names')
    await other.query('SELECT pg_reload_conf()')
    // A session reads it between two statements; the checkpointer takes it over a moment later.
    await until('the setting is known', async () => (await other.query<{ s: string }>(`SELECT current_setting('synchronous_standby_names') AS s`)).rows[0]?.s === (isStalled ? 'nobody' : ''))
    await sleep(300)
  }
  const hanging: Promise<unknown>[] = []
  const commitUnseen = async (sql: string): Promise<void> => {
    const session = await useSession(t, rig.from.url)
    await session.query(`BEGIN; ${sql}`)
    const { rows: [me] } = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    hanging.push(session.query('COMMIT'))
    await until('the commit waits for its standby', async () => (await other.query(`SELECT FROM pg_stat_activity WHERE pid = ${me?.pid} AND wait_event = 'SyncRep'`)).rowCount === 1)
  }
  // Slow enough that the table is still being copied when the commits hang.
  const running = rig.start({ bytesPerSecond: 20_000, chunkBytes: 20_000 })
  await running.heard('phase', event => event.phase === 'copy')
  await stalled(true)
  await commitUnseen(`UPDATE rows SET what = 'changed unseen' WHERE id % 100 = 0; DELETE FROM rows WHERE id % 100 = 1; INSERT INTO rows (what) VALUES ('made unseen')`)
  const [picture] = (await other.query<{ n: string }>(`SELECT count(*) AS n FROM rows WHERE what LIKE '% unseen'`)).rows
  assert.equal(picture?.n, '0', 'nobody sees it yet')
  await sleep(500)
  await stalled(false)
  await Promise.all(hanging)
  running.mover.tell({ verb: 'throttle', bytesPerSecond: 0 })
  await assertStands(running)
  assert.equal(await assertSame(rig, 'rows'), 2000 - 20 + 1)
})

test('a table whose picture was lost before it was copied gets from the stream only what its later picture has not (bug 2)', async t => {
  const rig = await useRig(t, `${rows}; CREATE TABLE late (id serial PRIMARY KEY, what text); INSERT INTO late (what) SELECT md5(i::text) FROM generate_series(1, 500) i`)
  const change = (n: number): Promise<unknown> => rig.from.query(`INSERT INTO late (what) VALUES ('made ${n}'); UPDATE late SET what = what || '.' WHERE id <= 20; DELETE FROM late WHERE id = ${400 + n}`)
  let isPaused = false
  const running: Running = rig.start({ cutover: 'wait' }, 'switched', event => {
    if (event.type === 'phase' && event.phase === 'copy' && event.state === 'begins' && !isPaused) isPaused = running.mover.tell({ verb: 'pause' }).ok
  })
  await running.heard('phase', event => event.phase === 'copy')
  await change(1)
  await rig.from.query(`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND application_name ~ '^rehome (holder|read|picture)'`)
  running.mover.tell({ verb: 'resume' })
  await change(2)
  await running.heard('waits')
  const [move] = await rig.to.query<{ record: string }>('SELECT record FROM rehome.move')
  assert.equal((JSON.parse(move?.record ?? '') as { anchors: unknown[] }).anchors.length, 2, 'two pictures')
  await change(3)
  running.mover.tell({ verb: 'cutover', approvedBy: 'the test' })
  await assertStands(running)
  assert.equal(await assertSame(rig, 'rows', 'late'), 2500)
})

test('a transaction that is open when the freeze begins, of a writer that knows of no freeze, is waited for and arrives (bug 4)', async t => {
  const rig = await useRig(t, rows)
  const writer = await useSession(t, rig.from.url)
  const running = rig.start({ cutover: 'wait', freezeBudgetMs: 10_000 })
  await running.heard('waits')
  await writer.query(`BEGIN; UPDATE rows SET what = 'written before the freeze' WHERE id <= 10`)
  running.mover.tell({ verb: 'cutover', approvedBy: 'the test' })
  await running.heard('freeze', event => event.state === 'began')
  await sleep(700)
  await writer.query(`INSERT INTO rows (what) VALUES ('written in the freeze, by who was inside'); COMMIT`)
  await assertStands(running)
  const [arrived] = await rig.to.query<{ n: number }>(`SELECT count(*)::int AS n FROM rows WHERE what LIKE 'written%'`)
  assert.equal(arrived?.n, 11)
  await assertSame(rig, 'rows')
  await assert.rejects(writer.query(`INSERT INTO rows (what) VALUES ('too late')`), { code: '25006' })
})

test('an idle source is drained by its marker, while a database next to it fills the log (bug 4)', async t => {
  const rig = await useRig(t, rows)
  const neighbour = await useDatabase(t, { major: 15, template: 'CREATE TABLE noise (what text)' })
  const stop = new AbortController()
  const noise = (async () => { while (!stop.signal.aborted) await neighbour.query(`INSERT INTO noise SELECT repeat('x', 100) FROM generate_series(1, 500)`) })()
  try {
    const running = rig.start({ freezeBudgetMs: 3_000 })
    await assertStands(running)
    assert.equal(running.events.filter(event => event.type === 'freeze' && event.state === 'began').length, 1)
    assert.equal(await assertSame(rig, 'rows'), 2000)
  } finally {
    stop.abort()
    await noise
  }
})
