import type { ReactNode } from 'react'
import { useAsk } from '../../../shared/asking.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { Deadline } from '../../deadline.tsx'
import { Go, GoButton } from '../../go.tsx'
import { useHere } from '../../here.ts'
import { Part } from '../../page.tsx'
import { Consequence } from '../tasks/consequence.tsx'
import css from './home.module.css'

const words = {
  title: { en: 'Wanted from you now', ja: '今お願いしたいこと' }, none: { en: 'Nothing is wanted from you now', ja: '現在お願いしたいことはありません' }, what: { en: 'your tasks', ja: 'タスク' }, task: { en: 'the task', ja: 'タスク' },
  noneSays: { en: 'You get a letter as soon as something is. {waiting}', ja: '必要になりましたら、メールでお知らせします。{waiting}' }, waiting: { en: '{count} of your tasks wait for others first.', ja: 'ほかの作業の完了を待っているタスクが {count} 件あります。' },
  open: { en: 'Open this task', ja: 'このタスクを開く' }, more: { en: '{count} more after it', ja: 'このあと {count} 件' }, oneMore: { en: 'One more after it', ja: 'このあと 1 件' }, asks: { en: 'Asked by {who}.', ja: '依頼元: {who}' },
}

/** The one thing to do first: why, by when, for whom, and what it holds up. */
export const NextTask = (): ReactNode => {
  const [say, { locale }, { move, zone, page, self }] = [useSay(), useLanguage(), useHere()]
  const tasks = useAsk('tasks.list', { move, mine: 'true', limit: 200 })
  const open = tasks.data?.items.filter(({ standing }) => standing === 'open') ?? []
  const [first] = open
  const task = useAsk('tasks.read', { task: first?.id ?? '' as never }, { when: first !== undefined })
  const asks = page.people.find(({ role }) => role === 'project-manager')?.name ?? self.vendor.name
  if (tasks.data !== undefined && first === undefined) {
    const waiting = tasks.data.items.length
    return <Part title={<><StateMark state="done" says={null} /> {say(words.none)}</>}><p className="soft">{say(words.noneSays, { waiting: waiting === 0 ? '' : say(words.waiting, { count: waiting }) })}</p></Part>
  }
  return (
    <Part title={say(words.title)} strong>
      <Shown of={tasks} what={words.what} empty={() => first === undefined} none={<Nothing>{say(words.none)}</Nothing>}>
        {() => first === undefined ? null : (
          <>
            <p className={css['task']}>{first.title[locale]}</p>
            <p className={css['by']} data-late={first.late}><Deadline day={first.due} zone={zone} late={first.late} /></p>
            <Shown of={task} what={words.task} lines={2}>{known => known.id !== first.id ? null : <><p className={css['why']}>{known.reason[locale]} {say(words.asks, { who: asks })}</p><Consequence of={known} /></>}</Shown>
            <div className={css['acts']}><GoButton to={`/tasks/${first.id}`} fullWidth>{say(words.open)}</GoButton>{open.length < 2 ? null : <Go to="/tasks" className={css['more']}>{say(open.length === 2 ? words.oneMore : words.more, { count: open.length - 1 })}</Go>}</div>
          </>
        )}
      </Shown>
    </Part>
  )
}
