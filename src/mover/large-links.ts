import type { TableId } from '#domain/stream.ts'
import type { Build } from '#ports/store.ts'

/** Foreign keys of large tables, which take long to check: made as soon as both tables are complete. Sound while all are copied from one picture. */
export class LargeLinks {
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
