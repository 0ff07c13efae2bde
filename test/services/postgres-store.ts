import { createHash, randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import pg from 'pg'
import type { Major } from '#adapters/embedded-postgres/binaries.ts'
import type { EmbeddedPostgres } from '#adapters/embedded-postgres/launcher.ts'
import type { MakeStores, Product, Side, StoreFixture, Values, Writing } from '#ports/store.contract.ts'
import type { Store } from '#ports/store.ts'
import { type Scope, type TestDatabase, useDatabaseOn, useServer } from './postgres.ts'
import { until } from './until.ts'

/** Opens the adapter under test; `url` is a superuser's, with the password. */
export type OpenStore = (url: string, name: Side) => Store | Promise<Store>

/**
 * The contract's stores on two servers of their own, which are killed and restarted: one pair of servers for a whole file, fresh databases for each test.
 * The product is a plain role that owns its tables. Nothing but a session that asks for it waits for a standby, so that one commit can be held between
 * the log and everybody's eyes (`commitUnseen`).
 */
export const postgresStores = (file: Scope, open: OpenStore, majors: Readonly<Record<Side, Major>> = { source: 15, target: 18 }): MakeStores => {
  const ends: (() => Promise<void>)[] = []
  file.after(() => endAll(ends))
  let servers: Promise<Readonly<Record<Side, Server>>> | undefined
  const start = async (): Promise<Readonly<Record<Side, Server>>> => {
    const scope = scopeOf(ends)
    return { source: await startServer(scope, majors.source), target: await startServer(scope, majors.target) }
  }
  return async t => {
    servers ??= start()
    return fixture(t, await servers, open)
  }
}

type Server = { readonly postgres: EmbeddedPostgres; readonly product: { readonly name: string; readonly password: string } }

const startServer = async (scope: Scope, major: Major): Promise<Server> => {
  const postgres = await useServer(scope, { major, config: { synchronous_commit: 'local', wal_keep_size: '0' } })
  const product = { name: 'shopkeeper', password: randomBytes(12).toString('hex') }
  await once(postgres.superuserUrl(), `CREATE ROLE ${product.name} LOGIN PASSWORD '${product.password}'`)
  return { postgres, product }
}

/** `fillfactor` and the like are left as they are: what an ordinary product has. */
const shop = `
  CREATE SCHEMA shop AUTHORIZATION shopkeeper;
  SET ROLE shopkeeper;
  CREATE TABLE shop.orders (id bigint PRIMARY KEY, customer text, note text);
  CREATE TABLE shop.lines (order_id integer, line text, what text, PRIMARY KEY (order_id, line));
  CREATE TABLE shop.seats (id integer PRIMARY KEY, place text UNIQUE);
  CREATE TABLE shop.words (word text PRIMARY KEY, meaning text);
  CREATE TABLE shop.log (at text, what text);
  ALTER TABLE shop.log REPLICA IDENTITY FULL;
  CREATE TABLE shop.scratch (what text);
  CREATE SEQUENCE shop.numbers;
  RESET ROLE;`

const fixture = async (t: TestContext, servers: Readonly<Record<Side, Server>>, open: OpenStore): Promise<StoreFixture> => {
  const ends: (() => Promise<void>)[] = []
  t.after(() => endAll(ends))
  const scope = scopeOf(ends)
  const databases: Readonly<Record<Side, TestDatabase>> = {
    source: await useDatabaseOn(scope, servers.source.postgres, { template: shop }),
    target: await useDatabaseOn(scope, servers.target.postgres),
  }
  const opened = async (side: Side): Promise<Store> => {
    const store = await open(databases[side].url, side)
    ends.push(async () => { await store[Symbol.asyncDispose]() })
    return store
  }
  const productOf = (side: Side): Product => openProduct(scope, servers[side], databases[side])
  return {
    source: await opened('source'),
    target: await opened('target'),
    product: { source: productOf('source'), target: productOf('target') },
    provision: async () => { await databases.target.query(shop) },
    reopen: opened,
    async restart(side) {
      await servers[side].postgres.kill()
      await servers[side].postgres.restart()
      await until('the server', () => databases[side].query('SELECT 1'))
    },
    async killHolder({ holder }) {
      if (holder === undefined) throw new Error('the anchor does not say who holds it')
      process.kill(holder, 'SIGKILL')
      await until('the end of the holder’s session', async () => (await databases.source.query(holders)).length === 0)
    },
    async loseStream(stream, how) {
      await databases.source.query(`SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots WHERE slot_name = $1 AND active`, [stream])
      await databases.source.query('SELECT pg_drop_replication_slot($1)', [stream])
      if (how === 'anew') await databases.source.query(`SELECT pg_create_logical_replication_slot($1, 'pgoutput')`, [stream])
    },
    leftovers: side => databases[side].query(leftovers),
    // Parts of a stream have ten thousand changes.
    manyChanges: 35_000,
    longValue: incompressible(20_000),
  }
}

const holders = `SELECT 'session' AS kind, application_name AS name FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'rehome holder%'`

/** What Rehome may have made in a database, found without its register. */
const leftovers = `${holders}
  UNION ALL SELECT 'slot', slot_name FROM pg_replication_slots WHERE database = current_database() AND NOT temporary
  UNION ALL SELECT 'publication', pubname FROM pg_publication
  UNION ALL SELECT 'event trigger', evtname FROM pg_event_trigger
  UNION ALL SELECT 'schema', nspname FROM pg_namespace WHERE nspname NOT IN ('shop', 'public', 'information_schema') AND nspname !~ '^pg_'
  UNION ALL SELECT 'trigger', format('"%s"."%s"', n.nspname, c.relname) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal
  UNION ALL SELECT 'function', p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname IN ('shop', 'public')
  UNION ALL SELECT 'table', c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace`

const openProduct = (scope: Scope, server: Server, database: TestDatabase): Product => {
  const url = new URL(database.url)
  url.username = server.product.name
  url.password = server.product.password
  const connect = async (): Promise<pg.Client> => {
    const session = new pg.Client({ connectionString: url.href, application_name: 'shop', options: '-c lock_timeout=20s -c search_path=shop', types: asText })
    session.on('error', () => { /* the statement under way rejects with it */ })
    await session.connect()
    return session
  }
  const query = async (sql: string, parameters: readonly unknown[] = []): Promise<Values[]> => {
    const session = await connect()
    try {
      return (await session.query<Values>(sql, [...parameters])).rows
    } finally {
      await session.end()
    }
  }
  const only = async (sql: string, parameters: readonly unknown[]): Promise<string> => Object.values((await query(sql, parameters))[0] ?? {})[0] ?? ''
  return {
    async begin() {
      const session = await connect()
      scope.after(() => session.end())
      return beginOn(session, server)
    },
    rows: table => query(`SELECT * FROM ${table}`),
    draw: sequence => only('SELECT nextval($1)', [sequence]),
    async putLargeObject(id, bytes) {
      await query('SELECT lo_unlink(oid) FROM pg_largeobject_metadata WHERE oid = $1', [id])
      if (bytes !== undefined) await query('SELECT lo_from_bytea($1, $2)', [id, bytes])
    },
    async largeObject(id) {
      const [row] = await database.query<{ bytes: Buffer }>('SELECT lo_get(oid) AS bytes FROM pg_largeobject_metadata WHERE oid = $1', [id])
      return row?.bytes
    },
    addColumn: async (table, column) => { await query(`ALTER TABLE ${table} ADD COLUMN ${column} text`) },
  }
}

/** Everything as the server prints it. */
const asText = { getTypeParser: () => (text: string) => text } as unknown as pg.CustomTypesConfig

const beginOn = async (session: pg.Client, server: Server): Promise<Writing> => {
  await session.query('BEGIN')
  const run = async (sql: string, parameters: readonly unknown[] = []): Promise<number> => {
    try {
      return (await session.query(sql, [...parameters])).rowCount ?? 0
    } catch (error) {
      await session.end()
      throw error
    }
  }
  const same = (where: Values, from: number): string => Object.keys(where).map((column, i) => `${column}::text IS NOT DISTINCT FROM $${from + i}`).join(' AND ')
  return {
    async insert(table, rows) {
      if (rows.length === 0) return
      const columns = Object.keys(rows[0] ?? {})
      const arrays = columns.map(column => rows.map(row => row[column] ?? null))
      const values = columns.map((column, i) => `unnest($${i + 1}::text[]) AS ${column}`).join(', ')
      const types = await session.query<{ attname: string; type: string }>(`SELECT attname, format_type(atttypid, atttypmod) AS type FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0`, [table])
      const typeOf = new Map(types.rows.map(r => [r.attname, r.type]))
      await run(`INSERT INTO ${table} (${columns.join(', ')}) SELECT ${columns.map(column => `${column}::${typeOf.get(column) ?? 'text'}`).join(', ')} FROM (SELECT ${values}) AS given`, arrays)
    },
    update: (table, where, set) => run(`UPDATE ${table} SET ${Object.keys(set).map((column, i) => `${column} = $${i + 1}`).join(', ')} WHERE ${same(where, Object.keys(set).length + 1)}`, [...Object.values(set), ...Object.values(where)]),
    delete: (table, where) => run(`DELETE FROM ${table} WHERE ${same(where, 1)}`, Object.values(where)),
    truncate: async tables => { await run(`TRUNCATE ${tables.join(', ')}`) },
    async commit() {
      await run('COMMIT')
      await session.end()
    },
    async commitUnseen() {
      await waitForStandby(server, 'nobody')
      await session.query('SET LOCAL synchronous_commit = on')
      const { processID } = session as unknown as { processID: number }
      const committing = run('COMMIT')
      await until('the commit to wait', async () => {
        const { rows } = await withSuperuser(server, superuser => superuser.query(`SELECT FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'SyncRep'`, [processID]))
        return rows.length > 0
      })
      return async () => {
        await waitForStandby(server, '')
        await committing
        await session.end()
      }
    },
    async rollback() {
      await run('ROLLBACK')
      await session.end()
    },
  }
}

const waitForStandby = (server: Server, name: string): Promise<void> =>
  withSuperuser(server, async superuser => {
    await superuser.query(`ALTER SYSTEM SET synchronous_standby_names = '${name}'`)
    await superuser.query('SELECT pg_reload_conf()')
    await until('the server to read its settings', async () => {
      const { rows } = await superuser.query<{ now: string }>(`SELECT current_setting('synchronous_standby_names') AS now`)
      return rows[0]?.now === name
    })
  })

const withSuperuser = async <T>({ postgres }: Server, work: (session: pg.Client) => Promise<T>): Promise<T> => {
  const session = new pg.Client({ connectionString: postgres.superuserUrl() })
  session.on('error', () => { /* the statement under way rejects with it */ })
  await session.connect()
  try {
    return await work(session)
  } finally {
    await session.end()
  }
}

const once = async (url: string, sql: string): Promise<void> => {
  const session = new pg.Client({ connectionString: url })
  await session.connect()
  try {
    await session.query(sql)
  } finally {
    await session.end()
  }
}

/** The same each time. */
const incompressible = (length: number): string => {
  let text = ''
  for (let i = 0; text.length < length; i++) text += createHash('sha256').update(String(i)).digest('base64')
  return text.slice(0, length)
}

const scopeOf = (ends: (() => Promise<void>)[]): Scope => ({ after: end => { ends.push(end) } })

/** The last opened first. */
const endAll = async (ends: (() => Promise<void>)[]): Promise<void> => {
  for (const end of ends.splice(0).reverse()) await end()
}
