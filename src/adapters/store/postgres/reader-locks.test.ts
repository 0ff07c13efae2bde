import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Digest, Span, Table } from '#domain/catalog.ts'
import type { Reader } from '#ports/store.ts'
import { contextOf } from '#test/postgres/contexts.ts'
import { describeTable } from '#test/postgres/tables.ts'
import { type Scope, useDatabase } from '#test/services/postgres.ts'
import { until } from '#test/services/until.ts'
import { takePicture } from './picture.ts'

const { signal } = new AbortController()
const whole = (table: Table): Span => ({ table: table.id, number: 0, of: 1, rows: table.rows })
const shop = `CREATE TABLE a (id integer PRIMARY KEY, what text); CREATE TABLE b (id integer PRIMARY KEY, what text);
  INSERT INTO a SELECT i, md5(i::text) FROM generate_series(1, 300) i; INSERT INTO b SELECT i, md5(i::text) FROM generate_series(1, 300) i`

/** A reader of a picture, and the product in a session of its own. */
const useReader = async (t: Scope): Promise<{ reader: Reader; a: Table; b: Table; product: pg.Client; query: (sql: string) => Promise<unknown> }> => {
  const resources = new AsyncDisposableStack()
  t.after(() => resources.disposeAsync())
  const database = await useDatabase(t, { major: 15, template: shop })
  const context = resources.use(contextOf(database.url))
  const product = new pg.Client(database.url)
  await product.connect()
  resources.defer(() => product.end())
  const [a, b] = [await describeTable(context, 'a'), await describeTable(context, 'b')]
  const picture = resources.use(await takePicture(context))
  return { reader: resources.use(await picture.reader()), a, b, product, query: sql => database.query(sql) }
}

const drained = async (rows: AsyncIterable<unknown>): Promise<void> => { for await (const row of rows) assert.ok(row !== undefined) }

const looks: readonly [string, (reader: Reader, table: Table) => Promise<unknown>][] = [
  ['a digest', (reader, table) => reader.digest(whole(table), table, 'multiset', signal)],
  ['a digest in the order of the key', (reader, table) => reader.digest(whole(table), table, 'key', signal)],
  ['a digest of rows asked for by key', (reader, table) => reader.digestKeys(table, [['7'], ['1000']], signal)],
  ['rows', (reader, table) => drained(reader.rows(whole(table), table, signal))],
  ['rows asked for by key', (reader, table) => drained(reader.rowsByKey(table, [['7']], signal))],
  ['the number of rows', (reader, table) => reader.count(table)],
]

suite('locks of readers', { concurrency: true }, () => {
  for (const [what, look] of looks) {
    test(`a table is the product's alone once its reader has read ${what}`, async t => {
      const { reader, a, product } = await useReader(t)
      await look(reader, a)
      await product.query(`SET lock_timeout = '200ms'; TRUNCATE a`)
      await look(reader, a)
    })
  }

  test('a product that empties one table after the other neither waits for a reader that waits for it, nor fails of it', async t => {
    const { reader, a, b, product } = await useReader(t)
    assert.equal((await reader.digest(whole(b), b, 'key', signal)).rows, 300)
    await product.query('BEGIN; TRUNCATE a')
    const reading = reader.digest(whole(a), a, 'key', signal)
    // Long enough that a session which then begins to wait would be the one to find the deadlock, and to be its victim.
    await sleep(1_500)
    const began = performance.now()
    await product.query('TRUNCATE b; COMMIT')
    assert.ok(performance.now() - began < 800, `the product waited for ${performance.now() - began} ms`)
    assert.deepEqual(counted(await reading), { rows: 0 })
  })

  test('a table that somebody has locked is read when it is free, and others can lock it before', async t => {
    const { reader, a, product, query } = await useReader(t)
    await product.query('BEGIN; LOCK TABLE a')
    const reading = reader.digest(whole(a), a, 'multiset', signal)
    await sleep(1_000)
    const second = query(`BEGIN; SET LOCAL lock_timeout = '5s'; LOCK TABLE a; COMMIT`)
    await until('the second to wait', async () => (await product.query(`SELECT FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock' AND relation = 'a'::regclass`)).rowCount === 1)
    await product.query('COMMIT')
    await second
    assert.deepEqual(counted(await reading), { rows: 300 })
  })

  test('a reader that is the victim of a deadlock tries again', async t => {
    const { reader, a, product } = await useReader(t)
    await product.query('BEGIN; REINDEX INDEX a_pkey')
    const reading = reader.digest(whole(a), a, 'key', signal)
    await until('the reader to wait for the index', async () => (await product.query(`SELECT FROM pg_locks WHERE NOT granted AND relation = 'a_pkey'::regclass`)).rowCount === 1)
    await product.query('LOCK TABLE a')
    await product.query('COMMIT')
    assert.deepEqual(counted(await reading), { rows: 300 })
  })

  test('a reader that waits for a table stops when it is told to', async t => {
    const { reader, a, product } = await useReader(t)
    await product.query('BEGIN; LOCK TABLE a')
    const stop = new AbortController()
    const reading = reader.digest(whole(a), a, 'multiset', stop.signal)
    setTimeout(() => stop.abort(new Error('told to')), 1_000)
    await assert.rejects(reading, /told to/)
  })
})

const counted = ({ rows }: Digest): { rows: number } => ({ rows })
