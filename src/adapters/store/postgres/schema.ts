import type pg from 'pg'
import { Fault } from '#domain/faults.ts'
import type { TableId } from '#domain/stream.ts'
import { visible } from '#lib/visible.ts'
import type { Build } from '#ports/store.ts'
import { build, transactionOf } from './build.ts'
import { planBuilds, planRefreshes } from './build-plan.ts'
import { compareSchemas } from './compare.ts'
import { type Context, toFault } from './context.ts'
import { qualify } from './identifiers.ts'
import { dumpSchema, type Section } from './pg-dump.ts'
import { findPgDump, type PgDump } from './pg-dump-find.ts'
import { partLoneTables } from './lone-tables.ts'
import { inTransactions, preData, type Server } from './pre-data.ts'
import { readRoles } from './roles.ts'
import { splitStatements } from './statements.ts'
import { importSnapshot, lostSnapshot } from './snapshot.ts'
import { insertSteps, prepareSteps, readSteps, withdrawSteps, type Step } from './steps.ts'
import { moved, notOfExtension, ofUsers, readTables } from './tables.ts'

export type Wishes = { /** The picture to see the source in, kept by its session; none: one of now. */ readonly snapshot?: string; readonly signal?: AbortSignal }

/**
 * `dump`: makes the source's tables on the target, without indexes, keys and triggers (thousands that nothing else needs are steps of their own), and files the steps that build the rest; asked again it finishes what was begun and answers the list on file. In one
 * transaction, unless the target's server has not the locks for so many tables. A statement that the target refuses leaves nothing behind if it was in the first transaction. Owners and grants are kept
 * for the roles that the target has and that we may act for (`missingRoles` names the others).
 * `existing`: compares, and lists only the materialized views to be filled. Faults: SCHEMA_TOOL_MISSING, SNAPSHOT_LOST, SCHEMA_DIFFERS with up to fifty differences as the fact `list`.
 */
export const createSchema = (target: Context, source: Context, how: 'dump' | 'existing', wishes: Wishes = {}): Promise<Build[]> =>
  createPlanned(target, () => (how === 'dump' ? withPicture(source, wishes, picture => planSchema(target, picture)) : planExisting(target, source)), wishes.signal)

const createPlanned = async (target: Context, plan: () => Promise<Step[]>, signal = new AbortController().signal): Promise<Build[]> => {
  await prepareSteps(target)
  let steps = await readSteps(target)
  if (steps.length === 0) {
    steps = await plan()
    await insertSteps(target, steps)
  }
  for (const step of steps.filter(s => s.phase === 'schema')) await buildSchema(target, step, signal)
  return steps.filter(isBuild)
}

const isBuild = (step: Step): step is Build => step.phase !== 'schema'

/** A session of the source that sees one instant, and the name by which others see the same. */
type Picture = { readonly source: Context; readonly query: Context['query']; readonly snapshot: string; readonly signal: AbortSignal | undefined }

const withPicture = async <T>(source: Context, { snapshot, signal }: Wishes, work: (picture: Picture) => Promise<T>): Promise<T> => {
  const session = await source.connect('schema')
  try {
    if (snapshot === undefined) await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    else await session.query(importSnapshot(snapshot)).catch((error: unknown) => { throw lostSnapshot(toFault(source.settings.name, error)) })
    const { rows: [exported] } = await session.query<{ name: string }>('SELECT pg_catalog.pg_export_snapshot() AS name')
    return await work({ source, query: async (sql, parameters = []) => (await session.query(sql, [...parameters])).rows, snapshot: exported?.name ?? '', signal })
  } catch (error) {
    throw toFault(source.settings.name, error)
  } finally {
    await session.end()
  }
}

const planSchema = async (target: Context, picture: Picture): Promise<Step[]> => {
  const [version, there] = [await majorOf(picture.query), await majorOf(target.query)]
  return planDumped(target, await readDumped(picture, await findPgDump(version, there)))
}

/** All of a schema that can be told without its target: what pg_dump says, and what decides how that is carried out. JSON. */
export type Dumped = {
  /** Statements of pg_dump's sections. */
  readonly first: readonly string[]
  readonly second: readonly string[]
  readonly moved: readonly TableId[]
  readonly small: readonly TableId[]
  readonly partitioned: readonly TableId[]
  readonly inFreeze: readonly TableId[]
  readonly filled: readonly TableId[]
  /** Tables of extensions that hold a user's rows. */
  readonly marked: readonly TableId[]
}

const readDumped = async (picture: Picture, dump: PgDump): Promise<Dumped> => {
  const section = async (name: Section): Promise<string[]> => splitStatements(await dumpSchema(dump, picture.source.settings, name, picture.snapshot, picture.signal))
  const [first, second] = await Promise.all([section('pre-data'), section('post-data')])
  const tables = await readTables(picture.query)
  return {
    first, second, moved: tables.map(t => t.id), small: tables.filter(t => t.bytes < smallBytes).map(t => t.id),
    partitioned: await readPartitioned(picture.query), inFreeze: await withAncestors(picture.query, tables.filter(t => t.route === 'in-freeze').map(t => t.id)),
    filled: await readFilled(picture.query), marked: await readMarked(picture.query),
  }
}

/** The schema of `source` as of a picture, for a target that is not there to be asked: by the pg_dump of the source's own version, which every newer server understands. */
export const dumpWithoutTarget = (source: Context, wishes: Wishes): Promise<Dumped> => withPicture(source, wishes, async picture => {
  const version = await majorOf(picture.query)
  return readDumped(picture, await findPgDump(version, version))
})

/** As `createSchema` with `dump`, of what was dumped before. */
export const createDumped = (target: Context, dumped: Dumped, signal: AbortSignal): Promise<Build[]> => createPlanned(target, () => planDumped(target, dumped), signal)

const planDumped = async (target: Context, dumped: Dumped): Promise<Step[]> => {
  const [roles, server] = [await readRoles(target.query), await readServer(target.query)]
  const builds = planBuilds(dumped.second, {
    moved: new Set(dumped.moved), small: new Set(dumped.small), partitioned: new Set(dumped.partitioned), inFreeze: new Set(dumped.inFreeze), filled: dumped.filled, roles,
  })
  const { rest, lone } = partLoneTables(preData(dumped.first, { roles, ...server }), new Set(dumped.moved))
  const statements = dumped.marked.length > 0 ? [...rest, `TRUNCATE ONLY ${dumped.marked.join(', ONLY ')};`] : rest
  return [...schemaSteps(inTransactions(statements, server)), ...tableSteps(lone), ...builds]
}

const tableSteps = (lone: ReadonlyMap<TableId, readonly string[]>): Step[] => [...lone].map(([table, sql], at) => ({ id: `table-${at + 1}`, phase: 'table', what: `table ${visible(table, 130)}`, table, sql: sql.join('\n') }))

/** Its indexes are built in a moment. */
const smallBytes = 2 ** 24

const planExisting = async (target: Context, source: Context): Promise<Step[]> => {
  await compareSchemas(target, source)
  return [...schemaSteps([[]]), ...planRefreshes(await readFilled(source.query))]
}

const schemaSteps = (parts: readonly (readonly string[])[]): Step[] => parts.map((sql, at) => ({ id: `schema-${at + 1}`, phase: 'schema', what: `tables, part ${at + 1} of ${parts.length}`, sql: sql.join('\n') }))

const buildSchema = async (target: Context, step: Step, signal: AbortSignal): Promise<void> => {
  try {
    await build(target, [step], signal)
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'STORE_REFUSED') throw error
    await withdrawSteps(target)
    throw explained(error, transactionOf([step]))
  }
}

/** Names the statement, where the server says at which character it failed. */
const explained = (fault: Fault, transaction: string): Fault => {
  const at = Number((fault.cause as Partial<pg.DatabaseError> | undefined)?.position ?? Number.NaN)
  let end = 0
  const statement = Number.isNaN(at) ? undefined : splitStatements(transaction).find(sql => at <= (end += [...sql].length))
  if (statement === undefined) return fault
  return new Fault('STORE_REFUSED', { ...fault.facts, reason: `${String(fault.facts['reason'])}, in: ${visible(statement.trim().replaceAll(/\s+/g, ' '), 200)}` }, { cause: fault })
}

const readServer = async (query: Context['query']): Promise<Omit<Server, 'roles'>> => {
  const rows = await query<{ name: string; setting: string }>('SELECT name, setting FROM pg_catalog.pg_settings')
  const settings = new Map(rows.map(({ name, setting }) => [name, setting]))
  const number = (name: string): number => Number(settings.get(name) ?? 0)
  return { settings: new Set(settings.keys()), locks: number('max_locks_per_transaction') * (number('max_connections') + number('max_prepared_transactions')) }
}

const majorOf = async (query: Context['query']): Promise<number> => {
  const [row] = await query<{ major: number }>("SELECT pg_catalog.current_setting('server_version_num')::integer / 10000 AS major")
  return row?.major ?? 0
}

const readPartitioned = async (query: Context['query']): Promise<TableId[]> => {
  const rows = await query<{ schema: string; name: string }>(`SELECT n.nspname::text AS schema, c.relname::text AS name FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'p'`)
  return rows.map(({ schema, name }) => qualify(schema, name))
}

/** The tables, and the partitioned ones that they are partitions of. */
const withAncestors = async (query: Context['query'], tables: readonly TableId[]): Promise<TableId[]> => {
  const rows = await query<{ schema: string; name: string }>(
    `SELECT n.nspname::text AS schema, c.relname::text AS name FROM pg_catalog.unnest($1::text[]) AS id, pg_catalog.pg_partition_ancestors(id::pg_catalog.regclass) AS up
     JOIN pg_catalog.pg_class c ON c.oid = up JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace`, [tables])
  return [...tables, ...rows.map(({ schema, name }) => qualify(schema, name))]
}

/** Those of extensions, marked as holding a user's data: what CREATE EXTENSION puts into them is taken out again, all their rows come from the source. */
const readMarked = async (query: Context['query']): Promise<TableId[]> => {
  const rows = await query<{ schema: string; name: string }>(
    `SELECT n.nspname::text AS schema, c.relname::text AS name FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND ${ofUsers} AND ${moved} AND NOT (${notOfExtension('pg_class', 'c.oid')})`)
  return rows.map(({ schema, name }) => qualify(schema, name))
}

/** Materialized views that are filled, each after those it reads, through views too. */
const readFilled = async (query: Context['query']): Promise<TableId[]> => {
  const rows = await query<{ oid: number; schema: string; name: string; filled: boolean; uses: number[] }>(
    `SELECT c.oid, n.nspname::text AS schema, c.relname::text AS name, c.relkind = 'm' AND c.relispopulated AND ${ofUsers} AND ${notOfExtension('pg_class', 'c.oid')} AS filled,
       ARRAY(SELECT DISTINCT d.refobjid FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass WHERE r.ev_class = c.oid AND d.refobjid <> c.oid) AS uses
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') ORDER BY n.nspname, c.relname`)
  const views = new Map(rows.map(row => [row.oid, row]))
  const seen = new Set<number>()
  const ordered: TableId[] = []
  const visit = (oid: number): void => {
    const view = views.get(oid)
    if (view === undefined || seen.has(oid)) return
    seen.add(oid)
    for (const used of view.uses) visit(used)
    if (view.filled) ordered.push(qualify(view.schema, view.name))
  }
  for (const { oid } of rows) visit(oid)
  return ordered
}
