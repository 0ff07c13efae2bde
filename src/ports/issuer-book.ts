import type { Id } from '#domain/ids.ts'
import type { Licence, ServerIdentity } from '#domain/licence/licence.ts'
import type { Instant } from '#domain/time.ts'

export type IssuedLicence = {
  readonly licence: Licence
  readonly document: string
  /** The wish it was issued for: its key, and what was wished. */
  readonly key: string
  readonly fingerprint: string
  /** Chance that the code was made of, together with the issuer's signing key; the code itself is kept as its hash only. */
  readonly salt: string
  readonly codeHash: string
  readonly withdrawnAt: Instant | null
}

/** That a generation was given back. `seatsUntil`: the last seat that went with it is free from then on; null: nobody sat on one. */
export type GivenUp = { readonly receiptHash: string; readonly at: Instant; readonly seatsUntil: Instant | null }

export type IssuedActivation = ServerIdentity & {
  readonly licence: Id<'licence'>
  readonly generation: number
  readonly machine: string
  /** The signed activation, as it was given out. */
  readonly document: string
  readonly activatedAt: Instant
  readonly givenUp: GivenUp | null
}

/** What the issuer knows, kept. Faults: LEDGER_UNREACHABLE. */
export interface IssuerBook extends AsyncDisposable {
  /** Keeps it, or tells the one that was issued for the same key. */
  issue(issued: IssuedLicence): Promise<IssuedLicence>
  issued(licence: Id<'licence'>): Promise<IssuedLicence | undefined>
  /** By id, each with its newest activation; at most so many, beyond `after`. */
  list(page: { readonly after: string | null; readonly limit: number }): Promise<readonly { readonly issued: IssuedLicence; readonly newest: IssuedActivation | null }[]>
  /** It was withdrawn at this instant, or before. */
  withdraw(licence: Id<'licence'>, at: Instant): Promise<void>
  newest(licence: Id<'licence'>): Promise<IssuedActivation | undefined>
  /** Which generation was given out for this request; undefined: it is new. */
  answered(requestHash: string): Promise<number | undefined>
  /** Remembers that this request got the generation that stands. */
  answer(requestHash: string, licence: Id<'licence'>, generation: number): Promise<void>
  /**
   * L1: keeps the next generation, and that the one before was given up, at once. False, and nothing is kept: another generation stands, the licence was withdrawn, or the
   * request was answered before. Of those who try together exactly one gets true.
   */
  activate(activation: IssuedActivation, requestHash: string, before: GivenUp | null): Promise<boolean>
  /** Keeps an activation of ours that the book had forgotten, as it was restored from a copy; what stood before is given up. False: the licence is not in the book, or something as new is. */
  learn(activation: IssuedActivation, at: Instant): Promise<boolean>
  /** False: that generation was given up before; the first word stands. */
  giveUp(licence: Id<'licence'>, generation: number, givenUp: GivenUp): Promise<boolean>
}
