import type { Instant } from '#domain/time.ts'

const mostWrong = 10
const hourMs = 3_600_000
/** At most so many who mistyped are remembered; of more, those longest ago are let go. */
const mostRemembered = 10_000

/** Counts wrong codes by where they came from: after ten, nothing more is heard from there for an hour after the first. A code is not to be guessed anyway; this keeps a mistake in a loop from being work for everybody. */
export class WrongCodes {
  readonly #wrong = new Map<string, { readonly since: Instant; times: number }>()

  /** Undefined: whoever asks from there is heard. */
  shutUntil(from: string, now: Instant): Instant | undefined {
    const wrong = this.#wrong.get(from)
    if (wrong === undefined || wrong.times < mostWrong) return undefined
    if (now < wrong.since + hourMs) return wrong.since + hourMs
    this.#wrong.delete(from)
    return undefined
  }

  count(from: string, now: Instant): void {
    const wrong = this.#wrong.get(from)
    if (wrong !== undefined && now < wrong.since + hourMs) wrong.times++
    else {
      this.#wrong.delete(from)
      this.#wrong.set(from, { since: now, times: 1 })
    }
    for (const oldest of this.#wrong.keys()) {
      if (this.#wrong.size <= mostRemembered) return
      this.#wrong.delete(oldest)
    }
  }
}
