import type { Span, Table } from '#domain/catalog.ts'
import type { Bounds } from './copy-statement.ts'
import { literal } from './identifiers.ts'
import { keyColumns, orderColumns } from './row-key.ts'
import type { Wire } from './socket.ts'

const integers: readonly (string | undefined)[] = ['int2', 'int4', 'int8', 'oid']
/** Ordered alike by every server, and printed so that the text reads back as the same value. */
const cuttable: readonly (string | undefined)[] = [...integers, 'uuid', 'numeric', 'date', 'timestamp', 'timestamptz']

/**
 * Cuts a table for comparing at about equal numbers of rows, as far as the server's statistics tell, else evenly between the smallest
 * and the greatest key. A table whose first ordering column cannot be cut is one span.
 */
export const cutSpans = async (wire: Wire, table: Table, spanRows: number): Promise<Span[]> => {
  const wanted = Math.ceil(table.rows / Math.max(1, spanRows))
  const cuts = wanted <= 1 || table.order !== 'key' ? [] : await cutsOf(wire, table, wanted)
  const bounds = [null, ...cuts, null]
  return bounds.slice(1).map((to, number) => {
    const range: Bounds = { from: bounds[number] ?? null, to }
    return { table: table.id, number, of: cuts.length + 1, ...(cuts.length === 0 ? {} : { range: JSON.stringify(range) }), rows: Math.ceil(table.rows / (cuts.length + 1)) }
  })
}

/** Up to and with this value lie so many of the rows, of 1. */
type Point = { readonly value: string; readonly share: number }

const cutsOf = async (wire: Wire, table: Table, wanted: number): Promise<string[]> => {
  const [name] = orderColumns(table)
  const [key] = name === undefined ? [] : await keyColumns(wire, table, [name])
  if (name === undefined || key === undefined || !cuttable.includes(key.builtin)) return []
  const isInteger = integers.includes(key.builtin)
  const sampled = await sample(wire, table, name, key.type)
  const points = sampled.length > 1 || !isInteger ? sampled : await extremes(wire, table, key.column)
  const last = points.at(-1)?.share ?? 0
  const shares = Array.from({ length: wanted - 1 }, (_, i) => ((i + 1) / wanted) * last)
  return distinct(shares.flatMap(share => cutAt(points, share, isInteger) ?? []))
}

/** The server's own sample: frequent values, each with its share, and others that part the rest evenly. In the order of the type. */
const sample = async (wire: Wire, table: Table, column: string, type: string): Promise<Point[]> => {
  const [found] = await wire.simple(`WITH s AS (SELECT s.histogram_bounds::text::text[] AS bounds, s.most_common_vals::text::text[] AS common, s.most_common_freqs AS shares
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = ${literal(column)} AND NOT s.inherited WHERE c.oid = ${literal(table.id)}::pg_catalog.regclass)
    SELECT p.value, pg_catalog.sum(p.share) OVER (ORDER BY p.value::${type} ROWS UNBOUNDED PRECEDING) FROM (
      SELECT u.value, CASE u.at WHEN 1 THEN 0 ELSE (1 - COALESCE((SELECT pg_catalog.sum(f) FROM pg_catalog.unnest(s.shares) f), 0)) / (pg_catalog.cardinality(s.bounds) - 1) END AS share
        FROM s, LATERAL pg_catalog.unnest(s.bounds) WITH ORDINALITY AS u(value, at)
      UNION ALL SELECT m.value, m.share FROM s, LATERAL ROWS FROM (pg_catalog.unnest(s.common), pg_catalog.unnest(s.shares)) AS m(value, share)) p ORDER BY p.value::${type}`)
  return (found?.rows ?? []).map(([value, share]) => ({ value: value ?? '', share: Number(share) }))
}

const extremes = async (wire: Wire, table: Table, column: string): Promise<Point[]> => {
  const [found] = await wire.simple(`SELECT pg_catalog.min(${column}), pg_catalog.max(${column}) FROM ONLY ${table.id} AS t`)
  return (found?.rows[0] ?? []).flatMap((value, share) => (value === null ? [] : { value, share }))
}

/** Between two neighbouring values integers are taken to lie evenly; for other types one of the two has to do. */
const cutAt = (points: readonly Point[], share: number, isInteger: boolean): string | undefined => {
  const at = points.findIndex(p => p.share >= share)
  const [below, above] = [points[at - 1], points[at]]
  if (below === undefined || above === undefined || !isInteger) return above?.value
  const [from, to] = [BigInt(below.value), BigInt(above.value)]
  const place = BigInt(Math.floor(((share - below.share) / (above.share - below.share)) * 2 ** 30))
  return String(from + (((to - from) * place) >> 30n))
}

/** Neighbours only: the list is in order. */
const distinct = <T>(sorted: readonly T[]): T[] => sorted.filter((value, i) => i === 0 || value !== sorted[i - 1])
