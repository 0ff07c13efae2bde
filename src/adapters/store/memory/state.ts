import type { TableId } from '#domain/stream.ts'

/** Values in the order of the table's columns. */
export type Row = readonly (string | null)[]

/** A table as it was defined. */
export type Shape = {
  readonly id: TableId
  /** `schema.name`. */
  readonly label: string
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  /** Empty: there is none. */
  readonly primaryKey: readonly string[]
  /** What the log says of a changed row's old self: its primary key, all of it, or nothing (the table is not in the stream). */
  readonly identity: 'key' | 'all' | 'none'
  readonly unique: readonly (readonly string[])[]
}

/** Rows by a number that no other row of the table ever has; in the order in which they are stored. */
export type Rows = ReadonlyMap<number, Row>

/** `inForce`: the names of those unique constraints that are built (`constraintsOf`). */
export type TableState = { readonly shape: Shape; readonly inForce: ReadonlySet<string>; readonly rows: Rows }

/** Everything a transaction can change, at one instant. Never changed in place: a picture is a reference to it. */
export type State = {
  readonly tables: ReadonlyMap<TableId, TableState>
  readonly largeObjects: ReadonlyMap<string, Buffer>
  /** What Rehome keeps here, by name. */
  readonly notes: ReadonlyMap<string, string>
}

export type Write =
  | { readonly op: 'put'; readonly table: TableId; readonly number: number; readonly row: Row }
  | { readonly op: 'remove'; readonly table: TableId; readonly number: number }
  | { readonly op: 'truncate'; readonly table: TableId }
  | { readonly op: 'define'; readonly shape: Shape; readonly inForce: ReadonlySet<string> }
  | { readonly op: 'drop'; readonly table: TableId }
  | { readonly op: 'large-object'; readonly id: string; readonly bytes: Buffer | undefined }
  | { readonly op: 'note'; readonly name: string; readonly text: string | undefined }

export const emptyState: State = { tables: new Map(), largeObjects: new Map(), notes: new Map() }

/** The state after `writes`, in order. A row that is put again is stored last, as an update does in a heap. */
export const written = (state: State, writes: readonly Write[]): State => {
  const tables = new Map(state.tables)
  const largeObjects = new Map(state.largeObjects)
  const notes = new Map(state.notes)
  const copied = new Map<TableId, Map<number, Row>>()
  const rowsOf = (table: TableId): Map<number, Row> => {
    const known = copied.get(table)
    if (known !== undefined) return known
    const was = tables.get(table)
    const rows = new Map(was?.rows)
    copied.set(table, rows)
    if (was !== undefined) tables.set(table, { ...was, rows })
    return rows
  }
  for (const write of writes) {
    if (write.op === 'note') put(notes, write.name, write.text)
    else if (write.op === 'large-object') put(largeObjects, write.id, write.bytes)
    else if (write.op === 'define') tables.set(write.shape.id, { shape: write.shape, inForce: write.inForce, rows: widened(rowsOf(write.shape.id), write.shape, copied) })
    else if (write.op === 'drop') {
      tables.delete(write.table)
      copied.delete(write.table)
    } else if (write.op === 'truncate') rowsOf(write.table).clear()
    else {
      rowsOf(write.table).delete(write.number)
      if (write.op === 'put') rowsOf(write.table).set(write.number, write.row)
    }
  }
  return { tables, largeObjects, notes }
}

/** The unique constraints of a table, by name. */
export const constraintsOf = (shape: Shape): ReadonlyMap<string, readonly string[]> =>
  new Map([
    ...(shape.primaryKey.length === 0 ? [] : [['key', shape.primaryKey] as const]),
    ...shape.unique.map(columns => [`unique ${columns.join(', ')}`, columns] as const),
  ])

/** The values of `columns` in `row`, as one text that only equal values share. */
export const keyText = (shape: Shape, columns: readonly string[], row: Row): string => JSON.stringify(columns.map(name => row[placeOf(shape, name)] ?? null))

export const placeOf = (shape: Shape, column: string): number => {
  const place = shape.columns.findIndex(c => c.name === column)
  if (place === -1) throw new Error(`there is no column ${column} in ${shape.label}`)
  return place
}

const put = <K, V>(map: Map<K, V>, key: K, value: V | undefined): void => {
  if (value === undefined) map.delete(key)
  else map.set(key, value)
}

/** Rows of a table that got a column have nothing in it. */
const widened = (rows: Map<number, Row>, shape: Shape, copied: Map<TableId, Map<number, Row>>): Map<number, Row> => {
  const wide = new Map([...rows].map(([number, row]) => [number, shape.columns.map((_, place) => row[place] ?? null)]))
  copied.set(shape.id, wide)
  return wide
}
