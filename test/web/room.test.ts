import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { systemClock } from '#adapters/clock/system.ts'
import { useUnderWay } from '#test/control/under-way.ts'
import { useBrowser, useFacesOf } from '#test/services/browser.ts'
import type { Scope } from '#test/services/postgres.ts'

const patient = { timeout: 60_000 }
const says = (page: Page, text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor(patient)
/** Opens what is asked before an act is done, and answers it. */
const act = async (page: Page, button: string, { opens = button, name }: { readonly opens?: string; readonly name?: string } = {}): Promise<void> => {
  await page.getByRole('button', { name: opens, exact: true }).first().click()
  const dialog = page.getByRole('dialog')
  if (name !== undefined) {
    assert.ok(await dialog.getByRole('button', { name: button, exact: true }).isDisabled(), 'not before the name was typed')
    await dialog.getByLabel(`Type ${name} to confirm`).fill(name)
  }
  await dialog.getByRole('button', { name: button, exact: true }).click()
}

test('a real move is watched by clicks to its end, over a restart of the server; of two who decide one gate, one is told', { timeout: 240_000 }, async t => {
  // What was begun last ends first: browser and server before the ledger that they look into.
  const ends: (() => unknown)[] = []
  t.after(async () => { for (const end of ends.reverse()) await end() })
  const scope: Scope = { after: end => { ends.push(end) } }
  const rig = await useUnderWay(scope, { clock: systemClock })
  const faces = await useFacesOf(scope, await useBrowser(scope), rig.control)
  const room = `/console/moves/${rig.move}/room`
  const roles = { roles: ['migration-lead', 'engineer'] as const }
  const [one, other, watcher] = [await faces.open(roles, room), await faces.open(roles, room), await faces.open({ roles: ['support'] }, room)]
  const { page } = one
  await says(page, 'Nobody has ordered this move yet.')
  await watcher.page.getByRole('heading', { name: 'Move room: nordlicht' }).waitFor(patient)
  assert.equal(await watcher.page.getByRole('button', { name: 'Order the move' }).count(), 0, 'who may not is not offered it')

  // Both have the question before them; one of them decides first.
  for (const each of [page, other.page]) {
    await each.getByRole('button', { name: 'No-go', exact: true }).click(patient)
    await each.getByRole('dialog').getByLabel('Note').fill('the rehearsal is missing')
  }
  await page.getByRole('dialog').getByRole('button', { name: 'No-go' }).click()
  await page.getByRole('button', { name: 'Decide anew' }).waitFor(patient)
  await other.page.getByRole('dialog').getByRole('button', { name: 'No-go' }).click()
  await says(other.page, /was decided already: no-go, by Migration Lead/)
  await other.page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).last().click()
  await other.page.getByRole('button', { name: 'Decide anew' }).waitFor(patient)
  await rig.gate('go')

  await act(page, 'Order', { opens: 'Order the move' })
  await says(page, 'An agent that can reach both homes takes it up')
  rig.agent((await rig.token()).token)
  await says(page, 'It waits for the approval of the cutover.')
  await page.getByRole('listitem').filter({ hasText: 'Follow' }).and(page.locator('[aria-current="step"]')).waitFor(patient)
  await page.getByRole('row', { name: /orders/ }).getByText('Verified, every row equal').waitFor(patient)
  await rig.from.query("INSERT INTO orders (note) VALUES ('written while it was followed')")

  await faces.restart(async () => { await says(page, 'The connection was lost') })
  await says(page, /^Live\. Last heard/)
  assert.match(await page.getByRole('row', { name: /orders/ }).innerText(), /2,000/, 'what was done is done still')

  await act(page, 'Approve', { opens: 'Approve the cutover', name: 'nordlicht' })
  await says(page, 'The new home serves.')
  await says(watcher.page, 'The new home serves.')
  await says(page, /The freeze is over/)
  assert.deepEqual(await rig.to.query("SELECT count(*)::int AS n FROM orders WHERE note LIKE 'written%'"), [{ n: 1 }])

  // The evidence is checked in the page itself, and a copy of it with one letter changed is not believed.
  await page.getByRole('main').getByRole('link', { name: 'Evidence' }).click(patient)
  await says(page, 'It holds. Nothing in it was changed since it was signed.')
  await says(page, 'Signed by the key')
  const proof = page.url().split('/').at(-1) ?? ''
  const text = (await rig.lead('evidence.read', { proof: proof as never })).text
  await page.getByRole('link', { name: 'All evidence' }).click()
  await page.getByRole('link', { name: 'Nordlicht' }).waitFor(patient)
  await page.locator('input[type=file]').setInputFiles({ name: 'copy.evidence.json', mimeType: 'application/json', buffer: Buffer.from(text.replace(/"rows":(\d+)/, (_, rows: string) => `"rows":${Number(rows) + 1}`)) })
  await says(page, /It does not hold: the signature does not fit the manifest/)

  await page.goto(`${faces.site}${room}`)
  await act(page, 'Turn back', { name: 'nordlicht' })
  await says(page, 'The move was turned back: the old home serves')
  await act(page, 'Settle', { name: 'nordlicht' })
  await says(page, 'The move is over.')
  assert.equal((await rig.row()).stage, 'settled')
  for (const { complaints } of [one, other, watcher]) assert.deepEqual(complaints.filter(text => !/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|status of 409/.test(text)), [])
})
