import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Calendar } from './calendar.ts'
import { contractEnd, retirement, termOf, type Contract } from './contract.ts'
import { addDays, daysBetween } from './days.ts'

const text = (name: string): { en: string; ja: string } => ({ en: name, ja: name })
const calendar: Calendar = { weekend: ['sat', 'sun'], holidays: { country: 'JP', from: '2026-01-01', to: '2027-12-31', days: { '2026-11-23': text('Labor Thanksgiving Day'), '2027-01-01': text("New Year's Day") } } }
const monthly = (start: string, over: Partial<Contract> = {}): Contract => ({ start, term: 'month', terms: 1, noticeDays: 0, ...over })
const lasts = (contract: Contract, count: number): string[] => Array.from({ length: count }, (_, n) => termOf(contract, n).last)

test('B9: a month’s term ends on the day before, or on the last day of a month that is too short', () => {
  assert.deepEqual(lasts(monthly('2026-01-15'), 2), ['2026-02-14', '2026-03-14'])
  assert.deepEqual(lasts(monthly('2026-01-01'), 3), ['2026-01-31', '2026-02-28', '2026-03-31'])
  assert.deepEqual(lasts(monthly('2026-01-31'), 4), ['2026-02-28', '2026-03-30', '2026-04-30', '2026-05-30'])
  assert.deepEqual(lasts(monthly('2028-01-30'), 2), ['2028-02-29', '2028-03-29'])
  assert.deepEqual(lasts(monthly('2028-01-31', { terms: 3 }), 2), ['2028-04-30', '2028-07-30'])
})

test('B9: a year’s term, also from a leap day on', () => {
  assert.deepEqual(lasts(monthly('2026-04-01', { term: 'year' }), 2), ['2027-03-31', '2028-03-31'])
  assert.deepEqual(lasts(monthly('2024-02-29', { term: 'year' }), 5), ['2025-02-28', '2026-02-28', '2027-02-28', '2028-02-28', '2029-02-28'])
})

test('terms follow each other without gap and without drift, whatever the start', () => {
  fc.assert(fc.property(fc.nat(2_000), fc.constantFrom<Contract['term']>('month', 'year'), fc.integer({ min: 1, max: 13 }), (start, term, terms) => {
    const contract: Contract = { start: addDays('2023-12-20', start), term, terms, noticeDays: 0 }
    let next = contract.start
    for (let n = 0; n < 30; n++) {
      const { first, last } = termOf(contract, n)
      assert.equal(first, next)
      const months = (Number(last.slice(0, 4)) - Number(contract.start.slice(0, 4))) * 12 + Number(last.slice(5, 7)) - Number(contract.start.slice(5, 7))
      assert.equal(months + (contract.start.endsWith('-01') ? 1 : 0), (n + 1) * terms * (term === 'month' ? 1 : 12))
      const isLastOfMonth = addDays(last, 1).endsWith('-01')
      assert.ok(isLastOfMonth || Number(last.slice(8)) === Number(contract.start.slice(8)) - 1)
      next = addDays(last, 1)
    }
  }))
})

test('B9: a contract ends with the first term that the notice is in time for', () => {
  const yearly = monthly('2026-04-01', { term: 'year', noticeDays: 30 })
  assert.deepEqual(contractEnd(yearly, '2027-03-01'), { lastDay: '2027-03-31', term: { first: '2026-04-01', last: '2027-03-31' }, missedBy: 0 })
  assert.deepEqual(contractEnd(yearly, '2027-03-02'), { lastDay: '2028-03-31', term: { first: '2027-04-01', last: '2028-03-31' }, missedBy: 1 })
  assert.equal(contractEnd(monthly('2026-01-31'), '2026-02-28').lastDay, '2026-02-28')
  assert.equal(contractEnd(monthly('2026-01-31'), '2026-03-01').lastDay, '2026-03-30')
  assert.equal(contractEnd(monthly('2026-01-31'), '2025-01-01').lastDay, '2026-02-28')
  assert.equal(contractEnd(monthly('2026-01-01', { noticeDays: 60 }), '2026-01-10').lastDay, '2026-03-31')
})

test('B9: the old home runs to the contract’s end, is retired on the business day after, and people are reminded on business days', () => {
  assert.deepEqual(retirement('2026-12-31', '2026-11-30', calendar), {
    lastDay: '2026-12-31', retiredOn: '2027-01-04',
    reminders: [{ on: '2026-12-01', daysBefore: 30 }, { on: '2026-12-17', daysBefore: 14 }, { on: '2026-12-24', daysBefore: 7 }, { on: '2026-12-30', daysBefore: 1 }],
  })
  // Thirty days before is a Saturday, one day before the Sunday before a holiday.
  assert.deepEqual(retirement('2026-11-23', '2026-11-20', calendar), { lastDay: '2026-11-23', retiredOn: '2026-11-24', reminders: [{ on: '2026-11-20', daysBefore: 3 }] })
  assert.deepEqual(retirement('2026-11-30', '2026-12-01', calendar).reminders, [])
})

test('one reminder a day, none too late', () => {
  fc.assert(fc.property(fc.integer({ min: 60, max: 600 }), fc.nat(60), fc.array(fc.nat(40), { maxLength: 8 }), (end, ago, daysBefore) => {
    const lastDay = addDays('2026-01-01', end)
    const today = addDays(lastDay, -ago)
    const { reminders, retiredOn } = retirement(lastDay, today, calendar, daysBefore)
    assert.ok(retiredOn > lastDay)
    assert.equal(new Set(reminders.map(one => one.on)).size, reminders.length)
    for (const one of reminders) assert.ok(one.on >= today && daysBetween(one.on, lastDay) === one.daysBefore)
  }))
})
