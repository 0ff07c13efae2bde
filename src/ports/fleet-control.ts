import type { FleetSeen } from '#domain/fleet.ts'
import type { Serves } from '#domain/orders.ts'

/** Fleets of a tenant whose devices should come to its new home by now. */
export type FleetsWanted = { readonly home: string; readonly tenant: string; readonly fleets: readonly string[] }

/** Control, as whoever watches a new home reaches it. Faults: CONTROL_UNREACHABLE, CONTROL_REFUSED. */
export interface FleetControl {
  readonly label: string
  wanted(serves: readonly Serves[], signal: AbortSignal): Promise<readonly FleetsWanted[]>
  /** How many of each were seen by now. What is told again changes nothing. */
  tell(of: { readonly home: string; readonly tenant: string }, seen: readonly FleetSeen[], signal: AbortSignal): Promise<void>
}
