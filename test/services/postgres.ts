import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import pg from 'pg'
import type { Major } from '#adapters/embedded-postgres/binaries.ts'
import { startPostgres, type EmbeddedPostgres } from '#adapters/embedded-postgres/launcher.ts'
import { ask } from './keeper-client.ts'
import { keeperDirectory } from './keeper-protocol.ts'

/** What ends with the test: a test's context, or `{ after }` of node:test for a whole file. */
export type Scope = { after(end: () => Promise<void>): void }

export type TestDatabase = {
  readonly name: string
  /** Of a superuser, with the password. */
  readonly url: string
  /** Runs SQL as that superuser; several statements at once if there are no parameters. Returns the rows of the last. */
  query<Row extends pg.QueryResultRow = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>
}

export type DatabaseOptions = {
  readonly major: Major
  /** SQL that fills the database. It is run once a server; every database with the same SQL is a copy of its result. */
  readonly template?: string
  /** Settings of the database, such as `lock_timeout`. */
  readonly config?: Readonly<Record<string, string>>
}

/**
 * A fresh database with a random name, on a server that the tests of this file share: give roles and slots random names,
 * change no server setting, and test nothing there that needs `fsync`. Dropped when `scope` ends.
 */
export const useDatabase = async (scope: Scope, options: DatabaseOptions): Promise<TestDatabase> => {
  const { url } = await ask({ ask: 'server', major: options.major })
  return createDatabase(scope, url ?? '', options)
}

/** A server of its own, `fsync` on, to be restarted and killed. Stopped and deleted when `scope` ends, or this process. */
export const useServer = async (scope: Scope, options: { readonly major: Major; readonly config?: Readonly<Record<string, string>> }): Promise<EmbeddedPostgres> => {
  const directory = join(keeperDirectory, `own-${options.major}-${randomBytes(6).toString('hex')}`)
  await ask({ ask: 'own', directory })
  const server = await startPostgres({ ...options, directory })
  scope.after(async () => {
    await server.remove()
    await ask({ ask: 'disown', directory })
  })
  return server
}

/** A fresh database on a server of your own. */
export const useDatabaseOn = (scope: Scope, server: EmbeddedPostgres, options: Omit<DatabaseOptions, 'major'> = {}): Promise<TestDatabase> =>
  createDatabase(scope, server.superuserUrl(), options)

const createDatabase = async (scope: Scope, serverUrl: string, options: Omit<DatabaseOptions, 'major'>): Promise<TestDatabase> => {
  const name = `test_${randomBytes(6).toString('hex')}`
  const template = options.template === undefined ? 'template0' : await makeTemplate(serverUrl, options.template)
  await once(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`)
  for (const [setting, value] of Object.entries(options.config ?? {})) await once(serverUrl, `ALTER DATABASE ${name} SET ${setting} = '${value.replaceAll("'", "''")}'`)
  const url = on(serverUrl, name)
  const pool = new pg.Pool({ connectionString: url, max: 2, allowExitOnIdle: true })
  pool.on('error', () => { /* the server was killed or the database dropped; the next statement says so */ })
  scope.after(async () => {
    await pool.end()
    await drop(serverUrl, name)
  })
  return {
    name, url,
    async query(sql, parameters) {
      const result: unknown = await (parameters === undefined ? pool.query(sql) : pool.query(sql, [...parameters]))
      return lastRows(result)
    },
  }
}

/** Several statements come back as a list of results. */
const lastRows = <Row>(result: unknown): Row[] => (((Array.isArray(result) ? result.at(-1) : result) as { rows?: Row[] } | undefined)?.rows ?? [])

const makeTemplate = async (serverUrl: string, sql: string): Promise<string> => {
  const name = `template_${createHash('sha256').update(sql).digest('hex').slice(0, 16)}`
  await withSession(serverUrl, async session => {
    // Other test processes want the same template at the same moment.
    await session.query("SELECT pg_advisory_lock(hashtext('template'))")
    const { rowCount } = await session.query('SELECT FROM pg_database WHERE datname = $1', [name])
    if (rowCount !== 0) return
    const draft = `${name}_draft`
    await session.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`)
    await session.query(`CREATE DATABASE ${draft} TEMPLATE template0`)
    await once(on(serverUrl, draft), sql)
    await session.query(`ALTER DATABASE ${draft} RENAME TO ${name}`)
  })
  return name
}

/** Sessions first: a slot that streams keeps its database. A server that is stopped has nothing to drop. */
const drop = async (serverUrl: string, name: string): Promise<void> => {
  try {
    await withSession(serverUrl, async session => {
      await session.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1', [name])
      await session.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error
  }
}

const once = (url: string, sql: string): Promise<void> => withSession(url, async session => { await session.query(sql) })

const withSession = async (url: string, work: (session: pg.Client) => Promise<void>): Promise<void> => {
  const session = new pg.Client({ connectionString: url })
  session.on('error', () => { /* the statement under way rejects with it */ })
  await session.connect()
  try {
    await work(session)
  } finally {
    await session.end()
  }
}

const on = (serverUrl: string, database: string): string => {
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  return url.href
}
