import assert from 'node:assert/strict'
import type { Anchor, Chunk, Table } from '#domain/catalog.ts'
import { Fault, type FaultCode } from '#domain/faults.ts'
import { remaining, type Change, type Checkpoint, type Position, type TableId, type Transaction } from '#domain/stream.ts'
import type { Reader, Source, Store, Target } from '../store.ts'
import type { Product, Side, StoreFixture, Values, Writing } from './fixture.contract.ts'

export const out = 'rehome_contract_out'
export const back = 'rehome_contract_back'

/** Nothing here waits longer; a contract that hangs fails. */
export const soon = (): AbortSignal => AbortSignal.timeout(30_000)

/** The smallest mover there is: copies, then follows in one transaction after the other. */
export type Lane = { readonly f: StoreFixture; readonly source: Source; readonly target: Target; readonly tables: ReadonlyMap<TableId, Table>; readonly anchor: Anchor }

export const tablesOf = async (store: Store): Promise<ReadonlyMap<TableId, Table>> => new Map((await store.catalog()).tables.map(table => [table.id, table]))

export const tableOf = (tables: ReadonlyMap<TableId, Table>, name: string): Table => {
  const table = [...tables.values()].find(t => t.label === `shop.${name}`)
  assert.ok(table, `the fixture has no table ${name}`)
  return table
}

/** Recording from now on, a picture of now, and a target that is ready for it. */
export const begin = async (f: StoreFixture, { follow = true } = {}): Promise<Lane> => {
  await f.provision()
  const [source, target] = [f.source.source(out), f.target.target(out)]
  const tables = await tablesOf(f.source)
  await target.prepare()
  const anchor = await source.anchor({ follow, tables: [...tables.values()] })
  return { f, source, target, tables, anchor }
}

export const allChunks = async (lane: Lane, chunkBytes = 2 ** 30, only?: readonly string[]): Promise<Chunk[]> => {
  const chunks: Chunk[] = []
  for (const table of lane.tables.values()) {
    if (only === undefined || only.some(name => table.label === `shop.${name}`)) chunks.push(...(await lane.source.chunks(lane.anchor, table, chunkBytes)))
  }
  return chunks
}

export const load = async (lane: Lane, chunks: readonly Chunk[], anchor = lane.anchor) => {
  await using picture = await lane.source.open(anchor)
  await using reader = await picture.reader()
  return await lane.target.load(chunks, anchor, lane.tables, reader.read(chunks, lane.tables, soon()), soon())
}

/** Begins, copies everything, lets the picture go (unless it `holds` it: a server may refuse to truncate until then), and sets the first checkpoint. */
export const copy = async (f: StoreFixture, { holds = false } = {}): Promise<Lane> => {
  const lane = await begin(f)
  await load(lane, await allChunks(lane))
  await lane.target.secureLoads()
  if (!holds) await lane.source.release(lane.anchor)
  await lane.target.startAt(lane.anchor.position)
  return lane
}

export const checkpointOf = async (target: Target): Promise<Checkpoint> => {
  const checkpoint = await target.checkpoint()
  assert.ok(checkpoint, 'there is no checkpoint')
  return checkpoint
}

/** Parts from a checkpoint on, up to and without the one that carries a marker put in now. */
export const read = async (source: Source, from: Checkpoint): Promise<Transaction[]> => {
  const nonce = await marked(source)
  const parts: Transaction[] = []
  await using stream = source.changes(from, soon())
  for await (const part of stream) {
    if (part.marker === nonce) break
    parts.push(part)
  }
  return parts
}

/** Applies everything that was committed before now, from the target's checkpoint on. `acknowledges`: false keeps the source waiting. */
export const follow = async ({ source, target, tables }: Pick<Lane, 'source' | 'target' | 'tables'>, { acknowledges = true } = {}): Promise<Checkpoint> => {
  const nonce = await marked(source)
  let at = await checkpointOf(target)
  await using stream = source.changes(at, soon())
  for await (const part of stream) {
    const rest = remaining(at, part)
    if (rest !== undefined) at = await target.apply([rest], tables)
    if (acknowledges) stream.acknowledge(at.through)
    if (part.marker === nonce && part.last) break
  }
  return at
}

let marks = 0
export const marked = async (source: Source): Promise<string> => {
  const nonce = `mark ${++marks}`
  await source.mark(nonce)
  return nonce
}

/** Every table is the same on both sides, as the product sees it. */
export const assertSame = async (f: StoreFixture, tables = ['orders', 'lines', 'seats', 'words', 'log']): Promise<void> => {
  for (const table of tables) assert.deepEqual(sorted(await f.product.target.rows(table)), sorted(await f.product.source.rows(table)), `${table} differs`)
}

export const sorted = (rows: readonly Values[]): string[] => rows.map(row => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))).sort()

/** One transaction of the product. */
export const write = async (product: Product, work: (writing: Writing) => Promise<unknown>): Promise<void> => {
  const writing = await product.begin()
  await work(writing)
  await writing.commit()
}

export const order = (id: number | string, customer: string | null = `customer ${id}`, note: string | null = null): Values => ({ id: String(id), customer, note })

export const orders = (from: number, to: number): Values[] => Array.from({ length: to - from }, (_, i) => order(from + i))

/** A little of everything, in every table. */
export const fill = (f: StoreFixture, side: Side = 'source'): Promise<void> =>
  write(f.product[side], async w => {
    await w.insert('orders', [...orders(1, 40), order(900, null), order(901, ''), order(-5)])
    await w.insert('lines', orders(1, 20).flatMap(o => ['a', 'b'].map(line => ({ order_id: o['id'] ?? '', line, what: `${line} of ${o['id'] ?? ''}` }))))
    await w.insert('seats', [{ id: '1', place: 'A' }, { id: '2', place: 'B' }, { id: '3', place: null }, { id: '4', place: null }])
    await w.insert('words', oddTexts.map((word, i) => ({ word, meaning: oddTexts[oddTexts.length - 1 - i] ?? null })))
    await w.insert('log', [{ at: '1', what: 'twice' }, { at: '1', what: 'twice' }, { at: '1', what: null }, { at: '1', what: '' }, { at: null, what: null }])
    await w.insert('scratch', [{ what: 'one' }, { what: 'two' }])
  })

/** Texts that a careless copy changes. */
export const oddTexts: readonly string[] = [
  '', ' ', 'NULL', '\\N', '\\.', '\\', '\\\\', '"', "'", 'a\tb', 'a\nb', 'a\r\nb', '\r', '\b\f\v', 'naïve', '日本語', '🙂', 'e\u0301', '\u00e9', '\u202e', '\u001b[31m', '{}', '{"a":1}', '(1,2)', ',', 'a|b', '$1', '%s', '-0', 'x'.repeat(300),
]

/** A reader of a picture of now. Both end with the stack. */
export const readerOf = async (stack: AsyncDisposableStack, store: Store): Promise<Reader> => stack.use(await stack.use(await store.picture()).reader())

export const wholeSpan = (table: Table) => ({ table: table.id, number: 0, of: 1, rows: table.rows })

export const rejectsWith = (code: FaultCode, promise: Promise<unknown>): Promise<void> =>
  assert.rejects(promise, error => error instanceof Fault && error.code === code)

/** An assertion of the adapter's own: we failed, not the world. */
export const rejectsAsBug = (promise: Promise<unknown>): Promise<void> => assert.rejects(promise, { name: 'Bug' })

/** What a server that was just restarted answers, once its sessions have noticed. */
export const persist = async <T>(ask: () => Promise<T>): Promise<T> => {
  for (let tries = 0; ; tries++) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof Fault) || !error.isRetryable || tries === 20) throw error
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }
}

/** The text of a value in an image. */
export const textOf = (value: string | null | undefined): string | null | undefined => (typeof value === 'string' ? Buffer.from(value, 'latin1').toString('utf8') : value)

/** What a change says, short: `insert orders 1`. */
export const say = (change: Change): string => {
  const name = (id: TableId): string => id.replaceAll('"', '').replace(/^shop\./, '')
  if (change.op === 'truncate') return `truncate ${change.relations.map(r => name(r.table)).sort().join(', ')}`
  const { relation } = change
  const key = (image: readonly (string | null | undefined)[]): string => relation.columns.flatMap((c, i) => (c.key ? [textOf(image[i]) ?? 'NULL'] : [])).join(' ')
  if (change.op === 'insert') return `insert ${name(relation.table)} ${key(change.row)}`
  if (change.op === 'delete') return `delete ${name(relation.table)} ${key(change.old)}`
  return `update ${name(relation.table)} ${change.old === undefined ? key(change.row) : `${key(change.old)} to ${key(change.row)}`}`
}

/** Transactions put together from their parts; the last part alone knows the end. */
export const whole = (parts: readonly Transaction[]): { readonly commit: Position; readonly end: Position; readonly says: string[] }[] => {
  const by = new Map<Position, { commit: Position; end: Position; says: string[] }>()
  for (const part of parts) {
    const known = by.get(part.commit) ?? { commit: part.commit, end: part.end, says: [] }
    by.set(part.commit, known)
    if (part.last) known.end = part.end
    known.says.push(...part.changes.map(say))
  }
  return [...by.values()]
}
