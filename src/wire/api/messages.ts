import { z } from 'zod'
import { endpoint, id, instant, name, pageOf, paging } from '../endpoint.ts'

const states = ['waiting', 'sent', 'bounced', 'failed', 'dropped', 'received'] as const

const line = z.strictObject({
  id: id('message'), customer: id('customer').nullable(), move: id('move').nullable(), contact: id('contact').nullable(), name: z.string(), address: z.string(), event: z.string().describe('what it is about, such as task-reminder; note and answer are people’s own'),
  state: z.enum(states), why: z.string().nullable().describe('why it was not sent, or came back'), createdAt: instant, sentAt: instant.nullable(), by: name.nullable().describe('who wrote it; none: Rehome'), text: z.string().nullable().describe('what a person wrote'),
})
const text = z.string().trim().min(1).max(10_000)

export const messagesApi = {
  'messages.list': endpoint({
    method: 'GET', path: '/api/messages', says: 'Every message sent and received, in one thread: of a move, of a customer, or with one person.',
    input: z.strictObject({ ...paging, move: id('move').exactOptional(), customer: id('customer').exactOptional(), contact: id('contact').exactOptional(), state: z.enum(states).exactOptional() }), answer: pageOf(line),
  }),
  'messages.send': endpoint({ method: 'POST', path: '/api/messages', says: 'Writes to a person of a customer or partner, in the thread of a move if one is named.', input: z.strictObject({ contact: id('contact'), move: id('move').exactOptional(), text }), answer: z.strictObject({ id: id('message') }) }),
  'messages.answer': endpoint({ method: 'POST', path: '/api/moves/{move}/messages', says: 'Writes to the vendor about a move; the people to turn to are told.', input: z.strictObject({ move: id('move'), text }), answer: z.strictObject({ id: id('message') }) }),
  'messages.again': endpoint({ method: 'POST', path: '/api/messages/{message}/again', says: 'Sends what came back, failed or was dropped anew, to the address the person has now.', input: z.strictObject({ message: id('message') }), answer: z.strictObject({ id: id('message') }) }),
}
