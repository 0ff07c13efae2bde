import { z } from 'zod'
import { endpoint } from '../endpoint.ts'

export const importKinds = ['partners', 'customers', 'contacts', 'homes', 'tenants'] as const
export type ImportKind = (typeof importKinds)[number]

const wrong = z.strictObject({ /** As a spreadsheet counts them: the heading is line 1. */ line: z.int(), says: z.string(), said: z.strictObject({ en: z.string(), ja: z.string() }).describe('the same for people') })

export const transferApi = {
  'transfer.import': endpoint({
    method: 'POST', path: '/api/import/{kind}', says: 'Adds what a CSV file with a heading lists, and changes what is there by the same name. Every line that is wrong is answered; with one of them, or as a dry run, nothing is changed.',
    input: z.strictObject({ kind: z.enum(importKinds).describe('what the lines are'), csv: z.string().max(8_000_000).describe('the file’s text'), dryRun: z.boolean().default(false).describe('only look') }),
    answer: z.strictObject({ lines: z.int(), added: z.int(), changed: z.int(), same: z.int(), wrong: z.array(wrong), isDone: z.boolean() }),
  }),
}
