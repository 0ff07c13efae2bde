import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Fault } from '#domain/faults.ts'
import { jobNames, jobPolicies, type Job, type JobName } from '#domain/job.ts'
import type { Execute, Handler, Handlers, Jobs } from './jobs.ts'

type Scope = { after(end: () => Promise<void>): void }

/** Jobs by a clock that stands still, and the database they are in. */
export type JobsBench = AsyncDisposable & {
  readonly jobs: Jobs
  now(): number
  /** Lets the time pass until then; everything that is due on the way is done. */
  passUntil(instant: number): Promise<void>
  /** One transaction: rolled back when `work` throws. */
  within<T>(work: (execute: Execute) => Promise<T>): Promise<T>
}

const day = 86_400_000

/** What every adapter of the jobs port promises. */
export const jobsContract = (name: string, open: (scope: Scope) => Promise<JobsBench>): void => {
  describe(`${name} keeps the contract of jobs`, () => {
    it('does a job once, at its time, with its facts', async t => {
      await using bench = await open(t)
      await using working = worked(bench)
      const { done } = working
      const at = bench.now() + 3 * day
      const job: Job = { name: 'reminder', key: 'task 7/1', at, facts: { task: '7', deep: [1, null, 'ü', { yes: true }] }, group: 'move 1' }
      await enqueue(bench, job)
      await bench.passUntil(at - 1)
      assert.equal(done.length, 0)
      await bench.passUntil(at)
      assert.deepEqual(done.map(one => ({ ...one.job, now: one.now, attempt: one.attempt })), [{ ...job, now: at, attempt: 1 }])
      await bench.passUntil(at + 30 * day)
      assert.equal(done.length, 1)
    })

    it('has no job of a transaction that is rolled back, and all its cancelled ones', async t => {
      await using bench = await open(t)
      await using working = worked(bench)
      const { done } = working
      await enqueue(bench, reminder(bench, 'kept', day))
      const rolled = bench.within(async execute => {
        await bench.jobs.enqueueWithin(execute, [reminder(bench, 'lost', day), reminder(bench, 'kept', 9 * day)])
        await bench.jobs.cancelWithin(execute, ['kept'])
        throw new Error('no')
      })
      await assert.rejects(rolled, /^Error: no$/)
      await bench.passUntil(bench.now() + 10 * day)
      assert.deepEqual(keys(done), ['kept'])
    })

    it('has one waiting job of a name and key: the last date and facts count', async t => {
      await using bench = await open(t)
      await using working = worked(bench)
      const { done } = working
      const start = bench.now()
      await enqueue(bench, reminder(bench, 'a', 5 * day, 1), reminder(bench, 'a', 4 * day, 2), { ...reminder(bench, 'a', 4 * day, 9), name: 'escalation' })
      await enqueue(bench, reminder(bench, 'a', 2 * day, 3))
      await enqueue(bench, reminder(bench, 'a', 3 * day, 4))
      await enqueue(bench, reminder(bench, 'a', 3 * day, 4))
      await bench.passUntil(start + 10 * day)
      assert.deepEqual(done.map(({ job, now }) => [job.name, job.facts, now - start]), [['reminder', 4, 3 * day], ['escalation', 9, 4 * day]])
    })

    it('has one waiting job when two transactions enqueue the same at once', async t => {
      await using bench = await open(t)
      await using working = worked(bench)
      const { done } = working
      const ten = Array.from({ length: 10 }, (_, n) => n)
      await Promise.all(Array.from({ length: 30 }, (_, n) => n % 10).map(n => enqueue(bench, ...ten.map(key => reminder(bench, `k${key}`, (1 + n) * day, n)))))
      await bench.passUntil(bench.now() + 20 * day)
      assert.deepEqual(keys(done).toSorted(), ten.map(key => `k${key}`))
    })

    it('takes a job that was done again', async t => {
      await using bench = await open(t)
      await using working = worked(bench)
      const { done } = working
      await enqueue(bench, reminder(bench, 'a', day))
      await bench.passUntil(bench.now() + 2 * day)
      await enqueue(bench, reminder(bench, 'a', day))
      await bench.passUntil(bench.now() + 2 * day)
      assert.deepEqual(keys(done), ['a', 'a'])
    })

    it('cancels what waits by its key, of every name, and nothing else', async t => {
      await using bench = await open(t)
      await using working = worked(bench)
      const { done } = working
      await enqueue(bench, reminder(bench, 'a', day), { ...reminder(bench, 'a', day), name: 'digest' }, reminder(bench, 'b', day))
      await bench.within(execute => bench.jobs.cancelWithin(execute, ['a', 'none']))
      await bench.passUntil(bench.now() + 2 * day)
      assert.deepEqual(keys(done), ['b'])
    })

    it('does ninety days of timers in the order of their dates', async t => {
      await using bench = await open(t)
      await using working = worked(bench)
      const { done } = working
      const names = jobNames.filter(one => one !== 'react')
      // 37 has no factor in common with 500: every date once, in disorder.
      const jobs = Array.from({ length: 500 }, (_, n): Job => ({ name: names[n % names.length] as JobName, key: `t${n}`, at: bench.now() + Math.floor((((n * 37) % 500) * 90 * day) / 500), facts: null }))
      await enqueue(bench, ...jobs)
      await bench.passUntil(bench.now() + 90 * day)
      assert.deepEqual(keys(done), jobs.toSorted((a, b) => a.at - b.at).map(job => job.key))
      assert.ok(done.every(one => one.now === one.job.at), 'each at its own time')
    })

    it('does what a handler enqueues for later, and for now', async t => {
      await using bench = await open(t)
      await using working = worked(bench, { reminder: ({ key }) => (key.length < 4 ? enqueue(bench, reminder(bench, `${key}x`, key.length === 1 ? 0 : day)) : Promise.resolve()) })
      const { done } = working
      await enqueue(bench, reminder(bench, 'x', day))
      await bench.passUntil(bench.now() + 10 * day)
      assert.deepEqual(keys(done), ['x', 'xx', 'xxx', 'xxxx'])
    })

    it('tries again what failed, later each time, and not again where it makes no sense', async t => {
      await using bench = await open(t)
      await using working = worked(bench, {
        letter: () => Promise.reject(new Fault('LEDGER_UNREACHABLE', { reason: 'test' })),
        invoice: () => Promise.reject(new Fault('JOB_TAKEN', { job: 'invoice', key: 'i' })),
        digest: () => Promise.reject(new Error('odd')),
      })
      const { done } = working
      const at = bench.now() + day
      await enqueue(bench, { name: 'invoice', key: 'i', at, facts: 1 }, { name: 'digest', key: 'd', at, facts: 2 }, { name: 'letter', key: 'l', at, facts: 3 })
      await bench.passUntil(at + 7 * day)
      const of = (key: string) => done.filter(one => one.job.key === key)
      assert.equal(of('i').length, 1)
      assert.equal(of('d').length, 1 + jobPolicies.digest.retryLimit)
      assert.deepEqual(of('d').map(one => one.attempt), Array.from({ length: 1 + jobPolicies.digest.retryLimit }, (_, n) => n + 1))
      const gaps = of('d').slice(1).map((one, n) => one.now - (of('d')[n]?.now ?? 0))
      assert.ok((gaps.at(-1) ?? 0) > 20 * (gaps[0] ?? 0), `later each time: ${gaps.join()}`)
      const week = of('l').length
      assert.ok(week > 7 * 24 && week < 340, `a letter waits for a mail server for more than a week: ${week} tries`)
      const failed = await bench.jobs.failed()
      assert.deepEqual(failed.map(({ job, attempts, reason }) => ({ job, attempts, reason })), [
        { job: { name: 'digest', key: 'd', at, facts: 2 }, attempts: 1 + jobPolicies.digest.retryLimit, reason: 'odd' },
        { job: { name: 'invoice', key: 'i', at, facts: 1 }, attempts: 1, reason: 'JOB_TAKEN: The job invoice of i is no longer in this worker’s hands.' },
      ], 'the last first')
      assert.ok(failed.every(one => one.failedAt >= at && one.failedAt <= bench.now()))
    })

    it('does a failed job when a person says so, once', async t => {
      await using bench = await open(t)
      let broken = true
      await using working = worked(bench, { invoice: async () => { if (broken) throw new Fault('JOB_TAKEN', { job: '', key: '' }) } })
      const { done } = working
      const job: Job = { name: 'invoice', key: 'i', at: bench.now(), facts: { n: 1 } }
      await enqueue(bench, job)
      await bench.passUntil(bench.now() + day)
      const [dead] = await bench.jobs.failed()
      assert.ok(dead)
      broken = false
      await assert.rejects(bench.within(async execute => {
        assert.equal(await bench.jobs.retryWithin(execute, dead.id), true)
        throw new Error('rolled back')
      }), /rolled back/)
      assert.deepEqual((await bench.jobs.failed()).map(one => one.id), [dead.id], 'as the transaction ends')
      assert.equal(await retry(bench, dead.id), true)
      assert.equal(await retry(bench, dead.id), false)
      assert.equal(await retry(bench, '00000000-0000-7000-8000-000000000000'), false)
      await bench.passUntil(bench.now() + day)
      assert.deepEqual(done.map(one => one.job), [job, job])
      assert.deepEqual(await bench.jobs.failed(), [])
    })

    it('takes the one that waits for the failed one of the same name and key', async t => {
      await using bench = await open(t)
      let broken = true
      await using working = worked(bench, { invoice: async () => { if (broken) throw new Fault('JOB_TAKEN', { job: '', key: '' }) } })
      const { done } = working
      await enqueue(bench, { name: 'invoice', key: 'i', at: bench.now(), facts: 'old' })
      await bench.passUntil(bench.now() + day)
      broken = false
      await enqueue(bench, { name: 'invoice', key: 'i', at: bench.now() + day, facts: 'new' })
      const [dead] = await bench.jobs.failed()
      assert.equal(await retry(bench, dead?.id ?? ''), true)
      assert.deepEqual(await bench.jobs.failed(), [])
      await bench.passUntil(bench.now() + 2 * day)
      assert.deepEqual(done.map(one => one.job.facts), ['old', 'new'])
    })

    it('re-dates a job that waits for its next try', async t => {
      await using bench = await open(t)
      const start = bench.now()
      await using working = worked(bench, { digest: async ({ facts }) => { if (facts === 1) throw new Error('once') } })
      const { done } = working
      await enqueue(bench, { name: 'digest', key: 'd', at: start, facts: 1 })
      await bench.passUntil(start + 1)
      await enqueue(bench, { name: 'digest', key: 'd', at: start + 5 * day, facts: 2 })
      await bench.passUntil(start + 10 * day)
      assert.deepEqual(done.map(one => [one.job.facts, one.now - start]), [[1, 0], [2, 5 * day]])
    })

    it('records the end of a job in the handler’s own transaction, and takes it back with it', async t => {
      await using bench = await open(t)
      let tries = 0
      await using working = worked(bench, {
        invoice: (_job, holding) => bench.within(async execute => {
          await holding.completeWithin(execute)
          if (++tries === 1) throw new Error('no commit')
        }),
        escalation: async (_job, holding) => {
          await bench.within(execute => holding.completeWithin(execute))
          assert.equal(await holding.stillMine(), false)
          await assert.rejects(bench.within(execute => holding.completeWithin(execute)), { code: 'JOB_TAKEN' })
          throw new Error('after the end: nobody asks any more')
        },
        digest: async (_job, holding) => { assert.equal(await holding.stillMine(), true) },
      })
      const { done } = working
      await enqueue(bench, ...(['invoice', 'escalation', 'digest'] as const).map((one): Job => ({ name: one, key: one, at: bench.now(), facts: null })))
      await bench.passUntil(bench.now() + day)
      assert.deepEqual(keys(done).toSorted(), ['digest', 'escalation', 'invoice', 'invoice'])
      assert.deepEqual(await bench.jobs.failed(), [])
    })

    it('tells a job in hand at once that its process is to end, and records its end', async t => {
      await using bench = await open(t)
      const { promise: begun, resolve } = Promise.withResolvers<void>()
      let isCutOff = true
      const working = worked(bench, {
        async measure(_job, { signal, ending }) {
          resolve()
          await new Promise<void>(told => { ending.addEventListener('abort', () => { told() }, { once: true }) })
          isCutOff = signal.aborted
        },
      })
      await enqueue(bench, { name: 'measure', key: 'long', at: bench.now(), facts: null })
      const passing = bench.passUntil(bench.now() + 1)
      await begun
      const from = performance.now()
      await working[Symbol.asyncDispose]()
      await passing
      assert.equal(isCutOff, false, 'it is not taken away yet')
      assert.ok(performance.now() - from < 10_000, 'nobody waits until its time is over')
    })

    it('handles jobs of one group one after the other', async t => {
      await using bench = await open(t)
      let [now, most] = [0, 0]
      await using working = worked(bench, {
        measure: async () => {
          most = Math.max(most, ++now)
          await new Promise(resolve => setTimeout(resolve, 20))
          now--
        },
      })
      const { done } = working
      await enqueue(bench, ...Array.from({ length: 6 }, (_, n): Job => ({ name: 'measure', key: `m${n}`, at: bench.now(), facts: null, group: 'move 1' })))
      await bench.passUntil(bench.now() + 1)
      assert.equal(done.length, 6)
      assert.equal(most, 1)
    })
  })
}

type Done = { readonly job: Job; readonly now: number; readonly attempt: number }

/** Works until it is disposed of; every handler does as told, else nothing. `done`: what was begun, in its order. */
const worked = (bench: JobsBench, told: Partial<Handlers> = {}): AsyncDisposable & { readonly done: readonly Done[] } => {
  const done: Done[] = []
  const noted = (handler: Handler | undefined): Handler => async (job, holding) => {
    done.push({ job, now: bench.now(), attempt: holding.attempt })
    await handler?.(job, holding)
  }
  const handlers = Object.fromEntries(jobNames.map(one => [one, noted(told[one])])) as Record<JobName, Handler>
  const stop = new AbortController()
  const working = bench.jobs.work(handlers, stop.signal)
  return {
    done,
    async [Symbol.asyncDispose]() {
      stop.abort()
      await working
    },
  }
}

const keys = (done: readonly Done[]): string[] => done.map(one => one.job.key)
const retry = (bench: JobsBench, id: string): Promise<boolean> => bench.within(execute => bench.jobs.retryWithin(execute, id))
const enqueue = (bench: JobsBench, ...jobs: readonly Job[]): Promise<void> => bench.within(execute => bench.jobs.enqueueWithin(execute, jobs))
const reminder = (bench: JobsBench, key: string, inMs: number, facts: Job['facts'] = null): Job => ({ name: 'reminder', key, at: bench.now() + inMs, facts })
