import { z } from 'zod'
import { environments } from '#domain/homes.ts'
import { duties, parties } from '#domain/parties.ts'
import { factTypes, posts, type Post } from '#domain/playbook.ts'
import { datedBy } from '#domain/programmes.ts'
import { standings } from '#domain/task.ts'
import { day, endpoint, id, instant, locale, name, text } from '../endpoint.ts'
import { milestone, planChange } from './moves.ts'
import { deprecation, factValue } from './programmes.ts'

const pin = z.strictObject({ key: z.string(), version: z.int() })
const environment = z.enum(environments)
// Proof: the keys of a table are its keys.
const post = z.enum(Object.keys(posts) as Post[])
const choice = z.strictObject({ value: z.string(), title: text })

const taskLine = z.strictObject({
  id: id('task'), key: z.string(), title: text, instructions: text, party: z.enum(parties), duty: z.enum(duties).nullable(), post: post.nullable(), contact: id('contact').nullable(), due: day, late: z.boolean(),
  state: z.enum(['open', 'done', 'waived']), standing: z.enum(standings), reason: text, depends: z.array(z.string()), gate: z.string().nullable(), environment: environment.nullable(),
})
const plan = z.strictObject({
  move: id('move'), revision: z.int(), playbook: pin.extend({ title: text, newer: pin.extend({ title: text }).nullable(), deprecated: deprecation.nullable() }), t0: day, datedBy: z.enum(datedBy), holidaysKnown: z.boolean(), madeAt: instant,
  milestones: z.array(milestone), tasks: z.array(taskLine), leftOut: z.array(z.strictObject({ template: z.string(), title: text, reason: text })),
  undecided: z.array(z.strictObject({ template: z.string(), title: text, reason: text, due: day, questions: z.array(z.strictObject({ fact: z.string(), question: text, asked: z.string().nullable() })) })),
  gates: z.array(z.strictObject({ key: z.string(), title: text, due: day, state: z.enum(['open', 'go', 'no-go']) })),
  environments: z.array(z.strictObject({ key: environment, title: text, from: day, to: day, after: environment.nullable() })), changes: z.array(text),
})

const diffLine = z.strictObject({ key: z.string(), title: text, owner: z.string(), due: day, reason: text })
/** What a field was and is: whatever the field holds. */
const fieldChange = z.strictObject({ field: z.string(), was: z.json(), is: z.json() })
const target = { playbook: z.string().min(1).max(100).exactOptional(), version: z.coerce.number().int().min(1).exactOptional() }

const profileLine = z.strictObject({
  fact: z.string(), title: text, type: z.enum(factTypes), choices: z.array(choice), question: text.nullable(), asked: z.string().nullable(), measured: z.string().nullable(),
  inForce: z.strictObject({ value: factValue, source: z.enum(['answered', 'measured', 'imported', 'default']), by: z.string().nullable(), at: instant.nullable() }).nullable(),
  said: z.array(z.strictObject({ value: factValue, source: z.enum(['answered', 'measured', 'imported']), by: z.string().nullable(), at: instant })),
})
const question = z.strictObject({ fact: z.string(), question: z.string(), type: z.enum(factTypes), choices: z.array(z.strictObject({ value: z.string(), title: z.string() })), assumed: factValue.nullable() })

const summary = { key: z.string(), version: z.int(), versions: z.array(z.int()), case: z.enum(['A', 'B', 'C', 'D']) }
const dated = { key: z.string(), title: z.string(), day: z.int() }
const playbook = z.strictObject({
  ...summary, locale, title: z.string(), summary: z.string(), deprecated: deprecation.extend({ because: z.string() }).nullable(),
  facts: z.array(z.strictObject({ name: z.string(), title: z.string(), type: z.enum(factTypes), question: z.string().nullable(), asked: z.string().nullable(), measured: z.string().nullable(), choices: z.array(z.strictObject({ value: z.string(), title: z.string() })) })),
  changes: z.array(z.strictObject({ title: z.string(), when: z.string().nullable() })), milestones: z.array(z.strictObject(dated)),
  environments: z.array(z.strictObject({ ...dated, key: environment, testingDays: z.int(), after: environment.nullable() })), calls: z.array(z.strictObject({ ...dated, minutes: z.int(), with: z.array(z.string()), agenda: z.array(z.string()) })),
  tasks: z.array(z.strictObject({
    ...dated, instructions: z.string(), owner: z.string(), when: z.string().nullable(), because: z.string().nullable(), each: z.string().nullable(), depends: z.array(z.string()), gate: z.string().nullable(),
    seenBySystem: z.string().nullable(), form: z.array(z.string()), environment: environment.nullable(), requirement: z.array(z.string()),
  })),
  gates: z.array(z.strictObject({ ...dated, decides: z.string(), override: z.array(z.string()), conditions: z.array(z.strictObject({ says: z.string(), firm: z.boolean() })) })),
  messages: z.array(z.strictObject({ key: z.string(), title: z.string(), on: z.string().nullable(), day: z.int().nullable(), to: z.array(z.string()), when: z.string().nullable() })),
  checklists: z.array(z.strictObject({ key: z.string(), title: z.string(), for: z.string(), items: z.array(z.string()) })), signOffs: z.array(z.strictObject({ ...dated, by: z.string(), environment })),
  escalation: z.array(z.strictObject({ level: z.int(), afterDays: z.int(), to: z.array(z.string()), title: z.string() })), faq: z.array(z.strictObject({ question: z.string(), answer: z.string() })),
})

export const plansApi = {
  'playbooks.list': endpoint({ method: 'GET', path: '/api/playbooks', says: 'The playbooks in their latest versions; a deprecated one names its successor.', input: z.strictObject({}), answer: z.strictObject({ items: z.array(z.strictObject({ ...summary, title: text, summary: text, deprecated: deprecation.nullable() })) }) }),
  'playbooks.read': endpoint({ method: 'GET', path: '/api/playbooks/{playbook}', says: 'A playbook to be read, in one language, with its days counted from T-0.', input: z.strictObject({ playbook: z.string().min(1).max(100), version: target.version, locale: locale.exactOptional() }), answer: playbook }),

  'plans.read': endpoint({ method: 'GET', path: '/api/moves/{move}/plan', says: 'The plan of a move: every task with its party, day and reason, what was left out and why, and what is not decided yet.', input: z.strictObject({ move: id('move') }), answer: plan }),
  'plans.diff': endpoint({
    method: 'GET', path: '/api/moves/{move}/plan/diff', says: 'What would change with a newer version of the playbook, or with the successor of a deprecated one.', input: z.strictObject({ move: id('move'), ...target }),
    answer: z.strictObject({ move: id('move'), revision: z.int(), from: pin, to: pin.extend({ title: text }), added: z.array(diffLine), removed: z.array(diffLine), changed: z.array(diffLine.extend({ fields: z.array(fieldChange) })), kept: z.array(z.string()) }),
  }),
  'plans.rebase': endpoint({ method: 'POST', path: '/api/moves/{move}/plan/rebase', says: 'Goes over to that version of the playbook, if the plan is still at the revision whose difference was looked at.', input: z.strictObject({ move: id('move'), ...target, revision: z.int() }), answer: z.strictObject({ plan: planChange, to: pin }) }),

  'profile.read': endpoint({ method: 'GET', path: '/api/moves/{move}/profile', says: 'What is known of a tenant’s technical situation, from whom, and what is open.', input: z.strictObject({ move: id('move') }), answer: z.strictObject({ move: id('move'), revision: z.int(), facts: z.array(profileLine) }) }),
  'profile.questions': endpoint({ method: 'GET', path: '/api/moves/{move}/questions', says: 'What is still open of the questions for one person, in their language.', input: z.strictObject({ move: id('move'), contact: id('contact').exactOptional() }), answer: z.strictObject({ contact: id('contact'), name, locale, questions: z.array(question) }) }),
  'profile.answer': endpoint({
    method: 'POST', path: '/api/moves/{move}/profile', says: 'Answers questions, or tells what was measured or imported; null takes an answer back. The plan follows at once.',
    input: z.strictObject({ move: id('move'), answers: z.record(z.string().max(100), factValue.nullable()), source: z.enum(['answered', 'measured', 'imported']).default('answered'), revision: z.int().exactOptional() }),
    answer: z.strictObject({ changed: z.array(z.string()), plan: planChange.nullable(), revision: z.int() }),
  }),
}
