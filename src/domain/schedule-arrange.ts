import { assert } from '#lib/assert.ts'
import { among, type Board, boardOf, connected } from './schedule-board.ts'
import { checkOn } from './schedule-check.ts'
import { conflictsIn } from './schedule-conflict.ts'
import { costsOf, sumOf } from './schedule-cost.ts'
import type { Solve } from './schedule-model.ts'
import { type Found, lookOnce, type Patience, search } from './schedule-search.ts'
import type { Assignment, Contradicted, ToPlace, Violation, WaveAnswer, WavePlan, WaveProblem } from './schedule.ts'

/** Of the time left: what trying to honour everything put by hand may take, what finding out how much can be honoured, and what is kept to explain what was not. */
const shares = { asPlaced: 0.5, honouring: 0.4, explaining: 0.2 }

/**
 * The cheapest plan that keeps all rules. Customers put by hand stay where they were put; when not all can, as many as can, and the others are contradicted, with
 * what would have to give. Asks `solve` several times, one after another. `whenBetter` hears of each plan on the way to the one returned.
 */
export const arrange = (problem: WaveProblem, solve: Solve, patience: Patience, whenBetter: (plan: WavePlan) => void = () => {}): WaveAnswer => {
  const asker = { solve, patience, whenBetter }
  const isPlaced = problem.customers.some(c => c.placed !== null)
  const asAsked = cheapest(problem, asker, isPlaced ? shares.asPlaced : 1, [])
  if (asAsked !== 'infeasible' && asAsked !== 'none') return asAsked
  if (isPlaced) return honouringMost(problem, asker)
  return asAsked === 'none' ? { outcome: 'none' } : { outcome: 'infeasible', conflicts: conflictsIn(problem, solve, patience.leftMs) }
}

type Asker = { readonly solve: Solve; readonly patience: Patience; readonly whenBetter: (plan: WavePlan) => void }

const honouringMost = (problem: WaveProblem, asker: Asker): WaveAnswer => {
  const infeasible = (): WaveAnswer => ({ outcome: 'infeasible', conflicts: conflictsIn(withPlaced(problem, () => false), asker.solve, asker.patience.leftMs) })
  // More than can be honoured for these customers alone cannot be honoured among all: mostly it is the same.
  const alone = among({ ...problem, wave: { ...problem.wave, least: null } }, connected(problem, problem.customers.filter(c => c.placed !== null).map(c => c.id)))
  for (const asked of [alone, problem]) {
    const found = honoured(boardOf(asked), asker)
    if (found === 'infeasible') return infeasible()
    if (found === 'none') continue
    const left = asked.customers.flatMap(({ id, placed }) => (placed === null || found.assignment.get(id) === placed ? [] : [{ customer: id, day: placed, broken: [], conflict: null }]))
    const kept = withPlaced(problem, c => left.every(one => one.customer !== c.id))
    const cheap = cheapest(kept, asker, 1 - shares.explaining, left)
    // Where no time was left to find a cheap one, that which honours the most is a plan too.
    const plan = cheap === 'none' && asked === problem ? judged(boardOf(kept), found.assignment, -Infinity, left) : cheap
    if (plan !== 'infeasible' && plan !== 'none') return { ...plan, contradicted: explained(problem, kept, plan.assignment, left, found.outcome === 'best', asker) }
  }
  return { outcome: 'none' }
}

/** An assignment that honours as many placements as can be; `best`: more cannot be. */
const honoured = (board: Board, { solve, patience }: Asker): Found => lookOnce(board, 'placements', constraint => constraint.kind !== 'placed', solve, { withinMs: patience.leftMs() * shares.honouring, gap: 0 })

/** `isMost`: it is known that no more can be honoured, so that each of these is in conflict with what is. */
const explained = (problem: WaveProblem, kept: WaveProblem, assignment: Assignment, left: readonly Contradicted[], isMost: boolean, { solve, patience }: Asker): Contradicted[] => {
  const board = boardOf(kept)
  const isHonoured = new Set(kept.customers.filter(c => c.placed !== null).map(c => c.id))
  return left.map((one, n) => {
    const endMs = patience.leftMs() * (1 - 1 / (left.length - n))
    const leftMs = (): number => patience.leftMs() - endMs
    const asked = withPlaced(problem, c => isHonoured.has(c.id) || c.id === one.customer)
    const conflicts = leftMs() > 0 ? conflictsIn(asked, solve, leftMs, isMost) : []
    return { ...one, broken: brokenBy(board, assignment, one), conflict: conflicts.find(({ constraints }) => constraints.some(c => c.kind === 'placed' && c.customer === one.customer)) ?? null }
  })
}

/** What putting the customer on its date would newly break. */
const brokenBy = (board: Board, assignment: Assignment, { customer, day }: Contradicted): readonly Violation[] => checkOn(board, new Map([...assignment, [customer, day]]))

const withPlaced = (problem: WaveProblem, stays: (customer: ToPlace) => boolean): WaveProblem => ({ ...problem, customers: problem.customers.map(c => (c.placed === null || stays(c) ? c : { ...c, placed: null })) })

const cheapest = (problem: WaveProblem, { solve, patience, whenBetter }: Asker, share: number, contradicted: readonly Contradicted[]): WavePlan | 'infeasible' | 'none' => {
  const board = boardOf(problem)
  const endMs = patience.leftMs() * (1 - share)
  const found = search(board, solve, { leftMs: () => patience.leftMs() - endMs, gap: patience.gap }, (assignment, bound) => whenBetter(judged(board, assignment, bound, contradicted)))
  return typeof found === 'string' ? found : judged(board, found.assignment, found.bound, contradicted)
}

/** The plan an assignment makes. Its cost is counted anew and its rules are checked: a solver is not believed. Costs are whole numbers, so a bound is rounded up. */
const judged = (board: Board, assignment: Assignment, bound: number, contradicted: readonly Contradicted[]): WavePlan => {
  assert(checkOn(board, assignment).length === 0, 'a plan that was found breaks a rule')
  const cost = sumOf(costsOf(board, assignment))
  const rounded = Math.min(cost, Math.max(0, Math.ceil(bound - 1e-6)))
  const gap = cost === 0 ? 0 : (cost - rounded) / cost
  return { outcome: gap === 0 ? 'best' : 'good', assignment, cost, bound: rounded, gap, contradicted }
}
