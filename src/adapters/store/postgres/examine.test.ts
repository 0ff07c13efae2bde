import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Finding } from '#domain/finding.ts'
import type { Wish } from '#ports/store.ts'
import { contextOf, useRole } from '#test/postgres/contexts.ts'
import { live, look, the, usePair } from '#test/postgres/examined.ts'
import { printOfCatalog } from '#test/postgres/unchanged.ts'
import type { TestDatabase } from '#test/services/postgres.ts'
import { examine } from './examine.ts'

const cold: Wish = { ...live, follow: false }
const existing: Wish = { ...live, schema: 'existing' }

type Expected = Pick<Finding, 'id' | 'level' | 'side'> & { readonly what: RegExp; readonly remedy?: RegExp; readonly about?: readonly string[] }

type Case = {
  readonly says: string
  readonly source?: string
  readonly target?: string
  readonly wish?: Wish
  readonly finds: Expected
  /** What makes the finding go away: its own remedy, run as it stands on its side (or the other), or a statement. */
  readonly mend?: 'remedy' | { readonly on: 'source' | 'target'; readonly sql: string }
  /** Undoes what reaches beyond the two databases. */
  readonly undo?: string
}

const big = `INSERT INTO t SELECT n, repeat('x', 1000) FROM generate_series(1, 80000) n; VACUUM t`
const tables = 'CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES parent ON DELETE CASCADE)'

const cases: readonly Case[] = [
  {
    says: 'a table without a key is copied in the freeze while it is small', source: 'CREATE TABLE t (a int NOT NULL, b text); INSERT INTO t VALUES (1); CREATE UNIQUE INDEX t_a ON t (a)',
    finds: { id: 'no-replica-identity', level: 'concern', side: 'source', what: /^One table of the source \(8\.0 kB\) has nothing that identifies its rows in the stream: copied while the product is frozen/, remedy: /ALTER TABLE "public"\."t" ADD PRIMARY KEY/, about: ['public.t (8.0 kB: it has no primary key and no replica identity)'] },
    mend: { on: 'source', sql: 'ALTER TABLE t ADD PRIMARY KEY (a)' },
  },
  {
    says: 'a large table without a key is in the way, and the index that would do is named', source: `CREATE TABLE t (a int NOT NULL, b text); CREATE UNIQUE INDEX t_a ON t (a); ${big}`,
    finds: { id: 'no-replica-identity', level: 'blocker', side: 'source', what: /more than the 64 MB that can be copied in the freeze/, remedy: /^ALTER TABLE "public"\."t" REPLICA IDENTITY USING INDEX "t_a";[^]*REPLICA IDENTITY FULL[^]*--no-follow/ },
    mend: { on: 'source', sql: 'ALTER TABLE "public"."t" REPLICA IDENTITY USING INDEX "t_a"' },
  },
  {
    says: 'an unlogged table is copied in the freeze', source: 'CREATE UNLOGGED TABLE "O\'Brien; drop" (a int PRIMARY KEY)',
    finds: { id: 'unlogged', level: 'concern', side: 'source', what: /has no log of its changes \(it is unlogged\): copied/, remedy: /^ALTER TABLE "public"\."O'Brien; drop" SET LOGGED;$/ }, mend: 'remedy',
  },
  {
    says: 'a name with the escape sequences of a terminal is shown, not obeyed', source: 'CREATE UNLOGGED TABLE "\u001b[2J\u202egone" (a int PRIMARY KEY)',
    finds: { id: 'unlogged', level: 'concern', side: 'source', what: /^One table/, about: ['public.\\u{1b}[2J\\u{202e}gone (0 bytes: it is unlogged)'] },
  },
  {
    says: 'a table whose whole rows identify is slow to follow', source: 'CREATE TABLE t (a int); ALTER TABLE t REPLICA IDENTITY FULL',
    finds: { id: 'replica-identity-full', level: 'concern', side: 'source', what: /One table of the source identifies its rows by all columns/, about: ['public.t (0 bytes)'] },
    mend: { on: 'source', sql: 'ALTER TABLE t ADD PRIMARY KEY (a); ALTER TABLE t REPLICA IDENTITY DEFAULT' },
  },
  {
    says: 'large objects are counted, and that no fence stops them is said', source: `SELECT lo_from_bytea(0, 'abc'), lo_from_bytea(0, 'def')`,
    finds: { id: 'large-objects', level: 'concern', side: 'source', what: /has 2 large objects in 8\.0 kB: .* no fence stops writes to them/ }, mend: { on: 'source', sql: 'SELECT lo_unlink(oid) FROM pg_largeobject_metadata' },
  },
  {
    says: 'columns that hold the numbers of objects are named', source: 'CREATE TABLE t (a regclass, b oid[], c text)',
    finds: { id: 'object-numbers', level: 'concern', side: 'source', what: /^2 columns of the source hold numbers or names/, about: ['public.t.a (regclass)', 'public.t.b (oid[])'] }, mend: { on: 'source', sql: 'DROP TABLE t' },
  },
  {
    says: 'generated columns are a note', source: 'CREATE TABLE t (a int PRIMARY KEY, b int GENERATED ALWAYS AS (a * 2) STORED)',
    finds: { id: 'generated-columns', level: 'note', side: 'source', what: /^One generated column of the source is computed anew/, about: ['public.t'] }, mend: { on: 'source', sql: 'ALTER TABLE t DROP COLUMN b' },
  },
  {
    says: 'a trigger that always fires would act twice on the way back', source: `CREATE TABLE t (a int PRIMARY KEY); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER "t""r" BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f(); ALTER TABLE t ENABLE ALWAYS TRIGGER "t""r"`,
    finds: { id: 'always-triggers', level: 'concern', side: 'source', what: /^One trigger or rule of the source fires on replicated rows too/, about: ['trigger t"r on public.t'] }, mend: 'remedy',
  },
  {
    says: 'a trigger that always fires in an existing target is in the way', wish: existing,
    source: `CREATE TABLE t (a int PRIMARY KEY); CREATE RULE r AS ON DELETE TO t DO ALSO SELECT 1; ALTER TABLE t ENABLE REPLICA RULE r`, target: `CREATE TABLE t (a int PRIMARY KEY); CREATE RULE r AS ON DELETE TO t DO ALSO SELECT 1; ALTER TABLE t ENABLE REPLICA RULE r`,
    finds: { id: 'always-triggers', level: 'blocker', side: 'target', what: /fires on copied and followed rows too/, about: ['rule r on public.t'] }, mend: 'remedy',
  },
  {
    says: 'rules are a note', source: 'CREATE TABLE t (a int PRIMARY KEY); CREATE RULE r AS ON DELETE TO t DO ALSO SELECT 1',
    finds: { id: 'rules', level: 'note', side: 'source', what: /^One rule on tables of the source is moved/, about: ['r on public.t'] }, mend: { on: 'source', sql: 'DROP RULE r ON t' },
  },
  {
    says: 'foreign tables are moved without rows', source: `CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw; CREATE FOREIGN TABLE f (a text) SERVER files OPTIONS (program 'echo 1')`,
    finds: { id: 'foreign-tables', level: 'concern', side: 'source', what: /^One foreign table of the source is moved without its rows/, about: ['public.f on files'] }, mend: { on: 'source', sql: 'DROP FOREIGN TABLE f' },
  },
  {
    says: 'event triggers fire at what Rehome creates', source: `CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER guard ON ddl_command_end EXECUTE FUNCTION f()`,
    finds: { id: 'event-triggers', level: 'concern', side: 'source', what: /^One event trigger of the source fires when Rehome creates/, about: ['guard'] }, mend: 'remedy',
  },
  {
    says: 'rows that an extension keeps for itself are not moved', source: 'CREATE EXTENSION citext; CREATE TABLE mine (a int PRIMARY KEY); INSERT INTO mine VALUES (1); ALTER EXTENSION citext ADD TABLE mine',
    finds: { id: 'extension-rows', level: 'concern', side: 'source', what: /^One table that belongs to extensions holds rows, which are not moved/, about: ['public.mine of citext'] }, mend: { on: 'source', sql: 'ALTER EXTENSION citext DROP TABLE mine' },
  },
  {
    says: 'an enabled subscription writes past the fence', source: `CREATE SUBSCRIPTION feed CONNECTION 'host=127.0.0.1 port=1 dbname=none' PUBLICATION none WITH (connect = false); ALTER SUBSCRIPTION feed ENABLE`,
    finds: { id: 'subscriptions', level: 'blocker', side: 'source', what: /receives rows through one subscription, which no freeze can stop/, remedy: /^ALTER SUBSCRIPTION "feed" DISABLE;$/, about: ['feed'] },
    mend: { on: 'source', sql: 'ALTER SUBSCRIPTION "feed" DISABLE\nALTER SUBSCRIPTION feed SET (slot_name = NONE)\nDROP SUBSCRIPTION feed' },
  },
  {
    says: 'a disabled one is a note', source: `CREATE SUBSCRIPTION feed CONNECTION 'host=127.0.0.1 port=1 dbname=none' PUBLICATION none WITH (connect = false); ALTER SUBSCRIPTION feed SET (slot_name = NONE)`,
    finds: { id: 'subscriptions', level: 'note', side: 'source', what: /has one disabled subscription, which is not moved/, about: ['feed'] }, mend: { on: 'source', sql: 'DROP SUBSCRIPTION feed' },
  },
  {
    says: 'publications are not moved', source: 'CREATE TABLE t (a int PRIMARY KEY); CREATE PUBLICATION warehouse FOR TABLE t',
    finds: { id: 'publications', level: 'concern', side: 'source', what: /^The source has one publication, which is not moved/, about: ['warehouse'] }, mend: { on: 'source', sql: 'DROP PUBLICATION warehouse' },
  },
  {
    says: 'a target that publishes everything passes on what is copied', target: 'CREATE PUBLICATION everything FOR ALL TABLES',
    finds: { id: 'publishes-all', level: 'concern', side: 'target', what: /publishes all its tables/ }, mend: 'remedy',
  },
  {
    says: 'a prepared transaction is a concern at first', source: `CREATE TABLE t (a int PRIMARY KEY)`,
    finds: { id: 'prepared-transactions', level: 'concern', side: 'source', what: /^One prepared transaction of the source's server waits to be ended/, about: [] }, mend: 'remedy',
  },
  {
    says: 'a target with something in it is not filled', target: `CREATE TABLE theirs (a int); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TYPE mood AS ENUM ('ok'); CREATE SCHEMA app; CREATE SEQUENCE app.s; CREATE VIEW v AS SELECT 1 AS a; CREATE EXTENSION citext; CREATE DOMAIN d AS int; CREATE TYPE pair AS (a int)`,
    finds: { id: 'target-not-empty', level: 'blocker', side: 'target', what: /^The target is not empty: it has 8 objects of somebody's\.$/, remedy: /CREATE DATABASE "test_\w+_new" TEMPLATE template0;/, about: ['function public.f', 'schema app.app', 'sequence app.s', 'table public.theirs', 'type public.d', 'type public.mood', 'type public.pair', 'view public.v'] },
    mend: { on: 'target', sql: 'DROP SCHEMA public CASCADE; DROP SCHEMA app CASCADE; CREATE SCHEMA public' },
  },
  {
    says: 'an existing target must be empty of rows, wherever they are', wish: existing, source: 'CREATE TABLE t (a int PRIMARY KEY); CREATE TABLE u (a int PRIMARY KEY)', target: 'CREATE TABLE t (a int PRIMARY KEY); CREATE TABLE u (a int PRIMARY KEY); INSERT INTO u VALUES (1)',
    finds: { id: 'target-not-empty', level: 'blocker', side: 'target', what: /^One table of the target already holds rows\.$/, remedy: /TRUNCATE "public"\."u";$/, about: ['"public"."u"'] }, mend: { on: 'target', sql: 'TRUNCATE "public"."u"' },
  },
  {
    says: 'an existing target that lacks a table differs', wish: existing, source: 'CREATE TABLE t (a int PRIMARY KEY); CREATE TABLE u (a int PRIMARY KEY)', target: 'CREATE TABLE t (a int PRIMARY KEY)',
    finds: { id: 'schema-differs', level: 'blocker', side: 'both', what: /^The two schemas differ in \S+ objects?\.$/, remedy: /--schema dump/ }, mend: { on: 'target', sql: 'CREATE TABLE u (a int PRIMARY KEY)' },
  },
  {
    says: 'what an earlier move left is in the way, and that the source is still frozen is said', source: `CREATE TABLE t (a int PRIMARY KEY)`,
    finds: { id: 'leftovers', level: 'blocker', side: 'source', what: /^An earlier move left 3 things in the source, which is still frozen by it\.$/, remedy: /rehome cleanup/, about: ['schema rehome', 'slot rehome_gone', 'trigger "public"."t"'] },
    mend: { on: 'source', sql: 'DROP SCHEMA rehome CASCADE' },
  },
  {
    says: 'a schema of our name that is not ours is in the way', target: 'CREATE SCHEMA rehome',
    finds: { id: 'schema-taken', level: 'blocker', side: 'target', what: /^The target has a schema rehome that is not ours/, remedy: /ALTER SCHEMA rehome RENAME TO/ }, mend: { on: 'target', sql: 'DROP SCHEMA rehome' },
  },
  {
    says: 'an extension that the target cannot have is in the way', source: 'CREATE EXTENSION citext; CREATE EXTENSION hstore', wish: existing, target: 'CREATE EXTENSION citext',
    finds: { id: 'extensions', level: 'blocker', side: 'target', what: /^The target lacks one extension that the source uses\.$/, remedy: /^CREATE EXTENSION "hstore";$/, about: ['hstore 1.8'] }, mend: 'remedy',
  },
  {
    says: 'an extension that newer versions no longer have is named for what it is', source: 'CREATE EXTENSION old_snapshot',
    finds: { id: 'extensions', level: 'blocker', side: 'target', what: /^The target lacks one extension/, remedy: /^DROP EXTENSION "old_snapshot"; -- on the source: PostgreSQL 17 ended it/ }, mend: { on: 'source', sql: 'DROP EXTENSION "old_snapshot"' },
  },
  {
    says: 'an extension that is older on the target is a concern', source: 'CREATE EXTENSION citext', target: `CREATE EXTENSION citext VERSION '1.5'`,
    finds: { id: 'extension-versions', level: 'concern', side: 'target', what: /^One extension of the target is older than on the source\.$/, remedy: /ALTER EXTENSION "citext" UPDATE;$/, about: ['citext: 1.6 on the source, 1.5 on the target'] }, mend: { on: 'target', sql: 'ALTER EXTENSION "citext" UPDATE' },
  },
  {
    says: 'settings of the database are not moved', source: `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = app, public', current_database()); EXECUTE format('ALTER DATABASE %I SET app.greeting = %L', current_database(), 'it''s'); END $$`,
    finds: { id: 'database-settings', level: 'concern', side: 'target', what: /^2 settings of the source's database are not set on the target/, remedy: /^ALTER DATABASE "test_\w+" SET app\.greeting = 'it''s';\nALTER DATABASE "test_\w+" SET search_path = app, public;$/ }, mend: 'remedy',
  },
]

type Setting = { readonly source: TestDatabase; readonly target: TestDatabase; readonly wish: Wish; look(): Promise<Finding[]> }

const given = async (t: TestContext, { source: from, target: to, wish = live }: Pick<Case, 'source' | 'target' | 'wish'>): Promise<Setting> => {
  const [source, target] = await usePair(t)
  for (const [database, sql] of [[source, from], [target, to]] as const) for (const part of (sql ?? '').split(/; (?=VACUUM)/).filter(Boolean)) await database.query(part)
  return {
    source, target, wish,
    async look() {
      await using one = contextOf(source.url)
      await using two = contextOf(target.url, 'target')
      const before = await Promise.all([source, target].map(printOfCatalog))
      const found = await examine(one, two, wish)
      assert.deepEqual(await Promise.all([source, target].map(printOfCatalog)), before, 'it changed something')
      for (const finding of found) assertFit(finding)
      return found
    },
  }
}

const assertFinding = (found: readonly Finding[], expected: Expected): Finding => {
  const finding = found.find(f => f.id === expected.id && f.side === expected.side)
  assert.ok(finding !== undefined, `no ${expected.id} among ${found.map(f => f.id).join(', ')}`)
  assert.equal(finding.level, expected.level)
  assert.match(finding.what, expected.what)
  if (expected.remedy !== undefined) assert.match(finding.remedy ?? '', expected.remedy)
  if (expected.about !== undefined && expected.about.length > 0) assert.deepEqual(finding.about, expected.about)
  return finding
}

/** What holds for every finding. */
const assertFit = ({ id, level, what, remedy, about = [] }: Finding): void => {
  assert.match(id, /^[a-z]+(-[a-z]+)*$/)
  assert.match(what, /^[A-Z0-9].*\.$/)
  assert.ok(level !== 'blocker' || remedy !== undefined, `${id} has no remedy`)
  assert.ok(about.length <= 100)
  for (const text of [what, ...about, ...(remedy?.split('\n') ?? [])]) assert.doesNotMatch(text, /[\p{Cc}\p{Cf}]|undefined|NaN/u)
}

/** What cannot stand in a statement that makes the database: done just before looking. */
const preparations: Readonly<Record<string, (setting: Setting) => Promise<unknown>>> = {
  'prepared-transactions': ({ source }) => source.query(`BEGIN; INSERT INTO t VALUES (1); PREPARE TRANSACTION 'it''s ${source.name}'`),
  leftovers: async ({ source }) => {
    const { arm, fence } = await import('./fence.ts')
    const { register } = await import('./register.ts')
    await using context = contextOf(source.url)
    const all = [{ id: '"public"."t"' as Parameters<typeof arm>[1][number]['id'] }]
    await register(context, 'slot', 'rehome_gone')
    await fence(context, all, 2_000)
  },
}

for (const { says, finds, mend, ...setting } of cases) {
  test(`${finds.id}: ${says}`, async t => {
    const at = await given(t, setting)
    await preparations[finds.id]?.(at)
    const { remedy } = assertFinding(await at.look(), finds)
    if (mend === undefined) return
    const on = mend === 'remedy' ? finds.side : mend.on
    for (const sql of (mend === 'remedy' ? (remedy ?? '') : mend.sql).split('\n')) await at[on === 'target' ? 'target' : 'source'].query(sql)
    assert.equal((await at.look()).find(f => f.id === finds.id && f.side === finds.side), undefined, 'the remedy did not help')
  })
}

test('a fit pair has no blocker and no concern but for who is connected; a cold move asks for less', async t => {
  const at = await given(t, { source: `${tables}; CREATE EXTENSION citext; CREATE TYPE mood AS ENUM ('ok'); CREATE VIEW v AS SELECT 1 AS a` })
  const found = await at.look()
  assert.deepEqual(found.filter(f => f.level !== 'note' && f.id !== 'target-sessions'), [])
  assert.deepEqual(found.filter(f => f.level === 'note').map(f => f.id), ['versions', 'collation', 'disk-room', 'log-room'])
  assertFinding(found, { id: 'target-sessions', level: 'concern', side: 'target', what: /other session/ })
  const later = await given(t, { source: 'CREATE TABLE t (a int)', wish: cold })
  assert.deepEqual((await later.look()).filter(f => f.level !== 'note' && f.id !== 'target-sessions'), [])
})

test('not-examined: what a provider has closed is said, and the rest is examined', async t => {
  const [source, target] = await usePair(t)
  const role = await useRole(t, source, 'REPLICATION')
  await source.query(`REVOKE SELECT ON pg_catalog.pg_subscription FROM PUBLIC; REVOKE SELECT (subname, subenabled, subdbid) ON pg_catalog.pg_subscription FROM PUBLIC`)
  const found = await look(role.url, target.url)
  assert.match(the(found, 'not-examined').what, /^A part of the examination was not permitted \(subscriptions\): permission denied for table pg_subscription\.$/)
  assert.ok(found.some(f => f.id === 'create-right'))
})

test('two thousand tables are examined in a second or two', async t => {
  const at = await given(t, { source: `DO $$ BEGIN FOR n IN 1..2000 LOOP EXECUTE format('CREATE TABLE t%s (id serial PRIMARY KEY, a text)', n); END LOOP; END $$` })
  await using one = contextOf(at.source.url)
  await using two = contextOf(at.target.url, 'target')
  const begun = performance.now()
  await examine(one, two, live)
  const ms = Math.round(performance.now() - begun)
  t.diagnostic(`${ms} ms`)
  assert.ok(ms < 3_000, `${ms} ms`)
})
