import type { TableId } from '#domain/stream.ts'
import type { Lane, Run } from './run.ts'

/** The unit of a new picture is the table: what is half there is emptied first, so that no table holds rows of two instants. */
export const takeNewPicture = async (run: Run, lane: Lane): Promise<void> => {
  const done = new Map<TableId, number>()
  for (const { chunk } of await lane.target.loaded()) done.set(chunk.table, (done.get(chunk.table) ?? 0) + 1)
  const incomplete = run.record.tables.filter(t => t.route === 'stream' && (done.get(t.id) ?? 0) < (run.record.cuts[t.id]?.length ?? 1))
  await lane.target.unload(incomplete.map(t => t.id))
  for (const anchor of run.record.anchors) await lane.source.release(anchor)
  const anchor = await lane.source.reanchor(incomplete)
  const index = run.record.anchors.length
  const cuts = Object.fromEntries(Object.entries(run.record.cuts).filter(([table]) => !incomplete.some(t => t.id === table)))
  await run.save({ anchors: [...run.record.anchors, anchor], anchorOf: { ...run.record.anchorOf, ...Object.fromEntries(incomplete.map(t => [t.id, index])) }, cuts })
}
