import type { NoAccess } from '#domain/access.ts'
import { addDays } from '#domain/days.ts'
import type { Text } from '#domain/locale.ts'
import type { Country, Day } from '#domain/time.ts'
import { calendarOf } from './calendars.ts'
import type { OutOfReach } from './days.ts'
import { type Glance, sight } from '../ground/desk.ts'

export type HolidaysTold = { readonly items: readonly { readonly country: Country; readonly isVendors: boolean; readonly isKnown: boolean; readonly days: readonly { readonly day: Day; readonly name: Text }[] }[] }

/** So many days at once, and no further than anybody has computed them. */
const mostDays = 740
const [first, last] = ['2001-01-01', '2148-12-31']

/** The public holidays of these countries and of the vendor's own between two days, by which the planner goes too. Of a country that nobody knows here there are none, and that is told. */
export const listHolidays = async (glance: Glance, { countries, from, to }: { readonly countries?: string; readonly from: Day; readonly to: Day }): Promise<HolidaysTold | NoAccess | OutOfReach | { readonly refused: 'ends-before' }> => {
  const seen = sight(glance, 'wave.read')
  if ('refused' in seen) return seen
  if (to < from) return { refused: 'ends-before' }
  if (from < first || from > last) return { refused: 'day-out-of-reach', day: from, from: first, to: last }
  const latest = addDays(from, mostDays)
  const reach = latest < last ? latest : last
  if (to > reach) return { refused: 'day-out-of-reach', day: to, from, to: reach }
  const own = seen.vendor === undefined ? undefined : (await glance.view.get('vendor', seen.vendor))?.country
  const items = [...new Set([...(own === undefined ? [] : [own]), ...(countries === undefined ? [] : countries.split(','))])].map(country => {
    const { calendar: { holidays }, holidaysKnown } = calendarOf(glance.world, country, from, to)
    return { country, isVendors: country === own, isKnown: holidaysKnown, days: Object.entries(holidays.days).filter(([day]) => from <= day && day <= to).map(([day, name]) => ({ day, name })) }
  })
  return { items }
}
