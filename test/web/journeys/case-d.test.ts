import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MoveId } from '#domain/programmes.ts'
import { useLicenceHomes } from '#test/journeys/cases/licence-homes.ts'
import { sheetOf } from '#test/journeys/licences/servers.ts'
import { until } from '#test/services/until.ts'
import { agentAdded, saysGo, tasksOf, typesToConfirm } from './console.ts'
import { fixesDate, namesPeople, readsItIsOver, signOff, tickAll } from './portal.ts'
import { useJourney } from './rig.ts'
import { imports, planMove, programme, turnsTo } from './setting-up.ts'

/** Case D from the first list to the end, by clicks and keys. The licence servers, their issuer, the agent and the people who sit on seats are real processes. */
const vendor = { name: 'Kestrel Simulation', country: 'DE', zone: 'Europe/Berlin', locale: 'en' } as const
const [oldMachine, newMachine, later] = ['the old machine', 'the new machine', 'solver 2027'] as const
const turnTo = [['Project manager', 'Kestrel project office', 'projects@kestrel.example'], ['Support', 'Kestrel support', 'support@kestrel.example']] as const
const files = {
  Homes: `name,kind,capacity\n${oldMachine},licence-host,1\n`,
  Customers: 'name,country,zone,locale\nTsurugi Works,JP,Asia/Tokyo,en\n',
  Contacts: 'customer,name,email,duties\nTsurugi Works,Front desk,contact@tsurugi.example,point-of-contact\n',
  Tenants: `name,customer,home,environment\ntsurugi,Tsurugi Works,${oldMachine},prod\n`,
} as const
const ports = 'Let applications reach the new machine'
const limit = 'One more than allowed is refused and says who holds the seats'
const profiles = ['house at the harbour', 'solver (night run)', '潮見 desk']
const patient = { withinMs: 60_000, everyMs: 100 }
/** What agents do takes as long as it takes. */
const agents = { timeout: 60_000 }

test('case D by clicks and keys: the licence server, to another machine', { timeout: 600_000 }, async t => {
  const journey = await useJourney(t, { start: '2026-10-12', vendor })
  const [lead, engineer] = [await journey.operator('Kestrel lead', 'migration-lead'), await journey.operator('Kestrel engineer', 'engineer')]
  const [contact, it, tester] = [await journey.contact('contact@tsurugi.example'), await journey.contact('it@tsurugi.example'), await journey.contact('test@tsurugi.example')]
  const { at, found } = tasksOf(engineer)
  // It takes a while to start; the first letters are read meanwhile.
  const starting = useLicenceHomes(journey.scope, { tenant: 'tsurugi', origin: oldMachine, destination: newMachine, later })

  await journey.step('the customer comes in from lists, the new machine is entered, the move is planned, and its first letter asks the contact whether it has arrived', async () => {
    await turnsTo(journey.admin, turnTo)
    await imports(lead, files)
    await lead.open('/homes')
    await lead.press('Add home')
    const form = lead.dialog('Add a home')
    await form.fill('Name', newMachine)
    await form.choose('Kind', 'Licence server')
    await form.press('Add home')
    await lead.part('Homes', 'grid').sees(newMachine)
    await programme(lead, 'To another machine', 'The licence server to another machine')
    at.move = await planMove(lead, { programme: 'To another machine', tenant: 'tsurugi', to: newMachine, t0: '2026-11-07' })
    await lead.sees('Tsurugi Works', `${oldMachine} → ${newMachine}`, 'The licence server to another machine')
    await contact.follow(/confirm your e-mail address/)
  })

  await journey.step('D2 D3 the contact names who runs the server; IT says which kinds of licences there are and who takes them, and the plan follows', async () => {
    await namesPeople(contact, [['IT desk', it.email, /^IT /, /^Networking /], ['Test desk', tester.email, /^Testing /, /^End user/]])
    await it.follow(/confirm your e-mail address/)
    await tester.follow(/confirm your e-mail address/)
    await it.open()
    await it.part('Wanted from you now').sees('Answer the questionnaire')
    await it.press('Open this task', 'link')
    await it.press('Open the questionnaire', 'link')
    await it.sees(/Which kinds of licences do you hold/)
    for (const kind of ['server', 'session', 'user']) {
      await it.fill('Name', kind)
      await it.page.keyboard.press('Enter')
    }
    await it.press('Answer')
    await it.sees(/Which applications take licences/)
    await it.fill('Name', 'flow solver')
    await it.press('Add')
    await it.press('Answer')
    await it.sees(/This comes into the plan: Point flow solver to the new machine/, /Do profiles have other names/)
    await it.tick('Yes')
    await it.press('Answer')
    await it.sees(/reach our activation service/)
    await it.tick('No')
    await it.press('Answer')
    await it.sees('Nothing is left to ask you', /This comes into the plan: Take the offline activation files along/)
  })

  await journey.step('D1 nothing is touched before the licences are written down and the customer has checked the record', async () => {
    await it.open('/licences')
    await it.sees(/Nothing is written down yet/)
    const homes = await starting
    homes.agent(journey.site, await agentAdded(engineer, 'beside both machines'))
    await engineer.open('/licences')
    const moves = engineer.part('To another machine', 'grid')
    await moves.sees('Tsurugi Works')
    await moves.at.focus()
    await engineer.page.keyboard.press('Enter')
    await engineer.sees('Nothing read yet', 'Not written down yet: nothing can be moved before it is.')
    await engineer.press('Write down')
    await engineer.dialog().sees(/Nothing is changed there/)
    await engineer.dialog().press('Write down')
    for (const line of [/House of tides.*server.*active.*not there.*At the old/, /Named desks.*user.*5.*active.*not there.*At the old/, /Solver sessions.*session.*4.*active.*not there.*At the old/]) await engineer.part(line, 'row').at.waitFor(agents)
    await engineer.sees(/^Written down$/)
    await it.task('Check the record')
    await it.press('Look at the record', 'link')
    await it.sees('3 licences', 'Solver sessions', 'Profile: solver (night run)', /^Session licence · 4 seats · without end · code •{8}\w{4}$/)
    await it.press('Show the codes')
    await it.sees(/Six digits are on their way/)
    await it.fill('The six digits', await it.digits())
    await it.press('Put them away')
    await it.task('Check the record')
    await it.tick('Yes')
    await it.fill('Name now', 'solver (night run)')
    await it.fill('Name on the new machine', later)
    await it.press('Send')
    await it.sees('Done')
    assert.deepEqual(await homes.places(), ['server active absent', 'session active absent', 'user active absent'])
  })

  await journey.step('D2 the customer picks a time in its own zone at which nobody calculates', async () => {
    await contact.task('Pick a time at which nobody calculates')
    await contact.press('Pick the date', 'link')
    await contact.at.getByLabel('Begins at').fill('09:00')
    await contact.tick(/Sat, 7 Nov 2026, 0?9:00/)
    await fixesDate(contact, /You commit to Sat, 7 Nov 2026/)
    await journey.settle()
    assert.match((await it.letter(/09:00|9:00/)).text, /Tokyo|Japan/)
  })

  await journey.step('D1 D4 go is refused while a firm condition is missing; the machine is prepared, both versions are read, and it is go', async () => {
    await journey.passUntil('2026-11-02')
    await lead.open('/moves')
    await lead.part('Moves', 'grid').at.focus()
    await lead.page.keyboard.press('Enter')
    await lead.press('Gates', 'link')
    await lead.part(/Go or no-go/).sees('Prepare the new machine', /cannot be overridden/)
    await lead.press('Go')
    await lead.dialog().fill('Note', 'it will do')
    await lead.dialog().press('Go')
    await lead.dialog().sees(/Prepare the new machine/)
    await lead.dialog().press('Cancel')
    await it.task('Prepare the new machine')
    await it.fill('Name of the new machine', 'lic-2')
    await it.fill('Machine node lock', '00:00:5e:00:53:01')
    await it.press('Send')
    await it.sees('Done')
    await it.task('Take the offline activation files along')
    await it.press('It is done')
    await it.sees('Done')
    await lead.open(`/moves/${at.move}/tasks`)
    await lead.part('Tasks').press(ports, 'link')
    await lead.dialog(ports).sees('What to do')
    await lead.dialog(ports).press('Waive')
    await lead.dialog('Waive').fill('Reason', 'Both machines are in one network.')
    await lead.dialog('Waive').press('Waive')
    await engineer.open('/licences')
    await engineer.part('To another machine', 'grid').at.focus()
    await engineer.page.keyboard.press('Enter')
    await engineer.press('Write down')
    await engineer.dialog().press('Write down')
    await engineer.sees(/lic-2/)
    await until('the versions were compared', async () => (await lead.ask('checks.read', { move: at.move as MoveId })).checks.some(one => one.check === 'versions-equal' && one.held), patient)
    await journey.passUntil('2026-11-05')
    await lead.open(`/moves/${at.move}/gates`)
    await saysGo(lead, lead, 'All 3 are recorded.')
    const homes = await starting
    assert.deepEqual([await homes.places(), (await sheetOf(homes.estate.old)).maintenance], [['server active absent', 'session active absent', 'user active absent'], null], 'nothing was touched')
  })

  await journey.step('D2 D3 D4 in the window every licence moves while people sit on their seats, and the page shows both servers side by side', async () => {
    const homes = await starting
    const people = await homes.work()
    await until('people sit', () => profiles.every(name => people.held(name) > 0), patient)
    await journey.passUntil(Date.parse('2026-11-07T00:05:00Z'))
    assert.equal((await it.letters(/return your seats/)).length, 1, 'on the day before')
    await engineer.open(`/licences/${at.move}`)
    for (const name of ['House of tides', 'Named desks', 'Solver sessions']) await engineer.part(new RegExp(`${name}.*inactive.*active.*At the new`), 'row').at.waitFor(agents)
    await engineer.sees(/^Moved$/, /Carried out by beside both machines/, /New seats were refused for/)
    await engineer.part(new RegExp(`solver \\(night run\\).*${later}.*there`), 'row').at.waitFor()
    assert.deepEqual([await homes.places(), people.thrownOut, people.tooMany], [['server inactive active', 'session inactive active', 'user inactive active'], [], []])
    await until('all have found the new server', () => people.isAllAt(homes.estate.new.url), patient)
    await people.end()
    await journey.settle()
    await it.follow(/The new licence server serves/)
    await it.open('/licences')
    await it.sees('On the new machine', `Profile: solver (night run), on the new machine ${later}`)
    await it.task('Point flow solver to the new machine')
    await it.press('It is done')
    await it.sees(/^Done$/)
  })

  await journey.step('D3 D4 what fails is not accepted; then tester and contact sign off, each on their phone', async () => {
    await journey.passUntil('2026-11-09')
    await tester.task('Test that seats are counted')
    await tickAll(tester)
    await tester.part(limit, 'radiogroup').tick('Does not work')
    await tester.press('Send')
    await tester.sees(/^These lines do not work: .*One more than allowed/)
    await tester.part(limit, 'radiogroup').tick('Works')
    await tester.press('Send')
    await tester.sees(/^Done$/)
    await signOff(tester, /Seats tested/)
    await contact.task('Sign off')
    await contact.press('Test and sign off', 'link')
    await contact.press('Accept')
    await contact.dialog().press('Accept')
    await contact.sees(/· Accepted$/)
  })

  await journey.step('D1 the old machine is retired by somebody who looked, the move is settled, and everybody reads so', async () => {
    await journey.passUntil('2026-11-24')
    await found('Retire the old machine', 'Nobody asked the old machine for a week.')
    await lead.open(`/licences/${at.move}`)
    await lead.press('Settle')
    await typesToConfirm(lead, 'Tsurugi Works', 'Settle')
    await lead.press('Open the move', 'link')
    await lead.sees('This move is over.')
    await contact.follow(/complete/)
    await readsItIsOver(contact)
    await journey.checkAtEnd(turnTo.map(([, , email]) => email))
  })

  assert.deepEqual(journey.complaints(), [])
})
