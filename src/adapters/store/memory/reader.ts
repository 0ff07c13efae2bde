import { createHash } from 'node:crypto'
import type { Chunk, Digest, Span, Table } from '#domain/catalog.ts'
import { assert } from '#lib/assert.ts'
import type { Piece, Reader, RowPrint } from '#ports/store.ts'
import { bytesOf } from './catalog.ts'
import type { Session } from './session.ts'
import { placeOf, type Row, type State, type TableState } from './state.ts'

/** Rows in one piece of bytes: few, so that a load of any size takes several pieces. */
const rowsInPiece = 8

/** The rows of one instant. A row travels as one line of JSON; the same line is what is hashed. */
export const openReader = (session: Session, state: State): Reader => {
  const { incarnation } = session.database
  const act = <T>(name: string, work: () => T): Promise<T> =>
    session.act(name, async () => {
      if (session.database.incarnation !== incarnation) throw session.database.unreachable()
      return work()
    })
  return {
    read: (chunks, tables, signal) => session.pull('reader.read', () => pieces(state, chunks, tables, signal)),
    spans: (table, spanRows) => act('reader.spans', () => cut(state, table, Math.max(1, spanRows)).map(c => ({ table: table.id, ...c }))),
    digest: (span, table, order, signal) =>
      act('reader.digest', () => {
        signal.throwIfAborted()
        assert(order !== 'key' || table.order === 'key', `${table.label} has no key to order it by`)
        const rows = rowsIn(state, table, span.range)
        return digestOf(rows, order === 'key' ? inKeyOrder(rows, table) : rows, order)
      }),
    rows: (span, table, signal) => session.pull('reader.rows', () => prints(rowsIn(state, table, span.range), table, signal)),
    digestKeys: (table, keys, signal) =>
      act('reader.digestKeys', () => {
        signal.throwIfAborted()
        const rows = rowsWith(state, table, keys)
        return digestOf(rows, rows, 'multiset')
      }),
    rowsByKey: (table, keys, signal) => session.pull('reader.rowsByKey', () => prints(rowsWith(state, table, keys), table, signal)),
    count: table => act('reader.count', () => tableIn(state, table).rows.size),
    largeObjects: () => session.pull('reader.largeObjects', async function* () {
      for (const [id, bytes] of state.largeObjects) yield { id, bytes: bytes.length, sha256: sha256(bytes) }
    }),
    readLargeObject: (id, signal) => session.pull('reader.readLargeObject', async function* () {
      const bytes = state.largeObjects.get(id)
      assert(bytes !== undefined, `there is no large object ${id}`)
      for (let from = 0; from < bytes.length; from += 1_024) {
        signal.throwIfAborted()
        yield bytes.subarray(from, from + 1_024)
      }
    }),
    async [Symbol.asyncDispose]() { /* a reference to the past is all it holds */ },
  }
}

/** How a table is cut into pieces of at most `most` rows, the last one open above, the first one open below. By key where there is one. */
export const cut = (state: State, table: Table, most: number): Pick<Span, 'number' | 'of' | 'range' | 'rows'>[] => {
  const { rows } = tableIn(state, table)
  if (table.order !== 'key' || rows.size <= most) return [{ number: 0, of: 1, rows: rows.size }]
  const keys = inKeyOrder(rowsIn(state, table, undefined), table).map(row => keyOf(row, table))
  const of = Math.ceil(keys.length / most)
  return Array.from({ length: of }, (_, number) => ({
    number, of, rows: Math.min(most, keys.length - number * most),
    range: JSON.stringify({ from: number === 0 ? null : keys[number * most], to: keys[(number + 1) * most] ?? null } satisfies Range),
  }))
}

/** The same for copying, by an estimate of bytes. */
export const chunksOf = (state: State, table: Table, chunkBytes: number): Chunk[] => {
  const { rows } = tableIn(state, table)
  const bytes = [...rows.values()].reduce((all, row) => all + bytesOf(row), 0)
  const most = bytes <= chunkBytes ? rows.size + 1 : Math.max(1, Math.floor((rows.size * chunkBytes) / bytes))
  return cut(state, table, most).map(({ rows: count, ...piece }) => ({ table: table.id, ...piece, bytes: rows.size === 0 ? 0 : Math.round((bytes * count) / rows.size) }))
}

export const tableIn = (state: State, table: Table): TableState => {
  const found = state.tables.get(table.id)
  assert(found !== undefined, `there is no table ${table.label}`)
  return found
}

export const lineOf = (row: Row): string => `${JSON.stringify(row)}\n`

/** Half open; null: open. */
type Range = { readonly from: Row | null | undefined; readonly to: Row | null }

async function* pieces(state: State, chunks: readonly Chunk[], tables: ReadonlyMap<Table['id'], Table>, signal: AbortSignal): AsyncGenerator<Piece> {
  for (const [chunk, { table: id, range }] of chunks.entries()) {
    const table = tables.get(id)
    assert(table !== undefined, `a chunk of ${id}, which is not moved`)
    const rows = rowsIn(state, table, range)
    for (let from = 0; from < rows.length; from += rowsInPiece) {
      signal.throwIfAborted()
      yield { chunk, bytes: Buffer.from(rows.slice(from, from + rowsInPiece).map(lineOf).join('')) }
    }
    signal.throwIfAborted()
    yield { chunk, digest: digestOf(rows, rows, 'stored') }
  }
}

async function* prints(rows: readonly Row[], table: Table, signal: AbortSignal): AsyncGenerator<RowPrint> {
  for (const values of rows) {
    signal.throwIfAborted()
    const key = table.order === 'key' ? keyOf(values, table) : values
    yield { key: key.length === 1 ? String(key[0]) : JSON.stringify(key), sha256: sha256(lineOf(values)), values }
  }
}

/** The columns that are moved, of the rows in the range, as stored. */
const rowsIn = (state: State, table: Table, range: string | undefined): Row[] => {
  const { shape, rows } = tableIn(state, table)
  const places = table.columns.map(c => placeOf(shape, c.name))
  const all = [...rows.values()].map(row => places.map(place => row[place] ?? null))
  if (range === undefined) return all
  const { from, to } = JSON.parse(range) as Range
  return all.filter(row => (from === null || from === undefined || compare(keyOf(row, table), from) >= 0) && (to === null || compare(keyOf(row, table), to) < 0))
}

/** `keys` as the stream writes them, one character a byte. */
const rowsWith = (state: State, table: Table, keys: readonly (readonly string[])[]): Row[] => {
  assert(table.key.length > 0, `${table.label} has no key`)
  const wanted = new Set(keys.map(key => JSON.stringify(key.map(value => Buffer.from(value, 'latin1').toString('utf8')))))
  const places = table.key.map(name => table.columns.findIndex(c => c.name === name))
  return rowsIn(state, table, undefined).filter(row => wanted.has(JSON.stringify(places.map(place => row[place]))))
}

const inKeyOrder = (rows: readonly Row[], table: Table): Row[] => [...rows].sort((a, b) => compare(keyOf(a, table), keyOf(b, table)))

const keyOf = (row: Row, table: Table): Row => (table.orderedBy ?? table.key).map(name => row[table.columns.findIndex(c => c.name === name)] ?? null)

const compare = (a: Row, b: Row): number => {
  for (const [i, x] of a.entries()) {
    const y = b[i] ?? ''
    if (x !== y) return (x ?? '') < y ? -1 : 1
  }
  return 0
}

const digestOf = (all: readonly Row[], inOrder: readonly Row[], order: Digest['order']): Digest => {
  const lines = inOrder.map(lineOf)
  return { order, rows: all.length, bytes: lines.reduce((bytes, line) => bytes + Buffer.byteLength(line), 0), sha256: order === 'multiset' ? sumOf(lines) : sha256(lines.join('')) }
}

/** Never exclusive or: equal rows would cancel in pairs. */
const sumOf = (lines: readonly string[]): string => {
  const total = lines.reduce((sum, line) => (sum + BigInt(`0x${sha256(line)}`)) % 2n ** 256n, 0n)
  return total.toString(16).padStart(64, '0')
}

const sha256 = (of: string | Buffer): string => createHash('sha256').update(of).digest('hex')
