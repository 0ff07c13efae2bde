import { sql, type Expression, type SqlBool } from 'kysely'
import type { Entry } from '#domain/journal.ts'
import type { Kind, Records } from '#domain/records.ts'
import { assert } from '#lib/assert.ts'
import type { Page, View, Where } from '#ports/ledger.ts'
import type { Scope } from '#domain/access.ts'
import { within } from './within.ts'
import { type Catalog, type Columns, columnsOf, toColumn } from './columns.ts'
import type { Database } from './database.ts'

const mostRecords = 1_000

/** Reads through `database`: a transaction, or the pool itself for a single question. */
export const viewOf = (database: Database, catalog: Catalog): View => ({
  async get(kind, id) {
    const row = await database.selectFrom(kind as Kind).selectAll().where(sql.ref('id'), '=', id).executeTakeFirst()
    return row as Records[typeof kind] | undefined
  },
  async find(kind, where) {
    const found = await listed(database, catalog, kind, where, { limit: 2 })
    assert(found.length < 2, `there are several of one ${kind}`)
    return found[0]
  },
  list: (kind, where, page = {}) => listed(database, catalog, kind, where, page),
  async count(kind, where) {
    const row = await database.selectFrom(kind as Kind).select(sql<number>`count(*)`.as('count')).where(conditions(catalog, kind, where)).executeTakeFirstOrThrow()
    return row.count
  },
  async tally(kind, by, where) {
    assert(columnsOf(catalog, kind as Kind).has(by), `there is no ${by} to be counted by`)
    const rows = await database.selectFrom(kind as Kind).select([sql<string>`coalesce(${sql.ref(by)}::text, '')`.as('value'), sql<number>`count(*)`.as('count')]).where(conditions(catalog, kind, where)).groupBy(sql.ref(by)).execute()
    return new Map(rows.map(({ value, count }) => [value, count]))
  },
  async entries({ subject, after = 0, limit = mostRecords }) {
    const rows = await database.selectFrom('journal').selectAll().where(sql.ref('seq'), '>', after).$if(subject !== undefined, query => query.where(sql.ref('subject'), '=', subject)).orderBy('seq').limit(limit).execute()
    return rows as Entry[]
  },
})

const listed = async <K extends Kind>(database: Database, catalog: Catalog, kind: K, where: Where<K>, { after, limit = mostRecords, by, descending = false }: Page<K>): Promise<Records[K][]> => {
  const order = descending ? 'desc' as const : 'asc' as const
  const query = database.selectFrom(kind as Kind).selectAll().where(conditions(catalog, kind, where))
    .$if(after !== undefined, q => q.where(beyond(kind, by, after ?? '', descending)))
    .$if(by !== undefined, q => q.orderBy(sql.ref(by ?? 'id'), order)).orderBy('id', order).limit(limit)
  return (await query.execute()) as Records[K][]
}

/** What comes after a record in the order of a page: by the field and, where that is the same, by id. */
const beyond = (kind: Kind, by: string | undefined, after: string, descending: boolean): Expression<SqlBool> => {
  const than = sql.raw(descending ? '<' : '>')
  if (by === undefined) return sql<SqlBool>`id ${than} ${after}`
  return sql<SqlBool>`(${sql.ref(by)}, id) ${than} (SELECT ${sql.ref(by)}, id FROM ${sql.table(kind)} WHERE id = ${after})`
}

export const conditions = <K extends Kind>(catalog: Catalog, kind: K, where: Where<K>): Expression<SqlBool> => {
  const columns = columnsOf(catalog, kind)
  const all = Object.entries(where).filter(([, wanted]) => wanted !== undefined).map(([field, wanted]) => (field === 'within' ? within(kind, columns, wanted as Scope) : condition(columns, field, wanted)))
  return all.length === 0 ? sql<SqlBool>`true` : sql<SqlBool>`${sql.join(all, sql` AND `)}`
}

const condition = (columns: Columns, field: string, wanted: unknown): Expression<SqlBool> => {
  assert(columns.has(field), `there is no ${field} to be asked for`)
  const column = sql.ref(field)
  if (wanted === null) return sql<SqlBool>`${column} IS NULL`
  if (Array.isArray(wanted)) {
    if (columns.get(field) === 'ARRAY') return sql<SqlBool>`${column} && ${wanted}`
    return wanted.length === 0 ? sql<SqlBool>`false` : sql<SqlBool>`${column} IN (${sql.join(wanted.map(value => toColumn(columns, field, value)))})`
  }
  // One mailbox, however it is typed.
  if (field === 'email' && typeof wanted === 'string') return sql<SqlBool>`lower(${column}) = ${wanted.toLowerCase()}`
  if (typeof wanted !== 'object') return sql<SqlBool>`${column} = ${toColumn(columns, field, wanted)}`
  const { from, to } = wanted as { from?: unknown; to?: unknown }
  const bounds = [...(from === undefined ? [] : [sql`${column} >= ${toColumn(columns, field, from)}`]), ...(to === undefined ? [] : [sql`${column} <= ${toColumn(columns, field, to)}`])]
  return bounds.length === 0 ? sql<SqlBool>`${column} IS NOT NULL` : sql<SqlBool>`${sql.join(bounds, sql` AND `)}`
}
