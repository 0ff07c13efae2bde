import pg from 'pg'
import type { PgBoss } from 'pg-boss'
import { Fault } from '#domain/faults.ts'
import { jobNames, jobPolicies, type JobPolicy } from '#domain/job.ts'

/** Where pg-boss keeps its tables, and we the two things that it lacks. */
export const schema = 'jobs'
/** Where dead jobs wait for a person. No worker takes from it. */
export const graveyard = 'dead'

/** A worker that is not heard of for so long has lost its jobs. The least that pg-boss allows. */
export const heartbeatSeconds = 10

const daySeconds = 86_400
/** Timers are set years ahead; a job is forgotten this long after the time it was due, should nobody have taken it. */
const retentionSeconds = 10 * 365 * daySeconds

/**
 * Starts `boss` and makes what is missing in the database. Any number of processes may do this at once: one after the other, by an
 * advisory lock that ends with its session. `url`: of the same database.
 */
export const install = async (boss: PgBoss, url: string): Promise<void> => {
  const session = new pg.Client({ connectionString: url, application_name: 'rehome jobs: install' })
  session.on('error', () => { /* the statement under way rejects with it */ })
  try {
    await connect(session)
    await session.query("SELECT pg_advisory_lock(hashtextextended('rehome jobs', 0))")
    await boss.start()
    await boss.createQueue(graveyard, { retentionSeconds, deleteAfterSeconds: 365 * daySeconds })
    for (const name of jobNames) {
      const settings = queueSettings(jobPolicies[name])
      await boss.createQueue(name, { ...settings, policy: 'short' })
      // What an older version of Rehome made gets the policies of this one.
      await boss.updateQueue(name, settings)
    }
    await session.query(additions)
  } finally {
    await session.end()
  }
}

const connect = async (session: pg.Client): Promise<void> => {
  try {
    await session.connect()
  } catch (cause) {
    throw new Fault('LEDGER_UNREACHABLE', { reason: cause instanceof Error ? cause.message || cause.name : String(cause) }, { cause })
  }
}

/** `short`: of a name and key, a unique index lets at most one wait for its first try. */
const queueSettings = (policy: JobPolicy) => ({
  retryLimit: policy.retryLimit,
  retryDelay: policy.retryDelaySeconds,
  retryBackoff: true,
  retryDelayMax: policy.retryDelayMaxSeconds,
  expireInSeconds: policy.expireInSeconds,
  heartbeatSeconds,
  retentionSeconds,
  // Long enough to look at what was done over a weekend; nothing depends on it.
  deleteAfterSeconds: 3 * daySeconds,
  deadLetter: graveyard,
  notify: true,
  warningQueueSize: 1_000_000,
})

/**
 * One index finds what waits by its key, which enqueueing and cancelling do (pg-boss has one for first tries only); the other what is in somebody's hands, which pg-boss asks every two seconds and would read
 * all jobs for. It would count all of them as often, which nobody here looks at: until the date in its table of versions it does not. The table says which job of a group has its turn.
 */
const additions = `
  CREATE INDEX IF NOT EXISTS rehome_waiting ON ${schema}.job_common (singleton_key, name) WHERE state < 'active';
  CREATE INDEX IF NOT EXISTS rehome_active ON ${schema}.job_common (name) WHERE state = 'active';
  UPDATE ${schema}.version SET monitor_backoff_on = '2200-01-01Z' WHERE monitor_backoff_on IS DISTINCT FROM '2200-01-01Z';
  CREATE TABLE IF NOT EXISTS ${schema}.rehome_turn (
    name text NOT NULL, group_id text NOT NULL, job_id uuid NOT NULL, attempt int NOT NULL, PRIMARY KEY (name, group_id))`
