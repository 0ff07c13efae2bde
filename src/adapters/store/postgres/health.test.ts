import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { contextOf, useRole, useSession } from '#test/postgres/contexts.ts'
import { useDatabase, useDatabaseOn, useServer } from '#test/services/postgres.ts'
import { health } from './health.ts'

for (const major of [15, 18] as const) {
  suite(`PostgreSQL ${major}`, () => {
    test('an idle source bears nothing, and says so in milliseconds', async t => {
      const database = await useDatabase(t, { major, template: `DO $$ BEGIN FOR n IN 1..2000 LOOP EXECUTE format('CREATE TABLE t%s (id int)', n); END LOOP; END $$` })
      await using context = contextOf(database.url)
      const holder = await useSession(t, database.url, { application_name: 'rehome holder' })
      await holder.query(`BEGIN; DO $$ BEGIN FOR n IN 1..2000 LOOP EXECUTE format('LOCK TABLE t%s IN ACCESS SHARE MODE', n); END LOOP; END $$`)
      await health(context, 'm1_out')
      const times: number[] = []
      for (let n = 0; n < 20; n += 1) {
        const begun = performance.now()
        const now = await health(context, 'm1_out')
        times.push(performance.now() - begun)
        assert.match(now.position, /^[0-9A-F]{16}$/)
        assert.deepEqual([now.retainedBytes, now.lockWaitMs], [0, 0])
      }
      const median = times.toSorted((a, b) => a - b)[10] ?? 0
      t.diagnostic(`${median.toFixed(1)} ms beside 2,000 locks`)
      assert.ok(median < 30, `${median} ms`)
    })

    test('what a slot keeps, how old a picture is, and how long somebody waits for us is told, to a plain user too', async t => {
      // A slot waits for every transaction of its server: not for those of other tests.
      const database = await useDatabaseOn(t, await useServer(t, { major, config: { fsync: 'off' } }), { template: 'CREATE TABLE orders (id int)' })
      const role = await useRole(t, database, 'REPLICATION')
      await database.query(`GRANT ALL ON orders TO ${role.name}`)
      await using context = contextOf(role.url)
      const slot = `rehome_${database.name}`
      await database.query(`SELECT pg_create_logical_replication_slot('${slot}', 'pgoutput')`)
      await database.query(`INSERT INTO orders SELECT generate_series(1, 20000)`)
      const [holder, waiter, third] = [await useSession(t, role.url, { application_name: 'rehome holder m1' }), await useSession(t, database.url), await useSession(t, database.url)]
      await holder.query('BEGIN ISOLATION LEVEL REPEATABLE READ; LOCK TABLE orders IN SHARE MODE; SELECT FROM orders LIMIT 1')
      const waiting = waiter.query('INSERT INTO orders VALUES (1)')
      await third.query('BEGIN; LOCK TABLE pg_description IN ACCESS SHARE MODE')
      await sleep(400)
      const now = await health(context, slot)
      assert.ok(now.retainedBytes > 1_000_000, `retained ${now.retainedBytes}`)
      assert.ok(now.snapshotMs >= 400 && now.snapshotMs < 20_000, `snapshot ${now.snapshotMs}`)
      assert.ok(now.lockWaitMs >= 300 && now.lockWaitMs < 20_000, `lock ${now.lockWaitMs}`)
      await holder.query('COMMIT')
      await waiting
      const later = await health(context, slot)
      assert.ok(later.lockWaitMs === 0 && later.snapshotMs === 0, `${later.lockWaitMs} ${later.snapshotMs}`)
    })

    test('who waits for somebody else is not held against us', async t => {
      const database = await useDatabase(t, { major, template: 'CREATE TABLE orders (id int)' })
      await using context = contextOf(database.url)
      const [holder, waiter] = [await useSession(t, database.url), await useSession(t, database.url)]
      await holder.query('BEGIN; LOCK TABLE orders')
      const waiting = waiter.query('SELECT FROM orders')
      await sleep(100)
      assert.equal((await health(context, 'none')).lockWaitMs, 0)
      await holder.query('COMMIT')
      await waiting
    })
  })
}
