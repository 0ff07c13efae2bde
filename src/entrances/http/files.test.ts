import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { hashed } from '#lib/hashed.ts'
import { asking } from '#wire/ask.ts'
import { useEstate } from '#test/control/estate.ts'
import { eventually, press, useAgentHere } from '#test/control/packer.ts'
import { usePost } from '#test/control/post.ts'
import { says } from '#test/control/says.ts'

const serves = [{ home: 'the old cloud', tenant: '*' }]

const useFiles = async (t: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'files-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const [shelf, trees] = [join(folder, 'shelf'), join(folder, 'trees')]
  mkdirSync(join(trees, 'nordlicht', '図面'), { recursive: true })
  writeFileSync(join(trees, 'nordlicht', '図面', 'plan.bin'), randomBytes(15 * 2 ** 20))
  writeFileSync(join(trees, 'nordlicht', 'readme.txt'), 'read me')
  const estate = await useEstate(t, { bundles: shelf, playbook: 'chain' })
  const { control, lead, programme, destination, tenant } = estate
  const { tenant: id, contact } = await tenant('Nordlicht')
  await control.world.ledger.transaction(tx => tx.change('contact', contact, { verifiedAt: control.clock.now() }))
  const { id: move } = await lead('moves.add', { tenant: id, programme, destination, t0: '2027-03-01' })
  const engineer = await control.as('engineer')
  const agent = async (name: string): Promise<string> => (await engineer('agents.add', { name })).token
  const post = usePost(control)
  const link = async (): Promise<string> => {
    const letter = (await post.deliver()).find(one => /\/bundles\//.test(one.text))
    assert.ok(letter !== undefined, 'there is a letter with a link')
    return control.site + (/http:\/\/127\.0\.0\.1(\/bundles\/[\w-]{43})/.exec(letter.text)?.[1] ?? '')
  }
  return { ...estate, shelf, trees, move, contact, engineer, agent, link, point: await control.asContact(contact) }
}

test('B4 one wish packs the whole tree, the contact on file gets the link, and the download resumes until every byte was sent', async t => {
  const { control, shelf, trees, move, engineer, agent, link, point } = await useFiles(t)
  const running = useAgentHere(t, { site: control.site, token: await agent('beside the old cloud'), stores: [{ home: 'the old cloud', tenant: '*', url: 'postgres://nobody@127.0.0.1:1/none', files: join(trees, '{tenant}') }] })
  await point('moves.order', { move, kind: 'files' })
  const archive = await eventually('the archive', async () => (await point('files.list', { move })).items[0], running.said)
  const whole = readFileSync(join(shelf, readdirSync(shelf).find(name => name.endsWith('.zip')) ?? ''))
  assert.deepEqual([archive.name, archive.bytes, archive.sha256, archive.files, archive.sentBytes, archive.sentAt], ['nordlicht-files.zip', whole.length, hashed(whole), 2, 0, null])
  assert.deepEqual(readdirSync(shelf).filter(name => name.endsWith('.draft')), [])
  const page = await link()
  const said = await (await fetch(page)).text()
  for (const part of ['nordlicht-files.zip', archive.sha256, whole.length.toLocaleString('en'), '3 times']) assert.ok(said.includes(part), `${part}\n${said}`)
  const url = await press(page)
  const sent = async (): Promise<number> => (await point('files.list', { move })).items[0]?.sentBytes ?? -1
  // The end first, as a program that fetches in pieces may do; then it breaks off in the middle; then the rest.
  const piece = async (range: string): Promise<Buffer> => Buffer.from(await (await fetch(url, { headers: { range } })).arrayBuffer())
  const end = await piece(`bytes=${whole.length - 1_000_000}-`)
  await eventually('the end', async () => (await sent() === 1_000_000 ? true : undefined))
  const broken = await fetch(url, { headers: { range: 'bytes=0-' } })
  const reader = broken.body?.getReader()
  const begun = Buffer.from((await reader?.read())?.value ?? [])
  await reader?.cancel()
  const after = await eventually('what was sent before it broke off', async () => { const now = await sent(); return now > 1_000_000 ? now : undefined })
  assert.ok(after < whole.length)
  const rest = await piece(`bytes=${begun.length}-${whole.length - 1_000_001}`)
  assert.ok(Buffer.concat([begun, rest, end]).equals(whole))
  assert.ok((await eventually('all of it', async () => (await point('files.list', { move })).items[0]?.sentAt ?? undefined)) > 0)
  assert.equal(await sent(), whole.length)
  assert.match(execFileSync('python3', ['-c', 'import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).testzip())', join(shelf, readdirSync(shelf)[0] ?? '')], { encoding: 'utf8' }), /None/)
  // As the letter says for servers without a browser, on top of what had come before it broke off.
  const file = join(shelf, '../fetched.zip')
  writeFileSync(file, whole.subarray(0, 5_000_000))
  await promisify(execFile)('sh', ['-c', `curl -C - -o FILE "$(curl -sd '' -w '%{redirect_url}' LINK)"`.replace('FILE', file).replace('LINK', page)], { timeout: 30_000 })
  assert.ok(readFileSync(file).equals(whole))
  // Packed anew, the new one takes its place, and the old link leads nowhere.
  writeFileSync(join(trees, 'nordlicht', 'readme.txt'), 'read me again')
  await engineer('moves.order', { move, kind: 'files' })
  await eventually('the second archive', async () => { const [one] = (await point('files.list', { move })).items; return one === undefined || one.id === archive.id ? undefined : one }, running.said)
  assert.equal((await fetch(page)).status, 404)
  await eventually('the first archive to go', async () => (readdirSync(shelf).length === 1 ? true : undefined))
})

test('B4 a piece is taken once, in its order, as its hash says, from the agent that has the order and nobody else', async t => {
  const { control, shelf, move, agent, point, engineer } = await useFiles(t)
  const [first, second] = [asking(control.site, await agent('the first')), asking(control.site, await agent('the second'))]
  await point('moves.order', { move, kind: 'files' })
  const { claimed } = await first('orders.claim', { serves, waitSeconds: 0 })
  assert.ok(claimed?.kind === 'files')
  const put = (ask: typeof first, claim: number, at: number, content: Buffer, sha256 = hashed(content)) => ask('files.put', { order: claimed.order, claim, at, sha256, base64: content.toString('base64') })
  const [a, b] = [Buffer.from('the first piece'), Buffer.from('the second piece')]
  assert.equal((await put(first, claimed.claim, 0, a)).next, a.length)
  assert.equal((await put(first, claimed.claim, a.length, b)).next, a.length + b.length)
  assert.equal((await put(first, claimed.claim, a.length, b)).next, a.length + b.length, 'its answer was lost, and it comes again')
  await assert.rejects(put(first, claimed.claim, 3, b), says(422, 'piece-wrong'))
  await assert.rejects(put(first, claimed.claim, a.length + b.length, b, hashed(a)), says(422, 'piece-wrong'))
  await assert.rejects(put(second, claimed.claim, 0, a), says(403, 'order-lost'))
  await assert.rejects(put(engineer, claimed.claim, 0, a), says(403, 'not-your-part'))
  const done = (ask: typeof first, claim: number, bytes: number) => ask('files.done', { order: claimed.order, claim, bytes, sha256: hashed(Buffer.concat([a, b])), files: 2, others: 0 })
  await assert.rejects(done(first, claimed.claim, a.length), says(422, 'piece-wrong'), 'not the size that it says')
  // It falls silent, another one takes the order up, and packs anew; what the first one still says is not heard.
  control.clock.at(control.clock.now() + 120_000)
  const again = (await second('orders.claim', { serves, waitSeconds: 0 })).claimed
  assert.ok(again !== null && again.order === claimed.order)
  await assert.rejects(put(first, claimed.claim, a.length + b.length, b), says(403, 'order-lost'))
  await put(second, again.claim, 0, a)
  assert.deepEqual(readdirSync(shelf), [`${claimed.order}.${again.claim}.draft`], 'what the first one began is gone')
  await put(second, again.claim, a.length, b)
  const { archive } = await done(second, again.claim, a.length + b.length)
  assert.equal((await done(second, again.claim, a.length + b.length)).archive, archive, 'said again it is the same one')
  assert.deepEqual((await point('files.list', { move })).items.map(one => one.id), [archive])
})
