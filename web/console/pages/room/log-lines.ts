import type { Locale, Text } from '#domain/locale.ts'
import { toldFaultTo } from '#domain/told-fault.ts'
import { bytesOf, lengthOf, numberOf } from '../../../shared/amounts.ts'
import type { State } from '../../../shared/state-mark.tsx'
import { faultIn } from '../../fault-in.ts'
import { type MoveStage, stageText, stageWords } from '../../stage-words.ts'
import type { Report } from './seen.ts'

/** `quoted`: what a machine said, word for word. */
export type Line = { readonly kind: 'steps' | 'tables' | 'trouble' | 'other'; readonly says: Text; readonly state: State | null; readonly quoted: string | null }

const phaseWords: Readonly<Record<string, Text>> = {
  preflight: { en: 'Looking for what stands in the way', ja: '事前確認' }, anchor: { en: 'Taking the starting point', ja: '起点の取得' }, schema: { en: 'Making the tables', ja: 'テーブルの作成' }, copy: { en: 'Copying', ja: 'コピー' }, indexes: { en: 'Building indexes', ja: 'インデックスの作成' },
  'catch-up': { en: 'Catching up', ja: '追いつき' }, verify: { en: 'Verifying every row', ja: '全行の検証' }, arm: { en: 'Preparing the way back', ja: '切り戻しの準備' }, freeze: { en: 'Freeze', ja: '書き込み停止' }, settle: { en: 'Settling', ja: '完了処理' }, 'clean-up': { en: 'Cleaning up', ja: '後片付け' },
}
const levels: Readonly<Record<string, readonly [Text, State]>> = {
  blocker: [{ en: 'Stands in the way:', ja: '移行できない原因（原文）:' }, 'blocked'], concern: [{ en: 'To be known:', ja: '注意点（原文）:' }, 'at-risk'], note: [{ en: 'For the record:', ja: '記録（原文）:' }, 'idle'],
}

/** A report as a sentence. What is not known here is told by its name: nothing that was reported is left out. */
export const lineOf = ({ type, says }: Report, locale: Locale): Line => lines[type]?.(says, locale) ?? other({ en: `Reported: ${type}`, ja: `報告: ${type}` })

type Says = Report['says']
const line = (kind: Line['kind'], en: string, ja: string, state: State | null = null, quoted: string | null = null): Line => ({ kind, says: { en, ja }, state, quoted })
/** A fault in the reader’s language with its code; what is in no catalogue is quoted. */
const faultLine = (en: string, ja: string, state: State, says: Says, locale: Locale): Line => {
  const fault = faultIn(says)
  const told = toldFaultTo(fault, locale)
  return told.isQuoted ? line('trouble', en, ja.replace(/:$/, '（原文）:'), state, `${fault.code}: ${told.says}`) : line('trouble', `${en} ${told.says}`, `${ja} ${told.says}`, state, fault.code)
}
const other = (says: Text): Line => ({ kind: 'other', says, state: null, quoted: null })
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const number = (value: unknown): number => (typeof value === 'number' ? value : 0)

const lines: Readonly<Record<string, (says: Says, locale: Locale) => Line>> = {
  move: says => (says['resumed'] === true ? line('steps', 'An agent took the move up again', 'エージェントが移行を引き継ぎました', 'active') : line('steps', 'An agent began the move', 'エージェントが移行を開始しました', 'active')),
  stage: says => {
    const stage = text(says['stage']) as MoveStage
    if (!(stage in stageWords)) return other({ en: `Stage: ${stage}`, ja: `段階: ${stage}` })
    const { en, ja } = stageText(stage, says['leg'] === 'back' ? 'back' : 'out')
    return line('steps', `The move is now: ${en}`, `移行の段階:「${ja}」`, stage === 'in-doubt' ? 'blocked' : 'active')
  },
  phase: (says, locale) => {
    const of = phaseWords[text(says['phase'])] ?? { en: text(says['phase']), ja: text(says['phase']) }
    return says['state'] === 'ends' ? line('steps', `${of.en}: done in ${lengthOf(number(says['ms']), locale)}`, `${of.ja}: 完了（${lengthOf(number(says['ms']), locale)}）`, 'done') : line('steps', `${of.en}: begun`, `${of.ja}: 開始`)
  },
  finding: says => {
    const finding = (typeof says['finding'] === 'object' && says['finding'] !== null ? says['finding'] : {}) as Says
    const [level, state] = levels[text(finding['level'])] ?? [{ en: 'Found:', ja: '確認（原文）:' }, 'idle' as const]
    return { kind: state === 'idle' ? 'other' : 'trouble', says: level, state, quoted: text(finding['what']) }
  },
  plan: says => line('steps', `The copy is planned: ${Array.isArray(says['tables']) ? says['tables'].length : 0} tables`, `コピーの計画: テーブル ${Array.isArray(says['tables']) ? says['tables'].length : 0} 件`),
  copied: (says, locale) => line('tables', `${text(says['table'])}: ${numberOf(number(says['rows']), locale)} rows, ${bytesOf(number(says['bytes']), locale)}${says['done'] === true ? ', copied' : ''}`, `${text(says['table'])}: ${numberOf(number(says['rows']), locale)} 行、${bytesOf(number(says['bytes']), locale)}${says['done'] === true ? '（コピー完了）' : ''}`),
  built: says => line('tables', `Built ${number(says['done'])} of ${number(says['of'])}:`, `作成済み（全 ${number(says['of'])} 件中 ${number(says['done'])} 件）:`, null, text(says['what'])),
  verified: says => (says['equal'] === false
    ? line('trouble', `${text(says['table'])}: rows differ`, `${text(says['table'])}: 行が一致しません`, 'blocked')
    : line('tables', `${text(says['table'])}: every row equal (${number(says['done'])} of ${number(says['of'])} tables)`, `${text(says['table'])}: 全行一致（全 ${number(says['of'])} 件中 ${number(says['done'])} 件）`, 'done')),
  differs: says => line('trouble', `A row of ${text(says['table'])} differs: ${text(says['how']) === 'missing' ? 'missing on the other side' : text(says['how']) === 'extra' ? 'only on the other side' : 'other values'}`, `${text(says['table'])} の行が不一致: ${text(says['how']) === 'missing' ? '移行先にありません' : text(says['how']) === 'extra' ? '移行先にのみあります' : '値が異なります'}`, 'blocked', text(says['key'])),
  freeze: (says, locale) => {
    const ms = lengthOf(number(says['ms']), locale)
    if (says['state'] === 'began') return line('steps', 'The freeze began: nobody writes', '書き込み停止を開始しました', 'active')
    return says['state'] === 'thawed' ? line('trouble', 'The freeze was given up: the old home serves on', '書き込み停止を取りやめ、移行元で稼働を続けています', 'at-risk') : line('steps', `The freeze is over after ${ms}: the other home serves`, `書き込み停止を終了しました（${ms}）。もう一方の環境で稼働しています`, 'done')
  },
  pace: says => line('other', `Pace: ${number(says['jobs'])} at once${says['paused'] === true ? ', paused' : ''}`, `処理速度: 同時 ${number(says['jobs'])} 件${says['paused'] === true ? '、一時停止中' : ''}`, says['paused'] === true ? 'waiting' : null),
  waits: says => {
    const of = Array.isArray(says['for']) ? says['for'].map(text) : []
    return of.includes('turn-back') ? line('steps', 'The new home serves; the way back is open until somebody settles', '移行先で稼働しています。完了するまで切り戻しできます', 'waiting') : line('steps', 'Ready for the cutover: waits for the approval, or for the forecast to fit', '切り替えの準備ができました。承認または予測時間の条件を待っています', 'waiting')
  },
  retry: (says, locale) => faultLine(`Tried again in ${lengthOf(number(says['inMs']), locale)}:`, `${lengthOf(number(says['inMs']), locale)}後に再試行:`, 'at-risk', says, locale),
  evidence: says => line('steps', 'The evidence was signed, with the root', '証跡に署名しました。ルート:', 'done', text(says['root'])),
  proof: says => (text(says['refused']) === '' ? line('steps', `The evidence was checked${says['switched'] === true ? ', and control switched' : ''}`, `証跡を確認しました${says['switched'] === true ? '。切り替えを決定しました' : ''}`, 'done') : line('trouble', 'The evidence was refused:', '証跡は受理されませんでした（原文）:', 'blocked', text(says['refused']))),
  fault: (says, locale) => faultLine('It did not work:', '失敗しました:', 'blocked', says, locale),
  contradicted: () => line('trouble', 'The stores say otherwise than what was found; nothing was done', 'データベースの状態が確認結果と異なるため、何も行いませんでした', 'blocked'),
  rehearsed: says => line('steps', `Rehearsed: ${number(says['tables'])} of ${number(says['ofTables'])} tables proven`, `リハーサル: テーブル ${number(says['ofTables'])} 件中 ${number(says['tables'])} 件を検証`, 'done'),
  outcome: says => {
    const stage = text(says['stage']) as MoveStage
    const { en, ja } = stage in stageWords ? stageText(stage, says['leg'] === 'back' ? 'back' : 'out') : { en: stage, ja: stage }
    return line('steps', `It ended: ${en}`, `結果:「${ja}」`, 'done')
  },
  ended: says => (says['how'] === 'failed' ? line('trouble', 'The agent gave the order back: it failed', 'エージェントの作業が失敗しました', 'blocked') : line('steps', 'The agent’s order is done', 'エージェントの作業が完了しました', 'done')),
}
