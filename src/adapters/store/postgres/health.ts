import type { Health } from '#ports/store.ts'
import { assert } from '#lib/assert.ts'
import type { Context } from './context.ts'
import { positionOf } from './lsn.ts'

/** How the source bears the stream of this name. Two statements, a few milliseconds: made to be asked every second. */
export const health = async (context: Context, stream: string): Promise<Health> => {
  const begun = performance.now()
  const [now] = await context.query<{ lsn: string }>('SELECT pg_catalog.pg_current_wal_lsn()::text AS lsn')
  const roundTripMs = performance.now() - begun
  const [row] = await context.query<{ retained: number; snapshot: number; wait: number }>(burden, [stream])
  assert(now !== undefined && row !== undefined, 'a statement without FROM has one row')
  return { retainedBytes: row.retained, snapshotMs: row.snapshot, lockWaitMs: row.wait, roundTripMs, position: positionOf(now.lsn) }
}

/**
 * `retained`: what the slot keeps; less is on disk where others keep as much. `snapshot`: the oldest transaction of ours that keeps dead rows from being
 * removed, not the short statements of the control pool, such as this one. `wait`: only who waits at all is asked for whom; before version 14 nobody writes down since when, and the age of the statement stands in.
 */
const burden = `SELECT
  COALESCE((SELECT pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), restart_lsn) FROM pg_catalog.pg_replication_slots WHERE slot_name = $1 AND restart_lsn IS NOT NULL), 0)::float8 AS retained,
  COALESCE((SELECT pg_catalog.max(pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - xact_start)) * 1000 FROM ours WHERE backend_xmin IS NOT NULL), 0)::float8 AS snapshot,
  COALESCE((SELECT pg_catalog.max(pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - since)) * 1000 FROM (
    SELECT COALESCE((pg_catalog.to_jsonb(l) ->> 'waitstart')::timestamptz, a.query_start) AS since FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a USING (pid)
    WHERE NOT l.granted AND pg_catalog.pg_blocking_pids(l.pid) && (SELECT pg_catalog.array_agg(pid) FROM ours)) AS waiting), 0)::float8 AS wait`
  .replaceAll('FROM ours', `FROM (SELECT pid, xact_start, backend_xmin FROM pg_catalog.pg_stat_activity
    WHERE datname = pg_catalog.current_database() AND application_name LIKE 'rehome %' AND application_name <> 'rehome control') AS ours`)
