import type { Calendar, HolidayList } from '#domain/calendar.ts'
import { daysFrom, reachOf, weekendOf } from '#domain/dating.ts'
import { addDays } from '#domain/days.ts'
import type { Decide, Making } from '#domain/plan.ts'
import type { Playbook } from '#domain/playbook.ts'
import type { Country, Day, Zone } from '#domain/time.ts'
import type { World } from '../ground/world.ts'

/** `holidaysKnown` false: of that country nobody knows the holidays here, and only weekends are left out. People are told. */
export type CountryCalendar = { readonly calendar: Calendar; readonly holidaysKnown: boolean }

/** Days that business days are looked for beyond the last one asked about. */
const beyond = 62

/** The working days of a country between two days, and some weeks around them. */
export const calendarOf = ({ holidays }: Pick<World, 'holidays'>, country: Country, first: Day, last: Day): CountryCalendar => {
  const [from, to] = [addDays(first, -beyond).slice(0, 4), addDays(last, beyond).slice(0, 4)]
  const list = [country, country.slice(0, 2)].map(one => holidays.of(one, Number(from), Number(to))).find((one): one is HolidayList => !('refused' in one))
  const none: HolidayList = { country, from: `${from}-01-01`, to: `${to}-12-31`, days: {} }
  return { calendar: { weekend: weekendOf(country), holidays: list ?? none }, holidaysKnown: list !== undefined }
}

/** A calendar that reaches as far as a playbook dated from T-0 does, and to today. */
export const calendarFor = (world: Pick<World, 'holidays'>, playbook: Playbook, country: Country, t0: Day, today: Day): CountryCalendar => {
  const { first, last } = reachOf(playbook)
  const [from, to] = [addDays(t0, first), addDays(t0, last)]
  return calendarOf(world, country, from < today ? from : today, to > today ? to : today)
}

/** What a plan is made with for a customer of that zone. */
export const makingOf = (world: Pick<World, 'conditions'>, playbook: Playbook, calendar: Calendar, t0: Day, zone: Zone): Making => ({ decide: decideOf(world, playbook), dayOf: daysFrom(t0, calendar), zone })

/** Conditions are read once for all moves of a playbook. */
const read = new WeakMap<Playbook, Decide>()

export const decideOf = ({ conditions }: Pick<World, 'conditions'>, playbook: Playbook): Decide => {
  const decide = read.get(playbook) ?? conditions.over(playbook.facts)
  read.set(playbook, decide)
  return decide
}
