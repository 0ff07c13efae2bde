import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asId } from '#domain/ids.ts'
import { type Estate, useEstate } from '#test/control/estate.ts'
import { Refusal } from '#wire/ask.ts'

const says = (status: number, code: string, detail?: RegExp) => (error: unknown): boolean => {
  assert.ok(error instanceof Refusal, String(error))
  assert.deepEqual([error.status, error.code], [status, code])
  if (detail !== undefined) assert.match(error.message, detail)
  return true
}

/** So many customers with a tenant each in the old cloud, written at one go. */
const crowd = async ({ control: { world, vendor }, origin }: Estate, count: number) => {
  const customers = Array.from({ length: count }, (_, n) => ({ id: world.newId<'customer'>(), vendor: vendor.id, partner: null, name: `Customer ${n}`, country: n % 2 === 0 ? 'JP' : 'DE', zone: n % 2 === 0 ? 'Asia/Tokyo' : 'Europe/Berlin', locale: 'en' as const }))
  const tenants = customers.map((customer, n) => ({ id: world.newId<'tenant'>(), vendor: vendor.id, customer: customer.id, home: origin, name: `t${n}`, address: null, environment: 'prod' as const, users: null, stores: [], measuredAt: null, dedicatedDueAt: null }))
  await world.ledger.transaction(async tx => { await tx.add('customer', ...customers); await tx.add('tenant', ...tenants) })
  return tenants.map(tenant => tenant.id)
}

test('A1: the page of a move shows who moves from where to where, the old address and the new one, its dates, and whom to turn to', async t => {
  const { control, lead, tenant, programme, destination } = await useEstate(t)
  const { tenant: id, contact, customer } = await tenant('Nordlicht')
  const { id: move } = await lead('moves.add', { tenant: id, programme, destination, t0: '2027-03-01' })
  const page = await (await control.asContact(contact))('moves.read', { move })
  assert.deepEqual([page.oldAddress, page.newAddress], ['https://nordlicht.cloud.example.com', 'https://nordlicht.example.cloud'])
  assert.deepEqual([page.customer.id, page.tenant.name, page.origin.name, page.destination.kind, page.people.map(one => one.name)], [customer, 'nordlicht', 'the old cloud', 'dedicated', ['Support']])
  assert.deepEqual(page.dates, { t0: '2027-03-01', datedBy: 'move', milestones: [{ key: 'plan', title: { en: 'Plan agreed', ja: '計画の合意' }, day: '2027-01-29' }, { key: 'cutover', title: { en: 'Cutover', ja: '切替' }, day: '2027-03-01' }] })
  assert.deepEqual([page.plan.open, page.plan.undecided, page.plan.late, page.plan.next, page.plan.version], [3, 2, 0, '2027-01-29', 2])
  assert.deepEqual((await lead('tenants.read', { tenant: id })).newAddress, 'https://nordlicht.example.cloud')
})

test('a second move of a tenant, a home of the wrong kind and a wave of another programme are refused', async t => {
  const { control, lead, tenant, programme, destination, origin } = await useEstate(t)
  const { tenant: id } = await tenant('Nordlicht')
  const { id: server } = await lead('homes.add', { name: 'their server', kind: 'self-hosted' })
  const { id: other } = await lead('programmes.add', { name: 'Another', playbook: 'shared-to-dedicated' })
  const { id: wave } = await lead('waves.add', { programme: other, name: 'First' })
  await assert.rejects(lead('moves.add', { tenant: id, programme, destination: server }), says(422, 'wrong-destination', /leads to homes of the kind shared, dedicated; this one is of the kind self-hosted/))
  await assert.rejects(lead('moves.add', { tenant: id, programme, destination: origin }), says(422, 'already-there'))
  await assert.rejects(lead('moves.add', { tenant: id, programme, destination, wave }), says(422, 'other-programme'))
  await assert.rejects(lead('moves.add', { tenant: id, programme, destination, t0: '2026-11-01' }), says(422, 'day-out-of-reach'))
  await assert.rejects(lead('moves.add', { tenant: asId('019a0000-0000-7000-8000-000000000000'), programme, destination }), says(404, 'not-found'))
  await assert.rejects((await control.as('finance'))('moves.add', { tenant: id, programme, destination }), says(403, 'not-your-part'))
  const { id: move } = await lead('moves.add', { tenant: id, programme, destination })
  await assert.rejects(lead('moves.add', { tenant: id, programme: other, destination }), says(409, 'tenant-moving'))
  await assert.rejects(lead('tenants.change', { tenant: id, home: destination }), says(409, 'tenant-moving'))
  const { id: third } = await lead('programmes.add', { name: 'A third', playbook: 'small' })
  const { id: fourth } = await lead('programmes.add', { name: 'A fourth', playbook: 'small' })
  for (let n = 0; n < 6; n++) {
    const { tenant: second } = await tenant(`Suedlicht ${n}`)
    const answers = await Promise.allSettled([programme, third, fourth].map(one => lead('moves.add', { tenant: second, programme: one, destination })))
    assert.deepEqual(answers.map(one => one.status).toSorted(), ['fulfilled', 'rejected', 'rejected'], 'planned at the same time in several programmes it is planned once')
    for (const one of answers) if (one.status === 'rejected') says(409, 'tenant-moving')(one.reason)
  }
  const cancelled = await lead('moves.cancel', { move, note: 'not now' })
  assert.equal(cancelled.stage, 'cancelled')
  await assert.rejects(lead('moves.change', { move, t0: null }), says(409, 'move-ended', /it was cancelled/))
  assert.ok((await lead('moves.add', { tenant: id, programme, destination })).id)
})

test('re-dating keeps to the business days of the customer’s country and leaves what is done as it was', async t => {
  const { control, lead, tenant, programme, destination } = await useEstate(t)
  const [japan, germany] = [await tenant('Nordlicht'), await tenant('Suedlicht', { country: 'DE', zone: 'Europe/Berlin' })]
  const days = async (move: string): Promise<Record<string, string>> => Object.fromEntries((await lead('plans.read', { move: asId(move) })).tasks.map(task => [task.key, task.due]))
  const moves = [(await lead('moves.add', { tenant: japan.tenant, programme, destination, t0: '2027-05-10' })).id, (await lead('moves.add', { tenant: germany.tenant, programme, destination, t0: '2027-05-10' })).id] as const
  for (const move of moves) await lead('profile.answer', { move, answers: { apps: ['Ledger'] } })
  // T-7 and T-5 fall on Constitution Day and Children's Day, and Greenery Day and a weekend lie before them.
  assert.deepEqual(await days(moves[0]), { agree: '2027-04-09', 'change-app[Ledger]': '2027-04-30', 'tell-users': '2027-04-30', 'move-over': '2027-05-10' })
  assert.deepEqual(await days(moves[1]), { agree: '2027-04-09', 'change-app[Ledger]': '2027-05-03', 'tell-users': '2027-05-05', 'move-over': '2027-05-10' })
  const plan = await lead('plans.read', { move: moves[0] })
  assert.deepEqual([plan.gates.map(gate => gate.due), plan.environments.map(one => [one.from, one.to]), plan.holidaysKnown], [['2027-05-07'], [['2027-05-10', '2027-05-14']], true])

  const agree = plan.tasks.find(task => task.key === 'agree')
  await control.world.ledger.transaction(tx => tx.change('task', agree?.id as never, { state: 'done', endedBy: { kind: 'system', id: 'x', name: 'x' }, endedAt: 1, answers: {} }))
  const { plan: change } = await lead('moves.change', { move: moves[0], t0: '2027-05-17' })
  assert.deepEqual(change.redated.toSorted(), ['change-app[Ledger]', 'move-over', 'tell-users'])
  assert.deepEqual(await days(moves[0]), { agree: '2027-04-09', 'change-app[Ledger]': '2027-05-10', 'tell-users': '2027-05-12', 'move-over': '2027-05-17' })
  assert.deepEqual((await lead('plans.read', { move: moves[0] })).gates.map(gate => gate.due), ['2027-05-14'])

  await lead('customers.change', { customer: germany.customer, country: 'JP', zone: 'Asia/Tokyo' })
  assert.deepEqual(await days(moves[1]), { agree: '2027-04-09', 'change-app[Ledger]': '2027-04-30', 'tell-users': '2027-04-30', 'move-over': '2027-05-10' }, 'in another country there are other holidays')
})

test('a move is dated by its own day, else its wave’s, else its programme’s, else so that nothing is late; and follows whichever it goes by', async t => {
  const { lead, tenant, programme, destination } = await useEstate(t)
  const { tenant: id } = await tenant('Nordlicht')
  const { id: wave } = await lead('waves.add', { programme, name: 'First', t0: '2027-03-01' })
  const { id: move } = await lead('moves.add', { tenant: id, programme, destination })
  const dated = async () => {
    const { move: row, dates } = await lead('moves.read', { move })
    return [row.t0, dates.t0, dates.datedBy]
  }
  // 30 days from 2 November 2026 is a Wednesday.
  assert.deepEqual(await dated(), [null, '2026-12-02', 'assumed'])
  assert.equal((await lead('plans.read', { move })).tasks[0]?.due, '2026-11-02')
  assert.equal((await lead('programmes.change', { programme, dueOn: '2027-02-01' })).redated, 1)
  assert.deepEqual(await dated(), [null, '2027-02-01', 'programme'])
  await lead('moves.change', { move, wave })
  assert.deepEqual(await dated(), ['2027-03-01', '2027-03-01', 'wave'])
  assert.equal((await lead('waves.change', { wave, t0: '2027-03-08' })).redated, 1)
  assert.deepEqual(await dated(), ['2027-03-08', '2027-03-08', 'wave'])
  await lead('moves.change', { move, t0: '2027-04-01' })
  assert.deepEqual([await dated(), (await lead('waves.change', { wave, t0: '2027-03-15' })).redated], [['2027-04-01', '2027-04-01', 'move'], 0])
  await lead('moves.change', { move, t0: null })
  assert.deepEqual(await dated(), ['2027-03-15', '2027-03-15', 'wave'])
  assert.deepEqual([(await lead('waves.change', { wave, t0: null })).redated, await dated()], [1, [null, '2027-02-01', 'programme']])
  assert.deepEqual((await lead('waves.list', { programme })).items.map(one => [one.name, one.t0, one.moves]), [['First', null, 1]])
})

test('while a wave gets another day moves join it, leave it and are changed: afterwards every move is dated by what it goes by', async t => {
  const { control, lead, tenant, programme, destination } = await useEstate(t)
  const other = await control.as('migration-lead')
  const { id: wave } = await lead('waves.add', { programme, name: 'First', t0: '2027-03-01' })
  const { id: second } = await lead('waves.add', { programme, name: 'Second', t0: '2027-06-01' })
  const people = []
  for (let n = 0; n < 6; n++) people.push(await tenant(`Customer ${n}`))
  const moves = []
  for (const { tenant: id } of people.slice(0, 4)) moves.push((await lead('moves.add', { tenant: id, programme, destination, wave })).id)
  for (let round = 0; round < 4; round++) {
    const t0 = `2027-03-1${round}`
    await Promise.all([
      lead('waves.change', { wave, t0 }),
      ...people.slice(4 + round, 5 + round).map(({ tenant: id }) => other('moves.add', { tenant: id, programme, destination, wave })),
      ...moves.slice(0, 2).map(move => other('moves.change', { move, wave: round % 2 === 0 ? second : wave })),
      ...moves.slice(2).map(move => other('profile.answer', { move, answers: { sso: round % 2 === 0 } })),
    ])
    for (const { move } of (await lead('moves.list', {})).items) {
      const { dates } = await lead('moves.read', { move: move.id })
      assert.deepEqual([move.t0, dates.t0, dates.datedBy], move.wave === second ? ['2027-06-01', '2027-06-01', 'wave'] : [t0, t0, 'wave'])
      const told = (await control.world.ledger.read(view => view.entries({ subject: move.id }))).filter(entry => entry.verb === 'plan.change')
      assert.deepEqual(told.map(entry => entry.facts['revision']), Array.from({ length: move.revision }, (_, n) => n + 1), 'each change is a revision of its own')
    }
  }
})

test('nothing comes into a plan already late; what is late stays late when the plan is made anew', async t => {
  const { control, lead, tenant, programme, destination } = await useEstate(t)
  const { tenant: id } = await tenant('Nordlicht')
  const { id: move } = await lead('moves.add', { tenant: id, programme, destination, t0: '2026-11-12' })
  const due = async (): Promise<Record<string, string>> => Object.fromEntries((await (await control.as('support'))('plans.read', { move })).tasks.map(task => [task.key, task.due]))
  assert.deepEqual(await due(), { agree: '2026-11-02', 'tell-users': '2026-11-06', 'move-over': '2026-11-12' })
  control.clock.pass(5)
  const later = await control.as('migration-lead')
  await later('profile.answer', { move, answers: { sso: true } })
  // T-14 is long over; 7 November is a Saturday, and on Monday people work again.
  assert.deepEqual(await due(), { agree: '2026-11-02', 'set-up-sso': '2026-11-09', 'tell-users': '2026-11-06', 'move-over': '2026-11-12' })
  const page = await later('moves.read', { move })
  assert.deepEqual([page.plan.late, page.plan.open], [2, 4])
  await later('moves.change', { move, t0: '2026-11-13' })
  assert.deepEqual(await due(), { agree: '2026-11-02', 'set-up-sso': '2026-11-09', 'tell-users': '2026-11-06', 'move-over': '2026-11-13' })
})

test('a customer sees its own moves only, a partner those of its customers, and lists count what they may see', async t => {
  const { control, lead, tenant, programme, destination } = await useEstate(t)
  const { id: partner } = await lead('partners.add', { name: 'Morgenrot Vertrieb', locale: 'en' })
  const { id: seller } = await lead('contacts.add', { partner, name: 'The seller', email: 'sales@morgenrot.example', duties: ['point-of-contact'] })
  const [ours, theirs] = [await tenant('Nordlicht', { partner }), await tenant('Suedlicht')]
  const moves = [(await lead('moves.add', { tenant: ours.tenant, programme, destination })).id, (await lead('moves.add', { tenant: theirs.tenant, programme, destination })).id] as const
  const [person, other, sells] = [await control.asContact(ours.contact), await control.asContact(theirs.contact), await control.asContact(seller)]
  const names = async (ask: typeof lead): Promise<(string | number)[][]> => (await ask('moves.list', {})).items.map(one => [one.customer.name, one.open])
  assert.deepEqual(await names(lead), [['Nordlicht', 3], ['Suedlicht', 3]])
  assert.deepEqual([await names(person), await names(other)], [[['Nordlicht', 2]], [['Suedlicht', 2]]], 'the vendor’s own task is not counted')
  assert.deepEqual((await sells('moves.list', {})).items.map(one => one.customer.name), ['Nordlicht'])
  for (const ask of [person, sells]) {
    await ask('moves.read', { move: moves[0] })
    for (const name of ['moves.read', 'plans.read', 'profile.read', 'profile.questions', 'risks.list', 'plans.diff'] as const) await assert.rejects(ask(name, { move: moves[1] }), says(404, 'not-found'), name)
    await assert.rejects(ask('profile.answer', { move: moves[1], answers: { sso: true } }), says(404, 'not-found'))
    await assert.rejects(ask('risks.add', { move: moves[1], text: 'x', level: 'low', party: 'customer' }), says(404, 'not-found'))
    await assert.rejects(ask('faq.ask', { move: moves[1], text: 'x' }), says(404, 'not-found'))
    await assert.rejects(ask('tenants.read', { tenant: theirs.tenant }), says(404, 'not-found'))
    for (const name of ['programmes.list', 'waves.list', 'playbooks.list'] as const) await assert.rejects(ask(name, {}), (error: unknown) => error instanceof Refusal && [403, 404].includes(error.status))
    await assert.rejects(ask('moves.change', { move: moves[0], t0: null }), says(403, 'not-your-part'))
    await assert.rejects(ask('moves.add', { tenant: ours.tenant, programme, destination }), says(404, 'not-found'))
  }
})

test('C2, C6: risks are written down early and closed; third parties are told of dates and followed until they are tested', async t => {
  const { control, lead, tenant, programme, destination } = await useEstate(t)
  const { tenant: id, contact } = await tenant('Nordlicht')
  const { id: move } = await lead('moves.add', { tenant: id, programme, destination })
  const person = await control.asContact(contact)
  const { id: risk } = await person('risks.add', { move, text: 'Addresses in code', level: 'high', party: 'customer' })
  assert.equal((await lead('risks.change', { risk, state: 'closed' })).state, 'closed')
  assert.deepEqual((await lead('risks.list', { move })).items.map(one => [one.text, one.by, one.state]), [['Addresses in code', 'A person at Nordlicht', 'closed']])
  const { id: integration } = await person('integrations.add', { move, name: 'Payments', contact: 'ops@payments.example' })
  await assert.rejects(lead('integrations.add', { move, name: 'Payments' }), says(409, 'name-taken'))
  const told = await lead('integrations.change', { integration, informed: true, plan: 'They switch on the day' })
  control.clock.pass(1)
  const tested = await (await control.asContact(contact))('integrations.change', { integration, state: 'tested', informed: true })
  assert.deepEqual([tested.informedAt, tested.state, tested.plan], [told.informedAt, 'tested', 'They switch on the day'])
  assert.equal((await (await control.as('support'))('integrations.list', { move })).items.length, 1)
})

test('C3: a question is answered to whoever asked it, and shown to others once it is published, without who asked', async t => {
  const { control, lead, tenant, programme, destination } = await useEstate(t)
  const [ours, theirs] = [await tenant('Nordlicht'), await tenant('Suedlicht')]
  const moves = [(await lead('moves.add', { tenant: ours.tenant, programme, destination })).id, (await lead('moves.add', { tenant: theirs.tenant, programme, destination })).id] as const
  const [person, other] = [await control.asContact(ours.contact), await control.asContact(theirs.contact)]
  const { id: question } = await person('faq.ask', { move: moves[0], text: 'Does Nordlicht keep its port 5433?' })
  await assert.rejects(lead('faq.publish', { question }), says(409, 'not-answered'))
  await assert.rejects(other('faq.answer', { question, answer: 'x' }), says(404, 'not-found'))
  await lead('faq.answer', { question, answer: 'Yes.' })
  const seen = async (ask: typeof lead, move: typeof moves[number]) => {
    const { published, asked } = await ask('faq.read', { move })
    return { published: published.map(one => [one.text, one.answer]), asked: asked.map(one => [one.text, one.answer, one.askedBy]) }
  }
  assert.deepEqual(await seen(person, moves[0]), { published: [], asked: [['Does Nordlicht keep its port 5433?', 'Yes.', 'A person at Nordlicht']] })
  assert.deepEqual(await seen(other, moves[1]), { published: [], asked: [] })
  await lead('faq.publish', { question, text: 'Does the port stay the same?' })
  assert.deepEqual(await seen(other, moves[1]), { published: [['Does the port stay the same?', 'Yes.']], asked: [] })
  assert.ok(!JSON.stringify(await other('faq.read', { move: moves[1] })).includes('Nordlicht'))
  assert.deepEqual((await lead('faq.read', { programme })).asked.map(one => one.askedBy), ['A person at Nordlicht'])
  await assert.rejects(other('faq.read', { programme }), says(404, 'not-found'))
  await assert.rejects(other('faq.read', {}), says(422, 'move-or-programme'))
})

test('500 moves are planned by one request and dated anew by another, each within seconds; those who cannot be moved are told', async t => {
  const estate = await useEstate(t, { playbook: 'ninety-days-in-waves' })
  const { control, lead, programme, destination, tenant } = estate
  const tenants = await crowd(estate, 499)
  const { tenant: moving } = await tenant('Nordlicht')
  await lead('moves.add', { tenant: moving, programme, destination })
  const { id: wave } = await lead('waves.add', { programme, name: 'First', t0: '2027-05-10' })
  const began = performance.now()
  const { added, left } = await lead('moves.add-all', { programme, destination, wave, tenants: [...tenants, moving] })
  const planned = performance.now() - began
  assert.deepEqual([added.length, left.map(one => [one.tenant, one.refused])], [499, [[moving, 'tenant-moving']]])
  assert.ok(added.every(one => one.tasks > 20))
  const tasks = await control.world.ledger.read(view => view.count('task', {}))
  const { redated } = await lead('waves.change', { wave, t0: '2027-05-17' })
  const dated = performance.now() - began - planned
  assert.equal(redated, 499)
  t.diagnostic(`${tasks} tasks: planned in ${Math.round(planned)} ms, dated anew in ${Math.round(dated)} ms`)
  assert.ok(planned < 15_000 && dated < 20_000, `planned in ${planned} ms, dated anew in ${dated} ms`)
  const { moves } = await lead('programmes.read', { programme })
  assert.deepEqual(moves, { planned: 500 })
  const first = await lead('moves.list', { programme, wave, limit: 200, t0From: '2027-05-17', t0To: '2027-05-17', isOpen: 'true' })
  assert.deepEqual([first.items.length, first.total, first.items.every(one => one.open === one.move.revision || one.open > 20)], [200, 499, true])
  const asked = performance.now()
  for (let n = 0; n < 10; n++) await lead('moves.list', { programme, limit: 100 })
  t.diagnostic(`a page of 100 moves in ${Math.round((performance.now() - asked) / 10)} ms`)
  assert.deepEqual(await control.world.ledger.verifyJournal().then(one => one.wrong), undefined)
})
