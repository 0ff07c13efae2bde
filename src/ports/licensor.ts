import type { LicenceSheet } from '#domain/licence/sheet.ts'
import type { Instant } from '#domain/time.ts'

/** What a product of this kind can do; what it cannot is left out of the plan and told. */
export type LicensorCan = {
  /** Refuses new seats with a reason while those that are out go on. */
  readonly maintenance: boolean
  /** Seats that are out when a licence is deactivated are honoured where it is activated next. */
  readonly carriesSeats: boolean
  /** Sends whoever still asks to the new server. */
  readonly redirect: boolean
  /** Applications find their licences by the names of profiles. */
  readonly profiles: boolean
  /** A change that was asked for before is known by its key, even if others were made since. Without it a repeated change is harmless only while nothing else was asked meanwhile. */
  readonly keys: boolean
}

/** What is needed to activate a licence elsewhere, once it was given up. Opaque: only the same product reads it. */
export type Released = { readonly licence: string; /** As it was issued. */ readonly document: string; /** That it was given up; null: the product needs none. */ readonly receipt: string | null }

/**
 * One licence server, whoever made it, as those who move licences see it. Every change bears a key: asked again with the same key it is carried out once and
 * answered the same, also after a restart. Faults of each: LICENSOR_UNREACHABLE (nothing was asked of it: it can be asked again), LICENSOR_IN_DOUBT (it was asked, and
 * what it did is not known: read back), LICENSOR_REFUSED (with its reason, in words; nothing was changed), LICENSOR_CONFUSED (it answered what its documentation does not have;
 * of a change: whether it was made is not known either). What a product cannot do (`can`) it refuses in words.
 */
export interface Licensor extends AsyncDisposable {
  /** For people and records; no secrets. */
  readonly label: string
  readonly can: LicensorCan
  /** D1, and after every step: what stands there now, read and not remembered. */
  readBack(signal: AbortSignal): Promise<LicenceSheet>
  /** Null: it is over. */
  maintain(maintenance: { readonly reason: string; readonly expectedEnd: Instant | null } | null, key: string, signal: AbortSignal): Promise<void>
  /** It gives out no seat any more. Already inactive: answers what was answered when it was deactivated. */
  deactivate(licence: string, key: string, signal: AbortSignal): Promise<Released>
  /** The licence is there, and inactive. */
  install(released: Released, key: string, signal: AbortSignal): Promise<void>
  /** Bound to this server's machine. Already active here: done. Refused while it is active elsewhere. */
  activate(released: Released, code: string | null, key: string, signal: AbortSignal): Promise<void>
  /** The profile has this name and these licences, whether it was there or not. Refused: another profile has the name. */
  link(profile: { readonly name: string; readonly licences: readonly string[] }, key: string, signal: AbortSignal): Promise<void>
  rename(from: string, to: string, key: string, signal: AbortSignal): Promise<void>
  /** Whoever asks is sent there from now on; null: nobody is. */
  redirect(to: { readonly url: string } | null, key: string, signal: AbortSignal): Promise<void>
}
