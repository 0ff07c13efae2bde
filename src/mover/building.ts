import type { Build } from '#ports/store.ts'
import { inGroups, nameOfGroup } from './groups.ts'
import type { Lane, Run } from './run.ts'

/** Finds out which of the steps are built. */
export const openBuilding = async (run: Run, lane: Lane, builds: readonly Build[]): Promise<Building> => new Building(run, lane, builds, await lane.target.built())

/** Carries out the steps that are not built yet, small ones in groups, and tells how far that is. */
export class Building {
  readonly #run: Run
  readonly #lane: Lane
  readonly #of: number
  readonly #left: Set<Build>

  constructor(run: Run, lane: Lane, builds: readonly Build[], built: ReadonlySet<string>) {
    this.#run = run
    this.#lane = lane
    this.#of = builds.length
    this.#left = new Set(builds.filter(b => !built.has(b.id)))
  }

  /** Steps that are not built yet, in order. */
  left(which: (step: Build) => boolean): Build[] {
    return [...this.#left].filter(which)
  }

  async inOrder(steps: readonly Build[], signal: AbortSignal): Promise<void> {
    for (const group of inGroups(steps, this.#run.tables)) await this.#build(group, signal)
  }

  async sideBySide(steps: readonly Build[], signal: AbortSignal): Promise<void> {
    await this.#run.pace.sideBySide(inGroups(steps, this.#run.tables), signal, (group, _worker, stop) => this.#build(group, stop))
  }

  async #build(group: readonly Build[], signal: AbortSignal): Promise<void> {
    const { world } = this.#run
    const began = world.clock.elapsed()
    await this.#lane.target.build(group, signal)
    for (const step of group) this.#left.delete(step)
    world.emit({ type: 'built', what: nameOfGroup(group), ms: world.clock.elapsed() - began, done: this.#of - this.#left.size, of: this.#of })
  }
}
