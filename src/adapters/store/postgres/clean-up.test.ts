import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Fault } from '#domain/faults.ts'
import type { TableId } from '#domain/stream.ts'
import { contextOf, useSession } from '#test/postgres/contexts.ts'
import type { EmbeddedPostgres } from '#adapters/embedded-postgres/launcher.ts'
import { useDatabaseOn, useServer } from '#test/services/postgres.ts'
import { cleanUp } from './clean-up.ts'
import { arm, fence } from './fence.ts'
import { register } from './register.ts'

const shop = 'CREATE TABLE orders (id int PRIMARY KEY); CREATE TABLE lines (id int PRIMARY KEY)'
const tables = ['"public"."orders"', '"public"."lines"'].map(id => ({ id: id as TableId }))
const traces = `SELECT 'slot' AS kind, slot_name::text AS name FROM pg_replication_slots WHERE database = current_database() UNION ALL SELECT 'publication', pubname FROM pg_publication
  UNION ALL SELECT 'trigger', tgname FROM pg_trigger WHERE NOT tgisinternal UNION ALL SELECT 'schema', nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('public', 'information_schema')
  UNION ALL SELECT 'function', proname FROM pg_proc WHERE pronamespace <> 'pg_catalog'::regnamespace AND pronamespace <> 'information_schema'::regnamespace
  UNION ALL SELECT 'event trigger', evtname FROM pg_event_trigger UNION ALL SELECT 'origin', roname FROM pg_replication_origin WHERE roname LIKE '%' || current_database() ORDER BY 1, 2`

for (const major of [15, 18] as const) {
  suite(`PostgreSQL ${major}`, () => {
    // A slot waits for every transaction of its server: not for those of other tests.
    let server: EmbeddedPostgres
    const ends: (() => Promise<void>)[] = []
    before(async () => { server = await useServer({ after: end => { ends.push(end) } }, { major, config: { fsync: 'off' } }) })
    after(async () => { for (const end of ends) await end() })
    test('everything of ours goes, registered or only named like ours, and nothing else; a second time there is nothing to do', async t => {
      const database = await useDatabaseOn(t, server, { template: shop })
      await using context = contextOf(database.url)
      const { name } = database
      await database.query(`CREATE PUBLICATION theirs FOR TABLE orders; CREATE SCHEMA app; CREATE FUNCTION app.check_it() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TRIGGER rehome_fence BEFORE INSERT ON lines EXECUTE FUNCTION app.check_it(); ALTER TABLE lines RENAME TO rows; CREATE TABLE lines (id int)`)
      await database.query(`SELECT pg_create_logical_replication_slot('theirs_${name}', 'pgoutput')`)
      const untouched = await database.query(traces)
      const begun = new Date().toISOString()
      await register(context, 'slot', `m1_${name}`)
      await register(context, 'slot', 'never_made')
      await register(context, 'publication', 'm1')
      await register(context, 'origin', `m1_${name}`)
      await register(context, 'session', 'rehome holder m1')
      await database.query(`SELECT pg_create_logical_replication_slot('m1_${name}', 'pgoutput'), pg_create_logical_replication_slot('rehome_${name}', 'pgoutput')`)
      await database.query(`SELECT pg_replication_origin_create('m1_${name}'); CREATE PUBLICATION m1 FOR TABLE orders; CREATE PUBLICATION rehome_lost;
        CREATE FUNCTION rehome_noted() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER rehome_ddl ON ddl_command_end EXECUTE FUNCTION rehome_noted()`)
      await arm(context, tables)
      await fence(context, tables, 2_000)
      const holder = await useSession(t, database.url, { application_name: `rehome holder m1` })
      const theirs = await useSession(t, database.url, { application_name: 'rehomes' })
      const removed = await cleanUp(context)
      assert.deepEqual(removed.map(created => `${created.kind} ${created.name}`).toSorted(), ['event trigger rehome_ddl', `origin m1_${name}`, 'publication m1', 'publication rehome_lost', 'schema rehome',
        'session rehome holder m1', `slot m1_${name}`, `slot rehome_${name}`, 'trigger "public"."lines"', 'trigger "public"."orders"'])
      assert.ok((removed.find(created => created.name === 'm1')?.at ?? '') >= begun)
      await database.query('DROP FUNCTION rehome_noted()')
      assert.deepEqual(await database.query(traces), untouched)
      await assert.rejects(holder.query('SELECT 1'))
      await theirs.query('INSERT INTO orders VALUES (1); INSERT INTO lines VALUES (1)')
      assert.deepEqual(await cleanUp(context), [])
    })

    test('a slot that our own walsender reads is dropped; one that somebody else reads is not taken from under them', async t => {
      const database = await useDatabaseOn(t, server, { template: shop })
      await using context = contextOf(database.url)
      const start = async (slot: string, application: string): Promise<void> => {
        await database.query(`CREATE PUBLICATION ${slot}`)
        await database.query(`SELECT pg_create_logical_replication_slot('${slot}', 'pgoutput')`)
        const reader = await useSession(t, database.url, { application_name: application, replication: 'database' } as object)
        void reader.query(`START_REPLICATION SLOT ${slot} LOGICAL 0/0 (proto_version '1', publication_names '${slot}')`).catch(() => { /* it is cut off */ })
        while ((await database.query('SELECT FROM pg_replication_slots WHERE slot_name = $1 AND active', [slot])).length === 0);
      }
      await start(`rehome_${database.name}`, 'rehome stream')
      assert.deepEqual((await cleanUp(context)).map(created => created.kind), ['slot', 'publication'])
      await start(`rehome_${database.name}`, 'warehouse')
      await assert.rejects(cleanUp(context, { giveUpMs: 300 }), (fault: Fault) => fault.code === 'CLEAN_UP_BUSY' && /process \d+ \(warehouse\) reads the slot rehome_/.test(fault.message))
    })

    test('slots, fences and sessions of the database next to it stay', async t => {
      const [database, other] = await Promise.all([useDatabaseOn(t, server, { template: shop }), useDatabaseOn(t, server, { template: shop })])
      await using context = contextOf(database.url)
      await using next = contextOf(other.url)
      await register(context, 'slot', `rehome_${other.name}`)
      await register(next, 'slot', `rehome_${other.name}`)
      await other.query(`SELECT pg_create_logical_replication_slot('rehome_${other.name}', 'pgoutput')`)
      await fence(next, tables, 2_000)
      const holder = await useSession(t, other.url, { application_name: 'rehome holder' })
      const untouched = await other.query(traces)
      await cleanUp(context)
      assert.deepEqual(await other.query(traces), untouched)
      await holder.query('SELECT 1')
      await assert.rejects(other.query('DELETE FROM orders'), { code: '25006' })
      await cleanUp(next)
    })

    test('a schema of somebody else by our name stays', async t => {
      const database = await useDatabaseOn(t, server, { template: `${shop}; CREATE SCHEMA rehome; CREATE TABLE rehome.created (kind text, name text)` })
      await using context = contextOf(database.url)
      assert.deepEqual(await cleanUp(context), [])
      await database.query('TABLE rehome.created')
    })

    test('while a reader is in the way the product goes on, its reads and its writes, and the next try ends the work', async t => {
      const database = await useDatabaseOn(t, server, { template: shop })
      await using context = contextOf(database.url)
      await fence(context, tables, 2_000)
      const [long, neighbour] = [await useSession(t, database.url, { application_name: 'report' }), await useSession(t, database.url)]
      await long.query('BEGIN; SELECT FROM orders')
      const cleaning = assert.rejects(cleanUp(context, { giveUpMs: 900 }), (fault: Fault) => fault.code === 'CLEAN_UP_BUSY' && /\(report\) holds AccessShareLock on public.orders/.test(fault.message))
      while ((await context.query('SELECT FROM rehome.fence_flag WHERE last_value = 1')).length > 0);
      let longestMs = 0
      for (let n = 0; n < 40; n += 1) {
        const begun = performance.now()
        await neighbour.query('INSERT INTO orders VALUES ($1)', [n])
        longestMs = Math.max(longestMs, performance.now() - begun)
      }
      await cleaning
      assert.ok(longestMs < 350, `a neighbour waited ${longestMs} ms`)
      await long.query('COMMIT')
      await cleanUp(context)
      assert.deepEqual(await database.query(traces), [])
    })
  })
}
