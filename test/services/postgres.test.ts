import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { isAlive } from '#adapters/embedded-postgres/process.ts'
import { useDatabase, useDatabaseOn, useServer } from './postgres.ts'
import { until } from './until.ts'

for (const major of [15, 18] as const) {
  test(`a test gets a fresh database on ${major}, filled by its template`, async t => {
    const template = 'CREATE TABLE fruit (name text PRIMARY KEY); INSERT INTO fruit VALUES ($$apple$$)'
    const [one, two] = await Promise.all([useDatabase(t, { major, template }), useDatabase(t, { major, template, config: { lock_timeout: '7s' } })])
    await one.query('INSERT INTO fruit VALUES ($1)', ['pear'])
    assert.deepEqual(await one.query('SELECT count(*)::int AS n FROM fruit'), [{ n: 2 }])
    assert.deepEqual(await two.query('SELECT count(*)::int AS n FROM fruit'), [{ n: 1 }])
    assert.deepEqual(await two.query('SELECT 1; SHOW lock_timeout'), [{ lock_timeout: '7s' }])
    const [version] = await one.query<{ v: string }>("SELECT current_setting('server_version') AS v")
    assert.match(version?.v ?? '', new RegExp(`^${major}\\.`))
  })
}

test('a database is gone when its test has ended, even while a slot streams from it', async t => {
  let name = ''
  await t.test('inner', async inner => {
    const database = await useDatabase(inner, { major: 18 })
    name = database.name
    await database.query(`SELECT pg_create_logical_replication_slot('slot_${name}', 'pgoutput')`)
  })
  const other = await useDatabase(t, { major: 18 })
  assert.deepEqual(await other.query('SELECT FROM pg_database WHERE datname = $1', [name]), [])
})

test('a server of its own keeps what was acknowledged through a kill', async t => {
  const server = await useServer(t, { major: 15 })
  const database = await useDatabaseOn(t, server, { template: 'CREATE TABLE kept (n int)' })
  await database.query('INSERT INTO kept VALUES (1)')
  await server.kill()
  await assert.rejects(database.query('SELECT 1'))
  await server.restart()
  assert.deepEqual(await database.query('SELECT n FROM kept'), [{ n: 1 }])
})

test('a test process that is killed leaves no server of its own', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', `
    import { useServer } from '#test/services/postgres.ts'
    const server = await useServer({ after() {} }, { major: 15 })
    process.stdout.write(server.pid + ' ' + server.directory)
    setInterval(() => {}, 1000)`], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  const [pid, directory = ''] = said.toString().split(' ')
  assert.ok(isAlive(Number(pid)))
  child.kill('SIGKILL')
  await until('the server to end', () => !isAlive(Number(pid)))
  await until('its directory to go', () => !existsSync(directory))
})
