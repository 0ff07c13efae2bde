import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hourMs, killable, why } from '#test/licence/killable.ts'
import { aKey, granted } from '#test/licence/server-rig.ts'
import { link } from './orders.ts'
import { sheetOf } from './reading.ts'

describe('a licence server’s answers by key', () => {
  it('are forgotten when they are old: the same key is then refused in words, and nothing is carried out twice', async () => {
    const { server, licence, pass } = await killable()
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
