import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { whyFormWrong } from './form.ts'
import type { FieldType, FormField } from './playbook.ts'

const field = (type: FieldType, more: Partial<FormField> = {}): FormField => ({ key: 'x', title: { en: 'X', ja: 'X' }, type, choices: [{ value: 'own', title: { en: 'own', ja: '自社' } }], columns: [{ key: 'from', title: { en: 'From', ja: '元' } }, { key: 'to', title: { en: 'To', ja: '先' } }], optional: false, ...more })
const why = (of: FormField, value: unknown): string | undefined => whyFormWrong([of], { x: value })?.wrong[0]?.why

describe('a form', () => {
  it('takes what its fields are for', () => {
    const right: [FieldType, unknown][] = [['text', 'a'], ['long-text', 'a\nb'], ['number', 1.5], ['day', '2028-02-29'], ['yes-no', false], ['choice', 'own'], ['file', 'metadata.xml'], ['table', [{ from: 'a', to: 'b' }]]]
    for (const [type, value] of right) assert.equal(why(field(type), value), undefined, type)
  })

  it('refuses what they are not for', () => {
    const wrong: [FieldType, unknown, string][] = [
      ['text', 3, 'not-a-text'], ['text', '   ', 'not-a-text'], ['number', '3', 'not-a-number'], ['number', Infinity, 'not-a-number'], ['day', '2026-02-29', 'not-a-day'], ['day', '2026-13-01', 'not-a-day'], ['day', '2026-00-10', 'not-a-day'], ['day', '2026-01-00', 'not-a-day'], ['day', '2026-1-1', 'not-a-day'],
      ['yes-no', 'yes', 'not-yes-or-no'], ['choice', 'other', 'not-a-choice'], ['file', 3, 'not-a-text'], ['table', 'a', 'not-a-table'], ['table', [], 'not-a-table'], ['table', [{ from: 'a' }], 'not-a-table'], ['table', [{ from: 'a', to: '' }], 'not-a-table'], ['table', [{ from: 'a', to: 'b', more: 'c' }], 'not-a-table'], ['table', [null], 'not-a-table'],
    ]
    for (const [type, value, says] of wrong) assert.equal(why(field(type), value), says, `${type} ${JSON.stringify(value)}`)
  })

  it('wants every field that is not optional, and none it does not have', () => {
    for (const value of [undefined, null, '']) assert.equal(why(field('text'), value), 'missing')
    assert.equal(why(field('text', { optional: true }), undefined), undefined)
    assert.equal(why(field('table', { optional: true }), []), undefined)
    assert.deepEqual(whyFormWrong([field('text')], { x: 'a', y: 'b', toString: 'c' }), { refused: 'form-wrong', wrong: [{ field: 'y', why: 'not-a-field' }, { field: 'toString', why: 'not-a-field' }] })
    assert.deepEqual(whyFormWrong([field('text', { key: 'constructor' })], {}), { refused: 'form-wrong', wrong: [{ field: 'constructor', why: 'missing' }] })
  })
})
