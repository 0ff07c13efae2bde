import type { Table } from '#domain/catalog.ts'
import { Fault } from '#domain/faults.ts'
import type { TableId } from '#domain/stream.ts'
import type { Ending } from './database.ts'
import type { Locks } from './locks.ts'
import { keepBook, register, unregister } from './register.ts'
import type { Session } from './session.ts'
import { fenceNote } from './transaction.ts'

/** Nothing to make ahead of time but the line in the register. */
export const arm = (session: Session): Promise<void> => register(session, 'fence', fenceNote)

/**
 * Locks the tables against writers, which waits out those who write, and puts the fence down before it lets go of the locks:
 * whoever queued behind them meets it.
 */
export const fence = async (session: Session, tables: readonly Table[], withinMs: number): Promise<void> => {
  await arm(session)
  const { database } = session
  const owner = new Locker(database.locks)
  database.opened(owner, session)
  try {
    await lockWithin(session, owner, tables, withinMs)
    await session.inTransaction('source.fence', async transaction => {
      keepBook(database, transaction)
      transaction.setNote(fenceNote, JSON.stringify([...new Set([...fenced(session), ...tables.map(t => t.id)])]))
    })
  } finally {
    database.closed(owner)
    owner.end(new Error('the fence is down'))
  }
}

export const thaw = async (session: Session): Promise<void> => {
  if (!isUp(session)) return
  await session.inTransaction('source.thaw', async transaction => { transaction.setNote(fenceNote, undefined) })
  await unregister(session, 'fence', fenceNote)
}

export const isUp = (session: Session): boolean => session.database.visible.notes.has(fenceNote)

const fenced = (session: Session): TableId[] => JSON.parse(session.database.visible.notes.get(fenceNote) ?? '[]') as TableId[]

/** Who holds the locks while the fence is put down. Once it has ended it holds nothing, and gets nothing. */
class Locker implements Ending {
  readonly who = 'fence'
  readonly #locks: Locks
  #ended: Error | undefined

  constructor(locks: Locks) {
    this.#locks = locks
  }

  async lock(table: Table): Promise<void> {
    if (this.#ended === undefined) await this.#locks.acquire(this, `table ${table.id}`, 'share', { patient: true })
    this.mustHold()
  }

  mustHold(): void {
    if (this.#ended !== undefined) throw this.#ended
  }

  end(reason: Error): void {
    this.#ended ??= reason
    this.#locks.release(this, reason)
  }
}

const lockWithin = async (session: Session, owner: Locker, tables: readonly Table[], withinMs: number): Promise<void> => {
  const done = new AbortController()
  const busy = new Fault('FENCE_BUSY', { ms: Math.round(withinMs), reason: 'a transaction that has written is still open' })
  const timing = session.database.clock.sleep(withinMs, done.signal).then(() => owner.end(busy), () => { /* all locks were there in time */ })
  try {
    for (const table of tables) await owner.lock(table)
  } finally {
    done.abort()
    await timing
  }
  owner.mustHold()
}
