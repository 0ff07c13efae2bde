import { connect, type Socket } from 'node:net'

/** What came back: its status, and where in the bytes its body is. `ms`: since it was due. */
export type Heard = (status: number, bytes: Buffer, from: number, to: number, ms: number) => void

const blank = Buffer.from('\r\n\r\n')
const lengthField = Buffer.from('\r\ncontent-length: ')
const digit = 48

/**
 * One connection on which requests are sent one behind the other without waiting (HTTP pipelining): the cheapest way for one process to ask a lot. Answers come in order. It shares the
 * cores with whom it measures, and so does no more than it must: what is sent at once is one text, of an answer it reads the status and the length, and answers are taken in only while it
 * listens, so that the server does not wake this process with each of them, as it would wake none on its own machine. An answer that waits to be taken in counts as not there yet.
 */
export class Line {
  readonly #socket: Socket
  readonly #waiting: { readonly due: number; readonly heard: Heard }[] = []
  #first = 0
  #out = ''
  #rest: Buffer = Buffer.alloc(0)

  private constructor(port: number, opened: (line: Line) => void, failed: (error: Error) => void) {
    const take = (count: number, buffer: Uint8Array): boolean => {
      this.#take(Buffer.from(buffer.buffer, buffer.byteOffset, count))
      return true
    }
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true, onread: { buffer: Buffer.alloc(2 ** 18), callback: take } }, () => { opened(this) })
    this.#socket.once('error', failed)
    this.#socket.on('close', () => { if (this.waiting > 0) throw new Error(`the server hung up on ${this.waiting} requests`) })
  }

  static open(port: number): Promise<Line> {
    return new Promise((resolve, reject) => { new Line(port, resolve, reject) })
  }

  get waiting(): number {
    return this.#waiting.length - this.#first
  }

  /** Goes out with the next `go`. Text in ASCII. */
  put(head: string, body: string, due: number, heard: Heard): void {
    this.#waiting.push({ due, heard })
    this.#out += `${head}${body.length}\r\n\r\n${body}`
  }

  go(): void {
    if (this.#out === '') return
    this.#socket.write(this.#out, 'latin1')
    this.#out = ''
  }

  listen(): void { this.#socket.resume() }
  /** Until then the answers stay with the kernel. */
  rest(): void { this.#socket.pause() }
  end(): void { this.#socket.destroy() }

  #take(chunk: Buffer): void {
    const now = performance.now()
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let at = 0
    for (;;) {
      const end = bytes.indexOf(blank, at)
      if (end === -1) break
      const from = end + blank.length
      const to = from + lengthIn(bytes, at)
      if (bytes.length < to) break
      const asked = this.#waiting[this.#first++]
      if (asked === undefined) throw new Error('an answer to nothing')
      asked.heard(numberAt(bytes, at + 'HTTP/1.1 '.length), bytes, from, to, now - asked.due)
      at = to
    }
    // What is taken in next lies in the same place.
    this.#rest = Buffer.from(bytes.subarray(at))
    if (this.#first > 4_096) {
      this.#waiting.splice(0, this.#first)
      this.#first = 0
    }
  }
}

const lengthIn = (bytes: Buffer, head: number): number => numberAt(bytes, bytes.indexOf(lengthField, head) + lengthField.length)

const numberAt = (bytes: Buffer, at: number): number => {
  let value = 0
  for (let n = at, next = (bytes[n] ?? 0) - digit; next >= 0 && next <= 9; next = (bytes[++n] ?? 0) - digit) value = value * 10 + next
  return value
}
