import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultsJa } from './faults-ja.ts'
import { Fault, type FaultCode, faults } from './faults.ts'
import { refusalsJa } from './refusals-ja.ts'
import { type RefusalCode, refusals } from './refusals.ts'
import { faultSaidTo, saidTo } from './said.ts'

const placeholders = (text: string): string[] => [...new Set([...text.matchAll(/\{\w+\}/g)].map(([one]) => one))].toSorted()
const isJapanese = (text: string): boolean => /[ぁ-んァ-ン一-龠]/.test(text) || /^\{\w+\}$/.test(text)
/** Sentences end as sentences do; what is put in last ends itself. */
const isWhole = (text: string): boolean => /([。：）]|\}|」)$/.test(text)

test('every refusal has a Japanese sentence with the same facts in it', () => {
  const codes = Object.keys(refusals) as RefusalCode[]
  assert.deepEqual(Object.keys(refusalsJa).toSorted(), codes.toSorted())
  for (const code of codes) {
    assert.deepEqual(placeholders(refusalsJa[code]), placeholders(refusals[code].says), code)
    assert.ok(isJapanese(refusalsJa[code]) && isWhole(refusalsJa[code]), `${code}: ${refusalsJa[code]}`)
  }
})

test('every fault has a Japanese sentence and remedy with the same facts in them', () => {
  const codes = Object.keys(faults) as FaultCode[]
  assert.deepEqual(Object.keys(faultsJa).toSorted(), codes.toSorted())
  for (const code of codes) for (const part of ['says', 'remedy'] as const) {
    assert.deepEqual(placeholders(faultsJa[code][part]), placeholders(faults[code][part]), `${code} ${part}`)
    assert.ok(isJapanese(faultsJa[code][part]) && isWhole(faultsJa[code][part]), `${code}: ${faultsJa[code][part]}`)
  }
})

test('what is put into a sentence is put into words, in either language; a program is told the codes', () => {
  const over = { refused: 'task-over', state: 'waived', by: 'Aya', at: '2026-11-22T10:05:00.000Z' }
  assert.deepEqual([saidTo(over, 'ja'), saidTo(over, 'en'), saidTo(over, null)], ['このタスクはすでに対応不要です（Aya、2026-11-22 10:05 UTC）。', 'This task is not needed already: Aya, 2026-11-22 10:05 UTC.', 'This task is waived already: Aya, 2026-11-22T10:05:00.000Z.'])
  const others = { refused: 'not-your-part', others: ['migration-lead', 'point-of-contact', 'agent'] }
  assert.deepEqual([saidTo(others, 'ja'), saidTo(others, 'en')], ['この操作は別の担当者が行います：移行責任者、窓口担当、エージェント。', 'That is for others to do: migration lead, point of contact, agent.'])
  assert.equal(saidTo({ refused: 'gate-not-yours', decides: ['customer/approver', 'vendor/migration-lead'] }, 'ja'), '次の担当者が決定します：お客様・承認者、提供元・移行責任者。')
  // What people gave a name is no code, even if it reads like one.
  assert.match(saidTo({ refused: 'name-taken', name: 'support' }, 'ja'), /「support」/)
})

test('of what is a sentence or a title itself both languages travel, and the reader gets theirs', () => {
  const blocked = { refused: 'task-blocked', waitsFor: ['accept-quote'], said: { waitsFor: [{ en: 'Accept the quote', ja: '見積書を承諾する' }, { en: 'Give the go', ja: '実施を決定する' }] } }
  assert.deepEqual([saidTo(blocked, 'ja'), saidTo(blocked, 'en'), saidTo(blocked, null)], ['このタスクは、先に次の完了が必要です：見積書を承諾する、実施を決定する。', 'This task waits for others: Accept the quote, Give the go.', 'This task waits for others: accept-quote.'])
  assert.equal(saidTo({ refused: 'not-free', says: ['x'], said: { says: [{ en: 'Nobody works then.', ja: '作業できません。' }, { en: 'It is past.', ja: '過去の日時です。' }] } }, 'ja'), 'その日時は選択できません。作業できません。過去の日時です。')
})

test('a fault says in Japanese what failed, in the world’s own words, and what helps', () => {
  const fault = new Fault('MAIL_REFUSED', { server: 'mail.kestrel.example:25', of: 'recipient', code: 550, reason: 'no such user.' })
  assert.equal(faultSaidTo(fault, 'ja'), 'メールサーバー mail.kestrel.example:25 が宛先を拒否しました（550）：「no such user.」（原文）。宛先の場合は、ご本人に有効なアドレスを確認して修正してください。差出人の場合は、設定のアドレスからの送信をサーバーで許可してください。本文の場合、理由はサーバーからのものです。')
  assert.equal(faultSaidTo(fault, null), `${fault.message} ${fault.remedy}`)
})
