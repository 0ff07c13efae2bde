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
