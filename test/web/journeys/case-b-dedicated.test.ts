import assert from 'node:assert/strict'
import { test } from 'node:test'
import { orderAt, useShop } from '#test/journeys/cases/shop.ts'
import { until } from '#test/services/until.ts'
import { agentAdded, measuredBy, saysGo, tasksOf, typesToConfirm } from './console.ts'
import { answer, done, fixesDate, readsItIsOver, signOff, tickAll } from './portal.ts'
import { useJourney } from './rig.ts'
import { imports, programme } from './setting-up.ts'

/** Case B’s other way, as far as it is another one: who is due a server of their own, what is offered to them, and the move between two homes of the vendor. Its data, the mover and the agent are real. */
const [shared, own] = ['the shared server', 'the dedicated server'] as const
const files = {
  Partners: 'name,locale\nMorgenrot Sales,en\n',
  Homes: `name,kind,capacity,addressPattern,licensedUsers\n${shared},shared,4,https://{name}.shared.example.com,\n${own},dedicated,1,https://{name}.own.example.com,120\n`,
  Customers: 'name,country,zone,locale,partner\nLerche Foods,DE,Europe/Berlin,en,Morgenrot Sales\nAmsel Farms,DE,Europe/Berlin,en,\n',
  Contacts: [
    'customer,partner,name,email,duties', ',Morgenrot Sales,Sales desk,seller@morgenrot.example,point-of-contact', 'Lerche Foods,,Lerche contact,contact@lerche.example,point-of-contact billing',
    'Lerche Foods,,Lerche IT,it@lerche.example,it', 'Lerche Foods,,Lerche user,user@lerche.example,end-user', '',
  ].join('\n'),
  Tenants: `name,customer,home,environment\nlerche,Lerche Foods,${shared},prod\namsel,Amsel Farms,${shared},prod\n`,
} as const
const offer = 'From the shared server to a dedicated one'

test('case B by clicks and keys: from the shared server to one of their own, which is due from the hundredth user on and free of charge', { timeout: 400_000 }, async t => {
  const stage = await useJourney(t, { start: '2026-10-05', vendor: { name: 'Kestrel Forms', country: 'JP', zone: 'Asia/Tokyo', locale: 'en' } })
  const [lead, finance] = [await stage.operator('Kestrel lead', 'migration-lead', 'engineer', 'support'), await stage.operator('Kestrel finance', 'finance')]
  const [contact, it, user, seller] = [await stage.contact('contact@lerche.example'), await stage.contact('it@lerche.example'), await stage.contact('user@lerche.example'), await stage.contact('seller@morgenrot.example')]
  const shop = await useShop(stage.scope, { tenant: 'lerche', origin: shared, destination: own })
  const { at, taskIs, doTask, found } = tasksOf(lead)
  const due = (who: typeof lead) => who.part('Due a server of their own', 'grid')

  await stage.step('B1 B2 nobody is due with 99 users; with a hundred one is, and finance reads that it costs nothing', async () => {
    await imports(lead, files)
    await programme(lead, 'To servers of their own', 'From the shared server to one of your own')
    await lead.page.keyboard.press('g')
    await lead.page.keyboard.press('f')
    await lead.sees(/^Nobody is due one now\./)
    await lead.choose('To', 'lerche')
    const offered = lead.part('What is offered')
    const counted = async (users: number): Promise<void> => {
      await offered.press('Enter the number of users')
      await lead.dialog().fill('Users', String(users))
      await lead.page.keyboard.press('Enter')
      await lead.dialog().gone()
    }
    await counted(99)
    await offered.sees('Too few users')
    await lead.sees(/^Nobody is due one now\./)
    await counted(100)
    await due(lead).part(/^Lerche Foods.*100.*the shared server.*Not planned yet/, 'row').at.waitFor()
    await finance.open('/offers')
    await due(finance).sees('Lerche Foods')
    await due(finance).at.focus()
    await finance.page.keyboard.press('Enter')
    await finance.line(offer).sees(/^Free of charge · from 100 users on$/, /^Due$/)
    await finance.seesNo('Plan the move')
  })

  await stage.step('B1 B2 B12 the offer becomes a move without a price: customer and partner are told, and nothing can be quoted', async () => {
    await lead.press(`Plan the move: ${offer}`)
    const form = lead.dialog('New move')
    await form.choose('Into', own)
    await form.fill('T-0 of its own', '2026-11-09')
    await form.press('Plan the move')
    await lead.page.waitForURL(/\/moves\/[0-9a-f-]{36}$/)
    at.move = lead.page.url().split('/').at(-1) ?? ''
    await lead.sees('Lerche Foods', 'https://lerche.shared.example.com', 'https://lerche.own.example.com')
    for (const who of [contact, seller]) await who.follow(/\/link\/verify-contact\//)
    await stage.passUntil('2026-10-09', '20:00')
    for (const who of [contact, seller]) assert.match((await who.letter(/A server of your own is due/)).text, /a dedicated\s+server is included/)
    await finance.open(`/quotes/new?move=${at.move}`)
    await finance.page.getByLabel('Begins (Asia/Tokyo)').fill('2026-11-09T22:00')
    await finance.sees(/^This move is included in the offer .*there is nothing to quote\./)
    await lead.open(`/moves/${at.move}/tasks`)
    await lead.part('Tasks').sees('Tell the customer that a dedicated server is due')
    await lead.part('Tasks').seesNo('Agree on the price below 100 users')
    await doTask('Tell the customer that a dedicated server is due')
  })

  await stage.step('B5 B6 B11 the customer accepts by the contact on file, its answers and a date; an agent counts, and the change of the plan is taken down', async () => {
    await contact.task('Give the contact for this move')
    await contact.fill('Phone', '+49 40 0000 0100')
    await contact.fill('Extension', '12')
    await contact.press('Send')
    await done(contact)
    await contact.open('/questionnaire')
    await answer(contact, 'a partner')
    await it.open('/questionnaire')
    await answer(it, [])
    await answer(it, 'No')
    await finance.open(`/moves/${at.move}/profile`)
    await finance.line(/^Users that the dedicated server is licensed for/).press(/^(Answer|Change)$/)
    await finance.dialog().fill('Users that the dedicated server is licensed for', '120')
    await finance.dialog().press('Answer')
    await finance.dialog().gone()
    shop.agent(stage.site, await agentAdded(lead, 'beside the homes'))
    await measuredBy(lead, at.move)
    // No file server stands here that an agent beside it could measure.
    await lead.open(`/moves/${at.move}/profile`)
    await lead.line(/^Files on the file server in GB/).press('Say it by hand')
    await lead.dialog().fill('Files on the file server in GB', '0')
    await lead.dialog().press('Say it by hand')
    await lead.dialog().gone()
    await contact.open('/window')
    await contact.fill('Day', '2026-11-09')
    await contact.page.getByLabel('Begins at').fill('14:00')
    await contact.tick(/Mon, 9 Nov 2026, 14:00/)
    await fixesDate(contact, /You commit to Mon, 9 Nov 2026, 14:00/)
    await finance.open(`/moves/${at.move}/billing`)
    await finance.press('Take down a change of the plan')
    await finance.dialog().fill('What changes', 'to the plan with a dedicated server')
    await finance.dialog().press('Add')
    await finance.part('What is invoiced').sees('to the plan with a dedicated server')
    await taskIs('Change the subscription plan', 'Done')
  })

  await stage.step('B12 the new server is ready, the move rehearsed, and a named person says go', async () => {
    await stage.passUntil('2026-11-02')
    await found('Set up the dedicated server', '12.4 on both')
    await found('Rehearse the move', 'this tenant alone, and no row of another')
    await stage.passUntil('2026-11-07')
    await lead.open(`/moves/${at.move}/gates`)
    await saysGo(lead, lead.part(/Go or no-go for the cutover/), 'Ready.')
    await lead.open(`/moves/${at.move}/room`)
    await lead.press('Order the move')
    await lead.dialog().tick(/^The tables are there already/)
    // A busy machine is slower than a customer’s.
    await lead.dialog().fill('The freeze may last at most, seconds', '20')
    await lead.dialog().press('Order')
    await lead.sees('It waits for the approval of the cutover.')
  })

  await stage.step('B12 B13 it moves while people order, the shared server takes this tenant no more, and customer and partner read that it is done', async () => {
    await stage.passUntil(Date.parse('2026-11-09T13:00:00Z'))
    const writing = await shop.write()
    await until('people order', () => writing.last?.home === shared, { withinMs: 30_000 })
    await lead.open(`/moves/${at.move}/room`)
    await lead.press('Approve the cutover')
    await typesToConfirm(lead, 'lerche', 'Approve')
    await lead.sees('The new home serves.')
    await until('people order on the dedicated server', () => writing.last?.home === own, { withinMs: 30_000 })
    await writing.stop()
    assert.deepEqual([shop.freezes().map(one => [one.from, one.to]), await shop.wrong(shop.destination)], [[[shared, own]], []])
    assert.deepEqual([(await orderAt(shop.origin.product)).status, (await orderAt(shop.url)).status], [503, 200])
    await contact.open()
    await contact.sees('https://lerche.own.example.com')
    await stage.settle()
    assert.match((await contact.letter(/lerche has moved/)).text, /https:\/\/lerche\.own\.example\.com/)
    assert.match((await seller.letter(/finished/)).text, /Lerche Foods/)
  })

  await stage.step('B12 user and contact sign off, the way back is closed, and nobody is due any more', async () => {
    await stage.passUntil('2026-11-12')
    await user.task('Test on the dedicated server')
    await tickAll(user)
    await user.press('Send')
    await done(user)
    await signOff(user, /Tested by an end user/)
    await signOff(contact, /Move accepted/)
    await stage.passUntil('2026-11-24')
    await lead.open(`/moves/${at.move}/room`)
    await lead.press('Settle')
    await typesToConfirm(lead, 'lerche', 'Settle')
    await lead.sees('The move is over.')
    await readsItIsOver(contact)
    await finance.open('/offers')
    await finance.sees(/^Nobody is due one now\./)
    await finance.choose('To', 'lerche')
    await finance.part('What is offered').sees(`${own} (Dedicated)`, 'From the cloud to your own server')
    await finance.seesNo(offer)
    await finance.open(`/moves/${at.move}/billing`)
    await finance.part('What is invoiced').sees('to the plan with a dedicated server')
    await finance.part('What is invoiced').seesNo('The move')
    assert.deepEqual(stage.complaints(), [])
  })
})
