import type { ReactNode } from 'react'
import { lengthOf, numberOf } from '../../../shared/amounts.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { type State, StateMark } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { FaultSaid } from '../../told-fault.tsx'
import type { Order } from './acts.tsx'
import type { Standing } from './live.ts'
import type { Seen } from './seen.ts'
import css from './room.module.css'

const words = {
  unordered: { en: 'Nobody has ordered this move yet. Check first, then order it.', ja: 'この移行はまだ指示されていません。事前確認のうえ、指示してください。' }, waiting: { en: 'Ordered. An agent that can reach both homes takes it up; none has yet.', ja: '指示済みです。両方の環境に接続できるエージェントの引き受けを待っています。' },
  failed: { en: 'The last order failed. Nothing was switched; order it again and it goes on where it was.', ja: '前回の作業は失敗しました。切り替えは行われていません。再度指示すると、続きから再開します。' }, copying: { en: 'The data is being copied. The tenant’s people go on working.', ja: 'データをコピーしています。利用者はそのまま作業できます。' },
  following: { en: 'Every change is followed and every row compared. It waits for the approval of the cutover.', ja: 'すべての変更に追従し、全行を照合しています。切り替えの承認を待っています。' }, approved: { en: 'Approved by {who}. It cuts over as soon as the forecast fits the limit.', ja: '{who} が承認しました。予測時間が上限内になり次第、切り替えます。' },
  frozen: { en: 'Nobody can write now. The last changes go over, and every row is proven.', ja: '現在、書き込みを停止しています。残りの変更を反映し、全行を検証しています。' }, verified: { en: 'Every row is proven. The other home takes over.', ja: '全行の検証が完了しました。もう一方の環境へ切り替えます。' },
  doubt: { en: 'Control asked for the switch, and its answer was lost. Nobody can write to either home until a person says which one serves. Look, then say what you found.', ja: '切り替えの指示に対する応答が失われました。稼働中の環境が確認されるまで、どちらの環境にも書き込めません。状況を確認し、結果を記録してください。' },
  found: { en: '{who} said what was found. The agent compares it with both stores.', ja: '{who} が確認結果を記録しました。エージェントが両方のデータベースと照合しています。' },
  switched: { en: 'The new home serves. Every write travels back to the old one, so that the move can be turned back without loss until it is settled.', ja: '移行先で稼働しています。書き込みは移行元にも反映されるため、完了するまでは損失なく切り戻せます。' }, back: { en: 'The move was turned back: the old home serves, with every write made in the new one.', ja: '切り戻しました。移行先での書き込みを含め、移行元で稼働しています。' },
  turning: { en: 'The move is being turned back: the old home catches up, then it is frozen, proven and switched.', ja: '切り戻し中です。移行元が追いつき次第、書き込みを停止し、検証のうえ切り替えます。' },
  settled: { en: 'The move is over. The way back is closed.', ja: '移行は完了しました。切り戻しはできません。' }, cancelled: { en: 'The move was aborted. The old home serves on, as before.', ja: '移行は中止されました。移行元での稼働が続いています。' }, paused: { en: 'Paused. The old home goes on recording changes for it.', ja: '一時停止中です。移行元は変更の記録を続けています。' },
  lostAgent: { en: 'The agent that has this move was not heard from since', ja: '担当エージェントからの最終受信:' }, aborting: { en: '{who} aborted the move; the agent lets go of the old home.', ja: '{who} が中止しました。エージェントが移行元を解放しています。' }, settling: { en: '{who} settles the move; what it made is removed.', ja: '{who} が完了を指示しました。後片付けを行っています。' }, turnBack: { en: '{who} asked to turn back; the agent takes it up.', ja: '{who} が切り戻しを指示しました。' },
  differences: { en: '{n} rows differ between the two homes. It does not cut over with a difference; the log names them.', ja: '{n} 行が一致していません。不一致がある間は切り替えません。該当行はログに表示されます。' }, fault: { en: 'It did not work:', ja: '失敗しました:' }, over: { en: 'The forecast of {p95} is over the limit of {limit}: it waits until less is left to prove.', ja: '予測 {p95} が上限 {limit} を超えているため、短くなるまで待機しています。' },
}

/** What is going on in one sentence: who has it, and what is wanted of whom. */
export const Now = ({ standing, order, seen, zone }: { readonly standing: Standing; readonly order: Order | undefined; readonly seen: Seen; readonly zone: string }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const [state, sentence] = sentenceOf(standing, order)
  const limit = seen.forecast?.budgetMs ?? order?.facts.how?.freezeBudgetMs ?? null
  const isOverLimit = standing.stage === 'following' && (order?.wish.approved ?? null) !== null && seen.forecast !== null && limit !== null && seen.forecast.p95Ms > limit
  const isLost = order?.state === 'claimed' && order.leaseUntil !== null && Date.parse(order.leaseUntil) < Date.now()
  return (
    <div className={css['now']} data-state={state} role="status">
      <p><StateMark state={state} says={null} /> <span>{say(sentence.says, { who: sentence.who ?? '' })}</span></p>
      {isOverLimit && seen.forecast !== null && limit !== null ? <p><StateMark state="at-risk" says={null} /> <span>{say(words.over, { p95: lengthOf(seen.forecast.p95Ms, locale), limit: lengthOf(limit, locale) })}</span></p> : null}
      {seen.differences > 0 ? <p><StateMark state="blocked" says={null} /> <span>{say(words.differences, { n: numberOf(seen.differences, locale) })}</span></p> : null}
      {seen.fault === null ? null : <p><StateMark state="blocked" says={null} /> <span>{say(words.fault)} <FaultSaid fault={seen.fault} /></span></p>}
      {isLost && order.leaseUntil !== null ? <p><StateMark state="at-risk" says={null} /> <span>{say(words.lostAgent)} <When at={order.leaseUntil} zone={zone} clock /></span></p> : null}
    </div>
  )
}

type Sentence = readonly [State, { readonly says: { readonly en: string; readonly ja: string }; readonly who?: string }]
const sentenceOf = ({ stage, leg }: Standing, order: Order | undefined): Sentence => {
  const [wish, found, abort, approved] = [order?.wish, order?.wish.found ?? null, order?.wish.abort ?? null, order?.wish.approved ?? null]
  if (stage === 'settled') return ['done', { says: words.settled }]
  if (stage === 'cancelled') return ['idle', { says: words.cancelled }]
  if (stage === 'in-doubt') return found === null ? ['blocked', { says: words.doubt }] : ['active', { says: words.found, who: found.by }]
  if (order === undefined) return stage === 'planned' ? ['idle', { says: words.unordered }] : plainly(stage, leg)
  if (order.state === 'failed') return ['blocked', { says: words.failed }]
  if (order.state === 'waiting') return ['waiting', { says: words.waiting }]
  if (wish?.paused === true) return ['waiting', { says: words.paused }]
  if (abort !== null) return ['active', { says: words.aborting, who: abort.by }]
  if (wish?.decision?.verb === 'settle') return ['active', { says: words.settling, who: wish.decision.by }]
  if (wish?.decision?.verb === 'turn-back' && stage === 'switched') return ['active', { says: words.turnBack, who: wish.decision.by }]
  if (stage === 'following' && leg === 'out' && approved !== null) return ['active', { says: words.approved, who: approved.by }]
  return plainly(stage, leg)
}

const plainly = (stage: Standing['stage'], leg: Standing['leg']): Sentence => {
  switch (stage) {
    case 'following': return leg === 'back' ? ['active', { says: words.turning }] : ['waiting', { says: words.following }]
    case 'frozen': return ['active', { says: words.frozen }]
    case 'verified': return ['active', { says: words.verified }]
    case 'switched': return ['done', { says: leg === 'back' ? words.back : words.switched }]
    case 'ordered': case 'copying': return ['active', { says: words.copying }]
    default: return ['idle', { says: words.unordered }]
  }
}
