import type { Command, Order } from '#domain/order.ts'
import { Desk, type Reply } from './desk.ts'
import { Pace } from './pace.ts'
import type { World } from './run.ts'
import { holdSession, type Outcome } from './session.ts'
import type { Until } from './stages.ts'

/** A mover at work: the move, and how people talk to it meanwhile. */
export type Mover = { readonly outcome: Promise<Outcome>; tell(command: Command): Reply }

/**
 * Moves a tenant from the origin to the destination, or goes on with the move on file there. Whatever interrupts it (a kill, a cut network, a restarted server, the signal),
 * the same call goes on where it stopped. Rejects with a `Fault` when the world fails for good; the origin then still serves, or the destination does: never both.
 */
export const startMove = (world: World, order: Order, until: Until, signal: AbortSignal): Mover => {
  const desk = new Desk()
  const pace = new Pace(world.clock, { paused: false, jobs: order.jobs, bytesPerSecond: order.bytesPerSecond ?? 0 }, (state, reason) => world.emit({ type: 'pace', ...state, reason }))
  const cancelled = new AbortController()
  const inner = AbortSignal.any([signal, cancelled.signal])
  return {
    outcome: holdSession({ world, order, until, desk, pace, signal: inner, cancelled: cancelled.signal }),
    tell(command) {
      switch (command.verb) {
        case 'pause': case 'resume':
          pace.set({ paused: command.verb === 'pause' }, 'a person asked')
          return { ok: true, says: command.verb === 'pause' ? 'Paused. Copying and following wait; the source goes on recording changes.' : 'Going on.' }
        case 'throttle':
          pace.set({ ...(command.jobs === undefined ? {} : { jobs: command.jobs }), ...(command.bytesPerSecond === undefined ? {} : { bytesPerSecond: command.bytesPerSecond }) }, 'a person asked')
          return { ok: true, says: `${pace.state.jobs} jobs, ${pace.state.bytesPerSecond === 0 ? 'no limit' : `${pace.state.bytesPerSecond} bytes a second`}.` }
        case 'cancel':
          cancelled.abort(new Cancelled())
          return { ok: true, says: 'Cancelling: the origin is let go.' }
        case 'status':
          return { ok: true, says: 'The move is under way.' }
        default:
          return desk.decide(command)
      }
    },
  }
}

/** A person asked for the move to end; not a failure. */
class Cancelled extends Error {
  override readonly name = 'Cancelled'
}
