import { z } from 'zod'
import { endpoint, id, instant, paging } from '../endpoint.ts'

const limit = z.strictObject({ condition: z.literal('users-within-licence'), isMet: z.boolean(), users: z.int(), licensed: z.int(), mustGo: z.int() })
const user = z.strictObject({ id: id('user'), key: z.string(), name: z.string(), email: z.string().nullable(), lastSeenAt: instant.nullable(), markedBy: z.string().nullable(), markedAt: instant.nullable(), suggested: z.boolean() })
const tenant = id('tenant')

export const usersApi = {
  'users.list': endpoint({
    method: 'GET', path: '/api/tenants/{tenant}/users', says: 'Who can sign in to a tenant that moves: who was not seen for longest first, and which are too many for the new server.',
    input: z.strictObject({ tenant, ...paging, marked: z.stringbool().exactOptional().describe('only those who are marked to be deleted, or only the others') }),
    answer: z.strictObject({ items: z.array(user), next: z.uuid().nullable(), told: z.int(), marked: z.int(), limit: limit.nullable(), afterwards: limit.nullable() }),
  }),
  'users.tell': endpoint({
    method: 'POST', path: '/api/tenants/{tenant}/users', says: 'Takes the list of a tenant’s users from a CSV file with the columns key, name, email and lastSeen, in the place of the one before. It is erased when the move is over.',
    input: z.strictObject({ tenant, csv: z.string().max(15_000_000).describe('the file’s text; lastSeen is a day or a time such as 2026-10-01 or 2026-10-01T09:00:00Z, or empty') }), answer: z.strictObject({ users: z.int() }),
  }),
  'users.mark': endpoint({
    method: 'POST', path: '/api/tenants/{tenant}/users/marks', says: 'Marks which users are to be deleted, or takes marks away. They are deleted in the product.',
    input: z.strictObject({ tenant, users: z.array(id('user')).max(1_000).exactOptional(), suggested: z.boolean().exactOptional().describe('those who were not seen for longest, as many as must go'), marked: z.boolean().default(true) }),
    answer: z.strictObject({ marked: z.int(), afterwards: z.union([limit, z.strictObject({ stillMustGo: z.int() })]).nullable() }),
  }),
}
