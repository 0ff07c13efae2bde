import type { ReactNode } from 'react'
import { dayOf } from '../../../shared/amounts.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import type { Blackout, Holidays, Home, MoveLine } from './told.ts'
import { type Holiday, holidaysBetween, isIn, loadOf, shortDay, shutBy, type Week } from './weeks.ts'
import css from './grid.module.css'

const words = {
  customer: { en: 'Customer', ja: '顧客' }, atOnce: { en: '{home}, {n} at once', ja: '{home}（同時 {n} 件）' }, load: { en: 'Of this programme {moves} moves, at most {busiest} on one day, {capacity} at once', ja: 'このプログラムの移行 {moves} 件、1 日最大 {busiest} 件（同時 {capacity} 件まで）' }, full: { en: 'Full', ja: '満' }, over: { en: 'More than it takes at once', ja: '同時受け入れ数を超えています' },
  holidays: { en: 'Public holidays', ja: '祝日' }, holiday: { en: '{day}: {name} ({country})', ja: '{day}: {name}（{country}）' }, ours: { en: '{country}, ours', ja: '{country}・自社' },
  shut: { en: 'Blackout: {reason}', ja: '切り替え禁止: {reason}' },
}

type Shape = { readonly weeks: readonly Week[]; readonly homes: readonly Home[]; readonly blackouts: readonly Blackout[]; readonly holidays: Holidays; readonly lines: readonly MoveLine[]; readonly zone: string; readonly today: string }

/** The dates, and under them how much each home takes of what it can, and when nothing may be cut over. */
export const GridHead = ({ weeks, homes, blackouts, holidays, lines, zone, today }: Shape): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  return (
    <div role="rowgroup" className={css['head']}>
      <div role="row" aria-rowindex={1} className={css['line']}><div role="columnheader">{say(words.customer)}</div>{weeks.map(week => <div key={week.monday} role="columnheader" className={css['date']} data-now={isIn(today, week)} title={`${dayOf(week.monday, locale)} – ${dayOf(week.sunday, locale)}`}>{shortDay(week.saturday, locale)}</div>)}</div>
      <div role="row" aria-rowindex={2} className={css['line']}><div role="rowheader" className="quiet">{say(words.holidays)}</div>{weeks.map(week => <Off key={week.monday} days={holidaysBetween(holidays, week.monday, week.sunday)} />)}</div>
      {homes.map((home, n) => (
        <div key={home.id} role="row" aria-rowindex={n + 3} className={css['line']}>
          <div role="rowheader" className="quiet" title={home.name}>{say(words.atOnce, { home: home.name, n: home.capacity })}</div>
          {weeks.map(week => <Heat key={week.monday} home={home} week={week} lines={lines} shut={shutBy(blackouts, week, zone, home.id)} />)}
        </div>
      ))}
    </div>
  )
}

/** The public holidays of a week in the vendor's and the customers' countries, by name. */
const Off = ({ days }: { readonly days: readonly Holiday[] }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const all = days.map(({ country, isOurs, day, name }) => say(words.holiday, { day: dayOf(day, locale, { year: false }), name: say(name), country: isOurs ? say(words.ours, { country }) : country }))
  const countries = [...new Set(days.map(({ country }) => country))]
  return <div role="gridcell" className={css['load']} title={all.join('\n')}>{days.length === 0 ? null : <><span className={css['why']} aria-hidden>{countries.length === 1 ? `${countries[0] ?? ''} ${[...new Set(days.map(({ name }) => say(name)))].join(', ')}` : countries.join(', ')}</span><span className="unseen">{all.join(', ')}</span></>}</div>
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
