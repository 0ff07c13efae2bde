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

/** `over`: the switch has happened, another freeze has begun since, or the move is settled. */
export type Watched = 'thawed' | 'over'

/**
 * Gives up a freeze whose mover is gone, at the deadline. It first takes the epoch that the mover would switch with, on the target: from then on that switch can no
 * longer happen, not even by a mover that was only asleep. Then it thaws the source. Where the freeze was decided without it, it touches nothing: a home that
 * has retired since must not come alive again.
 */
export const watchFreeze = async (watch: Watch, clock: Clock, signal: AbortSignal): Promise<Watched> => {
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

const decide = async ({ from, to, stream, tenant, move, epoch }: Watch, signal: AbortSignal): Promise<Watched> => {
  const taken = await to.store.book.own({ owner: 'elsewhere', epoch, move }, { mayCreate: false })
  if (!taken) {
    // The answer to an earlier try may have been lost: then the row says what we said.
    const found = await to.store.book.ownership()
    if (found?.owner !== 'elsewhere' || found.epoch !== epoch || found.move !== move) return 'over'
  }
  await from.store.source(stream).thaw()
  await from.control?.thaw(tenant, signal)
  return 'thawed'
}
