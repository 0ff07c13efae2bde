import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import type { Digest, Span, Table } from '#domain/catalog.ts'
import type { Fault } from '#domain/faults.ts'
import type { Reader } from '#ports/store.ts'
import { contextOf } from '#test/postgres/contexts.ts'
import { describeTable } from '#test/postgres/tables.ts'
import { type Scope, type TestDatabase, useDatabase } from '#test/services/postgres.ts'
import type { Context } from './context.ts'
import { frame } from './frames.ts'
import { putLargeObject } from './large-objects.ts'
import { takePicture } from './picture.ts'
import { RowCutter, Summed } from './rows.ts'

const { signal } = new AbortController()
const whole = (table: Table): Span => ({ table: table.id, number: 0, of: 1, rows: table.rows })

type Home = { readonly database: TestDatabase; readonly context: Context }

const useHome = async (scope: Scope, major: 15 | 18, template: string): Promise<Home> => {
  const database = await useDatabase(scope, { major, template })
  const context = contextOf(database.url)
  scope.after(async () => context[Symbol.asyncDispose]())
  return { database, context }
}

const looking = async <T>({ context }: Home, name: string, look: (reader: Reader, table: Table) => Promise<T>, change: Partial<Table> = {}): Promise<T> => {
  const table = await describeTable(context, name, change)
  await using picture = await takePicture(context)
  await using reader = await picture.reader()
  return await look(reader, table)
}

const digestsOf = (home: Home, format: Table['format']): Promise<Digest[]> =>
  looking(home, 't', async (reader, table) => {
    const digests: Digest[] = []
    for (const order of ['stored', ...(table.order === 'key' ? ['key'] as const : []), 'multiset'] as const) digests.push(await reader.digest(whole(table), table, order, signal))
    return digests
  }, { format })

/** Types whose bytes are the same in 15 and 18, and a text for each that says more than one thing. */
const zoo = `CREATE TABLE t (id bigint PRIMARY KEY, a integer, b text, c numeric, d timestamptz, e jsonb, f bytea, g float8, h text[], i uuid, j boolean, k interval, l char(3), "m ""n" inet);
  INSERT INTO t SELECT i, i * 7, 'row ' || i || E'\\t\\\\\\n' || chr(233), i / 7.0, to_timestamp(i), jsonb_build_object('k', i, 'l', NULL), decode(md5(i::text), 'hex'), sqrt(i), ARRAY['a', NULL, i::text], md5(i::text)::uuid, i % 2 = 0, make_interval(secs => i), 'x', '10.0.0.1'
    FROM generate_series(-20, 400) i WHERE i > 0;
  INSERT INTO t VALUES (-5); INSERT INTO t VALUES (1000, 0, '', 'NaN', 'infinity', 'null', '', '-0', '{}', NULL, false, '1 mon', '', '::1'); INSERT INTO t VALUES (9223372036854775807, NULL, NULL, 0.00, '-infinity', '{}', NULL, 'NaN', '{NULL}')`

/** The same rows stored in another order. */
const shuffled = `CREATE TABLE kept AS SELECT * FROM t; DELETE FROM t; INSERT INTO t SELECT * FROM kept ORDER BY md5(id::text); DROP TABLE kept`

suite('readers', { concurrency: true }, () => {
  for (const format of ['binary', 'text'] as const) {
    test(`equal rows have equal digests on PostgreSQL 15 and 18, ${format}`, async scope => {
      const [a, b] = [await useHome(scope, 15, zoo), await useHome(scope, 18, zoo)]
      const before = await digestsOf(a, format)
      assert.deepEqual(await digestsOf(b, format), before)
      assert.equal(before[0]?.rows, 403)
      await b.database.query(shuffled)
      const [stored, key, multiset] = await digestsOf(b, format)
      assert.notDeepEqual(stored, before[0])
      assert.deepEqual([key, multiset], before.slice(1))
    })
  }

  const changes = [
    `UPDATE t SET b = overlay(b placing 'R' from 1) WHERE id = 77`, `UPDATE t SET f = set_byte(f, 3, get_byte(f, 3) # 1) WHERE id = 3`, `UPDATE t SET b = NULL WHERE id = 1000`, `UPDATE t SET b = '' WHERE id = -5`,
    `UPDATE t SET g = 0 WHERE id = 1000`, `UPDATE t SET c = 0.0 WHERE c = 0.00`, `DELETE FROM t WHERE id = 400`, `INSERT INTO t VALUES (1001)`, `UPDATE t SET id = 1002 WHERE id = 1000`, `UPDATE t SET h = '{}' WHERE id = 9223372036854775807`,
    `UPDATE t SET a = CASE id WHEN 1 THEN 14 ELSE 7 END WHERE id IN (1, 2)`, `UPDATE t SET k = '30 days' WHERE id = 1000`, `UPDATE t SET e = 'null' WHERE id = 9223372036854775807`,
  ]
  test('any single change is seen, in every order and format', async scope => {
    const home = await useHome(scope, 18, zoo)
    const session = home.database
    for (const change of changes) {
      for (const format of ['binary', 'text'] as const) {
        const before = await digestsOf(home, format)
        await session.query(`CREATE TABLE kept AS SELECT * FROM t; ${change}`)
        const after = await digestsOf(home, format)
        for (const [i, digest] of before.entries()) assert.notEqual(after[i]?.sha256, digest.sha256, `${change} was not seen by ${digest.order}`)
        await session.query('TRUNCATE t; INSERT INTO t SELECT * FROM kept; DROP TABLE kept')
      }
    }
  })

  test('equal rows of a table without a key do not cancel', async scope => {
    const home = await useHome(scope, 15, 'CREATE TABLE t (a text); INSERT INTO t VALUES (\'x\')')
    const seen = new Set<string>()
    for (const rows of ["('x')", "('x'), ('x')", "('x'), ('x'), ('x')", "('y'), ('y')", "('x'), ('y')", "(NULL), (NULL)", "(''), ('')"]) {
      await home.database.query(`TRUNCATE t; INSERT INTO t VALUES ${rows}`)
      const [, multiset] = await digestsOf(home, 'binary')
      seen.add(multiset?.sha256 ?? '')
    }
    assert.equal(seen.size, 7)
  })

  test('rows in their children are not a table’s own', async scope => {
    const home = await useHome(scope, 15, `CREATE TABLE t (a integer); CREATE TABLE child () INHERITS (t); INSERT INTO t VALUES (1); INSERT INTO child VALUES (2), (3)`)
    await looking(home, 't', async (reader, table) => {
      assert.equal(await reader.count(table), 1)
      for (const order of ['stored', 'multiset'] as const) assert.equal((await reader.digest(whole(table), table, order, signal)).rows, 1)
      assert.equal((await Array.fromAsync(reader.rows(whole(table), table, signal))).length, 1)
    })
  })

  test('spans by statistics, by extremes and of nothing cover every row once, on either side', async scope => {
    const make = `CREATE TABLE t (id bigint PRIMARY KEY); INSERT INTO t SELECT i * i FROM generate_series(1, 2000) i; CREATE TABLE u (id uuid PRIMARY KEY); INSERT INTO u SELECT md5(i::text)::uuid FROM generate_series(1, 2000) i;
      CREATE TABLE d (day date, n integer, PRIMARY KEY (day, n)); INSERT INTO d SELECT '2020-01-01'::date + i / 10, i FROM generate_series(1, 2000) i; CREATE TABLE w (word text PRIMARY KEY); INSERT INTO w SELECT md5(i::text) FROM generate_series(1, 2000) i`
    const [a, b] = [await useHome(scope, 15, make), await useHome(scope, 18, make)]
    await b.database.query(`INSERT INTO t SELECT -i FROM generate_series(1, 50) i; INSERT INTO t VALUES (9223372036854775807); INSERT INTO d VALUES ('1999-01-01', 1), ('infinity', 1); INSERT INTO u VALUES ('ffffffff-ffff-ffff-ffff-ffffffffffff')`)
    for (const isAnalysed of [false, true]) {
      if (isAnalysed) await a.database.query('ANALYZE')
      for (const [name, extra] of [['t', 51], ['u', 1], ['d', 2], ['w', 0]] as const) {
        const change = { rows: 2000 }
        const spans = await looking(a, name, (reader, table) => reader.spans(table, 130), change)
        assert.deepEqual(spans.map(s => [s.number, s.of]), spans.map((_, i) => [i, spans.length]))
        assert.equal(spans.length, name === 'w' || (name !== 't' && !isAnalysed) ? 1 : 16, `${name} in ${spans.length} spans`)
        for (const [home, rows] of [[a, 2000], [b, 2000 + extra]] as const) {
          const counts = await looking(home, name, async (reader, table) => {
            const all: number[] = []
            for (const span of spans) all.push((await reader.digest(span, table, 'key', signal)).rows)
            return all
          }, change)
          assert.equal(counts.reduce((sum, n) => sum + n, 0), rows, name)
          if (isAnalysed && home === a && spans.length > 1) assert(Math.max(...counts) < 400, `${name}: ${counts.join(' ')}`)
        }
      }
    }
  })

  test('rows are told with their values, as people see them', async scope => {
    const home = await useHome(scope, 15, `CREATE TABLE t (id integer, "key" text, long text, PRIMARY KEY (id, "key")); INSERT INTO t VALUES (1, E'a\\tb', NULL), (1, 'a, "b"', ''), (2, E'\\\\N', E'\\\\N'), (2, '', repeat('ab', 100000)), (3, E'\\x1b[31m', E'x\\b\\f\\n\\r\\t\\x0b\\\\')`)
    await looking(home, 't', async (reader, table) => {
      const prints = await Array.fromAsync(reader.rows(whole(table), table, signal))
      const sha256 = createHash('sha256').update(Buffer.from('ab'.repeat(100000))).digest('hex')
      assert.deepEqual(prints.map(p => p.values), [
        ['1', 'a\tb', null], ['1', 'a, "b"', ''], ['2', '', `${'ab'.repeat(100)}… (200000 bytes, sha256 ${sha256})`], ['2', '\\N', '\\N'], ['3', '\x1b[31m', 'x\b\f\n\r\t\v\\'],
      ])
      assert.equal(new Set(prints.map(p => p.sha256)).size, 5)
      assert.deepEqual(prints.map(p => p.key), ['1, "a\\tb"', '1, "a, \\"b\\""', '2, ""', '2, "\\\\N"', '3, "\\u001b[31m"'])
    })
  })

  test('rows are found by any key, each once; absent ones count nothing', async scope => {
    const make = `CREATE TYPE mood AS ENUM ('ok', 'not "ok"'); CREATE DOMAIN code AS char(4); CREATE TABLE t (a text, b code, c mood, d timestamptz, v integer, PRIMARY KEY (a, b, c, d));
      INSERT INTO t SELECT w, 'x', m, '2024-02-29 12:00:00.123456+00', 1 FROM unnest(ARRAY['', ' ', '"', E'\\\\', '{}', ',', 'NULL', 'é', '日本', E'a\\nb', '''']) w, unnest(enum_range(NULL::mood)) m`
    const [a, b] = [await useHome(scope, 15, make), await useHome(scope, 18, make)]
    await b.database.query(shuffled.replace('id::text', 'a'))
    const latin1 = (text: string): string => Buffer.from(text).toString('latin1')
    const key = (word: string, mood = 'ok'): string[] => [latin1(word), 'x   ', mood, '2024-02-29 12:00:00.123456+00']
    const keys = [key('é'), key('日本', 'not "ok"'), key('"'), key('\\'), key('{}'), key(','), key('NULL'), key(''), key(' '), key('a\nb'), key("'"), key('é'), key('absent'), key('NULL', 'not "ok"')]
    const found = await Promise.all([a, b].map(home => looking(home, 't', async (reader, table) => {
      const prints = await Array.fromAsync(reader.rowsByKey(table, keys, signal))
      return { digest: await reader.digestKeys(table, keys, signal), none: await reader.digestKeys(table, [], signal), hashes: prints.map(p => p.sha256) }
    })))
    assert.deepEqual(found[0], found[1])
    assert.equal(found[0]?.digest.rows, 12)
    assert.equal(found[0]?.hashes.length, 12)
    assert.deepEqual(found[0]?.none, { order: 'key', rows: 0, bytes: 0, sha256: createHash('sha256').digest('hex') })
    await b.database.query(`UPDATE t SET v = 2 WHERE a = '日本' AND c = 'not "ok"'`)
    assert.notEqual((await looking(b, 't', (reader, table) => reader.digestKeys(table, keys, signal))).sha256, found[0]?.digest.sha256)
  })

  test('thousands of keys are looked up by the index', async scope => {
    const home = await useHome(scope, 18, `CREATE TABLE t (id bigint PRIMARY KEY, filler text); INSERT INTO t SELECT i, repeat('x', 100) FROM generate_series(1, 400000) i; ANALYZE t`)
    const keys = Array.from({ length: 5000 }, (_, i) => [String(i * 79)])
    const { rows } = await looking(home, 't', (reader, table) => reader.digestKeys(table, keys, signal))
    assert.equal(rows, 4999)
    const [scans] = await home.database.query<{ seq_scan: string; idx_scan: string }>(`SELECT pg_stat_force_next_flush()::text, seq_scan, idx_scan FROM pg_stat_user_tables WHERE relname = 't'`)
    assert.deepEqual([scans?.seq_scan, Number(scans?.idx_scan) > 0], ['0', true])
  })

  test('keys of an extension’s type are compared as the type does', async scope => {
    const home = await useHome(scope, 15, `CREATE EXTENSION citext; CREATE TABLE t (id citext PRIMARY KEY); INSERT INTO t VALUES ('Anna'), ('bert')`)
    assert.equal((await looking(home, 't', (reader, table) => reader.digestKeys(table, [['ANNA'], ['Bert'], ['c']], signal))).rows, 2)
  })

  test('a statement that is refused is told by its table, and the reader goes on', async scope => {
    const home = await useHome(scope, 15, 'CREATE TABLE t (a integer); INSERT INTO t VALUES (1)')
    await looking(home, 't', async (reader, table) => {
      const gone = { ...table, columns: [{ name: 'b', type: 'integer' }] }
      await assert.rejects(reader.digest(whole(gone), gone, 'stored', signal), (error: Fault) => error.code === 'SCHEMA_CHANGED' && /public\.t .*"b" .*does not exist/.test(error.message))
      assert.equal(await reader.count(table), 1)
    })
  })

  test('reading stops when it is left early or aborted, and the reader can be used again', async scope => {
    const home = await useHome(scope, 15, `CREATE TABLE t (a text); INSERT INTO t SELECT repeat(md5(i::text), 30) FROM generate_series(1, 20000) i`)
    await looking(home, 't', async (reader, table) => {
      for await (const { values } of reader.rows(whole(table), table, signal)) if (values.length > 0) break
      const abort = new AbortController()
      const reason = new Error('enough')
      await assert.rejects(async () => {
        for await (const print of reader.rows(whole(table), table, abort.signal)) if (print.values.length > 0) abort.abort(reason)
      }, reason)
      assert.equal(await reader.count(table), 20000)
    })
  })

  test('large objects are listed, read and put, the empty and the large too', async scope => {
    const [a, b] = [await useHome(scope, 15, 'SELECT 1'), await useHome(scope, 18, 'SELECT 1')]
    await a.database.query(`SELECT lo_from_bytea(1001, ''), lo_from_bytea(1002, '\\x00ff'), lo_from_bytea(4000000000, decode(repeat('ab', 67108865), 'hex'))`)
    await b.database.query(`SELECT lo_from_bytea(1002, decode(repeat('11', 9000), 'hex'))`)
    const list = async ({ context }: Home): Promise<{ id: string; bytes: number; sha256: string }[]> => {
      await using picture = await takePicture(context)
      await using reader = await picture.reader()
      return await Array.fromAsync(reader.largeObjects())
    }
    const there = await list(a)
    assert.deepEqual(there.map(({ id, bytes }) => [id, bytes]), [['1001', 0], ['1002', 2], ['4000000000', 67108865]])
    await using picture = await takePicture(a.context)
    await using reader = await picture.reader()
    for (const { id } of there) await putLargeObject(b.context, id, reader.readLargeObject(id, signal))
    assert.deepEqual(await list(b), there)
    await putLargeObject(b.context, '1001', undefined)
    await putLargeObject(b.context, '1001', undefined)
    assert.deepEqual(await list(b), there.slice(1))
  })
})

test('rows are cut alike wherever their frames are', () => {
  const rows = [Buffer.from('one'), Buffer.alloc(0), Buffer.from('x'.repeat(20)), Buffer.from('\0\x01')]
  const bytes = Buffer.concat(rows.map(row => frame('d', row)))
  const summed = (cuts: readonly number[]): [string[], string] => {
    const found: string[] = []
    let row = ''
    const cutter = new RowCutter((part, isLast) => {
      row += part.toString('latin1')
      if (!isLast) return
      found.push(row)
      row = ''
    })
    const sum = new Summed()
    for (const [i, end] of [...cuts, bytes.length].entries()) {
      const piece = Buffer.from(bytes.subarray(cuts[i - 1] ?? 0, end))
      cutter.push(piece)
      sum.add(piece)
      // Its memory is used again.
      piece.fill(0xee)
    }
    return [found, sum.digest(4).sha256]
  }
  const expected = summed([])
  assert.deepEqual(expected[0], rows.map(r => r.toString('latin1')))
  for (let cut = 0; cut <= bytes.length; cut++) for (let other = cut; other <= bytes.length; other++) assert.deepEqual(summed([cut, other]), expected)
})

test('the sum of rows is the sum of their hashes modulo 2^256', () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), rows => {
    const sum = new Summed()
    for (const row of rows) sum.add(frame('d', Buffer.from(row)))
    const expected = rows.reduce((total, row) => (total + BigInt(`0x${createHash('sha256').update(row).digest('hex')}`)) % 2n ** 256n, 0n)
    assert.equal(BigInt(`0x${sum.digest(rows.length).sha256}`), expected)
  }))
})
