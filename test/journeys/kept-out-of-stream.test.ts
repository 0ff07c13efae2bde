import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useRig, assertSame } from '../bugs/rig.ts'
import { until } from '#test/services/until.ts'

/** Rows that nothing identifies come in the freeze; `large` is past the size from which foreign keys are made while the copy goes on. */
const shop = `CREATE TABLE kinds (code text NOT NULL UNIQUE, what text); CREATE UNLOGGED TABLE scratch (id integer PRIMARY KEY);
  CREATE TABLE colours (id integer, name text, UNIQUE (id)) PARTITION BY RANGE (id); CREATE TABLE colours_few PARTITION OF colours FOR VALUES FROM (0) TO (1000);
  CREATE TABLE small (id integer PRIMARY KEY, kind text REFERENCES kinds (code), colour integer REFERENCES colours (id)); CREATE TABLE large (id integer PRIMARY KEY, kind text REFERENCES kinds (code), colour integer REFERENCES colours (id), pad text);
  CREATE UNLOGGED TABLE notes (id integer PRIMARY KEY, large integer REFERENCES large, scratch integer REFERENCES scratch);
  INSERT INTO kinds SELECT 'k' || i, 'x' FROM generate_series(0, 9) i; INSERT INTO colours SELECT i, 'x' FROM generate_series(0, 9) i; INSERT INTO scratch SELECT generate_series(1, 50);
  INSERT INTO small SELECT i, 'k' || i % 10, i % 10 FROM generate_series(1, 100) i; INSERT INTO large SELECT i, 'k' || i % 10, i % 10, repeat('x', 900) FROM generate_series(1, 25000) i;
  INSERT INTO notes SELECT i, i, i FROM generate_series(1, 50) i; ANALYZE`
const tables = ['kinds', 'scratch', 'colours', 'small', 'large', 'notes']

test('tables whose rows come in the freeze may be referred to and refer: they go out and back, and every foreign key is made and checked', { timeout: 120_000 }, async t => {
  const rig = await useRig(t, shop)
  const running = rig.start({ cutover: 'wait' }, 'settled')
  await running.heard('waits')
  await rig.from.query(`INSERT INTO kinds VALUES ('new'); UPDATE kinds SET what = 'y' WHERE code = 'k3'; INSERT INTO colours VALUES (500, 'late'); INSERT INTO small VALUES (1000, 'new', 500); UPDATE large SET kind = 'new', colour = 500 WHERE id <= 10; DELETE FROM notes WHERE id > 40`)
  running.mover.tell({ verb: 'cutover', approvedBy: 'the test' })
  await running.heard('waits', event => event.for.includes('turn-back'))
  assert.equal(await assertSame(rig, ...tables), 11 + 50 + 11 + 101 + 25_000 + 40)
  const keys = 'SELECT conrelid::regclass::text AS on, conname AS name, convalidated AS checked FROM pg_constraint WHERE contype = \'f\' AND conparentid = 0 ORDER BY 1, 2'
  assert.deepEqual(await rig.to.query(keys), await rig.from.query(keys))
  await rig.to.query(`INSERT INTO kinds VALUES ('newer'); INSERT INTO small VALUES (1001, 'newer', 0); DELETE FROM scratch WHERE id > 45`)
  await until('turning back begins', () => running.mover.tell({ verb: 'turn-back', approvedBy: 'the test' }).ok)
  await running.heard('stage', event => event.stage === 'switched' && event.leg === 'back')
  assert.equal(await assertSame(rig, ...tables), 12 + 45 + 11 + 102 + 25_000 + 40)
})
