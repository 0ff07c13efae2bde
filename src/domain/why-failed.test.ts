import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from './faults.ts'
import { keptWhy, whyFailed } from './why-failed.ts'

test('why work ended without an answer is said in both languages, with the facts of then, also where only a code or a sentence was kept', () => {
  const refused = whyFailed(keptWhy({ refused: 'too-many-moves', most: 2_000 } as { readonly refused: string }))
  assert.deepEqual(refused, { en: 'At most 2,000 moves are planned at one go.', ja: '一度に計画できる移行は 2,000 件までです。' })
  const fault = whyFailed(keptWhy(new Fault('PLANNER_FAILED', { reason: 'it ran out of memory' })))
  assert.equal(fault.en, 'The planner of waves broke off: it ran out of memory.')
  assert.match(fault.ja, /^ウェーブの計画の計算が中断しました：「it ran out of memory」（原文）/)
  assert.match(whyFailed('nothing-to-plan').ja, /^この期間に日程を変更できる移行が/)
  assert.deepEqual(whyFailed('It broke.').en, 'It broke.')
  assert.match(whyFailed('It broke.').ja, /原文/)
})
