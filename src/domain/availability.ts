import { addDays, countOf, type Days } from './days.ts'
import type { Day } from './time.ts'

/** What somebody said of days, in the order in which it was said. */
export type Statement = { readonly firstOn: Day; readonly lastOn: Day; readonly available: boolean }

/** Days of a stretch, each in exactly one of them: said to be there, said to be away, and nothing said. */
export type Coverage = { readonly there: readonly Days[]; readonly away: readonly Days[]; readonly unsaid: readonly Days[] }

/** What the statements say of each day from the first to the last. Of several about one day the last counts. */
export const coverageOf = (statements: readonly Statement[], days: Days): Coverage => {
  const said = Array.from({ length: Math.max(0, countOf(days)) }, (_, n) => addDays(days.first, n)).map(day => ({ day, is: statements.findLast(one => one.firstOn <= day && day <= one.lastOn)?.available }))
  const stretchesOf = (is: boolean | undefined): Days[] => stretches(said.filter(one => one.is === is).map(one => one.day))
  return { there: stretchesOf(true), away: stretchesOf(false), unsaid: stretchesOf(undefined) }
}

/** Days on which everyone is away. */
export const allAway = (people: readonly Coverage[], days: Days): Days[] =>
  people.length === 0 ? [] : stretches(Array.from({ length: Math.max(0, countOf(days)) }, (_, n) => addDays(days.first, n)).filter(day => people.every(({ away }) => away.some(one => one.first <= day && day <= one.last))))

/** Days in order, as few stretches as can be. */
const stretches = (days: readonly Day[]): Days[] => {
  const found: Days[] = []
  for (const day of days) {
    const last = found.at(-1)
    if (last !== undefined && addDays(last.last, 1) === day) found[found.length - 1] = { first: last.first, last: day }
    else found.push({ first: day, last: day })
  }
  return found
}
