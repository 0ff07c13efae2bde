import { z } from 'zod'
import { endpoint, id } from '../endpoint.ts'

const claim = z.coerce.number().int().min(1)
const number = z.coerce.number().int().min(0)
const held = { order: id('order'), claim }

/** Parts of back-ups of applications on their way from one machine to the other: encrypted before they come, and nobody here has the key. */
export const backupsApi = {
  'backups.put': endpoint({ method: 'POST', path: '/api/orders/{order}/backup', says: 'A piece of a part of the back-up that an agent makes, behind those of that part before it: for agents.', isSecret: true, input: z.strictObject({ ...held, part: z.int().min(0).max(1_000_000), at: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/), base64: z.string().min(1).max(12_000_000) }), answer: z.strictObject({ next: z.int() }) }),
  'backups.read': endpoint({ method: 'GET', path: '/api/orders/{order}/backup', says: 'Some of a part of the back-up that an order is about; null: it is not there: for agents.', isSecret: true, input: z.strictObject({ ...held, partClaim: claim, part: number, from: number, to: number }), answer: z.strictObject({ base64: z.string().nullable() }) }),
  'backups.remove': endpoint({ method: 'POST', path: '/api/moves/{move}/backup/remove', says: 'Removes what is kept here of back-ups of a move’s application. What was restored from them stays.', input: z.strictObject({ move: id('move') }), answer: z.strictObject({ removed: z.int().describe('how many parts') }) }),
}
