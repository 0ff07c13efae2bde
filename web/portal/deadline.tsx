import type { ReactNode } from 'react'
import { useSay } from '../shared/language.tsx'
import { Day } from '../shared/when.tsx'

const words = { by: { en: 'by', ja: '期日' }, today: { en: 'today', ja: '本日' }, tomorrow: { en: 'tomorrow', ja: '明日' }, in: { en: 'in {days} days', ja: '残り {days} 日' }, late: { en: '{days} days late', ja: '{days} 日超過' }, yesterday: { en: 'one day late', ja: '1 日超過' } }

/** Whole days from today, by the calendar of that zone, to the day; negative: it is over. */
export const daysUntil = (day: string, zone: string, now = Date.now()): number => Math.round((Date.parse(`${day}T00:00:00Z`) - Date.parse(`${todayIn(zone, now)}T00:00:00Z`)) / 86_400_000)
export const todayIn = (zone: string, now = Date.now()): string => new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(now)

/** Until when something is wanted, and how far that is. A task that control does not call late is not called late here. */
export const Deadline = ({ day, zone, late }: { readonly day: string; readonly zone: string; readonly late: boolean }): ReactNode => {
  const say = useSay()
  const days = daysUntil(day, zone)
  const far = days === 0 ? words.today : days === 1 ? words.tomorrow : days > 1 ? words.in : days === -1 ? words.yesterday : words.late
  return <>{say(words.by)} <Day of={day} />{days < 0 && !late ? null : <span className={late ? undefined : 'quiet'}> ({say(far, { days: Math.abs(days) })})</span>}</>
}
