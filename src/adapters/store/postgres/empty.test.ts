import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contextOf } from '#test/postgres/contexts.ts'
import { useDatabase } from '#test/services/postgres.ts'
import { zoo } from '#test/zoo/zoo.ts'
import { empty } from './empty.ts'
import { ensureSchema } from './register.ts'

/** Everything that anybody made: what the server's own catalogue has beyond its first objects, but for the parts of extensions. */
const made = `SELECT i.type || ' ' || i.identity AS what FROM (
    SELECT 'pg_class'::regclass AS class, oid FROM pg_class UNION ALL SELECT 'pg_proc'::regclass, oid FROM pg_proc UNION ALL SELECT 'pg_type'::regclass, oid FROM pg_type WHERE typcategory <> 'A' UNION ALL SELECT 'pg_namespace'::regclass, oid FROM pg_namespace
    UNION ALL SELECT 'pg_operator'::regclass, oid FROM pg_operator UNION ALL SELECT 'pg_opclass'::regclass, oid FROM pg_opclass UNION ALL SELECT 'pg_opfamily'::regclass, oid FROM pg_opfamily UNION ALL SELECT 'pg_collation'::regclass, oid FROM pg_collation
    UNION ALL SELECT 'pg_ts_config'::regclass, oid FROM pg_ts_config UNION ALL SELECT 'pg_ts_dict'::regclass, oid FROM pg_ts_dict UNION ALL SELECT 'pg_statistic_ext'::regclass, oid FROM pg_statistic_ext UNION ALL SELECT 'pg_event_trigger'::regclass, oid FROM pg_event_trigger
    UNION ALL SELECT 'pg_publication'::regclass, oid FROM pg_publication UNION ALL SELECT 'pg_foreign_server'::regclass, oid FROM pg_foreign_server UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid FROM pg_foreign_data_wrapper UNION ALL SELECT 'pg_cast'::regclass, oid FROM pg_cast
    UNION ALL SELECT 'pg_conversion'::regclass, oid FROM pg_conversion UNION ALL SELECT 'pg_constraint'::regclass, oid FROM pg_constraint UNION ALL SELECT 'pg_trigger'::regclass, oid FROM pg_trigger UNION ALL SELECT 'pg_policy'::regclass, oid FROM pg_policy
  ) o, pg_identify_object(o.class, o.oid, 0) i WHERE o.oid >= 16384 AND COALESCE(i.schema, '') !~ '^(pg_t|rehome)' AND i.identity !~ '^(rehome|pg_)' AND i.identity !~ ' rehome' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = o.class AND d.objid = o.oid AND d.deptype = 'e') ORDER BY 1`

test('a zoo of everything is emptied but for extensions, and what is ours stays until clean-up', { timeout: 120_000 }, async t => {
  const database = await useDatabase(t, { major: 15, template: zoo })
  await database.query(`CREATE EXTENSION IF NOT EXISTS hstore SCHEMA public; CREATE TABLE public.tags (id int PRIMARY KEY, tags public.hstore, parent int REFERENCES public.tags); CREATE VIEW public.all_tags AS SELECT * FROM public.tags;
    CREATE DOMAIN public.short AS text CHECK (length(value) < 9); CREATE AGGREGATE public.longest(text) (SFUNC = textcat, STYPE = text); CREATE TYPE public.mood AS ENUM ('a', 'b'); CREATE TYPE public.pair AS (a public.mood, b int);
    CREATE FUNCTION public.of_mood(public.mood) RETURNS text LANGUAGE sql AS 'SELECT $1::text'; CREATE CAST (public.mood AS text) WITH FUNCTION public.of_mood(public.mood) AS ASSIGNMENT; CREATE SEQUENCE public.lonely; CREATE STATISTICS public.both ON id, parent FROM public.tags;
    CREATE COLLATION public.by_bytes FROM "C"; CREATE TEXT SEARCH CONFIGURATION public.words (COPY = simple); CREATE PROCEDURE public.nothing() LANGUAGE sql AS ''; CREATE MATERIALIZED VIEW public.kept AS SELECT 1 AS one; CREATE PUBLICATION theirs FOR TABLE public.tags;
    CREATE TABLE public.parts (id int, at date) PARTITION BY RANGE (at); CREATE TABLE public.parts_1 PARTITION OF public.parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')`)
  await using context = contextOf(database.url)
  await ensureSchema(context)
  assert.ok((await database.query(made)).length > 100)
  await empty(context)
  assert.deepEqual((await database.query<{ what: string }>(made)).map(row => row.what), [])
  assert.deepEqual(await database.query(`SELECT extname FROM pg_extension e WHERE extname = 'hstore' UNION ALL SELECT nspname FROM pg_namespace WHERE nspname IN ('public', 'rehome') ORDER BY 1`), [{ extname: 'hstore' }, { extname: 'public' }, { extname: 'rehome' }])
  await empty(context)
})
