import assert from 'node:assert/strict'
import { it } from 'node:test'
import { differences } from '#domain/catalog.ts'
import type { Wish } from '../store.ts'
import type { MakeStores } from './fixture.contract.ts'
import { back, begin, copy, fill, follow, order, tableOf, tablesOf, write } from './lane.contract.ts'

const wish: Wish = { follow: true, schema: 'existing', tenant: 'tenant', resuming: false }
const blockersOf = (findings: readonly { readonly level: string; readonly id: string; readonly side: string }[]): string[] => findings.filter(f => f.level === 'blocker').map(f => `${f.side}: ${f.id}`)

export const catalogContract = (make: MakeStores): void => {
  it('says who it is, the same to every session and after a crash', async t => {
    const f = await make(t)
    const was = await f.source.identify()
    assert.deepEqual(await (await f.reopen('source')).identify(), was)
    await f.restart('source')
    assert.deepEqual(await (await f.reopen('source')).identify(), was)
  })

  it('is told from every other database', async t => {
    const f = await make(t)
    const [source, target] = [await f.source.identify(), await f.target.identify()]
    assert.notDeepEqual([source.system, source.database], [target.system, target.database])
    assert.notEqual(f.source.label, f.target.label)
  })

  it('lists tables with columns, keys, order and route', async t => {
    const f = await make(t)
    const tables = await tablesOf(f.source)
    const shown = [...tables.values()].map(table => [table.label, table.columns.map(c => c.name).join(' '), table.key.join(' '), table.order, table.route])
    assert.deepEqual(shown.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)), [
      ['shop.lines', 'order_id line what', 'order_id line', 'key', 'stream'],
      ['shop.log', 'at what', '', 'multiset', 'stream'],
      ['shop.orders', 'id customer note', 'id', 'key', 'stream'],
      ['shop.scratch', 'what', '', 'multiset', 'in-freeze'],
      ['shop.seats', 'id place', 'id', 'key', 'stream'],
      ['shop.words', 'word meaning', 'word', 'key', 'stream'],
    ])
    assert.ok(tableOf(tables, 'scratch').routeReason, 'it does not say why changes of scratch are not in the stream')
  })

  it('gives a table the same name on both sides', async t => {
    const f = await make(t)
    await f.provision()
    assert.deepEqual([...(await tablesOf(f.target)).keys()].sort(), [...(await tablesOf(f.source)).keys()].sort())
  })

  it('tells equal schemas by their objects and fingerprint, and sees a difference', async t => {
    const f = await make(t)
    await f.provision()
    await fill(f)
    const [source, target] = [await f.source.catalog(), await f.target.catalog()]
    assert.deepEqual(differences(source.objects, target.objects), [])
    assert.equal(source.fingerprint, target.fingerprint)
    await f.product.target.addColumn('orders', 'colour')
    const changed = await f.target.catalog()
    assert.notEqual(changed.fingerprint, target.fingerprint)
    assert.ok(differences(source.objects, changed.objects).some(d => d.name.includes('orders')))
  })

  it('stands by its token for as long as the schema is the same, whoever asks and whatever is written, and not a moment longer', async t => {
    const f = await make(t)
    await f.provision()
    const tokens = async () => [await f.source.schemaToken(), await f.target.schemaToken()]
    const before = await tokens()
    await fill(f)
    await f.product.source.draw('numbers')
    const lane = await copy(f)
    await f.source.book.own({ owner: 'here', epoch: 1, move: 'm' })
    await lane.source.arm([...lane.tables.values()], AbortSignal.timeout(30_000))
    await lane.source.fence([...lane.tables.values()], 5_000)
    await follow(lane)
    await lane.source.thaw()
    await f.source.target(back).prepare()
    await f.target.source(back).record([...lane.tables.values()])
    await write(f.product.source, w => w.truncate(['scratch']))
    assert.deepEqual(await tokens(), before)
    assert.equal(await (await f.reopen('source')).schemaToken(), before[0])
    await f.product.source.addColumn('orders', 'colour')
    const changed = await tokens()
    assert.notEqual(changed[0], before[0])
    assert.equal(changed[1], before[1])
    assert.equal(await (await f.reopen('source')).schemaToken(), changed[0])
  })

  it('leaves out of its catalogue what Rehome itself created', async t => {
    const f = await make(t)
    await f.provision()
    const names = async () => [await f.source.catalog(), await f.target.catalog()].map(c => [c.objects, c.tables.map(x => x.label), c.sequences.map(x => x.label)])
    const before = await names()
    const lane = await copy(f)
    await f.target.book.write('a record')
    await f.source.book.own({ owner: 'here', epoch: 1, move: 'm' })
    await lane.source.fence([...lane.tables.values()], 5_000)
    await follow(lane)
    assert.deepEqual(await names(), before)
  })

  it('finds nothing in the way of a fit pair, whoever makes the schema, and changes nothing on either side', async t => {
    const f = await make(t)
    await fill(f)
    assert.deepEqual(blockersOf(await f.source.examine(f.target, { ...wish, schema: 'dump' })), [])
    await f.provision()
    assert.deepEqual(blockersOf(await f.source.examine(f.target, wish)), [])
    assert.deepEqual([await f.source.registered(), await f.target.registered()], [[], []])
    assert.deepEqual([await f.leftovers('source'), await f.leftovers('target')], [[], []])
  })

  it('finds rows in the target, and the same database on both sides', async t => {
    const f = await make(t)
    await f.provision()
    await write(f.product.target, w => w.insert('orders', [order(1)]))
    assert.ok(blockersOf(await f.source.examine(f.target, wish)).some(b => b.startsWith('target: ')), 'the rows in the target are no blocker')
    assert.notDeepEqual(blockersOf(await f.source.examine(await f.reopen('source'), { ...wish, schema: 'dump' })), [])
  })

  it('does not mind what a move under way has put into the target', async t => {
    const f = await make(t)
    await fill(f)
    await copy(f)
    assert.deepEqual(blockersOf(await f.source.examine(f.target, { ...wish, resuming: true })), [])
  })

  it('says how the source bears it', async t => {
    const f = await make(t)
    const lane = await begin(f)
    const before = await lane.source.health()
    for (let id = 0; id < 5; id++) await write(f.product.source, w => w.insert('orders', [order(id, 'x'.repeat(1_000))]))
    await lane.source.mark('here')
    const after = await lane.source.health()
    assert.ok(after.position > before.position, 'the position did not go on')
    assert.ok(after.retainedBytes > before.retainedBytes, 'nothing is kept for the stream')
    assert.ok(after.snapshotMs >= before.snapshotMs && after.snapshotMs > 0, 'the picture does not age')
    await lane.source.release(lane.anchor)
    assert.equal((await lane.source.health()).snapshotMs, 0)
  })
}
