import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Fault } from '#domain/faults.ts'
import type { Checkpoint } from '#domain/stream.ts'
import { storeContract, type StoreFixture } from '#ports/store.contract.ts'
import type { Store } from '#ports/store.ts'
import { makeMemoryStores } from '#test/services/memory-store.ts'
import { faulty, planned, type Method, type Mishap } from './faulty.ts'

storeContract('a faulty store on a good day', async () => {
  const f = await makeMemoryStores()
  const good = (store: Store): Store => faulty(store, () => undefined)
  return { ...f, source: good(f.source), target: good(f.target), reopen: async side => good(await f.reopen(side)) }
})

const make = async (...mishaps: readonly (Mishap & { method: Method; call: number })[]): Promise<StoreFixture & { bad: { source: Store; target: Store } }> => {
  const f = await makeMemoryStores()
  await f.provision()
  return { ...f, bad: { source: faulty(f.source, planned(mishaps)), target: faulty(f.target, planned(mishaps)) } }
}

const isUnreachable = (error: unknown): boolean => error instanceof Fault && error.code === 'STORE_UNREACHABLE'

describe('a faulty store', () => {
  it('throws before anything is done, at the call it was told, and never again', async () => {
    const f = await make({ method: 'book.write', call: 2, how: 'before' })
    await f.bad.target.book.write('first')
    await assert.rejects(f.bad.target.book.write('second'), isUnreachable)
    assert.equal(await f.target.book.read(), 'first')
    await f.bad.target.book.write('third')
    assert.equal(await f.target.book.read(), 'third')
  })

  it('does it and loses the answer', async () => {
    const f = await make({ method: 'book.own', call: 1, how: 'after' })
    await assert.rejects(f.bad.target.book.own({ owner: 'here', epoch: 1, move: 'm' }), isUnreachable)
    assert.equal((await f.target.book.ownership())?.epoch, 1)
    assert.equal(await f.bad.target.book.own({ owner: 'here', epoch: 1, move: 'm' }), false)
  })

  it('throws what it was told to', async () => {
    const full = new Fault('STORE_FULL', { store: 'target', reason: 'no room' })
    const f = await make({ method: 'target.prepare', call: 1, how: 'before', fault: full })
    await assert.rejects(f.bad.target.target('s').prepare(), error => error === full)
  })

  it('counts a method by itself over everything that came out of it', async () => {
    const f = await make({ method: 'target.checkpoint', call: 3, how: 'before' })
    await f.bad.target.target('a').checkpoint()
    await f.bad.target.target('b').loaded()
    await f.bad.target.target('b').checkpoint()
    await assert.rejects(f.bad.target.target('a').checkpoint(), isUnreachable)
  })

  it('hangs until the call’s own signal is aborted, and does nothing', async () => {
    const f = await make({ method: 'source.arm', call: 1, how: 'hangs' })
    const stop = new AbortController()
    const reason = new Error('enough')
    const arming = f.bad.source.source('s').arm([], stop.signal)
    let settled = false
    arming.catch(() => { settled = true })
    await new Promise(resolve => setTimeout(resolve, 20))
    assert.equal(settled, false)
    stop.abort(reason)
    await assert.rejects(arming, error => error === reason)
    assert.deepEqual(await f.source.registered(), [])
  })

  it('lets what has no signal of its own hang until the end', async () => {
    const f = await makeMemoryStores()
    const end = new AbortController()
    const reason = new Error('the test is over')
    const bad = faulty(f.target, planned([{ method: 'book.read', call: 1, how: 'hangs' }]), end.signal)
    const reading = bad.book.read()
    end.abort(reason)
    await assert.rejects(reading, error => error === reason)
  })

  it('breaks a stream at the part it was told, with or without taking it', async () => {
    for (const how of ['before', 'after'] as const) {
      const f = await make({ method: 'source.changes', call: 2, how })
      const source = f.bad.source.source('s')
      const tables = (await f.source.catalog()).tables
      const anchor = await source.anchor({ follow: true, tables })
      for (const nonce of ['one', 'two']) await source.mark(nonce)
      const from: Checkpoint = { through: anchor.position }
      const seen: (string | undefined)[] = []
      await using stream = source.changes(from, AbortSignal.timeout(5_000))
      await assert.rejects(async () => {
        for await (const part of stream) seen.push(part.marker)
      }, isUnreachable)
      assert.deepEqual(seen, ['one'])
      assert.ok(stream.heard > anchor.position)
    }
  })

  it('loses an acknowledgement without a word', async () => {
    const f = await make({ method: 'changes.acknowledge', call: 1, how: 'before' })
    const source = f.bad.source.source('s')
    const anchor = await source.anchor({ follow: true, tables: (await f.source.catalog()).tables })
    await source.mark('one')
    const kept = async (): Promise<number> => (await f.source.source('s').health()).retainedBytes
    await using stream = source.changes({ through: anchor.position }, AbortSignal.timeout(5_000))
    const part = (await stream[Symbol.asyncIterator]().next()).value as { end: Checkpoint['through'] }
    const before = await kept()
    stream.acknowledge(part.end)
    assert.equal(await kept(), before)
    stream.acknowledge(part.end)
    await assert.rejects(f.source.source('s').changes({ through: anchor.position }, AbortSignal.timeout(5_000))[Symbol.asyncIterator]().next(), { code: 'STREAM_GAP' })
  })

  it('reaches readers of pictures, wherever they come from', async () => {
    const f = await make({ method: 'reader.count', call: 2, how: 'before' }, { method: 'picture.reader', call: 3, how: 'before' })
    const [table] = (await f.source.catalog()).tables
    assert.ok(table)
    const source = f.bad.source.source('s')
    await using here = await f.bad.source.picture()
    await using first = await here.reader()
    assert.equal(await first.count(table), 0)
    const anchor = await source.anchor({ follow: true, tables: [table] })
    await using there = await source.open(anchor)
    await using second = await there.reader()
    await assert.rejects(second.count(table), isUnreachable)
    await using inStream = (await source.pictureInStream()).picture
    await assert.rejects(inStream.reader(), isUnreachable)
  })
})
