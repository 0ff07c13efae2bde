import assert from 'node:assert/strict'
import { test } from 'node:test'
import ICAL from 'ical.js'
import { reactHandler } from '#control/running/reactions.ts'
import type { Job } from '#domain/job.ts'
import type { MoveId } from '#domain/programmes.ts'
import type { Message } from '#domain/records.ts'
import { type Estate, useEstate } from '#test/control/estate.ts'
import { usePost } from '#test/control/post.ts'
import { says } from '#test/control/says.ts'
import { noJobs } from '#test/ledger/ledger.ts'
import { Refusal } from '#wire/ask.ts'

const shown = (ms: number): string => new Date(ms).toISOString()
/** What went to people about something, in the order in which it was written. */
const letters = async ({ control }: Estate, move: MoveId, event?: string): Promise<Message[]> => (await control.world.ledger.read(view => view.list('message', { move }))).filter(one => event === undefined ? /^(window|call)/.test(one.event) : one.event === event)
const enclosed = (message: Message | undefined): { method: string; text: string } => {
  assert.ok(message !== undefined)
  return (message.enclosed as { invitation: { method: string; text: string } }).invitation
}

const eventIn = (text: string): { method: string; uid: string; sequence: number; start: string; end: string; attendees: string[]; status: string } => {
  const calendar = new ICAL.Component(ICAL.parse(text) as unknown[])
  const event = calendar.getFirstSubcomponent('vevent')
  assert.ok(event !== null)
  const parsed = new ICAL.Event(event)
  return {
    method: String(calendar.getFirstPropertyValue('method')), uid: parsed.uid, sequence: parsed.sequence, start: shown(parsed.startDate.toJSDate().getTime()), end: shown(parsed.endDate.toJSDate().getTime()),
    attendees: parsed.attendees.map(one => String(one.getFirstValue())), status: String(event.getFirstPropertyValue('status')),
  }
}

const useMove = async (estate: Estate, name: string, options: Parameters<Estate['tenant']>[1] = {}) => {
  const made = await estate.tenant(name, { duties: ['point-of-contact', 'approver'], ...options })
  const { id: move } = await estate.lead('moves.add', { tenant: made.tenant, programme: estate.programme, destination: estate.destination })
  return { ...made, move, person: await estate.control.asContact(made.contact) }
}

test('A6, C3: a window is picked in the customer’s time zone, committed to by the customer, and the plan is dated from it; whoever decides is named', async t => {
  const estate = await useEstate(t)
  const { move, person, contact } = await useMove(estate, 'Nordlicht', { country: 'DE', zone: 'Europe/Berlin' })
  const offered = await person('windows.offer', { move, day: '2027-02-20', count: 3 })
  assert.deepEqual([offered.zone, offered.offers.map(one => one.day), offered.wished, offered.estimate.basis], ['Europe/Berlin', ['2027-02-19', '2027-02-20', '2027-02-21'], [], 'nothing-measured'])
  const [, wished] = offered.offers
  assert.ok(wished !== undefined)
  assert.deepEqual([shown(wished.from), wished.told, wished.says], ['2027-02-20T21:00:00.000Z', 'exact', 'Saturday 20 February 2027, 22:00 – Sunday 21 February 2027, 00:00 (Europe/Berlin, UTC+1)'])
  const proposed = await estate.lead('windows.propose', { move, from: shown(wished.from), to: shown(wished.to) })
  assert.deepEqual([proposed.state, (await estate.lead('moves.read', { move })).dates.datedBy], ['proposed', 'assumed'])
  assert.deepEqual((await letters(estate, move)).map(one => [one.event, one.contact]), [['window-proposed', contact]])
  const confirmed = await person('windows.confirm', { window: proposed.id })
  assert.deepEqual([confirmed.state, confirmed.confirmedBy, confirmed.sequence], ['confirmed', 'A person at Nordlicht', 0])
  const { dates, move: dated } = await estate.lead('moves.read', { move })
  assert.deepEqual([dates.t0, dates.datedBy, dated.t0], ['2027-02-20', 'move', '2027-02-20'])
  assert.equal(dates.milestones.find(one => one.key === 'plan')?.day, '2027-01-21', 'T-30, on a business day')
  const [invitation] = await letters(estate, move, 'window-confirmed')
  assert.deepEqual(eventIn(enclosed(invitation).text), { method: 'REQUEST', uid: `window-${proposed.id}@rehome`, sequence: 0, start: '2027-02-20T21:00:00.000Z', end: '2027-02-20T23:00:00.000Z', attendees: ['MAILTO:person@nordlicht.example'], status: 'CONFIRMED' })
  const journal = await estate.control.world.ledger.read(view => view.entries({ subject: proposed.id }))
  assert.deepEqual(journal.map(entry => [entry.verb, entry.who.name]), [['window.propose', 'A person for migration-lead'], ['window.confirm', 'A person at Nordlicht']])
  assert.equal((await person('windows.confirm', { window: proposed.id })).confirmedAt, confirmed.confirmedAt, 'confirmed again, it stays as it is')
  assert.equal((await letters(estate, move, 'window-confirmed')).length, 1)
})

test('A6: moving a window moves everything after it, with the same UID and the next SEQUENCE, and tells exactly those it concerns, once; cancelled, it leaves their calendars', async t => {
  const estate = await useEstate(t)
  const { customer, move, person } = await useMove(estate, 'Nordlicht', { country: 'DE', zone: 'Europe/Berlin' })
  const { id: approver } = await estate.lead('contacts.add', { customer, name: 'The approver', email: 'approver@nordlicht.example', duties: ['approver'], locale: 'ja' })
  const { id: developer } = await estate.lead('contacts.add', { customer, name: 'The developer', email: 'dev@nordlicht.example', duties: ['developer'] })
  const { id } = await person('windows.propose', { move, from: '2027-02-20T21:00:00Z', to: '2027-02-21T01:00:00Z' })
  await person('windows.confirm', { window: id })
  const before = await estate.lead('plans.read', { move })
  const key = { key: 'move it' }
  const wish = { window: id, from: '2027-03-06T21:00:00Z', to: '2027-03-07T01:00:00Z', reason: 'The line is repaired first.' }
  for (const _ of [1, 2]) await estate.lead('windows.move', wish, key)
  await estate.lead('windows.move', wish)
  const after = await estate.lead('plans.read', { move })
  assert.equal(after.t0, '2027-03-06')
  assert.ok(after.tasks.every(task => task.due > (before.tasks.find(one => one.key === task.key)?.due ?? '')), 'every task is two weeks later')
  const told = await letters(estate, move, 'window-moved')
  assert.deepEqual(told.map(one => one.name).toSorted(), ['A person at Nordlicht', 'The approver'])
  assert.ok(!told.some(one => one.contact === developer))
  const event = eventIn(enclosed(told[0]).text)
  assert.deepEqual([event.method, event.uid, event.sequence, event.start], ['REQUEST', `window-${id}@rehome`, 1, '2027-03-06T21:00:00.000Z'])
  assert.match(enclosed(told.find(one => one.contact === approver)).text, /SUMMARY:【nordlicht】the new cloudへの移行/)
  await estate.lead('contacts.remove', { contact: approver })
  const cancelled = await estate.lead('windows.cancel', { window: id, reason: 'The programme is put off.' })
  assert.deepEqual([cancelled.state, cancelled.sequence], ['cancelled', 2])
  const gone = await letters(estate, move, 'window-cancelled')
  assert.deepEqual(gone.map(one => one.name), ['A person at Nordlicht'], 'nobody writes to who is no longer there')
  assert.deepEqual([enclosed(gone[0]).method, eventIn(enclosed(gone[0]).text).status, eventIn(enclosed(gone[0]).text).sequence], ['CANCEL', 'CANCELLED', 2])
  assert.equal((await estate.lead('moves.read', { move })).dates.datedBy, 'assumed')
  await assert.rejects(estate.lead('windows.move', wish), says(409, 'window-cancelled'))
  const sent = (await usePost(estate.control).deliver()).filter(one => one.invitation !== null)
  assert.deepEqual(sent.map(one => [one.to.address, one.invitation?.method, eventIn(one.invitation?.text ?? '').sequence]), [['person@nordlicht.example', 'REQUEST', 0], ['person@nordlicht.example', 'REQUEST', 1], ['person@nordlicht.example', 'CANCEL', 2]])
  assert.match(sent[1]?.text ?? '', /Now: Saturday 6 March 2027, 22:00 – Sunday 7 March 2027, 02:00\s+\(Europe\/Berlin, UTC\+1\)[^]*The line is repaired first\./)
  assert.equal((await person('windows.propose', { move, from: '2027-04-03T20:00:00Z', to: '2027-04-04T00:00:00Z' })).sequence, 0)
})

test('a time that is not free is refused with every reason, in the customer’s zone and language, and with what is free', async t => {
  const estate = await useEstate(t)
  const { lead, control } = estate
  const { customer, move, person } = await useMove(estate, 'Sakura', { country: 'JP', zone: 'Asia/Tokyo' })
  await lead('customers.change', { customer, locale: 'ja' })
  await (await control.as('admin'))('settings.change', { revision: 0, changes: { capacity: { atOnce: null, aDay: 1 } } })
  const other = await useMove(estate, 'Nordlicht', { country: 'DE', zone: 'Europe/Berlin' })
  const { id: taken } = await other.person('windows.propose', { move: other.move, from: '2027-02-20T13:00:00Z', to: '2027-02-20T17:00:00Z' })
  await other.person('windows.confirm', { window: taken })
  await person('blackouts.add', { customer, firstOn: '2027-02-20', reason: '棚卸し' })
  await lead('blackouts.add', { startsAt: '2027-02-20T13:30:00Z', endsAt: '2027-02-20T14:30:00Z', reason: 'network works' })
  await assert.rejects(person('windows.propose', { move, from: '2027-02-20T13:00:00Z', to: '2027-02-20T14:00:00Z' }), (error: unknown) => {
    assert.ok(error instanceof Refusal)
    assert.deepEqual([error.code, error.problem['zone'], error.problem['reasons']], ['not-free', 'Asia/Tokyo', ['no-capacity-that-night', 'blackout', 'no-go', 'too-short']])
    assert.deepEqual(error.problem['says'], [
      '2027年2月20日（土）の夜間は、上限の1件に達しています。',
      '2027年2月20日（土）22:30–23:30（Asia/Tokyo、UTC+9）は作業を行いません（network works）。',
      '2027年2月20日（土）は、ご都合の悪い日として登録されています（棚卸し）。',
      '所要時間に対して短すぎます。指定は1時間、必要な時間は最大2時間です。',
    ])
    const instead = error.problem['instead'] as { soonest: { from: string; says: string }; sameTime: { from: string } }
    assert.deepEqual([instead.soonest.from, instead.sameTime.from], ['2027-02-21T03:00:00Z', '2027-02-21T13:00:00Z'])
    assert.match(instead.soonest.says, /2027年2月21日（日）12:00–14:00.*空いています/)
    return true
  })
  await assert.rejects(person('windows.propose', { move, from: '2026-01-01T00:00:00Z', to: '2026-01-01T04:00:00Z' }), says(409, 'not-free', /過去/))
})

test('DST: the same time of the day is offered when clocks change in Berlin and in New York; an hour that is skipped or shown twice is said', async t => {
  const estate = await useEstate(t)
  const berlin = await useMove(estate, 'Nordlicht', { country: 'DE', zone: 'Europe/Berlin' })
  const spring = await berlin.person('windows.offer', { move: berlin.move, day: '2027-03-28', time: '02:30', count: 3 })
  assert.deepEqual(spring.offers.map(one => [one.day, shown(one.from), one.told]), [['2027-03-27', '2027-03-27T01:30:00.000Z', 'exact'], ['2027-03-28', '2027-03-28T01:30:00.000Z', 'moved-forward'], ['2027-03-29', '2027-03-29T00:30:00.000Z', 'exact']])
  assert.match(spring.offers[1]?.says ?? '', /Sunday 28 March 2027, 03:30–05:30 \(Europe\/Berlin, UTC\+2\)/)
  const york = await useMove(estate, 'Hudson', { country: 'US', zone: 'America/New_York' })
  const autumn = await york.person('windows.offer', { move: york.move, day: '2027-11-07', time: '01:30', count: 1 })
  assert.deepEqual(autumn.offers.map(one => [shown(one.from), one.told, one.to - one.from]), [['2027-11-07T05:30:00.000Z', 'earlier-of-two', 2 * 3_600_000]])
  assert.equal(autumn.offers[0]?.says, 'Sunday 7 November 2027, 01:30 (America/New_York, UTC−4) – Sunday 7 November 2027, 02:30 (America/New_York, UTC−5)')
  const { id } = await york.person('windows.propose', { move: york.move, from: shown(autumn.offers[0]?.from ?? 0), to: shown(autumn.offers[0]?.to ?? 0) })
  await york.person('windows.confirm', { window: id })
  assert.equal((await estate.lead('moves.read', { move: york.move })).dates.t0, '2027-11-07')
})

test('B5: a Japanese vendor with a customer in California: nights are the vendor’s, days the customer’s; Golden Week is shown, and closed where the vendor says so; the estimate and why are shown', async t => {
  const estate = await useEstate(t)
  const { lead, control } = estate
  const { move, person, tenant } = await useMove(estate, 'Sierra', { country: 'US-CA', zone: 'America/Los_Angeles' })
  await control.world.ledger.transaction(tx => tx.change('tenant', tenant, { stores: [{ name: 'app', engine: 'postgres', bytes: 200_000_000_000 }], measuredAt: control.clock.now() }))
  const offered = await person('windows.offer', { move, day: '2027-05-03', time: '20:00', count: 3 })
  assert.deepEqual([offered.estimate.basis, Math.round(offered.estimate.p95Ms / 3_600_000), Math.round(offered.lengthMs / 3_600_000)], ['assumed-pace', 8, 8])
  assert.match(offered.estimate.says.en, /typically takes 24 to 48 hours/)
  assert.deepEqual(offered.offers[1]?.holidays.map(one => [one.country, one.day, one.name.ja]), [['JP', '2027-05-04', 'みどりの日']], 'it is Tuesday in Tokyo already')
  await lead('blackouts.add', { firstOn: '2027-04-29', lastOn: '2027-05-05', reason: 'Golden Week' })
  const around = await person('windows.offer', { move, day: '2027-05-03', time: '20:00', count: 6 })
  assert.deepEqual(around.offers.map(one => one.day).slice(0, 2), ['2027-04-27', '2027-05-05'], 'the evening of 5 May in California is 6 May in Tokyo; the one of 28 April is 29 April')
  assert.deepEqual(around.wished, ['Nothing is cut over then (Golden Week): Wednesday 28 April 2027, 08:00 – Wednesday 5 May 2027, 08:00 (America/Los_Angeles, UTC−7).'])
  await (await control.as('admin'))('settings.change', { revision: 0, changes: { capacity: { atOnce: null, aDay: 1 } } })
  const { id } = await person('windows.propose', { move, from: '2027-05-06T03:00:00Z', to: '2027-05-06T12:00:00Z' })
  await person('windows.confirm', { window: id })
  assert.equal((await lead('moves.read', { move })).dates.t0, '2027-05-05', 'the day on which it begins for the customer')
})

test('40 people confirm the last 10 places at once: 10 have them, 30 are told that there is none and what is free', async t => {
  const estate = await useEstate(t)
  const { lead, control } = estate
  await lead('homes.change', { home: estate.origin, capacity: 100 })
  await lead('homes.change', { home: estate.destination, capacity: 10 })
  const people = await Promise.all(Array.from({ length: 40 }, (_, n) => useMove(estate, `Customer ${n}`)))
  const windows = await Promise.all(people.map(({ person, move }) => person('windows.propose', { move, from: '2027-02-20T13:00:00Z', to: '2027-02-20T17:00:00Z' })))
  const answers = await Promise.allSettled(people.map(({ person }, n) => person('windows.confirm', { window: windows[n]?.id as never })))
  assert.equal(answers.filter(one => one.status === 'fulfilled').length, 10)
  for (const answer of answers) if (answer.status === 'rejected') {
    assert.ok(says(409, 'not-free', /at most 10 moves can be cut over at the same time/i)(answer.reason))
    assert.equal(((answer.reason as Refusal).problem['instead'] as { soonest: { from: string } }).soonest.from, '2027-02-20T17:00:00Z')
  }
  assert.equal(await control.world.ledger.read(view => view.count('window', { state: 'confirmed' })), 10)
  assert.equal(await control.world.ledger.read(view => view.count('message', { event: 'window-confirmed' })), 10)
  assert.deepEqual((await control.world.ledger.verifyJournal()).wrong, undefined)
})

test('a blackout laid over confirmed windows is recorded; each window that it hits is in the answer and stays marked; one that is confirmed at the same time is seen too', async t => {
  const estate = await useEstate(t)
  const { lead } = estate
  const one = await useMove(estate, 'Nordlicht')
  const { id } = await one.person('windows.propose', { move: one.move, from: '2027-02-20T13:00:00Z', to: '2027-02-20T17:00:00Z' })
  await one.person('windows.confirm', { window: id })
  assert.deepEqual((await lead('blackouts.add', { home: estate.origin, startsAt: '2027-02-20T17:00:00Z', endsAt: '2027-02-20T18:00:00Z', reason: 'after it' })).hits, [])
  const { id: blackout, hits } = await lead('blackouts.add', { home: estate.origin, startsAt: '2027-02-20T16:59:00Z', endsAt: '2027-02-20T18:00:00Z', reason: 'power' })
  assert.deepEqual(hits.map(hit => [hit.window, hit.customer.name]), [[id, 'Nordlicht']])
  assert.deepEqual((await lead('windows.list', { state: 'confirmed' })).items.map(window => window.blackouts.map(b => b.reason)), [['power']])
  await assert.rejects(lead('windows.move', { window: id, from: '2027-02-20T14:00:00Z', to: '2027-02-20T17:30:00Z' }), says(409, 'not-free', /the old cloud: nothing is cut over then \(power\).*nothing is cut over then \(after it\)|nothing is cut over then/))
  await lead('blackouts.remove', { blackout })
  assert.deepEqual((await lead('windows.list', { state: 'confirmed' })).items.map(window => window.blackouts), [[]])
  const two = await useMove(estate, 'Sakura')
  const { id: other } = await two.person('windows.propose', { move: two.move, from: '2027-03-20T13:00:00Z', to: '2027-03-20T17:00:00Z' })
  const [answer, laid] = await Promise.allSettled([two.person('windows.confirm', { window: other }), lead('blackouts.add', { firstOn: '2027-03-20', reason: 'audit' })])
  assert.ok(laid.status === 'fulfilled')
  assert.equal(laid.value.hits.length + (answer.status === 'rejected' ? 1 : 0), 1, 'either the window was refused, or the blackout knows of it')
})

test('who may: planners propose, deciders confirm, only the vendor cancels; nobody sees another customer’s; a customer lays no blackout but its own', async t => {
  const estate = await useEstate(t)
  const one = await useMove(estate, 'Nordlicht')
  const two = await useMove(estate, 'Sakura')
  const { id: technician } = await estate.lead('contacts.add', { customer: one.customer, name: 'IT', email: 'it@nordlicht.example', duties: ['it'] })
  const it = await estate.control.asContact(technician)
  const wish = { move: one.move, from: '2027-02-20T13:00:00Z', to: '2027-02-20T17:00:00Z' }
  await assert.rejects(it('windows.propose', wish), says(403, 'not-your-part'))
  await assert.rejects(two.person('windows.propose', wish), says(404, 'not-found'))
  const { id } = await one.person('windows.propose', wish)
  await assert.rejects(it('windows.confirm', { window: id }), says(403, 'not-your-part'))
  await assert.rejects(two.person('windows.confirm', { window: id }), says(404, 'not-found'))
  await one.person('windows.confirm', { window: id })
  await assert.rejects(one.person('windows.cancel', { window: id }), says(403, 'not-your-part'))
  assert.deepEqual([(await it('windows.list', {})).items.length, (await two.person('windows.list', {})).items.length], [1, 0])
  await assert.rejects(one.person('blackouts.add', { firstOn: '2027-02-20', reason: 'x' }), says(404, 'not-found'))
  await assert.rejects(one.person('blackouts.add', { home: estate.origin, firstOn: '2027-02-20', reason: 'x' }), says(404, 'not-found'))
  await assert.rejects(one.person('blackouts.add', { customer: two.customer, firstOn: '2027-02-20', reason: 'x' }), says(404, 'not-found'))
  await one.person('blackouts.add', { customer: one.customer, firstOn: '2027-12-24', lastOn: '2027-12-31', reason: 'Year end' })
  await estate.lead('blackouts.add', { firstOn: '2027-12-24', reason: 'x' })
  assert.deepEqual([(await one.person('blackouts.list', {})).items.map(b => [shown(b.startsAt), shown(b.endsAt)]), (await two.person('blackouts.list', {})).items.length], [[['2027-12-23T15:00:00.000Z', '2027-12-31T15:00:00.000Z']], 0])
  await assert.rejects(estate.lead('blackouts.add', { firstOn: '2027-12-24', startsAt: '2027-12-24T00:00:00Z', reason: 'x' }), says(422, 'days-or-times'))
  await assert.rejects(estate.lead('blackouts.add', { firstOn: '2027-12-24', lastOn: '2027-12-23', reason: 'x' }), says(422, 'ends-before'))
})

test('C9: an environment gets no window before the one before it is signed off and its testing time is over', async t => {
  const estate = await useEstate(t)
  const { lead, control, programme, origin, destination } = estate
  const { customer, tenant: prod, contact } = await estate.tenant('Nordlicht', { duties: ['point-of-contact'] })
  const { id: trial } = await lead('tenants.add', { customer, home: origin, name: 'nordlicht-trial', environment: 'non-prod' })
  const { id: first } = await lead('moves.add', { tenant: trial, programme, destination })
  const { id: second } = await lead('moves.add', { tenant: prod, programme, destination })
  const { id: window } = await lead('windows.propose', { move: first, from: '2027-01-09T13:00:00Z', to: '2027-01-09T17:00:00Z' })
  await lead('windows.confirm', { window })
  const wish = (day: string) => ({ move: second, from: `${day}T13:00:00Z`, to: `${day}T17:00:00Z` })
  await assert.rejects(lead('windows.propose', wish('2027-03-06')), says(409, 'not-signed-off', /not signed off yet: non-prod/))
  const blocked = await lead('windows.offer', { move: second, day: '2027-03-06' })
  assert.deepEqual([blocked.offers, blocked.wished], [[], ['What comes before it is not signed off yet: non-prod.']])
  await control.world.ledger.transaction(tx => tx.add('sign_off', { id: control.world.newId<'sign-off'>(), vendor: control.vendor.id, customer, move: first, key: 'accepted', environment: 'non-prod', party: 'customer', duty: 'point-of-contact', by: contact, accepted: true, answers: {}, note: '', at: control.clock.now() }))
  await assert.rejects(lead('windows.propose', wish('2027-01-22')), says(409, 'testing-not-over', /testing time of non-prod is not over.*23 January 2027/))
  assert.equal((await lead('windows.offer', { move: second, day: '2027-01-15', count: 1 })).offers[0]?.day, '2027-01-23')
  const { id } = await lead('windows.propose', wish('2027-01-23'))
  assert.equal((await lead('windows.confirm', { window: id })).state, 'confirmed')
})

test('whoever is told that the window has moved is not told once more that the plan has changed; any other change of the plan is told', async t => {
  const gathered: Job[] = []
  const estate = await useEstate(t, { playbook: 'cloud-to-cloud', jobs: { ...noJobs, enqueueWithin: async (_, all) => { gathered.push(...all.filter(job => job.key.startsWith('plan-told'))) } } })
  const { lead, control } = estate
  const { move, person } = await useMove(estate, 'Nordlicht', { country: 'DE', zone: 'Europe/Berlin' })
  const react = async (): Promise<number> => {
    const holding = { id: 'job', attempt: 1, signal: new AbortController().signal, ending: new AbortController().signal, stillMine: () => Promise.resolve(true), completeWithin: () => Promise.resolve() }
    const { revision } = (await lead('moves.read', { move })).move
    await reactHandler(control.world)({ name: 'react', key: `plan-changed ${move}`, at: 0, facts: { event: 'plan-changed', move, revision } }, holding)
    for (const job of gathered.splice(0)) await reactHandler(control.world)(job, holding)
    return (await letters(estate, move, 'notice')).length
  }
  assert.equal(await react(), 0, 'the plan is new')
  assert.equal((await letters(estate, move, 'plan-ready')).length, 1)
  control.clock.pass(0.1)
  const { id } = await person('windows.propose', { move, from: '2027-04-10T20:00:00Z', to: '2027-04-11T00:00:00Z' })
  await person('windows.confirm', { window: id })
  assert.equal(await react(), 0)
  control.clock.pass(0.1)
  await lead('windows.move', { window: id, from: '2027-04-17T20:00:00Z', to: '2027-04-18T00:00:00Z' })
  assert.equal(await react(), 0)
  assert.equal((await letters(estate, move, 'window-moved')).length, 1)
  control.clock.pass(0.1)
  await person('profile.answer', { move, answers: { sso: true } })
  assert.equal(await react(), 1)
})

test('A7: who comes after a window was confirmed, or gets another duty, is invited to it once, if it concerns them', async t => {
  const estate = await useEstate(t, { playbook: 'cloud-to-cloud' })
  const { lead, control } = estate
  const { customer, move, person } = await useMove(estate, 'Nordlicht', { country: 'DE', zone: 'Europe/Berlin' })
  const { id } = await person('windows.propose', { move, from: '2027-04-10T20:00:00Z', to: '2027-04-11T00:00:00Z' })
  await person('windows.confirm', { window: id })
  await lead('windows.move', { window: id, from: '2027-04-17T20:00:00Z', to: '2027-04-18T00:00:00Z' })
  const { id: late } = await lead('contacts.add', { customer, name: 'The developer', email: 'dev@nordlicht.example', duties: ['billing'] })
  const react = async (): Promise<void> => {
    const lines = (await control.world.ledger.read(view => view.entries({ subject: late }))).map(line => line.seq)
    for (const seq of lines) await reactHandler(control.world)({ name: 'react', key: `line ${seq}`, at: 0, facts: { event: 'entry', seq } }, { id: 'job', attempt: 1, signal: new AbortController().signal, ending: new AbortController().signal, stillMine: () => Promise.resolve(true), completeWithin: () => Promise.resolve() })
  }
  const told = async (): Promise<Message[]> => (await letters(estate, move)).filter(one => one.contact === late)
  await react()
  assert.deepEqual(await told(), [], 'the window does not concern who pays the bill')
  await lead('contacts.change', { contact: late, duties: ['developer'] })
  for (const _ of [1, 2]) await react()
  const [invitation, ...more] = await told()
  assert.deepEqual([eventIn(enclosed(invitation).text).sequence, eventIn(enclosed(invitation).text).start, more], [1, '2027-04-17T20:00:00.000Z', []])
  assert.equal((await letters(estate, move, 'window-confirmed')).filter(one => one.contact !== late).length, 1, 'nobody else hears of it again')
})
