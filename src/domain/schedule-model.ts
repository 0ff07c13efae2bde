import { type Board, forbids, limitOf, loadOf } from './schedule-board.ts'
import { ownCosts, sumOf } from './schedule-cost.ts'
import type { Assignment, Constraint, ToPlace } from './schedule.ts'

/** A mixed-integer linear programme, for whatever solves those: make the sum of cost × column as small as it can be. Columns begin at 0. */
export type Milp = {
  readonly columns: readonly { readonly cost: number; readonly upper: number; readonly isWhole: boolean }[]
  /** `from` ≤ sum of factor × column ≤ `to`; infinite where there is no such limit. */
  readonly rows: readonly Row[]
}
export type Row = { readonly from: number; readonly to: number; readonly columns: readonly number[]; readonly factors: readonly number[] }

/** `best`: nothing costs less; `good`: time ran out. `bound`: nothing costs less than this. */
export type Solved = { readonly outcome: 'best' | 'good'; readonly values: ArrayLike<number>; readonly bound: number } | { readonly outcome: 'infeasible' | 'none' }

/** `gap`: the part of the cost by which the best may be missed. `start`: a solution to begin with; columns that it leaves out follow from the others. */
export type Ask = {
  readonly withinMs: number
  readonly gap: number
  readonly start?: { readonly columns: readonly number[]; readonly values: readonly number[] }
  readonly whenBetter?: (values: ArrayLike<number>) => void
}

/** Solves at once, on the caller's thread. */
export type Solve = (model: Milp, ask: Ask) => Solved

/** What the model is to make small: the cost of the plan, the placements by hand that are not honoured, or nothing, when any plan will do. */
export type Aim = 'cost' | 'placements' | 'nothing'

/** A model, how to read what solves it, and how to write an assignment that begins it. */
export type Modelled = { readonly model: Milp; readonly read: (values: ArrayLike<number>) => Assignment; readonly write: (assignment: Assignment) => NonNullable<Ask['start']> }

/** The model of those rules of a problem that hold. A column of 1 moves a customer on a date; `among` says by their places which of them are looked at. */
export const modelOf = (board: Board, aim: Aim, holds: (constraint: Constraint) => boolean, among: (c: number, d: number) => boolean = () => true): Modelled => {
  const { customers, dates } = board.problem
  const columns: Milp['columns'][number][] = []
  const places = customers.map((customer, c) => dates.map((date, d) => {
    if (!among(c, d) || forbids(board, customer, d).some(holds)) return undefined
    const cost = aim === 'cost' ? sumOf(ownCosts(board, customer, d)) : aim === 'placements' && customer.placed === date.day ? -1 : 0
    return columns.push({ cost, upper: 1, isWhole: true }) - 1
  }))
  const sheet: Sheet = { board, holds, places, add: (cost, upper, isWhole) => columns.push({ cost, upper, isWhole }) - 1 }
  const rows = [...oncePerCustomer(sheet), ...groupRows(sheet), ...dates.flatMap((_date, d) => [...capacityRows(sheet, d), ...waveRows(sheet, d, aim === 'cost')])]
  const read = (values: ArrayLike<number>): Assignment =>
    new Map(customers.flatMap((customer, c) => dates.filter((_date, d) => (values[places[c]?.[d] ?? -1] ?? 0) > 0.5).map(date => [customer.id, date.day] as const)))
  const write: Modelled['write'] = assignment => {
    const entries = customers.flatMap((customer, c) => dates.flatMap((date, d) => { const column = places[c]?.[d]; return column === undefined ? [] : [[column, assignment.get(customer.id) === date.day ? 1 : 0] as const] }))
    return { columns: entries.map(([column]) => column), values: entries.map(([, value]) => value) }
  }
  return { model: { columns, rows }, read, write }
}

/** A row that nothing can fulfil: the model need not be solved. */
export const isHopeless = (model: Milp): boolean => model.rows.some(row => row.columns.length === 0 && (row.from > 0 || row.to < 0))

/** The same without whole numbers: quicker to solve, and where it has no solution the model has none either. */
export const relaxed = (model: Milp): Milp => ({ ...model, columns: model.columns.map(column => ({ ...column, isWhole: false })) })

type Sheet = {
  readonly board: Board
  readonly holds: (constraint: Constraint) => boolean
  /** The column of each customer on each date; none where a rule forbids it. */
  readonly places: readonly (readonly (number | undefined)[])[]
  readonly add: (cost: number, upper: number, isWhole: boolean) => number
}
type Entry = readonly [column: number, factor: number]

const row = (from: number, to: number, entries: readonly Entry[]): Row => ({ from, to, columns: entries.map(([column]) => column), factors: entries.map(([, factor]) => factor) })

const oncePerCustomer = ({ places }: Sheet): Row[] => places.map(mine => row(1, 1, mine.flatMap(column => (column === undefined ? [] : [[column, 1]]))))

/** The columns of some customers on one date. */
const onDate = ({ board, places }: Sheet, d: number, factorOf: (customer: ToPlace) => number): Entry[] =>
  board.problem.customers.flatMap((customer, c) => {
    const [column, factor] = [places[c]?.[d], factorOf(customer)]
    return column === undefined || factor === 0 ? [] : [[column, factor]]
  })

const groupRows = (sheet: Sheet): Row[] => {
  const { board: { problem, customerAt, dayNumbers }, holds, places } = sheet
  const placesOf = (customer: ToPlace['id']): readonly (number | undefined)[] => places[customerAt.get(customer) ?? -1] ?? []
  const sumUntil = (customer: ToPlace['id'], number: number, factor: number): Entry[] => placesOf(customer).flatMap((column, d) => (column === undefined || (dayNumbers[d] ?? 0) > number ? [] : [[column, factor]]))
  const single = (customer: ToPlace['id'], d: number, factor: number): Entry[] => { const column = placesOf(customer)[d]; return column === undefined ? [] : [[column, factor]] }
  const together = problem.together.filter(({ id }) => holds({ kind: 'together', id })).flatMap(({ customers: [first, ...others] }) =>
    first === undefined ? [] : others.flatMap(other => problem.dates.map((_date, d) => row(0, 0, [...single(first, d, 1), ...single(other, d, -1)]))))
  const apart = problem.apart.filter(({ id }) => holds({ kind: 'apart', id })).flatMap(rule => problem.dates.map((_date, d) => row(-Infinity, 1, rule.customers.flatMap(c => single(c, d, 1)))))
  // Whoever has come by a date needs that the other came long enough before it. Tighter than comparing two day numbers.
  const after = problem.after.filter(({ id }) => holds({ kind: 'after', id })).flatMap(rule =>
    rule.customer === rule.other
      ? (rule.days > 0 ? [row(1, 1, [])] : [])
      : dayNumbers.map(number => row(-Infinity, 0, [...sumUntil(rule.customer, number, 1), ...sumUntil(rule.other, number - rule.days, -1)])))
  return [...together, ...apart, ...after].filter(one => one.columns.length > 0 || one.from > 0)
}

const capacityRows = (sheet: Sheet, d: number): Row[] => {
  const { board: { problem }, holds } = sheet
  const day = problem.dates[d]?.day ?? ''
  const ofCapacities = problem.capacities.filter(({ id }) => holds({ kind: 'capacity', capacity: id, day })).map(capacity => atMost(limitOf(capacity, day), onDate(sheet, d, customer => loadOf(capacity, customer))))
  const ofPartners = problem.partners.filter(({ partner }) => holds({ kind: 'partner', partner })).map(({ partner, mostADate }) => atMost(mostADate, onDate(sheet, d, customer => (customer.partner === partner ? 1 : 0))))
  return [...ofCapacities, ...ofPartners].filter(one => one.factors.reduce((sum, factor) => sum + factor, 0) > one.to)
}

/** Small whole factors lose nothing in the solver's floating point: all are divided by what divides them all. */
const atMost = (limit: number, entries: readonly Entry[]): Row => {
  const divisor = entries.reduce((found, [, factor]) => common(found, factor), 0) || 1
  return row(-Infinity, Math.floor(limit / divisor), entries.map(([column, factor]) => [column, factor / divisor]))
}

const common = (a: number, b: number): number => (b === 0 ? a : common(b, a % b))

const waveRows = (sheet: Sheet, d: number, isPriced: boolean): Row[] => {
  const { board: { problem: { wave, weights, customers }, evenShare }, holds } = sheet
  const there = onDate(sheet, d, () => 1)
  if (there.length === 0) return []
  const rows: Row[] = []
  if (wave.most !== null && holds({ kind: 'wave-most' })) rows.push(row(-Infinity, wave.most, there))
  if (wave.least !== null && wave.least > 1 && holds({ kind: 'wave-least' })) {
    const isUsed = sheet.add(0, 1, true)
    rows.push(row(0, Infinity, [...there, [isUsed, -wave.least]]), row(-Infinity, 0, [...there, [isUsed, -there.length]]))
  }
  if (isPriced && weights.perMoveOverShare > 0 && there.length > evenShare) {
    const over = sheet.add(weights.perMoveOverShare, customers.length, false)
    rows.push(row(-Infinity, evenShare, [...there, [over, -1]]))
  }
  return rows
}
