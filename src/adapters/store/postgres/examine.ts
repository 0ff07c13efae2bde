import { Fault } from '#domain/faults.ts'
import type { Finding } from '#domain/finding.ts'
import type { Wish } from '#ports/store.ts'
import { leftovers, longTransactions, preparedTransactions, targetSessions } from './examine-activity.ts'
import { endpoint, sameDatabase, unfit, versions } from './examine-endpoint.ts'
import { type Check, concern, type Ground, survey } from './examine-ground.ts'
import { collations, databaseSettings, encodings, extensions, roles, schemaTool, tablespaces } from './examine-pair.ts'
import { mayCreate, mayCreateInPublic, mayRead, mayReadLargeObjects, ownsTables, replicationRole, rowSecurity } from './examine-rights.ts'
import { failover, headroom, lockTable, publications, streams, subscriptions } from './examine-stream.ts'
import { alwaysTriggers, eventTriggers, extensionRows, foreignTables, generatedColumns, inFreeze, largeObjects, objectNumbers, rules, wholeRows } from './examine-tables.ts'
import { emptiness, schemas, superuserObjects } from './examine-target.ts'
import type { Context } from './context.ts'
import { readTables } from './tables.ts'

/**
 * Everything that stands in the way of moving `source` to `target` and everything that somebody should know (P0): blockers first, then concerns, then notes.
 * Changes nothing on either side. A server that cannot be worked with at all, or not reached straight, is told alone: nothing else can be asked of it.
 */
export const examine = async (source: Context, target: Context, wish: Wish): Promise<Finding[]> => {
  const [from, to] = await Promise.all([survey(source, 'source'), survey(target, 'target')])
  const first = [...unfit(from), ...unfit(to)]
  if (first.length > 0) return first
  const ways = (await Promise.all([endpoint(from), endpoint(to)])).flat()
  if (ways.some(found => found.level === 'blocker')) return ways
  const ground: Ground = { source: from, target: to, wish, tables: await readTables(from.query) }
  const found = [...ways]
  for (const check of checks) found.push(...await permitted(check, ground))
  return (['blocker', 'concern', 'note'] as const).flatMap(level => found.filter(f => f.level === level))
}

const checks: readonly Check[] = [
  sameDatabase, versions, leftovers, emptiness, schemas,
  streams, mayCreate, mayCreateInPublic, ownsTables, mayRead, mayReadLargeObjects, rowSecurity, replicationRole, superuserObjects,
  inFreeze, wholeRows, alwaysTriggers, subscriptions, preparedTransactions, longTransactions, lockTable,
  schemaTool, extensions, encodings, collations, roles, databaseSettings, targetSessions,
  largeObjects, objectNumbers, foreignTables, eventTriggers, extensionRows, publications, failover, headroom, tablespaces, generatedColumns, rules,
]

/** A provider may close parts of the catalog. What could not be looked at is said, not passed over. */
const permitted = async (check: Check, ground: Ground): Promise<Finding[]> => {
  try {
    return await check(ground)
  } catch (error) {
    if (!(error instanceof Fault && error.facts['code'] === '42501')) throw error
    return [concern(error.facts['store'] === 'target' ? 'target' : 'source', 'not-examined', `A part of the examination was not permitted (${check.name}): ${String(error.facts['reason'])}.`)]
  }
}
