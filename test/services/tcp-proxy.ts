import { once } from 'node:events'
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net'
import { Transform } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '#adapters/embedded-postgres/port.ts'

const windowBytes = 4 * 2 ** 20

/** A network between two processes, with faults at will. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number
  /** Carried since the start: `up` from the one who connects. */
  readonly bytes: { readonly up: number; readonly down: number }
  /** Of connections that are open now. */
  readonly connections: number
  /** Resets every connection and refuses new ones until `restore`. */
  cut(): Promise<void>
  /** Carries nothing more, in either direction, and closes nothing: what a dead network looks like. Until `restore`. */
  stall(): void
  /** Each piece of data arrives this much later; order is kept. 0: at once. */
  delay(ms: number): void
  /** Ends cut, stall and delay; what was stalled goes on. */
  restore(): Promise<void>
}

/** Listens on a free port of 127.0.0.1 and carries everything to `target`, a port of the same. */
export const startTcpProxy = async (target: number): Promise<TcpProxy> => {
  const port = await freePort()
  const line = new Line()
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, near => {
    const far = createConnection({ port: target, host: '127.0.0.1', allowHalfOpen: true })
    const end = (): void => { near.resetAndDestroy(); far.resetAndDestroy() }
    for (const socket of [near, far]) {
      socket.setNoDelay(true)
      open.add(socket)
      socket.on('error', end)
      socket.on('close', () => { open.delete(socket) })
    }
    near.pipe(line.carrier('up')).pipe(far)
    far.pipe(line.carrier('down')).pipe(near)
  })
  const listen = async (): Promise<void> => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  const cut = async (): Promise<void> => {
    const closed = server.listening ? once(server, 'close') : undefined
    server.close()
    for (const socket of open) socket.resetAndDestroy()
    await closed
  }
  await listen()
  return {
    port: (server.address() as AddressInfo).port,
    get bytes() { return line.bytes },
    get connections() { return open.size / 2 },
    cut,
    stall: () => line.stall(),
    delay: ms => line.delay(ms),
    async restore() {
      line.restore()
      if (!server.listening) await listen()
    },
    async [Symbol.asyncDispose]() {
      line.restore()
      await cut()
    },
  }
}

/** What all connections have in common: how long data takes, and whether it is carried at all. */
class Line {
  readonly bytes = { up: 0, down: 0 }
  #delayMs = 0
  #stalled: PromiseWithResolvers<void> | undefined

  /** Takes in at most `windowBytes` that have not arrived: later data waits at its sender, as in a network. */
  carrier(way: 'up' | 'down'): Transform {
    let queued = 0
    let last: Promise<void> = Promise.resolve()
    const carry = async (data: Buffer, due: number, before: Promise<void>): Promise<void> => {
      await before
      const wait = due - performance.now()
      if (wait > 0) await sleep(wait)
      // The stall is asked after the delay: what is under way when the line goes dead does not arrive either.
      while (this.#stalled !== undefined) await this.#stalled.promise
      this.bytes[way] += data.length
      queued -= data.length
      carrier.push(data)
    }
    const carrier = new Transform({
      transform: (data: Buffer, _encoding, done) => {
        queued += data.length
        last = carry(data, performance.now() + this.#delayMs, last)
        if (queued < windowBytes) done()
        else last.then(() => done(), done)
      },
      flush: done => { last.then(() => done(), done) },
    })
    return carrier
  }

  stall(): void {
    this.#stalled ??= Promise.withResolvers<void>()
  }

  delay(ms: number): void {
    this.#delayMs = ms
  }

  restore(): void {
    this.#delayMs = 0
    this.#stalled?.resolve()
    this.#stalled = undefined
  }
}
