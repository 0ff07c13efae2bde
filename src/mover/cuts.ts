import type { Anchor, Chunk } from '#domain/catalog.ts'
import type { TableId } from '#domain/stream.ts'
import { assert } from '#lib/assert.ts'
import type { Lane, Run } from './run.ts'

/** What the tables are cut into: pinned once for each picture, because a table that grew would be cut elsewhere. */
export const cutTables = async (run: Run, lane: Lane): Promise<Chunk[]> => {
  const { record } = run
  const chunks: Chunk[] = []
  const cuts: Record<TableId, readonly Chunk[]> = { ...record.cuts }
  for (const table of record.tables) {
    if (table.route === 'in-freeze') continue
    if (table.bytes > record.order.chunkBytes && cuts[table.id] === undefined) {
      cuts[table.id] = await lane.source.chunks(anchorFor(run, table.id), table, record.order.chunkBytes)
    }
    chunks.push(...(cuts[table.id] ?? [{ table: table.id, number: 0, of: 1, bytes: table.bytes }]))
  }
  if (Object.keys(cuts).length !== Object.keys(record.cuts).length) await run.save({ cuts })
  return chunks
}

/** The picture that a table is copied from. */
export const anchorFor = (run: Run, table: TableId): Anchor => {
  const anchor = run.record.anchors[run.record.anchorOf[table] ?? 0]
  assert(anchor !== undefined, `${table} has no picture to be copied from`)
  return anchor
}
