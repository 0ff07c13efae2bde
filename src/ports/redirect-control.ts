import type { MoveId } from '#domain/programmes.ts'
import type { Redirection, Visitor } from '#domain/redirect.ts'
import type { Instant } from '#domain/time.ts'

/** What was counted of one move on one day by now; told again it counts once. */
export type Counted = Visitor & { readonly move: MoveId; readonly count: number }

/** Control, as whoever answers old addresses reaches it. Faults: CONTROL_UNREACHABLE, CONTROL_REFUSED. */
export interface RedirectControl {
  readonly label: string
  /** Where the old addresses of these homes lead. `redirections` null: as they were when `known` was told. */
  serve(homes: readonly string[], known: string | null, signal: AbortSignal): Promise<{ readonly fingerprint: string; readonly redirections: readonly Redirection[] | null }>
  /** `served`: since when each is answered without a longer break. At most 200 moves and 2,000 counts at once. */
  tell(served: readonly { readonly move: MoveId; readonly since: Instant }[], visits: readonly Counted[], signal: AbortSignal): Promise<void>
}
