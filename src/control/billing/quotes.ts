import type { NoAccess, Whose } from '#domain/access.ts'
import type { NothingMeasured } from '#domain/estimate.ts'
import type { Contact, ContactId, CustomerId, Party } from '#domain/parties.ts'
import type { Move, MoveId } from '#domain/programmes.ts'
import type { Acceptance, NotAccepted, NotIssued } from '#domain/quote.ts'
import { accept, standingOf, withdraw } from '#domain/quote.ts'
import type { NoRate } from '#domain/quote-lines.ts'
import { lastDayOf, offerIn, offerOf, type QuoteOffer, quoteOf, sheetOf, whyStale } from '#domain/quote-offer.ts'
import { money, showMoney, type Currency } from '#domain/money.ts'
import { dayOf } from '#domain/local-time.ts'
import { quotePaper } from '#domain/papers/quote.ts'
import type { Json, Quote } from '#domain/records.ts'
import type { Instant } from '#domain/time.ts'
import { assert } from '#lib/assert.ts'
import type { View } from '#ports/ledger.ts'
import { system } from '../ground/callers.ts'
import { chargeQuote } from './charges.ts'
import { barred, type Desk, type Glance, journal, keeping } from '../ground/desk.ts'
import { pages } from '../letters/links.ts'
import { write } from '../letters/messages.ts'
import { pageOf, type Page, type Paging } from '../ground/pages.ts'
import { type NotDrafted, draftFor, windowOf, type Wished } from './quote-drafts.ts'
import { nextNumber } from './quote-numbers.ts'
import { settingsIn } from '../running/settings.ts'

/** A quote as it is shown. `standing`: whether it can be accepted now. */
export type ShownQuote = Omit<Quote, 'offer'> & { readonly offer: QuoteOffer; readonly standing: 'draft' | 'open' | 'accepted' | 'expired' | 'withdrawn' }
export type QuoteRefused = NoAccess | NotDrafted | NoRate | NotIssued | NothingMeasured

/** What a quote would say. Nothing is kept, and it has no number. */
export const previewQuote = async (glance: Glance, wished: Wished): Promise<Pick<Quote, 'currency' | 'totalMinor' | 'expiresAt'> & { named: ContactId; offer: QuoteOffer } | QuoteRefused> => {
  const move = await glance.view.get('move', wished.move)
  if (move === undefined) return { refused: 'not-found' }
  return (await barred(glance, 'quote.make', move)) ?? await draftFor(glance, move, wished)
}

/** Makes a quote that nobody sees yet but the vendor. Its number is the year's next: none is left out, none is there twice. */
export const makeQuote = async (desk: Desk, wished: Wished): Promise<ShownQuote | QuoteRefused> => {
  const { tx, world, now } = desk
  const move = await tx.lock('move', wished.move)
  if (move === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'quote.make', move)
  if (why !== undefined) return why
  const draft = await draftFor({ ...desk, view: tx }, move, wished)
  if ('refused' in draft) return draft
  const quote: Quote = {
    id: world.newId(), vendor: move.vendor, customer: move.customer, move: move.id, number: await nextNumber(tx, move.vendor, dayOf(now, draft.offer.zone)), state: 'draft',
    offer: asJson(draft.offer), currency: draft.currency, totalMinor: draft.totalMinor, named: draft.named, expiresAt: draft.expiresAt, acceptedBy: null, acceptedAt: null, sentAt: null, withdrawnAt: null, createdAt: now,
  }
  await tx.add('quote', quote)
  journal(desk, 'quote.make', 'quote', quote.id, { number: quote.number, move: move.id, currency: quote.currency, totalMinor: quote.totalMinor, lines: draft.offer.lines.length })
  return shownAt(quote, now)
}

type OfQuote = { readonly quote: Quote['id'] }
export type NotSent = { readonly refused: 'quote-ended'; readonly number: string; readonly state: Quote['state'] } | { readonly refused: 'quote-stale'; readonly why: string } | { readonly refused: 'time-passed'; readonly from: Instant } | { readonly refused: 'nobody-to-accept' }

/** Sends a quote to the person it names. From then on its days are counted; one sent earlier for the same move is withdrawn. Sent again, nothing happens. */
export const sendQuote = async (desk: Desk, { quote: id }: OfQuote): Promise<ShownQuote | NoAccess | NotSent | NotIssued> => {
  const held = await heldQuote(desk, id, 'quote.make')
  if ('refused' in held) return held
  const { quote, move } = held
  if (quote.state === 'sent') return shownAt(quote, desk.now)
  if (quote.state !== 'draft') return { refused: 'quote-ended', number: quote.number, state: quote.state }
  const ready = await readyToSend(desk, quote)
  if ('refused' in ready) return ready
  for (const other of await desk.tx.list('quote', { move: move.id, state: 'sent' })) await take(desk, move, other, { code: 'replaced', by: quote.number })
  const sent: Quote = { ...quote, state: 'sent', sentAt: desk.now, offer: asJson(ready.offer), expiresAt: ready.expiresAt }
  await desk.tx.put('quote', sent)
  journal(desk, 'quote.send', 'quote', id, { number: quote.number, to: ready.contact.name, totalMinor: quote.totalMinor, currency: quote.currency })
  await write(desk, {
    event: 'quote-sent', key: `quote-sent ${id}`, move, about: id, by: desk.who, enclosed: { paper: { name: `${sent.number}.pdf`, paper: quotePaper(sheetOf(sent, ready.contact.locale), ready.contact.locale) } }, to: [{ contact: ready.contact.id }],
    facts: ({ locale }) => ({ number: sent.number, customer: ready.offer.customer, total: totalIn(sent, locale), validUntil: dayOf(sent.expiresAt - 1, ready.offer.zone), link: pages.quote(desk.world, id) }),
  })
  return shownAt(sent, desk.now)
}

/** Its days counted from now on, if it still can be accepted and somebody is there to do so. */
const readyToSend = async (desk: Desk, quote: Quote): Promise<{ offer: QuoteOffer; expiresAt: Instant; contact: Contact } | NotSent | NotIssued> => {
  const offer = offerIn(quote)
  const contact = quote.named === null ? undefined : await desk.tx.get('contact', quote.named)
  if (contact === undefined || contact.removedAt !== null) return { refused: 'nobody-to-accept' }
  const stale = whyStale(offer, await windowOf(desk.tx, quote.move))
  if (stale !== undefined) return { refused: 'quote-stale', why: stale }
  if (offer.time.from <= desk.now) return { refused: 'time-passed', from: offer.time.from }
  const { known: { settings } } = await settingsIn(desk.tx, quote.vendor)
  const terms = { id: quote.id, move: quote.move, to: contact.id, issuedAt: desk.now, lastDay: lastDayOf(desk.now, offer.zone, settings.quoteDays), zone: offer.zone, currency: quote.currency as Currency, tax: offer.tax }
  const issued = offerOf(terms, offer.lines, offer)
  return 'refused' in issued ? issued : { ...issued, contact }
}

/** What its person has said yes to: once, before its last moment; said again, the same answer. What is to be invoiced follows from it. */
export const acceptQuote = async (desk: Desk, { quote: id }: OfQuote): Promise<ShownQuote | NoAccess | NotAccepted | { readonly refused: 'quote-expired' | 'quote-withdrawn'; readonly at: Instant } | { readonly refused: 'quote-stale'; readonly why: string }> => {
  const held = await heldQuote(desk, id, 'quote.accept')
  if ('refused' in held) return held
  const { quote, move } = held
  const { named } = quote
  if (named === null || quote.sentAt === null) return { refused: 'not-found' }
  const stale = quote.state === 'sent' ? whyStale(offerIn(quote), await windowOf(desk.tx, move.id)) : undefined
  if (stale !== undefined) {
    // Nobody decided it: it follows from the window.
    await take({ ...desk, ...system }, move, quote, { code: stale })
    return keeping({ refused: 'quote-stale', why: stale } as const)
  }
  const accepted = accept(quoteOf({ ...quote, named }), named, desk.now)
  if ('refused' in accepted) return accepted.refused === 'expired' || accepted.refused === 'withdrawn' ? { refused: `quote-${accepted.refused}`, at: accepted.at } : accepted
  const { acceptance } = accepted
  if (quote.state === 'accepted') return shownAt(quote, desk.now)
  const after: Quote = { ...quote, state: 'accepted', acceptedBy: acceptance.by, acceptedAt: acceptance.at }
  await desk.tx.put('quote', after)
  await chargeQuote(desk, after)
  journal(desk, 'quote.accept', 'quote', id, { number: quote.number, move: move.id, currency: quote.currency, totalMinor: quote.totalMinor })
  await tellAccepted(desk, move, after, acceptance)
  return shownAt(after, desk.now)
}

/** The person, and the vendor's finance. */
const tellAccepted = async (desk: Desk, move: Move, quote: Quote, { by, at }: Acceptance): Promise<void> => {
  const finance = await desk.tx.list('operator', { vendor: quote.vendor, roles: ['finance'], disabledAt: null }, { limit: 20 })
  await write(desk, {
    event: 'quote-accepted', key: `quote-accepted ${quote.id}`, move, about: quote.id, to: [{ contact: by }, ...finance.map(one => ({ operator: one.id }))],
    facts: ({ locale }) => ({ number: quote.number, customer: offerIn(quote).customer, total: totalIn(quote, locale), by: desk.who.name, at, link: pages.quote(desk.world, quote.id) }),
  })
}

/** Takes back what nobody has accepted. */
export const withdrawQuote = async (desk: Desk, { quote: id, because }: OfQuote & { readonly because: string }): Promise<ShownQuote | NoAccess | NotAccepted> => {
  const held = await heldQuote(desk, id, 'quote.withdraw')
  if ('refused' in held) return held
  const { quote, move } = held
  if (quote.state === 'accepted' && quote.acceptedBy !== null && quote.acceptedAt !== null) return { refused: 'accepted-already', by: quote.acceptedBy, at: quote.acceptedAt }
  return shownAt(quote.state === 'withdrawn' ? quote : await take(desk, move, quote, { code: 'taken-back', because }), desk.now)
}

/**
 * Withdraws what is priced for another time than the one agreed now: whoever changes a move's window calls it in the same transaction, with the move's row held. The
 * numbers of those that were: each needs a new quote. What was accepted stands.
 */
export const withdrawStale = async (desk: Desk, move: Move): Promise<readonly string[]> => {
  const agreed = await windowOf(desk.tx, move.id)
  const gone: string[] = []
  for (const quote of await desk.tx.list('quote', { move: move.id, state: ['draft', 'sent'] })) {
    const code = whyStale(offerIn(quote), agreed)
    if (code === undefined) continue
    await take(desk, move, quote, { code })
    gone.push(quote.number)
  }
  return gone
}

type Because = { readonly code: 'window-moved' | 'window-cancelled' } | { readonly code: 'replaced'; readonly by: string } | { readonly code: 'taken-back'; readonly because: string }

/** Whoever was sent it is told. */
const take = async (desk: Desk, move: Move, quote: Quote, because: Because): Promise<Quote> => {
  const { named } = quote
  assert(named !== null, 'every quote names somebody')
  const taken = withdraw(quoteOf({ ...quote, named }), desk.now)
  assert(!('refused' in taken), 'what was accepted is not withdrawn')
  const said = because.code === 'taken-back' ? because.because : because.code === 'replaced' ? `replaced by ${because.by}` : because.code
  const after: Quote = { ...quote, state: 'withdrawn', withdrawnAt: taken.withdrawnAt, offer: asJson({ ...offerIn(quote), because: said }) }
  await desk.tx.put('quote', after)
  journal(desk, 'quote.withdraw', 'quote', quote.id, { number: quote.number, move: move.id, because: said })
  if (quote.sentAt === null) return after
  await write(desk, {
    event: 'quote-withdrawn', key: `quote-withdrawn ${quote.id}`, move, about: quote.id, to: [{ contact: named }],
    facts: { number: quote.number, customer: offerIn(quote).customer, because: because.code, link: pages.quote(desk.world, quote.id) },
  })
  return after
}

export const readQuote = async (glance: Glance, { quote: id }: OfQuote): Promise<ShownQuote | NoAccess> => {
  const quote = await glance.view.get('quote', id)
  if (quote === undefined) return { refused: 'not-found' }
  const why = await barred(glance, 'quote.read', await whoseQuote(glance.view, quote))
  if (why !== undefined) return why
  return isHidden(glance, quote) ? { refused: 'not-found' } : shownAt(quote, glance.now)
}

export const listQuotes = async (glance: Glance, { move, customer, state, ...paging }: Paging & { readonly move?: MoveId; readonly customer?: CustomerId; readonly state?: Quote['state'] }): Promise<Page<ShownQuote> | NoAccess> => {
  const seen = glance.actor.kind === 'operator' || glance.actor.kind === 'system' ? {} : { sentAt: {} }
  const page = await pageOf(glance, 'quote.read', 'quote', { ...(move === undefined ? {} : { move }), ...(customer === undefined ? {} : { customer }), ...(state === undefined ? {} : { state }), ...seen }, paging, { descending: true })
  return 'refused' in page ? page : { ...page, items: page.items.map(quote => shownAt(quote, glance.now)) }
}

/** What was never sent is the vendor's own. */
const isHidden = ({ actor }: Glance, { sentAt }: Quote): boolean => sentAt === null && actor.kind !== 'operator' && actor.kind !== 'system'

/** The move's row is held first, then the quote's: as everybody does who changes something of a move. */
const heldQuote = async (desk: Desk, id: Quote['id'], verb: 'quote.make' | 'quote.accept' | 'quote.withdraw'): Promise<{ quote: Quote; move: Move } | NoAccess> => {
  const found = await desk.tx.get('quote', id)
  if (found === undefined) return { refused: 'not-found' }
  const why = await barred(desk, verb, await whoseQuote(desk.tx, found))
  if (why !== undefined) return why
  const [move, quote] = [await desk.tx.lock('move', found.move), await desk.tx.lock('quote', id)]
  assert(move !== undefined && quote !== undefined, 'a quote is of a move, and neither is ever deleted')
  return { quote, move }
}

/** It is for the party of the person that it names, and for that person. */
const whoseQuote = async (view: View, { vendor, customer, named }: Quote): Promise<Omit<Whose, 'partner'>> => {
  const person = named === null ? undefined : await view.get('contact', named)
  const party: Party | null = person === undefined ? null : person.partner === null ? 'customer' : 'partner'
  return { vendor, customer, party, duties: [], person: named }
}

const shownAt = (quote: Quote, now: Instant): ShownQuote => {
  const { named } = quote
  return { ...quote, offer: offerIn(quote), standing: quote.state === 'draft' || named === null ? 'draft' : standingOf(quoteOf({ ...quote, named }), now) }
}

const totalIn = ({ totalMinor, currency }: Quote, locale: 'en' | 'ja'): string => showMoney(money(totalMinor, currency as Currency), locale) // proof: made by `offerOf`
const asJson = (offer: QuoteOffer): Json => offer as unknown as Json // proof: texts, numbers and lists of them
