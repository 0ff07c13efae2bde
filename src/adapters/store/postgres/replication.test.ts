import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '#domain/faults.ts'
import { type Checkpoint, type Position, remaining, type Transaction } from '#domain/stream.ts'
import { contextOf, useSession } from '#test/postgres/contexts.ts'
import { readStream, type Rig, useRig } from '#test/postgres/streams.ts'
import { useTap } from '#test/postgres/tap.ts'
import { startTcpProxy } from '#test/services/tcp-proxy.ts'
import { until } from '#test/services/until.ts'
import { readCheckpoint } from './checkpoint.ts'
import type { Context } from './context.ts'
import { mark } from './mark.ts'
import { dropRecording } from './record.ts'
import { changes, type Patience } from './replication.ts'
import { slotOf } from './stream-slot.ts'

const never = new AbortController().signal
const template = 'CREATE TABLE t (id int PRIMARY KEY, v text); CREATE TABLE elsewhere (v text)'
const isFault = (code: string, reason = /./) => (error: unknown): boolean => {
  assert.ok(error instanceof Fault && error.code === code, String(error instanceof Error ? error.stack : error))
  assert.match(error.message, reason)
  return true
}

const says = (parts: readonly Transaction[]): string[][] =>
  parts.filter(p => p.changes.length > 0).map(p => p.changes.map(c => (c.op === 'truncate' ? c.op : `${c.op} ${(c.op === 'delete' ? c.old : c.row)[0]}`)))

/** Applies whatever comes, one transaction at a time, until `nonce` or for ever. */
const pump = async (rig: Rig, source: Context, { nonce, signal = never, patience = {}, acknowledges = true }: { nonce?: string; signal?: AbortSignal; patience?: Partial<Patience>; acknowledges?: boolean }): Promise<void> => {
  let at = await readCheckpoint(rig.target, rig.stream) as Checkpoint
  await using stream = changes(source, rig.stream, at, signal, patience)
  for await (const part of stream) {
    const rest = remaining(at, part)
    if (rest !== undefined) at = await rig.applier.apply([rest], rig.tables)
    if (acknowledges) stream.acknowledge(at.through)
    if (nonce !== undefined && part.marker === nonce) return
  }
}

suite('reading the stream', { concurrency: 4 }, () => {
  test('transactions come in the order of their commits, subtransactions that were rolled back not at all', async t => {
    const rig = await useRig(t, { template })
    const [one, two] = [await useSession(t, rig.from.url), await useSession(t, rig.from.url)]
    await one.query('BEGIN; INSERT INTO t VALUES (1)')
    await two.query('BEGIN; INSERT INTO t VALUES (2); SAVEPOINT s; INSERT INTO t VALUES (20); ROLLBACK TO s; SAVEPOINT s; INSERT INTO t VALUES (21)')
    await one.query('INSERT INTO t VALUES (11)')
    await two.query('COMMIT')
    await one.query('INSERT INTO t VALUES (111)')
    await one.query('COMMIT')
    const parts = await rig.read()
    assert.deepEqual(says(parts), [['insert 2', 'insert 21'], ['insert 1', 'insert 11', 'insert 111']])
    for (const [i, part] of parts.entries()) assert.ok(part.end > part.commit && part.commit >= (parts[i - 1]?.end ?? rig.begins))
  })

  test('I5: nothing is acknowledged before it is durable on the target, whatever the source asks', async t => {
    const rig = await useRig(t, { template })
    const told: Position[] = []
    const tapped = contextOf(await useTap(t, rig.from.url, async acknowledged => {
      if (acknowledged === '0000000000000000') return
      const at = await readCheckpoint(rig.target, rig.stream)
      told.push(acknowledged)
      if (at === undefined || acknowledged > at.through) told.push('ahead of the checkpoint' as Position)
    }))
    t.after(() => tapped[Symbol.asyncDispose]())
    const stop = new AbortController()
    const from: Checkpoint = { through: rig.begins }
    // Asks for an answer all the time, and is read far ahead of what is applied.
    await using stream = changes(tapped, rig.stream, from, stop.signal, { askMs: 50, statusMs: 50, idleMs: 100 })
    const queue: Transaction[] = []
    const reading = (async () => { for await (const part of stream) queue.push(part) })()
    reading.catch(() => { /* looked at below */ })
    for (let id = 0; id < 40; id++) {
      await rig.from.query(`INSERT INTO t VALUES (${id}); INSERT INTO elsewhere VALUES ('x')`)
      await sleep(30)
      const batch = id % 4 === 3 ? queue.splice(0) : []
      if (batch.length > 0) stream.acknowledge((await rig.applier.apply(batch, rig.tables)).through)
    }
    await until('everything to arrive', async () => {
      const batch = queue.splice(0)
      if (batch.length > 0) stream.acknowledge((await rig.applier.apply(batch, rig.tables)).through)
      return (await rig.to.query('SELECT FROM t')).length === 40
    })
    await until('the slot to follow', async () => (await slotOf(rig.source, rig.stream))?.confirmed === (await readCheckpoint(rig.target, rig.stream))?.through || (queue.length > 0 && stream.acknowledge((await rig.applier.apply(queue.splice(0), rig.tables)).through), false))
    stop.abort(new Error('enough'))
    await assert.rejects(reading, /enough/)
    assert.ok(told.length >= 8, 'too little was told to say anything')
    assert.deepEqual(told.filter(p => p.length !== 16), [])
    await rig.assertSame()
  })

  test('I5: what was handed out is not acknowledged by itself, and not what was not handed out', async t => {
    const rig = await useRig(t, { template })
    await rig.from.query('INSERT INTO t VALUES (1)')
    {
      await using stream = changes(rig.source, rig.stream, { through: rig.begins }, never, { askMs: 50, statusMs: 50, idleMs: 50 })
      const parts = stream[Symbol.asyncIterator]()
      const part = (await parts.next()).value as Transaction
      assert.throws(() => stream.acknowledge('FFFFFFFFFFFFFFFF' as Position), { name: 'Bug' })
      assert.throws(() => stream.acknowledge((part.end.slice(0, -1) + 'F') as Position), { name: 'Bug' })
      await sleep(400)
    }
    assert.equal((await slotOf(rig.source, rig.stream))?.confirmed, rig.begins)
    assert.deepEqual(says(await rig.read()), [['insert 1']])
  })

  test('an idle source is moved on, by way of the checkpoint, and resumes there without a gap', async t => {
    const rig = await useRig(t, { template })
    const stop = new AbortController()
    const pumping = pump(rig, rig.source, { signal: stop.signal, patience: { askMs: 50, idleMs: 100 } })
    pumping.catch(() => { /* looked at below */ })
    const before = (await slotOf(rig.source, rig.stream))?.confirmed ?? ''
    await rig.from.query(`INSERT INTO elsewhere SELECT 'x' FROM generate_series(1, 1000)`)
    const [now] = await rig.from.query<{ lsn: string }>(`SELECT lpad(split_part(l, '/', 1), 8, '0') || lpad(split_part(l, '/', 2), 8, '0') AS lsn FROM (SELECT pg_current_wal_lsn()::text AS l) x`)
    const confirmed = await until('the slot to move on', async () => {
      const at = (await slotOf(rig.source, rig.stream))?.confirmed ?? ''
      return at > before && at >= (now?.lsn ?? '') && at
    })
    assert.ok(((await readCheckpoint(rig.target, rig.stream))?.through ?? '') >= confirmed, 'I6: the source was told more than the target knows')
    stop.abort(new Error('enough'))
    await assert.rejects(pumping, /enough/)
    await rig.from.query('INSERT INTO t VALUES (1)')
    await rig.follow()
    await rig.assertSame()
  })

  test('a large transaction comes in parts, and a marker in it with the last', async t => {
    const rig = await useRig(t, { template })
    await rig.from.query(`BEGIN; INSERT INTO t SELECT i, 'x' FROM generate_series(1, 20000) i; SELECT pg_logical_emit_message(true, 'rehome', 'inside'); COMMIT`)
    await rig.from.query(`INSERT INTO t SELECT -i, repeat('y', 100000) FROM generate_series(1, 200) i`)
    const parts = await rig.read()
    assert.deepEqual(parts.slice(0, 2).map(p => [p.from, p.changes.length, p.last, p.marker]), [[0, 10_000, false, undefined], [10_000, 10_000, true, 'inside']])
    assert.deepEqual(parts.slice(2, -1).map(p => p.changes.length), [84, 84, 32])
    for (const part of parts) await rig.applier.apply([part], rig.tables)
    await rig.assertSame()
  })

  test('a slow reader keeps its session, and is not taken for a dead one', async t => {
    const rig = await useRig(t, { template })
    await rig.from.query(`INSERT INTO t SELECT i, repeat('x', 1000) FROM generate_series(1, 60000) i`)
    await using stream = changes(rig.source, rig.stream, { through: rig.begins }, never, { statusMs: 200, senderTimeoutMs: 2_000, askMs: 200, deadMs: 3_000 })
    const parts: Transaction[] = []
    for await (const part of stream) {
      parts.push(part)
      if (parts.length === 2) await sleep(5_500)
      if (part.last) break
    }
    assert.equal(new Set(parts.map(p => p.commit)).size, 1, 'something came in between')
    const rows = parts.reduce((sum, p) => sum + p.changes.length, 0)
    assert.equal(rows, 60_000)
  })

  test('a sign of life in the middle of a transaction is not taken for its end', async t => {
    const rig = await useRig(t, { template })
    await using proxy = await startTcpProxy(Number(new URL(rig.from.url).port))
    const url = new URL(rig.from.url)
    url.port = String(proxy.port)
    const source = contextOf(url.href)
    t.after(async () => { await source[Symbol.asyncDispose]() })
    await rig.from.query(`INSERT INTO t SELECT i, repeat('x', 1000) FROM generate_series(1, 60000) i`)
    await using stream = changes(source, rig.stream, { through: rig.begins }, never, { askMs: 50, idleMs: 2_000 })
    const parts: Transaction[] = []
    for await (const part of stream) {
      if (part.changes.length === 0 && parts.length === 0) continue
      parts.push(part)
      if (part.last) break
      if (parts.length !== 2) continue
      // While nothing comes the source is asked; its answer then stands between two changes.
      proxy.stall()
      setTimeout(() => { void proxy.restore() }, 2_500)
    }
    assert.equal(new Set(parts.map(p => p.commit)).size, 1, 'something came in between')
    assert.equal(parts.reduce((sum, p) => sum + p.changes.length, 0), 60_000)
  })

  test('a network that is cut is noticed at once, one that carries nothing within bounds, and neither loses a change', async t => {
    const rig = await useRig(t, { template })
    await using proxy = await startTcpProxy(Number(new URL(rig.from.url).port))
    const url = new URL(rig.from.url)
    url.port = String(proxy.port)
    const source = contextOf(url.href)
    t.after(() => source[Symbol.asyncDispose]())
    for (const [id, fail] of [[1, () => proxy.cut()], [2, async () => proxy.stall()]] as const) {
      const pumping = pump(rig, source, { patience: { askMs: 200, deadMs: 1_000 }, acknowledges: id === 1 })
      pumping.catch(() => { /* looked at below */ })
      await rig.from.query(`INSERT INTO t VALUES (${id})`)
      await until('it to arrive', async () => (await rig.to.query('SELECT FROM t WHERE id = $1', [id])).length === 1)
      const since = performance.now()
      await fail()
      await assert.rejects(pumping, isFault('STORE_UNREACHABLE'))
      assert.ok(performance.now() - since < (id === 1 ? 3_000 : 10_000), `it took ${performance.now() - since} ms`)
      await proxy.restore()
    }
    await rig.from.query('INSERT INTO t VALUES (3)')
    await rig.follow()
    await rig.assertSame()
  })

  test('a session whose process died is taken over from', async t => {
    const rig = await useRig(t, { template })
    await rig.from.query('INSERT INTO t VALUES (1)')
    await using forgotten = changes(rig.source, rig.stream, { through: rig.begins }, never)
    const parts = forgotten[Symbol.asyncIterator]()
    await parts.next()
    const waiting = (async () => { for (;;) await parts.next() })()
    waiting.catch(() => { /* looked at below */ })
    assert.deepEqual(says(await rig.read()), [['insert 1']])
    await assert.rejects(waiting, isFault('STORE_UNREACHABLE'))
  })

  test('whoever waits is told when the stream is closed or given up', async t => {
    const rig = await useRig(t, { template })
    {
      const stream = changes(rig.source, rig.stream, { through: rig.begins }, never)
      const waiting = stream[Symbol.asyncIterator]().next()
      await until('it to be read', async () => (await slotOf(rig.source, rig.stream))?.reader !== undefined)
      await stream[Symbol.asyncDispose]()
      assert.deepEqual(await waiting, { value: undefined, done: true })
    }
    const stop = new AbortController()
    await using stream = changes(rig.source, rig.stream, { through: rig.begins }, stop.signal)
    const waiting = stream[Symbol.asyncIterator]().next()
    await until('it to be read', async () => (await slotOf(rig.source, rig.stream))?.reader !== undefined)
    stop.abort(new Error('enough'))
    await assert.rejects(waiting, /enough/)
    await until('the slot to be free', async () => (await slotOf(rig.source, rig.stream))?.reader === undefined)
  })

  test('I6: a slot that is gone, that is another one, or that is behind the target stops the stream and is not made anew', async t => {
    const rig = await useRig(t, { template })
    await rig.from.query('INSERT INTO t VALUES (1)')
    const from: Checkpoint = { through: rig.begins }
    await assert.rejects(readStream(rig.source, rig.stream, { through: 'FFFFFFFF00000000' as Position }), isFault('STREAM_GAP'))
    await rig.from.query('SELECT pg_drop_replication_slot($1)', [rig.stream])
    await assert.rejects(readStream(rig.source, rig.stream, from), isFault('STREAM_LOST', /is gone/))
    assert.equal(await slotOf(rig.source, rig.stream), undefined)
    await rig.from.query(`SELECT pg_create_logical_replication_slot($1, 'test_decoding')`, [rig.stream])
    await assert.rejects(readStream(rig.source, rig.stream, from), isFault('STREAM_LOST', /not the one/))
    await rig.from.query(`SELECT pg_drop_replication_slot($1)`, [rig.stream])
    await rig.from.query(`SELECT pg_create_logical_replication_slot($1, 'pgoutput')`, [rig.stream])
    await assert.rejects(readStream(rig.source, rig.stream, from), isFault('STREAM_GAP'))
  })

  for (const majors of [[15, 18], [18, 15]] as const) {
    test(`a publication that is dropped or loses a table under the stream stops it before the marker (${majors[0]})`, async t => {
      const rig = await useRig(t, { template, majors })
      for (const harm of [`ALTER PUBLICATION ${rig.stream} DROP TABLE t`, `DROP PUBLICATION ${rig.stream}`]) {
        const reading = pump(rig, rig.source, { nonce: harm })
        reading.catch(() => { /* looked at below */ })
        await until('it to be read', async () => (await slotOf(rig.source, rig.stream))?.reader !== undefined)
        await sleep(100)
        await rig.from.query(harm)
        await mark(rig.source, harm)
        await assert.rejects(reading, isFault('STREAM_LOST', /publication/))
      }
      await assert.rejects(rig.read(), isFault('STREAM_LOST', /publication/))
      await dropRecording(rig.source, rig.stream)
    })
  }

  test('what was applied and not acknowledged is not applied again, whichever session dies at whatever moment', async t => {
    const rig = await useRig(t, { template })
    let isWriting = true
    const writing = (async () => {
      for (let id = 0; isWriting; id++) await rig.from.query(`BEGIN; INSERT INTO t SELECT ${id * 100} + i, 'x' FROM generate_series(1, 50) i; UPDATE t SET v = v || 'y' WHERE id = ${id * 100 + 7}; COMMIT; DELETE FROM t WHERE id = ${id * 100 + 9}`)
    })()
    const stop = new AbortController()
    let deaths = 0
    const following = (async () => {
      for (;;) {
        try {
          await pump(rig, rig.source, { signal: stop.signal, acknowledges: deaths % 2 === 0 })
        } catch (error) {
          if (stop.signal.aborted) return
          isFault('STORE_UNREACHABLE')(error)
          deaths++
        }
      }
    })()
    following.catch(() => { /* looked at below */ })
    for (let kill = 0; deaths < 12; kill++) {
      await sleep(20 + ((kill * 37) % 60))
      if (kill % 3 === 2) await rig.from.query('SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = $1', [rig.stream])
      else await rig.to.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'rehome apply%' AND datname = current_database()`)
    }
    isWriting = false
    await writing
    await sleep(200)
    stop.abort(new Error('enough'))
    await following
    await rig.follow()
    await rig.assertSame()
  })
})
