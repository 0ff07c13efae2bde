import { bare, Words, wordsOf } from './ddl.ts'
import { forRoles, type Roles } from './roles.ts'

/** What the target's server is like, as far as statements of pg_dump must be changed for it. */
export type Server = { readonly roles: Roles; /** The names of its settings. */ readonly settings: ReadonlySet<string> }

/**
 * The statements of pg_dump's pre-data section as this server can carry them out, in one transaction. Left out: settings that it does not know (a newer pg_dump sets them), comments on
 * extensions (they are the extension's own), what is said of roles that it does not have. Rights on schemas come before what is in them, so that a role that is given a table may have it.
 */
export const preData = (statements: readonly string[], { roles, settings }: Server): string[] => {
  const kept = statements.map(bare).filter(sql => sql !== '' && !isForeign(sql, settings)).flatMap(sql => forRoles(sql, roles) ?? [])
  const head = kept.findLastIndex(isOfSchema) + 1
  const rights = kept.filter(isRightOnSchema)
  return [...kept.slice(0, head), ...rights, ...kept.slice(head)].filter((sql, at) => !isRightOnSchema(sql) || (at >= head && at < head + rights.length))
}

const isForeign = (sql: string, settings: ReadonlySet<string>): boolean => {
  const words = new Words(sql)
  if (words.take('COMMENT ON EXTENSION')) return true
  return words.take('SET') && !words.take('SESSION') && !settings.has(words.name())
}

const isOfSchema = (sql: string): boolean => {
  const [verb, kind] = wordsOf(sql)
  return (verb?.keyword === 'CREATE' || verb?.keyword === 'ALTER') && kind?.keyword === 'SCHEMA'
}

const isRightOnSchema = (sql: string): boolean => {
  const words = new Words(sql)
  if (!words.take('GRANT') && !words.take('REVOKE')) return false
  words.skipTo('ON')
  return words.take('ON SCHEMA')
}
