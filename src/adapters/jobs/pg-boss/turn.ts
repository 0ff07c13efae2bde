import { setTimeout as pause } from 'node:timers/promises'
import type { PgBoss } from 'pg-boss'
import { assert } from '#lib/assert.ts'
import { schema } from './schema.ts'

export type Turn = AsyncDisposable

/**
 * Waits until no other job of the group is being handled anywhere. pg-boss does not take a job while another of its group is active,
 * but two workers that take at the same instant do not see each other: one of them waits here. Who lost its lease has lost its turn.
 */
export const takeTurn = async (boss: PgBoss, name: string, group: string, job: { id: string; retryCount: number }, signal: AbortSignal): Promise<Turn> => {
  const values = [name, group, job.id, job.retryCount]
  while (!(await tryTurn(boss, values))) await pause(200, undefined, { signal })
  return {
    async [Symbol.asyncDispose]() {
      await boss.getDb().executeSql(`DELETE FROM ${schema}.rehome_turn WHERE name = $1 AND group_id = $2 AND job_id = $3 AND attempt = $4`, values)
    },
  }
}

/** In two statements: the second must see what was committed before the lock was had. */
const tryTurn = async (boss: PgBoss, values: unknown[]): Promise<boolean> => {
  const transaction = await boss.getDb().beginTransaction?.()
  assert(transaction !== undefined, 'pg-boss has a pool of its own')
  try {
    await transaction.db.executeSql("SELECT pg_advisory_xact_lock(hashtextextended('rehome turn ' || $1 || ' ' || $2, 0))", values.slice(0, 2))
    const { rows } = await transaction.db.executeSql(
      `INSERT INTO ${schema}.rehome_turn AS turn (name, group_id, job_id, attempt) VALUES ($1, $2, $3, $4)
       ON CONFLICT (name, group_id) DO UPDATE SET job_id = excluded.job_id, attempt = excluded.attempt
         WHERE (turn.job_id, turn.attempt) = (excluded.job_id, excluded.attempt) OR NOT EXISTS (
           SELECT FROM ${schema}.job WHERE job.name = turn.name AND job.id = turn.job_id AND job.retry_count = turn.attempt AND job.state = 'active')
       RETURNING job_id`,
      values,
    )
    await transaction.commit()
    return rows.length === 1
  } finally {
    // After a commit it does nothing.
    await transaction.rollback()
  }
}
