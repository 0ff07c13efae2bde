import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Activity } from 'lucide-react'
import { memo, type ReactNode, useState } from 'react'
import type { Text } from '#domain/locale.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { numberOf } from '../../../shared/amounts.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Failed } from '../../../shared/shown.tsx'
import { type State, StateLabel, StateMark } from '../../../shared/state-mark.tsx'
import { Day, useNow, When } from '../../../shared/when.tsx'
import { carriedOut } from '../../carried-out.ts'
import { useMay } from '../../may.ts'
import { stageStates, stageText } from '../../stage-words.ts'
import { GiveUp } from './give-up.tsx'
import type { MoveTold } from './move.tsx'
import { dayIn, daysBetween, tMinus } from './t-minus.ts'
import css from './move.module.css'

const words = {
  moves: { en: 'Moves', ja: '移行一覧' }, room: { en: 'Move room', ja: '移行ルーム' }, licences: { en: 'Licences', ja: 'ライセンス' }, window: { en: 'Window', ja: '作業日時' }, noWindow: { en: 'not agreed yet', ja: '未確定' }, proposed: { en: 'proposed, not confirmed', ja: '提案中（未確認）' }, tenant: { en: 'Tenant', ja: 'テナント' }, playbook: { en: 'Playbook', ja: 'プレイブック' },
  wave: { en: 'Wave', ja: 'ウェーブ' }, tasks: { en: 'Tasks', ja: 'タスク' }, tasksOf: { en: '{done} of {all} done, {late} late', ja: '全 {all} 件中 {done} 件完了、期限超過 {late} 件' }, address: { en: 'Address', ja: 'アドレス' }, tLeft: { en: '{n} days left', ja: '残り {n} 日' }, tToday: { en: 'today', ja: '本日' }, tAgo: { en: '{n} days ago', ja: '{n} 日前' }, version: { en: 'version {version}', ja: '第 {version} 版' },
  doubt: { en: 'The switch is in doubt: nobody can write to either home until a person says which one serves.', ja: '切り替えの結果が不明です。稼働中の環境が確認されるまで、どちらの環境にも書き込めません。' }, failed: { en: 'The last order failed. Nothing was switched.', ja: '前回の作業が失敗しました。切り替えは行われていません。' }, live: { en: 'The move is under way.', ja: '移行を実施しています。' }, watch: { en: 'Switched, and watched: it can be turned back until it is settled.', ja: '切り替え済みで監視中です。完了するまで切り戻せます。' },
  noGo: { en: 'No-go: {gate}.', ja: '見送り: {gate}' }, gateLate: { en: 'The gate “{gate}” was due and nobody has decided.', ja: 'ゲート「{gate}」の期限が過ぎていますが、未決定です。' }, late: { en: '{n} tasks are late.', ja: '期限を過ぎたタスクが {n} 件あります。' }, undecided: { en: '{n} tasks wait for answers about the customer’s systems.', ja: 'お客様のシステムに関する回答待ちのタスクが {n} 件あります。' },
  noWindowYet: { en: 'No window is confirmed, and T-0 is in {n} days.', ja: '作業日時が確定していません（T-0 まで {n} 日）。' }, blackout: { en: 'A blackout lies over the window: {reason}', ja: '作業日時が移行不可期間と重なっています: {reason}' }, fine: { en: 'Nothing is wrong. Next is due', ja: '問題はありません。次の期限:' }, over: { en: 'This move is over.', ja: 'この移行は終了しています。' }, calm: { en: 'Nothing is wrong, and nothing is due.', ja: '問題はなく、期限の近い作業もありません。' },
  remind: { en: 'Remind', ja: '催促する' }, reminded: { en: 'Written to: {who}.', ja: '連絡しました: {who}' }, remindedNobody: { en: 'Everybody who has one was written to today already.', ja: '担当者には本日すでに連絡済みです。' }, decide: { en: 'Open the gates', ja: 'ゲートを開く' }, answer: { en: 'Open the questions', ja: '質問を開く' }, plan: { en: 'Open the tasks', ja: 'タスクを開く' },
}

/** Who, from where to where, when, how it stands; what is wrong now, and the one button that helps. */
export const Head = memo(({ told }: { readonly told: MoveTold }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const { move, customer, tenant, origin, destination, dates, plan, wave, programme } = told
  const windows = useAsk('windows.list', { move: move.id })
  const today = dayIn(customer.zone, useNow(60_000))
  const left = daysBetween(today, dates.t0)
  const window = windows.data?.items.find(one => one.state === 'confirmed') ?? windows.data?.items.find(one => one.state === 'proposed')
  const all = plan.open + plan.done + plan.waived
  return (
    <>
      <header className={css['top']}>
        <div>
          <p className="quiet"><Link className={css['link'] ?? ''} to={'/moves' as never}>{say(words.moves)}</Link> / {programme.name}</p>
          <h1>{customer.name} <span className={css['stage']}><StateLabel state={stageStates[move.stage]}>{say(stageText(move.stage, move.leg))}</StateLabel></span></h1>
          <p className="soft">{origin.name} → {destination.name}{told.newAddress === null ? null : <> · <span className="mono">{told.oldAddress}</span> → <span className="mono">{told.newAddress}</span></>}</p>
        </div>
        <div className={`${css['acts']} no-print`}><GiveUp told={told} /><Button component={Link} {...whereItGoesOn(told)} variant={['planned', 'settled', 'cancelled'].includes(move.stage) ? 'default' : 'filled'} leftSection={<Activity size={14} aria-hidden />}>{say(ofLicences(told) ? words.licences : words.room)}</Button></div>
      </header>
      <Wrong told={told} left={left} today={today} windows={windows.data?.items ?? null} />
      <dl className={css['figures']}>
        <div><dt>{tMinus(dates.t0, today)}</dt><dd><strong><Day of={dates.t0} /></strong><span className="quiet">{left > 0 ? say(words.tLeft, { n: left }) : left === 0 ? say(words.tToday) : say(words.tAgo, { n: -left })}</span></dd></div>
        <div><dt>{say(words.window)}</dt><dd><strong>{window === undefined ? say(words.noWindow) : <When at={window.startsAt} zone={window.zone} />}</strong><span className="quiet">{window === undefined ? '\u00a0' : window.state === 'proposed' ? say(words.proposed) : <>– <When at={window.endsAt} zone={window.zone} clock /></>}</span></dd></div>
        <div><dt>{say(words.tasks)}</dt><dd><strong>{say(words.tasksOf, { done: numberOf(plan.done + plan.waived, locale), all: numberOf(all, locale), late: numberOf(plan.late, locale) })}</strong><span className={css['meter']} aria-hidden><span style={{ width: `${all === 0 ? 0 : ((plan.done + plan.waived) / all) * 100}%` }} /></span></dd></div>
        <div><dt>{say(words.tenant)}</dt><dd><strong>{tenant.name}</strong><span className="quiet">{wave === null ? '\u00a0' : `${say(words.wave)}: ${wave.name}`}</span></dd></div>
        <div><dt>{say(words.playbook)}</dt><dd><strong>{say(plan.title)}</strong><span className="quiet">{say(words.version, { version: plan.version })}</span></dd></div>
      </dl>
    </>
  )
})

/** The routes are not known to types here. */
const goTo = (to: string, params: Readonly<Record<string, string>>): object => ({ to, params, resetScroll: false })

/** Licences have a page of their own: no data goes from home to home. */
const ofLicences = (told: MoveTold): boolean => carriedOut(told).by === 'licences'
const whereItGoesOn = (told: MoveTold): object => goTo(ofLicences(told) ? '/licences/$move' : '/moves/$move/room', { move: told.move.id })

type Windows = Told<'windows.list'>['items'] | null
type Wrongs = { readonly state: State; readonly says: Text; readonly open?: Readonly<Record<string, string | number>>; readonly helps: 'room' | 'remind' | 'gates' | 'profile' | 'window' | 'tasks' | null }

/** The worst first; what is fine is said too. */
const Wrong = ({ told, left, today, windows }: { readonly told: MoveTold; readonly left: number; readonly today: string; readonly windows: Windows }): ReactNode => {
  const [say, may] = [useSay(), useMay()]
  const id = told.move.id
  const gates = useAsk('gates.list', { move: id })
  const orders = useAsk('orders.list', { move: id, limit: 500 }, { when: may('order.read') })
  const remind = useWish('moves.remind')
  const [done, setDone] = useState<readonly string[] | null>(null)
  const hasFailed = orders.data?.items.filter(one => one.kind === 'move').at(-1)?.state === 'failed'
  const { state, says, open, helps } = worst(told, left, today, windows, gates.data?.items ?? [], hasFailed, say)
  const { next } = told.plan
  return (
    <div className={css['wrong']} data-state={state}>
      <p role="status"><StateMark state={state} says={null} /><span>{say(says, open)}{says === words.fine && next !== null ? <> <Day of={next} />{'.'}</> : null}{done === null ? null : <span className="quiet"> {done.length === 0 ? say(words.remindedNobody) : say(words.reminded, { who: done.join(', ') })}</span>}</span></p>
      {helps === 'remind' && may('message.send') ? <Button size="compact-sm" variant="default" loading={remind.isPending} onClick={() => { remind.mutate({ move: id }, { onSuccess: ({ people }) => { setDone(people) } }) }}>{say(words.remind)}</Button>
        : helps === 'room' ? <Button size="compact-sm" variant="default" component={Link} {...whereItGoesOn(told)}>{say(ofLicences(told) ? words.licences : words.room)}</Button>
        : helps === null || helps === 'remind' ? null : <Button size="compact-sm" variant="default" component={Link} {...goTo('/moves/$move/$part', { move: id, part: helps })}>{say(helps === 'gates' ? words.decide : helps === 'window' ? words.window : helps === 'profile' ? words.answer : words.plan)}</Button>}
      {remind.error === null ? null : <Failed error={remind.error} />}
    </div>
  )
}

const worst = ({ move, plan }: MoveTold, left: number, today: string, windows: Windows, gates: Told<'gates.list'>['items'], hasFailed: boolean, say: (text: Text) => string): Wrongs => {
  if (move.stage === 'settled' || move.stage === 'cancelled') return { state: move.stage === 'settled' ? 'done' : 'idle', says: words.over, helps: null }
  if (move.stage === 'in-doubt') return { state: 'blocked', says: words.doubt, helps: 'room' }
  if (hasFailed) return { state: 'blocked', says: words.failed, helps: 'room' }
  if (move.stage === 'switched') return { state: 'done', says: words.watch, helps: 'room' }
  if (move.stage !== 'planned') return { state: 'active', says: words.live, helps: 'room' }
  const refused = gates.find(one => one.state === 'no-go')
  if (refused !== undefined) return { state: 'blocked', says: words.noGo, open: { gate: say(refused.title) }, helps: 'gates' }
  const hit = windows?.find(one => one.state !== 'cancelled' && one.blackouts.length > 0)?.blackouts[0]
  if (hit !== undefined) return { state: 'blocked', says: words.blackout, open: { reason: hit.reason }, helps: 'window' }
  const gate = gates.find(one => one.state === 'open' && one.due < today)
  if (gate !== undefined) return { state: 'at-risk', says: words.gateLate, open: { gate: say(gate.title) }, helps: 'gates' }
  if (plan.late > 0) return { state: 'at-risk', says: words.late, open: { n: plan.late }, helps: 'remind' }
  if (windows !== null && left <= 30 && !windows.some(one => one.state === 'confirmed')) return { state: 'at-risk', says: words.noWindowYet, open: { n: left }, helps: 'window' }
  if (plan.undecided > 0) return { state: 'waiting', says: words.undecided, open: { n: plan.undecided }, helps: 'profile' }
  return plan.next === null ? { state: 'done', says: words.calm, helps: null } : { state: 'done', says: words.fine, helps: 'tasks' }
}
