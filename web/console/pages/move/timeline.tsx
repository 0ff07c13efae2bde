import { useNavigate } from '@tanstack/react-router'
import { memo, type ReactNode, useEffect, useRef } from 'react'
import { dayOf } from '../../../shared/amounts.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk } from '../../../shared/asking.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Shown } from '../../../shared/shown.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { useNow } from '../../../shared/when.tsx'
import { standingState, standingWords, lateWord } from './task-words.ts'
import { dayAfter, dayIn, daysBetween, tMinus } from './t-minus.ts'
import type { MoveTold } from './move.tsx'
import css from './timeline.module.css'

const words = {
  title: { en: 'Timeline', ja: 'タイムライン' }, what: { en: 'the plan', ja: '計画' }, vendor: { en: 'Vendor', ja: '提供元' }, customer: { en: 'Customer', ja: 'お客様' }, today: { en: 'today', ja: '本日' }, window: { en: 'Window', ja: '作業日時' }, gate: { en: 'Gate', ja: 'ゲート' },
  lanes: { en: 'Vendor and customer, day by day', ja: '提供元とお客様の日程' }, lead: { en: 'Each mark is a task on the day it is due', ja: '印は各タスクの期限日です' }, says: { en: 'Timeline from {from} to {to}: {n} tasks, {late} of them late. The same tasks are in the list below.', ja: '{from} から {to} までのタイムライン。タスク {n} 件（期限超過 {late} 件）。同じタスクを下の一覧でもご覧いただけます。' },
  late: { en: 'Late', ja: '期限超過' }, open: { en: 'Open', ja: '未完了' }, blocked: { en: 'Waits', ja: '待機' }, done: { en: 'Done', ja: '完了' }, legend: { en: 'Legend', ja: '凡例' },
}
type Plan = Told<'plans.read'>
type Task = Plan['tasks'][number]
const [first, last] = [-92, 16]
/** What is due later still stands at the edge: it would press all the rest together. */
const farthest = { before: -120, after: 48 }

/** T-90 to T+14 in two lanes: what the vendor does, and what its customer does. */
export const Timeline = memo(({ told }: { readonly told: MoveTold }): ReactNode => {
  const say = useSay()
  const plan = useAsk('plans.read', { move: told.move.id })
  const legend = <ul className={css['legend']} aria-label={say(words.legend)}>{([['at-risk', words.late], ['active', words.open], ['waiting', words.blocked], ['done', words.done]] as const).map(([state, text]) => <li key={state}><StateMark state={state} says={null} /> {say(text)}</li>)}</ul>
  return <Panel title={say(words.title)} lead={say(words.lead)} acts={legend} flush><Shown of={plan} what={words.what}>{found => <Lanes told={told} plan={found} />}</Shown></Panel>
})

const Lanes = ({ told, plan }: { readonly told: MoveTold; readonly plan: Plan }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const box = useRef<HTMLDivElement>(null)
  const windows = useAsk('windows.list', { move: told.move.id, state: 'confirmed' })
  const today = dayIn(told.customer.zone, useNow(60_000))
  const { t0 } = plan
  const days = [...plan.tasks.map(task => task.due), ...plan.milestones.map(one => one.day)].map(day => daysBetween(t0, day))
  const from = Math.max(farthest.before, Math.min(first, ...days.map(day => day - 2)))
  const to = Math.min(farthest.after, Math.max(last, ...days.map(day => day + 6)))
  const share = (day: string): number => (Math.max(from, Math.min(to, daysBetween(t0, day))) - from + 0.5) / (to - from + 1)
  const place = (day: string): string => `${share(day) * 100}%`
  const isInside = (day: string): boolean => daysBetween(t0, day) >= from && daysBetween(t0, day) <= to
  useEffect(() => {
    const at = box.current
    if (at !== null && at.scrollWidth > at.clientWidth) at.scrollLeft = ((daysBetween(t0, today) - from) / (to - from)) * at.scrollWidth - at.clientWidth / 2
    // Where it begins is of today; afterwards the person scrolls.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [])
  const window = windows.data?.items[0]
  const lanes = { vendor: stacked(plan.tasks.filter(task => task.party === 'vendor')), customer: stacked(plan.tasks.filter(task => task.party !== 'vendor')) }
  const { labels, rows } = labelled(plan.milestones.filter(one => isInside(one.day)), one => share(one.day), one => `${tMinus(t0, one.day)} ${say(one.title)}`)
  return (
    <div ref={box} className={css['box']} tabIndex={0} role="region" aria-label={say(words.lanes)}>
      <p className="unseen">{say(words.says, { from: dayOf(dayAfter(t0, from), locale), to: dayOf(dayAfter(t0, to), locale), n: plan.tasks.length, late: plan.tasks.filter(task => task.late).length })}</p>
      <div className={css['lanes']} aria-hidden>
        <div className={css['axis']} style={{ height: rows * 15 + 12 }}>{labels.map(({ one, row }) => <div key={one.key} className={css['milestone']} data-zero={one.day === t0} style={{ left: place(one.day), top: 6 + row * 15 }}><span title={`${say(one.title)}, ${dayOf(one.day, locale)}`}>{tMinus(t0, one.day)} {say(one.title)}</span></div>)}</div>
        {(['vendor', 'customer'] as const).map(lane => (
          <div key={lane} className={css['lane']} style={{ height: 44 + lanes[lane].highest * 13 }}>
            <span className={css['name']}>{say(words[lane])}</span>
            {lanes[lane].marks.map(({ task, level }) => <Mark key={task.id} task={task} move={told.move.id} level={level} left={place(task.due)} t0={t0} />)}
          </div>
        ))}
        {plan.gates.filter(gate => isInside(gate.due)).map(gate => <div key={gate.key} className={css['gate']} data-state={gate.state} style={{ left: place(gate.due) }} title={`${say(words.gate)}: ${say(gate.title)}, ${dayOf(gate.due, locale)}`} />)}
        {window === undefined || !isInside(window.startsAt.slice(0, 10)) ? null : <div className={css['window']} style={{ left: place(window.startsAt.slice(0, 10)) }}><span>{say(words.window)}</span></div>}
        {isInside(today) ? <div className={css['today']} style={{ left: place(today) }}><span>{say(words.today)}</span></div> : null}
      </div>
    </div>
  )
}

/** What is due on one day or the next stands above the other. */
const stacked = (tasks: readonly Task[]): { readonly marks: readonly { readonly task: Task; readonly level: number }[]; readonly highest: number } => {
  const levels = new Map<string, number>()
  const marks = tasks.toSorted((a, b) => (a.due < b.due ? -1 : 1)).map(task => {
    const level = levels.get(task.due) ?? 0
    levels.set(task.due, level + 1)
    return { task, level: Math.min(level, 14) }
  })
  return { marks, highest: Math.max(2, ...marks.map(one => one.level)) }
}

/** Names that would cover one another stand in rows, the last one below: as many rows as it takes. Widths are those of the narrowest drawing. */
const labelled = <One,>(all: readonly One[], shareOf: (one: One) => number, textOf: (one: One) => string): { readonly labels: readonly { readonly one: One; readonly row: number }[]; readonly rows: number } => {
  const ends: number[] = []
  const placed = all.toReversed().map(one => {
    const left = shareOf(one)
    const text = textOf(one)
    const width = (Math.min(150, [...text].reduce((sum, letter) => sum + (letter > '\u2e7f' ? 11.500 : 6.200), 12))) / 880
    const free = ends.findIndex(end => left + width <= end)
    const row = free === -1 ? ends.length : free
    ends[row] = left
    return { one, row }
  })
  return { labels: placed.map(({ one, row }) => ({ one, row: ends.length - 1 - row })), rows: ends.length }
}

const Mark = ({ task, move, level, left, t0 }: { readonly task: Task; readonly move: string; readonly level: number; readonly left: string; readonly t0: string }): ReactNode => {
  const [say, { locale }, go] = [useSay(), useLanguage(), useNavigate()]
  return <button type="button" tabIndex={-1} className={css['mark']} style={{ left, bottom: `${8 + level * 13}px` }} title={`${say(task.title)} · ${tMinus(t0, task.due)}, ${dayOf(task.due, locale)} · ${say(task.late ? lateWord : standingWords[task.standing])}`} onClick={() => { void go({ to: '/moves/$move/tasks/$task' as never, params: { move, task: task.id } as never, resetScroll: false }) }}><StateMark state={standingState(task)} says={null} /></button>
}
