import { setTimeout as pause } from 'node:timers/promises'
import type { JobResult, PgBoss } from 'pg-boss'
import { Fault } from '#domain/faults.ts'
import { jobNames, jobPolicies, type JobName } from '#domain/job.ts'
import { sideBySide } from '#lib/side-by-side.ts'
import type { Handlers } from '#ports/jobs.ts'
import { type Ends, holdingOf, type Taken } from './holding.ts'
import { heartbeatSeconds } from './schema.ts'
import { jobOf } from './stored.ts'
import { takeTurn, type Turn } from './turn.ts'

/** How long jobs in hand may go on when the process must end, and then how long what was aborted may take to end. */
const graceMs = 20_000
const lastMs = 2_000

/** `started`: told of each worker who takes the jobs of a name. */
export const work = async (boss: PgBoss, handlers: Handlers, stop: AbortSignal, started: (name: JobName, worker: string) => void): Promise<void> => {
  const last = new AbortController()
  const ends: Ends = { ending: stop, last: last.signal }
  for (const name of jobNames) {
    const { together, atOnce } = jobPolicies[name]
    // Where several are taken together, the work side by side is within them.
    for (let n = 0; n < (together > 1 ? 1 : atOnce); n++) {
      const worker: string = await boss.work(name, workOptions(name), async taken => {
        // Who finds something looks again when it is done, and waits only when there is nothing.
        boss.notifyWorker(worker)
        return handleTogether(boss, handlers, name, taken, ends)
      })
      started(name, worker)
    }
  }
  await aborted(stop)
  const ended = Promise.all(jobNames.map(name => boss.offWork(name)))
  await within(ended, graceMs)
  last.abort(new Error('this process ends'))
  await within(ended, lastMs)
}

const workOptions = (name: JobName) => ({
  perJobResults: true,
  batchSize: jobPolicies[name].together,
  ...(jobPolicies[name].onePerGroup ? { groupConcurrency: 1 } : {}),
  // New jobs are told of by NOTIFY; what becomes due is found by asking.
  pollingIntervalSeconds: 1,
  notifyPollingIntervalSeconds: 1,
  heartbeatRefreshSeconds: heartbeatSeconds / 4,
}) as const

/** What became of each is recorded by one statement for all, and only where the lease still holds. */
const handleTogether = async (boss: PgBoss, handlers: Handlers, name: JobName, taken: readonly Taken[], ends: Ends): Promise<JobResult[]> => {
  const results: JobResult[] = []
  await sideBySide(taken, jobPolicies[name].atOnce, new AbortController().signal, async one => { results.push(await handle(boss, handlers, name, one, ends)) })
  return results
}

/** Every error is an outcome: it is kept with the job, which is tried again or dead by it. */
const handle = async (boss: PgBoss, handlers: Handlers, name: JobName, taken: Taken, ends: Ends): Promise<JobResult> => {
  try {
    const job = jobOf(name, taken.data)
    const holding = holdingOf(boss, job, taken, ends)
    holding.signal.throwIfAborted()
    await using _turn = await turnOf(boss, name, job.group, taken, holding.signal)
    await handlers[name](job, holding)
    return { id: taken.id, status: 'completed' }
  } catch (error) {
    return { id: taken.id, status: error instanceof Fault && !error.isRetryable ? 'deadletter' : 'failed', output: outcomeOf(error) }
  }
}

const turnOf = async (boss: PgBoss, name: JobName, group: string | undefined, taken: Taken, signal: AbortSignal): Promise<Turn | undefined> =>
  group !== undefined && jobPolicies[name].onePerGroup ? await takeTurn(boss, name, group, taken, signal) : undefined

/** Only these: an error's other properties may hold what nobody should read. */
const outcomeOf = (error: unknown): { reason: string; stack?: string } => {
  if (!(error instanceof Error)) return { reason: String(error) }
  return { reason: error instanceof Fault ? `${error.code}: ${error.message}` : error.message, ...(error.stack === undefined ? {} : { stack: error.stack }) }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** The end of this process is of this machine's time, whatever clock the jobs go by. */
const within = async (ended: Promise<unknown>, ms: number): Promise<void> => {
  const over = new AbortController()
  try {
    await Promise.race([ended, pause(ms, undefined, { signal: over.signal, ref: true }).catch(() => undefined)])
  } finally {
    over.abort()
  }
}
