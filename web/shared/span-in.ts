import type { Locale } from '#domain/locale.ts'

const tag = (locale: Locale): string => (locale === 'ja' ? 'ja-JP' : 'en-GB')

/** From when to when on the clocks of that zone, with its name; a day on which both ends lie is said once. */
export const spanIn = (from: string, to: string, zone: string, locale: Locale): string => {
  const [a, b] = [new Date(from), new Date(to)]
  const span = new Intl.DateTimeFormat(tag(locale), { timeZone: zone, weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatRange(a, b)
  const name = new Intl.DateTimeFormat(tag(locale), { timeZone: zone, timeZoneName: 'short' }).formatToParts(a).find(({ type }) => type === 'timeZoneName')?.value ?? zone
  return locale === 'ja' ? `${span}（${name}）` : `${span} ${name}`
}
