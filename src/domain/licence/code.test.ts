import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { codeBytes, codeOf, readCode } from './code.ts'

const code = fc.uint8Array({ minLength: codeBytes, maxLength: codeBytes }).map(codeOf)
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

test('a code has five groups of five letters, and every bit of chance is in it', () => {
  fc.assert(fc.property(code, text => assert.match(text, /^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}$/)))
  const zero = new Uint8Array(codeBytes)
  const flipped = Array.from({ length: codeBytes * 8 }, (_, bit) => codeOf(zero.with(bit >> 3, 1 << (bit & 7))))
  assert.equal(new Set([codeOf(zero), ...flipped]).size, codeBytes * 8 + 1)
})

test('a code is understood as people type it', () => {
  fc.assert(fc.property(code, text => {
    assert.equal(readCode(text), text)
    assert.equal(readCode(` ${text.toLowerCase().replaceAll('-', ' ')} `), text)
    assert.equal(readCode(text.replaceAll('0', 'O').replaceAll('1', 'l').replaceAll('-', '')), text)
  }))
})

test('one wrong letter, or any two swapped, are noticed', () => {
  fc.assert(fc.property(code, fc.nat(24), fc.nat(24), fc.constantFrom(...letters), (text, one, other, letter) => {
    const plain = [...text.replaceAll('-', '')]
    assert.equal(readCode(plain.with(one, letter).join('')) === undefined, letter !== plain[one])
    assert.equal(readCode(plain.with(one, plain[other] ?? '').with(other, plain[one] ?? '').join('')) === undefined, plain[one] !== plain[other])
  }))
})

test('what is no code is none', () => {
  for (const text of ['', 'AAAAA-AAAAA-AAAAA-AAAAA', 'UUUUU-UUUUU-UUUUU-UUUUU-UUUUU', `${'0'.repeat(24)}é`]) assert.equal(readCode(text), undefined, text)
})
