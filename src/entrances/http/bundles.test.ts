import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { sha256 } from '#lib/hash.ts'
import { useEstate } from '#test/control/estate.ts'
import { press } from '#test/control/packer.ts'
import { usePost } from '#test/control/post.ts'
import { says } from '#test/control/says.ts'
import { bundleIn, receiptOf } from '#test/control/shelved-bundle.ts'
import type { Refusal } from '#wire/ask.ts'

const useBundles = async (t: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'shelf-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const estate = await useEstate(t, { bundles: folder })
  const { control, lead, tenant, programme, destination } = estate
  const { tenant: id, contact, customer } = await tenant('Nordlicht')
  const { id: move } = await lead('moves.add', { tenant: id, programme, destination, t0: '2027-03-01' })
  const engineer = await control.as('engineer')
  await control.world.ledger.transaction(tx => tx.change('contact', contact, { verifiedAt: control.clock.now() }))
  const post = usePost(control)
  const address = async (): Promise<string> => {
    const letter = (await post.deliver()).find(one => /\/bundles\//.test(one.text))
    assert.ok(letter !== undefined, 'there is a letter with a link')
    return /http:\/\/127\.0\.0\.1\/bundles\/[\w-]{43}/.exec(letter.text)?.[0].replace('http://127.0.0.1', control.site) ?? ''
  }
  return { ...estate, folder, move, contact, customer, engineer, post, address }
}

test('B10 the contact on file gets a link that is counted and expires, resumes where it stopped, and is told by a sentence when it is over', async t => {
  const { control, folder, move, engineer, address } = await useBundles(t)
  const { whole, index } = bundleIn(folder, 'shop.bundle')
  const { bundle } = await engineer('bundles.add', { move, file: 'shop.bundle' })
  assert.deepEqual([bundle.bytes, bundle.checksum, bundle.provenAt], [whole.length, sha256(index), null])
  assert.deepEqual((await engineer('bundles.add', { move, file: 'shop.bundle' })).bundle.id, bundle.id, 'said twice it is there once')
  await engineer('bundles.link', { bundle: bundle.id, times: 2, days: 7 })
  const link = await address()
  const rows = await control.database.query<{ t: string }>(`SELECT m::text || l::text AS t FROM rehome.bundle_link l, rehome.message m UNION ALL SELECT j::text FROM rehome.journal j`)
  assert.ok(!rows.some(row => row.t.includes(link.slice(-43))), 'of the token only the hash is kept')
  // Whatever opens the links of letters uses nothing up, however often.
  for (const method of ['HEAD', 'GET', 'GET', 'HEAD']) assert.equal((await fetch(link, { method })).headers.get('content-type'), 'text/html; charset=utf-8')
  const said = await (await fetch(link)).text()
  for (const part of ['shop.bundle', whole.length.toLocaleString('en'), sha256(index), '2 times']) assert.ok(said.includes(part), `${part}\n${said}`)
  assert.ok(!said.includes('/downloads/'), 'what fetches the file is not on the page')
  assert.equal((await fetch(link, { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' }, redirect: 'manual' })).status, 403, 'a page of somebody else presses no button')
  assert.deepEqual(await control.database.query('SELECT used FROM rehome.bundle_link'), [{ used: 0 }])
  assert.deepEqual(await control.database.query('SELECT * FROM rehome.download'), [])
  const url = await press(link)
  const tickets = await control.database.query<{ t: string }>('SELECT d::text AS t FROM rehome.download d')
  assert.ok(tickets.length === 1 && !tickets.some(row => row.t.includes(url.slice(-43))), 'of what fetches it only the hash is kept')
  const head = await fetch(url, { method: 'HEAD' })
  assert.deepEqual([head.status, head.headers.get('content-length'), head.headers.get('accept-ranges')], [200, String(whole.length), 'bytes'])
  // It breaks off, and goes on.
  const first = await fetch(url, { headers: { range: 'bytes=0-399999' } })
  assert.deepEqual([first.status, first.headers.get('content-range')], [206, `bytes 0-399999/${whole.length}`])
  const etag = first.headers.get('etag') ?? ''
  const start = Buffer.from(await first.arrayBuffer())
  const rest = await fetch(url, { headers: { 'range': 'bytes=400000-', 'if-range': etag } })
  assert.equal(rest.status, 206)
  assert.ok(Buffer.concat([start, Buffer.from(await rest.arrayBuffer())]).equals(whole))
  assert.deepEqual(await control.database.query('SELECT used FROM rehome.bundle_link'), [{ used: 1 }], 'in two pieces it is one download')
  assert.equal((await fetch(url, { headers: { range: `bytes=${whole.length}-` } })).status, 416)
  const other = await fetch(url, { headers: { 'range': 'bytes=400000-', 'if-range': '"another"' } })
  assert.equal(other.status, 200, 'of another file nothing is put behind what is there')
  await other.body?.cancel()
  const suffix = await fetch(url, { headers: { range: 'bytes=-10' } })
  assert.ok(Buffer.from(await suffix.arrayBuffer()).equals(whole.subarray(-10)))
  assert.deepEqual(await control.database.query('SELECT used FROM rehome.bundle_link'), [{ used: 1 }], 'what was left of a counted one counts no more')
  control.clock.pass(1)
  assert.equal((await fetch(url)).status, 410, 'what the button gave was for a day')
  const second = await press(link)
  assert.ok(Buffer.from(await (await fetch(second)).arrayBuffer()).equals(whole))
  const over = await fetch(second)
  assert.deepEqual([over.status, await over.text()], [410, 'The downloads of this link are used up. Ask for a new one on the page of your move.\n'])
  const page = await fetch(link)
  assert.deepEqual([page.status, (await page.text()).includes('The downloads of this link are used up.')], [410, true])
  assert.equal((await fetch(link, { method: 'POST', redirect: 'manual' })).status, 410)
  control.clock.pass(0.5)
  assert.equal((await fetch(second, { headers: { range: 'bytes=1-' } })).status, 410, 'nor its rest, when its time is over')
  await engineer('bundles.link', { bundle: bundle.id, times: 1, days: 7 })
  const next = await address()
  for (const one of [link, second]) assert.equal((await fetch(one)).status, 404, 'the link before it works no more')
  const begun = await press(next)
  control.clock.pass(7)
  const late = await fetch(begun)
  assert.deepEqual([late.status, await late.text()], [410, 'The time of this link is over. Ask for a new one on the page of your move.\n'])
  assert.ok((await (await fetch(next)).text()).includes('The time of this link is over.'))
  assert.equal((await fetch(`${control.site}/bundles/${'x'.repeat(43)}`)).status, 404)
})

test('B10 a contact fetches it in the session too: after the six digits, once whole, resumed where it broke off, and no link of a letter is touched', async t => {
  const { control, folder, move, contact, customer, engineer, address, tenant, lead } = await useBundles(t)
  const { whole } = bundleIn(folder, 'shop.bundle')
  const { bundle } = await engineer('bundles.add', { move, file: 'shop.bundle' })
  await engineer('bundles.link', { bundle: bundle.id, times: 2, days: 7 })
  const link = await address()
  const point = await control.asContact(contact)
  await assert.rejects(point('bundles.download', { bundle: bundle.id }), says(403, 'second-factor-missing'))
  const prove = () => control.world.ledger.transaction(async tx => { for (const { id } of await tx.list('session', { contact }, { limit: 10 })) await tx.change('session', id, { secondFactorAt: control.clock.now() }) })
  await prove()
  const { path } = await point('bundles.download', { bundle: bundle.id })
  const rows = await control.database.query<{ t: string }>('SELECT d::text || l::text AS t FROM rehome.download d, rehome.bundle_link l UNION ALL SELECT j::text FROM rehome.journal j')
  assert.ok(rows.length > 0 && !rows.some(row => row.t.includes(path.slice(-43))), 'of what fetches it only the hash is kept')
  const url = new URL(path, control.site)
  const first = await fetch(url, { headers: { range: 'bytes=0-399999' } })
  const start = Buffer.from(await first.arrayBuffer())
  const rest = await fetch(url, { headers: { 'range': 'bytes=400000-', 'if-range': first.headers.get('etag') ?? '' } })
  assert.deepEqual([first.status, rest.status], [206, 206])
  assert.ok(Buffer.concat([start, Buffer.from(await rest.arrayBuffer())]).equals(whole))
  assert.equal((await fetch(url)).status, 410, 'it was for one whole')
  assert.equal((await fetch(link)).status, 200, 'the link of the letter is as it was')
  // Its time: less than a day. Of many that were begun the oldest end; another link by letter ends none of them.
  const many: string[] = []
  for (let n = 0; n < 6; n++) {
    control.clock.at(control.clock.now() + 1_000)
    many.push((await point('bundles.download', { bundle: bundle.id })).path)
  }
  await engineer('bundles.link', { bundle: bundle.id, times: 2, days: 7 })
  const is = async (at: string): Promise<number> => (await fetch(new URL(at, control.site), { method: 'HEAD' })).status
  assert.deepEqual(await Promise.all(many.map(is)), [404, 200, 200, 200, 200, 200])
  control.clock.pass(1)
  assert.equal(await is(many[5] ?? ''), 410)
  await assert.rejects(point('bundles.download', { bundle: bundle.id }), says(403, 'second-factor-missing'), 'the digits count for ten minutes')
  // Not for others: of another customer, of another duty, of the vendor.
  await prove()
  const other = await control.asContact((await tenant('Sudwind')).contact)
  await assert.rejects(other('bundles.download', { bundle: bundle.id }), says(404, 'not-found'))
  const { id: billing } = await lead('contacts.add', { customer, name: 'Billing', email: 'billing@nordlicht.example', duties: ['billing'] })
  await assert.rejects((await control.asContact(billing))('bundles.download', { bundle: bundle.id }), says(403, 'not-your-part'))
  await assert.rejects(engineer('bundles.download', { bundle: bundle.id }), says(403, 'not-your-part'))
})

test('of downloads at the same time no more are whole than the link is good for', async t => {
  const { folder, move, engineer, address, control } = await useBundles(t)
  const { whole } = bundleIn(folder, 'shop.bundle', 2_000_000)
  const { bundle } = await engineer('bundles.add', { move, file: 'shop.bundle' })
  await engineer('bundles.link', { bundle: bundle.id, times: 2, days: 7 })
  const link = await address()
  const urls = await Promise.all(Array.from({ length: 5 }, () => press(link)))
  const answers = await Promise.allSettled(urls.map(async url => Buffer.from(await (await fetch(url)).arrayBuffer()).equals(whole)))
  assert.equal(answers.filter(one => one.status === 'fulfilled' && one.value).length, 2)
  assert.deepEqual(await control.database.query('SELECT used FROM rehome.bundle_link'), [{ used: 2 }])
})

test('what is no bundle of this move is not registered, and who may not is told nothing of the shelf', async t => {
  const { folder, move, engineer, control, contact, tenant, lead, programme, destination } = await useBundles(t)
  const { whole } = bundleIn(folder, 'shop.bundle')
  for (const file of ['none.bundle', '../shop.bundle', '/etc/passwd', '..', '.']) await assert.rejects(engineer('bundles.add', { move, file }), says(422, 'not-on-shelf'), file)
  writeFileSync(join(folder, 'broken.bundle'), whole.subarray(0, -1))
  await assert.rejects(engineer('bundles.add', { move, file: 'broken.bundle' }), (error: { code?: string; message?: string }) => error.code === 'BUNDLE_BROKEN' && !String(error.message).includes(folder))
  await assert.rejects((await control.as('support'))('bundles.add', { move, file: 'none.bundle' }), says(403, 'not-your-part'))
  await assert.rejects((await control.asContact(contact))('bundles.add', { move, file: 'none.bundle' }), (error: { status?: number }) => error.status === 403)
  const { bundle } = await engineer('bundles.add', { move, file: 'shop.bundle' })
  const { tenant: id, contact: stranger } = await tenant('Suedlicht')
  const { id: second } = await lead('moves.add', { tenant: id, programme, destination, t0: '2027-03-01' })
  await assert.rejects(engineer('bundles.add', { move: second, file: 'shop.bundle' }), says(409, 'bundle-of-another-move'))
  await assert.rejects((await control.asContact(stranger))('bundles.link', { bundle: bundle.id }), says(404, 'not-found'))
  assert.deepEqual((await (await control.asContact(contact))('bundles.list', { move })).items.map(one => one.id), [bundle.id])
  assert.deepEqual((await (await control.asContact(stranger))('bundles.list', { move })).items, [], 'another customer’s are not there')
  await control.world.ledger.transaction(tx => tx.change('contact', contact, { verifiedAt: null }))
  await assert.rejects(engineer('bundles.link', { bundle: bundle.id }), says(409, 'address-not-verified'))
})

test('B8 the receipt of the import proves the bundle, and one of another bundle or of whoever never opened it does not', async t => {
  const { folder, move, engineer, control, contact } = await useBundles(t)
  const { index } = bundleIn(folder, 'shop.bundle')
  const { bundle } = await engineer('bundles.add', { move, file: 'shop.bundle' })
  const customer = await control.asContact(contact)
  const receipt = (change: Parameters<typeof receiptOf>[2]): string => receiptOf('shop.bundle', index, change)
  await assert.rejects(customer('bundles.receipt', { bundle: bundle.id, receipt: 'nonsense' }), (error: unknown) => {
    says(422, 'receipt-wrong', /its receipt is not JSON/)(error)
    // Proof: what `says` lets pass is a refusal.
    assert.deepEqual((error as Refusal).problem['said'], { why: { en: 'its receipt is not JSON: it was cut off or changed', ja: '受領証が JSON ではありません。途中で切れているか、変更されています' } })
    return true
  })
  await assert.rejects(customer('bundles.receipt', { bundle: bundle.id, receipt: receipt({ index: 'b'.repeat(64) }) }), says(422, 'receipt-wrong', /another bundle/))
  await assert.rejects(customer('bundles.receipt', { bundle: bundle.id, receipt: receipt({ root: 'b'.repeat(64) }) }), says(422, 'receipt-wrong', /had not opened/))
  assert.deepEqual(await control.database.query('SELECT * FROM rehome.finding'), [])
  const taken = await customer('bundles.receipt', { bundle: bundle.id, receipt: receipt({}) })
  assert.equal(taken.bundle.provenAt, control.clock.now())
  assert.deepEqual(await control.database.query(`SELECT "check", held FROM rehome.finding`), [{ check: 'bundle-verified', held: true }])
  assert.ok(readFileSync(join(folder, 'shop.bundle')).length > 0)
})
