import type { Anchor } from '#domain/catalog.ts'
import type { Picture, Reader } from '#ports/store.ts'
import type { Lane } from './run.ts'

/** The pictures of the source and, for each worker, a session on one of them. */
export class Readers implements AsyncDisposable {
  readonly #lane: Lane
  readonly #pictures = new Map<string, Promise<Picture>>()
  readonly #readers = new Map<string, Promise<Reader>>()

  constructor(lane: Lane) {
    this.#lane = lane
  }

  of(anchor: Anchor, worker: number): Promise<Reader> {
    const key = `${anchor.snapshot} ${worker}`
    const reader = this.#readers.get(key) ?? this.#picture(anchor).then(picture => picture.reader())
    this.#readers.set(key, reader)
    return reader
  }

  async forget(anchor: Anchor, worker: number): Promise<void> {
    const key = `${anchor.snapshot} ${worker}`
    const reader = this.#readers.get(key)
    this.#readers.delete(key)
    await reader?.then(r => r[Symbol.asyncDispose]()).catch(() => { /* it broke: that is why it is forgotten */ })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const opened of [...this.#readers.values(), ...this.#pictures.values()]) await opened.then(o => o[Symbol.asyncDispose]()).catch(() => { /* never opened */ })
  }

  #picture(anchor: Anchor): Promise<Picture> {
    const known = this.#pictures.get(anchor.snapshot)
    if (known !== undefined) return known
    const picture = this.#lane.source.open(anchor)
    this.#pictures.set(anchor.snapshot, picture)
    return picture
  }
}
