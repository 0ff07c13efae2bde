import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Checkpoint, Position, Transaction } from '#domain/stream.ts'
import type { MakeStores, StoreFixture, Writing } from './fixture.contract.ts'
import { assertSame, checkpointOf, copy, fill, follow, order, out, persist, read, rejectsAsBug, rejectsWith, sorted, write, type Lane } from './lane.contract.ts'

/** What the source says after each of these writes, not applied. */
const written = async (lane: Lane, ...works: readonly ((w: Writing) => Promise<unknown>)[]): Promise<Transaction[]> => {
  for (const work of works) await write(lane.f.product.source, work)
  const at = await checkpointOf(lane.target)
  return (await read(lane.source, at)).filter(p => p.commit >= at.through)
}

const image = async (f: StoreFixture): Promise<string[]> => (await Promise.all(['orders', 'lines', 'seats', 'words', 'log'].map(n => f.product.target.rows(n)))).flatMap(sorted)

export const applyContract = (make: MakeStores): void => {
  it('I2: moves the checkpoint with what it applies, and answers it', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await copy(f)
    assert.deepEqual(await lane.target.checkpoint(), { through: lane.anchor.position })
    const parts = await written(lane, w => w.insert('orders', [order(1_000)]), w => w.insert('orders', [order(1_001)]))
    const reached = await lane.target.apply(parts, lane.tables)
    assert.deepEqual(reached, { through: parts.at(-1)?.end })
    assert.deepEqual(await (await f.reopen('target')).target(out).checkpoint(), reached)
    await assertSame(f)
  })

  it('I2: keeps both through a crash of the target, from the moment it answers', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await copy(f)
    const reached = await lane.target.apply(await written(lane, w => w.insert('orders', [order(1_000)])), lane.tables)
    await f.restart('target')
    assert.deepEqual(await persist(() => lane.target.checkpoint()), reached)
    await assertSame(f)
  })

  it('I2: counts the changes of a part that were left out of it', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await copy(f)
    const [part] = await written(lane, w => w.insert('orders', [order(1_000), order(1_001), order(1_002)]))
    assert.ok(part)
    const [first, second, third] = part.changes
    assert.ok(first && second && third)
    const at = await lane.target.apply([{ ...part, changes: [second], counted: 2, last: false }], lane.tables)
    assert.deepEqual(at, { through: lane.anchor.position, within: { commit: part.commit, changes: 2 } })
    assert.deepEqual(await lane.target.apply([{ ...part, from: 2, changes: [third] }], lane.tables), { through: part.end })
    const rows = (await f.product.target.rows('orders')).map(r => r['id'])
    assert.deepEqual(['1000', '1001', '1002'].filter(id => rows.includes(id)), ['1001', '1002'])
  })

  /** Each: what somebody else did to the target, and the change of the source that no longer fits. */
  const drifts: readonly (readonly [what: string, there: (w: Writing) => Promise<unknown>, here: (w: Writing) => Promise<unknown>])[] = [
    ['an insert of a key that is there', w => w.insert('orders', [order(1_000)]), w => w.insert('orders', [order(1_000)])],
    ['an insert of a unique value that is there', w => w.insert('seats', [{ id: '9', place: 'Z' }]), w => w.insert('seats', [{ id: '8', place: 'Z' }])],
    ['an update of a row that is not there', w => w.delete('orders', { id: '1' }), w => w.update('orders', { id: '1' }, { note: 'x' })],
    ['a delete of a row that is not there', w => w.delete('orders', { id: '1' }), w => w.delete('orders', { id: '1' })],
    ['a changed key that is there', w => w.insert('orders', [order(1_000)]), w => w.update('orders', { id: '1' }, { id: '1000' })],
    ['a changed key of a row that is not there', w => w.delete('orders', { id: '1' }), w => w.update('orders', { id: '1' }, { id: '1000' })],
    ['an update of a whole row that is not there', w => w.update('log', { at: '1', what: '' }, { what: 'x' }), w => w.update('log', { at: '1', what: '' }, { what: 'y' })],
    ['a delete of a whole row that is not there', w => w.update('log', { at: null, what: null }, { at: '' }), w => w.delete('log', { at: null, what: null })],
  ]
  for (const [what, there, here] of drifts) {
    it(`I4: stops at ${what}, and applies nothing`, async t => {
      const f = await make(t)
      await fill(f)
      const lane = await copy(f)
      await write(f.product.target, there)
      const before = await image(f)
      const parts = await written(lane, w => w.insert('orders', [order(2_000)]), here, w => w.insert('orders', [order(2_001)]))
      await rejectsWith('APPLY_STRICT', lane.target.apply(parts, lane.tables))
      assert.deepEqual(await image(f), before)
      assert.deepEqual(await lane.target.checkpoint(), { through: lane.anchor.position })
    })
  }

  it('I4: takes one of several equal rows, and no more', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await copy(f)
    await write(f.product.target, w => w.insert('log', [{ at: '1', what: 'twice' }]))
    const parts = await written(lane, w => w.delete('log', { at: '1', what: 'twice' }))
    await lane.target.apply(parts, lane.tables)
    assert.equal((await f.product.target.rows('log')).filter(r => r['what'] === 'twice').length, 1)
  })

  it('I2: refuses what the checkpoint covers already, and a hole within a transaction', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await copy(f)
    const [first, second] = await written(lane, w => w.insert('log', [{ at: 'a', what: '1' }, { at: 'a', what: '2' }]), w => w.insert('log', [{ at: 'b', what: null }]))
    assert.ok(first && second)
    await rejectsAsBug(lane.target.apply([{ ...first, from: 1, changes: first.changes.slice(1) }], lane.tables))
    const half: Transaction = { ...first, changes: first.changes.slice(0, 1), last: false }
    await lane.target.apply([half], lane.tables)
    await rejectsAsBug(lane.target.apply([half], lane.tables))
    await rejectsAsBug(lane.target.apply([first], lane.tables))
    await lane.target.apply([{ ...first, from: 1, changes: first.changes.slice(1) }, second], lane.tables)
    await rejectsAsBug(lane.target.apply([second], lane.tables))
    await rejectsAsBug(lane.target.apply([first, second], lane.tables))
    await assertSame(f)
  })

  it('I2: lets one of two appliers apply a part', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await copy(f)
    const parts = await written(lane, w => w.insert('log', [{ at: 'once', what: null }]))
    const targets = [lane.target, (await f.reopen('target')).target(out)]
    const tries = await Promise.allSettled(targets.map(target => target.apply(parts, lane.tables)))
    assert.equal(tries.filter(o => o.status === 'fulfilled').length, 1)
    await assertSame(f)
  })

  it('starts once, and again at the same place only', async t => {
    const f = await make(t)
    const lane = await copy(f)
    await lane.target.startAt(lane.anchor.position)
    await write(f.product.source, w => w.insert('orders', [order(1)]))
    const reached = await follow(lane)
    await rejectsAsBug(lane.target.startAt(lane.anchor.position))
    assert.deepEqual(await lane.target.checkpoint(), reached)
  })

  it('refuses to apply before it was started', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await copy(f)
    const parts = await written(lane, w => w.insert('orders', [order(1_000)]))
    await lane.target.drop()
    assert.equal(await lane.target.checkpoint(), undefined)
    await rejectsAsBug(lane.target.apply(parts, lane.tables))
  })

  it('keeps the checkpoints of two streams apart', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await copy(f)
    const other = f.target.target('rehome_contract_other')
    await other.prepare()
    assert.equal(await other.checkpoint(), undefined)
    assert.deepEqual(await other.loaded(), [])
    const beyond = 'ffffffffffffffff' as Position
    await other.startAt(beyond)
    assert.deepEqual(await lane.target.checkpoint(), { through: lane.anchor.position } satisfies Checkpoint)
  })

  it('forgets a stream, and forgets it again; the rows stay', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await copy(f)
    await lane.target.drop()
    await lane.target.drop()
    assert.equal(await lane.target.checkpoint(), undefined)
    assert.deepEqual(await lane.target.loaded(), [])
    assert.equal((await f.product.target.rows('orders')).length, 42)
  })

  it('is prepared twice without losing anything', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await copy(f)
    await lane.target.prepare()
    assert.equal((await lane.target.loaded()).length, lane.tables.size)
    assert.deepEqual(await lane.target.checkpoint(), { through: lane.anchor.position })
  })
}
