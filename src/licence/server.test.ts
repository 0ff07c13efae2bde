import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, it } from 'node:test'
import { createSimulatedClock } from '#adapters/clock/simulated.ts'
import { createMemoryBook, type MemoryBook } from '#adapters/licence-book/memory/book.ts'
import type { Id } from '#domain/ids.ts'
import { claimIn, openDocument } from '#domain/licence/documents.ts'
import type { Licence } from '#domain/licence/licence.ts'
import { licenceSentence } from '#domain/licence/refused.ts'
import type { Factor } from '#domain/licence/node-lock.ts'
import { newPrivateKey, signerOf } from '#lib/sign.ts'
import { aKey, createAnchors, createTestIssuer, granted, putIn, testWorld, wish } from '#test/licence/server-rig.ts'
import { aMachine } from '#test/licence/samples.ts'
import { shapes } from '#wire/licence-documents.ts'
import type { Clock } from '#ports/clock.ts'
import { activate, install, request } from './activating.ts'
import { forgiveClock, readClock } from './forgiving.ts'
import { deactivate } from './giving-up.ts'
import { openServer, type OpenedServer } from './open.ts'
import { link, maintain, redirect, rename } from './orders.ts'
import { seatsOf, sheetOf, usageOf } from './reading.ts'
import { checkOut, heartbeat, release } from './seating.ts'

const never = new AbortController().signal
const began = Date.parse('2026-11-22T09:00:00Z')
const hourMs = 3_600_000
const code = 'AAAAA-BBBBB'

/** A server that can be killed, opened again, and started from an old copy of its book. `wall`: by so much the wall clock is wrong. */
const rig = async (over: Partial<Licence> = {}) => {
  const simulated = createSimulatedClock(began)
  const machine = { factors: aMachine('lm-01') as readonly Factor[], wallOffMs: 0 }
  const clock: Clock = { now: () => simulated.now() + machine.wallOffMs, elapsed: simulated.elapsed, sleep: simulated.sleep }
  const issuer = createTestIssuer()
  const [signer, anchors] = [signerOf(newPrivateKey()), createAnchors()]
  const worldOn = (book: MemoryBook) => testWorld({ clock, book, issuer, issuerKey: issuer.signer.publicKey, signer, anchors, factors: () => machine.factors, introduce: () => Promise.resolve({ server: randomUUID() as Id<'licence-server'>, publicKey: 'of the new one' }) })
  const book = createMemoryBook()
  const open = (on = book) => openServer(worldOn(on), never)
  const server = await open()
  const [licence] = await putIn(server, issuer, 'solver', { seats: 2, startsAt: began - hourMs, borrowHours: 24, ...over })
  assert(licence !== undefined)
  /** Time passes, and what the server does beside is done: it waits for its book as well, which this clock does not know of. */
  const pass = async (ms: number): Promise<void> => {
    const pieces = Math.min(12, Math.ceil(ms / 1_000))
    await simulated.advance(ms - (pieces - 1) * 1_000)
    for (let piece = 0; piece < pieces; piece++) {
      for (let turn = 0; turn < 6; turn++) await new Promise(resolve => { setImmediate(resolve) })
      if (piece > 0) await simulated.advance(1_000)
    }
    for (let turn = 0; turn < 6; turn++) await new Promise(resolve => { setImmediate(resolve) })
  }
  return { pass, server, simulated, machine, issuer, anchors, book, open, licence, signer }
}
const take = async (server: OpenedServer, over: Parameters<typeof wish>[0] = {}) => await checkOut(server.stand, wish(over))
const why = (answer: object): unknown => ('refused' in answer ? answer.refused : 'not refused')

describe('a licence server gives out seats', () => {
  it('which can be checked offline, and says who sits on them when there are none', async () => {
    const { server, licence, issuer, signer } = await rig()
    const one = granted(await take(server, { user: 'mori' }))
    granted(await take(server, { user: 'sato' }))
    assert.deepEqual({ licence: one.licence, until: one.until, graceUntil: one.graceUntil }, { licence, until: began + 90_000, graceUntil: null })
    const seat = openDocument('rehome-seat', one.seat, signer.publicKey, shapes)
    assert(seat.ok)
    assert.equal(seat.says.lease, one.lease)
    const activation = openDocument('rehome-activation', one.activation, issuer.signer.publicKey, shapes)
    assert(activation.ok && activation.says.publicKey === signer.publicKey && openDocument('rehome-licence', one.document, issuer.signer.publicKey, shapes).ok)
    const refused = await take(server)
    assert(refused !== undefined && 'refused' in refused && refused.refused === 'seats-taken')
    assert.deepEqual([refused.seats, (refused.holders as { holder: { user: string } }[]).map(({ holder }) => holder.user), refused.more], [2, ['mori', 'sato'], 0])
    assert.equal(why(await take(server, { profile: 'nobody' })), 'profile-unknown')
  })

  it('the same to the same key, and none to another wish with it', async () => {
    const { server } = await rig()
    const key = aKey()
    const one = granted(await take(server, { key }))
    assert.equal(granted(await take(server, { key })).lease, one.lease)
    assert.equal(server.stand.seats.count, 1)
    assert.equal(why(await take(server, { key, user: 'another' })), 'key-taken')
    granted(await release(server.stand, [one.lease]))
    assert.notEqual(granted(await take(server, { key })).lease, one.lease)
  })

  it('taken along only for as long as the licence allows', async () => {
    const { server, pass } = await rig()
    assert.equal(why(await take(server, { borrowHours: 25 })), 'borrowing-refused')
    const one = granted(await take(server, { borrowHours: 24 }))
    await pass(2_000)
    assert.deepEqual(heartbeat(server.stand, [one.lease]).answers, [{ lease: one.lease, until: began + 24 * hourMs, refused: null }])
    granted(await release(server.stand, [one.lease]))
    assert.equal(server.stand.seats.count, 0)
  })

  it('which end when they were said to where they were taken along, also after a crash', async () => {
    const { server, book, open, pass } = await rig()
    const [borrowed, other] = [granted(await take(server, { borrowHours: 1 })), granted(await take(server))]
    await pass(hourMs - 10_000)
    const kept = await take(server)
    book.end()
    const again = await open()
    assert.deepEqual(heartbeat(again.stand, [borrowed.lease]).answers, [{ lease: borrowed.lease, until: began + hourMs, refused: null }])
    assert.deepEqual([heartbeat(again.stand, [other.lease]).answers[0]?.refused, heartbeat(again.stand, [granted(kept).lease]).answers[0]?.refused], ['lease-over', null])
    await pass(10_000)
    assert.equal(heartbeat(again.stand, [borrowed.lease]).answers[0]?.refused, 'lease-over')
  })

  it('with a warning in its grace, and none after it; nor before it begins', async () => {
    const endsAt = began + hourMs
    const { server, pass } = await rig({ endsAt, graceDays: 1 })
    assert.equal(granted(await take(server)).graceUntil, null)
    await pass(hourMs)
    assert.equal(granted(await take(server)).graceUntil, endsAt + 24 * hourMs)
    await pass(23.99 * hourMs)
    assert.equal(why(await take(server, { borrowHours: 20 })), 'not refused', 'borrowed no longer than the licence')
    await pass(0.01 * hourMs)
    assert.equal(why(await take(server)), 'licence-over')
    assert.equal(server.stand.seats.count, 0)
    assert.equal(why(await take((await rig({ startsAt: began + 1 })).server)), 'licence-not-begun')
  })

  it('not in maintenance, while those that are out go on', async () => {
    const { server, pass } = await rig()
    const one = granted(await take(server))
    granted(await maintain(server.stand, { reason: 'new disks', expectedEnd: began + hourMs, key: aKey() }))
    const refused = await take(server)
    assert.deepEqual(refused, { refused: 'maintenance', reason: 'new disks', since: began, expectedEnd: began + hourMs })
    await pass(60_000)
    assert.equal(heartbeat(server.stand, [one.lease]).answers[0]?.until, began + 150_000)
    granted(await maintain(server.stand, { reason: null, expectedEnd: null, key: aKey() }))
    granted(await take(server))
  })

  it('counted by hour, with the peak', async () => {
    const { server, pass, licence } = await rig()
    const all = [await take(server), await take(server), await take(server)]
    assert.equal(why(all[2] ?? {}), 'seats-taken')
    await pass(2 * hourMs)
    granted(await take(server))
    assert.deepEqual((await usageOf(server.stand, { from: began, to: began + 3 * hourMs })).hours, [
      { licence, hour: began, peak: 2, checkOuts: 2, refusals: 1 }, { licence, hour: began + 2 * hourMs, peak: 1, checkOuts: 1, refusals: 0 },
    ])
  })
})

describe('a licence server refuses', () => {
  it('on a machine that is not the one, at the start and after an hour, and tells which kinds of factors differ and no value', async () => {
    const { server, machine, pass, open, book } = await rig()
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
    const [one, other] = [await rig(), await rig()]
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
    const { server, issuer } = await rig()
    const [head, body = '', signature] = issuer.licence({ seats: 4 }).document.split('.')
    const more = [head, Buffer.from(Buffer.from(body, 'base64url').toString().replace('"seats":4', '"seats":9')).toString('base64url'), signature].join('.')
    for (const document of [more, createTestIssuer().licence().document, 'a.b.c']) assert.equal(why(await install(server.stand, { document, key: aKey() })), 'document-wrong')
  })

  it('a book in which somebody changed a licence', async () => {
    const { book, server, licence, open, issuer } = await rig()
    const held = server.stand.held.get(licence)
    await server.stand.book.keep([{ licences: [{ licence, document: issuer.licence({ id: licence, seats: 900 }).document.replace(/.$/, 'A').replace(/.{3}$/, 'AAA'), activation: held?.activation?.signed ?? null, generation: 1, receipt: null, brought: null, code: null, doubt: null, waits: false }] }])
    book.end()
    await assert.rejects(open(), { code: 'LICENCE_BOOK_WRONG' })
  })

  it('while the clock is set back by more than two minutes, also when it was while the server was down', async () => {
    const { server, machine, book, open, pass } = await rig()
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
    const { server, licence, book, open } = await rig()
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
    const { server, licence } = await rig()
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
    const { server, book, issuer, simulated, signer, anchors } = await rig()
    const copy = await copyOf(server)
    const there = { clock: simulated, issuerKey: issuer.signer.publicKey, factors: () => aMachine('lm-02') }
    await assert.rejects(openServer(testWorld({ ...there, book: copy }), never), { code: 'LICENCE_BOOK_FOREIGN' })
    const thief = await openServer(testWorld({ ...there, book: copy, signer, anchors: { ...createAnchors(), kept: anchors.kept } as never }), never)
    assert.equal(why(await take(thief)), 'wrong-machine')
    book.end()
  })

  it('gives out nothing of what was given up since, on the machine itself', async () => {
    const { server, book, open, licence } = await rig()
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
    const { server, book, open, pass, issuer } = await rig()
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
    const { server, book, open, anchors, licence, issuer } = await rig()
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
    const { server, book, open, pass, issuer, machine } = await rig()
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
    const { server, book, open, issuer } = await rig()
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
    const { server, book, open, issuer, licence } = await rig()
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

describe('a licence that is given up', () => {
  it('takes everyone who sits along with its receipt, and says the same when asked again', async () => {
    const { server, licence, signer, pass } = await rig()
    const one = granted(await take(server))
    const key = aKey()
    const given = granted(await deactivate(server.stand, { licence, key }, never))
    const receipt = claimIn('rehome-deactivation', given.receipt, shapes)
    assert(receipt.ok && openDocument('rehome-deactivation', given.receipt, signer.publicKey, shapes).ok)
    assert.deepEqual(receipt.says.leases.map(({ lease, until }) => ({ lease, until })), [{ lease: one.lease, until: one.until }])
    await pass(30_000)
    for (const again of [key, aKey()]) assert.deepEqual(await deactivate(server.stand, { licence, key: again }, never), given)
    assert.equal(why(await take(server)), 'licence-inactive')
    assert.deepEqual(heartbeat(server.stand, [one.lease]).answers, [{ lease: one.lease, until: one.until, refused: 'maintenance' }])
    const { moved } = granted(await redirect(server.stand, { to: 'https://lm-02.example:8098', key: aKey() }, never))
    assert.deepEqual(heartbeat(server.stand, [one.lease]), { answers: [{ lease: one.lease, until: one.until, refused: 'moved' }], moved })
    assert.deepEqual(await take(server), { refused: 'moved', moved })
    assert.deepEqual(await release(server.stand, [one.lease]), { refused: 'moved', moved })
    const notice = openDocument('rehome-moved', moved ?? '', signer.publicKey, shapes)
    assert(notice.ok && notice.says.to.url === 'https://lm-02.example:8098')
  })

  it('is known as given up after a restart, with everyone who sat', async () => {
    const { server, licence, book, open } = await rig()
    const one = granted(await take(server))
    const given = granted(await deactivate(server.stand, { licence, key: aKey() }, never))
    book.end()
    const again = await open()
    assert.equal(heartbeat(again.stand, [one.lease]).answers[0]?.refused, 'maintenance')
    assert.deepEqual(await deactivate(again.stand, { licence, key: aKey() }, never), given)
    granted(await activate(again.stand, { licence, code, receipt: given.receipt, key: aKey() }, never))
    assert.equal(again.stand.held.get(licence)?.generation, 2)
    assert.equal(heartbeat(again.stand, [one.lease]).answers[0]?.refused, null, 'nobody is thrown out by a way back')
  })
})

describe('a profile', () => {
  it('has its name for itself', async () => {
    const { server, licence } = await rig()
    granted(await link(server.stand, { name: 'other', licences: [licence], key: aKey() }))
    assert.deepEqual(await rename(server.stand, { from: 'other', to: 'solver', key: aKey() }), { refused: 'profile-taken', name: 'solver' })
    const key = aKey()
    for (let times = 0; times < 2; times++) granted(await rename(server.stand, { from: 'other', to: 'mesh', key }))
    assert.deepEqual(sheetOf(server.stand).profiles, [{ name: 'mesh', licences: [licence] }, { name: 'solver', licences: [licence] }])
    assert.equal(why(await link(server.stand, { name: 'x', licences: [randomUUID()], key: aKey() })), 'licence-unknown')
    granted(await take(server, { profile: 'mesh' }))
    assert.deepEqual([seatsOf(server.stand, { profile: 'mesh' }).items.length, seatsOf(server.stand, { profile: 'solver' }).items.length], [1, 0])
  })

  it('has licences that are tried in its order', async () => {
    const { server, issuer } = await rig()
    const [first, second] = await putIn(server, issuer, 'both', { seats: 1 }, { seats: null })
    const given = [granted(await take(server, { profile: 'both' })), granted(await take(server, { profile: 'both' })), granted(await take(server, { profile: 'both' }))]
    assert.deepEqual(given.map(one => one.licence), [first, second, second])
  })
})

describe('a clock that was far ahead when the server was started', () => {
  const yearMs = 365 * 86_400_000
  /** The server is started with a clock four years ahead, works for two hours, and the clock is set right. */
  const wasAhead = async (over: Partial<Licence> = {}) => {
    const all = await rig({ seats: 3, ...over })
    const before = granted(await take(all.server, { user: 'before', borrowHours: 24 }))
    await all.pass(12_000)
    all.book.end()
    all.machine.wallOffMs = 4 * yearMs
    const ahead = await all.open()
    await all.pass(60_000)
    return { ...all, before, ahead }
  }
  const forgiven = (server: OpenedServer) => forgiveClock(server.stand, { by: 'R. Amari', reason: 'its battery was empty', key: aKey() }, never)

  it('is told by the command that forgives it, and is forgiven only then', async () => {
    const { ahead, machine } = await wasAhead()
    assert.equal(why(await forgiven(ahead)), 'clock-right')
    machine.wallOffMs = 0
    const refused = await take(ahead)
    assert('refused' in refused)
    assert.match(licenceSentence(refused as never), /was far ahead once when the server was started.*rehome licence forgive-clock/)
    assert.equal(readClock(ahead.stand).ahead, ahead.stand.line.time - ahead.stand.line.wall)
    granted(await forgiven(ahead))
    granted(await take(ahead))
    assert.equal(why(await forgiven(ahead)), 'clock-right', 'there is nothing more to forgive')
  })

  it('is forgiven with who, when and why, in book and anchor: after a restart seats are given out, and nothing is taken for a copy', async () => {
    const { ahead, machine, book, open, anchors } = await wasAhead()
    machine.wallOffMs = 0
    const { time, from } = granted(await forgiven(ahead))
    assert(anchors.kept !== undefined && anchors.kept.seen <= time)
    book.end()
    const again = await open()
    assert(!again.isCopy)
    assert.deepEqual(readClock(again.stand).forgiven, [{ at: time, from, by: 'R. Amari', reason: 'its battery was empty' }])
    granted(await take(again))
  })

  it('is forgiven wholly or not at all: killed between anchor and book, it is as it was, and can be forgiven again', async () => {
    const { ahead, machine, book, open, anchors } = await wasAhead()
    machine.wallOffMs = 0
    const { write } = anchors
    anchors.write = async anchor => {
      await write(anchor)
      book.end()
    }
    await assert.rejects(forgiven(ahead), { code: 'LICENCE_BOOK_UNREACHABLE' })
    anchors.write = write
    const again = await open()
    assert(!again.isCopy)
    assert.equal(why(await take(again)), 'clock-set-back')
    granted(await forgiven(again))
    granted(await take(again))
  })

  it('took no seat from anybody for good, and gives none twice: one taken along before counts until it ends, others last one lease', async () => {
    const { before, ahead, machine, licence, pass, book, open } = await wasAhead()
    assert.equal(ahead.stand.seats.countOf(licence), 0, 'by that clock it was over')
    const [sits, along] = [granted(await take(ahead)), granted(await take(ahead, { borrowHours: 2 }))]
    machine.wallOffMs = 0
    const { again, time } = granted(await forgiven(ahead))
    assert.equal(again, 1)
    const until = new Map(seatsOf(ahead.stand, {}).items.map(one => [one.lease, one.until]))
    assert.deepEqual([until.get(before.lease), until.get(sits.lease)], [before.until, time + 90_000])
    assert((until.get(along.lease) ?? Infinity) <= time + 2 * hourMs, 'as long as it was given for')
    assert.equal(why(await take(ahead)), 'seats-taken')
    book.end()
    const opened = await open()
    assert.equal(opened.stand.seats.countOf(licence), 3, 'the book says the same')
    await pass(3 * hourMs)
    assert.deepEqual(seatsOf(opened.stand, {}).items.map(({ lease }) => lease), [before.lease], 'no seat is lost for longer than it was given for')
  })

  it('does not bring back a seat that was given back', async () => {
    const { server, book, open, machine, pass, licence } = await rig()
    const along = granted(await take(server, { borrowHours: 24 }))
    granted(await release(server.stand, [along.lease]))
    book.end()
    machine.wallOffMs = yearMs
    const ahead = await open()
    await pass(3_000)
    machine.wallOffMs = 0
    assert.equal(granted(await forgiven(ahead)).again, 0)
    assert.equal(ahead.stand.seats.countOf(licence), 0)
  })

  it('put its hours of usage where they belong', async () => {
    const { ahead, machine, licence } = await wasAhead()
    granted(await take(ahead))
    granted(await usageOf(ahead.stand, { from: 0, to: began + 9 * yearMs }))
    machine.wallOffMs = 0
    granted(await forgiven(ahead))
    assert.deepEqual((await usageOf(ahead.stand, { from: 0, to: began + 9 * yearMs })).hours, [{ licence, hour: began, peak: 1, checkOuts: 2, refusals: 0 }])
  })

  it('revives no licence that is over: what ends waits until its issuer has said what time it is, also after a restart', async () => {
    const { server, issuer, machine, book, open, pass, simulated } = await rig({ endsAt: began + hourMs })
    await pass(2 * hourMs)
    assert.equal(why(await take(server)), 'licence-over')
    // Somebody who would have it last longer.
    machine.wallOffMs = -3 * hourMs
    issuer.at = () => simulated.now()
    assert.equal(why(await take(server)), 'clock-set-back')
    granted(await forgiven(server))
    assert.equal(why(await take(server)), 'clock-unproven')
    book.end()
    const again = await open()
    await pass(10_000)
    assert.equal(why(await take(again)), 'clock-unproven')
    assert.equal(sheetOf(again.stand).licences[0]?.state, 'inactive')
    // The clock is set right after all.
    machine.wallOffMs = 0
    await pass(20_000)
    assert.equal(why(await take(again)), 'licence-over')
  })

  it('does not keep a licence that ends from those who bought it, once its issuer says the same time', async () => {
    const { ahead, machine, issuer, simulated } = await wasAhead({ endsAt: began + yearMs })
    assert.equal(why(await take(ahead)), 'licence-over', 'by that clock')
    machine.wallOffMs = 0
    issuer.at = () => simulated.now()
    granted(await forgiven(ahead))
    granted(await take(ahead))
  })
})

describe('a licence server’s answers by key', () => {
  it('are forgotten when they are old: the same key is then refused in words, and nothing is carried out twice', async () => {
    const { server, licence, pass } = await rig()
    const key = aKey()
    granted(await link(server.stand, { name: 'other', licences: [licence], key }))
    granted(await link(server.stand, { name: 'other', licences: [], key: aKey() }))
    assert.equal(await server.stand.book.trim({ answersMs: -1_000, keysMs: hourMs }, 1_000) > 0, true)
    const refused = await link(server.stand, { name: 'other', licences: [licence], key })
    assert.deepEqual(refused, { refused: 'key-over', days: 90 })
    assert.deepEqual(sheetOf(server.stand).profiles.find(({ name }) => name === 'other')?.licences, [])
    await pass(11 * 60_000)
    assert.equal(why(await link(server.stand, { name: 'other', licences: [licence], key })), 'key-over', 'what is young stays as it is')
  })
})
