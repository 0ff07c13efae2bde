import { createHash } from 'node:crypto'
import { addSums, emptySum, type BundleManifest } from '#domain/bundle.ts'
import { Fault } from '#domain/faults.ts'
import type { Packer } from '#ports/bundle.ts'
import type { Piece } from '#ports/store.ts'
import { framesIn } from './bundle-frames.ts'
import type { BundleProgress } from './bundle-contents.ts'
import { readManifest, readPart, readSchema, type OpenBundle } from './bundle-manifest.ts'
import type { PartContent } from '#domain/bundle.ts'

type Rows = Extract<PartContent, { kind: 'rows' }>

/** Reads everything in a bundle and holds it against what is said of it: every part, every chunk's rows, every table's sum. Faults: BUNDLE_BROKEN. */
export const checkBundle = async (bundle: OpenBundle, packer: Packer, tell: (progress: BundleProgress) => void, signal: AbortSignal): Promise<BundleManifest> => {
  const manifest = await readManifest(bundle, signal)
  await readSchema(bundle, manifest, signal)
  const sums = new Map<string, { rows: number; sha256: string }>()
  for (const [part, content] of manifest.parts.entries()) {
    if (content.kind === 'rows') {
      for await (const piece of summed(chunksOf(readPart(bundle, part, content, signal), content, bundle.file), content, packer, bundle.file)) {
        if ('bytes' in piece) continue
        const chunk = content.chunks[piece.chunk]
        const before = sums.get(chunk?.chunk.table ?? '') ?? { rows: 0, sha256: emptySum }
        if (chunk !== undefined) sums.set(chunk.chunk.table, { rows: before.rows + chunk.digest.rows, sha256: addSums(before.sha256, chunk.sum) })
      }
    } else if (content.kind !== 'key' && content.kind !== 'manifest' && content.kind !== 'schema') await checkFrames(readPart(bundle, part, content, signal), content.kind, bundle.file)
    tell({ doing: 'parts', done: part + 1, of: manifest.parts.length })
  }
  for (const table of manifest.rows) {
    const found = sums.get(table.table) ?? { rows: 0, sha256: emptySum }
    if (found.rows !== table.rows || found.sha256 !== table.sha256) throw new Fault('BUNDLE_BROKEN', { file: bundle.file, reason: `the rows of ${table.table} are not those the manifest names` })
  }
  return manifest
}

const checkFrames = async (bytes: AsyncIterable<Buffer>, kind: string, file: string): Promise<void> => {
  for await (const { header, body } of framesIn(bytes)) {
    const hash = createHash('sha256')
    for await (const piece of body) hash.update(piece)
    if (kind === 'objects' && hash.digest('hex') !== header['sha256']) throw new Fault('BUNDLE_BROKEN', { file, reason: `the large object ${String(header['id'])} is not what was packed` })
  }
}

/** The rows of a part as `Target.load` takes them. The last digest comes when the part was read to its end and is what it should be. */
export const chunksOf = async function* (bytes: AsyncIterable<Buffer>, { chunks }: Rows, file: string): AsyncGenerator<Piece, void, undefined> {
  let at = 0
  let hash = createHash('sha256')
  let left = chunks[0]?.digest.bytes ?? 0
  const isLast = (): boolean => at === chunks.length - 1
  const ended = function* (): Generator<Piece, void, undefined> {
    const chunk = chunks[at]
    if (chunk === undefined || hash.digest('hex') !== chunk.digest.sha256) throw new Fault('BUNDLE_BROKEN', { file, reason: `the rows of ${chunk?.chunk.table ?? 'a table'} are not those the manifest names` })
    yield { chunk: at, digest: chunk.digest }
    at++
    hash = createHash('sha256')
    left = chunks[at]?.digest.bytes ?? 0
  }
  for await (let piece of bytes) {
    while (piece.length > 0) {
      while (left === 0 && !isLast()) yield* ended()
      const part = piece.subarray(0, left)
      if (part.length === 0) throw new Fault('BUNDLE_BROKEN', { file, reason: 'a part holds more rows than the manifest names' })
      hash.update(part)
      left -= part.length
      piece = piece.subarray(part.length)
      yield { chunk: at, bytes: part }
    }
  }
  while (at < chunks.length) {
    if (left > 0) throw new Fault('BUNDLE_BROKEN', { file, reason: 'a part holds fewer rows than the manifest names' })
    yield* ended()
  }
}

/** The same pieces; at each chunk's end its sum is held against the manifest's. */
const summed = async function* (pieces: AsyncIterable<Piece>, { chunks }: Rows, packer: Packer, file: string): AsyncGenerator<Piece, void, undefined> {
  let tally = packer.tally()
  for await (const piece of pieces) {
    if ('bytes' in piece) tally.add(piece.bytes)
    else {
      if (tally.digest(piece.digest.rows).sha256 !== chunks[piece.chunk]?.sum) throw new Fault('BUNDLE_BROKEN', { file, reason: `the rows of ${chunks[piece.chunk]?.chunk.table ?? ''} do not come to their sum` })
      tally = packer.tally()
    }
    yield piece
  }
}
