import type { ReactNode } from 'react'
import type { Told } from '../../../shared/ask.ts'
import { numberOf } from '../../../shared/amounts.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { type State, StateMark } from '../../../shared/state-mark.tsx'
import { Part } from '../../page.tsx'
import css from './users.module.css'

const words = {
  title: { en: 'How many must go', ja: '削除が必要な人数' }, users: { en: 'Users now', ja: '現在のユーザー' }, licensed: { en: 'Licensed', ja: '利用可能な上限' }, marked: { en: 'Marked to delete', ja: '削除予定' },
  enough: { en: 'Nobody has to go: {users} users, and {licensed} are licensed.', ja: '削除の必要はありません（現在 {users} 名、上限 {licensed} 名）。' },
  marks: { en: '{mustGo} must go. That many are marked; delete them in the product and tell the list anew.', ja: '{mustGo} 名の削除が必要です。必要な人数に印が付いています。製品側で削除し、一覧を再登録してください。' },
  more: { en: '{mustGo} must go, {marked} are marked: {left} more.', ja: '{mustGo} 名の削除が必要です（削除予定 {marked} 名、あと {left} 名）。' }, unknown: { en: 'For how many the new server is licensed is not known yet.', ja: '新サーバーで利用できるユーザー数は、まだ確定していません。' },
}
type Standing = Pick<Told<'users.list'>, 'told' | 'marked' | 'limit' | 'afterwards'>

/** The gate’s count, and what becomes of it when those who are marked are gone. */
export const Count = ({ told, marked, limit, afterwards }: Standing): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const [state, text] = standingOf(limit, afterwards)
  const number = (of: number): string => numberOf(of, locale)
  return (
    <Part title={say(words.title)} strong={state === 'at-risk'}>
      <p className={css['verdict']} role="status"><StateMark state={state} says={null} /><span>{say(text, { users: number(limit?.users ?? told), licensed: number(limit?.licensed ?? 0), mustGo: number(limit?.mustGo ?? 0), marked: number(marked), left: number(afterwards?.mustGo ?? 0) })}</span></p>
      <dl className={css['numbers']}>
        <div><dt>{say(words.users)}</dt><dd>{number(limit?.users ?? told)}</dd></div>
        {limit === null ? null : <div><dt>{say(words.licensed)}</dt><dd>{number(limit.licensed)}</dd></div>}
        <div><dt>{say(words.marked)}</dt><dd>{number(marked)}</dd></div>
      </dl>
    </Part>
  )
}

const standingOf = (limit: Standing['limit'], afterwards: Standing['afterwards']): readonly [State, (typeof words)['title']] => {
  if (limit === null) return ['waiting', words.unknown]
  if (limit.isMet) return ['done', words.enough]
  return afterwards?.isMet === true ? ['waiting', words.marks] : ['at-risk', words.more]
}
