import type { Id } from '#domain/ids.ts'
import type { Forgiveness } from '#domain/licence/forgive.ts'
import type { KeptLease } from '#domain/licence/seats.ts'
import type { Maintenance } from '#domain/licence/sheet.ts'
import type { UsageHour } from '#domain/licence/usage.ts'
import type { ServerIdentity } from '#domain/licence/licence.ts'
import type { Doubt } from '#domain/licence/standing.ts'
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
  readonly doubt: Doubt | null
  /** It gives out nothing before its issuer has said what time it is. */
  readonly waits: boolean
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
  /** The newest first, twenty at most. */
  readonly forgiven: readonly Forgiveness[]
}

/** What was answered to a key, and to which question (`fingerprint`). `answer`: null where it is so old that only the key is known still. */
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
  /** How many times the book was taken in hand by now. It never falls. */
  readonly epoch?: number
  /** Borrowed seats that ended by themselves, by what the server took for the time: known for a while, should that have been wrong. */
  readonly lapsed?: readonly KeptLease[]
  /** `seen` goes back to `at`; every hour of usage from `hoursGone` on is gone, and `hours` are as they are here. */
  readonly forgiven?: Forgiveness & { readonly hours: readonly UsageHour[]; readonly hoursGone: Instant }
}

/**
 * The book in one server's hands. Whoever holds it is alone: nobody else writes before its session is over, and after that it writes no more. `lost`: aborted when the session is over.
 * Faults: LICENCE_BOOK_UNREACHABLE; whether the change under way was kept is then not known, and whoever holds the book next reads it.
 */
export interface HeldBook extends AsyncDisposable {
  /** How many times the book was taken in hand, this time included; whoever holds it keeps it, together with what they found out by it. */
  readonly epoch: number
  readonly lost: AbortSignal
  /** `identity`: of the server, if the book is empty. */
  read(identity: ServerIdentity): Promise<KeptState>
  /** Durable when it resolves. One at a time, in the order in which they are asked for. */
  keep(changes: readonly BookChange[]): Promise<void>
  answered(key: string): Promise<KeptAnswer | undefined>
  usage(from: Instant, to: Instant, licence?: Id<'licence'>): Promise<readonly UsageHour[]>
  /** Borrowed seats that ended by themselves and were to last beyond `after`. */
  lapsed(after: Instant): Promise<readonly KeptLease[]>
  /** Forgets what is older than this by the book's own clock, at most so many of each: first an answer, later that there was one, and what lapsed. Answers how many. */
  trim(age: { readonly answersMs: number; readonly keysMs: number }, most: number): Promise<number>
}

/** The durable state of a licence server. */
export interface LicenceBook extends AsyncDisposable {
  /** Takes the book in hand. Waits, as a standby, while another server has it; `wait` hears of it once. */
  hold(signal: AbortSignal, wait?: () => void): Promise<HeldBook>
}
