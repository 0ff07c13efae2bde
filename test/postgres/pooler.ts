import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import pg from 'pg'
import type { Scope } from '#test/services/postgres.ts'

export type Pooling = {
  /** `transaction`: a server session is lent until its transaction ends. `session`: until the client goes. */
  readonly mode: 'transaction' | 'session'
  /** Server sessions at most; who comes later waits. */
  readonly size: number
}

/**
 * What PgBouncer and its like do, with nothing else of them: one login to the server for many clients, whom it greets itself, lending each a server session for a
 * transaction or for good. Several `urls`: new sessions are opened on one after another, as a balancer does. Returns the URL that leads through it.
 */
export const usePooler = async (scope: Scope, urls: readonly string[], { mode, size }: Pooling): Promise<string> => {
  const pool = new Pool(urls, size)
  const clients = new Set<Socket>()
  const server = createServer(socket => {
    clients.add(socket)
    socket.on('close', () => { clients.delete(socket) })
    serve(socket, pool, mode)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  scope.after(async () => {
    server.close()
    for (const socket of clients) socket.destroy()
    await pool.end()
  })
  const url = new URL(urls[0] ?? '')
  url.port = String((server.address() as AddressInfo).port)
  return url.href
}

type Backend = { readonly session: pg.Client; readonly socket: Socket }

class Pool {
  readonly #urls: readonly string[]
  readonly #size: number
  readonly #idle: Backend[] = []
  readonly #waiting: ((backend: Backend) => void)[] = []
  readonly #all: Promise<Backend>[] = []

  constructor(urls: readonly string[], size: number) {
    this.#urls = urls
    this.#size = size
  }

  /** The one given back last goes out first, as PgBouncer has it. */
  async take(): Promise<Backend> {
    const idle = this.#idle.pop()
    if (idle !== undefined) return idle
    if (this.#all.length >= this.#size) return new Promise(resolve => { this.#waiting.push(resolve) })
    const made = connect(this.#urls[this.#all.length % this.#urls.length] ?? '')
    this.#all.push(made)
    return made
  }

  give(backend: Backend): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#idle.push(backend)
    else next(backend)
  }

  async end(): Promise<void> {
    for (const made of this.#all) (await made).socket.destroy()
  }
}

/** The driver logs in; from then on the bytes are ours. */
const connect = async (url: string): Promise<Backend> => {
  const session = new pg.Client({ connectionString: url, application_name: 'pooler' })
  session.on('error', () => { /* the test is over */ })
  await session.connect()
  const { stream } = (session as unknown as { connection: { stream: Socket } }).connection
  stream.removeAllListeners('data')
  stream.on('error', () => { /* as above */ })
  return { session, socket: stream }
}

const serve = (client: Socket, pool: Pool, mode: Pooling['mode']): void => {
  let backend: Backend | undefined
  let asked = 0
  const release = (): void => {
    if (backend === undefined) return
    backend.socket.removeAllListeners('data')
    pool.give(backend)
    backend = undefined
  }
  const onAnswer = frames(1, (frame, type) => {
    client.write(frame)
    if (type !== 'Z') return
    asked -= 1
    if (mode === 'transaction' && asked === 0 && frame.at(-1) === 0x49) release() // idle, outside a transaction
  })
  const toServer = async (frame: Buffer, type: string): Promise<void> => {
    if (type === 'X') { client.end(); return }
    if (type === 'Q' || type === 'S') asked += 1
    if (backend === undefined) {
      backend = await pool.take()
      backend.socket.on('data', onAnswer)
    }
    backend.socket.write(frame)
  }
  let before: Promise<void> = Promise.resolve()
  const onQuestion = frames(1, (frame, type) => { before = before.then(() => toServer(frame, type)) })
  const greet = frames(0, frame => {
    if (frame.readUInt32BE(4) === 80877103) { client.write('N'); return } // SSLRequest
    client.removeListener('data', greet)
    client.on('data', onQuestion)
    client.write(Buffer.concat([message('R', Buffer.alloc(4)), message('S', Buffer.from('server_version\x0015.0\0')), message('K', randomBytes(8)), message('Z', Buffer.from('I'))]))
  })
  client.on('data', greet)
  client.on('error', () => { /* close follows */ })
  client.on('close', () => {
    if (backend !== undefined) backend.socket.destroy() // nobody knows what state it is in
  })
}

const message = (type: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(5)
  head.write(type)
  head.writeUInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

/** Cuts bytes into messages, which begin with `lead` bytes of type and four of length. */
const frames = (lead: 0 | 1, take: (frame: Buffer, type: string) => void) => {
  let rest = Buffer.alloc(0)
  return (data: Buffer): void => {
    rest = Buffer.concat([rest, data])
    while (rest.length >= lead + 4) {
      const length = lead + rest.readUInt32BE(lead)
      if (rest.length < length) return
      const frame = rest.subarray(0, length)
      rest = rest.subarray(length)
      take(frame, lead === 1 ? String.fromCharCode(frame[0] ?? 0) : '')
    }
  }
}
