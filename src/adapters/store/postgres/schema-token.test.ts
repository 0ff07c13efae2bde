import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { contextOf, useRole, useSession } from '#test/postgres/contexts.ts'
import { type Scope, type TestDatabase, useDatabase } from '#test/services/postgres.ts'
import { zooRoles } from '#test/zoo/zoo.ts'
import { inOneInstant, readCatalog } from './catalog.ts'
import type { Context } from './context.ts'
import { arm, fence, thaw } from './fence.ts'
import { fingerprintOf, readObjects } from './objects.ts'
import { parts, readSchemaToken } from './schema-token.ts'
import { openPostgres } from './store.ts'

const schema = `${zooRoles} CREATE EXTENSION citext; CREATE EXTENSION file_fdw; CREATE SCHEMA s; CREATE TYPE s.mood AS ENUM ('sad', 'ok'); CREATE TYPE s.pair AS (a integer, b text); CREATE DOMAIN s.positive AS integer CHECK (VALUE > 0);
  CREATE COLLATION s.blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false); CREATE SEQUENCE s.numbers; CREATE TYPE s.floats AS RANGE (subtype = float8);
  CREATE TABLE s.parent (id integer PRIMARY KEY, name text NOT NULL DEFAULT 'x', mood s.mood, big text, other integer NOT NULL UNIQUE); CREATE INDEX by_name ON s.parent (name, (id + 1));
  CREATE TABLE s.child (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent integer REFERENCES s.parent, v text CHECK (v <> ''), extra integer, CONSTRAINT late CHECK (id > 0));
  ALTER TABLE s.child ADD CONSTRAINT unchecked CHECK (id < 1000) NOT VALID;
  CREATE TABLE s.parts (id integer, day date) PARTITION BY RANGE (day); CREATE TABLE s.part PARTITION OF s.parts FOR VALUES FROM ('2024-01-01') TO ('2025-01-01'); CREATE INDEX of_parts ON ONLY s.parts (id); CREATE INDEX of_part ON s.part (id);
  CREATE VIEW s.names AS SELECT id, name FROM s.parent; CREATE MATERIALIZED VIEW s.counted AS SELECT id, big FROM s.parent; CREATE STATISTICS s.stats ON name, mood FROM s.parent;
  CREATE FUNCTION s.f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a'; CREATE FUNCTION s.t() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE AGGREGATE s.total(integer) (SFUNC = int4pl, STYPE = integer);
  CREATE FUNCTION s.et() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER et ON ddl_command_end EXECUTE FUNCTION s.et();
  CREATE FUNCTION s.eq(s.pair, s.pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true'; CREATE OPERATOR s.=== (FUNCTION = s.eq, LEFTARG = s.pair, RIGHTARG = s.pair, RESTRICT = eqsel); CREATE OPERATOR FAMILY s.family USING hash;
  CREATE TRIGGER tr BEFORE INSERT ON s.parent FOR EACH ROW EXECUTE FUNCTION s.t(); CREATE RULE r AS ON DELETE TO s.child DO ALSO NOTIFY s; CREATE POLICY p ON s.parent USING (id > 0);
  CREATE TEXT SEARCH CONFIGURATION s.search (COPY = pg_catalog.english); CREATE TEXT SEARCH DICTIONARY s.words (TEMPLATE = simple);
  CREATE SERVER files FOREIGN DATA WRAPPER file_fdw; CREATE FOREIGN TABLE s.far (a text) SERVER files OPTIONS (filename '/nowhere'); CREATE FOREIGN DATA WRAPPER dummy;
  COMMENT ON TABLE s.parent IS 'parents'; GRANT SELECT ON s.parent TO zoo_reader; INSERT INTO s.parent VALUES (1, 'a', 'ok', repeat('long', 10000), 1)`

/** What the comparison of schemas tells, one kind of statement after the other; those of its own tests are told there. */
const changes: readonly string[] = [
  'ALTER SEQUENCE s.numbers OWNED BY s.child.extra', 'ALTER SEQUENCE s.numbers CACHE 7', 'ALTER SEQUENCE s.numbers CYCLE', 'ALTER SEQUENCE s.numbers SET SCHEMA public',
  'ALTER EXTENSION citext DROP FUNCTION public.citext_eq(public.citext, public.citext)', 'ALTER EXTENSION citext ADD FUNCTION s.f(integer)', 'ALTER EXTENSION citext SET SCHEMA s', 'DROP EXTENSION citext',
  `COMMENT ON COLUMN s.parent.name IS 'x'`, `COMMENT ON SCHEMA public IS 'x'`, 'COMMENT ON TABLE s.parent IS NULL', `COMMENT ON CONSTRAINT late ON s.child IS 'x'`,
  'ALTER TABLE s.parent RENAME TO renamed', 'ALTER TABLE s.parent RENAME COLUMN big TO bigger', 'ALTER TABLE s.parent SET SCHEMA public', 'ALTER INDEX s.by_name RENAME TO by_another', 'ALTER TABLE s.child RENAME CONSTRAINT late TO later',
  'ALTER TYPE s.mood RENAME TO temper', 'ALTER FUNCTION s.f(integer) RENAME TO g', 'ALTER AGGREGATE s.total(integer) RENAME TO sum', 'ALTER SCHEMA s RENAME TO other', 'ALTER VIEW s.names RENAME COLUMN name TO title', 'ALTER FUNCTION s.f(integer) SET search_path = pg_catalog',
  'CREATE OR REPLACE FUNCTION s.f(a integer) RETURNS integer LANGUAGE sql AS \'SELECT a + 1\'', 'CREATE OR REPLACE VIEW s.names AS SELECT id, name FROM s.parent WHERE id > 1', 'ALTER VIEW s.names SET (security_barrier = true)',
  'ALTER TABLE s.parent ALTER name SET STATISTICS 7', 'ALTER INDEX s.by_name ALTER COLUMN 2 SET STATISTICS 7', 'ALTER TABLE s.parent ALTER name SET (n_distinct = 5)', 'ALTER TABLE s.parent ALTER big SET COMPRESSION pglz', 'ALTER STATISTICS s.stats SET STATISTICS 7',
  'ALTER TABLE s.parent SET (toast.autovacuum_enabled = false)', 'ALTER TABLE s.parent SET (autovacuum_enabled = false)', 'ALTER INDEX s.by_name SET (fillfactor = 50)', 'ALTER TABLE s.parent FORCE ROW LEVEL SECURITY',
  'ALTER TABLE s.parent DISABLE TRIGGER tr', 'ALTER TABLE s.child DISABLE RULE r', 'ALTER EVENT TRIGGER et DISABLE', 'ALTER TRIGGER tr ON s.parent RENAME TO trigger', 'DROP TRIGGER tr ON s.parent', 'CREATE OR REPLACE RULE r AS ON DELETE TO s.child DO ALSO NOTIFY other',
  'ALTER POLICY p ON s.parent TO zoo_reader', 'ALTER POLICY p ON s.parent RENAME TO q', 'GRANT USAGE ON SCHEMA s TO zoo_reader', 'GRANT CREATE ON SCHEMA public TO zoo_reader', 'REVOKE USAGE ON TYPE s.mood FROM PUBLIC', 'GRANT SELECT (id) ON s.child TO zoo_reader',
  'GRANT USAGE ON FOREIGN SERVER files TO zoo_reader', 'GRANT SELECT ON s.numbers TO zoo_reader', 'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO zoo_reader', 'ALTER DEFAULT PRIVILEGES FOR ROLE zoo_owner GRANT EXECUTE ON FUNCTIONS TO zoo_reader',
  'ALTER TABLE s.child VALIDATE CONSTRAINT unchecked', 'ALTER TABLE s.child ALTER CONSTRAINT child_parent_fkey DEFERRABLE', 'ALTER DOMAIN s.positive SET DEFAULT 5', 'ALTER DOMAIN s.positive SET NOT NULL', 'ALTER DOMAIN s.positive ADD CHECK (VALUE < 9)',
  'ALTER TYPE s.mood ADD VALUE \'glad\' BEFORE \'ok\'', 'ALTER TYPE s.pair RENAME ATTRIBUTE b TO c', 'ALTER TYPE s.pair DROP ATTRIBUTE b', 'CREATE TYPE s.more AS RANGE (subtype = numeric)', 'CREATE COLLATION s.other FROM "C"', 'DROP TYPE s.floats',
  'ALTER TABLE s.parts DETACH PARTITION s.part', 'ALTER INDEX s.of_parts ATTACH PARTITION s.of_part', 'CREATE TABLE s.heir () INHERITS (s.parent)', 'ALTER TABLE s.parent REPLICA IDENTITY USING INDEX parent_other_key', 'ALTER TABLE s.parent CLUSTER ON by_name',
  'CREATE TABLE s.typed OF s.pair', 'CREATE UNLOGGED TABLE s.brief (id integer)', 'ALTER TABLE s.parent ADD COLUMN more integer DEFAULT 5', 'ALTER TABLE s.parent DROP COLUMN big CASCADE', 'ALTER TABLE s.child ALTER id DROP IDENTITY',
  `ALTER FOREIGN TABLE s.far OPTIONS (SET filename '/else')`, `ALTER FOREIGN TABLE s.far ALTER a OPTIONS (ADD force_not_null 'true')`, `ALTER SERVER files VERSION '2'`, 'ALTER FOREIGN DATA WRAPPER dummy VALIDATOR postgresql_fdw_validator', 'DROP FOREIGN TABLE s.far',
  'CREATE CAST (s.pair AS text) WITH INOUT', 'CREATE LANGUAGE sqlish HANDLER plpgsql_call_handler', 'ALTER OPERATOR s.=== (s.pair, s.pair) SET (RESTRICT = NONE)', 'ALTER OPERATOR FAMILY s.family USING hash ADD OPERATOR 1 s.=== (s.pair, s.pair)', 'DROP OPERATOR FAMILY s.family USING hash',
  'CREATE OPERATOR CLASS s.class FOR TYPE s.pair USING hash FAMILY s.family AS OPERATOR 1 s.=== (s.pair, s.pair)', 'ALTER TEXT SEARCH DICTIONARY s.words (accept = false)', 'ALTER TEXT SEARCH CONFIGURATION s.search ALTER MAPPING FOR word WITH s.words', 'DROP TEXT SEARCH DICTIONARY s.words',
  'CREATE TABLE s.of_more (id integer) USING heap', `DROP MATERIALIZED VIEW s.counted`, 'ALTER TABLE s.child DROP CONSTRAINT late', 'DROP INDEX s.by_name', 'DROP POLICY p ON s.parent', 'DROP STATISTICS s.stats', 'DROP EVENT TRIGGER et',
]

/** What a product does all day, and its server by itself: nothing of it is a change of the schema. */
const calm: readonly string[] = [
  `UPDATE s.parent SET big = repeat('other', 10000)`, 'INSERT INTO s.child (v) VALUES (\'x\')', 'ANALYZE', 'VACUUM', 'VACUUM FULL s.parent', 'VACUUM (FREEZE)', 'VACUUM FULL pg_catalog.pg_attribute', 'TRUNCATE s.child RESTART IDENTITY', 'TRUNCATE s.parts', 'REFRESH MATERIALIZED VIEW s.counted',
  'REINDEX TABLE s.parent', `SELECT nextval('s.numbers'), setval('s.numbers', 77)`, 'BEGIN; CREATE TABLE s.never (id serial PRIMARY KEY); ALTER TABLE s.parent ADD COLUMN never integer; ROLLBACK', 'SELECT lo_create(990123)', `COMMENT ON LARGE OBJECT 990123 IS 'x'`,
  'CREATE TEMPORARY TABLE passing (id serial PRIMARY KEY, name text DEFAULT \'x\' CHECK (name <> \'\'), mood s.mood); CREATE INDEX ON passing (name)', 'CREATE TEMPORARY VIEW passed AS SELECT * FROM s.parent', 'CHECKPOINT',
]

const useStore = async (scope: Scope, major: 15 | 18): Promise<{ context: Context; database: TestDatabase }> => {
  const database = await useDatabase(scope, { major, template: schema })
  const context = contextOf(database.url)
  scope.after(async () => { await context[Symbol.asyncDispose]() })
  return { context, database }
}

for (const major of [15, 18] as const) {
  suite(`the token of a schema on ${major}`, () => {
    test('is another one after every change that the comparison of schemas tells, and the same after what was rolled back', async t => {
      const { context, database } = await useStore(t, major)
      const { name: role } = await useRole(t, database)
      await database.query(`GRANT SELECT ON s.parent TO ${role}`)
      const session = Object.assign(await context.connect('test'), { pipeline: true })
      t.after(() => session.end())
      const query: Context['query'] = async (sql, parameters = []) => (await session.query(sql, [...parameters])).rows
      const look = async () => [await readSchemaToken(query), fingerprintOf(await readObjects(query))]
      await session.query('BEGIN')
      const [token, fingerprint] = await look()
      await session.query('ROLLBACK')
      for (const change of [...changes, `ALTER ROLE ${role} RENAME TO ${role}_renamed`]) {
        await session.query(`BEGIN; ${change}; SET LOCAL search_path = ''`)
        const [changed, differs] = await look()
        await session.query('ROLLBACK')
        assert.notEqual(differs, fingerprint, `the comparison does not tell: ${change}`)
        assert.notEqual(changed, token, change)
      }
      assert.equal(await readSchemaToken(query), token)
    })

    test('is the same whatever a product does to rows, its server to files, and its sessions for themselves', async t => {
      const { context, database } = await useStore(t, major)
      const session = await useSession(t, database.url)
      const token = await readSchemaToken(context.query)
      const role = `passing_${database.name}`
      for (const statement of [...calm, `CREATE ROLE ${role}`, `DROP ROLE ${role}`]) {
        await session.query(statement)
        assert.equal(await readSchemaToken(context.query), token, statement)
      }
    })

    test('is the same whatever Rehome does: the fence, the book, a stream, and all of it removed again', async t => {
      const { context, database } = await useStore(t, major)
      const token = await readSchemaToken(context.query)
      const { tables } = await readCatalog(context)
      const store = openPostgres(context.settings)
      t.after(async () => { await store[Symbol.asyncDispose]() })
      const steps: Readonly<Record<string, () => Promise<unknown>>> = {
        arm: () => arm(context, tables), fence: () => fence(context, tables, 10_000), thaw: () => thaw(context), book: () => store.book.write('a record'), own: () => store.book.own({ owner: 'here', epoch: 1, move: 'm' }),
        prepare: () => store.target('rehome_token_back').prepare(), record: () => store.source('rehome_token_out').record(tables), drop: () => store.source('rehome_token_out').drop(), 'clean up': () => store.cleanUp(),
      }
      for (const [step, act] of Object.entries(steps)) {
        await act()
        assert.equal(await readSchemaToken(context.query), token, step)
      }
      assert.deepEqual(await database.query(`SELECT FROM pg_namespace WHERE nspname = 'rehome'`), [])
    })

    test('is made of every catalog that the comparison reads', async t => {
      const { context, database } = await useStore(t, major)
      const asked: string[] = []
      await inOneInstant(context, query => readObjects((sql, parameters) => {
        asked.push(sql)
        return query(sql, parameters)
      }))
      const catalogs = (await database.query<{ name: string }>(`SELECT relname AS name FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind IN ('r', 'v')`)).map(row => row.name)
      const read = catalogs.filter(name => asked.some(sql => new RegExp(`(?<!')\\bpg_catalog\\.${name}\\b(?!\\()`).test(sql)))
      assert.ok(read.length > 30)
      assert.deepEqual(read.filter(name => !parts.some(part => part.catalog === name)), [])
    })
  })
}
