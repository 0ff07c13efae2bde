import { createHash, hash, type Hash } from 'node:crypto'
import type { Digest } from '#domain/catalog.ts'

/** What takes the rows of a copy, frame by frame, and stands for them in the end. */
export interface Tally {
  add(rows: Buffer): void
  digest(rows: number): Digest
}

/** Over the frames as they are: the order counts. */
export class Sequential implements Tally {
  readonly #order: Digest['order']
  #hash = createHash('sha256')
  #bytes = 0

  constructor(order: Digest['order']) {
    this.#order = order
  }

  add(rows: Buffer): void {
    this.#hash.update(rows)
    this.#bytes += rows.length
  }

  /** And begins anew. */
  digest(rows: number): Digest {
    const digest: Digest = { order: this.#order, rows, bytes: this.#bytes, sha256: this.#hash.digest('hex') }
    this.#hash = createHash('sha256')
    this.#bytes = 0
    return digest
  }
}

/**
 * The sum of the rows' hashes modulo 2^256, whatever their order. A sum, not an exclusive or: two equal rows must not cancel
 * (mover.md 3.5).
 */
export class Summed implements Tally {
  readonly #rows = new RowCutter((row, isWhole) => this.#row(row, isWhole))
  /** Of the row that is under way in pieces. */
  #partial: Hash | undefined
  /** 32-bit digits of the sum, most significant first; carried before a double could round. */
  readonly #digits = new Float64Array(8)
  #uncarried = 0
  #bytes = 0

  add(rows: Buffer): void {
    this.#bytes += rows.length
    this.#rows.push(rows)
  }

  digest(rows: number): Digest {
    this.#carry()
    const sha256 = Array.from(this.#digits, digit => digit.toString(16).padStart(8, '0')).join('')
    return { order: 'multiset', rows, bytes: this.#bytes, sha256 }
  }

  #row(part: Buffer, isLast: boolean): void {
    if (this.#partial === undefined && isLast) return this.#sum(hash('sha256', part, 'buffer'))
    this.#partial ??= createHash('sha256')
    this.#partial.update(part)
    if (!isLast) return
    this.#sum(this.#partial.digest())
    this.#partial = undefined
  }

  #sum(digest: Buffer): void {
    for (let d = 0; d < 8; d++) this.#digits[d] = (this.#digits[d] ?? 0) + digest.readUInt32BE(4 * d)
    if (++this.#uncarried === 2 ** 20) this.#carry()
  }

  #carry(): void {
    let carry = 0
    for (let d = 7; d >= 0; d--) {
      const digit = (this.#digits[d] ?? 0) + carry
      carry = Math.floor(digit / 2 ** 32)
      this.#digits[d] = digit % 2 ** 32
    }
    this.#uncarried = 0
  }
}

/** Cuts CopyData frames into the rows they hold. A row comes whole or in pieces, the last one marked. */
export class RowCutter {
  readonly #take: (part: Buffer, isLast: boolean) => void
  #held: Buffer = Buffer.alloc(0)
  #left = 0

  constructor(take: (part: Buffer, isLast: boolean) => void) {
    this.#take = take
  }

  push(frames: Buffer): void {
    const bytes = this.#held.length === 0 ? frames : Buffer.concat([this.#held, frames])
    let at = 0
    while (at < bytes.length) {
      if (this.#left === 0) {
        if (bytes.length - at < 5) break
        this.#left = bytes.readUInt32BE(at + 1) - 4
        at += 5
      }
      const part = bytes.subarray(at, at + this.#left)
      at += part.length
      this.#left -= part.length
      if (part.length > 0 || this.#left === 0) this.#take(part, this.#left === 0)
    }
    // What was pushed is over: its memory may be used again.
    this.#held = Buffer.from(bytes.subarray(at))
  }
}
