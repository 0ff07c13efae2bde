import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import ICAL from 'ical.js'
import pg from 'pg'
import type { Writers } from '#examples/orders/writers.ts'
import { checkEvidence } from '#domain/evidence.ts'
import type { Read } from '#ports/mail.contract.ts'
import { type Mortal, useMortalControl } from '#test/control/dying-ledger.ts'
import { says } from '#test/control/says.ts'
import { until } from '#test/services/until.ts'
import type { AnswerOf } from '#wire/api.ts'
import { type Agent, comeAs, openOldAddress, useShop } from './shop.ts'
import { type StageOptions, useStage } from './stage.ts'

const vendor = { name: 'Kestrel Analytics', country: 'JP', zone: 'Asia/Tokyo', locale: 'en' } as const
const turnTo = [{ role: 'project-manager', name: 'Kestrel project office', email: 'projects@kestrel.example', phone: null }, { role: 'support', name: 'Kestrel support', email: 'support@kestrel.example', phone: '+81 3 0000 0100' }, { role: 'customer-success', name: 'Kestrel customer success', email: 'success@kestrel.example', phone: null }] as const
const files = {
  homes: 'name,kind,capacity,addressPattern\nthe old cloud,shared,4,https://{name}.cloud.example.com\nthe new cloud,dedicated,4,https://{name}.example.cloud\n',
  customers: 'name,country,zone,locale\nNordlicht Outdoor GmbH,DE,Europe/Berlin,en\n',
  contacts: 'customer,name,email,duties,phone,extension\nNordlicht Outdoor GmbH,Nordlicht contact,contact@nordlicht.example,point-of-contact approver billing,+49 40 0000 0100,12\n',
  tenants: 'name,customer,home,environment\nnordlicht,Nordlicht Outdoor GmbH,the old cloud,prod\n',
} as const
const run = promisify(execFile)
const shown = (at: number): string => new Date(at).toISOString()

/** The event in the invitation that came with a letter, as calendars read it. */
const eventIn = ({ attachments, subject }: Read) => {
  const file = attachments.find(one => one.type.startsWith('text/calendar'))
  assert.ok(file !== undefined, `${subject} has an invitation`)
  const calendar = new ICAL.Component(ICAL.parse(new TextDecoder().decode(file.bytes)) as unknown[])
  const found = calendar.getFirstSubcomponent('vevent')
  assert.ok(found !== null)
  const event = new ICAL.Event(found)
  const [start, end] = [event.startDate.toJSDate().getTime(), event.endDate.toJSDate().getTime()]
  return { method: String(calendar.getFirstPropertyValue('method')), uid: event.uid, sequence: event.sequence, start: shown(start), minutes: (end - start) / 60_000, description: event.description ?? '' }
}

type Task = AnswerOf<'tasks.read'>

/** `mortal`: every decision is killed before each of its statements, and then made. */
const play = async (t: TestContext, mortal?: (made: Mortal) => void): Promise<void> => {
  const send: StageOptions['send'] = async (around, scope) => {
    const made = await useMortalControl(scope, around)
    mortal?.(made)
    return (url, init, browser) => made.send(url, init, (address, request) => browser.open(address, request))
  }
  const stage = await useStage(t, { start: '2026-09-28', vendor, ...(mortal === undefined ? {} : { send }) })
  const [lead, engineer, finance] = [await stage.operator('Kestrel lead', 'migration-lead'), await stage.operator('Kestrel engineer', 'engineer'), await stage.operator('Kestrel finance', 'finance')]
  const [contact, it, developer, user] = ['contact', 'it', 'dev', 'user'].map(name => stage.contact(`${name}@nordlicht.example`))
  assert.ok(contact !== undefined && it !== undefined && developer !== undefined && user !== undefined)
  const shop = await useShop(stage.scope, { tenant: 'nordlicht', origin: 'the old cloud', destination: 'the new cloud' })
  const reporting = shop.user('reporting')
  const seeing: { stop?: () => Promise<void> } = {}
  const ids: { move: AnswerOf<'moves.add'>['id']; tenant: AnswerOf<'tenants.add'>['id']; customer: AnswerOf<'customers.add'>['id']; old?: string; agent?: Agent } = { move: '' as AnswerOf<'moves.add'>['id'], tenant: '' as AnswerOf<'tenants.add'>['id'], customer: '' as AnswerOf<'customers.add'>['id'] }

  const plan = () => lead.ask('plans.read', { move: ids.move })
  const taskOf = async (key: string): Promise<Task> => {
    const line = (await plan()).tasks.find(one => one.key === key)
    assert.ok(line !== undefined, `the plan has ${key}, not only ${(await plan()).tasks.map(one => one.key).join(' ')}`)
    return await lead.ask('tasks.read', { task: line.id })
  }
  const doIt = async (who: { ask: typeof lead.ask }, key: string, how: { readonly answers?: Record<string, string | boolean | number>; readonly note?: string } = {}) => who.ask('tasks.do', { task: (await taskOf(key)).id, ...how })
  const stateOf = async (...keys: string[]): Promise<string[]> => { const { tasks } = await plan(); return keys.map(key => `${key} ${tasks.find(one => one.key === key)?.state ?? 'none'}`) }

  const windowsOf = async (who: typeof contact) => (await who.letters()).filter(one => one.attachments.some(({ type }) => type.startsWith('text/calendar'))).map(eventIn).filter(one => one.uid.startsWith('window-')).map(one => [one.method, one.sequence, one.start])
  const writing: { now?: Writers } = {}
  const stands = (at: string): Promise<unknown> => until(`the move is ${at}`, async () => (await lead.ask('moves.read', { move: ids.move })).move.stage === at, { withinMs: 60_000, everyMs: 150 })
  const measured = async (): Promise<void> => {
    const { id } = await engineer.ask('moves.order', { move: ids.move, kind: 'measure', watchSeconds: 0 })
    await until('it is measured', async () => (await lead.ask('orders.read', { order: id })).state === 'done', { withinMs: 30_000, everyMs: 100 })
    await stage.settle()
  }

  const rehearsed = async (): Promise<void> => {
    const { id } = await engineer.ask('moves.order', { move: ids.move, kind: 'rehearsal' })
    const order = await until('it is rehearsed', async () => { const found = await lead.ask('orders.read', { order: id }); return found.endedAt === null ? undefined : found }, { withinMs: 60_000, everyMs: 100 })
    assert.equal(order.state, 'done', JSON.stringify(order.result))
    await stage.settle()
    assert.deepEqual(await stateOf('rehearse'), ['rehearse done'])
  }

  await stage.step('A3 A7 customers come in from CSV, and the first letter asks whether the address is right', async () => {
    await stage.admin.ask('settings.change', { revision: (await stage.admin.ask('settings.read', {})).revision, changes: { people: [...turnTo] } })
    for (const [kind, csv] of Object.entries(files) as [keyof typeof files, string][]) {
      assert.deepEqual((await lead.ask('transfer.import', { kind, csv, dryRun: true })).wrong, [])
      assert.equal((await lead.ask('transfer.import', { kind, csv })).isDone, true)
    }
    const destination = (await lead.ask('homes.list', {})).items.find(home => home.name === 'the new cloud')
    const { id: programme } = await lead.ask('programmes.add', { name: 'To the new cloud', playbook: 'cloud-to-cloud', people: [...turnTo] })
    const [tenant] = (await lead.ask('tenants.list', {})).items
    assert.ok(tenant !== undefined && destination !== undefined)
    Object.assign(ids, { tenant: tenant.id, customer: tenant.customer })
    ids.move = (await lead.ask('moves.add', { tenant: tenant.id, programme, destination: destination.id, t0: '2026-11-14' })).id
    await stage.settle()
    assert.match((await contact.letter(/confirm your e-mail/)).text, /Nordlicht contact/)
    await assert.rejects(doIt(lead, 'schedule-call'), says(409, 'task-blocked', /verify-contacts/))
    await contact.confirmAddress()
    await stage.settle()
    assert.deepEqual(await stateOf('verify-contacts'), ['verify-contacts done'])
  })

  await stage.step('A7 the one point of contact names IT, a developer and an end user, who each confirm their address', async () => {
    const people = [['Nordlicht IT', 'it', ['it', 'networking']], ['開発担当', 'dev', ['developer']], ['Nordlicht user', 'user', ['end-user']]] as const
    for (const [name, at, duties] of people) await contact.ask('contacts.add', { customer: ids.customer, name, email: `${at}@nordlicht.example`, duties: [...duties], locale: at === 'dev' ? 'ja' : 'en' })
    await stage.settle()
    for (const one of [it, developer, user]) await one.confirmAddress()
    await stage.settle()
    assert.deepEqual(await stateOf('name-team'), ['name-team done'])
  })
  await stage.step('A3 the call before the move is planned from the playbook: an invitation that calendars read, with agenda and questionnaire', async () => {
    await stage.passUntil('2026-09-30')
    const { call } = await lead.ask('calls.plan', { move: ids.move, kind: 'pre-move', key: 'pre-move', startsAt: '2026-10-05T07:00:00Z', link: 'https://meet.kestrel.example/nordlicht' })
    await doIt(lead, 'schedule-call')
    await stage.settle()
    const invited = eventIn(await it.letter(/invitation/))
    assert.deepEqual([invited.method, invited.sequence, invited.start, invited.minutes], ['REQUEST', 0, '2026-10-05T07:00:00.000Z', 45])
    assert.match(invited.description, /Agenda:\n- Who is who, and whom to turn to[^]*questionnaire, to be answered before:\nhttp:\/\/127\.0\.0\.1:\d+\/moves\//)
    assert.match(eventIn(await developer.letter(/事前打ち合わせ/)).description, /議題:/)
    assert.deepEqual(await user.letters(/invitation/), [], 'the end user is not asked to it')
    for (const one of [contact, it, developer]) await one.ask('calls.answer', { call: call.id, answer: 'accepted' })
  })

  await stage.step('A4 each answers the questions of their own duty, in their language', async () => {
    const own = async (who: typeof contact): Promise<string[]> => (await who.ask('profile.questions', { move: ids.move })).questions.map(one => one.fact)
    assert.deepEqual([await own(it), await own(developer), await own(contact)], [['sso', 'vpn', 'vpc', 'allowList'], ['outsideDatabaseAccess', 'dataSources', 'integrations', 'hardCodedAddresses'], ['itBy']])
    assert.match((await developer.ask('profile.questions', { move: ids.move })).questions[0]?.question ?? '', /直接接続/)
    await it.ask('profile.answer', { move: ids.move, answers: { sso: true, vpn: false, vpc: false, allowList: true } })
    await developer.ask('profile.answer', { move: ids.move, answers: { outsideDatabaseAccess: true, dataSources: ['stock feed'], integrations: ['CRM'], hardCodedAddresses: 3 } })
    await contact.ask('profile.answer', { move: ids.move, answers: { itBy: 'own' } })
    assert.deepEqual(await own(contact), [])
  })

  await stage.step('A2 who still uses the old login is found on the old database, by user, host and program', async () => {
    const comes = await comeAs(stage.scope, shop.origin, reporting, 'nightly report')
    seeing.stop = () => comes.stop()
    const { token } = await engineer.ask('agents.add', { name: 'beside the homes' })
    ids.agent = shop.agent(stage.site, token)
    await measured()
    const { items } = await developer.ask('sightings.list', { tenant: ids.tenant, open: 'true' as never })
    assert.deepEqual(items.filter(one => one.program === 'nightly report').map(one => [one.user, one.host]), [[reporting, '127.0.0.1']])
  })

  await stage.step('A4 the plan follows from answers and measurements: what applies, with party, reason and day, and nothing else', async () => {
    const { tasks, leftOut, undecided, changes } = await plan()
    const line = (key: string) => tasks.find(one => one.key === key)
    assert.match(line('exchange-sso')?.reason.en ?? '', /^Because single sign-on is on. \[Single sign-on: yes, answered by Nordlicht IT on 2026-09-30\]$/)
    assert.deepEqual([line('exchange-sso')?.party, line('exchange-sso')?.duty, line('exchange-sso')?.due], ['customer', 'it', '2026-10-23'])
    assert.match(line('change-addresses')?.reason.en ?? '', /^Because the old address is written in 3 places\./)
    assert.match(line(`claim-connection[nightly report (${reporting})]`)?.reason.en ?? '', /signs in with the old database login/)
    assert.ok(line('prepare-integration[CRM]') !== undefined && line('prepare-source[stock feed]') !== undefined && line('allow-addresses') !== undefined)
    for (const key of ['exchange-vpn', 'build-vpn', 'test-vpn', 'exchange-vpc', 'test-vpc', 'bring-in-provider']) {
      assert.equal(line(key), undefined, key)
      assert.ok(leftOut.some(one => one.template === key && one.reason.en !== ''), `${key} is left out, and why`)
    }
    assert.deepEqual(undecided, [])
    assert.ok(changes.some(one => one.en.startsWith('Your address changes')) && !changes.some(one => one.en.includes('VPN')))
  })

  await stage.step('A4 A6 the plan is agreed to, and a window is picked in the customer’s zone, outside its no-go dates', async () => {
    await stage.passUntil('2026-10-05', '19:00')
    await doIt(lead, 'hold-call', { answers: { notes: 'Everybody was there. No move around the trade fair.' } })
    await contact.ask('blackouts.add', { customer: ids.customer, firstOn: '2026-11-13', lastOn: '2026-11-14', reason: 'Trade fair' })
    await stage.settle()
    await doIt(contact, 'agree-plan', { answers: { agreed: true } })
    const wished = await contact.ask('windows.offer', { move: ids.move, day: '2026-11-14', time: '22:00', minutes: 180, count: 4 })
    assert.equal(wished.zone, 'Europe/Berlin')
    assert.ok(wished.offers.length > 0 && wished.offers.every(one => one.day !== '2026-11-13' && one.day !== '2026-11-14'), 'none on the no-go dates')
    const [offer] = wished.offers.filter(one => one.day === '2026-11-15')
    assert.match(offer?.says ?? '', /Sunday 15 November 2026, 22:00 .*Europe\/Berlin/)
    await assert.rejects(contact.ask('windows.propose', { move: ids.move, from: '2026-11-14T21:00:00Z', to: '2026-11-15T00:00:00Z' }), says(409, 'not-free'))
    const { id } = await contact.ask('windows.propose', { move: ids.move, from: shown(offer?.from ?? 0), to: shown(offer?.to ?? 0) })
    const window = await contact.ask('windows.confirm', { window: id })
    assert.deepEqual([window.state, window.confirmedBy], ['confirmed', 'Nordlicht contact'])
    await stage.settle()
    for (const one of [contact, it, developer, user]) assert.deepEqual(await windowsOf(one), [['REQUEST', 0, '2026-11-15T21:00:00.000Z']], `${one.email} is invited`)
  })

  await stage.step('A6 a window that is moved moves everything after it, and everybody has it anew, once', async () => {
    await stage.passUntil('2026-10-08')
    const [window] = (await lead.ask('windows.list', { move: ids.move, state: 'confirmed' })).items
    assert.ok(window !== undefined)
    await lead.ask('windows.move', { window: window.id, from: '2026-11-21T21:00:00Z', to: '2026-11-22T00:00:00Z', reason: 'The network is worked on that Sunday.' })
    await stage.settle()
    for (const one of [contact, it, developer, user]) assert.deepEqual(await windowsOf(one), [['REQUEST', 0, '2026-11-15T21:00:00.000Z'], ['REQUEST', 1, '2026-11-21T21:00:00.000Z']], `${one.email} has it anew`)
    assert.match((await contact.letter(/worked on that Sunday/)).text, /21 November 2026, 22:00/)
    const { t0, tasks } = await plan()
    assert.deepEqual([t0, tasks.find(one => one.key === 'cut-over')?.due, tasks.find(one => one.key === 'exchange-sso')?.due], ['2026-11-21', '2026-11-21', '2026-10-30'])
  })

  await stage.step('A5 IT exchanges the metadata of single sign-on, and the probe that it runs says what is still blocked', async () => {
    await stage.passUntil('2026-10-19')
    await assert.rejects(doIt(it, 'exchange-sso'), says(422, 'form-wrong'))
    await doIt(it, 'exchange-sso', { answers: { metadata: '<EntityDescriptor entityID="https://id.nordlicht.example"/>', 'name-attribute': 'mail', 'certificate-expires': '2028-01-31' } })
    await doIt(engineer, 'configure-sso')
    const [open, shut] = [createServer(socket => socket.end()), createServer(socket => socket.end())]
    stage.scope.after(async () => { open.close(); shut.close() })
    const portOf = async (server: typeof open, port = 0): Promise<number> => {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
      return (server.address() as AddressInfo).port
    }
    const [first, second] = [await portOf(open), await portOf(shut)]
    await new Promise(resolve => shut.close(resolve))
    await engineer.ask('rules.set', { move: ids.move, rules: [{ subject: 'firewall', host: '127.0.0.1', port: first, protocol: 'tcp', purpose: 'the application' }, { subject: 'firewall', host: '127.0.0.1', port: second, protocol: 'tcp', purpose: 'the database' }, { subject: 'sso', host: '127.0.0.1', port: first, protocol: 'tcp', purpose: 'the sign-in page' }] })
    const { command } = await it.ask('probe.make', { move: ids.move })
    const probed = async (): Promise<string> => (await run('sh', ['-c', command])).stdout
    assert.match(await probed(), /2 passed, 1 blocked, 0 not tried\. Reported\./)
    assert.deepEqual((await it.ask('rules.list', { move: ids.move })).items.map(one => [one.port, one.standing]), [[first, 'passed'], [second, 'blocked'], [first, 'passed']])
    assert.match(await (await it.browser.open(`/api/moves/${ids.move}/rules.csv`)).text(), new RegExp(`firewall,tcp,127\\.0\\.0\\.1,${second},the database,blocked,refused`))
    assert.deepEqual(await stateOf('allow-addresses'), ['allow-addresses open'])
    await portOf(shut, second)
    assert.match(await probed(), /3 passed, 0 blocked/)
    await doIt(it, 'test-sso', { note: 'signed in as an ordinary user' })
    assert.deepEqual(await stateOf('allow-addresses', 'test-sso'), ['allow-addresses done', 'test-sso done'])
  })

  await stage.step('A2 the developer says whose each connection is, and finds what of theirs still points to the old home', async () => {
    await assert.rejects(doIt(developer, 'scan-code'), says(422, 'evidence-missing'))
    await doIt(developer, 'scan-code', { note: '3 places in 2 files' })
    await doIt(developer, 'change-addresses')
    for (const { key } of (await plan()).tasks.filter(one => one.key.startsWith('claim-connection['))) await doIt(developer, key, { answers: { purpose: 'the nightly report', tables: 'orders: read', decision: 'own-login' } })
    await doIt(developer, 'prepare-source[stock feed]')
    await doIt(developer, 'prepare-integration[CRM]', { answers: { place: 'its settings', who: 'we do' } })
  })

  await stage.step('A2 new users are made at the destination, with just the rights they use, and shown once, after the code of the letter', async () => {
    const [master, reports] = [shop.user('nordlicht_master'), shop.user('nightly')]
    const { id: contactId } = await contact.ask('sessions.read', {})
    await engineer.ask('credentials.make', { move: ids.move, wanted: [{ name: 'master', kind: 'master', user: master, offerTo: contactId as never }, { name: 'nightly report', kind: 'integration', user: reports, rights: [{ on: 'public.orders', may: 'read' }], offerTo: contactId as never }] })
    await until('the users are made', async () => (await lead.ask('credentials.list', { move: ids.move })).items.length === 2, { withinMs: 30_000, everyMs: 100 })
    await stage.settle()
    await doIt(engineer, 'make-logins')
    assert.equal((await contact.letters(/credentials are ready/)).length, 2)
    const { items } = await contact.ask('credentials.list', { move: ids.move })
    const secretOf = async (name: string): Promise<{ user: string; password: string; host: string; port: number; database: string }> => JSON.parse((await contact.ask('credentials.reveal', { credential: items.find(one => one.name === name)?.id as never })).secret) as never
    await assert.rejects(secretOf('master'), says(403, 'second-factor-missing'))
    await contact.prove()
    const [all, some] = [await secretOf('master'), await secretOf('nightly report')]
    await assert.rejects(secretOf('master'), says(409, 'revealed-already'))
    assert.equal(all.user, master)
    const sent = (await contact.letters()).map(one => one.text + one.html).join()
    assert.ok(!sent.includes(all.password) && !sent.includes(some.password), 'in no letter')
    const session = new pg.Client({ ...some, application_name: 'nightly report' })
    await session.connect()
    try {
      assert.equal((await session.query('SELECT 1 FROM orders LIMIT 1')).rowCount, 0)
      await assert.rejects(session.query('SELECT 1 FROM people'), /permission denied/)
      await assert.rejects(session.query('DELETE FROM orders'), /permission denied/)
    } finally {
      await session.end()
    }
    await stage.settle()
    assert.deepEqual(await stateOf('collect-credentials'), ['collect-credentials done'])
    await seeing.stop?.()
  })

  await stage.step('A6 the data is copied and followed while everybody works', async () => {
    await stage.passUntil('2026-11-11')
    await rehearsed()
    await stage.passUntil('2026-11-16')
    await doIt(contact, 'send-address-notice')
    writing.now = await shop.write()
    await engineer.ask('moves.order', { move: ids.move, kind: 'move', how: { schema: 'existing' } })
    await stands('following')
    await stage.settle()
    assert.deepEqual(await stateOf('start-copy'), ['start-copy done'])
  })

  await stage.step('A5 A6 nobody cuts over before a named person has said go, with every condition held', async () => {
    await stage.passUntil('2026-11-18')
    await assert.rejects(lead.ask('moves.approve', { move: ids.move }), says(409, 'gate-not-go'))
    const [gate] = (await lead.ask('gates.list', { move: ids.move })).items
    assert.ok(gate !== undefined)
    assert.deepEqual(gate.conditions.filter(one => !one.held).map(one => `${one.title.en}: ${one.why.en}`), [])
    await assert.rejects(engineer.ask('gates.decide', { gate: gate.id, decision: 'go' }), says(403, 'not-your-part'))
    await lead.ask('gates.decide', { gate: gate.id, decision: 'go', note: 'Everything is ready.' })
    await assert.rejects(lead.ask('gates.decide', { gate: gate.id, decision: 'no-go', note: 'after all' }), says(409, 'gate-decided'))
    await stage.settle()
  })

  await stage.step('A6 in the window the move is switched within seconds, with signed evidence and not one order lost', async () => {
    await stage.passUntil(Date.parse('2026-11-21T21:00:00Z'))
    await stands('following')
    await lead.ask('moves.approve', { move: ids.move, note: 'go' })
    await stands('switched')
    await until('people order in the new home', () => writing.now?.last?.home === shop.destination.name, { withinMs: 20_000 })
    await writing.now?.stop()
    assert.deepEqual(shop.freezes().map(one => [one.from, one.to, one.ms < 5_000]), [[shop.origin.name, shop.destination.name, true]])
    assert.deepEqual(await shop.wrong(shop.destination), [])
    const [proof] = (await it.ask('evidence.list', { move: ids.move })).items
    const checked = checkEvidence((await it.ask('evidence.read', { proof: proof?.id as never })).text)
    assert.ok(checked.ok)
    assert.ok(checked.manifest.approvals.some(one => one.who === 'Kestrel lead'))
    await stage.settle()
    assert.deepEqual(await stateOf('cut-over'), ['cut-over done'])
  })

  await stage.step('A1 the address changes by the pattern, and the old one redirects with path and query until its day', async () => {
    const { oldAddress, newAddress } = await lead.ask('moves.read', { move: ids.move })
    assert.deepEqual([oldAddress, newAddress], ['https://nordlicht.cloud.example.com', 'https://nordlicht.example.cloud'])
    const end = (await plan()).milestones.find(one => one.key === 'redirect-ends')?.day
    assert.equal(end, '2027-02-19')
    const { token } = await engineer.ask('agents.add', { name: 'at the old address' })
    ids.old = (await openOldAddress(stage.scope, { site: stage.site, token, home: 'the old cloud', now: stage.now })).url
    assert.deepEqual(await stateOf('redirect-old-address'), ['redirect-old-address open'], 'asked, nobody answers there')
    await lead.ask('tenants.change', { tenant: ids.tenant, address: ids.old })
    const comes = () => fetch(`${ids.old}/orders/7?page=2&q=a%20b`, { redirect: 'manual' })
    await until('it leads on', async () => (await comes()).status === 308)
    assert.equal((await comes()).headers.get('location'), 'https://nordlicht.example.cloud/orders/7?page=2&q=a%20b')
    await stage.passUntil(stage.now() + 3_600_000)
    assert.deepEqual(await stateOf('redirect-old-address'), ['redirect-old-address done'])
    assert.equal((await taskOf('redirect-old-address')).endedBy, 'Rehome')
    const finished = await contact.letter(/nordlicht has moved/)
    assert.match(finished.text, /https:\/\/nordlicht\.cloud\.example\.com → https:\/\/nordlicht\.example\.cloud/)
    assert.match(finished.text, /lead to the new ones until Thursday 18 February 2027/)
  })

  await stage.step('A8 the developer tests each integration, an end user the application, each with a checklist, and the sign-off needs them', async () => {
    await stage.passUntil('2026-11-23')
    assert.match((await user.letter(/test and sign off|You are in the new home/)).text, /nordlicht/)
    const marks = (...keys: string[]) => Object.fromEntries(keys.map(key => [key, 'works']))
    const [tested, used] = [marks('reaches', 'own-login', 'reads', 'writes', 'schedule'), marks('sign-in', 'bookmark', 'latest', 'report', 'save')]
    await assert.rejects(doIt(contact, 'sign-off'), says(409, 'task-blocked'))
    await assert.rejects(doIt(developer, 'test-integration[CRM]', { answers: { ...tested, writes: 'fails' }, note: 'log line 12' }), says(409, 'checklist-fails'))
    await assert.rejects(doIt(developer, 'test-integration[CRM]', { answers: tested }), says(422, 'evidence-missing'))
    await doIt(developer, 'test-integration[CRM]', { answers: tested, note: 'log line 14' })
    await doIt(developer, 'test-source[stock feed]', { answers: tested })
    await doIt(user, 'test-application', { answers: used })
    await contact.ask('sign-offs.give', { move: ids.move, signOff: 'point-of-contact', accepted: true })
    assert.deepEqual(await stateOf('sign-off'), ['sign-off open'], 'the developer and the end user have not said so yet')
    await assert.rejects(developer.ask('sign-offs.give', { move: ids.move, signOff: 'end-user', accepted: true, answers: used }), says(403, 'for-other-duties'))
    await developer.ask('sign-offs.give', { move: ids.move, signOff: 'developer', accepted: true, answers: tested })
    await user.ask('sign-offs.give', { move: ids.move, signOff: 'end-user', accepted: true, answers: used })
    assert.deepEqual(await stateOf('sign-off'), ['sign-off done'])
  })

  await stage.step('A2 the old login is watched until seven days were quiet, and only then closed with the old home', async () => {
    const [sighting] = (await developer.ask('sightings.list', { tenant: ids.tenant, open: 'true' as never })).items.filter(one => one.program === 'nightly report')
    await developer.ask('sightings.close', { sighting: sighting?.id as never })
    await measured()
    assert.deepEqual(await stateOf('watch-old-login'), ['watch-old-login open'])
    await stage.passUntil('2026-12-01')
    await measured()
    await stage.settle()
    assert.deepEqual(await stateOf('watch-old-login'), ['watch-old-login done'])
    assert.ok((await plan()).tasks.every(one => !one.key.includes('tidemark-orders')), 'whose the product itself is, nobody is asked')
    await stage.passUntil('2026-12-04')
    await lead.ask('moves.settle', { move: ids.move })
    await stands('settled')
    await ids.agent?.stop()
    await doIt(engineer, 'settle')
    await stage.settle()
    assert.match((await contact.letter(/settled|complete|closed/i)).subject, /nordlicht/)
  })

  await stage.step('A1 the old address ends on the day that was told, with a letter a month and a week before', async () => {
    await stage.passUntil('2027-02-18')
    for (const about of [/ends in a month/, /ends in a week/]) assert.equal((await contact.letters(about)).length, 1, about.source)
    assert.equal((await fetch(`${ids.old}/orders`, { redirect: 'manual' })).status, 308, 'on its last day')
    await stage.passUntil('2027-02-19', '12:00')
    await until('it has ended', async () => (await fetch(`${ids.old}/orders`, { redirect: 'manual' })).status === 410)
    assert.deepEqual(await stateOf('end-redirect'), ['end-redirect open'], 'somebody came yesterday')
    await stage.passUntil('2027-02-28')
    await until('seven quiet days were seen', async () => { await stage.settle(); return (await stateOf('end-redirect'))[0] === 'end-redirect done' })
    assert.match((await taskOf('end-redirect')).finding?.why.en ?? '', /Nobody came within seven days/)
    assert.deepEqual((await plan()).tasks.filter(one => one.state === 'open').map(one => one.key), [], 'nothing is left to do')
  })

  await stage.step('A4 what the invoices say: the move costs nothing, a change of the plan is on the next one', async () => {
    await finance.ask('contracts.add', { customer: ids.customer, kind: 'subscription', startsOn: '2026-04-01', term: 'year' })
    const { charge } = await finance.ask('billing.plan-change', { customer: ids.customer, says: 'more room in the new cloud', amountMinor: 40_000 })
    assert.deepEqual([charge.onDay.slice(0, 7), charge.currency], ['2027-04', 'JPY'])
    assert.deepEqual((await finance.ask('charges.list', { move: ids.move })).items, [])
    assert.match(await (await finance.browser.open('/api/charges/file?month=2027-04&format=csv')).text(), /more room in the new cloud/)
  })

  await stage.step('A9 A7 every letter names the people to turn to, went to one person, once, in their language', async () => {
    const { letters, lines } = await stage.checkAtEnd(turnTo.map(one => one.name))
    assert.ok(letters > 60 && lines > 60, `${letters} letters, ${lines} lines`)
    assert.deepEqual((await contact.ask('moves.read', { move: ids.move })).people, turnTo)
    for (const one of await developer.letters()) assert.match(one.subject, /[぀-ヿ一-龯]/, one.subject)
    // Each gets what concerns them: IT hears nothing of tests, the end user nothing of networks.
    const tasks = new Map((await plan()).tasks.map(one => [one.id as string, one.duty]))
    const duties = { 'it@nordlicht.example': ['it', 'networking'], 'dev@nordlicht.example': ['developer'], 'user@nordlicht.example': ['end-user'] } as const
    for (const row of await stage.messages({ event: 'task-assigned' })) if (Object.hasOwn(duties, row.address)) assert.ok((duties[row.address as keyof typeof duties] as readonly (string | null | undefined)[]).includes(tasks.get(row.about ?? '')), `${row.address} ${row.about}`)
  })
}

test('case A: from the first letter to the last invoice', { timeout: 600_000 }, t => play(t))

test('killed in the middle of any decision of case A, control has done nothing of it', { timeout: 900_000 }, async t => {
  let mortal: Mortal | undefined
  await play(t, made => { mortal = made })
  assert.deepEqual(mortal?.left, [])
  assert.ok((mortal?.proven.size ?? 0) >= 30, 'every decision that is made in it')
  for (const [name, times] of mortal?.proven ?? []) assert.ok(times >= 2, `${name} was killed ${times} times`)
})
