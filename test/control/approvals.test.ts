import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useEstate } from './estate.ts'
import { says } from './says.ts'

type Estate = Awaited<ReturnType<typeof useEstate>>
const open = async ({ control }: Estate, move: string, ...keys: string[]): Promise<void> => {
  await control.world.ledger.transaction(async tx => {
    for (const gate of await tx.list('gate', { move: move as never })) if (keys.includes(gate.key)) await tx.change('gate', gate.id, { state: 'go', decidedAt: 1 })
  })
}

test('C9: a cutover waits for the gates of its own environment, not for those of the environments after it', async t => {
  const estate = await useEstate(t, { playbook: 'ninety-days-in-waves' })
  const { lead, programme, destination } = estate
  const { tenant } = await estate.tenant('Nordlicht')
  const { id: move } = await lead('moves.add', { tenant, programme, destination, t0: '2027-03-01' })
  await open(estate, move, 'readiness-review')
  await lead('moves.order', { move, kind: 'move' })
  await assert.rejects(lead('moves.approve', { move }), says(409, 'gate-not-go', /these gates have their go: wave-decision\.$/))
  await open(estate, move, 'wave-decision')
  assert.equal((await lead('moves.approve', { move })).wish.approved?.leg, 'out')
  await estate.control.world.ledger.transaction(async tx => {
    for (const task of await tx.list('task', { move })) if (task.key === 'cut-over-non-prod') await tx.change('task', task.id, { state: 'waived', note: 'there is none', endedBy: { kind: 'system', id: '', name: 'Rehome' }, endedAt: 1 })
  })
  await assert.rejects(lead('moves.approve', { move }), says(409, 'gate-not-go', /open-pre-prod\.$/))
})

test('D5: a cutover that no task of the playbook carries out waits for every gate until T-0, however early it is asked for', async t => {
  const estate = await useEstate(t, { playbook: 'application-server' })
  const { lead, control, programme } = estate
  const { id: customer } = await lead('customers.add', { name: 'Nordlicht', country: 'DE', zone: 'Europe/Berlin', locale: 'en' })
  const [{ id: origin }, { id: destination }] = [await lead('homes.add', { name: 'the old machine', kind: 'application-server' }), await lead('homes.add', { name: 'the new machine', kind: 'application-server' })]
  const { id: tenant } = await lead('tenants.add', { customer, home: origin, name: 'nordlicht' })
  const { id: move } = await lead('moves.add', { tenant, programme, destination, t0: '2027-03-01' })
  assert.ok(control.clock.now() < Date.parse('2027-02-01'), 'the gate is due weeks later')
  await lead('moves.order', { move, kind: 'move' })
  await assert.rejects(lead('moves.approve', { move }), says(409, 'gate-not-go', /cutover-decision/))
  await open(estate, move, 'cutover-decision')
  assert.equal((await lead('moves.approve', { move })).wish.approved?.leg, 'out')
})
