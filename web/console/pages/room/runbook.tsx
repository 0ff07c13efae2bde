import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { ownerText } from '#domain/owner-words.ts'
import { useAsk } from '../../../shared/asking.ts'
import { useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { Day } from '../../../shared/when.tsx'
import { standingState, standingWords } from '../move/task-words.ts'
import { dayAfter } from '../move/t-minus.ts'
import css from './room.module.css'

const words = { title: { en: 'Runbook', ja: '作業手順' }, lead: { en: 'what is still open from the day before to the day after', ja: '前日から翌日までの未完了タスク' }, what: { en: 'the steps of the night', ja: '当日の作業' }, none: { en: 'Nothing of these days is open.', ja: 'この期間の未完了タスクはありません。' } }

/** The tasks around T-0, in their order. */
export const Runbook = ({ move, t0 }: { readonly move: string; readonly t0: string }): ReactNode => {
  const say = useSay()
  const tasks = useAsk('tasks.list', { move: move as never, dueFrom: dayAfter(t0, -1), dueTo: dayAfter(t0, 1), limit: 100 })
  return (
    <Panel title={say(words.title)} lead={say(words.lead)}>
      <Shown of={tasks} what={words.what} empty={told => told.items.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>
        {told => <ol className={css['checks']}>{told.items.map(task => <li key={task.id}><StateMark state={standingState(task)} says={say(standingWords[task.standing])} /><div><Link to={'/moves/$move/tasks/$task' as never} params={{ move, task: task.id } as never}>{say(task.title)}</Link><span className="quiet">{say(ownerText(task))} · <Day of={task.due} year={false} /></span></div></li>)}</ol>}
      </Shown>
    </Panel>
  )
}
