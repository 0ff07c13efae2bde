import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contextOf, useSession } from '#test/postgres/contexts.ts'
import { blockers, carryOut, live, look, usePair } from '#test/postgres/examined.ts'
import { useDatabase, useDatabaseOn, useServer } from '#test/services/postgres.ts'
import { until } from '#test/services/until.ts'
import { examine } from './examine.ts'
import { longTransactions, preparedTransactions } from './examine-activity.ts'
import { survey } from './examine-ground.ts'
import { arm } from './fence.ts'
import { register } from './register.ts'

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
    const ground = { source: await survey(context, 'source'), target: await survey(to, 'target'), wish: live, tables: [] }
    // A minute is too long for a test: the server's clock stands still, ours is told another limit.
    const [open] = await longTransactions(ground, 0)
    const [stuck] = await preparedTransactions(ground, 0)
    assert.equal(open?.level, 'concern')
    assert.match(open?.about?.[0] ?? '', /^process \d+ of postgres \(night job\) in test_\w+, \d+ s$/)
    assert.equal(stuck?.level, 'blocker')
    await carryOut(source, open?.remedy)
    await carryOut(source, stuck?.remedy)
    await assert.rejects(writer.query('SELECT 1'))
    await until('both are gone', async () => (await longTransactions(ground, 0)).length + (await preparedTransactions(ground, 0)).length === 0)
  } finally {
    await source.query(`DO $$ BEGIN END $$`)
    for (const { gid } of await source.query<{ gid: string }>('SELECT gid FROM pg_prepared_xacts WHERE database = current_database()')) await source.query(`ROLLBACK PREPARED '${gid}'`)
  }
})

test('what a move under way has made is in nobody’s way', async t => {
  const [source, target] = await usePair(t, { template: 'CREATE TABLE t (id int PRIMARY KEY)' })
  await using one = contextOf(source.url)
  await using two = contextOf(target.url, 'target')
  await arm(one, [{ id: '"public"."t"' as Parameters<typeof arm>[1][number]['id'] }])
  await register(two, 'slot', 'rehome_back')
  await target.query('CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)')
  assert.deepEqual(blockers(await examine(one, two, { ...live, resuming: true })), [])
  assert.deepEqual(blockers(await examine(one, two, live)), ['source leftovers', 'target leftovers', 'target target-not-empty'])
})
