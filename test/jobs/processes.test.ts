import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { EmbeddedPostgres } from '#adapters/embedded-postgres/launcher.ts'
import { systemClock } from '#adapters/clock/system.ts'
import { openJobs } from '#adapters/jobs/pg-boss/jobs.ts'
import { jobNames, type Job, type JobName } from '#domain/job.ts'
import type { Handler } from '#ports/jobs.ts'
import { useDatabaseOn, useServer } from '#test/services/postgres.ts'
import { until } from '#test/services/until.ts'
import type { Chore } from './worker.ts'
import { enqueueIn, useYard, type Yard } from './workers.ts'

describe('several worker processes on one database', { concurrency: 4 }, () => {
  let server: EmbeddedPostgres
  before(async () => { server = await useServer({ after }, { major: 18 }) })

  it('share 1,000 jobs, each done once and none lost', async t => {
    await using yard = await useYard(t, server)
    await Promise.all([yard.worker(), yard.worker(), yard.worker()])
    await yard.enqueue(chores(1_000, 'letter', { ms: 5, how: 'plain' }))
    await allDone(yard, 1_000)
    assert.deepEqual(await counts(yard), { effects: 1_000, keys: 1_000 })
    const pids = await yard.database.query('SELECT pid FROM effect GROUP BY pid HAVING count(*) > 100')
    assert.equal(pids.length, 3, 'every worker did its part')
  })

  it('lose and double nothing when one after the other is killed with jobs in its hands', async t => {
    await using yard = await useYard(t, server)
    const workers = await Promise.all([yard.worker(), yard.worker(), yard.worker()])
    await yard.enqueue([...chores(150, 'letter', { ms: 60, how: 'within' }), ...chores(150, 'reminder', { ms: 25, how: 'within' }), ...chores(60, 'invoice', { ms: 50, how: 'plain' })])
    for (let n = 0; n < 3; n++) {
      await pause(200 + Math.random() * 500)
      const [killed] = workers.splice(n % workers.length, 1)
      killed?.signal('SIGKILL')
      workers.push(await yard.worker())
    }
    await allDone(yard, 360, 90_000)
    const often = await yard.database.query<{ key: string; n: number }>('SELECT key, count(*)::int AS n FROM effect GROUP BY key HAVING count(*) > 1')
    assert.deepEqual(often.filter(one => !one.key.startsWith('invoice')), [], 'what is done with its completion is done exactly once')
    const taken = await yard.database.query('SELECT FROM effect WHERE attempt > 1')
    assert.ok(taken.length > 0, 'none was killed with a job in its hands: this test has tested nothing')
  })

  it('take a job from a worker that was stopped, whose signal is aborted and whose result is refused when it runs again', async t => {
    await using yard = await useYard(t, server)
    const first = await yard.worker()
    await yard.enqueue([...chores(1, 'letter', { ms: 2_500, how: 'fenced' }), ...chores(1, 'invoice', { ms: 2_500, how: 'within' }), ...chores(1, 'digest', { ms: 90_000, how: 'watching' })])
    const notes = (what: string, pid: number) => yard.database.query('SELECT FROM note WHERE what = $1 AND pid = $2', [what, pid])
    await until('all begun', async () => (await notes('begun', first.pid)).length === 3)
    first.signal('SIGSTOP')
    const second = await yard.worker()
    await until('all taken by the second', async () => (await notes('begun', second.pid)).length === 3, { withinMs: 60_000 })
    // While the second has them in hand: they are active, but not the first's.
    first.signal('SIGCONT')
    await until('the first was refused', async () => (await notes('refused', first.pid)).length === 2)
    await until('the first was told', async () => (await notes('told', first.pid)).length === 1, { withinMs: 1_000 })
    await until('both done by the second', async () => (await notes('ended', second.pid)).length === 2)
    assert.deepEqual(await yard.database.query('SELECT pid, attempt FROM effect'), [{ pid: second.pid, attempt: 2 }, { pid: second.pid, attempt: 2 }])
    assert.deepEqual(await yard.database.query("SELECT state::text FROM jobs.job WHERE name = ANY(ARRAY['letter', 'invoice'])"), [{ state: 'completed' }, { state: 'completed' }])
  })

  it('handle one job of a group at a time', async t => {
    await using yard = await useYard(t, server)
    await Promise.all([yard.worker(), yard.worker(), yard.worker()])
    const jobs = chores(120, 'react', { ms: 8, how: 'plain' }).map((job, n): Job => ({ ...job, group: `move ${n % 4}` }))
    // In many small transactions, each of which wakes all workers at the same instant.
    for (let from = 0; from < jobs.length; from += 8) await yard.enqueue(jobs.slice(from, from + 8))
    await allDone(yard, 120)
    assert.deepEqual(await counts(yard), { effects: 120, keys: 120 })
    const spans = `SELECT key, min(at) FILTER (WHERE what = 'begun') AS begun, max(at) FILTER (WHERE what = 'ended') AS ended, (substring(key FROM '[0-9]+')::int % 4) AS move FROM note GROUP BY key`
    assert.deepEqual(await yard.database.query(`WITH span AS (${spans}) SELECT a.key, b.key AS beside FROM span a JOIN span b ON a.move = b.move AND a.key < b.key AND a.begun < b.ended AND b.begun < a.ended`), [])
    const [{ n } = { n: 0 }] = await yard.database.query<{ n: number }>(`WITH span AS (${spans}) SELECT count(*)::int AS n FROM span a JOIN span b ON a.move < b.move AND a.begun < b.ended AND b.begun < a.ended`)
    assert.ok(n > 0, 'jobs of other groups go on beside them')
  })

  it('end what they have in hand when they are told to end, and begin no more', async t => {
    await using yard = await useYard(t, server)
    const worker = await yard.worker()
    await yard.enqueue(chores(30, 'letter', { ms: 300, how: 'plain' }))
    await until('some done', async () => (await counts(yard)).effects > 0)
    worker.signal('SIGTERM')
    assert.equal(await worker.ended, 0)
    const [at] = await yard.database.query("SELECT (SELECT count(*)::int FROM note WHERE what = 'begun') AS begun, (SELECT count(*)::int FROM effect) AS done, (SELECT count(*)::int FROM jobs.job WHERE state = 'active') AS active")
    assert.deepEqual(at, { begun: at?.['done'], done: at?.['done'], active: 0 })
    assert.ok(Number(at?.['done']) < 30)
    await yard.worker()
    await allDone(yard, 30)
    assert.deepEqual(await yard.database.query('SELECT DISTINCT attempt FROM effect'), [{ attempt: 1 }])
  })

  it('say that the ledger cannot be reached, and leave nothing running', async () => {
    await assert.rejects(openJobs({ url: 'postgres://nobody@127.0.0.1:1/none', clock: systemClock, onTrouble: error => assert.fail(String(error)) }), { code: 'LEDGER_UNREACHABLE' })
  })

  it('make the schema, all at once', async t => {
    const { url, query } = await useDatabaseOn(t, server)
    const open = () => openJobs({ url, clock: systemClock, onTrouble: error => assert.fail(String(error)) })
    const opened = await Promise.allSettled(Array.from({ length: 6 }, open))
    const jobs = opened.flatMap(one => (one.status === 'fulfilled' ? [one.value] : []))
    if (jobs[0] !== undefined) await enqueueIn(url, jobs[0], chores(1, 'letter', { ms: 0, how: 'plain' }))
    for (const one of jobs) await one[Symbol.asyncDispose]()
    assert.deepEqual(opened.flatMap(one => (one.status === 'rejected' ? [one.reason] : [])), [])
    assert.deepEqual(await query("SELECT count(*)::int AS n FROM jobs.job WHERE name = 'letter'"), [{ n: 1 }])
  })

  it('go on when the server is killed and comes back', async t => {
    const own = await useServer(t, { major: 18 })
    await using yard = await useYard(t, own)
    await Promise.all([yard.worker(), yard.worker()])
    await yard.enqueue([...chores(200, 'letter', { ms: 40, how: 'within' }), ...chores(60, 'invoice', { ms: 30, how: 'plain' })])
    for (const how of ['fast', 'immediate'] as const) {
      await pause(600)
      await own.stop(how)
      await pause(500)
      await own.restart()
    }
    await allDone(yard, 260, 90_000)
    assert.deepEqual(await yard.database.query("SELECT key FROM effect WHERE key NOT LIKE 'invoice%' GROUP BY key HAVING count(*) > 1"), [])
  })

  it('give up the jobs of a handler that does not end in time, and they are done by others', async t => {
    const { url } = await useDatabaseOn(t, server)
    const stop = new AbortController()
    let aborted = false
    {
      await using jobs = await openJobs({ url, clock: systemClock, onTrouble: () => { /* nobody waits for the one that hangs */ } })
      const { promise: begun, resolve } = Promise.withResolvers<void>()
      const hangs: Handler = (_job, holding) => { resolve(); return new Promise(() => holding.signal.addEventListener('abort', () => { aborted = true })) }
      const working = jobs.work(everyone(hangs), stop.signal)
      await enqueueIn(url, jobs, chores(1, 'invoice', { ms: 0, how: 'plain' }))
      await begun
      stop.abort()
      await working
      assert.ok(aborted)
    }
    const next = new AbortController()
    await using jobs = await openJobs({ url, clock: systemClock, onTrouble: error => assert.fail(String(error)) })
    const { promise: attempt, resolve } = Promise.withResolvers<number>()
    const working = jobs.work(everyone(async (_job, holding) => resolve(holding.attempt)), next.signal)
    assert.equal(await attempt, 2)
    next.abort()
    await working
  })
})

const everyone = (handler: Handler) => Object.fromEntries(jobNames.map(name => [name, handler])) as Record<JobName, Handler>
const chores = (count: number, name: JobName, chore: Chore): Job[] => Array.from({ length: count }, (_, n): Job => ({ name, key: `${name} ${n}`, at: Date.now(), facts: chore }))

const counts = async (yard: Yard): Promise<{ effects: number; keys: number }> =>
  (await yard.database.query<{ effects: number; keys: number }>('SELECT count(*)::int AS effects, count(DISTINCT key)::int AS keys FROM effect'))[0] ?? { effects: 0, keys: 0 }

/** Every job has had its effect and none is open. */
const allDone = (yard: Yard, keys: number, withinMs = 60_000): Promise<unknown> =>
  until(`${keys} jobs done`, async () => {
    const open = await yard.database.query("SELECT name, state::text, retry_count, count(*)::int AS jobs, min(start_after) AS from FROM jobs.job WHERE state <= 'active' GROUP BY 1, 2, 3")
    const done = (await counts(yard)).keys
    if (open.length > 0 || done !== keys) throw new Error(`${done} done, open: ${JSON.stringify(open)}; ${yard.crashes().join('; ')}`)
    return true
  }, { withinMs, everyMs: 200 })
