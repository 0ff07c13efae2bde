import type { Text } from '#domain/locale.ts'
import type { WishVerb } from '#domain/wish.ts'
import type { State } from '../shared/state-mark.tsx'

export type MoveStage = 'planned' | 'ordered' | 'copying' | 'following' | 'frozen' | 'verified' | 'in-doubt' | 'switched' | 'settled' | 'cancelled'

/** Where a move stands, as people say it. */
export const stageWords: Readonly<Record<MoveStage, Text>> = {
  planned: { en: 'Planned', ja: '計画中' }, ordered: { en: 'Ordered', ja: '指示済み' }, copying: { en: 'Copying', ja: 'コピー中' }, following: { en: 'Following', ja: '追従中' }, frozen: { en: 'Frozen', ja: '書き込み停止中' },
  verified: { en: 'Verified', ja: '検証済み' }, 'in-doubt': { en: 'In doubt', ja: '確認が必要' }, switched: { en: 'Switched', ja: '切り替え済み' }, settled: { en: 'Settled', ja: '完了' }, cancelled: { en: 'Cancelled', ja: '中止' },
}
export const stageStates: Readonly<Record<MoveStage, State>> = {
  planned: 'idle', ordered: 'waiting', copying: 'active', following: 'active', frozen: 'active', verified: 'active', 'in-doubt': 'blocked', switched: 'done', settled: 'done', cancelled: 'idle',
}
/** On the way back the same stages mean something else to people. */
export const stageText = (stage: MoveStage, leg: 'out' | 'back'): Text => (leg === 'back' ? back[stage] ?? stageWords[stage] : stageWords[stage])
const back: Partial<Readonly<Record<MoveStage, Text>>> = {
  following: { en: 'Turning back', ja: '切り戻し中' }, frozen: { en: 'Frozen, turning back', ja: '切り戻しのため書き込み停止中' }, verified: { en: 'Verified, turning back', ja: '切り戻しの検証済み' },
  switched: { en: 'Turned back', ja: '切り戻し済み' }, settled: { en: 'Turned back and settled', ja: '切り戻し完了' },
}

export const legWords: Readonly<Record<'out' | 'back', Text>> = { out: { en: 'Out', ja: '移行' }, back: { en: 'Back', ja: '切り戻し' } }

/** What can be said to a move under way. */
export const wishWords: Readonly<Record<WishVerb, Text>> = {
  approve: { en: 'Approve the cutover', ja: '切り替えを承認' }, pause: { en: 'Pause', ja: '一時停止' }, resume: { en: 'Resume', ja: '再開' }, throttle: { en: 'Throttle', ja: '速度を調整' }, abort: { en: 'Abort', ja: '中止' },
  'turn-back': { en: 'Turn back', ja: '切り戻す' }, settle: { en: 'Settle', ja: '完了する' }, found: { en: 'Say what was found', ja: '確認結果を記録' },
}
