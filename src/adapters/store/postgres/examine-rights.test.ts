import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Wish } from '#ports/store.ts'
import { useRole } from '#test/postgres/contexts.ts'
import { blockers, carryOut, live, look, the, usePair } from '#test/postgres/examined.ts'
import { useDatabase } from '#test/services/postgres.ts'

test('a role that may do nothing is led, by remedies alone, to where it may do everything', async t => {
  const [source, target] = await usePair(t, {
    template: `CREATE TABLE t (id serial PRIMARY KEY); CREATE SCHEMA app; CREATE TABLE app.u (id int PRIMARY KEY, t int REFERENCES public.t); ALTER TABLE app.u ENABLE ROW LEVEL SECURITY; SELECT lo_create(0);
      CREATE FUNCTION absolute(int) RETURNS int LANGUAGE internal STRICT AS 'int4abs'; CREATE EXTENSION file_fdw; CREATE EXTENSION citext; ALTER TABLE app.u FORCE ROW LEVEL SECURITY;
      CREATE FUNCTION noted() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER noted ON ddl_command_end EXECUTE FUNCTION noted()`,
  })
  const owner = await useRole(t, source)
  await source.query(`ALTER TABLE t OWNER TO ${owner.name}; ALTER SCHEMA app OWNER TO ${owner.name}; ALTER TABLE app.u OWNER TO ${owner.name}; DO $$ BEGIN EXECUTE format('ALTER LARGE OBJECT %s OWNER TO ${owner.name}', (SELECT min(oid) FROM pg_largeobject_metadata)); END $$`)
  const [from, to] = [await useRole(t, source), await useRole(t, target)]
  await target.query(`REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO PUBLIC`)
  const found = await look(from.url, to.url)
  assert.deepEqual(blockers(found), ['source create-right', 'source large-object-right', 'source owner-right', 'source read-right', 'source replication-right', 'source replication-role', 'source row-security',
    'target create-right', 'target extension-right', 'target public-right', 'target replication-right', 'target superuser-objects'])
  assert.deepEqual(the(found, 'owner-right').about, ['app.u', 'public.t'])
  assert.deepEqual(the(found, 'read-right').about, ['app.u', 'public.t', 'public.t_id_seq'])
  assert.deepEqual(the(found, 'extension-right').about, ['file_fdw'])
  assert.deepEqual(the(found, 'superuser-objects').about, ['foreign-data wrapper file_fdw', 'function public.absolute in internal'].slice(1))
  assert.match(the(found, 'replication-role', 'target').what, /made only in the freeze/)
  assert.match(the(found, 'event-trigger-right').what, /^Only a superuser may create the source's event triggers/)
  assert.deepEqual(the(found, 'roles').about, [owner.name])
  for (const finding of found.filter(f => f.level === 'blocker' && f.id !== 'superuser-objects')) {
    const database = finding.side === 'source' ? source : target
    for (const line of (finding.remedy ?? '').split('\n')) await database.query(line.replace(/; or, on Amazon RDS.*$/, ';'))
  }
  await carryOut(target, the(found, 'replication-role', 'target').remedy)
  assert.deepEqual(blockers(await look(from.url, to.url)), ['target superuser-objects'])
  await carryOut(target, the(found, 'superuser-objects').remedy)
  assert.deepEqual(blockers(await look(from.url, to.url)), [])
  await carryOut(target, the(found, 'roles').remedy)
  t.after(() => target.query(`DROP ROLE IF EXISTS ${owner.name}`).catch(() => { /* the database went first; the server follows */ }))
  const later = await look(from.url, to.url)
  assert.equal(later.some(f => f.id === 'roles'), false)
})

test('replication-role: where triggers of the source cannot be kept asleep when rows come back, or those of a target that is there already, is in the way', async t => {
  const template = `CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE u (id int PRIMARY KEY); CREATE TABLE quiet (id int PRIMARY KEY);
    CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER act AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f(); CREATE TRIGGER act AFTER INSERT ON quiet FOR EACH ROW EXECUTE FUNCTION f();
    ALTER TABLE quiet DISABLE TRIGGER act; CREATE RULE noted AS ON INSERT TO u DO ALSO NOTIFY u`
  const [source, target] = await Promise.all([useDatabase(t, { major: 15, template }), useDatabase(t, { major: 18, template })])
  const [from, to] = [await useRole(t, source, 'REPLICATION'), await useRole(t, target, 'REPLICATION')]
  for (const [database, role] of [[source, from], [target, to]] as const) await database.query(`GRANT CREATE ON DATABASE ${database.name} TO ${role.name}; ALTER TABLE t OWNER TO ${role.name}; ALTER TABLE u OWNER TO ${role.name}; ALTER TABLE quiet OWNER TO ${role.name}`)
  const wish: Wish = { ...live, schema: 'existing' }
  const found = await look(from.url, to.url, wish)
  for (const [side, database, role, when] of [['source', source, from, 'come back'], ['target', target, to, 'are followed']] as const) {
    const finding = the(found, 'replication-role', side)
    assert.deepEqual([finding.level, finding.about], ['blocker', ['public.t', 'public.u']])
    assert.equal(finding.what, `The role "${role.name}" may not set session_replication_role on the ${side}: triggers, foreign keys and rules of 2 tables would act a second time on rows that ${when}.`)
    assert.equal(finding.remedy, `GRANT SET ON PARAMETER session_replication_role TO "${role.name}";`)
    await carryOut(database, finding.remedy)
  }
  assert.equal((await look(from.url, to.url, wish)).some(f => f.id === 'replication-role'), false)
  for (const [database, role] of [[source, from], [target, to]] as const) await database.query(`REVOKE SET ON PARAMETER session_replication_role FROM ${role.name}`)
  assert.equal((await look(from.url, to.url, { ...wish, follow: false })).some(f => f.id === 'replication-role'), false, 'a cold move has no way back')
  await source.query('DROP TRIGGER act ON t; DROP RULE noted ON u')
  assert.equal((await look(from.url, to.url, wish)).some(f => f.id === 'replication-role'), false, 'nothing acts')
})

test('plpgsql: a database without the language of the fence is in the way', async t => {
  const [source, target] = await usePair(t)
  await source.query('DROP EXTENSION plpgsql')
  const finding = the(await look(source.url, target.url), 'plpgsql', 'source')
  await carryOut(source, finding.remedy)
  assert.deepEqual(blockers(await look(source.url, target.url)), [])
})
