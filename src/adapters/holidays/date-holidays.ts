import DateHolidays, { type HolidaysTypes } from 'date-holidays'
import { assert } from '#lib/assert.ts'
import type { HolidayList } from '#domain/calendar.ts'
import { addDays } from '#domain/days.ts'
import type { Text } from '#domain/locale.ts'
import type { Country, Day } from '#domain/time.ts'
import type { Holidays, NoHolidays } from '#ports/holidays.ts'

/** Years whose moons and equinoxes the library computes; a span is at most twenty years long. */
const [firstYear, lastYear, mostYears] = [2000, 2149, 20]

/** Lists kept, so that a page with many customers of one country computes it once. */
const mostKept = 100

/** Public holidays from the npm package `date-holidays` (data CC-BY-SA 3.0), on this machine, without asking anybody. */
export const openDateHolidays = (): Holidays => {
  const kept = new Map<string, HolidayList>()
  return {
    of: (country, fromYear, toYear) => {
      assert(firstYear <= fromYear && fromYear <= toYear && toYear <= lastYear && toYear - fromYear < mostYears, `holidays are asked for a few years from ${firstYear} to ${lastYear}`)
      const key = `${country} ${fromYear} ${toYear}`
      const list = kept.get(key) ?? listOf(country, fromYear, toYear)
      if ('refused' in list) return list
      if (kept.size >= mostKept) kept.clear()
      kept.set(key, list)
      return list
    },
  }
}

const listOf = (country: Country, fromYear: number, toYear: number): HolidayList | NoHolidays => {
  const source = sourceOf(country)
  if ('refused' in source) return source
  const [from, to] = [`${fromYear}-01-01`, `${toYear}-12-31`]
  const found = new Map<Day, readonly Text[]>()
  // Also of the year before, whose last holiday may go on over its end. (A New Year's Day that is made up for before it is listed in that year.)
  for (let year = fromYear - 1; year <= toYear; year++) {
    for (const [day, name] of daysOf(source, year)) if (from <= day && day <= to) found.set(day, [...(found.get(day) ?? []), name])
  }
  return { country, from, to, days: Object.fromEntries([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([day, names]) => [day, joined(names)])) }
}

/** The library takes what it does not know for a country without holidays, and a part it does not know for the whole; we ask first. */
const sourceOf = (country: Country): DateHolidays | NoHolidays => {
  const [whole = '', part] = country.split(/-(.*)/s)
  const countries = Object.keys(new DateHolidays().getCountries())
  if (!countries.includes(whole)) return { refused: 'no-such-country', country, known: countries }
  if (part === undefined) return new DateHolidays(whole)
  const parts = Object.keys(new DateHolidays().getStates(whole) ?? {})
  return parts.includes(part) ? new DateHolidays(whole, part) : { refused: 'no-such-country', country, known: parts.map(one => `${whole}-${one}`) }
}

const daysOf = (source: DateHolidays, year: number): [Day, Text][] => {
  const english = source.getLanguages().find(language => language.startsWith('en')) ?? 'en'
  // The data name Japanese by the country's code. Asked for a language that it does not have, the library answers in one of its own choice.
  const japanese = source.getLanguages().includes('jp') ? 'jp' : english
  const [en, ja] = [english, japanese].map(language => source.getHolidays(year, language).filter(one => one.type === 'public'))
  assert(en !== undefined && ja !== undefined && en.length === ja.length, 'a language changes names only')
  const inJapanese = (holiday: HolidaysTypes.Holiday): string | undefined => ja.find(one => one.rule === holiday.rule && one.date === holiday.date)?.name
  return en.flatMap(one => wholeDays(one).map((day): [Day, Text] => [day, { en: one.name, ja: inJapanese(one) ?? one.name }]))
}

/**
 * The days that are a holiday from midnight to midnight; half a day off is a working day (none that begins at noon is longer than that). Where clocks are
 * changed in it, it is an hour longer or shorter. The date is text in local time; of holidays that begin at sunset it is the day after, which is the one that is off.
 */
const wholeDays = ({ date, start, end }: HolidaysTypes.Holiday): Day[] => {
  const hours = (end.getTime() - start.getTime()) / 3_600_000
  return Array.from({ length: Math.floor((hours + 1) / 24) }, (_, n) => addDays(date.slice(0, 10), n))
}

/** Several holidays may fall on one day. */
const joined = (names: readonly Text[]): Text => ({ en: names.map(one => one.en).join(', '), ja: names.map(one => one.ja).join('、') })
