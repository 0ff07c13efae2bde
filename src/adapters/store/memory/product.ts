import type { TableId } from '#domain/stream.ts'
import { assert } from '#lib/assert.ts'
import type { MemoryDatabase } from './database.ts'
import { constraintsOf, keyText, placeOf, type Row, type Shape } from './state.ts'
import { Transaction } from './transaction.ts'

/** Values by column. */
export type Values = Readonly<Record<string, string | null>>

/** A transaction of the product. A statement that fails ends it. Tables by `schema.name`. */
export type Writing = {
  insert(table: string, rows: readonly Values[]): Promise<void>
  /** Answers how many rows there were. */
  update(table: string, where: Values, set: Values): Promise<number>
  delete(table: string, where: Values): Promise<number>
  truncate(tables: readonly string[]): Promise<void>
  /** `unseen`: in the log, but seen by others only when that resolves. */
  commit(unseen?: Promise<void>): Promise<void>
  rollback(): Promise<void>
}

/** The product whose database it is: as many writers and readers as it likes. */
export type MemoryProduct = {
  begin(): Promise<Writing>
  /** What is committed now. */
  rows(table: string): Promise<Values[]>
  /** The next value of a sequence. */
  draw(sequence: string): Promise<string>
  putLargeObject(id: string, bytes: Buffer | undefined): Promise<void>
  largeObject(id: string): Promise<Buffer | undefined>
  /** Makes tables and sequences, with their constraints. */
  define(tables: readonly Shape[], sequences: readonly { readonly id: TableId; readonly label: string; readonly increment: bigint }[]): Promise<void>
  /** A text column that may be null. */
  addColumn(table: string, column: string): Promise<void>
}

/** `step`: called before each statement, so that a test can let others go first. */
export const openProduct = (database: MemoryDatabase, step: (point: string) => Promise<void> = async () => { /* at once */ }): MemoryProduct => {
  const session = {}
  const begin = (): Transaction => {
    if (!database.isUp) throw database.unreachable()
    return new Transaction(database, 'product', session)
  }
  return {
    begin: async () => openWriting(database, begin(), step),
    async rows(table) {
      await step('product.rows')
      const { shape } = shapeOf(database, table)
      const { rows } = begun(database).get(shape.id) ?? { rows: new Map<number, Row>() }
      return [...rows.values()].map(row => Object.fromEntries(shape.columns.map((c, i) => [c.name, row[i] ?? null])))
    },
    async draw(sequence) {
      await step('product.draw')
      const found = [...database.sequences.values()].find(s => s.label === sequence)
      assert(found !== undefined, `there is no sequence ${sequence}`)
      found.last = found.called ? found.last + found.increment : found.last
      found.called = true
      return String(found.last)
    },
    async putLargeObject(id, bytes) {
      const transaction = begin()
      transaction.largeObject(id, bytes)
      await transaction.commit()
    },
    largeObject: async id => database.visible.largeObjects.get(id),
    async define(tables, sequences) {
      const transaction = begin()
      for (const shape of tables) await transaction.define(shape, new Set(constraintsOf(shape).keys()))
      await transaction.commit()
      for (const { id, label, increment } of sequences) database.sequences.set(id, { label, increment, last: 1n, called: false })
    },
    async addColumn(table, column) {
      const { shape, inForce } = shapeOf(database, table)
      const transaction = begin()
      await transaction.define({ ...shape, columns: [...shape.columns, { name: column, type: 'text' }] }, inForce)
      await transaction.commit()
    },
  }
}

const begun = (database: MemoryDatabase) => {
  if (!database.isUp) throw database.unreachable()
  return database.visible.tables
}

const shapeOf = (database: MemoryDatabase, label: string) => {
  const found = [...begun(database).values()].find(t => t.shape.label === label)
  assert(found !== undefined, `there is no table ${label}`)
  return found
}

const openWriting = (database: MemoryDatabase, transaction: Transaction, step: (point: string) => Promise<void>): Writing => {
  const statement = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    try {
      await step(`product.${name}`)
      return await work()
    } catch (error) {
      transaction.rollback()
      throw error
    }
  }
  /** Each row that answers to `where`, locked, and still answering when the lock was there. */
  const each = async (table: string, where: Values, act: (shape: Shape, number: number, row: Row) => Promise<void>): Promise<number> => {
    const { shape } = shapeOf(database, table)
    const columns = Object.keys(where)
    const wanted = JSON.stringify(columns.map(c => where[c] ?? null))
    let count = 0
    for (const number of transaction.view(shape.id).find(columns, wanted)) {
      const row = await transaction.lock(shape.id, number)
      if (row === undefined || keyText(shape, columns, row) !== wanted) continue
      await act(shape, number, row)
      count++
    }
    return count
  }
  return {
    insert: (table, rows) => statement('insert', async () => {
      const { shape } = shapeOf(database, table)
      for (const values of rows) await transaction.insert(shape.id, rowOf(shape, values))
    }),
    update: (table, where, set) => statement('update', () => each(table, where, (shape, number, row) => transaction.replace(shape.id, number, rowOf(shape, set, row)))),
    delete: (table, where) => statement('delete', () => each(table, where, async (shape, number) => { transaction.remove(shape.id, number) })),
    truncate: tables => statement('truncate', () => transaction.truncate(tables.map((label): TableId => shapeOf(database, label).shape.id))),
    commit: unseen => statement('commit', async () => { await transaction.commit(unseen === undefined ? {} : { unseen }) }),
    rollback: async () => transaction.rollback(),
  }
}

const rowOf = (shape: Shape, values: Values, was?: Row): Row => {
  const row = shape.columns.map((_, place) => was?.[place] ?? null)
  for (const [name, value] of Object.entries(values)) row[placeOf(shape, name)] = value
  return row
}
