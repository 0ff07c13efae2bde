import { type ReactNode, useState } from 'react'
import { useAsk } from '../../../shared/asking.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Shown } from '../../../shared/shown.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { useHere } from '../../here.ts'
import { Folded } from '../../page.tsx'
import css from './home.module.css'

const words = { title: { en: 'What has been done', ja: '完了した作業' }, of: { en: '{done} of {all} tasks of the whole plan', ja: '計画全体 {all} 件中 {done} 件' }, none: { en: 'None of yours yet.', ja: '貴社の作業で完了したものは、まだありません。' }, what: { en: 'what has been done', ja: '完了した作業' }, by: { en: '{by}, ', ja: '{by} ' } }

/** Folded, and asked for when somebody looks in. */
export const DoneSoFar = (): ReactNode => {
  const [say, { locale }, { move, page, zone }, [isOpen, setOpen]] = [useSay(), useLanguage(), useHere(), useState(false)]
  const done = useAsk('tasks.list', { move, state: 'done', limit: 200 }, { when: isOpen })
  const { plan } = page
  return (
    <Folded title={<span>{say(words.title)} <span className="quiet small">{say(words.of, { done: plan.done, all: plan.done + plan.open + plan.waived })}</span></span>} opened={() => { setOpen(true) }}>
      <Shown of={done} what={words.what} empty={({ items }) => items.length === 0} none={<p className="soft">{say(words.none)}</p>}>
        {({ items }) => <ul className={css['done']}>{items.toReversed().map(task => <li key={task.id}><StateMark state="done" says={null} /><span>{task.title[locale]}<br /><span className="quiet small">{task.endedBy === null ? '' : say(words.by, { by: task.endedBy })}{task.endedAt === null ? null : <When at={task.endedAt} zone={zone} />}</span></span></li>)}</ul>}
      </Shown>
    </Folded>
  )
}
