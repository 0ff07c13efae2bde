import type { Chunk, Table } from '#domain/catalog.ts'
import type { Context } from './context.ts'
import type { Pages } from './copy-statement.ts'

/**
 * Cuts a table by heap pages, so that each chunk reads only its own. The last chunk is open: rows of the picture lie below the table's present end, and
 * what grew since is not in it. Other storage than the heap, and servers that would read the whole table for every range (before 14), are not cut.
 */
export const cutChunks = async (context: Context, table: Table, chunkBytes: number): Promise<Chunk[]> => {
  const whole: Chunk = { table: table.id, number: 0, of: 1, bytes: table.bytes }
  const wanted = Math.ceil(table.bytes / Math.max(1, chunkBytes))
  if (wanted <= 1) return [whole]
  const [heap] = await context.query<{ pages: string }>(`SELECT (pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::bigint)::text AS pages
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_am m ON m.oid = c.relam AND m.amname = 'heap'
    WHERE c.oid = $1::pg_catalog.regclass AND pg_catalog.current_setting('server_version_num')::integer >= 140000`, [table.id])
  const pages = Number(heap?.pages ?? 0)
  const of = Math.min(wanted, pages)
  if (of <= 1) return [whole]
  const edge = (n: number): number | null => (n === 0 || n === of ? null : Math.floor((n * pages) / of))
  return Array.from({ length: of }, (_, number) => {
    const range: Pages = { from: edge(number), to: edge(number + 1) }
    return { table: table.id, number, of, range: JSON.stringify(range), bytes: Math.ceil(table.bytes / of) }
  })
}
