import type { TableId } from '#domain/stream.ts'
import type { Build } from '#ports/store.ts'
import type { Context } from './context.ts'
import { durably } from './durable.ts'
import { ensureSchema, schemaLock } from './register.ts'

/** What is kept of a step. Those of the phase `schema` make what rows are loaded into; there is at least one, and they are nobody else's business. */
export type Step = Omit<Build, 'phase'> & { readonly phase: Build['phase'] | 'schema' }

/** Where the steps and those that are built are kept on the target: `rehome.step`, `rehome.built`. Repeatable. */
export const prepareSteps = async (target: Context): Promise<void> => {
  await ensureSchema(target)
  await durably(target, async session => {
    await session.query('SELECT pg_catalog.pg_advisory_xact_lock($1)', [schemaLock])
    await session.query(`CREATE TABLE IF NOT EXISTS rehome.step (position integer PRIMARY KEY, id text NOT NULL UNIQUE, phase text NOT NULL, what text NOT NULL, of_table text, refers_to text, sql text NOT NULL);
      CREATE TABLE IF NOT EXISTS rehome.built (id text CONSTRAINT built_once PRIMARY KEY REFERENCES rehome.step (id), at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp())`)
  })
}

/** The steps on file, in their order; none: they were not planned yet. */
export const readSteps = async ({ query }: Pick<Context, 'query'>): Promise<Step[]> => {
  const rows = await query<{ id: string; phase: Step['phase']; what: string; of_table: TableId | null; refers_to: TableId | null; sql: string }>('SELECT id, phase, what, of_table, refers_to, sql FROM rehome.step ORDER BY position')
  return rows.map(({ id, phase, what, of_table: table, refers_to: refersTo, sql }) => ({ id, phase, what, ...(table === null ? {} : { table }), ...(refersTo === null ? {} : { refersTo }), sql }))
}

/** Files the steps. There must be none on file. */
export const insertSteps = (target: Context, steps: readonly Step[]): Promise<void> => durably(target, async session => {
  await session.query(
    `INSERT INTO rehome.step (position, id, phase, what, of_table, refers_to, sql) SELECT * FROM unnest($1::integer[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])`,
    [steps.map((_, at) => at + 1), steps.map(s => s.id), steps.map(s => s.phase), steps.map(s => s.what), steps.map(s => s.table ?? null), steps.map(s => s.refersTo ?? null), steps.map(s => s.sql)])
})

/** Forgets the steps, if none of them is built; otherwise they stay. */
export const withdrawSteps = async (target: Context): Promise<void> => {
  await target.query('DELETE FROM rehome.step WHERE NOT EXISTS (SELECT FROM rehome.built)')
}

/** The steps that are done, those that rows are loaded into excepted. */
export const built = async ({ query }: Pick<Context, 'query'>): Promise<ReadonlySet<string>> =>
  new Set((await query<{ id: string }>(`SELECT b.id FROM rehome.built b JOIN rehome.step s ON s.id = b.id WHERE s.phase <> 'schema'`)).map(row => row.id))
