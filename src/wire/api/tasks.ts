import { z } from 'zod'
import { actions, checkNames, type Check } from '#domain/checks.ts'
import { environments } from '#domain/homes.ts'
import { duties, parties } from '#domain/parties.ts'
import { fieldTypes, posts, type Post } from '#domain/playbook.ts'
import { hostPattern, outcomes, protocols, subjects } from '#domain/probe.ts'
import { standings } from '#domain/task.ts'
import { day, endpoint, id, instant, name, note, pageOf, paging, text } from '../endpoint.ts'

export const check = z.enum(checkNames as readonly [Check, ...Check[]])
export const finding = z.strictObject({ held: z.boolean(), why: text })
export const who = z.strictObject({ kind: z.enum(['operator', 'contact', 'agent', 'system']), id: z.string(), name: z.string() })
// Proof: the keys of a table are its keys.
const post = z.enum(Object.keys(posts) as Post[])
const answers = z.record(z.string().max(100), z.json())
const reason = z.string().trim().max(4_000)

const state = z.enum(['open', 'done', 'waived'])
const person = z.strictObject({ id: id('contact'), name: z.string() })
const listed = {
  id: id('task'), move: id('move'), key: z.string(), party: z.enum(parties), duty: z.enum(duties).nullable(), post: post.nullable(), state, endedAt: instant.nullable(), endedBy: z.string().nullable(),
  customer: z.strictObject({ id: id('customer'), name: z.string() }), tenant: z.string(), title: text, contact: person.nullable(), due: day, late: z.boolean(), standing: z.enum(standings), check: check.nullable(),
}
const choice = z.strictObject({ value: z.string(), title: text })
const field = z.strictObject({ key: z.string(), title: text, type: z.enum(fieldTypes), choices: z.array(choice), columns: z.array(z.strictObject({ key: z.string(), title: text })), optional: z.boolean() })
export const checklistItem = z.strictObject({ key: z.string(), title: text })
const page = z.strictObject({
  ...listed, instructions: text, reason: text, form: z.array(field), checklist: z.strictObject({ key: z.string(), title: text, items: z.array(checklistItem) }).nullable(), evidence: text.nullable(),
  answers: answers.nullable(), note: z.string().nullable(), waitsFor: z.array(z.strictObject({ kind: z.enum(['task', 'undecided', 'gate']), key: z.string(), title: text })), gate: z.string().nullable(),
  holdsUp: z.array(z.strictObject({ kind: z.enum(['task', 'gate']), key: z.string(), title: text, due: day })),
  environment: z.enum(environments).nullable(), action: z.enum(actions).nullable(), finding: finding.nullable(), mayDo: z.boolean(),
})
/** As it is kept, after something was done to it. */
const row = z.strictObject({
  id: id('task'), move: id('move'), key: z.string(), party: z.enum(parties), duty: z.enum(duties).nullable(), contact: id('contact').nullable(), dueOn: day, state,
  answers: answers.nullable(), note: z.string().nullable(), endedBy: who.nullable(), endedAt: instant.nullable(),
})
const done = z.strictObject({ task: row, finding: finding.nullable(), closed: z.array(z.string()) })

const rule = { subject: z.enum(subjects), host: z.string().regex(hostPattern, 'is no name and no address').describe('a name or an address'), port: z.int().min(0).max(65_535), protocol: z.enum(protocols), purpose: name }
const rules = z.strictObject({ items: z.array(z.strictObject({ id: id('rule'), ...rule, purpose: z.string(), standing: z.enum(['passed', 'blocked', 'not-tried']), outcome: z.enum(outcomes).nullable(), says: text, testedAt: instant.nullable(), from: z.strictObject({ host: z.string(), address: z.string() }).nullable() })) })
const probe = z.strictObject({ id: id('probe'), vendor: id('vendor'), customer: id('customer'), move: id('move'), by: z.string(), createdAt: instant, expiresAt: instant, seenAt: instant.nullable(), revokedAt: instant.nullable() })
const move = { move: id('move') }
const flag = z.stringbool()
/** Of how many tasks, and whom. */
export const reminded = z.strictObject({ tasks: z.int(), people: z.array(z.string()) })
const checkLines = z.array(z.strictObject({ check, title: text, about: z.string().nullable(), held: z.boolean(), why: text }))

export const tasksApi = {
  'tasks.list': endpoint({
    method: 'GET', path: '/api/tasks', says: 'Tasks in the order of their days: open ones unless asked otherwise; your own, of a move, of a customer, late ones, between two days.',
    input: z.strictObject({ ...paging, mine: flag.describe('your own').exactOptional(), move: id('move').exactOptional(), customer: id('customer').exactOptional(), state: state.exactOptional(), late: flag.describe('due before today').exactOptional(), dueFrom: day.exactOptional(), dueTo: day.exactOptional() }),
    answer: pageOf(z.strictObject(listed)),
  }),
  'tasks.read': endpoint({ method: 'GET', path: '/api/tasks/{task}', says: 'One task: what is to be done and why, what it asks for, what it waits for, and what the system sees of it.', input: z.strictObject({ task: id('task') }), answer: page }),
  'tasks.do': endpoint({ method: 'POST', path: '/api/tasks/{task}/done', says: 'A task is done: with what its form and checklist ask for. What the system sees by itself is looked at, not taken at anybody’s word.', input: z.strictObject({ task: id('task'), answers: answers.default({}), note: note.default('') }), answer: done }),
  'tasks.give': endpoint({ method: 'POST', path: '/api/tasks/{task}/give', says: 'Gives a task to one person of the duty whose it is, or back to all of them.', input: z.strictObject({ task: id('task'), contact: id('contact').nullable() }), answer: done }),
  'tasks.remind': endpoint({ method: 'POST', path: '/api/tasks/{task}/remind', says: 'Writes to those who have an open task that it is due, at most once a day.', input: z.strictObject({ task: id('task') }), answer: reminded }),
  'tasks.waive': endpoint({ method: 'POST', path: '/api/tasks/{task}/waive', says: 'Takes a task off the list, for a reason that everybody can read.', input: z.strictObject({ task: id('task'), reason }), answer: done }),
  'tasks.reopen': endpoint({ method: 'POST', path: '/api/tasks/{task}/reopen', says: 'A task is to be done after all, or again.', input: z.strictObject({ task: id('task'), reason: reason.default('') }), answer: done }),

  'checks.read': endpoint({ method: 'GET', path: '/api/moves/{move}/checks', says: 'What tasks and gates of a move ask of the system, and what is so now.', input: z.strictObject(move), answer: z.strictObject({ checks: checkLines }) }),
  'checks.look': endpoint({ method: 'POST', path: '/api/moves/{move}/checks', says: 'Looks now, and closes the tasks that are seen to be done.', input: z.strictObject(move), answer: z.strictObject({ checks: checkLines, closed: z.array(z.string()) }) }),
  'checks.find': endpoint({
    method: 'POST', path: '/api/moves/{move}/findings', says: 'Keeps what one of the vendor’s people saw of something that no program can see. `about`: which of several, such as one device fleet.',
    input: z.strictObject({ ...move, check, about: z.string().max(200).default(''), held: z.boolean(), note: note.default('') }),
    answer: z.strictObject({ finding: z.strictObject({ id: id('finding'), vendor: id('vendor'), customer: id('customer'), move: id('move'), check, about: z.string(), held: z.boolean(), why: text, by: who, at: instant }), closed: z.array(z.string()) }),
  }),

  'rules.list': endpoint({ method: 'GET', path: '/api/moves/{move}/rules', says: 'The connections that must be possible from the customer’s side, and what the probe found of each, when and from where. As a file: /api/moves/{move}/rules.csv, or rules.txt.', input: z.strictObject(move), answer: rules }),
  'rules.set': endpoint({ method: 'POST', path: '/api/moves/{move}/rules', says: 'Writes the whole list of connections anew; what stays on it keeps its results.', input: z.strictObject({ ...move, rules: z.array(z.strictObject(rule)).max(2_000) }), answer: rules }),
  'probe.make': endpoint({ method: 'POST', path: '/api/moves/{move}/probes', says: 'Makes a small program for the customer’s side, and gives the line with which it is run. The line is shown once.', input: z.strictObject(move), answer: z.strictObject({ id: id('probe'), command: z.string(), expiresAt: instant, rules: z.int() }) }),
  'probe.list': endpoint({ method: 'GET', path: '/api/moves/{move}/probes', says: 'The probes that were made for a move.', input: z.strictObject({ ...move, ...paging }), answer: pageOf(probe) }),
  'probe.revoke': endpoint({ method: 'POST', path: '/api/probes/{probe}/revoke', says: 'A probe is not heard any more.', input: z.strictObject({ probe: id('probe') }), answer: probe }),
  'probe.report': endpoint({
    method: 'POST', path: '/api/probe', says: 'What a probe found; it says so itself, with its token.', open: true,
    input: z.strictObject({ token: z.string().min(20).max(200), host: z.string().max(100).default(''), results: z.array(z.strictObject({ rule: id('rule'), outcome: z.enum(outcomes) })).max(2_000) }),
    answer: z.strictObject({ kept: z.int(), closed: z.array(z.string()) }),
  }),
}
