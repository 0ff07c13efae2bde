import type { Entry } from '#domain/journal.ts'
import { stages } from '#domain/move.ts'
import type { Kind, Records } from '#domain/records.ts'
import { assert } from '#lib/assert.ts'
import type { Page, View, Where } from '#ports/ledger.ts'
import { type Catalog, columnsOf } from './columns.ts'
import { calledExactly, conditions, nearest } from './conditions.ts'
import { entriesWanted } from './entries.ts'
import { countOverview } from './overview.ts'
import { type Ask, column, type Put, type Statement, statement } from './statement.ts'

const mostRecords = 1_000

/** Reads by `ask`: within a transaction, or for a single question outside of one. */
export const viewOf = (ask: Ask, catalog: Catalog): View => ({
  async get(kind, id) {
    const [row] = await ask(byId(catalog, kind as Kind, id))
    return row as Records[typeof kind] | undefined
  },
  async find(kind, where) {
    const found = await ask(listed(catalog, kind, where, { limit: 2 }))
    assert(found.length < 2, `there are several of one ${kind}`)
    return found[0] as Records[typeof kind] | undefined
  },
  async list(kind, where, page = {}) {
    return [...await ask(listed(catalog, kind, where, page))] as Records[typeof kind][]
  },
  async count(kind, where) {
    const [row] = await ask(statement(put => `SELECT count(*) AS count FROM ${table(kind)} WHERE ${conditions(catalog, kind, where, put)}`))
    return row?.['count'] as number
  },
  async tally(kind, by, where) {
    assert(columnsOf(catalog, kind as Kind).has(by), `there is no ${by} to be counted by`)
    const rows = await ask(statement(put => `SELECT coalesce(${column(by)}::text, '') AS value, count(*) AS count FROM ${table(kind)} WHERE ${conditions(catalog, kind, where, put)} GROUP BY ${column(by)}`))
    return new Map(rows.map(row => [row['value'] as string, row['count'] as number]))
  },
  overview: wish => countOverview(ask, wish),
  async entries(wanted) {
    const rows = await ask(entriesWanted({ limit: mostRecords, ...wanted }))
    return rows as readonly unknown[] as Entry[]
  },
})

/** The record of an id. `and`: what else is wanted of it. */
export const byId = (catalog: Catalog, kind: Kind, id: string, and = ''): Statement => statement(put => `SELECT ${fields(catalog, kind)} FROM ${table(kind)} WHERE id = ${put(id)}${and}`)

/** Every kind has a table of its name. */
export const table = (kind: Kind): string => `"${kind}"`

const listed = <K extends Kind>(catalog: Catalog, kind: K, where: Where<K>, { after, limit = mostRecords, by, descending = false }: Page<K>): Statement => {
  assert(Number.isSafeInteger(limit) && limit >= 0, 'so many are a number')
  assert(by === undefined || orders[by] !== undefined || columnsOf(catalog, kind).has(by), 'the order is that of a field')
  const order = descending ? 'DESC' : 'ASC'
  const { called } = where
  if (called !== undefined && by === undefined) {
    assert(after === undefined, 'what is called like that comes in one page')
    return nearestFirst(catalog, kind, { ...where, called }, `id ${order} LIMIT ${limit}`)
  }
  return statement(put => `SELECT ${fields(catalog, kind)} FROM ${table(kind)} WHERE ${conditions(catalog, kind, where, put)}`
    + `${after === undefined ? '' : ` AND ${beyond(kind, by, put(after), descending)}`} ORDER BY ${by === undefined ? '' : `${inOrder(by)} ${order}, `}id ${order} LIMIT ${limit}`)
}

/** Of those that are called like that, at most a thousand are looked at, and whoever is called just so: to put all in order takes long where nearly all are, and says nothing. */
const nearestFirst = <K extends Kind>(catalog: Catalog, kind: K, where: Where<K> & { readonly called: string }, then: string): Statement => statement(put => {
  const some = `SELECT id FROM ${table(kind)} WHERE ${conditions(catalog, kind, where, put)}`
  return `SELECT ${fields(catalog, kind)} FROM ${table(kind)} WHERE id IN ((${some} AND ${calledExactly(catalog, kind, where.called, put)} LIMIT ${mostRecords}) UNION ALL (${some} LIMIT ${mostRecords})) ORDER BY ${nearest(catalog, kind, where.called, put)}, ${then}`
})

/** What comes after a record in the order of a page: by the field and, where that is the same, by id. */
const beyond = (kind: Kind, by: string | undefined, after: ReturnType<Put>, descending: boolean): string => {
  const than = descending ? '<' : '>'
  if (by === undefined) return `id ${than} ${after}`
  return `(${inOrder(by)}, id) ${than} (SELECT ${inOrder(by)}, id FROM ${table(kind)} WHERE id = ${after})`
}

/** Orders of moves that are of no field. Each gives something for every move, so that a page can begin after any. */
const orders: { readonly [by: string]: string | undefined } = {
  customerName: '(SELECT lower(c.name) FROM customer c WHERE c.id = "move".customer)', tenantName: '(SELECT lower(t.name) FROM tenant t WHERE t.id = "move".tenant)',
  waveName: `coalesce((SELECT lower(w.name) FROM wave w WHERE w.id = "move".wave), '')`, day: `coalesce(t0, 'infinity')`, standing: `coalesce(array_position(ARRAY[${['planned', ...stages].map(stage => `'${stage}'`).join(', ')}], stage), 0)`,
}
const inOrder = (by: string): string => orders[by] ?? column(by)

/** All of them, by the names that they have in a record. */
const fields = (catalog: Catalog, kind: Kind): string => {
  const columns = columnsOf(catalog, kind)
  const known = written.get(columns) ?? [...columns.keys()].map(field => (column(field) === `"${field}"` ? column(field) : `${column(field)} AS "${field}"`)).join(', ')
  written.set(columns, known)
  return known
}
const written = new WeakMap<object, string>()
