import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Runs SQL as a superuser, several statements at once; the rows of the last one. */
export type Query = (sql: string) => Promise<Record<string, unknown>[]>

const folder = import.meta.dirname
const read = (file: string): string => readFileSync(join(folder, file), 'utf8')

/** Roles that the zoo names. They belong to a server: to be run on every one that the zoo is made on or moved to. Repeatable. */
export const zooRoles = read('00-roles.sql')

/** The whole zoo, for an empty database of PostgreSQL 15 or later. What one file makes is committed before the next: a new label of an enum is not usable earlier. */
export const zoo = readdirSync(folder).filter(file => /^\d.*\.sql$/.test(file)).toSorted().map(read).join('\nCOMMIT;\n')

const mutation = read('mutate.sql')

/** One transaction that writes all over the zoo: inserts, updates, deletes, truncates. Which ones depends on `seed`, a whole number from 0, and on what is there. */
export const mutate = (seed: number): string => mutation.replaceAll('@seed@', String(seed))

/** Beside the zoo: a table with one text and one bytea of so many megabytes, at most 1,023, out of line and not compressed. A row of more than a gigabyte passes no COPY, nor does in text a bytea of half that. */
export const huge = (megabytes: number): string => `CREATE TABLE keys."huge" (id integer PRIMARY KEY, t text, b bytea);
  ALTER TABLE keys."huge" ALTER t SET STORAGE EXTERNAL, ALTER b SET STORAGE EXTERNAL;
  INSERT INTO keys."huge" VALUES (1, repeat(md5('t'), ${megabytes} * 32768), NULL), (2, NULL, convert_to(repeat(md5('b'), ${megabytes} * 32768), 'UTF8'))`

/** As `zooDigest`, of the table of `huge`: its rows are longer than a text may be. */
export const hugeDigest = async (query: Query): Promise<string> => JSON.stringify(await query(`SELECT id, length(t), md5(t) AS t, length(b), md5(b) AS b FROM keys."huge" ORDER BY id`))

/**
 * What every table, view and the large objects hold, by name: two databases that answer the same hold the same. Made by the server from the text of whole rows, generated columns included, and by
 * nothing of ours. Not the rows of materialized views, which are as old as their last refresh, nor sequences, which may run ahead.
 */
export const zooDigest = async (query: Query): Promise<Record<string, string>> => {
  // What is a keyword, and so quoted, differs between versions.
  const relations = await query(`SET quote_all_identifiers = on; SELECT format('%I.%I', n.nspname, c.relname) AS id FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'v') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'rehome') AND c.relname <> 'huge' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY 1`)
  const hash = `count(*) || ' rows, ' || COALESCE(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint), 0) || ' ' || COALESCE(sum(('x' || right(md5(t::text), 15))::bit(60)::bigint), 0)`
  const rows = await query(`SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres'; SET bytea_output = 'hex'; SET extra_float_digits = 1; SET lc_monetary = 'C';
    ${relations.map(({ id }) => `SELECT ${text(String(id))} AS name, ${hash} AS digest FROM ONLY ${String(id)} AS t`).join(' UNION ALL ')}
    UNION ALL SELECT 'large objects', COALESCE(string_agg(oid || ' ' || md5(lo_get(oid)), ', ' ORDER BY oid), '') FROM pg_largeobject_metadata`)
  return Object.fromEntries(rows.map(({ name, digest }) => [String(name), String(digest)]))
}

const text = (value: string): string => `E'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
