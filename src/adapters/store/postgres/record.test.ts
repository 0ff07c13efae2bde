import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '#domain/faults.ts'
import { remaining, type TableId, type Transaction } from '#domain/stream.ts'
import { contextOf, useSession } from '#test/postgres/contexts.ts'
import { readStream, type Rig, useRig } from '#test/postgres/streams.ts'
import { describeTable } from '#test/postgres/tables.ts'
import { type Scope, type TestDatabase, useDatabase, useDatabaseOn, useServer } from '#test/services/postgres.ts'
import { until } from '#test/services/until.ts'
import { Applier } from './apply.ts'
import { readCheckpoint, startAt } from './checkpoint.ts'
import type { Context } from './context.ts'
import { mark } from './mark.ts'
import { pictureInStream } from './place.ts'
import { dropPublication, dropRecording, record } from './record.ts'
import { registered } from './register.ts'
import { changes } from './replication.ts'
import { slotOf } from './stream-slot.ts'

const never = new AbortController().signal
const template = `CREATE TABLE t (id int PRIMARY KEY, v text); CREATE TABLE heap (v text); CREATE TABLE whole (v text); ALTER TABLE whole REPLICA IDENTITY FULL;
  CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY RANGE (id); CREATE TABLE part_1 PARTITION OF parted FOR VALUES FROM (0) TO (10); CREATE TABLE part_2 PARTITION OF parted FOR VALUES FROM (10) TO (20);
  CREATE TABLE ancestor (id int PRIMARY KEY); CREATE TABLE heir (PRIMARY KEY (id)) INHERITS (ancestor)`
const isFault = (code: string, reason = /./) => (error: unknown): boolean => {
  assert.ok(error instanceof Fault && error.code === code, String(error instanceof Error ? error.stack : error))
  assert.match(error.message, reason)
  return true
}

/** A database of its own, no stream yet. */
const useContext = async (scope: Scope): Promise<{ database: TestDatabase; context: Context; stream: string }> => {
  const database = await useDatabase(scope, { major: 15, template })
  const context = contextOf(database.url)
  scope.after(async () => { await context[Symbol.asyncDispose]() })
  return { database, context, stream: `rehome_${randomBytes(6).toString('hex')}_back` }
}

suite('recording', { concurrency: 4 }, () => {
  test('a publication that is dropped while the product writes makes none of its writes fail', async t => {
    const { database, context, stream } = await useContext(t)
    await database.query('INSERT INTO t SELECT i FROM generate_series(1, 8) i')
    const stop = new AbortController()
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      const session = await useSession(t, database.url)
      for (let n = 0; !stop.signal.aborted; n++) await session.query(`UPDATE t SET v = '${n}' WHERE id = ${writer + 1}`)
    })
    const dropping = (async () => {
      for (let round = 0; round < 75; round++) {
        await database.query(`CREATE PUBLICATION ${stream} FOR TABLE t, heap`)
        await dropPublication(context, stream)
      }
    })().finally(() => stop.abort())
    await Promise.all([dropping, ...writers])
    assert.deepEqual(await database.query('SELECT pubname FROM pg_publication'), [])
  })

  test('publishes the tables of the stream one by one, and the others can be written to as before', async t => {
    const { database, context, stream } = await useContext(t)
    const tables = [
      await describeTable(context, 't'), await describeTable(context, 'whole'), await describeTable(context, 'part_1'), await describeTable(context, 'part_2'), await describeTable(context, 'ancestor'),
      await describeTable(context, 'heap', { route: 'in-freeze' }),
    ]
    await record(context, stream, tables)
    assert.deepEqual(await database.query(`SELECT tablename FROM pg_publication_tables WHERE pubname = $1 ORDER BY 1`, [stream]), ['ancestor', 'part_1', 'part_2', 't', 'whole'].map(tablename => ({ tablename })))
    assert.deepEqual(await database.query(`SELECT puballtables, pubinsert, pubupdate, pubdelete, pubtruncate, pubviaroot FROM pg_publication`), [{ puballtables: false, pubinsert: true, pubupdate: true, pubdelete: true, pubtruncate: true, pubviaroot: false }])
    await database.query(`INSERT INTO heap VALUES ('x'); UPDATE heap SET v = 'y'; DELETE FROM heap; INSERT INTO whole VALUES ('x'); UPDATE whole SET v = 'y'; DELETE FROM whole; INSERT INTO heir VALUES (1); DELETE FROM heir`)
    await dropRecording(context, stream)
  })

  test('is there before it is used, is registered before it is there, and begins where it began the first time', async t => {
    const { database, context, stream } = await useContext(t)
    const tables = [await describeTable(context, 't')]
    const begins = await record(context, stream, tables)
    await database.query(`INSERT INTO t VALUES (1)`)
    {
      await using session = changes(context, stream, { through: begins }, never)
      for await (const part of session) {
        session.acknowledge(part.end)
        break
      }
    }
    assert.ok(((await slotOf(context, stream))?.confirmed ?? '') > begins, 'nothing was acknowledged')
    assert.equal(await record(context, stream, tables), begins)
    assert.deepEqual((await registered(context)).map(c => `${c.kind} ${c.name}`), ['schema rehome', `publication ${stream}`, `slot ${stream}`])
    await database.query(`DROP PUBLICATION ${stream}`)
    await assert.rejects(record(context, stream, tables), isFault('STREAM_LOST', /publication/))
    await dropRecording(context, stream)
    await dropRecording(context, stream)
    assert.deepEqual((await registered(context)).map(c => c.kind), ['schema'])
    assert.equal(await slotOf(context, stream), undefined)
    assert.ok(await record(context, stream, tables) > begins)
    await dropRecording(context, stream)
  })

  test('a transaction that does not end is waited for within bounds, and no slot stays', async t => {
    const { database, context, stream } = await useContext(t)
    const product = await useSession(t, database.url)
    await product.query('BEGIN; INSERT INTO t VALUES (1)')
    const tables = [await describeTable(context, 't')]
    await assert.rejects(record(context, stream, tables, { busyAfter: 400 }), isFault('STREAM_BUSY', /process \d+ \(shop\)/))
    assert.equal(await slotOf(context, stream), undefined)
    await product.query('COMMIT')
    const begins = await record(context, stream, tables)
    await product.query('BEGIN; INSERT INTO t VALUES (2)')
    await assert.rejects(pictureInStream(context, stream, { busyAfter: 400 }), isFault('STREAM_BUSY', /shop/))
    await until('the slot of the picture to be gone', async () => (await slotOf(context, `${stream}_look`)) === undefined)
    await product.query('COMMIT')
    assert.deepEqual((await readStream(context, stream, { through: begins })).flatMap(p => p.changes.map(c => c.op)), ['insert'])
    await dropRecording(context, stream)
  })

  test('a reader is cut off when the recording ends', async t => {
    const { context, stream } = await useContext(t)
    const begins = await record(context, stream, [await describeTable(context, 't')])
    await using session = changes(context, stream, { through: begins }, never)
    const waiting = session[Symbol.asyncIterator]().next()
    waiting.catch(() => { /* looked at below */ })
    await until('it to be read', async () => (await slotOf(context, stream))?.reader !== undefined)
    await dropRecording(context, stream)
    await assert.rejects(waiting, isFault('STORE_UNREACHABLE'))
  })

  test('P7: a picture holds exactly what commits before its place in the stream, under load', async t => {
    const rig = await useRig(t, { template: 'CREATE TABLE t (id int PRIMARY KEY, v text)' })
    let isWriting = true
    const writers = [0, 1, 2].map(async writer => {
      const product = await useSession(t, rig.from.url)
      for (let i = 0; isWriting; i++) await product.query(`BEGIN; INSERT INTO t VALUES (${i * 3 + writer}); SELECT pg_sleep(0.00${i % 4}); COMMIT`)
    })
    const pictures: { position: string; count: number }[] = []
    const [table] = [...rig.tables.values()]
    assert.ok(table)
    for (let i = 0; i < 5; i++) {
      const { picture, position } = await pictureInStream(rig.source, rig.stream)
      await using reader = await picture.reader()
      await sleep(30)
      pictures.push({ position, count: await reader.count(table) })
      await picture[Symbol.asyncDispose]()
    }
    isWriting = false
    await Promise.all(writers)
    const parts = await rig.read()
    for (const { position, count } of pictures) assert.equal(parts.filter(p => p.commit < position).flatMap(p => p.changes).length, count)
    assert.ok((pictures.at(-1)?.count ?? 0) > (pictures[0]?.count ?? 0), 'nothing was written meanwhile')
  })

  test('a transaction of 300,000 rows passes in flat memory', { timeout: 120_000 }, async t => {
    const rig = await useRig(t, { template: 'CREATE TABLE t (id int PRIMARY KEY, v text)' })
    const [table] = [...rig.tables.keys()]
    await rig.from.query(`INSERT INTO t SELECT i, repeat('some text ', 12) || i FROM generate_series(1, 300000) i`)
    await mark(rig.source, 'end')
    const child = spawn(process.execPath, ['--expose-gc', join(import.meta.dirname, '../../../../test/postgres/large-follow.ts')], { stdio: ['pipe', 'pipe', 'inherit'] })
    child.stdin.end(JSON.stringify({ from: rig.from.url, to: rig.to.url, stream: rig.stream, table, nonce: 'end' }))
    const { held, rss } = JSON.parse(await text(child.stdout)) as { held: number; rss: number }
    t.diagnostic(`${Math.round(held / 2 ** 20)} MiB more held, ${Math.round(rss / 2 ** 20)} MiB resident`)
    assert.ok(held < 30 * 2 ** 20, `${Math.round(held / 2 ** 20)} MiB more`)
    assert.deepEqual(await rig.to.query('SELECT count(*)::int AS n, sum(hashtext(v)) AS h FROM t'), await rig.from.query('SELECT count(*)::int AS n, sum(hashtext(v)) AS h FROM t'))
  })
})

/** A rig whose source is a server of its own. */
const useOwnSource = async (scope: Scope, config: Readonly<Record<string, string>>): Promise<{ rig: Pick<Rig, 'from' | 'to' | 'source' | 'target' | 'stream' | 'applier' | 'tables' | 'begins'>; server: Awaited<ReturnType<typeof useServer>> }> => {
  const server = await useServer(scope, { major: 18, config })
  const schema = 'CREATE TABLE t (id int PRIMARY KEY, v text)'
  const [from, to] = [await useDatabaseOn(scope, server, { template: schema }), await useDatabase(scope, { major: 18, template: schema })]
  const [source, target] = [contextOf(from.url), contextOf(to.url, 'target')]
  const stream = 'rehome_own_out'
  const applier = new Applier(target, stream)
  scope.after(async () => {
    await applier[Symbol.asyncDispose]()
    await target[Symbol.asyncDispose]()
    await source[Symbol.asyncDispose]()
  })
  const table = await describeTable(source, 't')
  const begins = await record(source, stream, [table])
  await startAt(target, stream, begins)
  return { server, rig: { from, to, source, target, stream, applier, begins, tables: new Map<TableId, typeof table>([[table.id, table]]) } }
}

suite('a source that ends', () => {
  test('log that the slot needs and that is removed is a loss, not a new beginning', { timeout: 60_000 }, async t => {
    const { rig } = await useOwnSource(t, { max_slot_wal_keep_size: '1MB', min_wal_size: '32MB', max_wal_size: '32MB' })
    await rig.from.query('INSERT INTO t VALUES (1)')
    await until('the slot to be lost', async () => {
      await rig.from.query(`INSERT INTO t SELECT i, repeat('x', 1000) FROM generate_series(2, 5000) i; DELETE FROM t WHERE id > 1; SELECT pg_switch_wal(); CHECKPOINT`)
      return (await slotOf(rig.source, rig.stream))?.wal === 'lost'
    }, { withinMs: 30_000 })
    await assert.rejects(readStream(rig.source, rig.stream, { through: rig.begins }), isFault('STREAM_LOST', /removed log/))
  })

  test('shuts down in good time while it is followed; what it kept is followed after a crash', { timeout: 60_000 }, async t => {
    const { rig, server } = await useOwnSource(t, {})
    const pump = async (): Promise<void> => {
      let at = await readCheckpoint(rig.target, rig.stream)
      assert.ok(at)
      await using session = changes(rig.source, rig.stream, at, never)
      for await (const part of session) {
        const rest: Transaction | undefined = remaining(at, part)
        if (rest !== undefined) at = await rig.applier.apply([rest], rig.tables)
        session.acknowledge(at.through)
      }
    }
    const first = pump()
    first.catch(() => { /* looked at below */ })
    await rig.from.query('INSERT INTO t VALUES (1)')
    await until('it to arrive', async () => (await rig.to.query('SELECT FROM t')).length === 1)
    // Nothing that is published: the last of the log is acknowledged all the same.
    await rig.from.query(`SELECT pg_logical_emit_message(false, 'other', repeat('x', 1000))`)
    const since = performance.now()
    await server.stop()
    assert.ok(performance.now() - since < 8_000, `it took ${performance.now() - since} ms`)
    await assert.rejects(first, isFault('STORE_UNREACHABLE'))
    await server.restart()
    const second = pump()
    second.catch(() => { /* looked at below */ })
    await rig.from.query('INSERT INTO t VALUES (2)')
    await until('it to arrive', async () => (await rig.to.query('SELECT FROM t')).length === 2)
    await rig.from.query('INSERT INTO t VALUES (3)')
    await server.kill()
    await assert.rejects(second, isFault('STORE_UNREACHABLE'))
    await server.restart()
    for (const part of await readStream(rig.source, rig.stream, { through: (await readCheckpoint(rig.target, rig.stream))?.through ?? rig.begins })) await rig.applier.apply([part], rig.tables)
    assert.deepEqual(await rig.to.query('SELECT id FROM t ORDER BY id'), await rig.from.query('SELECT id FROM t ORDER BY id'))
  })
})
