import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useEstate } from '#test/control/estate.ts'
import { Refusal } from '#wire/ask.ts'

const says = (status: number, code: string, detail?: RegExp) => (error: unknown): boolean => {
  assert.ok(error instanceof Refusal, String(error))
  assert.deepEqual([error.status, error.code], [status, code])
  if (detail !== undefined) assert.match(error.message, detail)
  return true
}

test('homes and tenants are added and changed; a tenant is reached as its home’s pattern says, unless it has an address of its own', async t => {
  const { control, lead, origin, destination, tenant } = await useEstate(t)
  await assert.rejects(lead('homes.add', { name: 'x', kind: 'shared', addressPattern: 'https://one.example' }), says(422, 'pattern-without-name', /put \{name\} into “https:\/\/one.example”/))
  await assert.rejects(lead('homes.add', { name: 'x', kind: 'shared', addressPattern: '{name}' }), says(400, 'input'))
  const { customer, tenant: id, contact } = await tenant('Nordlicht')
  assert.equal((await lead('tenants.change', { tenant: id, name: 'aurora' })).address, 'https://aurora.cloud.example.com')
  assert.equal((await lead('tenants.change', { tenant: id, address: 'https://forms.nordlicht.example' })).name, 'aurora')
  assert.equal((await lead('tenants.change', { tenant: id, name: 'borealis' })).address, 'https://forms.nordlicht.example', 'its own address stays')
  await assert.rejects(lead('tenants.add', { customer, home: origin, name: 'borealis' }), says(409, 'name-taken'))
  await assert.rejects(lead('tenants.add', { customer, home: origin, name: 'no name' }), says(400, 'input'))
  await lead('homes.change', { home: origin, addressPattern: 'https://{name}:99999/', capacity: 9 }).then(() => assert.fail(), says(400, 'input'))
  assert.equal((await lead('homes.change', { home: origin, capacity: 9 })).capacity, 9)
  assert.deepEqual((({ tenants, coming }) => [tenants, coming])(await lead('homes.read', { home: origin })), [1, 0])
  assert.deepEqual((await lead('homes.list', { kind: 'dedicated' })).items.map(home => home.id), [destination])
  assert.deepEqual((await lead('tenants.list', { home: origin })).items.map(one => one.name), ['borealis'])
  const person = await control.asContact(contact)
  assert.equal((await person('tenants.read', { tenant: id })).home.name, 'the old cloud')
  await assert.rejects(person('homes.read', { home: origin }), says(404, 'not-found'), 'capacities are nobody else’s business')
  await assert.rejects(person('tenants.change', { tenant: id, name: 'x' }), says(403, 'not-your-part'))
})

test('B1, B2: a tenant of a shared home that reaches 100 users is due a dedicated one, which is told once', async t => {
  const { control, lead, tenant, origin, destination } = await useEstate(t)
  const { tenant: id } = await tenant('Nordlicht', { users: 99 })
  const count = async (users: number) => (await lead('tenants.measured', { tenant: id, stores: [{ name: 'app', engine: 'postgres', bytes: 5 }], users })).dedicatedDue
  const told = async () => (await control.world.ledger.read(view => view.entries({ subject: id }))).filter(entry => entry.verb === 'tenant.dedicated-due').map(entry => entry.facts)
  assert.deepEqual([await count(99), await told()], [false, []])
  assert.deepEqual([await count(100), await count(101), await count(98)], [true, true, true], 'one that shrinks again keeps what is due to it')
  assert.deepEqual(await told(), [{ users: 100, from: 100, price: 'included' }])
  assert.deepEqual((await lead('tenants.due-dedicated', {})).items.map(one => [one.tenant.id, one.customer.name, one.home.id, one.home.kind, one.move]), [[id, 'Nordlicht', origin, 'shared', null]])
  const { id: programme } = await lead('programmes.add', { name: 'Outgrown', playbook: 'shared-to-dedicated' })
  const { id: move } = await lead('moves.add', { tenant: id, programme, destination })
  assert.deepEqual((await lead('tenants.due-dedicated', {})).items.map(one => one.move), [move])
  assert.deepEqual((await lead('moves.read', { move })).facts.map(one => [one.name, one.value, one.source]).toSorted(), [['dataGigabytes', 1, 'measured'], ['users', 98, 'measured']], 'what was measured before the move was planned is known to its plan')
  const { tenant: other } = await tenant('Suedlicht')
  await lead('moves.add', { tenant: other, programme, destination })
  assert.equal((await lead('tenants.measured', { tenant: other, stores: [], users: 500 })).dedicatedDue, false, 'it is on its way already')
  await Promise.all([1, 2, 3].map(() => lead('tenants.measured', { tenant: id, stores: [], users: 120 })))
  assert.equal((await told()).length, 1)
  await assert.rejects((await control.as('finance'))('tenants.measured', { tenant: id, stores: [], users: 1 }), says(403, 'not-your-part'))
  // What came back lives where it was, and what has arrived lives there though nobody has written that down.
  const ends = (leg: 'out' | 'back') => control.world.ledger.transaction(tx => tx.change('move', move, { stage: 'settled', leg, endedAt: control.clock.now() }))
  const offered = async () => (await lead('offers.list', { tenant: id })).offers.map(one => one.name)
  await ends('back')
  assert.deepEqual([(await lead('tenants.due-dedicated', {})).items.map(one => one.move), await offered()], [[null], ['cloud-to-self-hosted', 'shared-to-dedicated']])
  await ends('out')
  assert.deepEqual([(await lead('tenants.due-dedicated', {})).items, await offered(), (await lead('tenants.read', { tenant: id })).home.id], [[], ['cloud-to-self-hosted'], destination])
  await control.world.ledger.transaction(tx => tx.change('tenant', id, { dedicatedDueAt: null }))
  assert.equal(await count(300), false, 'it has one')
})

test('a tenant whose move is settled moves on from where that led, and is counted there', async t => {
  const { control, lead, tenant, origin, destination, programme } = await useEstate(t)
  const { tenant: id } = await tenant('Nordlicht')
  await tenant('Suedlicht')
  const { id: third } = await lead('homes.add', { name: 'a third cloud', kind: 'dedicated', addressPattern: 'https://{name}.third.example' })
  const goes = async (to: typeof origin) => {
    const { id: move } = await lead('moves.add', { tenant: id, programme, destination: to })
    const { origin: from, oldAddress, newAddress } = await lead('moves.read', { move })
    await control.world.ledger.transaction(tx => tx.change('move', move, { stage: 'settled', endedAt: control.clock.now() }))
    return [from.id, oldAddress, newAddress]
  }
  const living = async () => await Promise.all([origin, destination, third].map(async home => (await lead('homes.read', { home })).tenants))
  assert.deepEqual([await goes(destination), await living()], [[origin, 'https://nordlicht.cloud.example.com', 'https://nordlicht.example.cloud'], [1, 1, 0]])
  await assert.rejects(lead('moves.add', { tenant: id, programme, destination }), says(422, 'already-there'))
  assert.deepEqual([await goes(third), await living()], [[destination, 'https://nordlicht.example.cloud', 'https://nordlicht.third.example'], [1, 0, 1]])
  // Once somebody has written it down it is counted no other way.
  await lead('tenants.change', { tenant: id, home: third })
  assert.deepEqual([(await lead('tenants.read', { tenant: id })).home.id, await living()], [third, [1, 0, 1]])
})

test('B3, B6: what was measured goes into the profile, and the page of the move tells whether there are more users than the new server is licensed for', async t => {
  const { lead, tenant } = await useEstate(t)
  const { id: server } = await lead('homes.add', { name: 'their server', kind: 'self-hosted', addressPattern: 'https://forms.nordlicht.example', licensedUsers: 50 })
  const { id: programme } = await lead('programmes.add', { name: 'Out of the cloud', playbook: 'cloud-to-self-hosted' })
  const { tenant: id } = await tenant('Nordlicht')
  const { id: move } = await lead('moves.add', { tenant: id, programme, destination: server })
  assert.equal((await lead('moves.read', { move })).userLimit, null, 'nobody has counted yet')
  await lead('tenants.measured', { tenant: id, stores: [{ name: 'app', engine: 'postgres', bytes: 7_000_000_000 }, { name: 'files', engine: 'postgres', bytes: 1 }], users: 53 })
  const page = await lead('moves.read', { move })
  assert.deepEqual(page.userLimit, { condition: 'users-within-licence', isMet: false, users: 53, licensed: 50, mustGo: 3 })
  assert.equal(page.newAddress, 'https://forms.nordlicht.example')
  const measured = (await lead('profile.read', { move })).facts.filter(fact => fact.inForce?.source === 'measured').map(fact => [fact.measured, fact.inForce?.value])
  assert.ok(measured.some(([name, value]) => name === 'user-count' && value === 53), JSON.stringify(measured))
  assert.ok(measured.some(([name, value]) => (name === 'data-bytes' && value === 7_000_000_001) || (name === 'data-gigabytes' && value === 8)), JSON.stringify(measured))
})

test('programmes and waves are added, changed and read; what is far away or over is no day to plan for', async t => {
  const { control, lead, programme } = await useEstate(t)
  await assert.rejects(lead('programmes.change', { programme, dueOn: '2026-11-01' }), says(422, 'day-out-of-reach', /from 2026-11-02 to 2031/))
  await assert.rejects(lead('waves.add', { programme, name: 'First', t0: '2040-01-01' }), says(422, 'day-out-of-reach'))
  const changed = await lead('programmes.change', { programme, dueOn: '2027-06-30', people: [{ role: 'project-manager', name: 'Project office', email: 'office@kestrel.example', phone: '+81 3 1' }] })
  assert.deepEqual([changed.programme.dueOn, changed.redated], ['2027-06-30', 0])
  const page = await lead('programmes.read', { programme })
  assert.deepEqual([page.playbook?.key, page.playbook?.version, page.moves, page.waves, page.programme.people.map(one => one.name)], ['small', 2, {}, 0, ['Project office']])
  const { id: wave } = await lead('waves.add', { programme, name: 'First', t0: '2027-02-20' })
  assert.equal((await lead('waves.change', { wave, name: 'Pilot' })).wave.name, 'Pilot')
  await assert.rejects((await control.as('engineer'))('waves.add', { programme, name: 'Second' }), says(403, 'not-your-part'))
  await assert.rejects((await control.as('auditor'))('programmes.change', { programme, name: 'x' }), says(403, 'not-your-part'))
  assert.deepEqual((await (await control.as('auditor'))('programmes.list', {})).items.map(one => one.name), ['To the new cloud'])
})
