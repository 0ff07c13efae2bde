import { differences, type Difference } from '#domain/catalog.ts'
import { Fault } from '#domain/faults.ts'
import { inOneInstant } from './catalog.ts'
import type { Context } from './context.ts'
import { describeDifference } from './difference.ts'
import { readObjects } from './objects.ts'
import { readRoles } from './roles.ts'

/** At most so many differences are told. */
const mostTold = 50

/**
 * Refuses a target whose schema is not the source's, object by object (`readObjects` says what is compared). What roles may do is compared only of those that both servers have.
 * Faults: SCHEMA_DIFFERS.
 */
export const compareSchemas = async (target: Context, source: Context): Promise<void> => {
  const found = await schemaDifferences(target, source)
  const [first] = found
  if (first === undefined) return
  const told = found.slice(0, mostTold).map(describeDifference)
  if (found.length > mostTold) told.push(`and ${found.length - mostTold} more`)
  throw new Fault('SCHEMA_DIFFERS', { count: found.length, first: describeDifference(first), list: told.join('\n') })
}

export const schemaDifferences = async (target: Context, source: Context): Promise<Difference[]> => {
  const [here, there] = [await readRoles(source.query), await readRoles(target.query)]
  const both = new Set([...here.known].filter(role => there.known.has(role)))
  const [ours, theirs] = await Promise.all([source, target].map(context => inOneInstant(context, query => readObjects(query, both))))
  return differences(ours ?? [], theirs ?? [])
}
