import type { Role } from './access.ts'
import type { Action, Check, Measure } from './checks.ts'
import type { Environment } from './homes.ts'
import type { LetterEvent } from './letters.ts'
import type { Text } from './locale.ts'
import type { Duty, Party } from './parties.ts'
import type { Day } from './time.ts'

/** What a person of the vendor is there for in a move, and which operators see it as theirs. */
export const posts = { 'migration-lead': 'migration-lead', 'project-manager': 'migration-lead', engineer: 'engineer', 'customer-success': 'support', support: 'support', finance: 'finance' } as const satisfies Record<string, Role>
export type Post = keyof typeof posts

/** Whose something is: a post at the vendor, a duty at a partner or customer. Written `vendor/engineer`, `customer/it`. */
export type Owner = { readonly party: 'vendor'; readonly post: Post } | { readonly party: Exclude<Party, 'vendor'>; readonly duty: Duty }

/** A milestone's key, or days counted from T-0: `T-30`, `T+5`. */
export type At = string

/** Whose something is where a customer's environments are tenants of their own: the customer's, and then there once, or else each environment's. */
export const scopes = ['customer', 'environment'] as const
export type Scope = (typeof scopes)[number]
/** Left out, it is of each environment. */
export type Scoped = { readonly scope?: Scope }

/** A condition on the technical profile, in the language of the conditions port. */
export type When = string

export const factTypes = ['bool', 'number', 'text', 'list', 'choice'] as const
export type FactType = (typeof factTypes)[number]
/** A number is a whole one: counts and sizes. */
export type FactValue = boolean | number | string | readonly string[]
export type Choice = { readonly value: string; readonly title: Text }

/** What must be known of a tenant before its plan is certain. Without an answer or measurement `default` is assumed; where that is null the fact is open. */
export type ProfileFact = Scoped & {
  readonly name: string; readonly title: Text; readonly type: FactType; readonly choices: readonly Choice[]
  readonly question: Text | null; readonly asked: Owner | null; readonly measured: Measure | null; readonly default: FactValue | null; readonly requirement: readonly string[]
}

export const fieldTypes = ['text', 'long-text', 'number', 'day', 'yes-no', 'choice', 'file', 'table'] as const
export type FieldType = (typeof fieldTypes)[number]

/** What is wanted of whoever does the task. `columns`: of a table, each cell a text. */
export type FormField = { readonly key: string; readonly title: Text; readonly type: FieldType; readonly choices: readonly Choice[]; readonly columns: readonly { readonly key: string; readonly title: Text }[]; readonly optional: boolean }

/** `each`: one task for every item of that list; `{item}` in its texts is the item. `gate`: not before its *go*. `check`: done when the system sees it, by nobody's word. */
export type PlaybookTask = Scoped & {
  readonly key: string; readonly title: Text; readonly instructions: Text; readonly owner: Owner; readonly at: At
  readonly when: When | null; readonly because: Text | null; readonly each: string | null
  readonly depends: readonly string[]; readonly gate: string | null; readonly check: Check | null; readonly action: Action | null
  readonly form: readonly FormField[]; readonly evidence: Text | null; readonly environment: Environment | null; readonly checklist: string | null; readonly requirement: readonly string[]
}

/** Exactly one of `task`, `check`, `signedOff`. A firm condition is never overridden. */
export type GateCondition = { readonly task?: string; readonly check?: Check; readonly signedOff?: Environment; readonly firm: boolean }
/** `override`: who may say *go* although a condition that is not firm does not hold. */
export type PlaybookGate = Scoped & { readonly key: string; readonly title: Text; readonly at: At; readonly decides: Owner; readonly override: readonly Owner[]; readonly opens: Environment | null; readonly conditions: readonly GateCondition[]; readonly requirement: readonly string[] }

/** What happens to a move without a letter of its own. */
export const untold = ['plan-changed', 'switched'] as const
/** What happens to a move that people are told of. */
export type Occasion = LetterEvent | (typeof untold)[number]

/** Exactly one of `on` and `at`. `body`: what is written where no letter exists for the occasion, and on a day. */
export type PlaybookMessage = Scoped & { readonly key: string; readonly title: Text; readonly on: Occasion | null; readonly at: At | null; readonly body: Text | null; readonly to: readonly Owner[]; readonly when: When | null; readonly requirement: readonly string[] }

/** `testingDays`: how long it is tested before the next one may start, its cutover's day being the first. */
export type PlaybookEnvironment = { readonly key: Environment; readonly title: Text; readonly at: At; readonly testingDays: number; readonly after: Environment | null }
export type PlaybookCall = Scoped & { readonly key: string; readonly title: Text; readonly at: At; readonly minutes: number; readonly with: readonly Owner[]; readonly agenda: readonly Text[]; readonly questionnaire: boolean; readonly requirement: readonly string[] }
export type Checklist = { readonly key: string; readonly title: Text; readonly for: Owner; readonly items: readonly { readonly key: string; readonly title: Text }[]; readonly requirement: readonly string[] }
export type CheckIn = Scoped & { readonly everyDays: number; readonly from: At; readonly to: At; readonly with: readonly Owner[]; readonly title: Text }
/** Level 1 is told first; `afterDays` counts from the day on which the task was due. */
export type EscalationLevel = { readonly level: number; readonly afterDays: number; readonly to: readonly Owner[]; readonly title: Text }
export type PlaybookSignOff = { readonly key: string; readonly title: Text; readonly by: Owner; readonly at: At; readonly environment: Environment; readonly checklist: string | null; readonly requirement: readonly string[] }
export type Offer = { readonly key: string; readonly title: Text; readonly price: 'paid' | 'included'; readonly when: When | null; readonly says: Text; readonly requirement: readonly string[] }
/** What will be different for the customer afterwards. */
export type Change = { readonly title: Text; readonly when: When | null }
export type Answered = { readonly question: Text; readonly answer: Text }
/** `environment`: of which alone it speaks. */
export type Milestone = Scoped & { readonly key: string; readonly title: Text; readonly at: At; readonly environment?: Environment }

/** A playbook that new moves no longer take. */
export type Deprecation = { readonly since: Day; readonly successor: string; readonly because: Text }

/** A versioned template of milestones, tasks, gates and messages. What was published under a version is never edited. */
export type Playbook = {
  readonly key: string; readonly version: number; readonly case: 'A' | 'B' | 'C' | 'D'; readonly title: Text; readonly summary: Text; readonly deprecated: Deprecation | null
  readonly people: readonly { readonly post: Post; readonly title: Text }[]
  readonly offers: readonly Offer[]; readonly facts: readonly ProfileFact[]; readonly changes: readonly Change[]; readonly milestones: readonly Milestone[]
  readonly environments: readonly PlaybookEnvironment[]; readonly calls: readonly PlaybookCall[]; readonly tasks: readonly PlaybookTask[]; readonly gates: readonly PlaybookGate[]
  readonly messages: readonly PlaybookMessage[]; readonly checklists: readonly Checklist[]; readonly signOffs: readonly PlaybookSignOff[]
  readonly checkIns: readonly CheckIn[]; readonly escalation: readonly EscalationLevel[]; readonly faq: readonly Answered[]
}

export type Pin = { readonly key: string; readonly version: number }
export type PlaybookRefused = { readonly refused: 'playbook-deprecated'; readonly playbook: string; readonly since: Day; readonly successor: string; readonly because: Text }

/** Days from T-0, negative before it: −30 for `T-30`. Undefined: no such milestone. */
export const offsetOf = ({ milestones }: Pick<Playbook, 'milestones'>, at: At): number | undefined => {
  const day = /^T([+-])(\d{1,4})$/.exec(milestones.find(one => one.key === at)?.at ?? at)
  // Adding 0 turns −0, which is `T-0`, into 0.
  return day === null ? undefined : Number(day[2]) * (day[1] === '-' ? -1 : 1) + 0
}

/** Why no new move may take this playbook. Undefined: it may. */
export const whyNotTaken = ({ key, deprecated }: Playbook): PlaybookRefused | undefined =>
  deprecated === null ? undefined : { refused: 'playbook-deprecated', playbook: key, ...deprecated }

/** Everything that an operator with these roles is there for. */
export const ownersOf = (held: readonly Role[]): Owner[] =>
  // Proof: the keys of a table are its keys.
  (Object.keys(posts) as Post[]).filter(post => held.includes(posts[post])).map(post => ({ party: 'vendor', post }))

export const sameOwner = (a: Owner, b: Owner): boolean => ownerName(a) === ownerName(b)
/** `vendor/engineer`, `customer/it`. */
export const ownerName = (owner: Owner): string => `${owner.party}/${owner.party === 'vendor' ? owner.post : owner.duty}`
