import { Fault } from '#domain/faults.ts'

/** What a part is made of that holds several things: for each a header, as JSON, with its length before it, and as many bytes as the header says. */
export type Header = Readonly<Record<string, unknown>> & { readonly bytes: number }

const mostHeaderBytes = 2 ** 20

export const frameOf = (header: Header): Buffer => {
  const text = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  return Buffer.concat([length, text])
}

/** Takes the bytes of a part apart. What is not read of one thing is passed over when the next is asked for. Faults: BUNDLE_BROKEN. */
export const framesIn = async function* (bytes: AsyncIterable<Buffer>): AsyncGenerator<{ readonly header: Header; readonly body: AsyncIterable<Buffer> }, void, undefined> {
  const from = new Pieces(bytes)
  try {
    for (;;) {
      const length = await from.exactly(4)
      if (length === undefined) return
      const size = length.readUInt32BE()
      const text = size > mostHeaderBytes ? undefined : await from.exactly(size)
      if (text === undefined) throw broken()
      const header = JSON.parse(text.toString('utf8')) as Header
      if (!Number.isSafeInteger(header.bytes) || header.bytes < 0) throw broken()
      const left = { bytes: header.bytes }
      const body = from.upTo(left)
      yield { header, body }
      for await (const rest of body) void rest
      if (left.bytes > 0) for await (const rest of from.upTo(left)) void rest
    }
  } finally {
    await from.close()
  }
}

const broken = (): Fault => new Fault('BUNDLE_BROKEN', { file: '', reason: 'a part does not hold together' })

class Pieces {
  readonly #from: AsyncIterator<Buffer>
  #held: Buffer = Buffer.alloc(0)

  constructor(from: AsyncIterable<Buffer>) {
    this.#from = from[Symbol.asyncIterator]()
  }

  /** Undefined at the end; a part of what was asked for is too little. */
  async exactly(bytes: number): Promise<Buffer | undefined> {
    const parts: Buffer[] = []
    let missing = bytes
    while (missing > 0) {
      if (!(await this.#fill())) {
        if (missing < bytes) throw broken()
        return undefined
      }
      const part = this.#take(missing)
      parts.push(part)
      missing -= part.length
    }
    return Buffer.concat(parts)
  }

  async *upTo(left: { bytes: number }): AsyncGenerator<Buffer, void, undefined> {
    while (left.bytes > 0) {
      if (!(await this.#fill())) throw broken()
      const part = this.#take(left.bytes)
      left.bytes -= part.length
      yield part
    }
  }

  async close(): Promise<void> {
    await this.#from.return?.()
  }

  #take(most: number): Buffer {
    const part = this.#held.subarray(0, most)
    this.#held = this.#held.subarray(part.length)
    return part
  }

  async #fill(): Promise<boolean> {
    while (this.#held.length === 0) {
      const next = await this.#from.next()
      if (next.done === true) return false
      this.#held = next.value
    }
    return true
  }
}
