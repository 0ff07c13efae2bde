import pg from 'pg'
import { Fault } from '#domain/faults.ts'
import type { UserRight } from '#domain/orders.ts'
import type { ToldUser } from '#domain/user-limit.ts'
import { assert } from '#lib/assert.ts'
import { visible } from '#lib/visible.ts'
import type { Logins } from '#ports/logins.ts'
import { scramVerifier } from './scram.ts'

/** `name`: as in faults. The password is kept apart from the URL, which can be shown. */
export type LoginSettings = { readonly url: string; readonly password?: string; readonly name: string }

/** Written on the roles that we make: no other is ever changed. */
const mark = 'made by Rehome'

export const openPostgresLogins = ({ url, password, name }: LoginSettings): Logins => {
  const parsed = new URL(url)
  const whole = new URL(url)
  if (password !== undefined) whole.searchParams.set('password', password)
  if (['prefer', 'require', 'verify-ca', 'verify-full'].includes(whole.searchParams.get('sslmode') ?? '')) whole.searchParams.set('uselibpqcompat', 'true')
  const pool = new pg.Pool({ connectionString: whole.href, application_name: 'rehome logins', max: 1, connectionTimeoutMillis: 15_000, options: '-c search_path= -c statement_timeout=60s -c lock_timeout=10s' })
  pool.on('error', () => { /* the next statement says so */ })
  const query = async <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<Row[]> => (await pool.query<Row>(text, [...values]).catch(rethrow(name))).rows
  const database = decodeURIComponent(parsed.pathname.slice(1))
  const port = parsed.port === '' ? 5432 : Number(parsed.port)
  return {
    label: `postgres://${decodeURIComponent(parsed.username)}@${parsed.host || 'localhost'}${visible(decodeURIComponent(parsed.pathname))}`,
    address: { host: parsed.hostname, port, database },
    // Where we may not see what others do, the server hides host, program and kind of a session, and tells the user alone.
    seen: () => query(`SELECT DISTINCT coalesce(usename::text, '') AS "user", coalesce(client_hostname, host(client_addr), '') AS host, coalesce(application_name, '') AS program FROM pg_catalog.pg_stat_activity
      WHERE datname = pg_catalog.current_database() AND usename IS NOT NULL AND coalesce(backend_type, 'client backend') = 'client backend' AND coalesce(application_name, '') NOT LIKE 'rehome %' AND pid <> pg_catalog.pg_backend_pid() ORDER BY 1, 2, 3 LIMIT 5000`),
    async size() {
      const [row] = await query<{ bytes: string }>('SELECT pg_catalog.pg_database_size(pg_catalog.current_database()) AS bytes')
      return { engine: 'postgres', bytes: Number(row?.bytes ?? 0) }
    },
    count: statement => reading(pool, name, async session => {
      const { rows: [row] } = await session.query<Record<string, unknown>>(statement)
      const value = Number(Object.values(row ?? {})[0])
      if (!Number.isSafeInteger(value) || value < 0) throw new Fault('STORE_REFUSED', { store: name, code: 'count', reason: 'what counts the users answers no whole number' })
      return value
    }),
    people: (statement, most) => reading(pool, name, async session => {
      await session.query(`DECLARE everybody NO SCROLL CURSOR FOR ${statement}`)
      const { rows } = await session.query<Record<string, unknown>>(`FETCH ${most + 1} FROM everybody`)
      if (rows.length > most) throw new Fault('STORE_REFUSED', { store: name, code: 'list', reason: `what lists the users answers more than ${most}` })
      return rows.map(row => toldIn(row, name))
    }),
    connected: (statement, most) => reading(pool, name, async session => {
      const { rows } = await session.query<Record<string, unknown>>(`SELECT DISTINCT coalesce(who."user"::text, '') AS "user", coalesce(who.host::text, '') AS host, coalesce(who.program::text, '') AS program FROM (${statement}) who LIMIT ${most + 1}`)
      if (rows.length > most) throw new Fault('STORE_REFUSED', { store: name, code: 'list', reason: `what lists the devices answers more than ${most}` })
      return rows.map(row => ({ user: String(row['user']), host: String(row['host']), program: String(row['program']) }))
    }),
    async make({ user, kind, rights }, secret) {
      assert(/^[a-z_][a-z0-9_]*$/.test(user) && /^[\x21-\x7e]+$/.test(secret), 'user and password are of our own making')
      const session = await pool.connect().catch(rethrow(name))
      try {
        await session.query('BEGIN')
        await makeRole(session, user, secret)
        await (kind === 'master' ? grantAll(session, user, database) : grantSome(session, user, database, rights))
        await session.query('COMMIT')
      } catch (error) {
        throw error instanceof Fault ? error : new Fault('USER_NOT_MADE', { store: name, user, reason: error instanceof Error ? error.message : 'no answer' }, { cause: error })
      } finally {
        await session.query('ROLLBACK').catch(() => { /* a broken session is given up */ })
        session.release()
      }
    },
    [Symbol.asyncDispose]: () => pool.end(),
  }
}

type Session = pg.PoolClient

/** A statement of the vendor's own, which can only read. */
const reading = async <T>(pool: pg.Pool, name: string, work: (session: Session) => Promise<T>): Promise<T> => {
  const session = await pool.connect().catch(rethrow(name))
  try {
    await session.query('BEGIN READ ONLY')
    await session.query(`SET LOCAL search_path = public`)
    return await work(session)
  } catch (error) {
    return rethrow(name)(error)
  } finally {
    await session.query('ROLLBACK').catch(() => { /* a broken session is given up */ })
    session.release()
  }
}

const toldIn = ({ key, name, email, last_seen: seen }: Record<string, unknown>, store: string): ToldUser => {
  if ((typeof key !== 'string' && typeof key !== 'number') || `${key}` === '') throw new Fault('STORE_REFUSED', { store, code: 'list', reason: 'what lists the users answers somebody without a key' })
  if (seen !== null && seen !== undefined && !(seen instanceof Date)) throw new Fault('STORE_REFUSED', { store, code: 'list', reason: 'what lists the users answers a last_seen that is no time' })
  return { key: `${key}`.slice(0, 200), name: typeof name === 'string' ? name.slice(0, 200) : '', email: typeof email === 'string' && email !== '' ? email.slice(0, 254) : null, lastSeenAt: seen instanceof Date ? seen.getTime() : null }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
const table = (on: string): string => on.split('.').map(quoted).join('.')

/** DDL takes no parameters: the name is plain letters, the verifier has no quotes in it. */
const makeRole = async (session: Session, user: string, secret: string): Promise<void> => {
  const { rows: [found] } = await session.query<{ ours: boolean }>(`SELECT pg_catalog.shobj_description(oid, 'pg_authid') = $2 AS ours FROM pg_catalog.pg_roles WHERE rolname = $1`, [user, mark])
  if (found !== undefined && !found.ours) throw new Error('somebody else’s user has this name')
  await session.query(`${found === undefined ? 'CREATE' : 'ALTER'} ROLE ${quoted(user)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD '${scramVerifier(secret)}'`)
  if (found === undefined) await session.query(`COMMENT ON ROLE ${quoted(user)} IS '${mark}'`)
}

const schemas = `SELECT nspname::text AS name FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'rehome') ORDER BY 1`

/** Everything of the product's, and nothing of the server's. */
const grantAll = async (session: Session, user: string, database: string): Promise<void> => {
  await session.query(`GRANT ALL ON DATABASE ${quoted(database)} TO ${quoted(user)}`)
  for (const { name } of (await session.query<{ name: string }>(schemas)).rows) {
    await session.query(`GRANT ALL ON SCHEMA ${quoted(name)} TO ${quoted(user)}`)
    for (const kind of ['TABLES', 'SEQUENCES', 'ROUTINES']) await session.query(`GRANT ALL ON ALL ${kind} IN SCHEMA ${quoted(name)} TO ${quoted(user)}`)
  }
}

/** What an earlier order gave and this one does not is taken away. A row that may be written needs the numbers drawn for it. */
const grantSome = async (session: Session, user: string, database: string, rights: readonly UserRight[]): Promise<void> => {
  for (const { name } of (await session.query<{ name: string }>(schemas)).rows) {
    for (const kind of ['TABLES', 'SEQUENCES']) await session.query(`REVOKE ALL ON ALL ${kind} IN SCHEMA ${quoted(name)} FROM ${quoted(user)}`)
    await session.query(`REVOKE ALL ON SCHEMA ${quoted(name)} FROM ${quoted(user)}`)
  }
  await session.query(`GRANT CONNECT ON DATABASE ${quoted(database)} TO ${quoted(user)}`)
  for (const { on, may } of rights) {
    await session.query(`GRANT USAGE ON SCHEMA ${quoted(on.split('.')[0] ?? '')} TO ${quoted(user)}`)
    await session.query(`GRANT ${may === 'read' ? 'SELECT' : 'SELECT, INSERT, UPDATE, DELETE'} ON ${table(on)} TO ${quoted(user)}`)
    if (may === 'write') await grantNumbers(session, user, on)
  }
}

const grantNumbers = async (session: Session, user: string, on: string): Promise<void> => {
  const { rows } = await session.query<{ schema: string; name: string }>(
    `SELECT n.nspname::text AS schema, s.relname::text AS name FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace
     WHERE d.refobjid = pg_catalog.to_regclass($1) AND d.deptype IN ('a', 'i')`, [table(on)])
  for (const { schema, name } of rows) await session.query(`GRANT USAGE ON SEQUENCE ${quoted(schema)}.${quoted(name)} TO ${quoted(user)}`)
}

const rethrow = (store: string) => (error: unknown): never => {
  if (error instanceof Fault) throw error
  const { code = '', message = 'no answer' } = error as Partial<pg.DatabaseError>
  if (code === '28P01' || code === '28000') throw new Fault('STORE_REFUSED_LOGIN', { store, reason: message }, { cause: error })
  if (/^[0-9A-Z]{5}$/.test(code) && !/^(08|57P|53)/.test(code)) throw new Fault('STORE_REFUSED', { store, code, reason: message }, { cause: error })
  throw new Fault('STORE_UNREACHABLE', { store, reason: message }, { cause: error })
}
