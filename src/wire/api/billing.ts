import { z } from 'zod'
import { chargeKinds } from '#domain/charges.ts'
import { papers } from '#domain/invoices.ts'
import { day, endpoint, id, instant, note, pageOf, paging, text } from '../endpoint.ts'

const minor = z.int()
const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'is no month such as 2026-11').describe('a month, such as 2026-11')
const charge = z.strictObject({
  id: id('charge'), vendor: id('vendor'), customer: id('customer'), move: id('move').nullable(), key: z.string(), kind: z.enum(chargeKinds), onDay: day, currency: z.string(), amountMinor: minor,
  about: z.strictObject({ invoice: z.enum(['move', 'licences-and-support', 'subscription']), reference: z.string().nullable(), says: z.string(), corrects: id('charge').nullable() }),
})
const contract = z.strictObject({ id: id('contract'), vendor: id('vendor'), customer: id('customer'), kind: z.enum(['subscription', 'licence']), startsOn: day, endsOn: day.nullable(), term: z.enum(['month', 'year']) })
const days = z.strictObject({ first: day, last: day })
const calendar = z.array(z.strictObject({ what: z.enum(['subscription', 'licence', 'overlap', 'hole']), first: day, last: day.nullable() }))
const instead = z.strictObject({ licenceFrom: day, subscriptionUntil: day })
const cover = z.union([
  z.strictObject({ standing: z.literal('covered'), overlap: days.nullable(), days: z.int(), calendar }),
  z.strictObject({ standing: z.literal('uncovered'), refused: z.literal('hole'), hole: days, days: z.int(), calendar, instead }),
  z.strictObject({ standing: z.literal('uncovered'), refused: z.literal('overlap-too-short'), overlap: days.nullable(), days: z.int(), neededDays: z.int(), calendar, instead }),
  z.strictObject({ standing: z.literal('uncovered'), refused: z.literal('licence-ends-first'), calendar, licenceLast: day, subscriptionLast: day }),
  z.strictObject({ standing: z.literal('lacking'), missing: z.array(z.enum(['subscription', 'licence'])) }),
  z.strictObject({ standing: z.literal('goes-on') }),
])
const change = z.strictObject({ handedInOn: day, invoice: month, isInTime: z.boolean(), closesAt: instant })
const paperwork = z.strictObject({ condition: z.literal('paperwork-done'), isMet: z.boolean(), done: z.array(z.enum(papers)), missing: z.array(z.enum(papers)) })
const endsOn = day.nullable().describe('the first day on which it is no longer; none: it goes on')
const ofMove = z.strictObject({ move: id('move') })
const ofCustomer = z.strictObject({ customer: id('customer') })

export const billingApi = {
  'charges.list': endpoint({ method: 'GET', path: '/api/charges', says: 'What is to be invoiced. As a file: /api/charges/file?month=2026-11&format=csv.', input: z.strictObject({ ...paging, month: month.exactOptional(), customer: id('customer').exactOptional(), move: id('move').exactOptional() }), answer: pageOf(charge) }),
  'charges.correct': endpoint({ method: 'POST', path: '/api/charges/{charge}/correct', says: 'Changes what is to be paid for a line by another line; the first stays as it was.', input: z.strictObject({ charge: id('charge'), amountMinor: minor.min(-1e12).max(1e12).refine(one => one !== 0, 'changes nothing'), because: note.min(1) }), answer: charge }),
  'billing.licences': endpoint({ method: 'POST', path: '/api/moves/{move}/licences', says: 'Charges licences and support, once, on an invoice of their own.', input: z.strictObject({ move: id('move'), licencesMinor: minor.min(0).max(1e12).describe('in minor units of the vendor’s currency'), supportMinor: minor.min(0).max(1e12).describe('the same'), reference: note.min(1).describe('what was ordered'), onDay: day.exactOptional().describe('on which day it is charged, if not today') }), answer: z.strictObject({ charges: z.array(charge) }) }),
  'billing.plan-change': endpoint({ method: 'POST', path: '/api/customers/{customer}/plan-changes', says: 'Takes down a change of a customer’s plan. Handed in by the 25th it is on the next month’s invoice, later on that of the month after.', input: z.strictObject({ customer: id('customer'), says: note.min(1), amountMinor: minor.min(-1e12).max(1e12).default(0).describe('what it changes on the invoice, in minor units'), handedInAt: instant.exactOptional().describe('when it was handed in, if not now') }), answer: z.strictObject({ change, charge }) }),
  'billing.cut-off': endpoint({ method: 'GET', path: '/api/customers/{customer}/cut-off', says: 'On which invoice a plan change that is handed in now takes effect, and until when that is so.', input: ofCustomer, answer: change }),
  'billing.paperwork': endpoint({ method: 'GET', path: '/api/moves/{move}/paperwork', says: 'Which papers are there, and which are missing.', input: ofMove, answer: paperwork }),
  'billing.paper': endpoint({ method: 'POST', path: '/api/moves/{move}/paperwork', says: 'Says that a paper is there.', input: z.strictObject({ move: id('move'), paper: z.enum(papers).describe('what is there; what Rehome sees by itself nobody says') }), answer: paperwork }),
  'billing.user-limit': endpoint({ method: 'GET', path: '/api/moves/{move}/user-limit', says: 'How many users must go before the new server may serve the tenant.', input: ofMove, answer: z.strictObject({ limit: z.strictObject({ condition: z.literal('users-within-licence'), isMet: z.boolean(), users: z.int(), licensed: z.int(), mustGo: z.int() }).nullable(), unknown: z.enum(['users', 'licensed']).nullable(), countedAt: instant.nullable() }) }),
  'offers.list': endpoint({ method: 'GET', path: '/api/tenants/{tenant}/offers', says: 'Which moves can be offered to a tenant, and who bears their cost.', input: z.strictObject({ tenant: id('tenant') }), answer: z.strictObject({ users: z.int().nullable(), offers: z.array(z.strictObject({ name: z.string(), title: text, price: z.enum(['paid', 'included']), fromUsers: z.int().nullable(), isDue: z.boolean(), dueAt: instant.nullable() })) }) }),
  'contracts.read': endpoint({ method: 'GET', path: '/api/customers/{customer}/contracts', says: 'A customer’s contracts, and the overlap or the hole between them.', input: ofCustomer, answer: z.strictObject({ contracts: z.array(contract), cover }) }),
  'contracts.add': endpoint({ method: 'POST', path: '/api/customers/{customer}/contracts', says: 'Adds a subscription or a licence. A hole between them is refused while a move depends on there being none.', input: z.strictObject({ customer: id('customer'), kind: contract.shape.kind, startsOn: day, endsOn: endsOn.default(null), term: contract.shape.term }), answer: z.strictObject({ contract, cover }) }),
  'contracts.change': endpoint({ method: 'POST', path: '/api/contracts/{contract}', says: 'Changes a contract’s days.', input: z.strictObject({ contract: id('contract'), startsOn: day.exactOptional(), endsOn: endsOn.exactOptional(), term: contract.shape.term.exactOptional() }), answer: z.strictObject({ contract, cover }) }),
  'contracts.cancel': endpoint({ method: 'POST', path: '/api/contracts/{contract}/cancel', says: 'Ends a contract with the first term that the notice is in time for; reminders of the old home’s end follow.', input: z.strictObject({ contract: id('contract'), on: day.exactOptional().describe('the day on which it was cancelled, if not today') }), answer: z.strictObject({ contract, cover, lastDay: day, missedBy: z.int() }) }),
}
