import type pg from 'pg'
import { Fault } from '#domain/faults.ts'
import { beginning } from './changes/001-beginning.ts'
import { clockAndAge } from './changes/002-clock-and-age.ts'
import { doubt } from './changes/003-doubt.ts'
import { identifier } from './session.ts'

/** In this order, each once. One that books out there have is never edited. */
const changes: Readonly<Record<string, string>> = { '001-beginning': beginning, '002-clock-and-age': clockAndAge, '003-doubt': doubt }

/** Brings the book up to this version. Processes that start together wait for each other. A book of a newer version is left alone. */
export const prepare = async (session: pg.Client, schema: string): Promise<void> => {
  await session.query('BEGIN')
  try {
    await session.query("SELECT pg_advisory_xact_lock(hashtextextended('rehome licence schema', 0))")
    await session.query(`CREATE SCHEMA IF NOT EXISTS ${identifier(schema)}`)
    await session.query('CREATE TABLE IF NOT EXISTS book_change (name text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())')
    const { rows } = await session.query<{ name: string }>('SELECT name FROM book_change')
    const known = new Set(rows.map(({ name }) => name))
    const newer = [...known].find(name => !(name in changes))
    if (newer !== undefined) throw new Fault('LICENCE_BOOK_WRONG', { reason: `it was changed by a newer version (${newer})` })
    for (const [name, text] of Object.entries(changes)) {
      if (known.has(name)) continue
      await session.query(text)
      await session.query('INSERT INTO book_change (name) VALUES ($1)', [name])
    }
    await session.query('COMMIT')
  } catch (error) {
    await session.query('ROLLBACK').catch(() => { /* the session is over: nothing stayed */ })
    throw error
  }
}
