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
  const all = Object.entries(where).filter(([, wanted]) => wanted !== undefined).map(([field, wanted]) => (others[field]?.(kind, columns, wanted as Scope & string, put) ?? condition(columns, field, wanted, put)))
  return all.length === 0 ? 'true' : all.join(' AND ')
}

/** What is asked for by another name than a field's. */
const others: { readonly [name: string]: ((kind: Kind, columns: Columns, wanted: Scope & string, put: Put) => string) | undefined } = {
  within,
  ofProgramme: (kind, columns, wanted, put) => {
    if (columns.has('programme')) return `programme = ${put(wanted)}`
    assert(columns.has('move'), `a ${kind} is of no programme`)
    return `move IN (SELECT m.id FROM move m WHERE m.programme = ${put(wanted)})`
  },
  called: (kind, columns, wanted, put) => {
    const [text, part] = [calledIn(kind, columns), wanted.toLowerCase()]
    // Its pieces, which an index finds it by, can stand apart: that they are there as a whole is seen by what comes first. Asked for aside, they are not weighed: however many have them, to go through all would be dearer.
    return `(strpos(lower(${text}), ${put(part)}) > 0 AND pieces_of(lower(${text})) @> (SELECT ${put(piecesIn(part))}::text[]))`
  },
  named: (kind, columns, wanted, put) => {
    const text = put(wanted.toLowerCase())
    const own = columns.has('name') ? `strpos(lower(name), ${text}) > 0` : undefined
    if (!columns.has('customer')) return own ?? 'false'
    return `(${own === undefined ? '' : `${own} OR `}customer IN (SELECT c.id FROM customer c WHERE strpos(lower(c.name), ${text}) > 0)${columns.has('tenant') ? ` OR tenant IN (SELECT t.id FROM tenant t WHERE strpos(lower(t.name), ${text}) > 0)` : ''})`
  },
}

/** What a record is called, as the index has it. */
const calledIn = (kind: Kind, columns: Columns): string => namesIn(kind, columns).join(" || ' ' || ")

const namesIn = (kind: Kind, columns: Columns): string[] => {
  const own = ['name', 'number', 'email'].filter(one => columns.has(one))
  assert(own.length > 0, `a ${kind} is called nothing`)
  return own.map(column)
}

/** Called just so, and nothing else. */
export const calledExactly = (catalog: Catalog, kind: Kind, called: string, put: Put): string => {
  const text = put(called.toLowerCase())
  return `(${namesIn(kind, columnsOf(catalog, kind)).map(name => `lower(${name}) = ${text}`).join(' OR ')})`
}

/** What begins with it first, and of that the shortest: whoever types a whole name sees it at the top. */
export const nearest = (catalog: Catalog, kind: Kind, called: string, put: Put): string => {
  const text = calledIn(kind, columnsOf(catalog, kind))
  return `strpos(lower(${text}), ${put(called.toLowerCase())}) > 1, length(${text})`
}

/** Each two signs that stand together, or the only one: some of what `pieces_of` says of every text that has it. */
const piecesIn = (part: string): string[] => {
  const signs = [...part]
  return signs.length < 2 ? signs : [...new Set(signs.slice(1).map((sign, n) => `${signs[n] ?? ''}${sign}`))]
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
