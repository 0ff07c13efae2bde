import { z } from 'zod'
import { kinds } from '#domain/office-hours.ts'
import { day, endpoint, id, instant, note, pageOf, paging, text, zone } from '../endpoint.ts'
import { currency } from './settings.ts'

const minor = z.int()
const money = z.strictObject({ minor, currency })
const line = z.strictObject({ from: instant, to: instant, day, kind: z.enum(kinds), holiday: text.nullable(), what: text, minutes: z.int(), hourly: money, percent: z.int(), amount: money })
const offer = z.strictObject({
  what: text, issuedAt: instant, zone, time: z.strictObject({ from: instant, to: instant }), window: z.strictObject({ id: id('window'), startsAt: instant, endsAt: instant }).nullable(),
  lines: z.array(line), subtotalMinor: minor, tax: z.strictObject({ name: text, basisPoints: z.int(), amountMinor: minor }).nullable(), terms: z.array(text), duration: text.nullable(),
  vendor: z.array(text), to: z.array(z.string()), customer: z.string(), partner: z.string().nullable(), because: z.string().nullable(),
})
export const quote = z.strictObject({
  id: id('quote'), vendor: id('vendor'), customer: id('customer'), move: id('move'), number: z.string(), state: z.enum(['draft', 'sent', 'accepted', 'withdrawn']), standing: z.enum(['draft', 'open', 'accepted', 'expired', 'withdrawn']),
  offer, currency: z.string(), totalMinor: minor, named: id('contact').nullable(), expiresAt: instant, acceptedBy: id('contact').nullable(), acceptedAt: instant.nullable(), sentAt: instant.nullable(), withdrawnAt: instant.nullable(), createdAt: instant,
})
const wished = z.strictObject({
  move: id('move'), from: instant.exactOptional().describe('when the work would begin; left out, when the move’s window does'), until: instant.exactOptional().describe('when it would end; left out, as long as the estimate says'),
  named: id('contact').exactOptional().describe('who may accept it; left out, the partner’s person for billing, or the customer’s own'),
})
const ofQuote = z.strictObject({ quote: id('quote') })

export const quotesApi = {
  'quotes.preview': endpoint({ method: 'GET', path: '/api/moves/{move}/quote-preview', says: 'What a quote would say. Nothing is kept.', input: wished, answer: z.strictObject({ named: id('contact'), offer, currency: z.string(), totalMinor: minor, expiresAt: instant }) }),
  'quotes.make': endpoint({ method: 'POST', path: '/api/moves/{move}/quotes', says: 'Makes a quote, with the year’s next number. Nobody but the vendor sees it before it is sent.', input: wished, answer: quote }),
  'quotes.send': endpoint({ method: 'POST', path: '/api/quotes/{quote}/send', says: 'Sends a quote to the person it names. One sent earlier for the same move is withdrawn.', input: ofQuote, answer: quote }),
  'quotes.accept': endpoint({ method: 'POST', path: '/api/quotes/{quote}/accept', says: 'Accepts a quote: once, by the person it names, before its last day ends.', input: ofQuote, answer: quote }),
  'quotes.withdraw': endpoint({ method: 'POST', path: '/api/quotes/{quote}/withdraw', says: 'Takes back a quote that nobody has accepted.', input: z.strictObject({ quote: id('quote'), because: note.min(1) }), answer: quote }),
  'quotes.read': endpoint({ method: 'GET', path: '/api/quotes/{quote}', says: 'One quote. As PDF in English and Japanese: /api/quotes/{quote}/paper?locale=ja.', input: ofQuote, answer: quote }),
  'quotes.list': endpoint({ method: 'GET', path: '/api/quotes', says: 'The quotes, the last made first.', input: z.strictObject({ ...paging, move: id('move').exactOptional(), customer: id('customer').exactOptional(), state: quote.shape.state.exactOptional() }), answer: pageOf(quote) }),
}
