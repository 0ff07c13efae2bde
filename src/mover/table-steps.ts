import type { TableId } from '#domain/stream.ts'
import type { Build } from '#ports/store.ts'

/** Makes the tables that have a step of their own, each once, before their rows come. */
export class TableSteps {
  readonly #steps: ReadonlyMap<TableId, Build>
  readonly #build: (steps: readonly Build[], signal: AbortSignal) => Promise<void>
  readonly #making = new Map<TableId, Promise<void>>()

  /** `steps`: those that are not built yet. */
  constructor(steps: readonly Build[], build: (steps: readonly Build[], signal: AbortSignal) => Promise<void>) {
    this.#steps = new Map(steps.flatMap(step => (step.table === undefined ? [] : [[step.table, step] as const])))
    this.#build = build
  }

  /** Resolves when all of `tables` are there; waits for those that somebody else is making. */
  async make(tables: readonly TableId[], signal: AbortSignal): Promise<void> {
    const mine = tables.flatMap(table => (this.#making.has(table) ? [] : this.#steps.get(table) ?? []))
    const making = this.#build(mine, signal)
    for (const { table } of mine) if (table !== undefined) this.#making.set(table, making)
    await Promise.all([making, ...tables.flatMap(table => this.#making.get(table) ?? [])])
  }
}
