import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Finding } from '#domain/finding.ts'
import type { Position, Transaction } from '#domain/stream.ts'
import type { Wish } from '#ports/store.ts'
import { contextOf, useRole, useSession } from '#test/postgres/contexts.ts'
import { usePooler } from '#test/postgres/pooler.ts'
import { asStandby } from '#test/postgres/standby.ts'
import { describeTables } from '#test/postgres/tables.ts'
import { useDatabase, useDatabaseOn, useServer, type DatabaseOptions, type TestDatabase } from '#test/services/postgres.ts'
import { until } from '#test/services/until.ts'
import { survey } from './examine-ground.ts'
import { unfit } from './examine-endpoint.ts'
import { isOlder } from './examine-pair.ts'
import { examine } from './examine.ts'
import { record } from './record.ts'
import { changes } from './replication.ts'

const live: Wish = { follow: true, schema: 'dump', tenant: 'acme', resuming: false }

const look = async (source: string, target: string, wish: Wish = live): Promise<Finding[]> => {
  await using one = contextOf(source)
  await using two = contextOf(target, 'target')
  return await examine(one, two, wish) // before the two are closed
}

const the = (found: readonly Finding[], id: string, side?: Finding['side']): Finding => {
  const finding = found.find(f => f.id === id && (side === undefined || f.side === side))
  assert.ok(finding !== undefined, `no ${id} among ${found.map(f => `${f.id} (${f.side})`).join(', ')}`)
  return finding
}

const blockers = (found: readonly Finding[]): string[] => found.filter(f => f.level === 'blocker').map(f => `${f.side} ${f.id}`).toSorted()
const pair = (t: TestContext, options: Partial<DatabaseOptions> = {}) => Promise.all([useDatabase(t, { major: 15, ...options }), useDatabase(t, { major: 18 })])
const run = async (database: TestDatabase, remedy: string | undefined): Promise<void> => { for (const line of (remedy ?? '').split('\n')) await database.query(line) }

test('same-database: one database under two addresses is seen through, and two databases of one server are two', async t => {
  const [database, other] = await Promise.all([useDatabase(t, { major: 15 }), useDatabase(t, { major: 15 })])
  const elsewhere = await usePooler(t, [database.url], { mode: 'session', size: 20 })
  const found = await look(database.url, elsewhere)
  assert.equal(the(found, 'same-database').level, 'blocker')
  assert.match(the(found, 'same-database').what, /^Source and target are the same database "test_\w+" on the same server\.$/)
  assert.deepEqual(blockers(await look(database.url, other.url)), [])
})

test('target-older: a target of an older version is in the way', async t => {
  const [old, young] = await pair(t)
  const finding = the(await look(young.url, old.url), 'target-older')
  assert.match(finding.what, /^The target runs PostgreSQL 15\.\d+, which is older than the source's 18\.\d+\.$/)
  assert.match(finding.remedy ?? '', /version 18 or newer/)
})

test('version-unknown: a server that is too old is refused alone', async t => {
  const database = await useDatabase(t, { major: 15 })
  await using context = contextOf(database.url)
  const [finding, ...more] = unfit({ ...await survey(context, 'source'), version: 110022 })
  assert.match(finding?.what ?? '', /^The source runs PostgreSQL 11\.22; Rehome moves from and to version 12 and newer\.$/)
  assert.equal(unfit({ ...await survey(context, 'source'), version: 90624 })[0]?.what.includes('9.6'), true)
  assert.deepEqual([more, unfit(await survey(context, 'source'))], [[], []])
})

test('standby: a server in recovery is told alone', async t => {
  const target = await useDatabase(t, { major: 18 })
  await asStandby(await useServer(t, { major: 15 }), async url => {
    for (const [found, side] of [[await look(url, target.url), 'source'], [await look(target.url, url), 'target']] as const) {
      assert.deepEqual(blockers(found), [`${side} standby`])
      assert.match(found[0]?.what ?? '', new RegExp(`^The ${side} is a read-only standby`))
    }
  })
})

test('wal-level, slots, senders, what a stream may keep: each with the setting that mends it, and a cold move needs none', async t => {
  const config = { wal_level: 'replica', max_replication_slots: '2', max_wal_senders: '2', fsync: 'off' }
  const [one, two] = await Promise.all([useServer(t, { major: 15, config }), useServer(t, { major: 18, config })])
  const [source, target] = await Promise.all([useDatabaseOn(t, one), useDatabaseOn(t, two)])
  for (const database of [source, target]) {
    await database.query(`SELECT pg_create_physical_replication_slot('forgotten')`)
    await database.query(`ALTER SYSTEM SET max_slot_wal_keep_size = '512MB'`)
  }
  await target.query(`ALTER SYSTEM SET idle_replication_slot_timeout = '60s'`)
  for (const database of [source, target]) await database.query('SELECT pg_reload_conf()')
  const found = await until('the settings are read', async () => { const seen = await look(source.url, target.url); return seen.filter(f => f.id.startsWith('slot-')).length === 3 && seen })
  assert.deepEqual(blockers(found), ['source replication-slots', 'source wal-level', 'target replication-slots', 'target wal-level'])
  assert.match(the(found, 'wal-level', 'source').what, /^The source runs with wal_level = replica: changes after the copy cannot be followed\.$/)
  assert.match(the(found, 'wal-level', 'target').what, /the way back cannot be kept open/)
  assert.match(the(found, 'wal-level').remedy ?? '', /^ALTER SYSTEM SET wal_level = 'logical'; and restart the server\. Or move cold.*--no-follow/)
  assert.match(the(found, 'replication-slots').what, /has 1 of 2 replication slots free, and a move takes 2\.$/)
  assert.deepEqual(the(found, 'replication-slots').about, ['forgotten'])
  assert.match(the(found, 'slot-keep-size', 'source').what, /drops a stream that is more than 512 MB behind/)
  assert.match(the(found, 'slot-idle-limit', 'target').what, /nobody reads for 60 s/)
  for (const [database, id, side] of [[source, 'slot-keep-size', 'source'], [target, 'slot-keep-size', 'target'], [target, 'slot-idle-limit', 'target']] as const) {
    for (const statement of (the(found, id, side).remedy ?? '').split(/(?<=;) /)) await database.query(statement)
  }
  await until('the settings are read', async () => !(await look(source.url, target.url)).some(f => f.id.startsWith('slot-')))
  assert.deepEqual(blockers(await look(source.url, target.url, { ...live, follow: false })), [])
  const reader = await useSession(t, source.url, { replication: 'true' } as object)
  await reader.query('IDENTIFY_SYSTEM')
  assert.match(the(await look(source.url, target.url), 'wal-senders', 'source').what, /has 1 of 2 WAL senders free, and a move takes 2/)
})

test('synchronous-standby: a stream that counts as a synchronous standby keeps the product’s commits waiting; the remedy leaves the standbys alone', async t => {
  const server = await useServer(t, { major: 15, config: { fsync: 'off' } })
  const [source, target] = [await useDatabaseOn(t, server, { template: 'CREATE TABLE t (id int PRIMARY KEY)' }), await useDatabase(t, { major: 18 })]
  const set = async (statements: string): Promise<void> => { for (const statement of statements.split(/(?<=;) /)) await source.query(statement) }
  const found = async (): Promise<Finding | undefined> => (await look(source.url, target.url)).find(f => f.id === 'synchronous-standby')
  const synchrony = async (): Promise<string> => (await source.query<{ state: string }>(`SELECT sync_state AS state FROM pg_stat_replication WHERE application_name = 'rehome stream example_out'`))[0]?.state ?? 'nobody'
  await using context = contextOf(source.url)
  const begins = await record(context, 'example_out', await describeTables(context, ['t']))
  await using stream = changes(context, 'example_out', { through: begins }, AbortSignal.timeout(60_000))
  const parts = stream[Symbol.asyncIterator]()
  const next = async (): Promise<Position> => {
    for (;;) {
      const { value: part } = await parts.next() as IteratorResult<Transaction, undefined>
      if (part === undefined || part.changes.length > 0) return part?.end ?? assert.fail('the stream ended')
    }
  }
  await source.query('INSERT INTO t VALUES (1)')
  stream.acknowledge(await next())
  for (const names of ['*', 'ANY 1 ("*")']) {
    await set(`ALTER SYSTEM SET synchronous_standby_names = '${names}'; SELECT pg_reload_conf();`)
    await until('our stream counts', async () => ['sync', 'quorum'].includes(await synchrony()))
    let isCommitted = false
    const commit = source.query(`INSERT INTO t VALUES (${names.length + 1})`).then(() => { isCommitted = true })
    const end = await next()
    await sleep(300)
    assert.equal(isCommitted, false, 'the commit waits for what we have not acknowledged')
    stream.acknowledge(end)
    await commit
    const finding = await found()
    assert.deepEqual([finding?.level, finding?.side, finding?.remedy], ['blocker', 'source', `ALTER SYSTEM SET synchronous_standby_names = ''; SELECT pg_reload_conf(); -- no standby is connected`])
  }
  const standby = await useSession(t, server.superuserUrl(), { replication: 'true', application_name: `the O'Brien "2"` } as object)
  const { rows } = await standby.query<{ xlogpos: string }>('IDENTIFY_SYSTEM')
  void standby.query(`START_REPLICATION PHYSICAL ${rows[0]?.xlogpos}`).catch(() => { /* the test is over */ })
  const finding = await until('the standby streams', async () => { const seen = await found(); return seen?.about !== undefined && seen })
  assert.match(finding.what, /^The source makes a synchronous standby of everybody who reads its log \(synchronous_standby_names = ANY 1 \("\*"\)\), the stream of the move too/)
  assert.deepEqual(finding.about, [`standby the O'Brien "2"`])
  await set(finding.remedy ?? '')
  await until('the setting is read', async () => (await synchrony()) === 'async')
  assert.deepEqual(await source.query('SHOW synchronous_standby_names'), [{ synchronous_standby_names: `ANY 1 ("the O'Brien ""2""")` }])
  assert.equal(await found(), undefined)
  await set('ALTER SYSTEM RESET synchronous_standby_names; SELECT pg_reload_conf();')
})

test('failover: a standby of the source is a risk to know of', async t => {
  const source = await useServer(t, { major: 15, config: { fsync: 'off' } })
  const target = await useDatabase(t, { major: 18 })
  const standby = await useSession(t, source.superuserUrl(), { replication: 'true' } as object)
  const { rows } = await standby.query<{ xlogpos: string }>('IDENTIFY_SYSTEM')
  void standby.query(`START_REPLICATION PHYSICAL ${rows[0]?.xlogpos}`).catch(() => { /* the test is over */ })
  const finding = await until('the standby streams', async () => (await look(source.superuserUrl(), target.url)).find(f => f.id === 'failover'))
  assert.match(finding.what, /^The source has one standby: .* the stream is lost.* \(slots that fail over exist from PostgreSQL 17 on\)\.$/)
})

test('a role that may do nothing is led, by remedies alone, to where it may do everything', async t => {
  const [source, target] = await pair(t, {
    template: `CREATE TABLE t (id serial PRIMARY KEY); CREATE SCHEMA app; CREATE TABLE app.u (id int PRIMARY KEY, t int REFERENCES public.t); ALTER TABLE app.u ENABLE ROW LEVEL SECURITY; SELECT lo_create(0);
      CREATE FUNCTION absolute(int) RETURNS int LANGUAGE internal STRICT AS 'int4abs'; CREATE EXTENSION file_fdw; CREATE EXTENSION citext; ALTER TABLE app.u FORCE ROW LEVEL SECURITY;
      CREATE FUNCTION noted() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER noted ON ddl_command_end EXECUTE FUNCTION noted()`,
  })
  const owner = await useRole(t, source)
  await source.query(`ALTER TABLE t OWNER TO ${owner.name}; ALTER SCHEMA app OWNER TO ${owner.name}; ALTER TABLE app.u OWNER TO ${owner.name}; DO $$ BEGIN EXECUTE format('ALTER LARGE OBJECT %s OWNER TO ${owner.name}', (SELECT min(oid) FROM pg_largeobject_metadata)); END $$`)
  const [from, to] = [await useRole(t, source), await useRole(t, target)]
  await target.query(`REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO PUBLIC`)
  const found = await look(from.url, to.url)
  assert.deepEqual(blockers(found), ['source create-right', 'source large-object-right', 'source owner-right', 'source read-right', 'source replication-right', 'source replication-role', 'source row-security',
    'target create-right', 'target extension-right', 'target public-right', 'target replication-right', 'target superuser-objects'])
  assert.deepEqual(the(found, 'owner-right').about, ['app.u', 'public.t'])
  assert.deepEqual(the(found, 'read-right').about, ['app.u', 'public.t', 'public.t_id_seq'])
  assert.deepEqual(the(found, 'extension-right').about, ['file_fdw'])
  assert.deepEqual(the(found, 'superuser-objects').about, ['foreign-data wrapper file_fdw', 'function public.absolute in internal'].slice(1))
  assert.match(the(found, 'replication-role', 'target').what, /made only in the freeze/)
  assert.match(the(found, 'event-trigger-right').what, /^Only a superuser may create the source's event triggers/)
  assert.deepEqual(the(found, 'roles').about, [owner.name])
  for (const finding of found.filter(f => f.level === 'blocker' && f.id !== 'superuser-objects')) {
    const database = finding.side === 'source' ? source : target
    for (const line of (finding.remedy ?? '').split('\n')) await database.query(line.replace(/; or, on Amazon RDS.*$/, ';'))
  }
  await run(target, the(found, 'replication-role', 'target').remedy)
  assert.deepEqual(blockers(await look(from.url, to.url)), ['target superuser-objects'])
  await run(target, the(found, 'superuser-objects').remedy)
  assert.deepEqual(blockers(await look(from.url, to.url)), [])
  await run(target, the(found, 'roles').remedy)
  t.after(() => target.query(`DROP ROLE IF EXISTS ${owner.name}`).catch(() => { /* the database went first; the server follows */ }))
  const later = await look(from.url, to.url)
  assert.equal(later.some(f => f.id === 'roles'), false)
})

test('replication-role: where triggers of the source cannot be kept asleep when rows come back, or those of a target that is there already, is in the way', async t => {
  const template = `CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE u (id int PRIMARY KEY); CREATE TABLE quiet (id int PRIMARY KEY);
    CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER act AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f(); CREATE TRIGGER act AFTER INSERT ON quiet FOR EACH ROW EXECUTE FUNCTION f();
    ALTER TABLE quiet DISABLE TRIGGER act; CREATE RULE noted AS ON INSERT TO u DO ALSO NOTIFY u`
  const [source, target] = await Promise.all([useDatabase(t, { major: 15, template }), useDatabase(t, { major: 18, template })])
  const [from, to] = [await useRole(t, source, 'REPLICATION'), await useRole(t, target, 'REPLICATION')]
  for (const [database, role] of [[source, from], [target, to]] as const) await database.query(`GRANT CREATE ON DATABASE ${database.name} TO ${role.name}; ALTER TABLE t OWNER TO ${role.name}; ALTER TABLE u OWNER TO ${role.name}; ALTER TABLE quiet OWNER TO ${role.name}`)
  const wish: Wish = { ...live, schema: 'existing' }
  const found = await look(from.url, to.url, wish)
  for (const [side, database, role, when] of [['source', source, from, 'come back'], ['target', target, to, 'are followed']] as const) {
    const finding = the(found, 'replication-role', side)
    assert.deepEqual([finding.level, finding.about], ['blocker', ['public.t', 'public.u']])
    assert.equal(finding.what, `The role "${role.name}" may not set session_replication_role on the ${side}: triggers, foreign keys and rules of 2 tables would act a second time on rows that ${when}.`)
    assert.equal(finding.remedy, `GRANT SET ON PARAMETER session_replication_role TO "${role.name}";`)
    await run(database, finding.remedy)
  }
  assert.equal((await look(from.url, to.url, wish)).some(f => f.id === 'replication-role'), false)
  for (const [database, role] of [[source, from], [target, to]] as const) await database.query(`REVOKE SET ON PARAMETER session_replication_role FROM ${role.name}`)
  assert.equal((await look(from.url, to.url, { ...wish, follow: false })).some(f => f.id === 'replication-role'), false, 'a cold move has no way back')
  await source.query('DROP TRIGGER act ON t; DROP RULE noted ON u')
  assert.equal((await look(from.url, to.url, wish)).some(f => f.id === 'replication-role'), false, 'nothing acts')
})

test('owners: what belongs to a role that we are no member of is told', async t => {
  const [source, target] = await pair(t)
  const owner = await useRole(t, source)
  await source.query(`CREATE TABLE t (id int PRIMARY KEY); ALTER TABLE t OWNER TO ${owner.name}`)
  await target.query(`CREATE ROLE ${owner.name}`)
  const to = await useRole(t, target, 'REPLICATION')
  await target.query(`GRANT CREATE ON DATABASE ${target.name} TO ${to.name}; GRANT ALL ON SCHEMA public TO ${to.name}`)
  const finding = the(await look(source.url, to.url), 'owners')
  assert.deepEqual([finding.level, finding.about], ['concern', [owner.name]])
  await run(target, finding.remedy)
  assert.equal((await look(source.url, to.url)).some(f => f.id === 'owners'), false)
})

test('not-examined: what a provider has closed is said, and the rest is examined', async t => {
  const [source, target] = await pair(t)
  const role = await useRole(t, source, 'REPLICATION')
  await source.query(`REVOKE SELECT ON pg_catalog.pg_subscription FROM PUBLIC; REVOKE SELECT (subname, subenabled, subdbid) ON pg_catalog.pg_subscription FROM PUBLIC`)
  const found = await look(role.url, target.url)
  assert.match(the(found, 'not-examined').what, /^A part of the examination was not permitted \(subscriptions\): permission denied for table pg_subscription\.$/)
  assert.ok(found.some(f => f.id === 'create-right'))
})

test('pooled: sessions lent for a transaction are found out, with many server sessions behind and with few; a pooler that keeps them is a note', async t => {
  const [source, target] = await pair(t)
  for (const size of [2, 10]) {
    const through = await usePooler(t, [source.url], { mode: 'transaction', size })
    const found = await look(through, target.url)
    assert.deepEqual(blockers(found), ['source pooled'], `${size} server sessions`)
    assert.match(found[0]?.what ?? '', /^Between here and the source there is a pooler that lends its server sessions for one transaction at a time\.$/)
  }
  assert.deepEqual(blockers(await look(source.url, await usePooler(t, [target.url], { mode: 'transaction', size: 20 }))), ['target pooled'])
  const kept = await look(await usePooler(t, [source.url], { mode: 'session', size: 30 }), target.url)
  assert.match(the(kept, 'proxied').what, /^The connections to the source pass through a pooler or proxy/)
  assert.equal((await look(source.url, target.url)).some(f => f.id === 'proxied'), false)
})

test('several-servers: an address that leads to more than one server is found out', async t => {
  const [source, target] = await pair(t)
  const other = await useDatabaseOn(t, await useServer(t, { major: 15, config: { fsync: 'off' } }))
  const found = await look(await usePooler(t, [source.url, other.url], { mode: 'session', size: 30 }), target.url)
  assert.deepEqual(blockers(found), ['source several-servers'])
  assert.match(found[0]?.what ?? '', /leads to 2 different servers/)
})

test('long-transactions and stuck prepared ones are named, and ended by the remedy', async t => {
  // A server of its own: what it is told to end must not be another test's.
  const server = await useServer(t, { major: 15, config: { fsync: 'off', max_prepared_transactions: '5' } })
  const source = await useDatabaseOn(t, server, { template: 'CREATE TABLE t (id int PRIMARY KEY)' })
  const target = await useDatabase(t, { major: 18 })
  const writer = await useSession(t, source.url, { application_name: 'night job' })
  await writer.query('BEGIN; INSERT INTO t VALUES (1)')
  await source.query(`BEGIN; INSERT INTO t VALUES (2); PREPARE TRANSACTION 'stuck'`)
  try {
    assert.equal((await look(source.url, target.url)).some(f => f.id === 'long-transactions'), false)
    await using context = contextOf(source.url)
    await using to = contextOf(target.url, 'target')
    // A minute is too long for a test: the server's clock stands still, ours is told another limit.
    const { longTransactions, preparedTransactions } = await import('./examine-activity.ts')
    const ground = { source: await survey(context, 'source'), target: await survey(to, 'target'), wish: live, tables: [] }
    const [open] = await longTransactions(ground, 0)
    const [stuck] = await preparedTransactions(ground, 0)
    assert.equal(open?.level, 'concern')
    assert.match(open?.about?.[0] ?? '', /^process \d+ of postgres \(night job\) in test_\w+, \d+ s$/)
    assert.equal(stuck?.level, 'blocker')
    await run(source, open?.remedy)
    await run(source, stuck?.remedy)
    await assert.rejects(writer.query('SELECT 1'))
    await until('both are gone', async () => (await longTransactions(ground, 0)).length + (await preparedTransactions(ground, 0)).length === 0)
  } finally {
    await source.query(`DO $$ BEGIN END $$`)
    for (const { gid } of await source.query<{ gid: string }>('SELECT gid FROM pg_prepared_xacts WHERE database = current_database()')) await source.query(`ROLLBACK PREPARED '${gid}'`)
  }
})

test('lock-table: more tables than the server can lock at once is in the way before they are locked', async t => {
  const server = await useServer(t, { major: 15, config: { fsync: 'off', max_locks_per_transaction: '10', max_connections: '20', max_wal_senders: '5' } })
  const source = await useDatabaseOn(t, server)
  const target = await useDatabase(t, { major: 18 })
  for (let n = 0; n < 110; n += 1) await source.query(`CREATE TABLE t${n} (id int)`)
  const finding = the(await look(source.url, target.url), 'lock-table', 'source')
  assert.equal(finding.level, 'blocker')
  assert.match(finding.what, /^A move holds up to 220 locks on the source, whose lock table has 200 places for everybody\.$/)
  assert.equal(finding.remedy, 'ALTER SYSTEM SET max_locks_per_transaction = 64; and restart the server.')
})

test('encoding: what the target cannot hold is in the way, what it can is a note', async t => {
  const [source, target] = await pair(t)
  const make = async (beside: TestDatabase, encoding: string): Promise<string> => {
    const name = `${beside.name}_${encoding.toLowerCase()}`
    await beside.query(`CREATE DATABASE ${name} ENCODING '${encoding}' TEMPLATE template0 LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'`)
    const url = new URL(beside.url)
    url.pathname = `/${name}`
    return url.href
  }
  const [latin, ascii, latinTarget, asciiTarget] = [await make(source, 'LATIN1'), await make(source, 'SQL_ASCII'), await make(target, 'LATIN1'), await make(target, 'SQL_ASCII')]
  try {
    assert.match(the(await look(latin, target.url), 'encoding').what, /^Text is converted from LATIN1 to UTF8 on its way\.$/)
    const narrow = the(await look(source.url, latinTarget), 'encoding')
    assert.match(narrow.what, /^The target's encoding is LATIN1, which cannot hold every text of a source in UTF8\.$/)
    assert.equal(narrow.level, 'blocker')
    const unknown = the(await look(ascii, target.url), 'encoding')
    assert.match(unknown.what, /^The source is SQL_ASCII and may hold bytes of any encoding/)
    assert.equal(unknown.level, 'blocker')
    assert.equal(the(await look(ascii, asciiTarget), 'encoding').level, 'concern')
    assert.equal(the(await look(source.url, asciiTarget), 'encoding').level, 'blocker')
    for (const finding of [narrow, unknown]) {
      await target.query(finding.remedy ?? '')
      const [, made = ''] = /CREATE DATABASE "([^"]+)"/.exec(finding.remedy ?? '') ?? []
      const url = new URL(target.url)
      url.pathname = `/${made}`
      assert.equal(blockers(await look(finding === narrow ? source.url : ascii, url.href)).some(b => b.endsWith(' encoding')), false)
      await target.query(`DROP DATABASE "${made}"`)
    }
  } finally {
    await source.query(`DROP DATABASE ${source.name}_latin1`)
    await source.query(`DROP DATABASE ${source.name}_sql_ascii`)
    await target.query(`DROP DATABASE ${target.name}_latin1`)
    await target.query(`DROP DATABASE ${target.name}_sql_ascii`)
  }
})

test('collation: databases that sort by different rules, collations that the target lacks, and ones that changed under their indexes', async t => {
  const [source, target] = await pair(t, { template: 'CREATE TABLE t (id int PRIMARY KEY, name text COLLATE "de-x-icu"); CREATE INDEX ON t (name)' })
  await source.query(`UPDATE pg_collation SET collversion = '0.1' WHERE collname = 'de-x-icu'`)
  await target.query(`DELETE FROM pg_collation WHERE collname = 'de-x-icu'`)
  const found = await look(source.url, target.url)
  assert.deepEqual(the(found, 'collation-missing').about, ['de-x-icu (ICU) in public.t, public.t_name_idx'])
  assert.match(the(found, 'collation-missing').remedy ?? '', /SELECT pg_import_system_collations\('pg_catalog'\);$/)
  assert.deepEqual([the(found, 'collation-version').level, the(found, 'collation-version').about], ['concern', ['de-x-icu']])
  await target.query(`SELECT pg_import_system_collations('pg_catalog')`)
  for (const statement of (the(found, 'collation-version').remedy ?? '').split(/(?<=;) /)) await source.query(statement)
  const mended = await look(source.url, target.url)
  assert.deepEqual(mended.filter(f => f.id.startsWith('collation-')), [])
  assert.equal(the(mended, 'collation').level, 'note')
  const name = `${target.name}_icu`
  await target.query(`CREATE DATABASE ${name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'de'`)
  const url = new URL(target.url)
  url.pathname = `/${name}`
  const differs = the(await look(source.url, url.href), 'collation')
  await target.query(`DROP DATABASE ${name}`)
  assert.equal(differs.level, 'concern')
  assert.match(differs.what, /^The databases sort text by different rules: the source by libc C\.UTF-8, the target by ICU de, version [\d.]+\. Nothing is lost/)
  await target.query((differs.remedy ?? '').replace(/^.*?(?=CREATE DATABASE)/, ''))
  const [, made = ''] = /CREATE DATABASE "([^"]+)"/.exec(differs.remedy ?? '') ?? []
  url.pathname = `/${made}`
  const same = await look(source.url, url.href)
  await target.query(`DROP DATABASE "${made}"`)
  assert.deepEqual(same.filter(f => f.id === 'collation'), [])
})

test('tablespaces: what lies in one of its own goes to the default', async t => {
  const server = await useServer(t, { major: 15, config: { fsync: 'off', allow_in_place_tablespaces: 'on' } })
  const source = await useDatabaseOn(t, server)
  const target = await useDatabase(t, { major: 18 })
  await source.query(`CREATE TABLESPACE fast LOCATION ''`)
  await source.query('CREATE TABLE t (id int PRIMARY KEY) TABLESPACE fast')
  const finding = the(await look(source.url, target.url), 'tablespaces')
  assert.deepEqual([finding.level, finding.about], ['note', ['fast: one table or index']])
  await source.query('DROP TABLE t')
  await source.query('DROP TABLESPACE fast')
})

test('plpgsql: a database without the language of the fence is in the way', async t => {
  const [source, target] = await pair(t)
  await source.query('DROP EXTENSION plpgsql')
  const finding = the(await look(source.url, target.url), 'plpgsql', 'source')
  await run(source, finding.remedy)
  assert.deepEqual(blockers(await look(source.url, target.url)), [])
})

test('pg-dump: a machine without the tool is told what to install, unless the schema is there', async t => {
  const [source, target] = await pair(t)
  const before = process.env['REHOME_PG_DUMP']
  process.env['REHOME_PG_DUMP'] = '/nowhere/pg_dump'
  try {
    const finding = the(await look(source.url, target.url), 'pg-dump')
    assert.match(`${finding.what} ${finding.remedy}`, /^There is no pg_dump of version 15 or newer on this machine\. Install .*--schema existing\.$/)
    assert.deepEqual(blockers(await look(source.url, target.url, { ...live, schema: 'existing' })), [])
  } finally {
    if (before === undefined) delete process.env['REHOME_PG_DUMP']
    else process.env['REHOME_PG_DUMP'] = before
  }
})

test('what a move under way has made is in nobody’s way', async t => {
  const [source, target] = await pair(t, { template: 'CREATE TABLE t (id int PRIMARY KEY)' })
  const { arm } = await import('./fence.ts')
  const { register } = await import('./register.ts')
  await using one = contextOf(source.url)
  await using two = contextOf(target.url, 'target')
  await arm(one, [{ id: '"public"."t"' as Parameters<typeof arm>[1][number]['id'] }])
  await register(two, 'slot', 'rehome_back')
  await target.query('CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)')
  assert.deepEqual(blockers(await examine(one, two, { ...live, resuming: true })), [])
  assert.deepEqual(blockers(await examine(one, two, live)), ['source leftovers', 'target leftovers', 'target target-not-empty'])
})

test('versions of extensions are compared by their numbers', () => {
  for (const [a, b, older] of [['1.5', '1.6', true], ['1.6', '1.6', false], ['1.10', '1.9', false], ['2.1', '2.1.3', true], ['3.4.2', '3.4', false]] as const) assert.equal(isOlder(a, b), older, `${a} ${b}`)
})
