import { z } from 'zod'
import { endpoint, id, instant, pageOf, paging } from '../endpoint.ts'

const bundle = z.strictObject({
  id: id('bundle'), vendor: id('vendor'), customer: id('customer'), move: id('move'), file: z.string(), bundle: z.string(), bytes: z.int(), fingerprint: z.string(), by: z.string(), at: instant, provenAt: instant.nullable(),
  checksum: z.string().describe('SHA-256 of the signed index, which names the SHA-256 of every part'),
})

const archive = z.strictObject({
  id: id('archive'), vendor: id('vendor'), customer: id('customer'), move: id('move'), name: z.string(), bytes: z.int(), sha256: z.string(), files: z.int(), others: z.int(), at: instant,
  sentBytes: z.int().describe('how many of its bytes were fetched so far, each counted once'), sentAt: instant.nullable().describe('since when that is all of them'),
})
const claim = z.coerce.number().int().min(1)
const hash = z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256')

const begun = z.strictObject({ path: z.string().describe('where it is fetched, whole or in parts (Range), until then; whoever knows it can'), expiresAt: instant })

export const bundlesApi = {
  'bundles.add': endpoint({ method: 'POST', path: '/api/moves/{move}/bundles', says: 'Says that a file in control’s folder of bundles is this move’s: its signed index is checked.', input: z.strictObject({ move: id('move'), file: z.string().min(1).max(255).describe('the file’s bare name in the folder') }), answer: z.strictObject({ bundle }) }),
  'bundles.list': endpoint({ method: 'GET', path: '/api/moves/{move}/bundles', says: 'The bundles of a move, and whether they were proven where they were imported.', input: z.strictObject({ move: id('move'), ...paging }), answer: pageOf(bundle) }),
  'bundles.link': endpoint({ method: 'POST', path: '/api/bundles/{bundle}/links', says: 'Sends the contact on file, or the contact who asks, a link by which the bundle is fetched: it expires and is counted.', input: z.strictObject({ bundle: id('bundle'), days: z.int().min(1).max(90).default(14).describe('how long it works'), times: z.int().min(1).max(100).default(3).describe('how many whole downloads it is good for') }), answer: z.strictObject({ link: id('bundle-link'), contact: id('contact'), expiresAt: instant, times: z.int() }) }),
  'bundles.download': endpoint({ method: 'POST', path: '/api/bundles/{bundle}/downloads', says: 'Begins a download of a bundle for the contact who asks, after the second factor: without a letter, once, to be resumed.', isSecret: true, input: z.strictObject({ bundle: id('bundle') }), answer: begun }),
  'files.list': endpoint({ method: 'GET', path: '/api/moves/{move}/files', says: 'The archive of the files that do not move, and how much of it was fetched.', input: z.strictObject({ move: id('move'), ...paging }), answer: pageOf(archive) }),
  'files.link': endpoint({ method: 'POST', path: '/api/files/{archive}/links', says: 'Sends the contact on file, or the contact who asks, a link by which the archive is fetched: it expires and is counted.', input: z.strictObject({ archive: id('archive'), days: z.int().min(1).max(90).default(30).describe('how long it works'), times: z.int().min(1).max(100).default(3).describe('how many whole downloads it is good for') }), answer: z.strictObject({ link: id('bundle-link'), contact: id('contact'), expiresAt: instant, times: z.int() }) }),
  'files.download': endpoint({ method: 'POST', path: '/api/files/{archive}/downloads', says: 'Begins a download of the archive for the contact who asks, after the second factor: without a letter, once, to be resumed.', isSecret: true, input: z.strictObject({ archive: id('archive') }), answer: begun }),
  'files.put': endpoint({ method: 'POST', path: '/api/orders/{order}/files', says: 'A piece of the archive that an agent packs, behind those before it: for agents.', isSecret: true, input: z.strictObject({ order: id('order'), claim, at: z.int().min(0), sha256: hash, base64: z.string().min(1).max(12_000_000) }), answer: z.strictObject({ next: z.int() }) }),
  'files.done': endpoint({ method: 'POST', path: '/api/orders/{order}/files/done', says: 'The archive is whole, and the contact on file gets the link: for agents.', input: z.strictObject({ order: id('order'), claim, bytes: z.int().min(1), sha256: hash, files: z.int().min(0), others: z.int().min(0) }), answer: z.strictObject({ archive: id('archive') }) }),
  'bundles.receipt': endpoint({ method: 'POST', path: '/api/bundles/{bundle}/receipt', says: 'Takes the receipt that the import wrote: everything was read back on the customer’s server and is what was exported.', input: z.strictObject({ bundle: id('bundle'), receipt: z.string().min(1).max(100_000).describe('the receipt file’s text') }), answer: z.strictObject({ bundle, closed: z.array(z.string()) }) }),
}
