import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'node:test'
import { oidcSettings, openOidc } from '#adapters/identity/oidc.ts'
import { openSetup } from '#control/people/setup.ts'
import type { Role } from '#domain/access.ts'
import { lockOut } from '#domain/operator-sign-in.ts'
import type { Operator } from '#domain/records.ts'
import { asking } from '#wire/ask.ts'
import { browserAt } from '#test/control/browser.ts'
import { deviceAt } from '#test/control/passkey-device.ts'
import { type Control, useControl } from '#test/control/rig.ts'
import { says } from '#test/control/says.ts'
import { startOidcProvider } from '#test/services/oidc-provider.ts'
import type { Scope } from '#test/services/postgres.ts'

const minute = 60_000
const password = 'a heron beside the pond'
const company = { name: 'Kestrel Analytics', country: 'JP', zone: 'Asia/Tokyo', locale: 'ja' } as const
const first = { name: 'The first', email: 'First@kestrel.example' }
const tokenIn = (address: string | undefined): string => address?.split('/').at(-1) ?? ''
const row = async ({ world }: Control, email: string): Promise<Operator | undefined> => await world.ledger.read(view => view.find('operator', { email }))

test('where nobody is, an address is printed by which the first administrator is made; once, and never again', async t => {
  const control = await useControl(t)
  const { world, ask } = control
  const older = tokenIn(await openSetup(world))
  const address = await openSetup(world)
  assert.match(address ?? '', /^http:\/\/127\.0\.0\.1\/setup\/[\w-]{43}$/)
  const wish = { token: tokenIn(address), vendor: company, ...first }
  await assert.rejects(ask('setup.finish', { ...wish, token: older, password }), says(403, 'setup-wrong'))
  await assert.rejects(ask('setup.finish', wish), says(422, 'no-way-in'))
  await assert.rejects(ask('setup.finish', { ...wish, password: 'short' }), says(422, 'password-too-short'))
  await assert.rejects(ask('setup.finish', { ...wish, password: 'First@kestrel.example' }), says(422, 'password-too-plain'))
  control.clock.pass(1)
  await assert.rejects(ask('setup.finish', { ...wish, password }), says(409, 'setup-expired'))
  const fresh = { ...wish, token: tokenIn(await openSetup(world)) }
  const all = await Promise.allSettled(Array.from({ length: 4 }, (_, n) => ask('setup.finish', { ...fresh, email: `${n}.${first.email}`, password })))
  assert.equal(all.filter(one => one.status === 'fulfilled').length, 1, 'of several at once, one')
  const [made, ...more] = await world.ledger.read(view => view.list('operator', {}))
  assert.deepEqual([made?.roles, more], [['admin'], []])
  const { token } = await ask('sessions.begin', { email: made?.email.toUpperCase() ?? '', password })
  const self = await asking(control.site, token ?? '')('sessions.read', {})
  assert.deepEqual([self.kind, self.roles, self.vendor.name, self.locale], ['operator', ['admin'], 'Kestrel Analytics', 'ja'])
  assert.equal(await world.ledger.read(view => view.count('pending', {})), 0)
  assert.equal(await openSetup(world), undefined)
  await assert.rejects(ask('setup.finish', { ...fresh, password }), says(409, 'setup-done'))
  assert.ok(!JSON.stringify([made, await world.ledger.read(view => view.entries({}))]).includes(password))
})

test('set-up and invitations are forms too, that work without scripts', async t => {
  const control = await useControl(t)
  const path = `/setup/${tokenIn(await openSetup(control.world))}`
  const browser = browserAt(control.site)
  assert.match(await (await browser.open(path, { headers: { 'accept-language': 'ja,en;q=0.5' } })).text(), /<html lang="ja">.*Rehomeの初期設定.*<input name="password" type="password" value="" required minlength="12">/s)
  const { name: companyName, ...place } = company
  const form = { company: companyName, ...place, ...first, password }
  assert.equal((await browser.submit(path, form, { 'sec-fetch-site': 'cross-site' })).status, 403)
  assert.match(await (await browser.submit(path, { ...form, zone: 'Mars' })).text(), /is no time zone/)
  assert.match(await (await browser.submit(path, { ...form, password: 'short' })).text(), /at least twelve/)
  assert.equal((await browser.submit(path, form)).status, 303)
  assert.equal((await browser.open('/api/session')).status, 200)

  const { invitation } = await (await browser.script('/api/people', { name: 'Another', email: 'another@kestrel.example', roles: ['support'] })).json() as { invitation: string }
  const other = browserAt(control.site)
  assert.match(await (await other.open(`/join/${tokenIn(invitation)}`)).text(), /Welcome to Rehome/)
  assert.equal((await other.submit(`/join/${tokenIn(invitation)}`, { password: 'another heron, farther off' })).status, 303)
  assert.equal(((await (await other.open('/api/session')).json()) as { name: string }).name, 'Another')
  assert.equal((await browserAt(control.site).submit(`/join/${tokenIn(invitation)}`, { password: 'another heron, farther off' })).status, 422)
})

/** The first administrator, signed in. */
const begun = async (t: Scope) => {
  const control = await useControl(t)
  const { token } = await control.ask('setup.finish', { token: tokenIn(await openSetup(control.world)), vendor: company, ...first, password })
  return { control, admin: asking(control.site, token ?? '') }
}

test('a wrong password, an unknown address, a disabled person and a locked door are told alike, and take as long', async t => {
  const { control, admin } = await begun(t)
  const { ask } = control
  const { id, invitation } = await admin('people.add', { name: 'Gone', email: 'gone@kestrel.example', roles: ['support'] })
  await ask('joining.finish', { token: tokenIn(invitation), password })
  await admin('people.disable', { person: id })
  const answers: unknown[] = []
  for (const wish of [{ email: first.email, password: 'a wrong one, by far' }, { email: 'nobody@kestrel.example', password }, { email: 'gone@kestrel.example', password }]) {
    const at = performance.now()
    await ask('sessions.begin', wish).then(() => answers.push('in'), (error: { problem: object }) => answers.push(JSON.stringify(error.problem)))
    const took = performance.now() - at
    assert.ok(took >= 690, `${took} ms`)
  }
  assert.equal(new Set(answers).size, 1)
  // Many at once are no more tries than one after the other.
  await Promise.allSettled(Array.from({ length: 8 }, () => ask('sessions.begin', { email: first.email, password: 'a wrong one, by far' })))
  assert.equal((await row(control, first.email))?.failures, lockOut.free + 1)
  await assert.rejects(ask('sessions.begin', { email: first.email, password }), says(403, 'sign-in-failed'), 'the right one does not show while the door is locked')
  control.clock.at(control.clock.now() + minute)
  await ask('sessions.begin', { email: first.email, password })
  assert.equal((await row(control, first.email))?.failures, 0)
})

test('a new password signs out everywhere else; the old one counts no more', async t => {
  const { control, admin } = await begun(t)
  const { ask } = control
  const { token: elsewhere } = await ask('sessions.begin', { email: first.email, password })
  await assert.rejects(admin('passwords.change', { current: 'not the one it is', password: 'a cormorant on a post' }), says(403, 'sign-in-failed'))
  await assert.rejects(admin('passwords.change', { current: password, password: 'aaaaaaaaaaaaaaa' }), says(422, 'password-too-plain'))
  await admin('passwords.change', { current: password, password: 'a cormorant on a post' })
  await admin('sessions.read', {})
  await assert.rejects(asking(control.site, elsewhere ?? '')('sessions.read', {}), says(401, 'not-signed-in'))
  await assert.rejects(ask('sessions.begin', { email: first.email, password }), says(403, 'sign-in-failed'))
  await ask('sessions.begin', { email: first.email, password: 'a cormorant on a post' })
})

test('a passkey is made at set-up or later, signs in, is used in one answer, and cannot be copied', async t => {
  const control = await useControl(t)
  const { ask, world } = control
  const device = deviceAt('http://127.0.0.1')
  const token = tokenIn(await openSetup(world))
  const made = device.make(await ask('setup.offer', { token, ...first }))
  const { token: session } = await ask('setup.finish', { token, vendor: company, ...first, passkey: made })
  const admin = asking(control.site, session ?? '')
  const shown = device.show(await ask('passkeys.ask', {}))
  const { token: second } = await ask('passkeys.use', shown)
  assert.equal((await asking(control.site, second ?? '')('sessions.read', {})).name, first.name)
  await assert.rejects(ask('passkeys.use', shown), says(403, 'passkey-not-accepted'), 'a challenge counts once')
  const asked = await ask('passkeys.ask', {})
  await assert.rejects(ask('passkeys.use', { ask: asked.ask, answer: device.authenticator.get(asked.options as never, { counter: 0 }) as never }), says(403, 'passkey-not-accepted'))
  await assert.rejects(ask('passkeys.use', device.show(asked)), says(403, 'passkey-not-accepted'), 'also after a wrong answer')
  const late = device.show(await ask('passkeys.ask', {}))
  control.clock.at(control.clock.now() + 6 * minute)
  await assert.rejects(ask('passkeys.use', late), says(403, 'passkey-not-accepted'))
  await assert.rejects(ask('passkeys.use', deviceAt('http://127.0.0.1').show(await ask('passkeys.ask', {}))), says(403, 'passkey-not-accepted'))

  const [only] = (await admin('passkeys.list', {})).items
  await assert.rejects(admin('passkeys.remove', { passkey: only?.id as never }), says(409, 'last-way-in'))
  const further = deviceAt('http://127.0.0.1')
  const { id } = await admin('passkeys.add', further.make(await admin('passkeys.offer', {})))
  await ask('passkeys.use', further.show(await ask('passkeys.ask', {})))
  // What was made for one person is of no use to another one.
  const { invitation } = await admin('people.add', { name: 'Another', email: 'another@kestrel.example', roles: ['support'] })
  const another = deviceAt('http://127.0.0.1')
  const offered = another.make(await ask('joining.offer', { token: tokenIn(invitation) }))
  await assert.rejects(admin('passkeys.add', offered), says(403, 'passkey-not-accepted'))
  const joined = await ask('joining.finish', { token: tokenIn(invitation), passkey: another.make(await ask('joining.offer', { token: tokenIn(invitation) })) })
  const person = asking(control.site, joined.token ?? '')
  await assert.rejects(person('passkeys.remove', { passkey: id }), says(404, 'not-found'))
  await admin('passkeys.remove', { passkey: id })
  await assert.rejects(ask('passkeys.use', further.show(await ask('passkeys.ask', {}))), says(403, 'passkey-not-accepted'))
})

test('administrators invite others, and change their roles; nobody raises their own, and one administrator always remains', async t => {
  const { control, admin } = await begun(t)
  const { ask } = control
  const me = (await admin('sessions.read', {})).id as never
  const { id, invitation } = await admin('people.add', { name: 'Another', email: 'another@kestrel.example', roles: ['support'] })
  await assert.rejects(admin('people.add', { name: 'Twice', email: 'ANOTHER@kestrel.example', roles: [] }), says(409, 'address-taken'))
  const { token } = await ask('joining.finish', { token: tokenIn(invitation), password })
  const person = asking(control.site, token ?? '')
  for (const [name, input] of [['people.add', { name: 'x', email: 'x@kestrel.example', roles: ['admin'] }], ['people.change', { person: id, roles: ['admin'] }], ['people.disable', { person: me }], ['people.invite', { person: me }]] as const) await assert.rejects(person(name, input as never), says(403, 'not-your-part'), name)
  assert.deepEqual((await person('people.list', {})).items.map(one => [one.name, one.roles, one.signsInBy]), [['The first', ['admin'], ['password']], ['Another', ['support'], ['password']]])
  await assert.rejects(admin('people.change', { person: me, roles: ['admin', 'finance'] }), says(403, 'own-roles'))
  await assert.rejects(admin('people.change', { person: me, roles: [] }), says(409, 'last-admin'))
  await assert.rejects(admin('people.disable', { person: me }), says(409, 'last-admin'))
  await admin('people.change', { person: id, roles: ['admin'] })
  // Two take each other's away at the same time: one of the two stays.
  const both = await control.world.ledger.transaction(async tx => {
    for (const one of [me, id]) await tx.lock('operator', one)
    const asked = [admin('people.change', { person: id, roles: [] }), person('people.change', { person: me, roles: [] })]
    // Until both are as far as they come.
    await sleep(500)
    return { answers: Promise.allSettled(asked) }
  }).then(({ answers }) => answers)
  assert.equal(both.filter(one => one.status === 'fulfilled').length, 1)
  const people = await control.world.ledger.read(view => view.list('operator', {}))
  assert.equal(people.filter(one => one.roles.includes('admin')).length, 1)
})

test('who is disabled is out at once: sessions, invitations and passwords count no more', async t => {
  const { control, admin } = await begun(t)
  const { ask } = control
  const { id, invitation } = await admin('people.add', { name: 'Another', email: 'another@kestrel.example', roles: ['support'] })
  const { token } = await ask('joining.finish', { token: tokenIn(invitation), password })
  const person = asking(control.site, token ?? '')
  const again = await admin('people.invite', { person: id })
  const newer = await admin('people.invite', { person: id })
  await assert.rejects(ask('joining.finish', { token: tokenIn(again.invitation), password }), says(404, 'invitation-void'), 'a newer one voids it')
  await admin('people.disable', { person: id })
  await assert.rejects(person('sessions.read', {}), says(401, 'not-signed-in'))
  await assert.rejects(ask('joining.finish', { token: tokenIn(newer.invitation), password }), says(404, 'invitation-void'))
  await assert.rejects(ask('sessions.begin', { email: 'another@kestrel.example', password }), says(403, 'sign-in-failed'))
  await assert.rejects(admin('people.invite', { person: id }), says(409, 'person-disabled'))
  await admin('people.enable', { person: id })
  await assert.rejects(person('sessions.read', {}), says(401, 'not-signed-in'), 'an ended session stays ended')
  await ask('sessions.begin', { email: 'another@kestrel.example', password })
  const late = await admin('people.invite', { person: id })
  control.clock.pass(7)
  await assert.rejects(ask('joining.finish', { token: tokenIn(late.invitation), password }), says(404, 'invitation-void'))
})

/** A control whose people sign in at a real provider. */
const withService = async (t: Scope, groupRoles: Readonly<Record<string, readonly Role[]>> = {}) => {
  const control = await useControl(t)
  const redirect = `${control.site}/api/sign-in/return`
  const provider = await startOidcProvider({ redirect, people: {
    lead: { email: 'lead@kestrel.example', email_verified: true, name: 'The lead', groups: ['movers'] }, liar: { email: 'lead@kestrel.example', email_verified: false, groups: ['movers'] }, stranger: { email: 'x@elsewhere.example', email_verified: true },
  } })
  t.after(async () => { await provider[Symbol.asyncDispose]() })
  Object.assign(control.world, { groupRoles, signInService: openOidc(oidcSettings.parse({ issuer: provider.issuer, id: provider.id, secret: provider.secret, redirect, scopes: 'openid email profile groups' })) })
  /** As far as the way back. */
  const begin = async (person: string, returnTo = '/moves', how: { denies?: boolean } = {}) => {
    const browser = browserAt(control.site)
    const { url } = await (await browser.script('/api/sign-in/begin', { returnTo })).json() as { url: string }
    return { browser, back: `/api/sign-in/return?${await provider.browse(url, person, how)}` }
  }
  return { control, begin }
}

test('an operator on file signs in at the vendor’s own service, and is sent to where they wanted', async t => {
  const { control, begin } = await withService(t)
  await control.world.ledger.transaction(tx => tx.add('operator', { id: control.world.newId<'operator'>(), vendor: control.vendor.id, name: 'The lead', email: 'Lead@kestrel.example', roles: ['migration-lead'], password: null, subject: null, disabledAt: null, failures: 0, failedAt: null }))
  const { browser, back } = await begin('lead', '/moves?late=yes')
  assert.match(browser.set[0] ?? '', /^rehome-sign-in=[\w-]{43}; Max-Age=600; Path=\/api\/sign-in; HttpOnly; SameSite=Lax$/)
  const returned = await browser.open(back)
  assert.deepEqual([returned.status, returned.headers.get('location')], [303, '/moves?late=yes'])
  assert.deepEqual(((await (await browser.open('/api/session')).json()) as { roles: string[] }).roles, ['migration-lead'])
  assert.equal((await browser.open(back)).status, 403, 'it counts once')
  // Who comes with the same address from elsewhere, not verified there, is somebody else.
  const liar = await begin('liar')
  assert.equal((await liar.browser.open(liar.back)).status, 403)
  const stranger = await begin('stranger')
  assert.match(await (await stranger.browser.open(stranger.back)).text(), /nobody has given you a role/)
  const elsewhere = await begin('lead', 'https://elsewhere.example/')
  assert.equal((await elsewhere.browser.open(elsewhere.back)).headers.get('location'), '/')
})

test('a sign-in is finished in the browser that began it, in time, once', async t => {
  const { control, begin } = await withService(t, { movers: ['migration-lead'] })
  const stolen = await begin('lead')
  const thief = browserAt(control.site)
  assert.equal((await thief.open(stolen.back)).status, 403)
  assert.equal(thief.cookies.size, 0)
  assert.equal((await stolen.browser.open(stolen.back)).status, 403, 'what was tried elsewhere is void')
  const late = await begin('lead')
  control.clock.at(control.clock.now() + 11 * minute)
  assert.equal((await late.browser.open(late.back)).status, 403)
  const denied = await begin('lead', '/', { denies: true })
  assert.match(await (await denied.browser.open(denied.back)).text(), /broken off/)
  const [one, other] = [await begin('lead'), await begin('lead')]
  assert.equal((await one.browser.open(other.back)).status, 403, 'two of them begun, and mixed up')
  const right = await begin('lead')
  assert.equal((await right.browser.open(right.back)).status, 303)
  assert.equal(await control.world.ledger.read(view => view.count('session', {})), 1)
})

test('groups give roles where they are mapped, at each sign-in anew; who is disabled stays out', async t => {
  const groups: Record<string, readonly Role[]> = { movers: ['migration-lead', 'engineer'] }
  const { control, begin } = await withService(t, groups)
  const signIn = async () => {
    const { browser, back } = await begin('lead')
    return { browser, status: (await browser.open(back)).status }
  }
  const { browser } = await signIn()
  assert.deepEqual((await row(control, 'lead@kestrel.example'))?.roles, ['migration-lead', 'engineer'])
  groups['movers'] = ['auditor']
  await signIn()
  assert.deepEqual(((await (await browser.open('/api/session')).json()) as { roles: string[] }).roles, ['auditor'], 'in the older session too')
  const admin = await control.as('admin')
  await admin('people.disable', { person: (await row(control, 'lead@kestrel.example'))?.id as never })
  assert.equal((await browser.open('/api/session')).status, 401)
  assert.equal((await signIn()).status, 403)
})

test('without a sign-in service that way is closed, and says so', async t => {
  const control = await useControl(t)
  await assert.rejects(control.ask('service.begin', {}), says(409, 'no-sign-in-service'))
  assert.equal((await fetch(`${control.site}/api/sign-in/return?state=x&code=y`)).status, 403)
})
