import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { claimIn, openDocument } from '#domain/licence/documents.ts'
import { code, killable, never, take, why } from '#test/licence/killable.ts'
import { aKey, granted } from '#test/licence/server-rig.ts'
import { shapes } from '#wire/licence-documents.ts'
import { activate } from './activating.ts'
import { deactivate } from './giving-up.ts'
import { redirect } from './orders.ts'
import { heartbeat, release } from './seating.ts'

describe('a licence that is given up', () => {
  it('takes everyone who sits along with its receipt, and says the same when asked again', async () => {
    const { server, licence, signer, pass } = await killable()
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
    const { server, licence, book, open } = await killable()
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
