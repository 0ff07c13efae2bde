import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useBrowser, useFaces } from '#test/services/browser.ts'
import { useOwnServer } from './own-server.ts'

const wait = { timeout: 20_000 }

test('B3 a quote is shown with its night, its holiday and what is not in it, and accepted once, by the person it names', { timeout: 120_000 }, async t => {
  const faces = await useFaces(t, await useBrowser(t), { start: Date.now() })
  const { quote, billing, contact, finance, move, customer } = await useOwnServer(faces)
  await finance('contracts.add', { customer, kind: 'subscription', startsOn: '2024-04-01', endsOn: '2030-06-01', term: 'year' })
  await finance('contracts.add', { customer, kind: 'licence', startsOn: '2030-05-10', endsOn: null, term: 'year' })

  const other = await faces.open({ contact }, `/portal/quotes/${quote}`, { width: 360 })
  await other.page.getByText('Only the person it is addressed to can accept it: Purchasing.').waitFor(wait)
  assert.equal(await other.page.getByRole('button', { name: /^Accept/ }).count(), 0)
  assert.equal(await other.page.evaluate('document.documentElement.scrollWidth'), 360, 'nothing runs over the edge of a phone')

  const { page, complaints } = await faces.open({ contact: billing }, '/portal/quotes', { width: 360 })
  await page.getByRole('img', { name: /20:00.*04:00.*After hours 4 h, Holiday: Constitution Day 4 h/ }).waitFor(wait)
  for (const says of ['Holiday: Constitution Day', 'What it does not include', 'Both run from Fri, 10 May 2030 to Fri, 31 May 2030: 22 days to move in.']) await page.getByText(says).first().waitFor(wait)
  const paper = await page.request.get(`${faces.site}${await page.getByRole('link', { name: 'In Japanese' }).getAttribute('href')}`)
  assert.equal(paper.headers()['content-type'], 'application/pdf')

  await page.getByRole('button', { name: /^Accept/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('It can be accepted once and is not taken back here.', { exact: false }).waitFor(wait)
  // In the meantime the vendor makes another: what is accepted by then is refused, in control’s words, and nothing stands as done.
  const { id: newer } = await finance('quotes.make', { move, from: '2030-05-02T11:00:00.000Z', until: '2030-05-02T18:00:00.000Z', named: billing })
  await finance('quotes.send', { quote: newer })
  await dialog.getByRole('button', { name: /^Accept/ }).click()
  await dialog.getByText('This quote was withdrawn. A new one is needed.').waitFor(wait)
  await dialog.getByRole('button', { name: 'Cancel' }).last().click()

  await page.getByRole('heading', { name: /Quote Q-\d+-000002/ }).waitFor(wait)
  await page.getByRole('button', { name: /^Accept/ }).first().click()
  await page.getByRole('dialog').getByRole('button', { name: /^Accept/ }).click()
  await page.getByText('Accepted', { exact: true }).first().waitFor(wait)
  assert.equal((await finance('quotes.read', { quote: newer })).acceptedBy, billing)
  assert.equal(await page.getByRole('button', { name: /^Accept/ }).count(), 0, 'a second time it is not offered')
  assert.deepEqual(complaints.filter(one => !one.includes('409')), [])
})
