import assert from 'node:assert/strict'
import { test } from 'node:test'
import { licenceBookContract } from '#ports/licence-book.contract.ts'
import { useDatabase } from '#test/services/postgres.ts'
import { openPostgresBook } from './book.ts'

licenceBookContract('the book in PostgreSQL', async t => {
  const database = await useDatabase(t, { major: 18 })
  return {
    open: () => openPostgresBook({ url: database.url }),
    cut: async () => { await database.query("SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") },
  }
})

test('a book that a newer version has changed is left alone', async t => {
  const database = await useDatabase(t, { major: 18 })
  const book = openPostgresBook({ url: database.url })
  const signal = new AbortController().signal
  await (await book.hold(signal))[Symbol.asyncDispose]()
  await database.query("INSERT INTO licence.book_change (name) VALUES ('999-later')")
  await assert.rejects(book.hold(signal), { code: 'LICENCE_BOOK_WRONG' })
})

test('two books are in one database side by side, each in its schema', async t => {
  const database = await useDatabase(t, { major: 18 })
  const signal = new AbortController().signal
  const [one, other] = [openPostgresBook({ url: database.url }), openPostgresBook({ url: database.url, schema: 'licence_2' })]
  const held = [await one.hold(signal), await other.hold(signal)]
  await held[0]?.keep([{ moved: 'm.o.v' }])
  assert.equal((await held[1]?.read({ server: '0190a0a0-0000-7000-8000-000000000001' as never, publicKey: 'k' }))?.moved, null)
  await Promise.all([one[Symbol.asyncDispose](), other[Symbol.asyncDispose]()])
  assert.throws(() => openPostgresBook({ url: database.url, schema: 'x; DROP' }), { code: 'SETTINGS_WRONG' })
})
