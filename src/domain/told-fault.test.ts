import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault, type FaultCode, type Facts, faults } from './faults.ts'
import { agentEnds, endTold, toldFault, toldFaultText, toldFaultTo } from './told-fault.ts'

const isJapanese = (text: string): boolean => /[ぁ-んァ-ン一-龠]/.test(text)
/** What is left of a text without names, commands and quotations. */
const bare = (text: string): string => text.replaceAll(/「[^」]*」（原文）|`[^`]*`/g, '')
/** Every fact that any sentence names: sentences where there may be sentences. */
const factsFor = (code: FaultCode): Facts => Object.fromEntries([...`${faults[code].says} ${faults[code].remedy}`.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, ['ms', 'count', 'bytes'].includes(name) ? 1_200 : ['reason', 'first', 'difference', 'list', 'expected'].includes(name) ? 'the server went away at 10:05' : 'X1']))

test('every fault of the catalogue that an agent tells of has Japanese, with its facts, and what others said in it quoted as it was', () => {
  for (const code of Object.keys(faults) as FaultCode[]) {
    const told = toldFault(new Fault(code, { ...factsFor(code), beside: 'what no sentence names' }))
    assert.deepEqual(told.facts, factsFor(code), code)
    const { says, remedy, isQuoted } = toldFaultTo(JSON.parse(JSON.stringify(told)), 'ja')
    assert.ok(!isQuoted && isJapanese(says) && isJapanese(remedy), `${code}: ${says}`)
    assert.doesNotMatch(says + remedy, /\{\w+\}/, code)
    assert.doesNotMatch(bare(says), /went away/, `${code}: ${says}`)
    assert.equal(toldFaultTo(told, 'en').says, told.message)
  }
  for (const code of Object.keys(agentEnds) as (keyof typeof agentEnds)[]) assert.ok(isJapanese(toldFaultTo(endTold(code), 'ja').says))
})

test('of a fault that is in no catalogue, or was told without its facts, the words are quoted whole, and said to be', () => {
  const other = { code: 'MOON_IS_DOWN', message: 'The moon is down.', remedy: 'Wait for it.' }
  assert.deepEqual(toldFaultTo(other, 'ja'), { says: 'The moon is down.', remedy: 'Wait for it.', isQuoted: true })
  assert.deepEqual(toldFaultText(other), { en: 'The moon is down.', ja: '「The moon is down.」（原文）' })
  const bare = { code: 'STORE_FULL', message: 'The target has no room left: no.', remedy: 'Make room.' }
  assert.ok(toldFaultTo(bare, 'ja').isQuoted && toldFaultTo({ ...bare, facts: { store: 'target' } }, 'ja').isQuoted)
  assert.deepEqual(toldFaultTo({ ...bare, facts: { store: 'target', reason: 'no' } }, 'ja'), { says: '移行先の空き容量がありません：「no」（原文）', remedy: 'サーバーのディスクに空きを作り、同じコマンドを再度実行してください。コピー済みのデータは残ります。', isQuoted: false })
})

test('what is one word stays as it is, what is a sentence is quoted, and an order to a product is put into words', () => {
  const says = (code: FaultCode, facts: Facts): string => toldFaultTo(toldFault(new Fault(code, facts)), 'ja').says
  assert.equal(says('HOME_REFUSED', { home: 'shop', verb: 'freeze', reason: 'it says that it is open' }), 'shop の製品が書き込み停止を実行しませんでした：「it says that it is open」（原文）')
  assert.equal(says('ROUTE_MOVED', { route: 'r', expected: '10.0.0.1:80', found: '10.0.0.2:80' }), '経路 r の向き先が 10.0.0.1:80 ではなく 10.0.0.2:80 です。ほかから変更されています。')
  assert.equal(says('LICENSOR_IN_DOUBT', { server: 'S', verb: 'activate the licence L', reason: '' }), 'ライセンスサーバー S に「activate the licence L」（原文）を要求しましたが、行われたかどうか分かりません：（理由は示されていません）')
  assert.equal(says('BUDGET_SPENT', { limit: 'the age of the picture held open (ms)', found: 4_000, allowed: 3_000 }), '開いたままのスナップショットの経過時間（ミリ秒）のため移行元を解放しました。実際：4,000、上限：3,000。')
})
