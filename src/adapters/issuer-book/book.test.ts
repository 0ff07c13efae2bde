import { issuerBookContract } from '#ports/issuer-book.contract.ts'
import { useDatabase } from '#test/services/postgres.ts'
import { memoryIssuerBook } from './memory/book.ts'
import { openPostgresIssuerBook } from './postgres/book.ts'

issuerBookContract('memory', async () => {
  const book = memoryIssuerBook()
  return { book, reopened: async () => book }
})

issuerBookContract('PostgreSQL', async t => {
  const { url } = await useDatabase(t, { major: 18 })
  const open = async () => {
    const book = await openPostgresIssuerBook({ url })
    t.after(() => book[Symbol.asyncDispose]())
    return book
  }
  // Two that open it together find it made once.
  const [book, other] = await Promise.all([open(), open()])
  return { book, reopened: async () => other }
})
