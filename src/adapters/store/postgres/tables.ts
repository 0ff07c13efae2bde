import type { Route, Table } from '#domain/catalog.ts'
import type { Context } from './context.ts'
import { formatOf, readTypes, type Type } from './formats.ts'
import { labelOf, qualify } from './identifiers.ts'

/**
 * Every table that holds rows to be moved: ordinary tables and the leaves of partitioned ones, in the order of their names. Not views, not foreign tables, not temporary ones,
 * not what is Rehome's. Of the tables that belong to an extension those it marked as holding a user's data (pg_extension_config_dump), whole: rows that CREATE EXTENSION
 * put into the target's are replaced by the source's. Four statements, however many tables.
 */
export const readTables = async (query: Context['query']): Promise<Table[]> => {
  const tables = await readRelations(query)
  const [columns, keys, types] = [await readColumns(query), await readKeys(query), await readTypes(query)]
  const [version] = await query<{ number: number }>("SELECT pg_catalog.current_setting('server_version_num')::integer AS number")
  return tables.map(table => describe(table, columns.get(table.oid) ?? [], keys.get(table.oid) ?? [], types, version?.number ?? 0))
}

/** For statements about objects of users: `n` is their pg_namespace. Names that begin with pg_ are the server's own. */
export const ofUsers = `n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'rehome')`

/** For statements about objects that are not part of an extension. */
export const notOfExtension = (catalog: string, oid: string): string =>
  `NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND d.objid = ${oid} AND d.deptype = 'e')`

/** For statements about relations `c`: not of an extension, or marked by it. */
export const moved = `(${notOfExtension('pg_class', 'c.oid')} OR EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE c.oid = ANY (e.extconfig)))`

type Relation = { oid: number; schema: string; name: string; persistence: string; identity: string; bytes: string; rows: string }
type Column = { readonly name: string; readonly type: string; readonly oid: number; readonly isGenerated: boolean; readonly number: number }
type Key = { readonly table: number; readonly isPrimary: boolean; readonly isIdentity: boolean; readonly isImmediate: boolean; readonly columns: readonly string[] }

/** Sizes are read from the files. Rows are the planner's estimate, for the file's size now; a table that was never analysed is guessed at 100 bytes a row. */
const readRelations = (query: Context['query']): Promise<Relation[]> =>
  query<Relation>(`SELECT c.oid, n.nspname::text AS schema, c.relname::text AS name, c.relpersistence::text AS persistence, c.relreplident::text AS identity, (s.heap + s.toast) AS bytes,
      pg_catalog.round(CASE WHEN c.reltuples >= 0 AND c.relpages > 0 THEN c.reltuples::numeric * s.heap / 8192 / c.relpages WHEN s.heap = 0 THEN 0 ELSE s.heap / 100 END) AS rows
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace,
      LATERAL (SELECT COALESCE(pg_catalog.pg_relation_size(c.oid), 0) AS heap, CASE c.reltoastrelid WHEN 0 THEN 0 ELSE COALESCE(pg_catalog.pg_relation_size(c.reltoastrelid), 0) END AS toast) s
    WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND ${ofUsers} AND ${moved}
    ORDER BY n.nspname, c.relname`)

const readColumns = async (query: Context['query']): Promise<Map<number, Column[]>> => {
  const rows = await query<{ table: number; number: number; name: string; type: string; oid: number; generated: boolean }>(
    `SELECT a.attrelid AS table, a.attnum::integer AS number, a.attname::text AS name, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type, a.atttypid AS oid, a.attgenerated <> '' AS generated
     FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind = 'r' JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND ${ofUsers}
     WHERE a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum`)
  return Map.groupBy(rows.map(r => ({ table: r.table, name: r.name, type: r.type, oid: r.oid, isGenerated: r.generated, number: r.number })), r => r.table)
}

/** Primary keys and the indexes that identify rows, if they are whole and valid. */
const readKeys = async (query: Context['query']): Promise<Map<number, Key[]>> => {
  const rows = await query<{ table: number; primary: boolean; identity: boolean; immediate: boolean; columns: string[] }>(
    `SELECT i.indrelid AS table, i.indisprimary AS primary, i.indisreplident AS identity, i.indimmediate AS immediate,
       (SELECT pg_catalog.array_agg(a.attname::text ORDER BY k.at) FROM pg_catalog.unnest(i.indkey) WITH ORDINALITY AS k (number, at) JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number WHERE k.at <= i.indnkeyatts) AS columns
     FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid AND c.relkind = 'r' JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND ${ofUsers}
     WHERE (i.indisprimary OR i.indisreplident) AND i.indisvalid AND i.indpred IS NULL`)
  return Map.groupBy(rows.map(r => ({ table: r.table, isPrimary: r.primary, isIdentity: r.identity, isImmediate: r.immediate, columns: r.columns })), r => r.table)
}

const describe = (relation: Relation, columns: readonly Column[], keys: readonly Key[], types: ReadonlyMap<number, Type>, version: number): Table => {
  const stored = columns.filter(c => !c.isGenerated)
  const { key, route, routeReason } = routeOf(relation, columns, keys, version)
  const ordering = (keys.find(k => k.isPrimary) ?? keys.find(k => k.isIdentity))?.columns ?? []
  const isOrdered = ordering.length > 0 && ordering.every(name => ordersAlike(stored.find(c => c.name === name), types))
  const isKey = ordering.length === key.length && ordering.every((name, at) => name === key[at])
  return {
    id: qualify(relation.schema, relation.name), label: labelOf(relation.schema, relation.name), columns: stored.map(({ name, type }) => ({ name, type })), key,
    order: isOrdered ? 'key' : 'multiset', ...(isOrdered && !isKey ? { orderedBy: ordering } : {}), ...formatOf(stored, types),
    route, ...(routeReason === undefined ? {} : { routeReason }), bytes: Number(relation.bytes), rows: Number(relation.rows),
  }
}

type Routed = { readonly key: readonly string[]; readonly route: Route; readonly routeReason?: string }

/** As the server decides it when it writes changes to its log: a deferrable key identifies nothing, and what is generated is not sent. */
const routeOf = ({ persistence, identity }: Relation, columns: readonly Column[], keys: readonly Key[], version: number): Routed => {
  const inFreeze = (routeReason: string): Routed => ({ key: [], route: 'in-freeze', routeReason })
  const generated = columns.filter(c => c.isGenerated).map(c => c.name)
  if (persistence === 'u') return inFreeze('it is unlogged')
  if (columns.length === generated.length) return inFreeze('it has no columns that are stored')
  if (identity === 'n') return inFreeze('its replica identity is nothing')
  if (identity === 'f') {
    // From 18 on the server refuses updates and deletes of such a table as soon as a publication has it.
    return version >= 180000 && generated.length > 0 ? inFreeze('its whole rows identify and have a generated column') : { key: [], route: 'stream' }
  }
  const found = keys.find(k => (identity === 'i' ? k.isIdentity : k.isPrimary))
  if (found === undefined) return inFreeze(identity === 'i' ? 'the index of its replica identity is gone' : 'it has no primary key and no replica identity')
  if (!found.isImmediate) return inFreeze('its primary key is deferrable, which identifies no rows')
  if (found.columns.some(name => generated.includes(name))) return inFreeze('its key has a generated column')
  return { key: found.columns, route: 'stream' }
}

/** Whether any two servers put any two values of the column in the same order, and tell the same values apart. */
const ordersAlike = (column: Column | undefined, types: ReadonlyMap<number, Type>): boolean => {
  if (column === undefined) return false
  let type = types.get(column.oid)
  while (type?.kind === 'domain') type = types.get(type.of)
  if (type === undefined || type.isArray) return false
  if (type.kind === 'enum') return true
  return type.isBuiltin && (orderedAlike.has(type.name) || texts.has(type.name))
}

/**
 * Compared by the server's own code, whatever the operating system. Not floats: a bound would have to name -0 and NaN; not intervals, in which a month and thirty days are
 * one value.
 */
const orderedAlike: ReadonlySet<string> = new Set(['bool', 'int2', 'int4', 'int8', 'oid', 'uuid', 'bytea', 'char', 'bit', 'varbit', 'pg_lsn', 'numeric', 'date', 'time', 'timetz', 'timestamp', 'timestamptz'])
/** Whatever the collation of the column: a reader orders them by COLLATE "C". */
const texts: ReadonlySet<string> = new Set(['text', 'varchar', 'bpchar', 'name'])
