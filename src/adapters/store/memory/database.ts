import { createHash } from 'node:crypto'
import type { Identity } from '#domain/catalog.ts'
import { Fault } from '#domain/faults.ts'
import type { TableId } from '#domain/stream.ts'
import type { Clock } from '#ports/clock.ts'
import { Locks } from './locks.ts'
import { Log } from './log.ts'
import { constraintsOf, emptyState, written, type Shape, type State, type Write } from './state.ts'

export type DatabaseOptions = {
  readonly name: string
  readonly clock: Clock
  readonly tables?: readonly Shape[]
  readonly sequences?: readonly { readonly id: TableId; readonly label: string; readonly increment: bigint }[]
  /** How many changes the next part of a transaction has; asked for each part. Parts may differ from one delivery to the next. */
  readonly partChanges?: () => number
  /** False: as a server that keeps no log for others. */
  readonly canStream?: boolean
}

export type SequenceState = { readonly label: string; last: bigint; called: boolean; readonly increment: bigint }

/** Something that ends when the server does. */
export type Ending = { end(reason: Error): void }

/** An instant that was put by for readers, by whoever took it. */
type Held = { readonly state: State; readonly since: number; readonly stream: string }

/**
 * A server with one database: what is committed, what is on disk, and who is at work. Three states: `logged` has every transaction whose commit
 * record is written; `visible` every one that others may see, a moment later; `durable` every one that a crash leaves. Deterministic:
 * it knows no time but its clock's, and no chance.
 */
export class MemoryDatabase {
  readonly name: string
  readonly clock: Clock
  readonly locks: Locks
  readonly log = new Log()
  readonly identity: Identity
  readonly canStream: boolean
  readonly partChanges: () => number
  readonly sequences = new Map<TableId, SequenceState>()
  readonly #pictures = new Map<string, Held>()
  readonly #open = new Map<Ending, object>()
  #visible: State
  #logged: State
  #durable: State
  /** What `show` will make of `visible`, where that is known. */
  #ahead: { readonly writes: readonly Write[]; readonly state: State } | undefined
  #incarnation = 1
  #isUp = true
  #numbers = 0

  constructor(options: DatabaseOptions) {
    this.name = options.name
    this.clock = options.clock
    this.locks = new Locks(() => options.clock.elapsed())
    this.canStream = options.canStream ?? true
    this.partChanges = options.partChanges ?? (() => 1_000)
    this.identity = { engine: 'memory', version: '1', system: createHash('sha256').update(options.name).digest('hex').slice(0, 16), timeline: 1, database: options.name }
    for (const { id, label, increment } of options.sequences ?? []) this.sequences.set(id, { label, increment, last: 1n, called: false })
    this.#visible = written(emptyState, (options.tables ?? []).map(shape => ({ op: 'define', shape, inForce: new Set(constraintsOf(shape).keys()) })))
    this.#logged = this.#visible
    this.#durable = this.#visible
  }

  get visible(): State {
    return this.#visible
  }

  get logged(): State {
    return this.#logged
  }

  /** Changes with every crash: what was opened under another one is gone. */
  get incarnation(): number {
    return this.#incarnation
  }

  get isUp(): boolean {
    return this.#isUp
  }

  /** A number never given before. */
  number(): number {
    return ++this.#numbers
  }

  /** The commit record is written. A durable one takes everything before it to disk. */
  commit(writes: readonly Write[], isDurable: boolean): void {
    const isShown = this.#visible === this.#logged
    this.#logged = written(this.#logged, writes)
    if (isDurable) this.#durable = this.#logged
    // The usual case costs one copy: nobody is between log and sight, so the next `show` finds its work done.
    this.#ahead = isShown ? { writes, state: this.#logged } : undefined
  }

  /** Others see it. */
  show(writes: readonly Write[]): void {
    this.#visible = this.#ahead?.writes === writes ? this.#ahead.state : written(this.#visible, writes)
    this.#ahead = undefined
  }

  flush(): void {
    this.#durable = this.#logged
    this.log.flush()
  }

  hold(name: string, state: State, stream: string): void {
    this.#pictures.set(name, { state, since: this.clock.elapsed(), stream })
  }

  held(name: string): State | undefined {
    return this.#pictures.get(name)?.state
  }

  heldFor(stream: string): { readonly name: string; readonly since: number }[] {
    return [...this.#pictures].filter(([, held]) => held.stream === stream).map(([name, { since }]) => ({ name, since }))
  }

  get pictures(): string[] {
    return [...this.#pictures.keys()]
  }

  letGo(name: string): void {
    this.#pictures.delete(name)
  }

  /** Ends with the server, or with `session`. */
  opened(what: Ending, session: object): void {
    this.#open.set(what, session)
  }

  closed(what: Ending): void {
    this.#open.delete(what)
  }

  endSession(session: object): void {
    for (const [what, of] of this.#open) if (of === session) this.#end(what)
  }

  /** The server dies: what is not on disk is gone, and so is everybody's work under way. */
  crash(): void {
    this.#isUp = false
    this.#incarnation++
    for (const what of this.#open.keys()) this.#end(what)
    this.#pictures.clear()
    this.#ahead = undefined
    this.#logged = this.#durable
    this.#visible = this.#durable
    this.log.crash()
  }

  start(): void {
    this.#isUp = true
  }

  /** Crashes and starts. */
  restart(): void {
    this.crash()
    this.start()
  }

  unreachable(): Fault {
    return new Fault('STORE_UNREACHABLE', { store: this.name, reason: 'the server is gone' })
  }

  #end(what: Ending): void {
    this.#open.delete(what)
    what.end(this.unreachable())
  }
}
