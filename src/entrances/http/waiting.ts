import { setTimeout as sleep } from 'node:timers/promises'

/** Between two looks of somebody who waits: cheap enough for many, and soon enough for people. It is looked for in the ledger, whichever process it was written by. */
const everyMs = 250

/** Looks again and again until there is something, at most so long, and as long as somebody waits for it. People's time, whatever the world's clock says. */
export const waitFor = async <T>(seconds: number, signal: AbortSignal, lookAgain: () => Promise<T | undefined>): Promise<T | undefined> => {
  const until = performance.now() + seconds * 1_000
  for (;;) {
    const found = await lookAgain()
    const left = until - performance.now()
    if (found !== undefined || left <= 0 || signal.aborted) return found
    await sleep(Math.min(everyMs, left), undefined, { signal }).catch(() => { /* one more look, and the end */ })
  }
}
