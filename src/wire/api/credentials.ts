import { z } from 'zod'
import { credentialStates } from '#domain/credential.ts'
import { wantedUser } from '../agent.ts'
import { endpoint, id, instant, pageOf, paging } from '../endpoint.ts'

const credential = z.strictObject({
  id: id('credential'), vendor: id('vendor'), customer: id('customer'), move: id('move'), kind: z.enum(['master', 'integration']), name: z.string(), state: z.enum(credentialStates), contact: id('contact').nullable(),
  madeAt: instant, offeredAt: instant.nullable(), expiresAt: instant.nullable(), revealedAt: instant.nullable(),
})
const sighting = z.strictObject({ id: id('sighting'), vendor: id('vendor'), customer: id('customer'), tenant: id('tenant'), user: z.string(), host: z.string(), program: z.string(), firstAt: instant, lastAt: instant, closedAt: instant.nullable() })

export const credentialsApi = {
  'credentials.list': endpoint({ method: 'GET', path: '/api/moves/{move}/credentials', says: 'The credentials of a move, without their secrets.', input: z.strictObject({ move: id('move'), ...paging }), answer: pageOf(credential) }),
  'credentials.make': endpoint({ method: 'POST', path: '/api/moves/{move}/credentials', says: 'Has an agent make users at the destination, each with just the rights it needs. One of a name that is there is replaced.', input: z.strictObject({ move: id('move'), wanted: z.array(wantedUser).min(1).max(50) }), answer: z.strictObject({ id: id('order') }) }),
  'credentials.offer': endpoint({ method: 'POST', path: '/api/credentials/{credential}/offer', says: 'Makes a secret ready for one person of the customer’s, who is written to.', input: z.strictObject({ credential: id('credential'), contact: id('contact') }), answer: z.strictObject({ expiresAt: instant }) }),
  'credentials.reveal': endpoint({ method: 'POST', path: '/api/credentials/{credential}/reveal', says: 'Shows a secret to the contact on file: once, and only after the second factor.', input: z.strictObject({ credential: id('credential') }), answer: z.strictObject({ secret: z.string() }) }),
  'sightings.list': endpoint({ method: 'GET', path: '/api/tenants/{tenant}/sightings', says: 'Who was seen to use the old login.', input: z.strictObject({ tenant: id('tenant'), open: z.stringbool().exactOptional(), ...paging }), answer: pageOf(sighting.extend({ isQuiet: z.boolean() })) }),
  'sightings.close': endpoint({ method: 'POST', path: '/api/sightings/{sighting}/close', says: 'This one uses the new home now. Seen again, it is open again.', input: z.strictObject({ sighting: id('sighting') }), answer: sighting }),
}
