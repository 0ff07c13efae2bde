import assert from 'node:assert/strict'
import { it } from 'node:test'
import { remaining, type Checkpoint, type Transaction } from '#domain/stream.ts'
import type { MakeStores } from './fixture.contract.ts'
import { assertSame, begin, checkpointOf, copy, fill, follow, marked, order, orders, out, persist, read, rejectsWith, soon, textOf, whole, write, type Lane } from './lane.contract.ts'

const start = (lane: Lane): Checkpoint => ({ through: lane.anchor.position })
const says = (parts: readonly Transaction[]): string[][] => whole(parts).map(transaction => transaction.says)

export const followContract = (make: MakeStores): void => {
  it('streams every kind of change, and nothing of what was rolled back', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await begin(f)
    await lane.source.release(lane.anchor)
    await write(f.product.source, async w => {
      await w.insert('orders', [order(1_000)])
      await w.update('orders', { id: '1000' }, { note: 'changed' })
      await w.update('orders', { id: '1000' }, { id: '1001' })
      await w.delete('orders', { id: '1001' })
    })
    const undone = await f.product.source.begin()
    await undone.insert('orders', [order(2_000)])
    await undone.rollback()
    await write(f.product.source, w => w.delete('log', { at: null, what: null }))
    await write(f.product.source, w => w.truncate(['lines', 'seats']))
    assert.deepEqual(says(await read(lane.source, start(lane))), [
      ['insert orders 1000', 'update orders 1000', 'update orders 1000 to 1001', 'delete orders 1001'],
      ['delete log NULL NULL'],
      ['truncate lines, seats'],
    ])
  })

  it('streams values in the bytes they have, one character a byte', async t => {
    const f = await make(t)
    const lane = await begin(f)
    await write(f.product.source, w => w.insert('words', [{ word: 'naïve 日本語 🙂\t\\', meaning: null }, { word: 'x', meaning: '' }]))
    const parts = await read(lane.source, start(lane))
    const images = parts.flatMap(p => p.changes).map(c => (c.op === 'insert' ? c.row : []))
    assert.deepEqual(images.map(i => i.map(textOf)), [['naïve 日本語 🙂\t\\', null], ['x', '']])
    assert.ok(images.flat().every(v => typeof v !== 'string' || [...v].every(c => c.charCodeAt(0) < 256)), 'a character is more than a byte')
  })

  it('streams in the order of commits, not of beginnings', async t => {
    const f = await make(t)
    const lane = await begin(f)
    const [first, second, third] = [await f.product.source.begin(), await f.product.source.begin(), await f.product.source.begin()]
    await first.insert('orders', [order(1)])
    await second.insert('orders', [order(2)])
    await third.insert('orders', [order(3)])
    await first.insert('orders', [order(11)])
    await second.commit()
    await third.insert('orders', [order(33)])
    await third.commit()
    await first.insert('orders', [order(111)])
    await first.commit()
    const parts = await read(lane.source, start(lane))
    assert.deepEqual(says(parts), [['insert orders 2'], ['insert orders 3', 'insert orders 33'], ['insert orders 1', 'insert orders 11', 'insert orders 111']])
    let last: string = lane.anchor.position
    for (const { commit, end } of whole(parts)) {
      assert.ok(commit >= last, 'a commit is before the end of the one before it')
      assert.ok(end > commit, 'a transaction ends where it commits')
      last = end
    }
  })

  it('says when a transaction was committed', async t => {
    const f = await make(t)
    const lane = await begin(f)
    await write(f.product.source, w => w.insert('orders', [order(1)]))
    const [part] = await read(lane.source, start(lane))
    assert.ok(Math.abs((part?.committedAt ?? 0) - Date.now()) < 60_000, 'it was not just now')
  })

  it('has a transaction in the picture or in the stream, never in both, whenever it began and committed', async t => {
    const f = await make(t)
    await fill(f)
    await f.provision()
    const early = await f.product.source.begin()
    await early.insert('orders', [order(1_000)])
    // A server may wait for everybody who has written before it can begin to record.
    const anchoring = copy({ ...f, provision: async () => { /* it is there already */ } })
    await Promise.race([anchoring, new Promise(resolve => setTimeout(resolve, 300))])
    await write(f.product.source, w => w.insert('orders', [order(1_001)]))
    await early.update('orders', { id: '1000' }, { note: 'changed' })
    await early.commit()
    const lane = await anchoring
    await follow(lane)
    await assertSame(f)
  })

  it('has a transaction that is in the log but not seen yet in the picture or in the stream, never in both', async t => {
    const f = await make(t)
    await fill(f)
    await f.provision()
    const writing = await f.product.source.begin()
    await writing.insert('orders', [order(1_000)])
    await writing.delete('orders', { id: '1' })
    const show = await writing.commitUnseen()
    const anchoring = copy({ ...f, provision: async () => { /* it is there already */ } })
    await Promise.race([anchoring, new Promise(resolve => setTimeout(resolve, 300))])
    await show()
    const lane = await anchoring
    await follow(lane)
    await assertSame(f)
  })

  it('makes the target what the source is', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await copy(f)
    await write(f.product.source, async w => {
      await w.insert('orders', [order(1_000, null), order(1_001, '')])
      await w.update('orders', { id: '1' }, { note: '\\N' })
      await w.update('lines', { order_id: '1', line: 'a' }, { line: 'z' })
      await w.delete('log', { at: '1', what: null })
    })
    await write(f.product.source, async w => {
      await w.truncate(['words'])
      await w.insert('words', [{ word: '日本語', meaning: null }])
    })
    await follow(lane)
    await assertSame(f)
  })

  it('swaps unique values, key changes included', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await copy(f)
    await write(f.product.source, async w => {
      await w.update('seats', { id: '1' }, { place: 'between' })
      await w.update('seats', { id: '2' }, { place: 'A' })
      await w.update('seats', { id: '1' }, { place: 'B' })
      await w.update('orders', { id: '1' }, { id: '777' })
      await w.update('orders', { id: '2' }, { id: '1' })
      await w.update('orders', { id: '777' }, { id: '2' })
    })
    await follow(lane)
    await assertSame(f)
  })

  it('keeps a long value that an update leaves alone, and one whose row changes its key', async t => {
    const f = await make(t)
    const lane = await copy(f)
    await write(f.product.source, w => w.insert('orders', [order(1, 'a', f.longValue), order(2, 'b', f.longValue)]))
    await write(f.product.source, w => w.update('orders', { id: '1' }, { customer: 'changed' }))
    await write(f.product.source, w => w.update('orders', { id: '2' }, { id: '3' }))
    await follow(lane)
    await assertSame(f)
  })

  it('finds one of several equal rows where there is no key', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await copy(f)
    await write(f.product.source, w => w.insert('log', [{ at: '9', what: 'thrice' }, { at: '9', what: 'thrice' }, { at: '9', what: 'thrice' }]))
    await write(f.product.source, w => w.update('log', { at: '1', what: 'twice' }, { what: 'changed' }))
    await write(f.product.source, w => w.delete('log', { at: null, what: null }))
    await follow(lane)
    await assertSame(f)
  })

  it('gives large transactions in parts that follow one another, whole and in order', async t => {
    const f = await make(t)
    const lane = await begin(f)
    await write(f.product.source, async w => {
      await w.insert('orders', orders(0, f.manyChanges))
      await write(f.product.source, other => other.insert('orders', [order(-1)]))
    })
    await write(f.product.source, w => w.insert('orders', [order(-2)]))
    const parts = await read(lane.source, start(lane))
    assert.ok(parts.length > 3, 'it came in one part')
    assert.deepEqual(says(parts), [['insert orders -1'], orders(0, f.manyChanges).map(o => `insert orders ${o['id'] ?? ''}`), ['insert orders -2']])
    const large = parts.slice(1, -1)
    assert.equal(new Set(large.map(p => p.commit)).size, 1)
    let count = 0
    for (const [i, part] of large.entries()) {
      assert.equal(part.from, count)
      assert.equal(part.last, i === large.length - 1)
      count += part.changes.length
    }
  })

  it('goes on within a large transaction, whichever part was the last to be applied', async t => {
    const f = await make(t)
    const lane = await copy(f)
    await write(f.product.source, w => w.insert('orders', orders(0, f.manyChanges)))
    for (let session = 0, isDone = false; !isDone; session++) {
      assert.ok(session < 20, 'it never ends')
      // Each session applies two parts and is gone.
      let at = await checkpointOf(lane.target)
      const nonce = session === 0 ? await marked(lane.source) : ''
      await using stream = lane.source.changes(at, soon())
      let applied = 0
      for await (const part of stream) {
        const rest = remaining(at, part)
        if (rest === undefined) continue
        at = await lane.target.apply([rest], lane.tables)
        isDone = part.last && (await f.product.target.rows('orders')).length === f.manyChanges
        if (++applied === 2 || isDone || part.marker === nonce) break
      }
    }
    await follow(lane)
    await assertSame(f)
  })

  it('streams what is written while somebody waits for it', async t => {
    const f = await make(t)
    const lane = await begin(f)
    await using stream = lane.source.changes(start(lane), soon())
    const parts = stream[Symbol.asyncIterator]()
    for (let id = 0; id < 3; id++) {
      const next = parts.next()
      await write(f.product.source, w => w.insert('orders', [order(id)]))
      const part = (await next).value as Transaction
      assert.deepEqual(says([part]), [[`insert orders ${id}`]])
      assert.ok(stream.heard >= part.end, 'it has not heard of what it gave')
    }
  })

  it('shows a mark after everything that was committed before it', async t => {
    const f = await make(t)
    const lane = await begin(f)
    const seen: string[] = []
    for (let id = 0; id < 5; id++) {
      await write(f.product.source, w => w.insert('orders', [order(id)]))
      const position = await lane.source.mark(`after ${id}`)
      await using stream = lane.source.changes(start(lane), soon())
      seen.length = 0
      for await (const part of stream) {
        seen.push(...part.changes.map(c => (c.op === 'insert' ? (c.row[0] ?? '') : c.op)))
        if (part.marker !== `after ${id}`) continue
        assert.ok(position >= part.commit, 'the mark committed later than its position says')
        break
      }
      assert.deepEqual(seen, Array.from({ length: id + 1 }, (_, i) => String(i)))
    }
  })

  it('gives what was not acknowledged again, after a new beginning and after a crash of the source', async t => {
    const f = await make(t)
    const lane = await begin(f)
    for (let id = 0; id < 4; id++) await write(f.product.source, w => w.insert('orders', [order(id)]))
    const [first] = await read(lane.source, start(lane))
    assert.ok(first)
    {
      await using stream = lane.source.changes(start(lane), soon())
      for await (const part of stream) if (part.commit === first.commit) stream.acknowledge(first.end)
      else break
    }
    const rest = async (): Promise<string[]> => {
      const at: Checkpoint = { through: first.end }
      return (await read(lane.source, at)).filter(p => remaining(at, p) !== undefined).flatMap(p => says([p]).flat())
    }
    const expected = ['insert orders 1', 'insert orders 2', 'insert orders 3']
    assert.deepEqual(await rest(), expected)
    assert.deepEqual(await rest(), expected)
    await f.restart('source')
    assert.deepEqual(await persist(rest), expected)
  })

  it('applies nothing twice when the acknowledgement was lost, and nothing is missing', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await copy(f)
    for (let round = 0; round < 3; round++) {
      await write(f.product.source, w => w.insert('log', [{ at: 'round', what: String(round) }]))
      await follow(lane, { acknowledges: false })
      await assertSame(f)
    }
    await f.restart('source')
    await persist(() => follow(lane))
    await assertSame(f)
  })

  it('goes on from an acknowledged checkpoint, however long nothing happened', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await copy(f)
    for (let round = 0; round < 3; round++) {
      await write(f.product.source, w => w.insert('orders', [order(1_000 + round)]))
      await follow(lane)
      // Traffic that is of no concern to the stream.
      for (let i = 0; i < 10; i++) await write(f.product.source, w => w.insert('scratch', [{ what: `${round} ${i}` }]))
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    await assertSame(f)
  })

  it('I6: finds a gap when the source has forgotten what the checkpoint needs', async t => {
    const f = await make(t)
    const lane = await begin(f)
    await write(f.product.source, w => w.insert('orders', [order(1)]))
    const [first] = await read(lane.source, start(lane))
    assert.ok(first)
    {
      await using stream = lane.source.changes(start(lane), soon())
      for await (const part of stream) {
        stream.acknowledge(part.end)
        break
      }
    }
    // Acknowledged, and the target is back at an older checkpoint, as after a restore.
    await rejectsWith('STREAM_GAP', (async () => {
      for (let tries = 0; tries < 100; tries++) {
        const parts = await read(lane.source, start(lane))
        assert.equal(parts[0]?.commit, first.commit, 'a change was left out without a word')
        await new Promise(resolve => setTimeout(resolve, 50))
      }
    })())
  })

  it('I6: finds a gap when another stream was put in the place of its own, and a loss when there is none', async t => {
    const f = await make(t)
    const lane = await begin(f)
    await write(f.product.source, w => w.insert('orders', [order(1)]))
    await f.loseStream(out, 'anew')
    await rejectsWith('STREAM_GAP', read(lane.source, start(lane)))
    await f.loseStream(out, 'gone')
    await rejectsWith('STREAM_LOST', read(lane.source, start(lane)))
  })

  it('stops waiting for changes when it is told to, with the reason it is given', async t => {
    const f = await make(t)
    const lane = await begin(f)
    const reason = new Error('enough')
    for (const early of [true, false]) {
      const stop = new AbortController()
      if (early) stop.abort(reason)
      await using stream = lane.source.changes(start(lane), stop.signal)
      const next = stream[Symbol.asyncIterator]().next()
      setTimeout(() => stop.abort(reason), early ? 0 : 200)
      await assert.rejects(next, error => error === reason)
    }
  })

  it('gives the stream to a session that comes later', async t => {
    const f = await make(t)
    const lane = await begin(f)
    await using forgotten = lane.source.changes(start(lane), soon())
    const pending = forgotten[Symbol.asyncIterator]().next()
    pending.catch(() => { /* it is taken from */ })
    await write(f.product.source, w => w.insert('orders', [order(1)]))
    await pending
    const later = (await f.reopen('source')).source(out)
    assert.deepEqual(says(await persist(() => read(later, start(lane)))), [['insert orders 1']])
  })

  it('says that the schema changed, before anything is applied under the new one', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await copy(f)
    await f.product.source.addColumn('orders', 'colour')
    await write(f.product.source, w => w.insert('orders', [{ ...order(1_000), colour: 'red' }]))
    await rejectsWith('SCHEMA_CHANGED', follow(lane))
    assert.equal((await f.product.target.rows('orders')).length, 42)
  })

  it('never makes the product’s own writes fail, in tables that the stream cannot carry either', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await copy(f)
    await write(f.product.source, async w => {
      assert.equal(await w.update('scratch', { what: 'one' }, { what: 'changed' }), 1)
      assert.equal(await w.delete('scratch', { what: 'two' }), 1)
      await w.insert('scratch', [{ what: 'three' }])
      await w.update('log', { at: '1', what: '' }, { at: '2' })
    })
    await write(f.product.source, w => w.truncate(['scratch']))
    await follow(lane)
    await assertSame(f)
    assert.equal((await f.product.target.rows('scratch')).length, 2, 'scratch came down the stream')
  })
}
