import type { Clock } from '#ports/clock.ts'

/** Longer timers than this overflow and fire at once; longer sleeps are several timers. */
const longestTimerMs = 2 ** 31 - 1

/** The time of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason as Error)
        return
      }
      const due = performance.now() + ms
      let timer: NodeJS.Timeout | undefined
      const wake = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', wake)
        if (signal?.aborted === true) reject(signal.reason as Error)
        else resolve()
      }
      // A timer may fire up to a millisecond early: what is left is slept again.
      const rest = (): void => {
        const leftMs = due - performance.now()
        if (leftMs <= 0) wake()
        else timer = setTimeout(rest, Math.min(Math.ceil(leftMs), longestTimerMs))
      }
      signal?.addEventListener('abort', wake)
      rest()
    }),
}
