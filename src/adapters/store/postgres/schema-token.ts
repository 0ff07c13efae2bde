import { createHash } from 'node:crypto'
import type { Context } from './context.ts'
import { ofUsers } from './tables.ts'

/**
 * What stands for the schema at one instant, by one statement that prints no definition: whatever changes anything that `readObjects` tells changes the token too. Two
 * equal ones prove that the schema did not change between them; two different ones prove nothing, for an object that is dropped and made again just as it was is another one here.
 *
 * A row of the catalog that is changed is a new version of it and bears the transaction that wrote it (`xmin`, which freezing keeps): with its number that stands for all it says.
 * Not in pg_class, which TRUNCATE, VACUUM FULL, REFRESH and a trigger of ours write too: there the columns that say something are read.
 */
export const readSchemaToken = async (query: Context['query']): Promise<string> => {
  const rows = await query<{ line: string }>(statement)
  return createHash('sha256').update(rows.map(row => row.line).join('\n')).digest('hex')
}

/** Rows of a catalog `x`, and what of them counts. Temporary relations come and go with every session: `ofRelation` and `ofSchema` are the columns that say whose a row is. */
type Part = { readonly catalog: string; readonly row: string; readonly ofRelation?: string; readonly ofSchema?: string; readonly where?: string }

const byNumber = (catalog: string, rest: Partial<Part> = {}): Part => ({ catalog, row: 'x.oid, x.xmin', ...rest })
const notOfRehome = (routine: string): string => `NOT EXISTS (SELECT FROM pg_catalog.pg_proc f WHERE f.oid = x.${routine} AND f.pronamespace = pg_catalog.to_regnamespace('rehome'))`
const kind = (catalog: string): string => `'pg_catalog.${catalog}'::pg_catalog.regclass`

export const parts: readonly Part[] = [
  {
    catalog: 'pg_class', ofRelation: 'oid',
    row: 'x.oid, x.relname, x.relnamespace, x.reloftype, x.relowner, x.relam, x.relkind, x.relpersistence, x.relispartition, x.relreplident, x.relrowsecurity, x.relforcerowsecurity, x.reloptions, x.relacl, x.relpartbound::text',
  },
  // A toast table is another one after VACUUM FULL, under the old one's name; its options are all that is told of it.
  { catalog: 'pg_class', row: 'x.relname, x.reloptions', where: `x.relkind = 't' AND x.reloptions IS NOT NULL` },
  { catalog: 'pg_attribute', row: 'x.attrelid, x.attnum, x.xmin', ofRelation: 'attrelid', where: 'x.attnum > 0' },
  { catalog: 'pg_index', row: 'x.indexrelid, x.xmin', ofRelation: 'indrelid' },
  { catalog: 'pg_sequence', row: 'x.seqrelid, x.xmin', ofRelation: 'seqrelid' },
  { catalog: 'pg_inherits', row: 'x.inhrelid, x.inhparent, x.xmin', ofRelation: 'inhrelid' },
  { catalog: 'pg_partitioned_table', row: 'x.partrelid, x.xmin' },
  { catalog: 'pg_foreign_table', row: 'x.ftrelid, x.xmin' },
  byNumber('pg_attrdef', { ofRelation: 'adrelid' }),
  byNumber('pg_policy', { ofRelation: 'polrelid' }),
  byNumber('pg_rewrite', { ofRelation: 'ev_class' }),
  byNumber('pg_trigger', { ofRelation: 'tgrelid', where: `NOT x.tgisinternal AND ${notOfRehome('tgfoid')}` }),
  byNumber('pg_constraint', { ofSchema: 'connamespace' }),
  byNumber('pg_statistic_ext', { ofSchema: 'stxnamespace' }),
  byNumber('pg_namespace', { ofSchema: 'oid' }),
  byNumber('pg_type', { ofSchema: 'typnamespace' }),
  byNumber('pg_proc', { ofSchema: 'pronamespace' }),
  { catalog: 'pg_aggregate', row: 'x.aggfnoid::oid, x.xmin' },
  { catalog: 'pg_range', row: 'x.rngtypid, x.xmin' },
  { catalog: 'pg_ts_config_map', row: 'x.mapcfg, x.maptokentype, x.mapseqno, x.xmin' },
  { catalog: 'pg_description', row: 'x.objoid, x.classoid, x.objsubid, x.xmin', where: `CASE x.classoid WHEN ${kind('pg_largeobject')} THEN false WHEN ${kind('pg_namespace')} THEN x.objoid IN (SELECT oid FROM space) ELSE x.objoid >= 16384 END` },
  // What is a part of an extension, and which column a sequence belongs to, is written nowhere else.
  { catalog: 'pg_depend', row: 'x.classid, x.objid, x.refobjid', where: `x.refclassid = ${kind('pg_extension')} AND x.deptype = 'e'` },
  { catalog: 'pg_depend', row: 'x.objid, x.refobjid, x.refobjsubid, x.deptype', where: `x.classid = ${kind('pg_class')} AND x.refclassid = ${kind('pg_class')} AND x.deptype IN ('a', 'i') AND x.objid IN (SELECT s.seqrelid FROM pg_catalog.pg_sequence s JOIN relation ON relation.oid = s.seqrelid)` },
  // What a role may do is told by its name. The server's own are written nowhere beside what they may do; others come and go.
  {
    catalog: 'pg_roles', row: 'x.oid, x.rolname',
    where: `x.oid < 16384 OR x.oid IN (SELECT d.refobjid FROM pg_catalog.pg_shdepend d WHERE d.dbid = (SELECT b.oid FROM pg_catalog.pg_database b WHERE b.datname = pg_catalog.current_database()) AND d.refclassid = ${kind('pg_authid')})`,
  },
  byNumber('pg_event_trigger', { where: notOfRehome('evtfoid') }),
  ...['pg_am', 'pg_amop', 'pg_amproc', 'pg_cast', 'pg_collation', 'pg_default_acl', 'pg_enum', 'pg_extension', 'pg_foreign_data_wrapper', 'pg_foreign_server', 'pg_language', 'pg_opclass', 'pg_operator', 'pg_opfamily', 'pg_ts_config', 'pg_ts_dict', 'pg_ts_parser', 'pg_ts_template'].map(catalog => byNumber(catalog)),
]

/** How many rows, and 128 bits of a sum of their hashes that does not depend on their order. */
const summed = ({ catalog, row, ofRelation, ofSchema, where }: Part, at: number): string => {
  const joins = `${ofRelation === undefined ? '' : `JOIN relation ON relation.oid = x.${ofRelation}`} ${ofSchema === undefined ? '' : `JOIN space ON space.oid = x.${ofSchema}`}`
  return `SELECT ${at} AS at, pg_catalog.concat_ws(' ', '${catalog}', pg_catalog.count(*), pg_catalog.bit_xor(pg_catalog.hash_record_extended(row, 0)), pg_catalog.bit_xor(pg_catalog.hash_record_extended(row, 1))) AS line
    FROM (SELECT ROW(${row}) AS row FROM pg_catalog.${catalog} x ${joins} WHERE ${where ?? 'true'}) AS rows`
}

const statement = `WITH space AS MATERIALIZED (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE ${ofUsers}),
    relation AS MATERIALIZED (SELECT c.oid FROM pg_catalog.pg_class c JOIN space ON space.oid = c.relnamespace WHERE c.relpersistence <> 't')
  SELECT line FROM (${parts.map(summed).join(' UNION ALL ')}) AS lines ORDER BY at`
