import type { Answer } from './ask.ts'
import type { Server } from './server.ts'

/** Why a seat is gone. `lease-over`: the server gave it up, as after a long sleep of this machine. `unreachable`: the server was silent for as long as the lease ran. `ended`: a borrowed seat's time is over. */
export type Lost = { readonly why: 'lease-over' | 'unreachable' | 'ended'; readonly message: string }

/** A seat as the heartbeat knows it. `deadline`: of `performance.now()`, from then on the server gives it to others. */
export type Sitting = {
  readonly lease: string
  readonly leaseMs: number
  readonly isBorrowed: boolean
  deadline: number
  until: number
  lose(lost: Lost): void
}

const mostAtOnce = 1_000
/** Leases last three heartbeats. */
const beatsInLease = 3
const firstWaitMs = 250
const mostFollowed = 3
const releaseTries = 3

/** One for all seats of a server in this process: they are told of together, at intervals that differ by chance, so that many processes do not come at once. */
export class Heartbeat {
  readonly #server: Server
  readonly #keepsAlive: boolean
  readonly #seats = new Map<string, Sitting>()
  readonly #leaving = new Map<string, (() => void)[]>()
  #stopping = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #failures = 0
  /** Of `performance.now()`. */
  #wakeAt = Infinity
  #beatAt = Infinity
  #beating: Promise<void> | undefined

  constructor(server: Server, keepsAlive: boolean) {
    this.#server = server
    this.#keepsAlive = keepsAlive
  }

  get size(): number {
    return this.#seats.size
  }

  add(seat: Sitting): void {
    this.#seats.set(seat.lease, seat)
    if (!seat.isBorrowed) this.#beatAt = Math.min(this.#beatAt, performance.now() + withChance(seat.leaseMs / beatsInLease))
    this.#wakeBy(Math.min(this.#beatAt, seat.deadline))
  }

  /** The seat is free again; asked for many at once in few requests. A server that does not answer frees it by itself when its lease ends. */
  release(lease: string): Promise<void> {
    if (!this.#seats.delete(lease)) return Promise.resolve()
    if (this.#seats.size === 0) this.#rest()
    return new Promise(resolve => {
      if (this.#leaving.size === 0) setImmediate(() => { void this.#releaseAll() })
      this.#leaving.set(lease, [...this.#leaving.get(lease) ?? [], resolve])
    })
  }

  /** Nobody is told of any more. */
  async stop(): Promise<void> {
    this.#rest()
    this.#seats.clear()
    this.#stopping.abort(new Error('the licences were closed'))
    await this.#beating
  }

  #rest(): void {
    clearTimeout(this.#timer)
    ;[this.#wakeAt, this.#beatAt] = [Infinity, Infinity]
  }

  /** While a heartbeat is under way nothing is planned: its end looks at all seats. */
  #wakeBy(at: number): void {
    if (at >= this.#wakeAt || this.#beating !== undefined || this.#stopping.signal.aborted) return
    this.#wakeAt = at
    clearTimeout(this.#timer)
    // Node's timers hold 24 days; who is to be woken later is woken to wait again.
    this.#timer = setTimeout(() => this.#wake(), Math.min(2 ** 31 - 1, Math.max(1, at - performance.now())))
    if (!this.#keepsAlive) this.#timer.unref()
  }

  #wake(): void {
    this.#wakeAt = Infinity
    this.#beating = this.#beat().finally(() => {
      this.#beating = undefined
      if (this.#seats.size === 0) this.#rest()
      else this.#wakeBy([...this.#seats.values()].reduce((first, { deadline }) => Math.min(first, deadline), this.#beatAt))
    })
  }

  async #beat(): Promise<void> {
    this.#endWhatIsOver()
    if (performance.now() < this.#beatAt) return
    const seats = [...this.#seats.values()].filter(({ isBorrowed }) => !isBorrowed)
    for (let n = 0; n < seats.length; n += mostAtOnce) {
      if (!await this.#tell(seats.slice(n, n + mostAtOnce).map(({ lease }) => lease))) break
    }
    this.#endWhatIsOver()
    const interval = seats.reduce((least, { leaseMs }) => Math.min(least, leaseMs / beatsInLease), Infinity)
    this.#beatAt = performance.now() + withChance(this.#failures === 0 ? interval : Math.min(interval, firstWaitMs * 2 ** this.#failures))
  }

  /** False: the server cannot be reached, and is asked again a little later. */
  async #tell(leases: readonly string[], followed = 0): Promise<boolean> {
    const sent = performance.now()
    try {
      const { status, said } = await this.#ask('api/seats/heartbeat', leases, { isIdle: !this.#keepsAlive, isHeartbeat: true })
      if (status !== 200 || !Array.isArray(said['answers'])) throw new Error(`HTTP ${status}`)
      this.#failures = 0
      const answers = said['answers'] as readonly { readonly lease: string; readonly until: unknown; readonly refused: string | null }[]
      for (const answer of answers) this.#heard(answer, sent)
      const moved = answers.filter(({ refused }) => refused === 'moved').map(({ lease }) => lease)
      if (moved.length === 0 || typeof said['moved'] !== 'string' || followed >= mostFollowed) return true
      const isFollowed = await this.#server.follow(said['moved'], { signal: this.#stopping.signal, isIdle: !this.#keepsAlive })
      return isFollowed ? await this.#tell(moved, followed + 1) : true
    } catch {
      // Whatever it was: as long as the lease runs there is time to try again, and then the seat's holder is told.
      this.#failures++
      return false
    }
  }

  #heard({ lease, until, refused }: { readonly lease: string; readonly until: unknown; readonly refused: string | null }, sent: number): void {
    const seat = this.#seats.get(lease)
    if (seat === undefined) return
    if (refused === 'lease-over') return this.#lose(seat, { why: 'lease-over', message: 'The licence server has given the seat up: it did not hear of it in time. Check out anew.' })
    // What the server counted from is later than this: it is never behind.
    if (refused === null) seat.deadline = sent + seat.leaseMs
    if (typeof until === 'string') seat.until = Date.parse(until)
  }

  #endWhatIsOver(): void {
    const now = performance.now()
    for (const seat of [...this.#seats.values()]) {
      if (seat.deadline > now) continue
      this.#lose(seat, seat.isBorrowed ? { why: 'ended', message: 'The time for which the seat was borrowed is over.' } : { why: 'unreachable', message: `The licence server at ${this.#server.url} did not answer for as long as the lease ran.` })
    }
  }

  #lose(seat: Sitting, lost: Lost): void {
    this.#seats.delete(seat.lease)
    seat.lose(lost)
  }

  async #releaseAll(): Promise<void> {
    const leaving = [...this.#leaving]
    this.#leaving.clear()
    for (let n = 0; n < leaving.length; n += mostAtOnce) {
      const some = leaving.slice(n, n + mostAtOnce)
      await this.#releaseSome(some.map(([lease]) => lease))
      for (const [, told] of some) for (const tell of told) tell()
    }
  }

  async #releaseSome(leases: readonly string[]): Promise<void> {
    for (let tries = 0; tries < releaseTries; tries++) {
      try {
        const { status, said } = await this.#ask('api/seats/release', leases)
        if (status === 200) return
        if (typeof said['moved'] === 'string' && await this.#server.follow(said['moved'], { signal: this.#stopping.signal })) continue
        if (status < 500 && status !== 429) return
      } catch {
        // Not reached: once more, a little later.
      }
      if (this.#stopping.signal.aborted) return
      await new Promise(resolve => { setTimeout(resolve, withChance(firstWaitMs * 2 ** tries)) })
    }
  }

  #ask(path: string, leases: readonly string[], how: { readonly isIdle?: boolean; readonly isHeartbeat?: boolean } = {}): Promise<Answer> {
    return this.#server.ask(path, { leases }, { signal: this.#stopping.signal, ...how })
  }
}

/** Up to a quarter sooner: who began together does not come together. */
const withChance = (ms: number): number => ms * (0.75 + Math.random() / 4)
