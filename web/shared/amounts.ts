import type { Locale, Text } from '#domain/locale.ts'

const tag = (locale: Locale): string => (locale === 'ja' ? 'ja-JP' : 'en-GB')

/** One of a kind is made once: a table of dates would make thousands of them. */
const made = new Map<string, Intl.DateTimeFormat>()
const dates = (locale: Locale, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
  const key = `${locale} ${JSON.stringify(options)}`
  const format = made.get(key) ?? new Intl.DateTimeFormat(tag(locale), options)
  made.set(key, format)
  return format
}
const counts = { en: new Intl.NumberFormat(tag('en')), ja: new Intl.NumberFormat(tag('ja')) }
const numbers = (locale: Locale): Intl.NumberFormat => counts[locale]

/** Times always bear their zone. `zone`: of whom they concern, not of whoever looks. */
export const instantIn = (iso: string | number, zone: string, locale: Locale, { seconds = false }: { readonly seconds?: boolean } = {}): string =>
  dates(locale, { timeZone: zone, weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', ...(seconds ? { second: '2-digit' } : {}), hourCycle: 'h23', timeZoneName: 'short' }).format(new Date(iso))
export const clockIn = (iso: string | number, zone: string, locale: Locale): string =>
  dates(locale, { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' }).format(new Date(iso))
/** A day of the calendar, which has no zone. */
export const dayOf = (day: string, locale: Locale, { year = true }: { readonly year?: boolean } = {}): string =>
  dates(locale, { timeZone: 'UTC', weekday: 'short', day: 'numeric', month: 'short', ...(year ? { year: 'numeric' } : {}) }).format(new Date(`${day}T00:00:00Z`))

const units = [['year', 31_557_600], ['month', 2_629_800], ['week', 604_800], ['day', 86_400], ['hour', 3_600], ['minute', 60], ['second', 1]] as const
/** “3 days ago”, “in 2 hours”. */
export const fromNow = (iso: string | number, now: number, locale: Locale): string => {
  const seconds = Math.round((new Date(iso).getTime() - now) / 1_000)
  const [unit, size] = units.find(([, of]) => Math.abs(seconds) >= of) ?? ['second', 1]
  return new Intl.RelativeTimeFormat(tag(locale), { numeric: 'auto' }).format(Math.trunc(seconds / size), unit)
}

/** A length of time with its units: 820 ms, 21 s, 4 min 10 s, 3 h 20 min, 2 d 4 h. */
export const lengthOf = (ms: number, locale: Locale): string => {
  const [d, h, min, s, msWord] = locale === 'ja' ? ['日', '時間', '分', '秒', 'ミリ秒'] : [' d', ' h', ' min', ' s', ' ms']
  if (ms < 1_000) return `${Math.round(ms)}${msWord}`
  const seconds = Math.round(ms / 1_000)
  const two = (whole: number, big: string, part: number, small: string): string => (part === 0 ? `${whole}${big}` : `${whole}${big} ${part}${small}`)
  if (seconds < 60) return ms < 10_000 ? `${(ms / 1_000).toFixed(1)}${s}` : `${seconds}${s}`
  if (seconds < 3_600) return two(Math.floor(seconds / 60), min, seconds % 60, s)
  if (seconds < 86_400) return two(Math.floor(seconds / 3_600), h, Math.floor((seconds % 3_600) / 60), min)
  return two(Math.floor(seconds / 86_400), d, Math.floor((seconds % 86_400) / 3_600), h)
}

export const bytesOf = (bytes: number, locale: Locale): string => {
  const power = bytes < 1_000 ? 0 : Math.min(5, Math.floor(Math.log10(bytes) / 3))
  return `${new Intl.NumberFormat(tag(locale), { maximumSignificantDigits: 3 }).format(bytes / 1_000 ** power)} ${['B', 'kB', 'MB', 'GB', 'TB', 'PB'][power] ?? 'B'}`
}
export const numberOf = (number: number, locale: Locale): string => numbers(locale).format(number)
/** `minor`: in the currency's smallest unit. */
export const moneyOf = (minor: number, currency: string, locale: Locale): string => {
  const format = new Intl.NumberFormat(tag(locale), { style: 'currency', currency })
  return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 0))
}
/** A share with what it is a share of. */
export const shareOf = (part: number, whole: number): Text => ({ en: `${part} of ${whole}`, ja: `${whole} 件中 ${part} 件` })
