import { setTimeout as sleep } from 'node:timers/promises'
import type { Table } from '#domain/catalog.ts'
import { Fault } from '#domain/faults.ts'
import type { Position } from '#domain/stream.ts'
import { assert } from '#lib/assert.ts'
import { visible } from '#lib/visible.ts'
import { type Context, toFault } from './context.ts'
import { durably, ifThere } from './durable.ts'
import { quote } from './identifiers.ts'
import { asideMs, lockedWithinMs, stepAside } from './step-aside.ts'
import { ensureSchema, register, schemaLock, unregister } from './register.ts'
import { endReader, named, publishedBy, slotOf } from './stream-slot.ts'

/** A slot waits for every transaction that is open when it is made; beyond this the source is too busy. */
const busyAfterMs = 600_000

/**
 * Makes the publication of a stream, under the stream's name: tables of the route `stream`, one by one, never all of the database's, never one that
 * would make the source refuse its own updates. It must be there before the slot: what was written before a publication existed is not in it. A publication
 * that is there is made anew; whoever has a slot already must not call this. Registers first (I12).
 */
export const createPublication = async (context: Context, stream: string, tables: readonly Table[]): Promise<void> => {
  await register(context, 'publication', stream)
  await dropPublication(context, stream)
  const published = tables.filter(table => table.route === 'stream').map(table => `ONLY ${table.id}`)
  await stepAside(lockedWithinMs, () => context.transaction(async session => {
    await session.query(`SET LOCAL lock_timeout = ${asideMs}`)
    // Takes SHARE UPDATE EXCLUSIVE on each table: it waits for DDL, TRUNCATE and VACUUM, and keeps no reader or writer waiting.
    await session.query(`CREATE PUBLICATION ${named(stream)} ${published.length === 0 ? '' : `FOR TABLE ${published.join(', ')} `}WITH (publish = 'insert, update, delete, truncate', publish_via_partition_root = false)`)
  }))
}

/**
 * Starts to record changes; returns where the stream begins: every transaction that commits at or after it is in the stream. A stream that is
 * there already is kept, and the answer is the first one's. Faults: STREAM_BUSY, STREAM_LOST when the publication of a slot that is there is gone.
 */
export const record = async (context: Context, stream: string, tables: readonly Table[], { busyAfter = busyAfterMs }: { readonly busyAfter?: number } = {}): Promise<Position> => {
  const slot = await slotOf(context, stream)
  if (slot === undefined) {
    await createPublication(context, stream, tables)
    await register(context, 'slot', stream)
    await createSlot(context, stream, busyAfter)
  } else if (await publishedBy(context, stream) === undefined) {
    throw new Fault('STREAM_LOST', { reason: `the publication ${visible(stream)} is gone` })
  }
  return beginningOf(context, stream)
}

/** Ends the recording and forgets it. A reader that is connected is cut off. Repeatable. Faults: CLEAN_UP_BUSY. */
export const dropRecording = async (context: Context, stream: string): Promise<void> => {
  if (await slotOf(context, stream) !== undefined) {
    const reader = await endReader(context, stream)
    if (reader !== undefined) throw new Fault('CLEAN_UP_BUSY', { store: context.settings.name, reason: `process ${reader.pid} (${visible(reader.application)}) reads the slot ${stream}` })
    await context.query('SELECT pg_catalog.pg_drop_replication_slot(slot_name) FROM pg_catalog.pg_replication_slots WHERE slot_name = $1', [stream])
  }
  await dropPublication(context, stream)
  await ifThere(context.query('DELETE FROM rehome.recorded WHERE stream = $1', [stream]))
  await unregister(context, 'slot', stream)
  await unregister(context, 'publication', stream)
}

const emptiedWithinMs = 5_000
/** A table or the publication itself went meanwhile: undefined_table, undefined_object. */
const isGone = (fault: Fault): boolean => fault.code === 'STORE_REFUSED' && ['42P01', '42704'].includes(String(fault.facts['code']))

/**
 * Empties it before it is dropped: whoever writes to a table looks up each publication that has it, and fails where one went in between. Taking tables out waits for DDL and VACUUM on
 * them, and keeps no writer waiting; one that cannot be had soon stays in. Who was in the middle of looking it up is let pass. Repeatable.
 */
export const dropPublication = async (context: Context, name: string): Promise<void> => {
  const tables = await context.query<{ id: string; oid: number }>(
    `SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS id, c.oid FROM pg_catalog.pg_publication_rel r JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
     JOIN pg_catalog.pg_class c ON c.oid = r.prrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE p.pubname = $1`, [name])
  if (tables.length > 0) {
    const empty = `SET LOCAL lock_timeout = ${asideMs}; ALTER PUBLICATION ${quote(name)} DROP TABLE ${tables.map(({ id }) => `ONLY ${id}`).join(', ')}`
    try {
      await stepAside(emptiedWithinMs, () => context.transaction(async session => { await session.query(empty) }))
      await writersPass(context, tables.map(({ oid }) => oid))
    } catch (error) {
      if (!(error instanceof Fault) || (error.code !== 'STREAM_BUSY' && !isGone(error))) throw error
    }
  }
  await context.query(`DROP PUBLICATION IF EXISTS ${quote(name)}`)
}

/**
 * Transactions that write to these tables now have ended, or had time enough to look something up: waited for a moment, since one may be open for hours. A statement looks up a table's
 * publications while it holds the table's lock, and whoever locks it from now on finds none.
 */
const writersPass = async (context: Context, tables: readonly number[]): Promise<void> => {
  const writing = async (): Promise<readonly string[]> => (await context.query<{ transaction: string }>(
    `SELECT DISTINCT virtualtransaction AS transaction FROM pg_catalog.pg_locks WHERE locktype = 'relation' AND relation = ANY ($1) AND granted AND mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
     AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) AND pid <> pg_catalog.pg_backend_pid()`, [tables])).map(row => row.transaction)
  let before = await writing()
  for (const until = performance.now() + passedWithinMs; before.length > 0 && performance.now() < until;) {
    await sleep(passEveryMs)
    const now = new Set(await writing())
    before = before.filter(one => now.has(one))
  }
}
const passedWithinMs = 1_000
const passEveryMs = 10

/** What the transaction that the server has been waiting for longest calls itself. Never its statement: it may hold the customer's values. */
export const oldestTransaction = async (context: Context): Promise<string> => {
  const [row] = await context.query<{ what: string }>(
    `SELECT what FROM (
       SELECT xact_start AS since, pg_catalog.format('process %s (%s) in database %s', pid, application_name, datname) AS what FROM pg_catalog.pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_catalog.pg_backend_pid()
       UNION ALL SELECT prepared, pg_catalog.format('prepared transaction %s in database %s', gid, database) FROM pg_catalog.pg_prepared_xacts) AS t ORDER BY since LIMIT 1`)
  return visible(row?.what ?? 'it waits for open transactions')
}

const createSlot = async (context: Context, stream: string, busyAfter: number): Promise<void> => {
  const session = await context.connect('record')
  try {
    await session.query(`SET statement_timeout = ${Math.ceil(busyAfter)}`)
    // What cannot be finished in time is undone by the server: no half slot stays.
    await session.query(`SELECT pg_catalog.pg_create_logical_replication_slot($1, 'pgoutput')`, [stream])
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '57014') throw new Fault('STREAM_BUSY', { ms: busyAfter, reason: await oldestTransaction(context) }, { cause: error })
    throw toFault(context.settings.name, error)
  } finally {
    await session.end()
  }
}

/** The slot forgets where it began as soon as something is acknowledged, so that is written down before anybody is told of it. */
const beginningOf = async (context: Context, stream: string): Promise<Position> => {
  const known = await ifThere(context.query<{ position: Position }>('SELECT position FROM rehome.recorded WHERE stream = $1', [stream]))
  if (known?.[0] !== undefined) return known[0].position
  const position = (await slotOf(context, stream))?.confirmed
  assert(position !== undefined, 'a logical slot that was just made has a position')
  await ensureSchema(context)
  await durably(context, async session => {
    await session.query('SELECT pg_catalog.pg_advisory_xact_lock($1)', [schemaLock])
    await session.query('CREATE TABLE IF NOT EXISTS rehome.recorded (stream text PRIMARY KEY, position text NOT NULL)')
    await session.query('INSERT INTO rehome.recorded (stream, position) VALUES ($1, $2)', [stream, position])
  })
  return position
}
