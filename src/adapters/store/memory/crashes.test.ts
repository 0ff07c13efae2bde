import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Table } from '#domain/catalog.ts'
import type { TableId, Transaction } from '#domain/stream.ts'
import { createSimulatedClock } from '#adapters/clock/simulated.ts'
import { makeMemoryStores } from '#test/services/memory-store.ts'
import type { Store } from '#ports/store.ts'
import { MemoryDatabase } from './database.ts'
import { openProduct } from './product.ts'
import type { Shape } from './state.ts'
import { openMemoryStore } from './store.ts'

const orders: Shape = { id: 'orders' as TableId, label: 'shop.orders', columns: [{ name: 'id', type: 'text' }], primaryKey: ['id'], identity: 'key', unique: [] }
const never = new Promise<never>(() => { /* a process that is no more */ })

const makeDatabase = (tables: readonly Shape[] = [orders]): MemoryDatabase => new MemoryDatabase({ name: 'one', clock: createSimulatedClock(), tables })

/** The points that a piece of work passes. */
const pointsOf = async (work: (store: Store) => Promise<unknown>): Promise<string[]> => {
  const points: string[] = []
  await work(openMemoryStore(makeDatabase(), async point => { points.push(point) }))
  return points
}

/** Lets the work be killed at each of its points in turn, and looks at what is left. */
const killedEverywhere = async (work: (store: Store) => Promise<unknown>, look: (database: MemoryDatabase, point: string) => Promise<void>): Promise<void> => {
  const points = await pointsOf(work)
  for (const [number, point] of points.entries()) {
    const database = makeDatabase()
    let at = 0
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>()
    const store = openMemoryStore(database, async () => {
      if (at++ !== number) return
      reach()
      await never
    })
    void work(store)
    await reached
    store.kill()
    await look(database, point)
  }
}

const tablesOf = async (store: Store): Promise<readonly Table[]> => (await store.catalog()).tables
const takeAnchor = async (store: Store) => store.source('s').anchor({ follow: true, tables: await tablesOf(store) })

describe('a process at work on a store in memory', () => {
  it('passes the same points each time', async () => {
    const work = async (store: Store): Promise<void> => {
      const anchor = await takeAnchor(store)
      await store.source('s').fence(await tablesOf(store), 1_000)
      await store.source('s').release(anchor)
      await store.cleanUp()
    }
    assert.deepEqual(await pointsOf(work), await pointsOf(work))
  })

  it('I12: has registered what it created, wherever it is killed', async () => {
    await killedEverywhere(takeAnchor, async (database, point) => {
      const registered = (await openMemoryStore(database).registered()).map(r => `${r.kind} ${r.name}`)
      for (const there of [...database.log.streams.map(s => `slot ${s}`), ...database.pictures.map(p => `picture ${p}`)]) assert.ok(registered.includes(there), `${there} is not registered after a kill at ${point}`)
    })
  })

  it('leaves nothing that a clean-up does not find, wherever that is killed', async () => {
    const work = async (store: Store): Promise<void> => {
      await takeAnchor(store)
      await store.book.write('a record')
      await store.source('s').fence(await tablesOf(store), 1_000)
      await store.cleanUp()
    }
    await killedEverywhere(work, async database => {
      await openMemoryStore(database).cleanUp()
      assert.deepEqual([database.log.streams, database.pictures, [...database.visible.notes]], [[], [], []])
    })
  })

  it('holds no lock once it is killed, and has frozen all or nobody', async () => {
    const work = async (store: Store): Promise<void> => store.source('s').fence(await tablesOf(store), 1_000)
    await killedEverywhere(work, async (database, point) => {
      const isFenced = await openMemoryStore(database).source('s').isFenced()
      const writing = await openProduct(database).begin()
      const outcome = await writing.insert('shop.orders', [{ id: '1' }]).then(() => 'open', () => 'frozen')
      assert.equal(outcome, isFenced ? 'frozen' : 'open', `after a kill at ${point}`)
    })
  })

  it('never hears of what it asked, once it is killed', async () => {
    const database = makeDatabase()
    const store = openMemoryStore(database)
    let settled = false
    const asked = store.book.write('a record')
    asked.then(() => { settled = true }, () => { settled = true })
    store.kill()
    await new Promise(resolve => setTimeout(resolve, 5))
    assert.equal(settled, false)
  })

  it('lets go of the stream that it read when it is killed', async () => {
    const database = makeDatabase()
    const store = openMemoryStore(database)
    const anchor = await takeAnchor(store)
    void store.source('s').changes({ through: anchor.position }, new AbortController().signal)[Symbol.asyncIterator]().next()
    await new Promise(resolve => setTimeout(resolve, 5))
    store.kill()
    const later = openMemoryStore(database).source('s')
    await later.mark('here')
    const next = await later.changes({ through: anchor.position }, AbortSignal.timeout(1_000))[Symbol.asyncIterator]().next()
    assert.equal((next.value as Transaction).marker, 'here')
  })
})

describe('the server of a store in memory', () => {
  it('ends what is under way when it crashes, and what is asked while it is down', async () => {
    const database = makeDatabase()
    let go: () => void = () => { /* nobody waits yet */ }
    const store = openMemoryStore(database, point => (point === 'book.write: commit' ? new Promise<void>(resolve => { go = resolve }) : Promise.resolve()))
    const writing = store.book.write('a record')
    await new Promise(resolve => setTimeout(resolve, 1))
    database.crash()
    await assert.rejects(store.book.read(), { code: 'STORE_UNREACHABLE' })
    database.start()
    go()
    await assert.rejects(writing, { code: 'STORE_UNREACHABLE' })
    assert.equal(await store.book.read(), undefined)
  })

  it('may have done what it does not answer any more', async () => {
    const database = makeDatabase()
    const store = openMemoryStore(database, async point => {
      if (point === 'book.write done') database.restart()
    })
    await assert.rejects(store.book.write('a record'), { code: 'STORE_UNREACHABLE' })
    assert.equal(await store.book.read(), 'a record')
  })

  it('forgets in a crash what was loaded and not secured, and its records with it', async () => {
    const f = await makeMemoryStores()
    await f.provision()
    const writing = await f.product.source.begin()
    await writing.insert('orders', [{ id: '1' }])
    await writing.commit()
    const table = (await f.source.catalog()).tables.find(t => t.label === 'shop.orders')
    assert.ok(table)
    const [source, target] = [f.source.source('s'), f.target.target('s')]
    const anchor = await source.anchor({ follow: true, tables: [table] })
    const chunks = await source.chunks(anchor, table, 1_000)
    const tables = new Map([[table.id, table]])
    await using picture = await source.open(anchor)
    await using reader = await picture.reader()
    const signal = new AbortController().signal
    await target.load(chunks, anchor, tables, reader.read(chunks, tables, signal), signal)
    f.databases.target.restart()
    assert.deepEqual([await target.loaded(), await f.product.target.rows('orders')], [[], []])
  })

  it('falls back behind what was acknowledged when it crashes, so that changes come again', async () => {
    const database = makeDatabase()
    const source = openMemoryStore(database).source('s')
    const anchor = await takeAnchor(openMemoryStore(database))
    for (const nonce of ['one', 'two']) await source.mark(nonce)
    const from = { through: anchor.position }
    const taken: string[] = []
    {
      await using stream = source.changes(from, AbortSignal.timeout(1_000))
      for await (const part of stream) {
        stream.acknowledge(part.end)
        taken.push(part.end)
        if (taken.length === 2) break
      }
    }
    database.restart()
    await using again = source.changes({ through: (taken[1] ?? '') as typeof anchor.position }, AbortSignal.timeout(1_000))
    const next = await again[Symbol.asyncIterator]().next()
    assert.equal((next.value as Transaction).marker, 'two', 'what was applied already did not come again')
  })

  it('shows a commit that a crash came upon between the log and everybody’s eyes', async () => {
    const database = makeDatabase()
    const product = openProduct(database)
    const writing = await product.begin()
    await writing.insert('shop.orders', [{ id: '1' }])
    const { promise, resolve } = Promise.withResolvers<void>()
    const committing = writing.commit(promise)
    await new Promise(done => setTimeout(done, 1))
    assert.deepEqual(await product.rows('shop.orders'), [])
    database.restart()
    resolve()
    await assert.rejects(committing, { code: 'STORE_UNREACHABLE' })
    assert.deepEqual(await product.rows('shop.orders'), [{ id: '1' }])
  })
})

describe('the product on a store in memory', () => {
  it('waits for a row that another transaction has changed, and sees what that left', async () => {
    const database = makeDatabase([{ ...orders, columns: [{ name: 'id', type: 'text' }, { name: 'note', type: 'text' }] }])
    const product = openProduct(database)
    const [first, second] = [await product.begin(), await product.begin()]
    await first.insert('shop.orders', [{ id: '1', note: 'a' }])
    await first.commit()
    const third = await product.begin()
    await third.update('shop.orders', { id: '1' }, { note: 'b' })
    const waiting = second.update('shop.orders', { id: '1', note: 'a' }, { note: 'c' })
    await third.commit()
    assert.equal(await waiting, 0, 'it changed a row that no longer answers')
    assert.equal(await second.update('shop.orders', { id: '1', note: 'b' }, { note: 'c' }), 1)
    await second.commit()
    assert.deepEqual(await product.rows('shop.orders'), [{ id: '1', note: 'c' }])
  })

  it('waits for an insert of the same key, and is refused if that commits', async () => {
    for (const commits of [true, false]) {
      const product = openProduct(makeDatabase())
      const [first, second] = [await product.begin(), await product.begin()]
      await first.insert('shop.orders', [{ id: '1' }])
      const waiting = second.insert('shop.orders', [{ id: '1' }])
      const outcome = waiting.then(() => 'inserted', () => 'refused')
      await (commits ? first.commit() : first.rollback())
      assert.equal(await outcome, commits ? 'refused' : 'inserted')
    }
  })

  it('is refused where two would wait for one another for ever', async () => {
    const product = openProduct(makeDatabase())
    const begun = [await product.begin(), await product.begin()] as const
    await begun[0].insert('shop.orders', [{ id: '1' }])
    await begun[1].insert('shop.orders', [{ id: '2' }])
    const waiting = begun[0].insert('shop.orders', [{ id: '2' }])
    await assert.rejects(begun[1].insert('shop.orders', [{ id: '1' }]), /deadlock/)
    await waiting
    await begun[0].commit()
    assert.deepEqual(await product.rows('shop.orders'), [{ id: '1' }, { id: '2' }])
  })
})
