import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import pg from 'pg'
import { openFleetControl } from '#adapters/control-plane/fleets.ts'
import { AgentSettings } from '#main/agent-settings.ts'
import { watchFleets } from '#main/agent-fleets.ts'
import { asking } from '#wire/ask.ts'
import { useDatabase } from '#test/services/postgres.ts'
import { until } from '#test/services/until.ts'
import { useChain } from './chain.ts'
import { says } from './says.ts'

const before = ['give-contact', 'answer', 'download', 'move-non-prod', 'try-non-prod', 'accepted-non-prod', 'move-prod']

test('B15: an agent at the new server sees which fleets have arrived, by who connects and by the log of who came, and closes their tasks', async t => {
  const ends: (() => Promise<unknown>)[] = []
  t.after(async () => { for (const end of ends.toReversed()) await end() })
  const scope = { after: (end: () => Promise<void>) => { ends.push(end) } }
  const chain = await useChain(scope)
  const database = await useDatabase(scope, { major: 18, template: 'CREATE TABLE access_log (login text, address text)' })
  const { control, lead, move, idOf } = chain
  await (await chain.as('it'))('profile.answer', { move, answers: { fleets: ['tablets', 'kiosks'] } })
  const { token } = await (await control.as('engineer'))('agents.add', { name: 'beside the new cloud' })
  const folder = mkdtempSync(join(tmpdir(), 'rehome-fleets-'))
  ends.push(async () => { rmSync(folder, { recursive: true }) })
  const file = join(folder, 'agent.json')
  const fleets = [{ fleet: 'tablets', program: 'FormsTablet*', least: 2 }, { fleet: 'kiosks', user: 'kiosk-*' }, { fleet: 'of nobody' }]
  writeFileSync(file, JSON.stringify({ stores: [{ home: 'the new cloud', tenant: '*', url: 'env:NEW', fleets, devices: `SELECT login AS "user", address AS host, '' AS program FROM access_log` }] }), { mode: 0o600 })
  const stop = new AbortController()
  const watching = watchFleets({ control: openFleetControl({ url: control.site, token }), settings: new AgentSettings(file, { NEW: database.url }), lookMs: 20, askMs: 50, say: line => { t.diagnostic(line) } }, stop.signal)
  ends.push(async () => {
    stop.abort()
    await watching
  })
  const findings = async () => (await control.world.ledger.read(view => view.list('finding', { move, check: 'devices-arrived' }))).map(one => `${one.about}: ${one.held} ${one.why.en}`).toSorted()
  const state = async (fleet: string) => (await control.world.ledger.read(view => view.find('task', { move, key: `change-fleet[${fleet}]` })))
  /** A device, for a moment. */
  const connect = async (program: string, work: () => Promise<unknown>): Promise<void> => {
    const device = new pg.Client({ connectionString: database.url, application_name: program })
    await device.connect()
    try {
      await work()
    } finally {
      await device.end()
    }
  }
  const asked = asking(control.site, token)
  await connect('FormsTablet 1', async () => { assert.deepEqual(await asked('fleets.wanted', { serves: [{ home: 'the new cloud', tenant: '*' }] }), { wanted: [] }, 'who comes before the move is no arrival') })
  assert.deepEqual(await findings(), [])

  await control.world.ledger.transaction(async tx => { for (const task of await tx.list('task', { move, key: before })) await tx.change('task', task.id, { state: 'waived', endedAt: control.clock.now(), endedBy: { kind: 'system', id: 'x', name: 'x' } }) })
  await connect('FormsTablet 2', () => until('one is seen', async () => (await findings()).includes('tablets: false 1 of 2 devices were seen at the new server.')))
  assert.equal((await state('tablets'))?.state, 'open')
  await connect('FormsTablet 3', () => until('the fleet has arrived', async () => (await state('tablets'))?.state === 'done'))
  await database.query(`INSERT INTO access_log VALUES ('kiosk-7', '10.2.0.7'), ('app', '10.2.0.8')`)
  await until('the kiosk has arrived', async () => (await state('kiosks'))?.state === 'done')
  assert.deepEqual(await findings(), ['kiosks: true 1 of 1 devices were seen at the new server.', 'tablets: true 2 of 2 devices were seen at the new server.'])
  assert.deepEqual([(await state('tablets'))?.endedBy?.kind, (await asked('fleets.wanted', { serves: [{ home: 'the new cloud', tenant: 'nordlicht' }] })).wanted], ['system', []])

  const { customer: other } = await chain.tenant('Tsubame')
  const theirs = asking(control.site, (await (await control.as('engineer'))('agents.add', { name: 'at Tsubame', customer: other })).token)
  await control.world.ledger.transaction(async tx => tx.change('task', await idOf('change-fleet[kiosks]'), { state: 'open', endedAt: null, endedBy: null }))
  assert.deepEqual((await theirs('fleets.wanted', { serves: [{ home: 'the new cloud', tenant: '*' }] })).wanted, [], 'another customer’s agent hears nothing of it')
  await assert.rejects(lead('fleets.tell', { home: 'the new cloud', tenant: 'nordlicht', seen: [] }), says(403, 'not-your-part'))
})
