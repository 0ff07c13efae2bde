import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { Fault } from '#domain/faults.ts'
import { masked } from '#lib/masked.ts'
import { until } from '#test/services/until.ts'
import { type Command, endGroup, runCommand, type Running } from './command.ts'

const useFolder = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'command-'))
  t.after(() => { rmSync(folder, { recursive: true, force: true }) })
  return folder
}

const runsOf = (t: TestContext) => {
  const folder = useFolder(t)
  const begun: Running[] = []
  const run = (script: string, more: Partial<Command> = {}, signal = new AbortController().signal) => runCommand(
    { name: 'test', run: [process.execPath, '-e', script], folder, seconds: 20, environment: {}, ...more },
    { folder, secrets: ['s3cret', 's3cret-and-more'], began: async running => { begun.push(running) }, signal },
  )
  return { folder, begun, run }
}

const isThere = (process_: number): boolean => {
  try {
    process.kill(process_, 0)
    return !readFileSync(`/proc/${process_}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

test('a command gets its words as they are, the variables that it was given and no others, and no shell', async t => {
  const { folder, run } = runsOf(t)
  process.env['NOT_FOR_COMMANDS'] = 'x'
  t.after(() => { delete process.env['NOT_FOR_COMMANDS'] })
  const words = [`$(touch ${join(folder, 'shell')})`, '; exit 3', '*']
  const ran = await run('console.log(JSON.stringify([process.argv.slice(1), Object.keys(process.env)])); console.error("my s3cret-and-more and s3cret")', { run: [process.execPath, '-e', 'console.log(JSON.stringify([process.argv.slice(1), Object.keys(process.env)])); console.error("my s3cret-and-more and s3cret")', ...words], environment: { ONLY: '1' } })
  assert.deepEqual([ran.code, JSON.parse(ran.said)], [0, [words, ['ONLY']]])
  assert.match(ran.output, /my \*\*\* and \*\*\*/)
  assert.equal(existsSync(join(folder, 'shell')), false)
  assert.equal(masked('the abc of abcdef', ['abc', 'abcdef']), 'the abc of ***', 'what is too short to be a secret stays')
})

test('a command that does not end in its time is ended with what it began, though neither hears that it should', async t => {
  const { folder, begun, run } = runsOf(t)
  const deaf = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);`
  const ran = await run(`${deaf} const c = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(deaf)}], { stdio: 'ignore' }); require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'child'))}, String(c.pid))`, { seconds: 1.5 })
  assert.deepEqual([ran.code, ran.why], [null, 'time'])
  const child = Number(readFileSync(join(folder, 'child'), 'utf8'))
  await until('both are gone', () => !isThere(child) && !isThere(begun[0]?.process ?? 0))
})

test('what a start command leaves behind lives on; ended as a group, it does not', async t => {
  const { folder, begun, run } = runsOf(t)
  const ran = await run(`const c = require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore' }); c.unref(); require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'service'))}, String(c.pid))`)
  const service = Number(readFileSync(join(folder, 'service'), 'utf8'))
  assert.deepEqual([ran.code, isThere(service)], [0, true])
  const [running] = begun
  assert.ok(running !== undefined)
  await endGroup(running)
  await until('the service is gone', () => !isThere(service))
})

test('a number that is another process’s by now is let be', async t => {
  const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { detached: true, stdio: 'ignore' })
  t.after(() => { other.kill('SIGKILL') })
  await once(other, 'spawn')
  await endGroup({ process: other.pid ?? 0, start: '1' })
  assert.deepEqual([isThere(other.pid ?? 0), other.signalCode], [true, null])
})

test('how much a command writes is bounded, and a program that is not there is a fault', async t => {
  const { run } = runsOf(t)
  const long = await run('process.stdout.write("x".repeat(300_000) + "the end")')
  assert.ok(long.output.endsWith('the end') && long.output.length <= 8_192)
  assert.equal((await run('setInterval(() => process.stdout.write("x".repeat(4_000_000)), 5)')).why, 'output')
  await assert.rejects(run('', { run: ['/no/such/program'] }), (error: unknown) => error instanceof Fault && error.code === 'APPLICATION_COMMAND')
  await assert.rejects(run('', { user: 'nobody-of-that-name' }), (error: unknown) => error instanceof Fault && error.code === 'APPLICATION_COMMAND' && /no user/.test(error.message))
})
