import type pg from 'pg'
import type { Table } from '#domain/catalog.ts'
import { Fault } from '#domain/faults.ts'
import type { Position } from '#domain/stream.ts'
import { type Context, toFault } from './context.ts'
import { literal, quote } from './identifiers.ts'
import { positionOf } from './lsn.ts'
import { asideMs, lockedWithinMs, stepAside } from './step-aside.ts'

/** What a table must look like in the picture, and still look like once it is locked. */
export type Subject = { readonly id: string; readonly label: string; readonly columns: readonly string[] }

export const subjectsOf = (tables: readonly Table[]): Subject[] => tables.map(({ id, label, columns }) => ({ id, label, columns: columns.map(c => c.name) }))

/** A picture that lasts as long as its session, and the name under which other sessions see it. */
export type Held = { readonly session: pg.Client; readonly snapshot: string; readonly position: Position }

/** How the picture is placed. A slot's is exact: what commits before `position` is in it, everything later is not. */
export type Placing = { readonly slot: string; readonly temporary: boolean } | 'now'

/** The one difference that is gone when a new picture is taken. */
export const changedMeanwhile = 'it was changed while the picture was taken'

/** Tables of one lock statement at most. */
const lockedAtOnce = 200

/**
 * Takes a picture, locks `subjects` in it against changes of their shape (as pg_dump does), and exports it. A slot that is not temporary stays behind.
 * Faults: SCHEMA_CHANGED, when a table changed between the picture and the lock.
 */
export const holdSnapshot = async (context: Context, purpose: string, placing: Placing, subjects: readonly Subject[]): Promise<Held> => {
  if (placing === 'now') return begin(context, purpose, subjects)
  const replication = await context.connect(purpose, { replication: true })
  try {
    // The old spelling of the option is understood by every version. Waits for the transactions that are open now.
    const { rows } = await replication.query<{ consistent_point: string; snapshot_name: string }>(
      `CREATE_REPLICATION_SLOT ${quote(placing.slot)} ${placing.temporary ? 'TEMPORARY ' : ''}LOGICAL pgoutput EXPORT_SNAPSHOT`)
    const [slot] = rows
    // The slot's own name for the picture is void with the next command of this session: it is imported and exported again under another.
    return await begin(context, purpose, subjects, { snapshot: slot?.snapshot_name ?? '', position: positionOf(slot?.consistent_point ?? '') })
  } catch (error) {
    throw toFault(context.settings.name, error)
  } finally {
    await replication.end()
  }
}

/** Opens a transaction that sees `snapshot`. Faults: SNAPSHOT_LOST. */
export const importSnapshot = (snapshot: string): string => `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT ${literal(snapshot)}`

/** What the server says when a snapshot's session is gone: undefined object (17 and later), invalid parameter (before), not in the prerequisite state (just now). */
export const lostSnapshot = (error: unknown): unknown =>
  error instanceof Fault && ['42704', '22023', '55000'].includes(String(error.facts['code']))
    ? new Fault('SNAPSHOT_LOST', { reason: String(error.facts['reason']) }, { cause: error })
    : error

const begin = async (context: Context, purpose: string, subjects: readonly Subject[], from?: { snapshot: string; position: Position }): Promise<Held> => {
  const session = await context.connect(purpose)
  try {
    await session.query(from === undefined ? 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY' : importSnapshot(from.snapshot))
    // The first statement decides what a transaction without an import sees: it must come before the locks.
    const { rows } = await session.query<{ snapshot: string; lsn: string }>(
      `SELECT pg_catalog.pg_export_snapshot() AS snapshot, CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn() ELSE pg_catalog.pg_current_wal_lsn() END::text AS lsn`)
    await lock(session, subjects)
    await compare(context, session, subjects)
    return { session, snapshot: rows[0]?.snapshot ?? '', position: from?.position ?? positionOf(rows[0]?.lsn ?? '') }
  } catch (error) {
    await session.end()
    throw toFault(context.settings.name, error)
  }
}

/** Waits for whoever is changing a table just now, and no longer than that is likely to take. */
const lock = async (session: pg.Client, subjects: readonly Subject[]): Promise<void> => {
  if (subjects.length === 0) return
  await session.query(`SET LOCAL lock_timeout = ${asideMs}; SAVEPOINT unlocked`)
  await stepAside(lockedWithinMs, async () => {
    // Gives back the locks of the try before, and keeps the picture.
    await session.query('ROLLBACK TO unlocked')
    for (let at = 0; at < subjects.length; at += lockedAtOnce) {
      const tables = subjects.slice(at, at + lockedAtOnce).map(s => `ONLY ${s.id}`).join(', ')
      await session.query(`LOCK TABLE ${tables} IN ACCESS SHARE MODE`).catch(async (error: unknown) => {
        await session.query('ROLLBACK TO unlocked')
        throw error
      })
    }
  })
}

/**
 * A table that was emptied or rewritten between the picture and its lock reads as empty in the picture (TRUNCATE and ALTER TABLE are not
 * transactional in that sense): its file tells. `session` reads the catalog as of the picture, the pool as of now.
 */
const compare = async (context: Context, session: pg.Client, subjects: readonly Subject[]): Promise<void> => {
  if (subjects.length === 0) return
  const now = await context.query<Shape>(`SELECT w.id, s.* FROM pg_catalog.unnest($1::text[]) AS w(id) JOIN LATERAL (${shapes}) s ON s.oid = pg_catalog.to_regclass(w.id)`, [subjects.map(s => s.id)])
  const then = await session.query<Shape>(`SELECT s.* FROM (${shapes}) s WHERE s.oid = ANY ($1::oid[])`, [now.map(n => n.oid)])
  const pictured = new Map(then.rows.map(s => [s.oid, s.shape]))
  const found = new Map(now.map(n => [n.id, n]))
  for (const { id, label, columns } of subjects) {
    const table = found.get(id)
    if (table === undefined || pictured.get(table.oid) !== table.shape) throw new Fault('SCHEMA_CHANGED', { table: label, difference: changedMeanwhile })
    const difference = differing(columns, table.columns)
    if (difference !== undefined) throw new Fault('SCHEMA_CHANGED', { table: label, difference })
  }
}

type Shape = { id: string; oid: number; shape: string; columns: string[] }

const shapes = `SELECT c.oid, c.relfilenode::text || ' ' || c.relkind::text || COALESCE((SELECT pg_catalog.string_agg(a.attname::text || ' ' || a.atttypid::text || ' ' || a.atttypmod::text || a.attgenerated::text || a.attisdropped::text, ',' ORDER BY a.attnum)
    FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0), '') AS shape,
  ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum) AS columns
  FROM pg_catalog.pg_class c`

const differing = (expected: readonly string[], found: readonly string[]): string | undefined => {
  const added = found.find(name => !expected.includes(name))
  if (added !== undefined) return `the column ${quote(added)} is new`
  const gone = expected.find(name => !found.includes(name))
  return gone === undefined ? undefined : `the column ${quote(gone)} is gone`
}
