import { Fault } from '#domain/faults.ts'
import type { Context } from './context.ts'
import { strangers } from './examine-target.ts'
import { labelOf } from './identifiers.ts'
import { notOfExtension, ofUsers } from './tables.ts'

/** Each drop holds as many locks as the object has parts: so many tables go in one transaction. */
const tablesAtOnce = 50
/** What goes with something else is gone when it is looked for again. */
const mostPasses = 1_000

/** Removes everything that `strangers` finds, and what a schema brings that is in none. Ours stays: it goes with `cleanUp`. Repeatable. Faults: CLEAN_UP_BUSY where something is left. */
export const empty = async (context: Context): Promise<void> => {
  for (const sql of await statementsOf(context, besides)) await context.query(sql)
  for (let pass = 0; pass < mostPasses; pass++) {
    const tables = await context.query<{ id: string }>(`SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS id FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't' AND ${ofUsers} AND ${notOfExtension('pg_class', 'c.oid')} LIMIT ${tablesAtOnce}`)
    if (tables.length === 0) break
    await context.query(`DROP TABLE IF EXISTS ${tables.map(table => table.id).join(', ')} CASCADE`)
  }
  for (const sql of await statementsOf(context, schemas)) await context.query(sql)
  for (let pass = 0; pass < mostPasses; pass++) {
    const some = await statementsOf(context, inPublic)
    if (some.length === 0) break
    for (const sql of some) await context.query(sql)
  }
  const left = await context.query<{ kind: string; schema: string; name: string }>(strangers)
  const [one] = left
  if (one !== undefined) throw new Fault('CLEAN_UP_BUSY', { store: context.settings.name, reason: `${left.length} objects are left, the first is the ${one.kind} ${labelOf(one.schema, one.name)}` })
}

const statementsOf = async ({ query }: Context, sql: string): Promise<string[]> => (await query<{ sql: string }>(sql)).map(row => row.sql)

/** In no schema. A subscription is never made by a move; event triggers go before the functions that they would call for each drop. */
const besides = `
SELECT pg_catalog.format('DROP EVENT TRIGGER IF EXISTS %I', evtname) AS sql FROM pg_catalog.pg_event_trigger e WHERE evtname NOT LIKE 'rehome\\_%' AND ${notOfExtension('pg_event_trigger', 'e.oid')}
UNION ALL SELECT pg_catalog.format('DROP PUBLICATION IF EXISTS %I', pubname) FROM pg_catalog.pg_publication WHERE pubname NOT LIKE 'rehome\\_%'
UNION ALL SELECT pg_catalog.format('DROP SERVER IF EXISTS %I CASCADE', srvname) FROM pg_catalog.pg_foreign_server s WHERE ${notOfExtension('pg_foreign_server', 's.oid')}
UNION ALL SELECT pg_catalog.format('DROP FOREIGN DATA WRAPPER IF EXISTS %I CASCADE', fdwname) FROM pg_catalog.pg_foreign_data_wrapper f WHERE ${notOfExtension('pg_foreign_data_wrapper', 'f.oid')}`

const schemas = `SELECT pg_catalog.format('DROP SCHEMA IF EXISTS %I CASCADE', n.nspname) AS sql FROM pg_catalog.pg_namespace n WHERE ${ofUsers} AND n.nspname <> 'public' AND ${notOfExtension('pg_namespace', 'n.oid')}`

/** Schema public may be somebody else's, and extensions that were there before are at home in it: thing by thing. What goes with a table or a type has no line of its own. */
const inPublic = `
SELECT pg_catalog.format('DROP %s IF EXISTS %s CASCADE', CASE i.type WHEN 'composite type' THEN 'TYPE' WHEN 'statistics object' THEN 'STATISTICS' ELSE upper(i.type) END, i.identity) AS sql
FROM pg_catalog.pg_depend d, pg_catalog.pg_identify_object(d.classid, d.objid, d.objsubid) i
WHERE d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND d.refobjid = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'public') AND d.deptype = 'n'
  AND d.classid NOT IN ('pg_catalog.pg_extension'::pg_catalog.regclass, 'pg_catalog.pg_default_acl'::pg_catalog.regclass, 'pg_catalog.pg_publication_namespace'::pg_catalog.regclass)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend o WHERE o.classid = d.classid AND o.objid = d.objid AND o.deptype IN ('e', 'i', 'a') AND o.refclassid <> 'pg_catalog.pg_namespace'::pg_catalog.regclass)
LIMIT 200`
