import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonical } from '#lib/canonical.ts'
import { sha256 } from '#lib/hash.ts'
import { newPrivateKey, signerOf } from '#lib/sign.ts'
import type { Digest, Table } from './catalog.ts'
import { checkReport, reportOf } from './evidence-report.ts'
import { checkEvidence, completeTables, databaseRoot, merkleRoot, signManifest, tableEvidence, tableRoot, type Envelope, type Manifest, type TableEvidence } from './evidence.ts'
import type { TableId } from './stream.ts'

const signer = signerOf(newPrivateKey())
const hostile = '</template><script>alert(1)</script><!-- &amp; "\' \u001b[31m \u202e'

const tableOf = (name: string): Table => ({
  id: name as TableId, label: name, columns: [], key: ['id'], order: 'key', format: 'binary', route: 'stream', bytes: 0, rows: 0,
})
const digestOf = (n: number): Digest => ({ order: 'key', rows: n, bytes: 10 * n, sha256: sha256(String(n)) })

const evidenceOf = (names: readonly string[], chunks = 3): TableEvidence[] =>
  completeTables(names.map(tableOf), names.map((name, i) => tableEvidence(tableOf(name), 'follow', Array.from({ length: chunks }, (_, n) => digestOf(i * 10 + n)))))

const manifestOf = (tables: readonly TableEvidence[] = evidenceOf(['public.a', 'public.b', `public.z ${hostile}`]), change: Partial<Manifest> = {}): Manifest => {
  const values = { tenant: 'Kestrel Foods', jobs: 2 }
  const side = (label: string) => ({ engine: 'postgres' as const, version: '15.18', system: '7345', timeline: 1, database: 'shop (oid 5)', label })
  return {
    format: 'rehome-evidence/1',
    move: { id: '3f2a', tenant: `Kestrel Foods ${hostile}`, leg: 'out', cold: false, startedAt: '2026-05-04T20:00:00.000Z', provenAt: '2026-05-04T21:00:00.900Z' },
    tool: { name: 'rehome', version: '0.1.0', node: '26.10.0' }, source: side('postgres://app@old/shop'), target: side(`postgres://app@new/${hostile}`),
    configuration: { values, sha256: sha256(canonical(values)) }, schema: { how: 'dump', fingerprint: sha256('schema') },
    anchors: { copied: ['0/1A2B'], verified: { position: '0/2A2B', at: '2026-05-04T20:50:00.000Z' }, frozenAt: '2026-05-04T21:00:00.500Z' },
    tables, changedSince: { keys: 4, rows: 4, sha256: sha256('changed') }, sequences: { count: 2, sha256: sha256('sequences') },
    largeObjects: { count: 0, bytes: 0, sha256: sha256('none') }, freeze: { ms: 50, steps: { fence: 20, drain: 30 }, budgetMs: 5_000 },
    approvals: [{ who: 'the operator', what: 'move', at: '2026-05-04T20:00:00.000Z' }], root: databaseRoot(tables), ...change,
  }
}

const reasonOf = (text: string, trusted?: string): string => {
  const checked = checkEvidence(text, trusted)
  return checked.ok ? '' : checked.reason
}
/** What somebody who changes evidence can do: everything but sign it anew. */
const changed = (change: (envelope: { manifest: Record<string, never> & Manifest; publicKey: string; signature: string }) => void): string => {
  const envelope = JSON.parse(signManifest(manifestOf(), signer)) as Parameters<typeof change>[0]
  change(envelope)
  return `${canonical(envelope)}\n`
}

test('what was signed holds, and says how many rows and by which key', () => {
  const checked = checkEvidence(signManifest(manifestOf(), signer))
  assert.ok(checked.ok)
  assert.equal(checked.rows, 0 + 1 + 2 + 10 + 11 + 12 + 20 + 21 + 22)
  assert.match(checked.fingerprint, /^([0-9a-f]{4} ){7}[0-9a-f]{4}$/)
  assert.equal(reasonOf(signManifest(manifestOf(), signer), checked.fingerprint), '')
})

test('any single byte that is changed, taken out or put in is found', () => {
  const text = signManifest(manifestOf(), signer)
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at++) {
    for (const bits of [1, 0x20]) {
      const other = Buffer.from(bytes)
      other[at] = (other[at] ?? 0) ^ bits
      assert.notEqual(reasonOf(other.toString()), '', `byte ${at} changed by ${bits}`)
    }
  }
  // The newline at the end says nothing: with or without it the record is the same.
  for (let at = 0; at < bytes.length - 1; at += 7) {
    assert.notEqual(reasonOf(Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]).toString()), '', `byte ${at} taken out`)
    assert.notEqual(reasonOf(Buffer.concat([bytes.subarray(0, at), Buffer.from(' '), bytes.subarray(at)]).toString()), '', `a blank put in at ${at}`)
  }
  for (let at = 0; at < bytes.length - 1; at += 101) assert.notEqual(reasonOf(bytes.subarray(0, at).toString()), '', `cut off at ${at}`)
})

test('the first thing that is wrong is named', () => {
  const named: readonly (readonly [RegExp, (e: Parameters<Parameters<typeof changed>[0]>[0]) => void])[] = [
    [/the table public\.b says 34 rows, its chunks have 33/, ({ manifest: { tables } }) => { Object.assign(tables[1] ?? {}, { rows: 34 }) }],
    [/the table public\.b says \d+ bytes/, ({ manifest: { tables } }) => { Object.assign(tables[1] ?? {}, { bytes: 1 }) }],
    [/the table public\.b does not have the root that is written there/, ({ manifest: { tables } }) => { Object.assign(tables[1]?.chunks[0] ?? {}, { sha256: sha256('other') }) }],
    [/the table public\.a does not have the root/, ({ manifest: { tables } }) => { Object.assign(tables[0] ?? {}, { provedAt: 'freeze' }) }],
    [/chunk 1 of the table public\.a is missing or out of order/, ({ manifest: { tables } }) => { (tables.at(0)?.chunks as unknown[] | undefined)?.splice(1, 1) }],
    [/chunk 1 of the table public\.a is missing or out of order/, ({ manifest: { tables } }) => { (tables.at(0)?.chunks as unknown[] | undefined)?.splice(1, 0, tables[0]?.chunks[0]) }],
    [/chunk 0 of the table public\.a is missing or out of order/, ({ manifest: { tables } }) => { (tables.at(0)?.chunks as unknown[] | undefined)?.reverse() }],
    [/a table is missing, added or changed/, ({ manifest }) => { (manifest.tables as unknown[]).splice(1, 1) }],
    [/the table public\.a stands twice or out of order/, ({ manifest }) => { (manifest.tables as unknown[]).splice(1, 0, manifest.tables[0]) }],
    [/stands twice or out of order/, ({ manifest }) => { (manifest.tables as unknown[]).reverse() }],
    [/the configuration is not the one its hash was made of/, ({ manifest: { configuration } }) => { Object.assign(configuration.values, { jobs: 3 }) }],
    [/"tool.made" does not belong there/, ({ manifest }) => { Object.assign(manifest.tool, { made: 'x' }) }],
    [/"tables\[1\]\.rows" is not what belongs there/, ({ manifest: { tables } }) => { Object.assign(tables[1] ?? {}, { rows: '33' }) }],
    [/the part "sequences" is missing/, ({ manifest }) => { Reflect.deleteProperty(manifest, 'sequences') }],
    [/the freeze proved the rest .* before every row was verified/, ({ manifest }) => { Object.assign(manifest.anchors, { frozenAt: '2026-05-04T20:10:00.000Z' }) }],
    [/the time at which move was approved is none: "soon"/, ({ manifest }) => { Object.assign(manifest.approvals[0] ?? {}, { at: 'soon' }) }],
    [/the signature does not fit/, ({ manifest }) => { Object.assign(manifest.approvals[0] ?? {}, { who: 'somebody else' }) }],
    [/the signature does not fit/, ({ manifest }) => { Object.assign(manifest.source, { label: 'postgres://elsewhere/shop' }) }],
    [/the signature does not fit/, envelope => { envelope.signature = signer.sign('another record') }],
    [/the signature does not fit/, envelope => { envelope.publicKey = signerOf(newPrivateKey()).publicKey }],
    [/not in canonical form/, envelope => { Object.assign(envelope, { note: 'added' }) }],
    [/format "rehome-evidence\/2", this Rehome reads "rehome-evidence\/1"/, ({ manifest }) => { Object.assign(manifest, { format: 'rehome-evidence/2' }) }],
  ]
  for (const [reason, change] of named) assert.match(reasonOf(changed(change)), reason)
})

test('what is no evidence at all is said in a sentence, whatever it is', () => {
  assert.match(reasonOf(''), /not JSON/)
  assert.match(reasonOf('{}'), /no manifest/)
  assert.match(reasonOf('{"manifest":{"format":"rehome-evidence/1"}}'), /not signed/)
  fc.assert(fc.property(fc.json(), text => { assert.notEqual(reasonOf(text), '') }))
  // The outside is right and the inside is anything.
  const parts = ['move', 'tool', 'source', 'target', 'configuration', 'schema', 'anchors', 'changedSince', 'sequences', 'largeObjects', 'freeze', 'tables', 'approvals', 'root'] as const
  fc.assert(fc.property(fc.constantFrom(...parts), fc.jsonValue(), (part, value) => {
    assert.notEqual(reasonOf(changed(envelope => { Object.assign(envelope.manifest, { [part]: value }) })), '')
  }))
  fc.assert(fc.property(fc.jsonValue(), value => {
    assert.notEqual(reasonOf(changed(({ manifest }) => { Object.assign(manifest, { tables: [value] }) })), '')
  }))
})

test('another key than the trusted one is refused, even where all else holds', () => {
  const other = signerOf(newPrivateKey())
  const checked = checkEvidence(signManifest(manifestOf(), signer))
  assert.ok(checked.ok)
  assert.equal(reasonOf(signManifest(manifestOf(), signer), checked.fingerprint.replaceAll(' ', '').toUpperCase()), '', 'however it is typed')
  assert.match(reasonOf(signManifest(manifestOf(), other), checked.fingerprint), /it is signed by another key: .*, not /)
})

test('evidence that leaves a table out, or has one twice, is never made (I10)', () => {
  const [a, b] = [tableOf('public.a'), tableOf('public.b')]
  const proven = [a, b].map(t => tableEvidence(t, 'follow', [digestOf(1)]))
  assert.throws(() => completeTables([a, b], proven.slice(1)), /I10/)
  assert.throws(() => completeTables([a], proven), /I10/)
  assert.throws(() => completeTables([a, b], [...proven.slice(1), ...proven.slice(1)]), /I10/)
  assert.deepEqual(completeTables([b, a], [...proven].reverse()).map(t => t.table), ['public.a', 'public.b'])
})

test('the root changes with every leaf, with their order and their number, and is what other tools compute', () => {
  assert.equal(merkleRoot([]), sha256('rehome leaf '))
  assert.equal(merkleRoot(['a']), 'a')
  assert.equal(merkleRoot(['a', 'b', 'c']), sha256(`rehome node ${sha256('rehome node a b')} c`))
  fc.assert(fc.property(fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 20 }), fc.nat(), (leaves, n) => {
    const at = n % leaves.length
    const root = merkleRoot(leaves)
    assert.notEqual(merkleRoot(leaves.with(at, 'other')), root)
    assert.notEqual(merkleRoot(leaves.toSpliced(at, 1)), root)
    assert.notEqual(merkleRoot([...leaves, leaves[at] ?? '']), root)
    assert.notEqual(merkleRoot(leaves.toReversed()), root, 'order')
  }))
  const [first] = evidenceOf(['public.a'])
  assert.ok(first !== undefined)
  assert.equal(tableRoot(first), first.root)
  assert.notEqual(tableRoot({ ...first, formatReason: 'said later' }), first.root)
})

const signed = signManifest(manifestOf(), signer)
const report = reportOf(signed)
const reportReason = (html: string): string => {
  const checked = checkReport(html)
  return checked.ok ? '' : checked.reason
}

test('a report carries the record and is checked whole: any byte of it that is changed is found', () => {
  assert.equal(reportReason(report), '')
  for (let at = 0; at < report.length; at += 13) {
    const other = report.slice(0, at) + String.fromCharCode(report.charCodeAt(at) ^ 1) + report.slice(at + 1)
    assert.notEqual(reportReason(other), '', `character ${at}: ${report.slice(at - 20, at + 20)}`)
  }
})

test('a number changed in the page, and not in the record, is found and named as that', () => {
  const lie = report.replace('99 rows in 3 tables', '98 rows in 3 tables')
  assert.notEqual(lie, report)
  assert.match(reportReason(lie), /the page does not show what its record says: it was changed at line \d+/)
  assert.match(reportReason(report.replace(/<template[\s\S]*<\/template>/, '')), /carries no record/)
  assert.match(reportReason(`${report}<p>added</p>`), /the page does not show/)
})

test('hostile names make no element, no script and no second record in a report', () => {
  assert.doesNotMatch(report, /<script|<!--/)
  assert.equal(report.split('<template').length, 2)
  assert.equal(report.split('</template>').length, 2)
  // What nobody sees is the record, in the bytes that were signed.
  assert.doesNotMatch(report.replace(/<template.*/s, '').replaceAll('\n', ''), /\p{Cc}|\u202e/u)
})

test('a record that another one signed with the same names is another record', () => {
  const envelope = JSON.parse(signed) as Envelope
  const forged = signManifest(manifestOf(evidenceOf(['public.a'])), signerOf(newPrivateKey()))
  assert.match(reasonOf(`${canonical({ ...(JSON.parse(forged) as Envelope), publicKey: envelope.publicKey })}\n`), /the signature does not fit/)
})
