import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Finding } from '#domain/finding.ts'
import type { Position, Transaction } from '#domain/stream.ts'
import { contextOf, useSession } from '#test/postgres/contexts.ts'
import { blockers, live, look, the } from '#test/postgres/examined.ts'
import { describeTables } from '#test/postgres/tables.ts'
import { useDatabase, useDatabaseOn, useServer } from '#test/services/postgres.ts'
import { until } from '#test/services/until.ts'
import { record } from './record.ts'
import { changes } from './replication.ts'

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
