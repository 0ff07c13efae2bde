import { setTimeout as sleep } from 'node:timers/promises'
import type { Position } from '#domain/stream.ts'
import { assert } from '#lib/assert.ts'
import type { Context } from './context.ts'
import { quote } from './identifiers.ts'
import { positionOf } from './lsn.ts'

export type Slot = {
  readonly plugin: string | null
  readonly isHere: boolean
  readonly isTemporary: boolean
  /** The process that reads from it, and what that calls itself. */
  readonly reader: { readonly pid: number; readonly application: string } | undefined
  /** PostgreSQL's word for whether what the slot needs is still there; `lost`: it is not. */
  readonly wal: string
  /** What the source considers done with: it resumes no earlier. */
  readonly confirmed: Position | undefined
}

export const slotOf = async (context: Context, stream: string): Promise<Slot | undefined> => {
  const [row] = await context.query<{ plugin: string | null; here: boolean; temporary: boolean; pid: number | null; application: string | null; wal: string | null; confirmed: string | null }>(
    `SELECT s.plugin, COALESCE(s.database = pg_catalog.current_database(), false) AS here, s.temporary, s.active_pid AS pid, a.application_name AS application, s.wal_status AS wal, s.confirmed_flush_lsn::text AS confirmed
     FROM pg_catalog.pg_replication_slots s LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = s.active_pid WHERE s.slot_name = $1`, [stream])
  if (row === undefined) return undefined
  return {
    plugin: row.plugin, isHere: row.here, isTemporary: row.temporary, wal: row.wal ?? 'lost', confirmed: row.confirmed === null ? undefined : positionOf(row.confirmed),
    reader: row.pid === null ? undefined : { pid: row.pid, application: row.application ?? '' },
  }
}

/**
 * Ends the process that reads a slot, if it calls itself `application` (undefined: whoever it is), and waits until the slot is free. After a crash of ours the
 * source goes on sending to nobody until it notices. Answers who still reads after half a minute.
 */
export const endReader = async (context: Context, stream: string, application?: string): Promise<Slot['reader']> => {
  for (const until = performance.now() + endsWithinMs; ; await sleep(20)) {
    const reader = (await slotOf(context, stream))?.reader
    if (reader === undefined || performance.now() > until) return reader
    if (application === undefined || reader.application === application) await context.query('SELECT pg_catalog.pg_terminate_backend(active_pid) FROM pg_catalog.pg_replication_slots WHERE slot_name = $1 AND active_pid = $2', [stream, reader.pid])
  }
}

/** What a stream's publication consists of, to be compared; undefined: there is none, or it leaves out a kind of change. */
export const publishedBy = async (context: Context, stream: string): Promise<string | undefined> => {
  const [row] = await context.query<{ published: string }>(
    `SELECT p.oid::text || ':' || COALESCE((SELECT pg_catalog.string_agg(r.prrelid::oid::text, ',' ORDER BY r.prrelid) FROM pg_catalog.pg_publication_rel r WHERE r.prpubid = p.oid), '') AS published
     FROM pg_catalog.pg_publication p WHERE p.pubname = $1 AND p.pubinsert AND p.pubupdate AND p.pubdelete AND p.pubtruncate`, [stream])
  return row?.published
}

/** A stream's name stands in replication commands, where nothing can be escaped: only what a slot may be called. */
export const named = (stream: string): string => {
  assert(/^[a-z0-9_]{1,63}$/.test(stream), `a stream's name has only small letters, digits and underscores: ${stream}`)
  return quote(stream)
}

/** How long a session of ours that was told to end may take. */
const endsWithinMs = 30_000
