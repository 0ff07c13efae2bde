import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page, Route } from 'playwright-core'
import { useBrowser, useFaces } from '#test/services/browser.ts'
import { until } from '#test/services/until.ts'
import { visiting } from './visiting.ts'
import { pagesOf, useWhole } from './whole.ts'

const wait = { withinMs: 15_000 }
const said = (page: Page): Promise<string> => page.evaluate<string>('(document.querySelector("main") ?? document.body).innerText')
const notTheirs = /This page is for others who take part in the move\.|This is not for you to see\./
/** Asked for by the frame, which is there before any page. */
const ofFrame = /\/api\/(?:session|moves(?:\/[^/]+)?)(?:\?|$)/

test('every page of the portal says that it loads, what failed with a way to try again, that it is offline, that it is for others, that the link is used up, that there is nothing yet, and that the move is over', { timeout: 400_000 }, async t => {
  const faces = await useFaces(t, await useBrowser(t))
  const whole = await useWhole(faces)
  // What a letter calls a page leads to one of the others.
  const pages = pagesOf('portal', whole).filter(({ at }) => !at.startsWith('/portal/moves/')).map(({ at }) => at)
  const wrong: string[] = []
  const holds = async (what: string, does: () => Promise<boolean>): Promise<void> => { await until(what, does, wait).catch((error: unknown) => { wrong.push(String(error)) }) }
  const begin = async (contact: typeof whole.contact, at: string): Promise<Awaited<ReturnType<typeof faces.open>>> => {
    const seen = await faces.open({ contact }, '/console/sign-in')
    await seen.page.addInitScript(`localStorage.setItem('rehome-language', 'en')`)
    await seen.page.goto(`${faces.site}${at}`)
    return seen
  }

  /** Nothing is there yet, then an answer that says no, then what was asked for; afterwards the network goes away. */
  const unheard = async (): Promise<void> => {
    const { page, context } = await begin(whole.contact, '/portal/')
    let state: 'held' | 'failing' | 'heard' = 'heard'
    const held: Route[] = []
    const fail = (route: Route): Promise<void> => route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify({ type: '/problems/ledger', detail: 'The ledger is resting.' }) })
    await page.route('**/api/**', async route => {
      if (state === 'heard' || route.request().method() !== 'GET' || ofFrame.test(route.request().url())) await route.continue()
      else if (state === 'held') held.push(route)
      else await fail(route)
    })
    // What is on “More” is known without asking.
    for (const at of pages.filter(one => !one.endsWith('/more'))) {
      state = 'held'
      await page.goto(new URL(at, page.url()).href)
      await holds(`${at} says that it loads`, () => page.evaluate<boolean>('[...document.querySelectorAll("main [aria-busy=true] [role=status]")].some(one => one.textContent.startsWith("Loading "))'))
      state = 'failing'
      for (const route of held.splice(0)) await fail(route).catch(() => { /* the page asked anew */ })
      await holds(`${at} tells of the failure, with a way to try again`, async () => (await said(page)).includes('The ledger is resting.') && await page.getByRole('button', { name: 'Try again' }).count() > 0)
      state = 'heard'
      // Each part by itself.
      await holds(`${at} is there after another try`, async () => {
        const again = page.getByRole('button', { name: 'Try again' })
        if (await again.count() > 0) await again.first().click({ timeout: 1_000 }).catch(() => { /* gone meanwhile */ })
        return !(await said(page)).includes('The ledger is resting.') && await page.locator('main h1').count() === 1
      })
      await holds(`${at} has all of it`, () => page.evaluate<boolean>('[...document.querySelectorAll("[aria-busy=true]")].every(one => !one.checkVisibility())'))
      const before = (await said(page)).length
      await context.setOffline(true)
      await holds(`${at} says that it is offline`, async () => (await said(page)).includes('You are offline. This was last heard'))
      if ((await said(page)).length < before) wrong.push(`${at}: lost something when it was cut off`)
      await context.setOffline(false)
      await holds(`${at} says nothing of it any more`, async () => !(await said(page)).includes('You are offline.'))
    }
    await context.close()
  }

  /** What control refuses, the page says; nobody is told so of what is theirs. */
  const asPerson = async (name: 'contact' | 'it' | 'tester' | 'billing' | 'seller'): Promise<void> => {
    const { page, context } = await begin(whole[name], '/portal/')
    const refused = new Set<string>()
    page.on('response', answer => { if (answer.status() === 403) refused.add(new URL(answer.url()).pathname) })
    const visits = await visiting(page, faces.clock.now())
    const others: string[] = []
    for (const at of pages) {
      refused.clear()
      await visits(at).catch((error: unknown) => { wrong.push(`${name}: ${String(error)}`) })
      const text = await said(page)
      if (notTheirs.test(text)) others.push(at.replace('/portal/', '').replace(/\/.*/, '/one'))
      else if (refused.size > 0) wrong.push(`${name} ${at}: says nothing of what was refused: ${[...refused].join(', ')}`)
      if (text.length < 60) wrong.push(`${name} ${at}: says no more than “${text}”`)
    }
    if (others.join(' ') !== forOthers[name]) wrong.push(`${name}: for others is ${others.join(' ')}`)
    await context.close()
  }

  const usedUp = async (): Promise<void> => {
    const { page, context } = await begin(whole.contact, '/portal/tasks')
    await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor()
    await context.clearCookies()
    for (const at of pages.filter((_, n) => n % 4 === 0)) {
      await page.goto(new URL(at, page.url()).href)
      await holds(`${at} sends another link to whoever has none`, async () => await page.locator('main input[type=email]').count() === 1 && await page.getByRole('navigation').count() === 0)
    }
    await context.close()
  }

  /** A move that has just been planned, and then one that is over. */
  const barely = async (): Promise<void> => {
    const { lead } = whole
    const found = await lead('moves.read', { move: whole.move })
    const { id: customer } = await lead('customers.add', { name: 'Hinoki Tools', country: 'JP', zone: 'Asia/Tokyo', locale: 'en' })
    const { id: person } = await lead('contacts.add', { customer, name: 'Owner', email: 'owner@hinoki.example', duties: ['point-of-contact', 'approver', 'it', 'networking', 'developer', 'testing', 'billing'] })
    await faces.verify(person)
    const { id: tenant } = await lead('tenants.add', { customer, home: found.origin.id, name: 'hinoki' })
    const { id: move } = await lead('moves.add', { tenant, programme: found.programme.id, destination: found.destination.id })
    const own = pages.filter(at => !/\/portal\/[^/]+\/./.test(at))
    const { page, context, complaints } = await begin(person, '/portal/')
    const visits = await visiting(page, faces.clock.now())
    for (const at of own) {
      await visits(at).catch((error: unknown) => { wrong.push(`empty: ${String(error)}`) })
      const text = await said(page)
      if (/The ledger|undefined|NaN/.test(text) || text.length < 90) wrong.push(`${at} without anything says no more than “${text}”`)
      if (text.includes('This move is over.')) wrong.push(`${at} says that a move is over that is not`)
    }
    await faces.world.ledger.transaction(async tx => { await tx.change('move', move, { stage: 'settled', endedAt: faces.clock.now() }) })
    await page.reload()
    for (const at of own) {
      await visits(at).catch((error: unknown) => { wrong.push(`over: ${String(error)}`) })
      await holds(`${at} says that the move is over`, async () => (await said(page)).includes('This move is over.'))
    }
    for (const text of complaints) wrong.push(`without anything or over: complains ${text}`)
    await context.close()
  }
  await Promise.all([unheard(), (async () => { for (const name of ['contact', 'it', 'tester', 'billing', 'seller'] as const) await asPerson(name); await usedUp(); await barely() })()])
  assert.deepEqual([...new Set(wrong)], [])
})

/** As access.ts has it. */
const forOthers = {
  contact: '', it: 'tasks/one gates', tester: 'tasks/one questionnaire probe sightings users rules gates licences',
  billing: 'tasks/one probe sightings users rules gates licences', seller: 'credentials sightings users licences',
} as const
