import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { openContext, type Context } from '#adapters/store/postgres/context.ts'
import type { Scope, TestDatabase } from '#test/services/postgres.ts'

/** This adapter's view of a test's database, as its superuser or as the user of `url`. */
export const contextOf = (url: string, name: 'source' | 'target' = 'source'): Context => {
  const bare = new URL(url)
  const password = decodeURIComponent(bare.password)
  bare.password = ''
  return openContext({ url: bare.href, password, name })
}

/** A role that may log in, dropped with what it owns when the scope ends. Roles belong to the whole server: its name is random. */
export const useRole = async (scope: Scope, database: TestDatabase, options = ''): Promise<{ name: string; url: string }> => {
  const name = `role_${randomBytes(6).toString('hex')}`
  const password = randomBytes(12).toString('hex')
  await database.query(`CREATE ROLE ${name} LOGIN PASSWORD '${password}' ${options}`)
  scope.after(() => dropRole(database.url, name))
  const url = new URL(database.url)
  url.username = name
  url.password = password
  return { name, url: url.href }
}

/** A session of the product's, of a test's own. */
export const useSession = async (scope: Scope, url: string, options: pg.ClientConfig = {}): Promise<pg.Client> => {
  const session = new pg.Client({ connectionString: url, application_name: 'shop', ...options })
  session.on('error', () => { /* the statement under way rejects with it */ })
  await session.connect()
  scope.after(() => session.end())
  return session
}

/** Whether or not the test's database is still there: what the role owns in it goes first, or with it. */
const dropRole = async (url: string, role: string): Promise<void> => {
  const home = new URL(url)
  for (const path of [home.pathname, '/postgres']) {
    home.pathname = path
    const session = new pg.Client({ connectionString: home.href })
    session.on('error', () => { /* as above */ })
    try {
      await session.connect()
      await session.query(`DROP OWNED BY ${role} CASCADE`)
      if (path === '/postgres') await session.query(`DROP ROLE IF EXISTS ${role}`)
    } catch (error) {
      if (!['3D000', 'ECONNREFUSED'].includes(String((error as { code?: string }).code))) throw error
    } finally {
      await session.end()
    }
  }
}
