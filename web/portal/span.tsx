import type { ReactNode } from 'react'
import { lengthOf } from '../shared/amounts.ts'
import { useLanguage, useSay } from '../shared/language.tsx'
import { Ago } from '../shared/when.tsx'

const words = { lasts: { en: '{length} are kept free for it', ja: '確保時間 {length}' } }

/** From when to when, in that zone, with its name, how long that is and how far from now. The day is not said twice where both ends lie on it. */
export const Span = ({ from, to, zone, className = '', far = true }: { readonly from: string; readonly to: string; readonly zone: string; readonly className?: string; readonly far?: boolean }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  return (
    <div>
      <p className={`${className} figures`}><time dateTime={from}>{spanIn(from, to, zone, locale)}</time></p>
      <p className="soft small">{zoneWords(zone, from, locale)} · {say(words.lasts, { length: lengthOf(Date.parse(to) - Date.parse(from), locale) })}{far ? <> · <Ago at={from} /></> : null}</p>
    </div>
  )
}

const tag = (locale: 'en' | 'ja'): string => (locale === 'ja' ? 'ja-JP' : 'en-GB')
export const spanIn = (from: string, to: string, zone: string, locale: 'en' | 'ja'): string =>
  new Intl.DateTimeFormat(tag(locale), { timeZone: zone, weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatRange(new Date(from), new Date(to))
/** “Berlin, CET”: where the clock hangs, and what its time is called then. */
export const zoneWords = (zone: string, at: string, locale: 'en' | 'ja'): string => {
  const part = new Intl.DateTimeFormat(tag(locale), { timeZone: zone, timeZoneName: 'short' }).formatToParts(new Date(at)).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const long = new Intl.DateTimeFormat(tag(locale), { timeZone: zone, timeZoneName: 'long' }).formatToParts(new Date(at)).find(({ type }) => type === 'timeZoneName')?.value ?? zone
  return `${long}${part === long ? '' : locale === 'ja' ? `（${part}）` : ` (${part})`}`
}
