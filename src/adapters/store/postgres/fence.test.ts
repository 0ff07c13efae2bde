import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from '#domain/faults.ts'
import type { TableId } from '#domain/stream.ts'
import { contextOf, useRole, useSession } from '#test/postgres/contexts.ts'
import { useDatabase, useDatabaseOn, useServer } from '#test/services/postgres.ts'
import { startTcpProxy } from '#test/services/tcp-proxy.ts'
import { until } from '#test/services/until.ts'
import { cleanUp } from './clean-up.ts'
import { applierPass, arm, fence, isFenced, thaw } from './fence.ts'
import { fencedTables } from './fence-trigger.ts'
import { registered } from './register.ts'

const shop = `CREATE TABLE orders (id int PRIMARY KEY, what text); INSERT INTO orders VALUES (1, 'tea'); CREATE TABLE lines (id int PRIMARY KEY);
  CREATE TABLE log (at date, what text) PARTITION BY RANGE (at); CREATE TABLE log_25 PARTITION OF log FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
  CREATE TABLE "ta""ble; drop" (id int); CREATE TABLE neighbours (id int)`
const tables = ['"public"."orders"', '"public"."lines"', '"public"."log_25"', '"public"."ta""ble; drop"'].map(id => ({ id: id as TableId }))
const frozen = { code: '25006', message: /^writes are frozen: this database is being moved by Rehome$/ }

for (const major of [15, 18] as const) {
  suite(`PostgreSQL ${major}`, () => {
    test('arming stops nobody, is registered first, reaches the partitioned table above, and does nothing twice', async t => {
      const database = await useDatabase(t, { major, template: shop })
      await using context = contextOf(database.url)
      await arm(context, tables)
      const oids = await database.query('SELECT oid FROM pg_trigger ORDER BY oid')
      await arm(context, tables)
      assert.deepEqual(await database.query('SELECT oid FROM pg_trigger ORDER BY oid'), oids)
      assert.equal(oids.length, 5)
      assert.deepEqual((await registered(context)).filter(created => created.kind === 'trigger').map(created => created.name).toSorted(), [...tables.map(table => table.id), '"public"."log"'].toSorted())
      await database.query(`INSERT INTO orders VALUES (2); UPDATE orders SET what = 'x'; DELETE FROM orders; TRUNCATE lines; INSERT INTO log VALUES ('2025-05-05', 'x')`)
      assert.equal(await isFenced(context), false)
    })

    test('every way to write is stopped, for the superuser and for a session that claims to be a replica, and goes on after the thaw', async t => {
      const database = await useDatabase(t, { major, template: shop })
      await using context = contextOf(database.url)
      await arm(context, tables)
      await fence(context, tables, 2_000)
      assert.equal(await isFenced(context), true)
      const owner = await useRole(t, database)
      await database.query(`GRANT ALL ON ALL TABLES IN SCHEMA public TO ${owner.name}`)
      const plain = await useSession(t, owner.url)
      const replica = await useSession(t, database.url)
      await replica.query('SET session_replication_role = replica')
      const writes = [`INSERT INTO orders VALUES (9)`, `INSERT INTO orders VALUES (1) ON CONFLICT DO NOTHING`, `UPDATE orders SET what = 'y' WHERE false`, `DELETE FROM orders`, `TRUNCATE orders`, `TRUNCATE log_25`,
        `INSERT INTO log VALUES ('2025-05-05', 'x')`, `DELETE FROM log`, `INSERT INTO log_25 VALUES ('2025-05-05', 'x')`, `COPY orders FROM PROGRAM 'echo 9'`, `INSERT INTO "ta""ble; drop" VALUES (1)`,
        `WITH w AS (DELETE FROM lines RETURNING id) SELECT FROM w`, `DO $$ BEGIN EXECUTE 'DELETE FROM public.lines'; END $$`, `MERGE INTO lines USING (SELECT 1 AS id) s ON false WHEN NOT MATCHED THEN INSERT VALUES (s.id)`]
      for (const session of [replica, plain]) {
        for (const write of writes.filter(sql => session === replica || !sql.includes('PROGRAM'))) await assert.rejects(session.query(write), frozen, write)
        assert.equal((await session.query('SELECT FROM orders')).rowCount, 1, 'reading goes on')
      }
      await plain.query('SET default_transaction_read_only = off; BEGIN READ WRITE')
      await assert.rejects(plain.query('DELETE FROM orders'), frozen)
      await plain.query('ROLLBACK')
      await database.query('INSERT INTO neighbours VALUES (1)')
      await thaw(context)
      assert.equal(await isFenced(context), false)
      for (const write of writes.filter(sql => !sql.includes('PROGRAM'))) await plain.query(write)
    })

    test('a transaction whose snapshot is older than the fence, and than everything of ours, is stopped as well', async t => {
      const database = await useDatabase(t, { major, template: shop })
      await using context = contextOf(database.url)
      const [first, second] = [await useSession(t, database.url), await useSession(t, database.url)]
      await first.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM orders')
      await arm(context, tables)
      await second.query('BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT FROM orders')
      await fence(context, tables, 2_000)
      await assert.rejects(first.query(`UPDATE orders SET what = 'late'`), frozen)
      await assert.rejects(second.query(`INSERT INTO orders VALUES (7)`), frozen)
    })

    test('a transaction that wrote before the fence is waited out, and what it wrote is there', async t => {
      const database = await useDatabase(t, { major, template: shop })
      await using context = contextOf(database.url)
      await arm(context, tables)
      const session = await useSession(t, database.url)
      await session.query('BEGIN; INSERT INTO orders VALUES (2)')
      const fencing = fence(context, tables, 5_000)
      await sleep(700)
      assert.equal(await isFenced(context), false)
      await session.query('INSERT INTO orders VALUES (3); INSERT INTO lines VALUES (1)') // it may go on while it is waited for
      await session.query('COMMIT')
      await fencing
      assert.equal(await isFenced(context), true)
      assert.deepEqual(await database.query('SELECT id FROM orders ORDER BY id'), [{ id: 1 }, { id: 2 }, { id: 3 }])
      await assert.rejects(session.query('INSERT INTO orders VALUES (4)'), frozen)
    })

    test('a writer that queued behind the fence is refused when it gets its turn', async t => {
      const database = await useDatabase(t, { major, template: shop })
      await using context = contextOf(database.url)
      await arm(context, tables)
      const [holder, writer] = [await useSession(t, database.url), await useSession(t, database.url)]
      await writer.query(`PREPARE write AS INSERT INTO lines VALUES (1)`)
      await holder.query('BEGIN; INSERT INTO "ta""ble; drop" VALUES (2)') // the last to be locked: it is made last
      const fencing = fence(context, tables, 5_000)
      let queued: Promise<unknown> | undefined
      for (let tries = 0; queued === undefined && tries < 2_000; tries += 1) {
        const [waits] = await database.query<{ held: boolean }>(`SELECT bool_or(granted AND relation = 'lines'::regclass) AND bool_or(NOT granted) AS held FROM pg_locks WHERE mode = 'ShareRowExclusiveLock'`)
        if (waits?.held === true) queued = assert.rejects(writer.query('EXECUTE write'), frozen)
        else await sleep(5)
      }
      await holder.query('COMMIT')
      await Promise.all([fencing, queued])
      assert.deepEqual(await database.query('SELECT FROM lines'), [])
    })

    test('writers who lock the tables in another order than we do, without a pause, cannot keep the fence from closing', async t => {
      const database = await useDatabase(t, { major, template: shop })
      await using context = contextOf(database.url)
      await arm(context, tables)
      let committed = 1
      let isOver = false
      const writers = [1, 2, 3, 4, 5, 6, 7, 8].map(async writer => {
        const session = await useSession(t, database.url)
        for (let n = 0; !isOver; n += 1) {
          try {
            await session.query('BEGIN')
            await session.query(`INSERT INTO "ta""ble; drop" VALUES (${n})`)
            await session.query(`INSERT INTO lines VALUES (${writer * 1_000_000 + n})`)
            await session.query(`INSERT INTO orders VALUES (${writer * 1_000_000 + n})`)
            await session.query('COMMIT')
            committed += 1
          } catch (error) {
            assert.equal((error as { code?: string }).code, frozen.code)
            await session.query('ROLLBACK')
          }
        }
      })
      await until('they write', () => committed > 40)
      await fence(context, tables, 1_000)
      const [at] = await database.query('SELECT count(*)::int AS orders, (SELECT count(*)::int FROM lines) AS lines FROM orders')
      await sleep(100)
      isOver = true
      await Promise.all(writers)
      assert.deepEqual(at, { orders: committed, lines: committed - 1 }, 'what was committed when the fence closed is what there is')
      assert.deepEqual(await database.query('SELECT count(*)::int AS orders, (SELECT count(*)::int FROM lines) AS lines FROM orders'), [at])
    })

    test('a fence that cannot be closed in time says who is in the way and leaves everybody writing', async t => {
      const database = await useDatabase(t, { major, template: shop })
      await using context = contextOf(database.url)
      const session = await useSession(t, database.url)
      await session.query(`BEGIN; INSERT INTO orders VALUES (2, 'a value of the customer')`)
      const begun = performance.now()
      await assert.rejects(fence(context, tables, 600.4), (fault: Fault) => {
        assert.equal(fault.code, 'FENCE_BUSY')
        assert.match(fault.message, /within 600 ms: process \d+ of postgres \(shop\) holds RowExclusiveLock on public\.orders, idle in transaction since \d\.\d s/)
        return !fault.message.includes('a value')
      })
      assert.ok(performance.now() - begun < 1_500)
      await session.query('INSERT INTO orders VALUES (3); COMMIT')
      await session.query('INSERT INTO lines VALUES (3)')
      assert.equal(await isFenced(context), false)
      assert.deepEqual(await database.query(`SELECT FROM pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND mode = 'ShareRowExclusiveLock'`), [])
    })

    test('a prepared transaction in the way is named', async t => {
      const database = await useDatabase(t, { major, template: shop })
      await using context = contextOf(database.url)
      const gid = `gid-${database.name}`
      await database.query(`BEGIN; INSERT INTO orders VALUES (2); PREPARE TRANSACTION '${gid}'`)
      try {
        await assert.rejects(fence(context, tables, 300), new RegExp(`prepared transaction ${gid} holds RowExclusiveLock on public.orders, open since`))
      } finally {
        await database.query(`ROLLBACK PREPARED '${gid}'`)
      }
      await fence(context, tables, 2_000)
    })

    test('a table that came since, one whose trigger was disabled, and one that was renamed are fenced too', async t => {
      const database = await useDatabase(t, { major, template: shop })
      await using context = contextOf(database.url)
      await arm(context, tables)
      await database.query('CREATE TABLE later (id int); ALTER TABLE lines DISABLE TRIGGER ALL; ALTER TABLE orders RENAME TO purchases; CREATE TABLE log_26 PARTITION OF log FOR VALUES FROM ($$2026-01-01$$) TO ($$2027-01-01$$)')
      const writer = await useSession(t, database.url)
      await writer.query('BEGIN; INSERT INTO purchases VALUES (50)')
      await assert.rejects(fence(context, tables, 300), /holds RowExclusiveLock on public\.purchases/)
      await writer.query('COMMIT')
      await fence(context, [...tables, { id: '"public"."later"' as TableId }, { id: '"public"."log_26"' as TableId }], 2_000)
      for (const table of ['later', 'lines', 'purchases', 'log_26', 'log']) await assert.rejects(database.query(`DELETE FROM ${table}`), frozen, table)
      assert.ok((await registered(context)).some(created => created.name === '"public"."later"'))
    })

    test('an applier with the pass writes through the fence, and nobody else guesses it', async t => {
      const database = await useDatabase(t, { major, template: shop })
      await using context = contextOf(database.url)
      await arm(context, tables)
      await fence(context, tables, 2_000)
      const session = await useSession(t, database.url)
      for (const guess of ['', 'x', 'null']) {
        await session.query(`SELECT set_config('rehome.applier', $1, false)`, [guess])
        await assert.rejects(session.query('INSERT INTO orders VALUES (5)'), frozen)
      }
      await session.query('SET session_replication_role = replica')
      await session.query(`SELECT set_config('rehome.applier', $1, false)`, [await applierPass(context)])
      await session.query('INSERT INTO orders VALUES (5); TRUNCATE lines')
      assert.match(await applierPass(context), /^[0-9a-f]{64}$/)
    })

    test('a hostile search path cannot change what the fence reads', async t => {
      const database = await useDatabase(t, { major, template: shop })
      await using context = contextOf(database.url)
      await arm(context, tables)
      await fence(context, tables, 2_000)
      const session = await useSession(t, database.url)
      await session.query(`CREATE SCHEMA trap; CREATE FUNCTION trap.never(bigint, int) RETURNS boolean LANGUAGE sql AS 'SELECT false'; CREATE OPERATOR trap.= (LEFTARG = bigint, RIGHTARG = int, FUNCTION = trap.never);
        CREATE FUNCTION trap.current_setting(text, boolean) RETURNS text LANGUAGE sql AS 'SELECT pass FROM rehome.fence_pass'; SET search_path = trap, pg_catalog, public`)
      await assert.rejects(session.query('DELETE FROM public.orders'), frozen)
    })

    test('arming steps aside for a long transaction: neighbours who come later do not queue behind us', async t => {
      const database = await useDatabase(t, { major, template: shop })
      await using context = contextOf(database.url)
      const [long, neighbour] = [await useSession(t, database.url), await useSession(t, database.url)]
      await long.query('BEGIN; INSERT INTO orders VALUES (100)')
      const arming = arm(context, tables)
      let longestMs = 0
      for (let n = 0; n < 60; n += 1) {
        const begun = performance.now()
        await neighbour.query('INSERT INTO orders VALUES ($1)', [200 + n])
        longestMs = Math.max(longestMs, performance.now() - begun)
        await sleep(20)
      }
      await long.query('COMMIT')
      await arming
      assert.ok(longestMs < 350, `a neighbour waited ${longestMs} ms`)
      assert.ok((await fencedTables(context.query, [])).every(table => table.state === 'armed'))
    })

    test('arming ends when it is told to', async t => {
      const database = await useDatabase(t, { major, template: shop })
      await using context = contextOf(database.url)
      const long = await useSession(t, database.url)
      await long.query('BEGIN; INSERT INTO orders VALUES (100)')
      await assert.rejects(arm(context, tables, AbortSignal.timeout(400)), /aborted/)
    })

    test('a role that only owns the tables can do all this: arm, freeze, let its appliers through, thaw, clean up', async t => {
      const database = await useDatabase(t, { major, template: shop })
      const [owner, app] = [await useRole(t, database), await useRole(t, database)]
      await database.query(`GRANT CREATE ON DATABASE ${database.name} TO ${owner.name}; DO $$ DECLARE t record; BEGIN FOR t IN SELECT oid::regclass AS id FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO ${owner.name}; GRANT ALL ON %s TO ${app.name}', t.id, t.id); END LOOP; END $$`)
      await using context = contextOf(owner.url)
      await arm(context, tables)
      await fence(context, tables, 2_000)
      const sessions = [await useSession(t, app.url), await useSession(t, owner.url), await useSession(t, database.url)]
      for (const session of sessions) await assert.rejects(session.query('DELETE FROM orders'), frozen)
      await sessions[1]?.query(`SELECT set_config('rehome.applier', $1, false)`, [await applierPass(context)])
      await sessions[1]?.query('INSERT INTO orders VALUES (8)')
      await thaw(context)
      await sessions[0]?.query('DELETE FROM orders')
      await cleanUp(context)
      assert.deepEqual(await database.query(`SELECT FROM pg_trigger WHERE tgname = 'rehome_fence' UNION ALL SELECT FROM pg_namespace WHERE nspname = 'rehome'`), [])
    })

    test('a database next to it never notices', async t => {
      const [database, other] = await Promise.all([useDatabase(t, { major, template: shop }), useDatabase(t, { major, template: shop })])
      await using context = contextOf(database.url)
      await arm(context, tables)
      await fence(context, tables, 2_000)
      await other.query('INSERT INTO orders VALUES (2)')
    })
  })
}

test('thawing and asking where Rehome never was creates nothing', async t => {
  const database = await useDatabase(t, { major: 18 })
  await using context = contextOf(database.url)
  await thaw(context)
  assert.equal(await isFenced(context), false)
  assert.deepEqual(await database.query(`SELECT FROM pg_namespace WHERE nspname = 'rehome'`), [])
})

test('killed while it waits for its locks, the fencing session leaves the source open', async t => {
  const database = await useDatabase(t, { major: 15, template: shop })
  await using context = contextOf(database.url)
  const long = await useSession(t, database.url)
  await long.query('BEGIN; INSERT INTO orders VALUES (100)')
  const fencing = assert.rejects(fence(context, tables, 30_000), (fault: Fault) => fault.code === 'STORE_UNREACHABLE')
  for (let killed = false; !killed; await sleep(5)) {
    const [row] = await database.query<{ killed: boolean }>(
      `SELECT bool_or(pg_terminate_backend(a.pid)) AS killed FROM pg_stat_activity a JOIN pg_locks l USING (pid) WHERE a.application_name = 'rehome fence' AND l.mode = 'ShareRowExclusiveLock' AND a.datname = current_database()`)
    killed = row?.killed === true
  }
  await fencing
  await long.query('INSERT INTO lines VALUES (1); COMMIT')
  assert.equal(await isFenced(context), false)
})

test('cut off while it holds all its locks, the mover loses them to the server, and the source is open', async t => {
  const database = await useDatabase(t, { major: 18, template: shop })
  await using proxy = await startTcpProxy(Number(new URL(database.url).port))
  const url = new URL(database.url)
  url.port = String(proxy.port)
  const context = contextOf(url.href)
  await arm(context, tables)
  proxy.delay(150)
  const fencing = fence(context, tables, 60_000)
  fencing.catch(() => { /* it ends when the network does */ })
  await until('the locks are held', async () => (await database.query(
    `SELECT FROM pg_locks WHERE mode = 'ShareRowExclusiveLock' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)).length === 5, { everyMs: 2 })
  proxy.stall()
  const begun = performance.now()
  await database.query('INSERT INTO lines VALUES (1)')
  const waitedMs = performance.now() - begun
  assert.ok(waitedMs > 500 && waitedMs < 4_000, `the product waited ${waitedMs} ms`)
  await proxy.cut()
  await assert.rejects(fencing)
  await context[Symbol.asyncDispose]()
  await using direct = contextOf(database.url)
  assert.equal(await isFenced(direct), false)
})

test('a closed fence outlives a crash of the server, and so does the thaw', async t => {
  const server = await useServer(t, { major: 18, config: { synchronous_commit: 'off', wal_writer_delay: '10s' } })
  const database = await useDatabaseOn(t, server, { template: shop })
  await using context = contextOf(database.url)
  await arm(context, tables)
  await fence(context, tables, 2_000)
  await server.kill()
  await server.restart()
  await assert.rejects(database.query('DELETE FROM orders'))
  await assert.rejects(database.query('DELETE FROM orders'), frozen)
  await thaw(context)
  await server.kill()
  await server.restart()
  await database.query('SELECT 1').catch(() => { /* the pool's session died with the server */ })
  await database.query('DELETE FROM lines')
})

test('two thousand tables are armed in seconds and fenced well within one', async t => {
  const template = `DO $$ BEGIN FOR n IN 1..2000 LOOP EXECUTE format('CREATE TABLE t%s (id int)', n); END LOOP; END $$`
  const database = await useDatabase(t, { major: 15, template })
  await using context = contextOf(database.url)
  const many = Array.from({ length: 2_000 }, (_, n) => ({ id: `"public"."t${n + 1}"` as TableId }))
  const clock = async (work: Promise<unknown>): Promise<number> => { const begun = performance.now(); await work; return Math.round(performance.now() - begun) }
  const armMs = await clock(arm(context, many))
  const fenceMs = await clock(fence(context, many, 5_000))
  const thawMs = await clock(thaw(context))
  t.diagnostic(`arm ${armMs} ms, fence ${fenceMs} ms, thaw ${thawMs} ms`)
  assert.ok(armMs < 30_000 && fenceMs < 1_000 && thawMs < 100, `arm ${armMs}, fence ${fenceMs}, thaw ${thawMs}`)
})

test('autovacuum, which yields only to a patient lock, gives way to arming and to the fence', async t => {
  const server = await useServer(t, { major: 15, config: { autovacuum_naptime: '1s', fsync: 'off' } })
  const database = await useDatabaseOn(t, server, {
    template: `${shop}; ALTER TABLE lines SET (autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1, autovacuum_vacuum_insert_threshold = 0, autovacuum_vacuum_insert_scale_factor = 0)`,
  })
  await using context = contextOf(database.url)
  await database.query('INSERT INTO lines SELECT generate_series(10, 100000)')
  const isVacuuming = async (): Promise<boolean> => (await database.query(
    `SELECT FROM pg_stat_activity JOIN pg_locks USING (pid) WHERE backend_type = 'autovacuum worker' AND relation = 'lines'::regclass AND mode = 'ShareUpdateExclusiveLock' AND granted`)).length > 0
  for (const step of [() => arm(context, tables, AbortSignal.timeout(20_000)), () => fence(context, tables, 8_000)]) {
    while (!await isVacuuming()) await sleep(50)
    await step()
  }
  assert.equal(await isFenced(context), true)
})
