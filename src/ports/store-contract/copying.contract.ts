import assert from 'node:assert/strict'
import { it } from 'node:test'
import { differences, type Chunk } from '#domain/catalog.ts'
import type { Loaded, Piece } from '../store.ts'
import type { MakeStores, StoreFixture } from './fixture.contract.ts'
import { allChunks, assertSame, begin, copy, fill, load, order, orders, persist, rejectsAsBug, rejectsWith, soon, sorted, tableOf, tablesOf, write, type Lane } from './lane.contract.ts'

const everyTable = ['orders', 'lines', 'seats', 'words', 'log', 'scratch']
const name = ({ chunk }: Loaded): string => `${chunk.table} ${chunk.number}`

/** What a reader gives of these chunks, changed by `change` on its way. */
const loadChanged = async (lane: Lane, chunks: readonly Chunk[], change: (pieces: AsyncIterable<Piece>) => AsyncIterable<Piece>, signal = soon()): Promise<Loaded[]> => {
  await using picture = await lane.source.open(lane.anchor)
  await using reader = await picture.reader()
  return await lane.target.load(chunks, lane.anchor, lane.tables, change(reader.read(chunks, lane.tables, soon())), signal)
}

const assertNothingLoaded = async (f: StoreFixture, lane: Lane): Promise<void> => {
  assert.deepEqual(await lane.target.loaded(), [])
  for (const table of everyTable) assert.deepEqual(await f.product.target.rows(table), [], `rows in ${table}`)
}

export const copyContract = (make: MakeStores): void => {
  it('copies every row as it is, in any number of chunks', async t => {
    for (const chunkBytes of [2 ** 30, 1]) {
      const f = await make(t)
      await fill(f)
      await write(f.product.source, w => w.insert('orders', orders(10_000, 10_800).map(o => ({ ...o, note: 'x'.repeat(200) }))))
      const lane = await begin(f)
      const chunks = await allChunks(lane, chunkBytes)
      if (chunkBytes === 1) assert.ok(chunks.length > lane.tables.size, 'nothing was cut')
      for (const table of lane.tables.keys()) {
        const mine = chunks.filter(c => c.table === table)
        assert.deepEqual(mine.map(c => [c.number, c.of]), mine.map((_, i) => [i, mine.length]))
      }
      await load(lane, chunks)
      await assertSame(f, everyTable)
    }
  })

  it('cuts a table whole and without overlap, at any size', async t => {
    const f = await make(t)
    await write(f.product.source, async w => {
      await w.insert('orders', orders(0, 600).map(o => ({ ...o, note: 'x'.repeat(200) })))
      await w.insert('log', Array.from({ length: 600 }, (_, i) => ({ at: String(i % 7), what: 'y'.repeat(200) })))
    })
    const lane = await begin(f)
    await using picture = await lane.source.open(lane.anchor)
    await using reader = await picture.reader()
    for (const chunkBytes of [1, 5_000, 20_000, 50_000, 2 ** 40]) {
      for (const table of ['orders', 'log'].map(n => tableOf(lane.tables, n))) {
        const chunks = await lane.source.chunks(lane.anchor, table, chunkBytes)
        const pieces = await Array.fromAsync(reader.read(chunks, lane.tables, soon()))
        const digests = pieces.flatMap(p => ('digest' in p ? [p] : []))
        assert.deepEqual(digests.map(d => d.chunk), chunks.map((_, i) => i), 'a digest for each chunk, in turn')
        assert.ok(digests.every(d => d.digest.order === 'stored'))
        assert.equal(digests.reduce((rows, d) => rows + d.digest.rows, 0), 600, `${table.label} in pieces of ${chunkBytes}`)
      }
    }
  })

  it('has in an anchor’s picture what was committed before it, and not what was written later', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await begin(f)
    const before = sorted(await f.product.source.rows('orders'))
    await write(f.product.source, async w => {
      await w.insert('orders', [order(5_000)])
      await w.delete('orders', { id: '1' })
      await w.update('orders', { id: '2' }, { note: 'late' })
    })
    await load(lane, await allChunks(lane))
    assert.deepEqual(sorted(await f.product.target.rows('orders')), before)
  })

  it('records each chunk with its rows, and answers in the order it was asked', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await begin(f)
    const chunks = (await allChunks(lane)).reverse()
    const answer = await load(lane, chunks)
    assert.deepEqual(answer.map(l => l.chunk), chunks)
    for (const { anchor, chunk, digest } of answer) {
      assert.equal(anchor, lane.anchor.position)
      assert.equal(digest.rows, (await f.product.source.rows((lane.tables.get(chunk.table)?.label ?? '').slice(5))).length)
    }
    const later = (await f.reopen('target')).target('rehome_contract_out')
    assert.deepEqual((await later.loaded()).sort((a, b) => (name(a) < name(b) ? -1 : 1)), answer.sort((a, b) => (name(a) < name(b) ? -1 : 1)))
  })

  it('I1: leaves neither rows nor records of a load that breaks off', async t => {
    const f = await make(t)
    await fill(f)
    await write(f.product.source, w => w.insert('orders', orders(1_000, 1_500)))
    const lane = await begin(f)
    const chunks = await allChunks(lane)
    const broken = new Error('the line broke')
    for (const after of [1, 3, 6]) {
      await assert.rejects(loadChanged(lane, chunks, async function* (pieces) {
        let count = 0
        for await (const piece of pieces) {
          if (++count > after) throw broken
          yield piece
        }
      }), error => error === broken || (error as Error).cause === broken)
      await assertNothingLoaded(f, lane)
    }
    await load(lane, chunks)
    await assertSame(f, everyTable)
  })

  it('I1: refuses pieces that end before the digest of every chunk', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await begin(f)
    const chunks = await allChunks(lane)
    const cuts: readonly ((piece: Piece) => boolean)[] = [() => false, piece => 'bytes' in piece, piece => piece.chunk < chunks.length - 1]
    for (const keeps of cuts) {
      await rejectsAsBug(loadChanged(lane, chunks, async function* (pieces) {
        for await (const piece of pieces) if (keeps(piece)) yield piece
      }))
      await assertNothingLoaded(f, lane)
    }
  })

  it('I1: leaves nothing of a load that is stopped, and gives the reason', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await begin(f)
    const reason = new Error('enough')
    const stop = new AbortController()
    await assert.rejects(loadChanged(lane, await allChunks(lane), async function* (pieces) {
      for await (const piece of pieces) {
        yield piece
        stop.abort(reason)
      }
    }, stop.signal), error => error === reason || (error as Error).cause === reason)
    await assertNothingLoaded(f, lane)
  })

  it('I1: refuses a chunk that is loaded already, and with it all of the load', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await begin(f)
    const [orderChunks, logChunks] = [await allChunks(lane, 2 ** 30, ['orders']), await allChunks(lane, 2 ** 30, ['log'])]
    await load(lane, logChunks)
    await rejectsAsBug(load(lane, [...orderChunks, ...logChunks]))
    assert.deepEqual((await lane.target.loaded()).map(l => l.chunk), logChunks)
    assert.equal((await f.product.target.rows('log')).length, 5)
    assert.equal((await f.product.target.rows('orders')).length, 0)
  })

  it('I1: loads a chunk once, however many try at the same time', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await begin(f)
    const chunks = await allChunks(lane, 2 ** 30, ['log'])
    const lanes = [lane, { ...lane, target: (await f.reopen('target')).target('rehome_contract_out') }]
    const tries = await Promise.allSettled(lanes.map(l => load(l, chunks)))
    assert.equal(tries.filter(o => o.status === 'fulfilled').length, 1)
    assert.equal((await f.product.target.rows('log')).length, 5)
  })

  it('loads different chunks at the same time', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await begin(f)
    await Promise.all((await allChunks(lane)).map(chunk => load(lane, [chunk])))
    await assertSame(f, everyTable)
    assert.equal((await lane.target.loaded()).length, lane.tables.size)
  })

  it('says what stands in the way of a row, and leaves nothing', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await begin(f)
    await write(f.product.target, w => w.insert('orders', [order(7, 'somebody else')]))
    await rejectsWith('STORE_REFUSED', load(lane, await allChunks(lane)))
    assert.deepEqual(await lane.target.loaded(), [])
    assert.equal((await f.product.target.rows('lines')).length, 0)
    assert.equal((await f.product.target.rows('orders')).length, 1)
  })

  it('unloads tables with the records of their chunks, and takes them again', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await begin(f)
    await load(lane, await allChunks(lane))
    await lane.target.unload(['orders', 'log'].map(n => tableOf(lane.tables, n).id))
    assert.deepEqual([(await f.product.target.rows('orders')).length, (await f.product.target.rows('log')).length], [0, 0])
    assert.equal((await f.product.target.rows('lines')).length, 38)
    assert.deepEqual((await lane.target.loaded()).map(l => l.chunk.table).filter(id => id === tableOf(lane.tables, 'orders').id), [])
    await load(lane, await allChunks(lane, 2 ** 30, ['orders', 'log']))
    await assertSame(f, everyTable)
  })

  it('keeps what was secured through a crash of the target', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await begin(f)
    await load(lane, await allChunks(lane))
    await lane.target.secureLoads()
    await f.restart('target')
    assert.equal((await persist(() => lane.target.loaded())).length, lane.tables.size)
    await assertSame(f, everyTable)
  })

  it('I1: has, after a crash of the target, the rows of exactly those chunks that are recorded', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await begin(f)
    const early = await allChunks(lane, 2 ** 30, ['orders', 'log'])
    await load(lane, early)
    await lane.target.secureLoads()
    for (const chunk of await allChunks(lane, 2 ** 30, ['lines', 'words', 'seats'])) await load(lane, [chunk])
    await f.restart('target')
    const recorded = new Set((await persist(() => lane.target.loaded())).map(l => l.chunk.table))
    for (const chunk of early) assert.ok(recorded.has(chunk.table), 'a secured chunk is gone')
    for (const table of lane.tables.values()) {
      const rows = await f.product.target.rows(table.label.slice(5))
      assert.equal(rows.length > 0, recorded.has(table.id), table.label)
    }
  })

  it('makes the schema from the source, builds what comes after the rows, and remembers both', async t => {
    const f = await make(t)
    await fill(f)
    const [source, target] = [f.source.source('rehome_contract_out'), f.target.target('rehome_contract_out')]
    await target.prepare()
    const steps = await target.createSchema(f.source, 'dump')
    assert.deepEqual(await (await f.reopen('target')).target('rehome_contract_out').createSchema(f.source, 'dump'), steps)
    const tables = await tablesOf(f.source)
    const anchor = await source.anchor({ follow: true, tables: [...tables.values()] })
    const lane: Lane = { f, source, target, tables, anchor }
    const beforeRows = steps.filter(s => s.phase === 'table')
    await target.build(beforeRows, soon())
    await load(lane, await allChunks(lane))
    assert.deepEqual([...(await target.built())].toSorted(), beforeRows.map(s => s.id).toSorted())
    for (const phase of ['key', 'index', 'link', 'validate', 'late', 'last'] as const) {
      const [first, ...others] = steps.filter(s => s.phase === phase)
      if (first === undefined) continue
      await target.build([first], soon())
      assert.ok((await target.built()).has(first.id), `${first.what} is not remembered`)
      // One of them is built already: the others are all the same.
      await target.build([first, ...others], soon())
      for (const step of others) assert.ok((await target.built()).has(step.id), `${step.what} is not remembered`)
    }
    await assertSame(f, everyTable)
    const [here, there] = [await f.source.catalog(), await f.target.catalog()]
    assert.deepEqual(differences(here.objects, there.objects), [])
    await assert.rejects(write(f.product.target, w => w.insert('orders', [order(1)])), 'the key is not in force')
  })

  it('refuses to build what the rows do not allow', async t => {
    const f = await make(t)
    await fill(f)
    const [source, target] = [f.source.source('rehome_contract_out'), f.target.target('rehome_contract_out')]
    await target.prepare()
    const steps = await target.createSchema(f.source, 'dump')
    const tables = await tablesOf(f.source)
    const lane: Lane = { f, source, target, tables, anchor: await source.anchor({ follow: true, tables: [...tables.values()] }) }
    await load(lane, await allChunks(lane))
    await write(f.product.target, w => w.insert('orders', [order(1)]))
    const key = steps.find(s => s.phase === 'key' && s.table === tableOf(tables, 'orders').id)
    assert.ok(key, 'the key of orders is no step')
    await rejectsWith('STORE_REFUSED', target.build([key], soon()))
    assert.equal((await target.built()).has(key.id), false)
    const before = steps.find(s => s.phase === 'key' && s.id !== key.id)
    assert.ok(before, 'no other table has a key')
    await rejectsWith('STORE_REFUSED', target.build([before, key], soon()))
    assert.equal((await target.built()).has(key.id), false)
    await target.build([before], soon())
  })

  it('makes nothing where the schema exists', async t => {
    const f = await make(t)
    await f.provision()
    const before = await f.target.catalog()
    await f.target.target('rehome_contract_out').prepare()
    assert.deepEqual(await f.target.target('rehome_contract_out').createSchema(f.source, 'existing'), [])
    assert.equal((await f.target.catalog()).fingerprint, before.fingerprint)
  })

  it('takes a cold picture without recording anything', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await begin(f, { follow: false })
    assert.equal(lane.anchor.followed, false)
    await load(lane, await allChunks(lane))
    await assertSame(f, everyTable)
    await using stream = lane.source.changes({ through: lane.anchor.position }, soon())
    await rejectsWith('STREAM_LOST', stream[Symbol.asyncIterator]().next())
  })

  it('moves large objects by number', async t => {
    const f = await make(t)
    await copy(f)
    const big = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251))
    await f.product.source.putLargeObject('4711', big)
    await f.product.source.putLargeObject('4712', Buffer.alloc(0))
    const { count, bytes } = (await f.source.catalog()).largeObjects
    assert.ok(count === 2 && bytes > 0, 'the catalogue tells of two large objects; their size is an estimate')
    await using picture = await f.source.picture()
    await using reader = await picture.reader()
    const listed = await Array.fromAsync(reader.largeObjects())
    for (const { id } of listed) await f.target.target('rehome_contract_out').putLargeObject(id, reader.readLargeObject(id, soon()))
    await using there = await f.target.picture()
    await using thereReader = await there.reader()
    const byId = (all: readonly { id: string }[]) => [...all].sort((a, b) => (a.id < b.id ? -1 : 1))
    assert.deepEqual(byId(await Array.fromAsync(thereReader.largeObjects())), byId(listed))
    assert.ok(big.equals((await f.product.target.largeObject('4711')) ?? Buffer.alloc(0)), 'the large object is another one')
    await f.target.target('rehome_contract_out').putLargeObject('4711', (async function* () { yield Buffer.from('shorter') })())
    assert.equal(String(await f.product.target.largeObject('4711')), 'shorter')
    for (let twice = 0; twice < 2; twice++) await f.target.target('rehome_contract_out').putLargeObject('4711', undefined)
    assert.equal(await f.product.target.largeObject('4711'), undefined)
  })

  it('draws from no sequence a value that was drawn at the source', async t => {
    const f = await make(t)
    await f.provision()
    for (const draws of [0, 3]) {
      const drawn = await Promise.all(Array.from({ length: draws }, () => f.product.source.draw('numbers')))
      for (let twice = 0; twice < 2; twice++) await f.target.target('rehome_contract_out').setSequences(await f.source.source('rehome_contract_out').sequences())
      const next = await f.product.target.draw('numbers')
      assert.ok(drawn.every(d => BigInt(next) > BigInt(d)), `${next} after ${drawn.join(', ')}`)
    }
  })
}
