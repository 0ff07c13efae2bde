import type { Instant } from '#domain/time.ts'

/**
 * The vendor's register: which licences there are and where each is active. It signs. Every request is signed by the licence server that makes it, so it may travel as a
 * file, by whatever way. Asked again for the same it answers the same. Faults: ISSUER_UNREACHABLE, ISSUER_REFUSED (its reason: code-unknown, active-elsewhere, receipt-missing,
 * receipt-wrong, licence-withdrawn …).
 */
export interface Issuer {
  /** Takes a signed request, gives the signed activation. */
  activate(request: string, signal: AbortSignal): Promise<string>
  /** Takes a signed deactivation: the licence is active nowhere. */
  deactivated(receipt: string, signal: AbortSignal): Promise<void>
  /** Whether this activation is still the newest of its licence: so a server that was restored from an old copy learns that it is. */
  stands(activation: string, signal: AbortSignal): Promise<{ readonly stands: boolean; /** What time it is for the issuer; null: an older one, which does not say. */ readonly at: Instant | null }>
}
