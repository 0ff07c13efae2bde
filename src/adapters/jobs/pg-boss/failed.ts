import type { PgBoss } from 'pg-boss'
import { z } from 'zod'
import type { Execute, FailedJob } from '#ports/jobs.ts'
import { enqueueWithin, lockWaiting, through } from './enqueue.ts'
import { graveyard, schema } from './schema.ts'
import { jobOf } from './stored.ts'

const failedRow = z.object({ id: z.string(), name: z.string(), data: z.unknown(), attempts: z.number(), failed_at: z.number(), reason: z.string().nullable() })

export const failed = async (boss: PgBoss, limit: number): Promise<readonly FailedJob[]> => {
  const { rows } = await boss.getDb().executeSql(
    `SELECT id, source_name AS name, data, source_retry_count + 1 AS attempts, floor(extract(epoch FROM created_on) * 1000)::float8 AS failed_at,
            coalesce(source_output->>'reason', source_output->'value'->>'message', source_output->>'message') AS reason
       FROM ${schema}.job WHERE name = $1 AND state < 'active' ORDER BY created_on DESC, id LIMIT $2`,
    [graveyard, limit],
  )
  return z.array(failedRow).parse(rows).map(({ id, name, data, attempts, failed_at: failedAt, reason }) => ({ id, job: jobOf(name, data), attempts, failedAt, reason: reason ?? '' }))
}

const deadRow = z.object({ name: z.string(), data: z.unknown() })

export const retryWithin = async (boss: PgBoss, execute: Execute, id: string): Promise<boolean> => {
  const { rows } = await execute(`SELECT source_name AS name, data FROM ${schema}.job WHERE name = $1 AND id = $2 AND state < 'active' FOR UPDATE`, [graveyard, id])
  const [dead] = z.array(deadRow).parse(rows)
  if (dead === undefined) return false
  const job = jobOf(dead.name, dead.data)
  await boss.deleteJob(graveyard, id, through(execute))
  // One of its name and key that waits already is newer.
  if ((await lockWaiting(execute, [job.name], [job.key])).length === 0) await enqueueWithin(boss, execute, [job])
  return true
}
