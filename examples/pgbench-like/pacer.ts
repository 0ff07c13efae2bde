import { setTimeout as sleep } from 'node:timers/promises'

/** Waits for the next turn of all who share it; false: the signal, nothing more is to be done. */
export type Pacer = () => Promise<boolean>

/** What an outage has held up is not made up for beyond this, ms: afterwards the load is as before, not a flood. */
const backlogMs = 50

/** Turns at a steady rate, shared fairly by everybody who waits. */
export const newPacer = (perSecond: number, signal: AbortSignal): Pacer => {
  const gap = 1000 / perSecond
  let next = performance.now()
  return async () => {
    const now = performance.now()
    next = Math.max(next + gap, now - backlogMs)
    // Timers have whole milliseconds: what is due within one is done now.
    if (next - now >= 1) await sleep(next - now, undefined, { signal }).catch(() => { /* the end */ })
    return !signal.aborted
  }
}
