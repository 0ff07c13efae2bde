import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { HolidayList } from './calendar.ts'
import { weekdays } from './days.ts'
import { asId } from './ids.ts'
import { money } from './money.ts'
import type { Office } from './office-hours.ts'
import { accept, issue, standingOf, withdraw, type Quote, type Terms } from './quote.ts'
import { linesOf, type Line } from './quote-lines.ts'

const at = (text: string): number => Date.parse(text)
const office: Office = { zone: 'Asia/Tokyo', weekend: ['sat', 'sun'], hours: Object.fromEntries(weekdays.map(day => [day, [{ from: '09:00', to: '18:00' }]])) as unknown as Office['hours'] }
const holidays: HolidayList = { country: 'JP', from: '2026-01-01', to: '2027-12-31', days: {} }
const what = { en: 'Export', ja: 'データの書き出し' }
const lines = (hourly: number): Line[] => linesOf({ what, time: { from: at('2026-11-20T17:10+09:00'), to: at('2026-11-21T01:20+09:00') } }, { hourly: money(hourly, 'JPY'), premiumPercent: 150, office }, holidays)

const [anna, ben] = [asId<'contact'>('0199a0a0-0000-7000-8000-00000000000a'), asId<'contact'>('0199a0a0-0000-7000-8000-00000000000b')]
const terms: Terms = {
  id: asId('0199a0a0-0000-7000-8000-000000000001'), move: asId('0199a0a0-0000-7000-8000-000000000002'), to: anna, issuedAt: at('2026-11-02T10:00+09:00'), lastDay: '2026-11-13', zone: 'Asia/Tokyo', currency: 'JPY',
  tax: { name: { en: 'Consumption tax', ja: '消費税' }, basisPoints: 1_000 },
}
const issued = (): Quote => {
  const quote = issue(terms, lines(10_001))
  assert.ok(!('refused' in quote))
  return quote
}
const lastMoment = at('2026-11-14T00:00+09:00') - 1

test('a quote adds up: its lines to the subtotal, and the tax, rounded once, to the total', () => {
  const quote = issued()
  assert.deepEqual(quote.lines.map(line => line.amount.minor), [8_334, 90_009, 20_002])
  assert.deepEqual([quote.subtotal, quote.tax?.amount, quote.total], [money(118_345, 'JPY'), money(11_835, 'JPY'), money(130_180, 'JPY')])
  const untaxed = issue({ ...terms, tax: null }, lines(10_001))
  assert.deepEqual('refused' in untaxed ? untaxed : [untaxed.tax, untaxed.total], [null, money(118_345, 'JPY')])
})

test('a quote of nothing, and one that ends before it begins, are not issued', () => {
  assert.deepEqual(issue(terms, []), { refused: 'nothing-to-quote' })
  assert.deepEqual(issue({ ...terms, lastDay: '2026-11-01' }, lines(1)), { refused: 'expires-before-it-is-issued', issuedAt: terms.issuedAt, expiresAt: at('2026-11-02T00:00+09:00') })
  assert.ok(!('refused' in issue({ ...terms, lastDay: '2026-11-02' }, lines(1))))
})

test('B3: it is accepted by the named person up to the end of its last day in its zone', () => {
  const quote = issued()
  const accepted = accept(quote, anna, lastMoment)
  assert.deepEqual(accepted, { quote: { ...quote, acceptance: { by: anna, at: lastMoment } }, acceptance: { by: anna, at: lastMoment } })
  assert.deepEqual(accept(quote, anna, lastMoment + 1), { refused: 'expired', at: lastMoment + 1 })
})

test('B3: it is accepted once; who accepted it and says so again is answered with that same acceptance, also after its date', () => {
  const first = accept(issued(), anna, lastMoment - 5)
  assert.ok(!('refused' in first))
  const again = accept(first.quote, anna, lastMoment + 86_400_000)
  assert.deepEqual(again, first)
  assert.ok(!('refused' in again) && again.quote === first.quote)
  assert.deepEqual(accept(first.quote, ben, lastMoment), { refused: 'accepted-already', by: anna, at: lastMoment - 5 })
})

test('nobody else accepts it, and nobody accepts what was withdrawn', () => {
  assert.deepEqual(accept(issued(), ben, lastMoment), { refused: 'not-the-named-person', named: anna })
  assert.deepEqual(accept(issued(), ben, lastMoment + 1), { refused: 'not-the-named-person', named: anna })
  const withdrawn = withdraw(issued(), lastMoment - 9)
  assert.ok(!('refused' in withdrawn))
  assert.deepEqual(accept(withdrawn, anna, lastMoment), { refused: 'withdrawn', at: lastMoment - 9 })
  assert.equal(withdraw(withdrawn, lastMoment), withdrawn)
})

test('what was accepted is not withdrawn', () => {
  const accepted = accept(issued(), anna, lastMoment)
  assert.ok(!('refused' in accepted))
  assert.deepEqual(withdraw(accepted.quote, lastMoment), { refused: 'accepted-already', by: anna, at: lastMoment })
})

test('whatever is done to a quote in whatever order, one acceptance at most is ever made, and it never changes', () => {
  const deeds = fc.array(fc.record({ deed: fc.constantFrom('accept', 'withdraw'), who: fc.constantFrom(anna, ben), at: fc.integer({ min: terms.issuedAt, max: lastMoment * 2 - terms.issuedAt }) }), { maxLength: 12 })
  fc.assert(fc.property(deeds, all => {
    let quote = issued()
    for (const { deed, who, at } of all) {
      const before = quote
      const answer = deed === 'accept' ? accept(quote, who, at) : withdraw(quote, at)
      if ('refused' in answer) continue
      quote = 'quote' in answer ? answer.quote : answer
      if (before.acceptance !== null) assert.equal(quote, before)
      if (before.acceptance === null && quote.acceptance !== null) assert.ok(who === anna && at < before.expiresAt && before.withdrawnAt === null && standingOf(before, at) === 'open')
      assert.deepEqual([quote.lines, quote.total], [before.lines, before.total])
    }
  }))
})

test('a quote is open, accepted, withdrawn or expired', () => {
  const quote = issued()
  assert.deepEqual([standingOf(quote, lastMoment), standingOf(quote, lastMoment + 1)], ['open', 'expired'])
  assert.equal(standingOf({ ...quote, withdrawnAt: 1 }, lastMoment + 1), 'withdrawn')
  assert.equal(standingOf({ ...quote, acceptance: { by: anna, at: 1 } }, lastMoment + 1), 'accepted')
})
