import { Button } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { CalendarRange } from 'lucide-react'
import type { ReactNode } from 'react'
import { addDays } from '#domain/days.ts'
import type { Locale } from '#domain/locale.ts'
import { dayOf } from '../../../shared/amounts.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import type { Overviewed } from './told.ts'
import css from './calendar.module.css'

const words = {
  title: { en: 'Wave calendar', ja: 'ウェーブカレンダー' }, lead: { en: 'Moves by their T-0, and how many a home takes at once', ja: 'T-0 別の移行件数と、移行先が同時に受け入れられる件数' }, open: { en: 'Open planner', ja: 'プランナーを開く' },
  home: { en: 'Into', ja: '移行先' }, atOnce: { en: '{n} at once', ja: '同時 {n} 件まで' }, all: { en: 'All homes', ja: 'すべての移行先' }, aDay: { en: '{n} a day', ja: '1 日 {n} 件まで' }, noLimit: { en: 'No limit of yours', ja: '自社の上限なし' },
  full: { en: 'Full', ja: '満' }, over: { en: 'More than it takes at once', ja: '同時受け入れ数を超えています' }, thisWeek: { en: 'this week', ja: '今週' }, days: { en: '{n} days', ja: '{n} 日' },
  cell: { en: '{moves} moves on {days}', ja: '{days} に {moves} 件' }, ours: { en: '{ours} of them in this programme', ja: 'うちこのプログラム {ours} 件' }, none: { en: 'Nothing has a T-0 in the next 12 weeks.', ja: '今後 12 週間に T-0 のある移行はありません。' },
  more: { en: '{n} more homes have fewer moves to come and are not shown.', ja: '件数の少ない移行先 {n} 件は表示していません。' }, blackout: { en: '{reason}, {first} to {last}', ja: '{reason}（{first}～{last}）' },
}

type CalendarTold = Overviewed['calendar']
type Week = { readonly monday: string; readonly sunday: string }

const short = (day: string, locale: Locale): string => new Intl.DateTimeFormat(locale === 'ja' ? 'ja-JP' : 'en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short' }).format(new Date(`${day}T00:00:00Z`))

/** Twelve weeks: what goes where, how much of what a home takes that is, and when nothing may be cut over. */
export const Calendar = ({ of: { calendar, programme } }: { readonly of: Overviewed }): ReactNode => {
  const [say, { locale }, go] = [useSay(), useLanguage(), useNavigate()]
  const weeks = Array.from({ length: calendar.weeks }, (_, n): Week => ({ monday: addDays(calendar.from, n * 7), sunday: addDays(calendar.from, n * 7 + 6) }))
  const days = calendar.rows.flatMap(row => row.days)
  const together = [...Map.groupBy(days, day => day.day)].map(([day, some]) => ({ day, count: some.reduce((sum, one) => sum + one.count, 0), ours: some.reduce((sum, one) => sum + one.ours, 0) }))
  return (
    <Panel title={say(words.title)} lead={say(words.lead)} flush acts={<Button size="compact-sm" variant="default" leftSection={<CalendarRange size={14} />} onClick={() => { void go({ to: '/waves' as never }) }}>{say(words.open)}</Button>}>
      {calendar.rows.length === 0 ? <p className={css['none']}>{say(words.none)}</p> : (
        <div className={css['scroll']} tabIndex={0} role="group" aria-label={say(words.lead)}>
          <table className={css['table']}>
            <thead><tr><th scope="col"><span className="unseen">{say(words.home)}</span></th>{weeks.map((week, n) => <th key={week.monday} scope="col" title={`${dayOf(week.monday, locale)} – ${dayOf(week.sunday, locale)}`} data-now={n === 0}>{short(addDays(week.monday, 5), locale)}{n === 0 ? <span className="unseen"> ({say(words.thisWeek)})</span> : null}</th>)}</tr></thead>
            <tbody>
              {calendar.rows.map(row => <Row key={row.home.id} name={row.home.name} note={say(words.atOnce, { n: row.capacity })} capacity={row.capacity} days={row.days} weeks={weeks} blackouts={calendar.blackouts.filter(one => one.home === null || one.home === row.home.id)} isOfOne={programme !== null} />)}
              {calendar.rows.length > 1 ? <Row name={say(words.all)} note={calendar.aDay === null ? say(words.noLimit) : say(words.aDay, { n: calendar.aDay })} capacity={calendar.aDay} days={together} weeks={weeks} blackouts={[]} isOfOne={programme !== null} /> : null}
            </tbody>
          </table>
        </div>
      )}
      {calendar.more > 0 ? <p className={`quiet ${css['none']}`}>{say(words.more, { n: calendar.more })}</p> : null}
    </Panel>
  )
}

type RowShape = { readonly name: string; readonly note: string; readonly capacity: number | null; readonly days: CalendarTold['rows'][number]['days']; readonly weeks: readonly Week[]; readonly blackouts: CalendarTold['blackouts']; readonly isOfOne: boolean }

/** Empty weeks that lie side by side in one blackout are one cell with its reason. */
const Row = ({ name, note, capacity, days, weeks, blackouts, isOfOne }: RowShape): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const cells: ReactNode[] = []
  for (let n = 0; n < weeks.length; n++) {
    const week = weeks[n]
    if (week === undefined) break
    const here = inWeek(days, week)
    const blackout = blackouts.find(one => one.first <= week.sunday && one.last >= week.monday)
    const title = blackout === undefined ? undefined : say(words.blackout, { reason: blackout.reason, first: short(blackout.first, locale), last: short(blackout.last, locale) })
    if (blackout !== undefined && here.length === 0) {
      let span = 1
      for (let next = weeks[n + span]; next !== undefined && inWeek(days, next).length === 0 && blackout.first <= next.sunday && blackout.last >= next.monday; next = weeks[n + span]) span++
      cells.push(<td key={week.monday} colSpan={span} className={css['shut']}><div title={title}>{span > 1 ? title : blackout.reason}</div></td>)
      n += span - 1
    } else cells.push(<Cell key={week.monday} days={here} week={week} capacity={capacity} isOfOne={isOfOne} shut={title} />)
  }
  return <tr><th scope="row"><div>{name}</div><div className="quiet">{note}</div></th>{cells}</tr>
}

const inWeek = (days: RowShape['days'], { monday, sunday }: Week): RowShape['days'] => days.filter(({ day }) => day >= monday && day <= sunday)

const Cell = ({ days, week, capacity, isOfOne, shut }: { readonly days: RowShape['days']; readonly week: Week; readonly capacity: number | null; readonly isOfOne: boolean; readonly shut: string | undefined }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  if (days.length === 0) return <td className={css['empty']}>{capacity === null ? '0' : <>0/{capacity}</>}<Bar share={0} /></td>
  const moves = days.reduce((sum, { count }) => sum + count, 0)
  const busiest = Math.max(...days.map(({ count }) => count))
  const isOver = capacity !== null && busiest > capacity
  const title = [say(words.cell, { moves, days: days.map(({ day }) => short(day, locale)).join(', ') }), isOfOne ? say(words.ours, { ours: days.reduce((sum, { ours }) => sum + ours, 0) }) : '', isOver ? say(words.over) : '', shut ?? ''].filter(text => text !== '').join('. ')
  return (
    <td data-shut={shut !== undefined} title={title}>
      <Link to={'/moves' as never} search={{ t0From: week.monday, t0To: week.sunday } as never} preload={false} className={css['cell']}>
        <span className="unseen">{title}</span>
        <span aria-hidden><strong>{moves}</strong>{days.length === 1 && capacity !== null ? <span className="quiet">/{capacity}</span> : null}</span>
        {isOver ? <StateMark state="at-risk" says={null} /> : days.length > 1 ? <span className="quiet" aria-hidden>{say(words.days, { n: days.length })}</span> : busiest === capacity ? <span className="quiet" aria-hidden>{say(words.full)}</span> : null}
      </Link>
      <Bar share={capacity === null ? 0 : busiest / capacity} />
    </td>
  )
}

/** How much of what can be at once the busiest day takes. */
const Bar = ({ share }: { readonly share: number }): ReactNode => <svg viewBox="0 0 100 3" preserveAspectRatio="none" className={css['bar']} aria-hidden data-level={share > 1 ? 'over' : share === 1 ? 'full' : 'some'}><rect width="100" height="3" /><rect width={Math.min(1, share) * 100} height="3" /></svg>
