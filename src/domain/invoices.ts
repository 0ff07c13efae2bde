/** What a customer pays for around a move to its own server. */
export const charges = ['move', 'licences', 'support'] as const
export type Charge = (typeof charges)[number]

/** Licences and support come on an invoice of their own, apart from the move's. */
const invoiceOf = { move: 'move', licences: 'licences-and-support', support: 'licences-and-support' } as const satisfies Record<Charge, string>
export type InvoiceKind = (typeof invoiceOf)[Charge]

/** Which invoices those charges make, each with its charges, in the order of `charges`. */
export const invoicesFor = (due: readonly Charge[]): { readonly invoice: InvoiceKind; readonly charges: readonly Charge[] }[] => {
  const found = new Map<InvoiceKind, Charge[]>()
  for (const charge of charges.filter(one => due.includes(one))) found.set(invoiceOf[charge], [...(found.get(invoiceOf[charge]) ?? []), charge])
  return [...found].map(([invoice, list]) => ({ invoice, charges: list }))
}

/** The paperwork that is done before any work begins. */
export const papers = ['quote-accepted', 'order-received', 'billing-contact-known', 'no-hole-between-subscription-and-licence', 'licence-invoice-details-known'] as const
export type Paper = (typeof papers)[number]

/** The gate's condition: no work begins while one is missing. A paper that is not needed, such as the quote for a move that is free of charge, is not asked for. */
export type Paperwork = { readonly condition: 'paperwork-done'; readonly isMet: boolean; readonly done: readonly Paper[]; readonly missing: readonly Paper[] }

export const paperwork = (needed: readonly Paper[], done: readonly Paper[]): Paperwork => {
  const [there, missing] = [needed.filter(one => done.includes(one)), needed.filter(one => !done.includes(one))]
  return { condition: 'paperwork-done', isMet: missing.length === 0, done: there, missing }
}
