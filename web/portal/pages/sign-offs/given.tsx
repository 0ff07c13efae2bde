import type { ReactNode } from 'react'
import { failing } from '#domain/checklist.ts'
import { useSay } from '../../../shared/language.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { useHere } from '../../here.ts'
import type { SignOff } from './sign-offs.tsx'
import css from './sign-offs.module.css'

const words = { accepted: { en: '{name} accepted it', ja: '{name} 様が承認しました' }, not: { en: '{name} said what does not work', ja: '{name} 様が不具合を報告しました' } }

/** What was said before, the last first. */
export const Given = ({ signOff: { given, checklist } }: { readonly signOff: SignOff }): ReactNode => {
  const [say, { zone }] = [useSay(), useHere()]
  if (given.length === 0) return null
  return (
    <ul className={css['given']}>
      {given.map(one => (
        <li key={one.id}>
          <StateMark state={one.accepted ? 'done' : 'at-risk'} says={null} />
          <div>
            <p>{say(one.accepted ? words.accepted : words.not, { name: one.by })} <span className="quiet small"><When at={one.at} zone={zone} far /></span></p>
            {failing({ items: checklist }, one.answers).map(item => <p key={item.key} className={css['fails']}><StateMark state="blocked" says={null} />{say(item.title)}</p>)}
            {one.note === '' ? null : <p className={css['note']}>{one.note}</p>}
          </div>
        </li>
      ))}
    </ul>
  )
}
