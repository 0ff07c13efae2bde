import { createHash } from 'node:crypto'
import type { Chunk, Digest } from '#domain/catalog.ts'
import { addSums, type BundledTable, bundleFormat, type BundleManifest, bundleRoot, commitmentOf, emptySum, type PartContent, type BundleIndex } from '#domain/bundle.ts'
import { Fault } from '#domain/faults.ts'
import type { TableId } from '#domain/stream.ts'
import { assert } from '#lib/assert.ts'
import { canonical } from '#lib/canonical.ts'
import { hashed } from '#lib/hashed.ts'
import type { Draft, Packer, PictureNote, TreeSource } from '#ports/bundle.ts'
import type { Clock } from '#ports/clock.ts'
import type { Reader, Store } from '#ports/store.ts'
import { type BundleProgress, contentsOf, streamOf, treeParts } from './bundle-contents.ts'
import { exportObjects } from './bundle-objects.ts'
import { exportTrees, segmentBytes } from './bundle-trees.ts'

/** How often the picture may be lost before the fault stands. */
const mostLosses = 3
/** Small tables travel together. */
const tablesAtOnce = 100

export type ExportWorld = {
  readonly store: Store
  readonly packer: Packer
  readonly draft: Draft
  /** Names this bundle, the stream of its picture, and what it says of itself. */
  readonly bundle: string
  readonly trees: readonly TreeSource[]
  readonly chunkBytes: number
  readonly clock: Clock
  readonly tool: { readonly name: string; readonly version: string }
  salt(): string
  sign(index: BundleIndex): string
  tell(progress: BundleProgress): void
}

export type Exported = { readonly bundle: string; readonly tables: number; readonly rows: number; readonly bytes: number; readonly root: string }

/**
 * Writes everything of a database as of one instant, and trees of files, into a bundle. Killed and called again on the same draft, it keeps the parts that are whole and goes on, as long as the
 * picture is kept; when that is gone it takes a new one and begins anew, for a bundle never holds two instants.
 */
export const exportBundle = async (world: ExportWorld, signal: AbortSignal): Promise<Exported> => {
  const source = world.store.source(streamOf(world.bundle))
  refuseOtherTrees(world)
  for (let losses = 0; ; losses++) {
    try {
      const note = await pictureFor(world, signal)
      await using picture = await source.open(note.anchor)
      await using reader = await picture.reader()
      await exportRows(world, note, reader, signal)
      await exportObjects(world.draft, picture, signal)
      await exportTrees(world.draft, world.trees, signal)
      const exported = await conclude(world, note)
      await source.release(note.anchor).then(() => source.drop())
      return exported
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'SNAPSHOT_LOST' || losses >= mostLosses) throw error
      world.tell({ doing: 'the picture of the source is gone: a new one is taken, and everything is read anew', done: 0, of: 0 })
      await world.draft.restart()
    }
  }
}

/** What is in the draft already belongs to the bundle. */
const refuseOtherTrees = ({ draft, trees }: ExportWorld): void => {
  const given = new Set(trees.map(t => t.name))
  for (const c of contentsOf(draft)) if ((c.kind === 'files' || c.kind === 'places') && !given.has(c.tree)) throw new Fault('BUNDLE_OTHER', { file: 'the draft', reason: `it was begun with the tree ${c.tree}, which is not named now` })
}

/** The one on file, or a new one with everything that must be known of its instant. */
const pictureFor = async (world: ExportWorld, signal: AbortSignal): Promise<PictureNote> => {
  const identity = await world.store.identify()
  const known = world.draft.notes.find(note => note.note === 'picture')
  if (known !== undefined) {
    if (known.identity.system !== identity.system || known.identity.database !== identity.database) throw new Fault('BUNDLE_OTHER', { file: 'the draft', reason: `it was begun of another database, ${known.identity.database} on the server ${known.identity.system}` })
    return known
  }
  // Killed while the schema was packed: what there is has no picture.
  if (world.draft.notes.length > 1) await world.draft.restart()
  const source = world.store.source(streamOf(world.bundle))
  for (let tries = 1; ; tries++) {
    const catalog = await world.store.catalog()
    const anchor = await source.anchor({ follow: false, tables: catalog.tables })
    const takenAt = world.clock.now()
    // Read after the picture: what rows in it have drawn, these have given out.
    const sequences = await source.sequences()
    const again = await world.store.catalog()
    if (again.fingerprint !== catalog.fingerprint) {
      await source.release(anchor)
      if (tries > mostLosses) throw new Fault('SCHEMA_CHANGED', { table: catalog.tables[0]?.label ?? 'the database', difference: 'it is altered again and again while the bundle is begun' })
      continue
    }
    const chunks: Chunk[] = []
    for (const table of catalog.tables) chunks.push(...(table.bytes > world.chunkBytes ? await source.chunks(anchor, table, world.chunkBytes) : [{ table: table.id, number: 0, of: 1, bytes: table.bytes }]))
    const packed = Buffer.from(await world.packer.pack(world.store, anchor, signal))
    await world.draft.add(once(packed), () => ({ kind: 'schema', bytes: packed.length, sha256: hashed(packed) }))
    const note: PictureNote = { note: 'picture', anchor, identity, takenAt, fingerprint: catalog.fingerprint, tables: catalog.tables, chunks, sequences }
    await world.draft.note(note)
    return note
  }
}

const once = async function* (bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes
}

const exportRows = async ({ draft, packer, chunkBytes, tell }: ExportWorld, { tables, chunks }: PictureNote, reader: Reader, signal: AbortSignal): Promise<void> => {
  const byId = new Map(tables.map(t => [t.id, t]))
  const done = new Set(contentsOf(draft).flatMap(c => (c.kind === 'rows' ? c.chunks.map(({ chunk }) => nameOf(chunk)) : [])))
  const missing = chunks.filter(chunk => !done.has(nameOf(chunk)))
  for (const group of grouped(missing, chunkBytes)) {
    signal.throwIfAborted()
    const held: { chunk: Chunk; digest: Digest; sum: string }[] = []
    const whole = createHash('sha256')
    let bytes = 0
    const read = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      let tally = packer.tally()
      for await (const piece of reader.read(group, byId, signal)) {
        const chunk = group[piece.chunk]
        assert(chunk !== undefined, 'a piece of a chunk that was not asked for')
        if ('bytes' in piece) {
          tally.add(piece.bytes)
          whole.update(piece.bytes)
          bytes += piece.bytes.length
          yield piece.bytes
        } else {
          held.push({ chunk, digest: piece.digest, sum: tally.digest(piece.digest.rows).sha256 })
          tally = packer.tally()
        }
      }
    }
    await draft.add(read(), () => {
      assert(held.length === group.length, 'I10: a chunk of a part was not read')
      return { kind: 'rows', bytes, sha256: whole.digest('hex'), chunks: held }
    })
    for (const chunk of group) done.add(nameOf(chunk))
    tell({ doing: 'rows', done: done.size, of: chunks.length })
  }
}

const nameOf = (chunk: Chunk): string => `${chunk.table} ${chunk.number}`

/** The heaviest first, each a part of its own; small ones together. */
const grouped = (chunks: readonly Chunk[], mostBytes: number): Chunk[][] => {
  const groups: { chunks: Chunk[]; bytes: number }[] = []
  for (const chunk of [...chunks].sort((a, b) => b.bytes - a.bytes)) {
    const last = groups.at(-1)
    if (last === undefined || last.bytes + chunk.bytes > mostBytes / 2 || last.chunks.length >= tablesAtOnce) groups.push({ chunks: [chunk], bytes: chunk.bytes })
    else {
      last.chunks.push(chunk)
      last.bytes += chunk.bytes
    }
  }
  return groups.map(g => g.chunks)
}

const conclude = async (world: ExportWorld, note: PictureNote): Promise<Exported> => {
  const { draft } = world
  const contents = contentsOf(draft).filter(c => c.kind !== 'manifest')
  const said = {
    format: bundleFormat, bundle: world.bundle, takenAt: new Date(note.takenAt).toISOString(), source: { ...note.identity, label: world.store.label }, fingerprint: note.fingerprint, tables: note.tables,
    rows: tableSums(note, contents), sequences: note.sequences, largeObjects: objectsOf(contents), trees: treesOf(contents, world.trees), segmentBytes,
  } as const
  const root = bundleRoot(said)
  const salt = world.salt()
  const manifest: BundleManifest = { ...said, parts: [...contents, { kind: 'manifest' }], salt, root }
  const text = Buffer.from(canonical(manifest))
  assert(!contentsOf(draft).some(c => c.kind === 'manifest'), 'one manifest')
  await draft.add(once(text), () => ({ kind: 'manifest' }))
  const parts = draft.notes.flatMap(n => (n.note === 'part' ? [{ bytes: n.bytes, sha256: n.sha256 }] : []))
  await draft.finish(world.sign({ format: bundleFormat, bundle: world.bundle, madeAt: new Date(world.clock.now()).toISOString(), tool: world.tool, parts, commitment: commitmentOf(salt, root) }))
  return { bundle: world.bundle, tables: said.rows.length, rows: said.rows.reduce((sum, t) => sum + t.rows, 0), bytes: parts.reduce((sum, p) => sum + p.bytes, 0), root }
}

const tableSums = ({ tables, chunks }: PictureNote, contents: readonly PartContent[]): BundledTable[] => {
  const held = contents.flatMap(c => (c.kind === 'rows' ? c.chunks : []))
  assert(held.length === chunks.length && new Set(held.map(h => nameOf(h.chunk))).size === chunks.length, 'I10: the bundle has every chunk once')
  const sums = new Map<TableId, BundledTable>(tables.map(t => [t.id, { table: t.id, rows: 0, bytes: 0, sha256: emptySum }]))
  for (const { chunk, digest, sum } of held) {
    const before = sums.get(chunk.table)
    assert(before !== undefined, 'a chunk of a table that is not in the picture')
    sums.set(chunk.table, { table: chunk.table, rows: before.rows + digest.rows, bytes: before.bytes + digest.bytes, sha256: addSums(before.sha256, sum) })
  }
  return [...sums.values()].sort((a, b) => (a.table < b.table ? -1 : 1))
}

const objectsOf = (contents: readonly PartContent[]): BundleManifest['largeObjects'] => {
  const parts = contents.filter(c => c.kind === 'objects')
  const last = parts.at(-1)
  assert(last !== undefined, 'the large objects end with a part, be it empty')
  return { count: parts.reduce((sum, p) => sum + p.count, 0), bytes: parts.reduce((sum, p) => sum + p.sum, 0), chain: last.chain }
}

const treesOf = (contents: readonly PartContent[], trees: readonly TreeSource[]): BundleManifest['trees'] => trees.map(({ name }) => {
  const parts = treeParts(contents, name)
  const last = parts.at(-1)
  assert(last?.kind === 'places', 'a tree ends with its folders and links')
  return { name, entries: parts.reduce((sum, p) => sum + p.count, 0), bytes: parts.reduce((sum, p) => sum + p.content, 0), chain: last.chain, others: parts.reduce((sum, p) => sum + p.others, 0) }
})
