import type { Chunk } from '#domain/catalog.ts'
import type { TableId } from '#domain/stream.ts'

/** Which tables have chunks that are not loaded yet. */
export class Unloaded {
  /** How many each of them has. */
  readonly #chunks = new Map<TableId, number>()

  constructor(missing: readonly Chunk[]) {
    for (const { table } of missing) this.#chunks.set(table, (this.#chunks.get(table) ?? 0) + 1)
  }

  has(table: TableId): boolean {
    return this.#chunks.has(table)
  }

  /** Takes off what was loaded; answers the tables that are complete by it. */
  take(chunks: readonly Chunk[]): TableId[] {
    return chunks.flatMap(({ table }) => {
      const left = (this.#chunks.get(table) ?? 0) - 1
      if (left > 0) this.#chunks.set(table, left)
      else this.#chunks.delete(table)
      return left === 0 ? [table] : []
    })
  }
}
