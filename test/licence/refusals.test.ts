import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer as createRaw, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { describe, it, test, type TestContext } from 'node:test'
import { createSimulatedClock } from '#adapters/clock/simulated.ts'
import { createMemoryBook } from '#adapters/licence-book/memory/book.ts'
import { openOwnLicensor } from '#adapters/licensor/own/licensor.ts'
import { Fault } from '#domain/faults.ts'
import { licenceRefusals, type LicenceRefused, licenceSentence } from '#domain/licence/refused.ts'
import { refusals, sentenceOf } from '#domain/refusals.ts'
import { newPrivateKey, signerOf } from '#lib/sign.ts'
import { activate, install } from '#licence/activating.ts'
import { deactivate } from '#licence/giving-up.ts'
import { openServer } from '#licence/open.ts'
import { link, rename } from '#licence/orders.ts'
import { checkOut } from '#licence/seating.ts'
import { activateAt, anIssuer, issued, receiptOf, requestOf } from './issuer-rig.ts'
import { activate as activateByIssuer } from '#licence/issuer.ts'
import { aMachine, aServer, at } from './samples.ts'
import { aKey, createAnchors, createTestIssuer, granted, putIn, testWorld, wish } from './server-rig.ts'

const page = readFileSync(new URL('../../docs/licence.md', import.meta.url), 'utf8')
/** What an issuer refuses. */
const ofIssuer = ['code-unknown', 'too-many-codes', 'active-elsewhere', 'receipt-missing', 'receipt-wrong', 'request-used', 'request-wrong', 'licence-withdrawn', 'machine-unclear', 'issuer-restored'] as const

/** A row for each, as docs/licence.md has it: facts stand in backquotes. */
export const refusalRows = (): readonly string[] => [
  ...Object.entries(licenceRefusals).map(([name, { says }]) => row(name, says)), ...ofIssuer.map(name => row(name, `(the issuer) ${refusals[name].says}`)),
]
const row = (name: string, says: string): string => `| \`${name}\` | ${says.replaceAll(/\{(\w+)\}/g, '`{$1}`')} |`

test('docs/licence.md has every sentence with which a licence server or an issuer refuses, and no other', () => {
  const [, between = ''] = /<!-- refusals: begin[^>]*-->\n([\s\S]*?)<!-- refusals: end -->/.exec(page) ?? []
  const rows = between.trim().split('\n').filter(line => line.startsWith('| `'))
  assert.deepEqual(rows, refusalRows())
})

const faultsPage = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
const never = new AbortController().signal

/** The sentence of a page with anything for its facts. */
const asPattern = (says: string): RegExp => new RegExp(`^${says.split(/`\{\w+\}`/).map(part => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.+')}`, 's')
const inTheDocs = (name: string, sentence: string): void => {
  const rows = page.split('\n').filter(line => line.startsWith(`| \`${name}\` | `)).map(line => line.slice(line.indexOf(' | ') + 3, -2).replace('(the issuer) ', ''))
  assert.ok(rows.some(row => asPattern(row).test(sentence)), `${name}: “${sentence}” is not in docs/licence.md`)
  assert.doesNotMatch(sentence, /[{}]/)
}
/** Of a licence server that refused. */
const told = (name: string, answer: object): void => {
  assert.ok('refused' in answer && answer.refused === name, `${name} is not how it was refused: ${JSON.stringify(answer)}`)
  inTheDocs(name, licenceSentence(answer as unknown as LicenceRefused))
}
/** Of an issuer that refused. */
const toldByIssuer = (name: string, answer: object): void => {
  assert.ok('refused' in answer && answer.refused === name, JSON.stringify(answer))
  inTheDocs(name, sentenceOf(answer as never))
}
const asFault = (code: string) => (error: unknown): boolean => {
  assert.ok(error instanceof Fault && error.code === code, String(error))
  const section = new RegExp(`## ${code}\\n\\n(.*)\\n\\n\\*\\*What to do\\.\\*\\* (.*)\\n`).exec(faultsPage)
  assert.match(error.message, asPattern(section?.[1] ?? 'not there'))
  assert.ok((section?.[2] ?? '').length > 20)
  return true
}

const rig = async () => {
  const [simulated, issuer, machine, signer, anchors, book] = [createSimulatedClock(at), createTestIssuer(), { factors: aMachine('lm-01'), wallOffMs: 0 }, signerOf(newPrivateKey()), createAnchors(), createMemoryBook()]
  const clock = { now: () => simulated.now() + machine.wallOffMs, elapsed: simulated.elapsed, sleep: simulated.sleep }
  const world = testWorld({ clock, issuer, issuerKey: issuer.signer.publicKey, signer, anchors, book, factors: () => machine.factors })
  const server = await openServer(world, never)
  const [licence] = await putIn(server, issuer, 'solver', { startsAt: at })
  assert.ok(licence !== undefined)
  return { server, issuer, machine, world, licence, book }
}
/** One letter of what a document says is another. */
const tampered = (document: string): string => {
  const [head = '', body = '', signature = ''] = document.split('.')
  return [head, Buffer.from(Buffer.from(body, 'base64url').toString().replace('"seats":4', '"seats":9')).toString('base64url'), signature].join('.')
}

describe('a clear refusal, in the words of the docs:', () => {
  it('a tampered licence', async () => {
    const { server, issuer } = await rig()
    told('document-wrong', await install(server.stand, { document: tampered(issuer.licence().document), key: aKey() }))
  })

  it('the wrong machine', async () => {
    const { machine, world, book } = await rig()
    machine.factors = aMachine('lm-02')
    book.end()
    told('wrong-machine', await checkOut((await openServer(world, never)).stand, wish()))
  })

  it('a data directory that was copied to a second machine, and a database without it', async () => {
    const { world, book, server, issuer, machine } = await rig()
    const activation = [...server.stand.held.values()][0]?.activation?.signed
    book.end()
    // Key, anchor and book, as they were: bound to the machine all the same.
    machine.factors = aMachine('lm-02')
    const copied = await openServer(world, never)
    told('wrong-machine', await checkOut(copied.stand, wish()))
    book.end()
    await assert.rejects(openServer({ ...world, signer: signerOf(newPrivateKey()) }, never), asFault('LICENCE_BOOK_FOREIGN'))
    // To the issuer it is the same server: it gains no second activation.
    assert.equal(await issuer.stands(activation ?? '', never).then(({ stands }) => stands), true)
  })

  it('a replayed activation', async () => {
    const { server, licence } = await rig()
    const activation = server.stand.held.get(licence)?.activation?.signed ?? ''
    const { receipt } = granted(await deactivate(server.stand, { licence, key: aKey() }, never))
    told('activation-replayed', await activate(server.stand, { licence, activation, receipt, key: aKey() }, never))
    const [world, one] = [anIssuer(), aServer()]
    const what = await issued(world)
    const request = requestOf(one, what)
    granted(await activateByIssuer(world, { request, from: '192.0.2.7' }))
    granted(await activateAt(world, aServer('lm-02'), what, receiptOf(one, what.licence, 1)))
    toldByIssuer('request-used', await activateByIssuer(world, { request, from: '192.0.2.7' }))
  })

  it('a clock that was set back', async () => {
    const { server, machine } = await rig()
    machine.wallOffMs = -3_600_000
    told('clock-set-back', await checkOut(server.stand, wish()))
  })

  it('a code that is used twice, and one that is wrong', async () => {
    const world = anIssuer()
    const what = await issued(world)
    granted(await activateAt(world, aServer('lm-01'), what))
    toldByIssuer('active-elsewhere', await activateAt(world, aServer('lm-02'), what))
    toldByIssuer('code-unknown', await activateAt(world, aServer('lm-02'), { ...what, code: 'AAAAA-AAAAA-AAAAA-AAAAA-AAAAA' }))
  })

  it('the name of a profile that is taken', async () => {
    const { server, licence } = await rig()
    granted(await link(server.stand, { name: 'other', licences: [licence], key: aKey() }))
    told('profile-taken', await rename(server.stand, { from: 'other', to: 'solver', key: aKey() }))
  })

  it('a server that is unreachable in mid-step: told apart by whether it was asked', async t => {
    const shut = await listening(t)
    shut.close()
    await once(shut, 'close')
    const licence = '01997a3e-0000-7000-8000-000000000001'
    await assert.rejects(licensorAt(shut.port).deactivate(licence, aKey(), never), asFault('LICENSOR_UNREACHABLE'))
    // It takes the question, and is gone before it answers.
    const dying = await listening(t)
    dying.onAsked()
    await assert.rejects(licensorAt(dying.port).deactivate(licence, aKey(), never), asFault('LICENSOR_IN_DOUBT'))
  })
})

const licensorAt = (port: number) => openOwnLicensor({ url: `http://127.0.0.1:${port}`, token: 'a', connectMs: 10_000, answerMs: 10_000 })
const listening = async (t: TestContext) => {
  const server = createRaw().listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => { server.close() })
  return Object.assign(server, { port: (server.address() as AddressInfo).port, onAsked: () => { server.on('connection', socket => { socket.on('error', () => { /* gone */ }).once('data', () => { socket.destroy() }) }) } })
}
