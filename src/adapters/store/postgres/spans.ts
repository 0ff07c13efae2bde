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

const cutsOf = async (wire: Wire, table: Table, wanted: number): Promise<string[]> => {
  const [name] = orderColumns(table)
  const [key] = name === undefined ? [] : await keyColumns(wire, table, [name])
  if (name === undefined || key === undefined || !cuttable.includes(key.builtin)) return []
  const isInteger = integers.includes(key.builtin)
  const known = await histogram(wire, table, name)
  const bounds = known.length > 1 || !isInteger ? known : await extremes(wire, table, key.column)
  return isInteger ? interpolated(bounds.map(BigInt), wanted).map(String) : picked(bounds, wanted)
}

/** The server's own sample: values that part the rows into shares of about the same size. */
const histogram = async (wire: Wire, table: Table, column: string): Promise<string[]> => {
  const [found] = await wire.simple(`SELECT b FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = ${literal(column)} AND NOT s.inherited,
    LATERAL pg_catalog.unnest(s.histogram_bounds::text::text[]) WITH ORDINALITY AS u(b, at) WHERE c.oid = ${literal(table.id)}::pg_catalog.regclass ORDER BY u.at`)
  return found?.rows.flatMap(([bound]) => bound ?? []) ?? []
}

const extremes = async (wire: Wire, table: Table, column: string): Promise<string[]> => {
  const [found] = await wire.simple(`SELECT pg_catalog.min(${column}), pg_catalog.max(${column}) FROM ONLY ${table.id} AS t`)
  return found?.rows[0]?.flatMap(bound => bound ?? []) ?? []
}

/** Between neighbouring bounds integers are taken to lie evenly. */
const interpolated = (bounds: readonly bigint[], wanted: number): bigint[] => {
  const shares = BigInt(bounds.length - 1)
  if (shares < 1n) return []
  const cuts = Array.from({ length: wanted - 1 }, (_, i) => {
    const place = BigInt(i + 1) * shares
    const share = Number(place / BigInt(wanted))
    const [below = 0n, above = below] = bounds.slice(share, share + 2)
    return below + ((above - below) * (place % BigInt(wanted))) / BigInt(wanted)
  })
  return distinct(cuts)
}

const picked = (bounds: readonly string[], wanted: number): string[] =>
  bounds.length < 2 ? [] : distinct(Array.from({ length: wanted - 1 }, (_, i) => bounds[Math.floor(((i + 1) * (bounds.length - 1)) / wanted)] ?? '').filter(b => b !== ''))

/** Neighbours only: the list is in order. */
const distinct = <T>(sorted: readonly T[]): T[] => sorted.filter((value, i) => i === 0 || value !== sorted[i - 1])
