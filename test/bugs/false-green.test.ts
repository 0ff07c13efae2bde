import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '#domain/faults.ts'
import { useDatabase } from '#test/services/postgres.ts'
import { until } from '#test/services/until.ts'
import { assertSame, assertStands, rigOf, useRig } from './rig.ts'

const rows = 'CREATE TABLE rows (id serial PRIMARY KEY, what text); INSERT INTO rows (what) SELECT md5(i::text) FROM generate_series(1, 2000) i'

test('a verification that failed fails again when the move is resumed, and nothing is switched (bug 9)', async t => {
  const rig = await useRig(t, rows)
  const first = rig.start()
  await first.heard('stage', event => event.stage === 'following')
  await first.stop()
  await rig.to.query(`UPDATE rows SET what = reverse(what) WHERE id = 1500`)
  for (let time = 1; time <= 3; time++) {
    const running = rig.start()
    await assert.rejects(running.mover.outcome, (error: unknown) => error instanceof Fault && error.code === 'VERIFY_DIFFERS' && error.facts['count'] === 1)
    assert.ok(running.events.some(event => event.type === 'differs' && event.how === 'different' && event.columns?.join() === 'what' && event.key.includes('1500')))
    assert.ok(!running.events.some(event => event.type === 'stage' && ['frozen', 'switched'].includes(event.stage)))
    await running.stop()
  }
  await rig.from.query(`INSERT INTO rows (what) VALUES ('the source serves on')`)
})

test('a row that went wrong on the target after everything was verified, and changed since, is found in the freeze; nothing is switched (bug 10)', async t => {
  const rig = await useRig(t, rows)
  const running = rig.start({ cutover: 'wait' })
  await running.heard('waits')
  await rig.from.query(`UPDATE rows SET what = 'changed' WHERE id = 7`)
  await until('the change is there', async () => (await rig.to.query(`SELECT FROM rows WHERE what = 'changed'`)).length === 1)
  await rig.to.query(`BEGIN; SELECT set_config('rehome.applier', (SELECT pass FROM rehome.fence_pass), true); UPDATE rows SET what = 'wrong' WHERE id = 7; COMMIT`)
  running.mover.tell({ verb: 'cutover', approvedBy: 'the test' })
  await assert.rejects(running.mover.outcome, (error: unknown) => error instanceof Fault && error.code === 'VERIFY_DIFFERS')
  assert.ok(!running.events.some(event => event.type === 'stage' && event.stage === 'switched'))
  await rig.from.query(`INSERT INTO rows (what) VALUES ('the source serves on')`)
})

test('the first write that the target accepts arrives back, and so does every later one (bug 10)', async t => {
  const rig = await useRig(t, rows)
  const stop = new AbortController()
  const accepted: number[] = []
  const running = rig.start({}, 'settled')
  await running.heard('phase', event => event.phase === 'freeze')
  const writing = (async () => {
    for (let n = 1; !stop.signal.aborted; n++) {
      await rig.to.query(`INSERT INTO rows (id, what) VALUES (${1_000_000 + n}, 'written in the new home')`).then(() => accepted.push(n), (error: { code?: string }) => assert.equal(error.code, '25006'))
      if (accepted.length > 5) await sleep(10)
    }
  })()
  try {
    await running.heard('waits', event => event.for.includes('turn-back'))
    await until('writes are accepted', () => accepted.length > 30)
  } finally {
    stop.abort()
    await writing
  }
  await until('all of them arrived back', async () => (await rig.from.query('SELECT FROM rows WHERE id > 1000000')).length === accepted.length)
  assert.equal(await assertSame(rig, 'rows'), 2000 + accepted.length)
})

test('turned back after many writes, nothing that was written in the new home is lost (bug 10)', async t => {
  const rig = await useRig(t, rows)
  const running = rig.start({}, 'settled')
  await running.heard('waits', event => event.for.includes('turn-back'))
  await rig.to.query(`INSERT INTO rows (what) SELECT 'new home' FROM generate_series(1, 500); UPDATE rows SET what = 'changed there' WHERE id <= 100; DELETE FROM rows WHERE id BETWEEN 101 AND 150`)
  await until('turning back begins', () => running.mover.tell({ verb: 'turn-back', approvedBy: 'the test' }).ok)
  await running.heard('stage', event => event.stage === 'switched' && event.leg === 'back')
  assert.equal(await assertSame(rig, 'rows'), 2000 + 500 - 50)
  await rig.from.query(`INSERT INTO rows (what) VALUES ('home again')`)
  await assert.rejects(rig.to.query(`INSERT INTO rows (what) VALUES ('too late')`), { code: '25006' })
})

test('without a way back nothing is switched (bug 10)', async t => {
  const rig = await useRig(t, rows)
  const broken: Promise<unknown>[] = []
  const breakIt = async (): Promise<void> => {
    await until('the way back is gone', async () => {
      const [slot] = await rig.to.query<{ name: string }>(`SELECT slot_name AS name, pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE database = current_database() AND slot_name LIKE '%\\_back'`)
      return slot !== undefined && await rig.to.query(`SELECT pg_drop_replication_slot('${slot.name}')`).then(() => true, () => false)
    }, { everyMs: 2 })
  }
  const running = rig.start({ freezeBudgetMs: 2_000 }, 'switched', event => { if (event.type === 'freeze' && event.state === 'began') broken.push(breakIt()) })
  await assert.rejects(running.mover.outcome, (error: unknown) => error instanceof Fault && error.code === 'STREAM_LOST')
  await Promise.all(broken)
  assert.ok(!running.events.some(event => event.type === 'stage' && event.stage === 'switched'))
  await rig.from.query(`INSERT INTO rows (what) VALUES ('the source serves on')`)
})

test('where what comes back cannot be applied nothing is switched, though it arrives (bug 10)', async t => {
  const rig = await useRig(t, rows)
  const broken: Promise<unknown>[] = []
  const breakIt = (): Promise<unknown> => rig.from.query(`CREATE FUNCTION stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF current_setting('application_name') LIKE 'rehome apply%' THEN RAISE 'not now'; END IF; RETURN NEW; END $$;
    CREATE TRIGGER stay BEFORE UPDATE ON rehome.checkpoint FOR EACH ROW EXECUTE FUNCTION stay(); ALTER TABLE rehome.checkpoint ENABLE ALWAYS TRIGGER stay`)
  const running = rig.start({ freezeBudgetMs: 5_000 }, 'switched', event => { if (event.type === 'freeze' && event.state === 'began') broken.push(breakIt()) })
  await assert.rejects(running.mover.outcome, (error: unknown) => error instanceof Fault && /not now/.test(error.message))
  await Promise.all(broken)
  assert.ok(!running.events.some(event => event.type === 'stage' && event.stage === 'switched'))
  await rig.from.query(`INSERT INTO rows (what) VALUES ('the source serves on')`)
})

test('a way back left over from a freeze that was given up is started over (bug 10)', async t => {
  const rig = await useRig(t, rows)
  const writer = setInterval(() => { rig.from.query(`UPDATE rows SET what = what || '.' WHERE id = 5; INSERT INTO rows (what) VALUES ('between two freezes')`).catch(() => { /* frozen */ }) }, 10)
  try {
    let freezes = 0
    const running = rig.start({}, 'switched', undefined, () => { if (freezes++ === 0) throw new Fault('DRAIN_LATE', { ms: 0 }) })
    await assertStands(running)
    assert.equal(freezes, 2)
  } finally {
    clearInterval(writer)
  }
  await assertSame(rig, 'rows')
})

test('a target that sorts otherwise gets every change of rows with text keys (bug 10)', async t => {
  const from = await useDatabase(t, { major: 15, template: `CREATE TABLE words (word text PRIMARY KEY, n integer); CREATE TABLE plain (word text COLLATE "C" PRIMARY KEY, n integer);
    INSERT INTO words SELECT w || i, i FROM unnest(ARRAY['a','A','ä','Z','z','_','-','ß','e','é','']) w, generate_series(1, 100) i; INSERT INTO plain SELECT * FROM words` })
  const to = await useDatabase(t, { major: 18 })
  const name = to.name
  const server = new URL(to.url)
  server.pathname = '/postgres'
  const admin = { ...to, url: server.href }
  await recreate(admin.url, `DROP DATABASE ${name} WITH (FORCE)`, `CREATE DATABASE ${name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'de-u-co-phonebk' LOCALE 'C'`)
  const rig = rigOf(t, from, to)
  const running = rig.start({ cutover: 'wait', chunkBytes: 8_000 })
  await running.heard('waits')
  await from.query(`UPDATE words SET n = -n WHERE n % 3 = 0; DELETE FROM words WHERE n % 7 = 0; UPDATE words SET word = word || '_' WHERE n % 5 = 0; DELETE FROM plain WHERE n % 2 = 0`)
  running.mover.tell({ verb: 'cutover', approvedBy: 'the test' })
  await assertStands(running)
  assert.ok(await assertSame(rig, 'words', 'plain') > 1_000)
})

const recreate = async (url: string, ...statements: readonly string[]): Promise<void> => {
  const { default: pg } = await import('pg')
  const session = new pg.Client({ connectionString: url })
  await session.connect()
  for (const statement of statements) await session.query(statement)
  await session.end()
}
