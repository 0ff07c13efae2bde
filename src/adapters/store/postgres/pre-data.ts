import { bare, Words } from './ddl.ts'
import { forRoles, type Roles } from './roles.ts'

/** What the target's server is like, as far as statements of pg_dump must be changed for it. */
export type Server = {
  readonly roles: Roles
  /** The names of its settings. */
  readonly settings: ReadonlySet<string>
  /** How many locks all of its sessions may hold together. */
  readonly locks: number
}

/**
 * The statements of pg_dump's pre-data section as this server can carry them out. Left out: settings that it does not know (a newer pg_dump sets them), comments on
 * extensions (they are the extension's own), the comment that every database is born with (pg_dump tells it when identifiers are quoted, and only an owner may say it), what is said of roles that it does not have. Rights on schemas come before what is in them, so that a role that is given a table may have it.
 */
export const preData = (statements: readonly string[], { roles, settings }: Pick<Server, 'roles' | 'settings'>): string[] => {
  const kept = statements.map(bare).filter(sql => sql !== '' && !isForeign(sql, settings)).flatMap(sql => forRoles(sql, roles) ?? [])
  const head = kept.findLastIndex(isOfSchema) + 1
  const rights = kept.filter(isRightOnSchema)
  return [...kept.slice(0, head), ...rights, ...kept.slice(head)].filter((sql, at) => (at >= head && at < head + rights.length) || !isRightOnSchema(sql))
}

/**
 * Cut into transactions, each with the settings that came before. One, unless the server has not the locks for that: what a transaction creates it holds locked, a table with its oversized
 * values and its sequence some four times.
 */
export const inTransactions = (statements: readonly string[], { locks }: Pick<Server, 'locks'>): string[][] => {
  const weights = statements.map(sql => (isRelation(sql) ? 1 : 0))
  const most = weights.reduce<number>((sum, weight) => sum + weight, 0) * 4 < locks / 2 ? Infinity : Math.max(20, Math.floor(locks / 32))
  const parts: string[][] = [[]]
  const settings = new Map<string, string>()
  let held = 0
  for (const [at, sql] of statements.entries()) {
    if (held >= most) {
      parts.push([...settings.values()])
      held = 0
    }
    parts.at(-1)?.push(sql)
    held += weights[at] ?? 0
    const name = settingOf(sql)
    if (name !== undefined) settings.set(name, sql)
  }
  return parts
}

const isRelation = (sql: string): boolean => /^CREATE (?:UNLOGGED |FOREIGN |MATERIALIZED )?(?:TABLE|SEQUENCE|VIEW)\b/.test(sql)

const settingOf = (sql: string): string | undefined => {
  if (sql.startsWith('SELECT pg_catalog.set_config(')) return 'search_path'
  return /^SET (?!SESSION\b|LOCAL\b)(\w+) = /.exec(sql)?.[1]
}

const isForeign = (sql: string, settings: ReadonlySet<string>): boolean => {
  const setting = settingOf(sql)
  return sql.startsWith('COMMENT ON EXTENSION ') || sql.startsWith(`COMMENT ON SCHEMA "public" IS 'standard public schema'`) || (setting !== undefined && !settings.has(setting))
}

const isOfSchema = (sql: string): boolean => /^(?:CREATE|ALTER) SCHEMA /.test(sql)

const isRightOnSchema = (sql: string): boolean => {
  if (!/^(?:GRANT|REVOKE) /.test(sql)) return false
  const words = new Words(sql)
  words.skipTo('ON')
  return words.take('ON SCHEMA')
}
