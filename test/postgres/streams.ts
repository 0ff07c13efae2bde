import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { Applier } from '#adapters/store/postgres/apply.ts'
import { readCheckpoint, startAt } from '#adapters/store/postgres/checkpoint.ts'
import type { Context } from '#adapters/store/postgres/context.ts'
import { quote } from '#adapters/store/postgres/identifiers.ts'
import { mark } from '#adapters/store/postgres/mark.ts'
import { record } from '#adapters/store/postgres/record.ts'
import { changes } from '#adapters/store/postgres/replication.ts'
import type { Table } from '#domain/catalog.ts'
import { type Checkpoint, type Position, remaining, type TableId, type Transaction } from '#domain/stream.ts'
import type { Major } from '#adapters/embedded-postgres/binaries.ts'
import { type Scope, type TestDatabase, useDatabase } from '#test/services/postgres.ts'
import { contextOf } from './contexts.ts'
import { describeTables } from './tables.ts'

/** Two databases of the same schema, and a stream of all tables but `elsewhere` from the one to the other that begins before the test's first write. */
export type Rig = {
  readonly from: TestDatabase
  readonly to: TestDatabase
  readonly source: Context
  readonly target: Context
  readonly stream: string
  readonly tables: ReadonlyMap<TableId, Table>
  readonly begins: Position
  readonly applier: Applier
  /** Everything committed before now, from the target's checkpoint on, not applied. */
  read(): Promise<Transaction[]>
  /** Applies it, as many transactions at once as there are. */
  follow(): Promise<Checkpoint>
  /** The tables are equal, whatever the order of their rows. */
  assertSame(): Promise<void>
}

type Options = { readonly template: string; readonly target?: string; readonly majors?: readonly [Major, Major]; readonly change?: Partial<Table> }

export const useRig = async (scope: Scope, { template, target = template, majors = [15, 18], change = {} }: Options): Promise<Rig> => {
  const [from, to] = [await useDatabase(scope, { major: majors[0], template }), await useDatabase(scope, { major: majors[1], template: target })]
  const [a, b] = [contextOf(from.url), contextOf(to.url, 'target')]
  const stream = `rehome_${randomBytes(6).toString('hex')}_out`
  const applier = new Applier(b, stream)
  scope.after(async () => {
    // The slot goes with its database.
    await applier[Symbol.asyncDispose]()
    await a[Symbol.asyncDispose]()
    await b[Symbol.asyncDispose]()
  })
  const names = await from.query<{ name: string }>(`SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'elsewhere' ORDER BY oid`)
  const tables = new Map((await describeTables(a, names.map(n => n.name), change)).map(table => [table.id, table]))
  const begins = await record(a, stream, [...tables.values()])
  await startAt(b, stream, begins)
  const read = async (): Promise<Transaction[]> => {
    const at = await readCheckpoint(b, stream)
    assert.ok(at)
    return (await readStream(a, stream, at)).flatMap(part => remaining(at, part) ?? [])
  }
  return {
    from, to, source: a, target: b, stream, tables, begins, applier, read,
    async follow() {
      return applier.apply(await read(), tables)
    },
    async assertSame() {
      for (const { id } of tables.values()) assert.deepEqual(await rowsOf(to, id), await rowsOf(from, id), `${id} differs`)
    },
  }
}

/** From a checkpoint on, up to and with a marker put in now. */
export const readStream = async (source: Context, stream: string, from: Checkpoint): Promise<Transaction[]> => {
  const nonce = randomBytes(6).toString('hex')
  await mark(source, nonce)
  const parts: Transaction[] = []
  await using session = changes(source, stream, from, AbortSignal.timeout(60_000))
  for await (const part of session) {
    parts.push(part)
    if (part.marker === nonce) break
  }
  return parts
}

/** Each row as the server prints it, columns by name, sorted. */
export const rowsOf = async (database: TestDatabase, table: TableId | string): Promise<string[]> => {
  const columns = await database.query<{ name: string }>(`SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attname`, [table])
  const rows = await database.query<{ row: string }>(`SET extra_float_digits = 3; SELECT ROW(${columns.map(c => `t.${quote(c.name)}`).join(', ')})::text COLLATE "C" AS row FROM ${table} AS t ORDER BY 1`)
  return rows.map(r => r.row)
}
