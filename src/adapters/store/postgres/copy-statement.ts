import type { Chunk, Table } from '#domain/catalog.ts'
import { literal, quote } from './identifiers.ts'

/** A chunk's range: heap pages, half-open; null: open. Means anything only in the picture it was cut in. */
export type Pages = { readonly from: number | null; readonly to: number | null }

/** A span's range: of the first column that orders, half-open, as the text of its values; null: open. Means the same on every server. */
export type Bounds = { readonly from: string | null; readonly to: string | null }

const columnsOf = (table: Table): string => table.columns.map(c => quote(c.name)).join(', ')

/** A table without columns has rows all the same; a list of none is not allowed. */
const listOf = (table: Table): string => (table.columns.length === 0 ? '' : ` (${columnsOf(table)})`)

const optionsOf = (format: Table['format']): string => (format === 'binary' ? ' (FORMAT binary)' : '')

/** Rows of a plain table: never those of its children, which are tables of their own. */
export const copyChunk = (table: Table, { range }: Pick<Chunk, 'range'>): string => {
  if (range === undefined) return copyWhole(table)
  const { from, to } = JSON.parse(range) as Pages
  const where = [from === null ? [] : [`ctid >= '(${from},0)'::pg_catalog.tid`], to === null ? [] : [`ctid < '(${to},0)'::pg_catalog.tid`]].flat()
  return copySelected(table, { where: where.join(' AND ') })
}

export const copyWhole = (table: Table): string => `COPY ${table.id}${listOf(table)} TO STDOUT${optionsOf(table.format)}`

export const copySelected = (table: Table, { from = `ONLY ${table.id} AS t`, where = '', order = '', format = table.format }: { from?: string; where?: string; order?: string; format?: Table['format'] }): string =>
  `COPY (SELECT ${table.columns.map(c => `t.${quote(c.name)}`).join(', ')} FROM ${from}${where === '' ? '' : ` WHERE ${where}`}${order === '' ? '' : ` ORDER BY ${order}`}) TO STDOUT${optionsOf(format)}`

export const copyIn = (table: Table): string => `COPY ${table.id}${listOf(table)} FROM STDIN${optionsOf(table.format)}`

/** The condition of a span, on the first column that orders; bytes decide for text, as in the order. */
export const within = (range: string | undefined, column: string): string => {
  if (range === undefined) return ''
  const { from, to } = JSON.parse(range) as Bounds
  return [from === null ? [] : [`${column} >= ${literal(from)}`], to === null ? [] : [`${column} < ${literal(to)}`]].flat().join(' AND ')
}
