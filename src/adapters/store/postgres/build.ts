import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { Fault } from '#domain/faults.ts'
import type { TableId } from '#domain/stream.ts'
import { borrow, type Session } from './build-sessions.ts'
import { type Context, toFault } from './context.ts'
import { literal } from './identifiers.ts'
import type { Step } from './steps.ts'

/** What one step may use of the target's server. */
export type Power = { readonly memoryMegabytes: number; /** Beside the session itself. */ readonly workers: number }

const usual: Power = { memoryMegabytes: 256, workers: 2 }

/**
 * Carries out steps that are on file, in this order, and records that they are done, in one transaction: whatever dies when, both happened or neither. What is done already is not touched; two sessions that
 * build the same step wait for each other. On disk a moment later, at the latest with the next durable write to this server; steps of the phases `schema` and `last` at once. Aborted: the statement is cancelled,
 * nothing of it stays, and this rejects with the signal's reason. Where one of several is refused, each is tried by itself, in order, so that only what is refused is missing.
 */
export const build = async (target: Context, steps: readonly Step[], signal: AbortSignal, power: Power = usual): Promise<void> => {
  if (steps.length === 0) return
  try {
    await buildTogether(target, steps, signal, power)
  } catch (error) {
    if (steps.length < 2 || !(error instanceof Fault) || error.code !== 'STORE_REFUSED') throw error
    for (const step of steps) await buildTogether(target, [step], signal, power)
  }
}

/** Statistics, which planning needs from the first statement on. Not waited for on disk: they can be taken again. One table's lock at a time: nobody who holds several waits for us and we for them. */
export const analyse = async (target: Context, tables: readonly TableId[], signal: AbortSignal): Promise<void> => {
  signal.throwIfAborted()
  if (tables.length === 0) return
  await using lent = await borrow(target)
  try {
    await cancellable(target, lent.session, signal, async () => {
      await lent.session.query('SET synchronous_commit = off')
      await lent.session.query(`ANALYZE ${tables.join(', ')}`)
    })
  } catch (error) {
    signal.throwIfAborted()
    throw toFault(target.settings.name, error)
  }
  if (!signal.aborted) lent.keep()
}

const buildTogether = async (target: Context, steps: readonly Step[], signal: AbortSignal, power: Power): Promise<void> => {
  for (let attempts = 1; ; attempts++) {
    signal.throwIfAborted()
    await using lent = await borrow(target)
    try {
      await cancellable(target, lent.session, signal, () => carryOut(lent.session, steps, power))
      // A cancellation that came too late may still be on its way to the session.
      if (!signal.aborted) lent.keep()
      return
    } catch (error) {
      signal.throwIfAborted()
      const fault = toFault(target.settings.name, error)
      if (!isDeadlock(fault) || attempts >= mostAttempts) throw fault
    }
    await sleep(100 * attempts, undefined, { signal })
  }
}

const mostAttempts = 5

const carryOut = async (session: pg.Client, steps: readonly Step[], power: Power): Promise<void> => {
  try {
    await session.query(transactionOf(steps, power))
  } catch (error) {
    if ((error as Partial<pg.DatabaseError>).constraint !== 'built_once') throw error
    await session.query('ROLLBACK')
    if (steps.length > 1) for (const step of steps) await carryOut(session, [step], power)
  }
}

/**
 * What steps are to the server: one message, for there may be ten thousand steps. That a step is recorded first makes a second session wait, and then
 * find it done.
 */
export const transactionOf = (steps: readonly Step[], { memoryMegabytes, workers }: Power = usual): string => `BEGIN;
SET LOCAL synchronous_commit = ${steps.some(({ phase }) => phase === 'last' || phase === 'schema') ? 'on' : 'off'}; SET LOCAL check_function_bodies = off; SET LOCAL maintenance_work_mem = '${memoryMegabytes}MB'; SET LOCAL max_parallel_maintenance_workers = ${workers};
INSERT INTO rehome.built (id) VALUES ${steps.map(({ id }) => `(${literal(id)})`).join(', ')};
${steps.map(({ sql }) => sql).join('\n')}
COMMIT`

/** With somebody who writes to the tables meanwhile. What the server broke off has left nothing behind. */
const isDeadlock = (error: unknown): boolean => error instanceof Fault && error.facts['code'] === '40P01'

/** The server's process goes on whatever happens to the connection: it is asked to stop. */
const cancellable = async (target: Context, session: Session, signal: AbortSignal, work: () => Promise<void>): Promise<void> => {
  const asked: Promise<unknown>[] = []
  const cancel = (): void => { asked.push(target.query('SELECT pg_catalog.pg_cancel_backend($1)', [session.processID])) }
  signal.addEventListener('abort', cancel, { once: true })
  try {
    await work()
  } finally {
    signal.removeEventListener('abort', cancel)
    await Promise.allSettled(asked)
  }
}
