import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canServe, isClaimable, mayNotOrder } from './orders.ts'
import { forEveryone, storable } from './report.ts'

const gate = (key: string, dueOn: string, state: 'open' | 'go' | 'no-go') => ({ key, dueOn, state })

test('a move is ordered when every gate due until then has its go; a no-go stands in the way whenever it is due', () => {
  const gates = [gate('paperwork', '2026-11-01', 'go'), gate('readiness', '2026-11-10', 'open'), gate('cutover', '2026-11-20', 'open')]
  assert.equal(mayNotOrder(true, gates, '2026-11-09', []), undefined)
  assert.deepEqual(mayNotOrder(true, gates, '2026-11-10', []), { refused: 'gate-not-go', gates: ['readiness'] })
  assert.deepEqual(mayNotOrder(true, gates, '2026-11-09', ['cutover']), { refused: 'gate-not-go', gates: ['cutover'] })
  assert.deepEqual(mayNotOrder(true, [...gates, gate('board', '2027-01-01', 'no-go')], '2026-11-30', []), { refused: 'gate-not-go', gates: ['board', 'cutover', 'readiness'] })
  assert.deepEqual(mayNotOrder(false, [], '2026-11-09', []), { refused: 'plan-missing' })
})

test('an agent gets what it has the keys of: both homes to move, the old one to measure, the new one to make users', () => {
  const places = { tenant: 'nordlicht', origin: 'old', destination: 'new' }
  const [old, all] = [[{ home: 'old', tenant: 'nordlicht' }], [{ home: 'old', tenant: '*' }, { home: 'new', tenant: 'nordlicht' }]]
  assert.deepEqual((['move', 'preflight', 'measure', 'credential'] as const).map(kind => [canServe(old, kind, places), canServe(all, kind, places)]), [[false, true], [false, true], [true, true], [false, true]])
  assert.equal(canServe([{ home: 'old', tenant: 'another' }, { home: 'new', tenant: '*' }], 'measure', places), false)
})

test('an order is claimed when nobody has it, or its lease has run out', () => {
  assert.deepEqual([isClaimable({ state: 'waiting', leaseUntil: null }, 5), isClaimable({ state: 'claimed', leaseUntil: 6 }, 5), isClaimable({ state: 'claimed', leaseUntil: 5 }, 5), isClaimable({ state: 'done', leaseUntil: null }, 5)], [true, false, true, false])
})

test('what a customer is shown of a report has no name of a table or server in it, and what is not known is not shown', () => {
  assert.deepEqual(forEveryone({ type: 'copied', table: 'public.orders', bytes: 1, rows: 2, done: true }), { type: 'copied', bytes: 1, rows: 2, done: true })
  for (const event of [{ type: 'move', source: 'postgres://x' }, { type: 'fault', message: 'x' }, { type: 'something new' }, { no: 'type' }, 'text', null, { type: ['stage'] }]) assert.equal(forEveryone(event), undefined)
})

test('what a server said is kept even where its texts are none', () => {
  assert.deepEqual(storable({ a: ['x\u0000y', 1, null, { '\ud800': '\udc00!' }] }), { a: ['x\ufffdy', 1, null, { '\ufffd': '\ufffd!' }] })
})
