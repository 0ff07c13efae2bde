import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createMemoryBook } from '#adapters/licence-book/memory/book.ts'
import { newPrivateKey, signerOf } from '#lib/sign.ts'
import { code, hourMs, killable, never, take, why } from '#test/licence/killable.ts'
import { aMachine } from '#test/licence/samples.ts'
import { aKey, createAnchors, createTestIssuer, granted, testWorld } from '#test/licence/server-rig.ts'
import { activate, install, request } from './activating.ts'
import { deactivate } from './giving-up.ts'
import { type OpenedServer, openServer } from './open.ts'

describe('a licence server refuses', () => {
  it('on a machine that is not the one, at the start and after an hour, and tells which kinds of factors differ and no value', async () => {
    const { server, machine, pass, open, book } = await killable()
    machine.factors = aMachine('lm-01').map(factor => (factor.kind === 'host-name' ? { ...factor, value: 'renamed' } : factor))
    await pass(hourMs + 10_000)
    assert.equal(why(await take(server)), 'not refused', 'one that differs is tolerated')
    machine.factors = aMachine('lm-02')
    await pass(hourMs + 10_000)
    assert.equal(why(await take(server)), 'wrong-machine')
    book.end()
    const started = await open()
    const refused = await take(started)
    assert.equal(why(refused), 'wrong-machine')
    assert.deepEqual((refused as unknown as { differ: string[] }).differ.toSorted(), ['board', 'host-name', 'machine-id', 'network'])
    assert(!JSON.stringify(refused).includes('lm-0'))
  })

  it('an activation for another machine, another server, or one that somebody changed', async () => {
    const [one, other] = [await killable(), await killable()]
    const { licence, document } = one.issuer.licence({})
    granted(await install(one.server.stand, { document, key: aKey() }))
    const { request: asked } = granted(await request(one.server.stand, { licence: licence.id, code, receipt: null }))
    const activation = await one.issuer.activate(asked, never)
    const by = (server: OpenedServer, signed: string) => activate(server.stand, { licence: licence.id, activation: signed, receipt: null, key: aKey() }, never)
    const [head, body = '', signature] = activation.split('.')
    const forged = [head, Buffer.from(Buffer.from(body, 'base64url').toString().replace('"generation":1', '"generation":2')).toString('base64url'), signature].join('.')
    assert.equal(why(await by(one.server, forged)), 'document-wrong')
    one.machine.factors = aMachine('lm-02')
    assert.equal(why(await by(one.server, activation)), 'wrong-machine')
    one.machine.factors = aMachine('lm-01')
    granted(await by(one.server, activation))
    // A server that trusts the same issuer.
    const second = await openServer(testWorld({ clock: other.simulated, issuerKey: one.issuer.signer.publicKey }), never)
    granted(await install(second.stand, { document, key: aKey() }))
    assert.deepEqual(await by(second, activation), { refused: 'activation-of-another', what: 'licence server' })
  })

  it('a licence that somebody changed, and one of another issuer', async () => {
    const { server, issuer } = await killable()
    const [head, body = '', signature] = issuer.licence({ seats: 4 }).document.split('.')
    const more = [head, Buffer.from(Buffer.from(body, 'base64url').toString().replace('"seats":4', '"seats":9')).toString('base64url'), signature].join('.')
    for (const document of [more, createTestIssuer().licence().document, 'a.b.c']) assert.equal(why(await install(server.stand, { document, key: aKey() })), 'document-wrong')
  })

  it('a book in which somebody changed a licence', async () => {
    const { book, server, licence, open, issuer } = await killable()
    const held = server.stand.held.get(licence)
    await server.stand.book.keep([{ licences: [{ licence, document: issuer.licence({ id: licence, seats: 900 }).document.replace(/.$/, 'A').replace(/.{3}$/, 'AAA'), activation: held?.activation?.signed ?? null, generation: 1, receipt: null, brought: null, code: null, doubt: null, waits: false }] }])
    book.end()
    await assert.rejects(open(), { code: 'LICENCE_BOOK_WRONG' })
  })

  it('while the clock is set back by more than two minutes, also when it was while the server was down', async () => {
    const { server, machine, book, open, pass } = await killable()
    await pass(hourMs)
    machine.wallOffMs = -110_000
    granted(await take(server))
    machine.wallOffMs = -hourMs
    assert.equal(why(await take(server)), 'clock-set-back')
    assert.equal(server.stand.seats.count, 1, 'leases are timed by a clock that does not go back')
    book.end()
    const again = await open()
    assert.equal(why(await take(again)), 'clock-set-back')
    machine.wallOffMs = 0
    granted(await take(again))
  })

  it('an activation that was given up here, whatever is shown to it', async () => {
    const { server, licence, book, open } = await killable()
    const old = server.stand.held.get(licence)?.activation?.signed ?? ''
    const { receipt } = granted(await deactivate(server.stand, { licence, key: aKey() }, never))
    const by = (on: OpenedServer) => activate(on.stand, { licence, activation: old, receipt, key: aKey() }, never)
    assert.deepEqual(await by(server), { refused: 'activation-replayed', generation: 1 })
    book.end()
    const again = await open()
    assert.deepEqual(await by(again), { refused: 'activation-replayed', generation: 1 })
    assert.equal(why(await take(again)), 'licence-inactive')
  })

  it('an activation without the receipt of the generation before: people may sit on its seats', async () => {
    const { server, licence } = await killable()
    granted(await take(server))
    const { document, receipt } = granted(await deactivate(server.stand, { licence, key: aKey() }, never))
    const second = await openServer({ ...server.stand.world, book: createMemoryBook(), anchors: createAnchors(), signer: signerOf(newPrivateKey()) }, never)
    granted(await install(second.stand, { document, key: aKey() }))
    const { request: asked } = granted(await request(second.stand, { licence, code, receipt }))
    const activation = await server.stand.world.issuer?.activate(asked, never) ?? ''
    const held = second.stand.held.get(licence)
    assert(held !== undefined)
    second.stand.held.set(licence, { ...held, brought: null })
    assert.equal(why(await activate(second.stand, { licence, activation, receipt: null, key: aKey() }, never)), 'receipt-missing')
    granted(await activate(second.stand, { licence, activation, receipt, key: aKey() }, never))
    assert.equal(second.stand.seats.countOf(licence), 1)
  })
})
