import type { Created } from '#ports/store.ts'
import type { MemoryDatabase } from './database.ts'
import type { Session } from './session.ts'
import type { Transaction } from './transaction.ts'

/** What Rehome makes in a database. The book stands for every note; it is registered in the transaction that writes the first. */
export type Kind = 'book' | 'slot' | 'picture' | 'fence'

const prefix = 'created '
const noteOf = (kind: Kind, name: string): string => `${prefix}${JSON.stringify([kind, name])}`

/** Writes down what is about to be created, in a transaction of its own (I12). Repeatable. */
export const register = (session: Session, kind: Kind, name: string): Promise<void> =>
  session.inTransaction('register', async transaction => {
    keepBook(session.database, transaction)
    putDown(session.database, transaction, kind, name)
  })

export const unregister = async (session: Session, kind: Kind, name: string): Promise<void> => {
  if (!session.database.visible.notes.has(noteOf(kind, name))) return
  await session.inTransaction('unregister', async transaction => { transaction.setNote(noteOf(kind, name), undefined) })
}

/** Part of every transaction that writes a note. */
export const keepBook = (database: MemoryDatabase, transaction: Transaction): void => putDown(database, transaction, 'book', 'rehome')

export const registered = (database: MemoryDatabase): Created[] =>
  [...database.visible.notes].filter(([name]) => name.startsWith(prefix)).map(([, text]) => JSON.parse(text) as Created)

/** Everything registered, whatever it is; last and at once all notes, the fence and the register among them. */
export const cleanUp = async (session: Session): Promise<Created[]> => {
  const { database } = session
  const found = registered(database)
  for (const { kind, name } of found) {
    await session.at(`clean up: ${kind}`)
    if (kind === 'slot') database.log.dropSlot(name)
    if (kind === 'picture') database.letGo(name)
  }
  await session.inTransaction('clean up: book', async transaction => {
    for (const name of database.visible.notes.keys()) transaction.setNote(name, undefined)
  })
  return found
}

const putDown = (database: MemoryDatabase, transaction: Transaction, kind: Kind, name: string): void => {
  if (database.visible.notes.has(noteOf(kind, name))) return
  const created: Created = { kind, name, at: new Date(database.clock.now()).toISOString() }
  transaction.setNote(noteOf(kind, name), JSON.stringify(created))
}
