import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test, type TestContext } from 'node:test'
import { z } from 'zod'
import { childrenOf, isAlive } from '#adapters/embedded-postgres/process.ts'
import { checkEvidence } from '#domain/evidence.ts'
import { until } from '#test/services/until.ts'

const lineSchema = z.looseObject({ type: z.string(), text: z.string().optional(), phase: z.string().optional(), state: z.string().optional() })
type Line = z.infer<typeof lineSchema>

const checkout = join(import.meta.dirname, '../..')

const useState = async (t: TestContext): Promise<string> => {
  const state = await mkdtemp(join(tmpdir(), 'rehome-demo.test-'))
  t.after(() => rm(state, { recursive: true }))
  return state
}

/** The demo as its own process. `hear` gets its lines; its state is kept in a directory of the test's. */
const startDemo = async (t: TestContext, hear: (line: Line, pid: number) => void, before?: string): Promise<{ pid: number; state: string; ended: Promise<unknown> }> => {
  const state = before ?? await useState(t)
  const child = spawn(process.execPath, [join(checkout, 'bin/rehome.cjs'), 'demo', '--json'], { cwd: state, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, REHOME_HOME: state } })
  const pid = child.pid ?? assert.fail('the demo did not start')
  createInterface({ input: child.stdout }).on('line', line => hear(lineSchema.parse(JSON.parse(line)), pid))
  return { pid, state, ended: once(child, 'exit').then(([status, signal]: unknown[]) => status ?? signal) }
}

const leftBy = async (pid: number): Promise<string[]> => (await readdir(tmpdir())).filter(name => name.startsWith(`rehome-demo-${pid}-`))

test('the demo moves a shop out, back and out again, loses nothing, leaves only the evidence', async t => {
  const lines: Line[] = []
  const { pid, state, ended } = await startDemo(t, line => lines.push(line))
  assert.equal(await ended, 0)
  const said = lines.map(line => line.text ?? '').join('\n')
  for (const part of [/The shop now runs in its new home/, /Back in the old home/, /In the new home again/, /nothing lost, nothing doubled/, /The neighbour in the shared home wrote on throughout: \d+ transactions, none lost/]) assert.match(said, part)
  assert.equal(lines.filter(line => line.type === 'freeze' && line.state === 'ended').length, 3)
  for (const name of ['nordlicht.evidence.json', 'nordlicht.evidence.back.json', 'nordlicht.evidence.out-2.json']) assert.ok(checkEvidence(await readFile(join(state, 'demo', name), 'utf8')).ok, name)
  assert.deepEqual(await leftBy(pid), [])
  assert.deepEqual(await readdir(join(state, 'moves')), [])
})

const isCopying = (line: Line): boolean => line.type === 'phase' && line.phase === 'copy' && line.state === 'begins'

test('the demo that is stopped in the middle ends everything within seconds and leaves nothing', async t => {
  let [stoppedAt, started]: [number, number[]] = [0, []]
  const { pid, state, ended } = await startDemo(t, (line, of) => {
    if (!isCopying(line)) return
    [stoppedAt, started] = [performance.now(), childrenOf(of)]
    process.kill(of, 'SIGINT')
  })
  assert.equal(await ended, 130)
  assert.ok(performance.now() - stoppedAt < 10_000, `it took ${Math.round(performance.now() - stoppedAt)} ms`)
  assert.ok(started.length >= 6, `two servers, two shops, a proxy, customers: ${started.length} processes`)
  assert.deepEqual(started.filter(isAlive), [])
  assert.deepEqual(await leftBy(pid), [])
  assert.deepEqual(await readdir(join(state, 'moves')), [])
})

test('what a demo that was killed has left, servers included, is removed by the next', async t => {
  let started: number[] = []
  const first = await startDemo(t, (line, of) => {
    if (!isCopying(line)) return
    started = childrenOf(of)
    process.kill(of, 'SIGKILL')
  })
  assert.equal(await first.ended, 'SIGKILL')
  const [left = assert.fail('it left no directory')] = await leftBy(first.pid)
  const servers = await Promise.all([15, 18].map(async major => Number((await readFile(join(tmpdir(), left, `postgres-${major}`, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0])))
  assert.deepEqual(servers.filter(isAlive), servers)
  const next = await startDemo(t, (line, of) => { if (line.text?.startsWith('Starting two homes') === true) process.kill(of, 'SIGINT') }, first.state)
  assert.equal(await next.ended, 130)
  assert.deepEqual([await leftBy(first.pid), await leftBy(next.pid), servers.filter(isAlive)], [[], [], []])
  await until('everything else has ended by itself', () => !started.some(isAlive))
  assert.deepEqual(await readdir(join(first.state, 'moves')), [])
})
