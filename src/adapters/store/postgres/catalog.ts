import type { Catalog } from '#domain/catalog.ts'
import type { Context } from './context.ts'
import { fingerprintOf, readObjects } from './objects.ts'
import { readSequences } from './sequence-values.ts'
import { readTables } from './tables.ts'

/** Everything there is to move, as of one instant (sequences' values excepted). Some forty statements, however many tables there are. */
export const readCatalog = (context: Context): Promise<Catalog> => inOneInstant(context, async query => {
  const tables = await readTables(query)
  const objects = await readObjects(query)
  return { tables, sequences: await readSequences(query), largeObjects: await countLargeObjects(query), objects, fingerprint: fingerprintOf(objects) }
})

/** Runs `work` in one picture of the database, which it cannot change. */
export const inOneInstant = <T>(context: Context, work: (query: Context['query']) => Promise<T>): Promise<T> => context.transaction(async session => {
  await session.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
  return work(async (sql, parameters = []) => (await session.query(sql, [...parameters])).rows)
})

/** `bytes` is the size of the file they are kept in. */
const countLargeObjects = async (query: Context['query']): Promise<Catalog['largeObjects']> => {
  const [found] = await query<{ count: string; bytes: string }>(
    "SELECT pg_catalog.count(*) AS count, CASE pg_catalog.count(*) WHEN 0 THEN 0 ELSE pg_catalog.pg_relation_size('pg_catalog.pg_largeobject') END AS bytes FROM pg_catalog.pg_largeobject_metadata")
  return { count: Number(found?.count ?? 0), bytes: Number(found?.bytes ?? 0) }
}
