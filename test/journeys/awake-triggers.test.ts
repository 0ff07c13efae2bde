import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#domain/faults.ts'
import { useRole } from '#test/postgres/contexts.ts'
import { useDatabase } from '#test/services/postgres.ts'
import { until } from '#test/services/until.ts'
import { assertSame, rigOf, useMovers } from '../bugs/rig.ts'

const shop = `CREATE TABLE parents (id integer PRIMARY KEY, what text); CREATE TABLE children (id integer PRIMARY KEY, parent integer REFERENCES parents ON DELETE CASCADE); CREATE TABLE audit (id serial PRIMARY KEY, what text);
  CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.audit (what) VALUES (TG_OP); RETURN NULL; END $$; CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON parents FOR EACH ROW EXECUTE FUNCTION note();
  INSERT INTO parents SELECT i, 'x' FROM generate_series(1, 100) i; INSERT INTO children SELECT i, i FROM generate_series(1, 100) i`

test('where triggers cannot be kept asleep on the target, a move goes out and back with nothing doubled; out again it does not go, and the old home serves on', { timeout: 120_000 }, async t => {
  const movers = useMovers(t)
  const [from, to] = [await useDatabase(t, { major: 15, template: shop }), await useDatabase(t, { major: 18 })]
  const role = await useRole(t, to, 'REPLICATION')
  await to.query(`GRANT CREATE ON DATABASE ${to.name} TO ${role.name}; GRANT ALL ON SCHEMA public TO ${role.name}`)
  const rig = rigOf(t, from, { ...to, url: role.url }, movers)
  const running = rig.start({ cutover: 'wait' }, 'settled')
  await running.heard('finding', ({ finding }) => finding.id === 'replication-role' && finding.level === 'concern' && finding.side === 'target' && /the move cannot go out a second time/.test(finding.what))
  await running.heard('waits')
  await from.query(`DELETE FROM parents WHERE id <= 10; INSERT INTO parents VALUES (1000, 'old home')`)
  running.mover.tell({ verb: 'cutover', approvedBy: 'the test' })
  await running.heard('waits', event => event.for.includes('turn-back'))
  assert.equal(await assertSame(rig, 'parents', 'children', 'audit'), 91 + 90 + 111)
  await to.query(`DELETE FROM parents WHERE id <= 20; INSERT INTO parents VALUES (1001, 'new home')`)
  await until('turning back begins', () => running.mover.tell({ verb: 'turn-back', approvedBy: 'the test' }).ok)
  await running.heard('stage', event => event.stage === 'switched' && event.leg === 'back')
  assert.equal(await assertSame(rig, 'parents', 'children', 'audit'), 82 + 80 + 122)
  await from.query('DELETE FROM parents WHERE id <= 30')
  await assert.rejects(running.mover.outcome, (error: unknown) => error instanceof Fault && ['APPLY_STRICT', 'APPLY_REFUSED'].includes(error.code))
  await from.query(`INSERT INTO parents VALUES (1002, 'the old home serves on')`)
})
