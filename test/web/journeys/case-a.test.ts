import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { test } from 'node:test'
import { promisify } from 'node:util'
import pg from 'pg'
import type { Writers } from '#examples/orders/writers.ts'
import { type Agent, comeAs, openOldAddress, useShop } from '#test/journeys/cases/shop.ts'
import { until } from '#test/services/until.ts'
import { agentAdded, makesLogin, measuredBy, plansCall, saysGo, tasksOf, typesToConfirm } from './console.ts'
import { answer, done, fixesDate, invitation, keepsLogin, namesPeople, provesForLogin, readsItIsOver, signOff, tickAll } from './portal.ts'
import { useJourney } from './rig.ts'
import { imports, planMove, programme, turnsTo } from './setting-up.ts'

const vendor = { name: 'Kestrel Analytics', country: 'JP', zone: 'Asia/Tokyo', locale: 'en' } as const
const files = {
  Homes: 'name,kind,capacity,addressPattern\nthe old cloud,shared,4,https://{name}.cloud.example.com\nthe new cloud,dedicated,4,https://{name}.example.cloud\n',
  Customers: 'name,country,zone,locale\nNordlicht Outdoor GmbH,DE,Europe/Berlin,en\n',
  Contacts: 'customer,name,email,duties,phone,extension\nNordlicht Outdoor GmbH,Nordlicht contact,contact@nordlicht.example,point-of-contact approver billing,+49 40 0000 0100,12\n',
  Tenants: 'name,customer,home,environment\nnordlicht,Nordlicht Outdoor GmbH,the old cloud,prod\n',
} as const
const run = promisify(execFile)

test('case A by clicks: from the list of customers to the end of the old address', { timeout: 1_200_000 }, async t => {
  const stage = await useJourney(t, { start: '2026-09-28', vendor })
  const { admin } = stage
  const lead = await stage.operator('Kestrel lead', 'migration-lead', 'engineer', 'support', 'finance')
  const shop = await useShop(stage.scope, { tenant: 'nordlicht', origin: 'the old cloud', destination: 'the new cloud' })
  const reporting = shop.user('reporting')
  const contact = await stage.contact('contact@nordlicht.example')
  const [it, developer, user] = [await stage.contact('it@nordlicht.example'), await stage.contact('dev@nordlicht.example'), await stage.contact('user@nordlicht.example')]
  const { at, taskIs, doTask, found } = tasksOf(lead)
  const [seeing, agent, writing, old]: [{ stop?: () => Promise<void> }, { now?: Agent }, { now?: Writers }, { url?: string }] = [{}, {}, {}, {}]
  const measured = async (): Promise<void> => {
    await measuredBy(lead, at.move)
    await stage.settle()
  }

  await stage.step('A9 whom customers turn to is said once, in the settings', async () => {
    await turnsTo(admin, [['Project manager', 'Kestrel project office', 'projects@kestrel.example'], ['Support', 'Kestrel support', 'support@kestrel.example']])
  })

  await stage.step('A3 customers come in from CSV, the move is planned, and the first letter asks whether the address is right', async () => {
    await imports(lead, files)
    await programme(lead, 'To the new cloud', 'From one cloud to another')
    at.move = await planMove(lead, { programme: 'To the new cloud', tenant: 'nordlicht', to: 'the new cloud', t0: '2026-11-14' })
    await lead.sees('Nordlicht Outdoor GmbH', 'https://nordlicht.cloud.example.com', 'https://nordlicht.example.cloud')
    assert.match((await contact.follow(/confirm your e-mail/)).text, /Nordlicht contact/)
    await taskIs('Confirm your contact details', 'Done')
  })

  await stage.step('A7 the point of contact names IT, a developer and an end user on the phone, and each confirms the address', async () => {
    await namesPeople(contact, [['Nordlicht IT', it.email, /^IT /, /^Networking/], ['Nordlicht developer', developer.email, /^Developer/], ['Nordlicht user', user.email, /^End user/]])
    for (const one of [it, developer, user]) await one.follow(/confirm your e-mail/)
    await taskIs('Name the people who take part', 'Done')
  })

  await stage.step('A3 the call is planned in the console, and who is asked to it answers on the phone', async () => {
    await stage.passUntil('2026-09-30')
    await plansCall(lead, at.move, { which: 'Pre-move call', day: '2026-10-05', time: '09:00', link: 'https://meet.kestrel.example/nordlicht' })
    await lead.part('Calls').sees('Nordlicht IT: has not answered')
    await doTask('Schedule the pre-move call')
    await it.open('/calls')
    await it.sees('Mon, 5 Oct 2026, 09:00–09:45')
    await it.page.getByText('Yes', { exact: true }).click()
    await it.page.locator('input[value="accepted"]:checked').waitFor({ state: 'attached' })
    await lead.open(`/moves/${at.move}/calls`)
    await lead.part('Calls').sees('Nordlicht IT: comes')
  })

  await stage.step('A4 each answers the questions of their own duty, one at a time', async () => {
    await it.open('/questionnaire')
    for (const said of ['Yes', 'No', 'No', 'Yes']) await answer(it, said)
    await it.sees('Nothing is left to ask you')
    await developer.open('/questionnaire')
    for (const said of ['Yes', ['stock feed'], ['CRM'], 3]) await answer(developer, said)
    await developer.sees('Nothing is left to ask you')
    await contact.open('/questionnaire')
    await answer(contact, /^Our own IT|own/i)
    await contact.sees('Nothing is left to ask you')
  })

  await stage.step('A2 who still uses the old login is found on the old database, and stands in the portal', async () => {
    const comes = await comeAs(stage.scope, shop.origin, reporting, 'nightly report')
    seeing.stop = () => comes.stop()
    agent.now = shop.agent(stage.site, await agentAdded(lead, 'beside the homes'))
    await measured()
    await developer.open('/sightings')
    await developer.sees(`Give nightly report on 127.0.0.1 its new login instead of “${reporting}”.`)
  })

  await stage.step('A4 the plan has what applies, with its reason, and what was left out and why', async () => {
    await lead.open(`/moves/${at.move}/tasks`)
    await lead.part('Left out of the plan').sees('Exchange the VPN settings', 'Bring in your IT provider')
    const tasks = lead.part('Tasks')
    await tasks.sees('Exchange the single sign-on metadata', 'Prepare the integration CRM', 'Prepare the data connection stock feed', 'Allow the new addresses')
    await tasks.seesNo('Exchange the VPN settings', 'Bring in your IT provider')
    await lead.open(`/moves/${at.move}/profile`)
    await lead.part('What follows from it').sees(/^Because single sign-on is on\./, /Because the old address is written in 3 places/)
  })

  await stage.step('A6 the plan is agreed to, and a window is picked on the phone, in the customer’s zone and outside its no-go dates', async () => {
    await stage.passUntil('2026-10-05', '19:00')
    await doTask('Hold the pre-move call', { fields: { Notes: 'Everybody was there. No move around the trade fair.' } })
    await contact.task('Agree to your plan')
    await contact.tick('Yes')
    await contact.press('Send')
    await done(contact)
    await contact.open('/window')
    await contact.page.getByText('Days on which nothing may be touched').click()
    await contact.fill('First day', '2026-11-13')
    await contact.fill('Last day', '2026-11-14')
    await contact.fill('Why', 'Trade fair')
    await contact.press('Keep these days free of us')
    await contact.sees(/Trade fair/)
    await contact.fill('Day', '2026-11-14')
    await contact.sees('The day itself is not free:')
    assert.equal(await contact.page.getByRole('radio', { name: /(Fri, 13|Sat, 14) Nov 2026, 22/ }).count(), 0)
    await contact.tick(/Sun, 15 Nov 2026, 22:00/)
    await fixesDate(contact, /You commit to Sun, 15 Nov 2026, 22:00/)
    assert.match((await invitation(contact)).subject, /window|invitation|date|fixed|confirmed/i)
  })

  await stage.step('A6 the date is changed on the phone, and everything after it moves', async () => {
    await stage.passUntil('2026-10-08')
    await contact.open('/window')
    await contact.press('Choose another time')
    await contact.fill('Day', '2026-11-21')
    await contact.tick(/Sat, 21 Nov 2026, 22:00/)
    await contact.fill(/^Why it changes, as everyone will read it/, 'The network is worked on that Sunday.')
    await contact.press('Change to this date')
    await contact.dialog().press('Change to this date')
    await contact.dialog().gone()
    await contact.sees(/^Sat, 21 Nov 2026, 22:00/)
    await stage.settle()
    for (const one of [contact, it, developer, user]) assert.equal((await one.letters(/worked on that Sunday/)).length, 1, one.email)
    await lead.open(`/moves/${at.move}`)
    await lead.sees(/21 Nov 2026/)
  })

  await stage.step('A5 IT exchanges the metadata in the portal, and the probe that it runs says what is still blocked', async () => {
    await stage.passUntil('2026-10-19')
    await it.task('Exchange the single sign-on metadata')
    await it.fill(/^Identity provider metadata/, '<EntityDescriptor entityID="https://id.nordlicht.example"/>')
    await it.press('Send')
    await it.sees('This is missing.')
    await it.fill('Attribute that names the user', 'mail')
    await it.fill('Signing certificate expires on', '2028-01-31')
    await it.press('Send')
    await done(it)
    await doTask('Set up single sign-on in the new home')
    const [open, shut] = [createServer(socket => socket.end()), createServer(socket => socket.end())]
    stage.scope.after(async () => { open.close(); shut.close() })
    const [first, second] = [await listening(open), await listening(shut)]
    await new Promise(resolve => { shut.close(resolve) })
    await lead.open(`/moves/${at.move}/connections`)
    await lead.press('Change the list')
    await lead.dialog('Change the list').fill('Connections', `firewall 127.0.0.1 ${first} tcp the application\nfirewall 127.0.0.1 ${second} tcp the database\nsso 127.0.0.1 ${first} tcp the sign-in page`)
    await lead.dialog('Change the list').press('Keep')
    await lead.part('Connections').sees('the sign-in page')
    await it.open('/probe')
    await it.press('Make the command')
    const command = await it.page.locator('code[data-command]').innerText()
    assert.match((await run('sh', ['-c', command])).stdout, /2 passed, 1 blocked, 0 not tried\. Reported\./)
    await it.sees('3 connections: 2 open, 1 closed, 0 not tried.')
    await listening(shut, second)
    await run('sh', ['-c', command])
    await it.sees('3 connections: 3 open, 0 closed, 0 not tried.')
    await it.task('Test the new single sign-on')
    await it.fill(/^Anything we should know/, 'signed in as an ordinary user')
    await it.press('It is done')
    await done(it)
    await taskIs('Allow the new addresses', 'Done')
  })

  await stage.step('A2 the developer finds what points to the old home, and says whose each connection is', async () => {
    await developer.task('Scan your code and settings for the old home')
    await developer.press('It is done')
    await developer.sees('This is missing.')
    await developer.fill('The scanner\'s report', '3 places in 2 files')
    await developer.press('It is done')
    await done(developer)
    for (const title of ['Change the written-in addresses', 'Prepare the data connection stock feed']) {
      await developer.task(title)
      await developer.press('It is done')
      await done(developer)
    }
    await developer.task(/^Say whose connection this is: nightly report/)
    await developer.fill('What it is for', 'the nightly report')
    await developer.fill(/^Tables and rights it needs/, 'orders: read')
    await developer.tick('a login of its own')
    await developer.press('Send')
    await done(developer)
    await developer.task('Prepare the integration CRM')
    await developer.fill('Where it is set', 'its settings')
    await developer.fill('Who changes it on the day', 'we do')
    await developer.press('Send')
    await done(developer)
  })

  await stage.step('A2 new logins are made in the console, and each is shown once on the phone, after the code of the letter', async () => {
    const [master, reports] = [shop.user('nordlicht_master'), shop.user('nightly')]
    await makesLogin(lead, at.move, { name: 'master', user: master, to: 'Nordlicht contact' })
    await makesLogin(lead, at.move, { name: 'nightly report', user: reports, to: 'Nordlicht contact', reads: 'public.orders' })
    await doTask('Make the new database logins')
    await contact.open('/credentials')
    await contact.seesNo('Show it now, once')
    await provesForLogin(contact, /master/)
    const all = await keepsLogin(contact, /master/)
    await contact.sees(/It was shown to you/)
    assert.equal(all.user, master)
    assert.ok(!(await contact.letters()).some(({ text, html }) => `${text}${html}`.includes(all.password)), 'in no letter')
    const some = await keepsLogin(contact, /nightly report/)
    const session = new pg.Client({ ...some, application_name: 'nightly report' })
    await session.connect()
    try {
      assert.equal((await session.query('SELECT 1 FROM orders LIMIT 1')).rowCount, 0)
      await assert.rejects(session.query('SELECT 1 FROM people'), /permission denied/)
    } finally {
      await session.end()
    }
    await taskIs('Collect the new credentials', 'Done')
    await seeing.stop?.()
  })

  await stage.step('A6 the move is ordered and watched: it copies, follows, and every table is proven while people write', async () => {
    await stage.passUntil('2026-11-11')
    await found('Rehearse the move', 'a copy of it, verified row by row')
    await stage.passUntil('2026-11-16')
    await contact.task('Tell your users of the new address')
    await contact.press('It is done')
    await done(contact)
    writing.now = await shop.write()
    await lead.open(`/moves/${at.move}/room`)
    await lead.sees('Nobody has ordered this move yet.')
    await lead.press('Order the move')
    await lead.dialog().tick(/^The tables are there already: fill them/)
    // A busy machine is slower than a customer’s.
    await lead.dialog().fill('The freeze may last at most, seconds', '20')
    await lead.dialog().press('Order')
    await lead.sees('It waits for the approval of the cutover.')
    await lead.page.getByRole('listitem').filter({ hasText: 'Follow' }).and(lead.page.locator('[aria-current="step"]')).waitFor()
    await lead.page.getByRole('row', { name: /orders/ }).first().getByText('Verified, every row equal').waitFor()
  })

  await stage.step('A5 A6 a named person says go, with every condition met', async () => {
    await stage.passUntil('2026-11-18')
    await lead.open(`/moves/${at.move}/gates`)
    const gate = lead.part(/Go or no-go for the cutover/)
    await gate.sees('The move was rehearsed with this tenant’s own data', 'It takes at most')
    await gate.seesNo('Not met')
    await saysGo(lead, gate, 'Everything is ready.')
  })

  await stage.step('A6 in the window the move is switched within seconds, before everybody’s eyes, and the evidence holds', async () => {
    await stage.passUntil(Date.parse('2026-11-21T21:00:00Z'))
    await lead.open(`/moves/${at.move}/room`)
    await lead.press('Approve the cutover')
    await typesToConfirm(lead, 'nordlicht', 'Approve')
    await lead.page.getByText(/The freeze is over/).first().waitFor({ timeout: 90_000 })
    await lead.sees('The new home serves.')
    await until('people order in the new home', () => writing.now?.last?.home === shop.destination.name, { withinMs: 20_000 })
    await writing.now?.stop()
    assert.deepEqual(shop.freezes().map(one => [one.from, one.to, one.ms < 20_000]), [[shop.origin.name, shop.destination.name, true]])
    assert.deepEqual(await shop.wrong(shop.destination), [])
    await lead.part('', 'main').press('Evidence', 'link')
    await lead.sees('It holds. Nothing in it was changed since it was signed.')
    await taskIs('Cut over', 'Done')
  })

  await stage.step('A1 the old address leads on until its day, and the customer’s page says both', async () => {
    await contact.open()
    await contact.sees('https://nordlicht.cloud.example.com', 'https://nordlicht.example.cloud')
    const { url } = await openOldAddress(stage.scope, { site: stage.site, token: await agentAdded(lead, 'at the old address'), home: 'the old cloud', now: stage.now })
    old.url = url
    // No name server knows the old name here: that is where it leads.
    const [tenant] = (await lead.ask('tenants.list', {})).items
    await lead.ask('tenants.change', { tenant: tenant?.id as never, address: url })
    const comes = () => fetch(`${url}/orders/7?page=2&q=a%20b`, { redirect: 'manual' })
    await until('it leads on', async () => (await comes()).status === 308, { withinMs: 60_000, everyMs: 100 })
    assert.equal((await comes()).headers.get('location'), 'https://nordlicht.example.cloud/orders/7?page=2&q=a%20b')
    await stage.passUntil(stage.now() + 3_600_000)
    await taskIs('Redirect the old address', 'Done')
    assert.match((await contact.letter(/nordlicht has moved/)).text, /https:\/\/nordlicht\.cloud\.example\.com → https:\/\/nordlicht\.example\.cloud/)
  })

  await stage.step('A8 developer and end user test with their checklists on the phone, and the sign-off needs them', async () => {
    await stage.passUntil('2026-11-23')
    await developer.task('Test the integration CRM')
    await tickAll(developer)
    await developer.fill('A screenshot or a line of the log', 'log line 14')
    await developer.press('Send')
    await done(developer)
    await developer.task('Test the data connection stock feed')
    await tickAll(developer)
    await developer.press('Send')
    await done(developer)
    await user.task('Test the application')
    await tickAll(user)
    await user.press('Send')
    await done(user)
    await signOff(contact, /Move accepted/)
    await taskIs('Sign off the move', 'Open')
    await signOff(developer, /Integrations accepted/)
    await signOff(user, /Application accepted/)
    await taskIs('Sign off the move', 'Done')
  })

  await stage.step('A2 the old login is watched until it was quiet, and only then is the way back closed', async () => {
    await developer.open('/sightings')
    await developer.press(/^It is changed: nightly report/)
    await developer.sees('Nobody uses the old login any more.')
    await measured()
    await taskIs('Watch the old database login until nobody uses it', 'Open')
    await stage.passUntil('2026-12-01')
    await measured()
    await taskIs('Watch the old database login until nobody uses it', 'Done')
    await stage.passUntil('2026-12-04')
    await lead.open(`/moves/${at.move}/room`)
    await lead.press('Settle')
    await typesToConfirm(lead, 'nordlicht', 'Settle')
    await lead.sees('The move is over.')
    await agent.now?.stop()
    await doTask('Close the way back and retire the old copy')
    await readsItIsOver(contact)
  })

  await stage.step('A1 A4 the old address ends on its day, nothing is left to do, and the bill says what it cost', async () => {
    await stage.passUntil('2027-02-19', '12:00')
    await until('it has ended', async () => (await fetch(`${old.url}/orders`, { redirect: 'manual' })).status === 410, { withinMs: 60_000, everyMs: 100 })
    await stage.passUntil('2027-02-28')
    await taskIs('End the old address', 'Done')
    await lead.open(`/moves/${at.move}/tasks`)
    await lead.part('Tasks').sees('Nothing of this kind.')
    await lead.open(`/moves/${at.move}/billing`)
    const bill = lead.part('What is invoiced')
    await bill.sees('Nothing is to be invoiced.')
    await bill.press('Take down a change of the plan')
    await lead.dialog().fill('What changes', 'more room in the new cloud')
    await lead.dialog().fill('On the invoice, in the smallest unit', '40000')
    await lead.dialog().press('Add')
    await bill.line('more room in the new cloud').sees(/1 Apr 2027/, /40,000/)
    assert.deepEqual(stage.complaints(), [])
  })
})

const listening = async (server: Server, port = 0): Promise<number> => {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
