import type { InvoiceKind } from './invoices.ts'
import type { Charge } from './records.ts'

/** What a line of an invoice is for. `correction`: of another line, which itself stays as it was. */
export const chargeKinds = ['move', 'tax', 'licences', 'support', 'plan-change', 'correction'] as const
export type ChargeKind = (typeof chargeKinds)[number]

/** What else an invoice says of a line. `reference`: the quote's number, or what was ordered. `corrects`: the line that this one changes. */
export type ChargeAbout = { readonly invoice: InvoiceKind | 'subscription'; readonly reference: string | null; readonly says: string; readonly corrects: Charge['id'] | null }
export type ShownCharge = Omit<Charge, 'about' | 'kind'> & { readonly kind: ChargeKind; readonly about: ChargeAbout }
