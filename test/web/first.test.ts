import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useBrowser, useFaces } from '#test/services/browser.ts'

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
  assert.deepEqual(complaints, [])
})
