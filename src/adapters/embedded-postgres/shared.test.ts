import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'
import pg from 'pg'
import { ask } from '#test/services/keeper-client.ts'
import { keeperDirectory } from '#test/services/keeper-protocol.ts'
import { until } from '#test/services/until.ts'
import { readCluster } from './cluster.ts'
import { removePostgres, startPostgres } from './launcher.ts'
import { postmasterOf } from './postmaster.ts'
import { sharePostgres } from './shared.ts'

const script = join(import.meta.dirname, '../../../test/services/server-user.ts')

/** One for all: each test leaves its server stopped. */
const directory = join(keeperDirectory, `own-18-${randomBytes(6).toString('hex')}`)
before(() => ask({ ask: 'own', directory }))
after(async () => {
  await removePostgres(directory)
  await ask({ ask: 'disown', directory })
})

const postmaster = async (): Promise<number | undefined> => {
  const cluster = await readCluster(directory)
  return cluster === undefined ? undefined : (await postmasterOf(cluster.data))?.pid
}

type User = { readonly url: string; letGo(): Promise<void>; kill(): Promise<void> }

/** Another process, once it has the server. */
const useUser = async (t: TestContext): Promise<User> => {
  const child = spawn(process.execPath, [script, directory], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => { said += text })
  t.after(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const [url = ''] = await until('a process that has the server', () => { assert.equal(child.exitCode, null); return said.includes('\n') && said.split('\n') }, { withinMs: 60_000 })
  return {
    url,
    async letGo() {
      child.stdin.write('go\n')
      assert.deepEqual(await ended, [0, null])
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

const answers = async (url: string): Promise<boolean> => {
  const session = new pg.Client({ connectionString: url })
  await session.connect()
  await session.end()
  return true
}

test('a server is up as long as one process needs it, whoever started it, and the last one stops it', async t => {
  const first = await useUser(t)
  const [second, third] = await Promise.all([useUser(t), useUser(t)])
  const pid = await postmaster()
  await first.letGo()
  assert.ok(await answers(second.url))
  await third.letGo()
  assert.ok(await answers(second.url))
  assert.equal(await postmaster(), pid, 'it is the same one')
  await second.letGo()
  assert.equal(await postmaster(), undefined)
})

test('of processes that begin in the same instant each has it until it lets go, however soon the others do', async t => {
  for (let round = 0; round < 2; round++) {
    const users = Promise.all([useUser(t), useUser(t).then(async user => { await user.letGo() })])
    const [stays] = await users
    assert.ok(await answers(stays.url))
    // It stops the server while the next one asks for it.
    const [, next] = await Promise.all([stays.letGo(), useUser(t)])
    assert.ok(await answers(next.url))
    await next.letGo()
    assert.equal(await postmaster(), undefined)
  }
})

test('a process that was killed needs it no more, and leaves nothing behind', async t => {
  const [killed, other] = await Promise.all([useUser(t), useUser(t)])
  await killed.kill()
  assert.ok(await answers(other.url))
  await other.letGo()
  assert.equal(await postmaster(), undefined)
  assert.deepEqual(await readdir(join(directory, 'users')), [])
})

test('one that is up without anybody who shares it is left as it was by who borrows it, and stopped by who does not', async () => {
  await startPostgres({ major: 18, directory })
  { await using _borrowed = await sharePostgres({ major: 18, directory }, { borrowed: true }) }
  assert.notEqual(await postmaster(), undefined)
  { await using _own = await sharePostgres({ major: 18, directory }) }
  assert.equal(await postmaster(), undefined)
})
