import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { Fault } from '#domain/faults.ts'
import type { Kind } from '#domain/records.ts'
import { assert } from '#lib/assert.ts'

/** What a row is to the query builder; its fields are given their types by `#domain/records.ts`, and a test holds tables and types together. */
export type Row = Record<string, unknown>
export type Tables = Record<Kind | 'journal' | 'answered', Row>
export type Database = Kysely<Tables>

/** At most so many sessions of one process, unless it is told another number. */
const mostSessions = 12

/** The schema the ledger's tables are in. */
export const schema = 'rehome'

export const openDatabase = (url: string, sessions: number = mostSessions): { readonly database: Database; readonly pool: pg.Pool } => {
  const pool = new pg.Pool({
    connectionString: url, max: sessions, application_name: 'rehome control', pipeline: true, options: `-c search_path=${schema},public -c TimeZone=UTC -c lock_timeout=20s -c idle_in_transaction_session_timeout=60s -c statement_timeout=60s`,
    types: { getTypeParser: (oid: number, format?: 'text' | 'binary') => parsers[oid] ?? (pg.types.getTypeParser(oid, format) as (text: string) => unknown) },
  })
  pool.on('error', () => { /* the next statement says so */ })
  // A session in use has no listener of the pool's: without ours, a server that goes away would end this process.
  pool.on('connect', session => { session.on('error', () => { /* the statement under way rejects with it */ }) })
  return { pool, database: new Kysely<Tables>({ dialect: new PostgresDialect({ pool }), plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })] }) }
}

const wholeNumber = (text: string): number => {
  const value = Number(text)
  assert(Number.isSafeInteger(value), 'a number of the ledger is beyond what numbers can hold')
  return value
}

/** Sessions speak of instants in UTC. */
const instant = (text: string): number => {
  const ms = Date.parse(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`)
  assert(text.endsWith('+00') && Number.isSafeInteger(ms), 'an instant of the ledger is beyond what can be told')
  return ms
}

/** Instants are milliseconds, days stay text, 64-bit numbers are checked. */
const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  20: wholeNumber,
  1082: text => text,
  1184: instant,
}

/** What the server or the way to it says, as a fault of ours; an assertion or a fault passes as it is. */
export const asFault = (error: unknown): unknown => {
  if (error instanceof Fault || !(error instanceof Error)) return error
  const { code = '', constraint } = error as Partial<pg.DatabaseError>
  if (constraint !== undefined && /^23/.test(code)) return new Fault('LEDGER_REFUSED', { constraint }, { cause: error })
  if (/^(08|57P0|53)/.test(code) || /^E[A-Z]+$/.test(code) || /Connection terminated|timeout|not queryable/.test(error.message)) return new Fault('LEDGER_UNREACHABLE', { reason: error.message }, { cause: error })
  return error
}

/** There is one already. */
export const isTwice = (error: unknown): boolean => (error as Partial<pg.DatabaseError>).code === '23505'

/** The database could not carry it out beside another transaction; alone it may. */
export const isCollision = (error: unknown): boolean => ['40001', '40P01', '55P03'].includes((error as Partial<pg.DatabaseError>).code ?? '')

