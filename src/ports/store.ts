import type { Anchor, Catalog, Chunk, Digest, Identity, Sequence, Span, Table } from '#domain/catalog.ts'
import type { Finding } from '#domain/finding.ts'
import type { Checkpoint, Position, TableId, Transaction } from '#domain/stream.ts'

/**
 * One database of a tenant, at either end of a move. Everything the mover does to a database it does through this port;
 * an adapter passes `storeContract` on a real server. Methods throw a `Fault` when the world fails; a fault whose
 * catalogue entry says `again` leaves the store as it was. STORE_UNREACHABLE alone may come after the act was done and its
 * answer lost: what is not marked repeatable is then read back (`loaded`, `checkpoint`, `built`, `ownership`) before it is asked again.
 *
 * A server that went away and came back is reached again by the next call, without a new `Store`; what was under way faults.
 * A store is its source and its target at once: after the switch the same two stores stream the other way.
 */
export interface Store extends AsyncDisposable {
  /** `postgres://user@host:port/database`: safe to show, no password. */
  readonly label: string
  identify(): Promise<Identity>
  /** What there is to move. Leaves out what Rehome itself created. */
  catalog(): Promise<Catalog>
  /**
   * Stands for the schema, by one cheap question: read before a `catalog()` and equal when read again, the catalog's `fingerprint` still holds. Different: something changed,
   * or may have; only `catalog()` tells. Rows, statistics, where sequences stand and what Rehome does leave it as it is. Means nothing to another store.
   */
  schemaToken(): Promise<string>
  /** Everything that stands in the way of moving `this` to `target`, or that somebody should know. Changes nothing on either side. */
  examine(target: Store, wish: Wish): Promise<Finding[]>
  readonly book: Book
  /** This store as the source of a stream named `stream` (`<move>_out`, `<move>_back`); creates nothing by itself. */
  source(stream: string): Source
  /** This store as the target of a stream named `stream`; creates nothing by itself. */
  target(stream: string): Target
  /** A consistent picture of now, for readers that must all see the same instant. */
  picture(): Promise<Picture>
  /** Opens sessions for pictures and their readers that will be wanted in a hurry; not needed, only quicker. Those that nobody took end with the answer. */
  openAhead(sessions: number): Promise<AsyncDisposable>
  /**
   * Removes all rows and definitions but Rehome's own and what extensions brought: only for a database that was found empty (`examine`) and filled by a rehearsal. What an
   * extension needs that is not in a schema of its own stays. Repeatable.
   */
  empty(): Promise<void>
  /** Everything Rehome registered here (I12), whether or not it came to exist. */
  registered(): Promise<Created[]>
  /** Removes everything Rehome created here, the fence, the book and the ownership included, the register last; returns what it removed. Repeatable. */
  cleanUp(): Promise<Created[]>
}

/** What the person asked for, as far as it decides whether the move can start. */
export type Wish = { readonly follow: boolean; readonly schema: 'dump' | 'existing'; readonly tenant: string; /** A move of ours is already under way into this target. */ readonly resuming: boolean }

export type Created = { readonly kind: string; readonly name: string; readonly at: string }

/** Where a store keeps what Rehome must not forget. Durable before a method returns. Reading creates nothing; writing creates what it needs. */
export interface Book {
  /** The record of the move that has this store as its destination: the mover's own JSON. Undefined: none, and nothing was created. */
  read(): Promise<string | undefined>
  write(record: string): Promise<void>
  /** I11. Undefined: never owned through Rehome. */
  ownership(): Promise<Ownership | undefined>
  /** Sets owner and epoch if `epoch` is greater than the one on file; false: it is not, and nothing changed. Without `mayCreate` a row must be on file: a book that was removed stays removed. */
  own(next: Ownership, options?: { readonly mayCreate?: boolean }): Promise<boolean>
}

/** Who accepts the tenant's writes, as far as this store knows. `here`: this store does. */
export type Ownership = { readonly owner: 'here' | 'elsewhere'; readonly epoch: number; readonly move: string }

export interface Source {
  /**
   * Starts to record changes (unless `follow` is false) and takes a picture from exactly then on, kept alive by a process of its own
   * that outlives the mover. Registers before it creates. Called again after a crash with no anchor on file, it drops what it finds and starts over.
   */
  anchor(options: { follow: boolean; tables: readonly Table[] }): Promise<Anchor>
  /** A picture for tables whose first one was lost, without touching the stream. */
  reanchor(tables: readonly Table[]): Promise<Anchor>
  /** The picture of an anchor, for any number of readers. Faults: SNAPSHOT_LOST. */
  open(anchor: Anchor): Promise<Picture>
  /** Ends the picture: it can no longer be opened, readers that are open go on. The stream goes on. Repeatable. */
  release(anchor: Anchor): Promise<void>
  /** How a table is cut for copying: contiguous, complete, disjoint in the anchor's picture; at least one, numbered from 0. `chunkBytes` is a wish. */
  chunks(anchor: Anchor, table: Table, chunkBytes: number): Promise<Chunk[]>
  /**
   * Starts to record changes without copying anything (the way back, positioned before the first write). Returns where the stream begins.
   * Repeatable: a stream that is there already is kept, and the answer is not later than the first one.
   */
  record(tables: readonly Table[]): Promise<Position>
  /**
   * The changes from a checkpoint on, in commit order, large transactions in parts. Refuses to leave out anything: STREAM_GAP, STREAM_LOST.
   * May repeat what the checkpoint covers (`isApplied`), cut into other parts than before (`remaining`); never skips. Whatever is wrong is thrown
   * by the iteration, not by this call. Aborted: the iteration rejects with the signal's reason. One reader at a time; a reader whose process died is taken over from.
   */
  changes(from: Checkpoint, signal: AbortSignal): ChangeStream
  /** Puts a transaction that carries `nonce` into the stream, after everything committed so far; on a fenced store too. Returns a position at or after its commit. */
  mark(nonce: string): Promise<Position>
  /** A picture of now and its exact place in the stream: what commits before is in it, everything else is not (P7). */
  pictureInStream(): Promise<{ picture: Picture; position: Position }>
  /** Prepares the fence without stopping anybody; not needed for `fence`, only quicker. Repeatable. */
  arm(tables: readonly Table[], signal: AbortSignal): Promise<void>
  /**
   * Refuses the product's writes from here on, durably, and waits out those in flight; gives up with FENCE_BUSY after `withinMs`, leaving
   * nobody frozen. A transaction that is open but has not written yet is not waited for: its writes are refused. Reading goes on. Does not stop the
   * appliers of Rehome, nor `mark`. Survives a crash of the server. Repeatable.
   */
  fence(tables: readonly Table[], withinMs: number): Promise<void>
  /** Accepts writes again. Repeatable. */
  thaw(): Promise<void>
  isFenced(): Promise<boolean>
  /** Read under the fence, when nobody draws from them. */
  sequences(): Promise<Sequence[]>
  health(): Promise<Health>
  /** Ends the stream and everything made for it, the fence excepted. Repeatable. */
  drop(): Promise<void>
}

/** How the source bears it. */
export type Health = {
  /** Of the write-ahead log, kept only because this stream has not taken it. */
  readonly retainedBytes: number
  /** Of the oldest picture held for this move. */
  readonly snapshotMs: number
  /** The longest that anybody waits for a lock of ours. */
  readonly lockWaitMs: number
  /** Of a trivial statement. */
  readonly roundTripMs: number
  /** The source's newest position. */
  readonly position: Position
}

export interface ChangeStream extends AsyncIterable<Transaction>, AsyncDisposable {
  /** Tells the source that everything before `end` is durable on the target; it may forget it (I5). Never goes back; may arrive late or, when the stream breaks, not at all. */
  acknowledge(end: Position): void
  /** The newest place the source has told of, in or outside a transaction. */
  readonly heard: Position
}

/** One instant of a store, readable by several sessions at once. */
export interface Picture extends AsyncDisposable {
  /** A session that sees this instant. Faults: SNAPSHOT_LOST. */
  reader(): Promise<Reader>
}

export interface Reader extends AsyncDisposable {
  /**
   * The rows of each chunk in turn, in the bytes that `Target.load` takes. Pull: nothing is read ahead beyond the socket's buffer.
   * Ends each chunk with its digest, order `stored`: of a chunk that is a whole table the same as `digest` gives of it in this picture.
   */
  read(chunks: readonly Chunk[], tables: ReadonlyMap<TableId, Table>, signal: AbortSignal): AsyncIterable<Piece>
  /** How a table is cut for comparing; both sides are read by the same spans, and no row of either side is outside them. At least one, numbered from 0. `spanRows` is a wish. */
  spans(table: Table, spanRows: number): Promise<Span[]>
  /** A span without a range is the whole table. Order `key` only where `table.order` says so. */
  digest(span: Span, table: Table, order: Digest['order'], signal: AbortSignal): Promise<Digest>
  /** Row by row, to find what differs. `key`: the row's key as text for people, of no two rows the same where the table has one; `sha256` over the whole row; `values` as text in the order of `table.columns`. */
  rows(span: Span, table: Table, signal: AbortSignal): AsyncIterable<RowPrint>
  /** The rows that have these keys, as one digest: absent rows count nothing. Keys are in `table.key` order, values as in `Image`. */
  digestKeys(table: Table, keys: readonly (readonly string[])[], signal: AbortSignal): Promise<Digest>
  rowsByKey(table: Table, keys: readonly (readonly string[])[], signal: AbortSignal): AsyncIterable<RowPrint>
  count(table: Table): Promise<number>
  /** Large objects by number, oversized values hashed on the server. `rights`: whose each is and who may use it, in the store's own words. */
  largeObjects(): AsyncIterable<{ readonly id: string; readonly bytes: number; readonly sha256: string; readonly rights?: string }>
  readLargeObject(id: string, signal: AbortSignal): AsyncIterable<Buffer>
}

/** `chunk`: which of the chunks that were asked for, counted from 0. `bytes` hold until the next piece is asked for: their memory is used again. */
export type Piece = { readonly chunk: number; readonly bytes: Buffer } | { readonly chunk: number; readonly digest: Digest }
export type RowPrint = { readonly key: string; readonly sha256: string; readonly values: readonly (string | null)[] }

export interface Target {
  /** What `examine` promised empty is made ready: the book, the record of chunks, the checkpoint. Repeatable. */
  prepare(): Promise<void>
  /**
   * Makes tables without indexes, keys, triggers, of which it may leave some to steps of their own; answers, in order, those and everything that is built when the rows are there. The source's own tools write it,
   * once; the answer is kept on the target for a later session, and asked again nothing is created twice. `existing`: nothing is created, the steps are what has to be
   * done anew once the rows are there, such as filling a materialized view. Faults: SCHEMA_DIFFERS.
   */
  createSchema(source: Store, how: 'dump' | 'existing'): Promise<Build[]>
  /**
   * Builds steps, in this order, and records that they are built: each in one transaction where the server can, and several may share one. Repeatable. Where it faults,
   * those before the one that failed may be built.
   */
  build(steps: readonly Build[], signal: AbortSignal): Promise<void>
  /** Takes the statistics that planning needs, once rows and indexes are there. Repeatable. */
  analyse(tables: readonly TableId[], signal: AbortSignal): Promise<void>
  /** The steps that are done. */
  built(): Promise<ReadonlySet<string>>
  /**
   * Rows and the record of each chunk, in one transaction (I1). `pieces` are those of `Reader.read` on the same chunks. Refuses a chunk
   * that is already recorded (an assertion), and pieces that end before the digest of every chunk. Answers in the order of `chunks`.
   */
  load(chunks: readonly Chunk[], anchor: Anchor, tables: ReadonlyMap<TableId, Table>, pieces: AsyncIterable<Piece>, signal: AbortSignal): Promise<Loaded[]>
  loaded(): Promise<Loaded[]>
  /** Empties tables and forgets their chunks, in one transaction. */
  unload(tables: readonly TableId[]): Promise<void>
  /** Everything loaded so far survives a crash of the server, from here on. */
  secureLoads(): Promise<void>
  checkpoint(): Promise<Checkpoint | undefined>
  /** Sets the first checkpoint; an assertion holds that there is none beyond. Repeatable with the same position. */
  startAt(position: Position): Promise<void>
  /**
   * Applies parts of transactions, in order, and moves the checkpoint, in one transaction (I2). Strict (I4): an insert inserts one row, an update or delete
   * finds one, or APPLY_STRICT and nothing is applied. A change written under another shape than its table's: SCHEMA_CHANGED,
   * and nothing from that change on is applied; what comes before it may be, and the checkpoint says so: once the target is changed alike, the old shape must be behind.
   * Durable when it returns. What the checkpoint covers must have been left out before (`remaining`); an assertion on the checkpoint on file, under its lock,
   * holds that, so that two appliers cannot both apply a part.
   */
  apply(parts: readonly Transaction[], tables: ReadonlyMap<TableId, Table>): Promise<Checkpoint>
  /** The next value drawn here is one that was never drawn at the source; nor, where the product takes ranges of numbers at a time, one of those it may take there meanwhile. Repeatable. */
  setSequences(sequences: readonly Sequence[]): Promise<void>
  /** Makes a large object what `bytes` says, under the same number; `undefined` removes it. Gives it the `rights` it is listed with, as far as their roles are here and we may. */
  putLargeObject(id: string, bytes: AsyncIterable<Buffer> | undefined, rights?: string): Promise<void>
  /** Removes what belongs to this stream on the target: checkpoint and chunk records. Repeatable. */
  drop(): Promise<void>
}

export type Loaded = { readonly chunk: Chunk; readonly anchor: Position; readonly digest: Digest }

/** One step of building what rows are loaded into, or what comes after them. Steps of one phase and different tables may run side by side. */
export type Build = {
  readonly id: string
  /** `table`: the table itself, before its rows come. `key`, `index`: as soon as the table is loaded. `link`: foreign keys, not yet validated, one at a time; `validate`: them, side by side. `last`: what must not act before the freeze. */
  readonly phase: 'table' | 'key' | 'index' | 'link' | 'validate' | 'late' | 'last'
  /** For people, such as `index "orders_by_day"`. */
  readonly what: string
  readonly table?: TableId
  /** Of a foreign key of a large table, the other one: once both have rows and keys it can be made, whatever else is still copied. */
  readonly refersTo?: TableId
  readonly sql: string
}
