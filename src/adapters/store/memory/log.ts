import { Fault } from '#domain/faults.ts'
import type { Change, Checkpoint, Position, TableId } from '#domain/stream.ts'

/** A committed transaction. `commit` is the place of its commit record, `end` where the next one may begin. */
export type Entry = { readonly commit: number; readonly end: number; readonly committedAt: number; readonly changes: readonly Change[]; readonly marker?: string }

/**
 * A reader's place, kept by the server. `persisted` is where it falls back to when the server crashes: acknowledgements are
 * written to disk some time later, as a real server does it.
 */
type Slot = { confirmed: number; persisted: number; readonly tables: ReadonlySet<TableId>; reader: object | undefined }

const recordSize = 8

/** What was committed, in the order of the commit records, for as long as a slot needs it. */
export class Log {
  #at = recordSize
  #durable = recordSize
  #entries: Entry[] = []
  readonly #slots = new Map<string, Slot>()
  readonly #waiters = new Set<() => void>()

  /** Where the next record will be. */
  get position(): number {
    return this.#at
  }

  get streams(): string[] {
    return [...this.#slots.keys()]
  }

  append(what: { readonly changes: readonly Change[]; readonly committedAt: number; readonly marker?: string }, isDurable: boolean): Entry {
    const commit = this.#at + what.changes.length * recordSize
    const entry: Entry = { ...what, commit, end: commit + recordSize }
    this.#at = entry.end
    if (this.#slots.size > 0 && (what.changes.length > 0 || what.marker !== undefined)) this.#entries.push(entry)
    if (isDurable) this.flush()
    return entry
  }

  /** Everything so far survives a crash. */
  flush(): void {
    this.#durable = this.#at
    this.wake()
  }

  crash(): void {
    this.#at = this.#durable
    this.#entries = this.#entries.filter(e => e.end <= this.#durable)
    for (const slot of this.#slots.values()) {
      slot.confirmed = slot.persisted
      slot.reader = undefined
    }
    this.wake()
  }

  /** Records from here on. What is not on disk yet must be flushed before: a slot never promises what a crash takes back. */
  createSlot(stream: string, tables: readonly TableId[]): number {
    this.#slots.set(stream, { confirmed: this.#at, persisted: this.#at, tables: new Set(tables), reader: undefined })
    return this.#at
  }

  dropSlot(stream: string): boolean {
    const was = this.#slots.delete(stream)
    this.#forget()
    this.wake()
    return was
  }

  /** Where the stream can resume; undefined: it is not there. */
  resumesAt(stream: string): number | undefined {
    return this.#slots.get(stream)?.confirmed
  }

  /** Bytes kept for the stream alone. */
  retained(stream: string): number {
    const slot = this.#slots.get(stream)
    return slot === undefined ? 0 : this.#at - slot.persisted
  }

  /** Takes the stream for `reader`, from another one if need be. Answers where it resumes. Faults: STREAM_LOST, STREAM_GAP. */
  attach(stream: string, reader: object, from: Checkpoint): number {
    const slot = this.#slots.get(stream)
    if (slot === undefined) throw new Fault('STREAM_LOST', { reason: `there is no stream ${stream}` })
    if (from.through < place(slot.confirmed)) throw new Fault('STREAM_GAP', { checkpoint: from.through, resume: place(slot.confirmed) })
    slot.reader = reader
    this.wake()
    return slot.confirmed
  }

  detach(stream: string, reader: object): void {
    const slot = this.#slots.get(stream)
    if (slot?.reader === reader) slot.reader = undefined
    // The reader itself may wait for what comes next.
    this.wake()
  }

  isAttached(stream: string, reader: object): boolean {
    return this.#slots.get(stream)?.reader === reader
  }

  /** The first transaction at or after `at` that is of concern to the stream, if it is durable already. */
  next(stream: string, at: number): Entry | undefined {
    const slot = this.#slots.get(stream)
    for (const entry of this.#entries) {
      if (slot === undefined || entry.commit < at || entry.end > this.#durable) continue
      const changes = entry.changes.flatMap(change => within(change, slot.tables))
      if (changes.length > 0 || entry.marker !== undefined) return { ...entry, changes }
    }
    return undefined
  }

  acknowledge(stream: string, reader: object, end: number): void {
    const slot = this.#slots.get(stream)
    if (slot === undefined || slot.reader !== reader || end <= slot.confirmed) return
    slot.persisted = slot.confirmed
    slot.confirmed = end
    this.#forget()
  }

  /** Resolves at the next thing that happens; rejects with the signal's reason. */
  wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#waiters.delete(end)
        signal.removeEventListener('abort', end)
        if (signal.aborted) reject(signal.reason as Error)
        else resolve()
      }
      if (signal.aborted) {
        reject(signal.reason as Error)
        return
      }
      this.#waiters.add(end)
      signal.addEventListener('abort', end)
    })
  }

  wake(): void {
    for (const waiter of this.#waiters) waiter()
  }

  #forget(): void {
    const needed = Math.min(...[...this.#slots.values()].map(s => s.persisted))
    this.#entries = this.#entries.filter(e => e.end > needed)
  }
}

/** A number of the log as a position: sixteen hex digits sort as text in stream order. */
export const place = (at: number): Position => at.toString(16).padStart(16, '0') as Position

export const atPlace = (position: Position): number => Number.parseInt(position, 16)

/** A change as a stream of `tables` sees it. */
const within = (change: Change, tables: ReadonlySet<TableId>): Change[] => {
  if (change.op !== 'truncate') return tables.has(change.relation.table) ? [change] : []
  const relations = change.relations.filter(r => tables.has(r.table))
  return relations.length === 0 ? [] : [{ ...change, relations }]
}
