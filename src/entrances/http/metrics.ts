import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client'
import type { Reporter } from './reporter.ts'

export type Metrics = { readonly answered: Reporter['answered']; text(): Promise<string>; readonly type: string }

/** What Prometheus is told of this process and of the requests it answered. */
export const openMetrics = (): Metrics => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const duration = new Histogram({ name: 'rehome_request_seconds', help: 'How long requests took to be answered', labelNames: ['endpoint'], buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10], registers: [registry] })
  const count = new Counter({ name: 'rehome_requests_total', help: 'Requests answered', labelNames: ['endpoint', 'status'], registers: [registry] })
  return {
    answered(endpoint, status, ms) {
      duration.observe({ endpoint }, ms / 1_000)
      count.inc({ endpoint, status: String(status) })
    },
    text: () => registry.metrics(),
    type: registry.contentType,
  }
}
