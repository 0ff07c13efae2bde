import { type Board, boardOf, forbids, limitOf, loadOf, rosters } from './schedule-board.ts'
import type { Assignment, Constraint, ToPlace, Violation, WaveProblem } from './schedule.ts'
import type { CustomerId } from './parties.ts'
import type { Day } from './time.ts'

/** Every rule that an assignment breaks; none: it is a plan. It knows nothing of how plans are found, so that it can judge them. */
export const check = (problem: WaveProblem, assignment: Assignment): Violation[] => checkOn(boardOf(problem), assignment)

/** The same for a problem of which several assignments are checked. */
export const checkOn = (board: Board, assignment: Assignment): Violation[] => {
  const nights = rosters(board, assignment)
  return [...aboutCustomers(board, assignment), ...aboutGroups(board, assignment), ...nights.flatMap((there, d) => aboutDate(board, there, d))]
}

const violation = (constraint: Constraint, day: Day | null, customers: readonly CustomerId[], has: number | null = null, limit: number | null = null): Violation => ({ constraint, day, customers, has, limit })

const aboutCustomers = (board: Board, assignment: Assignment): Violation[] =>
  board.problem.customers.flatMap(customer => {
    const day = assignment.get(customer.id)
    if (day === undefined) return [violation({ kind: 'moved', customer: customer.id }, null, [customer.id])]
    const d = board.dateAt.get(day)
    if (d === undefined) return [violation({ kind: 'date', day }, day, [customer.id])]
    return forbids(board, customer, d).map(constraint => violation(constraint, day, [customer.id]))
  })

const aboutGroups = ({ problem, dateAt, dayNumbers }: Board, assignment: Assignment): Violation[] => {
  const numberOf = (customer: CustomerId): number | undefined => dayNumbers[dateAt.get(assignment.get(customer) ?? '') ?? -1]
  const together = problem.together
    .filter(rule => new Set(rule.customers.map(c => assignment.get(c)).filter(day => day !== undefined)).size > 1)
    .map(rule => violation({ kind: 'together', id: rule.id }, null, rule.customers))
  const apart = problem.apart.flatMap(rule =>
    [...Map.groupBy(rule.customers.filter(c => assignment.has(c)), c => assignment.get(c) ?? '')]
      .filter(([, there]) => there.length > 1)
      .map(([day, there]) => violation({ kind: 'apart', id: rule.id }, day, there)))
  const after = problem.after.flatMap(rule => {
    const [own, other] = [numberOf(rule.customer), numberOf(rule.other)]
    return own === undefined || other === undefined || own - other >= rule.days ? [] : [violation({ kind: 'after', id: rule.id }, null, [rule.customer, rule.other], own - other, rule.days)]
  })
  return [...together, ...apart, ...after]
}

const aboutDate = ({ problem }: Board, there: readonly ToPlace[], d: number): Violation[] => {
  const day = problem.dates[d]?.day ?? ''
  const { least, most } = problem.wave
  const idsOf = (list: readonly ToPlace[]): CustomerId[] => list.map(c => c.id)
  const found: Violation[] = []
  for (const capacity of problem.capacities) {
    const has = there.reduce((sum, customer) => sum + loadOf(capacity, customer), 0)
    const limit = limitOf(capacity, day)
    if (has > limit) found.push(violation({ kind: 'capacity', capacity: capacity.id, day }, day, idsOf(there.filter(c => c.uses.includes(capacity.id))), has, limit))
  }
  for (const { partner, mostADate } of problem.partners) {
    const theirs = there.filter(c => c.partner === partner)
    if (theirs.length > mostADate) found.push(violation({ kind: 'partner', partner }, day, idsOf(theirs), theirs.length, mostADate))
  }
  if (most !== null && there.length > most) found.push(violation({ kind: 'wave-most' }, day, idsOf(there), there.length, most))
  if (least !== null && there.length > 0 && there.length < least) found.push(violation({ kind: 'wave-least' }, day, idsOf(there), there.length, least))
  return found
}
