/**
 * The vendor's product in one home, asked to stop and start one tenant's writes. Helpful, not trusted: the store's fence
 * is what holds. Every verb is repeatable and may be asked again after an answer was lost.
 */
export interface HomeControl {
  /** For people and the evidence; no secrets. */
  readonly label: string
  /** Puts the tenant in maintenance: no new writes are accepted, those in flight have ended. Faults: HOME_REFUSED. */
  freeze(tenant: string, signal: AbortSignal): Promise<void>
  thaw(tenant: string, signal: AbortSignal): Promise<void>
  probe(tenant: string, signal: AbortSignal): Promise<HomeState>
}

export type HomeState = { readonly mode: 'serving' | 'frozen'; readonly version?: string }
