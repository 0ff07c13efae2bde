import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { appOf } from '#entrances/http/app.ts'
import { linkIn, usePost } from '#test/control/post.ts'
import { useBrowser, useFaces } from '#test/services/browser.ts'
import { until } from '#test/services/until.ts'
import { useOwnServer } from './own-server.ts'

const wait = { timeout: 20_000 }
/** What would run, were it taken for anything but text; numbered, so that each field can be found again. */
const evil = (n: number | string): string => `<script>window.ran='${n}'</script><img src=x onerror="window.ran='${n}'"><a href="javascript:window.ran='${n}'">${n}</a>`
/** Marks that only a page of the attacker’s would have. */
const strange = 'img[src="x"], a[href^="javascript:"], [onerror], script:not([src])'

/** What a page has become by what stands in it: nothing of it may be an element, none may have run, and the policy was never asked. */
const harmOf = async (page: Page): Promise<readonly unknown[]> => JSON.parse(String(await page.evaluate(`JSON.stringify([window.ran ?? 'nothing', document.querySelectorAll(${JSON.stringify(strange)}).length, window.violations ?? []])`))) as unknown[]

test('what customers write is shown as text, on every page of both faces', { timeout: 150_000 }, async t => {
  const faces = await useFaces(t, await useBrowser(t), { start: Date.now() })
  const own = await useOwnServer(faces)
  const { contact, it, billing, tester, customer, tenant, move, quote, lead, finance, credential } = own
  const [point, desk] = [await faces.asContact(contact), await faces.asContact(it)]
  // By those who fill it in, where they may; what only agents and programs tell, as they tell it.
  await lead('customers.change', { customer, name: evil('customer') })
  await point('contacts.change', { contact: tester, name: evil('contact') })
  await point('risks.add', { move, text: evil('risk'), level: 'high', party: 'customer' })
  await desk('integrations.add', { move, name: evil('integration').slice(0, 200), contact: evil('maker'), plan: evil('plan') })
  await point('faq.ask', { move, text: evil('question') })
  await desk('users.tell', { tenant, csv: `key,name,email,lastSeen\n1,"${evil('user').replaceAll('"', '""')}",,\n` })
  await point('sign-offs.give', { move, signOff: 'contact', accepted: false, note: evil('sign-off') }).catch((error: unknown) => { assert.match(String(error), /nothing to accept yet/) })
  await lead('rules.set', { move, rules: [{ subject: 'firewall', host: 'forms.aozora.example', port: 443, protocol: 'tls', purpose: evil('rule').slice(0, 200) }] })
  await finance('quotes.withdraw', { quote, because: evil('quote') })
  await faces.world.ledger.transaction(async tx => {
    await tx.change('credential', credential, { name: evil('credential') })
    for (const one of await tx.list('sighting', { tenant }, { limit: 10 })) await tx.change('sighting', one.id, { program: evil('program'), host: `${evil('host')}${one.id}` })
    for (const [n, one] of (await tx.list('visit', { move }, { limit: 10 })).entries()) await tx.change('visit', one.id, { path: `<img src=x onerror=ran=1>${n}`, program: `<script>window.ran='visitor'</script>` })
    for (const one of await tx.list('archive', { move }, { limit: 10 })) await tx.change('archive', one.id, { name: evil('archive') })
    await tx.add('sign_off', { id: faces.world.newId<'sign-off'>(), vendor: faces.vendor.id, customer, move, key: 'tester', environment: 'prod', party: 'customer', duty: 'end-user', by: evil('tester'), accepted: false, answers: {}, note: evil('sign-off'), at: faces.clock.now() })
  })

  const looked = async (who: Parameters<typeof faces.open>[0], first: string, paths: readonly string[], shown: readonly string[]): Promise<void> => {
    const { page, context, complaints } = await faces.open(who, first)
    await context.addInitScript(`addEventListener('securitypolicyviolation', event => { (window.violations ??= []).push(event.violatedDirective + ' ' + event.blockedURI) })`)
    const text: string[] = []
    for (const path of paths) {
      await page.goto(`${faces.site}${path}`)
      await page.getByRole('heading', { level: 1 }).waitFor(wait)
      await page.waitForLoadState('networkidle')
      // What is folded up is in it as well.
      text.push(await page.locator('body').textContent() ?? '')
      assert.deepEqual(await harmOf(page), ['nothing', 0, []], path)
    }
    for (const name of shown) assert.ok(text.join('\n').includes(`<script>window.ran='${name}'`), `“${name}” is shown as it was written, on one of ${paths.join(', ')}`)
    assert.deepEqual(complaints.filter(one => !/40[349]/.test(one)), [])
    // Were one taken for what it looks like, the witnesses would tell; and the policy lets none of it run.
    await page.evaluate(`document.body.insertAdjacentHTML('beforeend', ${JSON.stringify(evil('witness'))})`)
    await until('the policy is asked', async () => ((await harmOf(page))[2] as readonly string[]).length > 0, { withinMs: 20_000 })
    const [ran, elements] = await harmOf(page)
    assert.deepEqual([ran, Number(elements) > 0], ['nothing', true])
  }
  const portal = ['', 'tasks', 'quotes', 'sign-offs', 'probe', 'files', 'credentials', 'sightings', 'users', 'questions', 'people', 'more'].map(page => `/portal/${page}`)
  await looked({ contact }, '/portal/', portal, ['sign-off', 'tester', 'rule', 'credential', 'program', 'host', 'visitor', 'archive', 'user'])
  await looked({ contact: billing }, '/portal/quotes', ['/portal/quotes'], ['quote'])
  await looked({ roles: ['admin', 'migration-lead', 'engineer', 'finance', 'support'] }, '/console/overview', ['/console/overview', '/console/moves', `/console/moves/${move}`, '/console/quotes', '/console/messages', '/console/journal'], [])
})

test('a browser’s cookie is kept from scripts, sent to its own site alone and only over TLS there, and a page of somebody else’s changes nothing by it', async t => {
  const faces = await useFaces(t, await useBrowser(t), { start: Date.now() })
  const { world } = faces
  const { contact } = await faces.customer('Nordlicht')
  const reporter = { failed: (error: unknown) => { throw error }, answered: () => { /* nobody counts */ } }
  const sent = async (site: string): Promise<string> => {
    const app = appOf({ ...world, site }, reporter)
    await faces.ask('links.ask', { email: 'person@nordlicht.example' })
    const link = new URL(linkIn((await usePost(faces).deliver()).at(-1) ?? { text: '' }))
    faces.clock.at(faces.clock.now() + 60_000)
    return (await app.request(link.pathname, { method: 'POST', headers: { 'sec-fetch-site': 'same-origin' } })).headers.get('set-cookie') ?? ''
  }
  assert.match(await sent('https://moves.kestrel.example'), /^rehome=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
  assert.match(await sent('http://127.0.0.1'), /^rehome=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/)

  const { page, context } = await faces.open({ contact }, '/portal/')
  const [cookie] = await context.cookies(faces.site)
  assert.equal(await page.evaluate('document.cookie'), '')
  const post = (headers: Readonly<Record<string, string>>): Promise<number> => fetch(`${faces.site}/api/sessions/end`, { method: 'POST', headers: { cookie: `rehome=${cookie?.value}`, ...headers }, body: '{}' }).then(answer => answer.status)
  assert.equal(await post({ 'content-type': 'text/plain', 'sec-fetch-site': 'cross-site' }), 403, 'as a form of another page sends it')
  assert.equal(await post({ 'content-type': 'application/json', origin: 'https://elsewhere.example' }), 403, 'as a script of another page sends it, without asking first')
  const asked = await fetch(`${faces.site}/api/sessions/end`, { method: 'OPTIONS', headers: { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-rehome,content-type' } })
  assert.equal(asked.headers.get('access-control-allow-origin'), null, 'who asks first is not allowed to')
  assert.equal(await world.ledger.read(view => view.count('session', { contact, endedAt: null })) > 0, true)
})
