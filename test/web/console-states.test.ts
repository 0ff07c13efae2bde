import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page, Request } from 'playwright-core'
import { type Role, roles } from '#domain/access.ts'
import { useBrowser, useFaces } from '#test/services/browser.ts'
import { until } from '#test/services/until.ts'
import { visiting } from './visiting.ts'
import { pagesOf, useWhole } from './whole.ts'

const wait = { withinMs: 8_000 }
const everything = { roles: ['admin', 'migration-lead', 'engineer', 'finance', 'support'] } as const
const said = (page: Page): Promise<string> => page.evaluate<string>('(document.querySelector("main") ?? document.body).innerText')
/** That page and no other, with all of it: the one before stays while another is fetched. */
const isHere = (page: Page, at: string): Promise<boolean> => page.evaluate<boolean>(`(document.querySelector('main')?.dataset.at ?? '').endsWith(${JSON.stringify(at.replace('/console', ''))}) && [...document.querySelectorAll('[aria-busy=true]')].every(one => !one.checkVisibility())`)
/** Asked for by the frame, which is there before any page. */
const ofFrame = /\/api\/(session|programmes)(\?|$)/

test('every page of the console says so to a role that may not see it, and to no other; offline they keep what they had and say so; a failure is told in control’s sentence, with a way to try again', { timeout: 400_000 }, async t => {
  const faces = await useFaces(t, await useBrowser(t), { start: Date.UTC(2026, 10, 2, 3) })
  const whole = await useWhole(faces)
  faces.clock.pass(20)
  // Every page; of the parts of a move, which every role of the vendor reads alike, those that have a right of their own.
  const pages = pagesOf('console', whole).filter(({ at, name }) => !['/console/sign-in', '/console/'].includes(at) && !/-2(-|$)/.test(name) && (!/\/moves\/[^/]+\/./.test(at) || /\/(orders|journal|billing|room)$/.test(at)))
  /** Where it is the network that fails, what differs is how a page asks: for one thing, for a list that goes on, for several at once. */
  const few = pages.filter(({ at }) => /\/(overview|moves|people|settings|billing)$/.test(at))
  const wrong: string[] = []

  /** What control refused on a page, and what the page says, are the same. */
  const asRole = async (role: Role): Promise<void> => {
    const { page, complaints } = await faces.open({ roles: [role] }, '/console/people')
    const refused = new Set<string>()
    page.on('response', answer => { if (answer.status() === 403) refused.add(new URL(answer.url()).pathname) })
    const visits = await visiting(page, faces.clock.now())
    for (const { at } of pages) {
      refused.clear()
      await visits(at).catch((error: unknown) => { wrong.push(`${role}: ${String(error)}`) })
      await until(`${at} is shown`, () => isHere(page, at), wait).catch((error: unknown) => { wrong.push(`${role}: ${String(error)}`) })
      // What is asked only once the page is there is waited for as well.
      await visits(at).catch((error: unknown) => { wrong.push(`${role}: ${String(error)}`) })
      const text = await said(page)
      const says = text.includes('This is not for you to see.')
      if (says !== refused.size > 0) wrong.push(`${role} ${at}: ${says ? 'says that it is not for them, and nothing was refused' : `says nothing of what was refused: ${[...refused].join(', ')}`}`)
      if (text.trim() === '') wrong.push(`${role} ${at}: is empty`)
    }
    for (const text of complaints) if (!text.includes('status of 403')) wrong.push(`${role}: complains ${text}`)
    await page.context().close()
  }

  const cutOff = async (): Promise<void> => {
    const { page, context } = await faces.open(everything, '/console/people')
    const visits = await visiting(page, faces.clock.now())
    for (const { at } of few) {
      await visits(at).catch((error: unknown) => { wrong.push(`cut off: ${String(error)}`) })
      const before = (await said(page)).length
      await context.setOffline(true)
      await until(`${at} says that it is offline`, async () => (await said(page)).includes('You are offline. This was last heard'), wait).catch((error: unknown) => { wrong.push(String(error)) })
      if ((await said(page)).length < before) wrong.push(`${at}: lost something when it was cut off`)
      await context.setOffline(false)
      await until(`${at} says nothing of it any more`, async () => !(await said(page)).includes('You are offline.'), wait).catch((error: unknown) => { wrong.push(String(error)) })
    }
    await context.close()
  }

  const failing = async (): Promise<void> => {
    const { page, context } = await faces.open(everything, '/console/people')
    await page.getByRole('heading', { level: 1 }).waitFor()
    let isFailing = true
    await page.route('**/api/**', async (route, request: Request) => {
      if (!isFailing || request.method() !== 'GET' || ofFrame.test(request.url()) || request.url().includes('/live')) await route.continue()
      else await route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify({ type: '/problems/ledger', detail: 'The ledger is resting.' }) })
    })
    for (const { at } of few) {
      isFailing = true
      await page.goto(new URL(at, page.url()).href)
      await until(`${at} tells of the failure, with a way to try again`, async () => (await said(page)).includes('The ledger is resting.') && await page.getByRole('button', { name: 'Try again' }).count() > 0, wait).catch((error: unknown) => { wrong.push(String(error)) })
      isFailing = false
      await page.getByRole('button', { name: 'Try again' }).first().click().catch((error: unknown) => { wrong.push(`${at}: ${String(error)}`) })
      await until(`${at} is there after another try`, async () => (await page.locator('main h1').count()) === 1, wait).catch((error: unknown) => { wrong.push(String(error)) })
    }
    await context.close()
  }
  await Promise.all([(async () => { for (const role of roles.filter((_, n) => n % 2 === 0)) await asRole(role); await cutOff() })(), (async () => { for (const role of roles.filter((_, n) => n % 2 === 1)) await asRole(role); await failing() })()])
  assert.deepEqual([...new Set(wrong)], [])
})
