import { assert } from '#lib/assert.ts'
import { canonical } from '#lib/canonical.ts'
import { sha256 } from '#lib/hash.ts'
import { fingerprintOf, isSignedBy, type Signer } from '#lib/sign.ts'
import type { Digest, Identity, Table } from './catalog.ts'
import { manifestMisfit } from './evidence-shape.ts'
import type { Leg } from './move.ts'

export const format = 'rehome-evidence/1'

/** A point in time at which something was proven, and its place in the source's stream. */
export type Instant = { readonly position: string; readonly at: string }
export type Side = Identity & { readonly label: string }
/** A set of things told by their number and one hash over all of them. */
export type Sum = { readonly count: number; readonly sha256: string }

/** What was proven of a table. `provedAt`: `follow`, every row while both sides moved; `freeze`, every row under the freeze; `copy`, what was read back is what was copied, under the freeze. */
export type TableEvidence = {
  readonly table: string
  readonly rows: number
  readonly bytes: number
  readonly format: Table['format']
  readonly formatReason?: string
  readonly route: Table['route']
  readonly provedAt: 'copy' | 'follow' | 'freeze'
  readonly chunks: readonly { readonly number: number; readonly order: Digest['order']; readonly rows: number; readonly bytes: number; readonly sha256: string }[]
  readonly root: string
}

/** The record that a move's data arrived: whole, or it is none (I10). Times are ISO 8601 in UTC, positions the source's own. Its signed form is canonical JSON (RFC 8785). */
export type Manifest = {
  readonly format: typeof format
  readonly move: { readonly id: string; readonly tenant: string; readonly leg: Leg; readonly cold: boolean; readonly startedAt: string; readonly provenAt: string }
  readonly tool: { readonly name: 'rehome'; readonly version: string; readonly node: string }
  readonly source: Side
  readonly target: Side
  readonly configuration: { readonly values: Readonly<Record<string, string | number | boolean>>; readonly sha256: string }
  readonly schema: { readonly how: 'dump' | 'existing'; readonly fingerprint: string }
  /** Where the tables were copied from, where every row was proven, and when the freeze proved the rest. */
  readonly anchors: { readonly copied: readonly string[]; readonly verified: Instant; readonly frozenAt: string }
  readonly tables: readonly TableEvidence[]
  /** Rows that changed after `verified`, read again on both sides under the freeze. */
  readonly changedSince: { readonly keys: number; readonly rows: number; readonly sha256: string }
  readonly sequences: Sum
  readonly largeObjects: Sum & { readonly bytes: number }
  /** Milliseconds: from its beginning until everything was proven, and its steps, some of them side by side. */
  readonly freeze: { readonly ms: number; readonly steps: Readonly<Record<string, number>>; readonly budgetMs: number }
  readonly approvals: readonly { readonly who: string; readonly what: string; readonly at: string }[]
  /** Over the tables' roots, in the order of their names. */
  readonly root: string
}

export type Envelope = { readonly manifest: Manifest; readonly publicKey: string; readonly signature: string }

/** Leaves and nodes are hashed under different prefixes, so that none can pass for the other. */
const leaf = (text: string): string => sha256(`rehome leaf ${text}`)
const node = (left: string, right: string): string => sha256(`rehome node ${left} ${right}`)

/** The Merkle root of hashes in their order; an odd one out is carried up unpaired. Of none: the hash of an empty leaf. */
export const merkleRoot = (leaves: readonly string[]): string => {
  let level = leaves.length === 0 ? [leaf('')] : [...leaves]
  while (level.length > 1) level = Array.from({ length: Math.ceil(level.length / 2) }, (_, i) => pair(level[2 * i], level[2 * i + 1]))
  return level[0] as string
}

const pair = (left: string | undefined, right: string | undefined): string => {
  assert(left !== undefined, 'a pair has a left half')
  return right === undefined ? left : node(left, right)
}

/** Covers everything that is said of the table, not its chunks alone. */
export const tableRoot = ({ root: _, ...said }: Omit<TableEvidence, 'root'> & { readonly root?: string }): string => {
  const { chunks, ...head } = said
  return merkleRoot([leaf(canonical(head)), ...chunks.map(chunk => leaf(canonical(chunk)))])
}

export const databaseRoot = (tables: readonly TableEvidence[]): string => merkleRoot(tables.map(t => leaf(`${canonical(t.table)} ${t.root}`)))

/** A table's evidence from the digests that were equal on both sides. */
export const tableEvidence = (table: Table, provedAt: TableEvidence['provedAt'], digests: readonly Digest[]): TableEvidence => {
  const chunks = digests.map((d, number) => ({ number, order: d.order, rows: d.rows, bytes: d.bytes, sha256: d.sha256 }))
  const said = {
    table: table.id, rows: sum(chunks.map(c => c.rows)), bytes: sum(chunks.map(c => c.bytes)), format: table.format, route: table.route, provedAt, chunks,
    ...(table.formatReason === undefined ? {} : { formatReason: table.formatReason }),
  }
  return { ...said, root: tableRoot(said) }
}

/** The tables of a manifest, in its order, or a bug: one that is missing or doubled must not be signed. */
export const completeTables = (expected: readonly Table[], tables: readonly TableEvidence[]): TableEvidence[] => {
  const sorted = [...tables].sort((a, b) => (a.table < b.table ? -1 : 1))
  const names = expected.map(t => t.id).sort()
  assert(sorted.length === names.length && sorted.every((t, i) => t.table === names[i]), 'I10: the evidence has every table once')
  return sorted
}

export const signManifest = (manifest: Manifest, signer: Signer): string =>
  `${canonical({ manifest, publicKey: signer.publicKey, signature: signer.sign(canonical(manifest)) } satisfies Envelope)}\n`

export type Checked =
  | { readonly ok: true; readonly manifest: Manifest; readonly fingerprint: string; readonly rows: number }
  | { readonly ok: false; readonly reason: string }

/**
 * Checks evidence without anything but itself, and names the first thing that is wrong. `trusted`: the fingerprint that the signer's key must have; without it the
 * signature proves only that nothing changed since it was made, by whomever.
 */
export const checkEvidence = (text: string, trusted?: string): Checked => {
  const envelope = parse(text)
  if (typeof envelope === 'string') return { ok: false, reason: envelope }
  const { manifest, publicKey, signature } = envelope
  const reason = firstFault(text, envelope, trusted)
  if (reason !== undefined) return { ok: false, reason }
  assert(typeof signature === 'string', 'a signature was checked')
  return { ok: true, manifest, fingerprint: fingerprintOf(publicKey), rows: sum(manifest.tables.map(t => t.rows)) }
}

const parse = (text: string): Envelope | string => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'the file is not JSON: it was cut off or changed'
  }
  if (!isRecord(value) || !isRecord(value['manifest'])) return 'the file is no evidence of Rehome: it has no manifest'
  if (value['manifest']['format'] !== format) return `the manifest says format ${JSON.stringify(value['manifest']['format'])}, this Rehome reads "${format}"`
  if (typeof value['publicKey'] !== 'string' || typeof value['signature'] !== 'string') return 'the manifest is not signed'
  return value as Envelope
}

const firstFault = (text: string, { manifest, publicKey, signature }: Envelope, trusted: string | undefined): string | undefined => {
  if (trusted !== undefined && squeezed(fingerprintOf(publicKey)) !== squeezed(trusted)) return `it is signed by another key: ${fingerprintOf(publicKey)}, not ${trusted}`
  // First what can be named, so that a change is found where it is; the signature then covers the rest.
  return manifestMisfit(manifest) ?? configurationFault(manifest) ?? tablesFault(manifest) ?? timesFault(manifest) ??
    (isSignedBy(canonical(manifest), signature, publicKey) ? undefined : 'the signature does not fit the manifest: something in it was changed, or the signature is of another one') ??
    (canonical({ manifest, publicKey, signature }) === text.trimEnd() && text.length - text.trimEnd().length <= 1 ? undefined : 'the file is not in canonical form: it was changed after it was signed')
}

const configurationFault = ({ configuration }: Manifest): string | undefined =>
  sha256(canonical(configuration.values)) === configuration.sha256 ? undefined : 'the configuration is not the one its hash was made of'

const tablesFault = ({ tables, root }: Manifest): string | undefined => {
  for (const [i, t] of tables.entries()) {
    const before = tables[i - 1]
    if (before !== undefined && before.table >= t.table) return `the table ${t.table} stands twice or out of order`
    const gap = t.chunks.findIndex((chunk, n) => chunk.number !== n)
    if (gap !== -1) return `chunk ${gap} of the table ${t.table} is missing or out of order`
    if (sum(t.chunks.map(c => c.rows)) !== t.rows) return `the table ${t.table} says ${t.rows} rows, its chunks have ${sum(t.chunks.map(c => c.rows))}`
    if (sum(t.chunks.map(c => c.bytes)) !== t.bytes) return `the table ${t.table} says ${t.bytes} bytes, its chunks have ${sum(t.chunks.map(c => c.bytes))}`
    if (tableRoot(t) !== t.root) return `the table ${t.table} does not have the root that is written there: something said of it was changed`
  }
  return databaseRoot(tables) === root ? undefined : 'the root over all tables does not fit: a table is missing, added or changed'
}

const timesFault = ({ move, anchors, approvals }: Manifest): string | undefined => {
  const order: readonly (readonly [string, string])[] = [['the move began', move.startedAt], ['every row was verified', anchors.verified.at], ['the freeze proved the rest', anchors.frozenAt], ['the proof was finished', move.provenAt]]
  for (const [what, at] of [...order, ...approvals.map(a => [`${a.what} was approved`, a.at] as const)]) if (Number.isNaN(Date.parse(at))) return `the time at which ${what} is none: ${JSON.stringify(at)}`
  for (const [i, [what, at]] of order.entries()) {
    const [earlier, before] = order[i - 1] ?? ['', at]
    if (Date.parse(at) < Date.parse(before)) return `${what} (${at}) before ${earlier} (${before})`
  }
  return undefined
}

/** A fingerprint however it was typed. */
const squeezed = (fingerprint: string): string => fingerprint.replace(/[\s:]/g, '').toLowerCase()

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
