import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import pg from 'pg'
import { systemClock } from '#adapters/clock/system.ts'
import { openJobs } from '#adapters/jobs/pg-boss/jobs.ts'
import type { EmbeddedPostgres } from '#adapters/embedded-postgres/launcher.ts'
import type { Job } from '#domain/job.ts'
import type { Jobs } from '#ports/jobs.ts'
import { useDatabaseOn, type Scope, type TestDatabase } from '#test/services/postgres.ts'
import { until } from '#test/services/until.ts'

export type Worker = {
  readonly pid: number
  signal(name: NodeJS.Signals): void
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>
}

export type Yard = AsyncDisposable & {
  readonly database: TestDatabase
  readonly jobs: Jobs
  enqueue(jobs: readonly Job[]): Promise<void>
  /** A worker process that works. Killed when the yard is disposed of. */
  worker(): Promise<Worker>
  /** What workers said that ended by themselves in an error. */
  crashes(): readonly string[]
}

/** A database with jobs in it and real worker processes. */
export const useYard = async (scope: Scope, server: EmbeddedPostgres): Promise<Yard> => {
  const database = await useDatabaseOn(scope, server, { template: `
    CREATE TABLE effect (key text NOT NULL, pid int NOT NULL, attempt int NOT NULL);
    CREATE TABLE note (key text NOT NULL, what text NOT NULL, pid int NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp())` })
  const jobs = await openJobs({ url: database.url, clock: systemClock, onTrouble: () => { /* the server is killed */ } })
  const all: Worker[] = []
  const crashes: string[] = []
  return {
    database, jobs,
    enqueue: some => enqueueIn(database.url, jobs, some),
    async worker() {
      const worker = await startWorker(database.url, said => crashes.push(said))
      all.push(worker)
      return worker
    },
    crashes: () => crashes,
    async [Symbol.asyncDispose]() {
      for (const worker of all) worker.signal('SIGKILL')
      await Promise.all(all.map(worker => worker.ended))
      await jobs[Symbol.asyncDispose]()
    },
  }
}

export const enqueueIn = async (url: string, jobs: Jobs, some: readonly Job[]): Promise<void> => {
  const session = new pg.Client({ connectionString: url })
  await session.connect()
  try {
    await session.query('BEGIN')
    await jobs.enqueueWithin((sql, values) => session.query(sql, [...values]), some)
    await session.query('COMMIT')
  } finally {
    await session.end()
  }
}

const startWorker = async (url: string, crashed: (said: string) => void): Promise<Worker> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'worker.ts')], { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'], JOBS_URL: url } })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => { out += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { err += text })
  const ended = once(child, 'close').then(([status, signal]: (number | string | null)[]) => {
    if (status !== 0 && status !== null) crashed(err)
    return status ?? signal ?? ''
  })
  await until('a worker that works', () => {
    if (child.exitCode !== null) throw new Error(`it ended: ${err}`)
    return out.includes('ready')
  }, { withinMs: 30_000 })
  return { pid: child.pid ?? 0, signal: name => { child.kill(name) }, ended }
}
