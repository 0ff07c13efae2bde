import { createHash, type Hash } from 'node:crypto'
import { chained, firstOfChain } from '#domain/bundle.ts'
import type { Draft } from '#ports/bundle.ts'
import type { Picture, Store } from '#ports/store.ts'
import { contentsOf } from './bundle-contents.ts'
import { frameOf } from './bundle-frames.ts'

/** A part is closed when it holds so much. */
const partBytes = 32 * 2 ** 20

type LargeObject = { readonly id: string; readonly bytes: number; readonly sha256: string; readonly rights?: string }

/** Adds every large object of the picture to the draft, those of lower number first; goes on behind the last one that is there. The last part, which may be empty, says that it is the last. */
export const exportObjects = async (draft: Draft, picture: Picture, signal: AbortSignal): Promise<void> => {
  const before = contentsOf(draft).filter(c => c.kind === 'objects')
  const start = before.at(-1)
  if (start?.last === '') return
  await using listing = await picture.reader()
  await using reading = await picture.reader()
  const after = start === undefined ? -1n : BigInt(start.last)
  const objects = listing.largeObjects()[Symbol.asyncIterator]()
  let chain = start?.chain ?? firstOfChain
  let next = await objects.next()
  while (next.done !== true && BigInt(next.value.id) <= after) next = await objects.next()
  for (;;) {
    const whole = createHash('sha256')
    let [count, bytes, sum, last]: [number, number, number, string] = [0, 0, 0, '']
    const read = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      while (next.done !== true && bytes < partBytes) {
        const object: LargeObject = next.value
        for await (const piece of framed(object, reading.readLargeObject(object.id, signal), whole)) {
          bytes += piece.length
          yield piece
        }
        chain = chained(chain, lineOf(object))
        count++
        sum += object.bytes
        last = object.id
        next = await objects.next()
      }
    }
    const ends = (): boolean => next.done === true
    await draft.add(read(), () => ({ kind: 'objects', bytes, sha256: whole.digest('hex'), count, sum, last: ends() ? '' : last, chain }))
    if (ends()) return
  }
}

const framed = async function* ({ id, bytes, sha256, rights }: LargeObject, content: AsyncIterable<Buffer>, whole: Hash): AsyncGenerator<Buffer, void, undefined> {
  const head = frameOf({ id, bytes, sha256, ...(rights === undefined ? {} : { rights }) })
  whole.update(head)
  yield head
  for await (const piece of content) {
    whole.update(piece)
    yield piece
  }
}

/** Rights are not in it: not every server has the roles. */
const lineOf = ({ id, bytes, sha256 }: LargeObject): unknown => ({ id, bytes, sha256 })

/** What stands for the large objects that a store holds now, as the manifest has it. */
export const objectsIn = async (store: Store): Promise<{ readonly count: number; readonly bytes: number; readonly chain: string }> => {
  await using picture = await store.picture()
  await using reader = await picture.reader()
  let [count, bytes, chain]: [number, number, string] = [0, 0, firstOfChain]
  for await (const object of reader.largeObjects()) {
    chain = chained(chain, lineOf(object))
    count++
    bytes += object.bytes
  }
  return { count, bytes, chain }
}
