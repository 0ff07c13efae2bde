import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test, type TestContext } from 'node:test'
import type { Status } from '#wire/control.ts'
import { knownMoves, say } from './client.ts'
import { socketFile, statusFile } from './place.ts'
import { listenForCommands } from './server.ts'

const useFolder = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'rehome-socket-'))
  t.after(() => { rmSync(folder, { recursive: true }) })
  return join(folder, 'moves')
}
const status = (move: string, at = '2026-05-04T20:00:00.000Z'): Status => ({
  move, tenant: 'shop', source: 's', target: 't', pid: 1, startedAt: at, at, stage: 'copying', leg: 'out', cold: false, waitsFor: [], copiedBytes: 0, plannedBytes: 0,
})

test('a command reaches the mover of the move it names, and its answer comes back', async t => {
  const folder = useFolder(t)
  await using _one = await listenForCommands(folder, 'one', command => ({ ok: true, says: `one heard ${command.verb}` }))
  await using _two = await listenForCommands(folder, 'two', () => ({ ok: false, says: 'not now', allowed: ['settle'] }))
  assert.deepEqual(await say(folder, 'one', { verb: 'throttle', jobs: 2 }), { ok: true, says: 'one heard throttle' })
  assert.deepEqual(await say(folder, 'two', { verb: 'cutover', approvedBy: 'x' }), { ok: false, says: 'not now', allowed: ['settle'] })
  assert.equal(await say(folder, 'three', { verb: 'pause' }), undefined)
})

test('what is no command is refused, and the mover goes on listening', async t => {
  const folder = useFolder(t)
  await using _server = await listenForCommands(folder, 'one', () => ({ ok: true, says: 'fine' }))
  for (const line of ['{', 'null', '{"verb":"drop"}', '{"verb":"pause","extra":1}', '{"verb":"cutover"}', '{"verb":"throttle","jobs":0}', '{"verb":"throttle","jobs":1e9}']) {
    const socket = connect(socketFile(folder, 'one'))
    socket.end(`${line}\n`)
    assert.match(await text(socket), /^\{"ok":false,"says":"That is (no command|not JSON)/, line)
  }
  assert.equal((await say(folder, 'one', { verb: 'pause' }))?.ok, true)
})

test('a socket that a killed mover left is replaced, and gone when the mover ends', async t => {
  const folder = useFolder(t)
  mkdirSync(folder)
  const left = createServer()
  await new Promise<void>(resolve => left.listen(join(folder, 'one.sock'), resolve))
  writeFileSync(statusFile(folder, 'one'), JSON.stringify(status('one')))
  await new Promise<void>(resolve => { left.close(() => resolve()) })
  writeFileSync(join(folder, 'one.sock'), '')
  assert.deepEqual((await knownMoves(folder)).map(m => m.isRunning), [false])
  {
    await using _server = await listenForCommands(folder, 'one', () => ({ ok: true, says: 'fine' }))
    assert.equal(statSync(socketFile(folder, 'one')).mode & 0o777, 0o600)
    assert.deepEqual((await knownMoves(folder)).map(m => m.isRunning), [true])
  }
  assert.equal(existsSync(socketFile(folder, 'one')), false)
})

test('the newest move is told first, and a file that is no status is passed over', async t => {
  const folder = useFolder(t)
  await using server = await listenForCommands(folder, 'b', () => ({ ok: true, says: 'fine' }))
  server.keep(status('b', '2026-05-04T20:00:01.000Z'))
  for (const [name, content] of [['a', JSON.stringify(status('a'))], ['c', '{'], ['d', '{"move":"d"}'], ['e', JSON.stringify({ ...status('e'), password: 'x' })]] as const) writeFileSync(statusFile(folder, name), content)
  assert.deepEqual((await knownMoves(folder)).map(m => m.move), ['b', 'a'])
  assert.equal(statSync(statusFile(folder, 'b')).mode & 0o777, 0o600)
  assert.deepEqual(JSON.parse(readFileSync(statusFile(folder, 'b'), 'utf8')), status('b', '2026-05-04T20:00:01.000Z'))
})

test('a folder with a long path has its sockets in one of this user’s alone', async t => {
  const folder = join(useFolder(t), 'l'.repeat(120))
  const path = socketFile(folder, 'one')
  assert.ok(Buffer.byteLength(path) < 108)
  assert.equal(statSync(join(path, '..')).mode & 0o777, 0o700)
  await using _server = await listenForCommands(folder, 'one', () => ({ ok: true, says: 'fine' }))
  assert.equal((await say(folder, 'one', { verb: 'pause' }))?.ok, true)
})
