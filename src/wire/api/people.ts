import { z } from 'zod'
import { roles } from '#domain/access.ts'
import { email, endpoint, id, instant, name, pageOf, paging } from '../endpoint.ts'
import { begun, ways } from './sign-in.ts'

const role = z.array(z.enum(roles)).max(roles.length).describe('what this person is there for')
const person = z.strictObject({ id: id('operator'), vendor: id('vendor'), name, email: z.string(), roles: z.array(z.enum(roles)), disabledAt: instant.nullable(), signsInBy: z.array(z.enum(['password', 'service'])) })
/** `invitation`: for that person alone; it is shown this once. */
const invited = z.strictObject({ id: id('operator'), invitation: z.string(), expiresAt: instant })
const one = z.strictObject({ person: id('operator') })
const token = z.string().min(1).max(200)

export const peopleApi = {
  'people.list': endpoint({ method: 'GET', path: '/api/people', says: 'The vendor’s own people.', input: z.strictObject(paging), answer: pageOf(person) }),
  'people.add': endpoint({ method: 'POST', path: '/api/people', says: 'Adds one of the vendor’s people. The answer has an address at which they choose how to sign in: hand it over.', input: z.strictObject({ name, email, roles: role }), answer: invited }),
  'people.change': endpoint({ method: 'POST', path: '/api/people/{person}', says: 'Changes a person’s name or roles. Roles count at once; nobody gives themselves any, and an administrator always remains.', input: z.strictObject({ person: id('operator'), name: name.exactOptional(), roles: role.exactOptional() }), answer: person }),
  'people.disable': endpoint({ method: 'POST', path: '/api/people/{person}/disable', says: 'This person may nothing any more, at once. What they did stays.', input: one, answer: person }),
  'people.enable': endpoint({ method: 'POST', path: '/api/people/{person}/enable', says: 'This person may come in again.', input: one, answer: person }),
  'people.invite': endpoint({ method: 'POST', path: '/api/people/{person}/invite', says: 'A new address at which a person chooses how to sign in, for somebody who lost the password. An older one is void.', input: one, answer: invited }),
  'joining.offer': endpoint({ isSecret: true, method: 'POST', path: '/api/joining/offer', open: true, says: 'What a browser needs to make a passkey for whoever was invited.', input: z.strictObject({ token }), answer: z.strictObject({ ask: id('pending'), options: z.json() }) }),
  'joining.finish': endpoint({ isSecret: true, method: 'POST', path: '/api/joining/finish', open: true, says: 'Accepts an invitation with a password, a passkey or both, and signs in.', input: z.strictObject({ token, ...ways }), answer: begun }),
}
