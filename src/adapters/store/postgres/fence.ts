import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { Fault } from '#domain/faults.ts'
import type { TableId } from '#domain/stream.ts'
import { assert } from '#lib/assert.ts'
import { type Context, toFault } from './context.ts'
import { durably, ifThere } from './durable.ts'
import { watchCrossing } from './fence-crossing.ts'
import { armTable, type Fenced, fencedTables } from './fence-trigger.ts'
import { gently, isLockTimeout } from './gently.ts'
import { holdersOf, sayHolders } from './lock-holders.ts'
import { ensureSchema, registerAll } from './register.ts'

/**
 * The fence is a trigger on every table and one flag that all of them read. What is in force when:
 *
 * | moment | writes | after a crash of ours here |
 * |---|---|---|
 * | `arm` | accepted | accepted; the triggers that stand stay, `arm` adds the rest |
 * | `fence`, locks wanted or held | wait for us, some 400 ms at a time | the session ends, the locks with it: accepted. Stopped, or cut off: the server ends it after 2 s |
 * | `fence`, flag set before the locks (only where writers and we wait for one another) | refused; those in flight end, or are refused at their next statement | refused, until somebody thaws: nothing was switched |
 * | `fence`, flag set and not yet committed (one message: only the server can die in between) | wait | the flag may or may not be on disk, nothing was switched: whoever resumes thaws |
 * | `fence`, committed | refused, and every earlier write is in the stream | refused, until somebody thaws |
 * | `thaw` | accepted | accepted |
 *
 * The locks are the barrier: once all are held, nobody has written and not ended. The flag is the fence: it outlives the locks, us, and the server. Usually it comes last,
 * so that who is in flight may finish. But a transaction that holds what we want and wants what we hold cannot finish, and in a product that writes its tables in another
 * order than ours there is always one: then the flag comes first, no new ones get as far, and the next attempt finds the way free.
 * What no trigger sees and the fence does not stop: large objects, `nextval`, the apply worker of a native subscription; preflight names them.
 */

/** Puts the trigger on every table, open, one at a time, without stopping anybody for long. Repeatable. Faults: FENCE_BUSY after ten minutes without progress. */
export const arm = async (context: Context, tables: readonly { readonly id: TableId }[], signal?: AbortSignal): Promise<void> => {
  await ensurePass(context)
  const bare = (await fencedTables(context.query, ids(tables))).filter(table => table.state !== 'armed')
  await registerAll(context, 'trigger', bare.map(table => table.id))
  const jobs = bare.map(table => ({ table: table.oid, sql: armTable(table) }))
  await gently(context, jobs, { against: 'writers', busy: (ms, reason) => new Fault('FENCE_BUSY', { ms, reason }), giveUpMs: 600_000, ...(signal === undefined ? {} : { signal }) })
}

/**
 * Waits out the writes in flight and refuses later ones, durably; those of Rehome's appliers pass. Arms on the way what `arm` has not seen.
 * Faults: FENCE_BUSY after `withinMs`, naming who was in the way. After any fault writes are accepted, unless the server is gone.
 */
export const fence = async (context: Context, tables: readonly { readonly id: TableId }[], withinMs: number): Promise<void> => {
  const until = performance.now() + withinMs
  const session = await context.connect('fence')
  try {
    const [patience] = await Promise.all([patienceOf(context), ensurePass(context)])
    for (let attempt = 0, isAutovacuum = false; ; attempt += 1) {
      const lockMs = Math.min(isAutovacuum ? patience.overAutovacuumMs : patience.usualMs, until - performance.now())
      const busy = await close(context, session, ids(tables), Math.max(Math.ceil(lockMs), 1))
      if (busy === undefined) return
      const leftMs = until - performance.now()
      if (busy.isCrossed && leftMs > 0) {
        await session.query(shut)
        await sleep(crossedRestMs)
        continue
      }
      const holders = await holdersOf(context.query, busy.tables, 'writers')
      if (leftMs <= 0) throw new Fault('FENCE_BUSY', { ms: Math.round(withinMs), reason: sayHolders(holders) })
      isAutovacuum = holders.length > 0 && holders.every(holder => holder.isAutovacuum)
      await sleep(Math.min(20 * 2 ** attempt, 250, leftMs))
    }
  } catch (error) {
    await thaw(context).catch(() => { /* the server is gone: the first error says so, and whoever resumes thaws */ })
    throw toFault(context.settings.name, error)
  } finally {
    await session.end()
  }
}

/** Refuses writes from here on, before anybody has been waited out. One message, so that nobody slips in while it is sent. */
const shut = `BEGIN; SET LOCAL synchronous_commit = on; SELECT pg_catalog.setval('rehome.fence_flag', 1); COMMIT`

/** After a crossing, for those who were in flight to end. */
const crossedRestMs = 5

/** Accepts writes again, at once. Repeatable; nothing to do where Rehome never was. */
export const thaw = async (context: Context): Promise<void> => {
  await ifThere(durably(context, session => session.query(`SELECT pg_catalog.setval('rehome.fence_flag', 0)`)))
}

export const isFenced = async (context: Context): Promise<boolean> =>
  (await ifThere(context.query<{ closed: boolean }>('SELECT last_value = 1 AS closed FROM rehome.fence_flag')))?.[0]?.closed ?? false

/**
 * What a session must say to write to a fenced database: `SELECT set_config('rehome.applier', $1, false)`, as a parameter so that it shows in no
 * list of statements. A secret: never in a log, an error, a command line.
 */
export const applierPass = async (context: Context): Promise<string> => {
  await ensurePass(context)
  const [row] = await context.query<{ pass: string }>('SELECT pass FROM rehome.fence_pass')
  assert(row !== undefined, 'the pass was just made')
  return row.pass
}

const ids = (tables: readonly { readonly id: TableId }[]): TableId[] => tables.map(table => table.id)

const ensurePass = async (context: Context): Promise<void> => {
  if ((await ifThere(context.query('SELECT FROM rehome.fence_pass')))?.length === 1) return
  await ensureSchema(context)
  await durably(context, session => session.query('INSERT INTO rehome.fence_pass (pass) VALUES ($1) ON CONFLICT DO NOTHING', [randomBytes(32).toString('hex')]))
}

/**
 * How long to wait for one lock. Usually less than `deadlock_timeout`, so that no transaction of the product becomes a deadlock's victim through us;
 * autovacuum gives way only after it.
 */
const patienceOf = async (context: Context): Promise<{ usualMs: number; overAutovacuumMs: number }> => {
  const rows = await context.query<{ ms: number }>(`SELECT setting::integer AS ms FROM pg_catalog.pg_settings WHERE name = 'deadlock_timeout'`)
  const deadlockMs = rows[0]?.ms ?? 1_000
  return { usualMs: Math.min(400, deadlockMs * 0.4), overAutovacuumMs: deadlockMs + 500 }
}

/** The locks of a mover that was stopped, or lost its network, are given back by the server after this. */
const ourSilenceMs = 2_000

/** One attempt. Undefined: closed. Otherwise nothing changed, and these are the tables it wanted. `isCrossed`: somebody in the way waited for us. */
const close = async (context: Context, session: pg.Client, tables: readonly TableId[], lockMs: number): Promise<{ readonly tables: readonly number[]; readonly isCrossed: boolean } | undefined> => {
  const query: Context['query'] = async (sql, parameters = []) => (await session.query(sql, [...parameters])).rows
  const wanted = await fencedTables(query, tables)
  const busy = async (isCrossed: boolean): Promise<{ tables: number[]; isCrossed: boolean }> => {
    await session.query('ROLLBACK')
    return { tables: wanted.map(table => table.oid), isCrossed }
  }
  const crossing = watchCrossing(context, session)
  try {
    // The statement's limit is for many locks waited for one after another, all of them held; the idle one for us being stopped, or cut off, while we hold them.
    await session.query(`BEGIN; SET LOCAL synchronous_commit = on; SET LOCAL idle_in_transaction_session_timeout = ${ourSilenceMs};
      SET LOCAL lock_timeout = ${lockMs}; SET LOCAL statement_timeout = ${Math.ceil(lockMs * 2.2)}`)
    const lock = wanted.length === 0 ? '' : `LOCK TABLE ${wanted.map(table => `ONLY ${table.id}`).join(', ')} IN SHARE ROW EXCLUSIVE MODE; `
    await crossing.during(session.query(`${lock}SET LOCAL statement_timeout = 0`))
    if (!(await armUnderLock(context, session, await fencedTables(query, tables), wanted))) return await busy(false)
    await session.query(`SELECT pg_catalog.setval('rehome.fence_flag', 1); COMMIT`)
    return undefined
  } catch (error) {
    if (!isLockTimeout(error)) throw error
    return busy(crossing.isCrossed)
  }
}

/** Under the locks nobody adds or drops a trigger: what is armed now stays so. False: a table came that we hold no lock on. */
const armUnderLock = async (context: Context, session: pg.Client, now: readonly Fenced[], locked: readonly Fenced[]): Promise<boolean> => {
  const held = new Set(locked.map(table => table.oid))
  if (now.some(table => !held.has(table.oid))) return false
  const bare = now.filter(table => table.state !== 'armed')
  if (bare.length > 0) await registerAll(context, 'trigger', bare.map(table => table.id))
  for (const table of bare) await session.query(armTable(table))
  return true
}
