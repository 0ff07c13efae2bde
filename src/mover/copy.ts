import type { Chunk, Digest } from '#domain/catalog.ts'
import { Fault } from '#domain/faults.ts'
import type { TableId } from '#domain/stream.ts'
import { assert } from '#lib/assert.ts'
import { sideBySide } from '#lib/side-by-side.ts'
import type { Build } from '#ports/store.ts'
import { openBuilding } from './building.ts'
import { completeTables } from './completing.ts'
import { CopyProgress } from './copy-progress.ts'
import { cutTables } from './cuts.ts'
import { loadsOf, tablesAtOnce, type Load } from './loads.ts'
import { takeNewPicture } from './new-picture.ts'
import { Readers } from './readers.ts'
import type { Lane, Run } from './run.ts'
import { TableSteps } from './table-steps.ts'
import { Unloaded } from './unloaded.ts'
import { Works } from './works.ts'

/** How often a load whose connection broke is tried again, and how often the picture may be lost, before the fault stands. */
const mostTries = 8

/** Digests of whole tables, taken of the source while they were copied. */
export type Copied = ReadonlyMap<TableId, Digest>

/**
 * Copies every table that is not there yet and builds its keys and indexes as soon as it is loaded. Picks up where an earlier session stopped; where that
 * session's picture of the source is gone, tables not yet complete are copied whole from a new one.
 */
export const copyTables = async (run: Run, lane: Lane, builds: readonly Build[]): Promise<Copied> => {
  for (let losses = 0; ; losses++) {
    try {
      return await copyFromPictures(run, lane, builds)
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'SNAPSHOT_LOST' || losses >= mostTries) throw error
      run.world.emit({ type: 'retry', code: error.code, message: error.message, facts: error.facts, inMs: 0 })
      await takeNewPicture(run, lane)
    }
  }
}

const copyFromPictures = async (run: Run, lane: Lane, builds: readonly Build[]): Promise<Copied> => {
  const there = new Map((await lane.target.loaded()).map(l => [nameOf(l.chunk), l]))
  const chunks = await cutTables(run, lane)
  const missing = chunks.filter(c => !there.has(nameOf(c)))
  const building = await openBuilding(run, lane, builds)
  const beforeRows = new TableSteps(building.left(b => b.phase === 'table'), (steps, signal) => building.inOrder(steps, signal))
  const unloaded = new Unloaded(missing)
  const loaded = loadedBefore(run, unloaded)
  const progress = new CopyProgress(run, missing, [...there.values()])
  await using readers = new Readers(lane)
  const loadAll = (stop: AbortSignal): Promise<void> => run.pace.sideBySide(loadsOf(missing, run), stop, async (load, worker, signal) => {
    await beforeRows.make(load.chunks.map(c => c.table), signal)
    for (const one of await loadPatiently({ run, lane, readers, progress }, load, worker, signal)) there.set(nameOf(one.chunk), one)
    addTables(loaded, unloaded.take(load.chunks), run)
  }).finally(() => loaded.end())
  // Beside the loading and not in its place: it burdens the target alone, and the source's picture is not kept open for it.
  const completeAll = (stop: AbortSignal): Promise<void> => completeTables(run, lane, building, beforeRows, loaded, stop)
  await sideBySide([loadAll, completeAll], 2, run.signal, (all, _worker, signal) => all(signal))
  assert(chunks.every(c => there.has(nameOf(c))), 'I10: a chunk is missing after the copy')
  return new Map([...there.values()].flatMap(l => (l.chunk.of === 1 ? [[l.chunk.table, l.digest] as const] : [])))
}

/** Tables loaded by an earlier session, which may have ended before it was done with them; or copied in the freeze, and empty until then. */
const loadedBefore = (run: Run, unloaded: Unloaded): Works<readonly TableId[]> => {
  const loaded = new Works<readonly TableId[]>()
  const tables = run.record.tables.map(t => t.id).filter(table => !unloaded.has(table))
  for (let at = 0; at < tables.length; at += tablesAtOnce) addTables(loaded, tables.slice(at, at + tablesAtOnce), run)
  return loaded
}

const addTables = (loaded: Works<readonly TableId[]>, tables: readonly TableId[], run: Run): void => {
  if (tables.length > 0) loaded.add({ item: tables, weight: Math.max(...tables.map(t => run.tables.get(t)?.bytes ?? 0)) })
}

type Loading = { readonly run: Run; readonly lane: Lane; readonly readers: Readers; readonly progress: CopyProgress }

/** A load whose answer was lost may have been done: the record of chunks, written in its transaction, tells. */
const loadPatiently = async ({ run, lane, readers, progress }: Loading, { chunks, anchor }: Load, worker: number, signal: AbortSignal) => {
  for (let tries = 0; ; tries++) {
    try {
      const reader = await readers.of(anchor, worker)
      return await lane.target.load(chunks, anchor, run.tables, progress.counted(reader.read(chunks, run.tables, signal), chunks, signal), signal)
    } catch (error) {
      await readers.forget(anchor, worker)
      if (signal.aborted || !(error instanceof Fault) || !error.isRetryable || error.code === 'SNAPSHOT_LOST' || tries >= mostTries) throw error
      const inMs = Math.min(100 * 2 ** tries, 5_000)
      run.world.emit({ type: 'retry', code: error.code, message: error.message, facts: error.facts, inMs })
      await run.world.clock.sleep(inMs, signal)
      const wanted = new Set(chunks.map(nameOf))
      const there = (await lane.target.loaded()).filter(l => wanted.has(nameOf(l.chunk)))
      assert(there.length === 0 || there.length === chunks.length, 'I1: part of a load is there')
      if (there.length > 0) return there
      progress.again(chunks)
    }
  }
}

const nameOf = (chunk: Chunk): string => `${chunk.table} ${chunk.number}`
