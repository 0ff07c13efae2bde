import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { Fault } from '#domain/faults.ts'
import { type Context, toFault } from './context.ts'
import { applierPass } from './fence.ts'

/** How long a session of ours that was told to end may take. */
const endsWithinMs = 30_000

/**
 * The session through which one stream is applied: triggers, rules and foreign keys of the product stay asleep where the role may do that, a commit is on
 * disk when it returns, the fence lets it pass. An earlier session of the same stream is ended first: what it had sent before its process died
 * could otherwise still commit. Statements are sent without waiting for the answers to those before.
 */
export const openApplierSession = async (context: Context, stream: string, isBusy: () => boolean, patience: Patience = usual): Promise<pg.Client> => {
  const pass = await applierPass(context)
  const session = await context.connect(`apply ${stream}`)
  const watch = setInterval(watcher(context, session, isBusy, patience), patience.lookMs).unref()
  session.once('end', () => clearInterval(watch))
  try {
    await endPredecessors(context, session)
    await session.query(settings)
    await sleepTriggers(session)
    await session.query(`SELECT pg_catalog.set_config('rehome.applier', $1, false)`, [pass])
    // The driver reads it at every statement, though its types would have it set by the constructor alone.
    Object.assign(session, { pipeline: true })
    return session
  } catch (error) {
    await session.end()
    throw toFault(context.settings.name, error)
  }
}

/** How often to look whether a session that is busy still moves, and how long it may stand still before its server is asked. */
export type Patience = { readonly lookMs: number; readonly askMs: number }

const usual: Patience = { lookMs: 5_000, askMs: 20_000 }

/**
 * A session may stand still for as long as its server works or waits for a lock. Where the network carries nothing any more the kernel would take a quarter of
 * an hour to say so: so the server is asked by a second connection, and if that is not made either the session is given up.
 */
const watcher = (context: Context, session: pg.Client, isBusy: () => boolean, { askMs }: Patience): (() => void) => {
  const wire = session.connection.stream as Socket
  let [bytes, since, isAsking] = [0, performance.now(), false]
  const ask = async (): Promise<void> => {
    try {
      const probe = await context.connect('probe')
      await probe.end()
    } catch (error) {
      // An answer is a sign of life, also when it is no.
      if (!(error instanceof Fault && error.cause instanceof pg.DatabaseError)) wire.destroy()
    }
    since = performance.now()
    isAsking = false
  }
  return () => {
    const now = wire.bytesRead
    if (!isBusy() || now !== bytes) [bytes, since] = [now, performance.now()]
    if (isAsking || performance.now() - since < askMs) return
    isAsking = true
    void ask()
  }
}

/**
 * Every row is looked up by the index of its key, whatever the statistics of a table that was just loaded say: no plan may read a large table to change a
 * few rows, and none is worth being planned anew for each statement.
 */
const settings = `SET synchronous_commit = on; SET plan_cache_mode = force_generic_plan; SET jit = off; SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings WHERE name IN ('idle_session_timeout', 'transaction_timeout')`

/** Needs a superuser, or the right to SET it (15 and later). Without, preflight saw to it that there is nothing to be kept asleep. */
const sleepTriggers = async (session: pg.Client): Promise<void> => {
  try {
    await session.query('SET session_replication_role = replica')
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && error.code === '42501')) throw error
  }
}

/** Of two that come at once the later one stays. */
const endPredecessors = async (context: Context, session: pg.Client): Promise<void> => {
  for (const until = performance.now() + endsWithinMs; ; await sleep(20)) {
    const { rows } = await session.query<{ pid: number }>(
      `SELECT pid, pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
       WHERE application_name = pg_catalog.current_setting('application_name') AND datname = pg_catalog.current_database()
         AND (backend_start, pid) < (SELECT backend_start, pid FROM pg_catalog.pg_stat_activity WHERE pid = pg_catalog.pg_backend_pid())`)
    if (rows.length === 0) return
    if (performance.now() > until) throw new Fault('CLEAN_UP_BUSY', { store: context.settings.name, reason: `process ${rows[0]?.pid} of an earlier session does not end` })
  }
}
