import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import ICAL from 'ical.js'
import { checkEvidence } from '#domain/evidence.ts'
import type { Read } from '#ports/mail.contract.ts'
import { says } from '#test/control/says.ts'
import { until } from '#test/services/until.ts'
import type { AnswerOf } from '#wire/api.ts'
import { Refusal } from '#wire/ask.ts'
import { useShop } from './shop.ts'
import { useStage } from './stage.ts'

const vendor = { name: 'Kestrel Health', country: 'US', zone: 'America/New_York', locale: 'en' } as const
const turnTo = [{ role: 'project-manager', name: 'Kestrel project office', email: 'projects@kestrel.example', phone: null }, { role: 'support', name: 'Kestrel support', email: 'support@kestrel.example', phone: '+1 555 0100' }, { role: 'customer-success', name: 'Kestrel customer success', email: 'success@kestrel.example', phone: null }] as const
const [nord, kita, sierra] = ['Nordkasse', 'Kita Kenpo', 'Sierra Care'] as const
const everything = 'approver it networking security change-management testing developer'
const files = {
  homes: 'name,kind,capacity,addressPattern\nthe data centre,shared,9,https://{name}.dc.example.com\nthe new cloud,dedicated,1,https://{name}.example.cloud\n',
  customers: `name,country,zone,locale\n${nord},DE,Europe/Berlin,en\n${kita},JP,Asia/Tokyo,ja\n${sierra},US-CA,America/Los_Angeles,en\n`,
  contacts: `customer,name,email,duties\n${nord},Nordkasse contact,contact@nordkasse.example,point-of-contact\n${kita},北健保 窓口,contact@kita.example,point-of-contact ${everything}\n${sierra},Sierra contact,contact@sierra.example,point-of-contact ${everything}\n`,
  tenants: `name,customer,home,environment\nnordkasse,${nord},the data centre,prod\nkita,${kita},the data centre,prod\nsierra,${sierra},the data centre,prod\n`,
} as const
const run = promisify(execFile)

type MoveId = AnswerOf<'moves.add'>['id']
type TaskPage = AnswerOf<'tasks.read'>

/** The event in the file that came with a letter, as any calendar reads it. */
const eventIn = ({ attachments, subject }: Read) => {
  const file = attachments.find(one => one.type.startsWith('text/calendar'))
  assert.ok(file !== undefined, `${subject} has an invitation`)
  const text = new TextDecoder().decode(file.bytes)
  const calendar = new ICAL.Component(ICAL.parse(text) as unknown[])
  const found = calendar.getFirstSubcomponent('vevent')
  assert.ok(found !== null)
  const event = new ICAL.Event(found)
  return { text, method: String(calendar.getFirstPropertyValue('method')), uid: event.uid, summary: event.summary, start: event.startDate.toJSDate().toISOString(), minutes: (event.endDate.toJSDate().getTime() - event.startDate.toJSDate().getTime()) / 60_000, description: event.description ?? '', place: event.location ?? '' }
}

/** A form filled in by somebody who has nothing against it. */
const filled = ({ form, checklist, due }: TaskPage): Record<string, never> => Object.fromEntries([
  ...form.map(field => [field.key, field.type === 'yes-no' ? true : field.type === 'number' ? 1 : field.type === 'day' ? due : field.type === 'choice' ? field.choices[0]?.value : field.type === 'table' ? [Object.fromEntries(field.columns.map(column => [column.key, 'as agreed']))] : 'as agreed']),
  ...(checklist?.items ?? []).map(item => [item.key, 'works']),
]) as Record<string, never>

/** The plan of the customer in Japan, T-0 on 30 November 2026, every condition of the playbook met. */
const timetable = `
  2026-09-01 announce vendor/project-manager
  2026-09-03 read-announcement customer/point-of-contact
  2026-09-04 attend-kick-off customer/point-of-contact
  2026-09-04 hold-kick-off vendor/project-manager
  2026-09-04 name-contacts customer/point-of-contact
  2026-09-11 confirm-availability customer/point-of-contact
  2026-09-11 record-risks customer/point-of-contact
  2026-09-11 set-up-cadence vendor/project-manager
  2026-09-16 confirm-escalation customer/point-of-contact
  2026-09-16 read-faq customer/point-of-contact
  2026-09-18 answer-questions vendor/customer-success
  2026-09-25 answer-questionnaire customer/point-of-contact
  2026-09-29 measure vendor/engineer
  2026-10-01 commit-date customer/approver
  2026-10-01 inventory-addresses customer/it
  2026-10-01 inventory-third-parties customer/point-of-contact
  2026-10-06 review-security customer/security
  2026-10-09 inform-third-party[審査機関] customer/point-of-contact
  2026-10-16 order-direct-connection customer/networking
  2026-10-16 plan-testing customer/testing
  2026-10-26 publish-rules vendor/engineer
  2026-10-29 attend-planning customer/point-of-contact
  2026-10-30 collect-third-party-plan[審査機関] customer/point-of-contact
  2026-10-30 give-vpn-settings customer/networking
  2026-10-30 plan-cutover vendor/project-manager
  2026-10-30 plan-deployments customer/developer
  2026-10-30 plan-dns customer/it
  2026-10-30 request-change customer/change-management
  2026-11-02 approve-plan customer/approver
  2026-11-02 order-firewall customer/networking
  2026-11-10 build-platform vendor/engineer
  2026-11-10 build-vpn customer/networking
  2026-11-13 connect-direct customer/networking
  2026-11-13 open-firewall customer/networking
  2026-11-18 change-to-names customer/it
  2026-11-18 prepare-transfer[請求] customer/it
  2026-11-18 rehearse vendor/engineer
  2026-11-20 approve-change customer/change-management
  2026-11-20 confirm-third-party[審査機関] customer/point-of-contact
  2026-11-20 fix-blocked customer/networking
  2026-11-20 prepare-testers customer/testing
  2026-11-20 run-probe customer/networking
  2026-11-20 start-copy vendor/engineer
  2026-11-25 attend-decision customer/approver
  2026-11-25 freeze-deployments customer/developer
  2026-11-27 inform-users customer/point-of-contact
  2026-11-30 be-present-non-prod customer/it
  2026-11-30 cut-over-non-prod vendor/engineer
  2026-12-14 be-present-pre-prod customer/it
  2026-12-14 cut-over-pre-prod vendor/engineer
  2026-12-14 sign-off-non-prod customer/point-of-contact
  2026-12-14 test-non-prod customer/testing
  2026-12-21 be-present-prod customer/it
  2026-12-21 brief-help-desk customer/change-management
  2026-12-21 cut-over-prod vendor/engineer
  2026-12-21 sign-off-pre-prod customer/point-of-contact
  2026-12-21 test-pre-prod customer/testing
  2026-12-23 switch-third-party[審査機関] customer/point-of-contact
  2026-12-28 sign-off-prod customer/approver
  2026-12-28 test-prod customer/testing
  2027-01-04 remove-old-rules customer/networking
  2027-01-04 settle vendor/engineer
  2027-01-12 support-after vendor/support
`

test('case C: ninety days, in waves', { timeout: 600_000 }, async t => {
  const began = performance.now()
  const stage = await useStage(t, { start: '2026-08-03', vendor, playbooks: [join(import.meta.dirname, '../../control/playbooks')] })
  const [lead, engineer, helper] = [await stage.operator('Kestrel lead', 'migration-lead'), await stage.operator('Kestrel engineer', 'engineer'), await stage.operator('Kestrel helper', 'support')]
  const at = (name: string) => stage.contact(`${name}@nordkasse.example`)
  const [contact, approver, network, tester, change] = [at('contact'), at('approver'), at('network'), at('test'), at('change')]
  const [kitaContact, sierraContact] = [stage.contact('contact@kita.example'), stage.contact('contact@sierra.example')]
  const team: Readonly<Record<string, typeof contact>> = { 'point-of-contact': contact, 'approver': approver, 'it': network, 'networking': network, 'security': network, 'developer': network, 'testing': tester, 'change-management': change }
  const ids = { programme: '' as AnswerOf<'programmes.add'>['id'], moves: new Map<string, MoveId>(), customers: new Map<string, AnswerOf<'customers.add'>['id']>(), waves: new Map<string, AnswerOf<'waves.add'>['id']>() }
  const moveOf = (name: string): MoveId => { const id = ids.moves.get(name); assert.ok(id !== undefined); return id }
  const planOf = (name: string) => lead.ask('plans.read', { move: moveOf(name) })
  const taskOf = async (key: string): Promise<TaskPage> => {
    const line = (await planOf(nord)).tasks.find(one => one.key === key)
    assert.ok(line !== undefined, `the plan has ${key}`)
    return await lead.ask('tasks.read', { task: line.id })
  }
  const doIt = async (who: { ask: typeof lead.ask }, key: string, how: { readonly answers?: Record<string, string | boolean | number>; readonly note?: string } = {}) => who.ask('tasks.do', { task: (await taskOf(key)).id, ...how })
  const stateOf = async (...keys: string[]): Promise<string[]> => { const { tasks } = await planOf(nord); return keys.map(key => `${key} ${tasks.find(one => one.key === key)?.state ?? 'none'}`) }
  const gateOf = async (key: string) => { const gate = (await lead.ask('gates.list', { move: moveOf(nord) })).items.find(one => one.key === key); assert.ok(gate !== undefined); return gate }
  const doer = (name: string, page: TaskPage): { ask: typeof lead.ask } => (page.party === 'vendor' ? lead : name === kita ? kitaContact : name === sierra ? sierraContact : team[page.duty ?? ''] ?? contact)

  /** Everybody does what they can of what is due until then; what the system has to see stays open until it does. */
  const diligent = async (name: string, by: string, except: readonly string[] = []): Promise<void> => {
    const tried = new Set<string>(except)
    for (let again = true; again;) {
      again = false
      for (const line of (await planOf(name)).tasks) {
        if (line.standing !== 'open' || line.due > by || tried.has(line.key)) continue
        tried.add(line.key)
        const page = await lead.ask('tasks.read', { task: line.id })
        try {
          await doer(name, page).ask('tasks.do', { task: line.id, answers: filled(page), note: 'done' })
          again = true
        } catch (error) {
          if (!(error instanceof Refusal) || !['seen-by-the-system', 'task-over'].includes(error.code)) throw error
        }
      }
    }
  }

  /** Days pass, and everybody does in time what is due. */
  const live = async (last: string, except: readonly string[] = []): Promise<void> => {
    for (let day = Temporal.Instant.fromEpochMilliseconds(stage.now()).toZonedDateTimeISO(vendor.zone).toPlainDate(); ;) {
      const next = day.add({ days: 7 })
      day = Temporal.PlainDate.compare(next, last) < 0 ? next : Temporal.PlainDate.from(last)
      await stage.passUntil(day.toString(), '09:30')
      for (const name of last < '2026-09-02' ? [nord, sierra, kita] : [nord]) await diligent(name, day.add({ days: 7 }).toString(), except)
      if (day.toString() === last) return
    }
  }
  const third = { id: '' }

  await stage.step('C10 a programme is made from a playbook with a version; a deprecated one is refused and its successor named', async () => {
    await stage.admin.ask('settings.change', { revision: (await stage.admin.ask('settings.read', {})).revision, changes: { people: [...turnTo] } })
    for (const [kind, csv] of Object.entries(files) as [keyof typeof files, string][]) assert.deepEqual((await lead.ask('transfer.import', { kind, csv })).wrong, [])
    await assert.rejects(lead.ask('programmes.add', { name: 'As ever', playbook: 'old-way' }), says(422, 'playbook-deprecated', /Take “small” instead/))
    const book = await lead.ask('playbooks.read', { playbook: 'ninety-days-in-waves' })
    assert.deepEqual([book.case, book.version, book.versions, book.deprecated], ['C', 1, [1], null])
    ids.programme = (await lead.ask('programmes.add', { name: 'To the new cloud', playbook: 'ninety-days-in-waves', people: [...turnTo] })).id
    const tenants = (await lead.ask('tenants.list', {})).items
    const destination = (await lead.ask('homes.list', {})).items.find(home => home.name === 'the new cloud')
    assert.ok(destination !== undefined)
    for (const { id, name } of (await lead.ask('customers.list', {})).items) ids.customers.set(name, id)
    const { added } = await lead.ask('moves.add-all', { programme: ids.programme, destination: destination.id, tenants: tenants.map(one => one.id) })
    for (const [name, customer] of ids.customers) ids.moves.set(name, added.find(one => tenants.find(tenant => tenant.id === one.tenant)?.customer === customer)?.move as MoveId)
    await stage.settle()
    for (const one of [contact, sierraContact]) await one.confirmAddress()
  })

  await stage.step('C8 the planner says why three customers do not fit on two dates, and why one of them has none', async () => {
    const wish = { programme: ids.programme, beginsOn: ['mon' as const], days: 1, from: '2026-11-09', seconds: 10 }
    const short = await lead.ask('waves.propose', { ...wish, to: '2026-11-20' })
    await stage.settle()
    assert.match((await lead.ask('waves.run', { run: short.run })).conflicts[0]?.says.map(text => text.en).join(' ') ?? '', /the new cloud has 2 moves; these customers need 3 moves/)
    await lead.ask('blackouts.add', { customer: ids.customers.get(kita) as never, firstOn: '2026-11-01', lastOn: '2026-11-20', reason: '決算' })
    const none = await lead.ask('waves.propose', { ...wish, to: '2026-11-27' })
    await stage.settle()
    const found = (await lead.ask('waves.run', { run: none.run })).conflicts
    assert.deepEqual(found.map(one => one.moves), [[moveOf(kita)]])
    assert.match(found[0]?.says.map(text => text.en).join(' ') ?? '', /no-go dates of Kita Kenpo/)
    assert.match(found[0]?.says.map(text => text.en).join(' ') ?? '', /public holiday/, 'Monday 23 November is one in Japan')
  })

  await stage.step('C8 waves are planned under capacity, blackout, dependency and preference, each placing is explained, and the plan is taken', async () => {
    await lead.ask('blackouts.add', { firstOn: '2026-12-05', lastOn: '2026-12-08', reason: 'failover exercise' })
    await lead.ask('waves.add-rule', { programme: ids.programme, rule: { kind: 'after', move: moveOf(sierra), other: moveOf(nord), days: 7 } })
    await lead.ask('waves.add-rule', { programme: ids.programme, rule: { kind: 'rather-not', move: moveOf(sierra), days: ['2026-11-30'], points: 5 } })
    const { run: id } = await lead.ask('waves.propose', { programme: ids.programme, beginsOn: ['mon'], days: 1, from: '2026-11-09', to: '2026-12-21', seconds: 10 })
    await stage.settle()
    const { run: done, steps } = await lead.ask('waves.run', { run: id })
    assert.deepEqual([done.state, done.outcome], ['done', 'best'])
    assert.deepEqual([nord, sierra, kita].map(name => steps.find(one => one.move === moveOf(name))?.to), ['2026-11-09', '2026-11-16', '2026-11-30'])
    const explained = async (name: string) => lead.ask('waves.explain', { run: id, move: moveOf(name) })
    const whyNot = async (name: string, day: string): Promise<string> => (await explained(name)).elsewhere.find(one => one.day === day)?.says.map(text => text.en).join(' ') ?? ''
    assert.match((await explained(kita)).why.map(text => text.en).join(' '), /Kita Kenpo is moved on/)
    assert.match(await whyNot(kita, '2026-11-16'), /no-go dates of Kita Kenpo/)
    assert.match(await whyNot(kita, '2026-11-23'), /public holiday/)
    assert.match(await whyNot(kita, '2026-12-07'), /failover exercise/)
    assert.match(await whyNot(sierra, '2026-11-09'), /at least 7 days after Nordkasse/)
    assert.match(await whyNot(nord, '2026-11-16'), /the new cloud/, 'one home has room for one a day')
    assert.notEqual(await whyNot(sierra, '2026-11-30'), '', 'rather not')
    const { waves } = await lead.ask('waves.accept', { run: id })
    assert.deepEqual(waves.map(wave => [wave.day, wave.moves]).toSorted(), [['2026-11-09', 1], ['2026-11-16', 1], ['2026-11-30', 1]])
    for (const wave of waves) ids.waves.set(wave.day, wave.wave)
  })

  await stage.step('C1 every activity from T-90 to the end has an owner and a day, on business days of the customer’s country', async () => {
    await lead.ask('profile.answer', { move: moveOf(kita), source: 'imported', answers: { hardCodedAddresses: 4, firewall: true, vpn: true, directConnection: true, thirdParties: ['審査機関'], ownDeployments: true, fileTransfers: ['請求'], changeBoard: true, changeLeadDays: 10 } })
    const { t0, tasks, undecided, milestones } = await planOf(kita)
    assert.deepEqual([t0, undecided], ['2026-11-30', []])
    assert.deepEqual(milestones.map(one => `${one.key} ${one.day}`), ['initial 2026-09-01', 'readiness 2026-10-01', 'planning 2026-10-30', 'build 2026-11-10', 'infrastructure-test 2026-11-20', 'cutover 2026-11-30', 'pre-prod 2026-12-14', 'prod 2026-12-21', 'accepted 2026-12-28', 'support-ends 2027-01-12'])
    assert.deepEqual(tasks.map(one => `${one.due} ${one.key} ${one.party}/${one.duty ?? one.post ?? ''}`).toSorted(), timetable.trim().split('\n').map(line => line.trim()))
    // Monday 21 September, Monday 23 November and Monday 11 January are public holidays in Japan: what is due then is due on the Friday before; after the cutover on the day after.
    await kitaContact.confirmAddress()
  })

  await stage.step('C5 one point of contact names a person for every duty, and who is away is known, day by day, until somebody stands in', async () => {
    await stage.passUntil('2026-08-11')
    const customer = ids.customers.get(nord) as never
    const people = [['Nordkasse board', 'approver', ['approver']], ['Nordkasse network', 'network', ['it', 'networking', 'security', 'developer']], ['Nordkasse test', 'test', ['testing']], ['Nordkasse change', 'change', ['change-management']]] as const
    for (const [name, address, duties] of people) await contact.ask('contacts.add', { customer, name, email: `${address}@nordkasse.example`, duties: [...duties] })
    await stage.settle()
    for (const one of [approver, network, tester, change]) await one.confirmAddress()
    await lead.ask('checks.look', { move: moveOf(nord) })
    assert.deepEqual(await stateOf('announce', 'name-contacts'), ['announce done', 'name-contacts done'])
    await network.ask('availability.give', { firstOn: '2026-11-02', lastOn: '2026-11-13', available: false, note: 'on leave' })
    await tester.ask('availability.give', { firstOn: '2026-08-11', lastOn: '2027-01-31', available: true })
    const of = () => contact.ask('availability.of-move', { move: moveOf(nord) })
    const before = await of()
    assert.deepEqual(before.people.find(one => one.name === 'Nordkasse network')?.away, [{ first: '2026-11-02', last: '2026-11-13' }])
    assert.deepEqual(before.people.find(one => one.name === 'Nordkasse test')?.unsaid, [])
    assert.ok(before.uncovered.some(one => one.duty === 'networking' && one.days[0]?.first === '2026-11-02'), JSON.stringify(before.uncovered))
    await contact.ask('contacts.add', { customer, name: 'Nordkasse deputy', email: 'deputy@nordkasse.example', duties: ['it', 'networking', 'security', 'developer'] })
    await stage.settle()
    await at('deputy').confirmAddress()
    assert.deepEqual((await of()).uncovered, [])
    await diligent(nord, '2026-08-13')
  })

  await stage.step('C2 everybody is invited to the kick-off with its agenda, hears what will change, and risks are written down early', async () => {
    await lead.ask('calls.plan', { move: moveOf(nord), kind: 'kick-off', key: 'kick-off', startsAt: '2026-08-14T08:00:00Z', link: 'https://meet.kestrel.example/nordkasse' })
    await stage.settle()
    for (const one of [contact, approver, network, tester, change]) {
      const invited = eventIn(await one.letter(/Kick-off call/))
      assert.deepEqual([invited.method, invited.start, invited.minutes], ['REQUEST', '2026-08-14T08:00:00.000Z', 60])
      assert.match(invited.description, /Agenda:\n- What the new platform gives you\n- How the ninety days go[^]*- Risks: what could stop us, recorded now\n- Check-ins and escalation[^]*questionnaire/)
    }
    await live('2026-08-14')
    await lead.ask('profile.answer', { move: moveOf(nord), answers: { firewall: true }, source: 'imported' })
    assert.deepEqual((await contact.ask('plans.read', { move: moveOf(nord) })).changes.map(one => one.en), ['Names instead of addresses - everything is reached by DNS.', 'The firewall needs new rules; the exact list is in your portal.'])
    const { id } = await contact.ask('risks.add', { move: moveOf(nord), text: 'Open enrolment begins on 1 November', level: 'high', party: 'customer' })
    await live('2026-08-21', ['read-faq'])
    assert.deepEqual((await lead.ask('risks.list', { move: moveOf(nord) })).items.map(one => [one.id, one.level, one.state]), [[id, 'high', 'open']])
    assert.deepEqual(await stateOf('attend-kick-off', 'hold-kick-off', 'record-risks', 'confirm-availability'), ['attend-kick-off done', 'hold-kick-off done', 'record-risks done', 'confirm-availability done'])
  })

  await stage.step('C7 check-ins are planned on the days of the playbook; a task that stays open rises level by level, to the right people on the right day', async () => {
    const { calls } = await lead.ask('calls.plan-check-ins', { move: moveOf(nord), time: '10:00', count: 2 })
    assert.deepEqual(calls.map(one => [one.title.en, new Date(one.startsAt).toISOString()]), [['Check-in every two weeks', '2026-09-04T08:00:00.000Z'], ['Check-in every two weeks', '2026-09-18T08:00:00.000Z']])
    await live('2026-09-01', ['read-faq'])
    const { id, due } = await taskOf('read-faq')
    assert.equal(due, '2026-08-26')
    const raised = (await stage.messages({ event: 'escalation', about: id })).map(one => `${new Date(one.createdAt).toISOString()} ${one.address}`).toSorted()
    assert.deepEqual(raised, [
      '2026-08-27T07:00:00.000Z contact@nordkasse.example', '2026-08-27T07:00:00.000Z projects@kestrel.example',
      '2026-08-29T07:00:00.000Z approver@nordkasse.example', '2026-08-29T07:00:00.000Z success@kestrel.example',
      '2026-08-31T07:00:00.000Z approver@nordkasse.example', `2026-08-31T07:00:00.000Z ${lead.email}`,
    ])
    assert.match((await lead.letter(/escalation, level 3/)).text, /5 days late/)
    assert.deepEqual((await stage.messages({ event: 'escalation' })).filter(one => one.about !== id).map(one => `${one.address} ${one.key}`), [], 'nothing else stayed open')
  })

  await stage.step('C3 a question is answered, and published to other customers without who asked; the approver commits to the date', async () => {
    const { id } = await contact.ask('faq.ask', { move: moveOf(nord), text: 'Nordkasse closes its books on 30 November: can production wait a day?' })
    await helper.ask('faq.answer', { question: id, answer: 'Yes: the window is picked with you.' })
    await stage.settle()
    assert.match((await contact.letter(/can production wait a day/)).text, /the window is picked with you/)
    await lead.ask('faq.publish', { question: id, text: 'Can a cutover wait for the closing of the books?' })
    const { published, asked, standing } = await sierraContact.ask('faq.read', { move: moveOf(sierra) })
    assert.deepEqual([published.map(one => [one.text, one.answer]), asked, standing.length], [[['Can a cutover wait for the closing of the books?', 'Yes: the window is picked with you.']], [], 5])
    assert.ok(!JSON.stringify(published).includes('Nordkasse'))
    await doIt(contact, 'read-faq')
    await assert.rejects(doIt(tester, 'commit-date'), says(403, 'for-other-duties'))
    await doIt(approver, 'commit-date', { note: 'agreed by the board' })
    assert.deepEqual(await stateOf('commit-date'), ['commit-date done'])
  })

  await stage.step('C8 a wave that gets another day takes its customers along, and they are told in their language', async () => {
    await lead.ask('waves.change', { wave: ids.waves.get('2026-11-16') as never, t0: '2027-03-01' })
    await lead.ask('waves.change', { wave: ids.waves.get('2026-11-30') as never, t0: '2027-03-08' })
    // Changes of half an hour are told in one letter.
    await stage.passUntil(stage.now() + 30 * 60_000)
    assert.equal((await planOf(kita)).t0, '2027-03-08')
    assert.match((await kitaContact.letter(/移行計画の変更/)).text, /計画の日程または作業内容が変わりました/)
    assert.match((await sierraContact.letter(/Your plan has changed/)).text, /Days or tasks of your plan are other ones now/)
  })

  const shop = await useShop(stage.scope, { tenant: 'nordkasse', origin: 'the data centre', destination: 'the new cloud' })
  await stage.step('C4 C6 each answers the questions of their duty, the environment is measured, and the plan follows', async () => {
    await network.ask('profile.answer', { move: moveOf(nord), answers: { hardCodedAddresses: 2, vpn: false, directConnection: false, ownDeployments: false, fileTransfers: [] } })
    await contact.ask('profile.answer', { move: moveOf(nord), answers: { thirdParties: ['Clearing house'] } })
    await change.ask('profile.answer', { move: moveOf(nord), answers: { changeBoard: true, changeLeadDays: 10 } })
    await live('2026-09-08')
    const { token } = await engineer.ask('agents.add', { name: 'in the data centre' })
    shop.agent(stage.site, token)
    const { id } = await engineer.ask('moves.order', { move: moveOf(nord), kind: 'measure', watchSeconds: 0 })
    await until('it is measured', async () => (await lead.ask('orders.read', { order: id })).state === 'done', { withinMs: 30_000, everyMs: 100 })
    await lead.ask('checks.look', { move: moveOf(nord) })
    const { undecided, tasks, leftOut } = await planOf(nord)
    assert.deepEqual(undecided, [])
    assert.deepEqual(['inform-third-party[Clearing house]', 'order-firewall', 'change-to-names'].filter(key => !tasks.some(one => one.key === key)), [])
    assert.ok(['build-vpn', 'connect-direct', 'plan-deployments'].every(key => leftOut.some(one => one.template === key)))
    assert.deepEqual(await stateOf('measure', 'answer-questionnaire'), ['measure done', 'answer-questionnaire done'])
  })

  await stage.step('C3 C5 nobody plans before the readiness review has its go, with the committed date as a firm condition', async () => {
    await live('2026-09-15')
    const gate = await gateOf('readiness-review')
    assert.deepEqual(gate.conditions.filter(one => !one.held).map(one => `${one.title.en}: ${one.why.en}`), [])
    assert.ok(gate.conditions.some(one => one.firm && /committed/.test(one.title.en)))
    await lead.ask('gates.decide', { gate: gate.id, decision: 'go' })
  })

  await stage.step('C6 the third party is informed of the dates, and its plan is followed', async () => {
    const { id } = await contact.ask('integrations.add', { move: moveOf(nord), name: 'Clearing house', contact: 'desk@clearing.example' })
    const ready = async () => (await lead.ask('checks.read', { move: moveOf(nord) })).checks.find(one => one.check === 'third-parties-ready')
    assert.match((await ready())?.why.en ?? '', /have not confirmed: Clearing house/)
    await contact.ask('integrations.change', { integration: id, informed: true })
    await live('2026-10-05')
    assert.deepEqual(await stateOf('inventory-third-parties', 'inform-third-party[Clearing house]'), ['inventory-third-parties done', 'inform-third-party[Clearing house] done'])
    await live('2026-10-09')
    await contact.ask('integrations.change', { integration: id, plan: 'They point their queue to the new name on the day.' })
    assert.deepEqual(await stateOf('collect-third-party-plan[Clearing house]'), ['collect-third-party-plan[Clearing house] done'])
    assert.equal((await ready())?.held, false, 'the plan is there; nobody has said that they are ready')
    third.id = id
  })

  const ports = { open: 0, shut: 0 }
  const [openServer, shutServer] = [createServer(socket => { socket.on('error', () => { /* the probe has gone */ }).end('hello\n') }), createServer(socket => { socket.on('error', () => { /* the probe has gone */ }).end('hello\n') })]
  stage.scope.after(async () => { openServer.close(); shutServer.close() })
  const portOf = async (server: typeof openServer, port = 0): Promise<number> => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }

  await stage.step('C4 the exact rules go out as a list and as CSV, for those who configure the firewall', async () => {
    ports.open = await portOf(openServer)
    ports.shut = await portOf(shutServer)
    await new Promise(resolve => shutServer.close(resolve))
    await engineer.ask('rules.set', { move: moveOf(nord), rules: [{ subject: 'firewall', host: '127.0.0.1', port: ports.open, protocol: 'tcp', purpose: 'production: the application' }, { subject: 'firewall', host: '127.0.0.1', port: ports.shut, protocol: 'tcp', purpose: 'non-production: file transfer' }, { subject: 'firewall', host: 'localhost', port: 0, protocol: 'dns', purpose: 'the name' }] })
    assert.equal((await network.ask('rules.list', { move: moveOf(nord) })).items.length, 3)
    const file = await network.browser.open(`/api/moves/${moveOf(nord)}/rules.csv`)
    assert.match(file.headers.get('content-type') ?? '', /^text\/csv/)
    assert.match(await file.text(), new RegExp(`^subject,protocol,host,port,purpose,standing,outcome,testedAt,from\r\nfirewall,tcp,127\\.0\\.0\\.1,${ports.open},production: the application,not-tried`))
    await assert.rejects(kitaContact.ask('rules.list', { move: moveOf(nord) }), says(404, 'not-found'))
  })

  await stage.step('C8 the windows are proposed in the customer’s zone, and its approver confirms', async () => {
    const wished = await contact.ask('windows.offer', { move: moveOf(nord), day: '2026-11-09', time: '05:00', minutes: 180, count: 1 })
    assert.deepEqual([wished.zone, wished.offers[0]?.day], ['Europe/Berlin', '2026-11-09'])
    const { id } = await contact.ask('windows.propose', { move: moveOf(nord), from: '2026-11-09T04:00:00Z', to: '2026-11-09T07:00:00Z' })
    await assert.rejects(network.ask('windows.confirm', { window: id }), says(403, 'not-your-part'))
    await live('2026-10-12')
    await approver.ask('windows.confirm', { window: id })
    await stage.settle()
    for (const one of [contact, approver, network, tester]) assert.equal(eventIn(await one.letter(/BEGIN:VCALENDAR|5:00|05:00/)).start, '2026-11-09T04:00:00.000Z')
    await lead.ask('checks.look', { move: moveOf(nord) })
    assert.deepEqual(await stateOf('approve-plan'), ['approve-plan done'])
    assert.equal((await planOf(nord)).t0, '2026-11-09')
  })

  const stands = (where: string): Promise<unknown> => until(`the move is ${where}`, async () => (await lead.ask('moves.read', { move: moveOf(nord) })).move.stage === where, { withinMs: 60_000, everyMs: 150 })
  await stage.step('C4 the probe that the customer runs says what is still blocked, and closes the tasks once nothing is', async () => {
    await live('2026-10-26')
    const gate = await gateOf('wave-decision')
    assert.deepEqual(gate.conditions.filter(one => !one.held && one.firm).map(one => one.title.en), ['The move was rehearsed with this tenant’s own data'])
    await assert.rejects(lead.ask('gates.decide', { gate: gate.id, decision: 'go', note: 'it will do' }), says(409, 'gate-conditions', /rehearsed/))
    const { id: rehearsal } = await engineer.ask('moves.order', { move: moveOf(nord), kind: 'rehearsal' })
    const rehearsed = await until('it is rehearsed', async () => { const found = await lead.ask('orders.read', { order: rehearsal }); return found.endedAt === null ? undefined : found }, { withinMs: 60_000, everyMs: 100 })
    assert.equal(rehearsed.state, 'done', JSON.stringify(rehearsed.result))
    await live('2026-10-28')
    await engineer.ask('moves.order', { move: moveOf(nord), kind: 'move', how: { schema: 'existing' } })
    await stands('following')
    await lead.ask('checks.look', { move: moveOf(nord) })
    await live('2026-10-30')
    const { command } = await network.ask('probe.make', { move: moveOf(nord) })
    const probed = async (): Promise<string> => (await run('sh', ['-c', command])).stdout
    assert.match(await probed(), /2 passed, 1 blocked, 0 not tried\. Reported\./)
    assert.deepEqual(await stateOf('run-probe', 'fix-blocked'), ['run-probe open', 'fix-blocked open'])
    await assert.rejects(doIt(network, 'run-probe'), says(409, 'seen-by-the-system', new RegExp(`blocked: 127\\.0\\.0\\.1:${ports.shut}`)))
    await portOf(shutServer, ports.shut)
    assert.match(await probed(), /3 passed, 0 blocked/)
    assert.deepEqual(await stateOf('run-probe', 'fix-blocked'), ['run-probe done', 'fix-blocked done'])
  })

  await stage.step('C8 the go/no-go call of the wave is in calendars, can be forwarded, and decides on conditions', async () => {
    const { calls } = await lead.ask('calls.plan-for-wave', { wave: ids.waves.get('2026-11-09') as never, kind: 'go-no-go', key: 'wave-decision', startsAt: '2026-11-04T14:00:00Z', link: 'https://meet.kestrel.example/wave' })
    assert.equal(calls.length, 1)
    await stage.settle()
    const invited = eventIn(await approver.letter(/Go or no-go call of the wave/))
    assert.deepEqual([invited.method, invited.start, invited.minutes], ['REQUEST', '2026-11-04T14:00:00.000Z', 45])
    assert.match(invited.description, /- Every condition, held or not\n- Open tasks and risks/)
    // Whoever gets it forwarded reads when and where, and gets in nowhere by it.
    assert.ok(invited.text.includes('https://meet.kestrel.example/wave') && !/\/link\/|token/.test(invited.text))
    assert.equal((await fetch(`${stage.site}/api/moves/${moveOf(nord)}`)).status, 401)
    await live('2026-11-04')
    assert.deepEqual((await gateOf('wave-decision')).conditions.filter(one => !one.held).map(one => `${one.title.en}: ${one.why.en}`), [])
    await assert.rejects(lead.ask('moves.approve', { move: moveOf(nord) }), says(409, 'gate-not-go', /wave-decision/))
    await lead.ask('gates.decide', { gate: (await gateOf('wave-decision')).id, decision: 'go', note: 'Every condition is met.' })
    await stage.settle()
    for (const one of [contact, approver, network, tester]) await one.letter(/Every condition is met/)
  })

  await stage.step('C9 on the day of the wave the data is switched within seconds, with signed evidence, and the first environment is tested', async () => {
    await live('2026-11-06')
    await stage.passUntil(Date.parse('2026-11-09T04:00:00Z'))
    await stands('following')
    const writing = await shop.write()
    await until('people order', () => writing.last !== undefined, { withinMs: 20_000 })
    await lead.ask('moves.approve', { move: moveOf(nord), note: 'go' })
    await stands('switched')
    await until('people order in the new home', () => writing.last?.home === shop.destination.name, { withinMs: 20_000 })
    await writing.stop()
    assert.deepEqual(shop.freezes().map(one => [one.from, one.to]), [[shop.origin.name, shop.destination.name]])
    assert.deepEqual(await shop.wrong(shop.destination), [])
    const [proof] = (await lead.ask('evidence.list', { move: moveOf(nord) })).items
    assert.ok(checkEvidence((await lead.ask('evidence.read', { proof: proof?.id as never })).text).ok)
    await lead.ask('checks.look', { move: moveOf(nord) })
    assert.deepEqual(await stateOf('cut-over-non-prod', 'cut-over-pre-prod', 'cut-over-prod'), ['cut-over-non-prod done', 'cut-over-pre-prod open', 'cut-over-prod open'])
  })

  const works = (keys: readonly string[]): Record<string, string> => Object.fromEntries(keys.map(key => [key, 'works']))
  const signed = async (who: typeof contact, signOff: string, more: { readonly accepted?: boolean; readonly answers?: Record<string, string>; readonly note?: string } = {}) => who.ask('sign-offs.give', { move: moveOf(nord), signOff, accepted: true, ...more })
  const environmentTest = works(['sign-in', 'figures', 'entry', 'run', 'transfers', 'third-parties', 'print'])

  await stage.step('C9 non-production is tested for two weeks; pre-production is refused before it is signed off', async () => {
    await live('2026-11-16', ['test-non-prod'])
    const gate = await gateOf('open-pre-prod')
    await assert.rejects(lead.ask('gates.decide', { gate: gate.id, decision: 'go', note: 'a week early' }), says(409, 'gate-conditions', /Non-production/))
    await assert.rejects(signed(tester, 'pre-prod-testing', { answers: environmentTest }), says(409, 'environment-not-ready', /cut-over-pre-prod/))
    assert.deepEqual((await signed(tester, 'non-prod-testing', { accepted: false, answers: { print: 'fails' }, note: 'The yearly statement is empty.' })).signOff.accepted, false)
    await doIt(tester, 'test-non-prod', { answers: environmentTest })
    await signed(tester, 'non-prod-testing', { answers: environmentTest })
    await signed(contact, 'non-prod')
    // Signed off early, it keeps its two weeks all the same: the next one's day stays.
    assert.deepEqual((await planOf(nord)).environments.map(one => [one.key, one.from, one.to]), [['non-prod', '2026-11-09', '2026-11-23'], ['pre-prod', '2026-11-23', '2026-11-30'], ['prod', '2026-11-30', '2026-12-07']])
    await live('2026-11-23')
    await lead.ask('gates.decide', { gate: gate.id, decision: 'go' })
    assert.deepEqual(await stateOf('sign-off-non-prod', 'cut-over-pre-prod', 'cut-over-prod'), ['sign-off-non-prod done', 'cut-over-pre-prod done', 'cut-over-prod open'])
  })

  await stage.step('C6 C9 pre-production has its week; production waits for its sign-off and for the third party', async () => {
    await live('2026-11-30')
    const gate = await gateOf('open-prod')
    await assert.rejects(approver.ask('gates.decide', { gate: gate.id, decision: 'go' }), says(409, 'gate-conditions', /Pre-production/))
    await signed(tester, 'pre-prod-testing', { answers: environmentTest })
    await signed(contact, 'pre-prod')
    await assert.rejects(approver.ask('gates.decide', { gate: gate.id, decision: 'go' }), says(409, 'gate-conditions', /third party/i))
    await contact.ask('integrations.change', { integration: third.id as never, state: 'ready' })
    await assert.rejects(lead.ask('gates.decide', { gate: gate.id, decision: 'go' }), says(403, 'for-another-party'))
    await approver.ask('gates.decide', { gate: gate.id, decision: 'go' })
    assert.deepEqual(await stateOf('sign-off-pre-prod', 'cut-over-prod'), ['sign-off-pre-prod done', 'cut-over-prod done'])
  })

  await stage.step('C9 production has its week, and is accepted by those who must', async () => {
    await live('2026-12-07')
    await signed(tester, 'prod-testing', { answers: works(['morning', 'response', 'closing', 'help-desk']) })
    await assert.rejects(signed(tester, 'prod'), says(403, 'for-other-duties'))
    assert.deepEqual((await signed(approver, 'prod')).closed, ['sign-off-prod'])
  })

  await stage.step('C10 support stands by after the move, and the way back is closed at the end', async () => {
    await live('2026-12-14')
    await engineer.ask('checks.find', { move: moveOf(nord), check: 'old-address-unused', held: true, note: 'nobody came for a week' })
    await live('2026-12-21')
    assert.deepEqual(await stateOf('support-after', 'brief-help-desk', 'settle'), ['support-after done', 'brief-help-desk done', 'settle done'])
    assert.deepEqual((await planOf(nord)).tasks.filter(one => one.state === 'open').map(one => one.key), [])
    await lead.ask('moves.settle', { move: moveOf(nord), note: 'the way back is closed' })
    await stands('settled')
    await stage.settle()
    await contact.letter(/complete/)
  })

  await stage.step('C1 in the end each letter went out once, in its reader’s language, to the people whose duty it was', async () => {
    const tasks = new Map((await planOf(nord)).tasks.map(one => [one.id as string, one]))
    const wrong = (await stage.messages()).filter(one => one.event.startsWith('task-') && one.about !== null && tasks.get(one.about)?.party === 'customer').filter(one => {
      const duty = tasks.get(one.about ?? '')?.duty ?? ''
      return one.address !== team[duty]?.email && !(team[duty] === network && one.address === 'deputy@nordkasse.example')
    })
    assert.deepEqual(wrong.map(one => `${one.event} ${one.address} ${tasks.get(one.about ?? '')?.key ?? ''}`), [])
    assert.ok((await kitaContact.letters()).length > 0 && (await kitaContact.letters()).every(one => one.html.includes('<html lang="ja"')))
    const { letters, lines } = await stage.checkAtEnd(turnTo.map(one => one.email))
    assert.ok(letters > 60 && lines > 300, `${letters} letters, ${lines} lines`)
    t.diagnostic(`${letters} letters, ${lines} lines, 140 days in ${Math.round((performance.now() - began) / 1000)} s`)
  })
})
