import type pg from 'pg'
import { Fault } from '#domain/faults.ts'
import type { Created } from '#ports/store.ts'
import type { Context } from './context.ts'
import { durably, ifThere } from './durable.ts'
import { fenceFunction } from './fence-trigger.ts'

/**
 * What Rehome makes in a database. `trigger`: the fence on a table, named by the table's `TableId`. `slot`, `publication`, `event trigger`, `origin` and
 * `session` by their own names. What lies inside the schema `rehome` goes with it and needs no line of its own.
 */
export type Kind = 'schema' | 'slot' | 'publication' | 'trigger' | 'event trigger' | 'origin' | 'session'

/** How a schema called `rehome` is known to be ours: clean-up never removes one without it. */
export const mark = 'Rehome keeps its records here; `rehome cleanup` removes them.'

/**
 * The schema `rehome` with its tables, of this version. Safe to call from several sessions at once, and often: one cheap statement when all is there.
 * Nobody but the owner has any privilege on it, whatever the database's default privileges say. Faults: STORE_NAME_TAKEN.
 */
export const ensureSchema = async (context: Context): Promise<void> => {
  const found = await ifThere(versionOf(context))
  if (found === versions.length) return
  await durably(context, async session => {
    await session.query('SELECT pg_catalog.pg_advisory_xact_lock($1)', [schemaLock])
    const at = await standing(context, session)
    for (const [index, statements] of versions.entries()) {
      if (index < at) continue
      await session.query(statements)
      await session.query('INSERT INTO rehome.version (version) VALUES ($1)', [index + 1])
    }
    await session.query(closeToOthers)
  })
}

/** Writes down what is about to be created, durably (I12). Repeatable. */
export const register = (context: Context, kind: Kind, name: string): Promise<void> => registerAll(context, kind, [name])

export const registerAll = async (context: Context, kind: Kind, names: readonly string[]): Promise<void> => {
  await ensureSchema(context)
  await durably(context, session => insertCreated(session, kind, names))
}

/** The line alone, in a transaction of the caller's; the schema must be there. */
export const insertCreated = async (session: pg.ClientBase, kind: Kind, names: readonly string[]): Promise<void> => {
  await session.query('INSERT INTO rehome.created (kind, name) SELECT $1, name FROM pg_catalog.unnest($2::text[]) AS name ON CONFLICT DO NOTHING', [kind, names])
}

/** Once it is gone. Repeatable. */
export const unregister = (context: Context, kind: Kind, name: string): Promise<void> => unregisterAll(context, kind, [name])

export const unregisterAll = async (context: Context, kind: Kind, names: readonly string[]): Promise<void> => {
  await ifThere(context.query('DELETE FROM rehome.created WHERE kind = $1 AND name = ANY ($2::text[])', [kind, names]))
}

/** Everything written down, oldest first; empty when Rehome was never here. `at` is UTC, ISO 8601. */
export const registered = async (context: Context): Promise<Created[]> =>
  (await ifThere(context.query<Created>(`SELECT kind, name, pg_catalog.to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at FROM rehome.created ORDER BY rehome.created.at, kind, name`))) ?? []

/** Whether a schema called `rehome` is there: none, one of ours, or somebody else's. */
export const schemaOwner = async (query: Context['query']): Promise<'none' | 'ours' | 'others'> => {
  const [row] = await query<{ ours: boolean }>(
    `SELECT COALESCE(pg_catalog.obj_description(oid, 'pg_namespace') = $1, false) AS ours FROM pg_catalog.pg_namespace WHERE nspname = 'rehome'`, [mark])
  return row === undefined ? 'none' : row.ours ? 'ours' : 'others'
}

/** One lock for everything that creates or removes the schema; advisory locks belong to one database. The letters `rehome`. */
export const schemaLock = '125779869396325'

const versionOf = async (context: Context): Promise<number> =>
  (await context.query<{ version: number }>('SELECT COALESCE(pg_catalog.max(version), 0) AS version FROM rehome.version'))[0]?.version ?? 0

/** The version on file, under the lock. Refuses a schema of somebody else's, and one that a newer Rehome made. */
const standing = async (context: Context, session: pg.ClientBase): Promise<number> => {
  const store = context.settings.name
  const owner = await schemaOwner(async (sql, parameters = []) => (await session.query(sql, [...parameters])).rows)
  if (owner === 'others') throw new Fault('STORE_NAME_TAKEN', { store, reason: 'it was not made by Rehome' })
  if (owner === 'none') return 0
  const version = (await session.query<{ version: number }>('SELECT pg_catalog.max(version) AS version FROM rehome.version')).rows[0]?.version ?? 0
  if (version > versions.length) throw new Fault('STORE_NAME_TAKEN', { store, reason: `a newer Rehome made it (version ${version}, this one knows ${versions.length})` })
  return version
}

/** The schema's history; never edited, only added to. The flag of the fence is a sequence: see fence.ts. */
const versions: readonly string[] = [
  `CREATE SCHEMA rehome;
   COMMENT ON SCHEMA rehome IS '${mark}';
   CREATE TABLE rehome.version (version integer PRIMARY KEY, at timestamptz NOT NULL DEFAULT pg_catalog.now());
   CREATE TABLE rehome.created (kind text NOT NULL, name text NOT NULL, at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(), PRIMARY KEY (kind, name));
   INSERT INTO rehome.created (kind, name) VALUES ('schema', 'rehome');
   CREATE TABLE rehome.move (one boolean PRIMARY KEY DEFAULT true CHECK (one), record text NOT NULL, at timestamptz NOT NULL DEFAULT pg_catalog.now());
   CREATE TABLE rehome.ownership (one boolean PRIMARY KEY DEFAULT true CHECK (one), owner text NOT NULL CHECK (owner IN ('here', 'elsewhere')),
     epoch bigint NOT NULL CHECK (epoch > 0), move text NOT NULL, at timestamptz NOT NULL DEFAULT pg_catalog.now());
   CREATE TABLE rehome.fence_pass (one boolean PRIMARY KEY DEFAULT true CHECK (one), pass text NOT NULL CHECK (pg_catalog.length(pass) >= 32));
   CREATE SEQUENCE rehome.fence_flag MINVALUE 0 MAXVALUE 1 START 0;
   ${fenceFunction}`,
]

/** ALTER DEFAULT PRIVILEGES of the role may have granted what we create to others; the pass of the fence must be nobody's. */
const closeToOthers = `DO $$
DECLARE other record;
BEGIN
  REVOKE ALL ON SCHEMA rehome FROM PUBLIC;
  FOR other IN SELECT c.oid::pg_catalog.regclass AS what, CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind,
      CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END AS whom
    FROM pg_catalog.pg_class c, pg_catalog.aclexplode(c.relacl) a
    WHERE c.relnamespace = 'rehome'::pg_catalog.regnamespace AND a.grantee <> c.relowner AND c.relkind IN ('r', 'S')
  LOOP EXECUTE pg_catalog.format('REVOKE ALL ON %s %s FROM %s', other.kind, other.what, other.whom); END LOOP;
  FOR other IN SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END AS whom
    FROM pg_catalog.pg_namespace n, pg_catalog.aclexplode(n.nspacl) a WHERE n.nspname = 'rehome' AND a.grantee <> n.nspowner
  LOOP EXECUTE pg_catalog.format('REVOKE ALL ON SCHEMA rehome FROM %s', other.whom); END LOOP;
END $$`
