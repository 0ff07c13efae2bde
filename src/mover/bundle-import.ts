import { createHash } from 'node:crypto'
import { type BundleManifest, receiptFormat, type PartContent, type Receipt } from '#domain/bundle.ts'
import type { Anchor, Table } from '#domain/catalog.ts'
import { Fault } from '#domain/faults.ts'
import { blocks, type Finding } from '#domain/finding.ts'
import type { Position, TableId } from '#domain/stream.ts'
import { sha256 } from '#lib/hash.ts'
import { sideBySide } from '#lib/side-by-side.ts'
import type { Packer, TreeEntry, TreeTarget } from '#ports/bundle.ts'
import type { Clock } from '#ports/clock.ts'
import type { Build, Store, Target } from '#ports/store.ts'
import { chunksOf } from './bundle-check.ts'
import { type BundleProgress, streamOf } from './bundle-contents.ts'
import { framesIn } from './bundle-frames.ts'
import { type OpenBundle, readManifest, readPart, readSchema } from './bundle-manifest.ts'
import { objectsIn } from './bundle-objects.ts'
import { chainOf } from './bundle-trees.ts'

export type ImportWorld = {
  readonly store: Store
  readonly packer: Packer
  readonly bundle: OpenBundle
  /** Undefined: trees stay in the bundle. */
  readonly trees?: (names: readonly string[]) => Promise<TreeTarget>
  readonly jobs: number
  readonly clock: Clock
  readonly tool: { readonly name: string; readonly version: string }
  /** The receipt that an earlier session kept, when everything was proven. */
  readonly receipt: Receipt | undefined
  /** Signs and keeps it, durably. */
  keep(receipt: Receipt): Promise<void>
  tell(progress: BundleProgress): void
}

export type Imported = { readonly end: 'blocked'; readonly findings: readonly Finding[] } | { readonly end: 'proven'; readonly receipt: Receipt; readonly findings: readonly Finding[] }

/**
 * Takes a bundle into an empty database: schema, rows, keys and indexes, foreign keys, sequences, large objects, and file trees beside it; then reads everything back and holds it against the
 * manifest. Killed and called again it goes on. When it is proven, the receipt is kept and every trace of Rehome is removed from the database. Faults: BUNDLE_*, TREE_REFUSED.
 */
export const importBundle = async (world: ImportWorld, signal: AbortSignal): Promise<Imported> => {
  const { store, packer, bundle } = world
  const identity = await store.identify()
  if (world.receipt !== undefined && world.receipt.target.system === identity.system && world.receipt.target.database === identity.database) {
    await store.cleanUp()
    return { end: 'proven', receipt: world.receipt, findings: [] }
  }
  const manifest = await readManifest(bundle, signal)
  const packed = await readSchema(bundle, manifest, signal)
  const resuming = await isOurs(store, manifest.bundle)
  const findings = await packer.examine(store, packed, { tables: manifest.tables, identity: manifest.source, resuming })
  if (blocks(findings)) return { end: 'blocked', findings }
  const trees = manifest.trees.length === 0 ? undefined : await world.trees?.(manifest.trees.map(t => t.name))
  await store.book.write(JSON.stringify({ format: marker, bundle: manifest.bundle }))
  const target = store.target(streamOf(manifest.bundle))
  await target.prepare()
  const builds = await packer.unpack(store, packed, signal)
  await loadRows(world, target, manifest, builds, signal)
  await buildAll(world, target, builds, signal)
  await putObjects(world, target, manifest, signal)
  await target.setSequences(manifest.sequences)
  await target.analyse(manifest.tables.map(t => t.id), signal)
  await proveRows(world, manifest, signal)
  if (trees !== undefined) await layTrees(world, trees, manifest, signal)
  const receipt = receiptOf(world, manifest, { ...identity, label: store.label }, trees === undefined ? [] : manifest.trees.map(t => t.name))
  await world.keep(receipt)
  await store.cleanUp()
  return { end: 'proven', receipt, findings }
}

const marker = 'rehome-bundle-import/1'

/** Whether an import of this bundle is under way into the store. Faults: BUNDLE_OTHER, where something else is. */
const isOurs = async (store: Store, bundle: string): Promise<boolean> => {
  const text = await store.book.read()
  if (text === undefined) return false
  const record = JSON.parse(text) as { format?: unknown; bundle?: unknown }
  if (record.format === marker && record.bundle === bundle) return true
  throw new Fault('BUNDLE_OTHER', { file: store.label, reason: record.format === marker ? `the bundle ${String(record.bundle)} is being imported into it` : 'a move into it is under way' })
}

type Rows = Extract<PartContent, { kind: 'rows' }>

const loadRows = async ({ bundle, tell }: ImportWorld, target: Target, manifest: BundleManifest, builds: readonly Build[], signal: AbortSignal): Promise<void> => {
  await buildPhase(target, builds.filter(b => b.phase === 'table'), 1, signal)
  const tables = new Map<TableId, Table>(manifest.tables.map(t => [t.id, t]))
  const there = new Set((await target.loaded()).map(l => `${l.chunk.table} ${l.chunk.number}`))
  const anchor: Anchor = { snapshot: '', position: '' as Position, followed: false }
  const parts = manifest.parts.flatMap((content, part) => (content.kind === 'rows' ? [{ content, part }] : []))
  let done = 0
  // One part after another: what takes time is the opening, which one thread does.
  for (const { content, part } of parts) {
    signal.throwIfAborted()
    if (!isLoaded(content, there)) {
      const pieces = chunksOf(readPart(bundle, part, content, signal), content, bundle.file)
      await target.load(content.chunks.map(c => c.chunk), anchor, tables, pieces, signal)
    }
    done++
    tell({ doing: 'rows', done, of: parts.length })
  }
  await target.secureLoads()
}

/** A part is loaded in one transaction: all of it is there, or nothing. */
const isLoaded = ({ chunks }: Rows, there: ReadonlySet<string>): boolean => {
  const [first] = chunks
  return first !== undefined && there.has(`${first.chunk.table} ${first.chunk.number}`)
}

const phases = ['key', 'index', 'link', 'validate', 'late', 'last'] as const

const buildAll = async ({ jobs, tell }: ImportWorld, target: Target, builds: readonly Build[], signal: AbortSignal): Promise<void> => {
  let done = 0
  for (const phase of phases) {
    const steps = builds.filter(b => b.phase === phase)
    await buildPhase(target, steps, phase === 'key' || phase === 'index' || phase === 'validate' ? jobs : 1, signal)
    done += steps.length
    if (steps.length > 0) tell({ doing: 'keys, indexes, links', done, of: builds.filter(b => b.phase !== 'table').length })
  }
}

/** Steps of one table one after another, tables side by side. */
const buildPhase = async (target: Target, steps: readonly Build[], jobs: number, signal: AbortSignal): Promise<void> => {
  const built = await target.built()
  const groups = new Map<string, Build[]>()
  for (const step of steps.filter(s => !built.has(s.id))) {
    const of = jobs === 1 ? '' : (step.table ?? step.id)
    groups.set(of, [...(groups.get(of) ?? []), step])
  }
  await sideBySide([...groups.values()], jobs, signal, async (group, _worker, stop) => { await target.build(group, stop) })
}

const putObjects = async ({ store, bundle, tell }: ImportWorld, target: Target, manifest: BundleManifest, signal: AbortSignal): Promise<void> => {
  const there = await objectsThere(store)
  let done = 0
  for (const [part, content] of manifest.parts.entries()) {
    if (content.kind !== 'objects') continue
    for await (const { header, body } of framesIn(readPart(bundle, part, content, signal))) {
      const [id, hash, rights] = [String(header['id']), String(header['sha256']), header['rights']]
      if (there.get(id) !== hash) await target.putLargeObject(id, held(body, hash, id, bundle.file), typeof rights === 'string' ? rights : undefined)
      done++
    }
    if (manifest.largeObjects.count > 0) tell({ doing: 'large objects', done, of: manifest.largeObjects.count })
  }
}

const objectsThere = async (store: Store): Promise<Map<string, string>> => {
  await using picture = await store.picture()
  await using reader = await picture.reader()
  const there = new Map<string, string>()
  for await (const object of reader.largeObjects()) there.set(object.id, object.sha256)
  return there
}

const held = async function* (bytes: AsyncIterable<Buffer>, expected: string, id: string, file: string): AsyncGenerator<Buffer, void, undefined> {
  const hash = createHash('sha256')
  for await (const piece of bytes) {
    hash.update(piece)
    yield piece
  }
  if (hash.digest('hex') !== expected) throw new Fault('BUNDLE_BROKEN', { file, reason: `the large object ${id} is not what was packed` })
}

/** Reads every row of the target, and its large objects, and where its sequences stand. Faults: BUNDLE_DIFFERS. */
const proveRows = async ({ store, jobs, tell }: ImportWorld, manifest: BundleManifest, signal: AbortSignal): Promise<void> => {
  const wrong: string[] = []
  const expected = new Map(manifest.rows.map(t => [t.table, t]))
  await using picture = await store.picture()
  let done = 0
  const queue = [...manifest.tables].sort((a, b) => b.bytes - a.bytes)
  await sideBySide(Array.from({ length: Math.min(jobs, Math.max(1, queue.length)) }, (_, n) => n), jobs, signal, async (_n, _worker, stop) => {
    await using reader = await picture.reader()
    for (let table = queue.shift(); table !== undefined; table = queue.shift()) {
      const digest = await reader.digest({ table: table.id, number: 0, of: 1, rows: table.rows }, table, 'multiset', stop)
      const said = expected.get(table.id)
      if (said === undefined || said.rows !== digest.rows || said.sha256 !== digest.sha256) wrong.push(`the table ${table.label}`)
      done++
      tell({ doing: 'proving tables', done, of: manifest.tables.length })
    }
  })
  const objects = await objectsIn(store)
  if (objects.chain !== manifest.largeObjects.chain || objects.count !== manifest.largeObjects.count) wrong.push('the large objects')
  const standing = new Map((await store.source('rehome_bundle').sequences()).map(s => [s.id, s]))
  for (const sequence of manifest.sequences) if (!standing.has(sequence.id)) wrong.push(`the sequence ${sequence.label}`)
  const [first] = wrong
  if (first !== undefined) throw new Fault('BUNDLE_DIFFERS', { count: wrong.length, first })
}

const layTrees = async ({ bundle, tell }: ImportWorld, trees: TreeTarget, manifest: BundleManifest, signal: AbortSignal): Promise<void> => {
  const done = await trees.done()
  const modes = new Map<string, { path: string; mode: number }[]>(manifest.trees.map(t => [t.name, []]))
  for (const [part, content] of manifest.parts.entries()) {
    if (content.kind !== 'files' && content.kind !== 'places') continue
    // Folders and links are looked at each time: what modes they get is not kept elsewhere.
    if (content.kind === 'files' && done.has(part)) continue
    for await (const { header, body } of framesIn(readPart(bundle, part, content, signal))) {
      signal.throwIfAborted()
      const { entry, at } = entryOf(header, bundle.file)
      if (entry.kind === 'file') await trees.write(content.tree, entry, at, body)
      else await trees.place(content.tree, entry)
      if (entry.kind === 'folder') modes.get(content.tree)?.push({ path: entry.path, mode: entry.mode })
    }
    if (content.kind === 'files') await trees.settle(part)
    tell({ doing: 'files', done: part + 1, of: manifest.parts.length })
  }
  for (const tree of manifest.trees) {
    if (tree.entries === 0) continue
    const chain = await chainOf(trees.laid(tree.name), new Map((modes.get(tree.name) ?? []).map(m => [m.path, m.mode])), manifest.segmentBytes, signal)
    if (chain === tree.chain) continue
    await trees.distrust()
    throw new Fault('BUNDLE_DIFFERS', { count: 1, first: `the file tree ${tree.name}` })
  }
  await trees.finish(manifest.trees.map(t => t.name), modes)
}

/** What a frame says of a file, held against the forms there are: whoever made the bundle may not be a friend. */
const entryOf = (header: Readonly<Record<string, unknown>>, file: string): { readonly entry: TreeEntry; readonly at: number } => {
  const { kind, path, mode, modifiedMs, size, at, to } = header
  const isCount = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0
  if (typeof path === 'string') {
    if (kind === 'file' && isCount(mode) && Number.isSafeInteger(modifiedMs) && isCount(size) && isCount(at)) return { entry: { kind, path, mode, modifiedMs: modifiedMs as number, bytes: size }, at }
    if (kind === 'folder' && isCount(mode)) return { entry: { kind, path, mode }, at: 0 }
    if (kind === 'link' && typeof to === 'string') return { entry: { kind, path, to }, at: 0 }
  }
  throw new Fault('BUNDLE_BROKEN', { file, reason: 'something in a file tree is neither file, folder nor link' })
}

const receiptOf = ({ bundle, clock, tool }: ImportWorld, manifest: BundleManifest, target: Receipt['target'], trees: readonly string[]): Receipt => ({
  format: receiptFormat, bundle: manifest.bundle, index: sha256(bundle.indexText), salt: manifest.salt, root: manifest.root,
  tables: manifest.rows.length, rows: manifest.rows.reduce((sum, t) => sum + t.rows, 0), largeObjects: manifest.largeObjects.count, trees, target, provenAt: new Date(clock.now()).toISOString(), tool,
})
