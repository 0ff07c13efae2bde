import type { TableId } from '#domain/stream.ts'

/** Fewer are made with everything else. */
const worthIt = 200

export type Parted = { readonly rest: readonly string[]; readonly lone: ReadonlyMap<TableId, readonly string[]> }

/**
 * Takes the tables out of pg_dump's pre-data section that nothing else there needs, each with all that is said of it alone: thousands of them can be made when their rows come, beside
 * others that are loaded already. What they need themselves stays and is made before. Every name is quoted and has its schema, so whatever needs a table to be there names it
 * by just these letters; whoever only seems to (a text that holds them) makes a table stay that could have gone.
 */
export const partLoneTables = (statements: readonly string[], moved: ReadonlySet<TableId>): Parted => {
  const owners = ownersOf(statements, moved)
  const needed = neededBy(statements, owners)
  const lone = new Map<TableId, string[]>()
  const rest: string[] = []
  for (const [at, sql] of statements.entries()) {
    const owner = owners[at]
    if (owner === undefined || needed.has(owner)) rest.push(sql)
    else lone.set(owner, [...(lone.get(owner) ?? []), sql])
  }
  return lone.size < worthIt ? { rest: statements, lone: new Map() } : { rest, lone }
}

const name = '"(?:[^"]|"")+"\\."(?:[^"]|"")+"'
const names = new RegExp(name, 'g')
const made = new RegExp(`^CREATE TABLE (${name}) \\(`)
const said = new RegExp(`^(?:ALTER TABLE (?:ONLY )?|COMMENT ON (?:TABLE|COLUMN) |(?:GRANT|REVOKE) [A-Z,() ]+ ON TABLE )(${name})`)
const ownSequence = new RegExp(`SEQUENCE NAME (${name})`)

/** For each statement the table that it makes, or says something of. Only plain tables that rows are copied into, in the access method that every server has. */
const ownersOf = (statements: readonly string[], moved: ReadonlySet<TableId>): (TableId | undefined)[] => {
  const plain = new Set<TableId>()
  let method = 'heap'
  return statements.map(sql => {
    method = /^SET default_table_access_method = "?([^";]+)/.exec(sql)?.[1] ?? method
    const table = made.exec(sql)?.[1] as TableId | undefined
    if (table !== undefined && moved.has(table) && method === 'heap') plain.add(table)
    const owner = table ?? (said.exec(sql)?.[1] as TableId | undefined)
    return owner !== undefined && plain.has(owner) ? owner : undefined
  })
}

/** Tables that a statement of something else names, or whose own sequence it names. */
const neededBy = (statements: readonly string[], owners: readonly (TableId | undefined)[]): Set<TableId> => {
  const tableOf = new Map<string, TableId>()
  for (const [at, owner] of owners.entries()) {
    if (owner === undefined) continue
    tableOf.set(owner, owner)
    const sequence = ownSequence.exec(statements[at] ?? '')?.[1]
    if (sequence !== undefined) tableOf.set(sequence, owner)
  }
  const needed = new Set<TableId>()
  for (const [at, sql] of statements.entries()) {
    for (const [text] of sql.matchAll(names)) {
      const table = tableOf.get(text)
      if (table !== undefined && table !== owners[at]) needed.add(table)
    }
  }
  return needed
}
