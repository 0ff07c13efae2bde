import assert from 'node:assert/strict'
import { it } from 'node:test'
import { remaining, type Checkpoint, type Position, type TableId, type Transaction } from '#domain/stream.ts'
import type { MakeStores } from './fixture.contract.ts'
import {
  allChunks, assertSame, back, begin, checkpointOf, copy, fill, follow, load, marked, order, out, persist, read, rejectsWith, soon, tableOf, wholeSpan, write, type Lane,
} from './lane.contract.ts'

const start = (lane: Lane): Checkpoint => ({ through: lane.anchor.position })

export const anchorContract = (make: MakeStores): void => {
  it('P7: takes pictures whose place in the stream is exact, while others commit', async t => {
    const f = await make(t)
    const lane = await begin(f)
    const table = tableOf(lane.tables, 'orders')
    let isWriting = true
    const writers = [0, 1, 2].map(async who => {
      for (let i = 0; isWriting; i++) {
        await write(f.product.source, w => w.insert('orders', [order(who * 1_000_000 + i)]))
        if (i % 5 === 4) await write(f.product.source, w => w.delete('orders', { id: String(who * 1_000_000 + i - 3) }))
        await new Promise(resolve => setTimeout(resolve, 1))
      }
    })
    const pictures: { position: Position; keys: string[] }[] = []
    for (let i = 0; i < 5; i++) {
      const { picture, position } = await lane.source.pictureInStream()
      await using reader = await picture.reader()
      pictures.push({ position, keys: (await Array.fromAsync(reader.rows(wholeSpan(table), table, soon()))).map(r => r.key) })
      await picture[Symbol.asyncDispose]()
      await new Promise(resolve => setTimeout(resolve, 10))
    }
    isWriting = false
    await Promise.all(writers)
    assertExact(pictures, await read(lane.source, start(lane)))
  })

  it('P7: takes a picture whose place is exact although a commit is in the log and not seen yet', async t => {
    const f = await make(t)
    const lane = await begin(f)
    const table = tableOf(lane.tables, 'orders')
    const writing = await f.product.source.begin()
    await writing.insert('orders', [order(1)])
    const show = await writing.commitUnseen()
    await write(f.product.source, w => w.insert('orders', [order(2)]))
    const taking = lane.source.pictureInStream()
    await Promise.race([taking, new Promise(resolve => setTimeout(resolve, 300))])
    await show()
    const { picture, position } = await taking
    await using held = picture
    await using reader = await held.reader()
    const keys = (await Array.fromAsync(reader.rows(wholeSpan(table), table, soon()))).map(r => r.key)
    assertExact([{ position, keys }], await read(lane.source, start(lane)))
  })

  it('takes another picture for tables whose first one was lost, without touching the stream', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await begin(f)
    await load(lane, await allChunks(lane, 2 ** 30, ['orders', 'log', 'scratch']))
    await write(f.product.source, async w => {
      await w.insert('orders', [order(1_000)])
      await w.update('lines', { order_id: '1', line: 'a' }, { what: 'in the second picture' })
      await w.delete('words', { word: 'NULL' })
    })
    await f.killHolder(lane.anchor)
    const rest = ['lines', 'seats', 'words']
    const second = await lane.source.reanchor(rest.map(n => tableOf(lane.tables, n)))
    assert.ok(second.position > lane.anchor.position)
    await load({ ...lane, anchor: second }, await allChunks({ ...lane, anchor: second }, 2 ** 30, rest), second)
    await write(f.product.source, w => w.update('lines', { order_id: '1', line: 'a' }, { what: 'after the second picture' }))
    await lane.target.startAt(lane.anchor.position)
    await applyByPicture(lane, new Map(rest.map(n => [tableOf(lane.tables, n).id, second.position])))
    await assertSame(f)
  })

  it('starts over when it is asked for an anchor again', async t => {
    const f = await make(t)
    await fill(f)
    const first = await begin(f)
    await write(f.product.source, w => w.insert('orders', [order(1_000)]))
    const again = (await f.reopen('source')).source(out)
    const anchor = await again.anchor({ follow: true, tables: [...first.tables.values()] })
    assert.ok(anchor.position > first.anchor.position)
    await rejectsWith('SNAPSHOT_LOST', (async () => {
      await using picture = await again.open(first.anchor)
      await using reader = await picture.reader()
      await reader.count(tableOf(first.tables, 'orders'))
    })())
    await load({ ...first, source: again, anchor }, await allChunks({ ...first, source: again, anchor }), anchor)
    await first.target.startAt(anchor.position)
    await write(f.product.source, w => w.insert('orders', [order(1_001)]))
    await follow({ ...first, source: again })
    await assertSame(f)
  })

  it('records for the way back from then on, and loses no write', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await copy(f)
    const [there, here] = [f.target.source(back), f.source.target(back)]
    const begins = await there.record([...lane.tables.values()])
    await write(f.product.target, w => w.insert('orders', [order(2_000)]))
    assert.ok((await there.record([...lane.tables.values()])) <= begins, 'a later beginning leaves a write out')
    await write(f.product.target, w => w.update('orders', { id: '1' }, { note: 'written there' }))
    await f.restart('target')
    await persist(() => write(f.product.target, w => w.delete('orders', { id: '2' })))
    await here.prepare()
    await here.startAt(begins)
    await persist(() => follow({ source: there, target: here, tables: lane.tables }))
    await assertSame(f)
  })

  it('ends a stream and everything made for it, and ends it again', async t => {
    const f = await make(t)
    const lane = await begin(f)
    await lane.source.drop()
    await lane.source.drop()
    await rejectsWith('STREAM_LOST', read(lane.source, start(lane)))
    assert.deepEqual((await f.leftovers('source')).filter(l => l.name.includes(out)), [])
    assert.deepEqual((await f.source.registered()).filter(r => r.name.includes(out)), [])
  })
}

/** What is in each picture is what the transactions that commit before its place have left. */
const assertExact = (pictures: readonly { position: Position; keys: readonly string[] }[], parts: readonly Transaction[]): void => {
  for (const { position, keys } of pictures) {
    const expected = new Set<string>()
    for (const change of parts.filter(p => p.commit < position).flatMap(p => p.changes)) {
      if (change.op === 'insert') expected.add(change.row[0] ?? '')
      if (change.op === 'delete') expected.delete(change.old[0] ?? '')
    }
    assert.deepEqual([...keys].sort(), [...expected].sort())
  }
}

/** I3: of a table, only what its own picture does not have. */
const applyByPicture = async (lane: Lane, positionOf: ReadonlyMap<TableId, Position>): Promise<void> => {
  const nonce = await marked(lane.source)
  let at = await checkpointOf(lane.target)
  await using stream = lane.source.changes(at, soon())
  for await (const part of stream) {
    const rest = remaining(at, part)
    if (rest !== undefined) {
      const changes = rest.changes.filter(c => c.op === 'truncate' || rest.commit >= (positionOf.get(c.relation.table) ?? lane.anchor.position))
      at = await lane.target.apply([{ ...rest, changes, counted: rest.changes.length }], lane.tables)
    }
    if (part.marker === nonce) return
  }
}

