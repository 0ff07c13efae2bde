import { accessSync, constants } from 'node:fs'
import type { Socket } from 'node:net'
import pg from 'pg'
import { Fault } from '#domain/faults.ts'
import { visible } from '#lib/visible.ts'

/** How to reach a database. The password is kept apart from the URL so that the URL can be shown. */
export type Settings = {
  /** Without a password: `postgres://user@host:port/database?sslmode=…`. */
  readonly url: string
  readonly password?: string
  /** `source` or `target`, or what people call it: used in faults. */
  readonly name: string
}

/** What everything in this adapter works with: one database, by a small pool for statements of our own and by sessions of its own for each long job. */
export type Context = AsyncDisposable & {
  readonly settings: Settings
  readonly label: string
  /** Runs one statement on the control pool; parameters only. */
  query<Row extends pg.QueryResultRow = Record<string, string | null>>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>
  /** Runs `work` in one transaction on one session of the control pool. */
  transaction<T>(work: (session: pg.ClientBase) => Promise<T>): Promise<T>
  /** A session of its own; the caller ends it. `purpose` shows in pg_stat_activity as `rehome <purpose>`. `stream` makes the socket for the driver to connect. */
  connect(purpose: string, options?: { replication?: boolean; stream?: (driver?: { readonly ssl?: unknown }) => Socket }): Promise<pg.Client>
}

/**
 * Both ends of every session print and read values the same way, whatever the server, database or role has set. `search_path` is empty so that
 * no name of ours can be captured by an object of the customer's. No time limits of theirs cut our long statements.
 */
const pins = `SET TimeZone='UTC'; SET DateStyle='ISO,YMD'; SET IntervalStyle='postgres'; SET extra_float_digits=3; SET bytea_output='hex';
SET client_encoding='UTF8'; SET lc_monetary='C'; SET search_path=''; SET xmloption='content'; SET standard_conforming_strings=on; SET row_security=off;
SET statement_timeout=0; SET idle_in_transaction_session_timeout=0; SET lock_timeout=0; SET synchronize_seqscans=off; SET jit=off; SET client_min_messages='error'; SET default_transaction_read_only=off;
SET default_transaction_isolation='read committed'; SET tcp_keepalives_idle=10; SET tcp_keepalives_interval=5; SET tcp_keepalives_count=3; SET tcp_user_timeout=30000;
SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings WHERE name IN ('idle_session_timeout', 'transaction_timeout');`

/** Values as the server prints them, but for the few that JavaScript holds exactly. Dates, numerics, 64-bit numbers stay text. */
const exact = new Map<number, (text: string) => unknown>([
  [16, text => text === 't'], [21, Number], [23, Number], [26, Number], [700, Number], [701, Number], [114, JSON.parse], [3802, JSON.parse],
])
for (const oid of [1002, 1003, 1005, 1007, 1009, 1015, 1028]) exact.set(oid, pg.types.getTypeParser(oid as Parameters<typeof pg.types.getTypeParser>[0]))
const types = { getTypeParser: (oid: number) => exact.get(oid) ?? ((text: string) => text) } as pg.CustomTypesConfig

export const openContext = (settings: Settings): Context => {
  const parsed = new URL(settings.url)
  checkFiles(settings.name, parsed)
  const label = `postgres://${decodeURIComponent(parsed.username)}@${parsed.host || 'localhost'}${visible(decodeURIComponent(parsed.pathname))}`
  const config = (purpose: string): pg.ClientConfig => ({
    connectionString: urlFor(settings),
    application_name: `rehome ${purpose}`, connectionTimeoutMillis: 15_000, keepAlive: true, keepAliveInitialDelayMillis: 10_000, types,
  })
  const pool = new pg.Pool({ ...config('control'), max: 4, idleTimeoutMillis: 30_000, onConnect: async session => { session.on('error', noted); await session.query(pins) } } as pg.PoolConfig)
  // Between two statements of a transaction nobody waits for its session, and the driver has its own listener only while it is idle in the pool.
  const noted = (): void => { /* the next statement rejects */ }
  pool.on('error', () => { /* an idle session died; the next statement opens another, and says so if it cannot */ })
  return {
    settings, label,
    async query(sql, parameters = []) {
      return (await pool.query(sql, [...parameters]).catch(rethrow(settings.name))).rows
    },
    async transaction(work) {
      const session = await pool.connect().catch(rethrow(settings.name))
      let broken: Error | undefined
      try {
        await session.query('BEGIN')
        const result = await work(session)
        await session.query('COMMIT')
        return result
      } catch (error) {
        await session.query('ROLLBACK').catch((lost: Error) => { broken = lost })
        throw toFault(settings.name, error)
      } finally {
        session.release(broken)
      }
    },
    async connect(purpose, { replication = false, stream } = {}) {
      const session = new pg.Client({ ...config(purpose), stream, ...(replication ? { replication: 'database' } : {}) } as pg.ClientConfig)
      session.on('error', () => { /* the statement under way rejects with it */ })
      await session.connect().catch(rethrow(settings.name))
      try {
        await session.query(pins)
        return session
      } catch (error) {
        await session.end()
        throw toFault(settings.name, error)
      }
    },
    async [Symbol.asyncDispose]() { await pool.end() },
  }
}

/** The driver reads them whenever it connects, and throws what it finds then at whoever asks. */
const checkFiles = (store: string, { searchParams }: URL): void => {
  for (const name of ['sslrootcert', 'sslcert', 'sslkey']) {
    const file = searchParams.get(name)
    if (file === null || file === '') continue
    try {
      accessSync(file, constants.R_OK)
    } catch (error) {
      throw new Fault('STORE_NOT_SECURE', { store, reason: `${name} names a file that cannot be read, ${visible(file)}` }, { cause: error })
    }
  }
}

/**
 * The driver lets the URL overrule every option given beside it: the password even with none, and the names by which our sessions are found. As a parameter because a
 * URL without a host takes no other. `sslmode` means what it means to psql and pg_dump, which get the same URL: `require` encrypts, only `verify-…` asks who the server is.
 */
const urlFor = ({ url, password }: Settings): string => {
  const whole = new URL(url)
  for (const ours of ['application_name', 'fallback_application_name', 'replication', 'client_encoding']) whole.searchParams.delete(ours)
  if (password !== undefined) whole.searchParams.set('password', password)
  if (['prefer', 'require', 'verify-ca', 'verify-full'].includes(whole.searchParams.get('sslmode') ?? '')) whole.searchParams.set('uselibpqcompat', 'true')
  return whole.href
}

const rethrow = (store: string) => (error: unknown): never => { throw toFault(store, error) }

/** What the driver threw, named in the catalogue. What is already a fault or a bug of ours passes. */
export const toFault = (store: string, error: unknown): unknown => {
  if (error instanceof Fault || !(error instanceof Error)) return error
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const hint = 'hint' in error && typeof error.hint === 'string' ? ` (${error.hint})` : ''
  const reason = visible(`${error.message}${hint}`, 500)
  if (isTls(error, code)) return new Fault('STORE_NOT_SECURE', { store, reason: reason.replace(/; if the root CA is installed locally.*/, '') }, { cause: error })
  if (/^28|^3D000$/.test(code) || (code === '' && /SASL|password/i.test(error.message))) return new Fault('STORE_REFUSED_LOGIN', { store, reason }, { cause: error })
  if (code === '53100' || /No space left on device/i.test(error.message)) return new Fault('STORE_FULL', { store, reason }, { cause: error })
  if (/^(08|57P0[1-5]|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOST|ENET|EAI_|53300)/.test(code) || /Connection terminated|timeout exceeded when trying to connect|server closed the connection|is not queryable/i.test(error.message)) {
    return new Fault('STORE_UNREACHABLE', { store, reason }, { cause: error })
  }
  if (/^[0-9A-Z]{5}$/.test(code)) return new Fault('STORE_REFUSED', { store, code, reason }, { cause: error })
  return error
}

/** A certificate that does not convince, a server without encryption, or one that wants it: trying again does not help. */
const isTls = (error: Error, code: string): boolean =>
  /CERT|SELF_SIGNED|^UNABLE_TO_|^ERR_(SSL|TLS)|^EPROTO$/.test(code) || (code === '28000' && /, (no encryption|SSL off)$/.test(error.message)) || /does not support SSL|establishing an SSL connection|sslmode/.test(code === '' ? error.message : '')
