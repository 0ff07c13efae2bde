import type { Kind } from '#domain/records.ts'
import type { Database, Row } from './database.ts'
import { schema } from './database.ts'
import { sql } from 'kysely'

/** The types of a table's columns, by field. */
export type Columns = ReadonlyMap<string, string>
export type Catalog = ReadonlyMap<string, Columns>

export const readCatalog = async (database: Database): Promise<Catalog> => {
  const { rows } = await sql<{ table: string; column: string; type: string }>`SELECT table_name AS "table", column_name AS "column", data_type AS type FROM information_schema.columns WHERE table_schema = ${schema} ORDER BY ordinal_position`.execute(database)
  const catalog = new Map<string, Map<string, string>>()
  for (const { table, column, type } of rows) catalog.set(table, (catalog.get(table) ?? new Map<string, string>()).set(fieldOf(column), type))
  return catalog
}

const fieldOf = (column: string): string => column.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

/** A value as the driver must have it. Undefined is left out: it is none. */
export const toColumn = (columns: Columns, field: string, value: unknown): unknown => {
  if (value === null || value === undefined) return value
  const type = columns.get(field)
  if (type === 'jsonb') return JSON.stringify(value)
  return type === 'timestamp with time zone' ? new Date(value as number).toISOString() : value
}

export const toRow = (columns: Columns, record: object): Row =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined).map(([field, value]) => [field, toColumn(columns, field, value)]))

export const columnsOf = (catalog: Catalog, kind: Kind): Columns => catalog.get(kind) ?? new Map<string, string>()
