import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { suite, test } from 'node:test'
import type { Anchor, Table } from '#domain/catalog.ts'
import type { Fault } from '#domain/faults.ts'
import { contextOf, useRole, useSession } from '#test/postgres/contexts.ts'
import { describeTable } from '#test/postgres/tables.ts'
import { type Scope, type TestDatabase, useDatabase, useDatabaseOn, useServer } from '#test/services/postgres.ts'
import { until } from '#test/services/until.ts'
import { anchor, reanchor, release } from './anchor.ts'
import type { Context } from './context.ts'
import type { Errand } from './holder.ts'
import { openPicture } from './picture.ts'
import { registered } from './register.ts'
import { subjectsOf } from './snapshot.ts'

const template = 'CREATE TABLE t (id integer PRIMARY KEY, name text); INSERT INTO t VALUES (1, \'before\')'

type Origin = { readonly database: TestDatabase; readonly context: Context; readonly stream: string; readonly table: Table }

const useOrigin = async (scope: Scope, major: 15 | 18 = 15): Promise<Origin> => {
  const database = await useDatabase(scope, { major, template })
  const context = contextOf(database.url)
  const stream = `rehome_${randomBytes(4).toString('hex')}_out`
  // Slots and holders go with the database.
  scope.after(async () => context[Symbol.asyncDispose]())
  return { database, context, stream, table: await describeTable(context, 't') }
}

const countIn = async (context: Context, { snapshot }: Anchor, table: Table): Promise<number> => {
  await using picture = await openPicture(context, snapshot)
  await using reader = await picture.reader()
  return await reader.count(table)
}

const isAlive = async (pid: number): Promise<boolean> => (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => 'Z')).split(' ')[2] !== 'Z' && (await readFile(`/proc/${pid}/stat`).then(() => true, () => false))
const isLost = (error: Fault): boolean => error.code === 'SNAPSHOT_LOST'

suite('anchors', { concurrency: true }, () => {
  for (const major of [15, 18] as const) {
    test(`a picture of PostgreSQL ${major} is held from exactly where its stream begins`, async scope => {
      const { database, context, stream, table } = await useOrigin(scope, major)
      const taken = await anchor(context, stream, { follow: true, tables: [table] })
      await database.query(`INSERT INTO t VALUES (2, 'after')`)
      assert.equal(await countIn(context, taken, table), 1)
      assert.equal(taken.followed, true)
      const [slot] = await database.query<{ plugin: string; begins: string }>(`SELECT plugin, lpad(split_part(confirmed_flush_lsn::text, '/', 1), 8, '0') || lpad(split_part(confirmed_flush_lsn::text, '/', 2), 8, '0') AS begins FROM pg_replication_slots WHERE slot_name = '${stream}'`)
      assert.deepEqual(slot, { plugin: 'pgoutput', begins: taken.position })
      assert.deepEqual((await registered(context)).map(r => `${r.kind} ${r.name}`), ['schema rehome', `publication ${stream}`, `session rehome holder ${stream}`, `slot ${stream}`])
    })
  }

  test('the holder outlives the mover, killed, and ends when it is let go', async scope => {
    const { database, context, stream, table } = await useOrigin(scope)
    const child = spawn(process.execPath, [join(import.meta.dirname, '../../../../test/postgres/anchor-and-wait.ts')], { stdio: ['pipe', 'pipe', 'inherit'] })
    scope.after(async () => { child.kill('SIGKILL') })
    child.stdin.end(JSON.stringify({ url: database.url, stream }))
    const [said] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    const taken = JSON.parse(said) as Anchor
    assert(taken.holder !== undefined && (await isAlive(taken.holder)))
    child.kill('SIGKILL')
    await once(child, 'exit')
    await new Promise(resolve => { setTimeout(resolve, 300) })
    assert(await isAlive(taken.holder))
    await database.query(`INSERT INTO t VALUES (2, 'after')`)
    assert.equal(await countIn(context, taken, table), 1)
    await release(context, stream, taken)
    await until('the holder ends', async () => taken.holder !== undefined && !(await isAlive(taken.holder)))
    await assert.rejects(countIn(context, taken, table), isLost)
    await release(context, stream, taken)
  })

  test('a holder that was refused, that nobody heard, or that is too old, ends by itself', async scope => {
    const { database, context, table } = await useOrigin(scope)
    const errand: Errand = { settings: { ...context.settings }, purpose: 'holder alone', placing: 'now', subjects: subjectsOf([table]), setUpWithinMs: 600_000, ageLimitMs: 500 }
    const start = (task: Errand): ReturnType<typeof spawn> => {
      const child = spawn(process.execPath, [join(import.meta.dirname, 'holder.ts')], { stdio: ['pipe', 'pipe', 'inherit'] })
      scope.after(async () => { child.kill('SIGKILL') })
      child.stdin.end(JSON.stringify(task))
      return child
    }
    const old = start(errand)
    const [said] = (await once(createInterface({ input: old.stdout ?? assert.fail() }), 'line')) as [string]
    assert.match(said, /"snapshot"/)
    assert.equal((await once(old, 'exit'))[0], 0)
    const refused = start({ ...errand, subjects: [{ id: '"public"."gone"', label: 'public.gone', columns: [] }] })
    assert.equal((await once(refused, 'exit', { signal: AbortSignal.timeout(10_000) }))[0], 1)
    const unheard = start({ ...errand, ageLimitMs: 600_000 })
    unheard.stdout?.destroy()
    assert.equal((await once(unheard, 'exit'))[0], 0)
    assert.deepEqual(await database.query(`SELECT FROM pg_stat_activity WHERE application_name = 'rehome holder alone' AND datname = current_database()`), [])
  })

  test('no password is to be seen in the holder’s arguments or environment', async scope => {
    const { database, context, stream, table } = await useOrigin(scope)
    const { holder } = await anchor(context, stream, { follow: false, tables: [table] })
    const password = new URL(database.url).password
    for (const file of ['cmdline', 'environ']) assert(!(await readFile(`/proc/${holder}/${file}`, 'utf8')).includes(password), file)
  })

  test('asked again, it drops the slot and the holder it finds and starts over', async scope => {
    const { database, context, stream, table } = await useOrigin(scope)
    const first = await anchor(context, stream, { follow: true, tables: [table] })
    await database.query(`INSERT INTO t VALUES (2, 'after')`)
    const second = await anchor(context, stream, { follow: true, tables: [table] })
    assert(second.position > first.position)
    assert.equal(await countIn(context, second, table), 2)
    await assert.rejects(countIn(context, first, table), isLost)
    await until('the first holder ends', async () => first.holder !== undefined && !(await isAlive(first.holder)))
    assert.equal((await database.query(`SELECT FROM pg_replication_slots WHERE slot_name = '${stream}'`)).length, 1)
  })

  test('releasing one picture leaves the other', async scope => {
    const { database, context, stream, table } = await useOrigin(scope)
    const first = await anchor(context, stream, { follow: true, tables: [table] })
    await database.query(`INSERT INTO t VALUES (2, 'after')`)
    const second = await reanchor(context, stream, [table])
    assert(second.position > first.position)
    assert.deepEqual([await countIn(context, first, table), await countIn(context, second, table)], [1, 2])
    await release(context, stream, first)
    await assert.rejects(countIn(context, first, table), isLost)
    assert.equal(await countIn(context, second, table), 2)
    assert.deepEqual(await database.query(`SELECT slot_name FROM pg_replication_slots WHERE database = current_database()`), [{ slot_name: stream }])
  })

  test('readers that are open go on when the picture is let go', async scope => {
    const { context, stream, table } = await useOrigin(scope)
    const taken = await anchor(context, stream, { follow: false, tables: [table] })
    await using picture = await openPicture(context, taken.snapshot)
    await using reader = await picture.reader()
    await release(context, stream, taken)
    assert.equal(await reader.count(table), 1)
    await assert.rejects(picture.reader(), isLost)
  })

  test('no table is changed or emptied while its picture is held', async scope => {
    const { database, context, stream, table } = await useOrigin(scope)
    await anchor(context, stream, { follow: false, tables: [table] })
    for (const statement of ['TRUNCATE t', 'ALTER TABLE t ADD COLUMN c integer', 'DROP TABLE t']) {
      const session = await useSession(scope, database.url)
      await session.query(`SET lock_timeout = 200`)
      await assert.rejects(session.query(statement), { code: '55P03' }, statement)
    }
    await database.query(`UPDATE t SET name = 'as ever'`)
  })

  test('a column that the catalog did not tell of is a changed schema, and nothing stays on the source', async scope => {
    const { database, context, stream, table } = await useOrigin(scope)
    await database.query('ALTER TABLE t ADD COLUMN late text')
    await assert.rejects(anchor(context, stream, { follow: true, tables: [table] }), (error: Fault) => error.code === 'SCHEMA_CHANGED' && /"late" is new/.test(error.message))
    const { columns } = await describeTable(context, 't')
    await database.query('ALTER TABLE t DROP COLUMN name')
    await assert.rejects(anchor(context, stream, { follow: true, tables: [{ ...table, columns }] }), (error: Fault) => error.code === 'SCHEMA_CHANGED' && /"name" is gone/.test(error.message))
    assert.deepEqual(await database.query('SELECT FROM pg_replication_slots WHERE database = current_database()'), [])
    assert.deepEqual(await database.query('SELECT FROM pg_publication'), [])
    assert.deepEqual(await database.query(`SELECT FROM pg_stat_activity WHERE application_name = 'rehome holder ${stream}'`), [])
  })

  test('a table emptied between the picture and its lock is found out, and a new picture is taken', async scope => {
    const { database, context, stream, table } = await useOrigin(scope)
    const truncating = await useSession(scope, database.url)
    await truncating.query(`BEGIN; TRUNCATE t; INSERT INTO t VALUES (7, 'new'), (8, 'new')`)
    const anchoring = anchor(context, stream, { follow: false, tables: [table] })
    await until('the holder waits for the lock', async () => (await database.query(`SELECT FROM pg_stat_activity WHERE application_name = 'rehome holder ${stream}' AND wait_event_type = 'Lock'`)).length > 0)
    await truncating.query('COMMIT')
    assert.equal(await countIn(context, await anchoring, table), 2)
  })

  test('a cold move’s picture asks for no more than reading, and writes nothing', async scope => {
    const { database, context, stream, table } = await useOrigin(scope)
    const role = await useRole(scope, database)
    await database.query(`GRANT SELECT ON t TO ${role.name}`)
    await using reading = contextOf(role.url)
    const taken = await anchor(reading, stream, { follow: false, tables: [table] })
    assert.equal(taken.followed, false)
    assert.equal(await countIn(reading, taken, table), 1)
    await release(reading, stream, taken)
    await assert.rejects(countIn(reading, taken, table), isLost)
    assert.deepEqual(await registered(context), [])
  })

  test('a cold move’s picture needs no logical log; following says that it does', async scope => {
    const server = await useServer(scope, { major: 18, config: { wal_level: 'replica' } })
    const database = await useDatabaseOn(scope, server, { template })
    await using context = contextOf(database.url)
    const table = await describeTable(context, 't')
    const taken = await anchor(context, 'rehome_cold_out', { follow: false, tables: [table] })
    assert.equal(await countIn(context, taken, table), 1)
    await assert.rejects(anchor(context, 'rehome_cold_out', { follow: true, tables: [table] }), (error: Fault) => error.code === 'STORE_REFUSED' && /wal_level/.test(error.message))
    await server.restart()
    await assert.rejects(countIn(context, taken, table), (error: Fault) => error.code === 'SNAPSHOT_LOST' || error.code === 'STORE_UNREACHABLE')
  })
})
