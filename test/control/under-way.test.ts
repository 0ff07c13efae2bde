import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkEvidence } from '#domain/evidence.ts'
import { until } from '#test/services/until.ts'
import { says } from './says.ts'
import { useUnderWay } from './under-way.ts'

test('a move is ordered, approved, switched by control with evidence, turned back, and settled, by a process that only dials out', { timeout: 120_000 }, async t => {
  const rig = await useUnderWay(t)
  const { lead, move } = rig
  await assert.rejects(lead('moves.order', { move, kind: 'move' }), says(409, 'gate-not-go', /cutover-decision/))
  await rig.gate('go')
  await lead('moves.order', { move, kind: 'move' })
  await assert.rejects(lead('moves.order', { move, kind: 'move' }), says(409, 'order-open'))
  const { token } = await rig.token()
  const agent = rig.agent(token)
  await rig.stands('following')
  await assert.rejects(lead('moves.turn-back', { move }), says(409, 'not-now', /approve/))
  await rig.from.query(`INSERT INTO orders (note) VALUES ('written while it follows')`)
  await lead('moves.approve', { move, note: 'all well' })
  await rig.stands('switched')
  assert.equal((await rig.to.query(`SELECT 1 FROM orders WHERE note LIKE 'written%'`)).length, 1)
  await rig.to.query(`INSERT INTO orders (note) VALUES ('written in the new home')`)
  await until('it can be turned back', () => lead('moves.turn-back', { move }).then(() => true, () => false), { withinMs: 20_000 })
  await until('it is back', async () => { const row = await rig.row(); return row.stage === 'switched' && row.leg === 'back' }, { withinMs: 60_000 })
  assert.equal((await rig.from.query(`SELECT 1 FROM orders WHERE note LIKE 'written%'`)).length, 2)
  await lead('moves.settle', { move })
  await rig.stands('settled')
  await until('the order has ended', async () => (await rig.order()).state === 'done')
  const { items } = await lead('evidence.list', { move })
  assert.deepEqual(items.map(one => one.leg), ['out', 'back'])
  for (const one of items) {
    const { text } = await lead('evidence.read', { proof: one.id })
    const checked = checkEvidence(text)
    assert.ok(checked.ok)
    assert.equal(checked.manifest.root, one.root)
    assert.ok(checked.manifest.approvals.some(a => a.who === 'A person for migration-lead and engineer'), JSON.stringify(checked.manifest.approvals))
  }
  const reports = await rig.reports()
  assert.deepEqual(reports.map(one => one.number), reports.map((_, n) => n + 1))
  const journal = await rig.control.world.ledger.read(view => view.entries({ subject: move }))
  assert.deepEqual(journal.filter(one => one.verb === 'move.switch').map(one => [one.who.kind, one.facts['leg'], one.facts['approvedBy']]), [['agent', 'out', 'A person for migration-lead and engineer'], ['agent', 'back', 'A person for migration-lead and engineer']])
  assert.deepEqual(journal.filter(one => one.facts['impossible'] !== undefined), [])
  agent.child.kill('SIGTERM')
  assert.equal(await agent.ended, 0)
  assert.ok(!agent.said().includes(token))
})
