import { Gate } from '#lib/gate.ts'

/** A piece of work and what it is worth doing first: the heaviest goes first, so that the last ones to end are small. */
export type Work<T> = { readonly item: T; readonly weight: number }

/** Work that makes more work: a table that is loaded gets its indexes built. Ends when nothing waits and nothing is under way. */
export class Works<T> {
  readonly #waiting: Work<T>[] = []
  readonly #there = new Gate(false)
  #underWay = 0

  add(works: readonly Work<T>[]): void {
    this.#waiting.push(...works)
    this.#waiting.sort((a, b) => a.weight - b.weight)
    if (works.length > 0) this.#there.open()
  }

  /** Says that an item taken is done, and what it led to. */
  done(led: readonly Work<T>[] = []): void {
    this.add(led)
    this.#underWay--
    if (this.#underWay === 0) this.#there.open()
  }

  async *take(signal: AbortSignal): AsyncGenerator<T> {
    for (;;) {
      const next = this.#waiting.pop()
      if (next !== undefined) {
        this.#underWay++
        yield next.item
      } else if (this.#underWay === 0) return
      else {
        this.#there.shut()
        await this.#there.pass(signal)
      }
    }
  }
}
