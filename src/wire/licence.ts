import { z } from 'zod'
import { endpoint, id, instant } from './endpoint.ts'

const word = z.string().trim().min(1).max(200)
const signed = z.string().max(2_000_000).regex(/^[\w-]+\.[\w-]+\.[\w-]+$/, 'is no signed document').describe('a signed document: a JSON Web Signature in compact form')
/** A receipt names every seat that is out, and a request may hold a receipt. */
const longSigned = z.string().max(60_000_000).regex(/^[\w-]+\.[\w-]+\.[\w-]+$/, 'is no signed document').describe('a signed document: a JSON Web Signature in compact form')
export const holder = z.strictObject({ user: word, host: word, program: word })
const lease = id('lease')
const machineLock = z.strictObject({ salt: z.string().max(100), factors: z.array(z.strictObject({ kind: z.enum(['machine-id', 'board', 'processor', 'network', 'disk', 'host-name']), hash: z.string().max(100) })).max(20) })
const maintenance = z.strictObject({ reason: word, since: instant, expectedEnd: instant.nullable() })
const profile = z.strictObject({ name: word, licences: z.array(z.string().max(200)) })
/** Two with the same key are one; what changes something by hand bears one. */
const key = z.string().min(8).max(200).describe('asked again with the same key it is carried out once, and answered the same')

export const sheet = z.strictObject({
  format: z.literal('rehome-licences/1'),
  server: z.strictObject({ name: z.string(), product: z.string(), version: z.string() }),
  takenAt: instant,
  maintenance: maintenance.nullable(),
  licences: z.array(z.strictObject({
    id: z.string(), product: z.string(), kind: z.string(), name: z.string(), seats: z.number().int().nullable(), endsAt: instant.nullable(), state: z.enum(['active', 'inactive', 'absent']),
    machine: z.string().nullable(), code: z.string().nullable(), taken: z.array(z.strictObject({ holder, until: instant, isBorrowed: z.boolean() })),
  })),
  profiles: z.array(profile),
})

/** What products ask. Open to whoever reaches the server, or, where it is set so, to those who have its seat token. */
export const seatsApi = {
  'seats.checkOut': endpoint({
    method: 'POST', path: '/api/seats/check-out', says: 'A seat of the first licence of a profile that has one.', open: true,
    input: z.strictObject({ profile: word, holder, key, /** Taken along without a connection for so many hours. */ borrowHours: z.number().int().min(1).exactOptional(), nodeLock: machineLock.exactOptional() }),
    answer: z.strictObject({ lease, licence: id('licence'), kind: z.string(), until: instant, heartbeatSeconds: z.number(), seat: signed, activation: signed, document: signed, /** That the licence is over and its grace runs until then. */ graceUntil: instant.nullable() }),
  }),
  'seats.heartbeat': endpoint({
    method: 'POST', path: '/api/seats/heartbeat', says: 'The holders of these seats are still there.', open: true,
    input: z.strictObject({ leases: z.array(lease).min(1).max(1_000) }),
    answer: z.strictObject({ answers: z.array(z.strictObject({ lease, until: instant.nullable(), refused: z.enum(['lease-over', 'moved', 'maintenance']).nullable() })), moved: signed.nullable() }),
  }),
  'seats.release': endpoint({ method: 'POST', path: '/api/seats/release', says: 'These seats are free again.', open: true, input: z.strictObject({ leases: z.array(lease).min(1).max(1_000) }), answer: z.strictObject({ released: z.number().int() }) }),
  'server.read': endpoint({
    method: 'GET', path: '/api/server', says: 'What server this is, and whether it moved.', open: true, input: z.strictObject({}),
    answer: z.strictObject({ server: id('licence-server'), publicKey: z.string(), product: z.string(), version: z.string(), issuer: z.string().nullable().describe('where its issuer is'), issuerKey: z.string().nullable().describe('the issuer’s public key, by which its documents are checked'), maintenance: maintenance.nullable(), moved: signed.nullable(), /** One that stands here: by it whoever was sent here knows that the issuer knows this server. */ activation: signed.nullable() }),
  }),
}

/** What the people who run it ask, with its administrator's token. */
export const licencesApi = {
  'licences.sheet': endpoint({ method: 'GET', path: '/api/licences/sheet', says: 'Every licence, profile and seat that is out: the back-up sheet.', input: z.strictObject({}), answer: sheet }),
  'licences.maintain': endpoint({ method: 'POST', path: '/api/licences/maintain', says: 'New seats are refused with the reason; those that are out go on. Without a reason: it is over.', input: z.strictObject({ reason: word.nullable(), expectedEnd: instant.nullable().default(null), key }), answer: z.strictObject({ maintenance: maintenance.nullable() }) }),
  'licences.deactivate': endpoint({ method: 'POST', path: '/api/licences/deactivate', says: 'A licence is given up: no seat of it is given out here any more.', input: z.strictObject({ licence: id('licence'), key }), answer: z.strictObject({ licence: id('licence'), document: signed, receipt: longSigned }) }),
  'licences.install': endpoint({ method: 'POST', path: '/api/licences/install', says: 'A licence is put in, inactive.', input: z.strictObject({ document: signed, key }), answer: z.strictObject({ licence: id('licence') }) }),
  'licences.request': endpoint({ method: 'POST', path: '/api/licences/request', says: 'The signed request for an activation, to be carried to the issuer as a file.', input: z.strictObject({ licence: id('licence'), code: word, receipt: longSigned.nullable().default(null) }), answer: z.strictObject({ request: longSigned }) }),
  'licences.activate': endpoint({
    method: 'POST', path: '/api/licences/activate', says: 'A licence is bound to this machine: by its code, asked of the issuer, or by the activation that the issuer gave as a file.',
    input: z.strictObject({ licence: id('licence'), code: word.exactOptional(), activation: signed.exactOptional(), receipt: longSigned.nullable().default(null), key }), answer: z.strictObject({ licence: id('licence'), generation: z.number().int(), activation: signed }),
  }),
  'profiles.link': endpoint({ method: 'POST', path: '/api/profiles/link', says: 'A profile has this name and these licences, in this order.', input: z.strictObject({ ...profile.shape, name: word, key }), answer: profile }),
  'profiles.rename': endpoint({ method: 'POST', path: '/api/profiles/rename', says: 'A profile has another name.', input: z.strictObject({ from: word, to: word, key }), answer: profile }),
  'licences.redirect': endpoint({ method: 'POST', path: '/api/licences/redirect', says: 'Whoever asks is sent to another server; without one, nobody is.', input: z.strictObject({ to: z.url().nullable(), key }), answer: z.strictObject({ moved: signed.nullable() }) }),
  'clock.read': endpoint({
    method: 'GET', path: '/api/clock', says: 'What the server takes for the time, and what forgiving its clock would come to.', input: z.strictObject({}),
    answer: z.strictObject({ time: instant, wall: instant, ahead: z.number().nullable().describe('by so many milliseconds the server’s own time is ahead of its clock; null: not so far that seats are refused'), waiting: z.array(z.strictObject({ licence: id('licence'), name: z.string() })), forgiven: z.array(z.strictObject({ at: instant, from: instant, by: z.string(), reason: z.string() })) }),
  }),
  'clock.forgive': endpoint({
    method: 'POST', path: '/api/clock/forgive', says: 'The clock is right, and was far ahead when the server was started once: the server’s time is the clock’s again.', input: z.strictObject({ by: word, reason: word, key }),
    answer: z.strictObject({ time: instant, from: instant, seats: z.number().int(), again: z.number().int(), hours: z.number().int() }),
  }),
  'seats.list': endpoint({ method: 'GET', path: '/api/seats', says: 'Who holds which seat, until when.', input: z.strictObject({ profile: word.exactOptional(), licence: id('licence').exactOptional(), limit: z.coerce.number().int().min(1).max(1_000).exactOptional() }), answer: z.strictObject({ items: z.array(z.strictObject({ lease, licence: id('licence'), profile: z.string(), holder, takenAt: instant, until: instant, isBorrowed: z.boolean() })), more: z.number().int() }) }),
  'seats.usage': endpoint({ method: 'GET', path: '/api/seats/usage', says: 'By licence and hour: the peak of seats out, check-outs, refusals.', input: z.strictObject({ from: instant, to: instant, licence: id('licence').exactOptional() }), answer: z.strictObject({ hours: z.array(z.strictObject({ licence: id('licence'), hour: instant, peak: z.number().int(), checkOuts: z.number().int(), refusals: z.number().int() })) }) }),
}

/** What an issuer answers: its own people with the administrator's token, licence servers by what they sign. */
export const issuerApi = {
  'issuer.issue': endpoint({
    method: 'POST', path: '/api/issuer/licences', says: 'Issues a licence and its activation code, which is told once.',
    input: z.strictObject({ product: word, kind: word, name: word, seats: z.number().int().min(1).max(1_000_000).nullable(), startsAt: instant.exactOptional(), endsAt: instant.nullable().default(null), graceDays: z.number().int().min(0).max(365).default(0), borrowHours: z.number().int().min(0).max(8_760).default(0), key }),
    answer: z.strictObject({ licence: id('licence'), document: signed, code: z.string() }),
  }),
  'issuer.list': endpoint({ method: 'GET', path: '/api/issuer/licences', says: 'Every licence that was issued, and where it is active.', input: z.strictObject({ after: z.uuid().exactOptional(), limit: z.coerce.number().int().min(1).max(500).exactOptional() }), answer: z.strictObject({ items: z.array(z.strictObject({ licence: id('licence'), product: z.string(), kind: z.string(), name: z.string(), seats: z.number().int().nullable(), endsAt: instant.nullable(), generation: z.number().int(), activeAt: z.strictObject({ server: id('licence-server'), machine: z.string(), since: instant }).nullable(), withdrawnAt: instant.nullable() })), next: z.uuid().nullable() }) }),
  'issuer.withdraw': endpoint({ method: 'POST', path: '/api/issuer/withdraw', says: 'A licence is no longer to be activated by anybody.', input: z.strictObject({ licence: id('licence'), key }), answer: z.strictObject({ licence: id('licence') }) }),
  'issuer.activate': endpoint({ method: 'POST', path: '/api/issuer/activate', says: 'Takes a licence server’s signed request, gives the activation.', open: true, input: z.strictObject({ request: longSigned }), answer: z.strictObject({ activation: signed }) }),
  'issuer.deactivated': endpoint({ method: 'POST', path: '/api/issuer/deactivated', says: 'Takes a licence server’s signed receipt: the licence is active nowhere.', open: true, input: z.strictObject({ receipt: longSigned }), answer: z.strictObject({}) }),
  'issuer.stands': endpoint({ method: 'POST', path: '/api/issuer/stands', says: 'Whether an activation is still the newest of its licence.', open: true, input: z.strictObject({ activation: signed }), answer: z.strictObject({ stands: z.boolean(), at: instant.nullable().default(null).describe('what time it is for the issuer') }) }),
}

export const licenceApi = { ...seatsApi, ...licencesApi, ...issuerApi }
export type LicenceApi = typeof licenceApi
export type LicenceEndpoint = keyof LicenceApi
