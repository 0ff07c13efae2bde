import type { Product, Side, StoreFixture, Writing } from '#ports/store.contract.ts'
import { systemClock } from '#adapters/clock/system.ts'
import type { TableId } from '#domain/stream.ts'
import { MemoryDatabase } from '#adapters/store/memory/database.ts'
import { openProduct, type MemoryProduct, type Writing as MemoryWriting } from '#adapters/store/memory/product.ts'
import { registered } from '#adapters/store/memory/register.ts'
import type { Shape } from '#adapters/store/memory/state.ts'
import { openMemoryStore } from '#adapters/store/memory/store.ts'
import { fenceNote } from '#adapters/store/memory/transaction.ts'

const id = (name: string): TableId => `"shop"."${name}"` as TableId
const shape = (name: string, columns: readonly (readonly [name: string, type: string])[], rest: Partial<Shape> = {}): Shape =>
  ({ id: id(name), label: `shop.${name}`, columns: columns.map(([column, type]) => ({ name: column, type })), primaryKey: [], identity: 'key', unique: [], ...rest })

const shop: readonly Shape[] = [
  shape('orders', [['id', 'number'], ['customer', 'text'], ['note', 'text']], { primaryKey: ['id'] }),
  shape('lines', [['order_id', 'number'], ['line', 'text'], ['what', 'text']], { primaryKey: ['order_id', 'line'] }),
  shape('seats', [['id', 'number'], ['place', 'text']], { primaryKey: ['id'], unique: [['place']] }),
  shape('words', [['word', 'text'], ['meaning', 'text']], { primaryKey: ['word'] }),
  shape('log', [['at', 'text'], ['what', 'text']], { identity: 'all' }),
  shape('scratch', [['what', 'text']], { identity: 'none' }),
]
const sequences = [{ id: id('numbers'), label: 'shop.numbers', increment: 1n }]

let made = 0

/** Two fresh databases in memory, as the store's contract wants them, and the databases themselves. */
export const makeMemoryStores = async (): Promise<StoreFixture & { readonly databases: Readonly<Record<Side, MemoryDatabase>> }> => {
  made++
  let parts = 0
  const source = new MemoryDatabase({ name: `source ${made}`, clock: systemClock, tables: shop, sequences, partChanges: () => 4 + (parts++ % 3) })
  const target = new MemoryDatabase({ name: `target ${made}`, clock: systemClock })
  const databases = { source, target }
  return {
    databases,
    source: openMemoryStore(source),
    target: openMemoryStore(target),
    product: { source: productOf(openProduct(source)), target: productOf(openProduct(target)) },
    provision: () => openProduct(target).define(shop, sequences),
    reopen: async side => openMemoryStore(databases[side]),
    restart: async side => databases[side].restart(),
    killHolder: async anchor => source.letGo(anchor.snapshot),
    async loseStream(stream, how) {
      source.log.dropSlot(stream)
      if (how === 'anew') source.log.createSlot(stream, shop.map(s => s.id))
    },
    leftovers: async side => {
      const database = databases[side]
      return [
        ...database.log.streams.map(name => ({ kind: 'slot', name })),
        ...database.pictures.map(name => ({ kind: 'picture', name })),
        ...(database.visible.notes.has(fenceNote) ? [{ kind: 'fence', name: fenceNote }] : []),
        ...(database.visible.notes.size > registered(database).length ? [{ kind: 'book', name: 'rehome' }] : []),
      ]
    },
    manyChanges: 50,
    longValue: 'long '.repeat(1_000),
  }
}

const label = (table: string): string => `shop.${table}`

const productOf = (memory: MemoryProduct): Product => ({
  ...memory,
  begin: async () => writingOf(await memory.begin()),
  rows: table => memory.rows(label(table)),
  draw: sequence => memory.draw(label(sequence)),
  addColumn: (table, column) => memory.addColumn(label(table), column),
})

const writingOf = (memory: MemoryWriting): Writing => ({
  ...memory,
  insert: (table, rows) => memory.insert(label(table), rows),
  update: (table, where, set) => memory.update(label(table), where, set),
  delete: (table, where) => memory.delete(label(table), where),
  truncate: tables => memory.truncate(tables.map(label)),
  commit: () => memory.commit(),
  async commitUnseen() {
    const { promise, resolve } = Promise.withResolvers<void>()
    const committing = memory.commit(promise)
    return async () => {
      resolve()
      await committing
    }
  },
})
