import { Fault } from '#domain/faults.ts'
import type { Checkpoint, Position, Transaction } from '#domain/stream.ts'
import { assert } from '#lib/assert.ts'
import type { ChangeStream } from '#ports/store.ts'
import type { Context } from './context.ts'
import { lsnOf } from './lsn.ts'
import { Parts } from './parts.ts'
import { type Message, openDecoder } from './pgoutput.ts'
import { Wire } from './socket.ts'
import { named } from './stream-slot.ts'
import { checkPublication, makeReady, type Start } from './stream-start.ts'

/** How long what may take, in milliseconds. */
export type Patience = {
  /** Silence after which the source is asked whether it is still there, and after which it is taken for dead: longer than half of `senderTimeoutMs`, when it speaks in the middle of its work. */
  readonly askMs: number
  readonly deadMs: number
  /** The longest between two words of ours, and after what silence the source takes us for dead. */
  readonly statusMs: number
  readonly senderTimeoutMs: number
  /** On an idle source the slot is moved on this often, lest it keeps log that concerns nobody. */
  readonly idleMs: number
  readonly publicationMs: number
}

const usual: Patience = { askMs: 5_000, deadMs: 30_000, statusMs: 5_000, senderTimeoutMs: 20_000, idleMs: 10_000, publicationMs: 10_000 }
/** Acknowledgements are told together, this long after the first. */
const tellMs = 50

/**
 * The changes of a stream from a checkpoint on. Nothing is acknowledged but what `acknowledge` is told (I5); an idle source is acknowledged by a transaction
 * without changes that goes the same way, so that the checkpoint is never behind what the source was told (I6). Reads when asked, and no further than the
 * socket's buffer; meanwhile a timer keeps the session alive. Faults of the iteration: STREAM_GAP, STREAM_LOST, STREAM_BUSY, STORE_UNREACHABLE, CHANGE_TOO_LARGE.
 */
export const changes = (context: Context, stream: string, from: Checkpoint, signal: AbortSignal, patience: Partial<Patience> = {}): ChangeStream =>
  new Replication(context, stream, from, signal, { ...usual, ...patience })

class Replication implements ChangeStream {
  readonly #context: Context
  readonly #stream: string
  readonly #from: Checkpoint
  readonly #signal: AbortSignal
  readonly #patience: Patience
  #heard: Position
  /** The end of the last transaction that was handed out whole. */
  #handed: Position
  #acknowledged: Position | undefined
  #wire: Wire | undefined
  #ready: Start | undefined
  #timer: NodeJS.Timeout | undefined
  #isStarted = false
  #isStreaming = false
  #isReading = false
  #isClosing = false
  /** While somebody waits for the source: since when it says nothing. */
  #silence = { since: 0, bytes: 0, askedAt: 0 }
  /** Settles when the wait under way ends. */
  #ending = Promise.withResolvers<void>()
  #toldAt = 0
  #watchedAt = performance.now()
  #idleAt = performance.now()
  #fault: unknown
  #telling: NodeJS.Timeout | undefined

  constructor(context: Context, stream: string, from: Checkpoint, signal: AbortSignal, patience: Patience) {
    this.#context = context
    this.#stream = stream
    this.#from = from
    this.#signal = signal
    this.#patience = patience
    this.#heard = from.through
    this.#handed = from.through
  }

  get heard(): Position {
    return this.#heard
  }

  acknowledge(end: Position): void {
    assert(end <= this.#handed, 'I5: only what was handed out is acknowledged')
    if (this.#acknowledged !== undefined && end <= this.#acknowledged) return
    this.#acknowledged = end
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined
      this.#tell(false)
    }, tellMs)
  }

  [Symbol.asyncIterator](): AsyncIterator<Transaction> {
    assert(!this.#isStarted, 'a stream is read once')
    this.#isStarted = true
    return this.#transactions()
  }

  /** Tells what was acknowledged last, and goes. Whoever waits for a transaction is told that there are no more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosing = true
    const wire = this.#wire
    this.#wire = undefined
    clearTimeout(this.#telling)
    clearInterval(this.#timer)
    if (wire === undefined) return
    const late = setTimeout(() => wire.destroy(), 1_000)
    try {
      if (this.#isStreaming) await this.#sayGoodbye(wire)
    } catch {
      // It is gone already: what was not told is told when the stream is read again.
    } finally {
      clearTimeout(late)
      await wire[Symbol.asyncDispose]()
    }
  }

  /** Until the source has read what we said; what it has to say itself is of no interest any more. */
  async #sayGoodbye(wire: Wire): Promise<void> {
    await wire.sendCopyData(statusOf(this.#acknowledged, false))
    await wire.sendCopyDone()
    if (this.#isReading) return this.#ending.promise
    while ((await wire.receive()) !== undefined);
  }

  async *#transactions(): AsyncGenerator<Transaction, void, undefined> {
    this.#signal.throwIfAborted()
    const onAbort = (): void => { this[Symbol.asyncDispose]().catch(() => { /* the iteration says why it ended */ }) }
    this.#signal.addEventListener('abort', onAbort)
    try {
      yield* this.#read(await this.#start())
    } catch (error) {
      this.#signal.throwIfAborted()
      if (!this.#isClosing) throw this.#fault ?? streamFault(error)
    } finally {
      this.#signal.removeEventListener('abort', onAbort)
      await this[Symbol.asyncDispose]()
    }
    this.#signal.throwIfAborted()
  }

  async *#read(wire: Wire): AsyncGenerator<Transaction, void, undefined> {
    assert(this.#ready !== undefined, 'a stream that is read was made ready')
    const decode = openDecoder(this.#ready.builtins)
    const parts = new Parts()
    for (;;) {
      const payloads = await this.#receive(wire)
      if (this.#isClosing) return
      if (payloads === undefined) throw new Fault('STORE_UNREACHABLE', { store: this.#context.settings.name, reason: 'it ended the stream, as a server does that shuts down' })
      for (const payload of payloads) {
        const transaction = payload[0] === letterW ? parts.take(this.#hear(decode(payload, 25)), payload.length) : this.#keepAlive(payload, parts)
        if (transaction === undefined) continue
        if (transaction.marker !== undefined) await this.#checkPublication()
        if (transaction.last) this.#handed = transaction.end
        yield transaction
        if (this.#isClosing) return
      }
    }
  }

  async #receive(wire: Wire): Promise<Buffer[] | undefined> {
    return this.#listening(wire, async () => {
      let payloads = await wire.receive()
      // The source answers our good-bye behind what it had sent before.
      while (this.#isClosing && payloads !== undefined) payloads = await wire.receive()
      return payloads
    })
  }

  /** Only while we wait for it can the source be silent; while we are busy it may be kept from speaking. */
  async #listening<T>(wire: Wire, wait: () => Promise<T>): Promise<T> {
    this.#silence = { since: performance.now(), bytes: wire.bytesRead, askedAt: 0 }
    this.#isReading = true
    this.#ending = Promise.withResolvers<void>()
    try {
      return await wait()
    } finally {
      this.#isReading = false
      this.#ending.resolve()
    }
  }

  #hear(message: Message): Message {
    const at = message.says === 'begin' ? message.commit : message.says === 'commit' ? message.end : undefined
    if (at !== undefined && at > this.#heard) this.#heard = at
    return message
  }

  /** Everything the source had to send before this word of it has been handed out, so between two transactions it is the end of them all. */
  #keepAlive(payload: Buffer, parts: Parts): Transaction | undefined {
    assert(payload[0] === letterK, 'the source sends changes or keeps the session alive')
    const at = payload.toString('hex', 1, 9).toUpperCase() as Position
    if (at > this.#heard) this.#heard = at
    const isAsked = payload[17] === 1
    if (isAsked) this.#tell(false)
    const now = performance.now()
    if (!parts.isBetween || at <= this.#handed || (!isAsked && now - this.#idleAt < this.#patience.idleMs)) return undefined
    this.#idleAt = now
    return { commit: at, end: at, committedAt: Number((payload.readBigInt64BE(9) + epochMicros) / 1000n), from: 0, changes: [], last: true }
  }

  async #start(): Promise<Wire> {
    this.#ready = await this.#within(this.#patience.deadMs * 2, makeReady(this.#context, this.#stream, this.#from.through))
    const wire = await Wire.open(this.#context, `stream ${this.#stream}`, { replication: true })
    this.#wire = wire
    if (this.#isClosing) throw new Error('the stream was closed before it was opened')
    this.#timer = setInterval(() => this.#tick(wire), Math.min(1_000, this.#patience.askMs, this.#patience.statusMs)).unref()
    await this.#listening(wire, async () => {
      await wire.simple(`SET wal_sender_timeout = ${this.#patience.senderTimeoutMs}`)
      await wire.copyBoth(`START_REPLICATION SLOT ${named(this.#stream)} LOGICAL ${lsnOf(this.#from.through)} (proto_version '1', publication_names '${named(this.#stream)}', messages 'true')`)
    })
    this.#isStreaming = true
    return wire
  }

  /** Statements of the pool would wait for a quarter of an hour on a network that carries nothing. */
  async #within<T>(ms: number, work: Promise<T>): Promise<T> {
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => late.reject(new Fault('STORE_UNREACHABLE', { store: this.#context.settings.name, reason: `no answer for ${ms / 1000} seconds` })), ms)
    try {
      return await Promise.race([work, late.promise])
    } finally {
      clearTimeout(timer)
    }
  }

  async #checkPublication(): Promise<void> {
    assert(this.#ready !== undefined, 'a stream that is read was made ready')
    await this.#within(this.#patience.deadMs, checkPublication(this.#context, this.#stream, this.#ready))
  }

  #tick(wire: Wire): void {
    const now = performance.now()
    if (this.#isReading) this.#listen(wire, now)
    if (this.#isStreaming && now - this.#toldAt > this.#patience.statusMs) this.#tell(false)
    if (now - this.#watchedAt < this.#patience.publicationMs) return
    this.#watchedAt = now
    this.#checkPublication().catch((error: unknown) => {
      this.#fault ??= error
      wire.destroy()
    })
  }

  #listen(wire: Wire, now: number): void {
    const silence = this.#silence
    if (wire.bytesRead !== silence.bytes) this.#silence = { since: now, bytes: wire.bytesRead, askedAt: 0 }
    else if (now - silence.since > this.#patience.deadMs) {
      this.#fault ??= new Fault('STORE_UNREACHABLE', { store: this.#context.settings.name, reason: `nothing was heard of it for ${Math.round((now - silence.since) / 1000)} seconds` })
      wire.destroy()
    } else if (this.#isStreaming && now - Math.max(silence.since, silence.askedAt) > this.#patience.askMs) {
      silence.askedAt = now
      this.#tell(true)
    }
  }

  /** Whether it arrives is heard from the source, not here. */
  #tell(isAsking: boolean): void {
    this.#toldAt = performance.now()
    this.#wire?.sendCopyData(statusOf(this.#acknowledged, isAsking)).catch(() => { /* the connection is gone, and reading it says so */ })
  }
}

const letterW = 0x77
const letterK = 0x6b

/** Microseconds between 1970, where our clock begins, and 2000, where the server's does. */
const epochMicros = 946_684_800_000_000n

/** Written, flushed and applied are one and the same here. Nothing acknowledged yet: zero, which the source takes for no word. */
const statusOf = (acknowledged: Position | undefined, isAsking: boolean): Buffer => {
  const status = Buffer.alloc(34)
  const at = acknowledged === undefined ? 0n : BigInt(`0x${acknowledged}`)
  status.write('r', 0, 'latin1')
  status.writeBigUInt64BE(at, 1)
  status.writeBigUInt64BE(at, 9)
  status.writeBigUInt64BE(at, 17)
  status.writeBigInt64BE(BigInt(Date.now()) * 1000n - epochMicros, 25)
  status.writeUInt8(isAsking ? 1 : 0, 33)
  return status
}

/**
 * What the source answers when it no longer has the slot, the publication or the log (undefined object, not in the prerequisite state, undefined
 * file), and when somebody else was quicker (object in use).
 */
const streamFault = (error: unknown): unknown => {
  if (!(error instanceof Fault) || error.code !== 'STORE_REFUSED') return error
  const [code, reason] = [String(error.facts['code']), String(error.facts['reason'])]
  if (['42704', '55000', '58P01'].includes(code)) return new Fault('STREAM_LOST', { reason }, { cause: error })
  return code === '55006' ? new Fault('STREAM_BUSY', { ms: 0, reason }, { cause: error }) : error
}
