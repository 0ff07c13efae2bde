import { type Grant, type MachineGrant, anyone, concerned, everybody, named, never, of, ofOwn } from './grant.ts'
import type { Id } from './ids.ts'
import type { ContactId, CustomerId, Duty, PartnerId, Party, VendorId } from './parties.ts'
import type { Instant } from './time.ts'

/** What the vendor's own people are there for. One person may have several; nobody has more than the rows below give. */
export const roles = ['admin', 'migration-lead', 'engineer', 'finance', 'support', 'auditor'] as const
export type Role = (typeof roles)[number]

export type OperatorId = Id<'operator'>
export type AgentId = Id<'agent'>

/** Who asks. Made anew from the rows for every request, so that a right that was taken away is gone with the next one. `removedAt`: may nothing any more. */
export type Actor =
  | { readonly kind: 'operator'; readonly id: OperatorId; readonly vendor: VendorId; readonly roles: readonly Role[]; readonly removedAt: Instant | null }
  | { readonly kind: 'partner'; readonly id: ContactId; readonly vendor: VendorId; readonly partner: PartnerId; readonly duties: readonly Duty[]; readonly removedAt: Instant | null }
  | { readonly kind: 'customer'; readonly id: ContactId; readonly vendor: VendorId; readonly customer: CustomerId; readonly duties: readonly Duty[]; readonly removedAt: Instant | null }
  /** The process at the data. `customer`: it stands at that customer's and takes no other's orders. */
  | { readonly kind: 'agent'; readonly id: AgentId; readonly vendor: VendorId; readonly customer: CustomerId | null; readonly removedAt: Instant | null }
  /** What follows from what people decided: jobs. */
  | { readonly kind: 'system' }

/** One answer for each kind of actor: none can be forgotten. */
type Row = readonly [operator: Grant<Role>, partner: Grant<Duty>, customer: Grant<Duty>, agent: MachineGrant, system: MachineGrant]

const lead = ['admin', 'migration-lead'] as const
const crew = [...lead, 'engineer'] as const
const office = [...lead, 'support'] as const
const money = [...lead, 'finance'] as const
const contact = 'point-of-contact'
const payers = [contact, 'billing', 'approver'] as const
const deciders = [contact, 'approver'] as const
const planners = [contact, 'approver', 'change-management'] as const
const technicians = [contact, 'it', 'developer', 'networking', 'security'] as const
/** Whom playbooks ask: a test reads them. */
const asked = [...technicians, 'change-management', 'billing'] as const

/**
 * Every verb of the product, and who may do it: the only place where that is said. A verb without a row does not exist, a role or duty that a row
 * does not name may not. What each word grants is said in grant.ts; docs/rights.md shows the table to people.
 */
export const rights = {
  //                     the vendor’s people                   a partner’s         a customer’s                       agents  system
  'settings.read':      [of(...money, 'auditor'),              never,              never,                             never,  anyone],
  'settings.change':    [of('admin'),                          never,              never,                             never,  never],
  'people.read':        [anyone,                               never,              never,                             never,  never],
  'people.change':      [of('admin'),                          never,              never,                             never,  never],
  'agent.read':         [of(...crew, 'auditor'),               never,              never,                             never,  anyone],
  'agent.change':       [of('admin', 'engineer'),              never,              never,                             never,  never],
  'job.read':           [of(...crew, 'auditor'),               never,              never,                             never,  anyone],
  'job.repeat':         [of('admin', 'engineer'),              never,              never,                             never,  never],
  'journal.read':       [of(...lead, 'auditor'),               never,              never,                             never,  anyone],
  'import':             [of(...lead),                          never,              never,                             never,  never],
  'export':             [of(...lead, 'auditor'),               never,              never,                             never,  never],

  'partner.read':       [anyone,                               anyone,             never,                             never,  anyone],
  'partner.change':     [of(...lead),                          never,              never,                             never,  never],
  'customer.read':      [anyone,                               anyone,             anyone,                            never,  anyone],
  'customer.change':    [of(...office),                        never,              never,                             never,  never],
  'contact.read':       [anyone,                               anyone,             anyone,                            never,  anyone],
  'contact.change':     [of(...office),                        ofOwn(contact),     ofOwn(contact),                    never,  never],
  'contact.answer':     [never,                                named,              named,                             never,  never],
  'availability.read':  [anyone,                               concerned,          concerned,                         never,  anyone],
  'availability.give':  [never,                                named,              named,                             never,  never],
  'feed.read':          [named,                                named,              named,                             never,  never],
  'home.read':          [anyone,                               of(...technicians), of(...technicians),                never,  anyone],
  'home.change':        [of(...crew),                          never,              never,                             never,  never],
  'tenant.read':        [anyone,                               anyone,             anyone,                            never,  anyone],
  'tenant.change':      [of(...crew),                          never,              never,                             never,  never],
  'tenant.measure':     [of(...crew),                          never,              never,                             named,  anyone],

  'playbook.read':      [anyone,                               never,              never,                             never,  anyone],
  'playbook.change':    [of(...lead),                          never,              never,                             never,  never],
  'programme.read':     [anyone,                               never,              never,                             never,  anyone],
  'programme.plan':     [of(...lead),                          never,              never,                             never,  never],
  'wave.read':          [anyone,                               never,              never,                             never,  anyone],
  'wave.plan':          [of(...lead),                          never,              never,                             never,  anyone],
  'plan.read':          [anyone,                               anyone,             of(...planners, 'it'),             never,  anyone],
  'plan.change':        [of(...lead),                          never,              never,                             never,  anyone],
  'profile.read':       [anyone,                               of(...technicians), of(...asked),                      never,  anyone],
  'profile.answer':     [of(...office, 'engineer', 'finance'), of(contact, 'it'),  of(...asked),                      named,  anyone],
  'risk.read':          [anyone,                               of(contact),        of(...planners, 'it'),             never,  anyone],
  'risk.change':        [of(...office, 'engineer'),            of(contact),        of(...planners, 'it'),             never,  anyone],
  'integration.read':   [anyone,                               of(...technicians), of(...technicians),                never,  anyone],
  'integration.change': [of(...office, 'engineer'),            never,              of(...technicians),                never,  anyone],

  'task.read':          [anyone,                               anyone,             concerned,                         never,  anyone],
  'task.do':            [of(...office, 'engineer', 'finance'), concerned,          concerned,                         never,  anyone],
  'task.give':          [of(...office, 'engineer'),            ofOwn(contact),     ofOwn(contact),                    never,  anyone],
  'task.waive':         [of(...lead),                          never,              never,                             never,  never],
  'gate.read':          [anyone,                               anyone,             of(...planners),                   never,  anyone],
  'gate.decide':        [ofOwn(...lead),                       ofOwn(...deciders), ofOwn(...deciders),                never,  never],
  'sign-off.read':      [anyone,                               anyone,             anyone,                            never,  anyone],
  'sign-off.give':      [ofOwn(...crew),                       concerned,          concerned,                         never,  never],
  'check.look':         [of(...office, 'engineer', 'finance'), of(contact, 'it'),  of(...planners, ...technicians),   never,  anyone],
  'attention.read':     [anyone,                               never,              never,                             never,  never],
  'attention.assign':   [of(...office, 'engineer', 'finance'), never,              never,                             never,  never],
  'escalation.raise':   [of(...office, 'engineer', 'finance'), of(...deciders),    of(...deciders),                   never,  anyone],

  'window.read':        [anyone,                               anyone,             anyone,                            never,  anyone],
  'window.propose':     [of(...lead),                          of(contact),        of(...planners),                   never,  anyone],
  'window.confirm':     [of(...lead),                          never,              of(...deciders),                   never,  never],
  'window.cancel':      [of(...lead),                          never,              never,                             never,  never],
  'blackout.read':      [anyone,                               anyone,             of(...planners, 'it'),             never,  anyone],
  'blackout.change':    [of(...lead),                          never,              of(...planners),                   never,  never],
  'call.read':          [anyone,                               concerned,          concerned,                         never,  anyone],
  'call.plan':          [of(...office, 'engineer'),            ofOwn(contact),     ofOwn(contact),                    never,  anyone],

  'rate.read':          [of(...money, 'auditor'),              never,              never,                             never,  anyone],
  'rate.change':        [of('admin', 'finance'),               never,              never,                             never,  never],
  'quote.read':         [of(...money, 'support', 'auditor'),   concerned,          concerned,                         never,  anyone],
  'quote.make':         [of(...money),                         never,              never,                             never,  never],
  'quote.withdraw':     [of(...money),                         never,              never,                             never,  never],
  'quote.accept':       [never,                                named,              named,                             never,  never],
  'billing.read':       [of(...money, 'auditor'),              ofOwn(...payers),   ofOwn(...payers),                  never,  anyone],
  'billing.change':     [of('admin', 'finance'),               never,              never,                             never,  anyone],

  'message.read':       [anyone,                               concerned,          concerned,                         never,  anyone],
  'message.send':       [of(...office, 'engineer', 'finance'), never,              never,                             never,  anyone],
  'message.answer':     [of(...office, 'engineer', 'finance'), concerned,          concerned,                         never,  never],
  'faq.read':           [anyone,                               everybody,          everybody,                         never,  anyone],
  'faq.ask':            [of(...office, 'engineer'),            anyone,             anyone,                            never,  never],
  'faq.answer':         [of(...office, 'engineer'),            never,              never,                             never,  never],

  'move.read':          [anyone,                               anyone,             anyone,                            never,  anyone],
  'move.order':         [of(...crew),                          never,              never,                             never,  anyone],
  'move.approve':       [of(...lead),                          never,              never,                             never,  never],
  'move.pause':         [of(...crew),                          never,              never,                             never,  never],
  'move.abort':         [of(...crew),                          never,              never,                             never,  never],
  'move.turn-back':     [of(...lead),                          never,              never,                             never,  never],
  'move.found':         [of(...crew),                          never,              never,                             never,  never],
  'move.settle':        [of(...lead),                          never,              never,                             never,  anyone],
  'order.read':         [of(...crew, 'auditor'),               never,              never,                             anyone, anyone],
  'order.claim':        [never,                                never,              never,                             anyone, never],
  'order.report':       [never,                                never,              never,                             named,  never],
  'licence.read':       [of(...crew, 'support', 'auditor'),    never,              of(contact, 'it'),                 never,  anyone],
  'licence.reveal':     [of(...crew),                          never,              of(contact, 'it'),                 never,  never],
  'evidence.read':      [anyone,                               never,              of(...planners, 'it', 'security'), never,  anyone],
  'probe.read':         [anyone,                               of(...technicians), of(...technicians),                never,  anyone],
  'probe.make':         [of(...crew),                          of(...technicians), of(...technicians),                never,  never],
  'rule.change':        [of(...crew),                          never,              never,                             never,  anyone],
  'bundle.read':        [of(...crew, 'support', 'auditor'),    of(contact, 'it'),  of(contact, 'it'),                 never,  anyone],
  'bundle.make':        [of(...crew),                          never,              never,                             never,  never],
  'files.pack':         [of(...crew),                          never,              of(contact, 'it'),                 never,  never],
  'user.read':          [of(...crew, 'support'),               never,              of(contact, 'it'),                 never,  anyone],
  'user.tell':          [of(...crew),                          never,              of(contact, 'it'),                 never,  anyone],
  'user.mark':          [never,                                never,              of(contact, 'it'),                 never,  never],
  'document.read':      [anyone,                               never,              everybody,                         never,  anyone],
  'document.change':    [of(...lead),                          never,              never,                             never,  never],
  'bundle.prove':       [of(...crew),                          of(contact, 'it'),  of(contact, 'it'),                 never,  never],
  'bundle.fetch':       [never,                                of(contact, 'it'),  of(contact, 'it'),                 never,  never],

  'credential.read':    [of(...crew, 'support', 'auditor'),    never,              concerned,                         never,  anyone],
  'credential.make':    [of('admin', 'engineer'),              never,              never,                             named,  anyone],
  'credential.offer':   [of('admin', 'engineer'),              never,              never,                             never,  anyone],
  'credential.reveal':  [never,                                never,              named,                             never,  never],
  'sighting.read':      [anyone,                               never,              of(...technicians),                never,  anyone],
  'sighting.close':     [of(...crew),                          never,              of(...technicians),                never,  never],
  'sighting.report':    [never,                                never,              never,                             named,  anyone],
  'redirect.serve':     [never,                                never,              never,                             anyone, never],
  'fleet.report':       [never,                                never,              never,                             anyone, never],
} as const satisfies Readonly<Record<string, Row>>

export type Verb = keyof typeof rights
/** Whether one of these roles may do it at all; what a thing's own row says comes on top. */
export const isForRoles = (verb: Verb, has: readonly string[]): boolean => {
  const grant: Grant<Role> = rights[verb][0]
  return grant.reach !== 'nothing' && (!('who' in grant) || grant.who.some(role => has.includes(role)))
}
export const verbs = Object.keys(rights) as readonly Verb[]

/**
 * Whose a thing is: read from its row, never from what was asked. A thing of the vendor alone has neither partner nor customer; a customer's has its
 * partner too. `party`, `duties`: whom of these it is for. `person`: the one person, or the one agent, that it names.
 */
export type Whose = {
  readonly vendor: VendorId
  readonly partner: PartnerId | null
  readonly customer: CustomerId | null
  readonly party?: Party | null
  readonly duties?: readonly Duty[]
  readonly person?: ContactId | OperatorId | AgentId | null
}

/**
 * What an actor may do a verb to: the things that fit every field that is there. `concerns`: the thing is for one of these duties or names this
 * person. A list puts it in its WHERE and so holds exactly what may be opened one by one. Without a field it is everything, which only the system has.
 */
export type Scope = {
  readonly vendor?: VendorId
  readonly partner?: PartnerId
  readonly customer?: CustomerId
  readonly party?: Party
  readonly concerns?: { readonly duties: readonly Duty[]; readonly person: ContactId }
  readonly person?: ContactId | OperatorId | AgentId
}

/** `removed`: this person or agent may nothing any more. `not-your-part`: it is for `others`. `not-found`: somebody else's; that it exists is not told. */
export type NoAccess =
  | { readonly refused: 'removed' }
  | { readonly refused: 'not-your-part'; readonly verb: Verb; readonly others: readonly string[] }
  | { readonly refused: 'not-found' }
  | { readonly refused: 'for-another-party'; readonly party: Party }
  | { readonly refused: 'for-other-duties'; readonly duties: readonly Duty[] }
  | { readonly refused: 'for-another-person' }

/** Why `actor` may not do `verb` to this thing. Undefined: it may. */
export const whyNot = (actor: Actor, verb: Verb, whose: Whose): NoAccess | undefined => {
  const scope = scopeOf(actor, verb)
  if (!('refused' in scope)) return outside(scope, whose)
  // That something is there is not told either to whom the verb is closed altogether.
  return scope.refused === 'not-your-part' && actor.kind !== 'system' && isOutOfSight(inSight(actor), whose) ? { refused: 'not-found' } : scope
}

/** Which things `actor` may do `verb` to, or that there are none. */
export const scopeOf = (actor: Actor, verb: Verb): Scope | NoAccess => {
  if (actor.kind !== 'system' && actor.removedAt !== null) return { refused: 'removed' }
  const grant = grantTo(actor, verb)
  if (!isOneOf(actor, grant)) return { refused: 'not-your-part', verb, others: 'who' in grant ? grant.who : [] }
  if (actor.kind === 'system') return {}
  const ours = grant.reach === 'everybody' ? { vendor: actor.vendor } : inSight(actor)
  switch (grant.reach) {
    case 'nothing':
    case 'ours':
    case 'everybody': return ours
    case 'own': return { ...ours, ...party(actor) }
    case 'concerned': return { ...ours, ...party(actor), ...concerns(actor) }
    case 'named': return { ...ours, person: actor.id }
  }
}

/** What keeps a thing out of a scope. Whose it is comes first: who may not know of it learns nothing else about it. */
const outside = (scope: Scope, whose: Whose): NoAccess | undefined => {
  if (isOutOfSight(scope, whose)) return { refused: 'not-found' }
  if (scope.person !== undefined && scope.person !== whose.person) return { refused: 'for-another-person' }
  if (scope.party !== undefined && scope.party !== whose.party) return { refused: 'for-another-party', party: whose.party ?? 'vendor' }
  const duties = whose.duties ?? []
  const isConcerned = scope.concerns === undefined || scope.concerns.person === whose.person || scope.concerns.duties.some(duty => duties.includes(duty))
  return isConcerned ? undefined : { refused: 'for-other-duties', duties }
}

const isOutOfSight = ({ vendor, partner, customer }: Scope, whose: Whose): boolean =>
  vendor !== undefined && vendor !== whose.vendor || partner !== undefined && partner !== whose.partner || customer !== undefined && customer !== whose.customer

const column = { operator: 0, partner: 1, customer: 2, agent: 3, system: 4 } as const satisfies Record<Actor['kind'], number>

const grantTo = (actor: Actor, verb: Verb): Grant<string> => rights[verb][column[actor.kind]]

const isOneOf = (actor: Actor, grant: Grant<string>): boolean => {
  if (grant.reach === 'nothing') return false
  if (!('who' in grant)) return true
  const has: readonly string[] = actor.kind === 'operator' ? actor.roles : 'duties' in actor ? actor.duties : []
  return grant.who.some(one => has.includes(one))
}

/** As far as an actor sees at all. */
const inSight = (actor: Exclude<Actor, { kind: 'system' }>): Scope => {
  switch (actor.kind) {
    case 'operator': return { vendor: actor.vendor }
    case 'partner': return { vendor: actor.vendor, partner: actor.partner }
    case 'customer': return { vendor: actor.vendor, customer: actor.customer }
    case 'agent': return { vendor: actor.vendor, ...(actor.customer === null ? {} : { customer: actor.customer }) }
  }
}

const party = (actor: Actor): { readonly party?: Party } => {
  if (actor.kind === 'operator') return { party: 'vendor' }
  return actor.kind === 'partner' || actor.kind === 'customer' ? { party: actor.kind } : {}
}

/** The point of contact stands in for everyone of the own party. */
const concerns = (actor: Actor): Pick<Scope, 'concerns'> =>
  'duties' in actor && !actor.duties.includes(contact) ? { concerns: { duties: actor.duties, person: actor.id } } : {}
