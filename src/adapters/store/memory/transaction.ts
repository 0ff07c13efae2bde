import type { Change, Image, Relation, TableId } from '#domain/stream.ts'
import type { Ending, MemoryDatabase } from './database.ts'
import type { Entry } from './log.ts'
import type { Owner } from './locks.ts'
import { constraintsOf, keyText, placeOf, type Row, type Shape, type Write } from './state.ts'
import { View } from './view.ts'

/** The name of the note that holds the fence: the tables that the product may not write. */
export const fenceNote = 'fence'

/** A value longer than this is not sent again by an update that leaves it alone, as oversized values are not. */
export const longestSentAgain = 2_000

/** Thrown at the product: the fence, or a unique constraint. */
export class Refused extends Error {
  override readonly name = 'Refused'
}

/**
 * A transaction of the product, or one of Rehome's own, which passes the fence. Read committed: it sees what others have committed, rows it changed are
 * locked until it ends. Ends by itself with its session or the server.
 */
export class Transaction implements Owner, Ending {
  readonly who: string
  readonly #database: MemoryDatabase
  readonly #views = new Map<TableId, View>()
  readonly #writes: Write[] = []
  readonly #changes: Change[] = []
  #ended: Error | undefined

  constructor(database: MemoryDatabase, who: 'product' | 'rehome', session: object) {
    this.who = who
    this.#database = database
    database.opened(this, session)
  }

  view(table: TableId): View {
    const known = this.#views.get(table)
    if (known !== undefined) return known
    const view = new View(() => {
      const state = this.#database.visible.tables.get(table)
      if (state === undefined) throw new Refused(`there is no table ${table}`)
      return state
    })
    this.#views.set(table, view)
    return view
  }

  async insert(table: TableId, row: Row): Promise<void> {
    await this.#enter([table], 'write')
    const { shape } = this.view(table).table
    await this.#claim(table, undefined, row)
    this.#write({ op: 'put', table, number: this.#database.number(), row })
    this.#log(shape, relation => ({ op: 'insert', relation, row: imageOf(row) }))
  }

  /** Locks the row; undefined: somebody removed it meanwhile. */
  async lock(table: TableId, number: number): Promise<Row | undefined> {
    await this.#enter([table], 'write')
    await this.#acquire(`row ${table} ${number}`, 'alone')
    return this.view(table).row(number)
  }

  /** Replaces a row that `lock` answered. */
  async replace(table: TableId, number: number, row: Row): Promise<void> {
    const { shape } = this.view(table).table
    const was = this.#locked(table, number)
    await this.#claim(table, number, row)
    this.#write({ op: 'put', table, number, row })
    this.#log(shape, relation => {
      const isOld = shape.identity === 'all' || shape.primaryKey.some(c => was[placeOf(shape, c)] !== row[placeOf(shape, c)])
      return { op: 'update', relation, row: imageOf(row, was), ...(isOld ? { old: oldImage(shape, was) } : {}) }
    })
  }

  /** Removes a row that `lock` answered. */
  remove(table: TableId, number: number): void {
    const { shape } = this.view(table).table
    const was = this.#locked(table, number)
    this.#write({ op: 'remove', table, number })
    this.#log(shape, relation => ({ op: 'delete', relation, old: oldImage(shape, was) }))
  }

  async truncate(tables: readonly TableId[], restartIdentity = false): Promise<void> {
    await this.#enter(tables, 'alone')
    const shapes = tables.map(table => this.view(table).table.shape)
    for (const table of tables) this.#write({ op: 'truncate', table })
    const relations = shapes.filter(s => s.identity !== 'none').map(relationOf)
    if (relations.length > 0) this.#changes.push({ op: 'truncate', relations, restartIdentity, cascade: false })
  }

  /** Changes the table's definition; its rows get nothing in new columns. */
  async define(shape: Shape, inForce: ReadonlySet<string>): Promise<void> {
    await this.#acquire(`table ${shape.id}`, 'alone')
    this.#write({ op: 'define', shape, inForce })
  }

  async drop(table: TableId): Promise<void> {
    await this.#acquire(`table ${table}`, 'alone')
    this.#write({ op: 'drop', table })
  }

  largeObject(id: string, bytes: Buffer | undefined): void {
    this.#write({ op: 'large-object', id, bytes })
  }

  /** What the note says, locked until the end. */
  async note(name: string): Promise<string | undefined> {
    await this.#acquire(`note ${name}`, 'alone')
    return this.#database.visible.notes.get(name)
  }

  setNote(name: string, text: string | undefined): void {
    this.#write({ op: 'note', name, text })
  }

  /** `unseen`: others see it only when that resolves, although the log has it: what waiting for a standby looks like. */
  async commit({ isDurable = true, marker, unseen }: { readonly isDurable?: boolean; readonly marker?: string; readonly unseen?: Promise<void> } = {}): Promise<Entry> {
    this.#mustLive()
    const what = { changes: this.#changes, committedAt: this.#database.clock.now(), ...(marker === undefined ? {} : { marker }) }
    this.#database.commit(this.#writes, isDurable)
    const entry = this.#database.log.append(what, isDurable)
    if (unseen !== undefined) await unseen
    this.#mustLive()
    this.#database.show(this.#writes)
    this.end(new Error('the transaction is over'))
    return entry
  }

  rollback(): void {
    if (this.#ended === undefined) this.end(new Error('the transaction was rolled back'))
  }

  end(reason: Error): void {
    this.#ended = reason
    this.#database.closed(this)
    this.#database.locks.release(this, reason)
  }

  #mustLive(): void {
    if (this.#ended !== undefined) throw this.#ended
  }

  async #acquire(resource: string, mode: 'write' | 'alone'): Promise<void> {
    this.#mustLive()
    await this.#database.locks.acquire(this, resource, mode)
    this.#mustLive()
  }

  /** The tables' locks, then the fence: whoever waited behind the fence meets it. */
  async #enter(tables: readonly TableId[], mode: 'write' | 'alone'): Promise<void> {
    for (const table of tables) {
      await this.#acquire(`table ${table}`, mode)
      if (this.who === 'product' && isFenced(this.#database, table)) throw new Refused(`${table} is frozen`)
    }
  }

  /** No other row has what `row` has in a unique constraint, nor can another transaction put one there before this one ends. */
  async #claim(table: TableId, number: number | undefined, row: Row): Promise<void> {
    const { shape, inForce } = this.view(table).table
    const was = number === undefined ? undefined : this.view(table).row(number)
    for (const [name, columns] of constraintsOf(shape)) {
      if (!inForce.has(name) || columns.some(c => row[placeOf(shape, c)] === null)) continue
      const text = keyText(shape, columns, row)
      if (was !== undefined && keyText(shape, columns, was) === text) continue
      await this.#acquire(`key ${table} ${name} ${text}`, 'alone')
      if (this.view(table).find(columns, text).some(other => other !== number)) throw new Refused(`${shape.label} has a row with ${columns.join(', ')} ${text} already`)
    }
  }

  #locked(table: TableId, number: number): Row {
    this.#mustLive()
    const row = this.view(table).row(number)
    if (row === undefined) throw new Error(`row ${number} of ${table} is not there`)
    return row
  }

  #write(write: Write): void {
    this.#mustLive()
    this.#writes.push(write)
    if (write.op === 'put') this.view(write.table).put(write.number, write.row)
    else if (write.op === 'remove') this.view(write.table).remove(write.number)
    else if (write.op === 'truncate') this.view(write.table).truncate()
  }

  #log(shape: Shape, change: (relation: Relation) => Change): void {
    if (shape.identity !== 'none') this.#changes.push(change(relationOf(shape)))
  }
}

export const isFenced = (database: MemoryDatabase, table: TableId): boolean => {
  const note = database.visible.notes.get(fenceNote)
  return note !== undefined && (JSON.parse(note) as TableId[]).includes(table)
}

/** What a transaction sees of its own definition is not modelled: a shape counts from the commit on. */
const relations = new WeakMap<Shape, Relation>()

const relationOf = (shape: Shape): Relation => {
  const known = relations.get(shape)
  if (known !== undefined) return known
  const isKey = (column: string): boolean => shape.identity === 'all' || shape.primaryKey.includes(column)
  const relation: Relation = { table: shape.id, columns: shape.columns.map(c => ({ ...c, key: isKey(c.name) })), identity: shape.identity === 'all' ? 'all' : 'key' }
  relations.set(shape, relation)
  return relation
}

/** One character a byte. */
const byByte = (value: string | null): string | null => (value === null ? null : Buffer.from(value, 'utf8').toString('latin1'))

/** The row, without the long values that it has in common with `was`. */
const imageOf = (row: Row, was?: Row): Image => row.map((value, i) => (was !== undefined && value !== null && value === was[i] && value.length > longestSentAgain ? undefined : byByte(value)))

/** All of it, or its key alone. */
const oldImage = (shape: Shape, was: Row): Image => was.map((value, i) => (shape.identity === 'all' || shape.primaryKey.includes(shape.columns[i]?.name ?? '') ? byByte(value) : null))
