import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTcpProxy, type TcpProxy } from '#test/services/tcp-proxy.ts'
import { until } from '#test/services/until.ts'
import { says } from './says.ts'
import { useUnderWay } from './under-way.ts'

test('a switch whose answer was lost is in doubt: nobody writes, and it goes on by a person’s finding that the stores bear out', { timeout: 120_000 }, async t => {
  const ends: (() => Promise<unknown>)[] = []
  t.after(async () => { for (const end of ends.toReversed()) await end() })
  // The new home is gone from the moment that control has switched.
  const lines: TcpProxy[] = []
  const rig = await useUnderWay({ after: end => { ends.push(end) } }, { onSwitched: async () => { await lines[0]?.cut() } })
  const network = await startTcpProxy(Number(new URL(rig.to.url).port))
  lines.push(network)
  ends.push(async () => { await network[Symbol.asyncDispose]() })
  const { lead, move } = rig
  await rig.gate('go')
  await lead('moves.order', { move, kind: 'move' })
  const agent = rig.agent((await rig.token()).token, { to: rig.to.url.replace(/:\d+\//, `:${network.port}/`) })
  await lead('moves.approve', { move })
  await rig.stands('in-doubt', { withinMs: 60_000 })
  for (const home of [rig.from, rig.to]) await assert.rejects(home.query(`INSERT INTO orders (note) VALUES ('in doubt')`), /frozen/)
  await assert.rejects(lead('moves.abort', { move }), says(409, 'not-now', /found/))
  await network.restore()
  await lead('moves.found', { move, found: 'after', note: 'it looked like it' })
  await until('it is told that the stores say otherwise', async () => (await rig.reports()).some(one => (one.event as { type: string }).type === 'contradicted'), { withinMs: 30_000 })
  assert.equal((await rig.row()).stage, 'in-doubt')
  await lead('moves.found', { move, found: 'before', note: 'the row of the new home says elsewhere' })
  await rig.stands('switched')
  assert.ok(!agent.said().includes('let go'))
  await lead('moves.settle', { move })
  await rig.stands('settled')
  assert.deepEqual((await rig.control.world.ledger.read(view => view.entries({ subject: move }))).filter(one => one.facts['impossible'] !== undefined), [])
})

test('control that does not answer while the origin is frozen costs that freeze: the origin writes again, and the next one switches', { timeout: 120_000 }, async t => {
  let silences = 0
  const rig = await useUnderWay(t, { isSilent: () => silences++ < 6 })
  const { lead, move } = rig
  await rig.gate('go')
  await lead('moves.order', { move, kind: 'move', how: { freezeBudgetMs: 3_000 } })
  const agent = rig.agent((await rig.token()).token)
  await lead('moves.approve', { move })
  await until('the freeze is given up', () => silences > 3, { withinMs: 60_000 })
  await until('the old home writes again', () => rig.from.query(`INSERT INTO orders (note) VALUES ('between two freezes')`).then(() => true, () => false), { withinMs: 10_000 })
  await rig.stands('switched', { withinMs: 60_000 })
  assert.equal((await rig.to.query(`SELECT 1 FROM orders WHERE note = 'between two freezes'`)).length, 1)
  const events = (await rig.reports()).map(one => one.event as { type: string; verb?: string; code?: string })
  assert.ok(events.some(one => one.verb === 'thaw') && events.some(one => one.type === 'retry' && one.code === 'CONTROL_SILENT'), JSON.stringify(events.filter(one => one.type === 'stage')))
  assert.equal(events.filter(one => one.verb === 'switch').length, 1)
  assert.ok(!agent.said().includes('let go'))
  assert.deepEqual((await rig.control.world.ledger.read(view => view.entries({ subject: move }))).filter(one => one.facts['impossible'] !== undefined), [])
  await lead('moves.settle', { move })
  await rig.stands('settled')
})
