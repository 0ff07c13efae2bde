import { keyText, type Row, type Rows, type TableState } from './state.ts'

/**
 * A table as one transaction sees it: what others have committed by now, and over it what the transaction did itself.
 * `base` is asked anew each time, as each statement of a read-committed transaction does.
 */
export class View {
  readonly #base: () => TableState
  readonly #mine = new Map<number, Row | undefined>()
  readonly #myIndexes = new Map<string, { readonly columns: readonly string[]; readonly numbers: Map<string, Set<number>> }>()
  #isTruncated = false

  constructor(base: () => TableState) {
    this.#base = base
  }

  get table(): TableState {
    return this.#base()
  }

  row(number: number): Row | undefined {
    if (this.#mine.has(number)) return this.#mine.get(number)
    return this.#isTruncated ? undefined : this.#base().rows.get(number)
  }

  *rows(): Generator<[number, Row]> {
    if (!this.#isTruncated) for (const [number, row] of this.#base().rows) if (!this.#mine.has(number)) yield [number, row]
    for (const [number, row] of this.#mine) if (row !== undefined) yield [number, row]
  }

  /** The numbers of the rows with these values; `text` as `keyText` writes them. */
  find(columns: readonly string[], text: string): number[] {
    const theirs = this.#isTruncated ? [] : (indexOf(this.#base(), columns).get(text) ?? []).filter(number => !this.#mine.has(number))
    return [...theirs, ...(this.#myIndex(columns).get(text) ?? [])]
  }

  put(number: number, row: Row): void {
    this.#unindex(number)
    this.#mine.delete(number)
    this.#mine.set(number, row)
    for (const { columns, numbers } of this.#myIndexes.values()) add(numbers, keyText(this.table.shape, columns, row), number)
  }

  remove(number: number): void {
    this.#unindex(number)
    this.#mine.set(number, undefined)
  }

  truncate(): void {
    this.#isTruncated = true
    this.#mine.clear()
    this.#myIndexes.clear()
  }

  #myIndex(columns: readonly string[]): ReadonlyMap<string, ReadonlySet<number>> {
    const name = JSON.stringify(columns)
    const known = this.#myIndexes.get(name)
    if (known !== undefined) return known.numbers
    const numbers = new Map<string, Set<number>>()
    for (const [number, row] of this.#mine) if (row !== undefined) add(numbers, keyText(this.table.shape, columns, row), number)
    this.#myIndexes.set(name, { columns, numbers })
    return numbers
  }

  #unindex(number: number): void {
    const was = this.#mine.get(number)
    if (was === undefined) return
    for (const { columns, numbers } of this.#myIndexes.values()) numbers.get(keyText(this.table.shape, columns, was))?.delete(number)
  }
}

/** Indexes of rows that never change, made when first asked for and gone with the rows. */
const indexes = new WeakMap<Rows, Map<string, Map<string, number[]>>>()

const indexOf = (table: TableState, columns: readonly string[]): ReadonlyMap<string, readonly number[]> => {
  const all = indexes.get(table.rows) ?? new Map<string, Map<string, number[]>>()
  indexes.set(table.rows, all)
  const name = JSON.stringify(columns)
  const known = all.get(name)
  if (known !== undefined) return known
  const index = new Map<string, number[]>()
  for (const [number, row] of table.rows) {
    const text = keyText(table.shape, columns, row)
    const numbers = index.get(text)
    if (numbers === undefined) index.set(text, [number])
    else numbers.push(number)
  }
  all.set(name, index)
  return index
}

const add = (index: Map<string, Set<number>>, text: string, number: number): void => {
  const numbers = index.get(text)
  if (numbers === undefined) index.set(text, new Set([number]))
  else numbers.add(number)
}
