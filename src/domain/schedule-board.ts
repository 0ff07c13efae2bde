import { assert } from '#lib/assert.ts'
import { daysBetween } from './days.ts'
import type { Assignment, Capacity, Constraint, ToPlace, WaveProblem } from './schedule.ts'
import type { CustomerId } from './parties.ts'
import type { Day } from './time.ts'

/** A problem with what is looked up in it often. Customers and dates go by their place in it. */
export type Board = {
  readonly problem: WaveProblem
  readonly customerAt: ReadonlyMap<CustomerId, number>
  readonly dateAt: ReadonlyMap<Day, number>
  /** Days since 1970 of the first and of the last day of each date. */
  readonly dayNumbers: readonly number[]
  readonly lastNumbers: readonly number[]
  /** The same of each customer's latest day; infinite where it has none. */
  readonly latestNumbers: readonly number[]
  /** Blackouts that cover each date. */
  readonly blackouts: readonly (readonly WaveProblem['blackouts'][number][])[]
  /** Holidays on each date, by country. */
  readonly holidays: readonly ReadonlyMap<string, readonly Day[]>[]
  /** Moves a date has when all have the same number, rounded up; dates that are blacked out for everybody do not count. */
  readonly evenShare: number
}

export const boardOf = (problem: WaveProblem): Board => {
  assertSound(problem)
  const blackouts = problem.dates.map(date => problem.blackouts.filter(b => date.days.some(day => b.from <= day && day <= b.to)))
  const open = blackouts.filter(list => !list.some(b => b.capacity === null)).length
  return {
    problem,
    customerAt: new Map(problem.customers.map((customer, c) => [customer.id, c])),
    dateAt: new Map(problem.dates.map((date, d) => [date.day, d])),
    dayNumbers: problem.dates.map(date => dayNumber(date.day)),
    lastNumbers: problem.dates.map(date => dayNumber(date.days.at(-1) ?? date.day)),
    latestNumbers: problem.customers.map(c => (c.latest === null ? Infinity : dayNumber(c.latest))),
    blackouts,
    holidays: problem.dates.map(date => new Map(problem.holidays.map(list => [list.country, date.days.filter(day => Object.hasOwn(list.days, day))]))),
    evenShare: Math.ceil(problem.customers.length / Math.max(1, open)),
  }
}

const dayNumber = (day: Day): number => daysBetween('1970-01-01', day)

export const customerOf = (board: Board, id: CustomerId): ToPlace => {
  const customer = board.problem.customers[board.customerAt.get(id) ?? -1]
  assert(customer !== undefined, 'the customer is one of the problem')
  return customer
}

export const limitOf = (capacity: Capacity, day: Day): number => capacity.except[day] ?? capacity.most
export const loadOf = (capacity: Capacity, customer: ToPlace): number => (!customer.uses.includes(capacity.id) ? 0 : capacity.unit === 'moves' ? 1 : customer.minutes)

/** The rules that keep a customer from a date whoever else is there. */
export const forbids = ({ problem, blackouts, holidays }: Board, customer: ToPlace, d: number): readonly Constraint[] => {
  const date = problem.dates[d]
  assert(date !== undefined, 'the date is one of the problem')
  const last = date.days.at(-1) ?? date.day
  const found: Constraint[] = []
  for (const b of blackouts[d] ?? []) if (b.capacity === null || customer.uses.includes(b.capacity)) found.push({ kind: 'blackout', id: b.id })
  if (!customer.holidaysToo) for (const day of holidays[d]?.get(customer.country) ?? []) found.push({ kind: 'holiday', country: customer.country, day })
  if (customer.noGo.length > 0 && date.days.some(day => customer.noGo.includes(day))) found.push({ kind: 'no-go', customer: customer.id })
  if (customer.earliest !== null && date.day < customer.earliest) found.push({ kind: 'earliest', customer: customer.id })
  if (customer.latest !== null && last > customer.latest) found.push({ kind: 'latest', customer: customer.id })
  if (customer.placed !== null && customer.placed !== date.day) found.push({ kind: 'placed', customer: customer.id })
  return found
}

/** All rules of a problem but that everybody is moved, those first that people could least change. */
export const constraintsOf = (problem: WaveProblem): Constraint[] => {
  const of = problem.customers
  const days = new Set(problem.dates.flatMap(date => date.days))
  return [
    ...problem.apart.map(({ id }): Constraint => ({ kind: 'apart', id })),
    ...problem.holidays.flatMap(({ country, days: named }) => Object.keys(named).filter(day => days.has(day)).map((day): Constraint => ({ kind: 'holiday', country, day }))),
    ...problem.blackouts.map(({ id }): Constraint => ({ kind: 'blackout', id })),
    ...of.filter(c => c.noGo.length > 0).map((c): Constraint => ({ kind: 'no-go', customer: c.id })),
    ...of.filter(c => c.earliest !== null).map((c): Constraint => ({ kind: 'earliest', customer: c.id })),
    ...of.filter(c => c.latest !== null).map((c): Constraint => ({ kind: 'latest', customer: c.id })),
    ...problem.after.map(({ id }): Constraint => ({ kind: 'after', id })),
    ...problem.together.map(({ id }): Constraint => ({ kind: 'together', id })),
    ...problem.partners.map(({ partner }): Constraint => ({ kind: 'partner', partner })),
    ...(problem.wave.least === null ? [] : [{ kind: 'wave-least' } as const]),
    ...(problem.wave.most === null ? [] : [{ kind: 'wave-most' } as const]),
    ...problem.capacities.flatMap(capacity => problem.dates.map((date): Constraint => ({ kind: 'capacity', capacity: capacity.id, day: date.day }))),
    ...of.filter(c => c.placed !== null).map((c): Constraint => ({ kind: 'placed', customer: c.id })),
  ]
}

/** The same problem for these customers alone. Never harder than the whole, unless waves have a least size. */
export const among = (problem: WaveProblem, kept: ReadonlySet<CustomerId>): WaveProblem => {
  const groups = (list: WaveProblem['together']): WaveProblem['together'] =>
    list.map(rule => ({ ...rule, customers: rule.customers.filter(c => kept.has(c)) })).filter(rule => rule.customers.length > 1)
  const customers = problem.customers.filter(c => kept.has(c.id))
  return {
    ...problem,
    customers,
    holidays: problem.holidays.filter(h => customers.some(c => c.country === h.country && !c.holidaysToo)),
    capacities: problem.capacities.filter(capacity => customers.some(c => c.uses.includes(capacity.id))),
    partners: problem.partners.filter(({ partner }) => customers.some(c => c.partner === partner)),
    together: groups(problem.together),
    apart: groups(problem.apart),
    after: problem.after.filter(rule => kept.has(rule.customer) && kept.has(rule.other)),
  }
}

/** Moves the customers that must go together as one: the others of its groups, and theirs. The customer itself is the first. */
export const companions = (problem: WaveProblem, customer: CustomerId): CustomerId[] => {
  const found = new Set([customer])
  for (const one of found) for (const rule of problem.together) if (rule.customers.includes(one)) for (const other of rule.customers) found.add(other)
  return [...found]
}

/** These customers, and all whose dates hang on theirs by rules about single customers: groups on one date, dependencies, and theirs in turn. */
export const connected = (problem: WaveProblem, customers: readonly CustomerId[]): ReadonlySet<CustomerId> => {
  const links = new Map<CustomerId, CustomerId[]>()
  const link = (group: readonly CustomerId[]): void => { for (const one of group) links.set(one, [...(links.get(one) ?? []), ...group]) }
  for (const rule of problem.together) link(rule.customers)
  for (const rule of problem.after) link([rule.customer, rule.other])
  const found = new Set(customers)
  for (const one of found) for (const other of links.get(one) ?? []) found.add(other)
  return found
}

/** Who is moved on each date, by their places. An assignment's dates and customers that the problem does not know are left out. */
export const rosters = ({ problem, customerAt, dateAt }: Board, assignment: Assignment): ToPlace[][] => {
  const found: ToPlace[][] = problem.dates.map(() => [])
  for (const [id, day] of assignment) {
    const customer = problem.customers[customerAt.get(id) ?? -1]
    if (customer !== undefined) found[dateAt.get(day) ?? -1]?.push(customer)
  }
  return found
}

const assertSound = (problem: WaveProblem): void => {
  const { dates, customers, capacities, weights } = problem
  const ids = new Set(customers.map(c => c.id))
  const isWhole = (n: number): boolean => Number.isSafeInteger(n) && n >= 0
  const isOnce = (list: readonly string[]): boolean => new Set(list).size === list.length
  assert(isOnce(customers.map(c => c.id)) && isOnce(capacities.map(c => c.id)), 'a customer or capacity is there twice')
  assert([problem.blackouts, problem.together, problem.apart, problem.after].every(list => isOnce(list.map(({ id }) => id))), 'two rules go by one id')
  const countries = new Set(customers.filter(c => !c.holidaysToo).map(c => c.country))
  const [firstDay, lastDay] = [dates[0]?.day ?? '', dates.at(-1)?.days.at(-1) ?? '']
  assert(isOnce(problem.holidays.map(h => h.country)), 'a country has two lists of holidays')
  assert(dates.length === 0 || [...countries].every(country => problem.holidays.some(h => h.country === country && h.from <= firstDay && lastDay <= h.to)), 'holidays are known for every country and as far as the dates')
  assert(isOnce(problem.partners.map(p => p.partner)), 'a partner has two limits')
  assert(dates.every((date, d) => date.days[0] === date.day && (dates[d - 1]?.day ?? '') < date.day), 'dates are in order and begin with their day')
  assert([...problem.together, ...problem.apart].every(rule => isOnce(rule.customers) && rule.customers.every(c => ids.has(c))), 'a group names a customer that is not here')
  assert(problem.after.every(rule => ids.has(rule.customer) && ids.has(rule.other) && isWhole(rule.days)), 'a dependency names a customer that is not here')
  assert(customers.every(c => isWhole(c.minutes) && isOnce(c.uses) && c.uses.every(id => capacities.some(one => one.id === id))), 'a customer uses a capacity that is not here')
  assert([...Object.values(weights), ...customers.flatMap(c => Object.values(c.dislikes)), ...capacities.flatMap(c => [c.most, ...Object.values(c.except)])].every(isWhole), 'points and limits are whole and not negative')
}
