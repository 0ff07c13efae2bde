import pg from 'pg'
import type { EmbeddedPostgres } from '#adapters/embedded-postgres/launcher.ts'

/** Removes what a test file left on a server, so that the next may have it. Fails when something will not go: the server is then no good. */
export const makeAsNew = async (server: EmbeddedPostgres): Promise<void> => {
  const session = new pg.Client({ connectionString: server.superuserUrl(), connectionTimeoutMillis: 5_000, query_timeout: 10_000 })
  session.on('error', () => { /* the statement under way rejects with it */ })
  await session.connect()
  try {
    const names = async (sql: string): Promise<string[]> => (await session.query<{ name: string }>(sql)).rows.map(row => row.name)
    await session.query("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE backend_type IN ('client backend', 'walsender') AND pid <> pg_backend_pid()")
    // Templates are kept: their name says what is in them.
    for (const name of await names(String.raw`SELECT quote_ident(datname) AS name FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres' AND datname NOT LIKE 'template\_%'`)) {
      await session.query(`DROP DATABASE ${name} WITH (FORCE)`)
    }
    await session.query('SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots')
    for (const name of await names(String.raw`SELECT quote_ident(rolname) AS name FROM pg_roles WHERE rolname <> 'postgres' AND rolname NOT LIKE 'pg\_%'`)) {
      await session.query(`DROP OWNED BY ${name} CASCADE; DROP ROLE ${name}`)
    }
  } finally {
    await session.end()
  }
}
