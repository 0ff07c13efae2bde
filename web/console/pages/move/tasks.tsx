import { SegmentedControl, Switch } from '@mantine/core'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { ownerText } from '#domain/owner-words.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk } from '../../../shared/asking.ts'
import { useKeys } from '../../../shared/keys.tsx'
import { useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { StateLabel, StateMark } from '../../../shared/state-mark.tsx'
import { Day } from '../../../shared/when.tsx'
import type { PartProps } from './move.tsx'
import { Newer } from './newer.tsx'
import { TaskDrawer } from './task.tsx'
import { lateWord, standingState, standingWords } from './task-words.ts'
import { tMinus } from './t-minus.ts'
import css from './move.module.css'

const words = {
  title: { en: 'Tasks', ja: 'タスク' }, what: { en: 'the tasks', ja: 'タスク' }, none: { en: 'Nothing of this kind.', ja: '該当するタスクはありません。' }, all: { en: 'Everybody', ja: '全員' }, vendor: { en: 'Vendor', ja: '提供元' }, customer: { en: 'Customer', ja: 'お客様' }, openOnly: { en: 'Open only', ja: '未完了のみ' }, whose: { en: 'Whose', ja: '担当' },
  next: { en: 'Next task', ja: '次のタスク' }, before: { en: 'Task before', ja: '前のタスク' }, open: { en: 'Open the task', ja: 'タスクを開く' }, leftOut: { en: 'Left out of the plan', ja: '計画から除外した作業' }, leftLead: { en: 'what does not apply here, and why', ja: '該当しない作業とその理由' }, undecided: { en: 'Not decided yet', ja: '未確定の作業' }, undecidedLead: { en: 'they wait for an answer', ja: '回答待ち' },
}
type Task = Told<'plans.read'>['tasks'][number]

/** Everything that is to be done, by whom and by when; what was left out, and what nobody can say yet. */
export const Tasks = ({ told }: PartProps): ReactNode => {
  const say = useSay()
  const plan = useAsk('plans.read', { move: told.move.id })
  return <Shown of={plan} what={words.what}>{found => <List told={told} tasks={found.tasks} t0={found.t0} before={<Newer told={told} playbook={found.playbook} />} rest={<>
    {found.undecided.length === 0 ? null : <Panel title={say(words.undecided)} lead={say(words.undecidedLead)} flush><ul className={css['list']}>{found.undecided.map(one => <li key={one.template}><StateMark state="waiting" says={null} /><div><span>{say(one.title)}</span>{one.questions.map(q => <span key={q.fact} className="quiet">{say(q.question)}</span>)}</div><Day of={one.due} year={false} /></li>)}</ul></Panel>}
    {found.leftOut.length === 0 ? null : <Panel title={say(words.leftOut)} lead={say(words.leftLead)} flush><ul className={css['list']}>{found.leftOut.map(one => <li key={one.template}><StateMark state="idle" says={null} /><div><span>{say(one.title)}</span><span className="quiet">{say(one.reason)}</span></div></li>)}</ul></Panel>}
  </>} />}</Shown>
}

const List = ({ told, tasks, t0, before, rest }: PartProps & { readonly tasks: readonly Task[]; readonly t0: string; readonly before: ReactNode; readonly rest: ReactNode }): ReactNode => {
  const [say, go] = [useSay(), useNavigate()]
  const { task: open } = useParams({ strict: false }) as { readonly task?: string }
  const { whose, state } = useSearch({ strict: false }) as { readonly whose?: string; readonly state?: string }
  const [at, setAt] = useState(0)
  const box = useRef<HTMLUListElement>(null)
  const isOpenOnly = state !== 'all'
  const shown = tasks.filter(task => (!isOpenOnly || task.state === 'open') && (whose === undefined || (task.party === 'vendor') === (whose === 'vendor'))).toSorted((a, b) => (a.due < b.due ? -1 : Number(a.due > b.due)))
  const show = (task: string | null): void => { void go({ to: (task === null ? '/moves/$move/tasks' : '/moves/$move/tasks/$task') as never, params: { move: told.move.id, ...(task === null ? {} : { task }) } as never, search: { ...(whose === undefined ? {} : { whose }), ...(isOpenOnly ? {} : { state: 'all' }) } as never, resetScroll: false }) }
  const filter = (change: { whose?: string | undefined; state?: string | undefined }): void => { void go({ to: '/moves/$move/tasks' as never, params: { move: told.move.id } as never, search: Object.fromEntries(Object.entries({ whose, state, ...change }).filter(([, value]) => value !== undefined)) as never, resetScroll: false }) }
  // Only where the keys lead: a row that moves under the pointer would swallow its click.
  const isLed = useRef(false)
  const step = (by: number): void => { isLed.current = true; setAt(now => Math.max(0, Math.min(shown.length - 1, now + by))) }
  useKeys([{ keys: 'j', says: words.next, does: () => { step(1) } }, { keys: 'k', says: words.before, does: () => { step(-1) } }, { keys: 'Enter', says: words.open, does: () => { const task = shown[at]; if (task !== undefined) show(task.id) } }])
  useEffect(() => { if (isLed.current) box.current?.children[at]?.scrollIntoView({ block: 'nearest' }); isLed.current = false }, [at])
  return (
    <div className={css['stack']}>
      {before}
      <Panel title={say(words.title)} flush acts={<span className={css['filter']}><SegmentedControl size="xs" aria-label={say(words.whose)} value={whose ?? 'all'} onChange={value => { filter({ whose: value === 'all' ? undefined : value }) }} data={(['all', 'vendor', 'customer'] as const).map(value => ({ value, label: say(words[value]) }))} /><Switch size="xs" label={say(words.openOnly)} checked={isOpenOnly} onChange={event => { filter({ state: event.currentTarget.checked ? undefined : 'all' }) }} /></span>}>
        {shown.length === 0 ? <Nothing>{say(words.none)}</Nothing> : (
          <ul className={css['list']} ref={box}>
            {shown.map((task, n) => (
              <li key={task.id} data-at={n === at}>
                <StateMark state={standingState(task)} says={say(task.late ? lateWord : standingWords[task.standing])} />
                <div><Link to={'/moves/$move/tasks/$task' as never} params={{ move: told.move.id, task: task.id } as never} search={(previous: object) => previous as never} resetScroll={false} className={css['name'] ?? ''} onFocus={() => { setAt(n) }}>{say(task.title)}</Link><span className="quiet">{say(ownerText(task))}</span></div>
                <div className={css['end']}>{task.late ? <StateLabel state="at-risk">{say(lateWord)}</StateLabel> : null}<span className="figures quiet">{tMinus(t0, task.due)}</span><Day of={task.due} year={false} /></div>
              </li>
            ))}
          </ul>
        )}
      </Panel>
      {rest}
      <TaskDrawer told={told} task={open ?? null} close={() => { show(null) }} />
    </div>
  )
}
