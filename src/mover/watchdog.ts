import { Fault } from '#domain/faults.ts'
import type { Clock } from '#ports/clock.ts'
import type { Home } from './run.ts'

export type Watch = {
  readonly from: Home
  readonly to: Home
  /** The stream whose source is frozen. */
  readonly stream: string
  readonly tenant: string
  readonly move: string
  /** The epoch that the switch under way would write. */
  readonly epoch: number
  /** On the clock's `now`. */
  readonly deadline: number
}

/** How long an unreachable store is asked again. */
const patienceMs = 15 * 60_000
const everyMs = 500

/**
 * Gives up a freeze whose mover is gone, at the deadline. It first takes the epoch that the mover would switch with, on the target: from then on that switch can no
 * longer happen, not even by a mover that was only asleep. Then it thaws the source. Where the switch has happened it does nothing.
 */
export const watchFreeze = async (watch: Watch, clock: Clock, signal: AbortSignal): Promise<'thawed' | 'switched'> => {
  await clock.sleep(Math.max(0, watch.deadline - clock.now()), signal)
  const giveUpAt = clock.elapsed() + patienceMs
  for (;;) {
    try {
      return await decide(watch, signal)
    } catch (error) {
      if (!(error instanceof Fault) || !error.isRetryable || clock.elapsed() > giveUpAt) throw error
      await clock.sleep(everyMs, signal)
    }
  }
}

const decide = async ({ from, to, stream, tenant, move, epoch }: Watch, signal: AbortSignal): Promise<'thawed' | 'switched'> => {
  const taken = await to.store.book.own({ owner: 'elsewhere', epoch, move })
  if (!taken) {
    const found = await to.store.book.ownership()
    if (found?.owner === 'here') return 'switched'
  }
  await from.store.source(stream).thaw()
  await from.control?.thaw(tenant, signal)
  return 'thawed'
}
