import type { TableId } from '#domain/stream.ts'
import type { Context } from './context.ts'
import { qualify } from './identifiers.ts'

/**
 * What stands on every table. A statement trigger, so that INSERT, UPDATE, DELETE, MERGE, COPY and TRUNCATE all meet it once, before the first row.
 * The flag is a sequence because `last_value` is read past every snapshot: a REPEATABLE READ transaction that began before the fence would not see a
 * row of a table change. The pass is an ordinary row: an older snapshot sees none, so the comparison must be false, not null, when there is none.
 * SECURITY DEFINER reads what only we may read; its search_path is pinned, and the right to execute is not asked of those who only fire it.
 */
export const fenceFunction = `CREATE FUNCTION rehome.fence() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $fence$
BEGIN
  IF (SELECT last_value FROM rehome.fence_flag) = 1 AND NOT COALESCE(current_setting('rehome.applier', true) = (SELECT pass FROM rehome.fence_pass), false) THEN
    RAISE EXCEPTION 'writes are frozen: this database is being moved by Rehome' USING ERRCODE = 'read_only_sql_transaction',
      HINT = 'Nothing was written. Try again shortly: either this database accepts writes again, or its successor does.';
  END IF;
  RETURN NULL;
END $fence$;
REVOKE ALL ON FUNCTION rehome.fence() FROM PUBLIC;`

/** `armed`: the trigger stands and fires always. `weak`: it stands, but somebody disabled it or made it fire only at times. */
export type Fenced = { readonly oid: number; readonly id: TableId; readonly state: 'armed' | 'weak' | 'absent' }

/**
 * The tables themselves, every table they are a part of (a statement on a partitioned table fires only that table's statement triggers), and
 * whatever bears the trigger already, though it was renamed since. Tables that are gone are left out: nobody can write to them.
 */
export const fencedTables = async (query: Context['query'], tables: readonly TableId[]): Promise<Fenced[]> => {
  const rows = await query<{ oid: number; schema: string; name: string; state: Fenced['state'] }>(
    `WITH RECURSIVE ours AS MATERIALIZED (SELECT tgrelid, tgenabled FROM pg_catalog.pg_trigger WHERE tgname = 'rehome_fence' AND tgfoid = pg_catalog.to_regprocedure('rehome.fence()')),
     wanted AS (
       SELECT pg_catalog.to_regclass(id)::oid AS oid FROM pg_catalog.unnest($1::text[]) AS id
       UNION SELECT tgrelid FROM ours
       UNION SELECT i.inhparent FROM pg_catalog.pg_inherits i JOIN wanted w ON w.oid = i.inhrelid)
     SELECT c.oid, n.nspname AS schema, c.relname AS name, CASE ours.tgenabled WHEN 'A' THEN 'armed' ELSE CASE WHEN ours.tgrelid IS NULL THEN 'absent' ELSE 'weak' END END AS state
     FROM wanted JOIN pg_catalog.pg_class c ON c.oid = wanted.oid AND c.relkind IN ('r', 'p') JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN ours ON ours.tgrelid = c.oid
     ORDER BY c.oid`, [tables])
  return rows.map(row => ({ oid: row.oid, id: qualify(row.schema, row.name), state: row.state }))
}

/** Takes SHARE ROW EXCLUSIVE on that table alone: it waits for its writers, its readers are not stopped. ONLY: partitions have a trigger of their own. */
export const armTable = ({ id, state }: Fenced): string =>
  `${state === 'absent' ? `CREATE TRIGGER rehome_fence BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON ${id} FOR EACH STATEMENT EXECUTE FUNCTION rehome.fence(); ` : ''}ALTER TABLE ONLY ${id} ENABLE ALWAYS TRIGGER rehome_fence`

/** ACCESS EXCLUSIVE on that table, for a moment. */
export const disarmTable = (table: TableId): string => `DROP TRIGGER IF EXISTS rehome_fence ON ${table}`
