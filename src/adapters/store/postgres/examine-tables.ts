import type { Table } from '#domain/catalog.ts'
import type { Finding } from '#domain/finding.ts'
import { visible } from '#lib/visible.ts'
import { blocker, bytesText, type Check, concern, count, named, note, statements, userTables } from './examine-ground.ts'
import { labelOf } from './identifiers.ts'
import { notOfExtension, ofUsers } from './tables.ts'

/**
 * Together, what is copied in the freeze may be this large: some two seconds of copying and as much of comparing. Beyond, the freeze would be longer than
 * anybody expects of a live move.
 */
export const inFreezeBytes = 64 * 2 ** 20

/** Tables whose changes the stream does not bring. Adding one to a publication would make the source refuse its updates: it is left out, and copied in the freeze. */
export const inFreeze: Check = async ({ source, tables, wish }) => {
  if (!wish.follow) return []
  const left = tables.filter(table => table.route === 'in-freeze')
  const unlogged = left.filter(table => table.routeReason === 'it is unlogged')
  const keyless = left.filter(table => !unlogged.includes(table) && table.columns.length > 0)
  const isLarge = left.reduce((sum, table) => sum + table.bytes, 0) > inFreezeBytes
  const identities = isLarge ? await candidateIndexes(source.query) : new Map<string, string>()
  return [
    ...(keyless.length === 0 ? [] : [frozen('no-replica-identity', keyless, isLarge, 'have nothing that identifies their rows in the stream', 'has nothing that identifies its rows in the stream', statements(keyless.toSorted(byBytes).map(table => identify(table, identities))))]),
    ...(unlogged.length === 0 ? [] : [frozen('unlogged', unlogged, isLarge, 'have no log of their changes (they are unlogged)', 'has no log of its changes (it is unlogged)', statements(unlogged.toSorted(byBytes).map(table => `ALTER TABLE ${visible(table.id)} SET LOGGED;`)))]),
  ]
}

const byBytes = (a: Table, b: Table): number => b.bytes - a.bytes

const frozen = (id: string, tables: readonly Table[], isLarge: boolean, have: string, has: string, remedy: string): Finding => {
  const bytes = bytesText(tables.reduce((sum, table) => sum + table.bytes, 0))
  const about = tables.toSorted(byBytes).map(table => `${table.label} (${bytesText(table.bytes)}: ${table.routeReason ?? ''})`)
  const what = `${tables.length === 1 ? 'One table' : count(tables.length, 'table')} of the source (${bytes}) ${tables.length === 1 ? has : have}`
  return isLarge
    ? blocker('source', id, `${what}; all such tables together are more than the ${bytesText(inFreezeBytes)} that can be copied in the freeze.`, { remedy: `${remedy}\nOr move cold: --no-follow.`, about })
    : concern('source', id, `${what}: copied while the product is frozen, which makes the freeze longer.`, { remedy, about })
}

/** The three ways, the best that the table allows first. */
const identify = (table: Table, indexes: ReadonlyMap<string, string>): string => {
  const index = indexes.get(table.label)
  const id = visible(table.id)
  return index === undefined
    ? `ALTER TABLE ${id} ADD PRIMARY KEY (…); -- or, slower and more log: ALTER TABLE ${id} REPLICA IDENTITY FULL;`
    : `ALTER TABLE ${id} REPLICA IDENTITY USING INDEX ${named(index)}; -- or ADD PRIMARY KEY USING INDEX, or REPLICA IDENTITY FULL`
}

/** By table, a unique index that could identify its rows: whole, at once, on columns that are never null. */
const candidateIndexes = async (query: Parameters<Check>[0]['source']['query']): Promise<Map<string, string>> => {
  const rows = await query<{ schema: string; name: string; index: string }>(
    `SELECT n.nspname::text AS schema, c.relname::text AS name, pg_catalog.min(x.relname::text) AS index FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
     WHERE ${userTables} AND i.indisunique AND i.indimmediate AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY (i.indkey) AND (NOT a.attnotnull OR a.attgenerated <> '')) GROUP BY 1, 2`)
  return new Map(rows.map(row => [labelOf(row.schema, row.name), row.index]))
}

/** Each change carries the whole old row, and the target searches the table for it. */
export const wholeRows: Check = async ({ tables, wish }) => {
  const whole = wish.follow ? tables.filter(table => table.route === 'stream' && table.key.length === 0) : []
  return whole.length === 0 ? [] : [concern('source', 'replica-identity-full', `${whole.length === 1 ? 'One table' : count(whole.length, 'table')} of the source ${whole.length === 1 ? 'identifies its' : 'identify their'} rows by all columns (REPLICA IDENTITY FULL): each update and delete is searched for in the whole table.`, {
    remedy: statements(whole.map(table => `ALTER TABLE ${visible(table.id)} ADD PRIMARY KEY (…); ALTER TABLE ${visible(table.id)} REPLICA IDENTITY DEFAULT; -- where it is written often`)),
    about: whole.map(table => `${table.label} (${bytesText(table.bytes)})`),
  })]
}

export const largeObjects: Check = async ({ source, wish }) => {
  const [row] = await source.query<{ objects: number; bytes: string }>(
    `SELECT pg_catalog.count(*)::integer AS objects, pg_catalog.pg_relation_size('pg_catalog.pg_largeobject') AS bytes FROM pg_catalog.pg_largeobject_metadata`)
  if ((row?.objects ?? 0) === 0) return []
  const what = `The source has ${count(row?.objects ?? 0, 'large object')} in ${bytesText(Number(row?.bytes ?? 0))}`
  return [wish.follow
    ? concern('source', 'large-objects', `${what}: their changes are not in the stream, so all are compared in the freeze, and no fence stops writes to them.`, { remedy: 'See to it that the product writes none while it is frozen (its own maintenance mode).' })
    : note('source', 'large-objects', `${what}.`)]
}

/** Numbers of objects are other numbers on another server. */
export const objectNumbers: Check = async ({ source }) => {
  const rows = await source.query<{ schema: string; name: string; column: string; type: string }>(
    `SELECT n.nspname::text AS schema, c.relname::text AS name, a.attname::text AS column, pg_catalog.format_type(a.atttypid, NULL) AS type
     FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
     WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND ${ofUsers} AND ${notOfExtension('pg_class', 'c.oid')} AND a.attnum > 0 AND NOT a.attisdropped AND t.typnamespace = 'pg_catalog'::pg_catalog.regnamespace
       AND pg_catalog.ltrim(t.typname, '_') IN ('oid', 'regproc', 'regprocedure', 'regoper', 'regoperator', 'regclass', 'regtype', 'regrole', 'regnamespace', 'regconfig', 'regdictionary', 'regcollation', 'xid', 'xid8', 'cid', 'tid', 'pg_snapshot', 'txid_snapshot')
     ORDER BY 1, 2, a.attnum`)
  return rows.length === 0 ? [] : [concern('source', 'object-numbers', `${count(rows.length, 'column')} of the source ${rows.length === 1 ? 'holds' : 'hold'} numbers or names of the server's own objects: they are copied as they are, and may mean something else, or nothing, on the target.`, {
    remedy: 'Look at what the product stores there; references to large objects stay right.', about: rows.map(row => `${labelOf(row.schema, row.name)}.${visible(row.column)} (${row.type})`),
  })]
}

export const generatedColumns: Check = async ({ source }) => {
  const [row] = await source.query<{ columns: number; tables: string[] | null }>(
    `SELECT pg_catalog.count(*)::integer AS columns, pg_catalog.array_agg(DISTINCT n.nspname::text || '.' || c.relname::text) AS tables
     FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE ${userTables} AND a.attgenerated <> '' AND NOT a.attisdropped`)
  return (row?.columns ?? 0) === 0 ? [] : [note('source', 'generated-columns', `${count(row?.columns ?? 0, 'generated column')} of the source ${row?.columns === 1 ? 'is' : 'are'} computed anew by the target.`, { about: (row?.tables ?? []).map(label => visible(label)) })]
}

/** ENABLE ALWAYS and ENABLE REPLICA mean: on replicated rows too. */
export const alwaysTriggers: Check = async ({ source, target, wish }) => (await Promise.all([source, ...(wish.schema === 'existing' ? [target] : [])].map(async at => {
  const rows = await at.query<{ schema: string; name: string; trigger: string; kind: 'TRIGGER' | 'RULE' }>(
    `SELECT n.nspname::text AS schema, c.relname::text AS name, t.tgname::text AS trigger, 'TRIGGER' AS kind FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE ${userTables} AND NOT t.tgisinternal AND t.tgenabled IN ('A', 'R') AND t.tgname <> 'rehome_fence'
     UNION ALL SELECT n.nspname::text, c.relname::text, r.rulename::text, 'RULE' FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE ${userTables} AND r.ev_enabled IN ('A', 'R') ORDER BY 1, 2, 3`)
  if (rows.length === 0) return []
  const remedy = statements(rows.map(row => `ALTER TABLE ${named(row.schema)}.${named(row.name)} ENABLE ${row.kind} ${named(row.trigger)};`))
  const about = rows.map(row => `${row.kind.toLowerCase()} ${visible(row.trigger)} on ${labelOf(row.schema, row.name)}`)
  if (at.side === 'target') return [blocker('target', 'always-triggers', `${count(rows.length, 'trigger or rule', 'triggers and rules')} of the target ${rows.length === 1 ? 'fires' : 'fire'} on copied and followed rows too (ENABLE ALWAYS or REPLICA), and would change them.`, { remedy, about })]
  return wish.follow ? [concern('source', 'always-triggers', `${count(rows.length, 'trigger or rule', 'triggers and rules')} of the source ${rows.length === 1 ? 'fires' : 'fire'} on replicated rows too (ENABLE ALWAYS or REPLICA), and would act twice when the move is turned back.`, { remedy, about })] : []
}))).flat()

export const rules: Check = async ({ source }) => {
  const rows = await source.query<{ schema: string; name: string; rule: string }>(
    `SELECT n.nspname::text AS schema, c.relname::text AS name, r.rulename::text AS rule FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE ${userTables} ORDER BY 1, 2, 3`)
  return rows.length === 0 ? [] : [note('source', 'rules', `${count(rows.length, 'rule')} on tables of the source ${rows.length === 1 ? 'is' : 'are'} moved, and ${rows.length === 1 ? 'rewrites' : 'rewrite'} nothing that Rehome writes.`, { about: rows.map(row => `${visible(row.rule)} on ${labelOf(row.schema, row.name)}`) })]
}

/** Rows in another server's tables stay there; a partition of that kind would be missing. */
export const foreignTables: Check = async ({ source }) => {
  const rows = await source.query<{ schema: string; name: string; server: string }>(
    `SELECT n.nspname::text AS schema, c.relname::text AS name, s.srvname::text AS server FROM pg_catalog.pg_foreign_table f JOIN pg_catalog.pg_class c ON c.oid = f.ftrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver WHERE ${ofUsers} ORDER BY 1, 2`)
  return rows.length === 0 ? [] : [concern('source', 'foreign-tables', `${count(rows.length, 'foreign table')} of the source ${rows.length === 1 ? 'is' : 'are'} moved without ${rows.length === 1 ? 'its' : 'their'} rows, which stay on another server.`, {
    remedy: 'See to it that the target reaches that server, and give it the user mappings with their passwords (CREATE USER MAPPING …).', about: rows.map(row => `${labelOf(row.schema, row.name)} on ${visible(row.server)}`),
  })]
}

export const eventTriggers: Check = async ({ source, target, wish }) => {
  const rows = await source.query<{ name: string }>(`SELECT evtname::text AS name FROM pg_catalog.pg_event_trigger e WHERE evtenabled <> 'D' AND evtname NOT LIKE 'rehome\\_%' AND ${notOfExtension('pg_event_trigger', 'e.oid')} ORDER BY 1`)
  if (rows.length === 0) return []
  const about = rows.map(row => visible(row.name))
  return [
    concern('source', 'event-triggers', `${count(rows.length, 'event trigger')} of the source ${rows.length === 1 ? 'fires' : 'fire'} when Rehome creates its schema, its publication and the fence.`, { remedy: statements(rows.map(row => `ALTER EVENT TRIGGER ${named(row.name)} DISABLE; -- if it refuses DDL`)), about }),
    ...(wish.schema === 'dump' && !target.isSuperuser ? [concern('target', 'event-trigger-right', `Only a superuser may create the source's event triggers on the target, and ${named(target.role)} is none.`, { remedy: 'Create them there yourself after the move, as a superuser.', about })] : []),
  ]
}

/** An extension's own tables come with the extension, empty or as it fills them, unless it marked them. */
export const extensionRows: Check = async ({ source }) => {
  const rows = await source.query<{ schema: string; name: string; extension: string }>(
    `SELECT n.nspname::text AS schema, c.relname::text AS name, e.extname::text AS extension FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class c ON c.oid = d.objid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
     WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.deptype = 'e' AND c.relkind = 'r' AND pg_catalog.pg_relation_size(c.oid) > 0
       AND NOT COALESCE(c.oid = ANY (e.extconfig), false) ORDER BY 1, 2`)
  return rows.length === 0 ? [] : [concern('source', 'extension-rows', `${count(rows.length, 'table')} that ${rows.length === 1 ? 'belongs' : 'belong'} to extensions ${rows.length === 1 ? 'holds' : 'hold'} rows, which are not moved: CREATE EXTENSION fills them on the target.`, {
    remedy: 'If the product wrote them, export and import them as that extension says.', about: rows.map(row => `${labelOf(row.schema, row.name)} of ${visible(row.extension)}`),
  })]
}
