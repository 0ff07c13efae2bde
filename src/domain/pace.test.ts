import assert from 'node:assert/strict'
import { test } from 'node:test'
import { copiedIn, paceIn } from './pace.ts'
import type { Json } from './records.ts'
import type { Told } from './report.ts'

test('how fast a move copied is what its agent told: the bytes of its plan over the time of its copy, also in parts', () => {
  const told: Told[] = [
    { type: 'plan', tables: [{ table: 'a', bytes: 30_000_000, rows: 1 }, { table: 'b', bytes: 70_000_000, rows: 1 }] },
    { type: 'phase', phase: 'copy', state: 'begins' }, { type: 'phase', phase: 'copy', state: 'ends', ms: 4_000 }, { type: 'phase', phase: 'indexes', state: 'ends', ms: 9_000 }, { type: 'phase', phase: 'copy', state: 'ends', ms: 1_000 },
  ]
  const result = told.reduce<Json>((kept, one) => (copiedIn(kept, one) as Json | undefined) ?? kept, { findings: [] })
  assert.deepEqual(paceIn(result), { store: '', bytesPerSecond: 20_000_000 })
})

test('what says nothing of others is no pace: nothing copied, or in less than a second', () => {
  for (const result of [null, [], { copyBytes: 5 }, { copyMs: 5_000 }, { copyBytes: 5_000, copyMs: 999 }, { copyBytes: 0, copyMs: 5_000 }, { copyBytes: 'x', copyMs: 5_000 }]) assert.equal(paceIn(result as Json), undefined)
})
