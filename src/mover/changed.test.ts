import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Table } from '#domain/catalog.ts'
import type { Change, Position, Relation, TableId, Transaction } from '#domain/stream.ts'
import { Changed, mostKeys } from './changed.ts'

const table = (name: string): Table => ({ id: name as TableId, label: name, columns: [{ name: 'id', type: 'integer' }], key: ['id'], order: 'key', format: 'text', route: 'stream', bytes: 0, rows: 0 })
const relation = (name: string): Relation => ({ table: name as TableId, columns: [{ name: 'id', type: 'integer', key: true }], identity: 'key' })
const part = (changes: Change[]): Transaction => ({ commit: '1' as Position, end: '2' as Position, committedAt: 0, from: 0, changes, last: true })

test('a table that is emptied is to be compared whole, also when more keys have changed than are kept', () => {
  const changed = new Changed(new Map(['orders', 'log'].map(name => [name as TableId, table(name)])))
  const orders = relation('orders')
  changed.begin()
  changed.add([part(Array.from({ length: mostKeys + 10 }, (_, id): Change => ({ op: 'insert', relation: orders, row: [String(id)] })))])
  assert.ok(changed.isOverflown)
  assert.equal(changed.count, mostKeys + 1)
  changed.add([part([{ op: 'truncate', relations: [relation('log')], restartIdentity: false, cascade: false }])])
  assert.deepEqual([...changed.whole], ['log'])
})
