import { assert } from '#lib/assert.ts'

/**
 * What a server's bytes consist of. `rows`: whole and partial CopyData frames of a COPY … TO STDOUT, as they came but for what is
 * not a row; one item covers as many frames as the chunk held. Everything else is a message: its type letter and its whole body.
 */
export type Item = { readonly rows: Buffer } | { readonly message: string; readonly body: Buffer }

const frameHeader = 5
const copyData = 0x64
const signature = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1')
/** Signature, flags and the length of a header extension that no server writes. */
const preamble = signature.length + 8
const longest = 2 ** 30 + 2 ** 20

/** A frontend or backend frame: type letter, length, body. */
export const frame = (type: string, body: Buffer): Buffer => {
  const header = Buffer.allocUnsafe(frameHeader)
  header.write(type, 0, 'latin1')
  header.writeUInt32BE(body.length + 4, 1)
  return Buffer.concat([header, body])
}

/** The frame that opens a binary COPY … FROM STDIN: what `Frames` takes off at the other end. */
export const binaryHeader: Buffer = frame('d', Buffer.concat([signature, Buffer.alloc(8)]))
/** The frame that closes it. */
export const binaryTrailer: Buffer = frame('d', Buffer.from([0xff, 0xff]))

/**
 * Cuts what a server sends into items, however the network split it, without copying rows: a row of a gigabyte passes in the pieces
 * it arrives in. The header of a binary copy, which servers send in the first row's frame or alone, and its trailer are taken off,
 * so that equal rows are equal bytes.
 */
export class Frames {
  /** Fewer bytes than it takes to know what they are. */
  #held: Buffer = Buffer.alloc(0)
  /** Rows are passed on in this format; undefined: outside of a copy, CopyData is a message (as in replication). */
  #format: 'text' | 'binary' | undefined
  #atPreamble = false
  /** Of the row's frame that is under way. */
  #rowLeft = 0
  #message: { type: string; left: number; parts: Buffer[] } | undefined

  /** Keeps nothing of `chunk`; the items are parts of it. */
  push(chunk: Buffer): Item[] {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
    const items: Item[] = []
    let at = 0
    for (let before = -1; before !== at && at < bytes.length;) {
      before = at
      at = this.#step(bytes, at, items)
    }
    this.#held = Buffer.from(bytes.subarray(at))
    return items
  }

  /** Takes what it can at `at`; returns where it stopped, `at` itself when it needs more bytes. */
  #step(bytes: Buffer, at: number, items: Item[]): number {
    if (this.#message !== undefined) return this.#collect(bytes, at, items)
    if (this.#rowLeft > 0) return this.#relay(bytes, at, items)
    if (bytes.length - at < frameHeader) return at
    if (this.#format !== undefined && bytes[at] === copyData) return this.#atPreamble ? this.#begin(bytes, at, items) : this.#relay(bytes, at, items)
    const left = bytes.readUInt32BE(at + 1) - 4
    assert(left >= 0 && left <= longest, `a server's message of ${left} bytes`)
    this.#message = { type: String.fromCharCode(bytes[at] ?? 0), left, parts: [] }
    return this.#collect(bytes, at + frameHeader, items)
  }

  #collect(bytes: Buffer, at: number, items: Item[]): number {
    const message = this.#message
    assert(message !== undefined, 'a message is under way')
    const part = bytes.subarray(at, at + message.left)
    message.left -= part.length
    if (part.length > 0) message.parts.push(message.left === 0 ? part : Buffer.from(part))
    if (message.left === 0) {
      this.#message = undefined
      const body = message.parts.length === 1 && message.parts[0] !== undefined ? message.parts[0] : Buffer.concat(message.parts)
      this.#notice(message.type, body)
      items.push({ message: message.type, body })
    }
    return at + part.length
  }

  /** A copy lasts from CopyOutResponse to CopyDone, or to the error that ends it. */
  #notice(type: string, body: Buffer): void {
    if (type === 'H') {
      this.#format = body[0] === 1 ? 'binary' : 'text'
      this.#atPreamble = this.#format === 'binary'
    } else if (type === 'c' || type === 'E') this.#format = undefined
  }

  /** The first frame of a binary copy: the preamble alone, with the first row, or with the trailer. */
  #begin(bytes: Buffer, at: number, items: Item[]): number {
    const payload = bytes.readUInt32BE(at + 1) - 4
    if (bytes.length - at < frameHeader + Math.min(payload, preamble + 2)) return at
    const start = at + frameHeader
    assert(payload >= preamble && bytes.subarray(start, start + signature.length).equals(signature) && bytes.readUInt32BE(start + preamble - 4) === 0, 'a binary copy begins with its plain header')
    this.#atPreamble = false
    const rest = start + preamble
    if (payload === preamble) return rest
    if (payload === preamble + 2 && bytes.readUInt16BE(rest) === 0xffff) return rest + 2
    const header = Buffer.from([copyData, 0, 0, 0, 0])
    header.writeUInt32BE(payload - preamble + 4, 1)
    items.push({ rows: header })
    this.#rowLeft = payload - preamble
    return rest
  }

  /** The longest run of row frames from `at` on; its last one may end in a later chunk. */
  #relay(bytes: Buffer, at: number, items: Item[]): number {
    const binary = this.#format === 'binary'
    const size = bytes.length
    let end = at + this.#rowLeft
    let skipped = 0
    while (end + frameHeader <= size && bytes[end] === copyData) {
      const length = bytes.readUInt32BE(end + 1)
      if (binary && length === 6) {
        if (end + 7 > size) break
        if (bytes[end + 5] === 0xff && bytes[end + 6] === 0xff) { skipped = 7; break }
      }
      end += 1 + length
    }
    const stop = Math.min(end, size)
    this.#rowLeft = end - stop
    if (stop > at) items.push({ rows: bytes.subarray(at, stop) })
    return stop + skipped
  }
}
