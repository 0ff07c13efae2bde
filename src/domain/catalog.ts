import type { Position, TableId } from './stream.ts'

/** Who a store is. Pinned when a move starts; a store that answers differently later is another store (I7). */
export type Identity = {
  readonly engine: 'postgres' | 'memory'
  /** Such as `15.18`. */
  readonly version: string
  /** The server's own identity, given when it was created; a copy promoted elsewhere keeps it. */
  readonly system: string
  /** Raised by the server each time a copy of it is promoted. */
  readonly timeline: number
  readonly database: string
}

/** How later changes of a table reach the target: by the stream, or by copying the table in the freeze. */
export type Route = 'stream' | 'in-freeze'

export type Table = {
  readonly id: TableId
  /** For people: `schema.name`, escape sequences made visible. */
  readonly label: string
  /** The columns that are moved, in order: generated ones are left out, the target computes them. */
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  /** The columns by which the stream identifies a row: empty when the whole row does, or nothing does. */
  readonly key: readonly string[]
  /** How rows are put in the same order on any server: by unique columns, or not at all (rows are then counted as a multiset). */
  readonly order: 'key' | 'multiset'
  /** Order `key`: the unique columns rows are ordered and spans are cut by, where they are not those of `key`: a table that the stream identifies by the whole row, or not at all, may still have a primary key. */
  readonly orderedBy?: readonly string[]
  /** The bytes a chunk of this table travels in. Both ends must read the same; the reason is for the evidence. */
  readonly format: 'binary' | 'text'
  readonly formatReason?: string
  readonly route: Route
  /** Why it is not in the stream: no replica identity, unlogged. */
  readonly routeReason?: string
  /** Estimates: of the heap and its oversized values, without indexes. */
  readonly bytes: number
  readonly rows: number
}

export type Sequence = { readonly id: TableId; readonly label: string; readonly last: string; readonly called: boolean; readonly increment: string }

/** One object of the schema and its definition, normalised so that equal text means an equal object. */
export type SchemaObject = { readonly kind: string; readonly name: string; readonly definition: string }

export type Catalog = {
  readonly tables: readonly Table[]
  readonly sequences: readonly Sequence[]
  readonly largeObjects: { readonly count: number; readonly bytes: number }
  readonly objects: readonly SchemaObject[]
  /** SHA-256 over `objects`, hex. */
  readonly fingerprint: string
}

/** A piece of a table that is copied at one go and recorded with its rows (I1). `range` is the adapter's; none: the whole table. */
export type Chunk = { readonly table: TableId; readonly number: number; readonly of: number; readonly range?: string; readonly bytes: number }

/** A piece of a table that is compared at one go: a half-open range of the key, the first open below, the last open above (I8). */
export type Span = { readonly table: TableId; readonly number: number; readonly of: number; readonly range?: string; readonly rows: number }

/**
 * What stands for a set of rows. `order` says what the hash was taken over: `stored`, the rows in the order the reader
 * met them; `key`, in key order; `multiset`, the sum of the rows' hashes. Only digests of one order can be compared;
 * two equal digests of order `stored` prove equality, two different ones prove nothing.
 */
export type Digest = { readonly order: 'stored' | 'key' | 'multiset'; readonly rows: number; readonly bytes: number; readonly sha256: string }

/** A consistent picture of the source, and from where on its changes must be applied to what was copied from it. */
export type Anchor = {
  /** The adapter's name for the picture: what another session needs to see it. */
  readonly snapshot: string
  /** Every transaction that commits before is in the picture, every later one is streamed. Cold: the place at which it was taken. */
  readonly position: Position
  /** False: nothing records the changes after it (a cold move). */
  readonly followed: boolean
  /** The operating-system process that keeps the picture alive, on this machine; for clean-up and tests. */
  readonly holder?: number
}

export type Difference = { readonly kind: string; readonly name: string; readonly source?: string; readonly target?: string }

/** The objects that are not the same on both sides, by kind and name. Empty: the schemas are equal. */
export const differences = (source: readonly SchemaObject[], target: readonly SchemaObject[]): Difference[] => {
  const id = (o: SchemaObject): string => `${o.kind}\0${o.name}`
  const there = new Map(target.map(o => [id(o), o]))
  const here = new Set(source.map(id))
  const changed = source.flatMap((o): Difference[] => {
    const other = there.get(id(o))
    if (other === undefined) return [{ kind: o.kind, name: o.name, source: o.definition }]
    return other.definition === o.definition ? [] : [{ kind: o.kind, name: o.name, source: o.definition, target: other.definition }]
  })
  const added = target.filter(o => !here.has(id(o))).map((o): Difference => ({ kind: o.kind, name: o.name, target: o.definition }))
  return [...changed, ...added]
}
