import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '#domain/faults.ts'
import { contextOf, useRole, useSession } from '#test/postgres/contexts.ts'
import { rowsOf, useRig } from '#test/postgres/streams.ts'
import { startTcpProxy } from '#test/services/tcp-proxy.ts'
import { until } from '#test/services/until.ts'
import { Applier } from './apply.ts'
import { readCheckpoint } from './checkpoint.ts'
import { fence } from './fence.ts'

const isFault = (code: string, facts: Record<string, string | number> = {}) => (error: unknown): boolean => {
  assert.ok(error instanceof Fault, String(error instanceof Error ? error.stack : error))
  assert.equal(error.code, code, error.message)
  for (const [name, value] of Object.entries(facts)) assert.equal(error.facts[name], value, name)
  return true
}

suite('applying', { concurrency: 4 }, () => {
  test('inserts, updates and deletes arrive, values of every awkward kind among them', async t => {
    const rig = await useRig(t, { template: `
      CREATE SCHEMA "odd ""schema"; CREATE TYPE "odd ""schema"."Mood" AS ENUM ('sad', 'it''s ok', '"');
      CREATE DOMAIN amount AS numeric(10,2) CHECK (VALUE > -100); CREATE DOMAIN tags AS text[];
      CREATE TYPE pair AS (a int, "B" text);
      CREATE DOMAIN pairs AS pair;
      CREATE TABLE kinds (id int PRIMARY KEY, m "odd ""schema"."Mood", ms "odd ""schema"."Mood"[], d amount, ds amount[], g tags, p pair, ps pair[], pd pairs, b box, bs box[], c "char", n name, bp char(5), vc varchar(7),
        bi bit(3), vb bit varying, x xml, j json, jb jsonb, ip inet, f8 float8, f4 float4, mo money, iv interval, ts timestamptz, by bytea, r int4range, rs int4range[], nn text[][], v int2vector, q tsvector)` })
    await rig.from.query(`BEGIN; SET LOCAL TimeZone='Asia/Tokyo'; SET LOCAL DateStyle='German'; SET LOCAL bytea_output='escape';
      INSERT INTO kinds VALUES (1, 'sad', '{sad,NULL,"it''s ok"}', 1.5, '{1.00,-3}', '{a,"b,c",NULL,"NULL"}', '(1,"a ""b")', '{"(1,x)",NULL,"(,)"}', '(,"")', '((1,2),(3,4))', '{((1,2),(3,4));((5,6),(7,8))}', 'x', 'name', 'ab', 'ab  ',
        B'101', B'1', '<a>&amp;</a>', '{"a" : [1,  2]}', '{"b":1.0}', '10.0.0.1', '-0', '1e-40', '12.50', '1 mon -3 days 04:05:06.7', '2020-02-29 23:59:59.123456+09', '\\x00ff5c22', '[1,5)', '{"[1,2)",empty}', '{{a,b},{"c\\"",NULL}}', '1 2 3', 'a:1 b:2'); COMMIT`)
    await rig.from.query(`INSERT INTO kinds (id, vc, f8, ts, iv, nn, g) VALUES (2, '', 'NaN', 'infinity', '-1 year', '{}', '{}'), (3, NULL, '-Infinity', '-infinity', NULL, NULL, NULL)`)
    await rig.from.query(`INSERT INTO kinds (id, m, p, b) SELECT i, '"', ROW(i, E'日本 é\\t\\\\"{}(),' || i)::pair, NULL FROM generate_series(10, 20) i`)
    await rig.follow()
    await rig.assertSame()
    await rig.from.query(`UPDATE kinds SET m = 'it''s ok', p = '(9,"")', pd = NULL, bs = NULL, g = g || 'z"\\'::text WHERE id IN (1, 2, 12)`)
    await rig.from.query('DELETE FROM kinds WHERE id > 15')
    await rig.follow()
    await rig.assertSame()
    assert.equal((await rowsOf(rig.to, 'kinds')).length, 9)
    assert.equal(rig.applier.setbacks, 0, 'it did not pass as a set')
  })

  test('values of every awkward kind pass one by one as well', async t => {
    const rig = await useRig(t, { template: `CREATE TYPE pair AS (a int, "B" text); CREATE DOMAIN tags AS text[];
      CREATE TABLE kinds (id int PRIMARY KEY, u int UNIQUE, p pair, g tags, b box[], c "char", n name, bp char(5), x xml, ip inet, by bytea, ok boolean, t text)` })
    await rig.from.query(`INSERT INTO kinds VALUES (1, 1, '(1,"a ""b")', '{a,NULL}', '{((1,2),(3,4));((5,6),(7,8))}', 'x', 'name', 'ab', '<a>&amp;</a>', '10.0.0.1', '\\x00ff5c22', true, '日本"\\'), (2, 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`)
    await rig.follow()
    // The unique value makes sets impossible; the first change of the three ends up alone.
    await rig.from.query(`BEGIN; UPDATE kinds SET u = 3, p = '(,"日本")', g = '{"é,"}', b = '{((1,2),(3,5));((5,6),(7,8))}', c = '\\', n = '', bp = 'é', x = '<b/>', ip = '::1', by = '\\x22', ok = NULL, t = '日本"\\' WHERE id = 1;
      UPDATE kinds SET u = 1 WHERE id = 2; UPDATE kinds SET u = 2 WHERE id = 1; COMMIT`)
    await rig.follow()
    await rig.assertSame()
    assert.equal(rig.applier.setbacks, 1)
  })

  test('a unique value handed from row to row within one transaction, and between two', async t => {
    const rig = await useRig(t, { template: `CREATE TABLE seats (id int PRIMARY KEY, place text UNIQUE); CREATE TABLE notes (id int PRIMARY KEY, what text)` })
    await rig.from.query(`INSERT INTO seats VALUES (1, 'A'), (2, 'B'), (3, 'C'); INSERT INTO notes SELECT i, 'x' FROM generate_series(1, 50) i`)
    await rig.follow()
    await rig.from.query(`BEGIN; UPDATE seats SET place = 'tmp' WHERE id = 1; UPDATE seats SET place = 'A' WHERE id = 2; UPDATE seats SET place = 'B' WHERE id = 1; COMMIT`)
    await rig.from.query('UPDATE notes SET what = id::text')
    await rig.from.query(`UPDATE seats SET place = NULL WHERE id = 3`)
    await rig.from.query(`UPDATE seats SET place = 'C' WHERE id = 2`)
    await rig.from.query(`DELETE FROM seats WHERE id = 1; INSERT INTO seats VALUES (4, 'B')`)
    await rig.follow()
    await rig.assertSame()
    assert.equal(rig.applier.setbacks, 1, 'one of the tables is tried again, once')
  })

  test('a long value that was not sent stays as it is, also where the key changes', async t => {
    const rig = await useRig(t, { template: `CREATE TABLE docs (id int PRIMARY KEY, title text, body text); ALTER TABLE docs ALTER body SET STORAGE EXTERNAL;
      CREATE TABLE long_keys (k text PRIMARY KEY, n int); ALTER TABLE long_keys ALTER k SET STORAGE EXTERNAL` })
    const long = `(SELECT string_agg(md5(i::text), '') FROM generate_series(1, 200) i)`
    await rig.from.query(`INSERT INTO docs SELECT i, 'a', ${long} FROM generate_series(1, 6) i`)
    await rig.follow()
    await rig.from.query(`UPDATE docs SET title = 'b' WHERE id = 1; UPDATE docs SET id = 20 WHERE id = 2; UPDATE docs SET id = 30, title = NULL WHERE id = 3`)
    await rig.from.query(`UPDATE docs SET title = 'c' WHERE id = 20; UPDATE docs SET body = 'short' WHERE id = 4; UPDATE docs SET title = 'd' WHERE id = 4; UPDATE docs SET id = 40 WHERE id = 4`)
    const parts = await rig.read()
    assert.ok(parts.some(p => p.changes.some(c => c.op === 'update' && c.row.includes(undefined))), 'nothing was left out by the source')
    await rig.applier.apply(parts, rig.tables)
    await rig.assertSame()
    await rig.from.query(`INSERT INTO long_keys SELECT substr(md5(i::text) || ${long}, 1, 2100), i FROM generate_series(1, 5) i`)
    await rig.from.query('UPDATE long_keys SET n = n + 10')
    await rig.from.query(`UPDATE long_keys SET n = n + 10; UPDATE long_keys SET k = 'short' WHERE n = 21; DELETE FROM long_keys WHERE n = 22`)
    await rig.follow()
    await rig.assertSame()
  })

  test('keys change, chain and swap', async t => {
    const rig = await useRig(t, { template: `CREATE TABLE t (a int, b text, v text, PRIMARY KEY (a, b)); CREATE TABLE s (id int PRIMARY KEY, v int)` })
    await rig.from.query(`INSERT INTO t SELECT i, 'b' || i, 'v' FROM generate_series(1, 20) i; INSERT INTO s SELECT i, i FROM generate_series(1, 10) i`)
    await rig.follow()
    await rig.from.query(`UPDATE t SET a = -a; UPDATE t SET b = b || 'x' WHERE a < -10; UPDATE t SET v = 'w' WHERE a = -3`)
    await rig.from.query(`BEGIN; UPDATE s SET id = 0 WHERE id = 1; UPDATE s SET id = 1 WHERE id = 2; UPDATE s SET id = 2 WHERE id = 0; COMMIT; UPDATE s SET id = id + 1000; DELETE FROM s WHERE id = 1003; INSERT INTO s VALUES (1003, 7)`)
    await rig.follow()
    await rig.assertSame()
  })

  test('REPLICA IDENTITY FULL finds one of several equal rows, and tells those apart that are only alike', async t => {
    const rig = await useRig(t, { template: `CREATE TABLE log (n numeric, x box, j json, t text, c char(3)); ALTER TABLE log REPLICA IDENTITY FULL; CREATE TABLE nothing (); ALTER TABLE nothing REPLICA IDENTITY FULL` })
    await rig.from.query(`INSERT INTO log VALUES (1.0, '((0,0),(2,1))', '{"a":1}', NULL, 'a'), (1.00, '((0,0),(1,2))', '{"a": 1}', '', 'a'), (1.0, '((0,0),(2,1))', '{"a":1}', NULL, 'a'), (NULL, NULL, NULL, NULL, NULL), (1.0, '((0,0),(1,2))', NULL, 'x', '')`)
    await rig.from.query('INSERT INTO nothing SELECT FROM generate_series(1, 4)')
    await rig.follow()
    await rig.assertSame()
    await rig.from.query(`DELETE FROM log WHERE ctid = (SELECT ctid FROM log WHERE n::text = '1.00')`)
    await rig.from.query(`UPDATE log SET t = 'one' WHERE ctid = (SELECT ctid FROM log WHERE n = 1 AND t IS NULL LIMIT 1); UPDATE log SET n = 5, t = '日本é' WHERE n IS NULL; UPDATE log SET n = 6 WHERE n = 5; DELETE FROM nothing WHERE ctid = (SELECT ctid FROM nothing LIMIT 1)`)
    await rig.follow()
    await rig.assertSame()
    await rig.from.query('DELETE FROM log')
    await rig.follow()
    await rig.assertSame()
  })

  test('deferrable constraints are broken in between and kept at the end', async t => {
    const rig = await useRig(t, { template: `CREATE TABLE places (id int PRIMARY KEY, at int UNIQUE DEFERRABLE INITIALLY IMMEDIATE, r int4range, EXCLUDE USING gist (r WITH &&) DEFERRABLE INITIALLY DEFERRED)` })
    await rig.from.query('INSERT INTO places SELECT i, i, int4range(i * 10, i * 10 + 10) FROM generate_series(1, 20) i')
    await rig.follow()
    await rig.from.query('UPDATE places SET at = 21 - at')
    await rig.from.query('UPDATE places SET r = int4range(lower(r) + 10, upper(r) + 10)')
    await rig.follow()
    await rig.assertSame()
  })

  test('an exclusion constraint that is not deferrable is kept change by change', async t => {
    const rig = await useRig(t, { template: `CREATE TABLE stays (id int PRIMARY KEY, r int4range, EXCLUDE USING gist (r WITH &&))` })
    await rig.from.query('INSERT INTO stays SELECT i, int4range(i * 10, i * 10 + 10) FROM generate_series(1, 20) i')
    await rig.follow()
    await rig.from.query(`DO $$ BEGIN FOR i IN REVERSE 20..1 LOOP UPDATE stays SET r = int4range(i * 10 + 10, i * 10 + 20) WHERE id = i; END LOOP; END $$`)
    await rig.follow()
    await rig.assertSame()
  })

  test('TRUNCATE takes its place in the order, with the sequences it restarts', async t => {
    const rig = await useRig(t, { template: `CREATE TABLE parent (id serial PRIMARY KEY, v text); CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES parent); CREATE TABLE other (id int PRIMARY KEY, u int UNIQUE DEFERRABLE)` })
    await rig.from.query(`INSERT INTO parent (v) SELECT 'x' FROM generate_series(1, 5); INSERT INTO child SELECT i, i FROM generate_series(1, 5) i; INSERT INTO other SELECT i, i FROM generate_series(1, 5) i`)
    await rig.follow()
    await rig.to.query(`SELECT setval('parent_id_seq', 50)`)
    await rig.from.query('TRUNCATE parent RESTART IDENTITY CASCADE')
    await rig.from.query(`INSERT INTO parent (v) VALUES ('again'); INSERT INTO child VALUES (1, 1)`)
    // Two values change places while the check is put off, and then the table is emptied: on the source in two transactions, on the target in one.
    await rig.from.query('UPDATE other SET u = 6 - u')
    await rig.from.query('TRUNCATE other')
    await rig.from.query('INSERT INTO other VALUES (7, 7)')
    await rig.follow()
    await rig.assertSame()
    assert.deepEqual(await rowsOf(rig.to, 'parent'), ['(1,again)'])
    assert.deepEqual(await rig.to.query('SELECT last_value::int, is_called FROM parent_id_seq'), [{ last_value: 1, is_called: false }])
  })

  test('identity columns take the numbers of the source, generated columns are computed by the target', async t => {
    const rig = await useRig(t, { template: `CREATE TABLE a (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v int, twice int GENERATED ALWAYS AS (v * 2) STORED);
      CREATE TABLE b (k text PRIMARY KEY, n int GENERATED ALWAYS AS IDENTITY, v text);
      CREATE TABLE c (k text PRIMARY KEY)` })
    await rig.from.query(`INSERT INTO a (v) SELECT i FROM generate_series(1, 5) i; INSERT INTO b (k, v) SELECT 'k' || i, 'v' FROM generate_series(1, 5) i; INSERT INTO c VALUES ('x')`)
    await rig.from.query(`UPDATE a SET v = v + 1; UPDATE a SET id = DEFAULT WHERE id = 2; UPDATE b SET v = 'u'; UPDATE c SET k = k`)
    await rig.follow()
    await rig.from.query(`UPDATE a SET v = v + 1; UPDATE b SET v = 'v'; UPDATE c SET k = k`)
    await rig.follow()
    await rig.assertSame()
    assert.equal(rig.applier.setbacks, 0, 'it did not pass as a set')
    await rig.from.query(`UPDATE a SET v = v + 1; UPDATE a SET id = DEFAULT WHERE id = 2; UPDATE b SET v = 'w'; UPDATE b SET n = DEFAULT WHERE k = 'k3'; UPDATE b SET n = DEFAULT, v = 'both', k = 'k44' WHERE k = 'k4'; UPDATE c SET k = k`)
    await rig.follow()
    await rig.assertSame()
  })

  test('I4: a row that is missing stops the stream, names it, and leaves everything as it was', async t => {
    const rig = await useRig(t, { template: `CREATE TABLE t (id int PRIMARY KEY, v text); CREATE TABLE o (id int PRIMARY KEY)` })
    await rig.from.query(`INSERT INTO t SELECT i, 'v' || i FROM generate_series(1, 100) i`)
    await rig.follow()
    await rig.to.query('DELETE FROM t WHERE id = 57')
    const before = [await rowsOf(rig.to, 't'), await readCheckpoint(rig.target, rig.stream)]
    await rig.from.query('INSERT INTO o SELECT generate_series(1, 10)')
    await rig.from.query(`UPDATE t SET v = 'new'`)
    await assert.rejects(rig.follow(), isFault('APPLY_STRICT', { key: 'id=57', found: 0, expected: '1 row to update', change: 'update id=57, v=new', target: 'none' }))
    assert.deepEqual([await rowsOf(rig.to, 't'), await readCheckpoint(rig.target, rig.stream)], before)
    assert.deepEqual(await rowsOf(rig.to, 'o'), [])
    await rig.to.query(`INSERT INTO t VALUES (57, 'v57')`)
    await rig.follow()
    await rig.assertSame()
  })

  test('I4: a row that should not be there stops the stream, also when the source has made and deleted it meanwhile', async t => {
    const rig = await useRig(t, { template: `CREATE TABLE t (id int PRIMARY KEY, v text); CREATE TABLE full_ (id int, v text); ALTER TABLE full_ REPLICA IDENTITY FULL` })
    await rig.to.query(`INSERT INTO t VALUES (5, 'foreign')`)
    await rig.from.query(`INSERT INTO t SELECT i, 'mine' FROM generate_series(1, 9) i`)
    await rig.from.query('DELETE FROM t')
    await assert.rejects(rig.follow(), isFault('APPLY_STRICT', { key: 'id=5', target: '(5,foreign)', change: 'insert id=5, v=mine' }))
    await rig.to.query('DELETE FROM t')
    await rig.from.query(`INSERT INTO full_ VALUES (1, 'a'); DELETE FROM full_`)
    await rig.follow()
    await rig.assertSame()
    await rig.from.query(`INSERT INTO full_ VALUES (2, 'b')`)
    await rig.follow()
    await rig.to.query('DELETE FROM full_')
    await rig.from.query('DELETE FROM full_')
    await assert.rejects(rig.follow(), isFault('APPLY_STRICT', { key: 'id=2, v=b', found: 0 }))
  })

  test('what the target refuses is said in its own words, with the table', async t => {
    const template = 'CREATE TABLE t (id int PRIMARY KEY, v text)'
    const rig = await useRig(t, { template, target: `${template}; ALTER TABLE t ADD CHECK (v <> 'bad')` })
    await rig.from.query(`INSERT INTO t SELECT i, CASE WHEN i = 30 THEN 'bad' ELSE 'good' END FROM generate_series(1, 40) i`)
    await assert.rejects(rig.follow(), isFault('APPLY_REFUSED', { table: '"public"."t"', reason: 'new row for relation "t" violates check constraint "t_v_check"' }))
    assert.deepEqual(await rowsOf(rig.to, 't'), [])
  })

  test('a change of the schema stops the stream where it happened, and the same change on the target lets it go on', async t => {
    const rig = await useRig(t, { template: 'CREATE TABLE t (id int PRIMARY KEY, n numeric(6,2)); CREATE TABLE o (id int PRIMARY KEY)' })
    await rig.from.query('INSERT INTO t VALUES (1, 1.25)')
    await rig.from.query(`BEGIN; INSERT INTO t VALUES (2, 2); INSERT INTO o VALUES (1); ALTER TABLE t ADD COLUMN "co""l" text, ALTER n TYPE numeric(8,4); UPDATE t SET "co""l" = 'x'; INSERT INTO o VALUES (2); COMMIT`)
    await rig.from.query('INSERT INTO t VALUES (3, 3.1234, NULL)')
    await assert.rejects(rig.follow(), isFault('SCHEMA_CHANGED', { table: '"public"."t"' }))
    assert.deepEqual(await rowsOf(rig.to, 't'), ['(1,1.25)', '(2,2.00)'])
    await assert.rejects(rig.follow(), isFault('SCHEMA_CHANGED'))
    await rig.to.query('ALTER TABLE t ADD COLUMN "co""l" text')
    await assert.rejects(rig.follow(), isFault('SCHEMA_CHANGED', { difference: 'the column "n" is "pg_catalog"."numeric"(524296) on the source and "pg_catalog"."numeric"(393222) on the target' }))
    await rig.to.query('ALTER TABLE t ALTER n TYPE numeric(8,4)')
    await rig.follow()
    await rig.assertSame()
    await rig.from.query('ALTER TABLE t DROP COLUMN n; INSERT INTO t VALUES (4)')
    await assert.rejects(rig.follow(), isFault('SCHEMA_CHANGED', { difference: 'the source does not write the column "n", which the target has' }))
    await rig.to.query('ALTER TABLE t DROP COLUMN n')
    await rig.follow()
    await rig.from.query('ALTER TABLE o RENAME TO p; INSERT INTO p VALUES (3)')
    await assert.rejects(rig.follow(), isFault('SCHEMA_CHANGED', { table: '"public"."p"' }))
  })

  test('a target that is changed between two calls is looked at again', async t => {
    const rig = await useRig(t, { template: 'CREATE TABLE t (id int PRIMARY KEY, a int)' })
    await rig.from.query('INSERT INTO t VALUES (1, 1)')
    const parts = await rig.read()
    await rig.applier.apply(parts, rig.tables)
    await rig.from.query('INSERT INTO t VALUES (2, 2)')
    await rig.to.query('ALTER TABLE t DROP a')
    // As in a session that goes on: the source has not described the table again.
    const known = parts[0]?.changes[0]
    assert.ok(known?.op === 'insert')
    const more = (await rig.read()).map(part => ({ ...part, changes: part.changes.map(change => ({ ...change, relation: known.relation })) }))
    await assert.rejects(rig.applier.apply(more, rig.tables), isFault('SCHEMA_CHANGED', { difference: 'the source writes the column "a", which the target does not have' }))
    await rig.to.query('ALTER TABLE t ADD a int')
    await rig.applier.apply(more, rig.tables)
    assert.deepEqual(await rowsOf(rig.to, 't'), ['(,1)', '(2,2)'])
  })

  test('columns in another order, or after others that were dropped, are no difference', async t => {
    const rig = await useRig(t, { template: 'CREATE TABLE t (gone int, id int PRIMARY KEY, a text, b text); ALTER TABLE t DROP gone', target: 'CREATE TABLE t (b text, a text, id int PRIMARY KEY)' })
    await rig.from.query(`INSERT INTO t VALUES (1, 'a', 'b')`)
    await rig.from.query(`UPDATE t SET a = 'c'`)
    await rig.follow()
    await rig.assertSame()
  })

  test('triggers, rules and foreign keys of the target do not act', async t => {
    const template = 'CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int REFERENCES p ON DELETE CASCADE); CREATE TABLE audit (what text)'
    const rig = await useRig(t, { template, target: `${template}; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit VALUES (TG_OP); RETURN NEW; END $$;
      CREATE TRIGGER a AFTER INSERT OR UPDATE OR DELETE ON c FOR EACH ROW EXECUTE FUNCTION f(); CREATE RULE r AS ON INSERT TO p DO INSTEAD NOTHING`, change: {} })
    await rig.from.query('INSERT INTO p VALUES (1), (2); INSERT INTO c VALUES (1, 1), (2, 2)')
    await rig.from.query('DELETE FROM p WHERE id = 1')
    await rig.follow()
    await rig.assertSame()
  })

  test('I2: an applier that comes after one whose answer was lost does not apply it again, and may be asked again', async t => {
    const rig = await useRig(t, { template: 'CREATE TABLE t (id int PRIMARY KEY)' })
    await rig.from.query('INSERT INTO t VALUES (1)')
    const parts = await rig.read()
    await rig.applier.apply(parts, rig.tables)
    await using later = new Applier(rig.target, rig.stream)
    await assert.rejects(later.apply(parts, rig.tables), isFault('STORE_UNREACHABLE'))
    await rig.from.query('INSERT INTO t VALUES (2)')
    await later.apply(await rig.read(), rig.tables)
    await assert.rejects(later.apply(parts, rig.tables), { name: 'Bug' })
    await rig.assertSame()
  })

  test('a session that ends between two calls is replaced by another, which learns the tables anew', async t => {
    const rig = await useRig(t, { template: 'CREATE TABLE t (id int PRIMARY KEY)' })
    await rig.from.query('INSERT INTO t VALUES (1)')
    const first = await rig.read()
    await rig.applier.apply(first, rig.tables)
    const own = `pg_stat_activity WHERE application_name = 'rehome apply ${rig.stream}'`
    await rig.to.query(`SELECT pg_terminate_backend(pid) FROM ${own}`)
    await until('the session to be gone', async () => (await rig.to.query(`SELECT 1 FROM ${own}`)).length === 0)
    await rig.from.query('INSERT INTO t VALUES (2)')
    // The very relation that was learnt before, as one stream hands it out.
    const known = first.flatMap(part => part.changes).find(change => change.op === 'insert')?.relation
    assert.ok(known !== undefined)
    await rig.applier.apply((await rig.read()).map(part => ({ ...part, changes: part.changes.map(change => (change.op === 'insert' ? { ...change, relation: known } : change)) })), rig.tables)
    await rig.assertSame()
  })

  test('I2: a session of a predecessor is ended before it can commit', async t => {
    const rig = await useRig(t, { template: 'CREATE TABLE t (id int PRIMARY KEY)' })
    await rig.from.query('INSERT INTO t VALUES (1)')
    const predecessor = await useSession(t, rig.to.url, { application_name: `rehome apply ${rig.stream}` })
    await predecessor.query(`BEGIN; INSERT INTO t VALUES (1); UPDATE rehome.checkpoint SET through = 'FFFFFFFFFFFFFFFF'`)
    await rig.follow()
    await assert.rejects(predecessor.query('COMMIT'))
    await rig.assertSame()
  })

  test('without the right to put triggers to sleep, what is put off is put off all the same', async t => {
    const schema = `CREATE TABLE places (id int PRIMARY KEY, at int UNIQUE DEFERRABLE INITIALLY IMMEDIATE, big text); ALTER TABLE places ALTER big SET STORAGE EXTERNAL; CREATE TABLE emptied (id int PRIMARY KEY, at int UNIQUE DEFERRABLE)`
    const rig = await useRig(t, { template: schema, target: '' })
    const role = await useRole(t, rig.to, '')
    await rig.to.query(`GRANT ALL ON SCHEMA public, rehome TO ${role.name}; GRANT ALL ON ALL TABLES IN SCHEMA rehome TO ${role.name}`)
    const owner = await useSession(t, role.url)
    await owner.query(schema)
    const context = contextOf(role.url, 'target')
    await using applier = new Applier(context, rig.stream)
    t.after(async () => { await context[Symbol.asyncDispose]() })
    await rig.from.query(`INSERT INTO places SELECT i, i, CASE WHEN i % 2 = 0 THEN repeat(md5(i::text), 100) END FROM generate_series(1, 20) i; INSERT INTO emptied SELECT i, i FROM generate_series(1, 5) i`)
    await applier.apply(await rig.read(), rig.tables)
    // Half of the rows leave their long value out: two statements, each of which alone breaks the constraint.
    await rig.from.query('UPDATE places SET at = CASE at % 2 WHEN 0 THEN at - 1 ELSE at + 1 END')
    await rig.from.query('UPDATE emptied SET at = 6 - at')
    await applier.apply(await rig.read(), rig.tables)
    await rig.assertSame()
    assert.equal(applier.setbacks, 0, 'it did not pass as a set')
    await rig.from.query('UPDATE emptied SET at = 6 - at')
    await rig.from.query('TRUNCATE emptied')
    await rig.from.query('INSERT INTO emptied VALUES (7, 7)')
    await applier.apply(await rig.read(), rig.tables)
    await rig.assertSame()
    assert.equal(applier.setbacks, 1)
  })

  test('a target that is fenced lets the applier pass, and nobody else', async t => {
    const rig = await useRig(t, { template: 'CREATE TABLE t (id int PRIMARY KEY)' })
    await fence(rig.target, [...rig.tables.values()], 5_000)
    await assert.rejects(rig.to.query('INSERT INTO t VALUES (1)'), /frozen/)
    await rig.from.query('INSERT INTO t VALUES (1); UPDATE t SET id = 2; TRUNCATE t; INSERT INTO t VALUES (3)')
    await rig.follow()
    await rig.assertSame()
  })

  test('a network to the target that carries nothing is noticed within bounds; the checkpoint says what has arrived', async t => {
    const rig = await useRig(t, { template: 'CREATE TABLE t (id int PRIMARY KEY)' })
    await using proxy = await startTcpProxy(Number(new URL(rig.to.url).port))
    const url = new URL(rig.to.url)
    url.port = String(proxy.port)
    const target = contextOf(url.href, 'target')
    await using applier = new Applier(target, rig.stream, { lookMs: 100, askMs: 500 })
    t.after(() => target[Symbol.asyncDispose]())
    await rig.from.query('INSERT INTO t VALUES (1)')
    await applier.apply(await rig.read(), rig.tables)
    await rig.from.query('INSERT INTO t VALUES (2)')
    const parts = await rig.read()
    proxy.stall()
    const since = performance.now()
    await assert.rejects(applier.apply(parts, rig.tables), isFault('STORE_UNREACHABLE'))
    assert.ok(performance.now() - since < 40_000, 'it took too long')
    await proxy.restore()
    await rig.follow()
    await rig.assertSame()
  })

  test('a lock that is held on the target is waited for, however long the session stands still', async t => {
    const rig = await useRig(t, { template: 'CREATE TABLE t (id int PRIMARY KEY)' })
    const other = await useSession(t, rig.to.url)
    await other.query('BEGIN; LOCK TABLE t IN SHARE MODE')
    await rig.from.query('INSERT INTO t VALUES (1)')
    await using applier = new Applier(rig.target, rig.stream, { lookMs: 50, askMs: 200 })
    const applying = applier.apply(await rig.read(), rig.tables)
    assert.equal(await Promise.race([applying.then(() => 'done'), sleep(1_500, 'waiting')]), 'waiting')
    await other.query('COMMIT')
    await applying
    await rig.assertSame()
  })

  test('a deadlock with somebody who builds on the target is tried again', async t => {
    const rig = await useRig(t, { template: 'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY)' })
    await rig.from.query('INSERT INTO a VALUES (1); INSERT INTO b VALUES (1)')
    const other = await useSession(t, rig.to.url)
    // Ours is the one that finds the deadlock and gives way.
    await other.query(`SET deadlock_timeout = '60s'; BEGIN; LOCK TABLE b IN SHARE MODE`)
    const following = rig.follow()
    await until('the applier to wait', async () => (await rig.to.query(`SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT granted AND application_name LIKE 'rehome apply%' AND a.datname = current_database()`)).length > 0)
    await other.query('LOCK TABLE a IN SHARE MODE; COMMIT')
    await following
    await rig.assertSame()
  })
})
