import { assert } from '#lib/assert.ts'
import type { Clock } from '#ports/clock.ts'

type Sleeper = { readonly due: number; readonly wake: () => void }

/** A clock that stands still until it is told to go on: for tests. */
export type SimulatedClock = Clock & {
  /**
   * Lets `ms` pass. Sleepers wake in the order in which they are due, each at its own time, and whatever a sleeper does at once
   * when it wakes (sleeping again included) is done before the next one wakes.
   */
  advance(ms: number): Promise<void>
  /** Milliseconds until the next sleeper is due; undefined: nobody sleeps. */
  nextIn(): number | undefined
}

/** `startedAt`: milliseconds since 1970. */
export const createSimulatedClock = (startedAt = Date.UTC(2026, 0, 1)): SimulatedClock => {
  let passedMs = 0
  /** By when they are due; of one time, the first to sleep first. */
  const sleepers: Sleeper[] = []
  const put = (sleeper: Sleeper): void => {
    const later = sleepers.findIndex(other => other.due > sleeper.due)
    sleepers.splice(later === -1 ? sleepers.length : later, 0, sleeper)
  }
  return {
    now: () => startedAt + passedMs,
    elapsed: () => passedMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason as Error)
          return
        }
        const end = (settle: () => void) => (): void => {
          sleepers.splice(sleepers.indexOf(sleeper), 1)
          signal?.removeEventListener('abort', give)
          settle()
        }
        const give = end(() => reject(signal?.reason as Error))
        const sleeper: Sleeper = { due: passedMs + Math.max(0, ms), wake: end(resolve) }
        signal?.addEventListener('abort', give)
        put(sleeper)
      }),
    async advance(ms) {
      assert(ms >= 0, 'time goes back')
      const until = passedMs + ms
      for (let next = sleepers[0]; next !== undefined && next.due <= until; next = sleepers[0]) {
        passedMs = Math.max(passedMs, next.due)
        next.wake()
        await settled()
      }
      passedMs = until
    },
    nextIn: () => (sleepers[0] === undefined ? undefined : Math.max(0, sleepers[0].due - passedMs)),
  }
}

/** Everything that can go on without a timer or the network has gone on. */
const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
