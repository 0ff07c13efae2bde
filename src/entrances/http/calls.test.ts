import assert from 'node:assert/strict'
import { test } from 'node:test'
import ICAL from 'ical.js'
import type { MoveId } from '#domain/programmes.ts'
import type { Message } from '#domain/records.ts'
import { sha256 } from '#lib/hash.ts'
import { type Estate, useEstate } from '#test/control/estate.ts'
import { says } from '#test/control/says.ts'

const shown = (ms: number): string => new Date(ms).toISOString()
const letters = async ({ control }: Estate, move: MoveId, event: string): Promise<Message[]> => control.world.ledger.read(view => view.list('message', { move, event }))
const enclosed = (message: Message | undefined): string => {
  assert.ok(message !== undefined)
  return (message.enclosed as { invitation: { text: string } }).invitation.text
}
const eventsIn = (text: string): ICAL.Event[] => new ICAL.Component(ICAL.parse(text) as unknown[]).getAllSubcomponents('vevent').map(event => new ICAL.Event(event))
const methodOf = (text: string): string => String(new ICAL.Component(ICAL.parse(text) as unknown[]).getFirstPropertyValue('method'))

const useMove = async (t: Parameters<typeof useEstate>[0], playbook: string) => {
  const estate = await useEstate(t, { playbook })
  const { customer, tenant, contact } = await estate.tenant('Nordlicht', { country: 'DE', zone: 'Europe/Berlin', duties: ['point-of-contact'] })
  const { id: it } = await estate.lead('contacts.add', { customer, name: 'The technician', email: 'it@nordlicht.example', duties: ['it'], locale: 'ja' })
  const { id: user } = await estate.lead('contacts.add', { customer, name: 'The user', email: 'user@nordlicht.example', duties: ['end-user'] })
  const { id: move } = await estate.lead('moves.add', { tenant, programme: estate.programme, destination: estate.destination, t0: '2027-03-13' })
  return { estate, customer, contact, it, user, move, as: (who: typeof contact) => estate.control.asContact(who) }
}

test('A3: the pre-move call is planned from the playbook: people are invited by duty, each in their language, with its agenda and the questionnaire; moved, it is the same call; cancelled, it is gone', async t => {
  const { estate, move, it, contact, user, as } = await useMove(t, 'cloud-to-cloud')
  const { lead } = estate
  const wish = { move, kind: 'pre-move' as const, key: 'pre-move', startsAt: '2026-11-16T09:00:00Z', link: 'https://meet.kestrel.example/1' }
  await assert.rejects(lead('calls.plan', { ...wish, key: 'nonsense' }), says(422, 'no-such-call', /pre-move/))
  await assert.rejects(lead('calls.plan', { ...wish, startsAt: '2026-11-01T09:00:00Z' }), says(422, 'call-past'))
  const { call, invited } = await lead('calls.plan', wish)
  assert.deepEqual([call.title.en, (call.endsAt - call.startsAt) / 60_000, call.questionnaire, invited], ['Pre-move call', 45, true, 3])
  await assert.rejects(lead('calls.plan', wish), says(409, 'call-planned'))
  const invitations = await letters(estate, move, 'call-invitation')
  assert.deepEqual(invitations.map(one => one.name).toSorted(), ['A person at Nordlicht', 'A person for migration-lead', 'The technician'])
  const text = enclosed(invitations.find(one => one.contact === it))
  assert.equal(methodOf(text), 'REQUEST')
  const [event] = eventsIn(text)
  assert.deepEqual([event?.uid, event?.sequence, event?.summary, event?.startDate.toJSDate().toISOString()], [`call-${call.id}@rehome`, 0, '【nordlicht】事前打ち合わせ', '2026-11-16T09:00:00.000Z'])
  assert.match(event?.description ?? '', /議題:\n- 関係者の紹介と問い合わせ先[^]*質問票:\nhttp:\/\/127\.0\.0\.1\/moves\/[0-9a-f-]+\/questionnaire/)
  assert.match(eventsIn(enclosed(invitations.find(one => one.contact === contact)))[0]?.description ?? '', /Agenda:\n- Who is who, and whom to turn to/)

  const technician = await as(it)
  assert.equal((await technician('calls.answer', { call: call.id, answer: 'declined', note: 'On holiday.' })).answer, 'declined')
  await assert.rejects((await as(user))('calls.answer', { call: call.id, answer: 'accepted' }), says(403, 'not-invited'))
  assert.deepEqual((await lead('calls.read', { call: call.id })).people.map(one => [one.name, one.answer]).toSorted(), [['A person at Nordlicht', null], ['A person for migration-lead', null], ['The technician', 'declined']])
  const moved = await lead('calls.move', { call: call.id, startsAt: '2026-11-17T09:00:00Z', reason: null })
  assert.equal(moved.sequence, 1)
  assert.deepEqual((await lead('calls.read', { call: call.id })).people.map(one => one.answer), [null, null, null], 'everybody is asked anew')
  const again = await letters(estate, move, 'call-moved')
  assert.equal(again.length, 3)
  assert.deepEqual(again.map(one => [eventsIn(enclosed(one))[0]?.sequence, eventsIn(enclosed(one))[0]?.uid]), Array(3).fill([1, `call-${call.id}@rehome`]))
  await lead('calls.cancel', { call: call.id, reason: 'Not needed.' })
  const gone = await letters(estate, move, 'call-cancelled')
  assert.deepEqual(gone.map(one => [methodOf(enclosed(one)), eventsIn(enclosed(one))[0]?.sequence]), Array(3).fill(['CANCEL', 2]))
  await assert.rejects(technician('calls.answer', { call: call.id, answer: 'accepted' }), says(409, 'call-cancelled'))
  assert.equal((await lead('calls.plan', wish)).call.sequence, 0, 'a call that was cancelled can be planned anew')
})

test('C2, C7, C8: kick-off, check-ins on the playbook’s days, and a go/no-go call for a whole wave, in which no customer learns of another', async t => {
  const { estate, move, contact, user, as } = await useMove(t, 'ninety-days-in-waves')
  const { lead, programme, destination } = estate
  assert.match((await lead('calls.plan', { move, kind: 'kick-off', key: 'kick-off', startsAt: '2026-12-18T09:00:00Z' })).call.agenda[0]?.en ?? '', /What the new platform gives you/)
  const { calls } = await lead('calls.plan-check-ins', { move, count: 3 })
  assert.equal(calls.length, 3)
  assert.ok(calls.every((call, n) => call.kind === 'check-in' && call.startsAt > (calls[n - 1]?.startsAt ?? 0) && /T09:00|T08:00/.test(shown(call.startsAt))), 'ten o’clock where the customer is')
  const more = await lead('calls.plan-check-ins', { move, count: 3 })
  assert.ok(more.calls.every(call => call.startsAt > (calls[2]?.startsAt ?? Infinity)), 'the next ones, and none twice')
  const { id: wave } = await lead('waves.add', { programme, name: 'First', t0: '2027-03-13' })
  const other = await estate.tenant('Sakura')
  const { id: theirs } = await lead('moves.add', { tenant: other.tenant, programme, destination, wave })
  await lead('moves.change', { move, wave })
  const go = await lead('calls.plan-for-wave', { wave, kind: 'go-no-go', startsAt: '2027-03-11T08:00:00Z' })
  assert.deepEqual(go.calls.map(call => call.move).toSorted(), [move, theirs].toSorted())
  const invitations = [...await letters(estate, move, 'call-invitation'), ...await letters(estate, theirs, 'call-invitation')].filter(one => go.calls.some(call => call.id === one.about))
  assert.ok(invitations.length >= 4)
  for (const one of invitations) assert.equal(eventsIn(enclosed(one))[0]?.attendees.length, 1)
  const [mine, anothers] = [go.calls.find(call => call.move === move), go.calls.find(call => call.move === theirs)]
  const person = await as(contact)
  assert.ok((await person('calls.list', {})).items.some(call => call.id === mine?.id))
  assert.ok(!(await person('calls.list', {})).items.some(call => call.id === anothers?.id))
  await assert.rejects(person('calls.read', { call: anothers?.id as never }), says(404, 'not-found'))
  await assert.rejects((await as(user))('calls.read', { call: mine?.id as never }), says(403, 'for-other-duties'))
  assert.deepEqual((await (await as(user))('calls.list', {})).items, [])
})

test('C5: people say when they are there; what nobody said and days on which nobody is there for a duty are shown', async t => {
  const { estate, customer, move, it, contact, as } = await useMove(t, 'small')
  const technician = await as(it)
  await technician('availability.give', { firstOn: '2026-11-02', lastOn: '2027-04-30', available: true })
  await technician('availability.give', { firstOn: '2027-03-10', lastOn: '2027-03-13', available: false, note: 'Trade fair' })
  const seen = await estate.lead('availability.of-move', { move })
  assert.deepEqual([seen.first, seen.last], ['2026-11-02', '2027-03-13'])
  assert.deepEqual(seen.people.find(one => one.contact === it), { contact: it, name: 'The technician', duties: ['it'], away: [{ first: '2027-03-10', last: '2027-03-13' }], unsaid: [] })
  assert.deepEqual(seen.uncovered, [{ duty: 'it', days: [{ first: '2027-03-10', last: '2027-03-13' }] }])
  assert.deepEqual(seen.people.find(one => one.contact === contact)?.unsaid, [{ first: '2026-11-02', last: '2027-03-13' }])
  await technician('availability.give', { firstOn: '2027-03-01', lastOn: '2027-03-31', available: true })
  assert.deepEqual((await estate.lead('availability.of-move', { move })).uncovered, [], 'the later word counts')
  assert.deepEqual((await (await as(contact))('availability.list', {})).items.map(one => one.contact), [it, it], 'the point of contact sees the people it stands for')
  await assert.rejects(technician('availability.give', { firstOn: '2027-03-02', lastOn: '2027-03-01', available: true }), says(422, 'ends-before'))
  await assert.rejects(estate.lead('availability.give', { firstOn: '2027-03-02', lastOn: '2027-03-02', available: true }), says(403, 'not-your-part'))
  const stranger = await estate.tenant('Sakura')
  const outsider = await as(stranger.contact)
  assert.deepEqual((await outsider('availability.list', { customer })).items, [])
  await assert.rejects(outsider('availability.of-move', { move }), says(404, 'not-found'))
})

test('a person’s calendar is read at an address that nobody can guess: windows, calls and due tasks, in their language, and nothing else; unchanged it is not sent again; with the person it is gone', async t => {
  const { estate, move, it, contact, as } = await useMove(t, 'small')
  const { lead, control } = estate
  const { id: window } = await lead('windows.propose', { move, from: '2027-03-13T21:00:00Z', to: '2027-03-14T01:00:00Z' })
  await lead('windows.confirm', { window })
  const { call } = await lead('calls.plan', { move, kind: 'other', title: { en: 'Network', ja: 'ネットワーク確認' }, startsAt: '2026-11-16T09:00:00Z', duties: ['it'] })
  await (await as(contact))('profile.answer', { move, answers: { sso: true, apps: [] } })
  const technician = await as(it)
  assert.deepEqual(await technician('feeds.read', {}), { feed: null })
  const { address } = await technician('feeds.make', {})
  const at = address.replace('http://127.0.0.1', control.site)
  assert.match(new URL(at).pathname, /^\/feeds\/[A-Za-z0-9_-]{43}\.ics$/)
  const token = new URL(at).pathname.slice('/feeds/'.length, -4)
  assert.equal((await control.world.ledger.read(view => view.find('feed', { contact: it })))?.hash, sha256(token))
  const answer = await fetch(at)
  assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, 'text/calendar; charset=utf-8'])
  const text = await answer.text()
  assert.deepEqual(eventsIn(text).map(event => [event.uid, event.summary, event.attendees.length]), [
    [`window-${window}@rehome`, '【nordlicht】the new cloudへの移行', 0], [`call-${call.id}@rehome`, '【nordlicht】ネットワーク確認', 0],
    ...eventsIn(text).slice(2).map(event => [event.uid, '【nordlicht】期限: シングルサインオンの設定', 0]),
  ])
  assert.equal(eventsIn(text).length, 3)
  assert.ok(eventsIn(text)[2]?.startDate.isDate, 'a task is due on a day')
  assert.ok(!text.includes(token) && !text.includes('@nordlicht.example'))
  const etag = answer.headers.get('etag') ?? ''
  control.clock.pass(0.25)
  assert.equal((await fetch(at, { headers: { 'if-none-match': `W/${etag}` } })).status, 304)
  await lead('windows.move', { window, from: '2027-03-20T21:00:00Z', to: '2027-03-21T01:00:00Z', reason: null })
  assert.equal((await fetch(at, { headers: { 'if-none-match': etag } })).status, 200)
  assert.equal((await fetch(at.replace(token, control.world.secret()))).status, 404)
  const own = (await lead('feeds.make', {})).address.replace('http://127.0.0.1', control.site)
  assert.deepEqual(eventsIn(await (await fetch(own)).text()).map(event => event.uid.split('-')[0]), ['window', 'call'])
  // While a move goes on, or something is ahead, programs ask every half hour; after that once a day, and people are told why.
  const told = async (): Promise<readonly (string | undefined)[]> => { const now = await (await fetch(at)).text(); return [/^X-PUBLISHED-TTL:(.*)\r$/m.exec(now)?.[1], /^X-WR-CALDESC:(.{10})/m.exec(now)?.[1]] }
  assert.deepEqual(await told(), ['PT30M', undefined])
  await control.world.ledger.transaction(tx => tx.change('move', move, { stage: 'settled', endedAt: control.world.clock.now() }))
  assert.deepEqual(await told(), ['PT30M', undefined], 'a window and a call are ahead')
  await control.world.ledger.transaction(async tx => { await tx.change('window', window, { state: 'cancelled' }); await tx.change('call', call.id, { state: 'cancelled' }) })
  assert.deepEqual(await told(), ['P1D', 'すべての移行が完了し'])
  await control.world.ledger.transaction(tx => tx.change('move', move, { stage: 'switched', endedAt: null }))
  assert.deepEqual(await told(), ['PT30M', undefined])

  const { address: second } = await technician('feeds.make', {})
  assert.equal((await fetch(at)).status, 404, 'the address before it no longer works')
  const now = second.replace('http://127.0.0.1', control.site)
  assert.equal((await fetch(now)).status, 200)
  await lead('contacts.remove', { contact: it })
  assert.equal((await fetch(now)).status, 404)
  const person = await as(contact)
  const { address: theirs } = await person('feeds.make', {})
  assert.deepEqual(await person('feeds.revoke', {}), { revoked: true })
  assert.equal((await fetch(theirs.replace('http://127.0.0.1', control.site))).status, 404)
})

test('a partner is invited where the playbook says so, sees the windows and calls of its own customers, and says when its people are there', async t => {
  const estate = await useEstate(t)
  const { lead, programme, control } = estate
  const { id: origin } = await lead('homes.add', { name: 'their cloud', kind: 'dedicated', capacity: 2 })
  const { id: destination } = await lead('homes.add', { name: 'their own server', kind: 'self-hosted', capacity: 2 })
  await lead('programmes.change', { programme, playbook: 'cloud-to-self-hosted' })
  const { id: partner } = await lead('partners.add', { name: 'Morgenrot Vertrieb', locale: 'ja' })
  const { id: seller } = await lead('contacts.add', { partner, name: 'The seller', email: 'sales@morgenrot.example', duties: ['point-of-contact'] })
  const { customer, tenant, contact } = await estate.tenant('Nordlicht', { partner, country: 'DE', zone: 'Europe/Berlin', duties: ['point-of-contact', 'approver'] })
  await lead('tenants.change', { tenant, home: origin })
  const { id: move } = await lead('moves.add', { tenant, programme, destination })
  const [sales, person] = [await control.asContact(seller), await control.asContact(contact)]
  const offered = await sales('windows.offer', { move, day: '2027-02-20', count: 1 })
  const { id: window } = await sales('windows.propose', { move, from: shown(offered.offers[0]?.from ?? 0), to: shown(offered.offers[0]?.to ?? 0) })
  await assert.rejects(sales('windows.confirm', { window }), says(403, 'not-your-part'))
  await person('windows.confirm', { window })
  const told = await letters(estate, move, 'window-confirmed')
  assert.deepEqual(told.map(one => one.name).toSorted(), ['A person at Nordlicht', 'The seller'])
  for (const one of told) assert.deepEqual(eventsIn(enclosed(one))[0]?.attendees.map(guest => String(guest.getFirstValue())), [`MAILTO:${one.address}`], 'each is alone on the invitation')
  const { call } = await lead('calls.plan', { move, kind: 'other', startsAt: '2026-11-16T09:00:00Z', duties: ['point-of-contact'], partner: true })
  const { call: internal } = await lead('calls.plan', { move, kind: 'other', startsAt: '2026-11-17T09:00:00Z' })
  assert.deepEqual((await sales('calls.list', {})).items.map(one => one.id), [call.id])
  assert.equal((await sales('calls.answer', { call: call.id, answer: 'tentative' })).party, 'partner')
  await assert.rejects(sales('calls.read', { call: internal.id }), says(403, 'for-another-party'))
  await sales('availability.give', { firstOn: '2027-02-01', lastOn: '2027-02-28', available: true })
  assert.deepEqual((await sales('availability.list', {})).items.map(one => one.contact), [seller])
  assert.deepEqual((await person('availability.list', {})).items, [])
  const { address } = await sales('feeds.make', {})
  assert.ok(eventsIn(await (await fetch(address.replace('http://127.0.0.1', control.site))).text()).some(event => event.uid === `window-${window}@rehome`))
  const { id: other } = await lead('partners.add', { name: 'Another reseller', locale: 'en' })
  const { id: rival } = await lead('contacts.add', { partner: other, name: 'The rival', email: 'sales@rival.example', duties: ['point-of-contact'] })
  const rivals = await control.asContact(rival)
  assert.deepEqual([(await rivals('windows.list', {})).items, (await rivals('calls.list', {})).items, (await rivals('availability.list', {})).items], [[], [], []])
  await assert.rejects(rivals('windows.offer', { move, day: '2027-02-20' }), says(404, 'not-found'))
  await assert.rejects(rivals('calls.read', { call: call.id }), says(404, 'not-found'))
  await lead('contacts.add', { customer, name: 'A late approver', email: 'late@nordlicht.example', duties: ['approver'] })
  await lead('windows.cancel', { window, reason: null })
  assert.deepEqual((await letters(estate, move, 'window-cancelled')).map(one => one.name).toSorted(), ['A person at Nordlicht', 'The seller'], 'whoever was told of it, and nobody else')
})
