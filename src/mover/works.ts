import { Gate } from '#lib/gate.ts'

/** A piece of work and what it is worth doing first: the heaviest goes first, so that the last ones to end are small. */
export type Work<T> = { readonly item: T; readonly weight: number }

/** Work that comes while it is taken. */
export class Works<T> {
  readonly #waiting: Work<T>[] = []
  readonly #there = new Gate(false)
  #hasEnded = false

  add(work: Work<T>): void {
    this.#waiting.push(work)
    this.#waiting.sort((a, b) => a.weight - b.weight)
    this.#there.open()
  }

  /** No more comes; what waits is still taken. */
  end(): void {
    this.#hasEnded = true
    this.#there.open()
  }

  async *take(signal: AbortSignal): AsyncGenerator<T> {
    for (;;) {
      const next = this.#waiting.pop()
      if (next !== undefined) yield next.item
      else if (this.#hasEnded) return
      else {
        this.#there.shut()
        await this.#there.pass(signal)
      }
    }
  }
}
