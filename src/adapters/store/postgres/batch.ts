import type { Image } from '#domain/stream.ts'
import { assert } from '#lib/assert.ts'
import type { Net } from './collapse.ts'
import { quote } from './identifiers.ts'
import { all, column, columnAt, columnNames, once, sentBy, type Shape, type RowStatement } from './row-shape.ts'

/**
 * The statements that bring about the net effect of many changes of one table, in the order in which they must run: what goes makes room for what
 * changes, and that for what comes. Rows travel as one array a column. No ON CONFLICT: every statement must touch exactly the rows it names.
 */
export const netStatements = (shape: Shape, { absent, deletes, updates, inserts }: Net): RowStatement[] => {
  const statements: RowStatement[] = []
  if (absent.length > 0) statements.push({ ...overKeys(shape, 'find', find, absent), expects: 0 })
  if (deletes.length > 0) statements.push(overKeys(shape, 'delete', remove, deletes))
  for (const [sent, rows] of bySentColumns(updates)) statements.push(update(shape, sent, rows))
  if (inserts.length > 0) statements.push(insert(shape, inserts))
  return statements
}

/** An array literal in the bytes the values came in. Written straight into its buffer: as strings of megabytes they would outlive many of their kind. */
export const arrayLiteral = (images: readonly Image[], i: number, delimiter: string): Buffer => {
  let size = 2
  for (const image of images) {
    const value = image[i]
    assert(value !== undefined, 'a value that was not sent is not written')
    size += value === null ? 5 : 3 + (special.test(value) ? 2 * value.length : value.length)
  }
  const bytes = Buffer.allocUnsafe(size)
  const between = delimiter.charCodeAt(0)
  bytes[0] = brace
  let at = 1
  for (const image of images) {
    const value = image[i] ?? null
    if (at > 1) bytes[at++] = between
    if (value === null) {
      at += bytes.write('NULL', at, 'latin1')
      continue
    }
    bytes[at++] = quotes
    at += bytes.write(special.test(value) ? value.replace(specials, '\\$&') : value, at, 'latin1')
    bytes[at++] = quotes
  }
  bytes[at++] = brace + 2
  return bytes.subarray(0, at)
}

const special = /["\\]/
const specials = /["\\]/g
const brace = 0x7b
const quotes = 0x22

const overKeys = (shape: Shape, kind: string, write: (shape: Shape) => string, keys: readonly Image[]): RowStatement => ({
  table: shape.relation.table, text: once(shape, kind, () => write(shape)), values: arrays(shape, shape.keys, keys), expects: keys.length,
})

const remove = (shape: Shape): string => `DELETE FROM ONLY ${shape.relation.table} AS t USING ${given(shape, shape.keys)} WHERE ${isSameRow(shape, shape.keys)}`

/** Changes nothing: an update that sends nothing must still find its row, and a row that came and went must not be there. */
const find = (shape: Shape): string => `SELECT FROM ${given(shape, shape.keys)} JOIN ONLY ${shape.relation.table} AS t ON ${isSameRow(shape, shape.keys)}`

const update = (shape: Shape, sent: readonly number[], rows: readonly Image[]): RowStatement => {
  const set = sent.filter(i => !shape.keys.includes(i) && !columnAt(shape, i).isAlways)
  if (set.length === 0 && !sent.some(i => columnAt(shape, i).isAlways && !shape.keys.includes(i))) return overKeys(shape, 'find', find, rows)
  return { table: shape.relation.table, text: once(shape, `update ${sent.join()}`, () => updateText(shape, sent, set)), values: arrays(shape, sent, rows), expects: rows.length }
}

/**
 * An identity column that is always generated cannot be set. Where it is not the key it is compared: if the source gave the row another number
 * the row is not found, and applied by itself.
 */
const updateText = (shape: Shape, sent: readonly number[], set: readonly number[]): string => {
  const fixed = sent.filter(i => columnAt(shape, i).isAlways && !shape.keys.includes(i))
  const where = [isSameRow(shape, sent), ...fixed.map(i => `${column(shape, i)} OPERATOR(pg_catalog.=) u.c${sent.indexOf(i)}`)].join(' AND ')
  if (set.length === 0) return `SELECT FROM ${given(shape, sent)} JOIN ONLY ${shape.relation.table} AS t ON ${where}`
  const assigned = set.map(i => `${quote(columnAt(shape, i).name)} = u.c${sent.indexOf(i)}`).join(', ')
  return `UPDATE ONLY ${shape.relation.table} AS t SET ${assigned} FROM ${given(shape, sent)} WHERE ${where}`
}

/** Values of identity columns are the source's, generated or not. */
const insert = (shape: Shape, rows: readonly Image[]): RowStatement => {
  const table = shape.relation.table
  if (shape.columns.length === 0) return { table, text: `INSERT INTO ${table} SELECT FROM pg_catalog.generate_series(1, $1::pg_catalog.text::pg_catalog.int4)`, values: [Buffer.from(String(rows.length))], expects: rows.length }
  const text = once(shape, 'insert', () => `INSERT INTO ${table} (${columnNames(shape)}) OVERRIDING SYSTEM VALUE SELECT ${shape.columns.map((c, i) => c.many(`$${i + 1}`)).join(', ')}`)
  return { table, text, values: arrays(shape, all(shape), rows), expects: rows.length }
}

/** The rows of the parameters: sets side by side in a select list, because a set of records behind FROM would fall apart into its fields. */
const given = (shape: Shape, columns: readonly number[]): string => `(SELECT ${columns.map((i, at) => `${columnAt(shape, i).many(`$${at + 1}`)} AS c${at}`).join(', ')}) AS u`

/** `columns`: what is given, in order; the keys are among it. */
const isSameRow = (shape: Shape, columns: readonly number[]): string => {
  assert(shape.keys.length > 0, 'only rows with a key are told apart by it')
  return shape.keys.map(i => `${column(shape, i)} ${columnAt(shape, i).equals} u.c${columns.indexOf(i)}`).join(' AND ')
}

const arrays = (shape: Shape, columns: readonly number[], images: readonly Image[]): Buffer[] => columns.map(i => arrayLiteral(images, i, columnAt(shape, i).delimiter))

const bySentColumns = (rows: readonly Image[]): Map<readonly number[], Image[]> => {
  const groups = new Map<string, [readonly number[], Image[]]>()
  for (const row of rows) {
    const signature = row.includes(undefined) ? row.map(value => (value === undefined ? '-' : '+')).join('') : ''
    const group = groups.get(signature)
    if (group === undefined) groups.set(signature, [sentBy(row), [row]])
    else group[1].push(row)
  }
  return new Map(groups.values())
}
