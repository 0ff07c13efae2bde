import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TableId } from '#domain/stream.ts'
import { planBuilds, type Circumstances } from './build-plan.ts'
import { inTransactions, preData } from './pre-data.ts'

const id = (name: string): TableId => `"public"."${name}"` as TableId
const circumstances: Circumstances = {
  moved: new Set([id('orders'), id('small'), id('leaf')]), small: new Set([id('small')]), partitioned: new Set([id('parent')]), inFreeze: new Set(), filled: [id('summary'), id('of summary')],
  roles: { known: new Set(['app', 'reader']), ours: new Set(['app']), canReplicate: true, bypassesRowSecurity: true, mayCreateEventTriggers: true },
}
const plan = (statements: readonly string[], change: Partial<Circumstances> = {}): [string, string, string | undefined][] =>
  planBuilds(statements, { ...circumstances, filled: [], ...change }).map(({ phase, sql, table }) => [phase, sql, table])

test('keys come first, then indexes, foreign keys, their check, what does not act, what does; materialized views and event triggers end it', () => {
  const steps = planBuilds([
    '\n\n--\n-- Name: x\n--\n\nCREATE EVENT TRIGGER "e" ON "ddl_command_end" EXECUTE FUNCTION "f"();', 'CREATE TRIGGER "t" BEFORE INSERT ON "public"."orders" FOR EACH ROW EXECUTE FUNCTION "f"();',
    'ALTER TABLE ONLY "public"."orders" ADD CONSTRAINT "fk" FOREIGN KEY ("a") REFERENCES "public"."small"("id") DEFERRABLE;', 'CREATE INDEX "i" ON "public"."orders" USING "btree" ("a");', 'ALTER TABLE ONLY "public"."orders" ADD CONSTRAINT "pk" PRIMARY KEY ("id");',
    '\n\n-- the end\n',
  ], circumstances)
  assert.deepEqual(steps.map(s => `${s.id}: ${s.what}`), ['key-1: primary key "pk"', 'index-2: index "i"', 'link-3: foreign key "fk"', 'validate-4: check of foreign key "fk"', 'late-5: trigger "t" on "public"."orders"',
    'last-6: rows of materialized view "public"."summary"', 'last-7: rows of materialized view "public"."of summary"', 'last-8: event trigger "e"'])
  assert.deepEqual(steps.slice(2, 4).map(s => s.sql), ['ALTER TABLE ONLY "public"."orders" ADD CONSTRAINT "fk" FOREIGN KEY ("a") REFERENCES "public"."small"("id") DEFERRABLE NOT VALID;', 'ALTER TABLE "public"."orders" VALIDATE CONSTRAINT "fk";'])
})

test('what is said of an index, a constraint or a trigger is part of the step that makes it, and an index that identifies rows is a key', () => {
  assert.deepEqual(plan([
    'CREATE UNIQUE INDEX "i""; --" ON "public"."orders" USING "btree" ("a");', 'ALTER TABLE ONLY "public"."orders" ADD CONSTRAINT "u" UNIQUE ("b");', 'ALTER INDEX "public"."i""; --" ALTER COLUMN 1 SET STATISTICS 5;',
    'ALTER TABLE ONLY "public"."orders" REPLICA IDENTITY USING INDEX "i""; --";', `COMMENT ON INDEX "public"."u" IS 'CREATE INDEX; --';`, `COMMENT ON CONSTRAINT "u" ON "public"."orders" IS 'u';`, 'ALTER TABLE "public"."orders" CLUSTER ON "u";',
  ]), [
    ['key', 'CREATE UNIQUE INDEX "i""; --" ON "public"."orders" USING "btree" ("a");\nALTER INDEX "public"."i""; --" ALTER COLUMN 1 SET STATISTICS 5;\nALTER TABLE ONLY "public"."orders" REPLICA IDENTITY USING INDEX "i""; --";', id('orders')],
    ['index', `ALTER TABLE ONLY "public"."orders" ADD CONSTRAINT "u" UNIQUE ("b");\nCOMMENT ON INDEX "public"."u" IS 'CREATE INDEX; --';\nCOMMENT ON CONSTRAINT "u" ON "public"."orders" IS 'u';\nALTER TABLE "public"."orders" CLUSTER ON "u";`, id('orders')],
  ])
})

test('a partitioned table’s indexes come when its partitions’ are there, and its foreign keys are checked as they are made', () => {
  assert.deepEqual(plan([
    'ALTER TABLE ONLY "public"."parent" ADD CONSTRAINT "pk" PRIMARY KEY ("id");', 'ALTER TABLE ONLY "public"."leaf" ADD CONSTRAINT "leaf_pk" PRIMARY KEY ("id");', 'CREATE INDEX "i" ON ONLY "public"."parent" USING "btree" ("a");', 'CREATE INDEX "leaf_i" ON "public"."leaf" USING "btree" ("a");',
    'ALTER INDEX "public"."pk" ATTACH PARTITION "public"."leaf_pk";', 'ALTER INDEX "public"."i" ATTACH PARTITION "public"."leaf_i";', 'ALTER TABLE "public"."parent" ADD CONSTRAINT "fk" FOREIGN KEY ("a") REFERENCES "public"."small"("id");',
  ]).map(([phase, sql]) => [phase, sql.split('\n')[0]]), [
    ['key', 'ALTER TABLE ONLY "public"."leaf" ADD CONSTRAINT "leaf_pk" PRIMARY KEY ("id");'], ['index', 'CREATE INDEX "leaf_i" ON "public"."leaf" USING "btree" ("a");'],
    ['link', 'ALTER TABLE ONLY "public"."parent" ADD CONSTRAINT "pk" PRIMARY KEY ("id");'], ['link', 'CREATE INDEX "i" ON ONLY "public"."parent" USING "btree" ("a");'],
    ['link', 'ALTER INDEX "public"."pk" ATTACH PARTITION "public"."leaf_pk";'], ['link', 'ALTER INDEX "public"."i" ATTACH PARTITION "public"."leaf_i";'], ['link', 'ALTER TABLE "public"."parent" ADD CONSTRAINT "fk" FOREIGN KEY ("a") REFERENCES "public"."small"("id");'],
  ])
})

test('foreign keys that were not checked or are not enforced at the source stay so', () => {
  const [first, second] = ['ALTER TABLE ONLY "public"."orders" ADD CONSTRAINT "a" FOREIGN KEY ("a") REFERENCES "public"."small"("id") NOT VALID;', 'ALTER TABLE ONLY "public"."small" ADD CONSTRAINT "b" FOREIGN KEY ("a") REFERENCES "public"."small"("id") NOT ENFORCED;']
  assert.deepEqual(plan([first, second]).map(([phase, sql]) => [phase, sql]), [['link', first], ['link', second]])
})

test('a foreign key that refers to rows which come in the freeze waits for them; one of such rows does not', () => {
  const statements = ['ALTER TABLE ONLY "public"."orders" ADD CONSTRAINT "a" FOREIGN KEY ("a") REFERENCES "public"."leaf"("id");', 'ALTER TABLE ONLY "public"."small" ADD CONSTRAINT "b" FOREIGN KEY ("a") REFERENCES "public"."orders"("id");']
  assert.deepEqual(plan(statements, { inFreeze: new Set([id('leaf'), id('small')]) }).map(([phase, sql]) => [phase, sql]), [['link', statements[1]], ['last', statements[0]]])
})

test('where triggers fire on what is applied, triggers and foreign keys wait for the last phase; so does row-level security that would hold us back', () => {
  const statements = ['CREATE TRIGGER "t" BEFORE INSERT ON "public"."orders" FOR EACH ROW EXECUTE FUNCTION "f"();', 'CREATE RULE "r" AS ON DELETE TO "public"."orders" DO NOTHING;', 'ALTER TABLE ONLY "public"."orders" ADD CONSTRAINT "fk" FOREIGN KEY ("a") REFERENCES "public"."small"("id");', 'ALTER TABLE "public"."orders" ENABLE ROW LEVEL SECURITY;']
  assert.deepEqual(plan(statements).map(([phase]) => phase), ['link', 'validate', 'late', 'late', 'late'])
  assert.deepEqual(plan(statements, { roles: { ...circumstances.roles, canReplicate: false, bypassesRowSecurity: false } }).map(([phase]) => phase), ['last', 'last', 'last', 'last'])
})

test('a trigger or rule that acts on replicated writes is made in the last phase, with its state, and so is what is said of it on partitions', () => {
  assert.deepEqual(plan([
    'CREATE TRIGGER "t" BEFORE INSERT ON "public"."parent" FOR EACH ROW EXECUTE FUNCTION "f"();', 'ALTER TABLE "public"."parent" ENABLE ALWAYS TRIGGER "t";', 'ALTER TABLE "public"."leaf" DISABLE TRIGGER "t";', 'CREATE TRIGGER "off" BEFORE INSERT ON "public"."leaf" FOR EACH ROW EXECUTE FUNCTION "f"();', 'ALTER TABLE "public"."leaf" DISABLE TRIGGER "off";',
  ]).map(([phase, sql]) => `${phase}: ${sql.split('\n').length}`), ['late: 2', 'last: 2', 'last: 1'])
})

test('indexes of a small table are one step, of a large one a step each', () => {
  const of = (table: string): string[] => [1, 2, 3].map(n => `CREATE INDEX "${table}${n}" ON "public"."${table}" USING "btree" ("a");`)
  const steps = planBuilds([...of('small'), ...of('orders')], { ...circumstances, filled: [] })
  assert.deepEqual(steps.map(s => s.what), ['3 indexes of "public"."small"', 'index "orders1"', 'index "orders2"', 'index "orders3"'])
  assert.equal(steps[0]?.sql, of('small').join('\n'))
})

test('what is said of roles that are not there is left out, with what hangs on it', () => {
  assert.deepEqual(plan([
    'CREATE POLICY "p" ON "public"."orders" TO "gone" USING (true);', `COMMENT ON POLICY "p" ON "public"."orders" IS 'p';`, 'CREATE POLICY "q" ON "public"."orders" FOR SELECT TO "gone", "reader" USING ((("a" = \'TO "gone"\'::"text")));', `COMMENT ON POLICY "q" ON "public"."orders" IS 'q';`,
    'ALTER DEFAULT PRIVILEGES FOR ROLE "gone" GRANT SELECT ON TABLES TO "reader";', 'ALTER DEFAULT PRIVILEGES FOR ROLE "app" GRANT SELECT ON TABLES TO "reader";', 'ALTER DEFAULT PRIVILEGES FOR ROLE "app" GRANT SELECT ON TABLES TO PUBLIC;', 'ALTER DEFAULT PRIVILEGES FOR ROLE "app" REVOKE ALL ON TABLES FROM "gone";',
  ]).map(([, sql]) => sql), [
    'CREATE POLICY "q" ON "public"."orders" FOR SELECT TO "reader" USING ((("a" = \'TO "gone"\'::"text")));\nCOMMENT ON POLICY "q" ON "public"."orders" IS \'q\';',
    'ALTER DEFAULT PRIVILEGES FOR ROLE "app" GRANT SELECT ON TABLES TO "reader";', 'ALTER DEFAULT PRIVILEGES FOR ROLE "app" GRANT SELECT ON TABLES TO PUBLIC;',
  ])
})

test('event triggers are left out with what is said of them where only a superuser could create them', () => {
  const statements = ['CREATE EVENT TRIGGER "e" ON "ddl_command_end" EXECUTE FUNCTION "f"();', 'ALTER EVENT TRIGGER "e" OWNER TO "app";', `COMMENT ON EVENT TRIGGER "e" IS 'e';`]
  assert.deepEqual(plan(statements).map(([, sql]) => sql), [statements.join('\n')])
  assert.deepEqual(plan(statements, { roles: { ...circumstances.roles, mayCreateEventTriggers: false } }), [])
})

const server = { roles: circumstances.roles, settings: new Set(['search_path', 'row_security']) }

test('settings that the target does not know, comments on extensions and rights of roles that it does not have are left out before the data', () => {
  assert.deepEqual(preData([
    '-- x\nSET transaction_timeout = 0;', '\nSET row_security = off;', `SELECT pg_catalog.set_config('search_path', '', false);`, `COMMENT ON EXTENSION "citext" IS 'x';`, `CREATE TABLE "public"."t" ("a" text DEFAULT 'OWNER TO "gone";');`, 'ALTER TABLE "public"."t" OWNER TO "gone";',
    'ALTER TABLE "public"."t" OWNER TO "app";', 'GRANT SELECT ON TABLE "public"."t" TO "gone";', 'SET SESSION AUTHORIZATION "app";', 'GRANT SELECT("a") ON TABLE "public"."t" TO "reader" WITH GRANT OPTION;', 'RESET SESSION AUTHORIZATION;', 'CREATE USER MAPPING FOR "gone" SERVER "s";', 'CREATE USER MAPPING FOR PUBLIC SERVER "s";', '\n--\n',
  ], server), [
    'SET row_security = off;', `SELECT pg_catalog.set_config('search_path', '', false);`, `CREATE TABLE "public"."t" ("a" text DEFAULT 'OWNER TO "gone";');`, 'ALTER TABLE "public"."t" OWNER TO "app";', 'GRANT SELECT("a") ON TABLE "public"."t" TO "reader" WITH GRANT OPTION;', 'CREATE USER MAPPING FOR PUBLIC SERVER "s";',
  ])
})

test('rights on schemas come before what is in them', () => {
  assert.deepEqual(preData(['CREATE SCHEMA "s";', 'ALTER SCHEMA "s" OWNER TO "app";', 'CREATE TABLE "s"."t" ();', 'GRANT USAGE ON SCHEMA "s" TO "reader";', 'GRANT SELECT ON TABLE "s"."t" TO "reader";'], server),
    ['CREATE SCHEMA "s";', 'ALTER SCHEMA "s" OWNER TO "app";', 'GRANT USAGE ON SCHEMA "s" TO "reader";', 'CREATE TABLE "s"."t" ();', 'GRANT SELECT ON TABLE "s"."t" TO "reader";'])
})

test('what a server has not the locks for is cut into transactions, each with the settings before it, and nothing is lost', () => {
  const statements = ['SET row_security = off;', `SELECT pg_catalog.set_config('search_path', '', false);`, ...Array.from({ length: 100 }, (_, n) => [`CREATE TABLE "public"."t${n}" ();`, `COMMENT ON TABLE "public"."t${n}" IS 'CREATE TABLE';`]).flat(), 'SET row_security = on;', 'CREATE SEQUENCE "public"."s";']
  assert.deepEqual(inTransactions(statements, { locks: 6_400 }), [statements])
  const parts = inTransactions(statements, { locks: 640 })
  assert.equal(parts.length, 6)
  for (const part of parts.slice(1)) assert.deepEqual(part.slice(0, 2), statements.slice(0, 2))
  assert.deepEqual([...(parts[0] ?? []), ...parts.slice(1).flatMap(part => part.slice(2))], statements)
})
