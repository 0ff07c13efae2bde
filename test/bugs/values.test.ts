import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertSame, assertStands, useRig } from './rig.ts'

const shop = `CREATE TYPE mood AS ENUM ('ok', 'no'); CREATE TYPE opinion AS (mood mood, said text, at integer); CREATE DOMAIN grade AS integer CHECK (VALUE > 0);
  CREATE TYPE spread AS RANGE (subtype = numeric); CREATE TYPE report AS (opinion opinion, grades grade[], spread spread);
  CREATE TABLE opinions (id integer PRIMARY KEY, one opinion, many mood[], all_of_it report, what regtype, row opinion[]);
  INSERT INTO opinions SELECT i, ROW('ok', 'it is' || i, i)::opinion, ARRAY['no', 'ok']::mood[], ROW(ROW('no', NULL, i)::opinion, ARRAY[1, i]::grade[], spread(1, i + 1))::report, 'mood'::regtype, ARRAY[ROW('ok', '', i)::opinion] FROM generate_series(1, 200) i`

test('values that hold the numbers which each server gives its types are copied and streamed as they are (bug 6)', async t => {
  const rig = await useRig(t, shop)
  // The target gives its types other numbers than the source, however both were used before.
  const [used] = await rig.from.query<{ oid: number }>(`SELECT 'mood'::regtype::oid::integer AS oid`)
  await rig.to.query(`DO $$ BEGIN FOR n IN 1..5 LOOP EXECUTE format('CREATE TYPE filler_%s AS ENUM ()', n); EXECUTE format('DROP TYPE filler_%s', n); END LOOP; END $$`)
  const running = rig.start({ cutover: 'wait' })
  await running.heard('waits')
  const [given] = await rig.to.query<{ oid: number }>(`SELECT 'mood'::regtype::oid::integer AS oid`)
  assert.notEqual(given?.oid, used?.oid)
  await rig.from.query(`UPDATE opinions SET one.said = 'streamed', many = many || 'ok'::mood WHERE id % 3 = 0; INSERT INTO opinions SELECT id + 1000, one, many, all_of_it, what, row FROM opinions; DELETE FROM opinions WHERE id = 7`)
  running.mover.tell({ verb: 'cutover', approvedBy: 'the test' })
  await assertStands(running)
  assert.equal(await assertSame(rig, 'opinions'), 399)
})
