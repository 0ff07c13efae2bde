import { z } from 'zod'
import { homeKinds } from '#domain/homes.ts'
import { stages } from '#domain/move.ts'
import type { MoveStage } from '#domain/programmes.ts'
import { day, endpoint, id, name, text } from '../endpoint.ts'

const called = z.string()

export const searchApi = {
  'search.all': endpoint({
    method: 'GET', path: '/api/search', says: 'What has this in its name, number or mail address, of everything that you may see: at most eight of each kind, those that begin with it first.',
    input: z.strictObject({ text: z.string().trim().min(1).max(100).describe('as much of a name, number or mail address as you know') }),
    answer: z.strictObject({
      customers: z.array(z.strictObject({ id: id('customer'), name, country: called })),
      moves: z.array(z.strictObject({ id: id('move'), t0: day.nullable(), stage: z.enum(['planned', ...stages] satisfies readonly MoveStage[]), customer: called, tenant: called })),
      homes: z.array(z.strictObject({ id: id('home'), name, kind: z.enum(homeKinds) })), programmes: z.array(z.strictObject({ id: id('programme'), name })),
      contacts: z.array(z.strictObject({ id: id('contact'), name, email: called, company: called, move: id('move').nullable() })).describe('people of customers and partners, with the last move that they are part of'),
      people: z.array(z.strictObject({ id: id('operator'), name, email: called })).describe('the vendor’s own'),
      quotes: z.array(z.strictObject({ id: id('quote'), number: called, state: z.enum(['draft', 'sent', 'accepted', 'withdrawn']), move: id('move'), customer: called })), playbooks: z.array(z.strictObject({ key: called, title: text })),
    }),
  }),
}
