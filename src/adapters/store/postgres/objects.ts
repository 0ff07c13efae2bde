import { createHash } from 'node:crypto'
import type { SchemaObject } from '#domain/catalog.ts'
import type { Context } from './context.ts'
import { codeObjects, viewObjects } from './objects-code.ts'
import { relationObjects } from './objects-relations.ts'
import { typeObjects } from './objects-types.ts'
import { comments, rightObjects } from './objects-rights.ts'

/**
 * Everything in a database that is not its data, each thing with a definition that depends on nothing but itself: not on numbers the server gave, nor on the
 * version that prints it. Sorted by kind and name. `roles`: whose grants and policies are told, for a comparison of servers that do not have the same ones;
 * none: everybody's.
 *
 * Not told, so that two homes may differ in it: owners and what owners may do (each home has its own roles; who acts as the owner is for preflight to say), who granted, the
 * privilege MAINTAIN (older servers do not have it, and ALL means it on newer ones), tablespaces, security labels, publications and subscriptions, user mappings
 * (they hold passwords), versions and parts of extensions, settings of the database and of roles, whether a materialized view is filled, NOT NULL as a constraint with a name
 * (servers before 18 have none; the column tells it), indexes that are not valid, everything of Rehome's.
 *
 * Must run in one transaction that reads one instant. Some thirty statements.
 */
export const readObjects = async (query: Context['query'], roles?: ReadonlySet<string>): Promise<SchemaObject[]> => {
  const there = roles === undefined ? null : [...roles]
  // What is a keyword differs between versions, and only keywords are quoted. All of it is asked at once, in this order: nothing depends on an answer.
  const [, objects] = await Promise.all([
    query('SET LOCAL quote_all_identifiers = on'),
    Promise.all([...[...relationObjects, ...typeObjects, ...codeObjects, comments].map(sql => query<Told>(sql)), ...rightObjects.map(sql => query<Told>(sql, [there])), viewObjects(query)]),
  ])
  await query('SET LOCAL quote_all_identifiers = off')
  return objects.flat().map(({ kind, name, definition }) => ({ kind, name: unquoted(name), definition: unquoted(definition ?? '') })).toSorted((a, b) => compare(a.kind, b.kind) || compare(a.name, b.name))
}

/** Without a definition: dropped by somebody while we read. */
type Told = { readonly kind: string; readonly name: string; readonly definition: string | null }

/** SHA-256 over the objects in their order, hex. */
export const fingerprintOf = (objects: readonly SchemaObject[]): string => {
  const hash = createHash('sha256')
  for (const { kind, name, definition } of objects) hash.update(`${JSON.stringify([kind, name, definition])}\n`)
  return hash.digest('hex')
}

/** The type's name became a keyword in 17, which is never quoted. */
const unquoted = (text: string): string => text.replaceAll('"json"', 'json')

/** Of UTF-16 units: the same on every machine. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
