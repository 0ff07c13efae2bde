import { z } from 'zod'
import { endpoint } from '../endpoint.ts'

export const sampleApi = {
  'sample.load': endpoint({ method: 'POST', path: '/api/sample', says: 'Fills an empty ledger with a programme for each case, of companies that are plainly made up.', input: z.strictObject({}), answer: z.strictObject({ programmes: z.int(), customers: z.int(), moves: z.int(), tasks: z.int() }) }),
}
