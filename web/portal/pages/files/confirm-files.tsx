import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { useSay } from '../../../shared/language.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { GoButton } from '../../go.tsx'
import { useHere } from '../../here.ts'
import { useTold } from '../../refused.tsx'
import css from './files.module.css'

const words = {
  act: { en: 'I have all our files', ja: 'すべてのファイルを受け取りました' }, title: { en: 'You have all files', ja: 'ファイルの受領確認' }, why: { en: 'The move waits for this word: afterwards the files go with the old home.', ja: 'この確認が完了するまで移行は進みません。完了後、旧環境のファイルは廃止とともに削除されます。' },
  effect: { en: 'You confirm that the archive arrived, can be opened and holds what you need. The move goes on without these files.', ja: '書庫を受け取り、開くことができ、必要な内容がすべて含まれていることを確認します。これらのファイルは移行されません。' }, notAll: { en: 'So far not every byte of the archive was fetched from here.', ja: 'この画面からのダウンロードはまだ完了していません。' },
  wayBack: { en: 'The link works until its day, so they can be fetched again until the old home is closed.', ja: 'リンクの有効期限内で旧環境が廃止されるまでは、再度ダウンロードできます。' }, done: { en: 'Confirmed', ja: '確認済み' }, form: { en: 'Confirm on the page of the task', ja: 'タスクのページで確認する' }, waits: { en: 'You can confirm it once this is done: {what}.', ja: '次の作業の完了後に確認いただけます：{what}' }, others: { en: 'It is confirmed by whoever has the task “{task}”.', ja: 'タスク「{task}」のご担当者が確認します。' },
}

/** The word that the gate waits for. It is the task’s, so whoever has that gives it. */
export const ConfirmFiles = ({ isFetched }: { readonly isFetched: boolean }): ReactNode => {
  const [say, told, { move, zone }] = [useSay(), useTold(), useHere()]
  const [open, done] = [useAsk('tasks.list', { move, limit: 200 }), useAsk('tasks.list', { move, state: 'done', limit: 200 })]
  const [task, ended] = [open.data?.items.find(one => one.check === 'files-confirmed'), done.data?.items.find(one => one.check === 'files-confirmed')]
  const page = useAsk('tasks.read', { task: task?.id ?? '' as never }, { when: task !== undefined })
  const [wish, [isAsked, setAsked]] = [useWish('tasks.do'), useState(false)]
  if (task === undefined) return ended === undefined ? null : <p className={css['done']}><StateMark state="done" says={null} /><span>{say(words.done)} {ended.endedAt === null ? null : <span className="quiet small"><When at={ended.endedAt} zone={zone} far /></span>}</span></p>
  if (page.data === undefined) return null
  if (!page.data.mayDo) return <p className="soft small">{say(words.others, { task: say(task.title) })}</p>
  const isPlain = page.data.form.every(field => field.optional) && page.data.checklist === null
  return (
    <div className={css['confirm']}>
      <p className="soft small">{say(words.why)}</p>
      {page.data.waitsFor.length > 0 ? <p className={css['done']}><StateMark state="waiting" says={null} /><span>{say(words.waits, { what: page.data.waitsFor.map(one => say(one.title)).join(', ') })}</span></p> : isPlain ? <div><Button variant={isFetched ? 'filled' : 'default'} onClick={() => { setAsked(true) }}>{say(words.act)}</Button></div> : <div><GoButton to={`/tasks/${task.id}`} variant="default">{say(words.form)}</GoButton></div>}
      <Confirm opened={isAsked} close={() => { setAsked(false) }} title={say(words.title)} effect={<>{say(words.effect)} {isFetched ? null : <strong>{say(words.notAll)}</strong>}</>} wayBack={say(words.wayBack)} act={say(words.act)} wish={() => wish.mutateAsync({ task: task.id }).catch((error: unknown) => { throw told(error) })} />
    </div>
  )
}
