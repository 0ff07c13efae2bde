import type { Table } from '#domain/catalog.ts'
import type { TableId } from '#domain/stream.ts'
import type { Build } from '#ports/store.ts'

/** What is built on a table of this size takes less time than the asking. */
const smallBytes = 2 ** 24
/** Locks of all steps of a group are held to its end. */
const stepsAtOnce = 50

export const isSmall = (table: TableId | undefined, tables: ReadonlyMap<TableId, Table>): boolean => table !== undefined && (tables.get(table)?.bytes ?? Infinity) < smallBytes

/** Steps on small tables in groups that are built together, all others alone; in the order given. */
export const inGroups = (steps: readonly Build[], tables: ReadonlyMap<TableId, Table>): Build[][] => {
  const groups: Build[][] = []
  let open: Build[] = []
  for (const step of steps) {
    const small = isSmall(step.table, tables)
    if (small && open.length > 0 && open.length < stepsAtOnce) open.push(step)
    else groups.push(small ? (open = [step]) : [step])
    if (!small) open = []
  }
  return groups
}

/** As people see it. */
export const nameOfGroup = (steps: readonly Build[]): string => (steps.length === 1 ? steps[0]?.what ?? '' : `${steps.length} steps of small tables`)
