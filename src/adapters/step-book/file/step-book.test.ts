import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { BookLine } from '#domain/licence/move-book.ts'
import { until } from '#test/services/until.ts'
import { openStepBook } from './step-book.ts'

const useFolder = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'rehome-book-'))
  t.after(() => { rmSync(folder, { recursive: true, force: true }) })
  return join(folder, 'book')
}

const line = (n: number): BookLine => ({ at: n, line: 'refused', step: `step ${n}`, reason: 'because — 理由' })
const write = async (folder: string, ...lines: readonly BookLine[]): Promise<void> => {
  await using book = await openStepBook(folder)
  for (const one of lines) await book.append(one)
}
const refused = (code: string, reason: RegExp) => (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === code && reason.test(error.message)

test('what was written is there in its order, for its owner only', async t => {
  const folder = useFolder(t)
  await write(folder, line(1), line(2))
  await write(folder, line(3))
  await using book = await openStepBook(folder)
  assert.deepEqual([...book.lines], [line(1), line(2), line(3)])
  assert.equal(book.cutBytes, 0)
  assert.deepEqual([statSync(folder).mode & 0o777, statSync(join(folder, 'book.jsonl')).mode & 0o777, statSync(join(folder, 'held')).mode & 0o777], [0o700, 0o600, 0o600])
})

test('a last line that was torn is cut off, and the book goes on after the one before', async t => {
  const folder = useFolder(t)
  const file = join(folder, 'book.jsonl')
  await write(folder, line(1), line(2), line(3))
  const bytes = readFileSync(file)
  const second = bytes.indexOf('\n', bytes.indexOf('\n') + 1) + 1
  for (const size of [second + 1, second + 40, bytes.length - 1]) {
    writeFileSync(file, bytes)
    truncateSync(file, size)
    await using book = await openStepBook(folder)
    assert.deepEqual([book.lines.length, book.cutBytes], [2, size - second])
    await book.append(line(4))
  }
  await using book = await openStepBook(folder)
  assert.deepEqual([...book.lines], [line(1), line(2), line(4)])
  await book[Symbol.asyncDispose]()
  appendFileSync(file, `${'\0'.repeat(300)}\n`)
  await using after = await openStepBook(folder)
  assert.deepEqual([after.lines.length, after.cutBytes], [3, 301], 'a line that a power cut left as zeros')
})

test('a line that is whole and was changed, taken out or put elsewhere is refused, and nothing is touched', async t => {
  const folder = useFolder(t)
  const file = join(folder, 'book.jsonl')
  await write(folder, line(1), line(2), line(3))
  const whole = readFileSync(file, 'utf8')
  const [a = '', b = '', c = ''] = whole.split('\n')
  for (const [text, which] of [[whole.replace('step 2', 'step 9'), 2], [`${a}\n${c}\n`, 2], [`${a}\n${c}\n${b}\n`, 2], [`${a}\n${b}\n{}\n`, 3], [`${a}\n${b}\nhello\n`, 3], [whole.replace('step 3', 'step 4'), 3]] as const) {
    writeFileSync(file, text)
    await assert.rejects(openStepBook(folder), refused('STEP_BOOK_BROKEN', new RegExp(`line ${which} `)))
    assert.equal(readFileSync(file, 'utf8'), text)
  }
})

test('the book of another version is refused', async t => {
  const folder = useFolder(t)
  await write(folder, line(1))
  const file = join(folder, 'book.jsonl')
  writeFileSync(file, readFileSync(file, 'utf8').replace('rehome-licence-move/1', 'rehome-licence-move/2'))
  await assert.rejects(openStepBook(folder), refused('STEP_BOOK_NEWER', /has the format rehome-licence-move\/2; this Rehome reads rehome-licence-move\/1/))
})

test('one process at a time has the book; one that was killed is taken over from', async t => {
  const folder = useFolder(t)
  {
    await using _book = await openStepBook(folder)
    await assert.rejects(openStepBook(folder), refused('STEP_BOOK_HELD', new RegExp(`Another process \\(${process.pid}\\)`)))
  }
  const code = `import { openStepBook } from '#adapters/step-book/file/step-book.ts'
    const book = await openStepBook(process.argv[1]); for (let n = 1; ; n++) { await book.append({ at: n, line: 'refused', step: 'step ' + n, reason: 'because — 理由' }); if (process.send) process.send(n) }`
  let told = 0
  for (let lives = 0; lives < 3; lives++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', code, folder], { cwd: join(import.meta.dirname, '../../../..'), stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    const exited = once(child, 'exit')
    t.after(() => { child.kill('SIGKILL') })
    let last = 0
    child.on('message', n => { last = Number(n) })
    await until('some lines', () => last > 20, { withinMs: 30_000 })
    await assert.rejects(openStepBook(folder), refused('STEP_BOOK_HELD', new RegExp(`\\(${child.pid}\\)`)))
    child.kill('SIGKILL')
    await exited
    told += last
    await using book = await openStepBook(folder)
    assert.ok(book.lines.length >= told, `${told} lines were on disk when it was told so, ${book.lines.length} are there`)
    told = book.lines.length
  }
})

test('what cannot be written is told in a sentence', async t => {
  const folder = useFolder(t)
  writeFileSync(folder, 'a file')
  await assert.rejects(openStepBook(folder), refused('STEP_BOOK_NOT_WRITTEN', /cannot be written: EEXIST/))
})
