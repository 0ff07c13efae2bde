import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addBusinessDays, amended, businessDayFrom, businessDaysIn, businessDayUpTo, isBusinessDay, milestone, type Calendar } from './calendar.ts'
import { addDays, daysBetween } from './days.ts'

const text = (name: string): { en: string; ja: string } => ({ en: name, ja: name })
/** The end of 2026 and the new year in Japan, with the days that a company has off besides. */
const calendar: Calendar = {
  weekend: ['sat', 'sun'],
  holidays: { country: 'JP', from: '2026-01-01', to: '2027-12-31', days: { '2026-09-21': text('Respect-for-the-Aged Day'), '2026-09-22': text("Citizens' Holiday"), '2026-09-23': text('Autumnal Equinox Day'), '2026-11-23': text('Labor Thanksgiving Day'), '2027-01-01': text("New Year's Day") } },
}

test('a business day is neither of the weekend nor a holiday', () => {
  assert.deepEqual(['2026-11-20', '2026-11-21', '2026-11-22', '2026-11-23', '2026-11-24'].map(day => isBusinessDay(day, calendar)), [true, false, false, false, true])
  assert.equal(businessDayUpTo('2026-09-23', calendar), '2026-09-18')
  assert.equal(businessDayFrom('2026-09-19', calendar), '2026-09-24')
  assert.equal(businessDayUpTo('2026-09-18', calendar), '2026-09-18')
  assert.deepEqual(businessDaysIn('2026-09-17', '2026-09-25', calendar), ['2026-09-17', '2026-09-18', '2026-09-24', '2026-09-25'])
  assert.deepEqual([addBusinessDays('2026-09-18', 1, calendar), addBusinessDays('2026-09-20', -1, calendar), addBusinessDays('2026-09-20', 0, calendar), addBusinessDays('2026-12-31', 1, calendar)], ['2026-09-24', '2026-09-18', '2026-09-20', '2027-01-04'])
})

test('C1: milestones are counted in days from T-0 and moved to the business day before', () => {
  // T-0 is a Saturday, as cutovers like it; T-60 is the middle one of three holidays after a weekend.
  const t0 = '2026-11-21'
  assert.deepEqual([0, 10, 20, 30, 60, 90].map(n => milestone(t0, n, calendar)), ['2026-11-21', '2026-11-11', '2026-10-30', '2026-10-22', '2026-09-18', '2026-08-21'])
})

test('days after T-0 are moved to the business day after', () => {
  assert.deepEqual([-1, -3, -41].map(n => milestone('2026-11-21', n, calendar)), ['2026-11-24', '2026-11-24', '2027-01-04'])
})

test('a milestone is a business day, at most as far moved as need be, and a larger n is never later', () => {
  fc.assert(fc.property(fc.integer({ min: 200, max: 500 }), fc.integer({ min: -100, max: 100 }), fc.uniqueArray(fc.integer({ min: 0, max: 729 }), { maxLength: 60 }), (start, n, off) => {
    const own: Calendar = { ...calendar, holidays: { ...calendar.holidays, days: Object.fromEntries(off.map(day => [addDays('2026-01-01', day), text('Off')])) } }
    const t0 = addDays('2026-01-01', start)
    const day = milestone(t0, n, own)
    const plain = addDays(t0, -n)
    if (n === 0) return assert.equal(day, t0)
    assert.ok(isBusinessDay(day, own))
    const passed = n > 0 ? daysBetween(day, plain) : daysBetween(plain, day)
    assert.ok(passed >= 0)
    for (let k = 0; k < passed; k++) assert.ok(!isBusinessDay(addDays(plain, n > 0 ? -k : k), own))
    assert.ok(milestone(t0, n + 1, own) <= day)
  }))
})

test('a vendor’s own days off and on go before the list', () => {
  const own = { ...calendar, holidays: amended(calendar.holidays, { off: { '2026-12-31': text('Year end'), '2028-01-03': text('Beyond') }, worked: ['2026-11-23'] }) }
  assert.deepEqual(['2026-11-23', '2026-12-31', '2027-01-01'].map(day => isBusinessDay(day, own)), [true, false, false])
  assert.deepEqual(Object.keys(own.holidays.days), ['2026-09-21', '2026-09-22', '2026-09-23', '2026-12-31', '2027-01-01'])
})

test('a day for which the holidays are not known is a bug, not a working day', () => {
  assert.throws(() => isBusinessDay('2028-01-03', calendar), /known from 2026-01-01 to 2027-12-31, not on 2028-01-03/)
  assert.throws(() => milestone('2026-03-01', 90, calendar), /not on 2025-12-01/)
  assert.throws(() => businessDayFrom('2026-11-22', { ...calendar, weekend: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] }), /not on 2028-01-01/)
})
