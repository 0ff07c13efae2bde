import type { PgBoss } from 'pg-boss'
import { z } from 'zod'
import { Fault } from '#domain/faults.ts'
import type { Job } from '#domain/job.ts'
import type { Execute, Holding } from '#ports/jobs.ts'

/** What pg-boss hands to a worker. The number of tries before names the lease: each taking of the job raises it. */
export type Taken = { readonly id: string; readonly name: string; readonly data: unknown; readonly retryCount: number; readonly signal: AbortSignal }

/** That this process is asked to end, and that its time for it is over. */
export type Ends = { readonly ending: AbortSignal; readonly last: AbortSignal }

const settled = z.object({ affected: z.number() })

export const holdingOf = (boss: PgBoss, job: Job, { id, retryCount, signal: lease }: Taken, { ending, last }: Ends): Holding => {
  const mine = { id, retryCount }
  return {
    id, attempt: retryCount + 1,
    signal: AbortSignal.any([lease, last]), ending,
    stillMine: async () => settled.parse(await boss.touch(job.name, [mine])).affected === 1,
    async completeWithin(execute: Execute) {
      const { affected } = settled.parse(await boss.complete(job.name, [mine], null, { db: { executeSql: (sql, values = []) => execute(sql, values) } }))
      if (affected !== 1) throw new Fault('JOB_TAKEN', { job: job.name, key: job.key })
    },
  }
}
