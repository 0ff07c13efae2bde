import type { Clock } from '#ports/clock.ts'
import { Gate } from '#lib/gate.ts'
import { sideBySide } from '#lib/side-by-side.ts'

/** The most jobs that throttling can ask for. */
const mostJobs = 32

export type PaceChange = { readonly paused?: boolean; readonly jobs?: number; /** 0 lifts the limit. */ readonly bytesPerSecond?: number }
export type PaceState = { readonly paused: boolean; readonly jobs: number; readonly bytesPerSecond: number }

/** How hard the move works, changeable while it works: people pause and throttle it, and the source's health does. */
export class Pace {
  readonly #clock: Clock
  readonly #tell: (state: PaceState, reason: string) => void
  readonly #running = new Gate(true)
  #turns: Gate[] = []
  #state: PaceState
  /** When the bytes spent so far will have been earned, on the clock's `elapsed`. */
  #earnedAt = 0

  constructor(clock: Clock, start: PaceState, tell: (state: PaceState, reason: string) => void) {
    this.#clock = clock
    this.#state = start
    this.#tell = tell
  }

  get state(): PaceState {
    return this.#state
  }

  set(change: PaceChange, reason: string): void {
    this.#state = { ...this.#state, ...change }
    if (this.#state.paused) this.#running.shut()
    else this.#running.open()
    this.#turns.forEach((gate, worker) => (worker < this.#state.jobs ? gate.open() : gate.shut()))
    this.#tell(this.#state, reason)
  }

  /** Waits while the move is paused. */
  go(signal: AbortSignal): Promise<void> {
    return this.#running.pass(signal)
  }

  /** `sideBySide` with as many jobs as the move has at each moment, and none while it is paused. */
  sideBySide<T>(items: Iterable<T> | ((signal: AbortSignal) => AsyncIterable<T>), signal: AbortSignal, work: (item: T, worker: number, signal: AbortSignal) => Promise<void>): Promise<void> {
    return sideBySide(items, mostJobs, signal, work, { ready: (worker, stop) => this.#turn(worker, stop) })
  }

  /** Waits until `bytes` more may pass under the limit; a pause holds bytes as well. */
  async spend(bytes: number, signal: AbortSignal): Promise<void> {
    await this.#running.pass(signal)
    const rate = this.#state.bytesPerSecond
    if (rate === 0) return
    const now = this.#clock.elapsed()
    this.#earnedAt = Math.max(this.#earnedAt, now) + (bytes / rate) * 1000
    if (this.#earnedAt - now > 20) await this.#clock.sleep(Math.min(this.#earnedAt - now, 1000), signal)
  }

  /** Waits while the move is paused or has fewer jobs than `worker` + 1. */
  async #turn(worker: number, signal: AbortSignal): Promise<void> {
    const gate = (this.#turns[worker] ??= new Gate(worker < this.#state.jobs))
    do {
      await gate.pass(signal)
      await this.#running.pass(signal)
    } while (!gate.isOpen)
  }
}
