import { z } from 'zod'
import { endpoint, id, instant } from '../endpoint.ts'
import { who } from './tasks.ts'

/** One decision. `hash` covers all of it, and by `previous` every line before it. */
const line = z.strictObject({ seq: z.int(), at: instant, who, verb: z.string(), kind: z.string(), subject: z.string(), facts: z.record(z.string(), z.json()), previous: z.string(), hash: z.string() })

export const journalApi = {
  'journal.list': endpoint({
    method: 'GET', path: '/api/journal', says: 'Who decided what and when, the last first: of one move with everything that it is made of, or of all.',
    input: z.strictObject({
      move: id('move').exactOptional(), kind: z.string().max(50).describe('of what: move, task, gate …').exactOptional(), verb: z.string().max(100).describe('what was done: gate.decide, task.do …').exactOptional(), by: z.string().max(100).describe('the id of who did it').exactOptional(),
      from: instant.exactOptional(), to: instant.describe('what was before this').exactOptional(), after: z.string().regex(/^\d{1,15}$/).describe('the page after this number').exactOptional(), limit: z.coerce.number().int().min(1).max(500).describe('at most so many').exactOptional(),
    }),
    answer: z.strictObject({ items: z.array(line), /** Give it as `after` for what follows; none: that was all. */ next: z.string().nullable() }),
  }),
}
