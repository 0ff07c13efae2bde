import { createHash } from 'node:crypto'
import { chmod, lchown, lstat, open, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Fault } from '#domain/faults.ts'
import { hashed } from '#lib/hashed.ts'
import type { BackupParts, PartPlace } from '#ports/backup-parts.ts'
import type { TreeTarget } from '#ports/bundle.ts'
import { backupFormat, type BackupManifest, backupManifest, type BackupPart, filesOf, type ListedEntry, type ListedFile, type ListedTree } from './backup.ts'
import { whole } from './backup-pack.ts'
import { openNotes, type Notes } from './notes.ts'
import { openerFor, unsealed } from './seal.ts'
import { join as within } from './tree-source.ts'
import { openTreeTarget } from './tree-target.ts'

type Note =
  | { readonly note: 'laid'; readonly part: number }
  | { readonly note: 'proven' }
  | { readonly note: 'named'; readonly tree: string }
  | { readonly note: 'aside'; readonly tree: string; readonly to: string }
  | { readonly note: 'placed'; readonly tree: string }

export type LayWanted = {
  /** What each tree of the back-up is here, by its whole path. */
  readonly folders: Readonly<Record<string, string>>
  readonly identity: string
  /** Of this restore: its folders beside the places have it in their names. */
  readonly name: string
  readonly scratch: string
  readonly parts: BackupParts
  /** For the name under which a folder is kept that is there already. */
  readonly stamp: string
  /** Everything is laid down and proven: from here on folders are put in their places. */
  readonly beforePlacing: () => Promise<void>
  /** How what is done is kept: on disk. */
  readonly open?: typeof openNotes
  readonly signal: AbortSignal
}

/** Reads what a back-up holds. Faults: BACKUP_BROKEN. */
export const readBackup = async ({ identity, parts, signal }: Pick<LayWanted, 'identity' | 'parts' | 'signal'>, { bytes, sha256, ...at }: PartPlace & { readonly bytes: number; readonly sha256: string }): Promise<BackupManifest> => {
  const text = await whole(opened(identity, await fetched(parts, { ...at, bytes, sha256 }, signal), at.part))
  const json = JSON.parse(text.toString('utf8')) as { readonly format?: unknown }
  if (json.format !== backupFormat) throw new Fault('BACKUP_BROKEN', { reason: `it has the format ${String(json.format)}, and this Rehome reads ${backupFormat}` })
  const manifest = backupManifest.safeParse(json)
  if (!manifest.success) throw new Fault('BACKUP_BROKEN', { reason: 'its index is not what it should be' })
  const files = filesOf(manifest.data.trees)
  const total = (of: readonly number[]): number => of.reduce((sum, one) => sum + one, 0)
  if (files.length !== manifest.data.hashes.length || total(files.map(one => one.file.bytes)) !== total(manifest.data.parts.map(one => one.plainBytes))) throw new Fault('BACKUP_BROKEN', { reason: 'its index does not fit together' })
  return manifest.data
}

/**
 * Lays the trees of a back-up down beside their places, proves every file, and only then puts them there; a folder that is there already is kept aside under a dated name. Goes on where a
 * process died. Answers where those folders are. Faults: BACKUP_BROKEN, TREE_REFUSED; nothing is in its place then, unless putting them there had begun.
 */
export const layBackup = async (wanted: LayWanted, manifest: BackupManifest): Promise<readonly { readonly tree: string; readonly keptAside: string | null }[]> => {
  for (const { name } of manifest.trees) if (wanted.folders[name] === undefined) throw new Fault('TREE_REFUSED', { path: name, reason: 'the back-up has a folder of this name, and the settings of this machine have none' })
  const notes = await (wanted.open ?? openNotes)<Note>(join(wanted.scratch, 'laid.jsonl'))
  const places = await Promise.all(manifest.trees.map((tree, n) => placeOf(wanted, tree, n, notes)))
  if (!notes.all.some(one => one.note === 'proven')) {
    try {
      await layParts(wanted, manifest, places, notes)
      for (const [n, place] of places.entries()) await prove(place, hashesOf(manifest, n), wanted.signal)
    } catch (error) {
      // What is not what was backed up is of no use to anybody.
      if (error instanceof Fault && error.code === 'BACKUP_BROKEN') for (const [n, { folder }] of places.entries()) await rm(join(dirname(folder), stagingOf(wanted, n)), { recursive: true, force: true })
      throw error
    }
    await notes.add({ note: 'proven' })
  }
  await wanted.beforePlacing()
  for (const place of places) await putInPlace(wanted, place, notes)
  return manifest.trees.map(({ name }) => ({ tree: name, keptAside: notes.all.flatMap(one => (one.note === 'aside' && one.tree === name ? [one.to] : [])).at(-1) ?? null }))
}

/** A tree beside its place: laid down by `target` under `named`, in the same folder and so on the same disk. No target: it has that name already, or is in its place. */
type Place = { readonly tree: ListedTree; readonly folder: string; readonly named: string; readonly target: TreeTarget | undefined }

const placeOf = async ({ folders, name }: LayWanted, tree: ListedTree, n: number, { all }: Notes<Note>): Promise<Place> => {
  const folder = folders[tree.name] ?? ''
  const [parent, named] = [dirname(folder), `${basename(folder)}.rehome-${name}`]
  const isNamed = all.some(one => one.note === 'named' && one.tree === tree.name) || await isThere(join(parent, named))
  return { tree, folder, named, target: isNamed ? undefined : await openTreeTarget(parent, `${name}-${n}`, [named]) }
}

/** As a tree's target has it. */
const stagingOf = ({ name }: LayWanted, n: number): string => `.rehome-${name}-${n}`

const isThere = (path: string): Promise<boolean> => lstat(path).then(() => true, () => false)

const layParts = async ({ identity, parts, signal }: LayWanted, manifest: BackupManifest, places: readonly Place[], notes: Notes<Note>): Promise<void> => {
  for (const place of places) for (const entry of place.tree.entries) if (entry.kind !== 'file') await place.target?.place(place.named, entry)
  const files = filesOf(manifest.trees)
  // Files without a byte in them are in no part.
  for (const { tree, file } of files) if (file.bytes === 0) await lay(places[tree] as Place, file, 0, none())
  const laid = new Set(notes.all.flatMap(one => (one.note === 'laid' ? [one.part] : [])))
  let next = { file: 0, at: 0 }
  for (const part of manifest.parts) {
    const pieces = piecesFrom(files.map(one => one.file.bytes), next, part.plainBytes)
    next = pieces.at(-1)?.next ?? next
    if (laid.has(part.part)) continue
    const reader = new Pulled(opened(identity, await fetched(parts, part, signal), part.part))
    for (const { file, at, bytes } of pieces) {
      const one = files[file] as (typeof files)[number]
      await lay(places[one.tree] as Place, one.file, at, reader.take(bytes))
    }
    if (!(await reader.isOver())) throw new Fault('BACKUP_BROKEN', { reason: `part ${part.part} holds more than it should` })
    await notes.add({ note: 'laid', part: part.part })
  }
}

/** Ours to write to until all is there: its own mode it gets at the end. */
const lay = async ({ target, named }: Place, file: ListedFile, at: number, bytes: AsyncIterable<Buffer>): Promise<void> => target?.write(named, { ...file, mode: 0o600 }, at, bytes)

/** Which bytes of which files stand in a part, in their order; and where the next part begins. */
const piecesFrom = (sizes: readonly number[], from: { readonly file: number; readonly at: number }, plainBytes: number): { readonly file: number; readonly at: number; readonly bytes: number; readonly next: { file: number; at: number } }[] => {
  const pieces: ReturnType<typeof piecesFrom> = []
  let [{ file, at }, room] = [from, plainBytes]
  while (room > 0 && file < sizes.length) {
    const size = sizes[file] ?? 0
    const bytes = Math.min(room, size - at)
    const next = at + bytes < size ? { file, at: at + bytes } : { file: file + 1, at: 0 }
    if (bytes > 0) pieces.push({ file, at, bytes, next })
    room -= bytes
    ;({ file, at } = next)
  }
  return pieces
}

/** The whole of a part, if it is the one that was put there. */
const fetched = async (parts: BackupParts, { bytes, sha256, ...at }: Omit<BackupPart, 'plainBytes'>, signal: AbortSignal): Promise<Buffer> => {
  const sealed = await whole(parts.read({ claim: at.claim, part: at.part }, bytes, signal))
  if (sealed.length !== bytes || hashed(sealed) !== sha256) throw new Fault('BACKUP_BROKEN', { reason: `part ${at.part} is not what was put on control’s shelf` })
  return sealed
}

const opened = async function* (identity: string, sealed: Buffer, part: number): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* unsealed(one(sealed), openerFor({ identities: [identity] }), true)
  } catch (cause) {
    throw cause instanceof Fault ? cause : new Fault('BACKUP_BROKEN', { reason: `part ${part} does not open with this machine’s identity: ${cause instanceof Error ? cause.message : String(cause)}` }, { cause })
  }
}

const one = async function* (bytes: Uint8Array): AsyncGenerator<Uint8Array> { yield bytes }
const none = async function* (): AsyncGenerator<Buffer> { /* not a byte */ }

/** Takes bytes off a stream, so many at a time. */
class Pulled {
  readonly #stream: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)

  constructor(stream: AsyncIterable<Buffer>) {
    this.#stream = stream[Symbol.asyncIterator]()
  }

  async *take(bytes: number): AsyncGenerator<Buffer> {
    for (let left = bytes; left > 0;) {
      if (!(await this.#fill())) throw new Fault('BACKUP_BROKEN', { reason: 'a part holds less than it should' })
      const piece = this.#rest.subarray(0, left)
      this.#rest = this.#rest.subarray(piece.length)
      left -= piece.length
      yield piece
    }
  }

  async isOver(): Promise<boolean> { return !(await this.#fill()) }

  async #fill(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const next = await this.#stream.next()
      if (next.done === true) return false
      this.#rest = next.value
    }
    return true
  }
}

const hashesOf = ({ trees, hashes }: BackupManifest, tree: number): readonly string[] => {
  const before = filesOf(trees.slice(0, tree)).length
  return hashes.slice(before, before + filesOf(trees.slice(tree, tree + 1)).length)
}

/** What lies there is what was backed up: nothing more, nothing less, every byte. */
const prove = async ({ tree, named, target, folder }: Place, hashes: readonly string[], signal: AbortSignal): Promise<void> => {
  if (target === undefined) return
  const wrong = (path: string): Fault => new Fault('BACKUP_BROKEN', { reason: `${Buffer.from(path, 'latin1').toString('utf8')} of ${tree.name} does not lie beside ${folder} as it was backed up` })
  if (tree.entries.length === 0) return
  const laid = target.laid(named)
  const [entries, sums] = [tree.entries.values(), hashes.values()]
  for await (const found of laid.entries(signal)) {
    const wanted = entries.next().value
    if (wanted === undefined || found.kind === 'other' || !isSame(wanted, found)) throw wrong(found.path)
    if (found.kind !== 'file') continue
    const hash = createHash('sha256')
    for await (const piece of laid.read(found, 0, found.bytes, signal)) hash.update(piece)
    if (hash.digest('hex') !== sums.next().value) throw wrong(found.path)
  }
  const missing = entries.next().value
  if (missing !== undefined) throw wrong(missing.path)
}

const isSame = (wanted: ListedEntry, found: { readonly kind: string; readonly path: string; readonly to?: string; readonly bytes?: number; readonly modifiedMs?: number }): boolean =>
  wanted.kind === found.kind && wanted.path === found.path && (wanted.kind !== 'link' || wanted.to === found.to) && (wanted.kind !== 'file' || (wanted.bytes === found.bytes && wanted.modifiedMs === found.modifiedMs))

/** Each step is noted: whoever goes on can tell what is aside from what was put there. */
const putInPlace = async ({ stamp, signal }: LayWanted, { tree, folder, named, target }: Place, notes: Notes<Note>): Promise<void> => {
  signal.throwIfAborted()
  const [parent, noted] = [dirname(folder), notes.all.filter(one => 'tree' in one && one.tree === tree.name)]
  if (noted.some(one => one.note === 'placed')) return
  const fresh = join(parent, named)
  if (!noted.some(one => one.note === 'named')) {
    await target?.finish([named], new Map([[named, tree.entries.flatMap(entry => (entry.kind === 'link' ? [] : [{ path: entry.path, mode: entry.mode }]))]]))
    await chmod(fresh, tree.mode)
    await own(fresh, tree)
    await notes.add({ note: 'named', tree: tree.name })
  }
  // It was put there by whoever died before they could note it.
  if (!(await isThere(fresh))) return await notes.add({ note: 'placed', tree: tree.name })
  if (await isThere(folder)) {
    const aside = noted.find(one => one.note === 'aside')?.to ?? `${folder}.before-${stamp}`
    if (await isThere(aside)) throw new Fault('TREE_REFUSED', { path: folder, reason: `something came here while ${aside} was kept aside` })
    await notes.add({ note: 'aside', tree: tree.name, to: aside })
    await rename(folder, aside)
  }
  await rename(fresh, folder)
  await keepOnDisk(parent)
  await notes.add({ note: 'placed', tree: tree.name })
}

/** The owner of the same name, where we may and there is one. */
const own = async (root: string, tree: ListedTree): Promise<void> => {
  if (process.getuid?.() !== 0) return
  const users = new Map((await readFile('/etc/passwd', 'utf8')).split('\n').map(line => line.split(':')).filter(line => line.length > 3).map(([name = '', , uid, gid]) => [name, [Number(uid), Number(gid)] as const]))
  const give = async (path: Buffer | string, owner: string | null): Promise<void> => {
    const ids = owner === null ? undefined : users.get(owner)
    if (ids !== undefined) await lchown(path, ...ids)
  }
  for (const entry of tree.entries) if (entry.kind !== 'link') await give(within(Buffer.from(root), entry.path), entry.owner)
  await give(root, tree.owner)
}

const keepOnDisk = async (folder: string): Promise<void> => {
  await using handle = await open(folder, 'r')
  await handle.sync()
}
