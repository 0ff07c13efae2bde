import { connect, type Socket } from 'node:net'

/** What came back: its status, and the body as bytes. `ms`: since it was due. */
export type Heard = (status: number, body: Buffer, ms: number) => void

/** One connection on which requests are sent one behind the other without waiting (HTTP pipelining): the cheapest way for one process to ask a lot. Answers come in order. */
export class Line {
  readonly #socket: Socket
  readonly #waiting: { readonly due: number; readonly heard: Heard }[] = []
  #first = 0
  #rest: Buffer = Buffer.alloc(0)

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => { this.#take(chunk) })
    socket.on('error', error => { throw error })
    socket.on('close', () => { if (this.waiting > 0) throw new Error(`the server hung up on ${this.waiting} requests`) })
  }

  static open(port: number): Promise<Line> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1' }, () => { resolve(new Line(socket)) })
      socket.once('error', reject)
    })
  }

  get waiting(): number {
    return this.#waiting.length - this.#first
  }

  send(head: string, body: string, due: number, heard: Heard): void {
    this.#waiting.push({ due, heard })
    this.#socket.write(`${head}${body.length}\r\n\r\n${body}`, 'latin1')
  }

  /** What is written between the two goes out at once. */
  cork(): void { this.#socket.cork() }
  uncork(): void { this.#socket.uncork() }
  end(): void { this.#socket.destroy() }

  #take(chunk: Buffer): void {
    const now = performance.now()
    let rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    for (;;) {
      const end = rest.indexOf('\r\n\r\n')
      if (end === -1) break
      const head = rest.toString('latin1', 0, end)
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
      if (rest.length < end + 4 + length) break
      const asked = this.#waiting[this.#first++]
      if (asked === undefined) throw new Error('an answer to nothing')
      asked.heard(Number(head.slice(9, 12)), rest.subarray(end + 4, end + 4 + length), now - asked.due)
      rest = rest.subarray(end + 4 + length)
    }
    this.#rest = rest
    if (this.#first > 4_096) {
      this.#waiting.splice(0, this.#first)
      this.#first = 0
    }
  }
}
