import type { Socket } from 'node:net'
import pg from 'pg'
import { assert } from '#lib/assert.ts'
import { type Context, toFault } from './context.ts'
import { frame, Frames, type Item } from './frames.ts'
import { Fresh, type Inflow, Ring } from './inflow.ts'

/** What one statement of a simple query answered: values as text. */
export type Result = { readonly tag: string; readonly rows: readonly (readonly (string | null)[])[] }

/** What a copy out gives, statement by statement (counted from 0): pieces of row frames, and at each end the number of rows. */
export type CopyItem = { readonly statement: number; readonly rows: Buffer } | { readonly statement: number; readonly count: number }

/** Written ahead at most, in bytes. */
const bytesAhead = 2 ** 20

/**
 * Our long reads and loads may stand still for as long as the move is paused or the other side is slow: to the kernel that looks like an
 * unacknowledged window, which tcp_user_timeout would cut. A server whose reader is gone is told by the connection check instead.
 */
const patience = `SET tcp_user_timeout=0; SELECT pg_catalog.set_config(name, '10s', false) FROM pg_catalog.pg_settings WHERE name = 'client_connection_check_interval'`

type Options = { readonly replication?: boolean; readonly reuse?: boolean; readonly prepare?: (session: pg.Client) => Promise<unknown> }

/**
 * A session whose bytes we read and write ourselves once the driver has logged in: COPY passes as the frames it comes in, and replication
 * is acknowledged by nobody but us. Pull: what is not asked for stays with the server. One reader at a time; after a failure the session
 * is to be destroyed, unless the server answered it with ready-for-query (`isIdle`).
 */
export class Wire implements AsyncDisposable {
  readonly #store: string
  readonly #session: pg.Client
  readonly #stream: Socket
  readonly #frames = new Frames()
  readonly #inflow: Inflow
  #items: Item[] = []
  #next = 0
  #lost: Error | undefined
  #wake: (() => void) | undefined
  #isReading = false
  #idle = true
  /** As of the last ready-for-query: idle, in a transaction, in a failed one. */
  #status = 'I'

  /**
   * Logs in and takes over. `purpose` as for `Context.connect`; `prepare`: what the driver can do better, such as parameters. `reuse`: what is read is over
   * when the next is asked for, its memory used again.
   */
  static async open(context: Context, purpose: string, { replication = false, reuse = false, prepare }: Options = {}): Promise<Wire> {
    const ring = reuse ? new Ring() : undefined
    const session = await context.connect(purpose, { replication, ...(ring === undefined ? {} : { stream: ring.stream }) })
    try {
      await prepare?.(session)
      // Last, and sure to succeed: the driver rejects at an error, before the server says that it is ready again, and that word would be taken for an answer to us.
      await session.query(patience)
      return new Wire(context.settings.name, session, ring)
    } catch (error) {
      await session.end()
      throw toFault(context.settings.name, error)
    }
  }

  private constructor(store: string, session: pg.Client, ring: Ring | undefined) {
    this.#store = store
    this.#session = session
    this.#stream = session.connection.stream as Socket
    this.#stream.removeAllListeners('data')
    this.#inflow = ring?.isOf(this.#stream) === true ? ring : new Fresh()
    this.#inflow.begin(this.#stream, () => this.#wake?.())
    this.#stream.on('error', error => this.#lose(error))
    this.#stream.on('close', () => this.#lose(new Error('Connection terminated unexpectedly')))
    if (this.#stream.destroyed) this.#lose(new Error('Connection terminated unexpectedly'))
  }

  /** The server's process, for pg_cancel_backend and pg_stat_activity. */
  get processId(): number {
    return ('processID' in this.#session && Number(this.#session.processID)) || 0
  }

  /** Arrived so far: a message of hundreds of megabytes is a sign of life long before it is whole. */
  get bytesRead(): number {
    return this.#stream.bytesRead
  }

  /** The server waits for a statement: the session can be used. */
  get isIdle(): boolean {
    return this.#idle && this.#lost === undefined
  }

  /** The session can be used, and its transaction is open and sound. */
  get isInTransaction(): boolean {
    return this.isIdle && this.#status === 'T'
  }

  /** Runs statements, all in one message; a text of several is one implicit transaction. A Buffer is sent as it is (bytes that are no UTF-16). */
  async simple(sql: string | Buffer): Promise<Result[]> {
    this.ask(sql)
    return this.answer()
  }

  /** Sends statements without waiting for anything. Followed by `answer` or `copied`, and in between by what a COPY FROM STDIN reads. */
  ask(sql: string | Buffer): void {
    assert(this.#idle, 'one statement at a time')
    this.#idle = false
    this.#stream.write(frame('Q', Buffer.concat([typeof sql === 'string' ? Buffer.from(sql) : sql, Buffer.alloc(1)])))
  }

  /** What the server says up to its next ready-for-query, statement by statement, into `results`: when it throws, they tell which one failed. */
  async answer(results: Result[] = []): Promise<Result[]> {
    let rows: (string | null)[][] = []
    for await (const item of this.#conversation()) {
      assert('message' in item, 'no rows are copied out here')
      if (item.message === 'D') rows.push(values(item.body))
      if (item.message === 'C') {
        results.push({ tag: text(item.body), rows })
        rows = []
      }
    }
    return results
  }

  /** The rows of the `COPY … TO STDOUT` statements in `sql`, one after another. When it is left early the session is destroyed. */
  async *copied(sql: string | Buffer): AsyncGenerator<CopyItem, void, undefined> {
    this.ask(sql)
    let statement = 0
    let isWhole = false
    try {
      for await (const item of this.#conversation()) {
        if ('rows' in item) yield { statement, rows: item.rows }
        else if (item.message === 'C') yield { statement: statement++, count: copiedRows(text(item.body)) }
      }
      isWhole = true
    } finally {
      if (!isWhole && !this.#idle) this.destroy()
    }
  }

  /** Starts a copy in both directions (START_REPLICATION). */
  async copyBoth(command: string): Promise<void> {
    this.ask(command)
    for (;;) {
      const item = await this.#item()
      if ('message' in item && item.message === 'W') return
      if ('message' in item && item.message === 'E') await this.#fail(item.body)
      assert('message' in item && 'NSA'.includes(item.message), 'a replication command is answered by a copy in both directions')
    }
  }

  /** The payloads of the CopyData messages that are there, at least one; waits for it. Undefined: the server ended the copy. */
  async receive(): Promise<Buffer[] | undefined> {
    const payloads: Buffer[] = []
    for (;;) {
      const item = payloads.length === 0 ? await this.#item() : this.#items[this.#next++]
      if (item === undefined) return payloads
      assert('message' in item, 'rows are no part of a copy in both directions')
      if (item.message === 'd') payloads.push(item.body)
      else if ('Ec'.includes(item.message) && payloads.length > 0) {
        this.#next--
        return payloads
      } else if (item.message === 'c') return undefined
      else if (item.message === 'E') await this.#fail(item.body)
    }
  }

  /** Waits while more than a mebibyte is on its way. Frames must be whole by the next statement. */
  async send(bytes: Buffer): Promise<void> {
    if (this.#lost !== undefined) throw toFault(this.#store, this.#lost)
    this.#stream.write(bytes)
    if (this.#stream.writableLength > bytesAhead) await this.#drained()
  }

  /** As `send`, for bytes whose memory is used again: returns when they are on their way. */
  async relay(bytes: Buffer): Promise<void> {
    if (this.#lost !== undefined) throw toFault(this.#store, this.#lost)
    await new Promise<void>(resolve => {
      const on = (): void => {
        this.#stream.off('close', on)
        resolve()
      }
      this.#stream.on('close', on)
      this.#stream.write(bytes, on)
    })
    if (this.#lost !== undefined) throw toFault(this.#store, this.#lost)
  }

  async #drained(): Promise<void> {
    await new Promise<void>(resolve => {
      const on = (): void => {
        this.#stream.off('drain', on).off('close', on)
        resolve()
      }
      this.#stream.on('drain', on).on('close', on)
    })
    if (this.#lost !== undefined) throw toFault(this.#store, this.#lost)
  }

  sendCopyData(payload: Buffer): Promise<void> {
    return this.send(frame('d', payload))
  }

  sendCopyDone(): Promise<void> {
    return this.send(frame('c', Buffer.alloc(0)))
  }

  /** Cuts the connection. The server rolls back what was under way. */
  destroy(why: Error = new Error('Connection terminated')): void {
    this.#lose(why)
    this.#stream.destroy()
  }

  /** Says good-bye. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#lost !== undefined || !this.#idle) return this.destroy()
    const closed = new Promise<void>(resolve => { this.#stream.once('close', () => resolve()) })
    this.#stream.resume()
    this.#stream.end(frame('X', Buffer.alloc(0)))
    const late = setTimeout(() => this.#stream.destroy(), 2_000)
    await closed
    clearTimeout(late)
  }

  /** Everything until ready-for-query; an error the server reports is thrown then, when the session can be used again. */
  async *#conversation(): AsyncGenerator<Item, void, undefined> {
    for (;;) {
      const item = await this.#item()
      if ('message' in item) {
        if (item.message === 'Z') return this.#ready(item.body)
        if (item.message === 'E') await this.#fail(item.body)
      }
      yield item
    }
  }

  /** Reads on to ready-for-query, or to the end of the connection, and throws what the server said first. */
  async #fail(body: Buffer): Promise<never> {
    const error = toFault(this.#store, serverError(body))
    try {
      let item = await this.#item()
      while (!('message' in item && item.message === 'Z')) item = await this.#item()
      this.#ready(item.body)
    } catch {
      // The server hung up after its error: the error is the better reason.
    }
    throw error
  }

  #ready(body: Buffer): void {
    this.#idle = true
    this.#status = text(body, 1)
  }

  async #item(): Promise<Item> {
    for (;;) {
      const item = this.#items[this.#next]
      if (item !== undefined) {
        this.#next++
        return item
      }
      this.#items = this.#frames.push(await this.#chunk())
      this.#next = 0
    }
  }

  async #chunk(): Promise<Buffer> {
    assert(!this.#isReading, 'one reader at a time')
    this.#isReading = true
    try {
      for (;;) {
        const chunk = this.#inflow.take()
        if (chunk !== undefined) return chunk
        if (this.#lost !== undefined) throw toFault(this.#store, this.#lost)
        await new Promise<void>(resolve => { this.#wake = resolve })
      }
    } finally {
      this.#isReading = false
    }
  }

  #lose(why: Error): void {
    this.#lost ??= why
    this.#wake?.()
  }
}

const text = (body: Buffer, length = body.length - 1): string => body.toString('utf8', 0, length)

const copiedRows = (tag: string): number => Number(/^COPY (\d+)$/.exec(tag)?.[1] ?? 0)

const values = (body: Buffer): (string | null)[] => {
  let at = 2
  return Array.from({ length: body.readUInt16BE(0) }, () => {
    const length = body.readInt32BE(at)
    at += 4
    if (length === -1) return null
    at += length
    return body.toString('utf8', at - length, at)
  })
}

/** The driver's own error, from an ErrorResponse: what `toFault` reads. */
const serverError = (body: Buffer): pg.DatabaseError => {
  const fields = new Map(text(body).split('\0').filter(f => f !== '').map(f => [f[0], f.slice(1)]))
  const error = new pg.DatabaseError(fields.get('M') ?? 'no reason given', body.length, 'error')
  return Object.assign(error, {
    severity: fields.get('V') ?? fields.get('S'), code: fields.get('C'), detail: fields.get('D'), hint: fields.get('H'), where: fields.get('W'),
    schema: fields.get('s'), table: fields.get('t'), column: fields.get('c'), constraint: fields.get('n'),
  })
}
