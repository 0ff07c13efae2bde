import type { ReactNode } from 'react'
import { dayOf } from '../../../shared/amounts.ts'
import { useAsk } from '../../../shared/asking.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Shown } from '../../../shared/shown.tsx'
import { StateLabel } from '../../../shared/state-mark.tsx'
import { Go, GoButton } from '../../go.tsx'
import { useHere, useMay } from '../../here.ts'
import { Part } from '../../page.tsx'
import { Span } from '../../span.tsx'
import css from './home.module.css'

const words = {
  title: { en: 'When', ja: '日時' }, what: { en: 'the date', ja: '日時' }, confirmed: { en: 'Confirmed', ja: '確定' }, proposed: { en: 'Proposed, not confirmed', ja: '候補（未確定）' }, open: { en: 'Not fixed yet', ja: '未確定' },
  reckoned: { en: 'The plan counts on {day} until a date is picked.', ja: '日時が決まるまで、計画は {day} を仮の作業日としています。' }, pick: { en: 'Pick a date', ja: '日時を選ぶ' }, look: { en: 'Look at the proposal', ja: '候補を確認する' }, change: { en: 'What it means, and how to change it', ja: '詳細と変更' },
  others: { en: 'Your point of contact picks it.', ja: '日時は貴社の窓口担当の方が選択します。' },
}

/** The window, or that there is none yet and who picks it. */
export const TheDate = (): ReactNode => {
  const [say, { locale }, { move, page }, mayPick] = [useSay(), useLanguage(), useHere(), useMay('window.propose')]
  const windows = useAsk('windows.list', { move, limit: 50 })
  const isOver = page.move.endedAt !== null
  return (
    <Part title={say(words.title)}>
      <Shown of={windows} what={words.what} lines={2}>
        {({ items }) => {
          const window = items.find(({ state }) => state === 'confirmed') ?? items.find(({ state }) => state === 'proposed')
          if (window === undefined) return <><div><StateLabel state="waiting">{say(words.open)}</StateLabel></div><p className="soft">{say(words.reckoned, { day: dayOf(page.dates.t0, locale) })}{mayPick ? '' : ` ${say(words.others)}`}</p>{mayPick && !isOver ? <GoButton to="/window" variant="default" fullWidth>{say(words.pick)}</GoButton> : null}</>
          return <><Span from={window.startsAt} to={window.endsAt} zone={window.zone} className={css['date'] ?? ''} /><div><StateLabel state={window.state === 'confirmed' ? 'done' : 'waiting'}>{say(window.state === 'confirmed' ? words.confirmed : words.proposed)}</StateLabel></div>{window.state === 'proposed' ? <GoButton to="/window" variant="default" fullWidth>{say(words.look)}</GoButton> : <Go to="/window">{say(words.change)}</Go>}</>
        }}
      </Shown>
    </Part>
  )
}
