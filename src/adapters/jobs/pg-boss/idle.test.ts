import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '#adapters/clock/system.ts'
import { useDatabase } from '#test/services/postgres.ts'
import { until } from '#test/services/until.ts'
import { openJobs } from './jobs.ts'

const waiting = 20_000

test('looking for workers that died does not read the jobs that wait, however many they are', { timeout: 120_000 }, async t => {
  const database = await useDatabase(t, { major: 18 })
  await using jobs = await openJobs({ url: database.url, clock: systemClock, onTrouble: error => { throw error } })
  const at = systemClock.now() + 86_400_000
  await jobs.enqueueWithin((sql, parameters) => database.query(sql, parameters).then(rows => ({ rows })), Array.from({ length: waiting }, (_, n) => ({ name: 'reminder' as const, key: `task ${n}`, at, facts: null })))
  await database.query('VACUUM ANALYZE jobs.job_common')
  const looked = async (): Promise<number> => Number((await database.query<{ at: number }>("SELECT max(extract(epoch FROM monitor_claim_on))::float8 AS at FROM jobs.queue"))[0]?.at ?? 0)
  /** Of whole scans; told by each session when it is idle. */
  const read = async (): Promise<number> => Number((await database.query<{ n: string }>("SELECT seq_tup_read AS n FROM pg_stat_user_tables WHERE schemaname = 'jobs' AND relname = 'job_common'"))[0]?.n ?? 0)
  const [before, began] = [await read(), await looked()]
  await until('three looks more', async () => await looked() > began + 5, { withinMs: 60_000 })
  await database.query('SELECT pg_stat_force_next_flush()')
  assert.ok(await read() - before < waiting, `${await read() - before} rows were read`)
})
