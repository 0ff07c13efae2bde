import type { Table } from '#domain/catalog.ts'
import { assert } from '#lib/assert.ts'
import { literal, quote } from './identifiers.ts'
import type { Wire } from './socket.ts'

/** A column by which rows are ordered or found, as it must be written so that every server understands the same. */
export type KeyColumn = {
  /** `t."name"`. */
  readonly column: string
  /** With the collation that orders by bytes, where the type has one. */
  readonly ordered: string
  /** For casts, qualified, without a length that could cut: `bpchar`, not `character`. */
  readonly type: string
  /** Its type's own equality: an extension's is not in the search path, and another one would not use the index. */
  readonly equals: string
  /** The built-in type's name, when it is one. */
  readonly builtin: string | undefined
}

/** Of the columns that order a table: those that are unique, or those that identify. */
export const orderColumns = (table: Table): readonly string[] => table.orderedBy ?? table.key

export const keyColumns = async (wire: Wire, table: Table, names: readonly string[]): Promise<KeyColumn[]> => {
  const [found] = await wire.simple(`SELECT a.attname, pg_catalog.format_type(a.atttypid, -1), a.attcollation <> 0, COALESCE(e.equality, 'OPERATOR(pg_catalog.=)'),
      CASE t.typnamespace WHEN 'pg_catalog'::pg_catalog.regnamespace THEN t.typname END
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    LEFT JOIN LATERAL (SELECT pg_catalog.format('OPERATOR(%I.%s)', n.nspname, o.oprname) AS equality
      FROM pg_catalog.pg_opclass c JOIN pg_catalog.pg_am m ON m.oid = c.opcmethod AND m.amname = 'btree'
      JOIN pg_catalog.pg_amop p ON p.amopfamily = c.opcfamily AND p.amoplefttype = c.opcintype AND p.amoprighttype = c.opcintype AND p.amopstrategy = 3
      JOIN pg_catalog.pg_operator o ON o.oid = p.amopopr JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
      WHERE c.opcdefault AND c.opcintype = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END LIMIT 1) e ON true
    WHERE a.attrelid = ${literal(table.id)}::pg_catalog.regclass AND a.attnum > 0 AND NOT a.attisdropped`)
  const columns = new Map(found?.rows.map(row => [row[0], row]))
  return names.map(name => {
    const [, type = '', collated = '', equals = '', builtin] = columns.get(name) ?? []
    assert(columns.has(name), `${table.label} has the column that orders it`)
    const column = `t.${quote(name)}`
    return { column, ordered: collated === 't' ? `${column} COLLATE "C"` : column, type: type ?? '', equals: equals ?? '', builtin: builtin ?? undefined }
  })
}

/**
 * The source of the rows that have `keys`, to stand after FROM with the table as `t`. Each key once, whoever asks how often. One array a column: thousands
 * of keys parse quickly and the planner sees how many there are. Values are one character a byte, and so is the result.
 */
export const joinKeys = (table: Table, columns: readonly KeyColumn[], keys: readonly (readonly string[])[]): string => {
  const arrays = columns.map((column, c) => `${bytesLiteral(`{${keys.map(key => element(key[c] ?? '')).join(',')}}`)}::${isTakenApart(column) ? 'pg_catalog.text' : latin1(column.type)}[]`)
  const names = columns.map((_, c) => `k${c}`).join(', ')
  const values = columns.map((column, c) => (isTakenApart(column) ? `k${c}::${latin1(column.type)} AS k${c}` : `k${c}`)).join(', ')
  const on = columns.map(({ column, equals }, c) => `${column} ${equals} k.k${c}`).join(' AND ')
  return `(SELECT DISTINCT ${values} FROM ROWS FROM (${arrays.map(a => `pg_catalog.unnest(${a})`).join(', ')}) AS u(${names})) AS k JOIN ONLY ${latin1(table.id)} AS t ON ${latin1(on)}`
}

/** A list of arrays would be taken apart into the elements of them all, one of composites into their fields. */
const isTakenApart = ({ type, builtin }: KeyColumn): boolean => builtin === undefined || type.endsWith('[]')

/** The bytes of a text, one character each. */
export const latin1 = (text: string): string => Buffer.from(text).toString('latin1')

const element = (value: string): string => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

const bytesLiteral = (bytes: string): string => `'${bytes.replaceAll("'", "''")}'`
