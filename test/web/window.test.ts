import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addDays } from '#domain/days.ts'
import { type Faces, useBrowser, useFaces } from '#test/services/browser.ts'
import { axeFinds } from './axe.ts'

const wait = { timeout: 30_000 }

/** A move in three environments, weeks ahead; its customer has one person for everything. */
const useMove = async (faces: Faces) => {
  const lead = await faces.as('migration-lead')
  const [{ id: origin }, { id: destination }] = [await lead('homes.add', { name: 'Old cloud', kind: 'shared', addressPattern: 'https://{name}.old.example' }), await lead('homes.add', { name: 'New cloud', kind: 'dedicated', addressPattern: 'https://{name}.new.example' })]
  const { id: programme } = await lead('programmes.add', { name: 'In waves', playbook: 'ninety-days-in-waves', people: [{ role: 'support', name: 'Support desk', email: 'support@kestrel.example', phone: null }] })
  const { customer, contact } = await faces.customer('Halden Paper', { duties: ['point-of-contact', 'approver', 'testing'] })
  await faces.verify(contact)
  const { id: tenant } = await lead('tenants.add', { customer, home: origin, name: 'halden' })
  const t0 = addDays(new Date(faces.clock.now()).toISOString().slice(0, 10), 120)
  const { id: move } = await lead('moves.add', { tenant, programme, destination, t0 })
  return { lead, move, t0 }
}

test('A6, C9: a window is asked for, fixed, moved and cancelled from the move’s page, each with what comes of it beforehand; an environment is let go early by whoever types the name', { timeout: 240_000 }, async t => {
  const faces = await useFaces(t, await useBrowser(t), { start: Date.now() })
  const { lead, move, t0 } = await useMove(faces)
  const { page, complaints } = await faces.open({ roles: ['migration-lead'] }, `/console/moves/${move}/window`)
  const [dialog, means] = [page.getByRole('dialog'), page.getByRole('group', { name: 'what comes of it' })]
  const windows = async () => (await lead('windows.list', { move })).items.map(one => one.state)
  await page.getByText('No window is agreed on.', { exact: false }).waitFor(wait)
  await page.getByRole('textbox', { name: 'Wished day' }).or(page.getByLabel('Wished day')).first().fill(addDays(t0, 10))
  await page.getByRole('radio').nth(2).waitFor(wait)
  await page.getByRole('radio').nth(2).click()
  assert.deepEqual(await axeFinds(page), [])

  // Asked for: T-0 stays, and who is asked is named before.
  await page.getByRole('button', { name: 'Ask the customer' }).click()
  await means.getByText('T-0 stays on', { exact: false }).waitFor(wait)
  await means.getByText('A person at Halden Paper', { exact: false }).waitFor(wait)
  assert.deepEqual([await windows(), await axeFinds(page)], [[], []], 'nothing is done before it is confirmed')
  await dialog.getByRole('button', { name: 'Ask the customer' }).click()
  await page.getByText('Proposed, waits for the customer').waitFor(wait)

  // Confirmed for them: what moves with it.
  await page.getByRole('button', { name: 'Confirm for the customer' }).click()
  await means.getByText('T-0 goes from', { exact: false }).waitFor(wait)
  await means.getByText(/open tasks are dated anew/).waitFor(wait)
  await dialog.getByRole('button', { name: 'Confirm for the customer' }).click()
  await page.getByRole('button', { name: 'Cancel the window' }).waitFor(wait)
  await page.getByText('Confirmed', { exact: true }).waitFor(wait)

  // Moved: only by whoever types whose it is. Where it cannot be, control says why.
  await page.getByRole('radio').first().click()
  await lead('blackouts.add', { firstOn: addDays(t0, -30), lastOn: addDays(t0, 40), reason: 'Stocktaking' })
  await page.getByRole('button', { name: 'Move the window here' }).click()
  await dialog.getByText('Stocktaking', { exact: false }).first().waitFor(wait)
  const go = dialog.getByRole('button', { name: 'Move the window here' })
  assert.ok(await go.isDisabled(), 'the name is not typed')
  await dialog.getByRole('button', { name: 'Cancel' }).last().click()

  await page.getByRole('button', { name: 'Cancel the window' }).click()
  await means.getByText('A person at Halden Paper', { exact: false }).waitFor(wait)
  assert.ok(await dialog.getByRole('button', { name: 'Cancel the window' }).isDisabled())
  await dialog.getByLabel('Type Halden Paper to confirm').fill('Halden Paper')
  await dialog.getByRole('button', { name: 'Cancel the window' }).click()
  await page.getByText('No window is agreed on.', { exact: false }).waitFor(wait)
  assert.deepEqual(await windows(), ['cancelled'])

  // C9: not before the customer has signed off; then on the lead's word, typed, with its reason on record.
  await page.getByRole('link', { name: 'Environments', exact: true }).click()
  await page.getByRole('button', { name: /^Let .* start early$/ }).first().click()
  await dialog.getByLabel('Type Halden Paper to confirm').fill('Halden Paper')
  await dialog.getByLabel('Why').fill('They are done testing.')
  await dialog.getByRole('button', { name: 'Let it start early' }).click()
  await dialog.getByRole('alert').waitFor(wait)
  assert.deepEqual((await lead('moves.read', { move })).move.earlyGo, [])
  assert.deepEqual(complaints.filter(one => !one.includes('409')), [])

  // A6: it is rehearsed by a button.
  await page.goto(new URL(`/console/moves/${move}/orders`, page.url()).href)
  await page.getByRole('button', { name: 'Rehearse', exact: true }).click()
  await page.getByText('Waits for an agent').waitFor(wait)
  assert.deepEqual((await lead('orders.list', { move })).items.map(one => [one.kind, one.state]), [['rehearsal', 'waiting']])
  await page.getByRole('button', { name: 'Take back' }).click()
  await dialog.getByRole('button', { name: 'Take back' }).click()
  await page.getByText('Taken back').waitFor(wait)

  // Whose it is not sees it, and is told whose it is; of a move that is over it is said, too.
  await lead('moves.cancel', { move, note: 'Not now.' })
  const other = await faces.open({ roles: ['support'] }, `/console/moves/${move}/window`, { dark: true, width: 360, locale: 'ja' })
  await other.page.getByText('この移行は終了しています。作業日時は記録として残ります。').waitFor(wait)
  assert.equal(await other.page.getByRole('button', { name: /確定する|取り消す|確認する/ }).count(), 0)
  assert.equal(await other.page.evaluate('document.documentElement.scrollWidth'), 360)
  assert.deepEqual([await axeFinds(other.page), other.complaints], [[], []])
})
