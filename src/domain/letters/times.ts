import type { Locale } from '../locale.ts'
import type { Day, Instant, Interval, Zone } from '../time.ts'

/** Times as people say them, never without the zone they are in. Written out here and not left to the platform's tables, so that a letter reads the same everywhere. */
export const dayIn = (locale: Locale, day: Day): string => words[locale].day(Temporal.PlainDate.from(day))

/** `Friday 4 December 2026, 22:00 (Asia/Tokyo, UTC+9)`. */
export const timeIn = (locale: Locale, zone: Zone, at: Instant): string => {
  const { day, zoned } = words[locale]
  const local = localOf(zone, at)
  return zoned(`${day(local.toPlainDate())}${between[locale]}${clock(local)}`, zoneOf(local))
}

/** From one to the other; the day is said twice only where it is another. */
export const spanIn = (locale: Locale, zone: Zone, { from, to }: Interval): string => {
  const [first, last] = [localOf(zone, from), localOf(zone, to)]
  if (first.offset !== last.offset) return `${timeIn(locale, zone, from)} – ${timeIn(locale, zone, to)}`
  const { day, zoned } = words[locale]
  const begins = `${day(first.toPlainDate())}${between[locale]}${clock(first)}`
  const isOneDay = first.toPlainDate().equals(last.toPlainDate())
  return zoned(isOneDay ? `${begins}–${clock(last)}` : `${begins} – ${day(last.toPlainDate())}${between[locale]}${clock(last)}`, zoneOf(first))
}

const localOf = (zone: Zone, at: Instant): Temporal.ZonedDateTime => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
const clock = ({ hour, minute }: Temporal.ZonedDateTime): string => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`

/** The zone's name and what it is from UTC at that time: `Asia/Tokyo`, `UTC+9`. */
const zoneOf = ({ timeZoneId, offset }: Temporal.ZonedDateTime): readonly [string, string] => {
  const [, sign = '+', hours = '00', minutes = '00'] = /^([+-])(\d\d):(\d\d)/.exec(offset) ?? []
  const isNone = hours === '00' && minutes === '00'
  return [timeZoneId, isNone ? 'UTC' : `UTC${sign === '-' ? '−' : '+'}${Number(hours)}${minutes === '00' ? '' : `:${minutes}`}`]
}

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
const weekdays = { en: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'], ja: [...'月火水木金土日'] }
const between = { en: ', ', ja: '' }

type Words = { readonly day: (day: Temporal.PlainDate) => string; readonly zoned: (time: string, zone: readonly [string, string]) => string }
const words: Readonly<Record<Locale, Words>> = {
  en: { day: d => `${weekdays.en[d.dayOfWeek - 1]} ${d.day} ${months[d.month - 1]} ${d.year}`, zoned: (time, [name, offset]) => `${time} (${name === offset ? name : `${name}, ${offset}`})` },
  ja: { day: d => `${d.year}年${d.month}月${d.day}日（${weekdays.ja[d.dayOfWeek - 1]}）`, zoned: (time, [name, offset]) => `${time}（${name === offset ? name : `${name}、${offset}`}）` },
}
