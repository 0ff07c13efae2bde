import type { BookChange, HeldBook } from '#ports/licence-book.ts'

type Round = { readonly changes: BookChange[]; readonly kept: Promise<void>; readonly done: () => void; readonly failed: (error: unknown) => void }

/**
 * Keeps changes in rounds: all that arrive while one is under way go into the next, so that a slow disk makes rounds larger and not the queue longer (L5). After a failure nobody knows what
 * was kept: every change since is refused with it, and whoever opens the book next reads what is there.
 */
export class Keeper {
  readonly #book: Pick<HeldBook, 'keep'>
  #next: Round | undefined
  #current: Round | undefined
  #working: Promise<void> | undefined
  #failure: { readonly error: unknown } | undefined

  constructor(book: Pick<HeldBook, 'keep'>) {
    this.#book = book
  }

  /** Durable when it resolves. */
  keep(change: BookChange): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error as Error)
    this.#next ??= newRound()
    this.#next.changes.push(change)
    this.#working ??= this.#work()
    return this.#next.kept
  }

  /** Resolves when all that was asked for so far is durable. */
  settled(): Promise<void> {
    return this.#next?.kept ?? this.#current?.kept ?? Promise.resolve()
  }

  async end(): Promise<void> {
    while (this.#working !== undefined) await this.#working
  }

  async #work(): Promise<void> {
    // Whatever else was received at this moment comes along.
    await new Promise(resolve => { setImmediate(resolve) })
    while (this.#next !== undefined) {
      const round = this.#next
      this.#current = round
      this.#next = undefined
      try {
        await this.#book.keep(round.changes)
        round.done()
      } catch (error) {
        this.#failure = { error }
        round.failed(error)
        // Whoever came meanwhile.
        const late = this.#next as Round | undefined
        this.#next = undefined
        late?.failed(error)
      }
    }
    this.#current = undefined
    this.#working = undefined
  }
}

const newRound = (): Round => {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  // Those who wait hear of it each; a round that nobody waits for is no failure of its own.
  promise.catch(() => { /* told to those who wait */ })
  return { changes: [], kept: promise, done: resolve, failed: reject }
}
