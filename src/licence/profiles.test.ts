import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, it } from 'node:test'
import { killable, take, why } from '#test/licence/killable.ts'
import { aKey, granted, putIn } from '#test/licence/server-rig.ts'
import { link, rename } from './orders.ts'
import { seatsOf, sheetOf } from './reading.ts'

describe('a profile', () => {
  it('has its name for itself', async () => {
    const { server, licence } = await killable()
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
    const { server, issuer } = await killable()
    const [first, second] = await putIn(server, issuer, 'both', { seats: 1 }, { seats: null })
    const given = [granted(await take(server, { profile: 'both' })), granted(await take(server, { profile: 'both' })), granted(await take(server, { profile: 'both' }))]
    assert.deepEqual(given.map(one => one.licence), [first, second, second])
  })
})
