import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { Fault } from '#domain/faults.ts'
import { borrow, type Session } from './build-sessions.ts'
import { type Context, toFault } from './context.ts'
import { literal } from './identifiers.ts'
import type { Step } from './steps.ts'

/** What one step may use of the target's server. */
export type Power = { readonly memoryMegabytes: number; /** Beside the session itself. */ readonly workers: number }

const usual: Power = { memoryMegabytes: 256, workers: 2 }

/**
 * Carries out a step that is on file and records that it is done, in one transaction: whatever dies when, both happened or neither. One that is done already is not touched; two sessions that
 * build the same step wait for each other. On disk a moment later, at the latest with the next durable write to this server; steps of the phases `schema` and `last` at once. Aborted: the statement is cancelled,
 * nothing of it stays, and this rejects with the signal's reason.
 */
export const build = async (target: Context, step: Step, signal: AbortSignal, power: Power = usual): Promise<void> => {
  for (let attempts = 1; ; attempts++) {
    signal.throwIfAborted()
    await using lent = await borrow(target)
    try {
      await cancellable(target, lent.session, signal, () => carryOut(lent.session, step, power))
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

const carryOut = async (session: pg.Client, step: Step, power: Power): Promise<void> => {
  try {
    await session.query(transactionOf(step, power))
  } catch (error) {
    if ((error as Partial<pg.DatabaseError>).constraint !== 'built_once') throw error
    await session.query('ROLLBACK')
  }
}

/**
 * What a step is to the server: one message, for there may be ten thousand steps. That the step is recorded first makes a second session wait, and then
 * find it done.
 */
export const transactionOf = ({ id, phase, sql }: Step, { memoryMegabytes, workers }: Power = usual): string => `BEGIN;
SET LOCAL synchronous_commit = ${phase === 'last' || phase === 'schema' ? 'on' : 'off'}; SET LOCAL check_function_bodies = off; SET LOCAL maintenance_work_mem = '${memoryMegabytes}MB'; SET LOCAL max_parallel_maintenance_workers = ${workers};
INSERT INTO rehome.built (id) VALUES (${literal(id)});
${sql}
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
