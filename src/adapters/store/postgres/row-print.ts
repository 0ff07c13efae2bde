import { createHash } from 'node:crypto'
import type { Table } from '#domain/catalog.ts'
import type { RowPrint } from '#ports/store.ts'
import { orderColumns } from './row-key.ts'
import { RowCutter } from './rows.ts'

/** A value is shown up to here; of a longer one its beginning, its length and its hash. */
const shownBytes = 65_536
const shownOfLong = 200

const tab = 0x09

/** Reads rows of a text copy: values as people see them, a gigabyte of value in no more memory than a short one. */
export class RowPrinter {
  readonly #table: Table
  readonly #keyAt: readonly number[]
  readonly #cutter = new RowCutter((part, isLast) => this.#part(part, isLast))
  #done: RowPrint[] = []
  #row = createHash('sha256')
  #values: (string | null)[] = []
  #cell = new Cell()

  constructor(table: Table) {
    this.#table = table
    const order = orderColumns(table)
    this.#keyAt = order.map(name => table.columns.findIndex(c => c.name === name))
  }

  /** The rows that are complete with these bytes. */
  push(frames: Buffer): RowPrint[] {
    this.#cutter.push(frames)
    const done = this.#done
    this.#done = []
    return done
  }

  #part(part: Buffer, isLast: boolean): void {
    this.#row.update(part)
    let from = 0
    // A tab or a line's end inside a value is written as an escape.
    for (let at = part.indexOf(tab); at !== -1; at = part.indexOf(tab, from)) {
      this.#cell.add(part.subarray(from, at))
      this.#endCell()
      from = at + 1
    }
    this.#cell.add(part.subarray(from, isLast ? part.length - 1 : part.length))
    if (isLast) this.#endRow()
  }

  #endCell(): void {
    this.#values.push(this.#cell.value())
    this.#cell = new Cell()
  }

  #endRow(): void {
    if (this.#table.columns.length > 0) this.#endCell()
    const identifying = this.#keyAt.length === 0 ? this.#values : this.#keyAt.map(at => this.#values[at] ?? null)
    this.#done.push({ key: keyText(identifying), sha256: this.#row.digest('hex'), values: this.#values })
    this.#row = createHash('sha256')
    this.#values = []
    this.#cell = new Cell()
  }
}

/** One column stands for itself; of several, what could be mistaken is quoted. No two keys read the same. */
const keyText = (values: readonly (string | null)[]): string =>
  values.length === 1 ? (values[0] ?? 'null') : values.map(v => (v !== null && /^[\w.:+-]+$/.test(v) ? v : JSON.stringify(v))).join(', ')

/** A value in the making, in the escapes of a text copy. */
class Cell {
  #kept: Buffer[] = []
  #bytes = 0
  #hash = createHash('sha256')

  add(part: Buffer): void {
    if (this.#bytes < shownBytes) this.#kept.push(part)
    this.#bytes += part.length
    this.#hash.update(part)
  }

  value(): string | null {
    const raw = Buffer.concat(this.#kept).toString('utf8')
    if (raw === '\\N') return null
    if (this.#bytes <= shownBytes) return unescaped(raw)
    return `${unescaped(raw.slice(0, shownOfLong).replace(/\\$/, ''))}… (${this.#bytes} bytes, sha256 ${this.#hash.digest('hex')})`
  }
}

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

const unescaped = (raw: string): string => (raw.includes('\\') ? raw.replace(/\\(.)/g, (_, c: string) => escapes[c] ?? c) : raw)
