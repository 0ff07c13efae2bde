import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { Fault } from '#domain/faults.ts'
import { type Context, toFault } from './context.ts'
import { type Against, holdersOf, sayHolders } from './lock-holders.ts'

/** A statement that locks one table, in a transaction of its own. */
export type Job = { readonly table: number; readonly sql: string }

export type Manner = {
  /** What the lock conflicts with. */
  readonly against: Against
  /** The fault when none of the jobs left could be done for `giveUpMs`. */
  readonly busy: (ms: number, reason: string) => Fault
  readonly giveUpMs: number
  readonly signal?: AbortSignal
}

/**
 * Runs statements that each need a strong lock on one table without making the neighbours queue: a waiting lock stands before everybody who comes
 * after it, so we wait for one only `patientMs`, step aside when it is busy, and come back after a pause that grows (as gh-ost does). Ends when
 * all are done or `busy`. Aborted between two statements.
 */
export const gently = async (context: Context, jobs: readonly Job[], { against, busy, giveUpMs, signal }: Manner): Promise<void> => {
  if (jobs.length === 0) return
  const session = await context.connect('locks')
  try {
    const deadlockMs = await prepare(session)
    let pending = jobs
    let lastDone = performance.now()
    for (let pass = 0; pending.length > 0; pass += 1) {
      const left = await runPass(session, pending, signal)
      if (left.length < pending.length) lastDone = performance.now()
      pending = left
      if (pending.length === 0) break
      const holders = await holdersOf(context.query, pending.map(job => job.table), against)
      if (performance.now() - lastDone > giveUpMs) throw busy(Math.round(giveUpMs), sayHolders(holders))
      const only = holders.length > 0 && holders.every(holder => holder.isAutovacuum)
      await session.query(`SET lock_timeout = ${only ? deadlockMs + 500 : patientMs}`)
      await sleep(Math.min(50 * 2 ** pass, 2_000), undefined, signal === undefined ? {} : { signal })
    }
  } catch (error) {
    throw toFault(context.settings.name, error)
  } finally {
    await session.end()
  }
}

/** Below `deadlock_timeout`: no transaction of the product is ever chosen as a deadlock's victim because of us. */
const patientMs = 200

/** What cannot wait any longer for a lock, or was stopped because it waited: lock_not_available, query_canceled, deadlock_detected. */
export const isLockTimeout = (error: unknown): boolean => error instanceof Error && 'code' in error && ['55P03', '57014', '40P01'].includes(String(error.code))

/**
 * Autovacuum gives way to a lock only once `deadlock_timeout` has passed, so against it alone we wait longer than that. Losing the last statements in a
 * crash of the server does no harm, they are repeated: no flush for each of thousands. Returns the server's deadlock timeout in milliseconds.
 */
const prepare = async (session: pg.Client): Promise<number> => {
  await session.query(`SET synchronous_commit = off; SET lock_timeout = ${patientMs}`)
  const { rows } = await session.query<{ ms: number }>(`SELECT setting::integer AS ms FROM pg_catalog.pg_settings WHERE name = 'deadlock_timeout'`)
  return rows[0]?.ms ?? 1_000
}

/** One try for each; returns those that were busy. */
const runPass = async (session: pg.Client, jobs: readonly Job[], signal: AbortSignal | undefined): Promise<Job[]> => {
  const left: Job[] = []
  for (const job of jobs) {
    signal?.throwIfAborted()
    try {
      await session.query(job.sql) // several statements in one message are one transaction
    } catch (error) {
      if (!isLockTimeout(error)) throw error
      left.push(job)
    }
  }
  return left
}
