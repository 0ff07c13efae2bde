import { z } from 'zod'
import { environments } from '#domain/homes.ts'
import { stages } from '#domain/move.ts'
import { parties } from '#domain/parties.ts'
import { datedBy, type MoveStage } from '#domain/programmes.ts'
import { changesOf, day, endpoint, id, instant, name, note, pageOf, paging, part, text } from '../endpoint.ts'
import { customer } from './customers.ts'
import { reminded } from './tasks.ts'
import { factValue, peopleToTurnTo, place, tenant, wave } from './programmes.ts'

/** By what the list can be in order; unless said, by when it was made. */
const moveSorts = ['customer', 'tenant', 'wave', 't0', 'stage'] as const
const stage = z.enum(['planned', ...stages] satisfies readonly MoveStage[])
export const move = z.strictObject({
  id: id('move'), vendor: id('vendor'), customer: id('customer'), programme: id('programme'), wave: id('wave').nullable(), tenant: id('tenant'), origin: id('home'), destination: id('home'), playbook: z.string(), version: z.int(),
  t0: day.nullable(), stage, leg: z.enum(['out', 'back']), revision: z.int(), createdAt: instant, endedAt: instant.nullable(),
  part: z.strictObject({ environment: z.enum(environments), environments: z.array(z.enum(environments)), leading: id('move'), closing: id('move') }).nullable(), earlyGo: z.array(z.strictObject({ environment: z.enum(environments), by: z.string(), at: instant, note: z.string() })),
})
const named = <Kind extends string>(kind: Kind) => z.strictObject({ id: id(kind), name })
export const fact = z.strictObject({ id: id('fact'), vendor: id('vendor'), customer: id('customer'), move: id('move'), name: z.string(), value: factValue, source: z.enum(['answered', 'measured', 'imported']), by: z.string().nullable(), at: instant })
/** What became of a plan, by the keys of its tasks. */
export const planChange = z.strictObject({ revision: z.int(), added: z.array(z.string()), removed: z.array(z.string()), redated: z.array(z.string()), changed: z.array(z.string()) })
export const milestone = z.strictObject({ key: z.string(), title: text, day })

const way = { programme: id('programme'), destination: id('home'), wave: id('wave').nullable().exactOptional(), t0: day.nullable().exactOptional() }
const left = z.looseObject({ tenant: id('tenant'), refused: z.string() })

const risk = z.strictObject({ id: id('risk'), vendor: id('vendor'), customer: id('customer'), move: id('move'), text: z.string(), level: z.enum(['low', 'medium', 'high']), party: z.enum(parties), state: z.enum(['open', 'closed']), by: z.string(), at: instant })
const riskFields = { text: note.min(1), level: z.enum(['low', 'medium', 'high']), party: z.enum(parties) }
const integration = z.strictObject({ id: id('integration'), vendor: id('vendor'), customer: id('customer'), move: id('move'), name, contact: z.string().nullable(), plan: z.string().nullable(), informedAt: instant.nullable(), state: z.enum(['open', 'ready', 'tested']) })
const integrationFields = { contact: z.string().trim().max(500).nullable(), plan: note.nullable() }

const words = z.string().trim().min(1).max(4_000)
const question = z.strictObject({ id: id('question'), vendor: id('vendor'), customer: id('customer').nullable(), programme: id('programme'), text: z.string(), askedBy: z.string(), askedAt: instant, answer: z.string().nullable(), answeredBy: z.string().nullable(), publishedAt: instant.nullable() })
const about = { move: id('move').exactOptional(), programme: id('programme').exactOptional() }

export const movesApi = {
  'moves.list': endpoint({
    method: 'GET', path: '/api/moves', says: 'The moves, each with what a table shows of it. Late is an open task that was due before today.',
    input: z.strictObject({ ...paging, programme: id('programme').exactOptional(), wave: id('wave').exactOptional(), customer: id('customer').exactOptional(), stage: stage.exactOptional(), t0From: day.exactOptional(), t0To: day.exactOptional(), isOpen: z.stringbool().exactOptional(),
      named: part.describe('whose customer or tenant has this in its name').exactOptional(), sort: z.enum(moveSorts).exactOptional(), order: z.enum(['up', 'down']).exactOptional(),
    }),
    answer: pageOf(z.strictObject({ move, customer: named('customer').extend({ country: z.string() }), tenant: named('tenant'), origin: place, destination: place, wave: named('wave').nullable(), open: z.int(), late: z.int() })).extend({ total: z.int() }),
  }),
  'moves.read': endpoint({
    method: 'GET', path: '/api/moves/{move}', says: 'Everything about one move: who, from where to where, when, what is known, how far its plan is, and whom to turn to.', input: z.strictObject({ move: id('move') }),
    answer: z.strictObject({
      move, customer, tenant, origin: place, destination: place, programme: z.strictObject({ id: id('programme'), name, dueOn: day.nullable() }), wave: wave.nullable(), people: peopleToTurnTo, oldAddress: z.string().nullable(), newAddress: z.string().nullable(),
      dates: z.strictObject({ t0: day, datedBy: z.enum(datedBy), milestones: z.array(milestone) }), changes: z.array(text).describe('what will be different for the customer'), facts: z.array(fact),
      userLimit: z.strictObject({ condition: z.literal('users-within-licence'), isMet: z.boolean(), users: z.int(), licensed: z.int(), mustGo: z.int() }).nullable(),
      plan: z.strictObject({ playbook: z.string(), version: z.int(), title: text, revision: z.int(), open: z.int(), late: z.int(), done: z.int(), waived: z.int(), undecided: z.int(), leftOut: z.int(), next: day.nullable() }),
    }),
  }),
  'moves.add': endpoint({ method: 'POST', path: '/api/moves', says: 'Plans the move of a tenant to another home. Its plan is made at once.', input: z.strictObject({ ...way, tenant: id('tenant') }), answer: z.strictObject({ id: id('move'), revision: z.int(), tasks: z.int() }) }),
  'moves.add-all': endpoint({
    method: 'POST', path: '/api/moves/all', says: 'Plans the moves of many tenants at once. Those who cannot be moved are told with the reason; all others are planned.', input: z.strictObject({ ...way, tenants: z.array(id('tenant')).min(1).max(500) }),
    answer: z.strictObject({ added: z.array(z.strictObject({ tenant: id('tenant'), move: id('move'), tasks: z.int() })), left: z.array(left) }),
  }),
  'moves.change': endpoint({
    method: 'POST', path: '/api/moves/{move}', says: 'Gives a move another day, wave or destination; what is open of its plan is dated anew. Put into another wave it goes by that wave’s day.',
    input: z.strictObject({ move: id('move'), ...changesOf({ t0: day.nullable(), wave: id('wave').nullable(), destination: id('home'), revision: z.int() }) }), answer: z.strictObject({ move, plan: planChange }),
  }),
  'moves.remind': endpoint({ method: 'POST', path: '/api/moves/{move}/remind', says: 'Writes to those who have a task of this move that is due today or late. Whoever was written to today is left alone.', input: z.strictObject({ move: id('move') }), answer: reminded }),
  'moves.go-early': endpoint({
    method: 'POST', path: '/api/moves/{move}/early-go', says: 'Lets an environment start before the testing time of the one before it is over, once that one is signed off. The note says why.',
    input: z.strictObject({ move: id('move'), environment: z.enum(environments), note: note.min(1) }), answer: move,
  }),
  'moves.cancel': endpoint({ method: 'POST', path: '/api/moves/{move}/cancel', says: 'Gives up a move that nobody has ordered yet. The tenant stays where it is.', input: z.strictObject({ move: id('move'), note: note.min(1) }), answer: move }),

  'risks.list': endpoint({ method: 'GET', path: '/api/moves/{move}/risks', says: 'What could go wrong with a move.', input: z.strictObject({ move: id('move'), ...paging }), answer: pageOf(risk) }),
  'risks.add': endpoint({ method: 'POST', path: '/api/moves/{move}/risks', says: 'Writes down what could go wrong, and whose it is.', input: z.strictObject({ move: id('move'), ...riskFields }), answer: z.strictObject({ id: id('risk') }) }),
  'risks.change': endpoint({ method: 'POST', path: '/api/risks/{risk}', says: 'Changes or closes a risk.', input: z.strictObject({ risk: id('risk'), ...changesOf({ ...riskFields, state: z.enum(['open', 'closed']) }) }), answer: risk }),
  'integrations.list': endpoint({ method: 'GET', path: '/api/moves/{move}/integrations', says: 'Other companies’ systems that talk to the tenant.', input: z.strictObject({ move: id('move'), ...paging }), answer: pageOf(integration) }),
  'integrations.add': endpoint({ method: 'POST', path: '/api/moves/{move}/integrations', says: 'Writes down somebody else’s system that talks to the tenant.', input: z.strictObject({ move: id('move'), name, contact: integrationFields.contact.default(null), plan: integrationFields.plan.default(null) }), answer: z.strictObject({ id: id('integration') }) }),
  'integrations.change': endpoint({ method: 'POST', path: '/api/integrations/{integration}', says: 'Tells that a third party was informed, what it plans for the cutover, and how far it is.', input: z.strictObject({ integration: id('integration'), ...changesOf({ ...integrationFields, state: z.enum(['open', 'ready', 'tested']), informed: z.boolean() }) }), answer: integration }),

  'faq.read': endpoint({
    method: 'GET', path: '/api/faq', says: 'What is often asked in a programme, and what the caller’s own side has asked.', input: z.strictObject(about),
    answer: z.strictObject({ standing: z.array(z.strictObject({ question: text, answer: text })), published: z.array(z.strictObject({ id: id('question'), text: z.string(), answer: z.string(), publishedAt: instant })), asked: z.array(question) }),
  }),
  'faq.ask': endpoint({ method: 'POST', path: '/api/faq', says: 'Asks the vendor something about a move or a programme.', input: z.strictObject({ ...about, text: words }), answer: z.strictObject({ id: id('question') }) }),
  'faq.answer': endpoint({ method: 'POST', path: '/api/faq/{question}/answer', says: 'Answers a question, for whoever asked it.', input: z.strictObject({ question: id('question'), answer: words }), answer: question }),
  'faq.publish': endpoint({ method: 'POST', path: '/api/faq/{question}/publish', says: 'Shows an answered question to all customers of the programme, without who asked; in other words if they are given.', input: z.strictObject({ question: id('question'), text: words.exactOptional() }), answer: question }),
}
