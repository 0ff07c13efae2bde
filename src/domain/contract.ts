import { businessDayFrom, businessDayUpTo, type Calendar } from './calendar.ts'
import { addDays, daysBetween, type Days } from './days.ts'
import type { Day } from './time.ts'

/** A contract that runs for terms of some months or years, each following the one before, until it is cancelled. `noticeDays`: how long before a term's end that has to be. */
export type Contract = { readonly start: Day; readonly term: 'month' | 'year'; readonly terms: number; readonly noticeDays: number }

/**
 * The n-th term of the contract, counted from 0. A term ends on the day before the one of the same number, so from 15 January to 14 February; where the month
 * has no day of that number, on the month's last day: one from 31 January ends on 28 February, the next on 30 March. Always counted from the
 * start, so that a short month does not shorten those after it. (So say Japan's Civil Code, article 143, and Germany's, § 188.)
 */
export const termOf = (contract: Contract, n: number): Days => ({ first: n === 0 ? contract.start : addDays(lastDayAfter(contract, n), 1), last: lastDayAfter(contract, n + 1) })

/** The last day of a contract that is cancelled on that day: the end of the first term that the notice is in time for. `missedBy`: days by which it came too late for the one it falls in, 0 if it did not. */
export type ContractEnd = { readonly lastDay: Day; readonly term: Days; readonly missedBy: number }

export const contractEnd = (contract: Contract, cancelledOn: Day): ContractEnd => {
  let n = 0
  while (termOf(contract, n).last < cancelledOn) n++
  const missedBy = Math.max(0, contract.noticeDays - daysBetween(cancelledOn, termOf(contract, n).last))
  while (daysBetween(cancelledOn, termOf(contract, n).last) < contract.noticeDays) n++
  const term = termOf(contract, n)
  return { lastDay: term.last, term, missedBy }
}

/** Days before the last day on which people are reminded that the old home will be retired. */
export const remindDaysBefore: readonly number[] = [30, 14, 7, 1]

export type Retirement = { readonly lastDay: Day; /** When the old home is shut down: the business day after. */ readonly retiredOn: Day; readonly reminders: readonly { readonly on: Day; /** Days left then, to the last day. */ readonly daysBefore: number }[] }

/**
 * What becomes of the old home: it runs on to the contract's last day and is retired on the business day after, never earlier. Reminders come on
 * business days, never later than they are meant for, none before `today`, and one a day.
 */
export const retirement = (lastDay: Day, today: Day, calendar: Calendar, daysBefore: readonly number[] = remindDaysBefore): Retirement => {
  const all = daysBefore.map(days => businessDayUpTo(addDays(lastDay, -days), calendar)).filter(on => on >= today)
  const reminders = [...new Set(all)].toSorted().map(on => ({ on, daysBefore: daysBetween(on, lastDay) }))
  return { lastDay, retiredOn: businessDayFrom(addDays(lastDay, 1), calendar), reminders }
}

/** The last day of the first so many terms. */
const lastDayAfter = ({ start, term, terms }: Contract, count: number): Day => {
  const first = Temporal.PlainDate.from(start)
  const same = first.add(term === 'month' ? { months: count * terms } : { years: count * terms })
  return (same.day === first.day ? same.subtract({ days: 1 }) : same).toString()
}
