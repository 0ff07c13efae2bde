import type { Position } from '#domain/stream.ts'
import { assert } from '#lib/assert.ts'
import type { Context } from './context.ts'
import { positionOf } from './lsn.ts'
import { markerPrefix } from './pgoutput.ts'

/**
 * Puts a transaction that carries `nonce` into every stream of this database, after everything committed so far; it writes no table, so that no
 * fence is in its way. Returns a position at or after its commit. Waits for this server's disk, not for its standbys: one that is gone must not
 * keep a frozen tenant frozen.
 */
export const mark = async (context: Context, nonce: string): Promise<Position> => {
  await context.transaction(async session => {
    await session.query('SET LOCAL synchronous_commit = local')
    await session.query('SELECT pg_catalog.pg_logical_emit_message(true, $1, $2::text)', [markerPrefix, nonce])
  })
  const [row] = await context.query<{ lsn: string }>('SELECT pg_catalog.pg_current_wal_lsn()::text AS lsn')
  assert(row !== undefined, 'the server knows where its log ends')
  return positionOf(row.lsn)
}
