import { Fault } from '#domain/faults.ts'
import type { Told } from '#domain/report.ts'
import type { Wish } from '#domain/wish.ts'
import { Gate } from '#lib/gate.ts'
import type { Clock } from '#ports/clock.ts'
import type { Claimed, ControlPlane, Heard } from '#ports/control-plane.ts'

/** Small things that are told within this of one another travel together: eight orders at work stay well below what one caller may ask in a minute. */
const togetherMs = 500
/** At most so much in one request: reports, characters of JSON. */
const most = { reports: 500, characters: 1_000_000 }
/** What only shows how things are: of each the newest is enough, ever more rarely while nothing else happens. */
const gaugeMs = { first: 1_000, last: 30_000 }

type Waiter = { readonly number: number; readonly heard: PromiseWithResolvers<Heard> }

/**
 * Tells control what happens with one order: numbered, in its order, again and again until it is heard. By what it hears back, and by a question of its own that waits, it knows what is
 * wished. It has the order as long as it was heard within a lease; after that it lets go by its own clock, sooner than control would give the order to another.
 */
export class Reporter {
  readonly #control: ControlPlane
  readonly #held: Claimed
  readonly #clock: Clock
  readonly #leaseMs: number
  readonly #onWish: (wish: Wish) => void
  readonly #lost = new AbortController()
  readonly #there = new Gate(false)
  readonly #urgent = new Gate(false)
  readonly #gauges = new Map<string, Told>()
  #pending: Told[] = []
  #waiters: Waiter[] = []
  #next: number
  #told = 0
  #heardAt: number
  #gaugesAt = -Infinity
  #eventAt: number
  wish: Wish

  constructor(control: ControlPlane, held: Claimed, options: { readonly clock: Clock; readonly leaseMs: number; onWish(wish: Wish): void }) {
    this.#control = control
    this.#held = held
    this.#clock = options.clock
    this.#leaseMs = options.leaseMs
    this.#onWish = wish => options.onWish(wish)
    this.#next = held.next
    this.#heardAt = options.clock.elapsed()
    this.#eventAt = this.#heardAt
    this.wish = held.wish
  }

  /** Aborted with the fault when the order is no longer ours. */
  get lost(): AbortSignal { return this.#lost.signal }

  tell(told: Told): void {
    const gauge = gaugeOf(told)
    if (gauge !== undefined) {
      this.#gauges.set(gauge, told)
      return
    }
    // What was shown of the piece of work before this one is out of date.
    if (told.type === 'stage' || told.type === 'phase') this.#gauges.clear()
    this.#eventAt = this.#clock.elapsed()
    this.#pending.push(told)
    this.#told++
    this.#there.open()
  }

  /** Resolves with what control answers to everything told so far. */
  async heard(signal: AbortSignal): Promise<Heard> {
    const waiter: Waiter = { number: this.#told, heard: Promise.withResolvers() }
    this.#waiters.push(waiter)
    this.#there.open()
    this.#urgent.open()
    const stop = AbortSignal.any([signal, this.lost])
    const stopped = (): void => waiter.heard.reject(stop.reason)
    if (stop.aborted) stopped()
    stop.addEventListener('abort', stopped, { once: true })
    try {
      return await waiter.heard.promise
    } finally {
      stop.removeEventListener('abort', stopped)
      this.#waiters = this.#waiters.filter(one => one !== waiter)
    }
  }

  /** Until `signal` is aborted; then what is still to be told is not. Ends by itself when the order is lost. */
  async run(signal: AbortSignal): Promise<void> {
    const stop = AbortSignal.any([signal, this.lost])
    await Promise.all([this.#tellAll(stop), this.#askWish(stop), this.#watchLease(stop)].map(work => work.catch((error: unknown) => {
      if (!stop.aborted) this.#lost.abort(error)
    })))
  }

  async #tellAll(signal: AbortSignal): Promise<void> {
    for (let sent = 0; ;) {
      if (this.#pending.length === 0 && this.#waiters.length === 0) {
        this.#there.shut()
        await this.#pause(this.#there, gaugeMs.first, signal)
      }
      // Whoever waits is not kept waiting for others to come along.
      if (this.#waiters.length === 0) {
        this.#urgent.shut()
        await this.#pause(this.#urgent, togetherMs, signal)
      }
      const [some, events] = this.#take()
      if (some.length === 0 && this.#waiters.length === 0) continue
      const heard = await this.#insist(some, signal)
      sent += events
      for (const waiter of this.#waiters) if (waiter.number <= sent) waiter.heard.resolve(heard)
    }
  }

  /** So long, or until the gate opens. */
  async #pause(gate: Gate, ms: number, signal: AbortSignal): Promise<void> {
    const over = new AbortController()
    const stop = AbortSignal.any([signal, over.signal])
    try {
      await Promise.race([gate.pass(stop), this.#clock.sleep(ms, stop)])
    } finally {
      over.abort()
    }
  }

  /** What goes together, and how many of it are not gauges. */
  #take(): [Told[], number] {
    const some: Told[] = []
    for (let characters = 0; this.#pending.length > 0 && some.length < most.reports;) {
      const [next] = this.#pending as [Told]
      characters += JSON.stringify(next).length
      if (some.length > 0 && characters > most.characters) break
      some.push(next)
      this.#pending.shift()
    }
    const events = some.length
    const now = this.#clock.elapsed()
    const rest = Math.min(gaugeMs.last, gaugeMs.first + (now - this.#eventAt) / 60)
    if (this.#gauges.size > 0 && now - this.#gaugesAt >= rest) {
      some.push(...[...this.#gauges.values()].slice(0, most.reports))
      this.#gauges.clear()
      this.#gaugesAt = now
    }
    return [some, events]
  }

  /** The same reports under the same numbers, until they are heard. */
  async #insist(some: readonly Told[], signal: AbortSignal): Promise<Heard> {
    for (let tries = 0; ; tries++) {
      const asked = this.#clock.elapsed()
      try {
        const heard = await this.#control.report(this.#held, this.#next, some, signal)
        const isGap = heard.wish === null
        this.#next = heard.next
        // A ledger that was restored from yesterday's backup has forgotten some: what is told now is told under the numbers that it wants.
        if (isGap) continue
        this.#hear(asked, heard.wish)
        return heard
      } catch (error) {
        await this.#rest(error, tries, signal)
      }
    }
  }

  async #askWish(signal: AbortSignal): Promise<void> {
    for (let tries = 0; ; tries++) {
      const asked = this.#clock.elapsed()
      try {
        this.#hear(asked, await this.#control.wish(this.#held, this.wish.revision, signal))
        tries = -1
      } catch (error) {
        await this.#rest(error, tries, signal)
      }
    }
  }

  async #rest(error: unknown, tries: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (!(error instanceof Fault) || error.code !== 'CONTROL_UNREACHABLE') throw error
    await this.#clock.sleep(Math.min(100 * 2 ** Math.max(0, tries), 3_000), signal)
  }

  /** The lease began when the question was asked, at the latest. */
  #hear(asked: number, wish: Wish | null): void {
    this.#heardAt = Math.max(this.#heardAt, asked)
    if (wish === null || wish.revision <= this.wish.revision) return
    this.wish = wish
    this.#onWish(wish)
  }

  async #watchLease(signal: AbortSignal): Promise<void> {
    for (;;) {
      const left = this.#heardAt + this.#leaseMs * 0.75 - this.#clock.elapsed()
      if (left <= 0) throw new Fault('ORDER_LOST', { control: this.#control.label })
      await this.#clock.sleep(left, signal)
    }
  }
}

const gaugeOf = (told: Told): string | undefined => {
  switch (told.type) {
    case 'follow': case 'health': case 'forecast': case 'built': return told.type
    case 'copied': return told.done ? undefined : `copied ${told.table}`
    case 'verified': return told.equal && told.done < told.of ? 'verified' : undefined
    default: return undefined
  }
}
