import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useBrowser, useFaces } from '#test/services/browser.ts'
import { axeFinds } from './axe.ts'

const wait = { timeout: 30_000 }

test('B1 B2 who is due a server of their own is counted, seen and opened by keys; what is offered says who bears its cost, a move comes of it for whoever may plan, and others see it without the buttons', { timeout: 120_000 }, async t => {
  const faces = await useFaces(t, await useBrowser(t))
  const lead = await faces.as('migration-lead')
  const [{ id: shared }, { id: own }] = [await lead('homes.add', { name: 'the shared server', kind: 'shared', addressPattern: 'https://{name}.forms.example.com', capacity: 9 }), await lead('homes.add', { name: 'their own server', kind: 'dedicated', addressPattern: 'https://{name}.forms.example' })]
  const { id: customer } = await lead('customers.add', { name: 'Hibari Foods', country: 'JP', zone: 'Asia/Tokyo', locale: 'ja' })
  const { id: tenant } = await lead('tenants.add', { customer, home: shared, name: 'hibari' })
  for (const [name, home, users] of [['kanata', shared, 40], ['tsubame', own, 400], ['suzume', shared, 230]] as const) {
    const { id } = await lead('tenants.add', { customer, home, name })
    await lead('tenants.measured', { tenant: id, stores: [], users })
  }

  const { page, complaints } = await faces.open({ roles: ['migration-lead'] }, '/console/overview')
  await page.getByRole('heading', { level: 1 }).waitFor(wait)
  await page.keyboard.press('g')
  await page.keyboard.press('f')
  const due = page.getByRole('grid', { name: 'Due a server of their own' })
  await due.getByText('suzume').waitFor(wait)
  assert.deepEqual(await Promise.all(['hibari', 'kanata', 'tsubame'].map(name => due.getByText(name, { exact: true }).count())), [0, 0, 0])
  const offered = page.getByRole('region', { name: 'What is offered' })
  await offered.getByRole('listitem').filter({ hasText: 'From the cloud to your own serverBy the hour, on a quote that is accepted first · on request' }).waitFor(wait)
  await offered.getByRole('listitem').filter({ hasText: 'From the shared server to a dedicated oneFree of charge · from 100 users on' }).waitFor(wait)
  assert.equal(await offered.getByRole('button', { name: /^Plan the move/ }).count(), 0, 'not before somebody is chosen')

  await page.getByRole('combobox', { name: 'To' }).or(page.getByRole('textbox', { name: 'To' })).first().fill('hib')
  await page.getByRole('option', { name: 'hibari' }).click()
  await offered.getByText('not counted yet', { exact: true }).waitFor(wait)
  const counted = async (users: number): Promise<void> => {
    await offered.getByRole('button', { name: 'Enter the number of users' }).click()
    await page.getByRole('dialog').getByLabel('Users').fill(String(users))
    await page.keyboard.press('Enter')
  }
  await counted(-1)
  await page.getByRole('dialog').getByRole('alert').waitFor(wait)
  await page.getByRole('dialog').getByLabel('Users').fill('99')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor({ ...wait, state: 'detached' })
  await offered.getByText('Too few users').waitFor(wait)
  await counted(100)
  await due.getByText('hibari', { exact: true }).waitFor(wait)
  assert.deepEqual(await due.getByRole('rowheader').count(), 2)
  await offered.getByText('Due', { exact: true }).waitFor(wait)
  assert.equal((await lead('tenants.read', { tenant })).tenant.users, 100)

  // One that is due without a programme for it yet is planned once there is one; the other way round it is found by itself.
  await offered.getByRole('button', { name: 'Plan the move: From the shared server to a dedicated one' }).click()
  await page.getByText('No programme goes by the playbook of this offer yet.', { exact: false }).waitFor(wait)
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).last().click()
  await page.getByRole('dialog').waitFor({ ...wait, state: 'detached' })
  await lead('programmes.add', { name: 'To dedicated servers', playbook: 'shared-to-dedicated' })
  await page.reload()
  await due.getByText('suzume').waitFor(wait)
  await due.focus()
  while (!await due.locator('[data-at="true"]').getByText('suzume').first().isVisible()) await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await offered.getByText('230, measured').waitFor(wait)
  assert.deepEqual(await axeFinds(page), [])
  await offered.getByRole('button', { name: 'Plan the move: From the shared server to a dedicated one' }).press('Enter')
  const form = page.getByRole('dialog', { name: 'New move' })
  await form.locator('input[value="suzume"]').and(form.getByLabel('Tenant')).waitFor(wait)
  await form.locator('input[value="To dedicated servers"]').waitFor(wait)
  await form.getByLabel('Into').click()
  await page.getByRole('option', { name: 'their own server' }).click()
  await form.getByRole('button', { name: 'Plan the move' }).press('Enter')
  await page.waitForURL(/\/moves\/[0-9a-f-]{36}$/, wait)
  await page.goBack()
  await due.getByRole('row', { name: /suzume.*Planned/ }).waitFor(wait)
  await offered.getByRole('button', { name: 'Open the move' }).waitFor(wait)
  assert.equal(await offered.getByRole('button', { name: /^Plan the move|^Enter the number/ }).count(), 0, 'it is on a move')
  assert.deepEqual(complaints.filter(one => !one.includes('status of 400') && !one.includes('status of 422')), [])

  const finance = await faces.open({ roles: ['finance'] }, `/console/offers?tenant=${tenant}`, { dark: true, width: 360, locale: 'ja' })
  await finance.page.getByText('対象となった日時:').waitFor(wait)
  assert.equal(await finance.page.getByRole('button', { name: /移行を計画|ユーザー数を登録/ }).count(), 0, 'who may not is not offered it')
  assert.equal(await finance.page.evaluate('document.documentElement.scrollWidth'), 360)
  assert.deepEqual([await axeFinds(finance.page), finance.complaints], [[], []])
})
