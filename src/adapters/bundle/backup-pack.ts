import { createHash, type Hash } from 'node:crypto'
import { lstat, mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '#domain/faults.ts'
import { hashed } from '#lib/hashed.ts'
import type { BackupParts } from '#ports/backup-parts.ts'
import type { TreeSource } from '#ports/bundle.ts'
import { backupFormat, type BackupManifest, type BackupPart, filesOf, type ListedEntry, type ListedFile, type ListedTree, listedTrees } from './backup.ts'
import { openNotes, type Notes } from './notes.ts'
import { sealed, sealerFor } from './seal.ts'
import { join as within, openTree } from './tree-source.ts'

const mostEntries = 1_000_000

type Note =
  | { readonly note: 'part'; readonly part: BackupPart; /** Of the files that ended in it. */ readonly hashes: readonly string[]; readonly next: Place }
  | { readonly note: 'index'; readonly index: Omit<BackupPart, 'plainBytes'> }
  | { readonly note: 'read'; readonly part: number }
/** Where the next byte is read: the number of the file, and how far into it. */
type Place = { readonly file: number; readonly at: number }

export type PackWanted = {
  readonly folders: Readonly<Record<string, string>>
  readonly recipient: string
  readonly version: string
  /** On this machine, for what it needs to go on; of one back-up. */
  readonly scratch: string
  readonly parts: BackupParts
  readonly partBytes: number
  /** How what is done is kept: on disk. */
  readonly open?: typeof openNotes
  readonly signal: AbortSignal
}
export type Packed = { readonly claim: number; readonly part: number; readonly bytes: number; readonly sha256: string; readonly files: number; readonly parts: number; readonly totalBytes: number }

/**
 * Packs folders part by part, compressed and encrypted for their recipient before a byte leaves; what is whole outlives the process. At the end every part is read back and held against
 * its hash. Nobody may write to the folders meanwhile. Faults: TREE_UNREADABLE, BACKUP_BROKEN.
 */
export const packBackup = async (wanted: PackWanted): Promise<Packed> => {
  const trees = await listOnce(wanted)
  const notes = await (wanted.open ?? openNotes)<Note>(join(wanted.scratch, 'parts.jsonl'))
  await packParts(wanted, trees, notes)
  const manifest: BackupManifest = { format: backupFormat, version: wanted.version, trees: [...trees], hashes: ofNote(notes, 'part').flatMap(one => one.hashes), parts: ofNote(notes, 'part').map(one => one.part) }
  const index = ofNote(notes, 'index')[0]?.index ?? await putIndex(wanted, notes, manifest)
  for (const part of [...manifest.parts, index]) {
    if (ofNote(notes, 'read').some(one => one.part === part.part)) continue
    await readBack(wanted, part)
    await notes.add({ note: 'read', part: part.part })
  }
  return { ...index, files: manifest.hashes.length, parts: manifest.parts.length, totalBytes: filesOf(trees).reduce((sum, { file }) => sum + file.bytes, 0) }
}

const ofNote = <Name extends Note['note']>({ all }: Notes<Note>, name: Name): Extract<Note, { note: Name }>[] => all.filter((one): one is Extract<Note, { note: Name }> => one.note === name)

/** The list is made once: what was changed after it is found out when it is read. */
const listOnce = async ({ folders, scratch, signal }: PackWanted): Promise<readonly ListedTree[]> => {
  const file = join(scratch, 'list.json')
  const known = await readFile(file, 'utf8').catch(() => undefined)
  if (known !== undefined) return listedTrees.parse(JSON.parse(known))
  const owners = await ownersHere()
  const trees: ListedTree[] = []
  let count = 0
  for (const [name, folder] of Object.entries(folders)) {
    const about = await lstat(folder).catch((cause: unknown) => { throw new Fault('TREE_UNREADABLE', { path: folder, reason: cause instanceof Error ? cause.message : String(cause) }, { cause }) })
    const [entries, root]: [ListedEntry[], Buffer] = [[], Buffer.from(folder)]
    let others = 0
    for await (const entry of openTree(folder).entries(signal)) {
      if (++count > mostEntries) throw new Fault('TREE_UNREADABLE', { path: folder, reason: `it has more than ${mostEntries} files` })
      if (entry.kind === 'other') others++
      else entries.push(entry.kind === 'link' ? entry : { ...entry, owner: owners.get((await lstat(within(root, entry.path))).uid) ?? null })
    }
    trees.push({ name, mode: about.mode & 0o777, owner: owners.get(about.uid) ?? null, others, entries })
  }
  await mkdir(scratch, { recursive: true, mode: 0o700 })
  await writeDurably(file, JSON.stringify(trees))
  return trees
}

const ownersHere = async (): Promise<ReadonlyMap<number, string>> => new Map((await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n').map(line => line.split(':')).filter(line => line.length > 3).map(([name = '', , uid]) => [Number(uid), name]))

const writeDurably = async (file: string, text: string): Promise<void> => {
  {
    await using handle = await open(`${file}.draft`, 'w', 0o600)
    await handle.writeFile(text)
    await handle.sync()
  }
  await rename(`${file}.draft`, file)
}

const packParts = async (wanted: PackWanted, trees: readonly ListedTree[], notes: Notes<Note>): Promise<void> => {
  const { folders, recipient, parts, partBytes, signal } = wanted
  const sources = trees.map(tree => openTree(folders[tree.name] ?? ''))
  const before = ofNote(notes, 'part')
  const reading = new Reading(filesOf(trees).map(({ tree, file }) => ({ source: sources[tree] as TreeSource, file })), before.at(-1)?.next ?? { file: 0, at: 0 }, signal)
  for (let number = before.length; !reading.isOver; number++) {
    const [bytes, said] = [await whole(sealed(reading.next(partBytes), sealerFor({ recipients: [recipient] }), true)), reading.take()]
    const { claim, part } = await parts.put(number, bytes, signal)
    await notes.add({ note: 'part', part: { claim, part, bytes: bytes.length, sha256: hashed(bytes), plainBytes: said.bytes }, hashes: said.hashes, next: said.next })
  }
}

type Queued = { readonly source: TreeSource; readonly file: ListedFile }

/** Files one behind the other, and the hash of each. Where a part ended in the midst of a file, what comes before is read once more for its hash. */
class Reading {
  readonly #files: readonly Queued[]
  readonly #signal: AbortSignal
  #place: Place
  #hash: Hash | undefined
  #hashes: string[] = []
  #bytes = 0

  constructor(files: readonly Queued[], from: Place, signal: AbortSignal) {
    this.#files = files
    this.#place = from
    this.#signal = signal
  }

  get isOver(): boolean { return this.#place.file >= this.#files.length }

  async *next(most: number): AsyncGenerator<Uint8Array> {
    for (let room = most; !this.isOver;) {
      const { file: n, at } = this.#place
      const one = this.#files[n]
      if (one === undefined) return
      const { source, file } = one
      const bytes = Math.min(room, file.bytes - at)
      if (bytes === 0 && file.bytes > at) return
      this.#hash ??= await hashOfStart(source, file, at, this.#signal)
      for await (const piece of source.read(file, at, bytes, this.#signal)) {
        this.#hash.update(piece)
        yield piece
      }
      room -= bytes
      this.#bytes += bytes
      this.#place = { file: n, at: at + bytes }
      if (at + bytes < file.bytes) return
      this.#hashes.push(this.#hash.digest('hex'))
      this.#hash = undefined
      this.#place = { file: n + 1, at: 0 }
    }
  }

  /** What the part that was just read held. */
  take(): { readonly bytes: number; readonly hashes: readonly string[]; readonly next: Place } {
    const said = { bytes: this.#bytes, hashes: this.#hashes, next: this.#place }
    this.#hashes = []
    this.#bytes = 0
    return said
  }
}

const hashOfStart = async (source: TreeSource, file: Parameters<TreeSource['read']>[0], bytes: number, signal: AbortSignal): Promise<Hash> => {
  const hash = createHash('sha256')
  if (bytes > 0) for await (const piece of source.read(file, 0, bytes, signal)) hash.update(piece)
  return hash
}

const putIndex = async ({ recipient, parts, signal }: PackWanted, notes: Notes<Note>, manifest: BackupManifest): Promise<Omit<BackupPart, 'plainBytes'>> => {
  const bytes = await whole(sealed(once(Buffer.from(JSON.stringify(manifest))), sealerFor({ recipients: [recipient] }), true))
  const index = { ...await parts.put(manifest.parts.length, bytes, signal), bytes: bytes.length, sha256: hashed(bytes) }
  await notes.add({ note: 'index', index })
  return index
}

const readBack = async ({ parts, signal }: PackWanted, { bytes, sha256, ...at }: Omit<BackupPart, 'plainBytes'>): Promise<void> => {
  const hash = createHash('sha256')
  for await (const piece of parts.read(at, bytes, signal)) hash.update(piece)
  if (hash.digest('hex') !== sha256) throw new Fault('BACKUP_BROKEN', { reason: `part ${at.part} was read back and is not what was put there` })
}

const once = async function* (bytes: Uint8Array): AsyncGenerator<Uint8Array> { yield bytes }

export const whole = async (pieces: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(Buffer.from(piece))
  return Buffer.concat(all)
}
