import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reconcileHandler, reconcileJob } from '#control/running/reconcile.ts'
import type { World } from '#control/ground/world.ts'
import type { Job } from '#domain/job.ts'
import type { Holding } from '#ports/jobs.ts'
import { useEstate } from './estate.ts'

test('a reconciliation goes no further than the portion it is at when its process is to end, and leaves a job for whoever works next', { timeout: 120_000 }, async t => {
  const enqueued: Job[] = []
  const { control: { world } } = await useEstate(t, { jobs: { enqueueWithin: (_, jobs) => { enqueued.push(...jobs); return Promise.resolve() }, cancelWithin: () => Promise.resolve() } })
  /** Reconciles; `endsIn`: the process is to end while it is at this transaction. Answers how many there were. */
  const reconcile = async (endsIn: number): Promise<number> => {
    enqueued.length = 0
    const end = new AbortController()
    let transactions = 0
    const ledger: World['ledger'] = new Proxy(world.ledger, {
      get: (of, name) => name !== 'transaction' ? Reflect.get(of, name) as unknown : async (...asked: Parameters<World['ledger']['transaction']>) => {
        if (++transactions === endsIn) end.abort(new Error('the process ends'))
        return await of.transaction(...asked)
      },
    })
    // Proof: these two are all that it looks at.
    await reconcileHandler({ ...world, ledger })(reconcileJob(world.clock.now()), { signal: new AbortController().signal, ending: end.signal } as Holding)
    return transactions
  }
  const dates = (): number[] => enqueued.filter(({ name }) => name === 'reconcile').map(({ at }) => at - world.clock.now())
  const whole = await reconcile(0)
  assert.ok(whole >= 8, `it has ${whole} portions`)
  assert.deepEqual(dates(), [86_400_000])
  // The first says what comes next, the second is a portion, the third leaves the rest.
  assert.equal(await reconcile(2), 3)
  assert.deepEqual(dates(), [86_400_000, 0])
  assert.equal(await reconcile(whole), whole, 'after the last portion there is nothing to leave')
  assert.deepEqual(dates(), [86_400_000])
})
