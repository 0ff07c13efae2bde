import { assert } from '#lib/assert.ts'
import type { HolidayList } from './calendar.ts'
import type { Text } from './locale.ts'
import { fractionOf, type Currency, type Money } from './money.ts'
import { piecesOf, type Kind, type Office, type Piece } from './office-hours.ts'
import type { Day, Interval } from './time.ts'

/**
 * What a vendor's hour costs. The newest row of a kind of work that is not after the quote's day holds for the whole quote, also where the work is done
 * later. `premiumPercent`: what holidays, weekends and time outside office hours cost of it: 150 is one and a half times. It is applied once, however many
 * of these a minute is.
 */
export type RatesTable = { readonly currency: Currency; readonly premiumPercent: number; readonly office: Office; readonly rows: readonly { readonly work: string; readonly from: Day; readonly hourlyMinor: number }[] }

export type Rate = { readonly hourly: Money; readonly premiumPercent: number; readonly office: Office }
export type NoRate = { readonly refused: 'no-rate'; readonly work: string; readonly on: Day; readonly known: readonly string[] }

/** Something to be done, and when. */
export type Job = { readonly what: Text; readonly time: Interval }

/** `percent`: of the hourly rate, 100 or the premium. `amount` is rounded here and nowhere else: what is shown adds up to what is paid. */
export type Line = Piece & { readonly what: Text; readonly minutes: number; readonly hourly: Money; readonly percent: number; readonly amount: Money }

/** What B3 asks for, for vendors who have said nothing else. */
export const premiumPercent = 150

export const rateOf = (table: RatesTable, work: string, on: Day): Rate | NoRate => {
  const newest = table.rows.filter(row => row.work === work && row.from <= on).toSorted((a, b) => (a.from < b.from ? 1 : -1))[0]
  if (newest === undefined) return { refused: 'no-rate', work, on, known: [...new Set(table.rows.filter(row => row.from <= on).map(row => row.work))] }
  return { hourly: { minor: newest.hourlyMinor, currency: table.currency }, premiumPercent: table.premiumPercent, office: table.office }
}

/** One line for each piece of the job's time, in its order. See `piecesOf` for where it is cut, and for times that are not on a minute. */
export const linesOf = (job: Job, rate: Rate, holidays: HolidayList): Line[] =>
  piecesOf(job.time, rate.office, holidays).map(piece => {
    const [minutes, percent] = [(piece.to - piece.from) / 60_000, percentOf(piece.kind, rate)]
    assert(Number.isInteger(minutes) && minutes > 0, 'a line is of whole minutes')
    return { ...piece, what: job.what, minutes, hourly: rate.hourly, percent, amount: fractionOf(rate.hourly, minutes * percent, 60 * 100) }
  })

const percentOf = (kind: Kind, rate: Rate): number => (kind === 'standard' ? 100 : rate.premiumPercent)
