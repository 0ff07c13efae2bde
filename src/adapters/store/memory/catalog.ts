import { createHash } from 'node:crypto'
import type { Catalog, SchemaObject, Sequence, Table } from '#domain/catalog.ts'
import type { MemoryDatabase } from './database.ts'
import { constraintsOf, type Row, type Shape, type TableState } from './state.ts'

export const catalogOf = (database: MemoryDatabase): Catalog => {
  const state = database.visible
  return {
    tables: [...state.tables.values()].map(tableOf),
    sequences: sequencesOf(database),
    largeObjects: { count: state.largeObjects.size, bytes: sum([...state.largeObjects.values()].map(b => b.length)) },
    objects: objectsOf(database),
    fingerprint: fingerprintOf(database),
  }
}

export const fingerprintOf = (database: MemoryDatabase): string => createHash('sha256').update(JSON.stringify(objectsOf(database))).digest('hex')

export const sequencesOf = (database: MemoryDatabase): Sequence[] =>
  [...database.sequences].map(([id, s]) => ({ id, label: s.label, last: String(s.last), called: s.called, increment: String(s.increment) }))

/** What a `table` object's definition says; `createSchema` makes the table from it. */
export type TableDefinition = Omit<Shape, 'label'>

const tableOf = ({ shape, rows }: TableState): Table => {
  const isKeyed = shape.identity === 'key' && shape.primaryKey.length > 0
  return {
    id: shape.id,
    label: shape.label,
    columns: shape.columns,
    key: isKeyed ? shape.primaryKey : [],
    order: shape.primaryKey.length > 0 ? 'key' : 'multiset',
    ...(!isKeyed && shape.primaryKey.length > 0 ? { orderedBy: shape.primaryKey } : {}),
    format: 'text',
    route: shape.identity === 'none' ? 'in-freeze' : 'stream',
    ...(shape.identity === 'none' ? { routeReason: 'nothing identifies a changed row' } : {}),
    bytes: sum([...rows.values()].map(bytesOf)),
    rows: rows.size,
  }
}

const objectsOf = (database: MemoryDatabase): SchemaObject[] =>
  [
    ...[...database.visible.tables.values()].flatMap(({ shape, inForce }): SchemaObject[] => {
      const { label, ...definition } = shape
      const constraints = [...constraintsOf(shape)].filter(([name]) => inForce.has(name))
      return [
        { kind: 'table', name: label, definition: JSON.stringify(definition satisfies TableDefinition) },
        ...constraints.map(([name, columns]) => ({ kind: 'constraint', name: `${label} ${name}`, definition: JSON.stringify(columns) })),
      ]
    }),
    ...[...database.sequences].map(([id, s]) => ({ kind: 'sequence', name: s.label, definition: JSON.stringify({ id, increment: String(s.increment) }) })),
  ].sort((a, b) => (`${a.kind} ${a.name}` < `${b.kind} ${b.name}` ? -1 : 1))

export const bytesOf = (row: Row): number => sum(row.map(value => (value === null ? 1 : Buffer.byteLength(value))))

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
