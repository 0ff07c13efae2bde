import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { afterLook, noLooks, overBudget, type Looks } from './care.ts'

const looking = (roundTrips: readonly number[], wanted: number): number[] => {
  let looks: Looks = noLooks
  let jobs = wanted
  return roundTrips.map(roundTripMs => {
    const next = afterLook(looks, { roundTripMs }, jobs, wanted)
    looks = next.looks
    jobs = next.jobs
    return jobs
  })
}

test('a source that answers slowly three times in a row gets half of the jobs, down to one', () => {
  assert.deepEqual(looking([1, 80, 80, 80, 80, 80, 80, 80, 80, 80, 80], 8), [8, 8, 8, 4, 4, 4, 2, 2, 2, 1, 1])
})

test('one slow answer, and a source that was never quick, change nothing', () => {
  assert.deepEqual(looking([1, 80, 1, 80, 80, 1], 4), [4, 4, 4, 4, 4, 4])
  assert.deepEqual(looking([45, 45, 49, 45, 45], 4), [4, 4, 4, 4, 4])
})

test('a source that is well again gets its jobs back one by one', () => {
  const well = Array.from({ length: 30 }, () => 1)
  assert.deepEqual(looking([1, 80, 80, 80, ...well], 4).filter((jobs, i, all) => jobs !== all[i - 1]), [4, 2, 3, 4])
})

test('there is always one job, and never more than were wanted', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 200 }), fc.integer({ min: 1, max: 32 }), (roundTrips, wanted) => {
    for (const jobs of looking(roundTrips, wanted)) assert.ok(jobs >= 1 && jobs <= wanted)
  }))
})

test('each limit lets go by itself, and at the limit nothing does', () => {
  const budget = { retainedBytes: 10, snapshotMs: 20, lockWaitMs: 30 }
  const burden = { ...budget, roundTripMs: 1 }
  assert.equal(overBudget(burden, budget), undefined)
  for (const limit of ['retainedBytes', 'snapshotMs', 'lockWaitMs'] as const) assert.equal(overBudget({ ...burden, [limit]: budget[limit] + 1 }, budget)?.allowed, budget[limit])
})
