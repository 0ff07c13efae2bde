import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { estimate, explain, pricedTime, type Estimate, type Pace, type Size } from './estimate.ts'

const hourMs = 3_600_000
const gb = 1e9
const known = (sizes: readonly Size[], samples: readonly Pace[], setUpMs = 0): Estimate => {
  const found = estimate(sizes, samples, setUpMs)
  assert.ok(!('refused' in found))
  return found
}
const paces = (store: string, ...mbPerSecond: number[]): Pace[] => mbPerSecond.map(mb => ({ store, bytesPerSecond: mb * 1e6 }))

test('B3: hours follow from the measured bytes of each store and the measured throughput', () => {
  const found = known([{ name: 'database', bytes: 360 * gb }, { name: 'files', bytes: 36 * gb }], [...paces('database', 10, 20, 8), ...paces('files', 1)], hourMs)
  // 360 GB at 10 MB/s are 10 hours, at 5 MB/s (half the median, the slowest being 8) 20; 36 GB at 1 MB/s are 10 hours, at half of it 20.
  assert.deepEqual(found.stores.map(one => [one.p50Ms / hourMs, one.p95Ms / hourMs, one.samples]), [[10, 20, 3], [10, 20, 1]])
  assert.deepEqual([found.p50Ms / hourMs, found.p95Ms / hourMs], [21, 42])
})

test('a store that was never copied is estimated by what was', () => {
  assert.equal(known([{ name: 'files', bytes: 36 * gb }], paces('database', 10)).p50Ms, hourMs)
})

test('of twenty samples nineteen reach the slow pace; fewer know little of bad days', () => {
  const sizes = [{ name: 'database', bytes: 36 * gb }]
  const many = Array.from({ length: 20 }, (_, n) => (n === 0 ? 1 : n === 1 ? 9 : 10))
  assert.equal(known(sizes, paces('database', ...many)).p95Ms, (36 * gb) / 9e6 * 1000)
  assert.equal(known(sizes, paces('database', ...many.slice(1))).p95Ms, 2 * hourMs)
  assert.equal(known(sizes, paces('database', ...many.slice(0, 19))).p95Ms, 10 * hourMs)
})

test('without a measurement there is no estimate, and which one is missing is told', () => {
  assert.deepEqual(estimate([], paces('database', 1), 0), { refused: 'nothing-measured', missing: 'sizes' })
  assert.deepEqual(estimate([{ name: 'database', bytes: 1 }], [], 0), { refused: 'nothing-measured', missing: 'throughput' })
})

test('the long case is never the shorter one, and more bytes or slower samples never take less', () => {
  const sample = fc.record({ store: fc.constantFrom('a', 'b'), bytesPerSecond: fc.integer({ min: 1, max: 1e9 }) })
  fc.assert(fc.property(fc.array(fc.record({ name: fc.constantFrom('a', 'b', 'c'), bytes: fc.nat(1e12) }), { minLength: 1, maxLength: 4 }), fc.array(sample, { minLength: 1, maxLength: 60 }), fc.nat(1e7), (sizes, samples, setUpMs) => {
    const found = known(sizes, samples, setUpMs)
    assert.ok(found.p95Ms >= found.p50Ms)
    const more = known(sizes.map(one => ({ ...one, bytes: one.bytes + 1_000 })), samples, setUpMs)
    const slower = known(sizes, samples.map(one => ({ ...one, bytesPerSecond: one.bytesPerSecond / 2 })), setUpMs)
    for (const worse of [more, slower]) assert.ok(worse.p50Ms >= found.p50Ms && worse.p95Ms >= found.p95Ms)
  }))
})

test('B5: the typical duration is shown with that of this tenant and why', () => {
  const within = explain(known([{ name: 'the database', bytes: 1_080 * gb }, { name: 'the files', bytes: gb }], paces('the database', 10, 12)))
  assert.deepEqual([within.typical, within.hours, within.standing, within.longest.name], [{ from: 24, to: 48 }, { p50: 31, p95: 61 }, 'within', 'the database'])
  assert.equal(within.says.en, 'Such a move typically takes 24 to 48 hours. Yours will take about 31 hours, and at most 61 in 19 of 20 cases: most of it is 1.1 TB in the database at 10.0 MB/s, as measured 2 times.')
  assert.match(within.says.ja, /通常の所要時間は24～48時間です。お客様の場合は約31時間（20回中19回は61時間以内）の見込みです。/)
  const quick = explain(known([{ name: 'files', bytes: 1 }], paces('files', 10)))
  assert.deepEqual([quick.standing, quick.hours.p50], ['below', 1])
  assert.match(quick.says.en, /about 1 hour, .*less than usual.*measured once\./)
  assert.equal(explain(known([{ name: 'files', bytes: 1_800 * gb }], paces('files', 10))).standing, 'above')
})

test('what is priced is what it takes half of the time, in begun hours', () => {
  const at = Date.parse('2026-11-20T18:00+09:00')
  assert.deepEqual(pricedTime(at, known([{ name: 'files', bytes: 36 * gb }], paces('files', 10))), { from: at, to: at + hourMs })
  assert.deepEqual(pricedTime(at, known([{ name: 'files', bytes: 36 * gb }], paces('files', 10), 1)), { from: at, to: at + 2 * hourMs })
  assert.deepEqual(pricedTime(at, known([{ name: 'files', bytes: 0 }], paces('files', 10))), { from: at, to: at + hourMs })
})
