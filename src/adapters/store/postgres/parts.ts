import type { Change, Position, Transaction } from '#domain/stream.ts'
import { assert } from '#lib/assert.ts'
import type { Message } from './pgoutput.ts'

/** A part is handed on when it has reached either. Bytes as they come over the wire; what one change adds is not cut. */
const partChanges = 10_000
const partBytes = 8 * 2 ** 20

type Open = { readonly commit: Position; readonly committedAt: number; from: number; bytes: number; changes: Change[]; marker: string | undefined }

/** Puts what the decoder reads together to transactions, large ones in parts, so that one of any size takes no more memory than a part. */
export class Parts {
  #open: Open | undefined

  get isBetween(): boolean {
    return this.#open === undefined
  }

  /** What is complete with this message. A part is held back until more comes, so that the last one is never empty. */
  take(message: Message, bytes: number): Transaction | undefined {
    if (message.says === 'begin') {
      assert(this.#open === undefined, 'transactions come one after another')
      this.#open = { commit: message.commit, committedAt: message.committedAt, from: 0, bytes: 0, changes: [], marker: undefined }
      return undefined
    }
    if (message.says === 'nothing') return undefined
    const open = this.#open
    assert(open !== undefined, 'changes come inside of a transaction')
    if (message.says === 'marker') open.marker = message.nonce
    if (message.says === 'commit') return this.#end(open, message.commit, message.end)
    return message.says === 'change' ? this.#add(open, message.change, bytes) : undefined
  }

  #add(open: Open, change: Change, bytes: number): Transaction | undefined {
    const isFull = open.changes.length >= partChanges || open.bytes >= partBytes
    // Where the next transaction begins is not known yet. Whoever acknowledges the commit record's own place is sent the transaction again.
    const part = isFull ? { commit: open.commit, end: open.commit, committedAt: open.committedAt, from: open.from, changes: open.changes, bytes: open.bytes, last: false } : undefined
    if (part !== undefined) Object.assign(open, { from: part.from + part.changes.length, changes: [], bytes: 0 })
    open.changes.push(change)
    open.bytes += bytes
    return part
  }

  #end({ commit, committedAt, from, bytes, changes, marker }: Open, at: Position, end: Position): Transaction | undefined {
    assert(commit === at, 'a transaction ends with the commit it was announced with')
    this.#open = undefined
    // A transaction of tables that are not published, or with somebody else's messages: nothing to apply, and no reason to write a checkpoint.
    if (from === 0 && changes.length === 0 && marker === undefined) return undefined
    return { commit, end, committedAt, from, changes, bytes, last: true, ...(marker === undefined ? {} : { marker }) }
  }
}
