import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useChain } from '#test/control/chain.ts'
import { says } from '#test/control/says.ts'

const whole = { name: 'A person at Nordlicht', company: 'Nordlicht', email: 'person@nordlicht.example', phone: '+81 3 1234 5678', extension: '12' }

test('B11: the contact’s form goes on file, and the system sees that it is complete; nobody’s word does', async t => {
  const { as, idOf, lead, customer, task, control } = await useChain(t)
  const id = await idOf('give-contact')
  const person = await as('point-of-contact')
  await assert.rejects(person('tasks.do', { task: id }), says(422, 'form-wrong'))
  await assert.rejects(person('tasks.do', { task: id, answers: { ...whole, email: 'nowhere' } }), says(422, 'no-mail-address'))
  await assert.rejects(person('tasks.do', { task: id, answers: { ...whole, colour: 'red' } }), says(422, 'form-wrong'))
  assert.match((await task('give-contact')).finding?.why.en ?? '', /Missing: phone, extension/)
  const done = await person('tasks.do', { task: id, answers: whole })
  assert.deepEqual([done.task.state, done.task.endedBy?.name, done.finding?.held, done.closed], ['done', 'Rehome', true, ['give-contact']])
  const { contacts } = await lead('customers.read', { customer })
  assert.deepEqual(contacts.filter(one => one.duties.includes('point-of-contact')).map(one => [one.phone, one.extension]), [['+81 3 1234 5678', '12']])
  const line = (await control.world.ledger.read(view => view.entries({ subject: id }))).at(-1)
  assert.deepEqual([line?.verb, line?.who.kind, line?.facts['seen'], line?.facts['check'], line?.facts['after']], ['task.do', 'system', 'by the system', 'contact-complete', 'A person at Nordlicht'])
})

test('B4: that files were downloaded is confirmed by the person whose task it is, by name; a blocked task says what it waits for', async t => {
  const { as, idOf, task, move, control } = await useChain(t)
  const [it, id] = [await as('it'), await idOf('download')]
  await assert.rejects(it('tasks.do', { task: id }), says(409, 'task-blocked', /waits for others: answer/))
  assert.deepEqual((await task('download')).waitsFor.map(one => [one.kind, one.key, one.title.en]), [['task', 'answer', 'Answer the questions']])
  const contact = await as('point-of-contact')
  await contact('tasks.do', { task: await idOf('give-contact'), answers: whole })
  await assert.rejects(it('tasks.do', { task: await idOf('answer') }), says(409, 'seen-by-the-system', /1 of 1 questions are open: Device fleets/))
  await it('profile.answer', { move, answers: { fleets: ['tablets', 'kiosks'] } })
  assert.deepEqual((await it('checks.look', { move })).closed, ['answer'])
  const done = await it('tasks.do', { task: id, note: 'all 14 GB' })
  assert.deepEqual([done.task.state, done.finding], ['done', { held: true, why: { en: 'all 14 GB (The it)', ja: 'all 14 GB（The it）' } }])
  const [found] = await control.world.ledger.read(view => view.list('finding', { move }))
  assert.deepEqual([found?.check, found?.by.name, found?.held], ['files-confirmed', 'The it', true])
})

test('B15: each device fleet is done when it was seen at the new server; a customer’s word does not do', async t => {
  const { as, idOf, lead, move, control } = await useChain(t)
  const it = await as('it')
  await it('profile.answer', { move, answers: { fleets: ['tablets', 'kiosks'] } })
  await control.world.ledger.transaction(async tx => { for (const task of await tx.list('task', { move, key: ['give-contact', 'answer', 'download', 'move-non-prod', 'try-non-prod', 'accepted-non-prod', 'move-prod'] })) await tx.change('task', task.id, { state: 'waived', endedAt: control.clock.now(), endedBy: { kind: 'system', id: 'x', name: 'x' } }) })
  const tablets = await idOf('change-fleet[tablets]')
  await assert.rejects(it('tasks.do', { task: tablets }), says(409, 'seen-by-the-system', /Not seen at the new server yet: tablets/))
  await assert.rejects(it('checks.find', { move, check: 'devices-arrived', about: 'tablets', held: true }), says(403, 'for-another-party'))
  await assert.rejects(lead('checks.find', { move, check: 'move-switched', held: true }), says(422, 'not-findable'))
  const half = await lead('checks.find', { move, check: 'devices-arrived', about: 'tablets', held: false, note: '3 of 40' })
  assert.deepEqual([half.closed, half.finding.why.en], [[], '3 of 40 (A person for migration-lead)'])
  const found = await lead('checks.find', { move, check: 'devices-arrived', about: 'tablets', held: true, note: '40 of 40' })
  assert.deepEqual(found.closed, ['change-fleet[tablets]'])
  const { checks } = await lead('checks.read', { move })
  assert.deepEqual(checks.filter(one => one.check === 'devices-arrived').map(one => [one.about, one.held]).toSorted(), [['kiosks', false], ['tablets', true], [null, false]].toSorted())
})

test('two people who do the same task at once: one has done it, the other is told who and when', async t => {
  const { as, idOf, engineer, control, lead } = await useChain(t)
  const [person, networking] = [await as('point-of-contact'), await as('networking')]
  const task = await idOf('network-form')
  const answers = { networks: [{ cidr: '192.0.2.0/24' }] }
  const all = await Promise.allSettled([person('tasks.do', { task, answers }), networking('tasks.do', { task, answers }), engineer('tasks.do', { task, answers }), lead('tasks.waive', { task, reason: 'told by phone' })])
  assert.equal(all.filter(one => one.status === 'fulfilled').length, 1)
  const row = await control.world.ledger.read(view => view.get('task', task))
  for (const one of all) if (one.status === 'rejected') says(409, 'task-over', new RegExp(`already: ${row?.endedBy?.name ?? '?'}, 2026-11-02T03:00`))(one.reason)
  const told = await control.world.ledger.read(view => view.entries({ subject: task }))
  assert.equal(told.filter(one => one.verb === 'task.do' || one.verb === 'task.waive').length, 1)
})

test('each sees and does what is theirs: IT not the developer’s, a partner all of its customers, a stranger nothing', async t => {
  const { as, idOf, control, lead, people, customer } = await useChain(t)
  const [it, developer] = [await as('it'), await as('developer')]
  const code = await idOf('change-code')
  await assert.rejects(it('tasks.do', { task: code, note: 'x' }), says(403, 'for-other-duties', /developer/))
  await assert.rejects(it('tasks.read', { task: code }), says(403, 'for-other-duties'))
  await assert.rejects(developer('tasks.waive', { task: code, reason: 'no' }), says(403, 'not-your-part'))
  const { contact } = await control.customer('Südwind')
  await assert.rejects((await control.asContact(contact))('tasks.do', { task: code, note: 'x' }), says(404, 'not-found'))
  await assert.rejects((await control.asContact(contact))('tasks.read', { task: code }), says(404, 'not-found'))
  await assert.rejects(developer('tasks.do', { task: code }), says(422, 'evidence-missing', /The change/))
  assert.deepEqual((await developer('tasks.list', { mine: 'true' })).items.map(one => one.key), ['change-code'])
  assert.deepEqual((await (await as('point-of-contact'))('tasks.list', { mine: 'true' })).items.map(one => one.key), ['give-contact', 'accepted-non-prod'])
  assert.equal((await (await as('point-of-contact'))('tasks.list', {})).items.length, 8, 'the point of contact sees all of the own company')

  // Given to one person, and seen by those of the duty and by that one.
  const { id: second } = await lead('contacts.add', { customer, name: 'Another developer', email: 'dev2@nordlicht.example', duties: ['developer'] })
  await assert.rejects(lead('tasks.give', { task: code, contact: people.get('it') ?? '' as never }), says(422, 'not-of-the-duty'))
  await assert.rejects(lead('tasks.give', { task: code, contact }), says(404, 'not-found'))
  await assert.rejects(developer('tasks.give', { task: code, contact: second }), says(403, 'not-your-part'))
  assert.equal((await (await as('point-of-contact'))('tasks.give', { task: code, contact: second })).task.contact, second)
  assert.deepEqual((await developer('tasks.list', { mine: 'true' })).items.map(one => one.contact?.name), ['Another developer'])
  assert.equal((await (await control.asContact(second))('tasks.do', { task: code, note: 'commit 1' })).task.endedBy?.name, 'Another developer')
  await assert.rejects(lead('tasks.give', { task: code, contact: null }), says(409, 'task-over'))
  assert.equal((await developer('tasks.reopen', { task: code, reason: 'one more' })).task.state, 'open')
})

test('waived by the lead with a reason, reopened by the lead only; what waited for it goes on', async t => {
  const { idOf, lead, as, engineer, task } = await useChain(t)
  const id = await idOf('give-contact')
  await assert.rejects(engineer('tasks.waive', { task: id, reason: 'known' }), says(403, 'not-your-part'))
  await assert.rejects(lead('tasks.waive', { task: id, reason: ' ' }), says(422, 'reason-missing'))
  assert.equal((await task('answer')).standing, 'blocked')
  assert.deepEqual((await lead('tasks.waive', { task: id, reason: 'known' })).task.note, 'known')
  assert.equal((await task('answer')).standing, 'open')
  await assert.rejects((await as('point-of-contact'))('tasks.reopen', { task: id }), says(403, 'not-your-part'))
  await lead('tasks.reopen', { task: id })
  await assert.rejects(lead('tasks.reopen', { task: id }), says(409, 'task-open'))
})

test('lists come by their days, page after page, and late is what was due before today', async t => {
  const { lead, control, move, engineer } = await useChain(t)
  const seen: string[] = []
  for (let after: string | undefined; ;) {
    const page = await lead('tasks.list', { move, limit: 3, ...(after === undefined ? {} : { after }) })
    seen.push(...page.items.map(one => `${one.due} ${one.key}`))
    if (page.next === null) break
    after = page.next
  }
  assert.equal(seen.length, 10)
  assert.deepEqual(seen.map(one => one.slice(0, 10)), seen.map(one => one.slice(0, 10)).toSorted())
  assert.deepEqual((await lead('tasks.list', { late: 'true' })).items, [])
  assert.deepEqual((await engineer('tasks.list', { mine: 'true' })).items.map(one => [one.key, one.standing]), [['move-non-prod', 'blocked'], ['move-prod', 'blocked']])
  control.clock.at(Date.UTC(2027, 1, 20))
  assert.deepEqual((await lead('tasks.list', { late: 'true' })).items.map(one => one.key), ['give-contact', 'answer', 'download', 'network-form', 'open-firewall', 'change-code'])
  assert.equal((await lead('tasks.list', { late: 'true' })).items.every(one => one.late), true)
  assert.deepEqual((await lead('tasks.list', { move, dueFrom: '2027-03-01', dueTo: '2027-03-04' })).items.map(one => one.key), ['move-non-prod', 'try-non-prod'])
})
