import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Table } from '#domain/catalog.ts'
import { defaults } from '#domain/order.ts'
import type { TableId, Transaction } from '#domain/stream.ts'
import { Changed } from './changed.ts'
import { forecastFreeze } from './measure.ts'
import type { MoveRecord } from './record.ts'

const id = 'large' as TableId
const tables: readonly Table[] = [{ id, label: 'large', columns: [], key: ['id'], order: 'key', format: 'binary', route: 'stream', bytes: 1e9, rows: 8_000_000 }]
const record = { order: { ...defaults, tenant: 'nordlicht' }, tables, measured: {} } as unknown as MoveRecord
/** A thousand rows a millisecond. */
const verified = { proofs: [{ table: id, rows: 10_000_000, bytes: 1e9, digests: [], found: [] }], ms: 10_000 }
const emptied = { changes: [{ op: 'truncate', relations: [{ table: id }], restartIdentity: false }] } as unknown as Transaction

test('a large table that was emptied since the verification is proven whole in the freeze, and the forecast says so', () => {
  const changed = new Changed(new Map())
  changed.begin()
  const progress = { changes: 0, behindMs: 0 }
  assert.ok(forecastFreeze({ record }, { progress, changed } as never, verified).fits)
  changed.add([emptied])
  const forecast = forecastFreeze({ record }, { progress, changed } as never, verified)
  assert.deepEqual([forecast.fits, forecast.dominant], [false, 'verify whole'])
  assert.ok(forecast.p50Ms > 10_000)
})
