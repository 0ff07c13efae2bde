import { among, type Board, boardOf, connected, constraintsOf, forbids, limitOf, loadOf } from './schedule-board.ts'
import { isHopeless, modelOf, relaxed, type Solve } from './schedule-model.ts'
import { type Conflict, type Constraint, keyOf, type ToPlace, type WaveProblem } from './schedule.ts'

/** Longest a single question whether rules can be kept may take; without an answer the rule asked about stays in the conflict. */
const questionMs = 4_000
/** Conflicts of single customers that are told at one go. */
const mostConflicts = 20

/**
 * Why a problem that has no plan has none. Customers that no date is left for, whoever else is moved when, have a conflict each; otherwise there is one, found by leaving out
 * customers and then rules as long as it stays. Ends when `leftMs` says that no time is left, with what is left then. `isKnown`: that
 * there is no plan; otherwise none is told where it cannot be shown in time.
 */
export const conflictsIn = (problem: WaveProblem, solve: Solve, leftMs: () => number, isKnown = true): Conflict[] => {
  const board = boardOf(problem)
  const lonely = problem.customers.flatMap(customer => lonelyConflict(board, customer) ?? [])
  return lonely.length > 0 ? lonely.slice(0, mostConflicts) : sharedConflict(problem, solve, leftMs, isKnown)
}

/** Undefined: there is a date that nothing but others can keep the customer from. */
const lonelyConflict = (board: Board, customer: ToPlace): Conflict | undefined => {
  const { dates, capacities } = board.problem
  const against = dates.map(({ day }, d): Constraint[] => [
    ...forbids(board, customer, d),
    ...capacities.filter(capacity => loadOf(capacity, customer) > limitOf(capacity, day)).map((capacity): Constraint => ({ kind: 'capacity', capacity: capacity.id, day })),
  ])
  if (against.some(list => list.length === 0)) return undefined
  const all = [...new Map(against.flat().map(constraint => [keyOf(constraint), constraint])).values()]
  // What others can change least is left out last, so that the fewest rules remain: those that keep it from most dates are kept.
  const reach = new Map(all.map(constraint => [keyOf(constraint), against.filter(list => list.some(one => keyOf(one) === keyOf(constraint))).length]))
  all.sort((a, b) => (reach.get(keyOf(a)) ?? 0) - (reach.get(keyOf(b)) ?? 0))
  const constraints = shrink(all, kept => { const keys = new Set(kept.map(keyOf)); return against.every(list => list.some(one => keys.has(keyOf(one)))) }, () => false)
  return { constraints: constraints.kept, customers: [customer.id], minimal: true }
}

/** Until when of the time, counted down from 1, customers, and then rules, are left out in the rough. */
const roughly = { customers: 0.5, rules: 0.2 }

/** Whether these rules of a problem cannot be kept. `rough`: sure when it says so, and quicker. */
type Question = (problem: WaveProblem, constraints: readonly Constraint[], rough: boolean) => boolean

const sharedConflict = (whole: WaveProblem, solve: Solve, leftMs: () => number, isKnown: boolean): Conflict[] => {
  const startMs = leftMs()
  let isSure = true
  const cannot: Question = (problem, constraints, rough) => {
    const keys = new Set(constraints.map(keyOf))
    const { model } = modelOf(boardOf(problem), 'nothing', constraint => keys.has(keyOf(constraint)))
    if (isHopeless(model)) return true
    if (model.columns.length === 0) return false
    const withinMs = Math.min(questionMs, leftMs())
    const { outcome } = withinMs <= 0 ? { outcome: 'none' } : solve(rough ? relaxed(model) : model, { withinMs, gap: 0 })
    if (outcome === 'none') isSure = false
    return outcome === 'infeasible'
  }
  const rough = cannot(whole, constraintsOf(whole), true)
  if (!rough && !isKnown && !cannot(whole, constraintsOf(whole), false)) return []
  const problem = fewest(whole, (part, constraints) => cannot(part, constraints, rough), () => leftMs() < startMs * roughly.customers)
  const isKept = (constraints: readonly Constraint[]): boolean => cannot(problem, constraints, rough)
  const kinds = withoutKinds(constraintsOf(problem), isKept)
  const fewer = rough ? shrink(kinds, isKept, () => leftMs() < startMs * roughly.rules).kept : kinds
  isSure = true
  const { kept, isDone } = shrink(fewer, constraints => cannot(problem, constraints, false), () => leftMs() <= 0)
  return [{ constraints: kept, customers: problem.customers.map(c => c.id), minimal: isDone && isSure }]
}

/** Whole kinds of rules are left out first, and all dates of a capacity: few questions, and most rules have nothing to do with it. */
const withoutKinds = (constraints: readonly Constraint[], stays: (kept: readonly Constraint[]) => boolean): readonly Constraint[] => {
  const kindOf = (one: Constraint): string => (one.kind === 'capacity' ? `capacity ${one.capacity}` : one.kind)
  return [...new Set(constraints.map(kindOf))].reduce<readonly Constraint[]>((kept, kind) => { const without = kept.filter(one => kindOf(one) !== kind); return stays(without) ? without : kept }, constraints)
}

/** A part of the customers for whom there is no plan either. With a least size of waves fewer customers may be harder to place, so all stay unless the conflict does without it. */
const fewest = (whole: WaveProblem, cannot: (problem: WaveProblem, constraints: readonly Constraint[]) => boolean, isOver: () => boolean): WaveProblem => {
  const problem: WaveProblem = { ...whole, wave: { ...whole.wave, least: null } }
  if (whole.wave.least !== null && !cannot(problem, constraintsOf(problem))) return whole
  const narrowed = (customers: readonly ToPlace[]): WaveProblem => among(problem, new Set(customers.map(c => c.id)))
  const isPart = (customers: readonly ToPlace[]): boolean => { const part = narrowed(customers); return cannot(part, constraintsOf(part)) }
  const all = problem.customers
  // Those whom it is most likely to be about: placed by hand, or in need of the same capacity.
  const byHand = connected(problem, all.filter(c => c.placed !== null).map(c => c.id))
  const suspects = [all.filter(c => byHand.has(c.id)), ...problem.capacities.map(({ id }) => all.filter(c => c.uses.includes(id)))]
  const begin = suspects.filter(list => list.length > 0 && list.length < all.length).find(list => !isOver() && isPart(list)) ?? all
  return narrowed(shrink(begin, isPart, isOver).kept)
}

/**
 * Leaves out of the items, the first first, what can be left out while `stays` is true of the rest. `stays` must be monotone: true of some, true of more. Takes
 * ever larger pieces while that works and smaller ones when it does not: few questions when few items matter, one for each when all do.
 */
const shrink = <T>(items: readonly T[], stays: (kept: readonly T[]) => boolean, isOver: () => boolean): { readonly kept: readonly T[]; readonly isDone: boolean } => {
  let kept = items
  let needed = 0
  let size = Math.max(1, items.length >> 1)
  while (needed < kept.length && !isOver()) {
    const without = [...kept.slice(0, needed), ...kept.slice(needed + size)]
    if (stays(without)) {
      kept = without
      size *= 2
    } else if (size > 1) size = Math.min(size, kept.length - needed) >> 1 || 1
    else needed++
  }
  return { kept, isDone: needed >= kept.length }
}
