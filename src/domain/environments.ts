import { addDays, type Days } from './days.ts'
import { businessDayFrom, type Calendar } from './calendar.ts'
import type { Dating } from './dating.ts'
import { environments, type Environment } from './homes.ts'
import type { Text } from './locale.ts'
import type { MoveId, Part } from './programmes.ts'
import type { Day, Instant } from './time.ts'

/** One of the customer's environments, in the order in which they are moved, and how long it is tested afterwards: days of the calendar, its cutover's day being the first. */
export type TestedEnvironment = { readonly name: string; readonly title: Text; readonly testingDays: number }

/** What C9 asks for, unless a playbook says otherwise. */
export const testedEnvironments: readonly TestedEnvironment[] = [
  { name: 'non-prod', title: { en: 'Non-production', ja: '非本番環境' }, testingDays: 14 },
  { name: 'pre-prod', title: { en: 'Pre-production', ja: '本番前環境' }, testingDays: 7 },
  { name: 'prod', title: { en: 'Production', ja: '本番環境' }, testingDays: 7 },
]

export type Dated = TestedEnvironment & { /** Its cutover. */ readonly t0: Day; readonly testing: Days }
export type SignOffs = Readonly<Record<string, Instant | null>>
export type MayNotStart =
  | { readonly refused: 'not-signed-off'; /** Every one before it that is not. */ readonly waitsFor: readonly string[] }
  | { readonly refused: 'no-such-environment'; readonly known: readonly string[] }
  | { readonly refused: 'testing-not-over'; readonly after: string; readonly freeFrom: Day }

/** When each of them is cut over, the first on that day: the next one on the business day that follows its testing. */
export const timetable = (order: readonly TestedEnvironment[], first: Day, calendar: Calendar): Dated[] => {
  const dated: Dated[] = []
  for (const one of order) {
    const before = dated.at(-1)
    const t0 = before === undefined ? first : businessDayFrom(addDays(before.testing.last, 1), calendar)
    dated.push({ ...one, t0, testing: { first: t0, last: addDays(t0, one.testingDays - 1) } })
  }
  return dated
}

/** Where the last of them has to be cut over by that day: the latest first day with which it is. Days before it, never later. */
export const latestFirst = (order: readonly TestedEnvironment[], last: Day, calendar: Calendar): Day => {
  let first = addDays(last, -order.slice(0, -1).reduce((sum, one) => sum + one.testingDays, 0))
  while ((timetable(order, first, calendar).at(-1)?.t0 ?? first) > last) first = addDays(first, -1)
  return first
}

/** Undefined: it may. An environment does not start before every one before it is signed off. */
export const mayNotStart = (name: string, order: readonly TestedEnvironment[], signedOff: SignOffs): MayNotStart | undefined => {
  const place = order.findIndex(one => one.name === name)
  if (place < 0) return { refused: 'no-such-environment', known: order.map(one => one.name) }
  const waitsFor = order.slice(0, place).map(one => one.name).filter(before => (signedOff[before] ?? null) === null)
  return waitsFor.length === 0 ? undefined : { refused: 'not-signed-off', waitsFor }
}

/** Undefined: a cutover on that day leaves the environment before it the testing time that was promised, signed off early or not. */
export const cutsTestingShort = (name: string, day: Day, dated: readonly Dated[]): MayNotStart | undefined => {
  const place = dated.findIndex(one => one.name === name)
  if (place < 0) return { refused: 'no-such-environment', known: dated.map(one => one.name) }
  const before = dated[place - 1]
  return before === undefined || day > before.testing.last ? undefined : { refused: 'testing-not-over', after: before.name, freeFrom: addDays(before.testing.last, 1) }
}

/** A customer's environments that are tenants of their own, in one programme. */
export type Member = { readonly move: MoveId; readonly environment: Environment }

/** What each of them has of the playbook; null: the whole, where they are not of several environments. */
export const partsOf = (members: readonly Member[]): Part | null => {
  const sorted = inOrder(members)
  const [first, last] = [sorted[0], sorted.at(-1)]
  if (first === undefined || last === undefined || first.environment === last.environment) return null
  return { environment: first.environment, environments: [...new Set(sorted.map(one => one.environment))], leading: first.move, closing: last.move }
}

const inOrder = <T extends Member>(members: readonly T[]): T[] => members.toSorted((a, b) => environments.indexOf(a.environment) - environments.indexOf(b.environment) || (a.move < b.move ? -1 : 1))

/** `dating`: by its own day, its wave and so on, as if it stood alone. `isFirm`: a day that stands whatever comes before it: a window is confirmed, an early go given, or it is too late for another one. */
export type Following = Member & { readonly dating: Dating; readonly testingDays: number; readonly isFirm: boolean }

/**
 * The day of each environment. The first has the day that it has by itself; a later one its own or its wave's if that leaves the one before it its testing
 * time, and else the first business day after that time.
 */
export const followingDays = (members: readonly Following[], calendar: Calendar): ReadonlyMap<MoveId, Dating> => {
  const found = new Map<MoveId, Dating>()
  let free: Day | null = null
  for (const [, some] of Map.groupBy(inOrder(members), one => one.environment)) {
    const dated = some.map(one => ({ ...one, dating: free === null ? one.dating : afterTesting(one, free, calendar) }))
    for (const { move, dating } of dated) found.set(move, dating)
    free = dated.map(({ dating, testingDays }) => addDays(dating.t0, testingDays)).toSorted().at(-1) ?? free
  }
  return found
}

const afterTesting = ({ dating, isFirm }: Following, free: Day, calendar: Calendar): Dating => {
  const isChosen = dating.datedBy === 'move' || dating.datedBy === 'wave'
  return isFirm || (isChosen && dating.t0 >= free) ? dating : { t0: businessDayFrom(free, calendar), datedBy: 'environment' }
}
