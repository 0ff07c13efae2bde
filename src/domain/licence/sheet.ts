import type { Instant } from '../time.ts'
import type { Holder, LicenceKind } from './licence.ts'

/** Where a licence stands on one server: `absent`, it was never installed here or was taken away; `inactive`, installed, gives out no seats. */
export type LicenceState = 'active' | 'inactive' | 'absent'

/** One licence as a server tells it. Seats are what people see; codes are for whoever moves it. */
export type SheetLicence = {
  /** The server's own name for it; of ours, the licence's id. */
  readonly id: string
  readonly product: string
  readonly kind: LicenceKind
  readonly name: string
  readonly seats: number | null
  readonly endsAt: Instant | null
  readonly state: LicenceState
  /** The machine it is bound to, by name; null: it is bound to none. */
  readonly machine: string | null
  /** Null: the server does not tell it. */
  readonly code: string | null
  readonly taken: readonly { readonly holder: Holder; readonly until: Instant; readonly isBorrowed: boolean }[]
}

/** By this name applications ask; the licences are tried in this order. */
export type SheetProfile = { readonly name: string; readonly licences: readonly string[] }

/** The back-up sheet: what a licence server holds and which profile is linked to which licence, at one instant. Licences by id, profiles by name. */
export type LicenceSheet = {
  readonly format: 'rehome-licences/1'
  readonly server: { readonly name: string; readonly product: string; readonly version: string }
  readonly takenAt: Instant
  readonly maintenance: Maintenance | null
  readonly licences: readonly SheetLicence[]
  readonly profiles: readonly SheetProfile[]
}

/** New seats are refused with the reason and the expected end; those that are out go on. */
export type Maintenance = { readonly reason: string; readonly since: Instant; readonly expectedEnd: Instant | null }
