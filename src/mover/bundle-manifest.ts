import { createHash } from 'node:crypto'
import { type BundleIndex, type BundleManifest, bundleFormat, bundleRoot, commitmentOf, type PartContent } from '#domain/bundle.ts'
import { Fault } from '#domain/faults.ts'
import { hashed } from '#lib/hashed.ts'
import type { Opened } from '#ports/bundle.ts'

/** A bundle with its key. `file` is for people. */
export type OpenBundle = { readonly file: string; readonly index: BundleIndex; readonly indexText: string; readonly opened: Opened }

/** Everything that stands in the manifest held in memory: some hundred bytes a part, and the tables. */
const mostManifestBytes = 2 ** 29

/** The encrypted manifest, held against the signed index. Faults: BUNDLE_BROKEN, BUNDLE_NEWER. */
export const readManifest = async ({ file, index, opened }: OpenBundle, signal: AbortSignal): Promise<BundleManifest> => {
  const text = await whole(opened.read(index.parts.length - 1, signal), mostManifestBytes, file)
  const manifest = JSON.parse(text.toString('utf8')) as BundleManifest
  if (manifest.format !== bundleFormat) throw new Fault('BUNDLE_NEWER', { file, format: String(manifest.format), known: bundleFormat })
  const fits = manifest.bundle === index.bundle && manifest.parts.length === index.parts.length && manifest.parts[0]?.kind === 'key' && manifest.parts.at(-1)?.kind === 'manifest'
    && bundleRoot(manifest) === manifest.root && commitmentOf(manifest.salt, manifest.root) === index.commitment
  if (!fits) throw new Fault('BUNDLE_BROKEN', { file, reason: 'its manifest and its index do not belong together' })
  return manifest
}

type Held = Exclude<PartContent, { kind: 'key' | 'manifest' }>

/** The bytes of a part, held against what the manifest says of it: throws at the end at the latest. */
export const readPart = async function* ({ file, opened }: OpenBundle, part: number, content: Held, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
  yield* measured(opened.read(part, signal), content, file)
}

/** The schema as its product packed it. */
export const readSchema = async (bundle: OpenBundle, manifest: BundleManifest, signal: AbortSignal): Promise<string> => {
  const part = manifest.parts.findIndex(p => p.kind === 'schema')
  const content = manifest.parts[part]
  if (content?.kind !== 'schema') throw new Fault('BUNDLE_BROKEN', { file: bundle.file, reason: 'it has no schema' })
  const text = await whole(bundle.opened.read(part, signal), content.bytes, bundle.file)
  if (hashed(text) !== content.sha256) throw new Fault('BUNDLE_BROKEN', { file: bundle.file, reason: 'its schema is not the one the manifest names' })
  return text.toString('utf8')
}

const whole = async (bytes: AsyncIterable<Buffer>, most: number, file: string): Promise<Buffer> => {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of bytes) {
    length += piece.length
    if (length > most) throw new Fault('BUNDLE_BROKEN', { file, reason: 'a part is longer than it may be' })
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

const measured = async function* (bytes: AsyncIterable<Buffer>, content: Held, file: string): AsyncGenerator<Buffer, void, undefined> {
  const hash = createHash('sha256')
  let length = 0
  for await (const piece of bytes) {
    length += piece.length
    // What unpacks to more than was said is not unpacked to its end.
    if (length > content.bytes) break
    hash.update(piece)
    yield piece
  }
  if (length !== content.bytes || hash.digest('hex') !== content.sha256) throw new Fault('BUNDLE_BROKEN', { file, reason: `a part with ${content.kind} does not hold what the manifest says` })
}
