import type { Chunk, Digest } from '#domain/catalog.ts'
import type { TableId } from '#domain/stream.ts'
import type { Piece } from '#ports/store.ts'
import type { Run } from './run.ts'

/** Counts what passes, tells it a few times a second, and keeps the pace. */
export class CopyProgress {
  readonly #run: Run
  readonly #byTable = new Map<TableId, { bytes: number; rows: number; left: number; toldAt: number }>()

  constructor(run: Run, missing: readonly Chunk[], there: readonly { chunk: Chunk; digest: Digest }[]) {
    this.#run = run
    for (const { table } of missing) this.#of(table).left++
    for (const { chunk, digest } of there) {
      const at = this.#of(chunk.table)
      at.bytes += digest.bytes
      at.rows += digest.rows
    }
    for (const table of this.#byTable.keys()) this.#tell(table)
  }

  async *counted(pieces: AsyncIterable<Piece>, chunks: readonly Chunk[], signal: AbortSignal): AsyncIterable<Piece> {
    for await (const piece of pieces) {
      const table = (chunks[piece.chunk] as Chunk).table
      const at = this.#of(table)
      if ('bytes' in piece) {
        at.bytes += piece.bytes.length
        await this.#run.pace.spend(piece.bytes.length, signal)
        if (this.#run.world.clock.elapsed() - at.toldAt > 250) this.#tell(table)
      } else {
        at.rows += piece.digest.rows
        at.left--
        if (at.left === 0) this.#tell(table)
      }
      yield piece
    }
  }

  /** A load that is tried again counts its chunks from nothing. */
  again(chunks: readonly Chunk[]): void {
    for (const table of new Set(chunks.map(c => c.table))) {
      const mine = chunks.filter(c => c.table === table).length
      Object.assign(this.#of(table), { bytes: 0, rows: 0, left: Math.max(mine, this.#of(table).left) })
    }
  }

  #of(table: TableId) {
    const at = this.#byTable.get(table) ?? { bytes: 0, rows: 0, left: 0, toldAt: -Infinity }
    this.#byTable.set(table, at)
    return at
  }

  #tell(table: TableId): void {
    const at = this.#of(table)
    at.toldAt = this.#run.world.clock.elapsed()
    this.#run.world.emit({ type: 'copied', table: this.#run.tables.get(table)?.label ?? table, bytes: at.bytes, rows: at.rows, done: at.left <= 0 })
  }
}
