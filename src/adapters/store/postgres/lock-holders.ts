import { visible } from '#lib/visible.ts'
import type { Context } from './context.ts'
import { labelOf } from './identifiers.ts'

/** Somebody whose lock on a table keeps us from locking it. */
export type Holder = {
  /** Undefined: a prepared transaction, which has no process and ends only by COMMIT PREPARED or ROLLBACK PREPARED. */
  readonly pid?: number
  readonly isAutovacuum: boolean
  /** For people; names who and what, never the text of a statement: it may hold the customer's values. */
  readonly says: string
}

/** Those a lock must wait for: SHARE ROW EXCLUSIVE for `writers` of all kinds, ACCESS EXCLUSIVE for `everybody`. */
export type Against = 'writers' | 'everybody'

/** Who holds a lock on one of these tables that keeps us waiting, oldest transaction first; at most ten. */
export const holdersOf = async (query: Context['query'], tables: readonly number[], against: Against): Promise<Holder[]> => {
  const rows = await query<Row>(
    `WITH held AS (
       SELECT l.pid, l.virtualtransaction, pg_catalog.min(l.relation) AS relation, pg_catalog.count(DISTINCT l.relation)::integer AS tables, pg_catalog.min(l.mode) AS mode
       FROM pg_catalog.pg_locks l
       WHERE l.locktype = 'relation' AND l.granted AND l.relation = ANY ($1::oid[]) AND (l.mode NOT IN ('AccessShareLock', 'RowShareLock') OR $2)
         AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
         AND (l.pid IS NULL OR l.pid NOT IN (SELECT pid FROM pg_catalog.pg_stat_activity WHERE application_name LIKE 'rehome %'))
       GROUP BY l.pid, l.virtualtransaction)
     SELECT held.pid, p.gid, n.nspname AS schema, c.relname AS name, held.tables, held.mode, a.usename AS role, a.application_name AS application, a.state, a.backend_type AS backend,
       pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - COALESCE(a.xact_start, p.prepared))::float8 AS seconds
     FROM held JOIN pg_catalog.pg_class c ON c.oid = held.relation JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = held.pid
     LEFT JOIN pg_catalog.pg_locks x ON held.pid IS NULL AND x.pid IS NULL AND x.locktype = 'transactionid' AND x.virtualtransaction = held.virtualtransaction
     LEFT JOIN pg_catalog.pg_prepared_xacts p ON p.transaction = x.transactionid
     ORDER BY seconds DESC NULLS LAST LIMIT 10`, [tables, against === 'everybody'])
  return rows.map(row => ({ ...(row.pid === null ? {} : { pid: row.pid }), isAutovacuum: row.backend === 'autovacuum worker', says: sayHolder(row) }))
}

/** One sentence of who is in the way, for a fault. */
export const sayHolders = (holders: readonly Holder[]): string =>
  holders.length === 0 ? 'others kept coming' : holders.slice(0, 3).map(holder => holder.says).join('; ') + (holders.length > 3 ? `; and ${holders.length - 3} more` : '')

type Row = { pid: number | null; gid: string | null; schema: string; name: string; tables: number; mode: string; role: string | null; application: string | null; state: string | null; backend: string | null; seconds: number | null }

const sayHolder = (row: Row): string => {
  const who = row.pid === null ? `prepared transaction ${visible(row.gid ?? '?', 60)}`
    : row.backend === 'autovacuum worker' ? `autovacuum (process ${row.pid})`
      : `process ${row.pid} of ${visible(row.role ?? 'an unknown role', 63)}${row.application ? ` (${visible(row.application, 63)})` : ''}`
  const since = row.seconds === null ? '' : `, ${row.state === null ? 'open' : row.state} since ${row.seconds.toFixed(1)} s`
  return `${who} holds ${row.mode} on ${labelOf(row.schema, row.name)}${row.tables > 1 ? ` and ${row.tables - 1} more` : ''}${since}`
}
