import type { Context } from './context.ts'
import { Words, wordsOf } from './ddl.ts'

/** What the role we connect as may do on a server, and whom it knows there. */
export type Roles = {
  readonly known: ReadonlySet<string>
  /** Those to whom we may give what we made. */
  readonly ours: ReadonlySet<string>
  /** We may write without firing triggers and foreign keys (session_replication_role). */
  readonly canReplicate: boolean
  /** No row-level security holds us back. */
  readonly bypassesRowSecurity: boolean
  /** Event triggers are a superuser's. */
  readonly mayCreateEventTriggers: boolean
}

/** Reads names and rights; no passwords. */
export const readRoles = async (query: Context['query']): Promise<Roles> => {
  const rows = await query<{ name: string; ours: boolean }>(
    `SELECT rolname::text AS name, pg_catalog.pg_has_role(oid, CASE WHEN pg_catalog.current_setting('server_version_num')::integer >= 160000 THEN 'SET' ELSE 'MEMBER' END) AS ours FROM pg_catalog.pg_roles`)
  const [may] = await query<{ replicates: boolean; bypasses: boolean; supers: boolean }>(
    `SELECT rolsuper OR (pg_catalog.current_setting('server_version_num')::integer >= 150000 AND pg_catalog.has_parameter_privilege('session_replication_role', 'SET')) AS replicates, rolsuper OR rolbypassrls AS bypasses, rolsuper AS supers
     FROM pg_catalog.pg_roles WHERE rolname = current_user`)
  return {
    known: new Set(rows.map(r => r.name)), ours: new Set(rows.filter(r => r.ours).map(r => r.name)),
    canReplicate: may?.replicates === true, bypassesRowSecurity: may?.bypasses === true, mayCreateEventTriggers: may?.supers === true,
  }
}

/**
 * Roles that own or are granted something in the source's database and that the target's server does not have. They do not stand in the way of a move: what
 * they own will belong to the role we connect as, what they were granted is left out, and so are they in policies.
 */
export const missingRoles = async (source: Context['query'], target: Context['query']): Promise<string[]> => {
  const used = await usedRoles(source)
  const { known } = await readRoles(target)
  return used.filter(name => !known.has(name))
}

/** Roles that own or are granted something in this database. */
export const usedRoles = async (query: Context['query']): Promise<string[]> => {
  const used = await query<{ name: string }>(
    `SELECT DISTINCT r.rolname::text COLLATE "C" AS name FROM pg_catalog.pg_shdepend d JOIN pg_catalog.pg_roles r ON r.oid = d.refobjid
     WHERE d.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass AND d.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) ORDER BY name`)
  return used.map(r => r.name)
}

/**
 * A bare statement of pg_dump as it can be carried out by us where only these roles are. Undefined: it is left out whole. Who granted is not kept: it would take
 * that role's rights to say so.
 */
export const forRoles = (sql: string, roles: Pick<Roles, 'known' | 'ours'>): string | undefined => {
  // Most statements say nothing of roles, and there may be tens of thousands.
  const verb = /^(?:GRANT|REVOKE|SET SESSION|RESET SESSION|ALTER DEFAULT PRIVILEGES|CREATE USER MAPPING|CREATE POLICY)\b/.exec(sql)?.[0]
  if (verb === undefined) return isOwner(sql) && !roles.ours.has(wordsOf(sql).at(-1)?.name ?? '') ? undefined : sql
  if (verb.endsWith('SESSION')) return sql.startsWith('AUTHORIZATION', verb.length + 1) ? undefined : sql
  if (verb === 'CREATE POLICY') return policyFor(sql, roles)
  const words = new Words(sql)
  words.take(verb)
  if (verb === 'CREATE USER MAPPING') return words.take('FOR PUBLIC') || (words.take('FOR') && roles.known.has(words.name())) ? sql : undefined
  const mayAct = verb !== 'ALTER DEFAULT PRIVILEGES' || (words.take('FOR ROLE') && roles.ours.has(words.name()))
  return mayAct && grantees(sql).every(role => roles.known.has(role)) ? sql : undefined
}

/** Quoted names after the last TO or FROM that is not in parentheses; PUBLIC is everywhere. */
const grantees = (sql: string): string[] => {
  const words = wordsOf(sql)
  const at = words.findLastIndex(w => w.depth === 0 && (w.keyword === 'TO' || w.keyword === 'FROM'))
  return words.slice(at + 1).filter(w => w.keyword === undefined).map(w => w.name)
}

const isOwner = (sql: string): boolean => sql.startsWith('ALTER ') && / OWNER TO (?:[^"\s]+|"(?:[^"]|"")+");$/.test(sql)

/** A policy for roles that are not here has nobody to hold back or let in: it is left out; one for some of them keeps the others. */
const policyFor = (sql: string, { known }: Pick<Roles, 'known'>): string | undefined => {
  const words = wordsOf(sql)
  const to = words.findIndex(w => w.depth === 0 && w.keyword === 'TO')
  if (to < 0) return sql
  const rest = words.slice(to + 1)
  const length = rest.findIndex(w => w.keyword !== undefined && w.keyword !== ',')
  const list = length < 0 ? rest : rest.slice(0, length)
  const there = list.filter(w => w.keyword === undefined && known.has(w.name))
  if (list.length === 0 || there.length * 2 - 1 === list.length) return sql
  if (there.length === 0) return undefined
  return sql.slice(0, list[0]?.from) + there.map(w => sql.slice(w.from, w.to)).join(', ') + sql.slice(list.at(-1)?.to)
}
