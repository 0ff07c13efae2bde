import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertSame, assertStands, useRig, type Running } from '../bugs/rig.ts'

/** So many tables that each is made when its rows come; half of them refer to the one before. */
const shop = `CREATE TABLE orders (id integer PRIMARY KEY, what text); INSERT INTO orders SELECT i, repeat('x', 500) FROM generate_series(1, 4000) i;
  DO $do$ BEGIN FOR i IN 1..260 LOOP
    EXECUTE format('CREATE TABLE many_%s (id integer PRIMARY KEY, before integer %s, what text)', i, CASE WHEN i % 2 = 0 THEN format('REFERENCES many_%s', i - 1) ELSE '' END);
    EXECUTE format('INSERT INTO many_%s SELECT n, n, md5(n::text) FROM generate_series(1, 5) n', i);
  END LOOP; END $do$; ANALYZE`

const made = ({ events }: Running): number => events.filter(e => e.type === 'built' && e.what.includes('small tables')).length

test('hundreds of tables are made as they are loaded, also when the picture is lost and the mover is stopped meanwhile', { timeout: 120_000 }, async t => {
  const rig = await useRig(t, shop)
  const slowly = { bytesPerSecond: 400_000, jobs: 1 }
  const first = rig.start(slowly)
  await first.heard('phase', e => e.phase === 'copy' && e.state === 'begins')
  const [there] = await rig.to.query<{ count: string }>(`SELECT count(*) FROM pg_class WHERE relname LIKE 'many\\_%' AND relkind = 'r'`)
  assert.ok(Number(there?.count) < 260, 'all of them are there before their rows come')
  await rig.from.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'rehome holder%' AND datname = current_database()`)
  await first.heard('copied')
  await first.stop()
  await assert.rejects(first.mover.outcome)
  await rig.from.query(`INSERT INTO many_260 VALUES (6, 5, 'meanwhile')`)
  const second = rig.start()
  await assertStands(second)
  assert.ok(made(first) + made(second) > 0)
  assert.ok([...first.events, ...second.events].some(e => e.type === 'retry' && e.code === 'SNAPSHOT_LOST'), 'the picture was not lost')
  for (const table of ['orders', 'many_1', 'many_2', 'many_259', 'many_260']) await assertSame(rig, table)
  const facts = `SELECT (SELECT count(*) FROM pg_class WHERE relname LIKE 'many\\_%' AND relkind = 'r') AS tables, (SELECT count(*) FROM pg_constraint WHERE contype IN ('p', 'f') AND convalidated AND conname LIKE 'many%') AS keys`
  assert.deepEqual(await rig.to.query(facts), [{ tables: '260', keys: '390' }])
})
