import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { systemClock } from '#adapters/clock/system.ts'
import { startPostgres } from '#adapters/embedded-postgres/launcher.ts'
import { openJobs } from '#adapters/jobs/pg-boss/jobs.ts'
import { jobNames, type Job, type JobName } from '#domain/job.ts'
import type { Handler } from '#ports/jobs.ts'

/**
 * `node bench/control/reminders.ts [--due 100000] [--waiting 0] [--workers 1]`: how long due reminders take whose handler changes one
 * row of the ledger's database, beside others that wait for a later day. The server is the embedded one with `fsync` on.
 */
const { values } = parseArgs({ options: { due: { type: 'string', default: '100000' }, waiting: { type: 'string', default: '0' }, workers: { type: 'string', default: '1' }, url: { type: 'string' } } })

const bench = async (due: number, waiting: number, workers: number): Promise<void> => {
  const directory = mkdtempSync(join(tmpdir(), 'rehome-bench-reminders-'))
  chmodSync(directory, 0o711) // the server may run as another user
  const server = await startPostgres({ major: 18, directory: join(directory, 'server') })
  try {
    const url = server.superuserUrl()
    const session = new pg.Client({ connectionString: url })
    await session.connect()
    await session.query('CREATE TABLE reminder (id int PRIMARY KEY, task text NOT NULL, reminded_at timestamptz, times int NOT NULL DEFAULT 0)')
    await session.query("INSERT INTO reminder (id, task) SELECT n, 'task ' || n FROM generate_series(1, $1) n", [due])
    await using jobs = await openJobs({ url, clock: systemClock, onTrouble })
    const enqueue = async (count: number, at: number, key: string): Promise<number> => {
      const started = performance.now()
      await session.query('BEGIN')
      for (let from = 0; from < count; from += 10_000) {
        await jobs.enqueueWithin((sql, parameters) => session.query(sql, [...parameters]), Array.from({ length: Math.min(10_000, count - from) }, (_, n): Job => ({ name: 'reminder', key: `${key} ${from + n + 1}`, at: at + n, facts: { reminder: from + n + 1 } })))
      }
      await session.query('COMMIT')
      return (performance.now() - started) / 1000
    }
    await enqueue(waiting, Date.now() + 30 * 86_400_000, 'later')
    await session.query('VACUUM ANALYZE')
    const enqueueing = await enqueue(due, Date.now() - 3_600_000, 'due')
    const started = performance.now()
    const memory = await work(url, workers, async () => (await session.query('SELECT FROM reminder WHERE reminded_at IS NULL LIMIT 1')).rowCount === 0)
    const seconds = (performance.now() - started) / 1000
    const { rows: [told] } = await session.query<{ times: number; most: number }>('SELECT sum(times)::int AS times, max(times) AS most FROM reminder')
    await session.end()
    process.stdout.write(`${due} due reminders (${waiting} more wait) by ${workers} worker process(es): ${seconds.toFixed(1)} s, ${Math.round(due / seconds)} jobs/s, the start of the process included; worker's memory at most ${memory} MB; enqueued within one transaction in ${enqueueing.toFixed(1)} s; handled ${told?.times} times, one at most ${told?.most}\n`)
  } finally {
    await server.remove()
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Until `isDone`. The most memory that one of them had resident, in MB. */
const work = async (url: string, workers: number, isDone: () => Promise<boolean>): Promise<number> => {
  const children = Array.from({ length: workers }, () => spawn(process.execPath, [import.meta.filename, '--url', url], { stdio: ['ignore', 'pipe', 'inherit'] }))
  let most = 0
  for (const child of children) child.stdout.setEncoding('utf8').on('data', (text: string) => { most = Math.max(most, ...text.trim().split('\n').map(Number)) })
  const ended = Promise.all(children.map(child => once(child, 'close')))
  while (!(await isDone())) await pause(100)
  for (const child of children) child.kill('SIGTERM')
  await ended
  return most
}

const worker = async (url: string): Promise<void> => {
  const pool = new pg.Pool({ connectionString: url, max: 4 })
  const handle: Handler = async ({ facts }) => {
    await pool.query('UPDATE reminder SET reminded_at = now(), times = times + 1 WHERE id = $1', [(facts as { reminder: number }).reminder])
  }
  const stop = new AbortController()
  process.once('SIGTERM', () => stop.abort())
  const meter = setInterval(() => { process.stdout.write(`${Math.round(process.memoryUsage.rss() / 1e6)}\n`) }, 250)
  await using jobs = await openJobs({ url, clock: systemClock, onTrouble })
  await jobs.work(Object.fromEntries(jobNames.map(name => [name, handle])) as Record<JobName, Handler>, stop.signal)
  clearInterval(meter)
  await pool.end()
}

const onTrouble = (error: unknown): void => { process.stderr.write(`${error instanceof Error ? error.message : JSON.stringify(error)}\n`) }

if (values.url === undefined) await bench(Number(values.due), Number(values.waiting), Number(values.workers))
else await worker(values.url)
