import type { Table } from '#domain/catalog.ts'
import { Fault } from '#domain/faults.ts'
import { after, remaining, type Change, type Checkpoint, type Position, type TableId, type Transaction } from '#domain/stream.ts'
import { assert } from '#lib/assert.ts'
import { Gate } from '#lib/gate.ts'
import { Queue } from '#lib/queue.ts'
import type { Clock } from '#ports/clock.ts'
import type { ChangeStream, Source, Target } from '#ports/store.ts'
import { Changed } from './changed.ts'
import type { Pace } from './pace.ts'

/** Weight taken into one transaction of the target, and read ahead of it: a change weighs one, and so do 800 bytes, since few wide rows fill memory as many narrow ones do. */
const batchWeight = 20_000
const aheadWeight = 20_000
const weightOf = (part: Transaction): number => Math.max(part.changes.length, (part.bytes ?? 0) / 800) + 1
/** How long a broken connection is tried again before the fault stands. */
const patienceMs = 300_000

export type Following = {
  readonly source: Source
  readonly target: Target
  readonly tables: ReadonlyMap<TableId, Table>
  /** From where on changes of a table are applied (I3). */
  readonly positionOf: (table: TableId) => Position
  readonly clock: Clock
  readonly pace: Pace
  readonly onRetry: (fault: Fault, inMs: number) => void
  /** The way back: everything up to this marker is our own writing and is passed over; what follows is the product's. */
  readonly beginsAt?: { readonly position: Position; readonly marker: string }
}

/** How far a follower is. `behindMs`: the age of the newest change applied when more is waiting, 0 when nothing is. */
export type Progress = { readonly changes: number; readonly behindMs: number; readonly lastCommittedAt: number; readonly checkpoint: Checkpoint | undefined }

type Waiter = { readonly resolve: () => void; readonly reject: (error: unknown) => void }

/**
 * Applies one stream to its target, exactly once and in commit order, from the target's checkpoint on. It survives broken connections at either end;
 * any other fault ends it, and rejects everything that waits on it.
 */
export class Follower implements AsyncDisposable {
  readonly #on: Following
  readonly #stop = new AbortController()
  readonly #markers = new Map<string, Waiter[]>()
  readonly #seen = new Set<string>()
  readonly #moving = new Gate(true)
  readonly changed: Changed
  #hold: { at: Position; held: () => void } | undefined
  #applying: Promise<unknown> = Promise.resolve()
  #beginsAt: Following['beginsAt']
  #checkpoint: Checkpoint | undefined
  #changes = 0
  #waiting = 0
  #lastCommittedAt = 0
  readonly #ended: Promise<void>
  #failure: { error: unknown } | undefined

  constructor(on: Following, signal: AbortSignal) {
    this.#on = on
    this.#beginsAt = on.beginsAt
    this.changed = new Changed(on.tables)
    this.#ended = this.#run(AbortSignal.any([signal, this.#stop.signal]))
    this.#ended.catch(() => { /* whoever waits is told; nobody may be waiting yet */ })
  }

  /** Settles when the follower ends: rejects with the fault that ended it, resolves when it was stopped. */
  get ended(): Promise<void> {
    return this.#ended
  }

  get progress(): Progress {
    return {
      changes: this.#changes, checkpoint: this.#checkpoint, lastCommittedAt: this.#lastCommittedAt,
      behindMs: this.#waiting === 0 ? 0 : Math.max(0, this.#on.clock.now() - this.#lastCommittedAt),
    }
  }

  /** Resolves once the transaction that carries the marker is durable on the target, or passed over. */
  reached(marker: string): Promise<void> {
    if (this.#seen.has(marker)) return Promise.resolve()
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error as Error)
    return new Promise((resolve, reject) => this.#markers.set(marker, [...(this.#markers.get(marker) ?? []), { resolve, reject }]))
  }

  /** Stops applying; resolves when nothing is under way. What the target has then, every later picture of the source has too. */
  async hold(): Promise<void> {
    this.#hold ??= { at: '' as Position, held: () => { /* nobody waits for a place yet */ } }
    await this.#applying
  }

  /**
   * Held, goes on exactly up to `position`: applies everything that commits before and nothing after it; resolves when the target stands exactly there. Something that
   * commits at or after `position` must come down the stream for it to know, so put a marker in. `release` lets it go on.
   */
  goOnTo(position: Position): Promise<void> {
    assert(this.#hold !== undefined, 'a follower that is not held may have gone further already')
    return new Promise((resolve, reject) => {
      this.#hold = { at: position, held: resolve }
      this.#moving.open()
      this.#ended.then(() => reject(new Error('the follower was stopped')), reject)
    })
  }

  release(): void {
    this.#hold = undefined
    this.#moving.open()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error('the follower was stopped'))
    this.#moving.open()
    await this.#ended.catch(() => { /* told already to everyone who waits, and by `ended` */ })
  }

  async #run(signal: AbortSignal): Promise<void> {
    try {
      await this.#persist(signal)
    } catch (error) {
      if (this.#stop.signal.aborted) return
      this.#failure = { error }
      for (const waiter of [...this.#markers.values()].flat()) waiter.reject(error)
      this.#markers.clear()
      throw error
    }
  }

  /** Opens the stream again and again while the faults are of the kind that goes by. */
  async #persist(signal: AbortSignal): Promise<void> {
    const { clock, onRetry, source } = this.#on
    for (let brokenSince: number | undefined, tries = 0; ; ) {
      try {
        const from = await this.#from()
        await using stream = source.changes(from, signal)
        await this.#pump(stream, from, signal, () => { brokenSince = undefined; tries = 0 })
        signal.throwIfAborted()
        throw new Fault('STREAM_LOST', { reason: 'the source ended the stream' })
      } catch (error) {
        signal.throwIfAborted()
        if (!(error instanceof Fault) || !error.isRetryable) throw error
        brokenSince ??= clock.elapsed()
        if (clock.elapsed() - brokenSince > patienceMs) throw error
        const inMs = Math.min(100 * 2 ** tries++, 5_000)
        onRetry(error, inMs)
        await clock.sleep(inMs, signal)
      }
    }
  }

  /** Where to begin: what the target says it has. A commit whose answer was lost is answered here. */
  async #from(): Promise<Checkpoint> {
    const checkpoint = await this.#on.target.checkpoint()
    if (this.#beginsAt !== undefined && checkpoint === undefined) return { through: this.#beginsAt.position }
    assert(checkpoint !== undefined, 'a stream without a checkpoint is followed')
    this.#beginsAt = undefined
    this.#checkpoint = checkpoint
    return checkpoint
  }

  /** One reads, one applies, side by side. */
  async #pump(stream: ChangeStream, from: Checkpoint, signal: AbortSignal, onApplied: () => void): Promise<void> {
    const queue = new Queue<Transaction>(aheadWeight, weightOf)
    const done = new AbortController()
    const both = AbortSignal.any([signal, done.signal])
    const reading = (async () => {
      try {
        for await (const part of stream) {
          this.#waiting++
          await queue.put(part, both)
        }
        queue.end()
      } catch (error) {
        queue.end(error)
      }
    })()
    try {
      await this.#drainInto(queue, stream, from, both, onApplied)
    } finally {
      done.abort(new Error('the stream is closed'))
      await stream[Symbol.asyncDispose]()
      await reading
      this.#waiting = 0
    }
  }

  async #drainInto(queue: Queue<Transaction>, stream: ChangeStream, from: Checkpoint, signal: AbortSignal, onApplied: () => void): Promise<void> {
    for (let at = from; ; ) {
      const parts = await queue.take(signal)
      if (parts.length === 0) return
      for (let next = 0; next < parts.length; ) {
        await this.#on.pace.go(signal)
        next = await this.#untilHeld(parts, next, signal)
        const end = this.#batchEnd(parts, next)
        const batch = parts.slice(next, end)
        if (batch.length > 0) {
          const applying = this.#applyBatch(batch, at, stream)
          this.#applying = applying.catch(() => { /* whoever holds only waits for the end of it */ })
          at = await applying
        }
        this.#waiting -= batch.length
        next = end
        onApplied()
      }
    }
  }

  /** Stops in front of the first transaction at or after the hold. */
  async #untilHeld(parts: readonly Transaction[], next: number, signal: AbortSignal): Promise<number> {
    const part = parts[next]
    while (this.#hold !== undefined && part !== undefined && part.commit >= this.#hold.at) {
      this.#moving.shut()
      this.#hold.held()
      await this.#moving.pass(signal)
    }
    return next
  }

  #batchEnd(parts: readonly Transaction[], next: number): number {
    let end = next
    for (let weight = 0; end < parts.length && (end === next || weight < batchWeight); end++) {
      const part = parts[end] as Transaction
      if (this.#hold !== undefined && part.commit >= this.#hold.at) break
      weight += weightOf(part)
    }
    return end
  }

  async #applyBatch(batch: readonly Transaction[], at: Checkpoint, stream: ChangeStream): Promise<Checkpoint> {
    const fresh = this.#beginsAt === undefined ? batch : await this.#passOver(batch, this.#beginsAt, stream)
    if (fresh.length === 0) return this.#checkpoint ?? at
    const base = this.#checkpoint ?? at
    const parts = fresh.flatMap(part => remaining(base, part) ?? []).map(part => this.#wanted(part))
    if (parts.length > 0) {
      // Before it is known whether the target has them: an answer may be lost.
      this.changed.add(parts)
      const reached = await this.#on.target.apply(parts, this.#on.tables)
      const expected = parts.reduce(after, base)
      assert(reached.through === expected.through, 'I2: the checkpoint on the target is not the end of what was applied')
      this.#checkpoint = reached
      for (const part of parts) this.#changes += part.changes.length
      this.#lastCommittedAt = parts.at(-1)?.committedAt ?? this.#lastCommittedAt
    }
    const whole = this.#checkpoint ?? base
    stream.acknowledge(whole.through)
    this.#arrived(fresh)
    return whole
  }

  /** The way back: what comes before its marker is what we ourselves wrote. With the marker the stream begins, durably. */
  async #passOver(batch: readonly Transaction[], beginsAt: NonNullable<Following['beginsAt']>, stream: ChangeStream): Promise<Transaction[]> {
    const mark = batch.findIndex(part => part.marker === beginsAt.marker)
    const passed = batch[mark === -1 ? batch.length - 1 : mark] as Transaction
    // Who waits for another marker only wants to know that the stream flows.
    this.#arrived(mark === -1 ? batch : batch.slice(0, mark))
    if (mark === -1) {
      if (passed.last) {
        // The source resumes no earlier than it is told: opened again after a broken connection, the stream begins there.
        this.#beginsAt = { ...beginsAt, position: passed.end }
        stream.acknowledge(passed.end)
      }
      return []
    }
    await this.#on.target.startAt(passed.end)
    this.#checkpoint = { through: passed.end }
    this.#beginsAt = undefined
    stream.acknowledge(passed.end)
    this.#arrived([passed])
    return batch.slice(mark + 1)
  }

  /** Leaves out what the picture of a table holds already (I3). */
  #wanted(part: Transaction): Transaction {
    const isWanted = (table: TableId): boolean => part.commit >= this.#on.positionOf(table)
    const changes = part.changes.flatMap((change): Change[] => {
      if (change.op !== 'truncate') return isWanted(change.relation.table) ? [change] : []
      const relations = change.relations.filter(r => isWanted(r.table))
      return relations.length === 0 ? [] : [{ ...change, relations }]
    })
    return changes.length === part.changes.length ? part : { ...part, changes, counted: part.counted ?? part.changes.length }
  }

  #arrived(parts: readonly Transaction[]): void {
    for (const part of parts) {
      if (part.marker === undefined || !part.last) continue
      this.#seen.add(part.marker)
      for (const waiter of this.#markers.get(part.marker) ?? []) waiter.resolve()
      this.#markers.delete(part.marker)
    }
  }
}
