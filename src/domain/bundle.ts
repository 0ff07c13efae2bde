import { canonical } from '#lib/canonical.ts'
import { sha256 } from '#lib/hash.ts'
import { fingerprintOf, isSignedBy, type Signer } from '#lib/sign.ts'
import type { Chunk, Digest, Identity, Sequence, Table } from './catalog.ts'
import type { Text } from './locale.ts'
import type { TableId } from './stream.ts'

export const bundleFormat = 'rehome-bundle/1'
export const receiptFormat = 'rehome-bundle-receipt/1'

/** What anybody can read of a bundle: how many parts there are, and what bytes they are. Nothing of what is in them. */
export type BundleIndex = {
  readonly format: typeof bundleFormat
  readonly bundle: string
  readonly madeAt: string
  readonly tool: { readonly name: string; readonly version: string }
  /** Of the encrypted parts, one after another. */
  readonly parts: readonly { readonly bytes: number; readonly sha256: string }[]
  /** SHA-256 over the salt and the root that stand in the encrypted manifest: who tells both has opened it. */
  readonly commitment: string
}

/** What one part holds. `bytes` and `sha256`: of what is in it, before compression. */
export type PartContent =
  | { readonly kind: 'key'; readonly recipient: string; readonly sealedFor: readonly string[]; readonly bundle: string }
  | { readonly kind: 'schema'; readonly bytes: number; readonly sha256: string }
  | { readonly kind: 'rows'; readonly bytes: number; readonly sha256: string; readonly chunks: readonly { readonly chunk: Chunk; readonly digest: Digest; readonly sum: string }[] }
  | { readonly kind: 'objects'; readonly bytes: number; readonly sha256: string; readonly count: number; readonly last: string; readonly chain: string; readonly sum: number }
  | { readonly kind: 'files' | 'places'; readonly bytes: number; readonly sha256: string; readonly tree: string; readonly count: number; readonly others: number; readonly content: number; readonly last: string; readonly at: number; readonly chain: string }
  | { readonly kind: 'manifest' }

export type BundledTable = { readonly table: TableId; readonly rows: number; readonly bytes: number; /** The sum of the rows' hashes: order `multiset`. */ readonly sha256: string }
export type BundledTree = { readonly name: string; readonly entries: number; readonly bytes: number; readonly chain: string; /** Sockets, devices and the like, which are not taken along. */ readonly others: number }
export type BundledObjects = { readonly count: number; readonly bytes: number; readonly chain: string }

/** Everything about a bundle, for who can open it. */
export type BundleManifest = {
  readonly format: typeof bundleFormat
  readonly bundle: string
  readonly takenAt: string
  readonly source: Identity & { readonly label: string }
  readonly fingerprint: string
  readonly tables: readonly Table[]
  readonly rows: readonly BundledTable[]
  readonly sequences: readonly Sequence[]
  readonly largeObjects: BundledObjects
  readonly trees: readonly BundledTree[]
  readonly segmentBytes: number
  readonly parts: readonly PartContent[]
  readonly salt: string
  readonly root: string
}

/** One hash over everything that is in the bundle. */
export const bundleRoot = (m: Pick<BundleManifest, 'fingerprint' | 'rows' | 'sequences' | 'largeObjects' | 'trees' | 'source' | 'takenAt'>): string =>
  sha256(canonical({ fingerprint: m.fingerprint, rows: m.rows, sequences: m.sequences, largeObjects: m.largeObjects, trees: m.trees, source: m.source, takenAt: m.takenAt }))

export const commitmentOf = (salt: string, root: string): string => sha256(`rehome-bundle ${salt} ${root}`)

/** A list told by one hash that can be taken up again at any place. */
export const chained = (chain: string, line: unknown): string => sha256(`${chain}\n${canonical(line)}`)
export const firstOfChain = sha256('')

/** Sums of rows' hashes, added as their rows are put together: modulo 2^256. */
export const addSums = (a: string, b: string): string => ((BigInt(`0x${a}`) + BigInt(`0x${b}`)) % 2n ** 256n).toString(16).padStart(64, '0')

export const emptySum = '0'.repeat(64)

export const signIndex = (index: BundleIndex, signer: Signer): string => signed('index', index, signer)

export type CheckedIndex = { readonly ok: true; readonly index: BundleIndex; readonly fingerprint: string } | { readonly ok: false; readonly reason: Text; /** A format that is not ours. */ readonly format?: string }

/** Checks the signed index; that the parts are those it names is for who has the parts. */
export const checkIndex = (text: string): CheckedIndex => {
  const envelope = opened('index', text)
  if ('en' in envelope) return { ok: false, reason: envelope }
  const index = envelope.value as unknown as BundleIndex
  if (index.format !== bundleFormat) return { ok: false, reason: { en: `its format is ${JSON.stringify(index.format)}`, ja: `形式が ${JSON.stringify(index.format)} です` }, format: String(index.format) }
  const isWhole = [index.bundle, index.madeAt, index.commitment, index.tool?.version].every(each => typeof each === 'string') && Array.isArray(index.parts)
    && (index.parts as BundleIndex['parts']).every(part => Number.isSafeInteger(part.bytes) && part.bytes > 0 && /^[0-9a-f]{64}$/.test(part.sha256)) && index.parts.length >= 3
  return isWhole ? { ok: true, index, fingerprint: fingerprintOf(envelope.publicKey) } : { ok: false, reason: { en: 'something in its index is not what belongs there', ja: '目次の内容が正しくありません' } }
}

/** What the importing side says when every row is proven on its server. */
export type Receipt = {
  readonly format: typeof receiptFormat
  readonly bundle: string
  /** SHA-256 of the index as it stands in the file, signature included. */
  readonly index: string
  readonly salt: string
  readonly root: string
  readonly tables: number
  readonly rows: number
  readonly largeObjects: number
  /** Those that were laid down; the others stayed in the bundle. */
  readonly trees: readonly string[]
  readonly target: Identity & { readonly label: string }
  readonly provenAt: string
  readonly tool: { readonly name: string; readonly version: string }
}

export const signReceipt = (receipt: Receipt, signer: Signer): string => signed('receipt', receipt, signer)

export type CheckedReceipt = { readonly ok: true; readonly receipt: Receipt; readonly fingerprint: string } | { readonly ok: false; readonly reason: Text }

/** Whether a receipt is for the bundle with this index: signed, and made by somebody who opened it. */
export const checkReceipt = (text: string, indexText: string): CheckedReceipt => {
  const envelope = opened('receipt', text)
  if ('en' in envelope) return { ok: false, reason: envelope }
  const receipt = envelope.value as unknown as Receipt
  const format: unknown = envelope.value['format']
  const index = checkIndex(indexText)
  if (!index.ok) return { ok: false, reason: index.reason }
  if (format !== receiptFormat) return { ok: false, reason: { en: `its format is ${JSON.stringify(format)}, and this Rehome reads ${receiptFormat}`, ja: `形式が ${JSON.stringify(format)} です。この Rehome が読めるのは ${receiptFormat} です` } }
  if (receipt.bundle !== index.index.bundle || receipt.index !== sha256(indexText)) return { ok: false, reason: { en: 'it is for another bundle', ja: '別のバンドルのものです' } }
  if (typeof receipt.salt !== 'string' || typeof receipt.root !== 'string' || commitmentOf(receipt.salt, receipt.root) !== index.index.commitment) return { ok: false, reason: { en: 'whoever wrote it had not opened the bundle', ja: 'バンドルを開いていない人が作成したものです' } }
  const isWhole = [receipt.tables, receipt.rows, receipt.largeObjects].every(n => Number.isSafeInteger(n)) && typeof receipt.target?.label === 'string' && typeof receipt.provenAt === 'string' && !Number.isNaN(Date.parse(receipt.provenAt)) && Array.isArray(receipt.trees)
  return isWhole ? { ok: true, receipt, fingerprint: fingerprintOf(envelope.publicKey) } : { ok: false, reason: { en: 'something in it is not what belongs there', ja: '内容が正しくありません' } }
}

const signed = (what: keyof typeof contents, value: unknown, signer: Signer): string => `${canonical({ [what]: value, publicKey: signer.publicKey, signature: signer.sign(canonical(value)) })}\n`

/** What is in the file, for those who read Japanese. */
const contents = { index: '目次', receipt: '受領証' } as const

const opened = (what: keyof typeof contents, text: string): { value: Record<string, unknown>; publicKey: string } | Text => {
  const ja = contents[what]
  let envelope: unknown
  try {
    envelope = JSON.parse(text)
  } catch {
    return { en: `its ${what} is not JSON: it was cut off or changed`, ja: `${ja}が JSON ではありません。途中で切れているか、変更されています` }
  }
  if (!isRecord(envelope) || !isRecord(envelope[what])) return { en: `it has no ${what}`, ja: `${ja}が含まれていません` }
  const { publicKey, signature } = envelope
  const value = envelope[what]
  if (typeof publicKey !== 'string' || typeof signature !== 'string') return { en: `its ${what} is not signed`, ja: `${ja}に署名がありません` }
  if (!isSignedBy(canonical(value), signature, publicKey)) return { en: `the signature does not fit its ${what}: something was changed`, ja: `署名が${ja}の内容と一致しません。変更されています` }
  return canonical(envelope) === text.trimEnd() ? { value, publicKey } : { en: `its ${what} is not in canonical form: it was changed after it was signed`, ja: `${ja}が正規形ではありません。署名後に変更されています` }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
