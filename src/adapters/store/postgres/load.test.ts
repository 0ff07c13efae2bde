import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { suite, test } from 'node:test'
import type { Anchor, Table } from '#domain/catalog.ts'
import { Fault } from '#domain/faults.ts'
import type { Position } from '#domain/stream.ts'
import { Bug } from '#lib/assert.ts'
import type { Loaded, Piece } from '#ports/store.ts'
import { contextOf, useRole } from '#test/postgres/contexts.ts'
import { describeTable, describeTables } from '#test/postgres/tables.ts'
import { type Scope, type TestDatabase, useDatabase } from '#test/services/postgres.ts'
import { until } from '#test/services/until.ts'
import { cutChunks } from './chunks.ts'
import type { Context } from './context.ts'
import { fence } from './fence.ts'
import { analyse } from './build.ts'
import { load, loaded, Loaders, prepareChunks, secureLoads, unload } from './load.ts'
import { takePicture } from './picture.ts'

const anchor: Anchor = { snapshot: 'none', position: '0000000000000001' as Position, followed: false }
const stream = 'rehome_test_out'
const { signal } = new AbortController()

const useStores = async (scope: Scope, template: string, target = template, major: 15 | 18 = 18): Promise<{ source: Context; target: Context; loaders: Loaders; from: TestDatabase; to: TestDatabase }> => {
  const from = await useDatabase(scope, { major: 15, template })
  const to = await useDatabase(scope, { major, template: target })
  const [a, b] = [contextOf(from.url), contextOf(to.url, 'target')]
  const loaders = new Loaders(b)
  scope.after(async () => {
    await loaders[Symbol.asyncDispose]()
    await b[Symbol.asyncDispose]()
    await a[Symbol.asyncDispose]()
  })
  await prepareChunks(b)
  return { source: a, target: b, loaders, from, to }
}

/** Every table whole, in one load. */
const copy = async (source: Context, target: Context, loaders: Loaders, tables: readonly Table[], through: (pieces: AsyncIterable<Piece>) => AsyncIterable<Piece> = p => p): Promise<Loaded[]> => {
  await using picture = await takePicture(source)
  await using reader = await picture.reader()
  const byId = new Map(tables.map(t => [t.id, t]))
  const chunks = tables.map(t => ({ table: t.id, number: 0, of: 1, bytes: t.bytes }))
  return await load(target, loaders, stream, chunks, anchor, byId, through(reader.read(chunks, byId, signal)), signal)
}

const schema = 'CREATE TABLE t (id integer PRIMARY KEY, name text, data bytea)'
const filled = `${schema}; INSERT INTO t SELECT i, 'row ' || i, decode(repeat('ab', i % 50), 'hex') FROM generate_series(1, 5000) i`

suite('loading', { concurrency: true }, () => {
  for (const major of [15, 18] as const) {
    test(`I1 rows and their record are in together, and the digest is that of the rows that lie there, 15 to ${major}`, async scope => {
      const { source, target, loaders, to } = await useStores(scope, filled, schema, major)
      for (const format of ['binary', 'text'] as const) {
        const table = await describeTable(source, 't', { format })
        const [done] = await copy(source, target, loaders, [table])
        assert.deepEqual(await loaded(target, stream), [done])
        assert.equal(done?.digest.rows, 5000)
        assert.deepEqual(await to.query('SELECT count(*) FROM (SELECT xmin::text FROM t UNION SELECT xmin::text FROM rehome.chunk) AS transactions'), [{ count: '1' }])
        {
          await using picture = await takePicture(target)
          await using reader = await picture.reader()
          assert.deepEqual(await reader.digest({ table: table.id, number: 0, of: 1, rows: 5000 }, table, 'stored', signal), done?.digest)
        }
        await unload(target, stream, [table.id])
        assert.deepEqual(await loaded(target, stream), [])
        assert.deepEqual(await to.query('SELECT FROM t'), [])
      }
    })
  }

  test('two hundred small tables, empty and without columns among them, travel in one transaction', async scope => {
    const names = Array.from({ length: 200 }, (_, i) => `small_${i}`)
    const make = names.map((name, i) => (i % 50 === 3 ? `CREATE TABLE ${name} ()` : `CREATE TABLE ${name} (id bigint, "The ""label" text)`)).join(';')
    const fill = names.map((name, i) => (i % 50 === 3 ? `INSERT INTO ${name} SELECT FROM generate_series(1, 3)` : i % 7 === 0 ? '' : `INSERT INTO ${name} SELECT g, '${name}' FROM generate_series(1, ${i}) g`)).join(';')
    const { source, target, loaders, to } = await useStores(scope, `${make};${fill}`, make)
    const tables = (await describeTables(source, names)).map((t, i): Table => ({ ...t, format: i % 3 === 0 ? 'text' : 'binary' }))
    const all = await copy(source, target, loaders, tables)
    const [written] = await to.query<{ transactions: string; chunks: string }>('SELECT count(DISTINCT xmin::text), count(*) AS chunks FROM rehome.chunk')
    assert.deepEqual(written, { count: '1', chunks: '200' })
    for (const [i, { label }] of tables.entries()) {
      const [row] = await to.query<{ count: string }>(`SELECT count(*) FROM ${label}`)
      const expected = i % 50 === 3 ? 3 : i % 7 === 0 ? 0 : i
      assert.deepEqual([Number(row?.count), all[i]?.digest.rows], [expected, expected], label)
    }
  })

  test('I1 a loader killed before the end leaves no row and no record', async scope => {
    const { target, to } = await useStores(scope, schema)
    const child = await endlessLoad(scope, to.url)
    await until('the loader’s rows are on their way', async () => {
      const [busy] = await to.query(`SELECT FROM pg_stat_progress_copy WHERE relid = 't'::regclass AND tuples_processed > 1000`)
      return busy
    })
    child.kill('SIGKILL')
    await until('its session is gone', async () => (await to.query(`SELECT FROM pg_stat_activity WHERE application_name = 'rehome load' AND datname = current_database()`)).length === 0 || undefined)
    assert.deepEqual(await to.query('SELECT FROM t'), [])
    assert.deepEqual(await loaded(target, stream), [])
  })

  test('I1 pieces that end too early, and a session that is lost, leave no row and no record', async scope => {
    const { source, target, loaders, to } = await useStores(scope, filled, schema)
    const table = await describeTable(source, 't')
    await assert.rejects(copy(source, target, loaders, [table], async function* (pieces) {
      for await (const piece of pieces) if ('bytes' in piece) yield piece
    }), Bug)
    await assert.rejects(copy(source, target, loaders, [table], async function* (pieces) {
      for await (const piece of pieces) {
        if ('digest' in piece) await to.query(`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'rehome load' AND datname = current_database()`)
        yield piece
      }
    }), (error: Fault) => error.code === 'STORE_UNREACHABLE')
    assert.deepEqual(await to.query('SELECT FROM t'), [])
    assert.deepEqual(await loaded(target, stream), [])
    await copy(source, target, loaders, [table])
    await assert.rejects(copy(source, target, loaders, [table]), (error: Error) => error instanceof Bug || error instanceof Fault)
    assert.equal((await to.query('SELECT FROM t')).length, 5000)
  })

  test('I1 a chunk that is on record is not loaded again', async scope => {
    const { source, target, loaders, to } = await useStores(scope, 'CREATE TABLE t (a integer); INSERT INTO t VALUES (1)', 'CREATE TABLE t (a integer)')
    const table = await describeTable(source, 't')
    await copy(source, target, loaders, [table])
    await assert.rejects(copy(source, target, loaders, [table]), /I1 a chunk is loaded once/)
    assert.equal((await to.query('SELECT FROM t')).length, 1)
  })

  test('what the target refuses is told by the table, and the session is good for the next load', async scope => {
    const { source, target, loaders, to } = await useStores(scope, `${filled}; CREATE TABLE other (a integer); INSERT INTO other VALUES (-1)`, `${schema}; CREATE TABLE other (a integer CHECK (a > 0))`)
    const tables = await describeTables(source, ['t', 'other'])
    await assert.rejects(copy(source, target, loaders, tables), (error: Fault) => error.code === 'STORE_REFUSED' && /public\.other: .*check constraint/.test(error.message))
    assert.deepEqual(await to.query('SELECT FROM t'), [])
    await to.query('ALTER TABLE other DROP CONSTRAINT other_a_check')
    assert.equal((await copy(source, target, loaders, tables)).length, 2)
  })

  test('a target that keeps fewer rows than were sent is found out before the commit', async scope => {
    const { source, target, loaders, to } = await useStores(scope, filled, `${schema};
      CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = 7 THEN RETURN NULL; END IF; RETURN NEW; END $$;
      CREATE TRIGGER lose BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION lose(); ALTER TABLE t ENABLE ALWAYS TRIGGER lose`)
    await assert.rejects(copy(source, target, loaders, [await describeTable(source, 't')]), (error: Fault) => error.code === 'APPLY_REFUSED' && /kept 4999 of 5000/.test(error.message))
    assert.deepEqual(await to.query('SELECT FROM t'), [])
  })

  test('a target without room says so, and for which table', async scope => {
    const { source, target, loaders } = await useStores(scope, filled, `${schema}; CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
      CREATE TRIGGER no_room BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.id = 4000) EXECUTE FUNCTION no_room(); ALTER TABLE t ENABLE ALWAYS TRIGGER no_room`)
    await assert.rejects(copy(source, target, loaders, [await describeTable(source, 't')]), (error: Fault) => error.code === 'STORE_FULL' && /public\.t: could not extend/.test(error.message))
    assert.deepEqual(await loaded(target, stream), [])
  })

  test('a role that may not turn triggers off loads all the same', async scope => {
    const { source, target, from, to } = await useStores(scope, filled, schema)
    assert.equal((await from.query('SELECT FROM t')).length, 5000)
    const role = await useRole(scope, to)
    await to.query(`GRANT ALL ON t TO ${role.name}; GRANT USAGE ON SCHEMA rehome TO ${role.name}; GRANT ALL ON ALL TABLES IN SCHEMA rehome TO ${role.name}`)
    await using plain = contextOf(role.url, 'target')
    await using loaders = new Loaders(plain)
    await copy(source, plain, loaders, [await describeTable(source, 't')])
    assert.equal((await loaded(target, stream)).length, 1)
  })

  test('aborted, a load ends with the signal’s reason and leaves nothing', async scope => {
    const { source, target, loaders, to } = await useStores(scope, filled, schema)
    const table = await describeTable(source, 't')
    const abort = new AbortController()
    const never = async function* (): AsyncGenerator<Piece> {
      yield { chunk: 0, bytes: Buffer.alloc(0) }
      abort.abort(new Error('enough'))
      await once(abort.signal, 'never', { signal: abort.signal }).catch(() => { throw abort.signal.reason })
    }
    await assert.rejects(load(target, loaders, stream, [{ table: table.id, number: 0, of: 1, bytes: 0 }], anchor, new Map([[table.id, table]]), never(), abort.signal), /enough/)
    assert.deepEqual(await to.query('SELECT FROM t'), [])
  })

  test('chunks by pages are disjoint and complete, in holes and at the end', async scope => {
    const { source, target, loaders, from, to } = await useStores(scope, `${filled}; DELETE FROM t WHERE id BETWEEN 1000 AND 2500; UPDATE t SET name = name || '!' WHERE id % 3 = 0`, schema)
    const table = await describeTable(source, 't')
    const chunks = await cutChunks(source, table, table.bytes / 7.5)
    assert.equal(chunks.length, 8)
    await using picture = await takePicture(source)
    await from.query(`INSERT INTO t SELECT i, 'too late' FROM generate_series(9001, 9500) i`)
    await using reader = await picture.reader()
    const byId = new Map([[table.id, table]])
    const all: Loaded[] = []
    for (const chunk of chunks) all.push(...(await load(target, loaders, stream, [chunk], anchor, byId, reader.read([chunk], byId, signal), signal)))
    assert.equal(all.reduce((sum, { digest }) => sum + digest.rows, 0), 5000 - 1501)
    await secureLoads(target, stream)
    await using copied = await takePicture(target)
    await using other = await copied.reader()
    const whole = { table: table.id, number: 0, of: 1, rows: 0 }
    assert.deepEqual(await other.digest(whole, table, 'key', signal), await reader.digest(whole, table, 'key', signal))
    await analyse(target, [table.id], signal)
    const [statistics] = await to.query<{ reltuples: number }>(`SELECT reltuples FROM pg_class WHERE oid = 't'::regclass`)
    assert.equal(statistics?.reltuples, 3499)
  })

  test('a frozen target takes loads, and nobody else’s rows', async scope => {
    const { source, target, loaders, to } = await useStores(scope, filled, schema)
    const table = await describeTable(source, 't')
    await fence(target, [table], 5_000)
    await assert.rejects(to.query('INSERT INTO t VALUES (1)'), /frozen/)
    await copy(source, target, loaders, [table])
    await unload(target, stream, [table.id])
    await copy(source, target, loaders, [table])
    assert.equal((await to.query('SELECT FROM t')).length, 5000)
  })

  test('tables that refer to one another are emptied too', async scope => {
    const { source, target, loaders, to } = await useStores(scope, `${filled}; CREATE TABLE child (of integer REFERENCES t)`, `${schema}; CREATE TABLE child (of integer REFERENCES t)`)
    const table = await describeTable(source, 't')
    await copy(source, target, loaders, [table])
    await unload(target, stream, [table.id])
    assert.deepEqual(await to.query('SELECT FROM t'), [])
    assert.deepEqual(await loaded(target, stream), [])
  })

  test('a row of 300 MB passes in flat memory', async scope => {
    const { source, target, loaders, from, to } = await useStores(scope, 'CREATE TABLE t (a integer, b bytea)')
    await from.query(`INSERT INTO t SELECT 1, decode(repeat('5a', 300 * 1024 * 1024), 'hex')`)
    const before = process.resourceUsage().maxRSS
    const [done] = await copy(source, target, loaders, [await describeTable(source, 't')])
    assert.equal(done?.digest.bytes, 5 + 2 + 8 + 4 + 300 * 2 ** 20)
    assert(process.resourceUsage().maxRSS - before < 128 * 1024, `${before} KiB before, ${process.resourceUsage().maxRSS} KiB at most`)
    assert.deepEqual(await to.query('SELECT octet_length(b) AS bytes FROM t'), [{ bytes: 300 * 2 ** 20 }])
  })
})

/** A process of its own that loads rows into `t` and never comes to the end. */
const endlessLoad = async (scope: Scope, url: string): Promise<ChildProcess> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../../../test/postgres/endless-load.ts')], { stdio: ['pipe', 'pipe', 'inherit'] })
  scope.after(async () => { child.kill('SIGKILL') })
  child.stdin.end(JSON.stringify({ url, stream }))
  await once(createInterface({ input: child.stdout }), 'line')
  return child
}
