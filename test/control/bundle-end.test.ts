import assert from 'node:assert/strict'
import { test } from 'node:test'
import { samples } from '#test/ledger/samples.ts'
import { useEstate } from './estate.ts'

test('B8 B9 B13: a move to a server of one’s own ends by itself once its bundle is proven and signed off; no task of it waits for what can never come', async t => {
  const { control, lead, tenant, programme } = await useEstate(t, { playbook: 'cloud-to-self-hosted' })
  const { ledger } = control.world
  const { customer, tenant: of, contact } = await tenant('Hibari', { duties: ['point-of-contact', 'it', 'end-user', 'billing', 'approver'] })
  const { id: destination } = await lead('homes.add', { name: 'a server of its own', kind: 'self-hosted' })
  const { id: move } = await lead('moves.add', { tenant: of, programme, destination, t0: '2027-03-01' })
  const row = () => ledger.read(view => view.get('move', move))
  await lead('checks.find', { move, check: 'bundle-verified', held: true, note: 'every row' })
  assert.equal((await row())?.stage, 'planned', 'nobody has signed off')
  const playbook = control.world.playbooks.find({ key: 'cloud-to-self-hosted', version: (await row())?.version ?? 0 })
  assert.ok(playbook !== undefined)
  const signOff = ({ key, by }: (typeof playbook.signOffs)[number]) => ({ ...samples.sign_off, id: control.world.newId<'sign-off'>(), vendor: control.vendor.id, customer, move, key, environment: 'prod' as const, party: by.party, duty: by.party === 'vendor' ? null : by.duty, accepted: true })
  await ledger.transaction(tx => tx.add('sign_off', ...playbook.signOffs.slice(1).map(signOff)))
  await lead('checks.look', { move })
  assert.equal((await row())?.stage, 'planned', 'one word is missing')
  await ledger.transaction(tx => tx.add('sign_off', ...playbook.signOffs.slice(0, 1).map(signOff)))
  await lead('checks.look', { move })
  const settled = await row()
  assert.deepEqual([settled?.stage, settled?.endedAt], ['settled', control.clock.now()])
  await lead('checks.look', { move })
  const told = (await ledger.read(view => view.entries({ subject: move }))).filter(one => one.verb === 'move.settle')
  assert.deepEqual(told.map(one => [one.who.kind, one.facts['from']]), [['system', 'planned']], 'once')

  const tasks = await ledger.read(view => view.list('task', { move }))
  const key = tasks.find(task => task.key === 'collect-credentials')
  await ledger.transaction(async tx => { for (const task of tasks) if (task.key === 'export') await tx.change('task', task.id, { state: 'waived', endedAt: control.clock.now(), endedBy: { kind: 'system', id: 'x', name: 'x' } }) })
  assert.equal((await (await control.asContact(contact))('tasks.do', { task: key?.id as never, note: 'in the safe' })).task.state, 'done', 'the contact says that the key is at hand')
  assert.equal(tasks.find(task => task.key === 'retire')?.state, 'open', 'the cloud server runs on to the end of the contract')
})
