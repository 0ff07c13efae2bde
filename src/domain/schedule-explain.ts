import { assert } from '#lib/assert.ts'
import { boardOf, companions } from './schedule-board.ts'
import { checkOn } from './schedule-check.ts'
import { costsOf, ownCosts, sumOf } from './schedule-cost.ts'
import { type Assignment, type Constraint, type Costs, keyOf, terms, type Term, type Violation, type WaveProblem } from './schedule.ts'
import type { CustomerId } from './parties.ts'
import type { Day } from './time.ts'

/** Another date for a customer, all others staying where they are. `broken`: what keeps it from there; none: it could go, and the plan would cost `more`. `by` says which terms. */
export type Elsewhere = { readonly day: Day; readonly broken: readonly Violation[]; readonly more: number; readonly by: Costs }

/**
 * Why a customer is on its date. `placed`: somebody put it there. `only`: rules of its own leave no other date. `crowded`: others are in the way on every other date.
 * `cheapest`: the plan would cost more with any other date that it could go to; `term` is what makes the next best one dearer, null where that costs the same.
 */
export type Why =
  | { readonly kind: 'placed' | 'only' | 'crowded' }
  | { readonly kind: 'cheapest'; readonly next: Day; readonly more: number; readonly term: Term | null }

export type Explanation = {
  readonly customer: CustomerId
  readonly day: Day
  /** Who goes with it wherever it goes. */
  readonly together: readonly CustomerId[]
  /** What the date costs of its own, and what it adds to a date over its even share. */
  readonly costs: Costs
  readonly why: Why
  /** Dates that would cost less if nothing kept the customer from them. */
  readonly wouldRather: readonly Day[]
  readonly elsewhere: readonly Elsewhere[]
}

/** Rules that hold whoever else is moved when. */
const own: readonly Constraint['kind'][] = ['blackout', 'holiday', 'no-go', 'earliest', 'latest', 'date']

/** Why a customer is where it is in a plan, and why not on each other date. Those that go together are moved together in thought. */
export const explain = (problem: WaveProblem, assignment: Assignment, customer: CustomerId): Explanation => {
  const board = boardOf(problem)
  const day = assignment.get(customer)
  const one = problem.customers[board.customerAt.get(customer) ?? -1]
  assert(day !== undefined && one !== undefined, 'the customer has a date in the plan')
  const together = companions(problem, customer)
  const cost = costsOf(board, assignment)
  const known = new Set(checkOn(board, assignment).map(nameOf))
  const elsewhere = problem.dates.filter(date => date.day !== day).map((date): Elsewhere => {
    const moved = new Map([...assignment, ...together.map(c => [c, date.day] as const)])
    const by = difference(costsOf(board, moved), cost)
    return { day: date.day, broken: checkOn(board, moved).filter(violation => !known.has(nameOf(violation))), more: sumOf(by), by }
  })
  const alone = new Map([...assignment].filter(([c]) => c !== customer))
  const costs = { ...ownCosts(board, one, board.dateAt.get(day) ?? 0), share: cost.share - costsOf(board, alone).share }
  const wouldRather = elsewhere.filter(other => other.broken.length > 0 && other.more < 0).toSorted((a, b) => a.more - b.more).map(other => other.day)
  return { customer, day, together: together.slice(1), costs, why: one.placed === day ? { kind: 'placed' } : whyThere(elsewhere), wouldRather, elsewhere }
}

const whyThere = (elsewhere: readonly Elsewhere[]): Why => {
  const [next] = elsewhere.filter(other => other.broken.length === 0).toSorted((a, b) => a.more - b.more)
  if (next !== undefined) {
    return { kind: 'cheapest', next: next.day, more: next.more, term: next.more > 0 ? heaviest(next.by) : null }
  }
  return { kind: elsewhere.every(other => other.broken.some(({ constraint }) => own.includes(constraint.kind))) ? 'only' : 'crowded' }
}

/** A plan breaks no rule but placements by hand that it contradicts: those speak against no date any more. */
const nameOf = ({ constraint }: Violation): string => keyOf(constraint)

const difference = (a: Costs, b: Costs): Costs => ({ dislike: a.dislike - b.dislike, later: a.later - b.later, deadline: a.deadline - b.deadline, share: a.share - b.share })

/** The term that weighs most in a difference of costs; null: none does. */
export const heaviest = (by: Costs): Term | null => (Object.keys(terms) as Term[]).reduce<Term | null>((found, term) => (by[term] > (found === null ? 0 : by[found]) ? term : found), null)
