import pg from 'pg'
import { createSimulatedClock } from '#adapters/clock/simulated.ts'
import { jobsContract } from '#ports/jobs.contract.ts'
import { useDatabase } from '#test/services/postgres.ts'
import { openJobs } from './jobs.ts'

jobsContract('pg-boss', async scope => {
  const { url } = await useDatabase(scope, { major: 18 })
  const clock = createSimulatedClock()
  const jobs = await openJobs({ url, clock, onTrouble: error => { throw error } })
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  return {
    jobs, now: clock.now, passUntil: jobs.passUntil,
    async [Symbol.asyncDispose]() {
      await jobs[Symbol.asyncDispose]()
      await pool.end()
    },
    async within(work) {
      const session = await pool.connect()
      try {
        await session.query('BEGIN')
        const answer = await work((sql, values) => session.query(sql, [...values]))
        await session.query('COMMIT')
        return answer
      } catch (error) {
        await session.query('ROLLBACK')
        throw error
      } finally {
        session.release()
      }
    },
  }
})
