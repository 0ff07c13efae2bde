import type pg from 'pg'
import { type Context, toFault } from './context.ts'

/** What the driver's types leave out. */
export type Session = pg.Client & { /** The server's process. */ readonly processID: number; ref(): void; unref(): void }

/** A session for one step; unless it is kept it is closed when it is disposed of. */
export type Lent = AsyncDisposable & { readonly session: Session; /** It is sound: the next step may have it. */ keep(): void }

/** How long a session waits for the next step. */
const idleMs = 3_000

/** Sessions between two steps, by database. They do not keep the process alive. */
const idle = new WeakMap<Context, Map<Session, NodeJS.Timeout>>()

/** Steps come by the thousand and most take a millisecond: a session serves many. */
export const borrow = async (target: Context): Promise<Lent> => {
  const waiting = idle.get(target) ?? new Map<Session, NodeJS.Timeout>()
  idle.set(target, waiting)
  const [found] = waiting
  if (found !== undefined) take(waiting, found[0])
  const session = found?.[0] ?? await open(target, waiting)
  let isKept = false
  return {
    session,
    keep() { isKept = true },
    async [Symbol.asyncDispose]() {
      if (!isKept) return session.end()
      session.unref()
      waiting.set(session, setTimeout(() => { if (take(waiting, session)) void session.end().catch(() => { /* it was broken already, and nothing was under way */ }) }, idleMs).unref())
    },
  }
}

const open = async (target: Context, waiting: Map<Session, NodeJS.Timeout>): Promise<Session> => {
  const session = await target.connect('build') as Session
  session.once('end', () => take(waiting, session))
  // A server that finds us gone gives up what it builds, where its system can tell: what was killed must not hold a step for as long as an index takes.
  const givesUpWithUs = `SELECT CASE WHEN pg_catalog.version() ~* '(linux|darwin|freebsd)' THEN pg_catalog.set_config('client_connection_check_interval', '5s', false) END`
  try {
    await session.query(givesUpWithUs)
    return session
  } catch (error) {
    await session.end().catch(() => { /* it is gone already */ })
    throw toFault(target.settings.name, error)
  }
}

const take = (waiting: Map<Session, NodeJS.Timeout>, session: Session): boolean => {
  clearTimeout(waiting.get(session))
  session.ref()
  return waiting.delete(session)
}
