import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { EmbeddedPostgres } from '#adapters/embedded-postgres/launcher.ts'
import { openPostgres } from '#adapters/store/postgres/store.ts'
import type { MakeStores, Product, Side, Values, Writing } from '#ports/store.contract.ts'
import type { Store } from '#ports/store.ts'
import { type Scope, type TestDatabase, useDatabaseOn } from '#test/services/postgres.ts'
import { until } from '#test/services/until.ts'

/** What the contract wants to find in the source. */
const shop = `CREATE SCHEMA shop; CREATE TABLE shop.orders (id bigint PRIMARY KEY, customer text, note text); CREATE TABLE shop.lines (order_id bigint, line text, what text, PRIMARY KEY (order_id, line));
  CREATE TABLE shop.seats (id integer PRIMARY KEY, place text UNIQUE); CREATE TABLE shop.words (word text PRIMARY KEY, meaning text); CREATE TABLE shop.log (at text, what text); ALTER TABLE shop.log REPLICA IDENTITY FULL;
  CREATE TABLE shop.scratch (what text); CREATE SEQUENCE shop.numbers`

/** Two fresh databases on two servers of the caller's, which are the fixture's to kill. */
export const makePostgresStores = (servers: Readonly<Record<Side, () => EmbeddedPostgres>>): MakeStores => async t => {
  const databases = { source: await useDatabaseOn(t, servers.source(), { template: shop }), target: await useDatabaseOn(t, servers.target()) }
  const open = (side: Side): Store => {
    const url = new URL(databases[side].url)
    const password = decodeURIComponent(url.password)
    url.password = ''
    const store = openPostgres({ url: url.href, password, name: side })
    t.after(async () => store[Symbol.asyncDispose]())
    return store
  }
  return {
    source: open('source'),
    target: open('target'),
    product: { source: productOf(t, databases.source), target: productOf(t, databases.target) },
    async provision() {
      const [there] = await databases.target.query(`SELECT FROM pg_namespace WHERE nspname = 'shop'`)
      if (there === undefined) await databases.target.query(shop)
    },
    reopen: async side => open(side),
    async restart(side) {
      await servers[side]().kill()
      await servers[side]().restart()
    },
    async killHolder({ holder, snapshot }) {
      if (holder === undefined) throw new Error('the picture has a holder')
      process.kill(holder, 'SIGKILL')
      await until('the picture is gone', () => isGone(databases.source, snapshot))
    },
    loseStream: (stream, how) => loseStream(databases.source, stream, how),
    leftovers: side => leftovers(databases[side]),
    manyChanges: 25_000,
    longValue: Array.from({ length: 400 }, (_, i) => createHash('sha256').update(String(i)).digest('hex')).join(''),
  }
}

const isGone = async (database: TestDatabase, snapshot: string): Promise<boolean> => {
  try {
    await database.query(`BEGIN ISOLATION LEVEL REPEATABLE READ; SET TRANSACTION SNAPSHOT '${snapshot}'; ROLLBACK`)
    return false
  } catch {
    await database.query('ROLLBACK')
    return true
  }
}

const loseStream = async (database: TestDatabase, stream: string, how: 'gone' | 'anew'): Promise<void> => {
  await until('the slot is free', async () => {
    const [slot] = await database.query<{ active_pid: number | null }>(`SELECT active_pid, pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '${stream}'`)
    return slot?.active_pid === null
  })
  await database.query(`SELECT pg_drop_replication_slot('${stream}')`)
  if (how === 'anew') await database.query(`SELECT pg_create_logical_replication_slot('${stream}', 'pgoutput')`)
}

/** Sessions that are ending just now are no leftovers. */
const leftovers = async (database: TestDatabase): Promise<{ kind: string; name: string }[]> => {
  const sessions = async (): Promise<{ kind: string; name: string; pid: number }[]> =>
    database.query(`SELECT 'session' AS kind, application_name AS name, pid FROM pg_stat_activity WHERE application_name LIKE 'rehome %' AND application_name <> 'rehome control' AND datname = current_database()`)
  const before = new Set((await sessions()).map(s => s.pid))
  if (before.size > 0) await sleep(150)
  const stayed = (await sessions()).filter(s => before.has(s.pid)).map(({ kind, name }) => ({ kind, name }))
  const objects = await database.query<{ kind: string; name: string }>(`SELECT 'slot' AS kind, slot_name::text AS name FROM pg_replication_slots WHERE database = current_database() UNION ALL SELECT 'publication', pubname FROM pg_publication
    UNION ALL SELECT 'trigger', tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal UNION ALL SELECT 'schema', nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('public', 'information_schema', 'shop')
    UNION ALL SELECT 'event trigger', evtname FROM pg_event_trigger UNION ALL SELECT 'origin', roname FROM pg_replication_origin WHERE roname LIKE '%' || current_database()`)
  return [...stayed, ...objects.map(o => (o.kind === 'trigger' ? { ...o, name: `"${o.name.split('.').join('"."')}"` } : o))]
}

/** Values as the server prints them. */
const types = { getTypeParser: () => (text: string) => text } as unknown as pg.CustomTypesConfig

const productOf = (scope: Scope, database: TestDatabase): Product => ({
  async begin() {
    const session = await useSession(scope, database)
    await session.query('BEGIN')
    return writingOf(session, database)
  },
  rows: table => withSession(database, async session => (await session.query<Values>(`SELECT * FROM shop.${table}`)).rows),
  draw: sequence => withSession(database, async session => (await session.query<{ value: string }>(`SELECT nextval('shop.${sequence}') AS value`)).rows[0]?.value ?? ''),
  putLargeObject: (id, bytes) => withSession(database, async session => {
    await session.query('SELECT lo_unlink(oid) FROM pg_largeobject_metadata WHERE oid = $1', [id])
    if (bytes !== undefined) await session.query('SELECT lo_from_bytea($1, $2)', [id, bytes])
  }),
  largeObject: id => withSession(database, async session => {
    const { rows } = await session.query<{ hex: string }>(`SELECT encode(lo_get(oid), 'hex') AS hex FROM pg_largeobject_metadata WHERE oid = $1`, [id])
    return rows[0] === undefined ? undefined : Buffer.from(rows[0].hex, 'hex')
  }),
  addColumn: (table, column) => withSession(database, async session => { await session.query(`ALTER TABLE shop.${table} ADD COLUMN ${column} text`) }),
})

/** Commits locally: `commitUnseen` makes the server wait for a standby that is not there. */
const openSession = async (database: TestDatabase): Promise<pg.Client> => {
  const session = new pg.Client({ connectionString: database.url, application_name: 'shop', types })
  session.on('error', () => { /* the statement under way rejects with it */ })
  await session.connect()
  await session.query('SET synchronous_commit = local')
  return session
}

const useSession = async (scope: Scope, database: TestDatabase): Promise<pg.Client> => {
  const session = await openSession(database)
  scope.after(() => session.end())
  return session
}

const withSession = async <T>(database: TestDatabase, work: (session: pg.Client) => Promise<T>): Promise<T> => {
  const session = await openSession(database)
  try {
    return await work(session)
  } finally {
    await session.end()
  }
}

const writingOf = (session: pg.Client, database: TestDatabase): Writing => {
  const end = async (statement: 'COMMIT' | 'ROLLBACK'): Promise<void> => {
    const { command } = await session.query(statement)
    await session.end()
    if (command !== statement) throw new Error('the transaction was refused before')
  }
  return {
    async insert(table, rows) {
      if (rows.length === 0) return
      const columns = Object.keys(rows[0] ?? {}).join(', ')
      await session.query(`INSERT INTO shop.${table} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::shop.${table}, $1)`, [JSON.stringify(rows)])
    },
    update: async (table, where, set) => {
      const assigned = Object.keys(set).map((column, i) => `${column} = $${i + 1}`).join(', ')
      return (await session.query(`UPDATE shop.${table} SET ${assigned} WHERE ${matching(where, Object.keys(set).length)}`, [...Object.values(set), ...Object.values(where)])).rowCount ?? 0
    },
    delete: async (table, where) => (await session.query(`DELETE FROM shop.${table} WHERE ${matching(where, 0)}`, Object.values(where))).rowCount ?? 0,
    async truncate(tables) { await session.query(`TRUNCATE ${tables.map(table => `shop.${table}`).join(', ')}`) },
    commit: () => end('COMMIT'),
    rollback: () => end('ROLLBACK'),
    commitUnseen: () => commitUnseen(session, database),
  }
}

const matching = (where: Values, from: number): string => Object.keys(where).map((column, i) => `${column} IS NOT DISTINCT FROM $${from + i + 1}`).join(' AND ')

/** A commit that waits for a standby is in the log and on disk, and not yet visible. */
const commitUnseen = async (session: pg.Client, database: TestDatabase): Promise<() => Promise<void>> => {
  await configure(database, `ALTER SYSTEM SET synchronous_standby_names = 'nobody'`)
  await until('the server waits for standbys', () => withSession(database, async other => (await other.query<{ is: string }>(waits)).rows[0]?.is === 't'))
  await session.query('SET LOCAL synchronous_commit = on')
  const { rows } = await session.query<{ pid: string }>('SELECT pg_backend_pid() AS pid')
  const committing = session.query('COMMIT')
  await until('the commit waits', () => withSession(database, async other => (await other.query(`SELECT FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'SyncRep'`, [rows[0]?.pid])).rowCount === 1))
  return async () => {
    await configure(database, 'ALTER SYSTEM RESET synchronous_standby_names')
    await committing
    await session.end()
  }
}

/** The checkpointer takes the setting over; it reads its configuration anew within a moment of everybody else. */
const waits = `SELECT current_setting('synchronous_standby_names') = 'nobody' AND pg_sleep(0.2) IS NOT NULL AS is`

const configure = (database: TestDatabase, statement: string): Promise<void> => withSession(database, async other => {
  await other.query(statement)
  await other.query('SELECT pg_reload_conf()')
})
