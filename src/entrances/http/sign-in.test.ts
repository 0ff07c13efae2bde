import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asId } from '#domain/ids.ts'
import { sha256 } from '#lib/hash.ts'
import { asking } from '#wire/ask.ts'
import { browserAt } from '#test/control/browser.ts'
import { linkIn, usePost } from '#test/control/post.ts'
import { type Control, useControl } from '#test/control/rig.ts'
import { says } from '#test/control/says.ts'

const address = 'person@nordlicht.example'
const pathOf = (link: string): string => new URL(link).pathname
const tokenIn = (link: string): string => pathOf(link).split('/').at(-1) ?? ''
const minute = 60_000
const later = (control: Control, ms: number): void => { control.clock.at(control.clock.now() + ms) }

test('a person gets a link, opens it after a scanner did, presses the button and is signed in; it works once', async t => {
  const control = await useControl(t)
  const post = usePost(control)
  const { contact } = await control.customer('Nordlicht')
  assert.deepEqual(await control.ask('links.ask', { email: 'PERSON@nordlicht.example' }), { sent: true })
  const [letter] = await post.deliver()
  assert.ok(letter !== undefined)
  assert.equal(letter.to.address, address)
  const path = pathOf(linkIn(letter))
  // A scanner of a mail server opens what it finds, several times; nothing is used up.
  for (const method of ['GET', 'HEAD', 'GET']) assert.equal((await fetch(new URL(path, control.site), { method })).status, 200)
  const browser = browserAt(control.site)
  const shown = await browser.open(path)
  const html = await shown.text()
  assert.match(html, /<html lang="en">.*A person at Nordlicht, Nordlicht.*<form method="post" action="\/link\/sign-in\/[\w-]{43}"><button>Sign in<\/button><\/form>/s)
  assert.doesNotMatch(html, /<script|src=|href=/)
  assert.match(shown.headers.get('content-security-policy') ?? '', /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/)
  assert.deepEqual(['referrer-policy', 'cache-control', 'x-content-type-options'].map(name => shown.headers.get(name)), ['strict-origin', 'no-store', 'nosniff'])
  assert.equal(browser.cookies.size, 0)

  const pressed = await browser.submit(path)
  assert.deepEqual([pressed.status, pressed.headers.get('location')], [303, '/'])
  assert.match(browser.set.at(-1) ?? '', /^rehome=[\w-]{43}; Max-Age=1209600; Path=\/; HttpOnly; SameSite=Lax$/)
  const self = await (await browser.open('/api/session')).json() as { kind: string; id: string; email: string }
  assert.deepEqual([self.kind, self.id, self.email], ['contact', contact, address])

  const again = await browserAt(control.site).submit(path)
  assert.equal(again.status, 409)
  assert.match(await again.text(), /has been used already.*<form method="post" action="\/link\/sign-in\/[\w-]{43}\/again"><button>Send me a new link/s)
  await assert.rejects(control.ask('links.use', { token: path.split('/').at(-1) ?? '' }), says(409, 'link-used'))
  assert.equal(await control.world.ledger.read(view => view.count('session', { contact })), 1)
})

test('a link is used once, also by many at the same time', async t => {
  const control = await useControl(t)
  const { contact } = await control.customer('Nordlicht')
  await control.ask('links.ask', { email: address })
  const [letter] = await usePost(control).deliver()
  const token = tokenIn(linkIn(letter as never))
  const tries = await Promise.allSettled(Array.from({ length: 8 }, () => control.ask('links.use', { token })))
  assert.equal(tries.filter(one => one.status === 'fulfilled').length, 1)
  assert.equal(await control.world.ledger.read(view => view.count('session', { contact })), 1)
})

test('a program has its token in the answer, a browser in the cookie alone', async t => {
  const control = await useControl(t)
  await control.customer('Nordlicht')
  const post = usePost(control)
  const next = async (): Promise<string> => {
    await control.ask('links.ask', { email: address })
    later(control, minute)
    return tokenIn(linkIn((await post.deliver())[0] as never))
  }
  const { begun } = await control.ask('links.use', { token: await next() })
  assert.equal((await asking(control.site, begun?.token ?? '')('sessions.read', {})).name, 'A person at Nordlicht')
  const browser = browserAt(control.site)
  const answer = await (await browser.script('/api/links/use', { token: await next() })).json() as { begun: { token: string | null } }
  assert.equal(answer.begun.token, null)
  assert.equal((await browser.open('/api/session')).status, 200)
})

test('whether an address is known is not told: the answer is the same, and takes as long', async t => {
  const control = await useControl(t)
  await control.customer('Nordlicht')
  const post = usePost(control)
  const timed = async (email: string): Promise<number> => {
    const began = performance.now()
    assert.deepEqual(await control.ask('links.ask', { email }), { sent: true })
    return performance.now() - began
  }
  const [known, unknown] = [[] as number[], [] as number[]]
  for (let n = 0; n < 3; n++) {
    known.push(await timed(address))
    unknown.push(await timed('nobody@nordlicht.example'))
    later(control, minute)
  }
  for (const took of [...known, ...unknown]) assert.ok(took >= 395, `${took} ms`)
  assert.equal((await post.deliver()).length, 3)
  // Asked without pause nothing more is sent, and the answer does not change.
  for (let n = 0; n < 3; n++) await timed(address)
  assert.equal((await post.deliver()).length, 1)
  for (let n = 0; n < 6; n++) { await timed(address); later(control, minute) }
  assert.equal((await post.deliver()).length, 1, 'five an hour')
})

test('an expired or replaced link says so in the reader’s language, and a button sends a new one to the same address', async t => {
  const control = await useControl(t)
  const { contact } = await control.customer('Nordlicht')
  await control.world.ledger.transaction(tx => tx.change('contact', contact, { locale: 'ja' }))
  const post = usePost(control)
  await control.ask('links.ask', { email: address })
  const first = pathOf(linkIn((await post.deliver())[0] as never))
  later(control, minute)
  await control.ask('links.ask', { email: address })
  const second = pathOf(linkIn((await post.deliver())[0] as never))
  const browser = browserAt(control.site)
  assert.match(await (await browser.open(first)).text(), /<html lang="ja">.*新しいリンクをお送りしています/s)
  assert.equal((await browser.submit(first)).status, 409)
  control.clock.pass(7)
  const old = await browser.open(second)
  assert.equal(old.status, 409)
  assert.match(await old.text(), /有効期限が切れています.*action="[^"]+\/again"><button>新しいリンクを送信する/s)
  assert.equal((await browser.submit(second)).status, 409)
  assert.match(await (await browser.submit(`${second}/again`)).text(), /新しいリンクをお送りしました/)
  const [fresh] = await post.deliver()
  assert.equal(fresh?.to.address, address)
  assert.equal((await browser.submit(pathOf(linkIn(fresh as never)))).status, 303)
  const unknown = await browser.open('/link/sign-in/nothing-of-ours')
  assert.deepEqual([unknown.status, /again"/.test(await unknown.text())], [404, false])
  assert.match(await (await browser.submit('/link/sign-in/nothing-of-ours/again')).text(), /on its way/)
  assert.equal((await post.deliver()).length, 0)
})

test('a link verifies the address it went to (A3), and none that went to another one', async t => {
  const control = await useControl(t)
  const { contact } = await control.customer('Nordlicht')
  await control.world.ledger.transaction(tx => tx.change('contact', contact, { verifiedAt: null }))
  const post = usePost(control)
  const verified = async (): Promise<number | null | undefined> => (await control.world.ledger.read(view => view.get('contact', contact)))?.verifiedAt
  await control.ask('links.ask', { email: address })
  const before = pathOf(linkIn((await post.deliver())[0] as never))
  const support = await control.as('support')
  await support('contacts.change', { contact, email: 'other@nordlicht.example' })
  assert.equal((await browserAt(control.site).submit(before)).status, 409)
  assert.equal(await verified(), null)

  const { world } = control
  await world.ledger.transaction(tx => tx.add('link', { id: world.newId<'link'>(), contact, purpose: 'verify-contact', hash: sha256('of the letter'), createdAt: control.clock.now(), expiresAt: control.clock.now() + minute, usedAt: null, replacedAt: null }))
  const browser = browserAt(control.site)
  assert.match(await (await browser.open('/link/verify-contact/of%20the%20letter')).text(), /Confirm your address.*Yes, letters reach me/s)
  assert.equal(await verified(), null)
  assert.match(await (await browser.submit('/link/verify-contact/of%20the%20letter')).text(), /Your address is confirmed/)
  assert.equal(await verified(), control.clock.now())
  assert.equal(browser.cookies.size, 0, 'who verifies an address is not signed in by it')
  const entries = await world.ledger.read(view => view.entries({ subject: contact }))
  assert.deepEqual(entries.map(one => [one.verb, one.who.id, one.facts]).at(-1), ['contact.answer', contact, { verified: true }])
})

test('a removed person’s link, session and request for a link lead nowhere', async t => {
  const control = await useControl(t)
  const { contact } = await control.customer('Nordlicht')
  const post = usePost(control)
  await control.ask('links.ask', { email: address })
  const path = pathOf(linkIn((await post.deliver())[0] as never))
  const person = await control.asContact(contact)
  await (await control.as('support'))('contacts.remove', { contact })
  assert.equal((await browserAt(control.site).submit(path)).status, 409)
  await assert.rejects(person('sessions.read', {}), says(401, 'not-signed-in'))
  control.clock.pass(1)
  await control.ask('links.ask', { email: address })
  assert.equal((await post.deliver()).length, 0)
})

test('a session ends when it is idle, when its time is over, and at once when somebody signs out', async t => {
  const control = await useControl(t)
  const { contact } = await control.customer('Nordlicht')
  const post = usePost(control)
  const signIn = async () => {
    await control.ask('links.ask', { email: address })
    const browser = browserAt(control.site)
    assert.equal((await browser.submit(pathOf(linkIn((await post.deliver())[0] as never)))).status, 303)
    return browser
  }
  const status = async (browser: { open(path: string): Promise<Response> }): Promise<number> => (await browser.open('/api/session')).status
  const hour = 60 * minute
  const browser = await signIn()
  const seen = async (): Promise<number | undefined> => (await control.world.ledger.read(view => view.list('session', { contact, endedAt: null }, { by: 'createdAt', descending: true })))[0]?.seenAt
  const began = control.clock.now()
  later(control, 30_000)
  assert.equal(await status(browser), 200)
  assert.equal(await seen(), began, 'not every request writes')
  later(control, 31_000)
  await Promise.all(Array.from({ length: 6 }, () => status(browser)))
  assert.equal(await seen(), began + 61_000)
  for (let n = 0; n < 20; n++) { later(control, 16 * hour); assert.equal(await status(browser), 200) }
  later(control, 16 * hour)
  assert.equal(await status(browser), 401, 'fourteen days are the most')
  const idle = await signIn()
  later(control, 24 * hour)
  assert.equal(await status(idle), 401)

  const [one, other] = [await signIn(), (later(control, minute), await signIn())]
  const kept = one.cookies.get('rehome') ?? ''
  const { items } = await (await other.open('/api/sessions')).json() as { items: { id: string; isThis: boolean }[] }
  assert.deepEqual(items.map(item => item.isThis), [true, false])
  assert.equal((await one.script('/api/sessions/end', {})).status, 200)
  assert.match(one.set.at(-1) ?? '', /^rehome=; Max-Age=0/)
  assert.equal((await fetch(`${control.site}/api/session`, { headers: { cookie: `rehome=${kept}` } })).status, 401, 'the cookie of a session that was ended')
  assert.equal(await status(other), 200)
  // Somebody else's session is not there.
  const stranger = await control.as('admin')
  await assert.rejects(stranger('sessions.end', { session: asId(items[0]?.id ?? '') }), says(404, 'not-found'))
  assert.deepEqual((await stranger('sessions.list', {})).items.map(item => item.isThis), [true])
})

test('a page of somebody else asks nothing in a person’s name, and signs nobody in', async t => {
  const control = await useControl(t)
  await control.customer('Nordlicht')
  const post = usePost(control)
  await control.ask('links.ask', { email: address })
  const path = pathOf(linkIn((await post.deliver())[0] as never))
  const browser = browserAt(control.site)
  for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { 'sec-fetch-site': 'none', origin: control.site }] as const) {
    const answer = await browser.submit(path, {}, headers)
    if (headers['sec-fetch-site'] === 'none') assert.equal(answer.status, 303)
    else assert.equal(answer.status, 403)
  }
  const plain = (headers: Record<string, string>): Promise<Response> => browser.open('/api/sessions/end', { method: 'POST', body: '{}', headers: { 'content-type': 'text/plain', ...headers } })
  assert.equal((await plain({})).status, 401, 'without our header a cookie counts for nothing')
  assert.equal((await plain({ origin: 'https://elsewhere.example' })).status, 403)
  assert.equal((await plain({ origin: 'null' })).status, 403)
  assert.equal((await plain({ 'x-rehome': '1', 'sec-fetch-site': 'cross-site' })).status, 403)
  // A browser of before Sec-Fetch-Site.
  const old = await fetch(new URL('/api/sessions/begin', control.site), { method: 'POST', body: '{}', headers: { origin: 'https://elsewhere.example', 'content-type': 'text/plain' } })
  assert.equal(old.status, 403)
  assert.equal((await browser.open('/api/session')).status, 200)
  assert.equal((await plain({ 'x-rehome': '1', origin: control.site })).status, 200)
})

test('a session that somebody planted is left behind at sign-in, and ended', async t => {
  const control = await useControl(t)
  const { contact } = await control.customer('Nordlicht')
  const post = usePost(control)
  const { world } = control
  const planted = world.secret()
  await world.ledger.transaction(tx => tx.add('session', { id: world.newId<'session'>(), hash: sha256(planted), contact, operator: null, createdAt: control.clock.now(), seenAt: control.clock.now(), expiresAt: control.clock.now() + minute, endedAt: null, secondFactorAt: null }))
  await control.ask('links.ask', { email: address })
  const path = pathOf(linkIn((await post.deliver())[0] as never))
  const answer = await fetch(new URL(path, control.site), { method: 'POST', redirect: 'manual', headers: { cookie: `rehome=${planted}` } })
  const [, token = ''] = /^rehome=([^;]+)/.exec(answer.headers.getSetCookie()[0] ?? '') ?? []
  assert.ok(token !== '' && token !== planted)
  await assert.rejects(asking(control.site, planted)('sessions.read', {}), says(401, 'not-signed-in'))
  assert.equal((await asking(control.site, token)('sessions.read', {})).id, contact)
})

test('a second factor (B13): six digits to the address on file, five tries, ten minutes, once', async t => {
  const control = await useControl(t)
  const { contact } = await control.customer('Nordlicht')
  const post = usePost(control)
  const person = await control.asContact(contact)
  const digits = async (): Promise<string> => /\b\d{6}\b/.exec((await post.deliver())[0]?.text ?? '')?.[0] ?? 'none'
  await assert.rejects(person('codes.use', { digits: '000000' }), says(409, 'code-none'))
  await person('codes.ask', {})
  await assert.rejects(person('codes.ask', {}), says(409, 'too-soon'))
  const first = await digits()
  const wrong = first === '123456' ? '654321' : '123456'
  await assert.rejects(person('codes.use', { digits: wrong }), says(403, 'code-wrong'))
  assert.equal((await person('sessions.read', {})).isProven, false)
  await person('codes.use', { digits: ` ${first.slice(0, 3)} ${first.slice(3)}` })
  assert.equal((await person('sessions.read', {})).isProven, true)
  await assert.rejects(person('codes.use', { digits: first }), says(409, 'code-used'))
  later(control, 11 * minute)
  assert.equal((await person('sessions.read', {})).isProven, false)

  await person('codes.ask', {})
  const second = await digits()
  const many = await Promise.allSettled(Array.from({ length: 8 }, () => person('codes.use', { digits: second === '111111' ? '222222' : '111111' })))
  assert.equal(many.filter(one => one.status === 'rejected').length, 8)
  await assert.rejects(person('codes.use', { digits: second }), says(409, 'code-spent'), 'tries are kept although the answer is no')
  later(control, minute)
  await person('codes.ask', {})
  const third = await digits()
  // Another session of the same person has codes of its own.
  await assert.rejects((await control.asContact(contact))('codes.use', { digits: third }), says(409, 'code-none'))
  later(control, 10 * minute)
  await assert.rejects(person('codes.use', { digits: third }), says(409, 'code-expired'))
  const rows = await control.world.ledger.read(view => view.list('code', {}))
  assert.deepEqual(rows.map(row => row.tries), [1, 5, 0])
  assert.ok(!JSON.stringify([rows, await control.world.ledger.read(view => view.list('message', {})), await control.world.ledger.read(view => view.entries({}))]).includes(third), 'the digits are nowhere but in the letter')
})

test('who guesses without having signed in is stopped by the address they come from, whatever token they make up', async t => {
  const control = await useControl(t)
  const statuses = new Set<number>()
  for (let n = 0; n < 61; n++) statuses.add((await fetch(`${control.site}/api/links/use`, { method: 'POST', body: '{"token":"guess"}', headers: { authorization: `Bearer made-up-${n}` } })).status)
  assert.deepEqual([...statuses], [404, 429])
})
