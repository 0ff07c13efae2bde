import type { ReactNode } from 'react'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Day } from '../../../shared/when.tsx'
import { todayIn } from '../../deadline.tsx'
import { useHere } from '../../here.ts'
import { Part } from '../../page.tsx'
import css from './home.module.css'

const words = {
  title: { en: 'The way there', ja: '今後の流れ' }, past: { en: 'past', ja: '終了' }, next: { en: 'next', ja: '次' },
  window: { en: 'Days count back from your date.', ja: '日付は、確定した作業日を基準にしています。' }, other: { en: 'Days move with the date, until it is fixed.', ja: '作業日が確定するまで、日付は変わることがあります。' },
}

/** Every milestone with its day, those that are past, and the next one. */
export const Milestones = (): ReactNode => {
  const [say, { locale }, { page: { dates, move }, zone }] = [useSay(), useLanguage(), useHere()]
  const today = todayIn(zone)
  const next = dates.milestones.find(({ day }) => day >= today)?.key
  if (dates.milestones.length === 0) return null
  return (
    <Part title={say(words.title)} lead={move.endedAt === null ? say(dates.datedBy === 'move' ? words.window : words.other) : undefined}>
      <ol className={css['line']}>
        {dates.milestones.map(({ key, title, day }) => {
          const is = day < today ? 'past' : key === next ? 'next' : 'later'
          return <li key={key} data-is={is}><span className={css['dot']} /><span>{title[locale]}{is === 'later' ? null : <span className="unseen"> ({say(words[is])})</span>}</span><Day of={day} year={false} /></li>
        })}
      </ol>
    </Part>
  )
}
