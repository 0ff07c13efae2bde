import type { TableId } from '#domain/stream.ts'
import type { Building } from './building.ts'
import { isSmall } from './groups.ts'
import { LargeLinks } from './large-links.ts'
import type { Lane, Run } from './run.ts'
import type { TableSteps } from './table-steps.ts'
import type { Works } from './works.ts'

/** Gives tables that have all their rows their keys and indexes, and foreign keys where those need not wait for the end of the copy; until no more tables come. */
export const completeTables = (run: Run, lane: Lane, building: Building, beforeRows: TableSteps, loaded: Works<readonly TableId[]>, stop: AbortSignal): Promise<void> => {
  const afterRows = Map.groupBy(building.left(b => b.phase === 'key' || b.phase === 'index'), step => step.table)
  const links = new LargeLinks(run.record.anchors.length === 1 ? building.left(() => true) : [])
  return run.pace.sideBySide(taking => loaded.take(taking), stop, async (tables, _worker, signal) => {
    // What is copied in the freeze has no load now that would have made its table.
    await beforeRows.make(tables, signal)
    await building.inOrder(tables.flatMap(table => afterRows.get(table) ?? []), signal)
    await lane.target.analyse(tables.filter(table => !isSmall(table, run.tables)), signal)
    await building.inOrder(links.after(tables), signal)
  })
}
