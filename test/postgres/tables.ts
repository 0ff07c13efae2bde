import type { Table } from '#domain/catalog.ts'
import type { Context } from '#adapters/store/postgres/context.ts'
import { labelOf, qualify } from '#adapters/store/postgres/identifiers.ts'

/** A table of the schema `public` as a catalog would tell it; the key is its primary key. */
export const describeTable = async (context: Context, name: string, change: Partial<Table> = {}): Promise<Table> => {
  const id = qualify('public', name)
  const columns = await context.query<{ name: string; type: string }>(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum`, [id])
  const key = await context.query<{ name: string }>(
    `SELECT a.attname AS name FROM pg_index i, unnest(i.indkey) WITH ORDINALITY AS k(attnum, at) JOIN pg_attribute a ON a.attrelid = $1::regclass AND a.attnum = k.attnum WHERE i.indrelid = $1::regclass AND i.indisprimary ORDER BY k.at`, [id])
  const [size] = await context.query<{ bytes: string; rows: string }>('SELECT pg_table_size($1::regclass)::text AS bytes, greatest(reltuples, 0)::bigint::text AS rows FROM pg_class WHERE oid = $1::regclass', [id])
  return {
    id, label: labelOf('public', name), columns, key: key.map(k => k.name), order: key.length > 0 ? 'key' : 'multiset', format: 'binary', route: 'stream',
    bytes: Number(size?.bytes), rows: Number(size?.rows), ...change,
  }
}

export const describeTables = async (context: Context, names: readonly string[], change: Partial<Table> = {}): Promise<Table[]> => {
  const tables: Table[] = []
  for (const name of names) tables.push(await describeTable(context, name, change))
  return tables
}
