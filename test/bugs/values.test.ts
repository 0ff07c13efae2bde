import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertSame, assertStands, useRig } from './rig.ts'

const shop = `CREATE TYPE mood AS ENUM ('ok', 'no'); CREATE TYPE opinion AS (mood mood, said text, at integer); CREATE DOMAIN grade AS integer CHECK (VALUE > 0);
  CREATE TYPE spread AS RANGE (subtype = numeric); CREATE TYPE report AS (opinion opinion, grades grade[], spread spread);
  CREATE TABLE opinions (id integer PRIMARY KEY, value opinion); INSERT INTO opinions SELECT i, ROW('ok', 'it is' || i, i)::opinion FROM generate_series(1, 200) i;
  CREATE TABLE moods (id integer PRIMARY KEY, value mood[]); INSERT INTO moods SELECT i, ARRAY['no', 'ok']::mood[] FROM generate_series(1, 200) i;
  CREATE TABLE reports (id integer PRIMARY KEY, value report); INSERT INTO reports SELECT i, ROW(ROW('no', NULL, i)::opinion, ARRAY[1, i]::grade[], spread(1, i + 1))::report FROM generate_series(1, 200) i;
  CREATE TABLE numbers (id integer PRIMARY KEY, value regtype); INSERT INTO numbers SELECT i, 'mood'::regtype FROM generate_series(1, 200) i;
  CREATE TABLE lists (id integer PRIMARY KEY, value opinion[]); INSERT INTO lists SELECT i, ARRAY[ROW('ok', '', i)::opinion] FROM generate_series(1, 200) i`
const tables = ['opinions', 'moods', 'reports', 'numbers', 'lists']

test('values that hold the numbers which each server gives its types are copied and streamed as they are (bug 6)', async t => {
  const rig = await useRig(t, shop)
  // The target gives its types other numbers than the source, however both were used before.
  const [used] = await rig.from.query<{ oid: number }>(`SELECT 'mood'::regtype::oid::integer AS oid`)
  await rig.to.query(`DO $$ BEGIN FOR n IN 1..5 LOOP EXECUTE format('CREATE TYPE filler_%s AS ENUM ()', n); EXECUTE format('DROP TYPE filler_%s', n); END LOOP; END $$`)
  const running = rig.start({ cutover: 'wait' })
  await running.heard('waits')
  const [given] = await rig.to.query<{ oid: number }>(`SELECT 'mood'::regtype::oid::integer AS oid`)
  assert.notEqual(given?.oid, used?.oid)
  for (const table of tables) await rig.from.query(`UPDATE ${table} SET id = id + 500 WHERE id % 3 = 0; INSERT INTO ${table} SELECT id + 1000, value FROM ${table}; DELETE FROM ${table} WHERE id = 7`)
  running.mover.tell({ verb: 'cutover', approvedBy: 'the test' })
  await assertStands(running)
  assert.equal(await assertSame(rig, ...tables), 399 * tables.length)
})
