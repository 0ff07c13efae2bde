import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cover, planChange, type Cover } from './billing.ts'
import { addDays } from './days.ts'

const at = (text: string): number => Date.parse(text)

test('B14: a change handed in by the end of the 25th is on the next month’s invoice, later the month after', () => {
  const inTime = planChange(at('2026-11-25T23:59:59.999+09:00'), 'Asia/Tokyo')
  assert.deepEqual(inTime, { handedInOn: '2026-11-25', invoice: '2026-12', isInTime: true, closesAt: at('2026-11-26T00:00+09:00') })
  const late = planChange(inTime.closesAt, 'Asia/Tokyo')
  assert.deepEqual(late, { handedInOn: '2026-11-26', invoice: '2027-01', isInTime: false, closesAt: at('2026-12-26T00:00+09:00') })
  assert.equal(planChange(at('2026-11-25T16:00Z'), 'Asia/Tokyo').invoice, '2027-01', 'it is the 26th in Japan')
  assert.equal(planChange(at('2026-11-25T16:00Z'), 'Europe/Berlin').invoice, '2026-12')
})

test('B14: over the end of a year, and in a month without such a day', () => {
  assert.deepEqual(['2026-12-25', '2026-12-26', '2027-01-01'].map(day => planChange(at(`${day}T12:00+09:00`), 'Asia/Tokyo').invoice), ['2027-01', '2027-02', '2027-02'])
  assert.deepEqual(['2026-02-28', '2026-04-30', '2026-01-31', '2028-02-29'].map(day => planChange(at(`${day}T12:00Z`), 'UTC', 31).invoice), ['2026-03', '2026-05', '2026-02', '2028-03'])
})

test('B14: a later change is never on an earlier invoice, and up to closing it is on the same', () => {
  const zones = fc.constantFrom('Asia/Tokyo', 'America/St_Johns', 'Europe/Berlin', 'America/Havana')
  fc.assert(fc.property(fc.integer({ min: at('2024-01-01'), max: at('2030-01-01') }), fc.nat(40 * 86_400_000), zones, fc.integer({ min: 1, max: 31 }), (time, more, zone, cutOff) => {
    const [first, second] = [planChange(time, zone, cutOff), planChange(time + more, zone, cutOff)]
    assert.ok(first.closesAt > time)
    assert.equal(second.invoice > first.invoice, time + more >= first.closesAt)
    assert.equal(planChange(first.closesAt - 1, zone, cutOff).invoice, first.invoice)
  }))
})

const subscription = { first: '2026-01-01', last: '2026-11-30' }
const from = (first: string, last: string | null = null): Cover => ({ subscription, licence: { first, last } })

test('B7: both paid for is an overlap, drawn on the calendar', () => {
  assert.deepEqual(cover(from('2026-11-21')), {
    overlap: { first: '2026-11-21', last: '2026-11-30' }, days: 10,
    calendar: [{ what: 'subscription', ...subscription }, { what: 'licence', first: '2026-11-21', last: null }, { what: 'overlap', first: '2026-11-21', last: '2026-11-30' }],
  })
  assert.deepEqual(cover(from('2026-11-30')), { ...cover(from('2026-11-30')), days: 1 })
})

test('B7: a licence from the day after has neither overlap nor hole', () => {
  assert.deepEqual(cover(from('2026-12-01')), { overlap: null, days: 0, calendar: [{ what: 'subscription', ...subscription }, { what: 'licence', first: '2026-12-01', last: null }] })
})

test('B7: a hole is refused, drawn, and told with what would close it', () => {
  const found = cover(from('2026-12-05'))
  assert.deepEqual(found, {
    refused: 'hole', hole: { first: '2026-12-01', last: '2026-12-04' }, days: 4,
    calendar: [{ what: 'subscription', ...subscription }, { what: 'licence', first: '2026-12-05', last: null }, { what: 'hole', first: '2026-12-01', last: '2026-12-04' }],
    instead: { licenceFrom: '2026-12-01', subscriptionUntil: '2026-12-04' },
  })
})

test('B7: less time than the move needs is refused too, and so is a licence that is over first', () => {
  const found = cover(from('2026-11-29'), 3)
  assert.ok('refused' in found && found.refused === 'overlap-too-short')
  assert.deepEqual([found.days, found.neededDays, found.instead], [2, 3, { licenceFrom: '2026-11-28', subscriptionUntil: '2026-12-01' }])
  const ends = cover(from('2026-11-01', '2026-11-30'))
  assert.ok('refused' in ends && ends.refused === 'licence-ends-first')
  assert.ok(!('refused' in cover(from('2026-11-01', '2026-12-01'))))
})

test('B7: every day is counted by what is paid on it, and either way out offered does', () => {
  const day = (n: number): string => addDays('2027-12-15', n)
  fc.assert(fc.property(fc.nat(80), fc.nat(80), fc.nat(80), fc.nat(10), (a, length, b, neededDays) => {
    const given: Cover = { subscription: { first: day(a), last: day(a + length) }, licence: { first: day(b), last: null } }
    const found = cover(given, neededDays)
    const paid = Array.from({ length: 200 }, (_, n) => ({ n, subscription: a <= n && n <= a + length, licence: b <= n }))
    const both = paid.filter(one => one.subscription && one.licence).length
    const none = paid.filter(one => one.n >= a && !one.subscription && !one.licence).length
    if ('refused' in found && found.refused === 'licence-ends-first') return assert.fail('a licence for good ends never')
    assert.equal('refused' in found && found.refused === 'hole', none > 0)
    assert.equal(found.days, none > 0 ? none : both)
    if (none === 0) assert.equal('refused' in found, both < neededDays)
    if (!('refused' in found)) return
    assert.ok(!('refused' in cover({ ...given, subscription: { ...given.subscription, last: found.instead.subscriptionUntil } }, neededDays)) || given.subscription.first > given.licence.first)
    assert.ok(!('refused' in cover({ ...given, licence: { first: found.instead.licenceFrom, last: null } }, neededDays)) || length + 1 < neededDays)
  }))
})
