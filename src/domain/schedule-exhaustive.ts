import { boardOf } from './schedule-board.ts'
import { checkOn } from './schedule-check.ts'
import { costsOf, sumOf } from './schedule-cost.ts'
import { type Assignment, type Constraint, keyOf, type WaveProblem } from './schedule.ts'
import type { Day } from './time.ts'

/**
 * The cheapest assignment under those rules that hold, by trying every one: what planners are proven against. Dates to the power of customers, so for a handful only.
 * Undefined: there is none.
 */
export const tryAll = (problem: WaveProblem, holds: (constraint: Constraint) => boolean = () => true): { readonly assignment: Assignment; readonly cost: number } | undefined => {
  const board = boardOf(problem)
  let best: { readonly assignment: Assignment; readonly cost: number } | undefined
  const visit = (assignment: readonly Day[]): void => {
    const customer = problem.customers[assignment.length]
    if (customer !== undefined) return problem.dates.forEach(date => visit([...assignment, date.day]))
    const whole: Assignment = new Map(problem.customers.map((one, c) => [one.id, assignment[c] ?? '']))
    const cost = sumOf(costsOf(board, whole))
    if ((best === undefined || cost < best.cost) && checkOn(board, whole).every(({ constraint }) => !holds(constraint))) best = { assignment: whole, cost }
  }
  visit([])
  return best
}

/** Whether there is no plan under these rules alone. */
export const cannotKeep = (problem: WaveProblem, constraints: readonly Constraint[]): boolean => {
  const keys = new Set(constraints.map(keyOf))
  return tryAll(problem, constraint => keys.has(keyOf(constraint))) === undefined
}
