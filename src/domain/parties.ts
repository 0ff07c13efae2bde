import type { Id } from './ids.ts'
import type { Locale } from './locale.ts'
import type { Country, Instant, Zone } from './time.ts'

/** Who takes part in a move. Every task, message and right belongs to one of them. */
export const parties = ['vendor', 'partner', 'customer'] as const
export type Party = (typeof parties)[number]

/** What a person of a customer or partner is there for. One person may have several; the point of contact brings in the others. */
export const duties = ['point-of-contact', 'it', 'developer', 'end-user', 'testing', 'networking', 'security', 'change-management', 'billing', 'approver'] as const
export type Duty = (typeof duties)[number]

export type VendorId = Id<'vendor'>
export type PartnerId = Id<'partner'>
export type CustomerId = Id<'customer'>
export type ContactId = Id<'contact'>

/** The company that runs programmes here. A ledger holds one or several. */
export type Vendor = { readonly id: VendorId; readonly name: string; readonly country: Country; readonly zone: Zone; readonly locale: Locale }

/** A reseller or distributor; it sees its own customers only, and never a secret of theirs. */
export type Partner = { readonly id: PartnerId; readonly vendor: VendorId; readonly name: string; readonly locale: Locale }

export type Customer = { readonly id: CustomerId; readonly vendor: VendorId; readonly partner: PartnerId | null; readonly name: string; readonly country: Country; readonly zone: Zone; readonly locale: Locale }

/** A named person with an address that mail reaches. Exactly one of `customer` and `partner` is set. `verifiedAt`: when the person answered from that address; a changed address is not verified. */
export type Contact = {
  readonly id: ContactId
  readonly customer: CustomerId | null
  readonly partner: PartnerId | null
  readonly name: string
  readonly company: string
  readonly email: string
  readonly phone: string | null
  readonly extension: string | null
  readonly duties: readonly Duty[]
  readonly locale: Locale
  readonly verifiedAt: Instant | null
  /** No longer there: nothing is sent any more, what was done stays. */
  readonly removedAt: Instant | null
}
