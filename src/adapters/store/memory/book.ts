import type { Book, Ownership } from '#ports/store.ts'
import { keepBook } from './register.ts'
import type { Session } from './session.ts'

const recordNote = 'record'
const ownershipNote = 'ownership'

/** The book as two notes. */
export const openBook = (session: Session): Book => ({
  read: () => session.act('book.read', async () => session.database.visible.notes.get(recordNote)),
  write: record =>
    session.act('book.write', () =>
      session.inTransaction('book.write', async transaction => {
        keepBook(session.database, transaction)
        transaction.setNote(recordNote, record)
      })),
  ownership: () => session.act('book.ownership', async () => parsed(session.database.visible.notes.get(ownershipNote))),
  own: (next, { mayCreate = true } = {}) =>
    session.act('book.own', () =>
      session.inTransaction('book.own', async transaction => {
        const was = parsed(await transaction.note(ownershipNote))
        if (was === undefined ? !mayCreate : next.epoch <= was.epoch) return false
        keepBook(session.database, transaction)
        transaction.setNote(ownershipNote, JSON.stringify(next))
        return true
      })),
})

const parsed = (text: string | undefined): Ownership | undefined => (text === undefined ? undefined : (JSON.parse(text) as Ownership))
