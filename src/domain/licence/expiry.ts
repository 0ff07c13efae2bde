import { assert } from '#lib/assert.ts'
import type { Instant } from '../time.ts'

/** What ends at some instant. `until` may only grow while it is in here; `isOver`: it ended by itself, and is dropped when it is met. */
export type Ending = { readonly until: Instant; readonly isOver: boolean }

type Entry<T> = { readonly due: Instant; readonly item: T }

/** So many entries of what is over may lie about beside those that are not. */
const mostStale = 1_024

/**
 * Finds what has ended. A binary heap by the instant at which to look again: a seat that is heard of is not touched in here, it is looked at when it would have
 * ended, and put back. So a heartbeat costs nothing, and each seat is looked at about once a lease.
 */
export class Expiry<T extends Ending> {
  #heap: Entry<T>[] = []
  #stale = 0

  add(item: T): void {
    this.#push({ due: item.until, item })
  }

  /** One of them ended before its time. */
  forget(): void {
    if (++this.#stale <= mostStale || this.#stale * 2 <= this.#heap.length) return
    const left = this.#heap.filter(({ item }) => !item.isOver)
    this.#heap = []
    this.#stale = 0
    for (const entry of left) this.#push(entry)
  }

  /** Takes out one that ended at `now` or before; undefined: there is none. */
  next(now: Instant): T | undefined {
    for (let top = this.#heap[0]; top !== undefined && top.due <= now; top = this.#heap[0]) {
      this.#pop()
      if (top.item.isOver) this.#stale = Math.max(0, this.#stale - 1)
      else if (top.item.until <= now) return top.item
      else this.#push({ due: top.item.until, item: top.item })
    }
    return undefined
  }

  #push(entry: Entry<T>): void {
    const heap = this.#heap
    let at = heap.push(entry) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = this.#at(above)
      if (parent.due <= entry.due) break
      heap[at] = parent
      at = above
    }
    heap[at] = entry
  }

  #pop(): void {
    const last = this.#heap.pop()
    assert(last !== undefined, 'something is taken out only where something is')
    const { length } = this.#heap
    if (length === 0) return
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= length) break
      if (below + 1 < length && this.#at(below + 1).due < this.#at(below).due) below++
      if (this.#at(below).due >= last.due) break
      this.#heap[at] = this.#at(below)
      at = below
    }
    this.#heap[at] = last
  }

  #at(place: number): Entry<T> {
    const entry = this.#heap[place]
    assert(entry !== undefined, 'a place within the heap')
    return entry
  }
}
