import { createHash } from 'node:crypto'
import type { Anchor, Chunk, Digest, Table } from '#domain/catalog.ts'
import { Fault } from '#domain/faults.ts'
import type { TableId } from '#domain/stream.ts'
import { assert } from '#lib/assert.ts'
import type { Loaded, Piece } from '#ports/store.ts'
import { keepBook } from './register.ts'
import type { Session } from './session.ts'
import { placeOf, type Row } from './state.ts'
import { Refused, type Transaction } from './transaction.ts'

export type Loading = { readonly chunks: readonly Chunk[]; readonly anchor: Anchor; readonly tables: ReadonlyMap<TableId, Table>; readonly pieces: AsyncIterable<Piece>; readonly signal: AbortSignal }

export const chunkNotes = (stream: string): string => `chunk ${stream} `
const chunkNote = (stream: string, chunk: Chunk): string => `${chunkNotes(stream)}${chunk.table} ${chunk.number}`

/** Rows and records in one transaction (I1). Not on disk when it returns: `secureLoads` is for that. */
export const load = (session: Session, stream: string, loading: Loading): Promise<Loaded[]> =>
  session.inTransaction('target.load', async transaction => {
    const { chunks, anchor, pieces, signal } = loading
    for (const chunk of chunks) assert((await transaction.note(chunkNote(stream, chunk))) === undefined, `I1: chunk ${chunk.number} of ${chunk.table} is loaded already`)
    const digests = new Map<number, Digest>()
    const arriving = new Map<number, Arriving>()
    for await (const piece of pieces) {
      signal.throwIfAborted()
      const open = arriving.get(piece.chunk) ?? new Arriving()
      arriving.set(piece.chunk, open)
      if ('bytes' in piece) await insertAll(transaction, loading, piece.chunk, open.take(piece.bytes))
      else {
        open.mustBe(piece.digest)
        digests.set(piece.chunk, piece.digest)
      }
    }
    signal.throwIfAborted()
    keepBook(session.database, transaction)
    return chunks.map((chunk, i) => {
      const digest = digests.get(i)
      assert(digest !== undefined, `I1: the rows of chunk ${chunk.number} of ${chunk.table} ended before its digest`)
      const loaded: Loaded = { chunk, anchor: anchor.position, digest }
      transaction.setNote(chunkNote(stream, chunk), JSON.stringify(loaded))
      return loaded
    })
  }, { isDurable: false })

/** The bytes of one chunk as they come: whole lines out, what is left kept; all of it hashed. */
class Arriving {
  readonly #hash = createHash('sha256')
  #rest = Buffer.alloc(0)
  #rows = 0

  take(bytes: Buffer): Row[] {
    this.#hash.update(bytes)
    const all = Buffer.concat([this.#rest, bytes])
    const end = all.lastIndexOf(0x0a) + 1
    this.#rest = all.subarray(end)
    const rows = all.subarray(0, end).toString('utf8').split('\n').slice(0, -1).map(line => JSON.parse(line) as Row)
    this.#rows += rows.length
    return rows
  }

  mustBe(digest: Digest): void {
    assert(this.#rest.length === 0 && this.#rows === digest.rows && this.#hash.digest('hex') === digest.sha256, 'I1: the rows that arrived are not those that were read')
  }
}

const insertAll = async (transaction: Transaction, { chunks, tables }: Loading, index: number, rows: readonly Row[]): Promise<void> => {
  const table = tables.get(chunks[index]?.table ?? ('' as TableId))
  assert(table !== undefined, `rows of chunk ${index}, which was not asked for`)
  const { shape } = transaction.view(table.id).table
  const places = table.columns.map(c => placeOf(shape, c.name))
  for (const row of rows) {
    const whole: (string | null)[] = shape.columns.map(() => null)
    for (const [i, place] of places.entries()) whole[place] = row[i] ?? null
    await transaction.insert(table.id, whole).catch((error: unknown) => {
      throw error instanceof Refused ? new Fault('STORE_REFUSED', { store: 'target', code: 'unique', reason: error.message }, { cause: error }) : error
    })
  }
}
