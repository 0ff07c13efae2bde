import type pg from 'pg'
import { Fault } from '#domain/faults.ts'
import type { HeldBook, LicenceBook } from '#ports/licence-book.ts'
import { prepare } from './prepare.ts'
import { readAnswer, readLapsed, readState, readUsage } from './read.ts'
import { asFault, identifier, openSession } from './session.ts'
import { trimOld, writeChanges } from './write.ts'

export type BookSettings = { readonly url: string; /** The schema it is in. */ readonly schema?: string }

/**
 * The book in PostgreSQL. The one who has it in hand holds an advisory lock in one session, and writes through that session only: when the session is over so is the
 * lock, and what it had not committed never was. So no second writer can come in between, whatever the network does.
 */
export const openPostgresBook = ({ url, schema = 'licence' }: BookSettings): LicenceBook => {
  identifier(schema)
  const open = new Set<HeldBook>()
  return {
    async hold(signal, wait) {
      const { session, lost } = await openSession(url, schema)
      try {
        await prepare(session, schema)
        await lockBook(session, schema, signal, wait)
        const { rows: [before] } = await session.query<{ epoch: number }>('SELECT epoch FROM server')
        const held = heldOf(session, lost, (before?.epoch ?? 0) + 1, () => { open.delete(held) })
        open.add(held)
        return held
      } catch (error) {
        await session.end().catch(() => { /* it was over */ })
        throw signal.aborted ? signal.reason : asFault(error)
      }
    },
    async [Symbol.asyncDispose]() {
      for (const held of open) await held[Symbol.asyncDispose]()
    },
  }
}

const heldOf = (session: pg.Client, lost: AbortSignal, epoch: number, ended: () => void): HeldBook => {
  // A statement after one that failed must not be kept by itself: the session is given up with the first failure.
  const within = async <T>(work: () => Promise<T>): Promise<T> => {
    lost.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      await session.end().catch(() => { /* it was over */ })
      throw asFault(error)
    }
  }
  let last: Promise<unknown> = Promise.resolve()
  /** A transaction is not mixed with what others ask. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(() => within(work))
    last = turn.catch(() => { /* whoever asked is told */ })
    return turn
  }
  return {
    epoch, lost,
    read: identity => inTurn(() => readState(session, identity)),
    keep: changes => inTurn(() => writeChanges(session, changes)),
    answered: key => inTurn(() => readAnswer(session, key)),
    usage: (from, to, licence) => inTurn(() => readUsage(session, from, to, licence)),
    lapsed: after => inTurn(() => readLapsed(session, after)),
    trim: (age, most) => inTurn(() => trimOld(session, age, most)),
    async [Symbol.asyncDispose]() {
      ended()
      await last
      await session.end().catch(() => { /* it was over */ })
    },
  }
}

/** The lock is the session's: a process that is killed lets go of it with its connection. Its name holds the schema's, as several books may be in one database. */
const lockBook = async (session: pg.Client, schema: string, signal: AbortSignal, wait?: () => void): Promise<void> => {
  const name = `rehome licence book ${schema}`
  const { rows: [first] } = await session.query<{ got: boolean }>('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS got', [name])
  if (first?.got === true) return
  wait?.()
  const leave = (): void => { void session.end().catch(() => { /* it was over */ }) }
  // Waiting inside the server ends only with the session; a signal ends that.
  signal.addEventListener('abort', leave, { once: true })
  try {
    signal.throwIfAborted()
    await session.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [name])
  } catch (error) {
    throw new Fault('LICENCE_BOOK_UNREACHABLE', { reason: 'the wait for it was broken off' }, { cause: error })
  } finally {
    signal.removeEventListener('abort', leave)
  }
}
