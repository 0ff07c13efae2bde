import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal } from '#wire/ask.ts'
import { type Estate, useEstate } from './estate.ts'

const refused = (status: number, code: string) => (error: unknown): boolean => error instanceof Refusal && error.status === status && error.code === code
const hour = 3_600_000
const lines = async ({ control }: Estate, verb: string) => await control.world.ledger.read(view => view.entries({ verb }))

test('what needs attention is given to one who may help, kept on record, and taken from nobody else’s vendor', async t => {
  const estate = await useEstate(t)
  const { lead, control, programme, destination } = estate
  const { tenant } = await estate.tenant('Tsubame')
  const { id: move } = await lead('moves.add', { tenant, programme, destination, t0: '2026-11-20' })
  control.clock.pass(15)
  const [engineer, auditor] = [(await (await control.as('engineer'))('sessions.read', {})).id, (await (await control.as('auditor'))('sessions.read', {})).id]
  const [item] = (await lead('attention.list', {})).items.filter(one => one.kind === 'late-task')
  assert.ok(item !== undefined && item.move === move)
  assert.equal(item.given, null)
  const { kind, about } = item
  const { given } = await lead('attention.assign', { kind, about, person: engineer as never })
  assert.deepEqual([given?.id, given?.name, given?.by], [engineer, 'A person for engineer', 'A person for migration-lead'])
  assert.deepEqual((await lead('attention.list', {})).items.find(one => one.about === about)?.given?.id, engineer)
  await lead('attention.assign', { kind, about, person: engineer as never })
  assert.deepEqual((await lines(estate, 'attention.assign')).map(({ who, subject, facts }) => [who.name, subject, facts]), [['A person for migration-lead', move, { kind, about, to: 'A person for engineer', was: null }]], 'given again to the same, nothing is done')

  await assert.rejects(lead('attention.assign', { kind, about, person: auditor as never }), refused(422, 'not-theirs-to-help'))
  await assert.rejects(lead('attention.assign', { kind, about: programme, person: engineer as never }), refused(404, 'not-found'))
  await assert.rejects(lead('attention.assign', { kind, about, person: move as never }), refused(404, 'not-found'))
  await assert.rejects((await control.as('auditor'))('attention.assign', { kind, about, person: null }), refused(403, 'not-your-part'))
  // Of another vendor's people and things nobody knows anything.
  const [vendor, stranger] = [control.world.newId<'vendor'>(), control.world.newId<'operator'>()]
  await control.world.ledger.transaction(async tx => {
    await tx.add('vendor', { id: vendor, name: 'Another', country: 'JP', zone: 'Asia/Tokyo', locale: 'en' })
    await tx.add('operator', { id: stranger, vendor, name: 'Stranger', email: 'stranger@other.example', roles: ['engineer'], password: null, subject: null, disabledAt: null, failures: 0, failedAt: null })
  })
  await assert.rejects(lead('attention.assign', { kind, about, person: stranger }), refused(404, 'not-found'))
  // Whoever is there no more has nothing.
  await (await control.as('admin'))('people.disable', { person: engineer as never })
  assert.equal((await lead('attention.list', {})).items.find(one => one.about === about)?.given, null)
  assert.equal((await lead('attention.assign', { kind, about, person: null })).given, null)
})

test('a question of a customer that nobody has answered needs attention, a day after it was asked at the latest, until it is answered', async t => {
  const { control, lead, programme, destination, tenant } = await useEstate(t)
  const { tenant: moving, customer, contact } = await tenant('Tsubame')
  const { id: move } = await lead('moves.add', { tenant: moving, programme, destination })
  const { id: other } = await lead('programmes.add', { name: 'Another', playbook: 'small', people: [] })
  const { id: question } = await (await control.asContact(contact))('faq.ask', { move, text: `Please make the login anew:\nit was shown, ${'but I do not have it; '.repeat(8)}` })
  // What the vendor asks itself waits for no customer.
  await lead('faq.ask', { programme, text: 'What do we say about the old addresses?' })
  const open = async (asked: { readonly programme?: typeof programme } = {}) => (await lead('attention.list', asked)).items.filter(one => one.kind === 'question-open')
  const [item, ...more] = await open()
  assert.ok(item !== undefined && more.length === 0)
  assert.deepEqual([item.about, item.programme, item.move, item.customer, new Date(item.breaksAt).getTime() - control.clock.now()], [question, programme, null, { id: customer, name: 'Tsubame' }, 24 * hour])
  assert.match(item.title.en, /^A person at Tsubame asks: Please make the login anew: it was shown, .{40,}…$/)
  assert.match(item.title.ja, /^A person at Tsubame様からのご質問：Please make .+…$/)
  assert.deepEqual([(await open({ programme })).length, (await open({ programme: other })).length], [1, 0])

  const { kind, about } = item
  const [support, auditor] = [(await (await control.as('support'))('sessions.read', {})).id, (await (await control.as('auditor'))('sessions.read', {})).id]
  await assert.rejects(lead('attention.assign', { kind, about, person: auditor as never }), refused(422, 'not-theirs-to-help'))
  await lead('attention.assign', { kind, about, person: support as never })
  assert.equal((await open())[0]?.given?.id, support)
  const [row] = await control.world.ledger.read(view => view.list('assignment', { about }))
  assert.deepEqual([row?.move, row?.customer], [null, customer])
  await lead('faq.answer', { question, answer: 'It is made anew.' })
  assert.deepEqual(await open(), [])
})

test('who is on tonight is who works, decides or has a task in the windows of the next day, with how they are reached', async t => {
  const estate = await useEstate(t, { playbook: 'ninety-days-in-waves' })
  const { lead, control, programme, destination } = estate
  await control.as('engineer')
  const { tenant, contact, customer } = await estate.tenant('Kamome', { duties: ['point-of-contact', 'approver'] })
  await lead('contacts.change', { contact, phone: '+81 3 0000 0001', extension: '12' })
  const { id: move } = await lead('moves.add', { tenant, programme, destination })
  await control.world.ledger.transaction(tx => tx.change('programme', programme, { people: [{ role: 'project-manager', name: 'The manager', email: 'manager@kestrel.example', phone: '+81 3 0000 0002' }] }))
  const now = control.clock.now()
  assert.deepEqual((await lead('programmes.overview', {})).on, [], 'without a window tonight nobody is')
  await control.world.ledger.transaction(tx => tx.add('window', { id: control.world.newId<'window'>(), vendor: control.vendor.id, customer, move, tenant, home: destination, startsAt: now + 10 * hour, endsAt: now + 12 * hour, zone: 'Asia/Tokyo', state: 'confirmed', sequence: 0, confirmedBy: 'The contact', confirmedAt: now }))
  const { on } = await lead('programmes.overview', { programme })
  const ours = (name: string) => [name, true, 'an-id@kestrel.example', null]
  assert.deepEqual(on.map(one => [one.name, one.isOurs, one.email.replace(/^[-0-9a-f]{36}/, 'an-id'), one.phone]), [
    ours('A person for engineer'), ours('A person for migration-lead'), ['The manager', true, 'manager@kestrel.example', '+81 3 0000 0002'], ['A person at Kamome', false, 'person@kamome.example', '+81 3 0000 0001;ext=12'],
  ])
  assert.ok(on.every(one => one.windows.length === 1 && one.windows[0]?.name === 'Kamome' && one.windows[0].startsAt === now + 10 * hour))
  assert.ok(on.find(one => one.name === 'A person at Kamome')?.does.includes('customer/point-of-contact'))
  control.clock.at(now - 15 * hour)
  assert.deepEqual((await lead('programmes.overview', {})).on, [], 'more than a day before it nobody is')
  control.clock.at(now + 13 * hour)
  assert.deepEqual((await lead('programmes.overview', {})).on, [], 'after it nobody is any more')
})

test('a preview of a window tells what then comes true, and leaves nothing behind; a window that was agreed on by word of mouth is fixed without anybody being asked', async t => {
  const estate = await useEstate(t)
  const { lead, control, programme, destination } = estate
  const { tenant, contact } = await estate.tenant('Suzume', { country: 'DE', zone: 'Europe/Berlin', duties: ['point-of-contact', 'approver'] })
  const { id: move } = await lead('moves.add', { tenant, programme, destination, t0: '2027-03-20' })
  const all = async () => await control.world.ledger.read(async view => ({ letters: (await view.list('message', { move })).map(one => [one.event, one.state]), windows: await view.list('window', { move }), tasks: (await view.list('task', { move })).map(one => [one.key, one.dueOn]), gates: (await view.list('gate', { move })).map(one => [one.key, one.dueOn]), lines: (await view.entries({ move })).length, t0: (await view.get('plan', move))?.t0 }))
  const [from, to] = ['2027-02-20T21:00:00Z', '2027-02-21T01:00:00Z']
  const before = await all()
  const asked = await lead('windows.preview', { move, act: 'propose', from, to })
  assert.deepEqual([asked.t0, asked.tasks, asked.tells.map(one => [one.name, one.isInvited])], [{ was: '2027-03-20', will: '2027-03-20' }, 0, [['A person at Suzume', false]]])
  const chosen = await lead('windows.preview', { move, act: 'choose', from, to })
  assert.deepEqual([chosen.t0, chosen.tells.map(one => [one.name, one.isInvited])], [{ was: '2027-03-20', will: '2027-02-20' }, [['A person at Suzume', true]]])
  assert.deepEqual(await all(), before, 'nothing of it stays')

  await lead('windows.choose', { move, from, to })
  const after = await all()
  assert.deepEqual([after.t0, after.windows.map(one => [one.state, one.confirmedBy])], ['2027-02-20', [['confirmed', 'A person for migration-lead']]])
  assert.equal(chosen.tasks, after.tasks.filter(([key, dueOn]) => before.tasks.some(([was, day]) => was === key && day !== dueOn)).length)
  assert.ok(chosen.tasks > 0)
  assert.deepEqual(chosen.gates.map(({ key, was, will }) => [key, was, will]).toSorted(), after.gates.flatMap(([key, will]) => { const was = before.gates.find(one => one[0] === key)?.[1]; return was === will ? [] : [[key, was, will]] }).toSorted())
  assert.deepEqual(after.letters.filter(([event]) => event?.startsWith('window')).map(([event]) => event), ['window-confirmed'], 'nobody is asked for what they have said already')

  const gone = await lead('windows.preview', { move, act: 'cancel' })
  assert.deepEqual([gone.tells.map(one => one.name), gone.t0.was], [['A person at Suzume'], '2027-02-20'])
  assert.deepEqual(await all(), after)
  // It is the deed's own no that is told, and its own right that is asked for.
  await lead('blackouts.add', { firstOn: '2027-03-06', lastOn: '2027-03-07', reason: 'Stocktaking' })
  await assert.rejects(lead('windows.preview', { move, act: 'move', from: '2027-03-06T21:00:00Z', to: '2027-03-07T01:00:00Z' }), refused(409, 'not-free'))
  await assert.rejects(lead('windows.preview', { move, act: 'move' }), refused(422, 'times-missing'))
  await assert.rejects((await control.as('support'))('windows.preview', { move, act: 'cancel' }), refused(403, 'not-your-part'))
  await assert.rejects((await control.asContact(contact))('windows.preview', { move, act: 'cancel' }), refused(403, 'not-your-part'))
  assert.deepEqual(await all(), after)
})

test('the public holidays of countries are told with their names; of one that nobody knows it is told that nobody does', async t => {
  const { lead, control, tenant } = await useEstate(t)
  const { items } = await lead('holidays.list', { countries: 'US-CA,QQ,JP', from: '2026-11-16', to: '2026-11-30' })
  assert.deepEqual(items, [
    { country: 'JP', isVendors: true, isKnown: true, days: [{ day: '2026-11-23', name: { en: 'Labor Thanksgiving Day', ja: '勤労感謝の日' } }] },
    { country: 'US-CA', isVendors: false, isKnown: true, days: [{ day: '2026-11-26', name: { en: 'Thanksgiving Day', ja: 'Thanksgiving Day' } }, { day: '2026-11-27', name: { en: 'Day after Thanksgiving Day', ja: 'Day after Thanksgiving Day' } }] },
    { country: 'QQ', isVendors: false, isKnown: false, days: [] },
  ])
  await assert.rejects(lead('holidays.list', { countries: 'JP', from: '2026-11-16', to: '2026-11-01' }), refused(422, 'ends-before'))
  await assert.rejects(lead('holidays.list', { countries: 'JP', from: '2026-11-16', to: '2036-11-01' }), refused(422, 'day-out-of-reach'))
  await assert.rejects(lead('holidays.list', { countries: 'JP', from: '1900-01-01', to: '1900-02-01' }), refused(422, 'day-out-of-reach'))
  await assert.rejects((await control.asContact((await tenant('Mejiro')).contact))('holidays.list', { countries: 'JP', from: '2026-11-16', to: '2026-11-30' }), refused(403, 'not-your-part'))
})
