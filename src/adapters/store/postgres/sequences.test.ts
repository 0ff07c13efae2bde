import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import type { Sequence } from '#domain/catalog.ts'
import type { TableId } from '#domain/stream.ts'
import { contextOf } from '#test/postgres/contexts.ts'
import { useDatabase } from '#test/services/postgres.ts'
import { ensureSchema } from './register.ts'
import { sequences, setSequences, standingFor } from './sequences.ts'

const schema = `CREATE SEQUENCE fresh START 7; CREATE SEQUENCE set_not_called; CREATE SEQUENCE "o""dd; drop"; CREATE TABLE owning (id serial PRIMARY KEY, other serial);
  CREATE TABLE identity (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY); CREATE SEQUENCE down INCREMENT -5 MINVALUE -9223372036854775808 MAXVALUE -1; CREATE TABLE downwards (id bigint PRIMARY KEY DEFAULT nextval('down'));
  ALTER SEQUENCE down OWNED BY downwards.id; CREATE SEQUENCE stride INCREMENT 10 START 3; CREATE TABLE strided (id int PRIMARY KEY DEFAULT nextval('stride')); ALTER SEQUENCE stride OWNED BY strided.id;
  CREATE SEQUENCE wheel MAXVALUE 100 CYCLE; CREATE TABLE wheeled (id int PRIMARY KEY DEFAULT nextval('wheel')); ALTER SEQUENCE wheel OWNED BY wheeled.id; CREATE EXTENSION citext`

for (const major of [15, 18] as const) {
  suite(`PostgreSQL ${major}`, () => {
    test('every sequence is read as it stands, an unowned one and one that was set but never drawn from among them, and none of ours', async t => {
      const database = await useDatabase(t, { major, template: schema })
      await using context = contextOf(database.url)
      await ensureSchema(context)
      await database.query(`SELECT setval('set_not_called', 100, false), setval('"o""dd; drop"', 9223372036854775807), nextval('down'), nextval('down')`)
      const read = await sequences(context)
      assert.deepEqual(read.map(({ label, last, called, increment }) => [label, last, called, increment]), [
        ['public.down', '-6', true, '-5'], ['public.fresh', '7', false, '1'], ['public.identity_id_seq', '1', false, '1'], ['public.o"dd; drop', '9223372036854775807', true, '1'],
        ['public.owning_id_seq', '1', false, '1'], ['public.owning_other_seq', '1', false, '1'], ['public.set_not_called', '100', false, '1'], ['public.stride', '3', false, '10'], ['public.wheel', '1', false, '1']])
    })

    test('the other side draws what the source would have drawn next, where numbers are drawn one by one', async t => {
      const [source, target] = await Promise.all([useDatabase(t, { major: 15, template: schema }), useDatabase(t, { major, template: schema })])
      await using from = contextOf(source.url)
      await using to = contextOf(target.url, 'target')
      await source.query(`SELECT setval('set_not_called', 100, false), setval('owning_id_seq', 40), nextval('down'), nextval('stride'), nextval('stride'), setval('wheel', 100)`)
      await setSequences(to, await sequences(from))
      const draw = `SELECT nextval('set_not_called') AS a, nextval('fresh') AS b, nextval('owning_id_seq') AS c, nextval('wheel') AS f, nextval('identity_id_seq') AS g`
      assert.deepEqual(await target.query(draw), await source.query(draw))
    })

    test('ranges that are taken from the old home after the reading are not given out again, and few sequences run out for it', async t => {
      const template = `${schema}; CREATE SEQUENCE pooled INCREMENT 50; CREATE SEQUENCE cached CACHE 20; CREATE SEQUENCE narrow AS smallint INCREMENT 10; CREATE SEQUENCE spent INCREMENT 10 MAXVALUE 100`
      const [source, target] = await Promise.all([useDatabase(t, { major: 15, template }), useDatabase(t, { major, template })])
      await using from = contextOf(source.url)
      await using to = contextOf(target.url, 'target')
      await source.query(`SELECT nextval('pooled'), nextval('cached'), nextval('narrow'), nextval('down'), nextval('stride'), setval('spent', 91)`)
      const read = await sequences(from)
      for (let twice = 0; twice < 2; twice++) await setSequences(to, read)
      const draw = `SELECT nextval('pooled') AS pooled, nextval('cached') AS cached, nextval('narrow') AS narrow, nextval('down') AS down, nextval('stride') AS stride`
      assert.deepEqual(await target.query(draw), [{ pooled: '50051', cached: '1021', narrow: '331', down: '-5006', stride: '10013' }])
      const [taken] = await source.query(`SELECT max(nextval('pooled')) AS pooled, max(nextval('narrow')) AS narrow, min(nextval('down')) AS down FROM generate_series(1, 30)`)
      assert.deepEqual(taken, { pooled: '1501', narrow: '301', down: '-151' })
      await assert.rejects(target.query(`SELECT nextval('spent')`), /reached maximum value/)
    })

    test('values that were written past a sequence are never drawn again: upwards, downwards, in step, and not where it cycles', async t => {
      const [source, target] = await Promise.all([useDatabase(t, { major: 15, template: schema }), useDatabase(t, { major, template: schema })])
      await using from = contextOf(source.url)
      await using to = contextOf(target.url, 'target')
      await target.query(`INSERT INTO owning VALUES (50, 1000); INSERT INTO identity OVERRIDING SYSTEM VALUE VALUES (9000000000); INSERT INTO downwards VALUES (-33), (12); INSERT INTO strided VALUES (47), (3); INSERT INTO wheeled VALUES (99)`)
      await setSequences(to, await sequences(from))
      const [drawn] = await target.query(`SELECT nextval('owning_id_seq') AS owned, nextval('owning_other_seq') AS unindexed, nextval('identity_id_seq') AS identity, nextval('down') AS down, nextval('stride') AS stride, nextval('wheel') AS wheel`)
      assert.deepEqual(drawn, { owned: '51', unindexed: '1', identity: '9000000001', down: '-5036', stride: '10053', wheel: '1' })
    })
  })
}

test('two thousand sequences are read and set in well under a second', async t => {
  const template = `DO $$ BEGIN FOR n IN 1..2000 LOOP EXECUTE format('CREATE TABLE t%s (id serial PRIMARY KEY); INSERT INTO t%s DEFAULT VALUES', n, n); END LOOP; END $$`
  const database = await useDatabase(t, { major: 15, template })
  await using context = contextOf(database.url)
  const begun = performance.now()
  const all = await sequences(context)
  const readMs = Math.round(performance.now() - begun)
  await setSequences(context, all)
  const setMs = Math.round(performance.now() - begun) - readMs
  t.diagnostic(`read ${readMs} ms, set ${setMs} ms`)
  assert.equal(all.length, 2_000)
  assert.ok(readMs < 1_000 && setMs < 3_000, `read ${readMs}, set ${setMs}`)
})

test('the next value is never one before the source’s, never behind the column, always in step and within bounds', () => {
  const small = fc.integer({ min: -60, max: 60 })
  fc.assert(fc.property(small, fc.boolean(), small, small.filter(n => n !== 0), (last, called, furthest, increment) => {
    const sequence: Sequence = { id: 's' as TableId, label: 's', last: String(last), called, increment: String(increment) }
    const shape = { id: sequence.id, increment: BigInt(increment), min: -80n, max: 80n, cycles: false, isInRanges: false, owner: 'c', table: 't' }
    const set = standingFor(sequence, shape, String(furthest))
    const nextOf = (at: { last: string; called: boolean }): number => Number(at.last) + (at.called ? increment : 0)
    const [due, next] = [nextOf(sequence), nextOf(set)]
    const ahead = (next - due) * Math.sign(increment)
    assert.ok(ahead >= 0 && (next - due) % increment === 0)
    if (ahead > 0) assert.ok((next - furthest) * Math.sign(increment) > 0 && (next - increment - furthest) * Math.sign(increment) <= 0 && Math.abs(next) <= 80)
    else assert.ok((next - furthest) * Math.sign(increment) > 0 || Math.abs(furthest + increment) > 80 - Math.abs(increment))
  }))
})

test('what is left free for ranges is whole steps, at most a thousand of them, at most a hundredth of what is left, and none where it cycles', () => {
  const value = fc.integer({ min: -1_000_000, max: 1_000_000 })
  fc.assert(fc.property(value, fc.boolean(), fc.option(value), fc.integer({ min: -60, max: 60 }).filter(n => n !== 0), fc.boolean(), (last, called, furthest, increment, cycles) => {
    const sequence: Sequence = { id: 's' as TableId, label: 's', last: String(last), called, increment: String(increment) }
    const shape = { id: sequence.id, increment: BigInt(increment), min: -1_000_000n, max: 1_000_000n, cycles, owner: 'c', table: 't' }
    const [without, within] = [false, true].map(isInRanges => {
      const set = standingFor(sequence, { ...shape, isInRanges }, furthest === null ? null : String(furthest))
      return Number(set.last) + (set.called ? increment : 0)
    })
    const [from, next] = [without ?? NaN, within ?? NaN]
    const steps = (next - from) / increment + 0 // no minus nothing
    const left = Math.max(0, Math.floor(((increment > 0 ? 1_000_000 : -1_000_000) - from) / increment))
    const isSpent = furthest !== null && (furthest - from) * Math.sign(increment) >= 0
    assert.equal(steps, cycles || isSpent ? 0 : Math.min(1_000, Math.floor(left / 100)))
  }))
})
