import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, lstat, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import pg from 'pg'
import { ask } from '#test/services/keeper-client.ts'
import { keeperDirectory } from '#test/services/keeper-protocol.ts'
import { useServer } from '#test/services/postgres.ts'
import { until } from '#test/services/until.ts'
import { findBinaries, majors, readyBinaries } from './binaries.ts'
import { freePort } from './port.ts'
import { removePostgres, startPostgres } from './launcher.ts'
import { isAlive } from './process.ts'
import { runAs, spawnAs } from './run-as.ts'

const query = async (url: string, sql: string): Promise<Record<string, unknown>[]> => {
  const session = new pg.Client({ connectionString: url })
  session.on('error', () => { /* the statement under way rejects with it */ })
  await session.connect()
  try {
    return (await session.query<Record<string, unknown>>(sql)).rows
  } finally {
    await session.end()
  }
}

for (const major of majors) {
  test(`a server of ${major} listens on 127.0.0.1 only, asks for its password, and keeps no socket elsewhere`, async t => {
    const server = await useServer(t, { major })
    const [row] = await query(server.superuserUrl(), `SELECT current_setting('listen_addresses') AS listens, current_setting('unix_socket_directories') AS sockets,
      current_setting('password_encryption') AS password, current_setting('wal_level') AS wal, current_setting('fsync') AS fsync, current_setting('server_version') AS version,
      current_setting('server_encoding') AS encoding, current_setting('max_replication_slots') AS slots`)
    assert.partialDeepStrictEqual(row, { listens: '127.0.0.1', sockets: '', password: 'scram-sha-256', wal: 'logical', fsync: 'on', encoding: 'UTF8', slots: '20' })
    assert.match(String(row?.['version']), new RegExp(`^${major}\\.`))
    assert.ok(server.port >= 20_000 && server.port <= 31_999)
    const wrong = new URL(server.superuserUrl())
    wrong.password = 'wrong'
    await assert.rejects(query(wrong.href, 'SELECT 1'), { code: '28P01' })
  })

  test(`text is ordered by code point on ${major}, and upper case is not only ASCII's`, async t => {
    const server = await useServer(t, { major })
    const [row] = await query(server.superuserUrl(), `SELECT string_agg(word, ' ' ORDER BY word) AS words, upper('é') AS upper FROM unnest(ARRAY['é', 'a', 'B', 'z']) AS word`)
    assert.deepEqual(row, { words: 'B a z é', upper: 'É' })
  })

  test(`extensions that customers use are there on ${major}`, async t => {
    const server = await useServer(t, { major })
    await query(server.superuserUrl(), 'CREATE EXTENSION citext; CREATE EXTENSION hstore; CREATE EXTENSION pgcrypto; CREATE EXTENSION pg_trgm; CREATE EXTENSION "uuid-ossp"')
  })

  test(`a killed server of ${major} starts again with every row it acknowledged`, async t => {
    const server = await useServer(t, { major })
    await query(server.superuserUrl(), 'CREATE TABLE kept (n int PRIMARY KEY)')
    const { acknowledged, busy } = await writeUntilKilled(server.superuserUrl(), () => server.kill())
    await server.restart()
    const [row] = await query(server.superuserUrl(), 'SELECT count(*)::int AS n, max(n) AS last FROM kept')
    assert.ok(acknowledged > 100, `only ${acknowledged} rows were written`)
    assert.ok(Number(row?.['n']) >= acknowledged, `${acknowledged} were acknowledged, ${String(row?.['n'])} are there`)
    assert.ok(!isAlive(busy))
  })
}

test('kill leaves no process of the server, though one of them computes and another is stopped', async t => {
  const server = await useServer(t, { major: 18 })
  const sessions = [new pg.Client(server.superuserUrl()), new pg.Client(server.superuserUrl())]
  const pids: number[] = []
  for (const session of sessions) {
    session.on('error', () => { /* it is killed on purpose */ })
    await session.connect()
    pids.push(Number((await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid))
  }
  t.after(() => { for (const pid of pids.filter(isAlive)) process.kill(pid, 'SIGKILL') })
  const computing = assert.rejects(sessions[0]?.query("SELECT count(*) FROM generate_series(1, 1e12::bigint)") ?? Promise.resolve())
  process.kill(pids[1] ?? 0, 'SIGSTOP')
  const before = server.pid
  await server.kill()
  assert.deepEqual([before, ...pids].filter(isAlive), [])
  await computing
  await server.restart()
  assert.notEqual(server.pid, before)
})

test('a server that outlived its starter is taken over with its data', async t => {
  const directory = await scratch(t)
  const starter = spawn(process.execPath, ['--input-type=module', '-e', `
    import { startPostgres } from '#adapters/embedded-postgres/launcher.ts'
    const server = await startPostgres({ major: 15, directory: ${JSON.stringify(directory)} })
    process.stdout.write(server.pid + ' ' + server.superuserUrl())
    setInterval(() => {}, 1000)`], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = (await once(starter.stdout, 'data')) as [Buffer]
  const [pid, url = ''] = said.toString().split(' ')
  await query(url, 'CREATE TABLE here (n int)')
  starter.kill('SIGKILL')
  await once(starter, 'exit')
  await using server = await startPostgres({ major: 15, directory })
  assert.equal(server.pid, Number(pid))
  assert.equal(server.superuserUrl(), url)
  assert.deepEqual(await query(url, 'SELECT n FROM here'), [])
})

test('two that start the same directory at once share one server', async t => {
  const directory = await scratch(t)
  const [one, two, three] = await Promise.all([1, 2, 3].map(() => startPostgres({ major: 18, directory })))
  assert.equal(one?.pid, two?.pid)
  assert.equal(one?.pid, three?.pid)
  await one?.stop()
})

test('a server found running with other settings is restarted with the ones asked for', async t => {
  const directory = await scratch(t)
  const first = await startPostgres({ major: 18, directory })
  await using second = await startPostgres({ major: 18, directory, config: { work_mem: '8MB' } })
  assert.notEqual(second.pid, first.pid)
  assert.deepEqual(await query(second.superuserUrl(), 'SHOW work_mem'), [{ work_mem: '8MB' }])
})

test('a pid file that names a process of somebody else does not keep the server from starting', async t => {
  const directory = await scratch(t)
  const server = await startPostgres({ major: 15, directory })
  const file = join(directory, 'data/postmaster.pid')
  const lines = await readFile(file, 'utf8')
  await server.kill()
  // Of the server's own user: the one whose number the server would take for a postmaster's.
  const other = spawn('sleep', ['60'], { ...spawnAs(runAs()), cwd: '/', stdio: 'ignore' })
  t.after(() => other.kill('SIGKILL'))
  await writeFile(file, lines.replace(/^\d+/, String(other.pid)))
  await using again = await startPostgres({ major: 15, directory })
  assert.ok(isAlive(again.pid))
  assert.ok(isAlive(other.pid ?? 0))
})

test('a port that was taken meanwhile is given up for another', async t => {
  const directory = await scratch(t)
  const server = await startPostgres({ major: 15, directory })
  const { port } = server
  await server.stop()
  const squatter = createServer().listen(port, '127.0.0.1')
  await once(squatter, 'listening')
  t.after(() => { squatter.close() })
  await using again = await startPostgres({ major: 15, directory })
  assert.notEqual(again.port, port)
  assert.deepEqual(await query(again.superuserUrl(), 'SELECT 1 AS n'), [{ n: 1 }])
})

test('what keeps a server from starting is said in its own words', async t => {
  const directory = await scratch(t)
  await assert.rejects(startPostgres({ major: 18, directory, config: { work_mem: 'plenty' } }), { code: 'SERVER_NOT_STARTED', message: /invalid value for parameter "work_mem": "plenty"/ })
  await assert.rejects(startPostgres({ major: 15, directory }), { code: 'SERVER_NOT_STARTED', message: /holds data of PostgreSQL 18/ })
})

test('a start that is called off ends, and leaves no server', async t => {
  const directory = await scratch(t)
  await assert.rejects(startPostgres({ major: 18, directory, signal: AbortSignal.abort(new Error('called off')) }), { message: 'called off' })
  const stop = new AbortController()
  const starting = assert.rejects(startPostgres({ major: 18, directory, signal: stop.signal }), { name: 'AbortError' })
  const pid = await until('the postmaster', async () => Number((await readFile(join(directory, 'data/postmaster.pid'), 'utf8')).split('\n')[0]) || undefined, { everyMs: 1 })
  stop.abort()
  await starting
  assert.ok(!isAlive(pid))
})

test('the password is readable to its owner only, and in no command line', async t => {
  const server = await useServer(t, { major: 18 })
  const password = decodeURIComponent(new URL(server.superuserUrl()).password)
  assert.equal((await stat(join(server.directory, 'data/rehome.json'))).mode & 0o077, 0)
  assert.ok(!spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).stdout.includes(password))
})

test('remove leaves neither process nor files', async t => {
  const directory = await scratch(t)
  const server = await startPostgres({ major: 15, directory })
  const { pid } = server
  await server.remove()
  assert.ok(!isAlive(pid))
  await assert.rejects(lstat(directory), { code: 'ENOENT' })
})

test('a directory that the server’s user may not enter gets its data elsewhere', async t => {
  const closed = await mkdtemp(join(tmpdir(), 'rehome-closed-'))
  t.after(() => rm(closed, { recursive: true, force: true }))
  const directory = join(closed, 'server')
  await ask({ ask: 'own', directory })
  const server = await startPostgres({ major: 15, directory })
  const data = await realpath(join(directory, 'data'))
  assert.equal(data.startsWith(await realpath(closed)), process.getuid?.() !== 0, data)
  assert.deepEqual(await query(server.superuserUrl(), 'SELECT 1 AS n'), [{ n: 1 }])
  await server.remove()
  await assert.rejects(stat(data), { code: 'ENOENT' })
})

test('programs that the server’s user cannot reach, or that lack their links, are copied to where it can', async t => {
  const { postgres, version } = await findBinaries(18, runAs())
  const closed = await mkdtemp(join(tmpdir(), 'rehome-closed-'))
  const cache = await mkdtemp(join(tmpdir(), 'rehome-cache-'))
  await chmod(cache, 0o755)
  t.after(async () => {
    await chmod(join(closed, 'native/lib'), 0o755)
    await Promise.all([closed, cache].map(directory => rm(directory, { recursive: true, force: true })))
  })
  const native = join(closed, 'native')
  await cp(dirname(dirname(postgres)), native, { recursive: true, filter: async from => !(await lstat(from)).isSymbolicLink() })
  await chmod(join(native, 'lib'), 0o555)
  const ready = await readyBinaries({ major: 18, native, version }, runAs(), cache)
  assert.equal(ready.postgres, join(cache, `postgres-${version}`, 'bin/postgres'))
  assert.match(spawnSync(ready.postgres, ['--version'], { ...spawnAs(runAs()), encoding: 'utf8', cwd: '/' }).stdout, /PostgreSQL\) 18/)
  assert.deepEqual(await readyBinaries({ major: 18, native, version }, runAs(), cache), ready)
})

test('a free port is in the range that systems do not hand out', async () => {
  const port = await freePort()
  assert.ok(port >= 20_000 && port <= 31_999)
})

/** Writes one row a transaction; kills in the middle. `acknowledged`: the rows that the server said it had. */
const writeUntilKilled = async (url: string, kill: () => Promise<void>): Promise<{ acknowledged: number; busy: number }> => {
  const session = new pg.Client({ connectionString: url })
  session.on('error', () => { /* it is killed on purpose */ })
  await session.connect()
  const busy = Number((await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid)
  let acknowledged = 0
  const writing = (async () => {
    for (;;) {
      await session.query('INSERT INTO kept VALUES ($1)', [acknowledged])
      acknowledged += 1
    }
  })()
  writing.catch(() => { /* awaited below */ })
  await until('rows to be written', () => acknowledged > 300)
  await kill()
  await assert.rejects(writing)
  await session.end().catch(() => { /* its socket is gone */ })
  return { acknowledged, busy }
}

/** A directory whose server is stopped and deleted even if this process dies. */
const scratch = async (t: TestContext): Promise<string> => {
  const directory = join(keeperDirectory, `scratch-${Math.random().toString(36).slice(2)}`)
  await ask({ ask: 'own', directory })
  t.after(async () => {
    await removePostgres(directory)
    await ask({ ask: 'disown', directory })
  })
  return directory
}
