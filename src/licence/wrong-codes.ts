import type { Instant } from '#domain/time.ts'

/** Of one licence, and of all of them: several people may come from one address. */
const mostWrong = { ofOne: 10, ofAll: 100 } as const
const hourMs = 3_600_000
/** At most so many who mistyped are remembered; of more, those longest ago are let go. */
const mostRemembered = 10_000

type From = { readonly from: string; readonly licence: string }

/**
 * Counts wrong codes by where they came from: after ten for one licence, or a hundred, nothing more is heard from there for an hour after the first. A code is not to be guessed anyway; this
 * keeps a mistake in a loop from being work for everybody.
 */
export class WrongCodes {
  readonly #wrong = new Map<string, { readonly since: Instant; times: number }>()

  /** Undefined: whoever asks from there is heard. */
  shutUntil({ from, licence }: From, now: Instant): Instant | undefined {
    return this.#shut(`${from} ${licence}`, mostWrong.ofOne, now) ?? this.#shut(from, mostWrong.ofAll, now)
  }

  count({ from, licence }: From, now: Instant): void {
    for (const who of [`${from} ${licence}`, from]) {
      const wrong = this.#wrong.get(who)
      if (wrong !== undefined && now < wrong.since + hourMs) wrong.times++
      else {
        this.#wrong.delete(who)
        this.#wrong.set(who, { since: now, times: 1 })
      }
    }
    for (const oldest of this.#wrong.keys()) {
      if (this.#wrong.size <= mostRemembered) return
      this.#wrong.delete(oldest)
    }
  }

  #shut(who: string, most: number, now: Instant): Instant | undefined {
    const wrong = this.#wrong.get(who)
    return wrong !== undefined && wrong.times >= most && now < wrong.since + hourMs ? wrong.since + hourMs : undefined
  }
}
