import { Gate } from './gate.ts'

/** A bounded queue between one that puts and one that takes all there is. Weights bound it: bytes, changes, whatever the user counts. */
export class Queue<T> {
  readonly #limit: number
  readonly #weigh: (item: T) => number
  readonly #room = new Gate(true)
  readonly #filled = new Gate(false)
  #items: T[] = []
  #weight = 0
  #end: { error?: unknown } | undefined

  constructor(limit: number, weigh: (item: T) => number) {
    this.#limit = limit
    this.#weigh = weigh
  }

  /** Waits while the queue is at its limit; one item over the limit is let in, so that a single heavy one can pass. */
  async put(item: T, signal: AbortSignal): Promise<void> {
    await this.#room.pass(signal)
    this.#items.push(item)
    this.#weight += this.#weigh(item)
    if (this.#weight >= this.#limit) this.#room.shut()
    this.#filled.open()
  }

  /** No more comes. What is in the queue is still taken, then `take` throws `error` or, without one, answers nothing. */
  end(error?: unknown): void {
    this.#end ??= error === undefined ? {} : { error }
    this.#filled.open()
  }

  /** Everything there is, at least one item; nothing at all: the queue has ended. */
  async take(signal: AbortSignal): Promise<T[]> {
    await this.#filled.pass(signal)
    if (this.#items.length === 0 && this.#end?.error !== undefined) throw this.#end.error
    const items = this.#items
    this.#items = []
    this.#weight = 0
    this.#room.open()
    if (this.#end === undefined) this.#filled.shut()
    return items
  }
}
