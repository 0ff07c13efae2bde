import { forecast, longest, paced, termOf, type Forecast } from '#domain/forecast.ts'
import type { Follower } from './follower.ts'
import type { Run } from './run.ts'
import type { Verified } from './verify.ts'

/** Rows found by their keys, one by one, against rows read in a row: at least so much slower. */
const byKey = 4
/** Bytes copied in a freeze, a millisecond: a guess until a copy was measured. */
const bytesPerMs = 30_000

/** What a freeze now would take, from what earlier freezes of this move took and what is to be done in this one. */
export const forecastFreeze = ({ record }: Pick<Run, 'record'>, { progress, changed }: Pick<Follower, 'progress' | 'changed'>, verified: Pick<Verified, 'proofs' | 'ms'>): Forecast => {
  const { measured, order, tables } = record
  const term = (name: string, guessMs: number) => termOf(name, measured[name] ?? [], guessMs)
  const rowsPerMs = Math.max(1, verified.proofs.reduce((sum, p) => sum + p.rows, 0) / Math.max(1, verified.ms))
  const inFreeze = tables.filter(t => t.route === 'in-freeze').reduce((sum, t) => sum + t.bytes, 0)
  const drain = term('drain', 30)
  const provenRows = new Map(verified.proofs.map(p => [p.table, p.rows]))
  const wholeRows = tables.filter(t => t.route === 'in-freeze' || changed.whole.has(t.id)).reduce((sum, t) => sum + Math.max(t.rows, provenRows.get(t.id) ?? 0), 0)
  return forecast([
    term('fence', 60), { ...drain, p50Ms: drain.p50Ms + progress.behindMs, p95Ms: drain.p95Ms + 2 * progress.behindMs },
    longest([paced('copy in the freeze', inFreeze, bytesPerMs, 60), paced('verify changed', changed.count * byKey, rowsPerMs, 30), paced('verify whole', wholeRows, rowsPerMs, 30), term('way back', 50)]),
    term('evidence', 30), term('journal', 15), term('switch', 60),
  ], order.freezeBudgetMs)
}
