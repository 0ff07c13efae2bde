import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useBrowser, useFaces } from '#test/services/browser.ts'
import { axeFinds } from './axe.ts'

test('the overview says what breaks first and who has it, reminds them by a key, and shows each move where it stands', { timeout: 240_000 }, async t => {
  // A month on, so that much is late; the clock of the browser is nobody's.
  const faces = await useFaces(t, await useBrowser(t), { start: Date.now() - 30 * 86_400_000 })
  const lead = await faces.as('migration-lead')
  await lead('sample.load', {})
  faces.clock.pass(30)
  await lead('blackouts.add', { firstOn: new Date(faces.clock.now() + 40 * 86_400_000).toISOString().slice(0, 10), lastOn: new Date(faces.clock.now() + 50 * 86_400_000).toISOString().slice(0, 10), reason: 'Year-end close' })
  await faces.as('engineer')
  await faces.as('auditor')
  const [{ move: one }] = (await lead('moves.list', { limit: 1 })).items as [Awaited<ReturnType<typeof lead<'moves.list'>>>['items'][number]]
  await faces.world.ledger.transaction(tx => tx.add('window', { id: faces.world.newId<'window'>(), vendor: faces.vendor.id, customer: one.customer, move: one.id, tenant: one.tenant, home: one.destination, startsAt: faces.clock.now() + 3_600_000, endsAt: faces.clock.now() + 7_200_000, zone: 'Asia/Tokyo', state: 'confirmed', sequence: 0, confirmedBy: 'The contact', confirmedAt: faces.clock.now() }))
  const { page, complaints } = await faces.open({ roles: ['migration-lead', 'admin'] }, '/console/overview')
  const needs = page.getByRole('region', { name: 'Needs attention' })
  await needs.getByText('Late: Confirm your contact details').first().waitFor()
  assert.match(await page.locator('dl').first().innerText(), /Moved\s+0\s*of 160/)

  // J and K go from row to row; R writes to who has it, and it is said to whom.
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.keyboard.press('k')
  const here = needs.locator('tr[aria-current="true"]')
  assert.equal(await here.count(), 1)
  await page.keyboard.press('r')
  await needs.getByText('Written to', { exact: false }).waitFor()
  await page.keyboard.press('r')
  await needs.getByText('They were written to today already.', { exact: false }).waitFor()

  // A gives it to one of those who may help, oneself first, by keys alone; it is said who has it, and stands under that name.
  await page.keyboard.press('a')
  const chooser = page.getByRole('dialog', { name: 'Who sees to it?' })
  await chooser.getByRole('button', { name: /^Migration Lead \(you\)/ }).waitFor()
  assert.equal(await chooser.getByRole('button', { name: /Auditor/ }).count(), 0, 'who may not help is not offered')
  assert.match(await chooser.getByRole('button').first().innerText(), /\(you\)/)
  assert.deepEqual(await axeFinds(page), [])
  await chooser.getByRole('textbox').fill('for engineer')
  await chooser.getByRole('button', { name: 'A person for engineer' }).waitFor()
  await chooser.getByRole('button', { name: /\(you\)/ }).waitFor({ state: 'hidden' })
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await needs.getByText('A person for engineer sees to it now.').waitFor()
  await here.getByText('sees to it with', { exact: false }).waitFor()
  await needs.getByRole('button', { name: 'Group by owner' }).click()
  await needs.getByRole('rowheader', { name: /^A person for engineer/ }).waitFor()
  assert.match(page.url(), /group=owner/)
  await page.reload()
  await needs.getByRole('rowheader', { name: /^A person for engineer/ }).waitFor()
  assert.deepEqual(await axeFinds(page), [])
  await needs.getByRole('button', { name: 'Group by owner' }).click()

  // Who has something to do tonight is said with how they are reached, and why nobody is if there is no window.
  const on = page.getByRole('region', { name: 'Who is on' })
  await on.getByText('A person for engineer').waitFor()
  await on.getByText('At the customers:', { exact: false }).click()
  assert.ok(await on.getByRole('link', { name: /^Write to / }).count() > 1)

  // Each square is a move, and says so; the arrows go from one to the next.
  const board = page.getByRole('region', { name: 'T-minus board' })
  const { board: cells } = await lead('programmes.overview', {})
  assert.equal(await board.getByRole('listitem').locator('a').count(), cells.reduce((sum, cell) => sum + cell.count, 0))
  await board.getByRole('listitem').locator('a').first().focus()
  await page.keyboard.press('ArrowRight')
  assert.equal(await board.getByRole('listitem').locator('a').nth(1).and(page.locator(':focus')).count(), 1)

  const calendar = page.getByRole('region', { name: 'Wave calendar' }).first()
  await calendar.getByText(/Year-end close/).first().waitFor()
  await calendar.getByRole('rowheader', { name: /second cloud/ }).waitFor()

  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme })
    assert.deepEqual(await axeFinds(page), [])
  }

  // One programme has only its own.
  await page.getByRole('combobox', { name: 'Programme' }).click()
  await page.getByRole('option', { name: 'Case D: licence servers' }).click()
  await page.getByRole('heading', { name: 'Case D: licence servers' }).waitFor()
  await page.getByText('20 moves by the playbook “The licence server to another machine”.', { exact: false }).waitFor()
  // That control refused to write twice is all that the browser noted.
  assert.deepEqual(complaints.filter(text => !text.includes('status of 409')), [])
})

test('on a phone nothing of the overview is lost beside the screen, in Japanese too; who may not remind has no button for it', { timeout: 240_000 }, async t => {
  const faces = await useFaces(t, await useBrowser(t), { start: Date.now() - 30 * 86_400_000 })
  const empty = await faces.open({ roles: ['auditor'] }, '/console/overview')
  await empty.page.getByText('Nothing is to be moved here yet.', { exact: false }).waitFor()
  assert.equal(await empty.page.getByRole('button', { name: /New move/ }).count(), 0)
  await (await faces.as('migration-lead'))('sample.load', {})
  faces.clock.pass(30)
  const { page, complaints } = await faces.open({ roles: ['auditor'] }, '/console/overview', { width: 360, height: 780, isPhone: true, locale: 'ja' })
  await page.getByText('期限超過: 連絡先の確認').first().waitFor()
  assert.equal(await page.getByRole('button', { name: /催促する/ }).count(), 0)
  assert.equal(await page.evaluate<number>('document.documentElement.scrollWidth'), 360)
  assert.deepEqual(await axeFinds(page), [])
  assert.deepEqual([...complaints, ...empty.complaints], [])
})
