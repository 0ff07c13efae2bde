import { z } from 'zod'
import { endpoint, id, instant, pageOf, paging } from '../endpoint.ts'

const words = z.strictObject({ en: z.string().trim().min(1).max(200), ja: z.string().trim().min(1).max(200) })
const shown = { id: id('document'), title: z.strictObject({ en: z.string(), ja: z.string() }), url: z.string().nullable(), file: z.string().nullable(), type: z.string().nullable(), bytes: z.int().nullable() }

export const documentsApi = {
  'documents.list': endpoint({ method: 'GET', path: '/api/documents', says: 'The documents that the vendor’s customers get when their move is complete.', input: z.strictObject(paging), answer: pageOf(z.strictObject({ ...shown, vendor: id('vendor'), playbook: z.string().nullable(), by: z.string(), at: instant })) }),
  'documents.add': endpoint({
    method: 'POST', path: '/api/documents', says: 'Adds a document that helps after a move: an address, or a file of at most 10 MiB.',
    input: z.strictObject({
      title: words, playbook: z.string().min(1).max(100).nullable().default(null).describe('for moves by this playbook; all, if none is named'), url: z.url({ protocol: /^https$/ }).max(2_000).exactOptional(),
      file: z.strictObject({ name: z.string().trim().min(1).max(200).regex(/^[^/\\\p{Cc}]+$/u, 'is no bare name'), type: z.string().max(200), base64: z.string().min(1).max(14_100_000) }).exactOptional(),
    }),
    answer: z.strictObject({ id: id('document') }),
  }),
  'documents.remove': endpoint({ method: 'POST', path: '/api/documents/{document}/remove', says: 'Takes a document away; letters that name it lead nowhere then.', input: z.strictObject({ document: id('document') }), answer: z.strictObject({}) }),
  'documents.of-move': endpoint({ method: 'GET', path: '/api/moves/{move}/documents', says: 'The documents that belong to a move, and where they are.', input: z.strictObject({ move: id('move') }), answer: z.strictObject({ documents: z.array(z.strictObject({ ...shown, address: z.string() })) }) }),
}
