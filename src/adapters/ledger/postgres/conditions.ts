import type { Scope } from '#domain/access.ts'
import type { Kind } from '#domain/records.ts'
import { assert } from '#lib/assert.ts'
import type { Where } from '#ports/ledger.ts'
import { type Catalog, type Columns, columnsOf, toColumn } from './columns.ts'
import { column, type Put } from './statement.ts'
import { within } from './within.ts'

/** What a record must be, as SQL. */
export const conditions = <K extends Kind>(catalog: Catalog, kind: K, where: Where<K>, put: Put): string => {
  const columns = columnsOf(catalog, kind)
  const all = Object.entries(where).filter(([, wanted]) => wanted !== undefined).map(([field, wanted]) => (field === 'within' ? within(kind, columns, wanted as Scope, put) : condition(columns, field, wanted, put)))
  return all.length === 0 ? 'true' : all.join(' AND ')
}

const condition = (columns: Columns, field: string, wanted: unknown, put: Put): string => {
  assert(columns.has(field), `there is no ${field} to be asked for`)
  const name = column(field)
  if (wanted === null) return `${name} IS NULL`
  if (Array.isArray(wanted)) {
    if (columns.get(field) === 'ARRAY') return `${name} && ${put(wanted)}`
    // One text for lists of any length, which the server plans once.
    return wanted.length === 0 ? 'false' : `${name} = ANY (${put(wanted.map(value => toColumn(columns, field, value)))})`
  }
  // One mailbox, however it is typed.
  if (field === 'email' && typeof wanted === 'string') return `lower(${name}) = ${put(wanted.toLowerCase())}`
  if (typeof wanted !== 'object') return `${name} = ${put(toColumn(columns, field, wanted))}`
  const { from, to } = wanted as { from?: unknown; to?: unknown }
  const bounds = [...(from === undefined ? [] : [`${name} >= ${put(toColumn(columns, field, from))}`]), ...(to === undefined ? [] : [`${name} <= ${put(toColumn(columns, field, to))}`])]
  return bounds.length === 0 ? `${name} IS NOT NULL` : bounds.join(' AND ')
}
