import { useParams } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Told } from '../../../shared/ask.ts'
import { useAsk } from '../../../shared/asking.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Shown } from '../../../shared/shown.tsx'
import { StateLabel, StateMark } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { Deadline } from '../../deadline.tsx'
import { dutyWords } from '../../duties.ts'
import { Go } from '../../go.tsx'
import { useHere } from '../../here.ts'
import { Page, Part } from '../../page.tsx'
import { Answers } from './answers.tsx'
import { Consequence } from './consequence.tsx'
import { Do } from './do.tsx'
import css from './tasks.module.css'

const words = {
  one: { en: 'Task', ja: 'タスク' },
  back: { en: 'All tasks', ja: 'タスク一覧' }, what: { en: 'the task', ja: 'タスク' }, title: { en: 'Task', ja: 'タスク' }, why: { en: 'What to do, and why', ja: '内容と理由' }, waits: { en: 'It waits for others first', ja: '先に行う作業があります' }, waitsSays: { en: 'You get a letter when it can be done.', ja: '着手できるようになりましたら、メールでお知らせします。' },
  asks: { en: 'Asked by {who}, {vendor}.', ja: '依頼元: {vendor} {who}' }, asksThey: { en: 'Asked by {vendor}.', ja: '依頼元: {vendor}' }, done: { en: 'Done', ja: '完了' }, waived: { en: 'Not needed any more', ja: '不要になりました' }, by: { en: '{by}, ', ja: '{by} ' }, notYours: { en: 'This is for {who}.', ja: 'このタスクは{who}が行います。' }, forWhom: { en: 'For {who}.', ja: '担当: {who}' },
}

/** One task on a page of its own: everything that must be known to do it, and where it is done. */
export const Task = (): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const { task: id } = useParams({ strict: false }) as { readonly task: string }
  const task = useAsk('tasks.read', { task: id as never })
  return (
    <>
      <Go to="/tasks" className={css['back']}><ChevronLeft size={18} aria-hidden />{say(words.back)}</Go>
      {task.data === undefined && task.isError ? <Page title={say(words.one)}><Shown of={task} what={words.what}>{() => null}</Shown></Page> : <Shown of={task} what={words.what} lines={8}>{known => (known.id === id ? <Known key={known.id} task={known} title={known.title[locale]} /> : null)}</Shown>}
    </>
  )
}

const Known = ({ task, title }: { readonly task: Told<'tasks.read'>; readonly title: string }): ReactNode => {
  const [say, { locale }, { self, page, zone }] = [useSay(), useLanguage(), useHere()]
  const isMine = task.contact === null ? task.duty !== null && self.duties.includes(task.duty) : task.contact.id === self.id
  const who = task.contact?.name ?? (task.duty === null ? '' : dutyWords[task.duty].name[locale])
  const asks = page.people.find(({ role }) => role === 'project-manager')?.name
  return (
    <Page title={title} lead={task.state === 'open' ? <span className={css['by']} data-late={task.late}><Deadline day={task.due} zone={zone} late={task.late} /></span> : undefined}>
      {task.state === 'open' ? null : <div className={css['end']}><StateLabel state="done">{say(task.state === 'done' ? words.done : words.waived)}</StateLabel><span className="soft">{task.endedBy === null ? '' : say(words.by, { by: task.endedBy })}{task.endedAt === null ? null : <When at={task.endedAt} zone={zone} />}</span></div>}
      <Part title={say(words.why)}>
        <div className={css['says']}><p>{task.instructions[locale]}</p><p className="soft">{task.reason[locale]}{task.party === 'vendor' ? '' : ` ${asks === undefined ? say(words.asksThey, { vendor: self.vendor.name }) : say(words.asks, { who: asks, vendor: self.vendor.name })}`}{who === '' || isMine ? '' : ` ${say(words.forWhom, { who })}`}</p><Consequence of={task} /></div>
      </Part>
      {task.waitsFor.length === 0 ? null : <Part title={<><StateMark state="waiting" says={null} /> {say(words.waits)}</>}><ul className={css['waits']}>{task.waitsFor.map(one => <li key={`${one.kind} ${one.key}`}>{one.title[locale]}</li>)}</ul><p className="soft">{say(words.waitsSays)}</p></Part>}
      {task.mayDo && task.waitsFor.length === 0 ? <Do task={task} /> : task.state === 'open' && !task.mayDo ? <p className="soft">{say(words.notYours, { who })}</p> : null}
      <Answers task={task} />
    </Page>
  )
}
