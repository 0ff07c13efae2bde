import type { Id } from '#domain/ids.ts'
import type { Leg, Stage } from '#domain/move.ts'
import type { OrderFacts, OrderKind, Serves } from '#domain/orders.ts'
import type { Json } from '#domain/records.ts'
import type { Told } from '#domain/report.ts'
import type { Wish } from '#domain/wish.ts'
import type { PartPlace } from './backup-parts.ts'

/** An order in an agent's hands. `claim`: who has it since when, of which control hears only the last. `next`: the number of the first report that is wanted. `result`: what came of it so far. */
export type Claimed = { readonly order: Id<'order'>; readonly claim: number; readonly next: number; readonly kind: OrderKind; readonly facts: OrderFacts; readonly result: Json; readonly stage: Stage; readonly leg: Leg; readonly wish: Wish }
export type Held = Pick<Claimed, 'order' | 'claim'>

/** `next`: the number of the report that is wanted next, also where it is not the one after those that were told. `wish`: null where nothing was heard. `switched`: the root of the evidence by which control has switched, until that is answered. */
export type Heard = { readonly next: number; readonly wish: Wish | null; readonly switched: string | null }

/**
 * Control, as an agent reaches it: it dials out and has no door of its own. Faults: CONTROL_UNREACHABLE, after which what was told may have been heard and is told again;
 * CONTROL_REFUSED: this agent is no longer one; ORDER_LOST: somebody else has the order, or it has ended.
 */
export interface ControlPlane {
  /** Where it is, for people. */
  readonly label: string
  join(signal: AbortSignal): Promise<{ readonly name: string; readonly vendor: string; readonly leaseMs: number }>
  /** An order that can be carried out with what is served; waits some while for one. Undefined: there is none yet. */
  claim(serves: readonly Serves[], signal: AbortSignal): Promise<Claimed | undefined>
  /** Reports without a gap, numbered from `from`. Repeatable: what was heard is passed over. Keeps the lease. */
  report(held: Held, from: number, told: readonly Told[], signal: AbortSignal): Promise<Heard>
  /** Puts a piece of an archive on control's shelf, behind those before it. Answers where the next one begins; a piece that was heard before is passed over. */
  put(held: Held, at: number, piece: Uint8Array, signal: AbortSignal): Promise<number>
  /** The archive is whole. Repeatable. */
  packed(held: Held, about: { readonly bytes: number; readonly sha256: string; readonly files: number; readonly others: number }, signal: AbortSignal): Promise<void>
  /** Puts a piece of a part of a back-up behind those of it before; at 0 it begins anew. Answers where the next one begins. */
  putPart(held: Held, part: number, at: number, piece: Uint8Array, signal: AbortSignal): Promise<number>
  /** Bytes `from` to before `to` of a part of the back-up that the order is about, as they are there. Undefined: they are not. */
  readPart(held: Held, of: PartPlace, from: number, to: number, signal: AbortSignal): Promise<Uint8Array | undefined>
  /** What is wished, once its revision is beyond `after`, or after some while as it is. Keeps the lease. */
  wish(held: Held, after: number, signal: AbortSignal): Promise<Wish>
}
