import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { suite, test } from 'node:test'
import { differences, type Anchor, type Table } from '#domain/catalog.ts'
import { Fault } from '#domain/faults.ts'
import type { Position, TableId } from '#domain/stream.ts'
import type { Build } from '#ports/store.ts'
import { contextOf, useRole } from '#test/postgres/contexts.ts'
import { type Scope, type TestDatabase, useDatabase, useDatabaseOn, useServer } from '#test/services/postgres.ts'
import { until } from '#test/services/until.ts'
import { zoo, zooDigest, zooRoles } from '#test/zoo/zoo.ts'
import { analyse, build } from './build.ts'
import type { Session } from './build-sessions.ts'
import { readCatalog } from './catalog.ts'
import { schemaDifferences } from './compare.ts'
import type { Context } from './context.ts'
import { load, Loaders, prepareChunks } from './load.ts'
import { takePicture } from './picture.ts'
import { missingRoles } from './roles.ts'
import { createSchema } from './schema.ts'
import { built } from './steps.ts'

const { signal } = new AbortController()
const inOrder = ['table', 'key', 'index', 'link', 'validate', 'late', 'last'] as const

const useStores = async (scope: Scope, template: string, majors: readonly [15 | 18, 15 | 18] = [15, 18]): Promise<{ source: Context; target: Context; from: TestDatabase; to: TestDatabase }> => {
  const [from, to] = [await useDatabase(scope, { major: majors[0], template }), await useDatabase(scope, { major: majors[1] })]
  await to.query(zooRoles)
  const [source, target] = [contextOf(from.url), contextOf(to.url, 'target')]
  scope.after(async () => {
    await source[Symbol.asyncDispose]()
    await target[Symbol.asyncDispose]()
  })
  return { source, target, from, to }
}

const buildAll = async (target: Context, steps: readonly Build[]): Promise<void> => {
  for (const phase of inOrder) for (const step of steps.filter(s => s.phase === phase)) await build(target, [step], signal)
}

const copyAll = async (source: Context, target: Context, steps: readonly Build[]): Promise<void> => {
  await build(target, steps.filter(s => s.phase === 'table'), signal)
  await prepareChunks(target)
  await using loaders = new Loaders(target)
  await using picture = await takePicture(source)
  await using reader = await picture.reader()
  const { tables } = await readCatalog(source)
  const byId = new Map(tables.map(t => [t.id, t]))
  const chunks = tables.map(t => ({ table: t.id, number: 0, of: 1, bytes: t.bytes }))
  const anchor: Anchor = { snapshot: 'none', position: '0000000000000001' as Position, followed: false }
  await load(target, loaders, 'rehome_test_out', chunks, anchor, byId, reader.read(chunks, byId, signal), signal)
}

/** Over the bytes that a table's format has. */
const digestAll = async (context: Context, tables: readonly Table[]): Promise<Record<string, string>> => {
  await using picture = await takePicture(context)
  await using reader = await picture.reader()
  const digests: Record<string, string> = {}
  for (const table of tables) digests[`${table.label}, ${table.format}`] = (await reader.digest({ table: table.id, number: 0, of: 1, rows: table.rows }, table, table.order, signal)).sha256
  return digests
}

/** What a move does not touch: materialized views hold rows only once the last steps are built. */
const withoutLargeObjects = (digest: Record<string, string>): Record<string, string> => ({ ...digest, 'large objects': '' })

const refusal = (code: string, said: RegExp) => (error: unknown): boolean => {
  assert.ok(error instanceof Fault, String(error))
  assert.equal(error.code, code)
  assert.match(error.message, said)
  return true
}

suite('carrying a schema over', () => {
  test('a zoo of 15 is the same schema and the same rows on 18, every type in its format, every index, link, right and word', async t => {
    const { source, target, from, to } = await useStores(t, zoo)
    const steps = await createSchema(target, source, 'dump')
    await copyAll(source, target, steps)
    await buildAll(target, steps)
    const [before, after] = [await readCatalog(source), await readCatalog(target)]
    assert.deepEqual(differences(before.objects, after.objects), [])
    assert.equal(after.fingerprint, before.fingerprint)
    assert.ok(before.objects.length > 1_100)
    assert.deepEqual(withoutLargeObjects(await zooDigest(to.query)), withoutLargeObjects(await zooDigest(from.query)))
    assert.deepEqual(await digestAll(target, before.tables), await digestAll(source, before.tables))
    const [filled] = await to.query('SELECT (SELECT count(*) FROM logic.summary)::int AS summary, (SELECT count(*) FROM logic.of_summary)::int AS of_summary, (SELECT count(*) FROM logic.by_key)::int AS by_key')
    assert.deepEqual(filled, { summary: 60, of_summary: 1, by_key: 60 })
    assert.deepEqual(await to.query(`SELECT relname FROM pg_class WHERE relkind = 'm' AND NOT relispopulated`), [{ relname: 'unfilled' }])
    const owners = `SELECT relname, pg_get_userbyid(relowner) AS owner FROM pg_class WHERE relnamespace <> 'pg_toast'::regnamespace AND relowner <> (SELECT oid FROM pg_roles WHERE rolname = current_user) ORDER BY 1`
    assert.deepEqual(await to.query(owners), await from.query(owners))
    assert.equal((await to.query(owners)).length > 1, true)
    const unchecked = 'SELECT conname FROM pg_constraint WHERE NOT convalidated ORDER BY 1'
    assert.deepEqual(await to.query(unchecked), await from.query(unchecked))
  })

  test('the list of steps is made once and every step is built once, however often either is asked for', async t => {
    const { source, target, to } = await useStores(t, zoo)
    const steps = await createSchema(target, source, 'dump')
    assert.deepEqual(await createSchema(target, source, 'dump'), steps)
    assert.equal(new Set(steps.map(s => s.id)).size, steps.length)
    assert.equal((await built(target)).size, 0)
    await buildAll(target, steps)
    assert.deepEqual(await built(target), new Set(steps.map(s => s.id)))
    const state = await to.query('SELECT count(*), max(xmin::text::bigint) AS newest FROM pg_class')
    await buildAll(target, steps)
    assert.deepEqual(await to.query('SELECT count(*), max(xmin::text::bigint) AS newest FROM pg_class'), state)
  })

  test('hundreds of tables are steps of their own, those that others need are there before, and nothing is different in the end', async t => {
    const { source, target, to } = await useStores(t, `${zooRoles}; CREATE TYPE mood AS ENUM ('good'); CREATE FUNCTION next_number() RETURNS integer LANGUAGE sql RETURN 7;
      DO $do$ BEGIN FOR i IN 1..250 LOOP
        EXECUTE format('CREATE TABLE many_%s (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, m mood DEFAULT ''good'', n integer DEFAULT next_number(), s serial, note text COLLATE "C", CHECK (n > 0))', i);
        EXECUTE format('COMMENT ON TABLE many_%s IS $x$of "public"."many_7"$x$; ALTER TABLE many_%s ALTER note SET STORAGE EXTERNAL; GRANT SELECT ON many_%s TO PUBLIC', i, i, i);
      END LOOP; END $do$;
      CREATE TABLE plain (id integer PRIMARY KEY, note text); CREATE VIEW seen AS SELECT * FROM plain; CREATE TABLE child () INHERITS (plain); CREATE TABLE rows_of (p plain);
      DO $do$ BEGIN FOR i IN 1..220 LOOP EXECUTE format('CREATE TABLE lone_%s (id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, note text, one integer REFERENCES lone_1)', i); END LOOP; END $do$`)
    const steps = await createSchema(target, source, 'dump')
    const own = steps.filter(s => s.phase === 'table').map(s => s.table)
    assert.ok(own.includes('"public"."lone_220"' as never) && own.includes('"public"."child"' as never) && own.includes('"public"."rows_of"' as never), 'they are made with everything else')
    assert.ok(!own.includes('"public"."plain"' as never) && !own.includes('"public"."many_7"' as never))
    assert.deepEqual(await to.query(`SELECT to_regclass('lone_220') AS there`), [{ there: null }])
    await build(target, steps.filter(s => s.phase === 'table'), signal)
    await buildAll(target, steps)
    assert.deepEqual(await schemaDifferences(target, source), [])
  })

  test('a session that ends before its first step is a server that cannot be reached', async t => {
    const { target, to } = await useStores(t, 'CREATE TABLE t (id integer PRIMARY KEY)')
    const dying: Context = { ...target, async connect(purpose, options) {
      const session = await target.connect(purpose, options) as Session
      session.on('error', () => { /* the next statement tells */ })
      await to.query('SELECT pg_terminate_backend($1)', [session.processID])
      return session
    } }
    await assert.rejects(analyse(dying, ['"public"."t"' as TableId], signal), refusal('STORE_UNREACHABLE', /./))
  })

  test('two builders of one step: one builds, the other waits and finds it done', async t => {
    const { source, target, to } = await useStores(t, zoo)
    const steps = await createSchema(target, source, 'dump')
    const step = steps.find(s => s.phase === 'key') ?? assert.fail()
    await build(target, steps.filter(s => s.phase === 'table'), signal)
    await Promise.all([1, 2, 3].map(() => build(target, [step], signal)))
    assert.deepEqual(await to.query(`SELECT id FROM rehome.built WHERE id NOT LIKE 'table-%' ORDER BY at`), [{ id: 'schema-1' }, { id: step.id }])
  })

  test('what acts on replicated writes is not there before the last phase, and what does not is', async t => {
    const { source, target, to } = await useStores(t, zoo)
    const steps = await createSchema(target, source, 'dump')
    for (const step of steps.filter(s => s.phase !== 'last')) await build(target, [step], signal)
    const acting = `SELECT tgname AS name FROM pg_trigger WHERE tgenabled IN ('A', 'R') AND NOT tgisinternal UNION ALL SELECT rulename FROM pg_rewrite WHERE ev_enabled IN ('A', 'R') AND rulename <> '_RETURN' UNION ALL SELECT evtname FROM pg_event_trigger ORDER BY 1`
    assert.deepEqual(await to.query(acting), [])
    assert.equal((await to.query(`SELECT FROM pg_trigger WHERE NOT tgisinternal`)).length > 5, true)
    for (const step of steps.filter(s => s.phase === 'last')) await build(target, [step], signal)
    assert.deepEqual((await to.query<{ name: string }>(acting)).map(r => r.name), ['always', 'always_too', 'replica only', 'zoo; ddl', 'zoo_drop'])
    assert.deepEqual(steps.slice(-2).map(s => s.what), ['event trigger "zoo; ddl"', 'event trigger "zoo_drop"'])
  })

  test('rows are loaded into tables that have no index, and a step that waits for rows names a table that is loaded', async t => {
    const { source, target, to } = await useStores(t, zoo)
    const steps = await createSchema(target, source, 'dump')
    assert.deepEqual(await to.query(`SELECT indexrelid::regclass FROM pg_index JOIN pg_class c ON c.oid = indrelid WHERE c.relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_' OR nspname IN ('rehome', 'information_schema'))`), [])
    const tables = new Set((await readCatalog(source)).tables.map(table => table.id))
    for (const { what } of steps) assert.ok(what.length < 350 && !/[\p{Cc}\p{Cf}]/u.test(what), what)
    for (const step of steps.filter(s => s.phase === 'key' || s.phase === 'index')) assert.ok(step.table !== undefined && tables.has(step.table), step.what)
  })

  test('a schema that the target cannot carry leaves nothing behind, says which statement it was, and is carried when that is mended', async t => {
    const { source, target, from, to } = await useStores(t, 'CREATE DOMAIN short AS text; CREATE TABLE fine (id integer PRIMARY KEY, t short)')
    await to.query('CREATE TABLE public.fine (other text)')
    await assert.rejects(createSchema(target, source, 'dump'), refusal('STORE_REFUSED', /relation "fine" already exists/))
    assert.deepEqual(await to.query(`SELECT FROM pg_type WHERE typname = 'short'`), [])
    assert.deepEqual(await to.query('SELECT FROM rehome.step'), [])
    await to.query('DROP TABLE public.fine')
    await from.query(`CREATE FUNCTION broken() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1'; CREATE TABLE late (a integer GENERATED ALWAYS AS (broken()) STORED)`)
    assert.equal((await createSchema(target, source, 'dump')).length, 1)
  })

  for (const round of [1, 2, 3]) {
    test(`a builder killed in the middle (${round}) leaves whole steps only, and the next one finishes`, async t => {
      const { source, target, from, to } = await useStores(t, zoo)
      const steps = await createSchema(target, source, 'dump')
      const builder = startBuilder(t, to.url)
      await until('some steps are built', async () => (await built(target)).size > 30 * round)
      builder.kill('SIGKILL')
      await once(builder, 'exit')
      const done = await built(target)
      assert.ok(done.size < steps.length, 'it was killed too late to prove anything')
      await buildAll(target, steps)
      assert.equal((await readCatalog(target)).fingerprint, (await readCatalog(source)).fingerprint)
      assert.equal((await built(target)).size, steps.length)
      assert.equal((await from.query('SELECT 1')).length, 1)
    })
  }

  test('an abort cancels the statement on the server, leaves the step undone, and gives the reason', async t => {
    const { source, target, to } = await useStores(t, `CREATE TABLE big AS SELECT 1 AS id; CREATE FUNCTION slow(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM pg_sleep(60); RETURN 1; END $$; ALTER TABLE big DISABLE ROW LEVEL SECURITY`)
    await createSchema(target, source, 'dump')
    await to.query(`INSERT INTO big VALUES (1); INSERT INTO rehome.step VALUES (100, 'index-1', 'index', 'slow', '"public"."big"', NULL, 'CREATE INDEX slow ON public.big (public.slow(id));')`)
    const abort = new AbortController()
    const building = build(target, [{ id: 'index-1', phase: 'index', what: 'slow', sql: 'CREATE INDEX slow ON public.big (public.slow(id));' }], abort.signal)
    const reason = new Error('enough')
    const running = `SELECT pid FROM pg_stat_activity WHERE application_name = 'rehome build' AND state = 'active' AND datname = current_database()`
    await until('it builds', async () => (await to.query(running)).length === 1)
    abort.abort(reason)
    await assert.rejects(building, error => error === reason)
    await until('it has stopped', async () => (await to.query(running)).length === 0)
    assert.equal((await built(target)).size, 0)
    assert.deepEqual(await to.query(`SELECT FROM pg_class WHERE relname = 'slow'`), [])
  })

  test('the schema is that of the picture, whatever was made since; a picture that is gone is told', async t => {
    const { source, target, from, to } = await useStores(t, 'CREATE TABLE early (id integer PRIMARY KEY)')
    const session = await source.connect('test')
    t.after(() => session.end())
    await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    const { rows: [picture] } = await session.query<{ name: string }>('SELECT pg_export_snapshot() AS name')
    const snapshot = picture?.name ?? ''
    await assert.rejects(createSchema(target, source, 'dump', { snapshot: `${snapshot}'; DROP TABLE early; --` }), refusal('SNAPSHOT_LOST', /snapshot/))
    await from.query('CREATE TABLE late (id integer PRIMARY KEY); CREATE MATERIALIZED VIEW later AS SELECT 1')
    const steps = await createSchema(target, source, 'dump', { snapshot })
    assert.deepEqual(steps.map(s => s.what), ['primary key "early_pkey"'])
    assert.deepEqual(await to.query(`SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace`), [{ relname: 'early' }])
  })

  test('roles that the target does not have do not stand in the way: what they own is ours, what they were granted is left out, other grants are kept', async t => {
    const [missing, kept] = [`missing "role"; --${Math.random()}`, 'zoo_reader']
    const quoted = `"${missing.replaceAll('"', '""')}"`
    const { source, target, from, to } = await useStores(t, '')
    await from.query(`${zooRoles} CREATE ROLE ${quoted}; CREATE SCHEMA mine AUTHORIZATION ${quoted}; CREATE TABLE mine.t (id integer PRIMARY KEY, v text); ALTER TABLE mine.t OWNER TO ${quoted}; GRANT SELECT ON mine.t TO ${kept}; GRANT SELECT (v) ON mine.t TO ${quoted};
      ALTER DEFAULT PRIVILEGES FOR ROLE ${quoted} GRANT SELECT ON TABLES TO ${kept}; ALTER TABLE mine.t ENABLE ROW LEVEL SECURITY; CREATE POLICY theirs ON mine.t TO ${quoted} USING (true); COMMENT ON POLICY theirs ON mine.t IS 'theirs';
      CREATE POLICY shared ON mine.t TO ${kept}, ${quoted} USING (id > 0); COMMENT ON POLICY shared ON mine.t IS 'of both'`)
    try {
      const steps = await createSchema(target, source, 'dump')
      await buildAll(target, steps)
      assert.deepEqual(await to.query(`SELECT polname, array_to_string(polroles::regrole[], ',') AS roles FROM pg_policy`), [{ polname: 'shared', roles: kept }])
      assert.deepEqual(await to.query(`SELECT grantee, privilege_type FROM information_schema.table_privileges WHERE table_schema = 'mine' AND grantee <> current_user`), [{ grantee: kept, privilege_type: 'SELECT' }])
      assert.deepEqual(await missingRoles(source.query, target.query), [missing])
      assert.deepEqual((await schemaDifferences(target, source)).map(d => d.name), ['policy "theirs" on "mine"."t"'])
    } finally {
      await from.query(`DROP OWNED BY ${quoted} CASCADE; DROP ROLE ${quoted}`)
    }
  })

  test('a role without any privilege but its own database carries a plain schema over, and its triggers and foreign keys come last', async t => {
    const { source, from, to } = await useStores(t, '')
    const role = await useRole(t, to)
    await to.query(`ALTER DATABASE ${to.name} OWNER TO ${role.name}`)
    await using target = contextOf(role.url, 'target')
    await from.query(`CREATE EXTENSION citext; CREATE SCHEMA app; CREATE TABLE app.parent (id integer PRIMARY KEY, name citext); CREATE TABLE app.child (id integer PRIMARY KEY, parent integer REFERENCES app.parent ON DELETE CASCADE);
      CREATE FUNCTION app.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER tr BEFORE INSERT ON app.child FOR EACH ROW EXECUTE FUNCTION app.f(); GRANT SELECT ON app.child TO zoo_reader;
      ALTER TABLE app.child ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON app.child USING (id > 0)`)
    const { fingerprint } = await readCatalog(source)
    await from.query(`CREATE FUNCTION app.e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION app.e()`)
    const steps = await createSchema(target, source, 'dump')
    const phaseOf = (what: string): string | undefined => steps.find(s => s.what.startsWith(what))?.phase
    assert.deepEqual(['foreign key', 'trigger', 'row-level', 'policy'].map(phaseOf), ['last', 'last', 'last', 'late'])
    await buildAll(target, steps)
    await to.query('DROP FUNCTION app.e()')
    assert.equal((await readCatalog(target)).fingerprint, fingerprint)
  })

  test('on a server without locks for so many tables they are made in several transactions, and what was begun is finished', async t => {
    const { source } = await useStores(t, `${zoo}; DO $do$ BEGIN FOR i IN 1..200 LOOP EXECUTE format('CREATE UNLOGGED TABLE stays_%s (id integer, note text)', i); END LOOP; END $do$`)
    const server = await useServer(t, { major: 18, config: { max_locks_per_transaction: '10', max_connections: '20' } })
    const to = await useDatabaseOn(t, server)
    await to.query(zooRoles)
    await using target = contextOf(to.url, 'target')
    const abort = new AbortController()
    const creating = createSchema(target, source, 'dump', { signal: abort.signal })
    await until('some parts are there', async () => ((await to.query(`SELECT id FROM rehome.built`).catch(() => []))).length >= 3)
    abort.abort(new Error('enough'))
    await assert.rejects(creating, /enough/)
    const parts = await to.query<{ done: boolean }>(`SELECT b.id IS NOT NULL AS done FROM rehome.step s LEFT JOIN rehome.built b USING (id) WHERE s.phase = 'schema'`)
    assert.ok(parts.length > 8 && parts.some(part => !part.done), `${parts.length} parts`)
    assert.equal((await built(target)).size, 0)
    const steps = await createSchema(target, source, 'dump')
    const tables = steps.filter(s => s.phase === 'table')
    assert.ok(tables.length > 200)
    // More than its locks allow in one transaction: then each by itself.
    await build(target, tables, signal)
    await buildAll(target, steps)
    assert.equal((await readCatalog(target)).fingerprint, (await readCatalog(source)).fingerprint)
  })

  test('the fence of a move the other way is not carried over', async t => {
    const { source, target, from, to } = await useStores(t, 'CREATE TABLE t (id integer PRIMARY KEY)')
    const plain = await readCatalog(source)
    await from.query(`CREATE SCHEMA rehome; CREATE TABLE rehome.own (id integer PRIMARY KEY REFERENCES public.t); CREATE FUNCTION rehome.fence() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
      CREATE TRIGGER rehome_fence BEFORE INSERT OR TRUNCATE ON t EXECUTE FUNCTION rehome.fence(); ALTER TABLE t ENABLE ALWAYS TRIGGER rehome_fence; COMMENT ON SCHEMA rehome IS 'x';
      CREATE FUNCTION rehome.ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER rehome_ddl ON ddl_command_end EXECUTE FUNCTION rehome.ddl(); CREATE PUBLICATION rehome_x FOR TABLE t`)
    assert.equal((await readCatalog(source)).fingerprint, plain.fingerprint)
    await buildAll(target, await createSchema(target, source, 'dump'))
    assert.deepEqual(await to.query(`SELECT tgname FROM pg_trigger WHERE NOT tgisinternal UNION ALL SELECT evtname FROM pg_event_trigger UNION ALL SELECT pubname FROM pg_publication`), [])
    assert.equal((await readCatalog(target)).fingerprint, plain.fingerprint)
  })
})

const startBuilder = (scope: Scope, url: string): ChildProcess => {
  const code = `const { contextOf } = await import('#test/postgres/contexts.ts'); const { build } = await import('#adapters/store/postgres/build.ts'); const { readSteps } = await import('#adapters/store/postgres/steps.ts')
    const target = contextOf(process.env.TARGET, 'target'); const { signal } = new AbortController()
    for (const step of await readSteps(target)) await build(target, [step], signal)
    await target[Symbol.asyncDispose]()`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], { env: { ...process.env, TARGET: url }, stdio: ['ignore', 'inherit', 'inherit'] })
  scope.after(async () => { child.kill('SIGKILL'); await Promise.resolve() })
  return child
}
