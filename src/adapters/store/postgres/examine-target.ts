import type { TableId } from '#domain/stream.ts'
import { differences } from '#domain/catalog.ts'
import type { Finding } from '#domain/finding.ts'
import { visible } from '#lib/visible.ts'
import { inOneInstant } from './catalog.ts'
import { blocker, type Check, count, named, type Side, statements } from './examine-ground.ts'
import { labelOf, qualify } from './identifiers.ts'
import { readObjects } from './objects.ts'
import { readRoles } from './roles.ts'
import { notOfExtension, ofUsers } from './tables.ts'

/** Into what somebody else filled nothing is copied. */
export const emptiness: Check = async ({ target, tables, wish }) => {
  if (wish.resuming) return []
  if (wish.schema === 'existing') {
    const full = await filled(target.query, tables.map(table => table.id))
    return full.length === 0 ? [] : [blocker('target', 'target-not-empty', `${count(full.length, 'table')} of the target already ${full.length === 1 ? 'holds' : 'hold'} rows.`, {
      remedy: `If nobody needs them: TRUNCATE ${full.slice(0, 20).map(id => visible(id)).join(', ')}${full.length > 20 ? ', …' : ''};`, about: full.map(id => visible(id)),
    })]
  }
  const rows = await target.query<{ kind: string; schema: string; name: string }>(strangers)
  return rows.length === 0 ? [] : [blocker('target', 'target-not-empty', `The target is not empty: it has ${count(rows.length, 'object')} of somebody's.`, {
    remedy: `Take an empty database: CREATE DATABASE ${named(`${target.database}_new`)} TEMPLATE template0; or, if the schema was made for this move, --schema existing.`, about: rows.map(row => `${row.kind} ${labelOf(row.schema, row.name)}`),
  })]
}

/** Everything that a user made and no extension brought: relations, functions, types of their own, schemas. */
export const strangers = `
SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'foreign table' ELSE 'table' END AS kind, n.nspname::text AS schema, c.relname::text AS name
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND c.relpersistence <> 't' AND ${ofUsers} AND ${notOfExtension('pg_class', 'c.oid')}
UNION ALL SELECT 'function', n.nspname::text, p.proname::text FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE ${ofUsers} AND ${notOfExtension('pg_proc', 'p.oid')}
UNION ALL SELECT 'type', n.nspname::text, t.typname::text FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype IN ('e', 'd', 'r', 'b', 'c') AND t.typelem = 0 AND (t.typrelid = 0 OR EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c')) AND ${ofUsers} AND ${notOfExtension('pg_type', 't.oid')}
UNION ALL SELECT 'schema', n.nspname::text, n.nspname::text FROM pg_catalog.pg_namespace n WHERE ${ofUsers} AND n.nspname <> 'public' AND ${notOfExtension('pg_namespace', 'n.oid')}
ORDER BY 1, 2, 3`

/** One question for many tables; one that is not there is for `schemas` to tell. */
const filled = async (query: Parameters<Check>[0]['target']['query'], tables: readonly TableId[]): Promise<TableId[]> => {
  const there = await query<{ schema: string; name: string }>(
    `SELECT n.nspname::text AS schema, c.relname::text AS name FROM pg_catalog.unnest($1::text[]) AS id JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(id) JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND pg_catalog.pg_relation_size(c.oid) > 0 AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT')`, [tables])
  const ids = there.map(row => qualify(row.schema, row.name))
  const full: TableId[] = []
  for (let from = 0; from < ids.length; from += 200) {
    const some = ids.slice(from, from + 200)
    const rows = await query<{ place: number }>(`SELECT place FROM (${some.map((id, place) => `SELECT ${place} AS place, EXISTS (SELECT FROM ONLY ${id}) AS full`).join(' UNION ALL ')}) AS asked WHERE asked.full`)
    for (const { place } of rows) { const id = some[place]; if (id !== undefined) full.push(id) }
  }
  return full
}

/** With --schema existing the vendor's own provisioning made the target: it must be the source's schema, thing by thing. */
export const schemas: Check = async ({ source, target, wish }) => {
  if (wish.schema !== 'existing' || wish.resuming) return []
  const { known: here } = await readRoles(source.query)
  const { known: there } = await readRoles(target.query)
  const both = new Set([...here].filter(role => there.has(role)))
  const [from, to] = await Promise.all([source, target].map(at => inOneInstant(at.context, query => readObjects(query, both))))
  const found = differences(from ?? [], to ?? [])
  const about = found.map(d => `${d.kind} ${visible(d.name)}: ${d.target === undefined ? 'missing on the target' : d.source === undefined ? 'only on the target' : 'not the same'}`)
  return found.length === 0 ? [] : [blocker('both', 'schema-differs', `The two schemas differ in ${count(found.length, 'object')}.`, { remedy: 'Make the target as the source is, or let Rehome make the schema in an empty database: --schema dump.', about })]
}

/** What only a superuser may create, and the dump would ask of us. */
export const superuserObjects: Check = async ({ source, target, wish }) => {
  if (wish.schema !== 'dump' || target.isSuperuser) return []
  return superuserObjectsFor(await readSuperuserObjects(source.query), target)
}

export const readSuperuserObjects = async (query: Parameters<Check>[0]['source']['query']): Promise<string[]> => {
  const rows = await query<{ what: string }>(
    `SELECT 'function ' || n.nspname || '.' || p.proname || ' in ' || l.lanname AS what FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace JOIN pg_catalog.pg_language l ON l.oid = p.prolang
     WHERE ${ofUsers} AND NOT l.lanpltrusted AND ${notOfExtension('pg_proc', 'p.oid')}
     UNION ALL SELECT 'base type ' || n.nspname || '.' || t.typname FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'b' AND t.typelem = 0 AND ${ofUsers} AND ${notOfExtension('pg_type', 't.oid')}
     UNION ALL SELECT 'operator class ' || n.nspname || '.' || o.opcname FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace WHERE ${ofUsers} AND ${notOfExtension('pg_opclass', 'o.oid')}
     UNION ALL SELECT 'foreign-data wrapper ' || fdwname FROM pg_catalog.pg_foreign_data_wrapper f WHERE ${notOfExtension('pg_foreign_data_wrapper', 'f.oid')} ORDER BY 1`)
  return rows.map(row => row.what)
}

export const superuserObjectsFor = (whats: readonly string[], target: Side): Finding[] => whats.length === 0 || target.isSuperuser ? [] : [blocker('target', 'superuser-objects', `Only a superuser may create ${count(whats.length, 'object')} of the source, and ${named(target.role)} is none on the target.`, {
  remedy: statements([`ALTER ROLE ${named(target.role)} SUPERUSER; -- for the time of the move`]), about: whats.map(what => visible(what)),
})]
