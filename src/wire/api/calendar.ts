import { z } from 'zod'
import { kinds } from '#domain/office-hours.ts'
import { duties, parties } from '#domain/parties.ts'
import { callKinds } from '#domain/records.ts'
import { windowActs } from '#domain/windows.ts'
import { day, endpoint, id, instant, name, note, pageOf, paging, text } from '../endpoint.ts'
import { currency } from './settings.ts'

const wallTime = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'is no time such as 22:00').describe('a time of the clock on the wall, such as 22:00')
const ofMove = { vendor: id('vendor'), customer: id('customer'), move: id('move') }

const window = z.strictObject({
  id: id('window'), ...ofMove, tenant: id('tenant'), home: id('home'), startsAt: instant, endsAt: instant, zone: z.string(), state: z.enum(['proposed', 'confirmed', 'cancelled']), sequence: z.int(),
  confirmedBy: z.string().nullable(), confirmedAt: instant.nullable(),
})
const days = z.strictObject({ first: day, last: day })
const blackout = z.strictObject({ id: id('blackout'), vendor: id('vendor'), home: id('home').nullable(), customer: id('customer').nullable(), startsAt: instant, endsAt: instant, reason: z.string() })
const hit = z.strictObject({ window: id('window'), move: id('move'), customer: z.strictObject({ id: id('customer'), name: z.string() }), startsAt: instant, endsAt: instant, zone: z.string() })
const reason = note.min(1).nullable().default(null).describe('why, as those who are told will read it')
const estimate = z.strictObject({ basis: z.enum(['measured', 'assumed-pace', 'nothing-measured']), p50Ms: z.number().nullable(), p95Ms: z.number(), says: text })
const offer = z.strictObject({ from: instant, to: instant, day, told: z.enum(['exact', 'moved-forward', 'earlier-of-two']), says: z.string(), holidays: z.array(z.strictObject({ country: z.string(), day, name: text })),
  price: z.strictObject({ amountMinor: z.int(), currency, parts: z.array(z.strictObject({ kind: z.enum(kinds), minutes: z.int(), percent: z.int() })) }).nullable().describe('of a quoted move, without tax, if the work begins then') })

const call = z.strictObject({
  id: id('call'), ...ofMove, kind: z.enum(callKinds), key: z.string().nullable(), title: text, startsAt: instant, endsAt: instant, zone: z.string(), place: z.string().nullable(), link: z.string().nullable(), agenda: z.array(text), questionnaire: z.boolean(),
  state: z.enum(['planned', 'cancelled']), sequence: z.int(), plannedBy: z.string(), createdAt: instant,
})
const answer = z.enum(['accepted', 'tentative', 'declined'])
const attendance = z.strictObject({ id: id('attendance'), ...ofMove, call: id('call'), party: z.enum(parties), contact: id('contact').nullable(), operator: id('operator').nullable(), answer: answer.nullable(), note: z.string().nullable(), answeredAt: instant.nullable() })
const callWish = {
  kind: z.enum(callKinds), key: z.string().max(100).describe('the call of the playbook that it is: its title, agenda, length and people are taken unless said otherwise').exactOptional(), title: text.exactOptional(), startsAt: instant, minutes: z.int().min(5).max(8 * 60).exactOptional(),
  place: name.nullable().default(null), link: z.url({ protocol: /^https?$/ }).max(2_000).nullable().default(null), agenda: z.array(text).max(30).exactOptional(), questionnaire: z.boolean().exactOptional(),
  duties: z.array(z.enum(duties)).describe('whose duty it is at the customer').exactOptional(), partner: z.boolean().default(false).describe('the partner’s point of contact too'), operators: z.array(id('operator')).max(20).default([]),
}
const availability = z.strictObject({ id: id('availability'), vendor: id('vendor'), customer: id('customer').nullable(), party: z.enum(parties), contact: id('contact'), firstOn: day, lastOn: day, available: z.boolean(), note: z.string().nullable(), at: instant })

export const calendarApi = {
  'windows.list': endpoint({
    method: 'GET', path: '/api/windows', says: 'The windows, each with the blackouts that were laid over it since.', input: z.strictObject({ ...paging, move: id('move').exactOptional(), customer: id('customer').exactOptional(), state: window.shape.state.exactOptional(), from: instant.exactOptional(), to: instant.exactOptional() }),
    answer: pageOf(window.extend({ blackouts: z.array(z.strictObject({ id: z.string(), reason: z.string() })) })),
  }),
  'windows.offer': endpoint({
    method: 'GET', path: '/api/moves/{move}/window-offers', says: 'Free times around a wished day, with all that could be in the way considered: the vendor’s and the homes’ capacity, blackouts, no-go dates, the order of environments, and how long it takes.',
    input: z.strictObject({ move: id('move'), day: day.describe('the wished day, where the customer is'), time: wallTime.default('22:00'), minutes: z.coerce.number().int().min(15).max(14 * 24 * 60).describe('how long; as long as the work may need unless said').exactOptional(), count: z.coerce.number().int().min(1).max(30).default(5) }),
    answer: z.strictObject({ zone: z.string(), offers: z.array(offer), wished: z.array(z.string()), lengthMs: z.number(), estimate }),
  }),
  'windows.propose': endpoint({ method: 'POST', path: '/api/moves/{move}/windows', says: 'Proposes a window for a move; proposed again, it is that one instead.', input: z.strictObject({ move: id('move'), from: instant, to: instant }), answer: window }),
  'windows.confirm': endpoint({ method: 'POST', path: '/api/windows/{window}/confirm', says: 'Commits to a window: the plan is dated from it, and those it concerns are invited.', input: z.strictObject({ window: id('window') }), answer: window }),
  'windows.move': endpoint({ method: 'POST', path: '/api/windows/{window}/move', says: 'Moves a confirmed window: everything after it moves too, and whoever it concerns is told once.', input: z.strictObject({ window: id('window'), from: instant, to: instant, reason }), answer: window }),
  'windows.cancel': endpoint({ method: 'POST', path: '/api/windows/{window}/cancel', says: 'Takes a window back, out of the plan and out of calendars.', input: z.strictObject({ window: id('window'), reason }), answer: window }),

  'windows.choose': endpoint({ method: 'POST', path: '/api/moves/{move}/windows/choose', says: 'Fixes a window at once, where the vendor agreed on it with the customer by word of mouth: nobody is asked first, and those it concerns are invited.', input: z.strictObject({ move: id('move'), from: instant, to: instant }), answer: window }),
  'windows.preview': endpoint({
    method: 'GET', path: '/api/moves/{move}/window-preview', says: 'What would come of it if a window were proposed, chosen, confirmed, moved or cancelled now: what is dated anew, which quotes would no longer hold, and who is written to. Nothing is done.',
    input: z.strictObject({ move: id('move'), act: z.enum(windowActs), from: instant.exactOptional(), to: instant.exactOptional() }),
    answer: z.strictObject({
      t0: z.strictObject({ was: day, will: day }), tasks: z.int().describe('so many open tasks are dated anew'), gates: z.array(z.strictObject({ key: z.string(), title: text, was: day, will: day })), quotes: z.array(z.string()).describe('the numbers of those that no longer hold'),
      tells: z.array(z.strictObject({ name: z.string(), address: z.string(), isHeld: z.boolean().describe('the letter waits until the address is confirmed'), isInvited: z.boolean().describe('it goes into their calendar, or out of it') })),
    }),
  }),

  'holidays.list': endpoint({
    method: 'GET', path: '/api/holidays', says: 'The public holidays of the vendor’s country and of others between two days, with their names.', input: z.strictObject({ countries: z.string().regex(/^[A-Z]{2}(-[A-Z0-9]{1,3})?(,[A-Z]{2}(-[A-Z0-9]{1,3})?){0,59}$/, 'is no list of countries such as JP,US-CA').describe('such as JP,US-CA').exactOptional(), from: day, to: day }),
    answer: z.strictObject({ items: z.array(z.strictObject({ country: z.string(), isVendors: z.boolean(), isKnown: z.boolean().describe('false: nobody knows them here'), days: z.array(z.strictObject({ day, name: text })) })) }),
  }),

  'blackouts.list': endpoint({ method: 'GET', path: '/api/blackouts', says: 'When nothing may be cut over: of the vendor, of a home, or a customer’s no-go dates.', input: z.strictObject({ ...paging, home: id('home').exactOptional(), customer: id('customer').exactOptional(), from: instant.exactOptional(), to: instant.exactOptional() }), answer: pageOf(blackout) }),
  'blackouts.add': endpoint({
    method: 'POST', path: '/api/blackouts', says: 'Says when nothing may be cut over: on whole days, or between two times; at a home, for a customer, or anywhere. The confirmed windows that it hits are in the answer; they stay until somebody moves them.',
    input: z.strictObject({ home: id('home').exactOptional(), customer: id('customer').exactOptional(), firstOn: day.exactOptional(), lastOn: day.exactOptional(), startsAt: instant.exactOptional(), endsAt: instant.exactOptional(), reason: note.min(1) }),
    answer: z.strictObject({ id: id('blackout'), hits: z.array(hit) }),
  }),
  'blackouts.remove': endpoint({ method: 'POST', path: '/api/blackouts/{blackout}/remove', says: 'Takes a blackout away.', input: z.strictObject({ blackout: id('blackout') }), answer: z.strictObject({ id: id('blackout') }) }),

  'calls.list': endpoint({ method: 'GET', path: '/api/calls', says: 'The calls that the caller takes part in, or may see.', input: z.strictObject({ ...paging, move: id('move').exactOptional(), state: call.shape.state.exactOptional(), from: instant.exactOptional() }), answer: pageOf(call.extend({ yours: answer.nullable().describe('what the caller answered') })) }),
  'calls.read': endpoint({ method: 'GET', path: '/api/calls/{call}', says: 'One call, with who was asked to it and what they answered.', input: z.strictObject({ call: id('call') }), answer: z.strictObject({ call, people: z.array(attendance.extend({ name: z.string() })) }) }),
  'calls.plan': endpoint({ method: 'POST', path: '/api/moves/{move}/calls', says: 'Plans a call and invites people by their duties.', input: z.strictObject({ move: id('move'), ...callWish }), answer: z.strictObject({ call, invited: z.int() }) }),
  'calls.plan-for-wave': endpoint({ method: 'POST', path: '/api/waves/{wave}/calls', says: 'Plans the same call for every move of a wave, such as the go/no-go; each customer is invited to its own.', input: z.strictObject({ wave: id('wave'), ...callWish }), answer: z.strictObject({ calls: z.array(call) }) }),
  'calls.plan-check-ins': endpoint({
    method: 'POST', path: '/api/moves/{move}/check-ins', says: 'Plans the next check-ins, on the days that the playbook has for them.',
    input: z.strictObject({ move: id('move'), time: wallTime.default('10:00'), minutes: z.int().min(5).max(240).default(30), count: z.int().min(1).max(12).default(4), place: name.nullable().default(null), link: callWish.link }), answer: z.strictObject({ calls: z.array(call) }),
  }),
  'calls.move': endpoint({ method: 'POST', path: '/api/calls/{call}/move', says: 'Moves a call: everybody who was invited gets it anew, and is asked anew.', input: z.strictObject({ call: id('call'), startsAt: instant, minutes: z.int().min(5).max(8 * 60).exactOptional(), reason }), answer: call }),
  'calls.cancel': endpoint({ method: 'POST', path: '/api/calls/{call}/cancel', says: 'Cancels a call, and takes it out of calendars.', input: z.strictObject({ call: id('call'), reason }), answer: call }),
  'calls.answer': endpoint({ method: 'POST', path: '/api/calls/{call}/answer', says: 'Says whether one comes.', input: z.strictObject({ call: id('call'), answer, note: note.nullable().default(null) }), answer: attendance }),

  'availability.list': endpoint({ method: 'GET', path: '/api/availability', says: 'What people said of their days.', input: z.strictObject({ ...paging, customer: id('customer').exactOptional(), contact: id('contact').exactOptional() }), answer: pageOf(availability) }),
  'availability.give': endpoint({ method: 'POST', path: '/api/availability', says: 'Says that one is there, or away, on these days.', input: z.strictObject({ firstOn: day, lastOn: day, available: z.boolean(), note: note.nullable().default(null) }), answer: availability }),
  'availability.of-move': endpoint({
    method: 'GET', path: '/api/moves/{move}/availability', says: 'Who of a customer’s people is there throughout a move: days they are away, days they said nothing of, and days on which nobody is there for a duty.', input: z.strictObject({ move: id('move') }),
    answer: z.strictObject({ first: day, last: day, people: z.array(z.strictObject({ contact: id('contact'), name: z.string(), duties: z.array(z.enum(duties)), away: z.array(days), unsaid: z.array(days) })), uncovered: z.array(z.strictObject({ duty: z.enum(duties), days: z.array(days) })) }),
  }),

  'feeds.read': endpoint({ method: 'GET', path: '/api/feed', says: 'Whether the caller’s calendar can be subscribed to, and since when. The address is told only when it is made.', input: z.strictObject({}), answer: z.strictObject({ feed: z.strictObject({ id: id('feed'), createdAt: instant }).nullable() }) }),
  'feeds.make': endpoint({ method: 'POST', path: '/api/feed', says: 'Makes an address at which the caller’s calendar can be subscribed to. An earlier one no longer works.', input: z.strictObject({}), answer: z.strictObject({ id: id('feed'), address: z.string() }) }),
  'feeds.revoke': endpoint({ method: 'POST', path: '/api/feed/revoke', says: 'Ends the address of the caller’s calendar.', input: z.strictObject({}), answer: z.strictObject({ revoked: z.boolean() }) }),
}
