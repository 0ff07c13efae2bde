import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Actor, type AgentId, type NoAccess, type OperatorId, type Scope, type Verb, type Whose, rights, roles, scopeOf, verbs, whyNot } from './access.ts'
import type { Grant } from './grant.ts'
import { asId } from './ids.ts'
import { type ContactId, type CustomerId, type PartnerId, type VendorId, duties } from './parties.ts'

// A small world: two vendors; the first has two partners with two customers each, and one customer of its own. Every person is numbered.
const vendors = [asId<'vendor'>('v0'), asId<'vendor'>('v1')] as const
const [ours, theirs] = vendors
const partners = [asId<'partner'>('p0'), asId<'partner'>('p1')] as const
const customers: readonly { readonly id: CustomerId; readonly vendor: VendorId; readonly partner: PartnerId | null }[] = [
  { id: asId('c0'), vendor: ours, partner: partners[0] }, { id: asId('c1'), vendor: ours, partner: partners[0] },
  { id: asId('c2'), vendor: ours, partner: partners[1] }, { id: asId('c3'), vendor: ours, partner: null }, { id: asId('c4'), vendor: theirs, partner: null },
]
const operators: readonly OperatorId[] = [asId('o0'), asId('o1')]
const contacts: readonly ContactId[] = [asId('k0'), asId('k1')]
const agents: readonly AgentId[] = [asId('a0'), asId('a1')]

const removedAt = fc.option(fc.constant(1_700_000_000_000), { nil: null, freq: 8 })
const dutiesOf = fc.subarray([...duties])
const actor: fc.Arbitrary<Actor> = fc.oneof(
  fc.record({ kind: fc.constant('operator' as const), id: fc.constantFrom(...operators), vendor: fc.constantFrom(...vendors), roles: fc.subarray([...roles]), removedAt }),
  fc.record({ kind: fc.constant('partner' as const), id: fc.constantFrom(...contacts), vendor: fc.constant(ours), partner: fc.constantFrom(...partners), duties: dutiesOf, removedAt }),
  fc.record({ who: fc.constantFrom(...customers), id: fc.constantFrom(...contacts), duties: dutiesOf, removedAt }).map(({ who, ...rest }): Actor => ({ kind: 'customer', ...rest, vendor: who.vendor, customer: who.id })),
  fc.record({ who: fc.option(fc.constantFrom(...customers), { nil: null }), id: fc.constantFrom(...agents), removedAt }).map(({ who, ...rest }): Actor => ({ kind: 'agent', ...rest, vendor: who?.vendor ?? ours, customer: who?.id ?? null })),
  fc.constant<Actor>({ kind: 'system' }),
)

const owner: fc.Arbitrary<Pick<Whose, 'vendor' | 'partner' | 'customer'>> = fc.oneof(
  fc.constantFrom(...customers).map(one => ({ vendor: one.vendor, partner: one.partner, customer: one.id })),
  fc.constantFrom(...partners).map(partner => ({ vendor: ours, partner, customer: null })),
  fc.constantFrom(...vendors).map(vendor => ({ vendor, partner: null, customer: null })),
)
const thing: fc.Arbitrary<Whose> = fc.record({
  owner, party: fc.constantFrom('vendor' as const, 'partner' as const, 'customer' as const, null),
  duties: fc.subarray([...duties]), person: fc.constantFrom(...operators, ...contacts, ...agents, null),
}).map(({ owner: whose, ...rest }) => ({ ...whose, ...rest }))

const verb = fc.constantFrom(...verbs)
const may = (who: Actor, what: Verb, whose: Whose): boolean => whyNot(who, what, whose) === undefined
const always = (check: (who: Actor, what: Verb, whose: Whose) => void): void => fc.assert(fc.property(actor, verb, thing, check), { numRuns: 20_000 })

test('every kind of actor has an answer to every verb, about every thing', () => {
  const people: Actor[] = [
    ...roles.map((role): Actor => ({ kind: 'operator', id: asId('o0'), vendor: ours, roles: [role], removedAt: null })),
    ...duties.flatMap((duty): Actor[] => [
      { kind: 'partner', id: asId('k0'), vendor: ours, partner: partners[0], duties: [duty], removedAt: null },
      { kind: 'customer', id: asId('k0'), vendor: ours, customer: asId('c0'), duties: [duty], removedAt: null },
    ]),
    { kind: 'agent', id: asId('a0'), vendor: ours, customer: null, removedAt: null }, { kind: 'system' },
  ]
  for (const one of people) for (const what of verbs) {
    const own = { vendor: ours, partner: partners[0], customer: asId<'customer'>('c0') }
    const [here, there] = [whyNot(one, what, own), whyNot(one, what, { vendor: theirs, partner: null, customer: null })]
    for (const no of [here, there]) assert.ok(no === undefined || no.refused.length > 0)
    assert.ok(one.kind === 'system' || there !== undefined, `${one.kind} ${what} reaches another vendor`)
  }
})

test('a list holds exactly the things that may be opened one by one', () => {
  always((who, what, whose) => {
    assert.equal(may(who, what, whose), isListed(scopeOf(who, what), whose))
  })
})

test('nobody reaches what is another’s, and is not told that it exists', () => {
  always((who, what, whose) => {
    if (who.kind === 'system') return
    const isAnothers = who.vendor !== whose.vendor
      || who.kind === 'partner' && who.partner !== whose.partner && rights[what][1].reach !== 'everybody'
      || who.kind === 'customer' && who.customer !== whose.customer && rights[what][2].reach !== 'everybody'
      || who.kind === 'agent' && who.customer !== null && who.customer !== whose.customer
    const refused = whyNot(who, what, whose)
    if (isAnothers) assert.ok(refused !== undefined && ['removed', 'not-your-part', 'not-found'].includes(refused.refused), `${who.kind} ${what}`)
  })
})

test('who was removed may do nothing', () => {
  always((who, what, whose) => {
    if (who.kind !== 'system' && who.removedAt !== null) assert.deepEqual(whyNot(who, what, whose), { refused: 'removed' })
  })
})

test('only the system reaches everything', () => {
  always((who, what) => {
    const scope = scopeOf(who, what)
    if (who.kind !== 'system' && !('refused' in scope)) assert.equal(scope.vendor, who.vendor)
  })
})

test('a further role or duty never takes a right away', () => {
  fc.assert(fc.property(actor, verb, thing, fc.constantFrom(...roles), fc.constantFrom(...duties), (who, what, whose, role, duty) => {
    const more: Actor = who.kind === 'operator' ? { ...who, roles: [...who.roles, role] } : 'duties' in who ? { ...who, duties: [...who.duties, duty] } : who
    assert.ok(!may(who, what, whose) || may(more, what, whose))
  }), { numRuns: 20_000 })
})

test('without a role or duty that its row names, a verb is refused', () => {
  always((who, what, whose) => {
    if (who.kind !== 'operator' && who.kind !== 'partner' && who.kind !== 'customer' || who.removedAt !== null) return
    const grant: Grant<string> = rights[what][['operator', 'partner', 'customer'].indexOf(who.kind) as 0 | 1 | 2]
    const has: readonly string[] = who.kind === 'operator' ? who.roles : who.duties
    if (!('who' in grant) || grant.who.some(one => has.includes(one))) return
    const isInSight = who.vendor === whose.vendor && (who.kind !== 'partner' || who.partner === whose.partner) && (who.kind !== 'customer' || who.customer === whose.customer)
    assert.deepEqual(whyNot(who, what, whose), isInSight ? { refused: 'not-your-part', verb: what, others: grant.who } : { refused: 'not-found' })
  })
  const auditor: Actor = { kind: 'operator', id: asId('o0'), vendor: ours, roles: ['auditor'], removedAt: null }
  const changes = verbs.filter(what => !what.endsWith('.read') && may(auditor, what, { vendor: ours, partner: null, customer: null, party: 'vendor' }))
  assert.deepEqual(changes, ['export'], 'an auditor looks on')
})

test('a person who may do something to a thing may see it', () => {
  always((who, what, whose) => {
    const see = `${what.split('.')[0]}.read`
    if (who.kind === 'agent' || who.kind === 'system' || !isVerb(see)) return
    const isCoherent = whose.person !== who.id || whose.party === (who.kind === 'operator' ? 'vendor' : who.kind)
    if (isCoherent && may(who, what, whose)) assert.ok(may(who, see, whose), `${what} without ${see}`)
  })
})

test('secrets go to the contact whom they name, and to nobody else', () => {
  always((who, _, whose) => {
    if (may(who, 'credential.reveal', whose)) assert.ok(who.kind === 'customer' && who.customer === whose.customer && who.id === whose.person)
  })
})

test('a partner learns nothing of secrets, of who is connected, and of the evidence', () => {
  always((who, what, whose) => {
    if (who.kind === 'partner' && /^(credential|sighting|evidence)\./.test(what)) assert.ok((who.removedAt === null ? ['not-your-part', 'not-found'] : ['removed']).includes(whyNot(who, what, whose)?.refused ?? 'let in'))
  })
})

test('nobody decides, signs off or accepts for another party', () => {
  always((who, what, whose) => {
    if (!['gate.decide', 'sign-off.give'].includes(what) || !may(who, what, whose)) return
    assert.equal(whose.party, who.kind === 'operator' ? 'vendor' : who.kind)
  })
  for (const what of ['quote.accept', 'credential.reveal', 'contact.answer'] as const) assert.equal(rights[what][0].reach, 'nothing', what)
})

test('a partner’s contact cannot change whom a customer’s secrets go to', () => {
  const partner: Actor = { kind: 'partner', id: asId('k0'), vendor: ours, partner: partners[0], duties: [...duties], removedAt: null }
  assert.equal(whyNot(partner, 'contact.change', { vendor: ours, partner: partners[0], customer: asId('c0'), party: 'customer' })?.refused, 'for-another-party')
  assert.equal(whyNot(partner, 'contact.change', { vendor: ours, partner: partners[0], customer: null, party: 'partner' }), undefined)
})

test('a contact does the tasks of the own duties and those given by name; the point of contact does all of the own party', () => {
  const contact = (...has: (typeof duties)[number][]): Actor => ({ kind: 'customer', id: asId('k0'), vendor: ours, customer: asId('c0'), duties: has, removedAt: null })
  const task: Whose = { vendor: ours, partner: partners[0], customer: asId('c0'), party: 'customer', duties: ['developer'] }
  assert.equal(whyNot(contact('developer', 'it'), 'task.do', task), undefined)
  assert.deepEqual(whyNot(contact('it'), 'task.do', task), { refused: 'for-other-duties', duties: ['developer'] })
  assert.equal(whyNot(contact('it'), 'task.do', { ...task, person: asId('k0') }), undefined)
  assert.equal(whyNot(contact('point-of-contact'), 'task.do', task), undefined)
  assert.deepEqual(whyNot(contact('point-of-contact'), 'task.do', { ...task, party: 'vendor' }), { refused: 'for-another-party', party: 'vendor' })
  assert.deepEqual(whyNot(contact('point-of-contact'), 'task.waive', task), { refused: 'not-your-part', verb: 'task.waive', others: [] })
})

const isVerb = (text: string): text is Verb => text in rights

/** What the WHERE of a list does, written without the code under test. */
const isListed = (scope: Scope | NoAccess, whose: Whose): boolean => {
  if ('refused' in scope) return false
  const { concerns, ...equal } = scope
  const fits = Object.entries(equal).every(([field, value]) => whose[field as keyof typeof equal] === value)
  return fits && (concerns === undefined || whose.person === concerns.person || (whose.duties ?? []).some(duty => concerns.duties.includes(duty)))
}
