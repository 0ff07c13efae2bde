import { createHash } from 'node:crypto'
import { chained, firstOfChain, type PartContent } from '#domain/bundle.ts'
import type { Draft, TreeEntry, TreeSource } from '#ports/bundle.ts'
import { contentsOf, treeParts } from './bundle-contents.ts'
import { frameOf } from './bundle-frames.ts'

/** A larger file travels in several pieces of this size, each proven by itself. */
export const segmentBytes = 32 * 2 ** 20
const partBytes = 32 * 2 ** 20

type FilesPart = Extract<PartContent, { kind: 'files' | 'places' }>
type Place = { readonly path: string; readonly at: number }

/** Adds trees to the draft: of each first the files, then the folders and links, so that nothing is ever written through a link. Goes on behind the last piece that is there. */
export const exportTrees = async (draft: Draft, trees: readonly TreeSource[], signal: AbortSignal): Promise<void> => {
  for (const tree of trees) {
    const last = treeParts(contentsOf(draft), tree.name).at(-1)
    if (last?.kind === 'places') continue
    await exportFiles(draft, tree, last, signal)
    await exportPlaces(draft, tree, signal)
  }
}

const exportFiles = async (draft: Draft, tree: TreeSource, last: FilesPart | undefined, signal: AbortSignal): Promise<void> => {
  const segments = segmentsOf(tree, last === undefined ? undefined : { path: last.last, at: last.at }, signal)
  let chain = last?.chain ?? firstOfChain
  let next = await segments.next()
  while (next.done !== true) {
    const whole = createHash('sha256')
    let [count, bytes, content, place]: [number, number, number, Place] = [0, 0, 0, { path: '', at: 0 }]
    const read = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      while (next.done !== true && bytes < partBytes) {
        const segment = next.value
        const head = frameOf({ ...segment.file, size: segment.file.bytes, at: segment.at, bytes: segment.bytes })
        whole.update(head)
        yield head
        const hash = createHash('sha256')
        for await (const piece of tree.read(segment.file, segment.at, segment.bytes, signal)) {
          hash.update(piece)
          whole.update(piece)
          yield piece
        }
        bytes += head.length + segment.bytes
        chain = chained(chain, segmentLine(segment, hash.digest('hex')))
        content += segment.bytes
        if (segment.at === 0) count++
        place = { path: segment.file.path, at: segment.at }
        next = await segments.next()
      }
    }
    await draft.add(read(), () => ({ kind: 'files', bytes, sha256: whole.digest('hex'), tree: tree.name, count, others: 0, content, last: place.path, at: place.at, chain }))
  }
}

const exportPlaces = async (draft: Draft, tree: TreeSource, signal: AbortSignal): Promise<void> => {
  const before = treeParts(contentsOf(draft), tree.name).at(-1)
  const whole = createHash('sha256')
  let [count, others, bytes, chain]: [number, number, number, string] = [0, 0, 0, before?.chain ?? firstOfChain]
  const read = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const entry of tree.entries(signal)) {
      if (entry.kind === 'other') others++
      if (entry.kind === 'other' || entry.kind === 'file') continue
      const head = frameOf({ ...entry, bytes: 0 })
      whole.update(head)
      bytes += head.length
      chain = chained(chain, entry)
      count++
      yield head
    }
  }
  await draft.add(read(), () => ({ kind: 'places', bytes, sha256: whole.digest('hex'), tree: tree.name, count, others, content: 0, last: '', at: 0, chain }))
}

type Segment = { readonly file: TreeEntry & { readonly kind: 'file' }; readonly at: number; readonly bytes: number }

/** The pieces of all files, in the tree's order, behind `after`. */
const segmentsOf = async function* (tree: TreeSource, after: Place | undefined, signal: AbortSignal, size = segmentBytes): AsyncGenerator<Segment, void, undefined> {
  for await (const entry of tree.entries(signal)) {
    if (entry.kind !== 'file') continue
    const order = after === undefined ? 1 : compare(entry.path, after.path)
    if (order < 0) continue
    for (let at = 0; at === 0 || at < entry.bytes; at += size) if (order > 0 || at > (after?.at ?? 0)) yield { file: entry, at, bytes: Math.min(size, entry.bytes - at) }
  }
}

/** By the names on the way, as trees are walked: what a folder holds comes before what stands behind the folder. */
const compare = (a: string, b: string): number => {
  const [left, right] = [a.split('/'), b.split('/')]
  for (let n = 0; n < Math.max(left.length, right.length); n++) {
    const [l, r] = [left[n], right[n]]
    if (l === r) continue
    return l === undefined || (r !== undefined && l < r) ? -1 : 1
  }
  return 0
}

const segmentLine = ({ file, at, bytes }: Segment, sha256: string): unknown => ({ ...file, at, piece: bytes, sha256 })

/** What stands for a tree as it lies there: read whole, in the order it was packed in. `modes`: of folders, which get theirs last. */
export const chainOf = async (tree: TreeSource, modes: ReadonlyMap<string, number>, size: number, signal: AbortSignal): Promise<string> => {
  let chain = firstOfChain
  for await (const segment of segmentsOf(tree, undefined, signal, size)) {
    const hash = createHash('sha256')
    for await (const piece of tree.read(segment.file, segment.at, segment.bytes, signal)) hash.update(piece)
    chain = chained(chain, segmentLine(segment, hash.digest('hex')))
  }
  for await (const entry of tree.entries(signal)) {
    if (entry.kind === 'folder') chain = chained(chain, { ...entry, mode: modes.get(entry.path) ?? entry.mode })
    else if (entry.kind === 'link') chain = chained(chain, entry)
  }
  return chain
}
