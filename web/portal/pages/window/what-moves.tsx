import { CalendarClock, ClipboardCheck, MailCheck, Undo2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { dayOf } from '../../../shared/amounts.ts'
import { useAsk } from '../../../shared/asking.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { useHere, useMay } from '../../here.ts'
import { Part } from '../../page.tsx'
import css from './window.module.css'

const words = {
  title: { en: 'What hangs on it', ja: 'この日時を基準とするもの' },
  moves: { en: '{open} open tasks are dated from it, yours and ours.', ja: '未完了のタスク {open} 件（貴社・当社）の期日が、この日時を基準に決まります。' },
  invites: { en: 'Everyone it concerns gets an invitation; if it changes, a new one in its place.', ja: '関係者全員に招待状をお送りし、変更時には差し替えます。' },
  tests: { en: '{title}: you test for {days} days, until {day}.', ja: '{title}: テスト期間は {days} 日間（{day} まで）です。' },
  back: { en: '{title}: {day}.', ja: '{title}: {day}' },
}

const plus = (day: string, days: number): string => new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
const between = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)

/** What a date brings with it: tasks that move, invitations, the time to test, and what comes after. `day`: of which it is told; the milestones are as far from it as they are now from the plan's. */
export const WhatMoves = ({ day, isPart = false, children }: { readonly day: string; readonly isPart?: boolean; readonly children?: ReactNode }): ReactNode => {
  const [say, { locale }, { move, page }, maySee] = [useSay(), useLanguage(), useHere(), useMay('plan.read')]
  const plan = useAsk('plans.read', { move }, { when: maySee })
  const after = page.dates.milestones.filter(one => one.day > page.dates.t0)
  const list = (
    <ul className={css['means']}>
      {children}
      {(plan.data?.environments ?? []).map(({ key, title, from, to }) => <li key={key}><ClipboardCheck size={18} aria-hidden /><span>{say(words.tests, { title: title[locale], days: between(from, to) + 1, day: dayOf(plus(day, between(page.dates.t0, to)), locale) })}</span></li>)}
      {page.plan.open === 0 ? null : <li><CalendarClock size={18} aria-hidden /><span>{say(words.moves, { open: page.plan.open })}</span></li>}
      <li><MailCheck size={18} aria-hidden /><span>{say(words.invites)}</span></li>
      {after.filter(({ key }) => key === 'settle').map(({ key, title, day: on }) => <li key={key}><Undo2 size={18} aria-hidden /><span>{say(words.back, { title: title[locale], day: dayOf(plus(day, between(page.dates.t0, on)), locale) })}</span></li>)}
    </ul>
  )
  return isPart ? <Part title={say(words.title)}>{list}</Part> : <div>{list}</div>
}
