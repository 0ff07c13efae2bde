import { createHighsPlanner } from '#adapters/planner/highs/planner.ts'
import { check } from '#domain/schedule-check.ts'
import { explain } from '#domain/schedule-explain.ts'
import type { WaveAnswer, WaveProblem } from '#domain/schedule.ts'
import { median, percentile } from '../statistics.ts'
import { largeProblem } from './plan-problem.ts'

const customers = 500
const weekends = 26

/** Plans 500 customers on 26 weekends and tells how long each kind of answer took; `withinSeconds` is the limit for each. Answers how long the slowest took. */
export const benchPlanner = async ({ withinSeconds, say }: { readonly withinSeconds: number; readonly say: (line: string) => void }): Promise<number> => {
  const roomy = largeProblem(customers, weekends, 1.2)
  const byHand = placedTogether(roomy, 30)
  const problems: readonly (readonly [string, WaveProblem])[] = [
    ['20 % more hours than needed', roomy],
    ['10 % more hours than needed', largeProblem(customers, weekends, 1.1)],
    ['30 put by hand on one weekend', byHand],
    ['5 % fewer hours than needed', largeProblem(customers, weekends, 0.95)],
  ]
  say(`${customers} customers × ${weekends} weekends, at most ${withinSeconds} s each`)
  let longest = 0
  for (const [name, problem] of problems) {
    const began = performance.now()
    say(`${name.padEnd(32)} ${await measured(problem, withinSeconds * 1000)}`)
    longest = Math.max(longest, (performance.now() - began) / 1000)
  }
  return longest
}

const measured = async (problem: WaveProblem, withinMs: number): Promise<string> => {
  const began = performance.now()
  const seconds = (): string => ((performance.now() - began) / 1000).toFixed(1)
  let firstAfter = '–'
  let near = '–'
  const answer = await createHighsPlanner().plan(problem, { withinMs, gap: 0 }, new AbortController().signal, plan => {
    if (firstAfter === '–') firstAfter = seconds()
    if (near === '–' && plan.gap <= 0.02) near = seconds()
  })
  return `${seconds()} s; first plan after ${firstAfter} s, within 2 % after ${near} s; ${told(problem, answer)}`
}

const told = (problem: WaveProblem, answer: WaveAnswer): string => {
  if (answer.outcome === 'none') return 'nothing found'
  if (answer.outcome === 'infeasible') {
    return `infeasible: ${answer.conflicts.map(c => `${c.constraints.length} rules for ${c.customers.length} customers${c.minimal ? ', none of them without need' : ''}`).join('; ')}`
  }
  const asKept: WaveProblem = { ...problem, customers: problem.customers.map(c => (answer.contradicted.some(one => one.customer === c.id) ? { ...c, placed: null } : c)) }
  const explained = problem.customers.slice(0, 50).map(({ id }) => { const began = performance.now(); explain(problem, answer.assignment, id); return performance.now() - began })
  const conflicts = answer.contradicted.map(one => one.conflict)
  return `cost ${answer.cost}, bound ${answer.bound}, gap ${(answer.gap * 100).toFixed(1)} %, ${check(asKept, answer.assignment).length} rules broken; `
    + `${answer.contradicted.length} contradicted, ${conflicts.filter(c => c !== null).length} with a conflict, ${conflicts.filter(c => c?.minimal === true).length} of them minimal; `
    + `one explanation takes ${median(explained).toFixed(0)} ms (p95 ${percentile(explained, 95).toFixed(0)} ms)`
}

const placedTogether = (problem: WaveProblem, count: number): WaveProblem => {
  const day = problem.dates[8]?.day ?? ''
  return { ...problem, customers: problem.customers.map((c, n) => (n % Math.floor(problem.customers.length / count) === 0 ? { ...c, placed: day } : c)) }
}

if (import.meta.main) await benchPlanner({ withinSeconds: 30, say: line => process.stdout.write(`${line}\n`) })
