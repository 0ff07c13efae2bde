import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { systemClock } from '#adapters/clock/system.ts'
import { openJobs } from '#adapters/jobs/pg-boss/jobs.ts'
import { jobNames, type JobName } from '#domain/job.ts'
import type { Handler } from '#ports/jobs.ts'

/** One worker process of the tests: works on the jobs of the database in JOBS_URL until it is told to end by SIGTERM. */

/** How a job of the tests is done: after `ms`, within the transaction that completes it; asking the fence first; just so; or giving up when its signal is aborted. */
export type Chore = { readonly ms: number; readonly how: 'within' | 'fenced' | 'plain' | 'watching' }

const url = process.env['JOBS_URL'] ?? ''
const pool = new pg.Pool({ connectionString: url, max: 6 })
pool.on('error', () => { /* the server was restarted: the next statement connects again */ })

const note = async (key: string, what: string): Promise<void> => { await pool.query('INSERT INTO note (key, what, pid) VALUES ($1, $2, $3)', [key, what, process.pid]) }
const effect = 'INSERT INTO effect (key, pid, attempt) VALUES ($1, $2, $3)'

const handle: Handler = async ({ key, facts }, holding) => {
  const { ms, how } = facts as Chore
  await note(key, 'begun')
  if (how === 'watching') {
    await pause(ms, undefined, { signal: holding.signal }).catch(async (error: Error) => {
      await note(key, 'told')
      throw error
    })
  } else await pause(ms)
  const values = [key, process.pid, holding.attempt]
  if (how === 'plain' || how === 'watching') await pool.query(effect, values)
  else if (how === 'fenced') {
    if (await holding.stillMine()) await pool.query(effect, values)
    else await note(key, 'refused')
  } else await within(key, values, execute => holding.completeWithin(execute))
  await note(key, 'ended')
}

const within = async (key: string, values: unknown[], complete: (execute: (sql: string, values: readonly unknown[]) => Promise<{ rows: unknown[] }>) => Promise<void>): Promise<void> => {
  const session = await pool.connect()
  let broken: Error | undefined
  // A session that is in use has no listener of its pool: without one, a server that goes away ends the process.
  const lost = (error: Error): void => { broken = error }
  session.on('error', lost)
  try {
    await session.query('BEGIN')
    await session.query(effect, values)
    await complete((sql, parameters) => session.query(sql, [...parameters]))
    await session.query('COMMIT')
  } catch (error) {
    await session.query('ROLLBACK').catch((cause: Error) => { broken = cause })
    if ((error as { code?: string }).code === 'JOB_TAKEN') await note(key, 'refused')
    throw error
  } finally {
    session.off('error', lost)
    session.release(broken)
  }
}

if (import.meta.main) {
  const stop = new AbortController()
  process.once('SIGTERM', () => stop.abort())
  await using jobs = await openJobs({ url, clock: systemClock, onTrouble: error => process.stderr.write(`${error instanceof Error ? error.message : JSON.stringify(error)}\n`) })
  const working = jobs.work(Object.fromEntries(jobNames.map(name => [name, handle])) as Record<JobName, Handler>, stop.signal)
  process.stdout.write('ready\n')
  await working
  await pool.end()
}
