import type { Image } from '#domain/stream.ts'
import { assert } from '#lib/assert.ts'
import type { RowChange } from './collapse.ts'
import { quote } from './identifiers.ts'
import { all, bytesOf, column, columnAt, columnNames, once, sentBy, type Shape, type RowStatement } from './row-shape.ts'

/** One change as one statement, exactly as the source made it. */
export const singleStatement = (shape: Shape, change: RowChange): RowStatement => {
  if (change.op === 'insert') return insert(shape, change.row)
  if (change.op === 'delete') return remove(shape, rowOf(shape, change.old))
  return update(shape, rowOf(shape, change.old ?? change.row), change.row, change.old)
}

/** The condition under which a row of `t` is the one, with its parameters. `kind` names the text. */
export type Where = { readonly kind: string; readonly text: string; readonly values: readonly (Buffer | null)[] }

export const rowOf = (shape: Shape, image: Image): Where => (shape.relation.identity === 'all' ? byWholeRow(shape, image) : byKey(shape, image))

const insert = (shape: Shape, row: Image): RowStatement => {
  const table = shape.relation.table
  if (shape.columns.length === 0) return { table, text: `INSERT INTO ${table} DEFAULT VALUES`, values: [], expects: 1 }
  const text = once(shape, 'single insert', () => `INSERT INTO ${table} (${columnNames(shape)}) OVERRIDING SYSTEM VALUE VALUES (${shape.columns.map((c, i) => c.one(`$${i + 1}`)).join(', ')})`)
  return { table, text, values: row.map(bytesOf), expects: 1 }
}

const remove = (shape: Shape, where: Where): RowStatement => {
  const table = shape.relation.table
  return { table, text: once(shape, `single delete ${where.kind}`, () => `DELETE FROM ONLY ${table} AS t WHERE ${where.text}`), values: where.values, expects: 1 }
}

const update = (shape: Shape, where: Where, row: Image, old: Image | undefined): RowStatement => {
  const table = shape.relation.table
  const sent = sentBy(row).filter(i => old !== undefined || !shape.keys.includes(i))
  const kind = `${where.kind} ${sent.join()}`
  const write = (): string => {
    if (sent.length === 0) return `SELECT FROM ONLY ${table} AS t WHERE ${where.text}`
    return sent.some(i => columnAt(shape, i).isAlways) ? replaceText(shape, where, sent) : updateText(shape, where, sent)
  }
  return { table, text: once(shape, `single update ${kind}`, write), values: [...where.values, ...sent.map(i => bytesOf(row[i]))], expects: 1 }
}

const updateText = (shape: Shape, where: Where, sent: readonly number[], and = ''): string => {
  const set = sent.filter(i => !columnAt(shape, i).isAlways).map(i => `${quote(columnAt(shape, i).name)} = ${sentValue(shape, where, sent, i)}`)
  // A row that is only to be found is written as it is.
  const assigned = set.length > 0 ? set.join(', ') : shape.columns.filter(c => !c.isAlways).slice(0, 1).map(c => `${quote(c.name)} = t.${quote(c.name)}`).join('')
  return assigned === '' ? `SELECT FROM ONLY ${shape.relation.table} AS t WHERE ${where.text}${and}` : `UPDATE ONLY ${shape.relation.table} AS t SET ${assigned} WHERE ${where.text}${and}`
}

/**
 * An identity column that is always generated takes a value only in an INSERT. If the source gave the row another number its row is replaced: what was
 * not sent is taken from the one that goes. Otherwise it is updated, so that what hangs on a delete does not happen.
 */
const replaceText = (shape: Shape, where: Where, sent: readonly number[]): string => {
  const isSame = sent.filter(i => columnAt(shape, i).isAlways).map(i => `${column(shape, i)} OPERATOR(pg_catalog.=) ${sentValue(shape, where, sent, i)}`).join(' AND ')
  const values = all(shape).map(i => (sent.includes(i) ? sentValue(shape, where, sent, i) : `gone.${quote(columnAt(shape, i).name)}`))
  const changed = updateText(shape, where, sent, ` AND ${isSame}`)
  return `WITH same AS (${changed}${changed.startsWith('UPDATE') ? ' RETURNING 1' : ''}), gone AS (DELETE FROM ONLY ${shape.relation.table} AS t WHERE ${where.text} AND NOT (${isSame}) RETURNING t.*),
    other AS (INSERT INTO ${shape.relation.table} (${columnNames(shape)}) OVERRIDING SYSTEM VALUE SELECT ${values.join(', ')} FROM gone RETURNING 1)
    SELECT FROM same UNION ALL SELECT FROM other`
}

const sentValue = (shape: Shape, where: Where, sent: readonly number[], i: number): string => columnAt(shape, i).one(`$${where.values.length + sent.indexOf(i) + 1}`)

const byKey = (shape: Shape, image: Image): Where => {
  assert(shape.keys.length > 0, 'the source lets no row without an identity be changed')
  return { kind: 'by key', text: shape.keys.map((i, at) => `${column(shape, i)} ${columnAt(shape, i).equals} ${columnAt(shape, i).one(`$${at + 1}`)}`).join(' AND '), values: shape.keys.map(i => bytesOf(image[i])) }
}

/**
 * One of the rows that print the same, whichever: equal rows are a multiset. Printing is exact where `=` is not (1.0 and 1.00, two boxes of one
 * area) and exists for every type; `=` before it is quicker and can use an index. A record prints each column by its own output function, and null other than ''.
 */
const byWholeRow = (shape: Shape, image: Image): Where => {
  const columns = all(shape)
  const value = (i: number): string => columnAt(shape, i).one(`$${i + 1}`)
  const quick = columns.flatMap(i => {
    if (image[i] === null) return [`${column(shape, i)} IS NULL`]
    return columnAt(shape, i).hasEquality ? [`${column(shape, i)} ${columnAt(shape, i).equals} ${value(i)}`] : []
  })
  const exact = `ROW(${columns.map(i => column(shape, i)).join(', ')})::text COLLATE pg_catalog."C" OPERATOR(pg_catalog.=) ROW(${columns.map(value).join(', ')})::text`
  const match = [...quick, ...(columns.length === 0 ? ['true'] : [exact])].join(' AND ')
  return {
    kind: `by row ${columns.map(i => (image[i] === null ? '0' : '1')).join('')}`, values: image.map(bytesOf),
    text: `t.ctid OPERATOR(pg_catalog.=) (SELECT t.ctid FROM ONLY ${shape.relation.table} AS t WHERE ${match} LIMIT 1)`,
  }
}
