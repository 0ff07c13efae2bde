import type { HolidayList } from '#domain/calendar.ts'
import type { Country } from '#domain/time.ts'

/** A list that is not there is said, not taken for a country without holidays. `known`: the countries there are, or the parts of the country. */
export type NoHolidays = { readonly refused: 'no-such-country'; readonly country: Country; readonly known: readonly string[] }

/** Public holidays: the days on which a country, or a part of it, does not work. Days that only banks, schools or some people have off are none. */
export interface Holidays {
  /** From 1 January of the one year to 31 December of the other, with names in both languages; in English where there is no Japanese one. */
  of(country: Country, fromYear: number, toYear: number): HolidayList | NoHolidays
}
