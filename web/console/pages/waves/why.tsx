import type { ReactNode } from 'react'
import { dayOf } from '../../../shared/amounts.ts'
import { useAsk } from '../../../shared/asking.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Shown } from '../../../shared/shown.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import css from './run.module.css'

const words = {
  pick: { en: 'Choose a move to read why it goes there, and why not elsewhere.', ja: '移行を選ぶと、その日程の理由と、他の日が選ばれなかった理由を表示します。' }, what: { en: 'the reasons', ja: '理由' }, there: { en: 'Why {name} goes there', ja: '{name} がこの日になる理由' }, not: { en: 'Why not on another date', ja: '他の日にならない理由' },
  possible: { en: 'possible', ja: '可能' }, impossible: { en: 'not possible', ja: '不可' },
}

/** Why a move is where the plan puts it, and why not on each other date. */
export const Why = ({ run, move, name }: { readonly run: string; readonly move: string | undefined; readonly name: string | undefined }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const told = useAsk('waves.explain', { run: run as never, move: (move ?? '') as never }, { when: move !== undefined })
  if (move === undefined) return <p className="quiet">{say(words.pick)}</p>
  return (
    <section className={css['why']} aria-live="polite">
      <Shown of={told} what={words.what} lines={3}>
        {({ why, elsewhere }) => (
          <>
            <h3>{say(words.there, { name: name ?? '' })}</h3>
            {why.map(text => <p key={text.en}>{say(text)}</p>)}
            <h3>{say(words.not)}</h3>
            <ul className={css['elsewhere']} tabIndex={0} aria-label={say(words.not)}>{elsewhere.map(one => <li key={one.day}><span className="figures"><StateMark state={one.possible ? 'idle' : 'blocked'} says={say(one.possible ? words.possible : words.impossible)} /> {dayOf(one.day, locale, { year: false })}</span><span>{one.says.map(text => say(text)).join(' ')}</span></li>)}</ul>
          </>
        )}
      </Shown>
    </section>
  )
}
