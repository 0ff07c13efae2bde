import { z } from 'zod'
import { day, endpoint, id, instant, pageOf, paging } from '../endpoint.ts'

const move = id('move')
export const redirection = z.strictObject({ move, from: z.string(), to: z.string(), endsAt: instant.nullable() })
const visitor = { day, path: z.string().max(40), program: z.string().max(60), count: z.int().min(1) }

export const redirectsApi = {
  'redirects.serve': endpoint({ method: 'POST', path: '/api/redirects/serve', says: 'Where the old addresses of these homes lead; none where that is what is known already: for agents.', input: z.strictObject({ homes: z.array(z.string().max(200)).max(1_000), known: z.string().max(100).nullable() }), answer: z.strictObject({ fingerprint: z.string(), redirections: z.array(redirection).nullable() }) }),
  'redirects.tell': endpoint({ method: 'POST', path: '/api/redirects/visits', says: 'Who still came by old addresses, as often as was counted by now; told again it changes nothing: for agents.', input: z.strictObject({ served: z.array(z.strictObject({ move, since: instant })).max(200), visits: z.array(z.strictObject({ move, ...visitor })).max(2_000) }), answer: z.strictObject({}) }),
  'visits.list': endpoint({ method: 'GET', path: '/api/moves/{move}/visits', says: 'Who still comes by the old address: how often, to which part of it, by what program.', input: z.strictObject({ move, ...paging }), answer: pageOf(z.strictObject({ id: id('visit'), vendor: id('vendor'), customer: id('customer'), move, ...visitor })) }),
}
