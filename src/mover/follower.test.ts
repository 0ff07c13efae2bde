import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '#adapters/clock/system.ts'
import { Fault } from '#domain/faults.ts'
import type { Position } from '#domain/stream.ts'
import type { Target } from '#ports/store.ts'
import { makeMemoryStores } from '#test/services/memory-store.ts'
import { Follower } from './follower.ts'
import { Pace } from './pace.ts'

test('rows are known to have changed although the answer of the target that it has them was lost', async () => {
  const { source, target, product, provision } = await makeMemoryStores()
  await provision()
  const { tables } = await source.catalog()
  const [from, to] = [source.source('m1_out'), target.target('m1_out')]
  const isStreamed = tables.filter(t => t.route === 'stream')
  await to.prepare()
  await to.startAt(await from.record(isStreamed))
  let lost = 0
  const forgetful: Target = {
    ...to,
    async apply(...asked) {
      const reached = await to.apply(...asked)
      if (asked[0].every(part => part.changes.length === 0) || lost > 0) return reached
      lost++
      throw new Fault('STORE_UNREACHABLE', { store: 'target', reason: 'the answer was lost' })
    },
  }
  const pace = new Pace(systemClock, { paused: false, jobs: 1, bytesPerSecond: 0 }, () => { /* nobody listens */ })
  await using follower = new Follower({
    source: from, target: forgetful, tables: new Map(isStreamed.map(t => [t.id, t])), positionOf: () => '' as Position, clock: systemClock, pace, onRetry: () => { /* once */ },
  }, new AbortController().signal)
  follower.changed.begin()
  const writing = await product.source.begin()
  await writing.insert('words', [{ word: 'stoop', meaning: 'step' }])
  await writing.commit()
  await from.mark('n1')
  await follower.reached('n1')
  assert.equal(lost, 1)
  assert.deepEqual([...follower.changed.keys.values()].flat(), [['stoop']])
})
