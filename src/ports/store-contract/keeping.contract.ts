import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { MakeStores, Side, StoreFixture } from './fixture.contract.ts'
import { back, copy, fill, load, order, out, persist, soon, tablesOf, write } from './lane.contract.ts'

const both: readonly Side[] = ['source', 'target']

/** Everything that is there is in the register, by kind and name. */
const assertRegistered = async (f: StoreFixture, side: Side): Promise<void> => {
  const registered = (await f[side].registered()).map(r => `${r.kind} ${r.name}`)
  for (const { kind, name } of await f.leftovers(side)) assert.ok(registered.includes(`${kind} ${name}`), `${kind} ${name} is there and not in the register: ${registered.join(', ')}`)
}

export const keepContract = (make: MakeStores): void => {
  it('keeps a record, durably, and creates nothing when it is only read', async t => {
    const f = await make(t)
    assert.equal(await f.target.book.read(), undefined)
    assert.equal(await f.target.book.ownership(), undefined)
    assert.deepEqual([await f.target.registered(), await f.leftovers('target')], [[], []])
    await f.target.book.write('{"first":1}')
    await f.target.book.write('{"second":"日本語 \\u0000 \'"}')
    await f.restart('target')
    assert.equal(await persist(() => f.target.book.read()), '{"second":"日本語 \\u0000 \'"}')
    assert.equal(await (await f.reopen('target')).book.read(), '{"second":"日本語 \\u0000 \'"}')
  })

  it('I11: changes the owner for a greater epoch only, durably', async t => {
    const f = await make(t)
    const { book } = f.source
    assert.equal(await book.own({ owner: 'here', epoch: 2, move: 'a' }), true)
    assert.equal(await book.own({ owner: 'elsewhere', epoch: 1, move: 'b' }), false)
    assert.equal(await book.own({ owner: 'elsewhere', epoch: 2, move: 'b' }), false)
    assert.deepEqual(await book.ownership(), { owner: 'here', epoch: 2, move: 'a' })
    assert.equal(await book.own({ owner: 'elsewhere', epoch: 3, move: 'b' }), true)
    await f.restart('source')
    assert.deepEqual(await persist(() => book.ownership()), { owner: 'elsewhere', epoch: 3, move: 'b' })
  })

  it('I11: a book that was removed stays removed for whoever may not create it', async t => {
    const f = await make(t)
    const { book } = f.source
    assert.equal(await book.own({ owner: 'elsewhere', epoch: 1, move: 'm' }, { mayCreate: false }), false)
    assert.deepEqual([await book.ownership(), await f.source.registered(), await f.leftovers('source')], [undefined, [], []])
    await book.own({ owner: 'elsewhere', epoch: 1, move: 'm' })
    assert.equal(await book.own({ owner: 'elsewhere', epoch: 1, move: 'n' }, { mayCreate: false }), false)
    assert.equal(await book.own({ owner: 'elsewhere', epoch: 2, move: 'n' }, { mayCreate: false }), true)
    assert.deepEqual(await book.ownership(), { owner: 'elsewhere', epoch: 2, move: 'n' })
  })

  it('I11: gives an epoch to one of those who ask at the same time', async t => {
    const f = await make(t)
    const books = [f.source.book, (await f.reopen('source')).book, (await f.reopen('source')).book]
    for (let epoch = 1; epoch <= 3; epoch++) {
      const won = await Promise.all(books.map((book, i) => book.own({ owner: 'here', epoch, move: `move ${i}` })))
      assert.equal(won.filter(Boolean).length, 1)
      assert.equal((await f.source.book.ownership())?.move, `move ${won.indexOf(true)}`)
    }
  })

  it('I12: registers everything it creates', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await copy(f, { holds: true })
    await f.target.book.write('a record')
    await f.target.source(back).record([...lane.tables.values()])
    await lane.source.fence([...lane.tables.values()], 5_000)
    await f.target.source(back).arm([...lane.tables.values()], AbortSignal.timeout(10_000))
    for (const side of both) await assertRegistered(f, side)
    assert.ok((await f.leftovers('source')).length > 0, 'the fixture sees nothing of all that')
    for (const created of [...(await f.source.registered()), ...(await f.target.registered())]) assert.ok(!Number.isNaN(Date.parse(created.at)), created.at)
  })

  it('I12: removes everything it created, says what, and can be asked again', async t => {
    const f = await make(t)
    await fill(f)
    const fingerprint = (await f.source.catalog()).fingerprint
    const lane = await copy(f, { holds: true })
    await f.target.book.write('a record')
    await f.source.book.own({ owner: 'here', epoch: 1, move: 'm' })
    await f.target.source(back).record([...lane.tables.values()])
    await lane.source.fence([...lane.tables.values()], 5_000)
    for (const side of both) {
      const store = await f.reopen(side)
      const registered = (await store.registered()).map(r => `${r.kind} ${r.name}`)
      const removed = (await store.cleanUp()).map(r => `${r.kind} ${r.name}`)
      assert.deepEqual(removed.filter(r => !registered.includes(r)), [], 'it removed what was not registered')
      assert.ok(removed.length > 0)
      assert.deepEqual(await f.leftovers(side), [])
      assert.deepEqual(await store.registered(), [])
      assert.deepEqual([await store.book.read(), await store.book.ownership()], [undefined, undefined])
      assert.deepEqual(await store.cleanUp(), [])
      await write(f.product[side], w => w.insert('orders', [order(5_000)]))
    }
    assert.equal((await f.source.catalog()).fingerprint, fingerprint)
  })

  it('I12: cleans up where nothing was created, and after a crash', async t => {
    const f = await make(t)
    assert.deepEqual(await f.source.cleanUp(), [])
    await copy(f, { holds: true })
    await f.restart('source')
    await f.restart('target')
    for (const side of both) {
      await persist(() => f[side].cleanUp())
      assert.deepEqual(await f.leftovers(side), [])
    }
  })

  it('empties what was copied into it, is left as it was, and takes a copy again', async t => {
    const f = await make(t)
    await fill(f)
    const tables = [...(await tablesOf(f.source)).values()]
    for (let times = 0; times < 2; times++) {
      await f.target.target(out).prepare()
      const builds = await f.target.target(out).createSchema(f.source, 'dump')
      const anchor = await f.source.source(out).anchor({ follow: true, tables })
      await f.target.target(out).build(builds.filter(step => step.phase === 'table'), soon())
      await load({ f, source: f.source.source(out), target: f.target.target(out), tables: new Map(tables.map(table => [table.id, table])), anchor }, tables.map(({ id, bytes }) => ({ table: id, number: 0, of: 1, bytes })))
      assert.ok((await f.target.catalog()).tables.length > 0)
      for (let again = 0; again < 2; again++) await f.target.empty()
      assert.deepEqual((await f.target.catalog()).objects.filter(object => object.kind === 'table' || object.kind === 'sequence'), [])
      assert.ok((await f.target.registered()).length > 0, 'what is ours goes by clean-up')
      for (const side of both) await f[side].cleanUp()
      for (const side of both) assert.deepEqual(await f.leftovers(side), [])
      assert.deepEqual((await f.source.examine(f.target, { follow: true, schema: 'dump', tenant: 't', resuming: false })).filter(one => one.level === 'blocker'), [])
    }
    assert.ok((await f.product.source.rows('orders')).length > 0)
  })

  it('begins anew after it was cleaned up', async t => {
    const f = await make(t)
    await fill(f)
    const lane = await copy(f)
    await f.source.cleanUp()
    await f.target.cleanUp()
    await f.target.target(out).prepare()
    assert.deepEqual(await f.target.target(out).loaded(), [])
    const anchor = await f.source.source(out).anchor({ follow: true, tables: [...lane.tables.values()] })
    assert.ok(anchor.position >= lane.anchor.position)
  })
}
