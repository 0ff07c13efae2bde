import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { useDatabase } from '#test/services/postgres.ts'
import { until } from '#test/services/until.ts'
import { checkLoad, freezesOf, makeTables, startLoad, type LoadResult } from './load.ts'

const database = await useDatabase({ after }, { major: 15 })
const other = await useDatabase({ after }, { major: 15 })
await makeTables(database.url, 0.01)
await makeTables(other.url, 0.01)
const never = new AbortController().signal

/** A load that was written once for all tests, beside the sentences of the oracle after a change. */
const load = await startLoad({ urlNow: () => database.url, connections: 4, perSecond: 500, signal: never })
await until('some transactions', () => load.acknowledged() >= 100)
const written: LoadResult = await load.stop()

test('a load that was left alone is found whole', async () => {
  assert.deepEqual(await checkLoad(database.url, written), [])
  assert.deepEqual(written.uncertain, [])
  assert.equal(written.spans.length, 1)
})

/** Changes the history in a transaction's place, asks the oracle, and takes the change back by its counterpart. */
const afterChange = async (change: string, back: string): Promise<string[]> => {
  await database.query(change)
  const wrong = await checkLoad(database.url, written)
  await database.query(back)
  assert.deepEqual(await checkLoad(database.url, written), [], 'the test did not clear up')
  return wrong
}

const keep = 'CREATE TABLE kept AS SELECT * FROM pgbench_history WHERE id = 5'
const putBack = 'DELETE FROM pgbench_history WHERE id = 5 OR id > 1000000; INSERT INTO pgbench_history OVERRIDING SYSTEM VALUE SELECT * FROM kept; DROP TABLE kept'

test('a lost transaction is found', async () => {
  const wrong = await afterChange(`${keep}; DELETE FROM pgbench_history WHERE id = 5`, putBack)
  assert.match(wrong[0] ?? '', /^lost: /)
  assert.ok(wrong.some(w => w.startsWith('balance: account')), wrong.join('\n'))
})

test('a doubled transaction is found', async () => {
  const wrong = await afterChange(`${keep}; INSERT INTO pgbench_history OVERRIDING SYSTEM VALUE SELECT id + 2000000, tid, bid, aid, delta, mtime, filler FROM kept`, putBack)
  assert.match(wrong[0] ?? '', /^doubled: .* 2 times$/)
})

test('a changed value is found', async () => {
  const wrong = await afterChange(`${keep}; UPDATE pgbench_history SET delta = delta + 1 WHERE id = 5`, putBack)
  assert.match(wrong[0] ?? '', /^changed: /)
})

test('a row that nobody wrote is found', async () => {
  const wrong = await afterChange(`${keep}; INSERT INTO pgbench_history OVERRIDING SYSTEM VALUE SELECT id + 2000000, tid, bid, aid, 0, mtime, 'nobody' FROM kept`, putBack)
  assert.match(wrong[0] ?? '', /^stray: nobody/)
})

test('a balance that does not add up is found', async () => {
  for (const [table, key, balance] of [['accounts', 'aid', 'abalance'], ['tellers', 'tid', 'tbalance'], ['branches', 'bid', 'bbalance']]) {
    const wrong = await afterChange(`UPDATE pgbench_${table} SET ${balance} = ${balance} + 1 WHERE ${key} = 1`, `UPDATE pgbench_${table} SET ${balance} = ${balance} - 1 WHERE ${key} = 1`)
    assert.match(wrong.join(), /^balance: \w+ 1 has -?\d+, its history adds up to -?\d+$/)
  }
})

test('an uncertain transaction may be there or not, but not twice', async () => {
  const [one, ...others] = written.acknowledged
  assert.ok(one !== undefined)
  assert.deepEqual(await checkLoad(database.url, { acknowledged: others, uncertain: [one] }), [])
  assert.deepEqual(await checkLoad(database.url, { acknowledged: written.acknowledged, uncertain: [{ ...one, token: 'never arrived' }] }), [])
})

test('a sequence that stands where rows are is found', async () => {
  const here = await useDatabase({ after }, { major: 15 })
  await makeTables(here.url, 0.01)
  await here.query("INSERT INTO pgbench_history OVERRIDING SYSTEM VALUE VALUES (1, 1, 1, 1, 0, now(), 'was here before')")
  const running = await startLoad({ urlNow: () => here.url, connections: 1, perSecond: 100, signal: never })
  await until('a few', () => running.acknowledged() >= 3)
  const wrong = await checkLoad(here.url, await running.stop())
  assert.ok(wrong.includes('refused: 1 transactions broke a constraint (23505)'), wrong.join('\n'))
})

test('the writers outlive lost sessions and a closed home, and follow the URL to the next', async () => {
  let url = other.url
  const running = await startLoad({ urlNow: () => url, connections: 3, perSecond: 300, signal: never })
  await until('a beginning', () => running.acknowledged() >= 30)
  await other.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()').catch(() => { /* our own pool has a second session */ })
  const before = running.acknowledged()
  await until('writes after the sessions were ended', () => running.acknowledged() >= before + 30)
  await other.query(`ALTER DATABASE ${other.name} SET default_transaction_read_only = on; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'pgbench-like'`)
  await until('refusals', () => (running.soFar().refused['25006'] ?? 0) > 3)
  const firstAt = Date.now()
  const here = await useDatabase({ after }, { major: 15 })
  await makeTables(here.url, 0.01)
  url = here.url
  const then = running.acknowledged()
  await until('writes in the next home', () => running.acknowledged() >= then + 30)
  const result = await running.stop()
  assert.equal(result.spans.length, 2)
  const [freeze = 0] = freezesOf(result)
  assert.ok(freeze > 0 && freeze >= firstAt - (result.spans[0]?.lastAt ?? 0), `a freeze of ${freeze} ms`)
  assert.ok(result.lost > 0)
  const split = result.spans[0]?.count ?? 0
  const inOrder = result.acknowledged.toSorted((a, b) => a.at - b.at)
  assert.deepEqual(await checkLoad(here.url, { acknowledged: inOrder.slice(split), uncertain: [] }), [])
  assert.deepEqual(await checkLoad(other.url, { acknowledged: inOrder.slice(0, split), uncertain: result.uncertain }), [])
})

test('the rate asked for is the rate written', async () => {
  const here = await useDatabase({ after }, { major: 15 })
  await makeTables(here.url, 0.1)
  const running = await startLoad({ urlNow: () => here.url, connections: 8, perSecond: 200, signal: never })
  const began = performance.now()
  await until('two seconds of writing', () => performance.now() - began > 2_000)
  const result = await running.stop()
  assert.ok(result.acknowledged.length > 250 && result.acknowledged.length < 500, `${result.acknowledged.length} in 2 s`)
})
