import { assert } from '#lib/assert.ts'

/** One piece of a freeze: how long it takes half of the time, and nineteen times of twenty. Milliseconds. */
export type Term = { readonly name: string; readonly p50Ms: number; readonly p95Ms: number }

/** What a freeze now would take. `dominant`: the term that makes its long case long. */
export type Forecast = { readonly p50Ms: number; readonly p95Ms: number; readonly dominant: string; readonly fits: boolean }

/** A term from earlier measurements of the same step and a guess, which counts as one of them. A few samples know little of the long case: it is never put below twice the median. */
export const termOf = (name: string, samples: readonly number[], guessMs: number): Term => {
  const sorted = [guessMs, ...samples].sort((a, b) => a - b)
  const p50Ms = sorted[Math.floor((sorted.length - 1) / 2)] ?? guessMs
  const high = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? p50Ms
  return { name, p50Ms, p95Ms: Math.max(high, p50Ms * 2) }
}

/** A term that is so many pieces of work at a measured pace. */
export const paced = (name: string, pieces: number, perMs: number, startMs: number): Term => {
  assert(perMs > 0, `${name} has a pace`)
  const p50Ms = startMs + pieces / perMs
  return { name, p50Ms, p95Ms: startMs * 2 + (pieces / perMs) * 2 }
}

/** Steps taken side by side cost as much as the longest of them. */
export const longest = (terms: readonly Term[]): Term => {
  const [first, ...rest] = [...terms].sort((a, b) => b.p95Ms - a.p95Ms)
  assert(first !== undefined, 'there is something to do side by side')
  return { name: first.name, p95Ms: first.p95Ms, p50Ms: Math.max(first.p50Ms, ...rest.map(t => t.p50Ms)) }
}

/**
 * Steps taken one after another. Their medians add up; of their long cases not all come together: what they are over the median is added as the root of the
 * squares, as for independent causes.
 */
export const forecast = (terms: readonly Term[], budgetMs: number): Forecast => {
  const p50Ms = terms.reduce((sum, t) => sum + t.p50Ms, 0)
  const p95Ms = p50Ms + Math.hypot(...terms.map(t => t.p95Ms - t.p50Ms))
  const dominant = [...terms].sort((a, b) => b.p95Ms - a.p95Ms)[0]?.name ?? 'nothing'
  return { p50Ms, p95Ms, dominant, fits: p95Ms <= budgetMs }
}

/** The newest samples of each step: what was measured long ago says less. */
const kept = 20

export const remembered = (measured: Readonly<Record<string, readonly number[]>>, steps: Readonly<Record<string, number>>): Record<string, readonly number[]> => ({
  ...measured, ...Object.fromEntries(Object.entries(steps).map(([step, ms]) => [step, [...(measured[step] ?? []), Math.round(ms)].slice(-kept)])),
})
