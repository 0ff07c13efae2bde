import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isAll, sentBytes, type Span, withSpan } from './sent.ts'

test('B4: whatever the pieces and their order, what was sent is every byte that was in one of them, once', () => {
  const span = fc.tuple(fc.nat(60), fc.nat(60)).map(([a, b]): Span => [Math.min(a, b), Math.max(a, b)])
  fc.assert(fc.property(fc.array(span, { maxLength: 30 }), spans => {
    const sent = spans.reduce<Span[]>(withSpan, [])
    const bytes = new Set(spans.flatMap(([from, to]) => Array.from({ length: to - from }, (_, n) => from + n)))
    assert.deepEqual(sent.flatMap(([from, to]) => Array.from({ length: to - from }, (_, n) => from + n)), [...bytes].toSorted((a, b) => a - b))
    assert.equal(sentBytes(sent), bytes.size)
    assert.equal(isAll(sent, 60), bytes.size === 60)
    assert.ok(sent.every((one, n) => n === 0 || (sent[n - 1]?.[1] ?? 0) < one[0]), 'neighbours are one')
  }))
})

test('of more pieces than are told apart the smallest are forgotten, never counted as sent', () => {
  const many = Array.from({ length: 1_500 }, (_, n): Span => [n * 10, n * 10 + (n % 2 === 0 ? 1 : 5)]).reduce<Span[]>(withSpan, [])
  assert.equal(many.length, 1_000)
  assert.ok(!isAll(many, 15_000))
})
