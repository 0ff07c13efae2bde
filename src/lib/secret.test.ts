import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSameSecret, newDigits, newToken } from './secret.ts'

test('a token has 256 bits and is never the same', () => {
  const tokens = Array.from({ length: 1_000 }, newToken)
  assert.equal(new Set(tokens).size, tokens.length)
  for (const token of tokens) assert.match(token, /^[\w-]{43}$/)
})

test('digits are six, with zeroes in front', () => {
  const all = Array.from({ length: 5_000 }, newDigits)
  for (const digits of all) assert.match(digits, /^\d{6}$/)
  assert.ok(all.some(digits => digits.startsWith('0')), 'none of 5,000 begins with a zero')
})

test('secrets are the same only if every character is', () => {
  assert.ok(isSameSecret('abc', 'abc') && isSameSecret('', ''))
  for (const [one, other] of [['abc', 'abd'], ['abc', 'ab'], ['', 'a'], ['é', 'e']] as const) assert.ok(!isSameSecret(one, other), `${one} ${other}`)
})
