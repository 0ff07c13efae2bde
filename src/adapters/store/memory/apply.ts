import type { Table } from '#domain/catalog.ts'
import { Fault } from '#domain/faults.ts'
import { after, isApplied, type Change, type Checkpoint, type Image, type Relation, type TableId, type Transaction as Part } from '#domain/stream.ts'
import { assert } from '#lib/assert.ts'
import { placeOf, type Row, type Shape } from './state.ts'
import { Refused, type Transaction } from './transaction.ts'

/** The checkpoint after `parts`, each of which must go on exactly where the one before ended. */
export const advance = (from: Checkpoint, parts: readonly Part[]): Checkpoint =>
  parts.reduce((at, part) => {
    const done = at.within !== undefined && at.within.commit === part.commit ? at.within.changes : 0
    assert(!isApplied(at, part) && part.from === done, `I2: a part from change ${part.from} of ${part.commit} does not go on from ${JSON.stringify(at)}`)
    return after(at, part)
  }, from)

/** One change into the target's rows, strictly (I4). Faults: APPLY_STRICT, SCHEMA_CHANGED. */
export const applyChange = async (transaction: Transaction, change: Change, tables: ReadonlyMap<TableId, Table>): Promise<void> => {
  if (change.op === 'truncate') {
    for (const relation of change.relations) mustMatch(relation, tables)
    await transaction.truncate(change.relations.map(r => r.table), change.restartIdentity)
    return
  }
  const { relation } = change
  const table = mustMatch(relation, tables)
  const { shape } = transaction.view(relation.table).table
  if (change.op === 'insert') {
    await strictly(table, change.row, relation, () => transaction.insert(relation.table, merged(shape, relation, change.row)))
    return
  }
  const old = change.op === 'delete' ? change.old : (change.old ?? change.row)
  const number = find(transaction, shape, relation, old)
  const was = number === undefined ? undefined : await transaction.lock(relation.table, number)
  if (number === undefined || was === undefined) throw strict(table, `one row to ${change.op}`, 'none', old, relation)
  if (change.op === 'delete') transaction.remove(relation.table, number)
  else await strictly(table, old, relation, () => transaction.replace(relation.table, number, merged(shape, relation, change.row, was)))
}

/** The pinned table, if the change was written under its shape. */
const mustMatch = (relation: Relation, tables: ReadonlyMap<TableId, Table>): Table => {
  const table = tables.get(relation.table)
  assert(table !== undefined, `a change of ${relation.table}, which is not moved`)
  const says = (columns: readonly { readonly name: string; readonly type: string }[]): string => columns.map(c => `${c.name} ${c.type}`).join(', ')
  if (says(relation.columns) !== says(table.columns)) throw new Fault('SCHEMA_CHANGED', { table: table.label, difference: `it was (${says(table.columns)}), it is (${says(relation.columns)})` })
  return table
}

/** By the key, or by the whole row where there is none: one of the equal ones then. */
const find = (transaction: Transaction, shape: Shape, relation: Relation, old: Image): number | undefined => {
  const columns = relation.columns.filter(c => c.key).map(c => c.name)
  const values = relation.columns.flatMap((c, i) => (c.key ? [textOf(old[i] ?? null)] : []))
  return transaction.view(shape.id).find(columns, JSON.stringify(values))[0]
}

/** The image in the table's own order of columns; what was not sent is as it was. */
const merged = (shape: Shape, relation: Relation, image: Image, was?: Row): Row => {
  const row = shape.columns.map((_, place) => was?.[place] ?? null)
  for (const [i, column] of relation.columns.entries()) {
    const value = image[i]
    assert(value !== undefined || was !== undefined, `a value of ${column.name} was not sent where there is none yet`)
    if (value !== undefined) row[placeOf(shape, column.name)] = textOf(value)
  }
  return row
}

/** Images have one character a byte. */
const textOf = (value: string | null): string | null => (value === null ? null : Buffer.from(value, 'latin1').toString('utf8'))

const strictly = async (table: Table, image: Image, relation: Relation, act: () => Promise<void>): Promise<void> => {
  try {
    await act()
  } catch (error) {
    if (error instanceof Refused) throw strict(table, 'no such row', error.message, image, relation)
    throw error
  }
}

const strict = (table: Table, expected: string, found: string, image: Image, relation: Relation): Fault => {
  const key = relation.columns.flatMap((column, i) => (column.key ? [image[i] ?? 'NULL'] : [])).join(', ')
  return new Fault('APPLY_STRICT', { table: table.label, expected, found, key })
}
