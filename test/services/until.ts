import { setTimeout as sleep } from 'node:timers/promises'

export type Patience = { readonly withinMs?: number; readonly everyMs?: number; readonly signal?: AbortSignal }

/**
 * Asks until the answer is neither false nor undefined, and returns it. Fails after `withinMs` (10 s) with `what` it waited
 * for and the last answer or error.
 */
export const until = async <T>(what: string, ask: () => Promise<T | false | undefined> | T | false | undefined, { withinMs = 10_000, everyMs = 20, signal }: Patience = {}): Promise<T> => {
  const deadline = performance.now() + withinMs
  for (;;) {
    let last: unknown
    try {
      const answer = await ask()
      if (answer !== false && answer !== undefined) return answer
      last = answer
    } catch (error) {
      last = error
    }
    if (performance.now() > deadline) throw new Error(`waited ${withinMs} ms for ${what}; last: ${last instanceof Error ? last.message : String(last)}`, { cause: last })
    await sleep(everyMs, undefined, { signal })
  }
}
