import { z } from 'zod'
import { actions, checkNames, measures } from '#domain/checks.ts'
import { environments } from '#domain/homes.ts'
import { letterEvents } from '#domain/letters.ts'
import { duties } from '#domain/parties.ts'
import { factTypes, fieldTypes, posts, scopes, untold, type Owner, type Playbook, type Post } from '#domain/playbook.ts'

/** The shape of a playbook's YAML. What its names mean to each other is judged by `problemsOf`. */
const line = z.string().trim().min(1)
const text = z.strictObject({ en: line, ja: line })
const key = z.string().regex(/^[a-z][a-z0-9-]{0,60}$/, 'is written in small letters, digits and hyphens')
const at = z.string().regex(/^(T[+-]\d{1,4}|[a-z][a-z0-9-]{0,60})$/, 'is a milestone’s key or a day such as T-30 or T+5')
const when = z.string().trim().min(1).max(500)
const requirement = z.array(z.string().regex(/^[A-D]\d{1,2}$/, 'is a requirement’s number, such as A5')).default([])

const scope = z.enum(scopes).exactOptional()

// Proof: the keys of a table are its keys.
const postNames = Object.keys(posts) as Post[]

/** Every `vendor/post`, `partner/duty` and `customer/duty`. */
const owners: ReadonlyMap<string, Owner> = new Map([
  ...postNames.map((post): [string, Owner] => [`vendor/${post}`, { party: 'vendor', post }]),
  ...(['partner', 'customer'] as const).flatMap(party => duties.map((duty): [string, Owner] => [`${party}/${duty}`, { party, duty }])),
])
const owner = z.string().transform((name, context): Owner => {
  const found = owners.get(name)
  if (found !== undefined) return found
  context.addIssue({ code: 'custom', message: `is one of ${[...owners.keys()].join(', ')}` })
  return z.NEVER
})

const choices = z.array(z.strictObject({ value: line, title: text })).default([])
/** Names that a condition could not use: words of the language it is written in. */
const reserved = ['true', 'false', 'null', 'in', 'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while', 'size', 'item', 'open']
const factName = z.string().regex(/^[a-z][A-Za-z0-9]{0,60}$/, 'is written as one word in camelCase').refine(name => !reserved.includes(name), 'is a word that conditions use otherwise')
const fact = z.strictObject({
  name: factName, title: text, type: z.enum(factTypes), choices, question: text.nullable().default(null), asked: owner.nullable().default(null), measured: z.enum(measures).nullable().default(null),
  default: z.union([z.boolean(), z.number(), z.string(), z.array(z.string())]).nullable().default(null), requirement, scope,
})
const field = z.strictObject({ key, title: text, type: z.enum(fieldTypes).default('text'), choices, columns: z.array(z.strictObject({ key, title: text })).default([]), optional: z.boolean().default(false) })
const task = z.strictObject({
  key, title: text, instructions: text, owner, at, when: when.nullable().default(null), because: text.nullable().default(null), each: factName.nullable().default(null),
  depends: z.array(key).default([]), gate: key.nullable().default(null), check: z.enum(checkNames).nullable().default(null), action: z.enum(actions).nullable().default(null),
  form: z.array(field).default([]), evidence: text.nullable().default(null), environment: z.enum(environments).nullable().default(null), checklist: key.nullable().default(null), requirement, scope,
})
const condition = z.strictObject({ task: key.exactOptional(), check: z.enum(checkNames).exactOptional(), signedOff: z.enum(environments).exactOptional(), firm: z.boolean().default(false) })
  .refine(one => [one.task, one.check, one.signedOff].filter(part => part !== undefined).length === 1, 'is exactly one of task, check and signedOff')
const gate = z.strictObject({ key, title: text, at, decides: owner, override: z.array(owner).default([]), opens: z.enum(environments).nullable().default(null), conditions: z.array(condition).min(1), requirement, scope })
const message = z.strictObject({ key, title: text, on: z.enum([...letterEvents, ...untold]).nullable().default(null), at: at.nullable().default(null), body: text.nullable().default(null), to: z.array(owner).min(1), when: when.nullable().default(null), requirement, scope })
const environment = z.strictObject({ key: z.enum(environments), title: text, at, testingDays: z.int().min(0).max(365), after: z.enum(environments).nullable().default(null) })
const call = z.strictObject({ key, title: text, at, minutes: z.int().min(5).max(480), with: z.array(owner).min(1), agenda: z.array(text).min(1), questionnaire: z.boolean().default(false), requirement, scope })
const checklist = z.strictObject({ key, title: text, for: owner, items: z.array(z.strictObject({ key, title: text })).min(1), requirement })
const signOff = z.strictObject({ key, title: text, by: owner, at, environment: z.enum(environments), checklist: key.nullable().default(null), requirement })

export const playbookSchema = z.strictObject({
  key, version: z.int().min(1), case: z.enum(['A', 'B', 'C', 'D']), title: text, summary: text,
  deprecated: z.strictObject({ since: z.iso.date(), successor: key, because: text }).nullable().default(null),
  people: z.array(z.strictObject({ post: z.enum(postNames), title: text })).default([]),
  offers: z.array(z.strictObject({ key, title: text, price: z.enum(['paid', 'included']), when: when.nullable().default(null), says: text, requirement })).default([]),
  facts: z.array(fact).default([]), changes: z.array(z.strictObject({ title: text, when: when.nullable().default(null) })).default([]),
  milestones: z.array(z.strictObject({ key, title: text, at: z.string().regex(/^T[+-]\d{1,4}$/, 'is a day such as T-30'), environment: z.enum(environments).exactOptional(), scope })).default([]),
  environments: z.array(environment).default([]), calls: z.array(call).default([]), tasks: z.array(task).default([]), gates: z.array(gate).default([]), messages: z.array(message).default([]),
  checklists: z.array(checklist).default([]), signOffs: z.array(signOff).default([]),
  checkIns: z.array(z.strictObject({ everyDays: z.int().min(1).max(90), from: at, to: at, with: z.array(owner).min(1), title: text, scope })).default([]),
  escalation: z.array(z.strictObject({ level: z.int().min(1).max(9), afterDays: z.int().min(0).max(90), to: z.array(owner).min(1), title: text })).default([]),
  faq: z.array(z.strictObject({ question: text, answer: text })).default([]),
}) satisfies z.ZodType<Playbook>
