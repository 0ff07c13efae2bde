import assert from 'node:assert/strict'
import { test } from 'node:test'
import { says } from '#test/control/says.ts'
import { useControl } from '#test/control/rig.ts'

test('the journal tells who decided what, the last first: of one move with everything that it is made of, or of all', { timeout: 60_000 }, async t => {
  const control = await useControl(t)
  const lead = await control.as('migration-lead')
  await (await control.as('admin'))('sample.load', {})
  const [{ move } = { move: undefined }] = (await lead('moves.list', { limit: 1 })).items
  assert.ok(move !== undefined)
  const gates = (await lead('gates.list', { move: move.id })).items
  await lead('risks.add', { move: move.id, text: 'The line is slow', level: 'low', party: 'vendor' })
  await lead('gates.decide', { gate: gates[0]?.id as never, decision: 'no-go', note: 'not yet' })
  const { items } = await lead('journal.list', { move: move.id, limit: 500 })
  assert.deepEqual(items.slice(0, 2).map(line => [line.verb, line.kind, line.who.kind]), [['gate.decide', 'gate', 'operator'], ['risk.change', 'move', 'operator']])
  assert.ok(items.every((line, n) => n === 0 || line.seq < (items[n - 1]?.seq ?? 0)))
  const known = new Set([move.id, ...gates.map(gate => gate.id)] as readonly string[])
  assert.ok(items.filter(line => line.kind === 'move' || line.kind === 'gate').every(line => known.has(line.subject)), 'nothing of another move')
  const all = await lead('journal.list', { limit: 3 })
  assert.equal(all.items.length, 3)
  const next = await lead('journal.list', { limit: 3, after: all.next ?? '' })
  assert.equal(next.items[0]?.seq, (all.items.at(-1)?.seq ?? 0) - 1)
  assert.deepEqual((await lead('journal.list', { verb: 'gate.decide', by: items[0]?.who.id ?? '' })).items.map(line => line.seq), [items[0]?.seq])
  assert.deepEqual((await lead('journal.list', { to: new Date(items[0]?.at ?? 0).toISOString(), kind: 'gate' })).items.filter(line => line.verb === 'gate.decide' && line.who.id === items[0]?.who.id), [])
  await assert.rejects((await control.as('engineer'))('journal.list', { move: move.id }), says(403, 'not-your-part'))
  await assert.rejects(lead('journal.list', { move: control.world.newId() }), says(404, 'not-found'))
  assert.deepEqual(await lead('evidence.list-all', {}), { items: [], next: null })
})

test('where several vendors share a ledger, the journal tells each of its own moves only', { timeout: 60_000 }, async t => {
  const control = await useControl(t)
  const lead = await control.as('admin', 'migration-lead')
  await lead('sample.load', {})
  const [{ move } = { move: undefined }] = (await lead('moves.list', { limit: 1 })).items
  await control.world.ledger.transaction(tx => tx.add('vendor', { id: control.world.newId<'vendor'>(), name: 'Another', country: 'DE', zone: 'Europe/Berlin', locale: 'en' }))
  assert.deepEqual(await lead('journal.list', {}), { items: [], next: null })
  assert.ok((await lead('journal.list', { move: move?.id as never })).items.length > 0)
})
