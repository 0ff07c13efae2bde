import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { Context } from './context.ts'

/** Often enough that the product hardly notices, seldom enough that the server does not. */
const lookMs = 15

/** Watches a session that waits for locks. `during` rejects as a statement that was cancelled does when somebody it waits for waits for it. */
export type Crossing = { during<T>(waiting: Promise<T>): Promise<T>; readonly isCrossed: boolean }

/**
 * Such a wait never ends by itself: left alone, the server would make a victim of one of the two after `deadlock_timeout`, and we would rather step aside at
 * once. The server is asked and the statement is cancelled in one go; it is not cancelled once it has what it waited for.
 */
export const watchCrossing = (context: Context, session: pg.Client): Crossing => {
  const pid = 'processID' in session ? Number(session.processID) : 0
  let isCrossed = false
  const watch = async (signal: AbortSignal): Promise<void> => {
    for (;;) {
      await sleep(lookMs, undefined, { signal }).catch(() => { /* the wait is over */ })
      if (signal.aborted || isCrossed) return
      isCrossed = (await context.query(cancelCrossed, [pid])).length > 0
    }
  }
  return {
    get isCrossed() { return isCrossed },
    async during(waiting) {
      const over = new AbortController()
      // Where the server cannot be asked the lock's own time limit ends the wait, or the loss of the session does.
      const watching = watch(over.signal).catch(() => { /* the next attempt asks again */ })
      try {
        return await waiting
      } finally {
        over.abort()
        // Only when the last cancel was given, or not, may the session be used again: it must not meet the next statement.
        await watching
      }
    },
  }
}

const cancelCrossed = `SELECT pg_catalog.pg_cancel_backend($1) FROM (SELECT) AS one
  WHERE EXISTS (SELECT FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids($1)) AS other WHERE $1 = ANY (pg_catalog.pg_blocking_pids(other)))`
