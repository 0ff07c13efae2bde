import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#domain/faults.ts'
import { readCheckpoint } from '#adapters/store/postgres/checkpoint.ts'
import { useRig } from '#test/postgres/streams.ts'

test('rows whose checkpoint could not be moved are not there, and come again (bug 1)', async t => {
  const rig = await useRig(t, { template: 'CREATE TABLE t (id integer PRIMARY KEY)' })
  await rig.from.query('INSERT INTO t SELECT generate_series(1, 10)')
  await rig.to.query(`CREATE FUNCTION stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not now'; END $$; CREATE TRIGGER stay BEFORE UPDATE ON rehome.checkpoint FOR EACH ROW EXECUTE FUNCTION stay(); ALTER TABLE rehome.checkpoint ENABLE ALWAYS TRIGGER stay`)
  const before = await readCheckpoint(rig.target, rig.stream)
  await assert.rejects(rig.follow(), (error: unknown) => error instanceof Fault && /not now/.test(error.message))
  assert.deepEqual([await rig.to.query('SELECT FROM t'), await readCheckpoint(rig.target, rig.stream)], [[], before])
  await rig.to.query('DROP TRIGGER stay ON rehome.checkpoint')
  await rig.follow()
  await rig.assertSame()
})
