import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Digest, Table } from '#domain/catalog.ts'
import type { Reader, RowPrint } from '../store.ts'
import type { MakeStores, Side, StoreFixture, Values } from './fixture.contract.ts'
import { begin, copy, fill, oddTexts, order, orders, persist, readerOf, rejectsWith, soon, sorted, tableOf, tablesOf, wholeSpan, write } from './lane.contract.ts'

const all = async <T>(from: AsyncIterable<T>): Promise<T[]> => Array.fromAsync(from)
const ordersBy = (table: Table): Digest['order'][] => (table.order === 'key' ? ['stored', 'key', 'multiset'] : ['stored', 'multiset'])
const summary = (d: Digest) => ({ rows: d.rows, sha256: d.sha256 })

/** A table's rows as one digest of each order, read now. */
const digests = async (f: StoreFixture, side: Side, name: string): Promise<Map<Digest['order'], Digest>> => {
  await using stack = new AsyncDisposableStack()
  const reader = await readerOf(stack, f[side])
  const table = tableOf(await tablesOf(f[side]), name)
  const found = new Map<Digest['order'], Digest>()
  for (const order of ordersBy(table)) found.set(order, await reader.digest(wholeSpan(table), table, order, soon()))
  return found
}

const printsOf = async (reader: Reader, table: Table): Promise<RowPrint[]> => all(reader.rows(wholeSpan(table), table, soon()))

export const pictureContract = (make: MakeStores): void => {
  it('does not move a picture, whatever is written', async t => {
    const f = await make(t)
    await fill(f)
    const tables = await tablesOf(f.source)
    await using picture = await f.source.picture()
    const look = async (): Promise<unknown[]> => {
      await using reader = await picture.reader()
      const seen: unknown[] = []
      for (const table of tables.values()) seen.push([await reader.count(table), await reader.digest(wholeSpan(table), table, table.order, soon()), (await printsOf(reader, table)).length])
      return seen
    }
    const before = await look()
    await write(f.product.source, async w => {
      await w.insert('orders', [order(5_000)])
      await w.update('lines', { order_id: '1', line: 'a' }, { what: 'changed' })
      await w.delete('seats', { id: '1' })
      await w.delete('log', { at: '1' })
    })
    assert.deepEqual(await look(), before)
  })

  it('has in a picture what was committed before, and nothing of what was not', async t => {
    const f = await make(t)
    const table = tableOf(await tablesOf(f.source), 'orders')
    await write(f.product.source, w => w.insert('orders', [order(1)]))
    const open = await f.product.source.begin()
    await open.insert('orders', [order(2)])
    await using picture = await f.source.picture()
    await using early = await picture.reader()
    await open.commit()
    await using late = await picture.reader()
    for (const reader of [early, late]) assert.deepEqual((await printsOf(reader, table)).map(r => r.key), ['1'])
  })

  it('sees by sessions that were opened ahead what is there when they are taken, and needs none of them', async t => {
    const f = await make(t)
    const table = tableOf(await tablesOf(f.source), 'orders')
    const seen = async (): Promise<number> => {
      await using stack = new AsyncDisposableStack()
      return await (await readerOf(stack, f.source)).count(table)
    }
    await write(f.product.source, w => w.insert('orders', [order(1)]))
    const ahead = await f.source.openAhead(5)
    await write(f.product.source, w => w.insert('orders', [order(2)]))
    assert.equal(await seen(), 2)
    await write(f.product.source, w => w.insert('orders', [order(3)]))
    assert.equal(await seen(), 3)
    await using kept = new AsyncDisposableStack()
    const reader = await readerOf(kept, f.source)
    await ahead[Symbol.asyncDispose]()
    assert.equal(await reader.count(table), 3)
    assert.equal(await seen(), 3)
    await f.source.openAhead(2)
    await f.restart('source')
    assert.equal(await persist(() => seen()), 3)
  })

  it('cuts a table for comparing into spans that no row of either side is outside of, nor in two of', async t => {
    const f = await make(t)
    await f.provision()
    await write(f.product.source, w => w.insert('orders', orders(100, 160)))
    await write(f.product.target, w => w.insert('orders', [...orders(-3, 2), ...orders(100, 160), ...orders(100_000, 100_003)]))
    const table = tableOf(await tablesOf(f.source), 'orders')
    await using stack = new AsyncDisposableStack()
    const [source, target] = [await readerOf(stack, f.source), await readerOf(stack, f.target)]
    const spans = await source.spans(table, 7)
    assert.ok(spans.length > 1, 'sixty rows were not cut at all')
    assert.deepEqual(spans.map(s => [s.number, s.of]), spans.map((_, i) => [i, spans.length]))
    for (const [reader, count] of [[source, 60], [target, 68]] as const) {
      const keys: string[] = []
      for (const span of spans) {
        const prints = await all(reader.rows(span, table, soon()))
        assert.equal((await reader.digest(span, table, 'key', soon())).rows, prints.length)
        keys.push(...prints.map(p => p.key))
      }
      assert.equal(keys.length, count)
      assert.equal(new Set(keys).size, count)
    }
  })

  it('cuts every table into one span at least, the empty and the key-less too', async t => {
    const f = await make(t)
    await using stack = new AsyncDisposableStack()
    const reader = await readerOf(stack, f.source)
    for (const table of (await tablesOf(f.source)).values()) assert.ok((await reader.spans(table, 10)).length >= 1, table.label)
  })

  it('reads a whole table with the digest that comparing takes of it', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await begin(f)
    await using picture = await lane.source.open(lane.anchor)
    await using reader = await picture.reader()
    for (const table of lane.tables.values()) {
      const chunks = await lane.source.chunks(lane.anchor, table, 2 ** 30)
      assert.equal(chunks.length, 1, `${table.label} is small and was cut`)
      const pieces = await all(reader.read(chunks, lane.tables, soon()))
      const [digest] = pieces.flatMap(p => ('digest' in p ? [p.digest] : []))
      assert.deepEqual(digest && summary(digest), summary(await reader.digest(wholeSpan(table), table, 'stored', soon())), table.label)
    }
  })

  it('takes equal digests of equal rows, in every order that does not depend on how they are stored', async t => {
    const f = await make(t)
    await fill(f)
    await copy(f)
    await write(f.product.target, async w => {
      // The same rows, stored in another order.
      await w.delete('orders', { id: '1' })
      await w.insert('orders', [order(1)])
      await w.delete('log', { at: '1' })
      await w.insert('log', [{ at: '1', what: '' }, { at: '1', what: 'twice' }, { at: '1', what: null }, { at: '1', what: 'twice' }])
    })
    for (const name of ['orders', 'lines', 'seats', 'words', 'log', 'scratch']) {
      const [source, target] = [await digests(f, 'source', name), await digests(f, 'target', name)]
      for (const [by, digest] of source) if (by !== 'stored') assert.deepEqual(summary(target.get(by) as Digest), summary(digest), `${name} by ${by}`)
    }
  })

  it('takes different digests of different rows, in every order', async t => {
    const f = await make(t)
    await fill(f)
    await f.provision()
    /** Each: what one side has and the other has not. */
    const mutations: readonly (readonly [table: string, what: string, here: readonly Values[], there: readonly Values[]])[] = [
      ['orders', 'one character', [order(1, 'ab')], [order(1, 'ac')]],
      ['orders', 'a missing row', [order(1), order(2)], [order(1)]],
      ['orders', 'an extra row', [order(1)], [order(1), order(2)]],
      ['orders', 'nothing and an empty text', [order(1, null)], [order(1, '')]],
      ['orders', 'nothing and the word', [order(1, null)], [order(1, 'NULL')]],
      ['orders', 'where one value ends and the next begins', [order(1, 'a', 'bc')], [order(1, 'ab', 'c')]],
      ['orders', 'where one value ends, with a separator in it', [order(1, 'a,b', 'c')], [order(1, 'a', 'b,c')]],
      ['orders', 'values in the other column', [order(1, 'x', null)], [order(1, null, 'x')]],
      ['orders', 'values of two rows swapped', [order(1, 'x'), order(2, 'y')], [order(1, 'y'), order(2, 'x')]],
      ['orders', 'a space at the end', [order(1, 'a')], [order(1, 'a ')]],
      ['orders', 'composed and decomposed', [order(1, '\u00e9')], [order(1, 'e\u0301')]],
      ['orders', 'upper and lower case', [order(1, 'a')], [order(1, 'A')]],
      ['log', 'two equal rows and none', [{ at: '1', what: 'x' }, { at: '1', what: 'x' }], []],
      ['log', 'two equal rows and one', [{ at: '1', what: 'x' }, { at: '1', what: 'x' }], [{ at: '1', what: 'x' }]],
      ['log', 'two equal rows and two others', [{ at: '1', what: 'x' }, { at: '1', what: 'x' }], [{ at: '1', what: 'y' }, { at: '1', what: 'y' }]],
      ['log', 'values swapped between rows', [{ at: '1', what: 'x' }, { at: '2', what: 'y' }], [{ at: '1', what: 'y' }, { at: '2', what: 'x' }]],
    ]
    for (const [table, what, here, there] of mutations) {
      await write(f.product.source, async w => {
        await w.truncate([table])
        await w.insert(table, here)
      })
      await write(f.product.target, async w => {
        await w.truncate([table])
        await w.insert(table, there)
      })
      const [source, target] = [await digests(f, 'source', table), await digests(f, 'target', table)]
      for (const [by, digest] of source) assert.notDeepEqual(summary(digest), summary(target.get(by) as Digest), `${what} in ${table} was not seen by ${by}`)
    }
  })

  it('tells rows one by one: a key for people, a hash of the whole row, values as text', async t => {
    const f = await make(t)
    await fill(f)
    await copy(f)
    await write(f.product.target, w => w.update('words', { word: '日本語' }, { meaning: 'changed' }))
    const table = tableOf(await tablesOf(f.source), 'words')
    await using stack = new AsyncDisposableStack()
    const [source, target] = [await printsOf(await readerOf(stack, f.source), table), await printsOf(await readerOf(stack, f.target), table)]
    assert.equal(new Set(source.map(r => r.key)).size, oddTexts.length)
    const there = new Map(target.map(r => [r.key, r]))
    assert.deepEqual(source.filter(r => there.get(r.key)?.sha256 !== r.sha256).map(r => r.values[0]), ['日本語'])
    const values = (prints: readonly RowPrint[]): Values[] => prints.map(p => ({ word: p.values[0] ?? null, meaning: p.values[1] ?? null }))
    assert.deepEqual(sorted(values(source)), sorted(await f.product.source.rows('words')))
  })

  it('tells nothing from an empty text, row by row', async t => {
    const f = await make(t)
    await write(f.product.source, w => w.insert('orders', [order(1, null, ''), order(2, '', null)]))
    const table = tableOf(await tablesOf(f.source), 'orders')
    await using stack = new AsyncDisposableStack()
    const prints = await printsOf(await readerOf(stack, f.source), table)
    assert.deepEqual(new Map(prints.map(p => [p.key, p.values])), new Map([['1', ['1', null, '']], ['2', ['2', '', null]]]))
  })

  it('compares the rows with given keys only; keys that no row has count nothing', async t => {
    const f = await make(t)
    await fill(f)
    await copy(f)
    const tables = await tablesOf(f.source)
    const bytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')
    const compare = async (name: string, keys: readonly (readonly string[])[]): Promise<{ rows: number; equal: boolean; found: string[][] }> => {
      await using stack = new AsyncDisposableStack()
      const table = tableOf(tables, name)
      const readers = [await readerOf(stack, f.source), await readerOf(stack, f.target)] as const
      const [a, b] = await Promise.all([readers[0].digestKeys(table, keys, soon()), readers[1].digestKeys(table, keys, soon())])
      assert.equal(a.order, b.order)
      const found = await Promise.all(readers.map(async r => (await all(r.rowsByKey(table, keys, soon()))).map(p => p.sha256).sort()))
      return { rows: a.rows, equal: a.sha256 === b.sha256 && a.rows === b.rows, found }
    }
    const [some, texts] = [[['1'], ['900'], ['-5'], ['777777']], [[bytes('日本語')], [bytes('')], [bytes('\\N')], [bytes('not there')]]]
    await write(f.product.target, async w => {
      await w.update('orders', { id: '2' }, { customer: 'not asked for' })
      await w.update('words', { word: '🙂' }, { meaning: 'not asked for' })
    })
    for (const [name, keys] of [['orders', some], ['words', texts], ['lines', [['1', 'a'], ['1', 'b'], ['19', 'b'], ['1', 'c']]]] as const) {
      const same = await compare(name, keys)
      assert.deepEqual([same.rows, same.equal], [3, true], name)
      assert.deepEqual(same.found[0], same.found[1])
    }
    await write(f.product.target, async w => {
      await w.update('orders', { id: '900' }, { customer: '' })
      await w.delete('words', { word: '' })
      await w.update('lines', { order_id: '19', line: 'b' }, { what: 'changed' })
    })
    for (const [name, keys] of [['orders', some], ['words', texts], ['lines', [['19', 'b'], ['1', 'a']]]] as const) assert.equal((await compare(name, keys)).equal, false, name)
  })

  it('counts', async t => {
    const f = await make(t)
    await fill(f)
    await using stack = new AsyncDisposableStack()
    const reader = await readerOf(stack, f.source)
    for (const table of (await tablesOf(f.source)).values()) assert.equal(await reader.count(table), (await f.product.source.rows(table.label.slice(5))).length, table.label)
  })

  it('lets several sessions read one picture at once', async t => {
    const f = await make(t)
    await fill(f)
    const table = tableOf(await tablesOf(f.source), 'orders')
    await using picture = await f.source.picture()
    await using stack = new AsyncDisposableStack()
    const readers = await Promise.all([1, 2, 3].map(async () => stack.use(await picture.reader())))
    const counts = readers.map(async (r, i) => {
      await write(f.product.source, w => w.insert('orders', [order(10_000 + i)]))
      return (await r.digest(wholeSpan(table), table, 'key', soon())).sha256
    })
    assert.equal(new Set(await Promise.all(counts)).size, 1)
  })

  it('stops reading when it is told to, with the reason it is given', async t => {
    const f = await make(t)
    await write(f.product.source, w => w.insert('orders', orders(0, 500)))
    const lane = await begin(f)
    const table = tableOf(lane.tables, 'orders')
    const chunks = await lane.source.chunks(lane.anchor, table, 2 ** 30)
    await using picture = await lane.source.open(lane.anchor)
    const reason = new Error('enough')
    for (const open of [(r: Reader, s: AbortSignal) => r.read(chunks, lane.tables, s), (r: Reader, s: AbortSignal) => r.rows(wholeSpan(table), table, s)]) {
      await using reader = await picture.reader()
      const stop = new AbortController()
      await assert.rejects(async () => {
        for await (const piece of open(reader, stop.signal)) if (piece !== undefined) stop.abort(reason)
      }, error => error === reason)
    }
  })

  it('keeps the picture of an anchor for a process that comes later', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await begin(f)
    await write(f.product.source, w => w.insert('orders', [order(5_000)]))
    await f.source[Symbol.asyncDispose]()
    const later = await f.reopen('source')
    await using picture = await later.source('rehome_contract_out').open(lane.anchor)
    await using reader = await picture.reader()
    assert.equal(await reader.count(tableOf(lane.tables, 'orders')), 42)
  })

  it('says that a picture is lost once it was let go, and lets it go twice', async t => {
    const f = await make(t)
    const lane = await begin(f)
    await lane.source.release(lane.anchor)
    await lane.source.release(lane.anchor)
    await rejectsWith('SNAPSHOT_LOST', openFully(f, lane.anchor))
    await write(f.product.source, w => w.insert('orders', [order(1)]))
    await using stream = lane.source.changes({ through: lane.anchor.position }, soon())
    for await (const part of stream) {
      assert.equal(part.changes.length, 1, 'the stream ended with the picture')
      break
    }
  })

  it('says that a picture is lost once its holder or the server died', async t => {
    const f = await make(t)
    const lane = await begin(f)
    await f.killHolder(lane.anchor)
    await rejectsWith('SNAPSHOT_LOST', openFully(f, lane.anchor))
    const again = await lane.source.reanchor([...lane.tables.values()])
    await openFully(f, again)
    await f.restart('source')
    await rejectsWith('SNAPSHOT_LOST', openFully(f, again))
  })
}

const openFully = async (f: StoreFixture, anchor: Parameters<ReturnType<StoreFixture['source']['source']>['open']>[0]): Promise<void> => {
  const store = await f.reopen('source')
  await using picture = await store.source('rehome_contract_out').open(anchor)
  await using reader = await picture.reader()
  await reader.count(tableOf(await tablesOf(store), 'orders'))
}
