import type { Span, Table } from '#domain/catalog.ts'
import type { Reader, RowPrint } from '#ports/store.ts'

/** One row that is not the same on both sides. `columns`: those that differ. */
export type Found = { readonly table: Table['id']; readonly key: string; readonly how: 'missing' | 'extra' | 'different'; readonly columns?: readonly string[] }

/** Enough to see what is wrong; the rest are counted by whoever repairs. */
const mostFound = 1_000
/** Rows of one side held in memory at a time. */
const rowsAtOnce = 100_000

type Readers = { readonly source: Reader; readonly target: Reader }

/**
 * The rows of a span that differ, at most a thousand. A span larger than memory allows is read several times, each time another share of its keys:
 * slower, never larger.
 */
export const localise = async (readers: Readers, span: Span, table: Table, signal: AbortSignal): Promise<Found[]> => {
  const shares = Math.max(1, Math.ceil(span.rows / rowsAtOnce))
  const found: Found[] = []
  for (let share = 0; share < shares && found.length < mostFound; share++) {
    const isMine = (row: RowPrint): boolean => shares === 1 || shareOf(row.key, shares) === share
    found.push(...(await differ(readers.source.rows(span, table, signal), readers.target.rows(span, table, signal), table, isMine)))
  }
  return found.slice(0, mostFound)
}

export const localiseKeys = (readers: Readers, table: Table, keys: readonly (readonly string[])[], signal: AbortSignal): Promise<Found[]> =>
  differ(readers.source.rowsByKey(table, keys, signal), readers.target.rowsByKey(table, keys, signal), table, () => true)

/** Rows are matched by key, and by their whole content where there is none: the same row may then stand there several times. */
const differ = async (source: AsyncIterable<RowPrint>, target: AsyncIterable<RowPrint>, table: Table, isMine: (row: RowPrint) => boolean): Promise<Found[]> => {
  const nameOf = (row: RowPrint): string => (table.order === 'key' ? row.key : row.sha256)
  const here = new Map<string, RowPrint[]>()
  for await (const row of source) {
    if (!isMine(row)) continue
    const same = here.get(nameOf(row))
    if (same === undefined) here.set(nameOf(row), [row])
    else same.push(row)
  }
  const found: Found[] = []
  for await (const row of target) {
    if (!isMine(row)) continue
    const mate = here.get(nameOf(row))?.pop()
    if (mate === undefined) found.push({ table: table.id, key: row.key, how: 'extra' })
    else if (mate.sha256 !== row.sha256) found.push({ table: table.id, key: row.key, how: 'different', columns: columnsThatDiffer(mate, row, table) })
    if (found.length >= mostFound) return found
  }
  for (const row of [...here.values()].flat()) found.push({ table: table.id, key: row.key, how: 'missing' })
  return found
}

const columnsThatDiffer = (a: RowPrint, b: RowPrint, table: Table): string[] => table.columns.flatMap((column, i) => (a.values[i] === b.values[i] ? [] : [column.name]))

/** FNV-1a over the key: any spread will do. */
const shareOf = (key: string, shares: number): number => {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % shares
}
