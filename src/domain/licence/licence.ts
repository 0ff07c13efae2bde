import type { Id } from '../ids.ts'
import type { Instant } from '../time.ts'
import type { NodeLock } from './node-lock.ts'

/** What a licence is good for: *server*, *session* and *client* are what most vendors have; any other word of theirs will do. */
export type LicenceKind = string

/** The right to use a product, as its issuer signs it. It says nothing of where it is active. */
export type Licence = {
  readonly id: Id<'licence'>
  readonly product: string
  readonly kind: LicenceKind
  readonly name: string
  /** So many seats at once; null: it is not counted. */
  readonly seats: number | null
  readonly startsAt: Instant
  /** Null: for ever. */
  readonly endsAt: Instant | null
  /** For so many days after `endsAt` seats are still given out, with a warning. */
  readonly graceDays: number
  /** So long a seat may be taken along without a connection; 0: not at all. */
  readonly borrowHours: number
  readonly issuedAt: Instant
}

/** A licence server: what others know it by. Its key pair never leaves it. */
export type ServerIdentity = { readonly server: Id<'licence-server'>; readonly publicKey: string }

/**
 * A licence bound to one machine, as its issuer signs it. Generations of one licence are counted from 1; the issuer gives out the next one only against
 * the receipt that the one before was given back: so a licence is active in one place at most.
 */
export type Activation = ServerIdentity & {
  readonly licence: Id<'licence'>
  readonly generation: number
  readonly machine: string
  readonly nodeLock: NodeLock
  /** SHA-256 of the receipt that it follows: whoever activates with it must have that receipt, because its seats count. Null: it is the first, or nobody sat on a seat any more. */
  readonly receiptHash: string | null
  readonly activatedAt: Instant
}

/** Who sits on a seat, in words that a colleague can act on. */
export type Holder = { readonly user: string; readonly host: string; readonly program: string }

/** A seat that was given out. `until`: it is free again from then on, unless its holder is heard of before. */
export type Lease = {
  readonly lease: Id<'lease'>
  readonly licence: Id<'licence'>
  readonly profile: string
  readonly holder: Holder
  readonly takenAt: Instant
  readonly until: Instant
  readonly isBorrowed: boolean
}

/** What a licence server signs when it gives a licence up. Its seats go on until they end, and are honoured wherever the licence is activated next. */
export type Deactivation = {
  readonly licence: Id<'licence'>
  readonly generation: number
  readonly server: Id<'licence-server'>
  readonly at: Instant
  readonly leases: readonly Lease[]
}

/** What a server that was moved away from signs, for whoever still asks it. */
export type Moved = { readonly from: Id<'licence-server'>; readonly to: ServerIdentity & { readonly url: string }; readonly at: Instant }
