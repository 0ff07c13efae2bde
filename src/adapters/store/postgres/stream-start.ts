import { Fault } from '#domain/faults.ts'
import type { Position } from '#domain/stream.ts'
import { visible } from '#lib/visible.ts'
import type { Context } from './context.ts'
import { lsnOf, positionOf } from './lsn.ts'
import { endReader, publishedBy, slotOf } from './stream-slot.ts'

/** What a session must know before it reads: what the publication consists of, and the names of the types that the source does not describe in the stream. */
export type Start = { readonly published: string; readonly builtins: ReadonlyMap<number, string> }

/**
 * Makes a stream ready to be read from `through` on: nobody else reads it, and the source can resume there without leaving anything out (I6).
 * Faults: STREAM_BUSY, STREAM_LOST, STREAM_GAP.
 */
export const makeReady = async (context: Context, stream: string, through: Position): Promise<Start> => {
  await takeOver(context, stream)
  await checkPlace(context, stream, through)
  const published = await publishedBy(context, stream)
  if (published === undefined) throw publicationLost(stream)
  return { published, builtins: await builtinsOf(context) }
}

/** From 18 on the source passes over a publication that is gone without a word, and any version over a table that was taken out of it. */
export const checkPublication = async (context: Context, stream: string, { published }: Start): Promise<void> => {
  if ((await publishedBy(context, stream)) !== published) throw publicationLost(stream)
}

const publicationLost = (stream: string): Fault => new Fault('STREAM_LOST', { reason: `the publication ${stream} is gone or changed` })

/** After a crash of ours, or of the network, the source still sends to the session before this one. */
const takeOver = async (context: Context, stream: string): Promise<void> => {
  const started = performance.now()
  // An application_name is cut to 63 bytes.
  const reader = await endReader(context, stream, Buffer.from(`rehome stream ${stream}`).subarray(0, 63).toString())
  if (reader !== undefined) throw new Fault('STREAM_BUSY', { ms: Math.round(performance.now() - started), reason: `process ${reader.pid} (${visible(reader.application)}) reads the slot ${stream}` })
}

/** I6: the source can resume at the checkpoint or before it, and has not forgotten that it had been further. */
const checkPlace = async (context: Context, stream: string, through: Position): Promise<void> => {
  const slot = await slotOf(context, stream)
  const lost = (reason: string): Fault => new Fault('STREAM_LOST', { reason: `the replication slot ${stream} ${reason}` })
  if (slot === undefined) throw lost('is gone')
  if (slot.plugin !== 'pgoutput' || !slot.isHere || slot.isTemporary) throw lost('is not the one that was made for this move')
  if (slot.wal === 'lost' || slot.confirmed === undefined) throw lost('fell behind: the source removed log that it needs')
  const gap = (resume: Position): Fault => new Fault('STREAM_GAP', { checkpoint: lsnOf(through), resume: lsnOf(resume) })
  if (slot.confirmed > through) throw gap(slot.confirmed)
  const [row] = await context.query<{ lsn: string }>('SELECT pg_catalog.pg_current_wal_insert_lsn()::text AS lsn')
  if (row !== undefined && positionOf(row.lsn) < through) throw gap(positionOf(row.lsn))
}

/** Numbers below the first that a database gives itself: the same types in every database of a version. */
const builtinsOf = async (context: Context): Promise<ReadonlyMap<number, string>> => {
  const rows = await context.query<{ oid: number; name: string }>(`SELECT oid, typname AS name FROM pg_catalog.pg_type WHERE oid < 10000 AND typnamespace = 'pg_catalog'::pg_catalog.regnamespace`)
  return new Map(rows.map(row => [row.oid, row.name]))
}
