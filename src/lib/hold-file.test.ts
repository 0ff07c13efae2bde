import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { test, type TestContext } from 'node:test'
import { until } from '#test/services/until.ts'
import { holdFile } from './hold-file.ts'

const useFolder = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'hold-'))
  t.after(() => { rmSync(folder, { recursive: true, force: true }) })
  return folder
}

// Run as a process of its own: it takes the file again and again, and writes down when it has it and when it lets go.
const [, , taking, diary] = process.argv
if (taking !== undefined && diary !== undefined) {
  process.once('disconnect', () => process.exit())
  for (let n = 0; ; n++) {
    const held = holdFile(taking)
    if ('heldBy' in held) {
      if (n % 100 === 0) await setImmediate()
      continue
    }
    appendFileSync(diary, `${process.pid} has it\n`)
    await sleep(Math.random() * 3)
    appendFileSync(diary, `${process.pid} lets go\n`)
    await held[Symbol.asyncDispose]()
  }
}

test('who is second is told who is first, and has it when the first lets go, and nothing lies about', async t => {
  const folder = useFolder(t)
  const first = holdFile(join(folder, 'held'))
  assert.ok(!('heldBy' in first))
  assert.deepEqual(holdFile(join(folder, 'held')), { heldBy: process.pid })
  await first[Symbol.asyncDispose]()
  const second = holdFile(join(folder, 'held'))
  assert.ok(!('heldBy' in second))
  await second[Symbol.asyncDispose]()
  assert.deepEqual(readdirSync(folder), [])
})

test('a file that cannot be written is said, not called held', t => {
  assert.throws(() => holdFile(join(useFolder(t), 'no', 'such', 'folder')), { code: 'ENOENT' })
})

test('of processes that take it, let go of it and are killed with it, never two have it', async t => {
  const folder = useFolder(t)
  const [file, diary] = [join(folder, 'held'), join(folder, 'diary')]
  const start = (): ChildProcess => fork(import.meta.filename, [file, diary], { stdio: 'ignore' })
  const children = Array.from({ length: 4 }, start)
  t.after(() => { for (const child of children) child.kill('SIGKILL') })
  const lines = (): string[] => (existsSync(diary) ? readFileSync(diary, 'utf8').trim().split('\n') : [])
  const killed: (number | undefined)[] = []
  for (let round = 0; round < 24; round++) {
    const had = lines().length
    await until('it is had some more', () => lines().length > had + 20, { withinMs: 30_000 })
    const child = children.shift() ?? assert.fail('none is left')
    const over = once(child, 'exit')
    child.kill('SIGKILL')
    await over
    appendFileSync(diary, `${child.pid} is gone\n`)
    killed.push(child.pid)
    children.push(start())
  }
  let having = ''
  for (const line of lines()) {
    const [pid = '', ...said] = line.split(' ')
    if (said.join(' ') === 'has it') {
      // One that is killed with it is written down a little after its lock has ended.
      assert.ok(having === '' || killed.includes(Number(having)), `${pid} has it while ${having} has it`)
      having = pid
    } else if (having === pid) having = ''
  }
})
