import type { Board } from './schedule-board.ts'
import { costsOf, sumOf } from './schedule-cost.ts'
import { type Aim, type Ask, isHopeless, modelOf, type Modelled, type Solve } from './schedule-model.ts'
import type { Assignment, Constraint } from './schedule.ts'

/** How long a plan may be looked for, and how good is good enough: `gap` is the part of the cost by which the best may be missed. */
export type Patience = { readonly leftMs: () => number; readonly gap: number }

export type Found = { readonly outcome: 'best' | 'good'; readonly assignment: Assignment; readonly bound: number } | 'infeasible' | 'none'

/** Of the time: until when the solver tries alone, and until when the plan it found is mended piece by piece. What is left goes to the bound. */
const untils = { alone: 0.25, mended: 0.8 }
/** How many dates are mended at once to begin with, and how long that may take. */
const piece = { dates: 4, withinMs: 2_000 }

/**
 * The cheapest assignment that keeps all rules. Programmes of hundreds of customers are more than a solver can finish alone in seconds: it finds some plan and a bound that
 * nothing can cost less than, then takes a few dates at a time and arranges those who are on them anew (large neighbourhood search, Shaw 1998), and goes on alone from there.
 */
export const search = (board: Board, solve: Solve, patience: Patience, whenBetter: (assignment: Assignment, bound: number) => void): Found => {
  const startMs = patience.leftMs()
  const until = (part: number): number => patience.leftMs() - startMs * (1 - part)
  const all = modelOf(board, 'cost', () => true)
  const best = new Best(board, whenBetter)
  const look = (withinMs: number): Found => {
    const found = lookAt(all, solve, { withinMs, gap: patience.gap, ...(best.assignment === undefined ? {} : { start: all.write(best.assignment) }) }, assignment => best.take(assignment))
    if (typeof found !== 'string') best.take(found.assignment, found.bound)
    return found
  }
  const alone = look(until(untils.alone))
  const first = alone === 'none' ? look(patience.leftMs()) : alone
  if (typeof first === 'string' || best.assignment === undefined || first.outcome === 'best') return first
  const isEnough = (): boolean => best.cost - best.bound < 1 || best.cost - best.bound <= best.cost * patience.gap
  mend(board, solve, best, isEnough, () => until(untils.mended))
  if (!isEnough()) look(patience.leftMs())
  return { outcome: isEnough() ? 'best' : 'good', assignment: best.assignment, bound: best.bound }
}

/** The cheapest assignment seen. What a solver calls better need not be: it may not have counted all of its cost yet. */
class Best {
  readonly #board: Board
  readonly #whenBetter: (assignment: Assignment, bound: number) => void
  assignment: Assignment | undefined
  cost = Infinity
  bound = -Infinity

  constructor(board: Board, whenBetter: (assignment: Assignment, bound: number) => void) {
    this.#board = board
    this.#whenBetter = whenBetter
  }

  /** Whether it is cheaper than all before it. `bound`: nothing costs less than that. */
  take(assignment: Assignment, bound = -Infinity): boolean {
    this.bound = Math.max(this.bound, bound)
    const cost = sumOf(costsOf(this.#board, assignment))
    if (cost >= this.cost) return false
    this.assignment = assignment
    this.cost = cost
    this.#whenBetter(assignment, this.bound)
    return true
  }
}

/** One question to the solver, without mending. */
export const lookOnce = (board: Board, aim: Aim, holds: (constraint: Constraint) => boolean, solve: Solve, ask: Ask): Found => lookAt(modelOf(board, aim, holds), solve, ask)

const lookAt = ({ model, read }: Modelled, solve: Solve, ask: Ask, whenBetter?: (assignment: Assignment) => void): Found => {
  if (isHopeless(model)) return 'infeasible'
  if (model.columns.length === 0) return { outcome: 'best', assignment: new Map(), bound: 0 }
  if (ask.withinMs <= 0) return 'none'
  const solved = solve(model, whenBetter === undefined ? ask : { ...ask, whenBetter: values => whenBetter(read(values)) })
  return !('values' in solved) ? solved.outcome : { outcome: solved.outcome, assignment: read(solved.values), bound: solved.bound }
}

/** Rounds of mending. Dates are taken at equal distances, every distance and every first date in turn; more at once when a whole round brought nothing, fewer when they took too long. */
const mend = (board: Board, solve: Solve, best: Best, isEnough: () => boolean, leftMs: () => number): void => {
  const count = board.problem.dates.length
  let [size, idle] = [Math.min(piece.dates, count), 0]
  for (let round = 0; best.assignment !== undefined && leftMs() > 0 && !isEnough() && idle < 2 * count; round++) {
    const distance = 1 + (Math.floor(round / count) % Math.max(1, Math.floor(count / size)))
    const dates = new Set(Array.from({ length: size }, (_, n) => (round + n * distance) % count))
    const part = partOf(board, best.assignment, dates)
    const found = lookAt(part, solve, { withinMs: Math.min(piece.withinMs, leftMs()), gap: 0, start: part.write(best.assignment) })
    const isBetter = typeof found !== 'string' && best.take(found.assignment)
    idle = isBetter ? 0 : idle + 1
    if (typeof found === 'string' || found.outcome !== 'best') size = Math.max(2, size - 1)
    else if (idle > 0 && idle % count === 0) size = Math.min(count, size + 1)
  }
}

/** The model in which those who are on these dates may change among them, and all others stay. */
const partOf = (board: Board, assignment: Assignment, dates: ReadonlySet<number>): Modelled => {
  const stays = board.problem.customers.map(customer => board.dateAt.get(assignment.get(customer.id) ?? '') ?? -1)
  return modelOf(board, 'cost', () => true, (c, d) => { const now = stays[c] ?? -1; return d === now || (dates.has(d) && dates.has(now)) })
}
