import { z } from 'zod'
import { endpoint, id, instant, pageOf, paging } from '../endpoint.ts'

const bundle = z.strictObject({
  id: id('bundle'), vendor: id('vendor'), customer: id('customer'), move: id('move'), file: z.string(), bundle: z.string(), bytes: z.int(), fingerprint: z.string(), by: z.string(), at: instant, provenAt: instant.nullable(),
  checksum: z.string().describe('SHA-256 of the signed index, which names the SHA-256 of every part'),
})

export const bundlesApi = {
  'bundles.add': endpoint({ method: 'POST', path: '/api/moves/{move}/bundles', says: 'Says that a file in control’s folder of bundles is this move’s: its signed index is checked.', input: z.strictObject({ move: id('move'), file: z.string().min(1).max(255).describe('the file’s bare name in the folder') }), answer: z.strictObject({ bundle }) }),
  'bundles.list': endpoint({ method: 'GET', path: '/api/moves/{move}/bundles', says: 'The bundles of a move, and whether they were proven where they were imported.', input: z.strictObject({ move: id('move'), ...paging }), answer: pageOf(bundle) }),
  'bundles.link': endpoint({ method: 'POST', path: '/api/bundles/{bundle}/links', says: 'Sends the contact on file, or the contact who asks, a link by which the bundle is fetched: it expires and is counted.', input: z.strictObject({ bundle: id('bundle'), days: z.int().min(1).max(90).default(14).describe('how long it works'), times: z.int().min(1).max(100).default(3).describe('how many whole downloads it is good for') }), answer: z.strictObject({ link: id('bundle-link'), contact: id('contact'), expiresAt: instant, times: z.int() }) }),
  'bundles.receipt': endpoint({ method: 'POST', path: '/api/bundles/{bundle}/receipt', says: 'Takes the receipt that the import wrote: everything was read back on the customer’s server and is what was exported.', input: z.strictObject({ bundle: id('bundle'), receipt: z.string().min(1).max(100_000).describe('the receipt file’s text') }), answer: z.strictObject({ bundle, closed: z.array(z.string()) }) }),
}
