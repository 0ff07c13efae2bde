import { z } from 'zod'
import { attentionKinds } from '#domain/attention.ts'
import { environments } from '#domain/homes.ts'
import { day, endpoint, id, instant, note, text } from '../endpoint.ts'
import { checklistItem, who } from './tasks.ts'

const environment = z.enum(environments)
const condition = z.strictObject({ title: text, held: z.boolean(), why: text, firm: z.boolean() })
const decision = z.strictObject({ decision: z.enum(['go', 'no-go']), by: who, at: instant, note: z.string(), overridden: z.array(condition) })
const gate = z.strictObject({
  id: id('gate'), move: id('move'), key: z.string(), title: text, due: day, state: z.enum(['open', 'go', 'no-go']), opens: environment.nullable(), decides: z.string(), override: z.array(z.string()), mayDecide: z.boolean(),
  conditions: z.array(condition), decided: decision.nullable(), earlier: z.array(decision),
})
const answers = z.record(z.string().max(100), z.json())
const given = { id: id('sign-off'), by: z.string(), accepted: z.boolean(), note: z.string(), at: instant, answers }
// Proof: each kind has its number.
const more = z.strictObject(Object.fromEntries(attentionKinds.map(kind => [kind, z.int()])) as { readonly [Kind in (typeof attentionKinds)[number]]: z.ZodInt })

const givenTo = z.strictObject({ id: id('operator'), name: z.string(), by: z.string(), at: instant }).nullable().describe('whom of the vendor’s it was given to')

/** What breaks first, and how many of each kind there are besides. */
export const attention = z.strictObject({ items: z.array(z.strictObject({ kind: z.enum(attentionKinds), breaksAt: instant, title: text, move: id('move').nullable(), programme: id('programme').nullable().describe('of what is of no move, such as a question'), customer: z.strictObject({ id: id('customer'), name: z.string() }).nullable(), t0: day.nullable(), has: z.array(z.string()), about: z.string(), given: givenTo })), more })

export const gatesApi = {
  'gates.list': endpoint({ method: 'GET', path: '/api/moves/{move}/gates', says: 'The gates of a move with every condition, held or not, and why.', input: z.strictObject({ move: id('move') }), answer: z.strictObject({ items: z.array(gate) }) }),
  'gates.read': endpoint({ method: 'GET', path: '/api/gates/{gate}', says: 'One gate with every condition, held or not, and why.', input: z.strictObject({ gate: id('gate') }), answer: gate }),
  'gates.decide': endpoint({ method: 'POST', path: '/api/gates/{gate}/decide', says: 'Go or no-go, once, by a named person. Who may go although a condition is not met says why.', input: z.strictObject({ gate: id('gate'), decision: z.enum(['go', 'no-go']), note: note.default('') }), answer: z.strictObject({ gate, closed: z.array(z.string()) }) }),
  'gates.reopen': endpoint({ method: 'POST', path: '/api/gates/{gate}/reopen', says: 'After a no-go: it is decided anew.', input: z.strictObject({ gate: id('gate'), note: note.default('') }), answer: z.strictObject({ gate }) }),

  'sign-offs.list': endpoint({
    method: 'GET', path: '/api/moves/{move}/sign-offs', says: 'Who must sign off what, and what was said.', input: z.strictObject({ move: id('move') }),
    answer: z.strictObject({ items: z.array(z.strictObject({ key: z.string(), title: text, environment, by: z.string(), due: day, accepted: z.boolean(), mayGive: z.boolean(), checklist: z.array(checklistItem), given: z.array(z.strictObject(given)) })) }),
  }),
  'sign-offs.give': endpoint({
    method: 'POST', path: '/api/moves/{move}/sign-offs', says: 'Accepts an environment, once, with its checklist; or says what does not work.',
    input: z.strictObject({ move: id('move'), signOff: z.string().min(1).max(100), accepted: z.boolean(), answers: answers.default({}), note: note.default('') }),
    answer: z.strictObject({ signOff: z.strictObject({ ...given, key: z.string(), environment, move: id('move') }), closed: z.array(z.string()), reopened: z.array(z.string()) }),
  }),

  'attention.list': endpoint({
    method: 'GET', path: '/api/attention', says: 'What breaks first, of everything that the vendor has under way, and who has it.', input: z.strictObject({ limit: z.coerce.number().int().min(1).max(300).exactOptional(), programme: id('programme').describe('of its moves alone').exactOptional() }),
    answer: attention,
  }),
  'attention.assign': endpoint({
    method: 'POST', path: '/api/attention/assign', says: 'Gives something that needs attention to one of the vendor’s people who may do what helps, or back to nobody in particular.',
    input: z.strictObject({ kind: z.enum(attentionKinds), about: z.uuid().describe('the id of what it is'), person: id('operator').nullable() }), answer: z.strictObject({ given: givenTo }),
  }),
}
