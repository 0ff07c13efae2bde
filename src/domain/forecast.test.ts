import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { forecast, longest, paced, remembered, termOf, type Term } from './forecast.ts'

const term = fc.record({ name: fc.constantFrom('fence', 'drain', 'verify'), p50Ms: fc.integer({ min: 0, max: 10_000 }), over: fc.integer({ min: 0, max: 10_000 }) }).map(({ name, p50Ms, over }): Term => ({ name, p50Ms, p95Ms: p50Ms + over }))
const terms = fc.array(term, { minLength: 1, maxLength: 8 })

test('the long case is never shorter than the usual one, nor longer than all long cases together', () => {
  fc.assert(fc.property(terms, all => {
    const { p50Ms, p95Ms } = forecast(all, 1)
    assert.ok(p95Ms >= p50Ms - 1e-9 && p95Ms <= all.reduce((sum, t) => sum + t.p95Ms, 0) + 1e-6)
  }))
})

test('more to do never makes a freeze shorter', () => {
  fc.assert(fc.property(terms, term, (all, more) => {
    assert.ok(forecast([...all, more], 1).p95Ms >= forecast(all, 1).p95Ms - 1e-9)
  }))
})

test('the dominant term is one that has the longest long case', () => {
  fc.assert(fc.property(terms, all => {
    const { dominant } = forecast(all, 1)
    assert.ok(all.some(t => t.name === dominant && t.p95Ms === Math.max(...all.map(o => o.p95Ms))))
  }))
})

test('it fits exactly when the long case is within the budget', () => {
  fc.assert(fc.property(terms, fc.integer({ min: 0, max: 50_000 }), (all, budget) => {
    const found = forecast(all, budget)
    assert.equal(found.fits, found.p95Ms <= budget)
  }))
})

test('steps side by side cost as much as the longest', () => {
  assert.deepEqual(longest([{ name: 'a', p50Ms: 10, p95Ms: 20 }, { name: 'b', p50Ms: 15, p95Ms: 16 }]), { name: 'a', p50Ms: 15, p95Ms: 20 })
})

test('a term comes from what was measured, with the guess as one of the samples', () => {
  assert.deepEqual(termOf('fence', [], 30), { name: 'fence', p50Ms: 30, p95Ms: 60 })
  assert.deepEqual(termOf('fence', [10, 12, 90], 30), { name: 'fence', p50Ms: 12, p95Ms: 90 })
  assert.deepEqual(termOf('fence', [10, 11], 9), { name: 'fence', p50Ms: 10, p95Ms: 20 })
  assert.equal(termOf('fence', [2_500], 60).p50Ms, 60)
})

test('work at a pace takes its start and its pieces', () => {
  assert.equal(paced('verify', 1_000, 10, 20).p50Ms, 120)
})

test('the newest twenty samples of each step are remembered', () => {
  let measured: Record<string, readonly number[]> = {}
  for (let i = 0; i < 30; i++) measured = remembered(measured, { fence: i })
  assert.deepEqual(measured['fence'], Array.from({ length: 20 }, (_, i) => i + 10))
})
