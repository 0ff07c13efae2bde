import { randomUUID } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Holder, type Licence, openDocument, type SeatPaper } from './documents.ts'
import { errorOf, LicenceError } from './errors.ts'
import { Heartbeat, type Lost, type Sitting } from './heartbeat.ts'
import { lockOn, machineFactors } from './machine.ts'
import { Server } from './server.ts'

export type LicencesOptions = {
  /** Of the licence server. If it moves, it is followed. */
  readonly url: string
  /** The vendor's public key: what is not signed by it is not believed. */
  readonly issuerKey: string
  /** The profile of which seats are checked out unless another is named. */
  readonly profile?: string
  /** Licences of other products are refused. */
  readonly product?: string
  /** Who sits there, as others see it. */
  readonly holder?: Partial<Holder>
  /** Of a licence server that asks for one. */
  readonly token?: string
  /** Where it is remembered to which address the server moved. */
  readonly folder?: string
  /** A seat is gone; each is told once. */
  readonly onLost?: (seat: Seat, lost: Lost) => void
  /** A silent server is waited for so long at a check-out; 15 seconds. */
  readonly patienceMs?: number
  /** The process goes on for as long as seats are held. */
  readonly keepAlive?: boolean
}

export type CheckOutOptions = {
  readonly profile?: string
  readonly holder?: Partial<Holder>
  /** Taken along without a connection for so many hours, on this machine. */
  readonly borrowHours?: number
  readonly signal?: AbortSignal
  readonly onLost?: (seat: Seat, lost: Lost) => void
}

/** A seat is held until it is released or lost; heartbeats are sent by themselves. */
export interface Seat extends AsyncDisposable {
  readonly lease: string
  readonly profile: string
  readonly licence: Licence
  /** It is free again from then on, unless the server hears of it before. */
  readonly until: Date
  readonly isBorrowed: boolean
  /** The licence is over, and seats are still given until then; null: it is not over. */
  readonly graceUntil: Date | null
  /** What `checkOffline` takes: keep these of a borrowed seat. */
  readonly papers: { readonly document: string; readonly activation: string; readonly seat: string }
  /** Aborted when the seat is lost, with a `LicenceError` as its reason. */
  readonly lost: AbortSignal
  /** It is free again for others. Also if the server cannot be reached now: then when its lease ends. */
  release(): Promise<void>
}

export interface Licences extends AsyncDisposable {
  /** Where the server is by now. */
  readonly url: string
  /** Throws a `LicenceError`, whose message says who holds the seats, or what else is in the way; the signal's reason if it is aborted. */
  checkOut(options?: CheckOutOptions): Promise<Seat>
  /** Releases every seat of it. */
  close(): Promise<void>
}

type Shared = { readonly server: Server; readonly heartbeat: Heartbeat; users: number }
/** Whoever opens the same server again in this process shares its heartbeat. */
const open = new Map<string, Shared>()

/** Nothing is asked until the first check-out. */
export const openLicences = (options: LicencesOptions): Licences => {
  const key = JSON.stringify([options.url, options.issuerKey, options.folder ?? null, options.token ?? null, options.keepAlive ?? false])
  const shared = open.get(key) ?? makeShared(options)
  open.set(key, shared)
  shared.users++
  const held = new Set<HeldSeat>()
  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await Promise.all([...held].map(seat => seat.release()))
    if (--shared.users > 0) return
    open.delete(key)
    await shared.heartbeat.stop()
  }
  return {
    get url() { return shared.server.url },
    async checkOut(wish = {}) {
      if (closing !== undefined) throw new LicenceError('closed', 'These licences were closed.')
      const seat = await checkOut(shared, options, wish, lost => held.delete(lost))
      held.add(seat)
      return seat
    },
    close: () => (closing ??= close()),
    [Symbol.asyncDispose]() { return this.close() },
  }
}

const makeShared = (options: LicencesOptions): Shared => {
  const server = new Server(options)
  return { server, heartbeat: new Heartbeat(server, options.keepAlive ?? false), users: 0 }
}

/** Clocks differ by so much without anybody having set one back. */
const toleranceMs = 120_000
const usualPatienceMs = 15_000
const firstWaitMs = 200
const mostWaitMs = 2_000
const mostFollowed = 5

const checkOut = async (shared: Shared, options: LicencesOptions, wish: CheckOutOptions, onEnd: (seat: HeldSeat) => void): Promise<HeldSeat> => {
  const profile = wish.profile ?? options.profile
  if (profile === undefined) throw new LicenceError('profile-unknown', 'Name a profile to check out a seat of.')
  const holder = { ...usualHolder(), ...options.holder, ...wish.holder }
  const nodeLock = wish.borrowHours === undefined ? undefined : lockOn(await machineFactors())
  // The same key all along: an answer that was lost on its way costs no second seat.
  const body = { profile, holder, key: randomUUID(), ...(wish.borrowHours === undefined ? {} : { borrowHours: wish.borrowHours, nodeLock }) }
  const signal = wish.signal ?? new AbortController().signal
  const { said, sent } = await asked(shared, body, signal, options.patienceMs ?? usualPatienceMs)
  const papers = { document: String(said['document']), activation: String(said['activation']), seat: String(said['seat']) }
  const { licence, paper } = genuine(shared, options, papers, { profile, holder, lease: said['lease'], isBorrowed: wish.borrowHours !== undefined })
  return new HeldSeat({ shared, papers, licence, paper, said, sent, onEnd, onLost: wish.onLost ?? options.onLost })
}

/** The answer of a check-out: asked again while nobody answers, and wherever the server has moved to. */
const asked = async ({ server, heartbeat }: Shared, body: object, signal: AbortSignal, patienceMs: number): Promise<{ readonly said: Readonly<Record<string, unknown>>; readonly sent: number }> => {
  const began = performance.now()
  for (let [tries, followed] = [0, 0]; ; tries++) {
    const sent = performance.now()
    let why: unknown
    try {
      const { status, said } = await server.ask('api/seats/check-out', body, { signal })
      if (status === 200) return { said, sent }
      const isMoved = said['type'] === '/problems/moved' && typeof said['moved'] === 'string'
      if (isMoved && followed < mostFollowed && await server.follow(String(said['moved']), { signal })) {
        followed++
        continue
      }
      if (status < 500 && status !== 429) throw errorOf(said)
      why = new Error(typeof said['detail'] === 'string' ? said['detail'] : `HTTP ${status}`)
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof LicenceError) throw error
      why = error
    }
    const waitMs = Math.min(mostWaitMs, firstWaitMs * 2 ** tries) * (0.75 + Math.random() / 4)
    if (performance.now() + waitMs - began > patienceMs) throw new LicenceError('server-unreachable', `The licence server at ${server.url} cannot be reached: ${why instanceof Error ? why.message : String(why)}`, { cause: why })
    if (heartbeat.size === 0 && tries % 2 === 1) server.forget()
    await sleep(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted())
  }
}

/** The issuer signed the licence and whose server it is; the server signed the seat. */
const genuine = ({ server }: Shared, { issuerKey, product }: LicencesOptions, papers: Seat['papers'], wished: { readonly profile: string; readonly holder: Holder; readonly lease: unknown; readonly isBorrowed: boolean }): { readonly licence: Licence; readonly paper: SeatPaper } => {
  const [licence, activation] = [openDocument('rehome-licence', papers.document, issuerKey), openDocument('rehome-activation', papers.activation, issuerKey)]
  const paper = activation === undefined ? undefined : openDocument('rehome-seat', papers.seat, activation.publicKey)
  const isOne = licence !== undefined && paper !== undefined && activation?.licence === licence.id && paper.licence === licence.id && paper.server === activation.server
  if (!isOne || paper.profile !== wished.profile || paper.holder.user !== wished.holder.user || paper.holder.host !== wished.holder.host) throw new LicenceError('not-genuine', `What answers at ${server.url} is no licence server of this vendor: its answer is not signed as it must be.`)
  // One that was signed for an earlier wish is none of this one, and a borrowed one that is over by this clock is none at all: without a server nobody would tell.
  const isNow = paper.lease === wished.lease && paper.isBorrowed === wished.isBorrowed && (!paper.isBorrowed || paper.until > Date.now() - toleranceMs)
  if (!isNow) throw new LicenceError('not-genuine', `What answers at ${server.url} gave a seat that was signed for another time. Check the clock of this machine, and what answers there.`)
  if (product !== undefined && licence.product !== product) throw new LicenceError('not-genuine', `The licence is for “${licence.product}”, and this is “${product}”.`)
  server.learn(activation)
  return { licence, paper }
}

const usualHolder = (): Holder => {
  const user = (): string => {
    try {
      return userInfo().username
    } catch {
      return 'unknown'
    }
  }
  return { user: user(), host: hostname(), program: basename(process.argv[1] ?? process.title) }
}

type Given = {
  readonly shared: Shared
  readonly papers: Seat['papers']
  readonly licence: Licence
  readonly paper: SeatPaper
  readonly said: Readonly<Record<string, unknown>>
  readonly sent: number
  readonly onEnd: (seat: HeldSeat) => void
  readonly onLost: ((seat: Seat, lost: Lost) => void) | undefined
}

class HeldSeat implements Seat {
  readonly #given: Given
  readonly #sitting: Sitting
  readonly #lost = new AbortController()
  #releasing: Promise<void> | undefined

  constructor(given: Given) {
    const { said, sent, paper, shared } = given
    const leaseMs = Number(said['heartbeatSeconds']) * 3_000
    this.#given = given
    this.#sitting = {
      lease: paper.lease, isBorrowed: paper.isBorrowed, leaseMs, until: paper.until, deadline: sent + (paper.isBorrowed ? paper.until - paper.takenAt : leaseMs),
      lose: lost => this.#lose(lost),
    }
    shared.heartbeat.add(this.#sitting)
  }

  get lease(): string { return this.#given.paper.lease }
  get profile(): string { return this.#given.paper.profile }
  get licence(): Licence { return this.#given.licence }
  get isBorrowed(): boolean { return this.#given.paper.isBorrowed }
  get papers(): Seat['papers'] { return this.#given.papers }
  get until(): Date { return new Date(this.#sitting.until) }
  get lost(): AbortSignal { return this.#lost.signal }
  get graceUntil(): Date | null {
    const { said } = this.#given
    return typeof said['graceUntil'] === 'string' ? new Date(said['graceUntil']) : null
  }

  release(): Promise<void> {
    this.#given.onEnd(this)
    return (this.#releasing ??= this.#given.shared.heartbeat.release(this.lease))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release()
  }

  #lose(lost: Lost): void {
    this.#given.onEnd(this)
    this.#lost.abort(new LicenceError(lost.why === 'unreachable' ? 'server-unreachable' : 'refused', lost.message))
    // What a product does then is not the heartbeat's: if it throws, it is as if any event's listener did.
    queueMicrotask(() => this.#given.onLost?.(this, lost))
  }
}
