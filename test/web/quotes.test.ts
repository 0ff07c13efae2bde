import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useBrowser, useFaces } from '#test/services/browser.ts'
import { axeFinds } from './axe.ts'
import { usePricedMove } from './priced-move.ts'

const wait = { timeout: 30_000 }

test('a quote is made from a move and a time, seen before it is kept, sent and taken back with a reason; what control refuses is said and nothing stands as done', { timeout: 180_000 }, async t => {
  const faces = await useFaces(t, await useBrowser(t), { start: Date.now() })
  const { finance, move } = await usePricedMove(faces)

  const { page, complaints } = await faces.open({ roles: ['finance'] }, '/console/quotes')
  await page.getByText('No quote yet.', { exact: false }).waitFor(wait)
  await page.keyboard.press('n')
  await page.getByText('hours, rates and holidays are then worked out here', { exact: false }).waitFor(wait)
  await page.getByRole('combobox', { name: /^Move/ }).fill('hibari')
  await page.getByRole('option', { name: /^Hibari Foods · hibari/ }).click()
  // Of the window, at once, and of another time as it is typed: by the wall of the vendor, over a holiday.
  await page.getByRole('img', { name: /20:00.*22:00.*After hours 2 h/ }).waitFor(wait)
  await page.getByRole('radio', { name: 'Another time' }).check()
  await page.getByLabel('Begins (Asia/Tokyo)').fill('2030-05-02T20:00')
  await page.getByLabel('Ends (Asia/Tokyo)').fill('2030-05-03T04:00')
  await page.getByRole('img', { name: /20:00.*04:00.*After hours 4 h, Holiday: Constitution Day 4 h/ }).waitFor(wait)
  assert.deepEqual((await finance('quotes.list', {})).items, [], 'nothing is kept of a preview')
  assert.deepEqual(await axeFinds(page), [])
  await page.getByRole('button', { name: 'Keep as draft' }).click()
  await page.getByRole('heading', { name: /^Quote Q-\d+-000001$/ }).waitFor(wait)
  const [kept] = (await finance('quotes.list', { move })).items
  assert.ok(kept !== undefined)
  assert.deepEqual([kept.standing, kept.totalMinor], ['draft', 198_000], 'eight hours at one and a half times the rate, and tax')
  await page.getByText('22 days', { exact: false }).or(page.getByText('Every day is covered')).first().waitFor(wait)

  // While somebody looks at it, it is taken back elsewhere: it is not sent, in control's words.
  await page.keyboard.press('s')
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Purchasing gets it by mail', { exact: false }).waitFor(wait)
  await finance('quotes.withdraw', { quote: kept.id, because: 'The customer asked for another day.' })
  await dialog.getByRole('button', { name: 'Send', exact: true }).click()
  await dialog.getByRole('alert').waitFor(wait)
  await dialog.getByRole('button', { name: 'Cancel' }).last().click()
  await dialog.waitFor({ ...wait, state: 'hidden' })
  await page.getByText('The customer asked for another day.').waitFor(wait)
  assert.equal(await page.getByRole('button', { name: 'Send', exact: true }).count(), 0)

  const { id: other } = await finance('quotes.make', { move })
  await page.goto(`${faces.site}/console/quotes/${other}`)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByText('Waits to be accepted').first().waitFor(wait)
  for (const name of ['In English', 'In Japanese']) {
    const paper = await page.request.get(`${faces.site}${await page.getByRole('link', { name }).getAttribute('href')}`)
    assert.equal(paper.headers()['content-type'], 'application/pdf')
  }
  await page.getByRole('button', { name: 'Withdraw' }).click()
  await page.getByRole('dialog').getByLabel('Why, as the customer will read it').fill('Prices change in June.')
  assert.ok(await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).isDisabled(), 'not before its number was typed')
  await page.getByRole('dialog').getByLabel(/^Type Q-\d+-000002 to confirm$/).fill(/Q-\d+-000002/.exec(await page.getByRole('heading', { level: 1 }).innerText())?.[0] ?? '')
  await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click()
  await page.getByText('Prices change in June.').waitFor(wait)

  // The list: by keyboard from row to row, and by how they stand.
  await page.getByRole('link', { name: 'All quotes', exact: true }).click()
  await page.getByRole('row', { name: /000002/ }).waitFor(wait)
  await page.getByRole('grid', { name: 'Quotes' }).focus()
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: /^Quote Q-/ }).waitFor(wait)
  await page.goto(`${faces.site}/console/quotes?state=draft`)
  await page.getByText('No quote stands so.').waitFor(wait)
  assert.deepEqual(complaints.filter(one => !one.includes('409')), [])

  const dark = await faces.open({ roles: ['support'] }, `/console/quotes/${other}`, { dark: true, width: 360, locale: 'ja' })
  await dark.page.getByText('お客様に表示される内容').waitFor(wait)
  assert.equal(await dark.page.getByRole('button', { name: /取り下げる|送付する/ }).count(), 0, 'who may not is not offered it')
  assert.equal(await dark.page.evaluate('document.documentElement.scrollWidth'), 360)
  assert.deepEqual([await axeFinds(dark.page), dark.complaints], [[], []])
  const none = await faces.open({ roles: ['engineer'] }, '/console/quotes')
  await none.page.getByText('This is not for you to see.', { exact: false }).waitFor(wait)
})
