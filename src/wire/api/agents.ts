import { z } from 'zod'
import { claimed, serves, told, wish } from '../agent.ts'
import { endpoint, id, instant, name, pageOf, paging } from '../endpoint.ts'

const agent = z.strictObject({ id: id('agent'), vendor: id('vendor'), customer: id('customer').nullable(), name, joinedAt: instant.nullable(), seenAt: instant.nullable(), revokedAt: instant.nullable() })
const claim = z.coerce.number().int().min(1)

export const agentsApi = {
  'agents.list': endpoint({ method: 'GET', path: '/api/agents', says: 'The agents, and when each was last heard.', input: z.strictObject(paging), answer: pageOf(agent) }),
  'agents.add': endpoint({ method: 'POST', path: '/api/agents', says: 'Adds an agent. Its token is told in the answer, and never again.', input: z.strictObject({ name, customer: id('customer').nullable().default(null).describe('the customer at whose place it stands: it gets no other’s orders') }), answer: z.strictObject({ id: id('agent'), token: z.string() }) }),
  'agents.revoke': endpoint({ method: 'POST', path: '/api/agents/{agent}/revoke', says: 'Makes an agent’s token void. What it has in hand another one takes up when its lease has run out.', input: z.strictObject({ agent: id('agent') }), answer: z.strictObject({}) }),
  'agents.join': endpoint({ method: 'POST', path: '/api/agents/join', says: 'An agent’s first word: for agents.', input: z.strictObject({}), answer: z.strictObject({ id: id('agent'), name, vendor: name, leaseMs: z.int() }) }),
  'orders.claim': endpoint({ method: 'POST', path: '/api/orders/claim', says: 'The oldest order that this agent can carry out; waits for one: for agents.', input: z.strictObject({ serves, waitSeconds: z.int().min(0).max(25).default(20) }), answer: z.strictObject({ claimed: claimed.nullable() }) }),
  'orders.report': endpoint({ method: 'POST', path: '/api/orders/{order}/reports', says: 'What an agent tells of an order, numbered without a gap; told again it changes nothing: for agents.', input: z.strictObject({ order: id('order'), claim, from: z.int().min(1), told: z.array(told).max(1_000) }), answer: z.strictObject({ next: z.int(), wish, switched: z.string().nullable() }) }),
  'orders.wish': endpoint({ method: 'POST', path: '/api/orders/{order}/wish', says: 'What is wished of an order in hand; waits for a change, and keeps the lease: for agents.', input: z.strictObject({ order: id('order'), claim, after: z.int().min(-1), waitSeconds: z.int().min(0).max(25).default(20) }), answer: z.strictObject({ wish }) }),
}
