import type { Change, Image, Relation } from '#domain/stream.ts'

/** A change of rows; TRUNCATE is not one. */
export type RowChange = Exclude<Change, { op: 'truncate' }>

/**
 * What a run of changes of one table comes to, if they are applied in this order: `absent` are keys of rows that came and went, there must be none;
 * then what is gone, what is different, what is new. Keys and rows are images of `relation`.
 */
export type Net = {
  readonly relation: Relation
  readonly absent: readonly Image[]
  readonly deletes: readonly Image[]
  readonly updates: readonly Image[]
  readonly inserts: readonly Image[]
}

/** Either many changes at once, or one that must be applied by itself and in its place. */
export type Step = { readonly net: Net } | { readonly single: RowChange }

/** What is sent in one statement. A value above the limit travels alone: the literal of an array would hold it several times. */
const netChanges = 20_000
const netLength = 16 * 2 ** 20
const loneLength = 2 ** 20

/**
 * Collapses the changes of one table, in stream order, to the fewest steps with the same outcome. Rows without a key, and key changes that do not
 * send every column, are not collapsed; whatever cannot be (a second insert of one key) is left as it is, for the target to refuse.
 */
export const collapse = (changes: readonly RowChange[]): Step[] => {
  const steps: Step[] = []
  let open: Collapsing | undefined
  const close = (): void => {
    if (open !== undefined) steps.push({ net: open.net() })
    open = undefined
  }
  for (const change of changes) {
    const length = lengthOf(change)
    if (open !== undefined && (open.relation !== change.relation || open.isFull)) close()
    if (length <= loneLength) {
      open ??= new Collapsing(change.relation)
      if (open.take(change, length)) continue
    }
    close()
    steps.push({ single: change })
  }
  close()
  return steps
}

/** Of one key: whether its row was there before, whether that one must go, and what is to be there. `row` undefined: nothing. */
type Entry = { readonly key: Image; readonly wasThere: boolean; isReplaced: boolean; row: Image | undefined }

class Collapsing {
  readonly relation: Relation
  readonly #keys: readonly number[]
  readonly #entries = new Map<string, Entry>()
  /** Without a key rows can only be added. */
  readonly #keyless: Image[] = []
  #length = 0
  #changes = 0

  constructor(relation: Relation) {
    this.relation = relation
    this.#keys = relation.identity === 'all' ? [] : relation.columns.flatMap((column, i) => (column.key ? [i] : []))
  }

  get isFull(): boolean {
    return this.#changes >= netChanges || this.#length >= netLength
  }

  /** False: it cannot be taken, and nothing was changed. */
  take(change: RowChange, length: number): boolean {
    if (!this.#take(change)) return false
    this.#changes++
    this.#length += length
    return true
  }

  net(): Net {
    const net = { relation: this.relation, absent: [] as Image[], deletes: [] as Image[], updates: [] as Image[], inserts: [...this.#keyless] }
    for (const { key, wasThere, isReplaced, row } of this.#entries.values()) {
      if (row === undefined) (wasThere ? net.deletes : net.absent).push(key)
      else if (!wasThere) net.inserts.push(row)
      else if (!isReplaced) net.updates.push(row)
      else {
        net.deletes.push(key)
        net.inserts.push(row)
      }
    }
    return net
  }

  #take(change: RowChange): boolean {
    if (this.#keys.length === 0) {
      if (change.op !== 'insert') return false
      this.#keyless.push(change.row)
      return true
    }
    if (change.op === 'insert') return this.#insert(this.#keyOf(change.row), change.row)
    if (change.op === 'delete') return this.#delete(this.#keyOf(change.old), change.old)
    // The old key is sent when the key changed; also when it is too long to lie in the row, and then the new one is not.
    const before = this.#keyOf(change.old ?? change.row)
    const now = this.#keyOf(change.row)
    return before === now ? this.#update(now, change.row) : this.#rename(before, now, change.row, change.old ?? change.row)
  }

  #insert(key: string, row: Image): boolean {
    const entry = this.#entries.get(key)
    if (entry === undefined) this.#entries.set(key, { key: row, wasThere: false, isReplaced: false, row })
    else if (entry.row !== undefined) return false
    else Object.assign(entry, { row, isReplaced: entry.wasThere })
    return true
  }

  #delete(key: string, old: Image): boolean {
    const entry = this.#entries.get(key)
    if (entry === undefined) this.#entries.set(key, { key: old, wasThere: true, isReplaced: false, row: undefined })
    else if (entry.row === undefined) return false
    else entry.row = undefined
    return true
  }

  #update(key: string, row: Image): boolean {
    const entry = this.#entries.get(key)
    if (entry === undefined) this.#entries.set(key, { key: row, wasThere: true, isReplaced: false, row })
    else if (entry.row === undefined) return false
    else entry.row = filled(row, entry.row)
    return true
  }

  /** I9: the old key's row goes, the new key's comes; possible only when all of it is known. */
  #rename(before: string, now: string, row: Image, old: Image): boolean {
    const entry = this.#entries.get(before)
    const whole = entry?.row === undefined ? row : filled(row, entry.row)
    if (whole.includes(undefined) || this.#entries.get(now)?.row !== undefined || (entry !== undefined && entry.row === undefined)) return false
    return this.#delete(before, old) && this.#insert(now, whole)
  }

  #keyOf(row: Image): string {
    const first = row[this.#keys[0] ?? 0]
    // No text of PostgreSQL's holds a zero byte.
    return this.#keys.length === 1 && typeof first === 'string' ? first : this.#keys.map(i => row[i]).join('\0')
  }
}

/** `row` with what it does not send taken from `known`. */
const filled = (row: Image, known: Image): Image => (row.includes(undefined) ? row.map((value, i) => (value === undefined ? known[i] : value)) : row)

export const lengthOf = (change: RowChange): number => {
  let length = 0
  const image = change.op === 'delete' ? change.old : change.row
  for (const value of image) if (typeof value === 'string') length += value.length
  return length
}
