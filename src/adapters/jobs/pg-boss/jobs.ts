import { PgBoss } from 'pg-boss'
import type { Instant } from '#domain/time.ts'
import { assert } from '#lib/assert.ts'
import type { Clock } from '#ports/clock.ts'
import type { Jobs } from '#ports/jobs.ts'
import { cancelWithin, enqueueWithin } from './enqueue.ts'
import { failed, retryWithin } from './failed.ts'
import { install, schema } from './schema.ts'
import { isStepped, Stepper } from './stepped.ts'
import { work } from './work.ts'

export type JobsOptions = {
  /** Of the ledger's database: enqueueing shares its transactions. Sessions, not a pooler's transactions: it listens. */
  readonly url: string
  /** The system's; or one that is stepped, for tests: then jobs are handled in `passUntil` and by this process only. */
  readonly clock: Clock
  /** What went wrong in the background and is tried again by itself: the database away, a monitor that is late. Never the failure of a job. */
  readonly onTrouble: (error: unknown) => void
}

export type PgBossJobs = Jobs & {
  /** With a stepped clock only: lets time pass until then, from date to date, each time until all that is due is done. */
  passUntil(until: Instant): Promise<void>
}

/** Jobs on pg-boss, in the schema `jobs` of the ledger's database. Made if it is missing, by however many processes at once. */
export const openJobs = async ({ url, clock, onTrouble }: JobsOptions): Promise<PgBossJobs> => {
  const stepper = isStepped(clock) ? new Stepper(clock) : undefined
  const boss = new PgBoss({ ...settings, connectionString: url, ...(stepper === undefined ? {} : { clock: stepper.boss }) })
  let isClosed = false
  // A session that was closed may still be told, on its way out, that its server or database goes.
  const tell = (error: unknown): void => { if (!isClosed) onTrouble(error) }
  boss.on('error', tell)
  boss.on('warning', tell)
  const close = async (): Promise<void> => {
    await boss.stop({ graceful: false, close: true })
    isClosed = true
  }
  try {
    await install(boss, url)
  } catch (error) {
    await close()
    throw error
  }
  return {
    enqueueWithin: (execute, jobs) => enqueueWithin(boss, execute, jobs),
    cancelWithin: (execute, keys) => cancelWithin(boss, execute, keys),
    work: (handlers, stop) => work(boss, handlers, stop, (name, worker) => stepper?.add(name, worker)),
    failed: (limit = 1_000) => failed(boss, limit),
    retryWithin: (execute, id) => retryWithin(boss, execute, id),
    async passUntil(until) {
      assert(stepper !== undefined, 'only a stepped clock can be let pass')
      await stepper.passUntil(boss, until)
    },
    [Symbol.asyncDispose]: close,
  }
}

const settings = {
  schema,
  application_name: 'rehome jobs',
  max: 8,
  useListenNotify: true,
  // What recurs is enqueued again by who handles it.
  schedule: false,
  // A dead worker's jobs are given to others within heartbeat + 2 × this.
  monitorIntervalSeconds: 2,
  superviseIntervalSeconds: 2,
} as const
