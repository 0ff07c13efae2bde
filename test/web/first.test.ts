import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useBrowser, useFaces } from '#test/services/browser.ts'
import { axeFinds } from './axe.ts'

test('the console opens for who has signed in, by keyboard as well, and nothing breaks the policy of its page', { timeout: 120_000 }, async t => {
  const faces = await useFaces(t, await useBrowser(t))
  const { page, complaints } = await faces.open({ roles: ['migration-lead'] }, '/console/overview')
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  const policy = (await page.goto(`${faces.site}/console/overview`))?.headers()['content-security-policy'] ?? ''
  assert.match(policy, /script-src 'self';/)
  assert.doesNotMatch(policy, /unsafe/)
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  await page.keyboard.press('?')
  await page.getByRole('dialog').getByText('Keys that work here').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  assert.deepEqual(complaints, [])
})

test('the palette finds a customer, a person and a page by keys alone, and says when nothing is called like that', { timeout: 120_000 }, async t => {
  const faces = await useFaces(t, await useBrowser(t))
  await faces.customer('Nordlicht Foods')
  const { page, complaints } = await faces.open({ roles: ['migration-lead'] }, '/console/people')
  await page.getByRole('heading', { name: 'People and rights', level: 1 }).waitFor({ timeout: 60_000 })
  await page.keyboard.press('Control+k')
  const palette = page.getByRole('dialog')
  await palette.getByRole('textbox').fill('nowhere at all')
  await palette.getByText('Nothing is called “nowhere at all”.').waitFor()
  await palette.getByRole('textbox').fill('journal')
  await palette.getByRole('button', { name: 'Journal' }).waitFor()
  await palette.getByRole('textbox').fill('person@nord')
  await palette.getByText('A person at Nordlicht Foods').waitFor()
  await palette.getByRole('textbox').fill('foods')
  await palette.getByRole('button', { name: 'Nordlicht Foods' }).first().waitFor()
  assert.deepEqual(await axeFinds(page), [])
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Moves', level: 1 }).waitFor()
  assert.match(page.url(), /named=Nordlicht/)
  assert.deepEqual(complaints, [])
})
