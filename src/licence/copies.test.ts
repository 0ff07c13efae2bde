import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createMemoryBook, type MemoryBook } from '#adapters/licence-book/memory/book.ts'
import type { Id } from '#domain/ids.ts'
import { newPrivateKey, signerOf } from '#lib/sign.ts'
import { code, hourMs, killable, never, take, why } from '#test/licence/killable.ts'
import { aMachine } from '#test/licence/samples.ts'
import { aKey, createAnchors, granted, testWorld } from '#test/licence/server-rig.ts'
import { activate, install, request } from './activating.ts'
import { deactivate } from './giving-up.ts'
import { type OpenedServer, openServer } from './open.ts'

describe('a copy of a licence server’s data', () => {
  /** The book as it is now, to be restored later. */
  const copyOf = async (server: OpenedServer): Promise<MemoryBook> => {
    const [state, copy] = [await server.stand.book.read(server.stand.identity), createMemoryBook()]
    const held = await copy.hold(never)
    await held.read(state.identity)
    await held.keep([{ licences: state.licences, profiles: state.profiles, taken: state.leases, seen: state.seen, epoch: server.stand.epoch }])
    copy.end()
    return copy
  }

  it('is of no use to another machine: without its key it is of another server, with it it is bound to the machine', async () => {
    const { server, book, issuer, simulated, signer, anchors } = await killable()
    const copy = await copyOf(server)
    const there = { clock: simulated, issuerKey: issuer.signer.publicKey, factors: () => aMachine('lm-02') }
    await assert.rejects(openServer(testWorld({ ...there, book: copy }), never), { code: 'LICENCE_BOOK_FOREIGN' })
    const thief = await openServer(testWorld({ ...there, book: copy, signer, anchors: { ...createAnchors(), kept: anchors.kept } as never }), never)
    assert.equal(why(await take(thief)), 'wrong-machine')
    book.end()
  })

  it('gives out nothing of what was given up since, on the machine itself', async () => {
    const { server, book, open, licence } = await killable()
    const copy = await copyOf(server)
    granted(await deactivate(server.stand, { licence, key: aKey() }, never))
    book.end()
    const restored = await open(copy)
    assert(restored.isCopy)
    assert.equal(why(await take(restored)), 'licence-inactive')
    assert.equal(why(await activate(restored.stand, { licence, activation: server.stand.held.get(licence)?.activation?.signed ?? claimed(server, licence), receipt: null, key: aKey() }, never)), 'document-wrong')
    // And it stays so, although the copy and the anchor agree by now.
    copy.end()
    assert.equal(why(await take(await open(copy))), 'licence-inactive')
  })

  it('waits until the issuer has said what stands, and until what was given out since has ended', async () => {
    const { server, book, open, pass, issuer } = await killable()
    await pass(20_000)
    const copy = await copyOf(server)
    await pass(60_000)
    granted(await take(server))
    book.end()
    issuer.isAway = true
    const restored = await open(copy)
    assert(restored.isCopy)
    assert.equal(why(await take(restored)), 'restored-copy')
    await pass(100_000)
    assert.equal(why(await take(restored)), 'restored-copy')
    issuer.isAway = false
    await pass(10_000)
    granted(await take(restored))
  })

  it('has been superseded where the issuer says that another activation stands', async () => {
    const { server, book, open, anchors, licence, issuer } = await killable()
    const [copy, anchor] = [await copyOf(server), anchors.kept]
    const { receipt, document } = granted(await deactivate(server.stand, { licence, key: aKey() }, never))
    const other = await openServer({ ...server.stand.world, book: createMemoryBook(), anchors: createAnchors(), signer: signerOf(newPrivateKey()) }, never)
    granted(await install(other.stand, { document, key: aKey() }))
    granted(await activate(other.stand, { licence, code, receipt, key: aKey() }, never))
    book.end()
    // Even with the whole disk as it was.
    anchors.kept = anchor
    const restored = await open(copy)
    assert.equal(why(await take(restored)), 'superseded')
    issuer.isAway = true
    copy.end()
    assert.equal(why(await take(await open(copy))), 'superseded', 'the issuer’s word is not forgotten by a restart')
  })

  it('is in doubt until the issuer has spoken, however often the server is started; a restart after that does not bring the doubt back', async () => {
    const { server, book, open, pass, issuer, machine } = await killable()
    await pass(20_000)
    const copy = await copyOf(server)
    await pass(60_000)
    book.end()
    issuer.isAway = true
    for (let starts = 0; starts < 5; starts++) {
      const restored = await open(copy)
      assert(restored.isCopy)
      await pass(100_000)
      assert.equal(why(await take(restored)), 'restored-copy')
      copy.end()
    }
    // Nor does a disk that was in another machine for a while.
    machine.factors = aMachine('lm-02')
    const moved = await open(copy)
    assert.equal(why(await take(moved)), 'wrong-machine')
    machine.factors = aMachine('lm-01')
    await pass(hourMs + 10_000)
    assert.equal(why(await take(moved)), 'restored-copy')
    copy.end()
    issuer.isAway = false
    const restored = await open(copy)
    await pass(100_000)
    granted(await take(restored))
    copy.end()
    issuer.isAway = true
    const again = await open(copy)
    assert(!again.isCopy)
    granted(await take(again))
  })

  it('is found again where the server was killed before it had kept what it found', async () => {
    const { server, book, open, issuer } = await killable()
    const copy = await copyOf(server)
    book.end()
    await open()
    book.end()
    issuer.isAway = true
    const dying: MemoryBook = {
      ...copy,
      async hold(signal, wait) {
        const held = await copy.hold(signal, wait)
        return { ...held, keep: changes => { copy.end(); return held.keep(changes) } }
      },
    }
    for (let starts = 0; starts < 3; starts++) await assert.rejects(open(dying), { code: 'LICENCE_BOOK_UNREACHABLE' })
    const restored = await open(copy)
    assert(restored.isCopy)
    assert.equal(why(await take(restored)), 'restored-copy')
  })

  it('is cleared by a person who carries the issuer’s word as a file, and stays so', async () => {
    const { server, book, open, issuer, licence } = await killable()
    const copy = await copyOf(server)
    for (let starts = 0; starts < 3; starts++) {
      book.end()
      await open()
    }
    book.end()
    issuer.isAway = true
    const restored = await open(copy)
    const { receipt } = granted(await deactivate(restored.stand, { licence, key: aKey() }, never))
    const { request: asked } = granted(await request(restored.stand, { licence, code, receipt }))
    issuer.isAway = false
    const activation = await issuer.activate(asked, never)
    issuer.isAway = true
    granted(await activate(restored.stand, { licence, activation, receipt, key: aKey() }, never))
    granted(await take(restored))
    copy.end()
    const again = await open(copy)
    assert(!again.isCopy)
    granted(await take(again))
  })

  const claimed = (server: OpenedServer, licence: Id<'licence'>): string => server.stand.held.get(licence)?.document ?? ''
})
