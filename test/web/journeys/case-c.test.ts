import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { useShop } from '#test/journeys/cases/shop.ts'
import { until } from '#test/services/until.ts'
import { agentAdded, measuredBy, plansCall, saysGo, tasksOf, typesToConfirm } from './console.ts'
import { doesAll, vendorDoesAll } from './doing.ts'
import { answer, fixesDate, namesPeople, readsItIsOver, signOff } from './portal.ts'
import { useJourney } from './rig.ts'
import { imports, planMove, programme, turnsTo } from './setting-up.ts'

/** Case C from the first list to the end, by clicks and keys: three customers, of which one is gone along with to its sign-off. Its data, the mover and the probe are real. */
const vendor = { name: 'Kestrel Health', country: 'US', zone: 'America/New_York', locale: 'en' } as const
const turnTo = [['Project manager', 'Kestrel project office', 'projects@kestrel.example'], ['Support', 'Kestrel support', 'support@kestrel.example'], ['Customer success', 'Kestrel customer success', 'success@kestrel.example']] as const
const [nord, kita, sierra] = ['Nordkasse', 'Kita Kenpo', 'Sierra Care'] as const
const files = {
  Homes: 'name,kind,capacity,addressPattern\nthe data centre,shared,9,https://{name}.dc.example.com\nthe new cloud,dedicated,1,https://{name}.example.cloud\n',
  Customers: `name,country,zone,locale\n${nord},DE,Europe/Berlin,en\n${kita},JP,Asia/Tokyo,ja\n${sierra},US-CA,America/Los_Angeles,en\n`,
  Contacts: `customer,name,email,duties\n${nord},Nordkasse contact,contact@nordkasse.example,point-of-contact\n${kita},北健保 窓口,contact@kita.example,point-of-contact approver\n${sierra},Sierra contact,contact@sierra.example,point-of-contact\n`,
  Tenants: `name,customer,home,environment\nnordkasse,${nord},the data centre,prod\nkita,${kita},the data centre,prod\nsierra,${sierra},the data centre,prod\n`,
} as const
const move = { programme: 'To the new cloud', to: 'the new cloud' } as const
const asPublished = 'Can a cutover wait for the closing of the books?'
const faq = 'Read the FAQ and ask what is missing'
const run = promisify(execFile)

test('case C by clicks and keys: ninety days, in waves', { timeout: 900_000 }, async t => {
  const journey = await useJourney(t, { start: '2026-08-03', vendor, playbooks: [join(import.meta.dirname, '../../control/playbooks')] })
  const lead = await journey.operator('Kestrel lead', 'migration-lead', 'engineer', 'support')
  const at = (name: string) => journey.contact(`${name}@nordkasse.example`)
  const [contact, board, network, tester] = [await at('contact'), await at('board'), await at('network'), await at('test')]
  const [kitaContact, sierraContact] = [await journey.contact('contact@kita.example'), await journey.contact('contact@sierra.example')]
  const { at: here, found, taskIs } = tasksOf(lead)
  const page = (part = ''): string => `/moves/${here.move}${part}`
  /** Everybody of the customer does what can be done now. */
  const everybody = async (day: string, ...except: readonly string[]): Promise<string[]> => {
    const done: string[] = []
    for (let again = true; again;) {
      again = false
      for (const who of [contact, board, network, tester]) { const some = await doesAll(who, day, ...except); done.push(...some); again ||= some.length > 0 }
    }
    return done
  }
  const server = async (port = 0) => {
    const one = createServer(socket => { socket.on('error', () => { /* the probe has gone */ }).end('hello\n') }).listen(port, '127.0.0.1')
    await once(one, 'listening')
    journey.scope.after(async () => { one.close() })
    return { port: (one.address() as AddressInfo).port, one }
  }
  const ports = { open: 0, shut: 0 }
  const shop = await useShop(journey.scope, { tenant: 'nordkasse', origin: 'the data centre', destination: 'the new cloud' })

  await journey.step('C10 a programme is made from a playbook with a version; one that is deprecated names its successor, and is not offered', async () => {
    await turnsTo(journey.admin, turnTo)
    await lead.open('/playbooks')
    await lead.line('Ninety days in waves').sees('In force')
    await lead.sees(/^Deprecated: small$/)
    await imports(lead, files)
    await programme(lead, 'To the new cloud', 'Ninety days in waves')
    const [first] = [await planMove(lead, { ...move, tenant: 'nordkasse' }), await planMove(lead, { ...move, tenant: 'kita' }), await planMove(lead, { ...move, tenant: 'sierra' })]
    here.move = first
    for (const who of [contact, kitaContact, sierraContact]) await who.follow(/\/link\/verify-contact\//)
  })

  await journey.step('C8 one customer is placed by keys, another says on which days it cannot, and the planner’s suggestion says why each goes where it goes', async () => {
    await kitaContact.open('/window')
    await kitaContact.page.getByText('作業を避けたい日', { exact: true }).click()
    await kitaContact.page.getByLabel('開始日').fill('2026-11-01')
    await kitaContact.page.getByLabel('終了日').fill('2026-11-15')
    await kitaContact.fill('理由', '決算')
    await kitaContact.press('この期間を登録する')
    await kitaContact.sees(/決算/)
    await lead.open('/waves')
    const grid = lead.part('Customers and dates', 'grid')
    await grid.sees(nord)
    await grid.at.focus()
    while (!await grid.at.locator('[aria-selected="true"]').getByText(nord).isVisible()) await lead.page.keyboard.press('j')
    const said = lead.page.getByRole('status').filter({ hasText: 'Nordkasse: you would put it on' })
    for (let weeks = 0; weeks < 20 && !/Sat, 7 Nov 2026/.test(await said.count() === 0 ? '' : await said.innerText()); weeks++) await lead.page.keyboard.press('ArrowRight')
    await lead.page.keyboard.press('Enter')
    const place = lead.dialog('Put Nordkasse on Sat, 7 Nov 2026')
    await place.tick(/As a word to the planner/)
    await place.press('Put')
    await place.at.waitFor({ state: 'detached' })
    await lead.sees(/Nordkasse stays on Sat, 7 Nov 2026/)
    await lead.page.keyboard.press('p')
    const asks = lead.dialog()
    for (const [name, value] of [['Not before', '2026-11-07'], ['Not after', '2026-11-29']] as const) await asks.at.getByLabel(name).fill(value)
    await asks.fill('Days that a date takes', '1')
    await asks.press('Ask')
    await journey.settle()
    await lead.sees('No better plan exists', '3 of 3 moves would go elsewhere')
    await lead.part('What would change', 'grid').at.focus()
    const why = lead.page.getByRole('heading', { name: /^Why .* goes there$/ })
    for (let n = 0; n < 3; n++) {
      await lead.page.keyboard.press('Enter')
      await why.waitFor()
      if (await why.getByText(kita).isVisible()) break
      await lead.page.keyboard.press('j')
    }
    await lead.sees('Why Kita Kenpo goes there', /no-go dates of Kita Kenpo/)
    await lead.press('Accept all')
    await lead.dialog().sees(/3 moves get the days and waves of this plan/)
    await lead.dialog().press('Accept all')
    await lead.sees(/^Accepted/)
  })

  await journey.step('C8 two customers are put off until spring, both at once, and each is told in its language', async () => {
    await lead.open('/moves')
    await lead.tick(`Choose ${kita}`, `Choose ${sierra}`)
    await lead.press('Give a T-0')
    await lead.dialog().at.getByLabel('T-0, the day of the cutover').fill('2027-03-06')
    await lead.dialog().press('Do it for 2 moves')
    await lead.dialog().sees('Done for 2 of 2 moves.')
    await lead.dialog().press('Close')
    await journey.passUntil(journey.now() + 30 * 60_000)
    await kitaContact.letter(/移行計画の変更/)
    await sierraContact.letter(/Your plan has changed/)
    await lead.open(page())
    await lead.sees('T-96', /Sat, 7 Nov 2026/, ...['Initial communication', 'Readiness', 'Planning', 'Build', 'Infrastructure test', 'Cutover and testing begin'].map(name => new RegExp(`^T-\\d+ ${name}$`)))
  })

  await journey.step('C5 the point of contact names a person for every duty; who is away is known, day by day', async () => {
    await namesPeople(contact, [['Nordkasse board', board.email, /^Approver /, /^Change management /], ['Nordkasse network', network.email, /^IT /, /^Networking /, /^Security /, /^Developer /], ['Nordkasse test', tester.email, /^Testing /]])
    for (const who of [board, network, tester]) await who.follow(/\/link\/verify-contact\//)
    await taskIs('Name a contact for each duty', 'Done')
    await network.open('/calls')
    await network.page.getByText('Your days here and away', { exact: true }).click()
    await network.page.getByLabel('First day').fill('2026-11-02')
    await network.page.getByLabel('Last day').fill('2026-11-13')
    await network.press('Keep')
    await network.sees(/away/)
    await contact.open('/calls')
    await contact.page.getByText('Your days here and away', { exact: true }).click()
    await contact.sees(/^Nobody is there for Networking: /)
  })

  await journey.step('C2 everybody is invited to the kick-off with its agenda, and risks are written down early', async () => {
    await plansCall(lead, here.move, { which: 'Kick-off call', day: '2026-08-14', time: '10:00', link: 'https://meet.kestrel.example/nordkasse' })
    await lead.part('Calls').sees(/Nordkasse network: has not answered/)
    await journey.settle()
    for (const who of [contact, board, network, tester]) assert.ok((await who.letter(/Kick-off call/)).attachments.some(one => one.type.startsWith('text/calendar')))
    await network.open('/calls')
    await network.sees('Fri, 14 Aug 2026, 10:00–11:00')
    await network.page.getByText('Agenda').first().click()
    await network.sees('How the ninety days go - process and milestones')
    await lead.open(page('/risks'))
    await lead.press('Add a risk')
    await lead.dialog().fill('What could go wrong', 'Open enrolment begins on 1 November')
    await lead.dialog().choose('How bad', 'High')
    await lead.dialog().press('Keep')
    await lead.sees('Open enrolment begins on 1 November')
  })

  await journey.step('C1 C7 what is due at T-90 is done, but for one task: it rises level by level, and stands on the page', async () => {
    await journey.passUntil('2026-08-11')
    await vendorDoesAll(lead, here.move)
    const done = await everybody('2026-09-10', faq)
    await vendorDoesAll(lead, here.move)
    done.push(...await everybody('2026-09-10', faq))
    for (const title of ['Read the announcement and tell your organisation', 'Take part in the kick-off call', 'Confirm that your people are available throughout', 'Record the risks that you see', 'Confirm the escalation path', 'Commit to the date']) assert.ok(done.includes(title), `${title}: done are ${done.join(', ')}`)
    await journey.passUntil('2026-09-02')
    await taskIs(faq, 'Late')
    assert.match((await lead.letter(/escalation, level 3/)).text, /days late/)
    await board.letter(/escalation, level 2/)
    await lead.open(page('/messages'))
    await lead.sees(/Escalation/)
  })

  await journey.step('C3 a question is asked on the phone, answered in the console, and published to other customers without who asked', async () => {
    await contact.open('/faq')
    await contact.sees('May invitations be forwarded?')
    await contact.fill('Your question', 'Nordkasse closes its books on 30 November: can production wait a day?')
    await contact.press('Send')
    await contact.sees(/It is with us/, 'No answer yet')
    await lead.open('/questions')
    await lead.sees(/Nordkasse contact, Nordkasse/)
    await lead.press('Answer')
    await lead.dialog('Answer').at.getByRole('textbox').fill('Yes: the window is picked with you.')
    await lead.dialog('Answer').press('Answer')
    await lead.press('Publish')
    await lead.dialog('Publish').at.getByRole('textbox').fill(asPublished)
    await lead.dialog('Publish').press('Publish')
    await lead.sees(/^Published$/)
    await contact.follow(/can production wait a day/)
    await contact.open('/faq')
    await contact.sees('Yes: the window is picked with you.')
    await sierraContact.open('/faq')
    await sierraContact.sees(asPublished)
    await sierraContact.seesNo(/Nordkasse/)
    await doesAll(contact, '2026-09-10')
    await taskIs(faq, 'Done')
  })

  await journey.step('C4 C6 each answers the questions of their duty, the environment is measured, and the plan follows', async () => {
    await network.open('/questionnaire')
    for (const said of [2, 'Yes', 'No', 'No', 'No', []]) await answer(network, said)
    await network.sees('Nothing is left to ask you')
    await contact.open('/questionnaire')
    await answer(contact, ['Clearing house'])
    await board.open('/questionnaire')
    for (const said of ['Yes', 10]) await answer(board, said)
    await lead.open(page('/tasks'))
    await lead.sees('Left out of the plan', 'Inform Clearing house of the dates', 'Order the firewall changes')
    const token = await agentAdded(lead, 'in the data centre')
    shop.agent(journey.site, token)
    await measuredBy(lead, here.move)
    await journey.settle()
    await taskIs('Measure the environments', 'Done')
  })

  await journey.step('C3 C5 C6 before the readiness review everything of T-60 is done, and the third party is told', async () => {
    await everybody('2026-10-10')
    await lead.open(page('/integrations'))
    await lead.press('Add an integration')
    await lead.dialog().fill('Name', 'Clearing house')
    await lead.dialog().fill('Whom to write to there', 'desk@clearing.example')
    await lead.dialog().press('Keep')
    await lead.press('Change')
    await lead.dialog().fill('What they do at the cutover', 'They point their queue to the new name on the day.')
    await lead.dialog().tick('They were told the dates')
    await lead.dialog().press('Keep')
    await lead.sees(/Told on/)
    await journey.passUntil('2026-09-14')
    await lead.open(page('/gates'))
    const gate = lead.part(/Ready to plan/)
    await gate.seesNo('Not met')
    await saysGo(lead, gate)
  })

  await journey.step('C4 the exact rules are written in the console, and read on the phone as a list and as CSV', async () => {
    const shut = await server()
    ports.open = (await server()).port
    ports.shut = shut.port
    await new Promise(resolve => shut.one.close(resolve))
    await lead.open(page('/connections'))
    await lead.press('Change the list')
    await lead.dialog('Change the list').fill('Connections', `firewall 127.0.0.1 ${ports.open} tcp production: the application\nfirewall 127.0.0.1 ${ports.shut} tcp non-production: file transfer`)
    await lead.dialog('Change the list').press('Keep')
    await lead.part('Connections').sees('non-production: file transfer')
    await network.open('/rules')
    await network.sees(/production: the application/)
    const fetched = network.page.waitForEvent('download')
    await network.press('Download as CSV', 'link')
    assert.match((await (await (await fetched).createReadStream()).setEncoding('utf8').toArray()).join(''), new RegExp(`firewall,tcp,127\\.0\\.0\\.1,${ports.open},production: the application,not-tried`))
  })

  await journey.step('C8 the contact picks the window in its own zone, and everybody is invited', async () => {
    await contact.open('/window')
    await contact.page.getByLabel('Begins at').fill('05:00')
    await contact.tick(/Sat, 7 Nov 2026, 0?5:00/)
    await fixesDate(contact, /You commit to Sat, 7 Nov 2026, 0?5:00/)
    await journey.settle()
    for (const who of [contact, board, network, tester]) assert.ok((await who.letters()).some(one => /window|date/.test(one.subject) && one.attachments.some(({ type }) => type.startsWith('text/calendar'))), `${who.email} is invited`)
    await journey.passUntil('2026-10-08')
    await vendorDoesAll(lead, here.move)
    await everybody('2026-10-20')
    await vendorDoesAll(lead, here.move)
    await journey.settle()
    await taskIs('Approve the cutover plan and the windows', 'Done')
  })

  await journey.step('C1 C4 at T-12 the copy begins, and the probe that the customer runs says what is still blocked', async () => {
    await journey.passUntil('2026-10-26')
    await everybody('2026-10-26')
    await lead.open(page('/room'))
    await lead.press('Order the move')
    await lead.dialog().tick(/^The tables are there already/)
    await lead.dialog().press('Order')
    await lead.sees('It waits for the approval of the cutover.')
    await network.open('/probe')
    await network.press('Make the command')
    const command = await network.page.locator('code[data-command]').innerText()
    assert.match((await run('sh', ['-c', command])).stdout, /1 passed, 1 blocked/)
    await network.sees('2 connections: 1 open, 1 closed, 0 not tried.')
    await server(ports.shut)
    await run('sh', ['-c', command])
    await network.sees('2 connections: 2 open, 0 closed, 0 not tried.')
    await taskIs('Run the probe from your side', 'Done')
    await everybody('2026-10-30')
  })

  await journey.step('C8 the call of the wave is in calendars; its gate is refused while a firm condition is missing, and decided once all are met', async () => {
    await plansCall(lead, here.move, { which: 'Go or no-go call of the wave', day: '2026-11-02', time: '15:00' })
    await lead.open(page('/gates'))
    const gate = lead.part(/Go or no-go of the wave/)
    await gate.press('Go')
    await lead.dialog().fill('Note', 'it will do')
    await lead.dialog().press('Go')
    await lead.dialog().sees(/rehearsed/)
    await lead.dialog().press('Cancel')
    await found('Rehearse the cutover', 'a copy, verified row by row')
    await journey.passUntil('2026-11-02')
    assert.match((await board.letter(/Go or no-go call of the wave/)).subject, /Go or no-go/)
    await vendorDoesAll(lead, here.move)
    await everybody('2026-11-05')
    await lead.open(page('/gates'))
    await gate.seesNo('Not met')
    await saysGo(lead, gate, 'Every condition is met.')
    await journey.settle()
    for (const who of [contact, board, network, tester]) await who.letter(/Every condition is met/)
  })

  await journey.step('C9 on the day of the wave the data is switched within seconds before the lead’s eyes, with evidence that holds', async () => {
    await journey.passUntil(Date.parse('2026-11-07T04:00:00Z'))
    await everybody('2026-11-07')
    const writing = await shop.write()
    await until('people order', () => writing.last !== undefined, { withinMs: 30_000 })
    await lead.open(page('/room'))
    await lead.press('Approve the cutover')
    await typesToConfirm(lead, 'nordkasse', 'Approve')
    await lead.sees(/The new home serves\./)
    await until('people order in the new home', () => writing.last?.home === shop.destination.name, { withinMs: 30_000 })
    await writing.stop()
    assert.deepEqual([shop.freezes().map(one => [one.from, one.to]), await shop.wrong(shop.destination)], [[[shop.origin.name, shop.destination.name]], []])
    await lead.part('', 'main').press('Evidence', 'link')
    await lead.sees('It holds. Nothing in it was changed since it was signed.')
    await taskIs('Cut over non-production', 'Done')
    await taskIs('Cut over pre-production', 'Waits for something else')
  })

  await journey.step('C9 non-production is tested on the phone; pre-production is refused before it is signed off', async () => {
    await lead.open(page('/gates'))
    await lead.part(/Pre-production may start/).press('Go')
    await lead.dialog().fill('Note', 'two weeks early')
    await lead.dialog().press('Go')
    await lead.dialog().sees(/Non-production/)
    await lead.dialog().press('Cancel')
    await doesAll(tester, '2026-11-07')
    await signOff(tester, /Non-production tested/)
    await signOff(contact, /Non-production accepted/)
    await journey.passUntil('2026-11-21')
    await lead.open(page('/gates'))
    await saysGo(lead, lead.part(/Pre-production may start/))
    await taskIs('Cut over pre-production', 'Done')
  })

  await journey.step('C6 C9 the approver opens production on the phone, once pre-production is signed off and the third party is ready', async () => {
    await doesAll(tester, '2026-11-21')
    await signOff(tester, /Pre-production tested/)
    await signOff(contact, /Pre-production accepted/)
    await journey.passUntil('2026-11-28')
    await board.open()
    await board.part(/^Yours to decide: Production may start/).press('See the conditions, and decide', 'link')
    const gate = board.part('Production may start')
    await gate.press('Go')
    await board.dialog().press('Go')
    await board.dialog().sees(/third part/i)
    await board.dialog().press('Cancel')
    await lead.open(page('/integrations'))
    await lead.press('Change')
    await lead.dialog().choose('How far it is', 'Ready')
    await lead.dialog().press('Keep')
    await lead.sees(/^Ready$/)
    await gate.press('Go')
    await board.dialog().press('Go')
    await gate.sees(/Go by Nordkasse board/)
    await taskIs('Cut over production', 'Done')
  })

  await journey.step('C9 C10 production is accepted by those who must, support stands by, and the way back is closed at the end', async () => {
    await journey.passUntil('2026-12-05')
    await everybody('2026-12-05')
    await signOff(tester, /Production tested/)
    await signOff(board, /Production accepted/)
    await journey.passUntil('2026-12-19')
    await everybody('2026-12-19')
    await vendorDoesAll(lead, here.move)
    await found('Close the way back and retire the old home', 'nobody came for a week')
    await lead.open(page('/tasks'))
    await lead.part('Tasks').sees('Nothing of this kind.')
    await lead.open(page('/room'))
    await lead.press('Settle')
    await typesToConfirm(lead, 'nordkasse', 'Settle')
    await lead.sees('The move is over.')
    await contact.follow(/complete/)
    await readsItIsOver(contact)
    await journey.checkAtEnd(turnTo.map(([, , email]) => email))
  })

  assert.deepEqual(journey.complaints(), [])
})
