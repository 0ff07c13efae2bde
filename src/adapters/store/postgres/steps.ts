import type pg from 'pg'
import type { TableId } from '#domain/stream.ts'
import type { Build } from '#ports/store.ts'
import type { Context } from './context.ts'
import { durably } from './durable.ts'
import { ensureSchema, schemaLock } from './register.ts'

/**
 * Where the steps and those that are built are kept on the target: `rehome.step`, `rehome.built`. The step at position 0 says that the schema is there; it is never told. Repeatable.
 */
export const prepareSteps = async (target: Context): Promise<void> => {
  await ensureSchema(target)
  await durably(target, async session => {
    await session.query('SELECT pg_catalog.pg_advisory_xact_lock($1)', [schemaLock])
    await session.query(`CREATE TABLE IF NOT EXISTS rehome.step (position integer PRIMARY KEY, id text NOT NULL UNIQUE, phase text NOT NULL, what text NOT NULL, of_table text, sql text NOT NULL);
      CREATE TABLE IF NOT EXISTS rehome.built (id text CONSTRAINT built_once PRIMARY KEY REFERENCES rehome.step (id), at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp())`)
  })
}

/** The steps on file, in their order. Undefined: the schema is not there yet. */
export const readSteps = async ({ query }: Pick<Context, 'query'>): Promise<Build[] | undefined> => {
  const rows = await query<{ position: number; id: string; phase: Build['phase']; what: string; of_table: TableId | null; sql: string }>('SELECT position, id, phase, what, of_table, sql FROM rehome.step ORDER BY position')
  if (rows.length === 0) return undefined
  return rows.filter(row => row.position > 0).map(({ id, phase, what, of_table: table, sql }) => ({ id, phase, what, ...(table === null ? {} : { table }), sql }))
}

/** Files the steps and that the schema is there, in the caller's transaction: together with the schema itself. */
export const insertSteps = async (session: pg.ClientBase, steps: readonly Build[]): Promise<void> => {
  await session.query(`INSERT INTO rehome.step (position, id, phase, what, sql) VALUES (0, 'schema', 'schema', 'tables without indexes', '')`)
  await session.query(
    `INSERT INTO rehome.step (position, id, phase, what, of_table, sql) SELECT * FROM unnest($1::integer[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])`,
    [steps.map((_, at) => at + 1), steps.map(s => s.id), steps.map(s => s.phase), steps.map(s => s.what), steps.map(s => s.table ?? null), steps.map(s => s.sql)])
}

/** The steps that are done. */
export const built = async ({ query }: Pick<Context, 'query'>): Promise<ReadonlySet<string>> => new Set((await query<{ id: string }>('SELECT id FROM rehome.built')).map(row => row.id))
