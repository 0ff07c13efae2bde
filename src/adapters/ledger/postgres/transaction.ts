import { CompiledQuery, type QueryResult, sql } from 'kysely'
import { type Deed, type Entry, entryAfter, type Who } from '#domain/journal.ts'
import type { Kind, Records } from '#domain/records.ts'
import type { Instant } from '#domain/time.ts'
import type { Execute, Jobs } from '#ports/jobs.ts'
import type { Transaction } from '#ports/ledger.ts'
import { type Catalog, columnsOf, toRow } from './columns.ts'
import { conditions } from './conditions.ts'
import type { Database, Row } from './database.ts'
import { type Ask, column, type Statement, statement } from './statement.ts'
import { byId, table, viewOf } from './view.ts'

/** Where jobs are kept: in the same database, so that they come with the transaction or not at all. */
export type JobsWithin = Pick<Jobs, 'enqueueWithin' | 'cancelWithin'>

type Told = { readonly at: Instant; readonly who: Who; readonly deed: Deed }

/** At so many a statement: its parameters are counted in 16 bits. */
const recordsAtOnce = 500

/** `finish` writes down what was told to the journal: last, because from then on every other writer of the journal waits for this transaction. */
export const openTransaction = (database: Database, catalog: Catalog, jobs: JobsWithin): { readonly transaction: Transaction; finish(): Promise<void> } => {
  const told: Told[] = []
  const execute: Execute = (text, values) => database.executeQuery(CompiledQuery.raw(text, [...values]))
  const run = runIn(database)
  const transaction: Transaction = {
    ...viewOf(askIn(database), catalog),
    // Rows that only refer to this one may come and go: nobody changes ids.
    async lock(kind, id) {
      const { rows: [row] } = await run(byId(catalog, kind as Kind, id, ' FOR NO KEY UPDATE'))
      return row as Records[typeof kind] | undefined
    },
    async add(kind, ...records) {
      const columns = columnsOf(catalog, kind)
      for (let at = 0; at < records.length; at += recordsAtOnce) await database.insertInto(kind as Kind).values(records.slice(at, at + recordsAtOnce).map(record => toRow(columns, record))).execute()
    },
    async change(kind, id, change, where) {
      const row = Object.entries(toRow(columnsOf(catalog, kind), change))
      const { numAffectedRows } = await run(statement(put => `UPDATE ${table(kind)} SET ${row.map(([field, value]) => `${column(field)} = ${put(value)}`).join(', ')} WHERE id = ${put(id)}${where === undefined ? '' : ` AND ${conditions(catalog, kind, where, put)}`}`))
      return numAffectedRows === 1n
    },
    async put(kind, ...records) {
      const columns = columnsOf(catalog, kind)
      const others = [...columns.keys()].filter(field => field !== 'id')
      for (let at = 0; at < records.length; at += recordsAtOnce) {
        await database.insertInto(kind as Kind).values(records.slice(at, at + recordsAtOnce).map(record => toRow(columns, record)))
          .onConflict(clash => clash.column('id').doUpdateSet(Object.fromEntries(others.map(field => [field, sql.ref(`excluded.${field}`)])))).execute()
      }
    },
    async remove(kind, where) {
      const { numAffectedRows } = await run(statement(put => `DELETE FROM ${table(kind)} WHERE ${conditions(catalog, kind, where, put)}`))
      return Number(numAffectedRows)
    },
    record: (at, who, deed) => { told.push({ at, who, deed }) },
    enqueue: (...all) => jobs.enqueueWithin(execute, all),
    cancel: (...keys) => jobs.cancelWithin(execute, keys),
    repeat: (failed, id) => failed.retryWithin(execute, id),
    complete: holding => holding.completeWithin(execute),
    async answered(key, fingerprint) {
      // Waits for another request of the same key, and sees its answer.
      const { rows: [made] } = await sql<{ key: string }>`INSERT INTO answered (key, fingerprint) VALUES (${key}, ${fingerprint}) ON CONFLICT (key) DO NOTHING RETURNING key`.execute(database)
      if (made !== undefined) return undefined
      const { rows: [known] } = await sql<{ fingerprint: string; answer: unknown }>`SELECT fingerprint, answer FROM answered WHERE key = ${key}`.execute(database)
      return known
    },
    async keepAnswer(key, answer) {
      await sql`UPDATE answered SET answer = ${JSON.stringify(answer)} WHERE key = ${key}`.execute(database)
    },
  }
  return { transaction, finish: () => writeJournal(database, told) }
}

/** Statements that are whole already: nothing is to be made of their names. */
const runIn = (database: Database) => {
  const plain = database.withoutPlugins()
  return ({ text, values }: Statement): Promise<QueryResult<Row>> => plain.executeQuery<Row>(CompiledQuery.raw(text, [...values]) as CompiledQuery<Row>)
}

/** Answers questions of their own transaction each, or of the one that `database` is. */
export const askIn = (database: Database): Ask => {
  const run = runIn(database)
  return async asked => (await run(asked)).rows
}

/** One lock for all who add to it: the hash of a line needs the line before it. Held from here to the end of the transaction. */
const writeJournal = async (database: Database, told: readonly Told[]): Promise<void> => {
  if (told.length === 0) return
  await sql`SELECT pg_advisory_xact_lock(hashtextextended('rehome journal', 0))`.execute(database)
  const { rows: [last] } = await sql<Pick<Entry, 'seq' | 'hash'>>`SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1`.execute(database)
  let before = last
  for (const { at, who, deed } of told) {
    const { seq, who: by, verb, kind, subject, facts, previous, hash } = entryAfter(before, at, who, deed)
    await sql`INSERT INTO journal (seq, at, who, verb, kind, subject, facts, previous, hash) VALUES (${seq}, ${new Date(at).toISOString()}, ${JSON.stringify(by)}, ${verb}, ${kind}, ${subject}, ${JSON.stringify(facts)}, ${previous}, ${hash})`.execute(database)
    before = { seq, hash }
  }
}
