import type { TableId } from '#domain/stream.ts'
import { sideBySide } from '#lib/side-by-side.ts'
import type { Build } from '#ports/store.ts'
import { openBuilding, type Building } from './building.ts'
import { isSmall } from './groups.ts'
import type { Lane, Run } from './run.ts'

/** Tables of one question for statistics. */
const analysedAtOnce = 100

/** After a copy: statistics of small tables, and foreign keys and what else is not needed for loading where the target stands at one instant of the source. */
export const finishCopy = async (run: Run, lane: Lane, builds: readonly Build[]): Promise<void> => run.phase('indexes', async () => {
  const isAtOneInstant = run.record.anchors.length === 1
  const statistics = (signal: AbortSignal): Promise<void> => takeStatistics(run, lane, signal)
  await (isAtOneInstant ? link(run, await openBuilding(run, lane, builds), statistics) : statistics(run.signal))
})

/**
 * Foreign keys and what else is not needed for loading. Only sound where the target stands at one instant of the source: right after a copy from one picture, or once
 * the stream has passed the last picture.
 */
export const buildLinks = async (run: Run, lane: Lane, builds: readonly Build[]): Promise<void> => {
  const building = await openBuilding(run, lane, builds)
  if (building.left(b => b.phase !== 'last').length === 0) return
  await run.phase('indexes', () => link(run, building))
}

/** What may only be there when nothing is copied or applied any more. */
export const buildLast = async (run: Run, lane: Lane, builds: readonly Build[]): Promise<void> => {
  const building = await openBuilding(run, lane, builds)
  await building.inOrder(building.left(b => b.phase === 'last'), run.signal)
}

/** Large foreign keys are checked side by side; small ones are made one after another, since each locks two tables, and that leaves room for more `beside` them. */
const link = async ({ tables, signal }: Run, building: Building, beside: (signal: AbortSignal) => Promise<void> = async () => { /* nothing */ }): Promise<void> => {
  const links = building.left(b => b.phase === 'link')
  await building.inOrder(links.filter(b => !isSmall(b.table, tables)), signal)
  await sideBySide([
    (stop: AbortSignal) => building.sideBySide(building.left(b => b.phase === 'validate'), stop),
    (stop: AbortSignal) => building.inOrder(links.filter(b => isSmall(b.table, tables)), stop),
    beside,
  ], 3, signal, (work, _worker, stop) => work(stop))
  await building.inOrder(building.left(b => b.phase === 'late'), signal)
}

const takeStatistics = async (run: Run, lane: Lane, signal: AbortSignal): Promise<void> => {
  const tables = run.record.tables.map(t => t.id).filter(table => isSmall(table, run.tables))
  const groups: TableId[][] = []
  for (let at = 0; at < tables.length; at += analysedAtOnce) groups.push(tables.slice(at, at + analysedAtOnce))
  await run.pace.sideBySide(groups, signal, (group, _worker, stop) => lane.target.analyse(group, stop))
}
