import type { Table } from '#domain/catalog.ts'
import type { Image, Relation, TableId, Transaction } from '#domain/stream.ts'
import { assert } from '#lib/assert.ts'

/** Beyond this many keys they are no longer kept one by one: it is cheaper to verify everything again. */
export const mostKeys = 300_000

/** The rows that changed since the last full verification: the applier tells, so that the freeze need only compare these again. */
export class Changed {
  readonly #tables: ReadonlyMap<TableId, Table>
  readonly #keys = new Map<TableId, Map<string, readonly string[]>>()
  readonly #whole = new Set<TableId>()
  readonly #places = new WeakMap<Relation, readonly number[]>()
  #count = 0
  #isKept = false

  constructor(tables: ReadonlyMap<TableId, Table>) {
    this.#tables = tables
  }

  /** Forgets everything and keeps what changes from now on. */
  begin(): void {
    this.#keys.clear()
    this.#whole.clear()
    this.#count = 0
    this.#isKept = true
  }

  get count(): number {
    return this.#count
  }

  get isOverflown(): boolean {
    return this.#count > mostKeys
  }

  /** Per table, the keys that were inserted, changed or deleted; old and new key of a changed key. */
  get keys(): ReadonlyMap<TableId, readonly (readonly string[])[]> {
    return new Map([...this.#keys].map(([table, keys]) => [table, [...keys.values()]]))
  }

  /** Tables that must be compared whole: truncated, or without a key to name rows by. */
  get whole(): ReadonlySet<TableId> {
    return this.#whole
  }

  add(parts: readonly Transaction[]): void {
    if (!this.#isKept) return
    for (const part of parts) {
      for (const change of part.changes) {
        if (change.op === 'truncate') for (const relation of change.relations) this.#whole.add(relation.table)
        else if (!this.isOverflown) {
          if (change.op !== 'delete') this.#addRow(change.relation, change.row)
          if (change.op !== 'insert' && change.old !== undefined) this.#addRow(change.relation, change.old)
        }
      }
    }
  }

  #addRow(relation: Relation, row: Image): void {
    const table = this.#tables.get(relation.table)
    assert(table !== undefined, `a change of ${relation.table}, which is not moved`)
    if (table.key.length === 0) {
      this.#whole.add(table.id)
      return
    }
    const key = this.#placesOf(relation, table).map(place => row[place])
    // A key column is never left out of an image of the row: only the new image of a key that stayed may lack an oversized value.
    if (key.some(value => typeof value !== 'string')) {
      this.#whole.add(table.id)
      return
    }
    const keys = this.#keys.get(table.id) ?? new Map<string, readonly string[]>()
    this.#keys.set(table.id, keys)
    const name = JSON.stringify(key)
    if (keys.has(name)) return
    keys.set(name, key as string[])
    this.#count++
  }

  #placesOf(relation: Relation, table: Table): readonly number[] {
    const known = this.#places.get(relation)
    if (known !== undefined) return known
    const places = table.key.map(name => relation.columns.findIndex(column => column.name === name))
    assert(!places.includes(-1), `the stream describes ${table.id} without its key`)
    this.#places.set(relation, places)
    return places
  }
}
