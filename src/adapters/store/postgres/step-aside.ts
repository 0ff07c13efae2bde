import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '#domain/faults.ts'
import { isLockTimeout } from './gently.ts'

/** How long one lock of many is waited for while others are held: below `deadlock_timeout`, so that no transaction of the product becomes a deadlock's victim through us. */
export const asideMs = 300
/** Beyond this the source is too busy for all of them at once. */
export const lockedWithinMs = 60_000

/** Tries `work`, which takes many weak locks in one transaction or savepoint and so gives all of them back when one is not to be had, until it succeeds. Faults: STREAM_BUSY. */
export const stepAside = async (withinMs: number, work: () => Promise<void>): Promise<void> => {
  const began = performance.now()
  for (let tries = 0; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (!isLockTimeout(causeOf(error))) throw error
      const ms = Math.round(performance.now() - began)
      if (ms > withinMs) throw new Fault('STREAM_BUSY', { ms, reason: 'a table is locked by another transaction' }, { cause: error })
      await sleep(Math.min(20 * 2 ** tries, 500))
    }
  }
}

/** What the driver threw, inside the fault that was made of it or bare. */
const causeOf = (error: unknown): unknown => (error instanceof Fault ? error.cause : error)
