import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { MakeStores, Side, StoreFixture, Writing } from './fixture.contract.ts'
import { assertSame, back, copy, fill, follow, order, out, persist, readerOf, rejectsWith, soon, sorted, tableOf, tablesOf, write, type Lane } from './lane.contract.ts'

const all = async (f: StoreFixture, side: Side = 'source') => [...(await tablesOf(f[side])).values()]

/** Every way in which the product writes. */
const writes: readonly (readonly [what: string, work: (w: Writing) => Promise<unknown>])[] = [
  ['inserts', w => w.insert('orders', [order(1_000)])],
  ['updates', w => w.update('orders', { id: '1' }, { note: 'x' })],
  ['deletes', w => w.delete('orders', { id: '1' })],
  ['truncates', w => w.truncate(['orders'])],
  ['writes a table without a key', w => w.insert('log', [{ at: '7', what: null }])],
  ['writes a table that is not in the stream', w => w.insert('scratch', [{ what: 'x' }])],
]

const assertRefused = async (f: StoreFixture, side: Side = 'source'): Promise<void> => {
  const before = sorted(await f.product[side].rows('orders'))
  for (const [what, work] of writes) await assert.rejects(write(f.product[side], work), `the product still ${what}`)
  assert.deepEqual(sorted(await f.product[side].rows('orders')), before)
}

const assertOpen = async (f: StoreFixture, side: Side = 'source'): Promise<void> => {
  for (const [, work] of writes) {
    const writing = await f.product[side].begin()
    await work(writing)
    await writing.rollback()
  }
}

const isPending = async (promise: Promise<unknown>, ms = 200): Promise<boolean> => {
  const pending = Symbol('pending')
  return (await Promise.race([promise.then(() => undefined, () => undefined), new Promise(resolve => setTimeout(() => resolve(pending), ms))])) === pending
}

export const fenceContract = (make: MakeStores): void => {
  it('refuses every write of the product, and lets it read', async t => {
    const f = await make(t)
    await fill(f)
    const source = f.source.source(out)
    assert.equal(await source.isFenced(), false)
    await source.fence(await all(f), 5_000)
    assert.equal(await source.isFenced(), true)
    await assertRefused(f)
    assert.equal((await f.product.source.rows('orders')).length, 42)
  })

  it('opens when it is thawed; fence and thaw can be asked twice', async t => {
    const f = await make(t)
    await fill(f)
    const source = f.source.source(out)
    await source.thaw()
    for (let round = 0; round < 2; round++) {
      for (let twice = 0; twice < 2; twice++) await source.fence(await all(f), 5_000)
      await assertRefused(f)
      for (let twice = 0; twice < 2; twice++) await source.thaw()
      assert.equal(await source.isFenced(), false)
      await assertOpen(f)
    }
  })

  it('stops nobody while it is prepared', async t => {
    const f = await make(t)
    await fill(f)
    const source = f.source.source(out)
    for (let twice = 0; twice < 2; twice++) await source.arm(await all(f), soon())
    assert.equal(await source.isFenced(), false)
    await assertOpen(f)
    await source.fence(await all(f), 5_000)
    await assertRefused(f)
  })

  it('holds through a crash of the server, and for every session', async t => {
    const f = await make(t)
    await fill(f)
    await f.source.source(out).fence(await all(f), 5_000)
    await f.restart('source')
    const later = (await f.reopen('source')).source(out)
    assert.equal(await persist(() => later.isFenced()), true)
    await assertRefused(f)
    await later.thaw()
    await assertOpen(f)
  })

  it('waits for a writer in flight, whose writes are in the stream then', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await copy(f)
    const inFlight = await f.product.source.begin()
    await inFlight.insert('orders', [order(1_000)])
    const fencing = lane.source.fence(await all(f), 20_000)
    assert.equal(await isPending(fencing), true, 'it did not wait')
    await inFlight.insert('orders', [order(1_001)])
    await inFlight.commit()
    await fencing
    await assertRefused(f)
    await follow(lane)
    await assertSame(f)
    assert.ok((await f.product.target.rows('orders')).some(r => r['id'] === '1001'))
  })

  it('waits for a commit that the log has and nobody sees yet: a picture taken behind it lacks nothing that the stream brings', async t => {
    const f = await make(t)
    await fill(f)
    const source = f.source.source(out)
    const tables = await all(f)
    await source.arm(tables, soon())
    const inFlight = await f.product.source.begin()
    await inFlight.insert('orders', [order(1_000)])
    const show = await inFlight.commitUnseen()
    const fencing = source.fence(tables, 20_000)
    assert.equal(await isPending(fencing), true, 'it did not wait')
    await show()
    await fencing
    await using stack = new AsyncDisposableStack()
    assert.equal(await (await readerOf(stack, f.source)).count(tableOf(await tablesOf(f.source), 'orders')), 43)
  })

  it('waits for a writer in flight to give up, too', async t => {
    const f = await make(t)
    await fill(f)
    const source = f.source.source(out)
    const inFlight = await f.product.source.begin()
    await inFlight.update('orders', { id: '1' }, { note: 'x' })
    const fencing = source.fence(await all(f), 20_000)
    assert.equal(await isPending(fencing), true, 'it did not wait')
    await inFlight.rollback()
    await fencing
    await assertRefused(f)
  })

  it('has nobody inside once it stands: who comes while it waits is refused, or waited for as well', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await copy(f)
    const inFlight = await f.product.source.begin()
    await inFlight.insert('orders', [order(1_000)])
    let stands = false
    const fencing = lane.source.fence(await all(f), 20_000).then(() => { stands = true })
    await isPending(fencing, 100)
    const others = [0, 1, 2].map(async i => {
      const writing = await f.product.source.begin()
      const isIn = await writing.insert('orders', [order(2_000 + i)]).then(() => true, () => false)
      if (!isIn) return
      await new Promise(resolve => setTimeout(resolve, 50))
      assert.equal(stands, false, 'a writer is still inside')
      await writing.commit()
    })
    const settled = Promise.all(others)
    await isPending(settled, 100)
    await inFlight.commit()
    await fencing
    await follow(lane)
    await settled
    await assertSame(f)
    await assertRefused(f)
  })

  it('refuses the writes of a transaction that was open before and had not written', async t => {
    const f = await make(t)
    await fill(f)
    const open = await f.product.source.begin()
    await f.source.source(out).fence(await all(f), 5_000)
    await assert.rejects((async () => {
      await open.insert('orders', [order(1_000)])
      await open.commit()
    })())
    assert.equal((await f.product.source.rows('orders')).length, 42)
  })

  it('gives up in time when a writer does not end, and leaves nobody frozen', async t => {
    const f = await make(t)
    await fill(f)
    const source = f.source.source(out)
    const inFlight = await f.product.source.begin()
    await inFlight.insert('orders', [order(1_000)])
    const began = performance.now()
    await rejectsWith('FENCE_BUSY', source.fence(await all(f), 400))
    assert.ok(performance.now() - began < 5_000, 'it did not give up in time')
    assert.equal(await source.isFenced(), false)
    await write(f.product.source, w => w.insert('orders', [order(1_001)]))
    await inFlight.insert('orders', [order(1_002)])
    await inFlight.commit()
    await source.fence(await all(f), 5_000)
    await assertRefused(f)
  })

  it('gives way to others who wait behind it when it gives up', async t => {
    const f = await make(t)
    await fill(f)
    const source = f.source.source(out)
    const inFlight = await f.product.source.begin()
    await inFlight.insert('orders', [order(1_000)])
    const fencing = rejectsWith('FENCE_BUSY', source.fence(await all(f), 600))
    await isPending(fencing, 100)
    const behind = write(f.product.source, w => w.insert('orders', [order(1_001)]))
    await fencing
    await behind
    await inFlight.commit()
  })

  it('lets marks and the appliers of Rehome pass', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await copy(f)
    await write(f.product.source, w => w.insert('orders', [order(1_000)]))
    await lane.source.fence(await all(f), 5_000)
    await f.target.source(back).fence(await all(f, 'target'), 5_000)
    await follow(lane)
    await assertSame(f)
    await assertRefused(f, 'target')
  })

  it('does not wait for those who only read', async t => {
    const f = await make(t)
    await fill(f)
    const lane: Lane = await copy(f)
    await using picture = await f.source.picture()
    await using reader = await picture.reader()
    await lane.source.fence(await all(f), 2_000)
    assert.equal(await reader.count(tableOf(lane.tables, 'orders')), 42)
  })

  it('outlives the stream, and a thaw by another session ends it', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await copy(f)
    await lane.source.fence(await all(f), 5_000)
    await lane.source.drop()
    assert.equal(await lane.source.isFenced(), true)
    await assertRefused(f)
    await (await f.reopen('source')).source(out).thaw()
    await assertOpen(f)
  })
}
