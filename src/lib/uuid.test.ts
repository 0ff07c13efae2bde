import assert from 'node:assert/strict'
import { test } from 'node:test'
import { risingUuids } from './uuid.ts'

test('ids of version 7 rise, also within a millisecond and when the clock goes back', () => {
  let now = Date.UTC(2026, 0, 1)
  const next = risingUuids(() => now)
  const ids: string[] = []
  for (let n = 0; n < 20_000; n++) {
    if (n % 7_000 === 0) now += n === 7_000 ? -50 : 1
    ids.push(next())
  }
  assert.deepEqual(ids, ids.toSorted())
  assert.equal(new Set(ids).size, ids.length)
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(Number.parseInt((ids[0] ?? '').replaceAll('-', '').slice(0, 12), 16), Date.UTC(2026, 0, 1) + 1)
})
