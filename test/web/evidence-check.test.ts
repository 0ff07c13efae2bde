import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Table } from '#domain/catalog.ts'
import { checkEvidence as checkHere, completeTables, databaseRoot, type Envelope, type Manifest, signManifest, tableEvidence, tableRoot } from '#domain/evidence.ts'
import type { TableId } from '#domain/stream.ts'
import { canonical } from '#lib/canonical.ts'
import { sha256 } from '#lib/hash.ts'
import { newPrivateKey, signerOf } from '#lib/sign.ts'
import { checkEvidence as checkThere } from '../../web/shared/evidence.ts'

const signer = signerOf(newPrivateKey())
const tableOf = (name: string): Table => ({ id: name as TableId, label: name, columns: [], key: ['id'], order: 'key', format: 'binary', route: 'stream', bytes: 0, rows: 0 })

const manifestOf = (): Manifest => {
  const names = ['public.a', 'public.b', 'public.注文 </script>']
  const tables = completeTables(names.map(tableOf), names.map((name, i) => tableEvidence(tableOf(name), 'follow', Array.from({ length: i + 2 }, (_, n) => ({ order: 'key' as const, rows: n, bytes: 10 * n, sha256: sha256(`${name} ${n}`) })))))
  const values = { tenant: 'Kestrel Foods', jobs: 2, share: 0.1 }
  const side = (label: string) => ({ engine: 'postgres' as const, version: '15.18', system: '7345', timeline: 1, database: 'shop (oid 5)', label })
  return {
    format: 'rehome-evidence/1', move: { id: '3f2a', tenant: 'Kestrel Foods “é” \u202e', leg: 'out', cold: false, startedAt: '2026-05-04T20:00:00.000Z', provenAt: '2026-05-04T21:00:00.900Z' },
    tool: { name: 'rehome', version: '0.1.0', node: '26.10.0' }, source: side('postgres://app@old/shop'), target: side('postgres://app@new/shop'), configuration: { values, sha256: sha256(canonical(values)) }, schema: { how: 'dump', fingerprint: sha256('schema') },
    anchors: { copied: ['0/1A2B'], verified: { position: '0/2A2B', at: '2026-05-04T20:50:00.000Z' }, frozenAt: '2026-05-04T21:00:00.500Z' }, tables, changedSince: { keys: 4, rows: 4, sha256: sha256('changed') }, sequences: { count: 2, sha256: sha256('sequences') },
    largeObjects: { count: 0, bytes: 0, sha256: sha256('none') }, freeze: { ms: 50, steps: { fence: 20, drain: 30 }, budgetMs: 5_000 }, approvals: [{ who: 'the operator', what: 'move', at: '2026-05-04T20:00:00.000Z' }], root: databaseRoot(tables),
  }
}
const good = signManifest(manifestOf(), signer)

/** Both say the same, word for word: that it holds, by which key and how many rows, or the first thing that is wrong. */
const agree = async (text: string, about: string): Promise<boolean> => {
  const [here, there] = [checkHere(text), await checkThere(text)]
  assert.deepEqual(there.ok ? { fingerprint: there.fingerprint, rows: there.rows } : there.reason.en, here.ok ? { fingerprint: here.fingerprint, rows: here.rows } : here.reason, about)
  return there.ok
}

test('what a browser finds of evidence is what rehome finds: whole, and with any byte changed, added or cut off', async () => {
  assert.ok(await agree(good, 'as it was signed'))
  assert.ok(await agree(good.trimEnd(), 'without its last newline'))
  const bytes = Buffer.from(good)
  for (let at = 0; at < bytes.length - 1; at += 3) {
    const other = Buffer.from(bytes)
    other[at] = (other[at] ?? 0) ^ (at % 2 === 0 ? 1 : 0x20)
    assert.ok(!(await agree(other.toString(), `byte ${at} changed`)))
    if (at % 99 === 0) assert.ok(!(await agree(Buffer.concat([bytes.subarray(0, at), Buffer.from(' '), bytes.subarray(at)]).toString(), `a blank at ${at}`)))
    if (at % 99 === 0) assert.ok(!(await agree(bytes.subarray(0, at).toString(), `cut off at ${at}`)))
  }
})

test('a browser names the first thing that is wrong as rehome does, also where somebody has made everything else fit', async () => {
  const mutants: readonly (readonly [string, (envelope: { manifest: { -readonly [Name in keyof Manifest]: Manifest[Name] }; publicKey: string; signature: string }) => void])[] = [
    ['configuration', ({ manifest }) => { manifest.configuration = { ...manifest.configuration, values: { tenant: 'Other' } } }],
    ['tables', ({ manifest }) => { manifest.tables = manifest.tables.map((table, n) => (n === 1 ? { ...table, rows: table.rows + 1 } : table)) }],
    ['tables', ({ manifest }) => { manifest.tables = [...manifest.tables].reverse() }],
    ['root', ({ manifest }) => { manifest.tables = manifest.tables.slice(1) }],
    ['root', ({ manifest }) => { const [first, ...rest] = manifest.tables; if (first !== undefined) { const said = { ...first, provedAt: 'copy' as const }; manifest.tables = [{ ...said, root: tableRoot(said) }, ...rest] } }],
    ['times', ({ manifest }) => { manifest.anchors = { ...manifest.anchors, frozenAt: '2026-05-04T19:00:00.000Z' } }],
    ['times', ({ manifest }) => { manifest.approvals = [{ who: 'x', what: 'move', at: 'soon' }] }],
    ['signature', ({ manifest }) => { manifest.approvals = [] }],
    ['signature', envelope => { envelope.signature = signerOf(newPrivateKey()).sign('x') }],
    ['signature', envelope => { envelope.publicKey = 'AAAA' }],
    ['shape', ({ manifest }) => { Object.assign(manifest, { added: 1 }) }],
    ['read', envelope => { Object.assign(envelope, { signature: 5 }) }],
    ['bytes', envelope => { Object.assign(envelope, { more: 1 }) }],
  ]
  for (const [step, change] of mutants) {
    const envelope = JSON.parse(good) as Parameters<typeof change>[0] & Envelope
    change(envelope)
    const text = `${canonical(envelope)}\n`
    assert.ok(!(await agree(text, step)))
    const found = await checkThere(text)
    assert.equal(found.ok ? '' : found.at, step)
  }
})
