import type { Catalog } from '#domain/catalog.ts'
import { Fault } from '#domain/faults.ts'
import type { Context } from './context.ts'
import { fingerprintOf, readObjects } from './objects.ts'
import { readSequences } from './sequence-values.ts'
import { readTables } from './tables.ts'

/** Everything there is to move, as of one instant (sequences' values excepted). Some fifty statements, however many tables there are. */
export const readCatalog = async (context: Context): Promise<Catalog> => {
  for (let attempts = 1; ; attempts++) {
    try {
      return await readOnce(context)
    } catch (error) {
      if (!isGoneMeanwhile(error) || attempts >= mostAttempts) throw error
    }
  }
}

const mostAttempts = 3

const readOnce = (context: Context): Promise<Catalog> => inOneInstant(context, async query => {
  const tables = await readTables(query)
  const objects = await readObjects(query)
  return { tables, sequences: await readSequences(query), largeObjects: await countLargeObjects(query), objects, fingerprint: fingerprintOf(objects) }
})

/** The server's functions that print a definition look at now, not at our instant, and fail on what somebody drops between. */
const isGoneMeanwhile = (error: unknown): boolean => error instanceof Fault && ['XX000', '42P01'].includes(String(error.facts['code']))

/** Runs `work` in one picture of the database, which it cannot change. Statements that it asks for at once travel at once: fifty answers one by one are fifty journeys. */
export const inOneInstant = <T>(context: Context, work: (query: Context['query']) => Promise<T>): Promise<T> => context.transaction(async session => {
  await session.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
  const asked: Promise<unknown>[] = []
  // The driver reads it at every statement, though its types would have it set by the constructor alone.
  Object.assign(session, { pipeline: true })
  try {
    return await work(async (sql, parameters = []) => {
      const answer = session.query(sql, [...parameters])
      asked.push(answer)
      return (await answer).rows
    })
  } finally {
    // Everything that travels must have been answered before the driver waits for each answer again.
    await Promise.allSettled(asked)
    Object.assign(session, { pipeline: false })
  }
})

/** `bytes` is the size of the file they are kept in. */
const countLargeObjects = async (query: Context['query']): Promise<Catalog['largeObjects']> => {
  const [found] = await query<{ count: string; bytes: string }>(
    "SELECT pg_catalog.count(*) AS count, CASE pg_catalog.count(*) WHEN 0 THEN 0 ELSE pg_catalog.pg_relation_size('pg_catalog.pg_largeobject') END AS bytes FROM pg_catalog.pg_largeobject_metadata")
  return { count: Number(found?.count ?? 0), bytes: Number(found?.bytes ?? 0) }
}
