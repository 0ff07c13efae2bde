import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Licence } from '#domain/licence/licence.ts'
import { licenceSentence } from '#domain/licence/refused.ts'
import { began, hourMs, killable, never, take, why } from '#test/licence/killable.ts'
import { aKey, granted } from '#test/licence/server-rig.ts'
import { forgiveClock, readClock } from './forgiving.ts'
import type { OpenedServer } from './open.ts'
import { seatsOf, sheetOf, usageOf } from './reading.ts'
import { release } from './seating.ts'

describe('a clock that was far ahead when the server was started', () => {
  const yearMs = 365 * 86_400_000
  /** The server is started with a clock four years ahead, works for two hours, and the clock is set right. */
  const wasAhead = async (over: Partial<Licence> = {}) => {
    const all = await killable({ seats: 3, ...over })
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
    const { server, book, open, machine, pass, licence } = await killable()
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
    const { server, issuer, machine, book, open, pass, simulated } = await killable({ endsAt: began + hourMs })
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
