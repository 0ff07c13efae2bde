import canonicalize from 'canonicalize'
import { manifestMisfit } from '#domain/evidence-shape.ts'
import type { Envelope, Manifest, TableEvidence } from '#domain/evidence.ts'
import type { Text } from '#domain/locale.ts'

/** What is looked at, in this order; the first that does not hold ends it. The same as `rehome evidence check`, whose sentences these are. */
export const steps = ['read', 'shape', 'configuration', 'tables', 'root', 'times', 'signature', 'bytes'] as const
export type Step = (typeof steps)[number]
export type Checked =
  | { readonly ok: true; readonly manifest: Manifest; readonly fingerprint: string; readonly rows: number; readonly chunks: number }
  /** `manifest`: what it says all the same, if it can be read at all. */
  | { readonly ok: false; readonly at: Step; readonly reason: Text; readonly manifest: Manifest | null; readonly fingerprint: string | null }

/** Checks evidence in this browser, from its text alone: nobody is asked, and nothing leaves the page. */
export const checkEvidence = async (text: string): Promise<Checked> => {
  const envelope = parse(text)
  if ('en' in envelope) return { ok: false, at: 'read', reason: envelope, manifest: null, fingerprint: null }
  const { manifest, publicKey, signature } = envelope
  const fingerprint = await fingerprintOf(publicKey)
  const wrong = (at: Step, reason: Text): Checked => ({ ok: false, at, reason, manifest: manifestMisfit(manifest) === undefined ? manifest : null, fingerprint })
  const misfit = manifestMisfit(manifest)
  if (misfit !== undefined) return wrong('shape', { en: misfit, ja: `記録の形式が正しくありません: ${misfit}` })
  if (await sha256(canonical(manifest.configuration.values)) !== manifest.configuration.sha256) return wrong('configuration', { en: 'the configuration is not the one its hash was made of', ja: '設定の内容がハッシュ値と一致しません' })
  for (const [i, table] of manifest.tables.entries()) {
    const found = await tableFault(table, manifest.tables[i - 1])
    if (found !== undefined) return wrong('tables', found)
  }
  if (await databaseRoot(manifest.tables) !== manifest.root) return wrong('root', { en: 'the root over all tables does not fit: a table is missing, added or changed', ja: '全テーブルのルートが一致しません。テーブルの欠落、追加、または変更があります' })
  const late = timesFault(manifest)
  if (late !== undefined) return wrong('times', late)
  if (!(await isSignedBy(canonical(manifest), signature, publicKey))) return wrong('signature', { en: 'the signature does not fit the manifest: something in it was changed, or the signature is of another one', ja: '署名が記録の内容と一致しません。内容が変更されたか、別の記録の署名です' })
  if (canonical({ manifest, publicKey, signature }) !== text.trimEnd() || text.length - text.trimEnd().length > 1) return wrong('bytes', { en: 'the file is not in canonical form: it was changed after it was signed', ja: 'ファイルが正規形ではありません。署名後に変更されています' })
  // A signature was checked by it, so there is a key.
  return { ok: true, manifest, fingerprint: fingerprint ?? '', rows: sum(manifest.tables.map(one => one.rows)), chunks: sum(manifest.tables.map(one => one.chunks.length)) }
}

/** False where pages that were not fetched safely may not use the browser’s cryptography. */
export const canCheck = (): boolean => typeof globalThis.crypto?.subtle === 'object'

const parse = (text: string): Envelope | Text => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { en: 'the file is not JSON: it was cut off or changed', ja: 'ファイルが JSON ではありません。途中で切れているか、変更されています' }
  }
  if (!isRecord(value) || !isRecord(value['manifest'])) return { en: 'the file is no evidence of Rehome: it has no manifest', ja: 'Rehome の証跡ではありません。記録が含まれていません' }
  const format = JSON.stringify(value['manifest']['format'])
  if (value['manifest']['format'] !== 'rehome-evidence/1') return { en: `the manifest says format ${format}, this Rehome reads "rehome-evidence/1"`, ja: `記録の形式は ${format} です。この Rehome が読めるのは "rehome-evidence/1" です` }
  if (typeof value['publicKey'] !== 'string' || typeof value['signature'] !== 'string') return { en: 'the manifest is not signed', ja: '記録に署名がありません' }
  return value as Envelope
}

const tableFault = async (table: TableEvidence, before: TableEvidence | undefined): Promise<Text | undefined> => {
  const name = table.table
  if (before !== undefined && before.table >= name) return { en: `the table ${name} stands twice or out of order`, ja: `テーブル ${name} が重複しているか、順序が正しくありません` }
  const gap = table.chunks.findIndex((chunk, n) => chunk.number !== n)
  if (gap !== -1) return { en: `chunk ${gap} of the table ${name} is missing or out of order`, ja: `テーブル ${name} のチャンク ${gap} が欠落しているか、順序が正しくありません` }
  const [rows, bytes] = [sum(table.chunks.map(chunk => chunk.rows)), sum(table.chunks.map(chunk => chunk.bytes))]
  if (rows !== table.rows) return { en: `the table ${name} says ${table.rows} rows, its chunks have ${rows}`, ja: `テーブル ${name} は ${table.rows} 行とされていますが、チャンクの合計は ${rows} 行です` }
  if (bytes !== table.bytes) return { en: `the table ${name} says ${table.bytes} bytes, its chunks have ${bytes}`, ja: `テーブル ${name} は ${table.bytes} バイトとされていますが、チャンクの合計は ${bytes} バイトです` }
  return await tableRoot(table) === table.root ? undefined : { en: `the table ${name} does not have the root that is written there: something said of it was changed`, ja: `テーブル ${name} のルートが一致しません。記載内容が変更されています` }
}

const moments: Readonly<Record<'began' | 'verified' | 'frozen' | 'finished', Text>> = {
  began: { en: 'the move began', ja: '移行の開始' }, verified: { en: 'every row was verified', ja: '全行の検証' }, frozen: { en: 'the freeze proved the rest', ja: '書き込み停止中の検証' }, finished: { en: 'the proof was finished', ja: '証明の完了' },
}
const timesFault = ({ move, anchors, approvals }: Manifest): Text | undefined => {
  const order: readonly (readonly [Text, string])[] = [[moments.began, move.startedAt], [moments.verified, anchors.verified.at], [moments.frozen, anchors.frozenAt], [moments.finished, move.provenAt]]
  const approved = approvals.map(({ what, at }): readonly [Text, string] => [{ en: `${what} was approved`, ja: `${what} の承認` }, at])
  for (const [what, at] of [...order, ...approved]) if (Number.isNaN(Date.parse(at))) return { en: `the time at which ${what.en} is none: ${JSON.stringify(at)}`, ja: `${what.ja}の日時が正しくありません: ${JSON.stringify(at)}` }
  for (const [i, [what, at]] of order.entries()) {
    const [earlier, before] = order[i - 1] ?? [what, at]
    if (Date.parse(at) < Date.parse(before)) return { en: `${what.en} (${at}) before ${earlier.en} (${before})`, ja: `${what.ja}（${at}）が${earlier.ja}（${before}）より前になっています` }
  }
  return undefined
}

const tableRoot = async ({ root: _, chunks, ...head }: TableEvidence): Promise<string> => await merkleRoot(await Promise.all([head, ...chunks].map(part => leaf(canonical(part)))))
const databaseRoot = async (tables: readonly TableEvidence[]): Promise<string> => await merkleRoot(await Promise.all(tables.map(table => leaf(`${canonical(table.table)} ${table.root}`))))

/** Of hashes in their order; an odd one out is carried up unpaired. Of none: the hash of an empty leaf. */
const merkleRoot = async (leaves: readonly string[]): Promise<string> => {
  let level = leaves.length === 0 ? [await leaf('')] : leaves
  while (level.length > 1) {
    const below = level
    level = await Promise.all(Array.from({ length: Math.ceil(below.length / 2) }, (_, i) => pair(below[2 * i] ?? '', below[2 * i + 1])))
  }
  return level[0] ?? ''
}
const leaf = (text: string): Promise<string> => sha256(`rehome leaf ${text}`)
const pair = async (left: string, right: string | undefined): Promise<string> => (right === undefined ? left : await sha256(`rehome node ${left} ${right}`))

/** RFC 8785. What was parsed from JSON always has such a form. */
const canonical = (value: unknown): string => canonicalize(value) ?? ''
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)
const sha256 = async (text: string | Uint8Array<ArrayBuffer>): Promise<string> => [...new Uint8Array(await crypto.subtle.digest('SHA-256', typeof text === 'string' ? bytesOf(text) : text))].map(byte => byte.toString(16).padStart(2, '0')).join('')

/** One text for one value: base64 that decodes alike but reads otherwise is none. */
const fromBase64 = (text: string): Uint8Array<ArrayBuffer> | undefined => {
  try {
    const decoded = atob(text)
    return btoa(decoded) === text ? Uint8Array.from(decoded, letter => letter.charCodeAt(0)) : undefined
  } catch {
    return undefined
  }
}

const isSignedBy = async (text: string, signature: string, publicKey: string): Promise<boolean> => {
  const [key, signed] = [fromBase64(publicKey), fromBase64(signature)]
  if (key === undefined || signed === undefined) return false
  try {
    return await crypto.subtle.verify('Ed25519', await crypto.subtle.importKey('spki', key, 'Ed25519', false, ['verify']), signed, bytesOf(text))
  } catch (error) {
    // A browser that does not know Ed25519 has not found the evidence wrong.
    if (error instanceof DOMException && error.name === 'NotSupportedError') throw error
    return false
  }
}

/** The first half of the key’s SHA-256, in groups of four: short enough to be compared by people. */
const fingerprintOf = async (publicKey: string): Promise<string | null> => {
  const key = fromBase64(publicKey)
  return key === undefined ? null : ((await sha256(key)).slice(0, 32).match(/.{4}/g) ?? []).join(' ')
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
