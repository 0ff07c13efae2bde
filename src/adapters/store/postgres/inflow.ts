import { Socket } from 'node:net'
import { assert } from '#lib/assert.ts'

/** What a session receives, chunk by chunk. Reads ahead by a few chunks at most: the rest stays with the server. */
export interface Inflow {
  /** From here on chunks are kept for `take`; `wake` is called as they come. */
  begin(stream: Socket, wake: () => void): void
  /** The oldest chunk there is. The one that was taken before it is over and may be overwritten. */
  take(): Buffer | undefined
}

/** Read ahead at most, in socket chunks (64 KiB each). */
const chunksAhead = 8

/** Chunks as the stream makes them, each in memory of its own: for streams of any kind, and for whoever keeps what he reads. */
export class Fresh implements Inflow {
  readonly #chunks: Buffer[] = []
  #stream: Socket | undefined

  begin(stream: Socket, wake: () => void): void {
    this.#stream = stream
    stream.on('data', chunk => {
      this.#chunks.push(chunk as Buffer)
      if (this.#chunks.length >= chunksAhead) stream.pause()
      wake()
    })
  }

  take(): Buffer | undefined {
    const chunk = this.#chunks.shift()
    if (this.#chunks.length === 0) this.#stream?.resume()
    return chunk
  }
}

/** One is being filled, one is being used, the others are ahead. */
const ringBuffers = 6
const ringBytes = 2 ** 18

/**
 * Chunks in a few buffers that take turns. Memory made anew for every chunk is what half of the copy's work goes into: the collector only hears of it
 * late and then looks through everything. The driver logs in over the same socket, until `begin`.
 */
export class Ring implements Inflow {
  readonly #free: Buffer[] = Array.from({ length: ringBuffers }, () => Buffer.allocUnsafeSlow(ringBytes))
  readonly #filled: { readonly whole: Buffer; readonly bytes: number }[] = []
  /** The socket reads into this one. */
  #filling: Buffer | undefined
  #used: Buffer | undefined
  #isFull = false
  #wake: (() => void) | undefined
  readonly #socket: Socket

  constructor() {
    this.#socket = new Socket({ onread: { buffer: () => this.#next(), callback: bytes => this.#arrived(bytes) } })
  }

  /** For the driver. Encryption comes between the socket and the session: then it is an ordinary one. */
  readonly stream = (driver?: { readonly ssl?: unknown }): Socket => (driver?.ssl === false ? this.#socket : new Socket())

  /** The session came to use this socket. */
  isOf(stream: Socket): boolean {
    return stream === this.#socket
  }

  begin(stream: Socket, wake: () => void): void {
    assert(this.isOf(stream), 'the ring belongs to its own socket')
    this.#wake = wake
  }

  take(): Buffer | undefined {
    if (this.#used !== undefined) this.#free.push(this.#used)
    const first = this.#filled.shift()
    this.#used = first?.whole
    if (this.#isFull && this.#free.length > 0) {
      this.#isFull = false
      this.#socket.resume()
    }
    return first?.whole.subarray(0, first.bytes)
  }

  /** Asked again before anything came, as when a second address is tried, it is the same one. */
  #next(): Buffer {
    this.#filling ??= this.#free.pop()
    assert(this.#filling !== undefined, 'the socket reads only while a buffer is free')
    return this.#filling
  }

  /** False stops the reading. */
  #arrived(bytes: number): boolean {
    assert(this.#filling !== undefined, 'something was being filled')
    if (this.#wake === undefined) {
      this.#socket.emit('data', Buffer.from(this.#filling.subarray(0, bytes)))
      return true
    }
    this.#filled.push({ whole: this.#filling, bytes })
    this.#filling = undefined
    // The buffer after this one is taken before the socket stops.
    this.#isFull = this.#free.length <= 1
    this.#wake()
    return !this.#isFull
  }
}
