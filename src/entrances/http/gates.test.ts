import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkNames } from '#domain/checks.ts'
import { looks } from '#control/running/looks/looks.ts'
import { system } from '#control/ground/callers.ts'
import { decide } from '#control/ground/desk.ts'
import { lookAgain } from '#control/running/look-again.ts'
import { lookAfter } from '#control/running/seeing.ts'
import { type Chain, useChain } from '#test/control/chain.ts'
import { says } from '#test/control/says.ts'

const whole = { name: 'A person at Nordlicht', company: 'Nordlicht', email: 'person@nordlicht.example', phone: '+81 3 1234 5678', extension: '12' }
const works = { 'sign-in': 'works', reports: 'works' }

/** Everything that the first gate rests on, done by those whose it is. */
const prepare = async ({ as, idOf, move, lead }: Chain, { firewall = true } = {}): Promise<void> => {
  const [contact, it] = [await as('point-of-contact'), await as('it')]
  await contact('tasks.do', { task: await idOf('give-contact'), answers: whole })
  await it('profile.answer', { move, answers: { fleets: ['tablets'] } })
  await it('checks.look', { move })
  await it('tasks.do', { task: await idOf('download') })
  await (await as('networking'))('tasks.do', { task: await idOf('network-form'), answers: { networks: [{ cidr: '192.0.2.0/24' }] } })
  await (await as('developer'))('tasks.do', { task: await idOf('change-code'), note: 'commit 1' })
  if (firewall) await lead('tasks.waive', { task: await idOf('open-firewall'), reason: 'none there' })
}

test('every check that a playbook may ask for is answered', () => {
  assert.deepEqual(Object.keys(looks).toSorted(), [...checkNames].toSorted())
})

test('C9: a whole small playbook from the first task to the last gate; an environment starts after the one before is signed off and its testing days are over', async t => {
  const chain = await useChain(t)
  const { as, idOf, gate, lead, engineer, move, control, task } = chain
  await prepare(chain)
  await assert.rejects(engineer('tasks.do', { task: await idOf('move-non-prod') }), says(409, 'task-blocked', /first/))
  const { conditions, mayDecide, decides } = await lead('gates.read', { gate: await gate('first') })
  assert.deepEqual([conditions.map(one => one.held), mayDecide, decides], [[true, true, true, true], true, 'vendor/project-manager'])
  const decided = await lead('gates.decide', { gate: await gate('first'), decision: 'go' })
  assert.deepEqual([decided.gate.state, decided.gate.decided?.by.name], ['go', 'A person for migration-lead'])

  control.clock.at(Date.UTC(2027, 2, 1, 12))
  await assert.rejects((await as('end-user'))('sign-offs.give', { move, signOff: 'user-non-prod', accepted: true, answers: works }), says(409, 'environment-not-ready', /non-prod: move-non-prod/))
  await engineer('tasks.do', { task: await idOf('move-non-prod') })
  const user = await as('end-user')
  await assert.rejects(user('tasks.do', { task: await idOf('try-non-prod'), answers: { ...works, reports: 'fails' } }), says(409, 'checklist-fails', /Reports are there/))
  await user('tasks.do', { task: await idOf('try-non-prod'), answers: works })
  await assert.rejects((await as('approver'))('gates.decide', { gate: await gate('second'), decision: 'go' }), says(409, 'gate-conditions', /Non-production is signed off/))
  await user('sign-offs.give', { move, signOff: 'user-non-prod', accepted: true, answers: works })
  assert.equal((await task('accepted-non-prod')).finding?.why.en, '1 of 2 have signed off; not yet: customer/point-of-contact.')
  const contact = await as('point-of-contact')
  assert.deepEqual((await contact('sign-offs.give', { move, signOff: 'contact-non-prod', accepted: true })).closed, ['accepted-non-prod'])
  await assert.rejects(contact('sign-offs.give', { move, signOff: 'contact-non-prod', accepted: true }), says(409, 'signed-off-already', /A person at Nordlicht, 2027-03-01T12:00/))

  // Signed off on the first day; the testing time that was promised counts all the same.
  control.clock.at(Date.UTC(2027, 2, 5))
  const approver = await as('approver')
  await control.world.ledger.transaction(async tx => {
    const plan = await tx.get('plan', move)
    await tx.change('plan', move, { environments: (plan?.environments ?? []).map(one => (one.key === 'prod' ? { ...one, from: '2027-03-10' } : one)) })
  })
  await assert.rejects(approver('gates.decide', { gate: await gate('second'), decision: 'go' }), says(409, 'testing-not-over', /2027-03-15/))
  control.clock.at(Date.UTC(2027, 2, 15))
  await approver('gates.decide', { gate: await gate('second'), decision: 'go' })
  await engineer('tasks.do', { task: await idOf('move-prod') })
  await lead('checks.find', { move, check: 'devices-arrived', about: 'tablets', held: true, note: '40 of 40' })
  await assert.rejects(lead('gates.decide', { gate: await gate('last'), decision: 'go', note: 'enough' }), says(409, 'gate-conditions', /Production is signed off/))
  await contact('sign-offs.give', { move, signOff: 'contact-prod', accepted: true })
  assert.equal((await lead('gates.decide', { gate: await gate('last'), decision: 'go' })).gate.state, 'go')
  assert.deepEqual((await lead('tasks.list', { move })).items, [])
  assert.equal((await control.world.ledger.verifyJournal()).wrong, undefined)
})

test('a no-go says why, stays on record and can be taken up again; a go stands; what is firm nobody overrides', async t => {
  const chain = await useChain(t)
  const { lead, gate, as, engineer } = chain
  const first = await gate('first')
  await assert.rejects(engineer('gates.decide', { gate: first, decision: 'go' }), says(403, 'not-your-part'))
  await assert.rejects((await as('approver'))('gates.decide', { gate: first, decision: 'go' }), says(403, 'for-another-party'))
  await assert.rejects((await as('it'))('gates.list', { move: chain.move }), says(403, 'not-your-part'))
  await assert.rejects(lead('gates.decide', { gate: first, decision: 'go', note: 'never mind' }), says(409, 'gate-conditions', /Name, company.*Download your files/))
  await assert.rejects(lead('gates.decide', { gate: first, decision: 'no-go' }), says(422, 'note-missing'))
  assert.equal((await lead('gates.decide', { gate: first, decision: 'no-go', note: 'nothing is ready' })).gate.state, 'no-go')
  await assert.rejects(lead('gates.decide', { gate: first, decision: 'go' }), says(409, 'gate-decided', /no-go, by A person for \S+, 2026-11-02T03:00/))
  const again = await lead('gates.reopen', { gate: first, note: 'next month' })
  assert.deepEqual([again.gate.state, again.gate.earlier.map(one => one.note)], ['open', ['nothing is ready']])
  await prepare(chain, { firewall: false })
  await assert.rejects(lead('gates.decide', { gate: first, decision: 'go' }), says(422, 'note-missing'))
  const { gate: open } = await lead('gates.decide', { gate: first, decision: 'go', note: 'the firewall is ours' })
  assert.deepEqual([open.state, open.decided?.overridden.map(one => one.title.en)], ['go', ['Open the firewall']])
  await assert.rejects(lead('gates.reopen', { gate: first }), says(409, 'gate-not-no-go'))
})

test('two who decide a gate at once: one has decided, the other is told who', async t => {
  const chain = await useChain(t)
  await prepare(chain)
  const [first, other] = [await chain.gate('first'), await chain.control.as('admin')]
  for (const round of [1, 2, 3]) {
    const all = await Promise.allSettled([chain.lead('gates.decide', { gate: first, decision: 'no-go', note: `a ${round}` }), other('gates.decide', { gate: first, decision: 'no-go', note: `b ${round}` })])
    assert.deepEqual(all.map(one => one.status).toSorted(), ['fulfilled', 'rejected'])
    for (const one of all) if (one.status === 'rejected') says(409, 'gate-decided', /no-go, by A person for/)(one.reason)
    await chain.lead('gates.reopen', { gate: first })
  }
  const told = await chain.control.world.ledger.read(view => view.entries({ subject: first }))
  assert.equal(told.filter(one => one.verb === 'gate.decide').length, 3)
})

test('A8: the tester signs off with a checklist; a rejection says what fails, opens the test again and tells the vendor', async t => {
  const chain = await useChain(t)
  const { as, idOf, move, control, lead, engineer, gate, task } = chain
  await prepare(chain)
  await lead('gates.decide', { gate: await gate('first'), decision: 'go' })
  await engineer('tasks.do', { task: await idOf('move-non-prod') })
  const [user, it] = [await as('end-user'), await as('it')]
  await user('tasks.do', { task: await idOf('try-non-prod'), answers: works })
  await assert.rejects(it('sign-offs.give', { move, signOff: 'user-non-prod', accepted: true, answers: works }), says(403, 'for-other-duties'))
  await assert.rejects(engineer('sign-offs.give', { move, signOff: 'user-non-prod', accepted: true, answers: works }), says(403, 'for-another-party'))
  await assert.rejects(user('sign-offs.give', { move, signOff: 'user-non-prod', accepted: true, answers: { reports: 'works' } }), says(422, 'form-wrong'))
  await assert.rejects(user('sign-offs.give', { move, signOff: 'user-non-prod', accepted: true, answers: { ...works, reports: 'fails' } }), says(409, 'checklist-fails'))
  await assert.rejects(user('sign-offs.give', { move, signOff: 'user-non-prod', accepted: false, answers: { reports: 'fails' } }), says(422, 'note-missing'))
  const no = await user('sign-offs.give', { move, signOff: 'user-non-prod', accepted: false, answers: { reports: 'fails' }, note: 'The March report is empty' })
  assert.deepEqual([no.reopened, (await task('try-non-prod')).state], [['try-non-prod'], 'open'])
  const letters = (await control.world.ledger.read(view => view.list('message', { move, event: 'answer' }))).map(one => (one.facts as { text: string }).text)
  assert.ok(letters.length > 0 && letters.every(text => /The March report is empty\n- (Reports are there|レポートが表示される)/.test(text)), letters.join())
  await user('tasks.do', { task: await idOf('try-non-prod'), answers: works })
  const both = await Promise.allSettled([user('sign-offs.give', { move, signOff: 'user-non-prod', accepted: true, answers: works }), (await as('point-of-contact'))('sign-offs.give', { move, signOff: 'user-non-prod', accepted: true, answers: works })])
  assert.deepEqual(both.map(one => one.status).toSorted(), ['fulfilled', 'rejected'])
  const { items } = await user('sign-offs.list', { move })
  assert.deepEqual(items.map(one => [one.key, one.accepted, one.mayGive, one.given.map(said => said.accepted)]), [['user-non-prod', true, true, [true, false]], ['contact-non-prod', false, false, []], ['contact-prod', false, false, []]])
})

test('looking again changes nothing where nothing has come about, and two looks at once close a task once', async t => {
  const { control, move, lead, customer } = await useChain(t)
  const look = () => decide(control.world, system, desk => lookAgain(desk, move))
  assert.deepEqual(await look(), { closed: [] })
  const [contact] = (await lead('customers.read', { customer })).contacts.filter(one => one.duties.includes('point-of-contact'))
  await lead('contacts.change', { contact: contact?.id as never, phone: '+81 3 1', extension: '1' })
  const all = await Promise.all([look(), look(), look()])
  assert.deepEqual(all.flatMap(one => ('closed' in one ? one.closed : [])), ['give-contact'])
})

test('what people decide elsewhere is looked at by the journal’s reader: a changed contact closes the task of its customer’s move', async t => {
  const { control, lead, customer, task } = await useChain(t)
  const [contact] = (await lead('customers.read', { customer })).contacts.filter(one => one.duties.includes('point-of-contact'))
  await lead('contacts.change', { contact: contact?.id as never, phone: '+81 3 1', extension: '1' })
  const line = (await control.world.ledger.read(view => view.entries({ subject: contact?.id ?? '' }))).at(-1)
  assert.equal((await task('give-contact')).state, 'open')
  if (line !== undefined) await decide(control.world, system, desk => lookAfter(desk, line))
  assert.equal((await task('give-contact')).state, 'done')
})

test('attention: what breaks first stands first, with who has it; others than the vendor’s people see nothing of it', async t => {
  const { control, lead, as, move, customer, people } = await useChain(t)
  assert.deepEqual((await lead('attention.list', {})).items, [])
  const { ledger, newId } = control.world
  control.clock.at(Date.UTC(2027, 1, 27, 3))
  const now = control.clock.now()
  const row = await ledger.read(view => view.get('move', move))
  await ledger.transaction(async tx => {
    const owned = { vendor: control.vendor.id, customer, move }
    await tx.add('window', { id: newId<'window'>(), ...owned, tenant: row?.tenant as never, home: row?.destination as never, startsAt: now + 4 * 86_400_000, endsAt: now + 5 * 86_400_000, zone: 'Asia/Tokyo', state: 'proposed', sequence: 0, confirmedBy: null, confirmedAt: null })
    await tx.add('quote', { id: newId<'quote'>(), ...owned, number: 'Q-1', state: 'sent', offer: {}, currency: 'JPY', totalMinor: 1, named: people.get('approver') ?? null, expiresAt: now + 86_400_000, acceptedBy: null, acceptedAt: null, sentAt: now, withdrawnAt: null, createdAt: now })
    await tx.add('message', { id: newId<'message'>(), ...owned, contact: null, operator: null, name: 'The developer', address: 'developer@nordlicht.example', event: 'note', locale: 'en', key: 'k', about: null, by: null, state: 'bounced', facts: {}, sealed: null, enclosed: null, digest: null, messageId: null, why: 'no such user', createdAt: now - 1, handedAt: null, sentAt: now - 1 })
    await tx.add('move_order', { id: newId<'order'>(), ...owned, kind: 'preflight', state: 'failed', facts: {}, result: null, agent: null, leaseUntil: null, claims: 1, reported: 1, wish: null, createdAt: now - 10, endedAt: now - 5 })
    await tx.change('move', move, { stage: 'in-doubt' })
  })
  const { items, more } = await lead('attention.list', {})
  assert.deepEqual(items.map(one => one.breaksAt), items.map(one => one.breaksAt).toSorted((a, b) => a - b))
  assert.deepEqual([...new Set(items.map(one => one.kind))].toSorted(), ['gate-due', 'in-doubt', 'late-task', 'letter-returned', 'order-failed', 'quote-expires', 'window-unconfirmed'])
  assert.deepEqual(items.find(one => one.kind === 'late-task')?.has, ['A person at Nordlicht'])
  assert.deepEqual(items.find(one => one.kind === 'quote-expires')?.has, ['The approver'])
  assert.deepEqual(items.find(one => one.kind === 'gate-due')?.title.en, 'Go for non-production')
  assert.equal(more['late-task'], 0)
  const short = await lead('attention.list', { limit: 2 })
  assert.deepEqual([short.items.length, short.more['late-task'] + short.items.filter(one => one.kind === 'late-task').length], [2, items.filter(one => one.kind === 'late-task').length])
  await assert.rejects((await as('point-of-contact'))('attention.list', {}), says(403, 'not-your-part'))
})
