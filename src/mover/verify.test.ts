import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPostgres } from '#adapters/store/postgres/store.ts'
import type { Picture, Store } from '#ports/store.ts'
import { type Scope, type TestDatabase, useDatabase } from '#test/services/postgres.ts'
import { verifyTables } from './verify.ts'

const open = (database: TestDatabase, name: string): Store => {
  const url = new URL(database.url)
  const password = decodeURIComponent(url.password)
  url.password = ''
  return openPostgres({ url: url.href, password, name })
}

const useSides = async (t: Scope, template: string): Promise<{ from: TestDatabase; to: TestDatabase; source: Store; target: Store }> => {
  const resources = new AsyncDisposableStack()
  t.after(() => resources.disposeAsync())
  const [from, to] = [await useDatabase(t, { major: 15, template }), await useDatabase(t, { major: 18, template })]
  return { from, to, source: resources.use(open(from, 'source')), target: resources.use(open(to, 'target')) }
}

/** The same picture, where something is done after each digest. */
const interrupted = (picture: Picture, act: () => Promise<unknown>): Picture => ({
  async reader() {
    const reader = await picture.reader()
    return {
      read: (...asked) => reader.read(...asked), spans: (...asked) => reader.spans(...asked), rows: (...asked) => reader.rows(...asked), digestKeys: (...asked) => reader.digestKeys(...asked),
      rowsByKey: (...asked) => reader.rowsByKey(...asked), count: (...asked) => reader.count(...asked), largeObjects: () => reader.largeObjects(), readLargeObject: (...asked) => reader.readLargeObject(...asked),
      async digest(...asked) {
        const digest = await reader.digest(...asked)
        await act()
        return digest
      },
      [Symbol.asyncDispose]: () => reader[Symbol.asyncDispose](),
    }
  },
  [Symbol.asyncDispose]: () => picture[Symbol.asyncDispose](),
})

test('rows that differed and are gone when they are looked for are told as a difference', async t => {
  const { from, to, source, target } = await useSides(t, `CREATE TABLE t (id integer PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 100)`)
  await from.query('DELETE FROM t WHERE id = 7')
  const { tables } = await source.catalog()
  await using here = await source.picture()
  await using there = await target.picture()
  const emptied = interrupted(there, () => Promise.all([from.query('TRUNCATE t'), to.query('TRUNCATE t')]))
  const [proof] = await verifyTables({ source: here, target: emptied }, tables, new Map(), 1, new AbortController().signal, () => { /* told once */ })
  assert.deepEqual(proof?.found.map(({ how, key }) => [how, key]), [['different', '(gone when it was looked for)']])
})
