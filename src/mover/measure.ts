import type { Follower } from './follower.ts'
import type { Verified } from './verify.ts'
import type { Run } from './run.ts'

export type Measured = { readonly follower: Follower; readonly verified: Verified }
export type Forecast = { readonly p50Ms: number; readonly p95Ms: number; readonly dominant: string }

/** What a freeze now would take, from what was measured of this move so far, and whether it fits what was agreed. */
export const forecastFreeze = (run: Run, { follower, verified }: Measured): { forecast: Forecast; fits: boolean } => {
  const rows = verified.proofs.reduce((sum, p) => sum + p.rows, 0)
  const rowsPerMs = Math.max(1, rows / Math.max(1, verified.ms))
  const terms: Record<string, number> = {
    fence: 50, drain: 20 + follower.progress.behindMs, verify: 20 + (follower.changed.count * 4) / rowsPerMs,
    'copy in the freeze': run.record.tables.filter(t => t.route === 'in-freeze').reduce((sum, t) => sum + t.bytes, 0) / 50_000,
    switch: 100,
  }
  const total = Object.values(terms).reduce((a, b) => a + b, 0)
  const dominant = Object.entries(terms).sort((a, b) => b[1] - a[1])[0]?.[0] ?? ''
  const forecast = { p50Ms: total, p95Ms: total * 2, dominant }
  return { forecast, fits: forecast.p95Ms <= run.record.order.freezeBudgetMs }
}
