import { licenceBookContract } from '#ports/licence-book.contract.ts'
import { createMemoryBook } from './book.ts'

licenceBookContract('the book in memory', () => {
  const book = createMemoryBook()
  // As a process of its own has it: its end is not the book’s.
  return Promise.resolve({ open: () => ({ hold: book.hold, [Symbol.asyncDispose]: () => Promise.resolve() }), cut: () => Promise.resolve(book.end()) })
})
