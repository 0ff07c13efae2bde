import { MemoryDatabase } from '#adapters/store/memory/database.ts'
import { openProduct, type Values, type Writing } from '#adapters/store/memory/product.ts'
import type { Shape } from '#adapters/store/memory/state.ts'
import type { TableId } from '#domain/stream.ts'
import type { Clock } from '#ports/clock.ts'

const id = (name: string): TableId => `"shop"."${name}"` as TableId
const shape = (name: string, columns: readonly string[], rest: Partial<Shape>): Shape =>
  ({ id: id(name), label: `shop.${name}`, columns: columns.map(column => ({ name: column, type: 'text' })), primaryKey: [], identity: 'key', unique: [], ...rest })

/** A small product: rows found by key, rows found by all they are, and rows that no stream carries. */
export const tables: readonly Shape[] = [
  shape('orders', ['id', 'state', 'note'], { primaryKey: ['id'] }),
  shape('seats', ['id', 'place'], { primaryKey: ['id'], unique: [['place']] }),
  shape('log', ['what'], { identity: 'all' }),
  shape('scratch', ['what'], { identity: 'none' }),
]
const sequences = [{ id: id('numbers'), label: 'shop.numbers', increment: 1n }]

export type Homes = { readonly origin: MemoryDatabase; readonly destination: MemoryDatabase }

/** `isProvisioned`: the destination has the product's tables already. */
export const openHomes = async (clock: Clock, partChanges: () => number, isProvisioned = true): Promise<Homes> => {
  const origin = new MemoryDatabase({ name: 'origin', clock, tables, sequences, partChanges })
  const destination = new MemoryDatabase({ name: 'destination', clock, partChanges })
  if (isProvisioned) await openProduct(destination).define(tables, sequences)
  return { origin, destination }
}

export type Contents = Readonly<Record<string, readonly string[]>>

/** Every table's rows, sorted: what one side holds. */
export const contentsOf = async (database: MemoryDatabase): Promise<Contents> => {
  const product = openProduct(database)
  const all: Record<string, string[]> = {}
  for (const { label } of tables) all[label] = (await product.rows(label)).map(row => JSON.stringify(row)).sort()
  return all
}

/** Seeded (mulberry32): the same numbers for the same seed. */
export const randomOf = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

type Model = Map<string, Values[]>

/**
 * The product's writers, and what they were told. Each write is acknowledged, refused, or its answer was lost: then the writer reads whether it
 * happened before it goes on, as a product with idempotency tokens does.
 */
export class Writers {
  readonly #model: Model = new Map(tables.map(t => [t.label, []]))
  readonly #random: () => number
  #last = 0
  acknowledged = 0

  constructor(random: () => number) {
    this.#random = random
  }

  get expected(): Contents {
    return Object.fromEntries([...this.#model].map(([table, rows]) => [table, rows.map(row => JSON.stringify(row)).sort()]))
  }

  /** One random transaction where people are sent to. */
  async write(serving: () => MemoryDatabase): Promise<void> {
    const product = openProduct(serving())
    const next: Model = new Map([...this.#model].map(([table, rows]) => [table, [...rows]]))
    const token = `t${++this.#last}`
    try {
      const writing = await product.begin()
      await this.#fill(writing, next, token)
      await writing.insert('shop.log', [{ what: token }])
      next.get('shop.log')?.push({ what: token })
      await writing.commit()
    } catch {
      if (!(await this.#happened(serving, token))) return
    }
    for (const [table, rows] of next) this.#model.set(table, rows)
    this.acknowledged++
  }

  async #happened(serving: () => MemoryDatabase, token: string): Promise<boolean> {
    for (;;) {
      const log = await openProduct(serving()).rows('shop.log').catch(() => undefined)
      if (log !== undefined) return log.some(row => row['what'] === token)
      await new Promise(resolve => setImmediate(resolve))
    }
  }

  async #fill(writing: Writing, next: Model, token: string): Promise<void> {
    const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(this.#random() * from.length)]
    const replace = async (table: string, where: Values, set: Values): Promise<void> => {
      await writing.update(table, where, set)
      next.set(table, (next.get(table) ?? []).map(row => (Object.entries(where).every(([k, v]) => row[k] === v) ? { ...row, ...set } : row)))
    }
    const remove = async (table: string, where: Values): Promise<void> => {
      await writing.delete(table, where)
      next.set(table, (next.get(table) ?? []).filter(row => !Object.entries(where).every(([k, v]) => row[k] === v)))
    }
    const add = async (table: string, rows: readonly Values[]): Promise<void> => {
      await writing.insert(table, rows)
      next.get(table)?.push(...rows)
    }
    for (let acts = 1 + Math.floor(this.#random() * 4); acts > 0; acts--) {
      const act = this.#random()
      const row = pick(next.get('shop.orders') ?? [])
      const order: Values | undefined = row === undefined ? undefined : { id: row['id'] ?? null }
      if (act < 0.35 || order === undefined) {
        const fresh = `${token}.${acts}`
        await add('shop.orders', [{ id: fresh, state: 'new', note: this.#random() < 0.2 ? null : 'long '.repeat(Math.floor(this.#random() * 400)) }])
        await add('shop.seats', [{ id: fresh, place: `p${fresh}` }])
      } else if (act < 0.6) await replace('shop.orders', order, { state: `s${Math.floor(this.#random() * 9)}` })
      else if (act < 0.7) {
        await remove('shop.orders', order)
        await remove('shop.seats', order)
      } else if (act < 0.78) {
        const fresh = `${token}.${acts}k`
        await replace('shop.orders', order, { id: fresh })
        await replace('shop.seats', order, { id: fresh })
      } else if (act < 0.86) await swap(next, replace, pick)
      else if (act < 0.93) await add('shop.scratch', [{ what: 'same' }])
      else if (act < 0.96) await add('shop.log', [{ what: 'twin' }, { what: 'twin' }])
      else await remove('shop.log', { what: 'twin' })
    }
  }
}

/** Two unique values change places, through a third. */
const swap = async (next: Model, replace: (table: string, where: Values, set: Values) => Promise<void>, pick: <T>(from: readonly T[]) => T | undefined): Promise<void> => {
  const [a, b] = [pick(next.get('shop.seats') ?? []), pick(next.get('shop.seats') ?? [])]
  if (a === undefined || b === undefined || a['id'] === b['id']) return
  const seat = (row: Values): Values => ({ id: row['id'] ?? null })
  await replace('shop.seats', seat(a), { place: 'nowhere' })
  await replace('shop.seats', seat(b), { place: a['place'] ?? null })
  await replace('shop.seats', seat(a), { place: b['place'] ?? null })
}
