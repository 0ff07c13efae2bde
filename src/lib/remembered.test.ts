import assert from 'node:assert/strict'
import { test } from 'node:test'
import { remembered } from './remembered.ts'

test('what was answered is answered again without being worked out, until there is too much of it; what failed is tried anew', () => {
  let asked = 0
  const sum = remembered(2, (a: number, b: string) => {
    asked++
    if (b === 'no') throw new Error('no')
    return { sum: `${a}${b}` }
  })
  const first = sum(1, '23')
  assert.deepEqual(first, { sum: '123' })
  assert.equal(sum(1, '23'), first)
  assert.deepEqual(sum(12, '3'), { sum: '123' }, 'another question that reads the same when it is run together')
  assert.equal(asked, 2)
  sum(5, '6')
  assert.notEqual(sum(1, '23'), first, 'all are forgotten when there are too many')
  for (const _ of [1, 2]) assert.throws(() => sum(1, 'no'), /no/)
  assert.equal(asked, 6)
})
