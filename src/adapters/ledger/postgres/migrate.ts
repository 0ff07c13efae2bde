import { sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { beginning } from './changes/001-beginning.ts'
import { assignments } from './changes/002-assignments.ts'
import { called } from './changes/003-called.ts'
import { names } from './changes/004-names.ts'
import { type Database, schema } from './database.ts'

const change = (text: string): Migration => ({ up: async database => { await sql.raw(text).execute(database) } })

/** In this order, each once. One that ledgers out there have is never edited. */
const changes: Readonly<Record<string, Migration>> = { '001-beginning': change(beginning), '002-assignments': change(assignments), '003-called': change(called), '004-names': change(names) }

/** The last change that this version knows. */
export const ledgerVersion = Object.keys(changes).at(-1) ?? ''

/** Brings the ledger up to this version. Processes that start together wait for each other. */
export const migrate = async (database: Database): Promise<void> => {
  // Both may come from several processes at once, and IF NOT EXISTS is no lock.
  await database.transaction().execute(async transaction => {
    await sql`SELECT pg_advisory_xact_lock(hashtextextended('rehome schema', 0))`.execute(transaction)
    await sql.raw(`CREATE SCHEMA IF NOT EXISTS ${schema}`).execute(transaction)
  })
  const { error } = await new Migrator({ db: database, provider: { getMigrations: () => Promise.resolve({ ...changes }) }, migrationTableSchema: schema, migrationTableName: 'ledger_change', migrationLockTableName: 'ledger_change_lock' }).migrateToLatest()
  if (error !== undefined) throw error
}
