import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Told } from '../../../shared/ask.ts'
import { useAsk } from '../../../shared/asking.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { Deadline } from '../../deadline.tsx'
import { dutyWords } from '../../duties.ts'
import { Go } from '../../go.tsx'
import { type Self, useHere } from '../../here.ts'
import { Folded, Page, Part } from '../../page.tsx'
import { DoneSoFar } from '../home/done-so-far.tsx'
import css from './tasks.module.css'

const words = {
  title: { en: 'Tasks', ja: 'タスク' }, lead: { en: 'Yours first, in the order of their days. Each says why it is there.', ja: 'ご自身のタスクを期日順に表示しています。各タスクに理由を記載しています。' }, what: { en: 'the tasks', ja: 'タスク' },
  now: { en: 'To be done by you', ja: 'お願いしたい作業' }, none: { en: 'Nothing now. You get a letter as soon as something is.', ja: '現在ありません。必要になりましたら、メールでお知らせします。' },
  waiting: { en: 'Yours, waiting for others first', ja: 'ほかの作業を待っているタスク' }, colleagues: { en: 'With your colleagues', ja: '社内のほかの担当者のタスク' }, waits: { en: 'waits for others', ja: '先行作業待ち' }, late: { en: 'late', ja: '期日超過' },
  more: { en: 'There are more; these are the first {count}.', ja: 'このほかにもあります。最初の {count} 件を表示しています。' },
}

type Line = Told<'tasks.list'>['items'][number]
/** Whose it is: given to this person by name, or to nobody and of a duty of theirs. */
const isOf = ({ id, duties }: Self, { contact, duty }: Line): boolean => (contact === null ? duty !== null && duties.includes(duty) : contact.id === id)

/** Everything that this side has to do: by this person now, later, by others, and what is done. */
export const Tasks = (): ReactNode => {
  const [say, { move, self }] = [useSay(), useHere()]
  const tasks = useAsk('tasks.list', { move, limit: 300 })
  return (
    <Page title={say(words.title)} lead={say(words.lead)}>
      <Shown of={tasks} what={words.what} lines={8}>
        {({ items, next }) => {
          const mine = items.filter(task => isOf(self, task))
          const [now, later, others] = [mine.filter(({ standing }) => standing === 'open'), mine.filter(({ standing }) => standing === 'blocked'), items.filter(task => !isOf(self, task))]
          return (
            <>
              <Part title={say(words.now)} flush>{now.length === 0 ? <Nothing>{say(words.none)}</Nothing> : <Lines of={now} />}</Part>
              {later.length === 0 ? null : <Folded title={<Counted says={say(words.waiting)} count={later.length} />}><Lines of={later} isInside /></Folded>}
              {others.length === 0 ? null : <Folded title={<Counted says={say(words.colleagues)} count={others.length} />}><Lines of={others} isInside /></Folded>}
              {next === null ? null : <p className="quiet">{say(words.more, { count: items.length })}</p>}
            </>
          )
        }}
      </Shown>
      <DoneSoFar />
    </Page>
  )
}

const Counted = ({ says, count }: { readonly says: string; readonly count: number }): ReactNode => <span>{says} <span className="quiet figures">{count}</span></span>

const Lines = ({ of, isInside = false }: { readonly of: readonly Line[]; readonly isInside?: boolean }): ReactNode => {
  const [say, { locale }, { zone, self }] = [useSay(), useLanguage(), useHere()]
  return (
    <ul className={css['list']} data-inside={isInside}>
      {of.map(task => (
        <li key={task.id}>
          <Go to={`/tasks/${task.id}`} className={css['line']}>
            <StateMark state={task.standing === 'blocked' ? 'waiting' : task.late ? 'at-risk' : 'idle'} says={task.standing === 'blocked' ? say(words.waits) : task.late ? say(words.late) : null} />
            <span className={css['what']}><strong>{task.title[locale]}</strong><span className="small soft"><Deadline day={task.due} zone={zone} late={task.late} />{isOf(self, task) ? null : <> · {task.contact?.name ?? (task.duty === null ? '' : dutyWords[task.duty].name[locale])}</>}</span></span>
            <ChevronRight size={18} aria-hidden />
          </Go>
        </li>
      ))}
    </ul>
  )
}
