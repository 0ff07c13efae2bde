import type pg from 'pg'
import type { Checkpoint, Position } from '#domain/stream.ts'
import { assert } from '#lib/assert.ts'
import type { Context } from './context.ts'
import { durably, ifThere } from './durable.ts'
import { ensureSchema, schemaLock } from './register.ts'

/** The table in which a target keeps how far each stream was applied to it (I2). Repeatable. */
export const prepareCheckpoints = async (context: Context): Promise<void> => {
  await ensureSchema(context)
  await durably(context, async session => {
    await session.query('SELECT pg_catalog.pg_advisory_xact_lock($1)', [schemaLock])
    await session.query(`CREATE TABLE IF NOT EXISTS rehome.checkpoint (stream text PRIMARY KEY, through text NOT NULL, within_commit text, within_changes bigint,
      CHECK ((within_commit IS NULL) = (within_changes IS NULL)))`)
  })
}

/** How far a stream was applied here. Undefined: it was never started. */
export const readCheckpoint = async (context: Context, stream: string): Promise<Checkpoint | undefined> => {
  const rows = await ifThere(context.query<CheckpointRow>(select, [stream]))
  return rows?.[0] === undefined ? undefined : checkpointOf(rows[0])
}

/** Sets the first checkpoint. Repeatable with the same position; that there is none beyond is asserted, or changes would be applied twice. */
export const startAt = async (context: Context, stream: string, position: Position): Promise<void> => {
  await prepareCheckpoints(context)
  await durably(context, async session => {
    await session.query('INSERT INTO rehome.checkpoint (stream, through) VALUES ($1, $2) ON CONFLICT (stream) DO NOTHING', [stream, position])
    const at = (await session.query<CheckpointRow>(selectLocked, [stream])).rows[0]
    assert(at !== undefined && at.within_commit === null && at.through <= position, 'I2: a stream is not started again before what was applied already')
    await session.query('UPDATE rehome.checkpoint SET through = $2 WHERE stream = $1', [stream, position])
  })
}

/** Forgets a stream. Repeatable. */
export const dropCheckpoint = async (context: Context, stream: string): Promise<void> => {
  await ifThere(durably(context, session => session.query('DELETE FROM rehome.checkpoint WHERE stream = $1', [stream])))
}

export type CheckpointRow = { readonly through: Position; readonly within_commit: Position | null; readonly within_changes: string | null }

export const checkpointOf = (row: CheckpointRow): Checkpoint =>
  row.within_commit === null ? { through: row.through } : { through: row.through, within: { commit: row.within_commit, changes: Number(row.within_changes) } }

const select = 'SELECT through, within_commit, within_changes FROM rehome.checkpoint WHERE stream = $1'
/** The row's lock is what two appliers of one stream meet at. */
const selectLocked = `${select} FOR UPDATE`

export const lockCheckpoint = (stream: string): pg.QueryConfig => ({ name: 'checkpoint', text: selectLocked, values: [stream] })

export const moveCheckpoint = (stream: string, to: Checkpoint): pg.QueryConfig => ({
  name: 'checkpoint_move', text: 'UPDATE rehome.checkpoint SET through = $2, within_commit = $3, within_changes = $4 WHERE stream = $1',
  values: [stream, to.through, to.within?.commit ?? null, to.within?.changes ?? null],
})
