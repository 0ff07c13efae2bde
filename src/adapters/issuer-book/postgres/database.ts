import pg from 'pg'
import { Fault } from '#domain/faults.ts'
import { changes } from './changes.ts'

const mostSessions = 6

/** A pool whose sessions speak of the tables in `schema`, brought up to this version. Processes that open it together wait for each other. */
export const openPool = async (url: string, schema: string): Promise<pg.Pool> => {
  const name = pg.escapeIdentifier(schema)
  const pool = new pg.Pool({ connectionString: url, max: mostSessions, application_name: 'rehome issuer', options: `-c search_path=${schema} -c TimeZone=UTC -c lock_timeout=20s -c idle_in_transaction_session_timeout=60s -c statement_timeout=60s`, types: { getTypeParser } })
  pool.on('error', () => { /* the next statement says so */ })
  // A session in use has no listener of the pool's: without ours, a server that goes away would end this process.
  pool.on('connect', session => { session.on('error', () => { /* the statement under way rejects with it */ }) })
  try {
    // The licence server may make the same schema at the same moment, and IF NOT EXISTS is no lock.
    await pool.query(`CREATE SCHEMA IF NOT EXISTS ${name}`).catch((error: unknown) => { if (!isTwice(error)) throw error })
    await within(pool, async session => {
      await session.query("SELECT pg_advisory_xact_lock(hashtextextended('rehome issuer schema', 0))")
      await session.query(`CREATE TABLE IF NOT EXISTS ${name}.issuer_change (number integer PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())`)
      const { rows } = await session.query<{ known: number }>(`SELECT coalesce(max(number), 0) AS known FROM ${name}.issuer_change`)
      for (const [n, sql] of changes.entries()) {
        if (n + 1 <= (rows[0]?.known ?? 0)) continue
        await session.query(sql)
        await session.query(`INSERT INTO ${name}.issuer_change (number) VALUES ($1)`, [n + 1])
      }
    })
    return pool
  } catch (error) {
    await pool.end()
    throw error
  }
}

/** In one transaction. */
export const within = async <T>(pool: pg.Pool, work: (session: pg.PoolClient) => Promise<T>): Promise<T> => {
  const session = await reaching(() => pool.connect())
  let broken: Error | undefined
  try {
    await session.query('BEGIN')
    const result = await work(session)
    await session.query('COMMIT')
    return result
  } catch (error) {
    await session.query('ROLLBACK').catch((why: unknown) => { broken = why as Error })
    throw asFault(error)
  } finally {
    session.release(broken)
  }
}

/** What the server or the way to it says, as a fault of ours. */
export const reaching = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    throw asFault(error)
  }
}

/** There is one already. */
export const isTwice = (error: unknown): boolean => ['23505', '42P06'].includes((error as Partial<pg.DatabaseError>).code ?? '')

const asFault = (error: unknown): unknown => {
  if (error instanceof Fault || !(error instanceof Error)) return error
  const { code = '' } = error as Partial<pg.DatabaseError>
  return /^(08|57P0|53|55P03)/.test(code) || /^E[A-Z]+$/.test(code) || /Connection terminated|timeout|not queryable/.test(error.message) ? new Fault('LEDGER_UNREACHABLE', { reason: error.message }, { cause: error }) : error
}

/** Instants are milliseconds: sessions speak of them in UTC. */
const getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === 1184 ? (text: string) => Date.parse(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`) : pg.types.getTypeParser(oid, format) as (text: string) => unknown
