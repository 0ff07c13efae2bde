import { Fault } from '#domain/faults.ts'
import type { Routes } from '#ports/routes.ts'

/** One address in this process, for tests. */
export const openMemoryRoutes = (upstream: string): Routes & { /** As somebody else would change it. */ set(upstream: string): void } => {
  let now = upstream
  return {
    label: 'memory',
    set(next) { now = next },
    async read(signal) {
      signal.throwIfAborted()
      return now
    },
    async point(expected, next, signal) {
      signal.throwIfAborted()
      if (now !== expected && now !== next) throw new Fault('ROUTE_MOVED', { route: 'memory', found: now, expected })
      now = next
    },
  }
}
