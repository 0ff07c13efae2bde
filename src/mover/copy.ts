import type { Anchor, Chunk, Digest } from '#domain/catalog.ts'
import { Fault } from '#domain/faults.ts'
import type { TableId } from '#domain/stream.ts'
import { assert } from '#lib/assert.ts'
import { sideBySide } from '#lib/side-by-side.ts'
import type { Build, Picture, Piece, Reader } from '#ports/store.ts'
import type { Lane, Run } from './run.ts'
import { mostJobs } from './building.ts'
import { inGroups, isSmall, nameOfGroup } from './groups.ts'
import { TableSteps } from './table-steps.ts'
import { Works } from './works.ts'

/** Small tables travel together: one statement, one transaction. */
const tablesAtOnce = 100
const bytesAtOnce = 32 * 2 ** 20
/** How often a load whose connection broke is tried again, and how often the picture may be lost, before the fault stands. */
const mostTries = 8

type Load = { readonly chunks: readonly Chunk[]; readonly anchor: Anchor }

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
      run.world.emit({ type: 'retry', code: error.code, message: error.message, inMs: 0 })
      await takeNewPicture(run, lane)
    }
  }
}

const copyFromPictures = async (run: Run, lane: Lane, builds: readonly Build[]): Promise<Copied> => {
  const there = new Map((await lane.target.loaded()).map(l => [nameOf(l.chunk), l]))
  const chunks = await cutAll(run, lane)
  const missing = chunks.filter(c => !there.has(nameOf(c)))
  const built = await lane.target.built()
  const pending = pendingByTable(missing)
  const afterRows = stepsByTable(builds.filter(b => (b.phase === 'key' || b.phase === 'index') && !built.has(b.id)))
  const complete = new Works<readonly TableId[]>()
  const add = (tables: readonly TableId[]): void => { if (tables.length > 0) complete.add({ item: tables, weight: Math.max(...tables.map(t => run.tables.get(t)?.bytes ?? 0)) }) }
  // Loaded by an earlier session, which may have ended before it was done with them; or copied in the freeze, and empty until then.
  const before = run.record.tables.filter(t => !pending.has(t.id)).map(t => t.id)
  for (let at = 0; at < before.length; at += tablesAtOnce) add(before.slice(at, at + tablesAtOnce))

  const progress = new Progress(run, missing, [...there.values()])
  await using pictures = new Pictures(lane)
  const buildAll = async (steps: readonly Build[], signal: AbortSignal): Promise<void> => {
    for (const group of inGroups(steps, run.tables)) await progress.built(group, builds.length, () => lane.target.build(group, signal))
  }
  const beforeRows = new TableSteps(builds.filter(b => b.phase === 'table' && !built.has(b.id)), buildAll)
  const links = new LargeLinks(run.record.anchors.length === 1 ? builds.filter(b => !built.has(b.id)) : [])
  const order = { ready: (worker: number, signal: AbortSignal) => run.pace.turn(worker, signal) }
  const loadAll = (stop: AbortSignal): Promise<void> => sideBySide(loadsOf(missing, run), mostJobs, stop, async (load, worker, signal) => {
    await beforeRows.make(load.chunks.map(c => c.table), signal)
    for (const one of await loadPatiently(run, lane, load, pictures, worker, progress, signal)) there.set(nameOf(one.chunk), one)
    add(settle(pending, load.chunks))
  }, order).finally(() => complete.end())
  // Beside the loading and not in its place: it burdens the target alone, and the source's picture is not kept open for it.
  const completeAll = (stop: AbortSignal): Promise<void> => sideBySide(taking => complete.take(taking), mostJobs, stop, async (tables, _worker, signal) => {
    await beforeRows.make(tables, signal)
    await buildAll(tables.flatMap(table => afterRows.get(table) ?? []), signal)
    await lane.target.analyse(tables.filter(table => !isSmall(table, run.tables)), signal)
    await buildAll(links.after(tables), signal)
  }, order)
  await sideBySide([loadAll, completeAll], 2, run.signal, (all, _worker, signal) => all(signal))
  assert(chunks.every(c => there.has(nameOf(c))), 'I10: a chunk is missing after the copy')
  return new Map([...there.values()].flatMap(l => (l.chunk.of === 1 ? [[l.chunk.table, l.digest] as const] : [])))
}

/** What the tables are cut into: pinned once for each picture, because a table that grew would be cut elsewhere. */
const cutAll = async (run: Run, lane: Lane): Promise<Chunk[]> => {
  const { record } = run
  const chunks: Chunk[] = []
  const cuts: Record<TableId, readonly Chunk[]> = { ...record.cuts }
  for (const table of record.tables) {
    if (table.route === 'in-freeze') continue
    if (table.bytes > record.order.chunkBytes && cuts[table.id] === undefined) {
      cuts[table.id] = await lane.source.chunks(anchorFor(run, table.id), table, record.order.chunkBytes)
    }
    chunks.push(...(cuts[table.id] ?? [{ table: table.id, number: 0, of: 1, bytes: table.bytes }]))
  }
  if (Object.keys(cuts).length !== Object.keys(record.cuts).length) await run.save({ cuts })
  return chunks
}

const anchorFor = (run: Run, table: TableId): Anchor => {
  const anchor = run.record.anchors[run.record.anchorOf[table] ?? 0]
  assert(anchor !== undefined, `${table} has no picture to be copied from`)
  return anchor
}

/** The unit of a new picture is the table: what is half there is emptied first, so that no table holds rows of two instants. */
const takeNewPicture = async (run: Run, lane: Lane): Promise<void> => {
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

/** A load whose answer was lost may have been done: the record of chunks, written in its transaction, tells. */
const loadPatiently = async (run: Run, lane: Lane, { chunks, anchor }: Load, pictures: Pictures, worker: number, progress: Progress, signal: AbortSignal) => {
  for (let tries = 0; ; tries++) {
    try {
      const reader = await pictures.reader(anchor, worker)
      return await lane.target.load(chunks, anchor, run.tables, progress.counted(reader.read(chunks, run.tables, signal), chunks, signal), signal)
    } catch (error) {
      await pictures.forget(anchor, worker)
      if (signal.aborted || !(error instanceof Fault) || !error.isRetryable || error.code === 'SNAPSHOT_LOST' || tries >= mostTries) throw error
      const inMs = Math.min(100 * 2 ** tries, 5_000)
      run.world.emit({ type: 'retry', code: error.code, message: error.message, inMs })
      await run.world.clock.sleep(inMs, signal)
      const wanted = new Set(chunks.map(nameOf))
      const there = (await lane.target.loaded()).filter(l => wanted.has(nameOf(l.chunk)))
      assert(there.length === 0 || there.length === chunks.length, 'I1: part of a load is there')
      if (there.length > 0) return there
      progress.again(chunks)
    }
  }
}

/** The pictures of the source and, for each worker, a session on one of them. */
class Pictures implements AsyncDisposable {
  readonly #lane: Lane
  readonly #pictures = new Map<string, Promise<Picture>>()
  readonly #readers = new Map<string, Promise<Reader>>()

  constructor(lane: Lane) {
    this.#lane = lane
  }

  reader(anchor: Anchor, worker: number): Promise<Reader> {
    const key = `${anchor.snapshot} ${worker}`
    const reader = this.#readers.get(key) ?? this.#picture(anchor).then(picture => picture.reader())
    this.#readers.set(key, reader)
    return reader
  }

  async forget(anchor: Anchor, worker: number): Promise<void> {
    const key = `${anchor.snapshot} ${worker}`
    const reader = this.#readers.get(key)
    this.#readers.delete(key)
    await reader?.then(r => r[Symbol.asyncDispose]()).catch(() => { /* it broke: that is why it is forgotten */ })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const opened of [...this.#readers.values(), ...this.#pictures.values()]) await opened.then(o => o[Symbol.asyncDispose]()).catch(() => { /* never opened */ })
  }

  #picture(anchor: Anchor): Promise<Picture> {
    const known = this.#pictures.get(anchor.snapshot)
    if (known !== undefined) return known
    const picture = this.#lane.source.open(anchor)
    this.#pictures.set(anchor.snapshot, picture)
    return picture
  }
}

const nameOf = (chunk: Chunk): string => `${chunk.table} ${chunk.number}`

/** Large chunks by themselves, small ones in groups of one picture; the heaviest first, so that the last ones to end are small. */
const loadsOf = (chunks: readonly Chunk[], run: Run): Load[] => {
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

const stepsByTable = (builds: readonly Build[]): Map<TableId, Build[]> => {
  const by = new Map<TableId, Build[]>()
  for (const step of builds) {
    if (step.table === undefined) continue
    by.set(step.table, [...(by.get(step.table) ?? []), step])
  }
  return by
}

const pendingByTable = (chunks: readonly Chunk[]): Map<TableId, number> => {
  const pending = new Map<TableId, number>()
  for (const { table } of chunks) pending.set(table, (pending.get(table) ?? 0) + 1)
  return pending
}

/** Takes loaded chunks off what is pending; answers the tables that are complete now. */
const settle = (pending: Map<TableId, number>, chunks: readonly Chunk[]): TableId[] =>
  chunks.flatMap(({ table }) => {
    const left = (pending.get(table) ?? 0) - 1
    pending.set(table, left)
    return left === 0 ? [table] : []
  })

/** Foreign keys of large tables, which take long to check: made as soon as both tables are complete. Sound while all are copied from one picture. */
class LargeLinks {
  #waiting: readonly Build[]
  readonly #complete = new Set<TableId>()

  constructor(steps: readonly Build[]) {
    this.#waiting = steps.filter(step => step.refersTo !== undefined)
  }

  /** Those that can be made now that `tables` are complete too, in order; each is answered once. */
  after(tables: readonly TableId[]): Build[] {
    for (const table of tables) this.#complete.add(table)
    const canBeMade = ({ table, refersTo }: Build): boolean => table !== undefined && refersTo !== undefined && this.#complete.has(table) && this.#complete.has(refersTo)
    const ready = this.#waiting.filter(canBeMade)
    this.#waiting = this.#waiting.filter(step => !ready.includes(step))
    return ready
  }
}

/** Counts what passes, tells it a few times a second, and keeps the pace. */
class Progress {
  readonly #run: Run
  readonly #byTable = new Map<TableId, { bytes: number; rows: number; left: number; toldAt: number }>()
  #built = 0

  constructor(run: Run, missing: readonly Chunk[], there: readonly { chunk: Chunk; digest: Digest }[]) {
    this.#run = run
    for (const { table } of missing) this.#of(table).left++
    for (const { chunk, digest } of there) {
      const at = this.#of(chunk.table)
      at.bytes += digest.bytes
      at.rows += digest.rows
    }
    for (const table of this.#byTable.keys()) this.#tell(table)
  }

  async *counted(pieces: AsyncIterable<Piece>, chunks: readonly Chunk[], signal: AbortSignal): AsyncIterable<Piece> {
    for await (const piece of pieces) {
      const table = (chunks[piece.chunk] as Chunk).table
      const at = this.#of(table)
      if ('bytes' in piece) {
        at.bytes += piece.bytes.length
        await this.#run.pace.spend(piece.bytes.length, signal)
        if (this.#run.world.clock.elapsed() - at.toldAt > 250) this.#tell(table)
      } else {
        at.rows += piece.digest.rows
        at.left--
        if (at.left === 0) this.#tell(table)
      }
      yield piece
    }
  }

  async built(steps: readonly Build[], of: number, work: () => Promise<void>): Promise<void> {
    const began = this.#run.world.clock.elapsed()
    await work()
    this.#built += steps.length
    this.#run.world.emit({ type: 'built', what: nameOfGroup(steps), ms: this.#run.world.clock.elapsed() - began, done: this.#built, of })
  }

  /** A load that is tried again counts its chunks from nothing. */
  again(chunks: readonly Chunk[]): void {
    for (const table of new Set(chunks.map(c => c.table))) {
      const mine = chunks.filter(c => c.table === table).length
      Object.assign(this.#of(table), { bytes: 0, rows: 0, left: Math.max(mine, this.#of(table).left) })
    }
  }

  #of(table: TableId) {
    const at = this.#byTable.get(table) ?? { bytes: 0, rows: 0, left: 0, toldAt: -Infinity }
    this.#byTable.set(table, at)
    return at
  }

  #tell(table: TableId): void {
    const at = this.#of(table)
    at.toldAt = this.#run.world.clock.elapsed()
    this.#run.world.emit({ type: 'copied', table: this.#run.tables.get(table)?.label ?? table, bytes: at.bytes, rows: at.rows, done: at.left <= 0 })
  }
}
