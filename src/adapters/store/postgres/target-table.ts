import type pg from 'pg'
import { Fault } from '#domain/faults.ts'
import type { Relation, TableId } from '#domain/stream.ts'
import { visible } from '#lib/visible.ts'
import { quote } from './identifiers.ts'
import { typeName } from './pgoutput.ts'

/** A column of the target as the applier needs it. Values reach it only through its type's input function, never through a cast that somebody defined. */
export type Column = {
  readonly name: string
  /** For comparison with what the source says of its column: see `typeName`. */
  readonly type: string
  /** Turns a parameter of type text into one value. */
  readonly one: (parameter: string) => string
  /** Turns a parameter of type text that holds an array literal into a set of values. */
  readonly many: (parameter: string) => string
  /** Between the elements of that literal: a comma for every type but box. */
  readonly delimiter: string
  /** The operator that its unique indexes use. */
  readonly equals: string
  /** Two values that are `equals` may still differ (1.0 and 1.00), and it is not certain that there is such an operator at all. */
  readonly hasEquality: boolean
  /** GENERATED ALWAYS AS IDENTITY: may be given in an INSERT, never in an UPDATE. */
  readonly isAlways: boolean
}

export type TargetTable = { readonly id: TableId; readonly columns: ReadonlyMap<string, Column> }

/** Tables that are not there are left out. Generated columns are left out: the target computes them. */
export const readTables = async (session: pg.ClientBase, ids: readonly TableId[]): Promise<Map<TableId, TargetTable>> => {
  const { rows } = await session.query<Row>(columnsQuery, [ids])
  const tables = new Map<TableId, { id: TableId; columns: Map<string, Column> }>()
  for (const row of rows) {
    const table = tables.get(row.id) ?? { id: row.id, columns: new Map<string, Column>() }
    if (row.name !== null) table.columns.set(row.name, columnOf(row))
    tables.set(row.id, table)
  }
  return tables
}

/** How the shape a change was written under differs from the target's; undefined: not at all. The order of the columns is no difference. */
export const differenceOf = (relation: Relation, table: TargetTable | undefined): string | undefined => {
  if (table === undefined) return 'the target has no such table'
  for (const { name, type } of relation.columns) {
    const column = table.columns.get(name)
    if (column === undefined) return `the source writes the column ${visible(quote(name))}, which the target does not have`
    if (column.type !== type) return `the column ${visible(quote(name))} is ${visible(type)} on the source and ${visible(column.type)} on the target`
  }
  const written = new Set(relation.columns.map(column => column.name))
  const missing = [...table.columns.keys()].find(name => !written.has(name))
  return missing === undefined ? undefined : `the source does not write the column ${visible(quote(missing))}, which the target has`
}

export const schemaChanged = (table: TableId, difference: string): Fault => new Fault('SCHEMA_CHANGED', { table: visible(table), difference })

type Row = {
  readonly id: TableId; readonly name: string | null; readonly modifier: number; readonly always: boolean
  /** Of the base type, where the column's is a domain. */
  readonly schema: string; readonly type: string; readonly hasCast: boolean; readonly hasEquality: boolean; readonly operatorSchema: string
  readonly arraySchema: string | null; readonly array: string | null; readonly delimiter: string
}

const columnOf = (row: Row): Column => {
  const type = `${quote(row.schema)}.${quote(row.type)}`
  // The array's own name, not `type[]`: behind a name in brackets `char` would be char(1) and cut values short.
  const array = row.array === null || row.arraySchema === null ? undefined : `${quote(row.arraySchema)}.${quote(row.array)}`
  return {
    name: row.name ?? '', type: typeName(row.schema, row.type, row.modifier), isAlways: row.always, hasEquality: row.hasEquality,
    equals: `OPERATOR(${quote(row.operatorSchema)}.=)`,
    // From text to a type without a cast of its own goes by the input function; where a cast exists the array's input function is asked for one element.
    one: parameter => (row.hasCast && array !== undefined ? `(ARRAY[${parameter}::text]::text::${array})[1]` : `${parameter}::text::${type}`),
    delimiter: array === undefined ? ',' : row.delimiter,
    many: parameter => (array === undefined ? `pg_catalog.unnest(${parameter}::text::pg_catalog._text)::${type}` : `pg_catalog.unnest(${parameter}::text::${array})`),
  }
}

/**
 * The base type is followed through domains of domains. `hasEquality`: the type itself orders by btree, so that `=` means what a unique index means; of the
 * rest (arrays, records, ranges, json, points) some have no `=`, and some have one that means something else: two boxes of the same area.
 */
const columnsQuery = `WITH RECURSIVE
 wanted AS (SELECT id, pg_catalog.to_regclass(id)::oid AS oid FROM pg_catalog.unnest($1::text[]) AS id),
 attribute AS (
   SELECT w.id, w.oid AS relation, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attidentity FROM wanted w
   LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = w.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' WHERE w.oid IS NOT NULL),
 base AS (
   SELECT t.oid AS declared, t.oid, t.typtype, t.typbasetype FROM pg_catalog.pg_type t WHERE t.oid IN (SELECT atttypid FROM attribute)
   UNION ALL SELECT b.declared, t.oid, t.typtype, t.typbasetype FROM base b JOIN pg_catalog.pg_type t ON t.oid = b.typbasetype WHERE b.typtype = 'd')
 SELECT a.id, a.attname AS name, COALESCE(a.atttypmod, -1) AS modifier, COALESCE(a.attidentity = 'a', false) AS always, n.nspname AS schema, t.typname AS type,
   arn.nspname AS "arraySchema", ar.typname AS "array", t.typdelim AS delimiter, e.schema IS NOT NULL AS "hasEquality", COALESCE(e.schema, 'pg_catalog') AS "operatorSchema",
   EXISTS (SELECT FROM pg_catalog.pg_cast c WHERE c.castsource = 'pg_catalog.text'::pg_catalog.regtype AND c.casttarget = t.oid AND c.castmethod = 'f') AS "hasCast"
 FROM attribute a LEFT JOIN base b ON b.declared = a.atttypid AND b.typtype <> 'd' LEFT JOIN pg_catalog.pg_type t ON t.oid = b.oid LEFT JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
 LEFT JOIN pg_catalog.pg_type ar ON ar.oid = t.typarray AND t.typarray <> 0 LEFT JOIN pg_catalog.pg_namespace arn ON arn.oid = ar.typnamespace
 LEFT JOIN LATERAL (
   SELECT opn.nspname AS schema FROM pg_catalog.pg_opclass oc JOIN pg_catalog.pg_amop ao ON ao.amopfamily = oc.opcfamily AND ao.amopstrategy = 3 AND ao.amoplefttype = oc.opcintype AND ao.amoprighttype = oc.opcintype
   JOIN pg_catalog.pg_operator op ON op.oid = ao.amopopr AND op.oprname = '=' JOIN pg_catalog.pg_namespace opn ON opn.oid = op.oprnamespace
   WHERE oc.opcmethod = (SELECT oid FROM pg_catalog.pg_am WHERE amname = 'btree') AND oc.opcdefault AND oc.opcintype = t.oid LIMIT 1) e ON true
 ORDER BY a.id, a.attnum`
