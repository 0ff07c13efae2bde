import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Stand } from '#licence/stand.ts'

export type LicenceMetrics = { answered(endpoint: string, status: number, ms: number): void; text(): Promise<string>; readonly type: string }

/** What Prometheus is told of a licence server. `stand`: undefined while it has no book. */
export const openLicenceMetrics = (stand: () => Stand | undefined): LicenceMetrics => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const duration = new Histogram({ name: 'rehome_licence_request_seconds', help: 'How long requests took to be answered', labelNames: ['endpoint'], buckets: [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5], registers: [registry] })
  const count = new Counter({ name: 'rehome_licence_requests_total', help: 'Requests answered', labelNames: ['endpoint', 'status'], registers: [registry] })
  new Gauge({ name: 'rehome_licence_seats_out', help: 'Seats that are out', labelNames: ['licence', 'name'], registers: [registry], collect() {
    this.reset()
    for (const { licence } of stand()?.held.values() ?? []) this.set({ licence: licence.id, name: licence.name }, stand()?.seats.countOf(licence.id) ?? 0)
  } })
  // What is asked thousands of times a second is looked up once.
  const [timers, counters] = [new Map<string, ReturnType<typeof duration.labels>>(), new Map<string, ReturnType<typeof count.labels>>()]
  return {
    answered(endpoint, status, ms) {
      const name = `${endpoint} ${status}`
      let [timer, counter] = [timers.get(endpoint), counters.get(name)]
      if (timer === undefined) timers.set(endpoint, timer = duration.labels(endpoint))
      if (counter === undefined) counters.set(name, counter = count.labels(endpoint, String(status)))
      timer.observe(ms / 1_000)
      counter.inc()
    },
    text: () => registry.metrics(),
    type: registry.contentType,
  }
}
