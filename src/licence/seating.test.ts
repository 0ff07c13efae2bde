import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openDocument } from '#domain/licence/documents.ts'
import { began, hourMs, killable, take, why } from '#test/licence/killable.ts'
import { aKey, granted } from '#test/licence/server-rig.ts'
import { shapes } from '#wire/licence-documents.ts'
import { maintain } from './orders.ts'
import { usageOf } from './reading.ts'
import { heartbeat, release } from './seating.ts'

describe('a licence server gives out seats', () => {
  it('which can be checked offline, and says who sits on them when there are none', async () => {
    const { server, licence, issuer, signer } = await killable()
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
    const { server } = await killable()
    const key = aKey()
    const one = granted(await take(server, { key }))
    assert.equal(granted(await take(server, { key })).lease, one.lease)
    assert.equal(server.stand.seats.count, 1)
    assert.equal(why(await take(server, { key, user: 'another' })), 'key-taken')
    granted(await release(server.stand, [one.lease]))
    assert.notEqual(granted(await take(server, { key })).lease, one.lease)
  })

  it('taken along only for as long as the licence allows', async () => {
    const { server, pass } = await killable()
    assert.equal(why(await take(server, { borrowHours: 25 })), 'borrowing-refused')
    const one = granted(await take(server, { borrowHours: 24 }))
    await pass(2_000)
    assert.deepEqual(heartbeat(server.stand, [one.lease]).answers, [{ lease: one.lease, until: began + 24 * hourMs, refused: null }])
    granted(await release(server.stand, [one.lease]))
    assert.equal(server.stand.seats.count, 0)
  })

  it('which end when they were said to where they were taken along, also after a crash', async () => {
    const { server, book, open, pass } = await killable()
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
    const { server, pass } = await killable({ endsAt, graceDays: 1 })
    assert.equal(granted(await take(server)).graceUntil, null)
    await pass(hourMs)
    assert.equal(granted(await take(server)).graceUntil, endsAt + 24 * hourMs)
    await pass(23.99 * hourMs)
    assert.equal(why(await take(server, { borrowHours: 20 })), 'not refused', 'borrowed no longer than the licence')
    await pass(0.01 * hourMs)
    assert.equal(why(await take(server)), 'licence-over')
    assert.equal(server.stand.seats.count, 0)
    assert.equal(why(await take((await killable({ startsAt: began + 1 })).server)), 'licence-not-begun')
  })

  it('not in maintenance, while those that are out go on', async () => {
    const { server, pass } = await killable()
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
    const { server, pass, licence } = await killable()
    const all = [await take(server), await take(server), await take(server)]
    assert.equal(why(all[2] ?? {}), 'seats-taken')
    await pass(2 * hourMs)
    granted(await take(server))
    assert.deepEqual((await usageOf(server.stand, { from: began, to: began + 3 * hourMs })).hours, [
      { licence, hour: began, peak: 2, checkOuts: 2, refusals: 1 }, { licence, hour: began + 2 * hourMs, peak: 1, checkOuts: 1, refusals: 0 },
    ])
  })
})
