import { visible } from '#lib/visible.ts'
import type { Context } from './context.ts'

/** A type as pg_type has it. */
export type Type = {
  readonly oid: number
  /** As people write it. */
  readonly label: string
  readonly isBuiltin: boolean
  readonly name: string
  readonly extension: string | null
  readonly kind: 'base' | 'composite' | 'domain' | 'enum' | 'pseudo' | 'range' | 'multirange'
  /** Of a domain its base, of an array its element, of a range its bounds, of a multirange its range; 0: none. */
  readonly of: number
  readonly isArray: boolean
}

/** The types that columns have, and those these are made of. One statement, however many tables. */
export const readTypes = async (query: Context['query']): Promise<Map<number, Type>> => {
  const rows = await query<Type>(`WITH RECURSIVE used (oid) AS (
      SELECT atttypid FROM pg_catalog.pg_attribute WHERE attnum > 0 AND NOT attisdropped AND attrelid >= 16384
      UNION SELECT part.oid FROM used JOIN pg_catalog.pg_type t ON t.oid = used.oid LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid OR r.rngmultitypid = t.oid,
        LATERAL (VALUES (t.typbasetype), (CASE WHEN t.typsubscript = 'pg_catalog.array_subscript_handler'::pg_catalog.regproc THEN t.typelem END), (r.rngsubtype), (CASE t.typtype WHEN 'm' THEN r.rngtypid END)) part (oid)
      WHERE part.oid <> 0)
    SELECT t.oid, pg_catalog.format_type(t.oid, NULL) AS label, t.typnamespace = 'pg_catalog'::pg_catalog.regnamespace AS "isBuiltin", t.typname::text AS name, e.extname::text AS extension,
      CASE t.typtype WHEN 'b' THEN 'base' WHEN 'c' THEN 'composite' WHEN 'd' THEN 'domain' WHEN 'e' THEN 'enum' WHEN 'p' THEN 'pseudo' WHEN 'r' THEN 'range' ELSE 'multirange' END AS kind,
      CASE t.typtype WHEN 'd' THEN t.typbasetype WHEN 'r' THEN r.rngsubtype WHEN 'm' THEN r.rngtypid ELSE t.typelem END AS of,
      t.typsubscript = 'pg_catalog.array_subscript_handler'::pg_catalog.regproc AS "isArray"
    FROM used JOIN pg_catalog.pg_type t ON t.oid = used.oid
    LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid OR r.rngmultitypid = t.oid
    LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.objid = t.oid AND d.deptype = 'e'
    LEFT JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass`)
  return new Map(rows.map(type => [type.oid, type]))
}

export type Format = { readonly format: 'binary' | 'text'; readonly formatReason?: string }

/**
 * Binary if every column's type has the same binary form on any two servers that are supported, whatever was created on them in what order; else text, and why.
 * docs/decisions/001-copy-formats.md.
 */
export const formatOf = (columns: readonly { readonly name: string; readonly oid: number }[], types: ReadonlyMap<number, Type>): Format => {
  const reasons = columns.flatMap(({ name, oid }) => {
    const reason = textReason(oid, types)
    return reason === undefined ? [] : [`${visible(name, 40)}: ${visible(reason, 120)}`]
  })
  if (reasons.length === 0) return { format: 'binary' }
  const more = reasons.length > 3 ? `; and ${reasons.length - 3} more` : ''
  return { format: 'text', formatReason: `${reasons.slice(0, 3).join('; ')}${more}` }
}

/** Why values of a type must travel as text. Undefined: they may travel in binary. */
export const textReason = (oid: number, types: ReadonlyMap<number, Type>): string | undefined => {
  const type = types.get(oid)
  if (type === undefined) return 'a type that is not known'
  if (type.isArray && !vectors.has(type.name)) return arrayReason(type, types)
  switch (type.kind) {
    case 'enum': return undefined
    case 'domain': return textReason(type.of, types)
    case 'range': case 'multirange': return textReason(type.of, types)
    case 'composite': case 'pseudo': return `${type.label} holds the numbers of its columns' types, which each server gives itself`
    case 'base': return baseReason(type)
  }
}

const baseReason = ({ isBuiltin, name, extension, label }: Type): string | undefined => {
  if (isBuiltin ? builtin.has(name) : extension !== null && ofExtensions.get(name) === extension) return undefined
  if (isBuiltin && name.startsWith('reg')) return `${label} is the number of an object, which each server gives itself`
  return isBuiltin ? `the binary form of ${label} is not the same everywhere` : `${label} is not a type whose binary form is known`
}

/**
 * An array says what its elements are by the number of their type: the same everywhere only for built-in ones. Servers from 14 on do not mind another number, but a proof
 * by bytes does.
 */
const arrayReason = (type: Type, types: ReadonlyMap<number, Type>): string | undefined => {
  const element = types.get(type.of)
  if (element === undefined || !element.isBuiltin) return `${type.label} holds the number of its elements' type, which each server gives itself`
  return textReason(type.of, types)
}

/**
 * Whose binary form has not changed since PostgreSQL 14 and depends on nothing but the value. Not here: money (the number of its digits is a setting), xml (its
 * encoding), aclitem (has none), reg… (numbers of objects), tsquery, int2vector and oidvector (the server does not read an
 * empty one that it wrote).
 */
const builtin: ReadonlySet<string> = new Set([
  'bool', 'bytea', 'char', 'name', 'int2', 'int4', 'int8', 'float4', 'float8', 'numeric', 'text', 'varchar', 'bpchar', 'bit', 'varbit', 'uuid', 'json', 'jsonb', 'jsonpath',
  'date', 'time', 'timetz', 'timestamp', 'timestamptz', 'interval', 'inet', 'cidr', 'macaddr', 'macaddr8', 'point', 'line', 'lseg', 'box', 'path', 'polygon', 'circle',
  'tsvector', 'oid', 'xid', 'xid8', 'cid', 'tid', 'pg_lsn', 'pg_snapshot', 'txid_snapshot', 'refcursor',
])

/** Subscripted like arrays, but types of their own. */
const vectors: ReadonlySet<string> = new Set(['int2vector', 'oidvector'])

/** Of extensions: type to extension. */
const ofExtensions: ReadonlyMap<string, string> = new Map([['citext', 'citext'], ['hstore', 'hstore']])
