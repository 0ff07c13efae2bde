import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal } from '#wire/ask.ts'
import { useControl } from './rig.ts'

test('an empty ledger is filled with a programme for each case by one request; one in use is left alone', { timeout: 120_000 }, async t => {
  const control = await useControl(t)
  const lead = await control.as('migration-lead')
  const began = performance.now()
  const { programmes, customers, moves, tasks } = await lead('sample.load', {}, { key: 'once' })
  assert.deepEqual([programmes, customers, moves], [6, 160, 160])
  assert.ok(tasks > 2_000 && performance.now() - began < 60_000)
  const listed = await lead('programmes.list', {})
  assert.equal(listed.items.length, 6)
  for (const { id } of listed.items) {
    const { items } = await lead('moves.list', { programme: id, limit: 500 })
    assert.ok(items.length >= 20 && items.every(({ move }) => move.t0 !== null))
  }
  assert.equal(new Set((await lead('customers.list', { limit: 500 })).items.map(one => one.name)).size, 160)
  assert.deepEqual(await lead('sample.load', {}, { key: 'once' }), { programmes, customers, moves, tasks })
  await assert.rejects(lead('sample.load', {}), (error: unknown) => error instanceof Refusal && error.code === 'ledger-in-use')
})
