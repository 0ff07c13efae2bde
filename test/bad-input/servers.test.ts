import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useRole } from '#test/postgres/contexts.ts'
import { asStandby } from '#test/postgres/standby.ts'
import { useDatabase, useDatabaseOn, useServer } from '#test/services/postgres.ts'
import { usePerson } from '#test/services/rehome.ts'
import { isRefused } from './refusal.ts'

const shop = 'CREATE TABLE orders (id integer PRIMARY KEY, item text); INSERT INTO orders SELECT g, md5(g::text) FROM generate_series(1, 500) g'
const blocked = (...says: readonly RegExp[]) => ({ status: 3, says: [...says, /Nothing was changed/] })

test('the same database on both sides', async t => {
  const database = await useDatabase(t, { major: 15, template: shop })
  const other = new URL(database.url)
  other.hostname = 'localhost'
  for (const to of [database.url, other.href]) {
    await isRefused(usePerson(t), ['move', '--from', database.url, '--to', to], { ...blocked(/✗ Source and target are the same database "test_\w+" on the same server/, /→ Give another server or another database/), untouched: [database] })
  }
})

test('a target that is not empty', async t => {
  const [source, target] = [await useDatabase(t, { major: 15, template: shop }), await useDatabase(t, { major: 18, template: shop })]
  await isRefused(usePerson(t), ['move', '--from', source.url, '--to', target.url], { ...blocked(/✗ The target is not empty: it has (one|\d+) objects? of somebody's/, /→ .*CREATE DATABASE/i), untouched: [source, target] })
  await isRefused(usePerson(t), ['move', '--from', source.url, '--to', target.url, '--schema', 'existing'], { ...blocked(/✗ One table of the target already holds rows/), untouched: [source, target] })
})

test('a target older than the source', async t => {
  const [source, target] = [await useDatabase(t, { major: 18, template: shop }), await useDatabase(t, { major: 15 })]
  await isRefused(usePerson(t), ['move', '--from', source.url, '--to', target.url], { ...blocked(/✗ The target runs PostgreSQL 15\.\d+, which is older than the source's 18\.\d+/, /→ Take a target of version 18 or newer/), untouched: [source, target] })
})

test('a role that may do nothing is told each statement that helps', async t => {
  const [source, target] = [await useDatabase(t, { major: 15, template: shop }), await useDatabase(t, { major: 18 })]
  const [from, to] = [await useRole(t, source), await useRole(t, target)]
  await isRefused(usePerson(t), ['move', '--from', from.url, '--to', to.url], {
    ...blocked(new RegExp(`✗ The role "${from.name}" may not replicate from the source`), new RegExp(`→ ALTER ROLE "${from.name}" REPLICATION`), new RegExp(`✗ The role "${from.name}" may not read`), /GRANT SELECT ON/),
    untouched: [source, target],
  })
})

test('a schema that differs from the source’s is shown object by object', async t => {
  const [source, target] = [await useDatabase(t, { major: 15, template: shop }), await useDatabase(t, { major: 18, template: 'CREATE TABLE orders (id integer PRIMARY KEY, item varchar(10)); CREATE TABLE extra (id integer)' })]
  await isRefused(usePerson(t), ['move', '--from', source.url, '--to', target.url, '--schema', 'existing'], { ...blocked(/✗ The two schemas differ in \d+ objects/, /extra/, /orders/, /→ Make the target as the source is/), untouched: [source, target] })
})

test('wal_level = replica offers the cold move, and the cold move works', async t => {
  const source = await useDatabaseOn(t, await useServer(t, { major: 15, config: { wal_level: 'replica', fsync: 'off' } }), { template: shop })
  const target = await useDatabase(t, { major: 18 })
  const person = usePerson(t)
  await isRefused(person, ['move', '--from', source.url, '--to', target.url], { ...blocked(/✗ The source runs with wal_level = replica: changes after the copy cannot be followed/, /--no-follow/), untouched: [source, target] })
  const { status, out } = await person.run('move', '--from', source.url, '--to', target.url, '--no-follow')
  assert.equal(status, 0, out)
  assert.match(out, /the move is switched/)
  assert.deepEqual(await target.query('SELECT count(*)::int AS n, sum(id)::int AS s FROM orders'), [{ n: 500, s: 125_250 }])
  await assert.rejects(source.query('INSERT INTO orders VALUES (0)'), /rehome|moved|frozen/i)
})

test('a source without a free slot', async t => {
  const source = await useDatabaseOn(t, await useServer(t, { major: 15, config: { max_replication_slots: '1', fsync: 'off' } }), { template: shop })
  const target = await useDatabase(t, { major: 18 })
  await isRefused(usePerson(t), ['move', '--from', source.url, '--to', target.url], { ...blocked(/✗ The source has 1 of one replication slot free, and a move takes 2|✗ The source has \d of .* free, and a move takes/, /→ .*max_replication_slots/), untouched: [source, target] })
})

test('a read-only standby on either side', async t => {
  const other = await useDatabase(t, { major: 18 })
  const server = await useServer(t, { major: 18, config: { fsync: 'off' } })
  await asStandby(server, async url => {
    for (const [side, from, to] of [['source', url, other.url], ['target', other.url, url]] as const) {
      await isRefused(usePerson(t), ['move', '--from', from, '--to', to], { ...blocked(new RegExp(`✗ The ${side} is a read-only standby: it cannot be frozen, followed or written to`), /→ Give the address of its primary/), untouched: [other] })
    }
  })
})
