import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { suite, test } from 'node:test'
import type { Fault } from '#domain/faults.ts'
import { contextOf } from '#test/postgres/contexts.ts'
import { type Scope, type TestDatabase, useDatabase } from '#test/services/postgres.ts'
import { until } from '#test/services/until.ts'
import type { Context } from './context.ts'
import { type Result, Wire } from './socket.ts'

const useWire = async (scope: Scope, options: { replication?: boolean; reuse?: boolean } = {}): Promise<{ wire: Wire; context: Context; database: TestDatabase }> => {
  const database = await useDatabase(scope, { major: 18, template: 'CREATE TABLE t (id integer PRIMARY KEY, name text); INSERT INTO t SELECT i, repeat(md5(i::text), 100) FROM generate_series(1, 20000) i' })
  const context = contextOf(database.url)
  const wire = await Wire.open(context, 'wire', options)
  scope.after(async () => {
    await wire[Symbol.asyncDispose]()
    await context[Symbol.asyncDispose]()
  })
  return { wire, context, database }
}

suite('wires', { concurrency: true }, () => {
  test('statements answer one by one, as text, nothing told from an empty text', async scope => {
    const { wire } = await useWire(scope)
    assert.deepEqual(await wire.simple(`SELECT 1, NULL, ''; CREATE TEMP TABLE x (); SELECT 'é' UNION ALL SELECT '🙂'`), [
      { tag: 'SELECT 1', rows: [['1', null, '']] }, { tag: 'CREATE TABLE', rows: [] }, { tag: 'SELECT 2', rows: [['é'], ['🙂']] },
    ])
    assert.deepEqual(await wire.simple(Buffer.from(`SELECT octet_length('\u00c3\u00a9')`, 'latin1')), [{ tag: 'SELECT 1', rows: [['2']] }])
  })

  test('after an error the session is good for more, and what was done before is known', async scope => {
    const { wire } = await useWire(scope)
    const done: Result[] = []
    wire.ask('SELECT 1; SELECT 1/0; SELECT 2')
    await assert.rejects(wire.answer(done), (error: Fault) => error.code === 'STORE_REFUSED' && error.facts['code'] === '22012')
    assert.equal(done.length, 1)
    assert(wire.isIdle && !wire.isInTransaction)
    await wire.simple('BEGIN')
    assert(wire.isInTransaction)
    await assert.rejects(wire.simple('nonsense'))
    assert(wire.isIdle && !wire.isInTransaction, 'a failed transaction is none')
  })

  test('a refusal that preparing got over is not heard again', async scope => {
    const { context } = await useWire(scope)
    for (let time = 0; time < 20; time++) {
      await using wire = await Wire.open(context, 'prepared', { prepare: session => session.query('SELECT 1/0').then(() => assert.fail('it is refused'), () => { /* got over */ }) })
      assert.deepEqual((await wire.simple('SELECT 1'))[0]?.rows, [['1']])
    }
  })

  test('a session the server ends says why, and says so again', async scope => {
    const { wire, database } = await useWire(scope)
    const isOver = (error: Fault): boolean => error.code === 'STORE_UNREACHABLE' && /terminating connection due to administrator command|Connection terminated/.test(error.message)
    const told = assert.rejects(wire.simple('SELECT pg_sleep(60)'), (error: Fault) => isOver(error) && /administrator command/.test(error.message))
    await until('it is at work', async () => (await database.query(`SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'`, [wire.processId])).length === 1)
    await database.query(`SELECT pg_terminate_backend($1, 5000)`, [wire.processId])
    await told
    assert.equal(wire.isIdle, false)
    await assert.rejects(wire.send(Buffer.alloc(5)), isOver)
  })

  test('memory that is used again holds what was read until the next is asked for', async scope => {
    const { wire, context } = await useWire(scope, { reuse: true })
    await using plain = await Wire.open(context, 'plain')
    const rowsOf = async (from: Wire, patience: () => Promise<unknown>): Promise<string> => {
      const all = createHash('sha256')
      for await (const item of from.copied('COPY (SELECT * FROM public.t ORDER BY id) TO STDOUT (FORMAT binary)')) {
        if ('count' in item) continue
        await patience()
        all.update(item.rows)
      }
      return all.digest('hex')
    }
    const expected = await rowsOf(plain, () => Promise.resolve())
    for (const ms of [0, 2]) assert.equal(await rowsOf(wire, () => new Promise(resolve => { setTimeout(resolve, ms) })), expected)
    // A message of several chunks, and many of them.
    const long = `SELECT i, repeat(md5(i::text), 40000) FROM generate_series(1, 5) i`
    assert.deepEqual(await wire.simple(long), await plain.simple(long))
    // Relayed, they arrive as they were.
    await plain.simple('CREATE TEMP TABLE copy (LIKE public.t)')
    plain.ask('COPY copy FROM STDIN')
    for await (const item of wire.copied('COPY public.t TO STDOUT')) if ('rows' in item) await plain.relay(item.rows)
    await plain.sendCopyDone()
    await plain.answer()
    assert.deepEqual(await plain.simple('SELECT count(*) FROM copy NATURAL JOIN public.t'), [{ tag: 'SELECT 1', rows: [['20000']] }])
  })

  test('a copy that is left early costs the session, not the process', async scope => {
    const { wire } = await useWire(scope)
    for await (const item of wire.copied('COPY public.t TO STDOUT; COPY public.t TO STDOUT')) if ('rows' in item) break
    assert.equal(wire.isIdle, false)
    await assert.rejects(wire.simple('SELECT 1'))
  })

  test('a stream is read message by message, and acknowledged by nobody but us', async scope => {
    const { wire, database } = await useWire(scope, { replication: true })
    const slot = `wire_${randomBytes(4).toString('hex')}`
    await database.query('CREATE PUBLICATION p FOR TABLE t')
    await wire.simple(`CREATE_REPLICATION_SLOT ${slot} TEMPORARY LOGICAL pgoutput (SNAPSHOT 'nothing')`)
    await database.query(`INSERT INTO t VALUES (-1, 'x'), (-2, repeat('y', 200000))`)
    await wire.copyBoth(`START_REPLICATION SLOT ${slot} LOGICAL 0/0 (proto_version '1', publication_names 'p')`)
    const told: string[] = []
    while (told.at(-1) !== 'C') {
      const messages = await wire.receive()
      assert(messages !== undefined && messages.length > 0)
      for (const message of messages) if (message[0] === 0x77) told.push(String.fromCharCode(message[25] ?? 0))
    }
    assert.deepEqual(told, ['B', 'R', 'I', 'I', 'C'])
    await wire.sendCopyDone()
    while ((await wire.receive()) !== undefined);
    await wire.answer()
    assert.equal((await wire.simple('SELECT 1')).length, 1)
    await assert.rejects(wire.copyBoth(`START_REPLICATION SLOT no_such_slot LOGICAL 0/0 (proto_version '1', publication_names 'p')`), /no_such_slot.* does not exist/)
    assert(wire.isIdle)
  })
})

// One after another: each looks at the memory of the whole process.
suite('wires that are read slowly', () => {
  for (const reuse of [false, true]) test(`a reader that stands still stops the server, and neither memory nor the connection suffers, memory ${reuse ? 'used again' : 'its own'}`, async scope => {
    const { wire, database } = await useWire(scope, { reuse })
    assert.deepEqual((await wire.simple('SHOW tcp_user_timeout'))[0]?.rows, [['0']], 'the server cuts no connection whose window stays closed')
    let bytes = 0
    let ahead = 0
    for await (const item of wire.copied('COPY public.t TO STDOUT')) {
      if ('count' in item) continue
      if (bytes === 0) {
        const before = process.memoryUsage().arrayBuffers
        await new Promise(resolve => { setTimeout(resolve, 500) })
        ahead = process.memoryUsage().arrayBuffers - before
        assert.deepEqual(await database.query(`SELECT wait_event FROM pg_stat_activity WHERE pid = ${wire.processId}`), [{ wait_event: 'ClientWrite' }])
      }
      bytes += item.rows.length
    }
    assert(bytes > 60_000_000 && ahead < 4_000_000, `${ahead} bytes were read ahead`)
    assert(wire.isIdle)
  })
})
