import { endOfDay } from './local-time.ts'
import type { Id } from './ids.ts'
import type { Text } from './locale.ts'
import { fractionOf, sumOf, type Currency, type Money } from './money.ts'
import type { ContactId } from './parties.ts'
import type { MoveId } from './programmes.ts'
import type { Line } from './quote-lines.ts'
import type { Day, Instant, Zone } from './time.ts'

export type QuoteId = Id<'quote'>

/** `basisPoints`: hundredths of a percent; 1000 is ten percent. */
export type Tax = { readonly name: Text; readonly basisPoints: number }

/** Who said yes to it, and when: kept as it was said. */
export type Acceptance = { readonly by: ContactId; readonly at: Instant }

/** A dated, priced offer to one named person. Its lines and sums never change; another price is another quote. It can be accepted up to and without `expiresAt`. */
export type Quote = {
  readonly id: QuoteId
  readonly move: MoveId
  readonly to: ContactId
  readonly issuedAt: Instant
  readonly expiresAt: Instant
  /** In which its times are shown and its last day ends. */
  readonly zone: Zone
  readonly currency: Currency
  readonly lines: readonly Line[]
  readonly subtotal: Money
  /** On the subtotal, rounded once. */
  readonly tax: (Tax & { readonly amount: Money }) | null
  readonly total: Money
  readonly acceptance: Acceptance | null
  readonly withdrawnAt: Instant | null
}

export type Terms = {
  readonly id: QuoteId
  readonly move: MoveId
  readonly to: ContactId
  readonly issuedAt: Instant
  /** The last day on which it can be accepted, in the zone. */
  readonly lastDay: Day
  readonly zone: Zone
  readonly currency: Currency
  readonly tax: Tax | null
}

export const quoteStandings = ['open', 'accepted', 'withdrawn', 'expired'] as const
export type QuoteStanding = (typeof quoteStandings)[number]

export type NotAccepted =
  | { readonly refused: 'accepted-already'; readonly by: ContactId; readonly at: Instant }
  | { readonly refused: 'withdrawn'; readonly at: Instant }
  | { readonly refused: 'not-the-named-person'; readonly named: ContactId }
  | { readonly refused: 'expired'; readonly at: Instant }

export type NotIssued = { readonly refused: 'nothing-to-quote' } | { readonly refused: 'expires-before-it-is-issued'; readonly issuedAt: Instant; readonly expiresAt: Instant }

export const issue = (terms: Terms, lines: readonly Line[]): Quote | NotIssued => {
  const { lastDay, tax, ...rest } = terms
  const expiresAt = endOfDay(lastDay, terms.zone)
  if (lines.length === 0) return { refused: 'nothing-to-quote' }
  if (expiresAt <= terms.issuedAt) return { refused: 'expires-before-it-is-issued', issuedAt: terms.issuedAt, expiresAt }
  const subtotal = sumOf(lines.map(line => line.amount), terms.currency)
  const taxed = tax === null ? null : { ...tax, amount: fractionOf(subtotal, tax.basisPoints, 10_000) }
  const total = sumOf(taxed === null ? [subtotal] : [subtotal, taxed.amount], terms.currency)
  return { ...rest, expiresAt, lines, subtotal, tax: taxed, total, acceptance: null, withdrawnAt: null }
}

export const standingOf = (quote: Quote, now: Instant): QuoteStanding =>
  quote.acceptance !== null ? 'accepted' : quote.withdrawnAt !== null ? 'withdrawn' : now >= quote.expiresAt ? 'expired' : 'open'

/**
 * Once, by the person it is addressed to, before its date ends. Who has accepted it and says so again, also later, is answered with the acceptance there is:
 * the quote is the same object then, and nothing need be written.
 */
export const accept = (quote: Quote, who: ContactId, at: Instant): { readonly quote: Quote; readonly acceptance: Acceptance } | NotAccepted => {
  if (quote.acceptance !== null) return quote.acceptance.by === who ? { quote, acceptance: quote.acceptance } : { refused: 'accepted-already', ...quote.acceptance }
  if (quote.withdrawnAt !== null) return { refused: 'withdrawn', at: quote.withdrawnAt }
  if (quote.to !== who) return { refused: 'not-the-named-person', named: quote.to }
  if (at >= quote.expiresAt) return { refused: 'expired', at: quote.expiresAt }
  const acceptance = { by: who, at }
  return { quote: { ...quote, acceptance }, acceptance }
}

/** Takes back what nobody has accepted, such as when the window is moved and the price with it. Again, it stays withdrawn from when it was. */
export const withdraw = (quote: Quote, at: Instant): Quote | (NotAccepted & { readonly refused: 'accepted-already' }) => {
  if (quote.acceptance !== null) return { refused: 'accepted-already', ...quote.acceptance }
  return quote.withdrawnAt === null ? { ...quote, withdrawnAt: at } : quote
}
