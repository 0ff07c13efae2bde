import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { useBrowser, useFaces } from '#test/services/browser.ts'
import { until } from '#test/services/until.ts'
import { axeFinds } from './axe.ts'

const grid = (page: Page) => page.getByRole('grid', { name: 'Moves' })
const firstName = (page: Page) => grid(page).getByRole('rowheader').first()

/** To and fro from frame to frame until rows go by, at most for as long as frames are few. */
const passing = `new Promise(done => {
  const box = document.querySelector('[role="grid"]')
  let n = 0
  const step = () => {
    const told = box.querySelector('[data-passing]')?.textContent ?? ''
    if (told !== '' || n > 2_000) { done(told); return }
    box.scrollTop = n++ % 2 === 0 ? 3_600 : 400
    requestAnimationFrame(step)
  }
  step()
})`
const isAtRest = `(() => {
  const box = document.querySelector('[role="grid"]'), { top, bottom } = box.getBoundingClientRect()
  const rows = [...box.querySelectorAll('[aria-rowindex]:not([data-passing])')].map(row => row.getBoundingClientRect()).filter(row => row.bottom > top + 36 && row.top < bottom)
  return box.querySelector('[data-passing]') === null && rows.length >= Math.floor((box.clientHeight - 36) / 40)
})()`

test('the table of moves is filtered and sorted by control, gone through by keys, and acts on many at once with each refusal named', { timeout: 240_000 }, async t => {
  const faces = await useFaces(t, await useBrowser(t), { start: Date.now() })
  const lead = await faces.as('migration-lead')
  await lead('sample.load', {})
  const { items: programmes } = await lead('programmes.list', {})
  const caseA = programmes.find(({ name }) => name.startsWith('Case A'))?.id
  assert.ok(caseA !== undefined)
  const { page, complaints } = await faces.open({ roles: ['migration-lead'] }, '/console/moves')
  await page.getByRole('heading', { name: '160 moves' }).waitFor()
  assert.equal(await grid(page).getAttribute('aria-rowcount'), '161')

  // Sorting asks control, and stands in the address; so does what is looked for.
  await grid(page).getByRole('button', { name: 'Customer' }).click()
  await grid(page).locator('[aria-sort="ascending"]').waitFor()
  await firstName(page).filter({ hasText: 'Alderbrook' }).waitFor()
  await page.keyboard.press('Escape')
  await page.locator('h1').click()
  await page.keyboard.press('/')
  await page.keyboard.type('kestrel')
  await page.waitForURL(/named=kestrel/)
  await grid(page).getByRole('rowheader', { name: /Kestrel/ }).first().waitFor()
  const { total } = await lead('moves.list', { named: 'kestrel', limit: 1 })
  await page.getByRole('heading', { name: `${total} moves` }).waitFor()

  // A filter is kept by its name, in this browser.
  await page.getByRole('button', { name: 'Saved filters' }).click()
  await page.getByRole('textbox', { name: 'Name of this filter' }).fill('Kestrels')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Kestrels' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await page.getByRole('heading', { name: '160 moves' }).waitFor()
  await page.getByRole('button', { name: 'Saved filters' }).click()
  await page.getByRole('menuitem', { name: 'Kestrels' }).click()
  await page.getByRole('heading', { name: `${total} moves` }).waitFor()
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await page.getByRole('heading', { name: '160 moves' }).waitFor()

  // From cell to cell, and a row is chosen, without a mouse.
  await grid(page).focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('j')
  const active = await grid(page).getAttribute('aria-activedescendant') ?? ''
  const cell = page.locator(`[id="${active}"]`)
  assert.deepEqual([await cell.getAttribute('aria-colindex'), await cell.locator('..').getAttribute('aria-rowindex')], ['3', '3'])
  await page.keyboard.press('x')
  await page.keyboard.press('Control+End')
  await grid(page).locator('[aria-rowindex="161"]').waitFor()
  await page.keyboard.press('Space')
  await page.getByRole('toolbar', { name: '2 chosen' }).waitFor()

  // Where rows go by faster than anybody reads it says which they are; once it rests each in sight is there.
  assert.match(await page.evaluate<string>(passing), /^\d+ \/ 160$/)
  await until('every row in sight is there', () => page.evaluate<boolean>(isAtRest), { withinMs: 15_000 })

  // Shift chooses all between; what is chosen stays chosen when the columns change.
  const boxes = grid(page).getByRole('checkbox', { name: /^Choose (?!all)/ })
  await page.getByRole('button', { name: 'Choose none' }).click()
  await grid(page).focus()
  await page.keyboard.press('Control+Home')
  await boxes.nth(1).click()
  await boxes.nth(4).click({ modifiers: ['Shift'] })
  await page.getByRole('toolbar', { name: '4 chosen' }).waitFor()
  const heads = async (): Promise<string[]> => (await grid(page).getByRole('columnheader').allTextContents()).map(text => text.trim())
  const usual = await heads()
  await page.getByRole('button', { name: 'Columns', exact: true }).press('Enter')
  await page.getByRole('checkbox', { name: 'From' }).press('Space')
  await page.getByRole('button', { name: 'Move T-0 to the left' }).press('Enter')
  await page.getByRole('button', { name: 'Make Tenant wider' }).press('Enter')
  assert.deepEqual(await axeFinds(page), [])
  await page.keyboard.press('Escape')
  const [tenant, wave, t0] = [usual.indexOf('Tenant'), usual.indexOf('Wave'), usual.indexOf('T-0')]
  const width = async (): Promise<number> => (await grid(page).getByRole('columnheader').nth(tenant).boundingBox())?.width ?? 0
  const arranged = [...usual.slice(0, wave), 'T-0', 'Wave', ...usual.slice(t0 + 1)].flatMap(text => (text === 'To' ? ['From', text] : [text]))
  assert.deepEqual(await heads(), arranged)
  assert.equal(Math.round(await width()), 165 + 24)
  await page.reload()
  await page.getByRole('heading', { name: '160 moves' }).waitFor()
  assert.deepEqual(await heads(), arranged)
  assert.equal(Math.round(await width()), 165 + 24)
  await page.getByRole('button', { name: 'Columns', exact: true }).click()
  await page.getByRole('button', { name: 'As usual' }).click()
  await page.keyboard.press('Escape')
  assert.deepEqual(await heads(), usual)
  await boxes.first().click()
  await grid(page).focus()
  await page.keyboard.press('Control+End')
  await grid(page).locator('[aria-rowindex="161"]').waitFor()
  await page.keyboard.press('Space')
  await page.getByRole('toolbar', { name: '2 chosen' }).waitFor()

  // What will happen is said before; one of them is of another programme, and control says so.
  await page.getByRole('button', { name: 'Give a T-0' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Their open tasks and gates are dated anew', { exact: false }).waitFor()
  await dialog.getByLabel('T-0, the day of the cutover').fill('2027-05-08')
  await dialog.getByRole('button', { name: 'Do it for 2 moves' }).click()
  await dialog.getByText('Done for 2 of 2 moves.').waitFor()
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  assert.equal((await lead('moves.list', { t0From: '2027-05-08', t0To: '2027-05-08' })).total, 2)
  await page.getByRole('button', { name: 'Put into a wave' }).click()
  await dialog.getByRole('combobox', { name: 'Wave' }).click()
  await page.getByRole('option', { name: /^Wave 1/ }).first().click()
  await dialog.getByRole('button', { name: 'Do it for 2 moves' }).click()
  await dialog.getByText('That wave belongs to another programme.').first().waitFor()
  await dialog.getByRole('button', { name: 'Close' }).last().click()

  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme })
    assert.deepEqual(await axeFinds(page), [])
  }
  // Control’s refusal is the only thing that the browser noted.
  assert.deepEqual(complaints.filter(text => !/status of (409|422)/.test(text)), [])
})

test('a move is planned from a form, by N; who may not plan sees no way to', { timeout: 240_000 }, async t => {
  const faces = await useFaces(t, await useBrowser(t), { start: Date.now() })
  const lead = await faces.as('migration-lead')
  const { id: origin } = await lead('homes.add', { name: 'the old cloud', kind: 'shared', addressPattern: 'https://{name}.cloud.example.com', capacity: 4 })
  await lead('homes.add', { name: 'the new cloud', kind: 'dedicated', addressPattern: 'https://{name}.example.cloud', capacity: 4 })
  await lead('programmes.add', { name: 'To the new cloud', playbook: 'ninety-days-in-waves' })
  const { customer } = await faces.customer('Tsubame')
  await lead('tenants.add', { customer, home: origin, name: 'tsubame' })
  const nobody = await faces.open({ roles: ['support'] }, '/console/moves')
  await nobody.page.getByText('Nothing is to be moved here yet.').waitFor()
  assert.equal(await nobody.page.getByRole('button', { name: /New move/ }).count(), 0)

  const { page, complaints } = await faces.open({ roles: ['migration-lead'] }, '/console/moves', { width: 360, height: 780 })
  await page.getByText('Nothing is to be moved here yet.').waitFor()
  await page.keyboard.press('n')
  const dialog = page.getByRole('dialog', { name: 'New move' })
  for (const [field, text, option] of [['Tenant', 'tsub', 'tsubame'], ['Programme', 'new', 'To the new cloud'], ['Into', 'new', 'the new cloud']] as const) {
    await dialog.getByRole('combobox', { name: field }).fill(text)
    await page.getByRole('option', { name: option }).click()
  }
  await dialog.getByLabel('T-0 of its own').fill('2027-06-05')
  assert.deepEqual(await axeFinds(page), [])
  await dialog.getByRole('button', { name: 'Plan the move' }).click()
  await page.waitForURL(/\/console\/moves\/[0-9a-f-]{36}/)
  const { items: [line] } = await lead('moves.list', {})
  assert.deepEqual([line?.tenant.name, line?.move.t0], ['tsubame', '2027-06-05'])
  assert.equal(await page.evaluate<number>('document.documentElement.scrollWidth'), 360)
  assert.deepEqual([...complaints, ...nobody.complaints], [])
})
