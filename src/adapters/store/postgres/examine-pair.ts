import { Fault } from '#domain/faults.ts'
import type { Finding } from '#domain/finding.ts'
import type { Wish } from '#ports/store.ts'
import { visible } from '#lib/visible.ts'
import { blocker, type Check, concern, count, majorOf, named, note, type Side, statements } from './examine-ground.ts'
import { literal } from './identifiers.ts'
import { findPgDump } from './pg-dump-find.ts'
import { missingRoles, readRoles } from './roles.ts'
import { ofUsers } from './tables.ts'

type Locale = { provider: string; collate: string; ctype: string; locale: string | null; version: string | null }

const providers: Readonly<Record<string, string>> = { c: 'libc', i: 'ICU', b: 'builtin' }

/** How the database sorts. Columns of version 15 and 17 are asked for by name where there are any. */
const localeOf = async (at: Side): Promise<Locale> => {
  const [row] = await at.query<Locale>(
    `SELECT COALESCE(d.j ->> 'datlocprovider', 'c') AS provider, d.j ->> 'datcollate' AS collate, d.j ->> 'datctype' AS ctype, COALESCE(d.j ->> 'datlocale', d.j ->> 'daticulocale') AS locale, d.j ->> 'datcollversion' AS version
     FROM (SELECT pg_catalog.to_jsonb(x) AS j FROM pg_catalog.pg_database x WHERE x.datname = pg_catalog.current_database()) AS d`)
  return row ?? { provider: 'c', collate: '', ctype: '', locale: null, version: null }
}

/** An empty database in which text means what it means in the source. From version 15 on the kind of locale would be inherited, unless it is named. */
const likeSource = (target: Side, encoding: string, { provider, collate, ctype, locale }: Locale): string => {
  const kind = provider === 'i' ? `LOCALE_PROVIDER icu ICU_LOCALE ${literal(locale ?? '').trim()}` : provider === 'b' ? `LOCALE_PROVIDER builtin BUILTIN_LOCALE ${literal(locale ?? '').trim()}` : target.version >= 150000 ? 'LOCALE_PROVIDER libc' : ''
  return `CREATE DATABASE ${named(`${target.database}_new`)} TEMPLATE template0 ENCODING ${literal(encoding).trim()} ${kind} LC_COLLATE ${literal(collate).trim()} LC_CTYPE ${literal(ctype).trim()};`
}

export const encodings: Check = async ({ source, target }) => {
  const [from, to] = [source.settings.server_encoding, target.settings.server_encoding]
  return encodingsApart(from, to, from === to ? '' : likeSource(target, from, await localeOf(source)))
}

export const encodingsApart = (from: string, to: string, remedy: string): Finding[] => {
  if (from === to) {
    return from === 'SQL_ASCII' ? [concern('both', 'encoding', 'Both databases are SQL_ASCII: they take bytes of any encoding, and they are copied as they are.')] : []
  }
  if (to === 'UTF8' && from !== 'SQL_ASCII') return [note('both', 'encoding', `Text is converted from ${from} to UTF8 on its way.`)]
  if (from === 'SQL_ASCII') return [blocker('both', 'encoding', `The source is SQL_ASCII and may hold bytes of any encoding, which a target in ${to} refuses.`, { remedy })]
  return [blocker('both', 'encoding', `The target's encoding is ${to}, which cannot hold every text of a source in ${from}.`, { remedy })]
}

/** A library sorts text in its own version's way: an index that is built on the target is right there, a query may come back in another order. */
export const collations: Check = async ({ source, target, wish }) => {
  const [from, to] = await Promise.all([localeOf(source), localeOf(target)])
  const say = (l: Locale): string => `${providers[l.provider] ?? l.provider} ${visible(l.locale ?? l.collate)}${l.locale === null && l.ctype !== l.collate ? ` (characters: ${visible(l.ctype)})` : ''}${l.version === null ? '' : `, version ${visible(l.version)}`}`
  const isBytewise = [from, to].every(l => l.provider === 'b' || /^(C|POSIX)(\.UTF-?8)?$/i.test(l.locale ?? l.collate))
  const differs = say(from) !== say(to)
  return [
    ...(differs && isBytewise ? [note('both', 'collation', `Both databases sort text by its characters' numbers, the source by ${say(from)}, the target by ${say(to)}.`)] : []),
    ...(differs && !isBytewise ? [concern('both', 'collation', `The databases sort text by different rules: the source by ${say(from)}, the target by ${say(to)}. Nothing is lost, but what is sorted, compared or unique by them may come out otherwise; Rehome itself compares byte by byte.`, {
      remedy: `If the product relies on it, take a target with the source's: ${likeSource(target, source.settings.server_encoding, from)}`,
    })] : []),
    ...await columnCollations(source, target, wish.schema),
  ]
}

/** Collations that the server itself brings are not in a dump. */
const columnCollations = async (source: Side, target: Side, schema: 'dump' | 'existing'): Promise<Finding[]> => {
  const used = await source.query<{ name: string; provider: string; version: string | null; actual: string | null; tables: string[] }>(
    `SELECT l.collname::text AS name, l.collprovider::text AS provider, l.collversion AS version, pg_catalog.pg_collation_actual_version(l.oid) AS actual, pg_catalog.array_agg(DISTINCT n.nspname::text || '.' || c.relname::text) AS tables
     FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
     WHERE c.relkind IN ('r', 'p', 'm', 'i') AND ${ofUsers} AND a.attnum > 0 AND NOT a.attisdropped AND l.collprovider <> 'd' AND l.collnamespace = 'pg_catalog'::pg_catalog.regnamespace AND l.collname NOT IN ('C', 'POSIX')
     GROUP BY l.oid, 1, 2, 3 ORDER BY 1`)
  if (used.length === 0 || schema === 'existing') return []
  const there = new Set((await target.query<{ name: string }>(
    `SELECT collname::text AS name FROM pg_catalog.pg_collation WHERE collnamespace = 'pg_catalog'::pg_catalog.regnamespace AND collname = ANY ($1::text[]) AND collencoding IN (-1, pg_catalog.pg_char_to_encoding(pg_catalog.getdatabaseencoding()))`, [used.map(u => u.name)])).map(row => row.name))
  const missing = used.filter(u => !there.has(u.name))
  const stale = used.filter(u => u.version !== null && u.actual !== null && u.version !== u.actual)
  return [
    ...(missing.length === 0 ? [] : [blocker('target', 'collation-missing', `The target lacks ${count(missing.length, 'collation')} of the source's columns.`, {
      remedy: `Install the operating system's locales (or a PostgreSQL with ICU) on the target's server, then there: SELECT pg_import_system_collations('pg_catalog');`, about: missing.map(m => `${visible(m.name)} (${providers[m.provider] ?? m.provider}) in ${m.tables.slice(0, 3).map(table => visible(table)).join(', ')}`),
    })]),
    ...(stale.length === 0 ? [] : [concern('source', 'collation-version', `${count(stale.length, 'collation')} of the source changed ${stale.length === 1 ? 'its' : 'their'} order with the operating system since the indexes were built: they may be damaged, and duplicates in them stop the build on the target.`, {
      remedy: statements(stale.map(s => `REINDEX DATABASE ${named(source.database)}; ALTER COLLATION pg_catalog.${named(s.name)} REFRESH VERSION;`)), about: stale.map(s => visible(s.name)),
    })]),
  ]
}

export type Extension = { name: string; version: string; schema: string }
type Offer = { name: string; standard: string; installed: string | null; trusted: boolean }

export const extensions: Check = async ({ source, target, wish }) => extensionsFor(await readExtensions(source.query), target, wish)

export const readExtensions = (query: Side['query']): Promise<Extension[]> =>
  query<Extension>(`SELECT e.extname::text AS name, e.extversion AS version, n.nspname::text AS schema FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname <> 'plpgsql' ORDER BY 1`)

export const extensionsFor = async (needed: readonly Extension[], target: Side, wish: Pick<Wish, 'schema'>): Promise<Finding[]> => {
  if (needed.length === 0) return []
  const offers = new Map((await target.query<Offer>(
    `SELECT a.name::text AS name, a.default_version AS standard, a.installed_version AS installed, COALESCE((SELECT bool_or((pg_catalog.to_jsonb(v) ->> 'trusted')::boolean OR NOT v.superuser) FROM pg_catalog.pg_available_extension_versions v WHERE v.name = a.name AND v.version = a.default_version), false) AS trusted
     FROM pg_catalog.pg_available_extensions a WHERE a.name = ANY ($1::name[])`, [needed.map(n => n.name)])).map(offer => [offer.name, offer]))
  const isWanting = (e: Extension): boolean => wish.schema === 'existing' ? (offers.get(e.name)?.installed ?? null) === null : !offers.has(e.name)
  const missing = needed.filter(isWanting)
  const older = needed.filter(e => !missing.includes(e) && isOlder(versionThere(offers.get(e.name)), e.version))
  const closed = needed.filter(e => wish.schema === 'dump' && !missing.includes(e) && offers.get(e.name)?.installed === null && offers.get(e.name)?.trusted !== true)
  const updates = older.filter(e => (offers.get(e.name)?.installed ?? null) !== null).map(e => ` ALTER EXTENSION ${named(e.name)} UPDATE;`)
  return [
    ...(missing.length === 0 ? [] : [blocker('target', 'extensions', `The target lacks ${count(missing.length, 'extension')} that the source uses.`, { remedy: statements(missing.map(e => install(e, target, offers.has(e.name)))), about: missing.map(e => `${visible(e.name)} ${visible(e.version)}`) })]),
    ...(older.length === 0 ? [] : [concern('target', 'extension-versions', `${count(older.length, 'extension')} of the target ${older.length === 1 ? 'is' : 'are'} older than on the source.`, {
      remedy: `Bring the extensions' packages on the target's server to the source's version${updates.length > 0 ? `, then:${updates.join('')}` : '.'}`, about: older.map(e => `${visible(e.name)}: ${visible(e.version)} on the source, ${visible(versionThere(offers.get(e.name)))} on the target`),
    })]),
    ...(closed.length === 0 || target.isSuperuser ? [] : [blocker('target', 'extension-right', `Only a superuser may create ${count(closed.length, 'extension')} of the source on the target, and ${named(target.role)} is none.`, { remedy: statements(closed.map(e => `CREATE EXTENSION ${named(e.name)}; -- as a superuser, in the target`)), about: closed.map(e => visible(e.name)) })]),
  ]
}

const versionThere = (offer: Offer | undefined): string => offer?.installed ?? offer?.standard ?? ''

/** The server's own ones come in one package; what others make is named after them. */
const contrib = new Set(['amcheck', 'autoinc', 'bloom', 'btree_gin', 'btree_gist', 'citext', 'cube', 'dblink', 'dict_int', 'dict_xsyn', 'earthdistance', 'file_fdw', 'fuzzystrmatch', 'hstore', 'insert_username', 'intagg', 'intarray', 'isn', 'lo', 'ltree', 'moddatetime',
  'pageinspect', 'pg_buffercache', 'pg_freespacemap', 'pg_prewarm', 'pg_stat_statements', 'pg_surgery', 'pg_trgm', 'pg_visibility', 'pg_walinspect', 'pgcrypto', 'pgrowlocks', 'pgstattuple', 'postgres_fdw', 'refint', 'seg', 'sslinfo', 'tablefunc', 'tcn', 'tsm_system_rows', 'tsm_system_time', 'unaccent', 'uuid-ossp', 'xml2'])

/** By name, the version from which on it is no more. */
const ended: Readonly<Record<string, number>> = { adminpack: 17, old_snapshot: 17 }

const install = (e: Extension, target: Side, isAvailable: boolean): string => {
  const create = `CREATE EXTENSION ${named(e.name)}${e.schema === 'public' ? '' : ` SCHEMA ${named(e.schema)}`};`
  if (isAvailable) return create
  const major = majorOf(target.version)
  if (major >= (ended[e.name] ?? Infinity)) return `DROP EXTENSION ${named(e.name)}; -- on the source: PostgreSQL ${ended[e.name]} ended it, and nothing can use it on the target`
  return contrib.has(e.name) ? `-- ${visible(e.name)}: comes with the package postgresql-contrib (Debian: postgresql-${major}) on the target's server` : `-- ${visible(e.name)}: install its package for PostgreSQL ${major} on the target's server, such as postgresql-${major}-${visible(e.name.replaceAll('_', '-'))}`
}

/** By their numbers, from the left; what has no number after the same beginning is older. */
export const isOlder = (a: string, b: string): boolean => {
  const numbers = (text: string): number[] => (text.match(/\d+/g) ?? []).map(Number)
  const [left, right] = [numbers(a), numbers(b)]
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const [l, r] = [left[at] ?? -1, right[at] ?? -1]
    if (l !== r) return l < r
  }
  return false
}

/** Roles belong to a server, not to a database: whoever owns or is granted something must be made there. Passwords cannot be read. */
export const roles: Check = async ({ source, target, wish }) => {
  const owners = await ownersIn(source)
  // What was granted to us for the move alone is nobody's loss.
  const missing = (await missingRoles(source.query, target.query)).filter(name => name !== source.role || owners.includes(name))
  const { ours } = await readRoles(target.query)
  const strange = wish.schema === 'dump' ? owners.filter(name => !missing.includes(name) && !ours.has(name)) : []
  const attributes = await attributesOf(source, missing)
  return [
    ...(missing.length === 0 ? [] : [concern('target', 'roles', `The target's server lacks ${count(missing.length, 'role')} that own or are granted something in the source; without them what they own belongs to ${named(target.role)}, and what they were granted is left out.`, {
      remedy: statements(missing.map(name => createRole(name, attributes.get(name) ?? ''))), about: missing.map(name => visible(name)),
    })]),
    ...(strange.length === 0 ? [] : [concern('target', 'owners', `The role ${named(target.role)} may not give what it creates on the target to ${count(strange.length, 'role')} that own it on the source; it will own it itself.`, {
      remedy: statements(strange.map(name => `GRANT ${named(name)} TO ${named(target.role)};`)), about: strange.map(name => visible(name)),
    })]),
  ]
}

const createRole = (name: string, attributes: string): string => `CREATE ROLE ${named(name)} ${attributes};${attributes.startsWith('LOGIN') ? ` -- and a password: \\password ${named(name)}` : ''}`

const attributesOf = async (source: Side, roles: readonly string[]): Promise<Map<string, string>> => {
  const rows = await source.query<{ name: string; says: string }>(
    `SELECT rolname::text AS name, pg_catalog.concat_ws(' ', CASE WHEN rolcanlogin THEN 'LOGIN' ELSE 'NOLOGIN' END, CASE WHEN rolinherit THEN NULL ELSE 'NOINHERIT' END, CASE WHEN rolcreatedb THEN 'CREATEDB' END, CASE WHEN rolcreaterole THEN 'CREATEROLE' END, CASE WHEN rolbypassrls THEN 'BYPASSRLS' END) AS says
     FROM pg_catalog.pg_roles WHERE rolname = ANY ($1::text[])`, [roles])
  return new Map(rows.map(row => [row.name, row.says]))
}

/** The superuser that the server was made with owns much and is on every server: the catalog does not list it. */
const ownersIn = async (source: Side): Promise<string[]> =>
  (await source.query<{ name: string }>(
    `SELECT DISTINCT r.rolname::text COLLATE "C" AS name FROM pg_catalog.pg_shdepend d JOIN pg_catalog.pg_roles r ON r.oid = d.refobjid
     WHERE d.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass AND d.deptype = 'o' AND d.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) ORDER BY name`)).map(row => row.name)

export const tablespaces: Check = async ({ source }) => {
  const rows = await source.query<{ space: string; relations: number }>(
    `SELECT t.spcname::text AS space, pg_catalog.count(*)::integer AS relations FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_tablespace t ON t.oid = c.reltablespace WHERE ${ofUsers} GROUP BY 1 ORDER BY 1`)
  return rows.length === 0 ? [] : [note('source', 'tablespaces', 'Tables and indexes in tablespaces of their own go to the default tablespace of the target.', { about: rows.map(row => `${visible(row.space)}: ${count(row.relations, 'table or index', 'tables and indexes')}`) })]
}

/** ALTER DATABASE … SET and ALTER ROLE … IN DATABASE … SET belong to the server: a dump of a database does not have them. */
export const databaseSettings: Check = async ({ source, target }) => {
  const read = (at: Side): Promise<{ role: string | null; setting: string }[]> => at.query(
    `SELECT CASE s.setrole WHEN 0 THEN NULL ELSE pg_catalog.pg_get_userbyid(s.setrole)::text END AS role, x AS setting FROM pg_catalog.pg_db_role_setting s, pg_catalog.unnest(s.setconfig) AS x
     WHERE s.setdatabase = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) ORDER BY 1 NULLS FIRST, 2`)
  const [from, to] = await Promise.all([read(source), read(target)])
  const there = new Set(to.map(s => `${s.role ?? ''} ${s.setting}`))
  const missing = from.filter(s => !there.has(`${s.role ?? ''} ${s.setting}`))
  const set = ({ role, setting }: { role: string | null; setting: string }): string => {
    const at = setting.indexOf('=')
    const value = lists.has(setting.slice(0, at)) ? setting.slice(at + 1) : literal(setting.slice(at + 1)).trim()
    return `ALTER ${role === null ? '' : `ROLE ${named(role)} IN `}DATABASE ${named(target.database)} SET ${visible(setting.slice(0, at))} = ${visible(value)};`
  }
  return missing.length === 0 ? [] : [concern('target', 'database-settings', `${count(missing.length, 'setting')} of the source's database ${missing.length === 1 ? 'is' : 'are'} not set on the target; they belong to the server and are not moved.`, { remedy: statements(missing.map(set)), about: missing.map(s => visible(s.setting)) })]
}

/** Kept by the server as lists, each name quoted already. */
const lists = new Set(['search_path', 'DateStyle', 'datestyle', 'temp_tablespaces', 'local_preload_libraries', 'session_preload_libraries', 'shared_preload_libraries', 'unix_socket_directories', 'log_destination'])

export const schemaTool: Check = async ({ source, target, wish }) => {
  if (wish.schema !== 'dump') return []
  try {
    await findPgDump(majorOf(source.version), majorOf(target.version))
    return []
  } catch (error) {
    if (!(error instanceof Fault && error.code === 'SCHEMA_TOOL_MISSING')) throw error
    return [blocker('source', 'pg-dump', error.message, { remedy: error.remedy })]
  }
}
