import { join } from 'node:path'
import pg from 'pg'
import { startPostgres, type EmbeddedPostgres } from '#adapters/embedded-postgres/launcher.ts'

/** The same for both ends: enough memory that the disk does not decide, and nothing that runs at its own hours; everything else, `fsync` above all, as the distribution has it. */
const config = {
  shared_buffers: '512MB', max_wal_size: '8GB', checkpoint_timeout: '30min', autovacuum: 'off', log_min_messages: 'error', log_min_error_statement: 'panic',
  // A subscription's worker is started at once, however soon after its last one.
  wal_retrieve_retry_interval: '100ms',
}

/** A source of PostgreSQL 15 and a target of PostgreSQL 18, made anew and removed in the end, also by Ctrl-C. */
export const startHomes = async (directory: string): Promise<AsyncDisposable & { readonly source: EmbeddedPostgres; readonly target: EmbeddedPostgres }> => {
  await using started = new AsyncDisposableStack()
  const start = async (major: 15 | 18, name: string): Promise<EmbeddedPostgres> => {
    const server = await startPostgres({ major, directory: join(directory, name), config })
    const stopNow = (): void => {
      try {
        process.kill(server.pid, 'SIGQUIT')
      } catch { /* it has ended already */ }
    }
    process.on('exit', stopNow)
    started.defer(async () => {
      await server.remove()
      process.off('exit', stopNow)
    })
    return server
  }
  const homes = { source: await start(15, 'source'), target: await start(18, 'target') }
  const kept = started.move()
  return { ...homes, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

/** Runs statements in a session of their own; rows of the last, values as text or number as the driver has them. */
export const runSql = async <Row extends pg.QueryResultRow>(url: string, ...statements: readonly string[]): Promise<Row[]> => {
  const session = new pg.Client({ connectionString: url })
  await session.connect()
  try {
    let rows: Row[] = []
    for (const statement of statements) rows = (await session.query<Row>(statement)).rows
    return rows
  } finally {
    await session.end()
  }
}

/** An address as the adapters take it: the password apart. */
export const addressOf = (full: string): { url: string; password: string } => {
  const url = new URL(full)
  const password = decodeURIComponent(url.password)
  url.password = ''
  return { url: url.href, password }
}
