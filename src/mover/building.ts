import type { TableId } from '#domain/stream.ts'
import { sideBySide } from '#lib/side-by-side.ts'
import type { Build } from '#ports/store.ts'
import { inGroups, isSmall, nameOfGroup } from './groups.ts'
import type { Lane, Run } from './run.ts'

/** The most jobs that throttling can ask for. */
export const mostJobs = 32
/** Tables of one question for statistics. */
const analysedAtOnce = 100

/** After a copy: statistics of small tables, and foreign keys and what else is not needed for loading where the target stands at one instant of the source. */
export const finishCopy = async (run: Run, lane: Lane, builds: readonly Build[]): Promise<void> => run.phase('indexes', async () => {
  const isAtOneInstant = run.record.anchors.length === 1
  const statistics = (signal: AbortSignal): Promise<void> => takeStatistics(run, lane, signal)
  await (isAtOneInstant ? new Building(run, lane, builds).link(statistics) : statistics(run.signal))
})

/**
 * Foreign keys and what else is not needed for loading. Only sound where the target stands at one instant of the source: right after a copy from one picture, or once
 * the stream has passed the last picture.
 */
export const buildLinks = async (run: Run, lane: Lane, builds: readonly Build[]): Promise<void> => {
  const built = await lane.target.built()
  if (builds.every(b => built.has(b.id) || b.phase === 'last')) return
  await run.phase('indexes', () => new Building(run, lane, builds).link())
}

/** What may only be there when nothing is copied or applied any more. */
export const buildLast = (run: Run, lane: Lane, builds: readonly Build[]): Promise<void> => new Building(run, lane, builds).inOrder(b => b.phase === 'last', run.signal)

const takeStatistics = async (run: Run, lane: Lane, signal: AbortSignal): Promise<void> => {
  const tables = run.record.tables.map(t => t.id).filter(table => isSmall(table, run.tables))
  const groups: TableId[][] = []
  for (let at = 0; at < tables.length; at += analysedAtOnce) groups.push(tables.slice(at, at + analysedAtOnce))
  await sideBySide(groups, mostJobs, signal, (group, _worker, stop) => lane.target.analyse(group, stop), { ready: (worker, stop) => run.pace.turn(worker, stop) })
}

/** Carries out the steps that are not built yet, and tells how far that is. */
class Building {
  readonly #run: Run
  readonly #lane: Lane
  readonly #builds: readonly Build[]
  #left: readonly Build[] | undefined

  constructor(run: Run, lane: Lane, builds: readonly Build[]) {
    this.#run = run
    this.#lane = lane
    this.#builds = builds
  }

  /** Large foreign keys are checked side by side; small ones are made one after another, since each locks two tables, and that leaves room for more `beside` them. */
  async link(beside: (signal: AbortSignal) => Promise<void> = async () => { /* nothing */ }): Promise<void> {
    const { signal } = this.#run
    const isOfSmall = (b: Build): boolean => b.phase === 'link' && isSmall(b.table, this.#run.tables)
    await this.inOrder(b => b.phase === 'link' && !isOfSmall(b), signal)
    await sideBySide([
      (stop: AbortSignal) => this.#atOnce(b => b.phase === 'validate', stop),
      (stop: AbortSignal) => this.inOrder(isOfSmall, stop),
      beside,
    ], 3, signal, (work, _worker, stop) => work(stop))
    await this.inOrder(b => b.phase === 'late', signal)
  }

  async inOrder(which: (step: Build) => boolean, signal: AbortSignal): Promise<void> {
    for (const group of inGroups(await this.#missing(which), this.#run.tables)) await this.#build(group, signal)
  }

  async #atOnce(which: (step: Build) => boolean, signal: AbortSignal): Promise<void> {
    await sideBySide(inGroups(await this.#missing(which), this.#run.tables), mostJobs, signal, (group, _worker, stop) => this.#build(group, stop), { ready: (worker, stop) => this.#run.pace.turn(worker, stop) })
  }

  async #missing(which: (step: Build) => boolean): Promise<readonly Build[]> {
    if (this.#left === undefined) {
      const built = await this.#lane.target.built()
      this.#left = this.#builds.filter(b => !built.has(b.id))
    }
    return this.#left.filter(which)
  }

  async #build(group: readonly Build[], signal: AbortSignal): Promise<void> {
    const { world } = this.#run
    const began = world.clock.elapsed()
    await this.#lane.target.build(group, signal)
    this.#left = this.#left?.filter(b => !group.includes(b))
    world.emit({ type: 'built', what: nameOfGroup(group), ms: world.clock.elapsed() - began, done: this.#builds.length - (this.#left?.length ?? 0), of: this.#builds.length })
  }
}
