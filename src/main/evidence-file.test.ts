import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { Worker } from 'node:worker_threads'
import { signerAt } from './evidence-file.ts'

const useFolder = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'rehome-key-'))
  t.after(() => { rmSync(folder, { recursive: true }) })
  return folder
}

test('the signing key is made once, for its owner alone, and stays the same', t => {
  const file = join(useFolder(t), 'deep/signing-key.pem')
  const { publicKey } = signerAt(file)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.equal(statSync(join(file, '..')).mode & 0o777, 0o700)
  assert.equal(signerAt(file).publicKey, publicKey)
  assert.match(readFileSync(file, 'utf8'), /^-----BEGIN PRIVATE KEY-----/)
})

test('processes that want a key at the same moment all sign with one', async t => {
  const file = join(useFolder(t), 'signing-key.pem')
  const code = `const { parentPort, workerData } = require('node:worker_threads'); import(workerData.module).then(m => parentPort.postMessage(m.signerAt(workerData.file).publicKey))`
  const keys = await Promise.all([1, 2, 3, 4].map(() => new Promise<string>((resolve, reject) => {
    new Worker(code, { eval: true, workerData: { module: join(import.meta.dirname, 'evidence-file.ts'), file } }).once('message', resolve).once('error', reject)
  })))
  assert.equal(new Set(keys).size, 1)
  assert.deepEqual(readdirSync(join(file, '..')), ['signing-key.pem'])
})
