import { z } from 'zod'
import { roles } from '#domain/access.ts'
import { duties } from '#domain/parties.ts'
import { linkPurposes } from '#domain/sign-in.ts'
import { country, email, endpoint, id, instant, locale, name, zone } from '../endpoint.ts'

const secret = z.string().min(1).max(200)
export const password = z.string().min(1).max(1_024)
/** As the device and the browser have it; the server looks at every part. */
const answer = z.json().describe('what the browser’s navigator.credentials answered, as JSON')
const asked = z.strictObject({ ask: id('pending'), /** For navigator.credentials. */ options: z.json() })
/** Of whoever signs in with a passkey that was asked for: the browser's answer, and to what. */
export const passkeyAnswer = z.strictObject({ ask: id('pending'), answer })
/** `token`: for programs. A browser (which says so by the header x-rehome) has a cookie instead. */
export const begun = z.strictObject({ session: id('session'), token: z.string().nullable(), expiresAt: instant })
const sent = z.strictObject({ sent: z.literal(true) })
const nothing = z.strictObject({})
const ownSession = z.strictObject({ id: id('session'), createdAt: instant, seenAt: instant, expiresAt: instant, isThis: z.boolean() })
const self = z.strictObject({
  kind: z.enum(['operator', 'contact', 'agent', 'system']), id: z.string(), name: z.string(), email: z.string().nullable(), locale, vendor: z.strictObject({ id: id('vendor'), name: z.string(), zone }),
  customer: id('customer').nullable(), partner: id('partner').nullable(), roles: z.array(z.enum(roles)), duties: z.array(z.enum(duties)), isProven: z.boolean(),
})
/** How a person will sign in: a password, a passkey, or both. */
export const ways = { password: password.exactOptional(), passkey: passkeyAnswer.exactOptional() }
/** What only one person has stands in what is asked: no command of the command line, which others on the machine can read. */
const unsaid = { isSecret: true } as const

export const signInApi = {
  'links.ask': endpoint({ method: 'POST', path: '/api/links/ask', open: true, says: 'Sends a link to sign in to a person of a customer or partner. The answer is the same whether the address is known or not.', input: z.strictObject({ email }), answer: sent }),
  'links.again': endpoint({ ...unsaid, method: 'POST', path: '/api/links/again', open: true, says: 'Sends a new link in the place of an old one, to the same person.', input: z.strictObject({ token: secret }), answer: sent }),
  'links.use': endpoint({ ...unsaid, method: 'POST', path: '/api/links/use', open: true, says: 'Uses the link of a letter: once. It verifies the address, and signs in unless it was about the address only.', input: z.strictObject({ token: secret }), answer: z.strictObject({ purpose: z.enum(linkPurposes), begun: begun.nullable() }) }),
  'codes.ask': endpoint({ ...unsaid, method: 'POST', path: '/api/codes/ask', says: 'Sends six digits to the address on file of whoever is signed in, for what needs a second factor.', input: nothing, answer: z.strictObject({ expiresAt: instant }) }),
  'codes.use': endpoint({ ...unsaid, method: 'POST', path: '/api/codes/use', says: 'The six digits that were sent: five tries, ten minutes, once.', input: z.strictObject({ digits: z.string().max(40) }), answer: z.strictObject({ proven: z.literal(true) }) }),
  'sessions.begin': endpoint({ ...unsaid, method: 'POST', path: '/api/sessions/begin', open: true, says: 'Signs one of the vendor’s people in by address and password.', input: z.strictObject({ email, password }), answer: begun }),
  'sessions.read': endpoint({ method: 'GET', path: '/api/session', says: 'Who you are here.', input: nothing, answer: self }),
  'sessions.list': endpoint({ method: 'GET', path: '/api/sessions', says: 'Where you are signed in.', input: nothing, answer: z.strictObject({ items: z.array(ownSession) }) }),
  'sessions.end': endpoint({ method: 'POST', path: '/api/sessions/end', says: 'Signs you out: here, or in the session that is named.', input: z.strictObject({ session: id('session').exactOptional() }), answer: z.strictObject({ ended: id('session') }) }),
  'service.begin': endpoint({ ...unsaid, method: 'POST', path: '/api/sign-in/begin', open: true, says: 'Where a browser goes to sign one of the vendor’s people in at the vendor’s own service. It comes back to /api/sign-in/return.', input: z.strictObject({ returnTo: z.string().max(2_000).default('/').describe('a path here, for afterwards') }), answer: z.strictObject({ url: z.url() }) }),
  'passkeys.ask': endpoint({ ...unsaid, method: 'POST', path: '/api/passkeys/ask', open: true, says: 'What a browser asks its passkeys, to sign in.', input: nothing, answer: asked }),
  'passkeys.use': endpoint({ ...unsaid, method: 'POST', path: '/api/passkeys/use', open: true, says: 'Signs one of the vendor’s people in by a passkey.', input: passkeyAnswer, answer: begun }),
  'passkeys.offer': endpoint({ ...unsaid, method: 'POST', path: '/api/passkeys/offer', says: 'What a browser needs to make another passkey for you.', input: nothing, answer: asked }),
  'passkeys.add': endpoint({ ...unsaid, method: 'POST', path: '/api/passkeys', says: 'Adds the passkey that your browser made.', input: passkeyAnswer, answer: z.strictObject({ id: id('passkey') }) }),
  'passkeys.list': endpoint({ method: 'GET', path: '/api/passkeys', says: 'Your passkeys.', input: nothing, answer: z.strictObject({ items: z.array(z.strictObject({ id: id('passkey'), createdAt: instant, usedAt: instant.nullable() })) }) }),
  'passkeys.remove': endpoint({ method: 'POST', path: '/api/passkeys/{passkey}/remove', says: 'Removes one of your passkeys, unless it is your last way in.', input: z.strictObject({ passkey: id('passkey') }), answer: z.strictObject({ removed: id('passkey') }) }),
  'passwords.change': endpoint({ ...unsaid, method: 'POST', path: '/api/passwords/change', says: 'Changes your password, and signs you out everywhere else.', input: z.strictObject({ current: password, password }), answer: z.strictObject({ changed: z.literal(true) }) }),
  'setup.offer': endpoint({ ...unsaid, method: 'POST', path: '/api/setup/offer', open: true, says: 'What a browser needs to make a passkey for the first administrator.', input: z.strictObject({ token: secret, name, email }), answer: asked }),
  'setup.finish': endpoint({ ...unsaid, method: 'POST', path: '/api/setup/finish', open: true, says: 'Makes the vendor and its first administrator, with the address that control printed at its first start. Never again after that.', input: z.strictObject({ token: secret, vendor: z.strictObject({ name, country, zone, locale }), name, email, ...ways }), answer: begun }),
}
