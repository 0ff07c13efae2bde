import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { oneLine } from './one-line.ts'

describe('one line', () => {
  it('has no line end, no control character, no hidden direction, and no edge of spaces', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), text => {
      const line = oneLine(text)
      assert.doesNotMatch(line, /[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u)
      assert.equal(line, line.trim())
    }), { numRuns: 1_000 })
    assert.equal(oneLine('  a\r\n\tb\u2028c\u202Ed  '), 'a b cd')
  })

  it('leaves ordinary text of any script as it is, and cuts what is too long between characters', () => {
    for (const text of ['切替日時のご案内', 'Łódź – façade', '👩‍💻 𠮷']) assert.equal(oneLine(text), text)
    assert.equal(oneLine('𠮷'.repeat(10), 4), '𠮷𠮷𠮷…')
  })
})
