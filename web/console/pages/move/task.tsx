import { Button, Drawer, Select, Textarea } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { ownerText } from '#domain/owner-words.ts'
import { isSaidByDoer } from '#domain/told-checks.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { useSay } from '../../../shared/language.tsx'
import { Facts } from '../../../shared/panel.tsx'
import { Failed, Shown } from '../../../shared/shown.tsx'
import { StateLabel, StateMark } from '../../../shared/state-mark.tsx'
import { Day, When } from '../../../shared/when.tsx'
import { useMay } from '../../may.ts'
import type { MoveTold } from './move.tsx'
import { SayFound } from './say-found.tsx'
import { Answers, TaskForm } from './task-form.tsx'
import { lateWord, standingState, standingWords } from './task-words.ts'
import css from './move.module.css'

const words = {
  what: { en: 'the task', ja: 'タスク' }, close: { en: 'Close', ja: '閉じる' }, title: { en: 'Task', ja: 'タスク' }, why: { en: 'Why', ja: '理由' }, do: { en: 'What to do', ja: '作業内容' }, due: { en: 'Due', ja: '期限' }, whose: { en: 'Whose', ja: '担当' }, person: { en: 'Given to', ja: '担当者' }, everyone: { en: 'All of them', ja: '担当者全員' },
  waits: { en: 'Waits for', ja: '待っている作業' }, holdsUp: { en: 'Holds up', ja: '後続の作業' }, seen: { en: 'The system sees by itself when this is done', ja: 'この作業の完了はシステムが確認します' }, ended: { en: 'Ended', ja: '終了' }, note: { en: 'Note', ja: 'メモ' }, answers: { en: 'What was given', ja: '入力内容' },
  remind: { en: 'Remind', ja: '催促する' }, reminded: { en: 'Written to: {who}.', ja: '連絡しました: {who}' }, nobody: { en: 'Everybody was written to today already.', ja: '本日すでに連絡済みです。' }, waive: { en: 'Waive', ja: '免除する' }, waiveEffect: { en: '“{task}” is taken off the list. Everybody can read the reason.', ja: '「{task}」を対象外とします。理由は全員が閲覧できます。' }, waiveBack: { en: 'It can be opened again.', ja: '再度、未完了に戻せます。' },
  reopen: { en: 'Open again', ja: '未完了に戻す' }, reopenEffect: { en: '“{task}” is to be done after all, or again.', ja: '「{task}」を未完了に戻します。' }, reopenBack: { en: 'It can be done or waived again.', ja: '再度、完了または免除できます。' }, reason: { en: 'Reason', ja: '理由' }, look: { en: 'Look now', ja: '今すぐ確認' },
}
type Task = Told<'tasks.read'>

/** One task beside the list it is in: what is wanted and why, and everything that may be done with it by whoever looks. */
export const TaskDrawer = ({ told, task, close }: { readonly told: MoveTold; readonly task: string | null; close(): void }): ReactNode => {
  const say = useSay()
  const read = useAsk('tasks.read', { task: (task ?? '') as never }, { when: task !== null })
  return <Drawer opened={task !== null} onClose={close} position="right" size={520} title={<h2>{read.data === undefined || task === null ? say(words.title) : say(read.data.title)}</h2>} closeButtonProps={{ 'aria-label': say(words.close) }}>{task === null ? null : <Shown of={read} what={words.what}>{found => <Inside task={found} told={told} key={found.id + found.state} />}</Shown>}</Drawer>
}

const Inside = ({ task, told }: { readonly task: Task; readonly told: MoveTold }): ReactNode => {
  const [say, may] = [useSay(), useMay()]
  const zone = told.customer.zone
  const [asked, ask] = useState<'waive' | 'reopen' | null>(null)
  const [reason, setReason] = useState('')
  const [remind, waive, reopen, look] = [useWish('tasks.remind'), useWish('tasks.waive'), useWish('tasks.reopen'), useWish('checks.look')]
  const end = (): void => { ask(null); setReason('') }
  const link = (list: readonly { readonly key: string; readonly title: { readonly en: string; readonly ja: string } }[]): ReactNode => <ul style={{ margin: 0, paddingLeft: 16 }}>{list.map(one => <li key={one.key}>{say(one.title)}</li>)}</ul>
  return (
    <div className={css['drawer']}>
      <p><StateLabel state={standingState(task)}>{say(task.late ? lateWord : standingWords[task.standing])}</StateLabel></p>
      <section><h3>{say(words.do)}</h3><p style={{ whiteSpace: 'pre-wrap' }}>{say(task.instructions)}</p></section>
      <section><h3>{say(words.why)}</h3><p className="soft">{say(task.reason)}</p></section>
      <Facts of={[
        [say(words.due), <Day key="d" of={task.due} />], [say(words.whose), say(ownerText(task))], ...(task.party === 'vendor' ? [] : [[say(words.person), <Give key="g" task={task} told={told} />] as const]),
        ...(task.waitsFor.length === 0 ? [] : [[say(words.waits), link(task.waitsFor)] as const]), ...(task.holdsUp.length === 0 ? [] : [[say(words.holdsUp), link(task.holdsUp)] as const]),
        ...(task.endedAt === null ? [] : [[say(words.ended), <span key="e">{task.endedBy} <When at={task.endedAt} zone={zone} far /></span>] as const]), ...(task.note === null || task.note === '' ? [] : [[say(words.note), task.note] as const]),
      ]} />
      {task.finding === null ? (task.check === null ? null : <p className="quiet">{say(words.seen)}</p>) : <p><StateMark state={task.finding.held ? 'done' : 'waiting'} says={null} /> {say(task.finding.why)} <span className="quiet">{say(words.seen)}</span></p>}
      {task.answers === null ? null : <section><h3>{say(words.answers)}</h3><Answers task={task} /></section>}
      {task.standing === 'open' && task.mayDo && (task.check === null || isSaidByDoer(task.check)) ? <TaskForm task={task} /> : null}
      {remind.data === undefined ? null : <p role="status" className="quiet">{remind.data.people.length === 0 ? say(words.nobody) : say(words.reminded, { who: remind.data.people.join(', ') })}</p>}
      {[remind.error, look.error].map((error, n) => (error === null ? null : <Failed key={n} error={error} />))}
      <div className={css['filter']}>
        {task.state === 'open' && task.check !== null && may('check.look') ? <Button size="compact-sm" variant="default" loading={look.isPending} onClick={() => { look.mutate({ move: told.move.id }) }}>{say(words.look)}</Button> : null}
        <SayFound task={task} move={told.move.id} />
        {task.state === 'open' && may('message.send') ? <Button size="compact-sm" variant="default" loading={remind.isPending} onClick={() => { remind.mutate({ task: task.id }) }}>{say(words.remind)}</Button> : null}
        {task.state === 'open' && may('task.waive') ? <Button size="compact-sm" variant="default" onClick={() => { ask('waive') }}>{say(words.waive)}</Button> : null}
        {task.state !== 'open' && task.check === null && may('task.do') ? <Button size="compact-sm" variant="default" onClick={() => { ask('reopen') }}>{say(words.reopen)}</Button> : null}
      </div>
      <Confirm opened={asked === 'waive'} close={end} title={say(words.waive)} effect={say(words.waiveEffect, { task: say(task.title) })} wayBack={say(words.waiveBack)} act={say(words.waive)} wish={() => waive.mutateAsync({ task: task.id, reason })}><Textarea label={say(words.reason)} required autosize minRows={2} value={reason} onChange={event => { setReason(event.currentTarget.value) }} /></Confirm>
      <Confirm opened={asked === 'reopen'} close={end} title={say(words.reopen)} effect={say(words.reopenEffect, { task: say(task.title) })} wayBack={say(words.reopenBack)} act={say(words.reopen)} wish={() => reopen.mutateAsync({ task: task.id, reason })}><Textarea label={say(words.reason)} autosize minRows={2} value={reason} onChange={event => { setReason(event.currentTarget.value) }} /></Confirm>
    </div>
  )
}

/** To one person of the duty whose it is, or back to all of them. */
const Give = ({ task, told }: { readonly task: Task; readonly told: MoveTold }): ReactNode => {
  const [say, may] = [useSay(), useMay()]
  const give = useWish('tasks.give')
  const known = useAsk('customers.read', { customer: told.customer.id }, { when: task.party === 'customer' })
  const people = (known.data?.contacts ?? []).filter(one => one.removedAt === null && (task.duty === null || one.duties.includes(task.duty)))
  if (!may('task.give') || task.party !== 'customer' || task.state !== 'open') return task.contact?.name ?? say(words.everyone)
  return <><Select size="xs" aria-label={say(words.person)} value={task.contact?.id ?? ''} allowDeselect={false} disabled={give.isPending} onChange={value => { give.mutate({ task: task.id, contact: (value === '' || value === null ? null : value) as never }) }} data={[{ value: '', label: say(words.everyone) }, ...people.map(one => ({ value: one.id, label: one.name }))]} />{give.error === null ? null : <Failed error={give.error} />}</>
}
