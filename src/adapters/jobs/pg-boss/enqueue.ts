import type { PgBoss } from 'pg-boss'
import { z } from 'zod'
import { jobNames, type Job, type JobName } from '#domain/job.ts'
import { assert } from '#lib/assert.ts'
import { canonical } from '#lib/canonical.ts'
import { risingUuids } from '#lib/uuid.ts'
import type { Execute } from '#ports/jobs.ts'
import { schema } from './schema.ts'
import { payloadOf, priorityOf, startOf } from './stored.ts'

/** Of those that are due at the same time pg-boss takes the one made first, and of one transaction's the lowest id: with rising ids what was enqueued together, such as the reminders of one move, is handled together. */
const nextId = risingUuids(() => Date.now())

/** So many are read, or made, by one statement. */
const atOnce = 1_000
const mostRounds = 1_000

export const enqueueWithin = async (boss: PgBoss, execute: Execute, jobs: readonly Job[]): Promise<void> => {
  for (const name of jobNames) {
    // Of the same key twice, the last is meant. In the order of keys, so that two who enqueue the same do not wait for each other in a ring.
    const byKey = new Map(jobs.filter(job => job.name === name).map(job => [job.key, job]))
    const inOrder = [...byKey.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1))
    for (let from = 0; from < inOrder.length; from += atOnce) await enqueueSome(boss, execute, name, inOrder.slice(from, from + atOnce))
  }
}

export const cancelWithin = async (boss: PgBoss, execute: Execute, keys: readonly string[]): Promise<void> => {
  const inOrder = [...new Set(keys)].toSorted()
  for (let from = 0; from < inOrder.length; from += atOnce) {
    const waiting = await lockWaiting(execute, jobNames, inOrder.slice(from, from + atOnce))
    for (const [name, some] of Map.groupBy(waiting, job => job.name)) await boss.cancel(name, some.map(({ id }) => id), through(execute))
  }
}

const enqueueSome = async (boss: PgBoss, execute: Execute, name: JobName, jobs: readonly Job[]): Promise<void> => {
  let left = jobs
  for (let round = 0; left.length > 0; round++) {
    // Each round loses to another transaction that has committed: there are never so many at once.
    assert(round < mostRounds, 'a job that cannot be made waits already')
    const waiting = Map.groupBy(await lockWaiting(execute, [name], left.map(job => job.key)), job => job.key)
    // Nothing is written where nothing changes: what reconciles enqueues everything again.
    const changed = left.filter(job => !isOnly(job, waiting.get(job.key)))
    await forget(boss, execute, name, changed.flatMap(job => waiting.get(job.key) ?? []))
    const made = await insert(boss, execute, name, changed)
    // Not made: another transaction has committed the same key meanwhile, which now can be seen.
    left = changed.filter(job => !made.has(job.key))
  }
}

const isOnly = (job: Job, waiting: readonly Waiting[] = []): boolean => waiting.length === 1 && canonical(waiting[0]?.data) === canonical(payloadOf(job))

/** Replaced, not updated: pg-boss's update of one job reads through all of them. */
const forget = async (boss: PgBoss, execute: Execute, name: JobName, waiting: readonly Waiting[]): Promise<void> => {
  if (waiting.length > 0) await boss.deleteJob(name, waiting.map(({ id }) => id), through(execute))
}

/** The keys of those that are now. */
const insert = async (boss: PgBoss, execute: Execute, name: JobName, jobs: readonly Job[]): Promise<Set<string>> => {
  if (jobs.length === 0) return new Set()
  const ids = new Map(jobs.map(job => [nextId(), job.key]))
  const rows = jobs.map((job, n) => ({ id: [...ids.keys()][n] ?? '', data: payloadOf(job), singletonKey: job.key, startAfter: startOf(job), priority: priorityOf(job), ...groupOf(job) }))
  const made = await boss.insert(name, rows, { ...through(execute), returnId: true })
  return new Set((made ?? []).map(id => ids.get(id) ?? ''))
}

const groupOf = ({ group }: Job) => (group === undefined ? {} : { group: { id: group } })
/** Has pg-boss work in the caller's transaction. */
export const through = (execute: Execute) => ({ db: { executeSql: (sql: string, values: unknown[] = []) => execute(sql, values) } })

const waitingRow = z.object({ id: z.string(), name: z.enum(jobNames), key: z.string(), data: z.unknown() })
type Waiting = z.infer<typeof waitingRow>

/** Waiting for their first or next try; no worker can take them until the transaction ends. By the index rehome_waiting. */
export const lockWaiting = async (execute: Execute, names: readonly JobName[], keys: readonly string[]): Promise<Waiting[]> => {
  const { rows } = await execute(
    `SELECT id, name, singleton_key AS key, data FROM ${schema}.job
      WHERE singleton_key = ANY($1::text[]) AND name = ANY($2::text[]) AND state < 'active'
      ORDER BY singleton_key, name, id FOR UPDATE`,
    [keys, names],
  )
  return z.array(waitingRow).parse(rows)
}
