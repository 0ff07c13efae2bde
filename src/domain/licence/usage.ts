import type { Id } from '../ids.ts'
import type { Instant } from '../time.ts'

/** What was wanted of a licence within one hour. `peak`: so many seats were out at once. */
export type UsageHour = { readonly licence: Id<'licence'>; readonly hour: Instant; readonly peak: number; readonly checkOuts: number; readonly refusals: number }

type Counted = { licence: Id<'licence'>; hour: Instant; peak: number; checkOuts: number; refusals: number }
const hourMs = 3_600_000

/** Counts by licence and hour; what was counted is taken out to be kept. */
export class Usage {
  readonly #hours = new Map<string, Counted>()
  readonly #changed = new Set<Counted>()

  constructor(known: readonly UsageHour[]) {
    this.begin(known)
  }

  /** From here on these hours are what is known, and nothing else. */
  begin(known: readonly UsageHour[]): void {
    this.#hours.clear()
    this.#changed.clear()
    for (const hour of known) this.#hours.set(`${hour.licence} ${hour.hour}`, { ...hour })
  }

  /** `out`: so many seats of it are out now. */
  checkedOut(licence: Id<'licence'>, at: Instant, out: number): void {
    const counted = this.#of(licence, at, out)
    counted.checkOuts++
  }

  refused(licence: Id<'licence'>, at: Instant, out: number): void {
    const counted = this.#of(licence, at, out)
    counted.refusals++
  }

  /** Also in an hour in which nobody comes or goes, seats are out. */
  seen(licence: Id<'licence'>, at: Instant, out: number): void {
    if (out > 0) this.#of(licence, at, out)
  }

  /** What is not kept yet. Hours that are over are forgotten with it. */
  take(at: Instant): UsageHour[] {
    const changed = [...this.#changed].map(counted => ({ ...counted }))
    this.#changed.clear()
    for (const [key, { hour }] of this.#hours) if (hour < hourOf(at)) this.#hours.delete(key)
    return changed
  }

  #of(licence: Id<'licence'>, at: Instant, out: number): Counted {
    const [key, hour] = [`${licence} ${hourOf(at)}`, hourOf(at)]
    let counted = this.#hours.get(key)
    if (counted === undefined) {
      counted = { licence, hour, peak: out, checkOuts: 0, refusals: 0 }
      this.#hours.set(key, counted)
      this.#changed.add(counted)
    } else if (out > counted.peak) counted.peak = out
    else if (this.#changed.has(counted)) return counted
    this.#changed.add(counted)
    return counted
  }
}

export const hourOf = (at: Instant): Instant => at - (at % hourMs)
