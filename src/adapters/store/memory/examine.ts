import { differences, type Catalog } from '#domain/catalog.ts'
import type { Finding } from '#domain/finding.ts'
import type { Store, Wish } from '#ports/store.ts'
import type { MemoryDatabase } from './database.ts'
import { catalogOf } from './catalog.ts'

export const examine = async (database: MemoryDatabase, target: Store, wish: Wish): Promise<Finding[]> => {
  const other = await target.identify()
  const [here, there] = [catalogOf(database), await target.catalog()]
  return [
    ...(other.system === database.identity.system && other.database === database.name ? [blocker('same-database', 'both', 'Source and target are the same database.', 'Name another target.')] : []),
    ...(wish.follow && !database.canStream ? [blocker('no-log', 'source', 'The source keeps no log for others.', 'Move it cold.')] : []),
    ...(wish.resuming ? [] : await emptiness(target, there, wish)),
    ...(wish.schema === 'existing' ? sameness(here, there) : []),
    ...unidentified(here),
  ]
}

const emptiness = async (target: Store, there: Catalog, wish: Wish): Promise<Finding[]> => {
  if (wish.schema === 'dump' && there.tables.length > 0) return [notEmpty(there.tables.map(t => t.label))]
  await using picture = await target.picture()
  await using reader = await picture.reader()
  const full: string[] = []
  for (const table of there.tables) if ((await reader.count(table)) > 0) full.push(table.label)
  return full.length === 0 ? [] : [notEmpty(full)]
}

const notEmpty = (about: readonly string[]): Finding => ({ ...blocker('target-not-empty', 'target', 'The target is not empty.', 'Empty it, or name another target.'), about })

const sameness = (here: Catalog, there: Catalog): Finding[] => {
  const found = differences(here.objects, there.objects)
  return found.length === 0 ? [] : [{ ...blocker('schema-differs', 'both', 'The two schemas are not the same.', 'Make the target as the source is.'), about: found.slice(0, 100).map(d => `${d.kind} ${d.name}`) }]
}

const unidentified = (here: Catalog): Finding[] => {
  const about = here.tables.filter(t => t.route === 'in-freeze').map(t => t.label)
  return about.length === 0 ? [] : [{ id: 'no-replica-identity', level: 'concern', side: 'source', what: 'Changes of some tables are not in the stream: they are copied in the freeze.', about }]
}

const blocker = (id: string, side: Finding['side'], what: string, remedy: string): Finding => ({ id, level: 'blocker', side, what, remedy })
