import type { Anchor, Chunk, Digest, Identity, Table } from '#domain/catalog.ts'
import type { PartContent } from '#domain/bundle.ts'
import type { Finding } from '#domain/finding.ts'
import type { TableId } from '#domain/stream.ts'
import type { Build, Store } from './store.ts'

/** What a product's store can do for a bundle beside being a store: tell its schema where no target is there to be asked, and take it in where no source is. */
export interface Packer {
  /** All that makes the schema elsewhere, as of the picture, and what preflight must know of the source: the product's own JSON. Faults: SNAPSHOT_LOST, SCHEMA_TOOL_MISSING. */
  pack(source: Store, anchor: Anchor, signal: AbortSignal): Promise<string>
  /** Everything that stands in the way of taking the bundle into `target`, or that somebody should know. Changes nothing. */
  examine(target: Store, packed: string, about: { readonly tables: readonly Table[]; readonly identity: Identity; readonly resuming: boolean }): Promise<Finding[]>
  /** As `Target.createSchema` with `dump`. */
  unpack(target: Store, packed: string, signal: AbortSignal): Promise<Build[]>
  /** Stands for rows whatever their order, from the bytes that `Reader.read` gives: its `digest` is the one of `Reader.digest` with order `multiset`. */
  tally(): { add(rows: Buffer): void; digest(rows: number): Digest }
}

/** A bundle being written, part by part; what is whole outlives the process. */
export interface Draft extends AsyncDisposable {
  /** What earlier sessions noted, in order; empty: it begins now. */
  readonly notes: readonly Note[]
  /** Encrypts and adds a part; `content` is asked when the last byte is read. Durable when it returns; of a part that fails nothing stays. */
  add(bytes: AsyncIterable<Uint8Array>, content: () => PartContent): Promise<PartNote>
  /** Writes down what a later session needs to go on. Durable when it returns. */
  note(note: PictureNote): Promise<void>
  /** Forgets everything but the part with the key: the picture it was taken of is gone. */
  restart(): Promise<void>
  /** Adds the index and gives the bundle its name. */
  finish(index: string): Promise<void>
}

export type PictureNote = {
  readonly note: 'picture'
  readonly anchor: Anchor
  readonly identity: Identity
  readonly takenAt: number
  readonly fingerprint: string
  readonly tables: readonly Table[]
  readonly chunks: readonly Chunk[]
  readonly sequences: readonly { readonly id: TableId; readonly label: string; readonly last: string; readonly called: boolean; readonly increment: string }[]
}
export type PartNote = { readonly note: 'part'; readonly content: PartContent; readonly bytes: number; readonly sha256: string }
export type Note = PictureNote | PartNote

/** A bundle that is whole, opened with its key. */
export interface Opened {
  /** The bytes of a part, decrypted. Throws BUNDLE_BROKEN, at the end at the latest, if they are not those that were signed. */
  read(part: number, signal: AbortSignal): AsyncIterable<Buffer>
}

/** A thing in a file tree. `path`: its bytes as Latin-1, parts joined by `/`, so that any name survives. */
export type TreeEntry =
  | { readonly kind: 'file'; readonly path: string; readonly mode: number; readonly modifiedMs: number; readonly bytes: number }
  | { readonly kind: 'folder'; readonly path: string; readonly mode: number }
  | { readonly kind: 'link'; readonly path: string; readonly to: string }

/** A folder of files that travels. */
export interface TreeSource {
  readonly name: string
  /** Everything under it, in one order, whenever asked: by the bytes of the names, folder by folder, what a folder holds after it. What is neither file, folder nor link is `other`. */
  entries(signal: AbortSignal): AsyncIterable<TreeEntry | { readonly kind: 'other'; readonly path: string }>
  /** Bytes of a file. Faults: TREE_UNREADABLE where it is not what it was when it was listed. */
  read(file: TreeEntry & { kind: 'file' }, at: number, bytes: number, signal: AbortSignal): AsyncIterable<Buffer>
}

/** Where a tree is laid down: beside its place first, under its name when it is whole. Nothing outside of the folder is ever touched, whatever the names say. Faults: TREE_REFUSED. */
export interface TreeTarget {
  /** Parts of the bundle that are laid down already. */
  done(): Promise<ReadonlySet<number>>
  write(tree: string, file: TreeEntry & { kind: 'file' }, at: number, bytes: AsyncIterable<Buffer>): Promise<void>
  /** A folder is open to its owner alone until all is there. */
  place(tree: string, entry: TreeEntry & { kind: 'folder' | 'link' }): Promise<void>
  /** A part is laid down. */
  settle(part: number): Promise<void>
  /** What lies there now, for proving. */
  laid(tree: string): TreeSource
  /** Something is not right: all parts are to be laid down again. */
  distrust(): Promise<void>
  /** Gives every tree its name, and its folders their modes. Repeatable. */
  finish(trees: readonly string[], modes: ReadonlyMap<string, readonly { readonly path: string; readonly mode: number }[]>): Promise<void>
}
