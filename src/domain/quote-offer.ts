import type { Locale, Text } from './locale.ts'
import { money, showMoney, type Currency } from './money.ts'
import type { QuoteSheet } from './papers/quote.ts'
import { issue, type NotIssued, type Quote, type Tax, type Terms } from './quote.ts'
import type { Line } from './quote-lines.ts'
import type { Quote as QuoteRecord, Window } from './records.ts'
import { addDays } from './days.ts'
import { dayOf } from './local-time.ts'
import type { Instant, Interval, Zone } from './time.ts'

/** For which window something is priced. */
export type Priced = Pick<Window, 'id' | 'startsAt' | 'endsAt'>

/** What a quote says, kept word for word as it was sent: names and terms as they were then. `window`: the one it was made for; null: an interval that was wished for. `because`: why it was withdrawn. */
export type QuoteOffer = {
  readonly what: Text
  readonly issuedAt: Instant
  readonly zone: Zone
  readonly time: Interval
  readonly window: Priced | null
  readonly lines: readonly Line[]
  readonly subtotalMinor: number
  readonly tax: (Tax & { readonly amountMinor: number }) | null
  readonly terms: readonly Text[]
  /** How long it takes and why; null: its length was wished for. */
  readonly duration: Text | null
  readonly vendor: readonly Text[]
  readonly to: readonly string[]
  readonly customer: string
  readonly partner: string | null
  readonly because: string | null
}

/** What is said beside the money. */
export type OfferTexts = Pick<QuoteOffer, 'what' | 'time' | 'window' | 'terms' | 'duration' | 'vendor' | 'to' | 'customer' | 'partner'>

/** An offer with its sums and its last moment. */
export const offerOf = (terms: Terms, lines: readonly Line[], texts: OfferTexts): { readonly offer: QuoteOffer; readonly totalMinor: number; readonly expiresAt: Instant } | NotIssued => {
  const issued = issue(terms, lines)
  if ('refused' in issued) return issued
  const { subtotal, tax, total, expiresAt, issuedAt, zone } = issued
  const taxed = tax === null ? null : { name: tax.name, basisPoints: tax.basisPoints, amountMinor: tax.amount.minor }
  return { offer: { ...texts, issuedAt, zone, lines, subtotalMinor: subtotal.minor, tax: taxed, because: null }, totalMinor: total.minor, expiresAt }
}

/** The last day on which a quote that goes out then can be accepted. */
export const lastDayOf = (issuedAt: Instant, zone: Zone, days: number): string => addDays(dayOf(issuedAt, zone), days)

/** As it was written down. */
export const offerIn = ({ offer }: Pick<QuoteRecord, 'offer'>): QuoteOffer => offer as unknown as QuoteOffer // proof: `offerOf` made each of them

/** The row as the quote whose rules say who may accept it, and when. */
export const quoteOf = (record: QuoteRecord & { readonly named: NonNullable<QuoteRecord['named']> }): Quote => {
  const { issuedAt, zone, lines, subtotalMinor, tax } = offerIn(record)
  const currency = record.currency as Currency // proof: made by `offerOf`
  return {
    id: record.id, move: record.move, to: record.named, issuedAt, expiresAt: record.expiresAt, zone, currency, lines, subtotal: money(subtotalMinor, currency),
    tax: tax === null ? null : { name: tax.name, basisPoints: tax.basisPoints, amount: money(tax.amountMinor, currency) }, total: money(record.totalMinor, currency),
    acceptance: record.acceptedBy === null || record.acceptedAt === null ? null : { by: record.acceptedBy, at: record.acceptedAt }, withdrawnAt: record.withdrawnAt,
  }
}

/** Why the price is no longer that of the agreed time. Undefined: it is, or no time is agreed yet. */
export const whyStale = ({ window: priced, time }: Pick<QuoteOffer, 'window' | 'time'>, agreed: Priced | undefined): 'window-cancelled' | 'window-moved' | undefined => {
  if (agreed === undefined) return priced === null ? undefined : 'window-cancelled'
  const isSame = priced === null ? agreed.startsAt === time.from : agreed.startsAt === priced.startsAt && agreed.endsAt === priced.endsAt
  return isSame ? undefined : 'window-moved'
}

/** The quote as it is shown in one language. */
export const sheetOf = (record: QuoteRecord, locale: Locale): QuoteSheet => {
  const offer = offerIn(record)
  const currency = record.currency as Currency // proof: made by `offerOf`
  const show = (minor: number): string => showMoney(money(minor, currency), locale)
  return {
    number: record.number, what: offer.what[locale], issuedOn: dayOf(offer.issuedAt, offer.zone), validUntil: dayOf(record.expiresAt - 1, offer.zone),
    vendor: offer.vendor.map(line => line[locale]), to: addressed(offer.to, locale), customer: offer.customer, partner: offer.partner, zone: offer.zone,
    lines: offer.lines.map(line => ({ from: line.from, to: line.to, what: line.what[locale], kind: line.kind, holiday: line.holiday?.[locale] ?? null, minutes: line.minutes, rate: showMoney(line.hourly, locale), percent: line.percent, amount: showMoney(line.amount, locale) })),
    subtotal: show(offer.subtotalMinor), tax: offer.tax === null ? null : { name: offer.tax.name[locale], amount: show(offer.tax.amountMinor) }, total: show(record.totalMinor),
    terms: [...(offer.duration === null ? [] : [offer.duration[locale]]), ...offer.terms.map(term => term[locale])], createdAt: offer.issuedAt,
  }
}

/** In Japanese the person is addressed as such. */
const addressed = (to: readonly string[], locale: Locale): string[] => to.map((line, n) => (locale === 'ja' && n === to.length - 1 ? `${line} 様` : line))
