import type { Image, Relation, TableId } from '#domain/stream.ts'
import { assert } from '#lib/assert.ts'
import { quote } from './identifiers.ts'
import type { Column, TargetTable } from './target-table.ts'

/** A statement, and how many rows it must touch or find for the target to be what the source said it was (I4). */
export type RowStatement = { readonly table: TableId; readonly text: string; readonly values: readonly (Buffer | null)[]; readonly expects: number }

/** One shape of changes together with the table they go to. Statements of one kind are the same text again and again: the server plans them once. */
export type Shape = {
  readonly relation: Relation
  /** In the order of the relation's columns. */
  readonly columns: readonly Column[]
  /** Which of the columns identify a row; none when the whole row does. */
  readonly keys: readonly number[]
  readonly texts: Map<string, string>
}

/** The relation and the table must have the same columns. */
export const shapeOf = (relation: Relation, table: TargetTable): Shape => ({
  relation, texts: new Map(),
  columns: relation.columns.map(({ name }) => {
    const found = table.columns.get(name)
    assert(found !== undefined, 'a shape is made of columns that are on both sides')
    return found
  }),
  keys: relation.identity === 'all' ? [] : relation.columns.flatMap((described, i) => (described.key ? [i] : [])),
})

/** The text of a kind of statement, written once a shape. */
export const once = (shape: Shape, kind: string, write: () => string): string => {
  const known = shape.texts.get(kind)
  if (known !== undefined) return known
  const text = write()
  shape.texts.set(kind, text)
  return text
}

/** The column `i` of the table `t`. */
export const column = (shape: Shape, i: number): string => `t.${quote(columnAt(shape, i).name)}`

export const columnAt = (shape: Shape, i: number): Column => {
  const found = shape.columns[i]
  assert(found !== undefined, 'a column of the shape')
  return found
}

export const columnNames = (shape: Shape): string => shape.columns.map(({ name }) => quote(name)).join(', ')

export const all = (shape: Shape): number[] => shape.columns.map((_, i) => i)

/** The columns an image sends. */
export const sentBy = (image: Image): number[] => image.flatMap((value, i) => (value === undefined ? [] : [i]))

/** A value in the bytes it came in: one character was one byte. */
export const bytesOf = (value: string | null | undefined): Buffer | null => {
  assert(value !== undefined, 'a value that was not sent is not written')
  return value === null ? null : Buffer.from(value, 'latin1')
}
