import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { visible } from './visible.ts'

test('nothing that a terminal obeys is left, whatever the text', () => {
  assert.equal(visible('a\u001b[31mred\u0007\r\n\u202egnp.exe'), String.raw`a\u{1b}[31mred\u{7}\u{d}\u{a}\u{202e}gnp.exe`)
  assert.equal(visible('日本語 ünïcødé 👪'), '日本語 ünïcødé 👪')
  fc.assert(fc.property(fc.string({ unit: 'binary' }), text => { assert.doesNotMatch(visible(text, 1_000), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u) }))
  fc.assert(fc.property(fc.string({ unit: 'binary', minLength: 5, maxLength: 30 }), fc.integer({ min: 2, max: 40 }), (text, most) => { assert.ok([...visible(text, most)].length <= most) }))
})
