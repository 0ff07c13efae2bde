import type { Store } from '#ports/store.ts'
import { openBook } from './book.ts'
import { catalogOf, fingerprintOf } from './catalog.ts'
import type { MemoryDatabase } from './database.ts'
import { examine } from './examine.ts'
import { cleanUp, registered } from './register.ts'
import { empty } from './schema.ts'
import { Session, type Step } from './session.ts'
import { openSource, pictureOf } from './source.ts'
import { openTarget } from './target.ts'

/** A store that a process has open. `kill` is what `kill -9` of that process does to the database; whoever awaits this store waits for ever. */
export type MemoryStore = Store & { kill(): void }

/**
 * Opens a database that lives in this process, for tests: the same promises as a real one, with every point at which the world may intervene
 * named to `step`. Any number of stores may be open on one database.
 */
export const openMemoryStore = (database: MemoryDatabase, step: Step = async () => { /* nobody intervenes */ }): MemoryStore => {
  const session = new Session(database, step)
  return {
    label: `memory://${database.name}`,
    identify: () => session.act('store.identify', async () => database.identity),
    catalog: () => session.act('store.catalog', async () => catalogOf(database)),
    schemaToken: () => session.act('store.schemaToken', async () => fingerprintOf(database)),
    examine: (target, wish) => session.act('store.examine', () => examine(database, target, wish)),
    book: openBook(session),
    source: stream => openSource(session, stream),
    target: stream => openTarget(session, stream),
    picture: () => session.act('store.picture', async () => pictureOf(session, database.visible)),
    openAhead: () => session.act('store.openAhead', async () => ({ async [Symbol.asyncDispose]() { /* nothing is slow here */ } })),
    empty: () => session.act('store.empty', () => empty(session)),
    registered: () => session.act('store.registered', async () => registered(database)),
    cleanUp: () => session.act('store.cleanUp', () => cleanUp(session)),
    kill: () => session.kill(),
    async [Symbol.asyncDispose]() { database.endSession(session) },
  }
}
