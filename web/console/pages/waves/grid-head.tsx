import type { ReactNode } from 'react'
import { dayOf } from '../../../shared/amounts.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import type { Blackout, Home, MoveLine } from './told.ts'
import { isIn, loadOf, shortDay, shutBy, type Week } from './weeks.ts'
import css from './grid.module.css'

const words = {
  customer: { en: 'Customer', ja: '顧客' }, atOnce: { en: '{home}, {n} at once', ja: '{home}（同時 {n} 件）' }, load: { en: 'Of this programme {moves} moves, at most {busiest} on one day, {capacity} at once', ja: 'このプログラムの移行 {moves} 件、1 日最大 {busiest} 件（同時 {capacity} 件まで）' }, full: { en: 'Full', ja: '満' }, over: { en: 'More than it takes at once', ja: '同時受け入れ数を超えています' },
  shut: { en: 'Blackout: {reason}', ja: '切り替え禁止: {reason}' },
}

type Shape = { readonly weeks: readonly Week[]; readonly homes: readonly Home[]; readonly blackouts: readonly Blackout[]; readonly lines: readonly MoveLine[]; readonly zone: string; readonly today: string }

/** The dates, and under them how much each home takes of what it can, and when nothing may be cut over. */
export const GridHead = ({ weeks, homes, blackouts, lines, zone, today }: Shape): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  return (
    <div role="rowgroup" className={css['head']}>
      <div role="row" aria-rowindex={1} className={css['line']}><div role="columnheader">{say(words.customer)}</div>{weeks.map(week => <div key={week.monday} role="columnheader" className={css['date']} data-now={isIn(today, week)} title={`${dayOf(week.monday, locale)} – ${dayOf(week.sunday, locale)}`}>{shortDay(week.saturday, locale)}</div>)}</div>
      {homes.map((home, n) => (
        <div key={home.id} role="row" aria-rowindex={n + 2} className={css['line']}>
          <div role="rowheader" className="quiet" title={home.name}>{say(words.atOnce, { home: home.name, n: home.capacity })}</div>
          {weeks.map(week => <Heat key={week.monday} home={home} week={week} lines={lines} shut={shutBy(blackouts, week, zone, home.id)} />)}
        </div>
      ))}
    </div>
  )
}

const Heat = ({ home, week, lines, shut }: { readonly home: Home; readonly week: Week; readonly lines: readonly MoveLine[]; readonly shut: Blackout | undefined }): ReactNode => {
  const say = useSay()
  const { moves, busiest, capacity } = loadOf(home, week, lines)
  const share = busiest / capacity
  const reason = shut === undefined ? undefined : say(words.shut, { reason: shut.reason })
  return (
    <div role="gridcell" className={`${css['load']} ${shut === undefined ? '' : css['shut']}`} title={[say(words.load, { moves, busiest, capacity }), share > 1 ? say(words.over) : '', reason ?? ''].filter(text => text !== '').join('. ')}>
      <span><span className={moves === 0 ? 'quiet' : undefined}>{busiest}/{capacity}</span>{share > 1 ? <StateMark state="at-risk" says={say(words.over)} /> : share === 1 ? <span className="quiet">{say(words.full)}</span> : null}</span>
      {shut === undefined ? <svg viewBox="0 0 100 3" preserveAspectRatio="none" className={css['bar']} aria-hidden data-level={share > 1 ? 'over' : share === 1 ? 'full' : 'some'}><rect width="100" height="3" /><rect width={Math.min(1, share) * 100} height="3" /></svg> : <span className={css['why']}>{shut.reason}</span>}
    </div>
  )
}
