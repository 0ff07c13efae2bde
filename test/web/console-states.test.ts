import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page, Request } from 'playwright-core'
import { type Role, roles } from '#domain/access.ts'
import type { MoveId } from '#domain/programmes.ts'
import { type Faces, useBrowser, useFaces } from '#test/services/browser.ts'
import { until } from '#test/services/until.ts'
import { pagesOf, routesOf, useWhole } from './whole.ts'

const wait = { withinMs: 20_000 }
const everything = { roles: ['admin', 'migration-lead', 'engineer', 'finance', 'support'] } as const
/** Of the parts of a move, which every role reads alike, those that have a right of their own; and the roles that differ most in them. */
const ownRight = /\/moves\/[^/]+\/(?:orders|journal|billing|logins|room)$/
const differing: readonly Role[] = ['engineer', 'finance', 'support']
const ofMove = /\/moves\/[^/]+\/./

/** What each page says in an empty ledger: what to do first. */
const firstOf: Readonly<Record<string, RegExp>> = {
  '/overview': /Add the first move, or read your customers in from a file\./, '/moves': /Add the first move, or read your customers in from a file\./, '/licences': /Add one with the playbook for licence servers\./, '/waves': /Add the first one on the page of all moves\./,
  '/questions': /Add the first one on the page of all moves\./, '/quotes': /Make one for a move that has a window/, '/quotes/new': /Choose a move and a time/, '/messages': /you write from the messages of a move/, '/homes': /add the first one/, '/offers': /Nobody is due one now\. A tenant of a shared home comes here once 100 users are counted/,
  '/evidence': /Evidence is signed when every row is proven/, '/journal': /Every decision is written down here by itself/,
}
/** These are never empty: whoever looks is a person, playbooks are shipped, and every setting has its usual value. */
const neverEmpty = ['/people', '/playbooks', '/settings', '/you']

test('every page of the console says what to do first, that it loads, that it is offline, what failed with a way to try again, that it is not for whoever looks, and that a move is over', { timeout: 300_000 }, async t => {
  const faces = await useFaces(t, await useBrowser(t), { start: Date.UTC(2026, 10, 2, 3) })
  const wrong: string[] = []
  await empty(faces, wrong)
  const whole = await useWhole(faces)
  faces.clock.pass(20)
  const [over, licences] = [whole.values.console['move']?.[1] ?? '', whole.values.console['/licences/$move']?.[0] ?? '']
  await faces.world.ledger.transaction(async tx => { for (const id of [over, licences]) await tx.change('move', id as MoveId, { stage: 'settled', leg: 'out', endedAt: faces.clock.now() }) })
  const pages = pagesOf('console', whole).filter(({ at, name }) => !['/console/sign-in', '/console/'].includes(at) && !/-2(?:-|$)/.test(name)).map(({ at }) => at)
  const half = async (n: number): Promise<void> => { for (const role of roles.filter((_, at) => at % 2 === n)) await asRole(faces, role, pages.filter(at => !ofMove.test(at) || (ownRight.test(at) && differing.includes(role))), wrong) }
  const asking = await withProgramme(faces, pages)
  const ofOver = [...pages.filter(at => ofMove.test(at) && !at.includes('/tasks/')).map(at => at.replace(/\/moves\/[^/]+/, `/moves/${over}`)), `/console/licences/${licences}`]
  await Promise.all([half(0), half(1), network(faces, asking.filter((_, n) => n % 2 === 0), wrong), (async () => { await network(faces, asking.filter((_, n) => n % 2 === 1), wrong); await past(faces, ofOver, wrong) })()])
  assert.deepEqual([...new Set(wrong)], [])
})

const empty = async (faces: Faces, wrong: string[]): Promise<void> => {
  const { page, complaints, context } = await faces.open(everything, '/console/people')
  const walks = await walking(page, faces.clock.now())
  for (const path of routesOf('console').filter(one => !one.includes('$') && !['/', '/sign-in'].includes(one))) {
    const says = firstOf[path]
    if (says === undefined) assert.ok(neverEmpty.includes(path), `nobody has said what ${path} says in an empty ledger`)
    await walks(`/console${path}`)
    if (says !== undefined) await until(`${path} says in an empty ledger what to do first`, async () => says.test(await said(page)), wait).catch(async (error: unknown) => { wrong.push(`${String(error)}: ${await said(page)}`) })
  }
  wrong.push(...complaints.map(text => `empty: complains ${text}`))
  await context.close()
}

/** What control refused on a page, and what the page says, are the same. */
const asRole = async (faces: Faces, role: Role, pages: readonly string[], wrong: string[]): Promise<void> => {
  const { page, complaints, context } = await faces.open({ roles: [role] }, '/console/people')
  const refused = new Set<string>()
  page.on('response', answer => { if (answer.status() === 403) refused.add(new URL(answer.url()).pathname) })
  const walks = await walking(page, faces.clock.now())
  for (const at of pages) {
    refused.clear()
    await walks(at).catch((error: unknown) => { wrong.push(`${role}: ${String(error)}`) })
    const says = async (): Promise<boolean> => (await said(page)).includes('This is not for you to see.')
    await until('it says what was refused', async () => await says() === refused.size > 0, { withinMs: 5_000 }).catch(async () => { wrong.push(`${role} ${at}: ${await says() ? 'says that it is not for them, and nothing was refused' : `says nothing of what was refused: ${[...refused].join(', ')}`}`) })
    if ((await said(page)).trim() === '') wrong.push(`${role} ${at}: is empty`)
  }
  for (const text of complaints) if (!text.includes('status of 403')) wrong.push(`${role}: complains ${text}`)
  await context.close()
}

/** All that ask for something to show: some only once a programme stands behind their address. The form of a new quote shows nothing before it is filled in. */
const withProgramme = async ({ as }: Faces, pages: readonly string[]): Promise<string[]> => {
  const [programme] = (await (await as('migration-lead'))('programmes.list', { limit: 1 })).items
  return pages.filter(at => !at.endsWith('/quotes/new')).map(at => (/\/(?:waves|questions)$/.test(at) ? `${at}?programme=${programme?.id ?? ''}` : at))
}

/** Each page asks, hears nothing, then of a failure, is asked to try again, and is then cut off. */
const network = async (faces: Faces, pages: readonly string[], wrong: string[]): Promise<void> => {
  const { page, context } = await faces.open(everything, '/console/people')
  await page.addInitScript(standIn)
  const again = page.getByRole('button', { name: 'Try again' })
  const net = (does: 'hold' | 'fail' | 'open'): Promise<void> => page.evaluate(`globalThis.net?.(${JSON.stringify(does)}), sessionStorage.setItem('net', ${JSON.stringify(does)})`)
  const sees = async (what: string, is: (text: string) => boolean | Promise<boolean>): Promise<void> => {
    await until(what, async () => await is(await ownText(page)), wait).catch(async (error: unknown) => { wrong.push(`${error instanceof Error ? error.message : String(error)}; it says: ${(await ownText(page)).slice(0, 300)}`) })
  }
  for (const at of pages) {
    await net('hold')
    await page.goto(new URL(at, page.url()).href, { waitUntil: 'commit' })
    await sees(`${at} says that it loads`, text => /Loading \w/.test(text))
    await net('fail')
    await sees(`${at} tells of the failure, with a way to try again`, async text => text.includes('The ledger is resting.') && await again.count() > 0)
    await net('open')
    await page.evaluate(`[...document.querySelectorAll('main button, [role=dialog] button')].filter(one => one.innerText === 'Try again').forEach(one => { one.click() })`)
    await sees(`${at} is there after another try`, async text => !/The ledger is resting\.|Loading \w/.test(text) && (await said(page)).trim() !== '')
    const before = await ownText(page)
    await context.setOffline(true)
    await sees(`${at} says that it is offline`, text => text.includes('You are offline. This was last heard'))
    if ((await ownText(page)).length < before.length) wrong.push(`${at}: lost something when it was cut off`)
    await context.setOffline(false)
    await sees(`${at} says nothing of it any more`, text => !text.includes('You are offline.'))
  }
  await context.close()
}

const past = async (faces: Faces, pages: readonly string[], wrong: string[]): Promise<void> => {
  const { page, context } = await faces.open(everything, '/console/people')
  const walks = await walking(page, faces.clock.now())
  for (const at of pages) {
    await walks(at)
    await until(`${at} says that the move is over`, async () => /(?:This|The) move is over\./.test(await said(page)), wait).catch((error: unknown) => { wrong.push(String(error)) })
    for (const name of await page.locator('main').getByRole('button', { name: /^(?:Order|Order the move|Order it again|Check first|Measure|Propose|Plan a call|Cancel the window|Abort|Settle|Remind|Approve the cutover)$/ }).allInnerTexts()) wrong.push(`${at}: offers “${name}”, and the move is over`)
  }
  await context.close()
}

const said = (page: Page): Promise<string> => page.evaluate<string>('(document.querySelector("main") ?? document.body).innerText')
/** What is a page's own: of a move's parts what stands below their list, of a task its dialogue. */
const ownText = (page: Page): Promise<string> => page.evaluate<string>(`(() => {
  const parts = document.querySelector('nav[aria-label="Parts of the move"]')
  const own = location.pathname.includes('/tasks/') ? [document.querySelector('[role=dialog]')] : parts !== null && /\\/moves\\/[^/]+\\/./.test(location.pathname) ? [...parts.parentElement.children].slice([...parts.parentElement.children].indexOf(parts) + 1) : [document.querySelector('main')]
  return own.map(one => one?.innerText ?? '').join('\\n')
})()`)

/** What the network does to everything that a page asks for, without the frame around it, and without the move of which a part or a task is looked at. */
const standIn = `(() => {
  const real = globalThis.fetch.bind(globalThis)
  const frame = /\\/api\\/(session|programmes)(\\?|$)/
  const move = location.pathname.includes('/tasks/') ? /\\/api\\/moves\\/[^/]+(\\/plan)?$/ : /\\/moves\\/[^/]+\\/./.test(location.pathname) ? /\\/api\\/moves\\/[^/]+$/ : /^$/
  const failed = () => new Response(JSON.stringify({ type: '/problems/ledger', detail: 'The ledger is resting.' }), { status: 500, headers: { 'content-type': 'application/problem+json' } })
  let does = sessionStorage.getItem('net') ?? 'open'
  let held = []
  globalThis.net = now => { does = now; if (now !== 'hold') { for (const tell of held) tell(); held = [] } }
  globalThis.fetch = (url, init) => {
    const at = new URL(String(url), location.href)
    if (does === 'open' || !at.pathname.startsWith('/api/') || (init?.method ?? 'GET') !== 'GET' || frame.test(at.pathname) || move.test(at.pathname)) return real(url, init)
    return does === 'fail' ? Promise.resolve(failed()) : new Promise(done => { held.push(() => { done(does === 'fail' ? failed() : real(url, init)) }) })
  }
})()`

/** Goes from page to page as links do, and waits until the one is there and no other, with everything it asks for. */
const walking = async (page: Page, now: number): Promise<(at: string) => Promise<void>> => {
  const waiting = new Set<Request>()
  let last = performance.now()
  page.on('request', request => { if (!/\/live(?:\?|$)/.test(request.url())) { waiting.add(request); last = performance.now() } })
  const ended = (request: Request): void => { if (waiting.delete(request)) last = performance.now() }
  page.on('requestfinished', ended)
  page.on('requestfailed', ended)
  await page.clock.setFixedTime(now)
  await page.getByRole('heading', { level: 1 }).waitFor({ timeout: wait.withinMs })
  return async at => {
    await page.evaluate(`history.pushState(null, '', ${JSON.stringify(at)})`)
    const isThere = `new Promise(done => { requestAnimationFrame(() => { setTimeout(() => { done((document.querySelector('main')?.dataset.at ?? '').endsWith(${JSON.stringify(at.replace('/console', ''))}) && document.querySelector('h1') !== null && [...document.querySelectorAll('[aria-busy=true]')].every(one => !one.checkVisibility())) }) }) })`
    await until(`${at} to be there`, async () => await page.evaluate<boolean>(isThere) && waiting.size === 0 && performance.now() - last > 60, wait)
  }
}
