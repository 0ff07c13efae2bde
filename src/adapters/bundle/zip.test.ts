import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, utimesSync, writeFileSync, writeSync, closeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { test, type TestContext } from 'node:test'
import { Fault } from '#domain/faults.ts'
import { type Zipped, zipOf } from './zip.ts'

const never = new AbortController().signal

const useFolder = (t: TestContext): { readonly tree: string; readonly zip: string; readonly out: string } => {
  const folder = mkdtempSync(join(tmpdir(), 'zip-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  for (const name of ['tree', 'out']) mkdirSync(join(folder, name))
  return { tree: join(folder, 'tree'), zip: join(folder, 'files.zip'), out: join(folder, 'out') }
}

const packed = async (tree: string, zip: string): Promise<Zipped> => {
  const counted: Zipped = { files: 0, others: 0 }
  await pipeline(Readable.from(zipOf(tree, counted, never)), createWriteStream(zip))
  return counted
}

const sum = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')

test('B4 a tree is one ZIP that every program opens: names of any script, empty files and folders, large ones, times', async t => {
  const { tree, zip, out } = useFolder(t)
  const files: Readonly<Record<string, Buffer>> = { 'empty': Buffer.alloc(0), '帳票/点検票 1.txt': Buffer.from('点検'), 'a/b/c/deep.bin': randomBytes(3_000_000), 'large.bin': randomBytes(40 * 2 ** 20), '-rf': Buffer.from('x') }
  for (const folder of ['帳票', 'a/b/c', 'nothing in it']) mkdirSync(join(tree, folder), { recursive: true })
  for (const [name, content] of Object.entries(files)) writeFileSync(join(tree, name), content)
  utimesSync(join(tree, 'empty'), 1_600_000_001, 1_600_000_001)
  symlinkSync('/etc/passwd', join(tree, 'a link'))
  assert.deepEqual(await packed(tree, zip), { files: 5, others: 1 })
  execFileSync('unzip', ['-q', zip, '-d', out], { env: { ...process.env, LC_ALL: 'C.UTF-8' } })
  for (const [name] of Object.entries(files)) assert.equal(sum(join(out, name)), sum(join(tree, name)), name)
  assert.ok(statSync(join(out, 'nothing in it')).isDirectory())
  assert.equal(Math.trunc(statSync(join(out, 'empty')).mtimeMs / 1000), 1_600_000_001)
  assert.match(execFileSync('python3', ['-c', 'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), len(z.namelist()))', zip], { encoding: 'utf8' }), /^None 10$/m)
})

test('B4 what is beyond 4 GB is told in 64 bits', async t => {
  const { tree, zip } = useFolder(t)
  const far = 2 ** 32 + 5
  // Holes cost nothing to store.
  writeFileSync(join(tree, 'a-large'), '')
  truncateSync(join(tree, 'a-large'), far)
  const handle = openSync(join(tree, 'a-large'), 'r+')
  writeSync(handle, 'end', far - 3)
  closeSync(handle)
  writeFileSync(join(tree, 'behind it'), 'found')
  let [bytes, last] = [0, Buffer.alloc(0)]
  for await (const piece of zipOf(tree, { files: 0, others: 0 }, never)) {
    bytes += piece.length
    last = Buffer.concat([last, piece.length > 4096 ? piece.subarray(-4096) : piece]).subarray(-4096)
  }
  assert.ok(bytes > far)
  // The tail after a hole of the same length is read as the whole is.
  writeFileSync(zip, '')
  truncateSync(zip, bytes - last.length)
  const tail = openSync(zip, 'r+')
  writeSync(tail, last, 0, last.length, bytes - last.length)
  closeSync(tail)
  const told = execFileSync('python3', ['-c', 'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print([(i.filename, i.file_size, i.header_offset > 2**32) for i in z.infolist()])', zip], { encoding: 'utf8' })
  assert.equal(told.trim(), `[('a-large', ${far}, False), ('behind it', 5, True)]`)
})

test('what changes while it is read is not packed as if it were whole, and what is gone is counted', async t => {
  const { tree } = useFolder(t)
  writeFileSync(join(tree, 'large'), randomBytes(33 * 2 ** 20))
  const counted: Zipped = { files: 0, others: 0 }
  const pack = async (): Promise<void> => {
    let isChanged = false
    for await (const piece of zipOf(tree, counted, never)) {
      if (!isChanged && piece.length > 0) writeFileSync(join(tree, 'large'), randomBytes(33 * 2 ** 20))
      isChanged = true
    }
  }
  await assert.rejects(pack(), (error: unknown) => error instanceof Fault && error.code === 'TREE_UNREADABLE')
  await assert.rejects(packed(join(tree, 'no such folder'), join(tree, '../x.zip')), (error: unknown) => error instanceof Fault && error.code === 'TREE_UNREADABLE')
})
