import type { Anchor, Chunk } from '#domain/catalog.ts'
import { anchorFor } from './cuts.ts'
import type { Run } from './run.ts'

/** Small tables travel together: one statement, one transaction. */
export const tablesAtOnce = 100
const bytesAtOnce = 32 * 2 ** 20

export type Load = { readonly chunks: readonly Chunk[]; readonly anchor: Anchor }

/** Large chunks by themselves, small ones in groups of one picture; the heaviest first, so that the last ones to end are small. */
export const loadsOf = (chunks: readonly Chunk[], run: Run): Load[] => {
  const loads: (Load & { readonly bytes: number })[] = []
  const groups = new Map<Anchor, { chunks: Chunk[]; bytes: number }>()
  const close = (anchor: Anchor): void => {
    const group = groups.get(anchor)
    if (group !== undefined) loads.push({ ...group, anchor })
    groups.delete(anchor)
  }
  for (const chunk of [...chunks].sort((a, b) => b.bytes - a.bytes)) {
    const anchor = anchorFor(run, chunk.table)
    const group = groups.get(anchor) ?? { chunks: [], bytes: 0 }
    if (group.chunks.length > 0 && (group.bytes + chunk.bytes > bytesAtOnce || group.chunks.length >= tablesAtOnce)) {
      close(anchor)
      groups.set(anchor, { chunks: [chunk], bytes: chunk.bytes })
      continue
    }
    groups.set(anchor, { chunks: [...group.chunks, chunk], bytes: group.bytes + chunk.bytes })
  }
  for (const anchor of [...groups.keys()]) close(anchor)
  return loads.sort((a, b) => b.bytes - a.bytes)
}
