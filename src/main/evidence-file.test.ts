import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { Worker } from 'node:worker_threads'
import { databaseRoot, type Manifest } from '#domain/evidence.ts'
import { canonical } from '#lib/canonical.ts'
import { sha256 } from '#lib/hash.ts'
import { newPrivateKey, signerOf } from '#lib/sign.ts'
import { checkEvidenceFile, keepEvidence, placeOf, signerAt } from './evidence-file.ts'

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

/** Four threads that do the same with the file at the same moment; `does` is code, for which `m` is the module under test. */
const atOnce = (file: string, does: string): Promise<string[]> => {
  const code = `const { parentPort, workerData: { module, file } } = require('node:worker_threads'); import(module).then(m => parentPort.postMessage(${does}))`
  return Promise.all([1, 2, 3, 4].map(() => new Promise<string>((resolve, reject) => {
    new Worker(code, { eval: true, workerData: { module: join(import.meta.dirname, 'evidence-file.ts'), file } }).once('message', resolve).once('error', reject)
  })))
}

test('processes that want a key at the same moment all sign with one', async t => {
  const file = join(useFolder(t), 'signing-key.pem')
  const keys = await atOnce(file, 'm.signerAt(file).publicKey')
  assert.equal(new Set(keys).size, 1)
  assert.deepEqual(readdirSync(join(file, '..')), ['signing-key.pem'])
})

test('moves that begin in one folder at the same moment all find that evidence can be kept, and leave nothing there', async t => {
  const file = join(useFolder(t), 'deep/proof.json')
  // One try is over too soon to meet another.
  assert.deepEqual(await atOnce(file, `(() => { for (let n = 0; n < 100; n++) m.tryToKeep(file); return 'kept' })()`), Array.from({ length: 4 }, () => 'kept'))
  assert.deepEqual(readdirSync(join(file, '..')), [])
})

test('moves that name one file and end at the same moment each keep their evidence, whole', async t => {
  const file = join(useFolder(t), 'proof.json')
  const manifests = JSON.stringify(Array.from({ length: 40 }, (_, n) => manifestOf(`m${n}`, 0)))
  const does = `(() => { const signer = m.signerAt(file + '.key'); return JSON.stringify(${manifests}.map(one => { const own = { ...one, move: { ...one.move, id: one.move.id + '-' + require('node:worker_threads').threadId } }; return [own.move.id, m.keepEvidence(file, own, signer).file] })) })()`
  const kept = (await atOnce(file, does)).flatMap(one => JSON.parse(one) as [string, string][])
  assert.equal(new Set(kept.map(([, where]) => where)).size, 160)
  for (const [move, where] of kept) {
    const found = checkEvidenceFile(where)
    assert.ok(found.ok && found.manifest.move.id === move, `${move} in ${basename(where)}`)
  }
  assert.equal(readdirSync(join(file, '..')).filter(name => name.endsWith('.new')).length, 0)
})

const sum = { count: 0, sha256: 'none' }
const side = { engine: 'memory', version: '1', system: '1', timeline: 1, database: 'shop', label: 'shop' } as const

/** What is proven in a move that was turned back so many times; `ms`: how long its freeze took. */
const manifestOf = (id: string, turns: number, ms = 50): Manifest => ({
  format: 'rehome-evidence/1',
  move: { id, tenant: 'Kestrel Foods', leg: turns % 2 === 0 ? 'out' : 'back', cold: false, startedAt: '2026-05-04T20:00:00.000Z', provenAt: '2026-05-04T21:00:00.900Z' },
  tool: { name: 'rehome', version: '0.1.0', node: '26.10.0' }, source: side, target: side, configuration: { values: {}, sha256: sha256(canonical({})) }, schema: { how: 'dump', fingerprint: '' },
  anchors: { copied: [], verified: { position: '1', at: '2026-05-04T20:50:00.000Z' }, frozenAt: '2026-05-04T21:00:00.500Z' }, tables: [], changedSince: { keys: 0, rows: 0, sha256: '' }, sequences: sum, largeObjects: { ...sum, bytes: 0 },
  freeze: { ms, steps: {}, budgetMs: 5_000 }, approvals: Array.from({ length: turns }, () => ({ who: 'the operator', what: 'turn-back', at: '2026-05-04T22:00:00.000Z' })), root: databaseRoot([]),
})

const useKeeping = (t: TestContext): { folder: string; keep: (asked: string | undefined, manifest: Manifest) => string } => {
  const [folder, signer] = [useFolder(t), signerOf(newPrivateKey())]
  return { folder, keep: (asked, manifest) => basename(keepEvidence(asked === undefined ? undefined : join(folder, asked), manifest, signer).file) }
}

test('the evidence of each way out and back stands beside the others, with its report', t => {
  const { folder, keep } = useKeeping(t)
  assert.deepEqual([0, 1, 2, 3].map(turns => keep('proof.json', manifestOf('a1', turns, turns))), ['proof.json', 'proof.back.json', 'proof.out-2.json', 'proof.back-2.json'])
  assert.deepEqual(readdirSync(folder).filter(name => name.endsWith('.html')), ['proof.back-2.html', 'proof.back.html', 'proof.html', 'proof.out-2.html'])
  for (const [ms, name] of ['proof.json', 'proof.back.json', 'proof.out-2.json', 'proof.back-2.json'].entries()) {
    const checked = checkEvidenceFile(join(folder, name))
    assert.ok(checked.ok && checked.manifest.freeze.ms === ms, name)
  }
})

test('a freeze that is made again proves in place of the one that was given up', t => {
  const { folder, keep } = useKeeping(t)
  for (const turns of [0, 1, 2]) for (const ms of [1, 2]) keep('proof.json', manifestOf('a1', turns, ms))
  assert.deepEqual(readdirSync(folder).filter(name => name.endsWith('.json')), ['proof.back.json', 'proof.json', 'proof.out-2.json'])
  const checked = checkEvidenceFile(join(folder, 'proof.out-2.json'))
  assert.ok(checked.ok && checked.manifest.freeze.ms === 2)
})

test('evidence takes the place of nothing else: not of another move’s, not of what is no evidence', t => {
  const { folder, keep } = useKeeping(t)
  assert.deepEqual([keep('proof.json', manifestOf('a1', 0)), keep('proof.json', manifestOf('b2', 0)), keep('proof.json', manifestOf('b2', 1))], ['proof.json', 'proof.out-2.json', 'proof.back.json'])
  writeFileSync(join(folder, 'notes.json'), 'mine')
  assert.equal(keep('notes.json', manifestOf('a1', 0)), 'notes.out-2.json')
  assert.equal(readFileSync(join(folder, 'notes.json'), 'utf8'), 'mine')
})

test('evidence that nobody named is called after its move', t => {
  const { folder } = useKeeping(t)
  assert.equal(placeOf(undefined, manifestOf('a1', 0)), 'rehome-a1-out.evidence.json')
  assert.equal(placeOf(undefined, manifestOf('a1', 1)), 'rehome-a1-back.evidence.json')
  assert.deepEqual(readdirSync(folder), [])
})
