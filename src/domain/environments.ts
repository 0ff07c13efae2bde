import { addDays, type Days } from './days.ts'
import { businessDayFrom, type Calendar } from './calendar.ts'
import type { Text } from './locale.ts'
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
