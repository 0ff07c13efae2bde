import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { type Faces, type PageOptions, type Seen, useBrowser, useFaces } from '#test/services/browser.ts'
import type { ContactId } from '#domain/parties.ts'
import { axeFinds } from './axe.ts'
import { usePortal } from './portal.ts'

const wait = { timeout: 20_000 }
const phone = { width: 360, height: 740, isPhone: true } as const

/** A page whose clock stands where control's does. */
const opened = async (faces: Faces, contact: ContactId, path: string, options: PageOptions = {}): Promise<Seen> => {
  const seen = await faces.open({ contact }, '/portal/none', options)
  await seen.page.clock.setFixedTime(faces.clock.now())
  await seen.page.goto(`${faces.site}/portal${path}`)
  return seen
}
const overflow = (page: Page): Promise<number> => page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
/** To what can be reached by Tab, and Enter on it. */
const pressOn = async (page: Page, name: string | RegExp, role: 'link' | 'button' = 'button'): Promise<void> => {
  const wanted = page.getByRole(role, { name }).first()
  await wanted.waitFor(wait)
  for (let n = 0; n < 80; n++) {
    await page.keyboard.press('Tab')
    if (await wanted.and(page.locator(':focus')).count() === 1) return await page.keyboard.press('Enter')
  }
  assert.fail(`${String(name)} cannot be reached by Tab`)
}

test('a customer’s person learns on a phone what is wanted, when and why, and does it by keyboard and in Japanese', { timeout: 300_000 }, async t => {
  const faces = await useFaces(t, await useBrowser(t))
  const portal = await usePortal(faces)
  const aozora = await usePortal(faces, { locale: 'ja' })
  const complaints: string[][] = []
  const look = async (contact: ContactId, path: string, options: PageOptions = {}): Promise<Page> => {
    const seen = await opened(faces, contact, path, options)
    complaints.push(seen.complaints)
    return seen.page
  }

  await t.test('the next thing wanted stands first, with who asks, by when and what happens if not; the people to turn to are on every page (A9)', async () => {
    const page = await look(portal.contact, '/', phone)
    await page.getByRole('heading', { name: 'The move of nordlicht' }).waitFor(wait)
    const next = page.getByRole('region', { name: 'Wanted from you now' })
    await next.getByText('Confirm your contact details').waitFor(wait)
    await next.getByText(/If it is not done, “Go or no-go/).waitFor(wait)
    assert.match(await next.innerText(), /by\s+Wed, 9 Dec 2026\s+\(in 37 days\)[^]*Asked by Moves desk\./)
    await page.getByText('https://nordlicht.example.cloud', { exact: true }).waitFor(wait)
    await page.getByText('The master login of the application database gets a new user name and a new password.').waitFor(wait)
    for (const path of ['/', '/tasks', '/window', '/faq', '/people', '/calls', '/questionnaire', '/rules', '/more']) {
      await page.goto(`${faces.site}/portal${path}`)
      await page.getByRole('complementary', { name: 'People to turn to' }).getByRole('link', { name: 'Support desk, support@kestrel.example' }).waitFor(wait)
      await page.getByRole('status').filter({ hasText: 'Loading' }).first().waitFor({ state: 'detached', ...wait })
      assert.ok(await overflow(page) <= 0, `${path} is wider than the phone`)
      assert.deepEqual(await axeFinds(page), [], path)
      if (!['/', '/tasks', '/window'].includes(path)) continue
      await page.emulateMedia({ colorScheme: 'dark' })
      assert.deepEqual(await axeFinds(page), [], `${path} in the dark`)
      await page.emulateMedia({ colorScheme: 'light' })
    }
  })

  await t.test('the date is picked by keyboard among free times, with what it brings; what is not free any more is refused in words (A6, C3)', async () => {
    const page = await look(portal.contact, '/', { width: 1280 })
    await pressOn(page, 'Pick a date', 'link')
    await page.getByRole('radio', { name: /Sat, 23 Jan 2027, 22:00/ }).waitFor(wait)
    // Somebody at the vendor closes that night meanwhile.
    const { id: blackout } = await portal.lead('blackouts.add', { firstOn: '2027-01-23', lastOn: '2027-01-24', reason: 'the network is rebuilt' })
    await page.getByRole('radio', { name: /Sat, 23 Jan 2027, 22:00/ }).focus()
    await page.keyboard.press('Space')
    await page.getByText('Production: you test for 5 days, until', { exact: false }).waitFor(wait)
    await pressOn(page, 'Fix this date')
    const dialog = page.getByRole('dialog')
    await dialog.getByText('You commit to Sat, 23 Jan 2027, 22:00', { exact: false }).waitFor(wait)
    await dialog.getByRole('button', { name: 'Fix this date' }).click()
    await dialog.getByText('the network is rebuilt', { exact: false }).waitFor(wait)
    assert.deepEqual((await portal.lead('windows.list', { move: portal.move })).items, [], 'nothing was taken')
    await portal.lead('blackouts.remove', { blackout })
    await dialog.getByRole('button', { name: 'Fix this date' }).click()
    await page.getByText('Confirmed', { exact: true }).waitFor(wait)
    const { items: [window] } = await portal.lead('windows.list', { move: portal.move })
    assert.deepEqual([window?.state, window?.startsAt, window?.confirmedBy], ['confirmed', Date.parse('2027-01-23T21:00:00Z'), 'Point of contact'])
    await page.goto(`${faces.site}/portal/`)
    await page.getByText(/Sat, 23 Jan 2027, 22:00 – Sun, 24 Jan 2027/).waitFor(wait)
    // Own days on which nothing may be touched lie over it: that is said.
    await page.goto(`${faces.site}/portal/window`)
    await page.getByText('Days on which nothing may be touched').click()
    await page.getByLabel('First day').fill('2027-01-24')
    await page.getByLabel('Why').fill('stock-taking')
    await page.getByRole('button', { name: 'Keep these days free of us' }).click()
    await page.getByText('Your confirmed date lies on these days.', { exact: false }).waitFor(wait)
    await page.getByText('Since it was fixed, this was laid over it: stock-taking.', { exact: false }).waitFor(wait)
    await page.getByRole('button', { name: 'Choose another time' }).click()
    await page.getByRole('radio', { name: /Wed, 27 Jan 2027, 22:00|Tue, 26 Jan 2027, 22:00/ }).first().click()
    await page.getByLabel('Why it changes, as everyone will read it').fill('stock-taking')
    await page.getByRole('button', { name: 'Change to this date' }).click()
    await page.getByRole('dialog').getByText('everyone who was invited is told once', { exact: false }).waitFor(wait)
    await page.getByRole('dialog').getByRole('button', { name: 'Change to this date' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached', ...wait })
    await page.getByRole('button', { name: 'Choose another time' }).waitFor(wait)
    assert.equal((await portal.lead('windows.list', { move: portal.move })).items[0]?.sequence, 1)
  })

  await t.test('questions come one at a time, can be left and taken up, and what follows from an answer is told (A3, A4)', async () => {
    const page = await look(portal.it, '/questionnaire', phone)
    await page.getByText('Do your users sign in through single sign-on', { exact: false }).waitFor(wait)
    assert.equal(await page.getByText('Do you reach the product through a VPN?').count(), 0, 'one at a time')
    await page.getByRole('radio', { name: 'Yes' }).click()
    await page.getByRole('button', { name: 'Answer' }).click()
    await page.getByText(/Kept\. This comes into the plan: /).waitFor(wait)
    await page.getByText('Do you reach the product through a VPN?').waitFor(wait)
    await page.reload()
    await page.getByText('Do you reach the product through a VPN?').waitFor(wait)
    const { facts } = await portal.lead('profile.read', { move: portal.move })
    assert.deepEqual([facts.find(({ fact }) => fact === 'sso')?.inForce?.value, facts.find(({ fact }) => fact === 'sso')?.inForce?.source], [true, 'answered'])
  })

  await t.test('who is who is kept by the point of contact, with phone and extension, and shown as it was typed (B11, C5)', async () => {
    const page = await look(portal.contact, '/people', phone)
    await page.getByRole('button', { name: 'Add a person' }).click()
    const form = page.getByRole('dialog')
    const [name, address] = ['<img src=x onerror="document.title=\'taken\'">Billing desk', 'billing@nordlicht.example']
    await form.getByRole('textbox', { name: 'Name' }).fill(name)
    await form.getByLabel('E-mail').fill(address)
    await form.getByLabel('Phone').fill('+49 30 555 01')
    await form.getByLabel('Extension').fill('17')
    await form.getByRole('button', { name: 'Add' }).click()
    await form.getByText('Choose one at least.').waitFor(wait)
    await form.getByRole('checkbox', { name: /^Billing/ }).check()
    await form.getByRole('button', { name: 'Add' }).click()
    await page.getByText(name, { exact: true }).first().waitFor(wait)
    assert.notEqual(await page.title(), 'taken')
    const kept = (await portal.lead('customers.read', { customer: portal.customer })).contacts.find(({ email }) => email === address)
    assert.deepEqual([kept?.phone, kept?.extension, kept?.duties], ['+49 30 555 01', '17', ['billing']])
    await page.getByRole('button', { name: `Remove: ${name}` }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('button', { name: `Remove: ${name}` }).waitFor({ state: 'detached', ...wait })
    const others = await look(portal.tester, '/people', phone)
    await others.getByText('Your point of contact changes who is here.').waitFor(wait)
    assert.equal(await others.getByRole('button', { name: 'Add a person' }).count(), 0)
    await others.goto(`${faces.site}/portal/rules`)
    await others.getByText('This page is for others who take part in the move.', { exact: false }).waitFor(wait)
  })

  await t.test('IT reads the firewall rules, copies them and fetches them as CSV (C4)', async () => {
    await portal.lead('rules.set', { move: portal.move, rules: [{ subject: 'firewall', host: 'nordlicht.example.cloud', port: 443, protocol: 'tls', purpose: 'the application' }, { subject: 'firewall', host: 'db.example.cloud', port: 5432, protocol: 'tcp', purpose: 'reports' }] })
    const page = await look(portal.it, '/rules', phone)
    await page.getByRole('rowheader', { name: 'db.example.cloud' }).waitFor(wait)
    assert.deepEqual(await axeFinds(page), [])
    assert.ok(await overflow(page) <= 0)
    const fetched = page.waitForEvent('download', wait)
    await page.getByRole('link', { name: 'Download as CSV' }).click()
    const text = await (await (await fetched).createReadStream()).setEncoding('utf8').toArray()
    assert.match(text.join(''), /db\.example\.cloud.*5432/)
    await page.getByRole('button', { name: 'Copy as text' }).waitFor(wait)
  })

  await t.test('a question is asked, and its answer stands there for whoever asked', async () => {
    const page = await look(portal.tester, '/faq', phone)
    await page.getByLabel('Your question').fill('Do our reports keep their names?')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('It is with us.', { exact: false }).waitFor(wait)
    const [question] = (await portal.lead('faq.read', { programme: portal.programme })).asked
    assert.ok(question !== undefined && question.askedBy === 'Test group')
    await portal.lead('faq.answer', { question: question.id, answer: 'They do.' })
    await page.reload()
    await page.getByText('They do.').waitFor(wait)
  })

  await t.test('a call says what it is about, and whether one comes', async () => {
    const { call } = await portal.lead('calls.plan', { move: portal.move, kind: 'pre-move', key: 'pre-move', startsAt: '2026-12-14T09:00:00Z' })
    const page = await look(portal.it, '/calls', phone)
    await page.getByText('Mon, 14 Dec 2026, 10:00–10:45', { exact: false }).waitFor(wait)
    await page.getByText('Agenda').click()
    await page.getByText('Who is who, and whom to turn to').waitFor(wait)
    await page.getByText('Perhaps', { exact: true }).click()
    await page.locator('input[value="tentative"]:checked').waitFor({ state: 'attached', ...wait })
    assert.equal((await portal.lead('calls.read', { call: call.id })).people.find(({ contact }) => contact === portal.it)?.answer, 'tentative')
    await page.getByText('Subscribe in your calendar').click()
    await page.getByRole('button', { name: 'Make an address' }).click()
    assert.match(await page.getByText(/\/feeds\/.+\.ics/).innerText(wait), /^http:\/\/127\.0\.0\.1\/feeds\//)
  })

  await t.test('who is written to in Japanese reads everything in Japanese, with times in Japan’s, and may switch', async () => {
    const page = await look(aozora.contact, '/', { ...phone, locale: 'en' })
    await page.getByRole('heading', { name: 'aozora の移行' }).waitFor(wait)
    await page.getByRole('region', { name: '今お願いしたいこと' }).getByText('連絡先の確認').waitFor(wait)
    assert.equal(await page.evaluate('document.documentElement.lang'), 'ja')
    await page.getByRole('link', { name: '日時を選ぶ' }).click()
    await page.getByRole('radio', { name: /2027\/1\/23\(土\) 22:00/ }).click()
    await page.getByText('関係者全員に招待状をお送りし', { exact: false }).waitFor(wait)
    assert.ok(await overflow(page) <= 0)
    const { id: blackout } = await aozora.lead('blackouts.add', { firstOn: '2027-01-23', lastOn: '2027-01-24', reason: 'ネットワーク工事' })
    await page.getByRole('button', { name: 'この日時で確定する' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'この日時で確定する' }).click()
    await page.getByRole('dialog').getByText('作業を行いません（ネットワーク工事）。', { exact: false }).waitFor(wait)
    await aozora.lead('blackouts.remove', { blackout })
    await page.getByRole('dialog').getByRole('button', { name: 'キャンセル' }).first().click()
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('heading', { name: 'The date' }).waitFor(wait)
  })

  assert.deepEqual(complaints.flat().filter(said => !said.includes('409')), [], 'only what control refused is told by the browser')
})

test('who has no session asks for a link; who takes part in several moves says which; what is over can still be read', { timeout: 120_000 }, async t => {
  const faces = await useFaces(t, await useBrowser(t))
  const portal = await usePortal(faces)
  const { page, context } = await opened(faces, portal.contact, '/', phone)
  await page.getByRole('heading', { name: 'The move of nordlicht' }).waitFor(wait)
  const { move: { origin, destination } } = await portal.lead('moves.read', { move: portal.move })
  const { id: tenant } = await portal.lead('tenants.add', { customer: portal.customer, home: origin, name: 'nordlicht-test', environment: 'non-prod' })
  const { id: second } = await portal.lead('moves.add', { tenant, programme: portal.programme, destination, t0: '2027-01-16' })
  await page.reload()
  await page.getByRole('heading', { name: 'Which move is it about?' }).waitFor(wait)
  assert.deepEqual(await axeFinds(page), [])
  // The link of a letter says which, and leads to what the letter is about.
  await page.goto(`${faces.site}/moves/${second}/window`)
  await page.getByRole('heading', { name: 'The date' }).waitFor(wait)
  await page.getByRole('link', { name: 'Home' }).click()
  await page.getByRole('heading', { name: 'The move of nordlicht-test' }).waitFor(wait)
  await page.getByRole('button', { name: 'Another move' }).click()
  await page.getByRole('button', { name: /^nordlicht-test/ }).click()
  await page.getByRole('heading', { name: 'The move of nordlicht-test' }).waitFor(wait)
  await portal.lead('moves.cancel', { move: second, note: 'not needed' })
  await page.reload()
  await page.getByText('This move was given up. Nothing changes for you.').waitFor(wait)
  await page.getByRole('button', { name: 'Another move' }).click()
  await page.getByRole('heading', { name: 'The move of nordlicht', exact: true }).or(page.getByRole('heading', { name: 'Which move is it about?' })).waitFor(wait)

  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Get a link to come in' }).waitFor(wait)
  assert.deepEqual(await axeFinds(page), [])
  await page.getByLabel('Your e-mail address').fill('contact@nordlicht.example')
  await page.getByRole('button', { name: 'Send the link' }).click()
  await page.getByText('If contact@nordlicht.example is known here', { exact: false }).waitFor(wait)
  await context.close()
})
