import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { planHandler } from '#control/waves/plan-runs.ts'
import { addDays } from '#domain/days.ts'
import type { PlanRun } from '#domain/records.ts'
import { type Faces, useBrowser, useFaces } from '#test/services/browser.ts'
import { axeFinds } from './axe.ts'

const wait = { timeout: 30_000 }
const day = (at: number): string => new Date(at).toISOString().slice(0, 10)
/** A Saturday about forty weeks from now, and those after it. */
const firstSaturday = ((): string => { const then = Date.now() + 280 * 86_400_000; return day(then + ((6 - new Date(then).getUTCDay() + 7) % 7) * 86_400_000) })()
const saturday = (n: number): string => addDays(firstSaturday, n * 7)

/** Six customers on one Saturday, into a home that takes two at once. */
const useProgramme = async (control: Faces) => {
  const lead = await control.as('migration-lead')
  const [{ id: origin }, { id: destination }] = [await lead('homes.add', { name: 'Old cloud', kind: 'shared', addressPattern: 'https://{name}.old.example', capacity: 8 }), await lead('homes.add', { name: 'New cloud', kind: 'dedicated', addressPattern: 'https://{name}.new.example', capacity: 2 })]
  const { id: programme } = await lead('programmes.add', { name: 'To the new cloud', playbook: 'cloud-to-cloud', people: [{ role: 'support', name: 'Support desk', email: 'support@kestrel.example', phone: null }] })
  const { id: wave } = await lead('waves.add', { programme, name: 'Wave 1', t0: firstSaturday })
  const moves = []
  for (const name of ['Aozora Precision', 'Brightwater', 'Cobalt Paper', 'Dorsch Dental', 'Ember Foods', 'Fjord Shipping']) {
    const { id: customer } = await lead('customers.add', { name, country: 'DE', zone: 'Europe/Berlin', locale: 'en' })
    const { id: tenant } = await lead('tenants.add', { customer, home: origin, name: name.toLowerCase().replaceAll(' ', '-') })
    moves.push((await lead('moves.add', { tenant, programme, destination, wave })).id)
  }
  await lead('blackouts.add', { firstOn: saturday(2), lastOn: addDays(saturday(2), 1), reason: 'Stocktaking' })
  return { lead, programme, moves, wave }
}

/** What a worker does with the run of the planner; days stand still, so its watch gets a clock that runs. */
const work = ({ world }: Faces, run: PlanRun['id']): Promise<void> => planHandler({ ...world, clock: { ...world.clock, sleep: async (ms, signal) => { await pause(ms, undefined, signal === undefined ? {} : { signal }) } } })({ name: 'plan-waves', key: run, at: 0, facts: { run } }, { id: 'the job', attempt: 1, signal: AbortSignal.timeout(120_000), ending: new AbortController().signal, stillMine: () => Promise.resolve(true), completeWithin: () => Promise.resolve() })

test('moves are put on dates by keys and by drag, the planner’s proposal is read as a difference with its reasons, and taken or refused whole', { timeout: 240_000 }, async t => {
  const faces = await useFaces(t, await useBrowser(t), { start: Date.now() })
  const { lead, programme, moves } = await useProgramme(faces)
  const { page, complaints } = await faces.open({ roles: ['migration-lead'] }, '/console/waves')
  const grid = page.getByRole('grid', { name: 'Customers and dates' })
  await grid.getByRole('rowheader', { name: 'Fjord Shipping' }).waitFor(wait)
  await grid.getByRole('gridcell', { name: '6/2 More than it takes at once' }).waitFor(wait)
  await grid.getByText('Stocktaking').first().waitFor(wait)
  // Public holidays where the vendor is and where the customers are stand in the heads of their weeks, by name.
  const [, ...weeks] = await grid.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'Public holidays' }) }).getByRole('gridcell').allInnerTexts()
  const { items: known } = await lead('holidays.list', { countries: 'DE', from: firstSaturday, to: saturday(8) })
  const named = known.flatMap(({ country, days }) => days.map(({ name }) => `${name.en} (${country}`))
  assert.ok(named.length > 2 && named.every(name => weeks.some(text => text.includes(name))), `${weeks.join('|')} lacks one of ${named.join(', ')}`)
  assert.deepEqual(await axeFinds(page), [])

  // By keys: the second move two weeks on, into a blackout, which is said; then one week on, as a word to the planner.
  await grid.focus()
  const name = await grid.getByRole('row').filter({ has: page.locator('[role="rowheader"]') }).nth(3).getByRole('rowheader').textContent()
  assert.ok(name !== null)
  const second = (await lead('moves.list', { programme, named: name })).items[0]?.move.id
  assert.ok(second !== undefined)
  await page.keyboard.press('j')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Blackout: Stocktaking').waitFor(wait)
  await dialog.getByRole('button', { name: 'Cancel' }).last().click()
  await dialog.waitFor({ ...wait, state: 'hidden' })
  assert.deepEqual((await lead('waves.rules', { programme })).items, [], 'what was not confirmed is not there')
  await grid.focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await dialog.getByRole('radio', { name: /As a word to the planner/ }).check()
  await dialog.getByRole('button', { name: 'Put' }).click()
  await page.getByText(new RegExp(`${name} stays on`)).waitFor(wait)
  assert.deepEqual((await lead('waves.rules', { programme })).items.map(({ rule }) => rule), [{ kind: 'placed', move: second, day: saturday(1) }])

  // By drag: the chip of the first row over to the cell of three weeks later; then a T-0 of its own.
  const rows = grid.getByRole('row').filter({ has: page.locator('[role="rowheader"]') })
  const dragged = await rows.nth(2).getByRole('rowheader').textContent()
  const [from, to] = [await rows.nth(2).getByText('Wave 1').boundingBox(), await rows.nth(2).getByRole('gridcell').nth(3).boundingBox()]
  assert.ok(from !== null && to !== null && dragged !== null)
  await page.mouse.move(from.x + 10, from.y + 10)
  await page.mouse.down()
  await page.mouse.move(from.x + 40, from.y + 12, { steps: 4 })
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 8 })
  await page.mouse.up()
  await dialog.getByRole('radio', { name: 'A T-0 of its own, now' }).check()
  await dialog.getByRole('button', { name: 'Put' }).click()
  await dialog.waitFor({ ...wait, state: 'hidden' })
  assert.equal((await lead('moves.list', { programme, named: dragged })).items[0]?.move.t0, saturday(3))

  await page.getByRole('button', { name: 'Ask the planner' }).click()
  await dialog.getByLabel('Not before').fill(firstSaturday)
  await dialog.getByLabel('Not after').fill(addDays(saturday(8), 1))
  await dialog.getByLabel('Days that a date takes').fill('1')
  await dialog.getByRole('button', { name: 'Ask', exact: true }).click()
  await page.getByText('Waits for a worker').waitFor(wait)
  const run = (await lead('waves.runs', { programme })).items[0]?.id
  assert.ok(run !== undefined)
  await work(faces, run)
  await page.getByText('No better plan exists').waitFor(wait)
  await page.getByText(/\d of 6 moves would go elsewhere/).waitFor(wait)
  await page.getByRole('grid', { name: 'What would change' }).focus()
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: /^Why .* goes there$/ }).waitFor(wait)
  await page.getByText('Stocktaking', { exact: false }).last().waitFor(wait)
  assert.deepEqual(await axeFinds(page), [])

  // Meanwhile the date of the plan is shut: it is refused whole, in words.
  const first = (await lead('waves.run', { run })).steps[0]
  assert.ok(first !== undefined)
  const { id: shut } = await lead('blackouts.add', { firstOn: first.to, lastOn: first.to, reason: 'Power works' })
  await page.getByRole('button', { name: 'Accept all' }).click()
  await dialog.getByRole('button', { name: 'Accept all' }).click()
  await dialog.getByText('Power works', { exact: false }).waitFor(wait)
  await lead('blackouts.remove', { blackout: shut })
  await dialog.getByRole('button', { name: 'Accept all' }).click()
  await page.getByText('Accepted', { exact: false }).first().waitFor(wait)
  const days = (await lead('moves.list', { programme })).items.map(({ move }) => move.t0)
  assert.ok(days.every(one => days.filter(other => other === one).length <= 2), 'two at once on every date')
  assert.equal(days.length, moves.length)
  assert.deepEqual(complaints.filter(one => !one.includes('409')), [])

  const dark = await faces.open({ roles: ['auditor'] }, '/console/waves', { dark: true, width: 360, locale: 'ja' })
  await dark.page.getByRole('grid', { name: '顧客と日程' }).waitFor(wait)
  assert.equal(await dark.page.getByRole('button', { name: 'プランナーに依頼' }).count(), 0)
  assert.equal(await dark.page.evaluate('document.documentElement.scrollWidth'), 360)
  assert.deepEqual([await axeFinds(dark.page), dark.complaints], [[], []])
})
