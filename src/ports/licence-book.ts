import type { Id } from '#domain/ids.ts'
import type { KeptLease } from '#domain/licence/seats.ts'
import type { Maintenance } from '#domain/licence/sheet.ts'
import type { UsageHour } from '#domain/licence/usage.ts'
import type { ServerIdentity } from '#domain/licence/licence.ts'
import type { Instant } from '#domain/time.ts'

/** A licence as the book has it: documents as they were signed. `generation`: the newest that was ever here. */
export type KeptLicence = {
  readonly licence: Id<'licence'>
  readonly document: string
  readonly activation: string | null
  readonly generation: number
  /** By which it was given up here last. */
  readonly receipt: string | null
  /** By which it was given up elsewhere, as it was brought here. */
  readonly brought: string | null
  readonly code: string | null
}
export type KeptProfile = { readonly name: string; readonly licences: readonly Id<'licence'>[] }

/** Everything but usage that is over, and answers. `seen`: the newest time that the server had. */
export type KeptState = {
  readonly identity: ServerIdentity
  readonly seen: Instant
  readonly maintenance: Maintenance | null
  readonly moved: string | null
  readonly licences: readonly KeptLicence[]
  readonly profiles: readonly KeptProfile[]
  readonly leases: readonly KeptLease[]
  /** Of the hour of `seen` and later. */
  readonly usage: readonly UsageHour[]
}

/** What was answered to a key, and to which question (`fingerprint`). */
export type KeptAnswer = { readonly key: string; readonly fingerprint: string; readonly answer: unknown }

/** What one keeping writes down; all of it or nothing. Leases are taken before others end. */
export type BookChange = {
  readonly taken?: readonly KeptLease[]
  /** Ended, released or gone elsewhere. One that is not there is no matter. */
  readonly ended?: readonly Id<'lease'>[]
  readonly licences?: readonly KeptLicence[]
  readonly profiles?: readonly KeptProfile[]
  readonly profilesGone?: readonly string[]
  readonly maintenance?: Maintenance | null
  readonly moved?: string | null
  readonly usage?: readonly UsageHour[]
  readonly answers?: readonly KeptAnswer[]
  readonly seen?: Instant
}

/**
 * The book in one server's hands. Whoever holds it is alone: nobody else writes before its session is over, and after that it writes no more. `lost`: aborted when the session is over.
 * Faults: LICENCE_BOOK_UNREACHABLE; whether the change under way was kept is then not known, and whoever holds the book next reads it.
 */
export interface HeldBook extends AsyncDisposable {
  /** How many times the book was taken in hand, this time included. */
  readonly epoch: number
  readonly lost: AbortSignal
  /** `identity`: of the server, if the book is empty. */
  read(identity: ServerIdentity): Promise<KeptState>
  /** Durable when it resolves. One at a time, in the order in which they are asked for. */
  keep(changes: readonly BookChange[]): Promise<void>
  answered(key: string): Promise<KeptAnswer | undefined>
  usage(from: Instant, to: Instant, licence?: Id<'licence'>): Promise<readonly UsageHour[]>
}

/** The durable state of a licence server. */
export interface LicenceBook extends AsyncDisposable {
  /** Takes the book in hand. Waits, as a standby, while another server has it; `wait` hears of it once. */
  hold(signal: AbortSignal, wait?: () => void): Promise<HeldBook>
}
