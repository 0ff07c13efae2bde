import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fractionOf, isCurrency, money, showMoney, sumOf } from './money.ts'

test('money is rounded half up to whole minor units', () => {
  const yen = (minor: number, n: number, d: number): number => fractionOf(money(minor, 'JPY'), n, d).minor
  assert.deepEqual([yen(1, 1, 2), yen(1, 49, 100), yen(3, 1, 2), yen(10, 1, 3), yen(20, 1, 3), yen(0, 7, 3)], [1, 0, 2, 3, 7, 0])
})

test('a fraction of money is the nearest whole number, the upper one of two', () => {
  fc.assert(fc.property(fc.nat(10_000_000), fc.nat(100_000), fc.integer({ min: 1, max: 10_000 }), (minor, n, d) => {
    const got = BigInt(fractionOf(money(minor, 'USD'), n, d).minor) * BigInt(d) * 2n
    const exact = BigInt(minor) * BigInt(n) * 2n
    assert.ok(got - exact <= BigInt(d) && exact - got < BigInt(d))
  }))
})

test('no fraction is lost where numbers with a point would lose one', () => {
  assert.equal(fractionOf(money(9_007_199_254_740_991, 'JPY'), 100, 100).minor, 9_007_199_254_740_991)
  assert.throws(() => fractionOf(money(9_007_199_254_740_991, 'JPY'), 150, 100), /safe/)
  assert.throws(() => money(0.5, 'JPY'), /whole/)
})

test('only money of one currency is added up, and of nothing it is zero', () => {
  assert.deepEqual(sumOf([money(1, 'EUR'), money(2, 'EUR')], 'EUR'), money(3, 'EUR'))
  assert.deepEqual(sumOf([], 'EUR'), money(0, 'EUR'))
  assert.throws(() => sumOf([money(1, 'EUR'), money(2, 'USD')], 'EUR'), /one currency/)
})

test('amounts are shown with the digits of their currency', () => {
  assert.equal(showMoney(money(1_234, 'JPY'), 'en'), '¥1,234')
  assert.equal(showMoney(money(1_234, 'JPY'), 'ja'), '￥1,234')
  assert.equal(showMoney(money(5, 'USD'), 'en'), '$0.05')
  assert.equal(showMoney(money(123_456, 'EUR'), 'en'), '€1,234.56')
  assert.equal(showMoney(money(-1_234, 'USD'), 'en'), '-$12.34')
  assert.equal(showMoney(money(1_234, 'KWD'), 'en').replace(/\s/u, ' '), 'KWD 1.234')
  assert.equal(showMoney(money(9_007_199_254_740_991, 'USD'), 'en'), '$90,071,992,547,409.91')
})

test('what is no currency of ours is told', () => {
  assert.deepEqual(['JPY', 'jpy', 'XXX', 'toString'].map(isCurrency), [true, false, false, false])
})
