import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addDays, addMonths, countOf, dayOfMonth, daysBetween, isDay, monthOf, weekdayOf } from './days.ts'

test('a day is one that there is, written in one way', () => {
  assert.deepEqual(['2028-02-29', '2026-02-29', '2026-2-9', '2026-11-22T00:00', '+002026-01-01', '2026-13-01', ''].map(isDay), [true, false, false, false, false, false, false])
})

test('days are counted over leap days and year ends', () => {
  assert.equal(addDays('2028-02-28', 1), '2028-02-29')
  assert.equal(addDays('2100-02-28', 1), '2100-03-01')
  assert.equal(addDays('2027-01-01', -1), '2026-12-31')
  assert.equal(daysBetween('2027-12-31', '2029-01-01'), 367)
  assert.equal(daysBetween('2026-01-02', '2026-01-01'), -1)
  assert.equal(countOf({ first: '2026-01-01', last: '2026-01-01' }), 1)
  assert.deepEqual(['2026-11-22', '2026-11-23', '2028-02-29'].map(weekdayOf), ['sun', 'mon', 'tue'])
})

test('a month has its last day where it has none of that number', () => {
  assert.deepEqual([dayOfMonth('2026-02', 25), dayOfMonth('2026-02', 31), dayOfMonth('2028-02', 31), dayOfMonth('2026-04', 31)], ['2026-02-25', '2026-02-28', '2028-02-29', '2026-04-30'])
  assert.deepEqual([addMonths('2026-12', 1), addMonths('2026-01', -1), monthOf('2026-12-31')], ['2027-01', '2025-12', '2026-12'])
})

test('days sort as their texts do, and adding is undone by taking away', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 40_000 }), fc.integer({ min: 1, max: 4_000 }), (n, more) => {
    const day = addDays('2000-01-01', n)
    const later = addDays(day, more)
    assert.ok(day < later)
    assert.equal(daysBetween(day, later), more)
    assert.equal(addDays(later, -more), day)
  }))
})
