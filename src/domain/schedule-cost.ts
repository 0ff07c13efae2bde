import { type Board, rosters } from './schedule-board.ts'
import { type Assignment, type Costs, type Term, terms, type ToPlace } from './schedule.ts'

/** What it costs that a customer is moved on a date, whoever else is there: without `share`, which is the date's. */
export const ownCosts = (board: Board, customer: ToPlace, d: number): Costs => {
  const { problem, dayNumbers } = board
  const { perWeekLater, perDayShort, slackDays } = problem.weights
  const latest = board.latestNumbers[board.customerAt.get(customer.id) ?? -1] ?? Infinity
  const slack = Math.max(0, latest - (board.lastNumbers[d] ?? 0))
  return {
    dislike: customer.dislikes[problem.dates[d]?.day ?? ''] ?? 0,
    later: perWeekLater * Math.floor(((dayNumbers[d] ?? 0) - (dayNumbers[0] ?? 0)) / 7),
    deadline: perDayShort * Math.max(0, slackDays - slack),
    share: 0,
  }
}

/** What a whole assignment costs, term by term. */
export const costsOf = (board: Board, assignment: Assignment): Costs => {
  const sums: Record<Term, number> = { dislike: 0, later: 0, deadline: 0, share: 0 }
  rosters(board, assignment).forEach((there, d) => {
    for (const customer of there) for (const [term, cost] of entriesOf(ownCosts(board, customer, d))) sums[term] += cost
    sums.share += board.problem.weights.perMoveOverShare * Math.max(0, there.length - board.evenShare)
  })
  return sums
}

export const sumOf = (costs: Costs): number => costs.dislike + costs.later + costs.deadline + costs.share

/** The terms of costs in a fixed order. */
export const entriesOf = (costs: Costs): [Term, number][] => (Object.keys(terms) as Term[]).map(term => [term, costs[term]])
