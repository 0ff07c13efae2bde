import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { reconcileHandler, reconcileJob } from '#control/running/reconcile.ts'
import type { MoveId } from '#domain/programmes.ts'
import { useEstate } from './estate.ts'

const dayMs = 86_400_000

test('ninety days after an application’s move has ended its back-ups are removed from the shelf by themselves, which the journal says; those of others stay', { timeout: 120_000 }, async t => {
  const shelf = mkdtempSync(join(tmpdir(), 'rehome-backups-'))
  t.after(() => { rmSync(shelf, { recursive: true, force: true }) })
  const { control: { world }, lead, tenant: addTenant, programme, destination } = await useEstate(t, { bundles: shelf })
  const { tenant } = await addTenant('Tsubame')
  const { id: move } = await lead('moves.add', { tenant, programme, destination, t0: '2026-12-10' })
  assert.ok(move)
  const order = world.newId<'order'>()
  await world.ledger.transaction(async tx => {
    const of = await tx.get('move', move)
    assert.ok(of)
    await tx.add('move_order', { id: order, vendor: of.vendor, customer: of.customer, move, kind: 'application', state: 'done', facts: {}, result: null, agent: null, leaseUntil: null, claims: 2, reported: 0, wish: null, createdAt: 0, endedAt: 0 })
  })
  const others = ['shop.bundle', `backup-${world.newId<'order'>()}.1.0`, 'backup-of-a-person.tar']
  const mine = [`backup-${order}.1.0`, `backup-${order}.2.0`, `backup-${order}.2.1`]
  for (const name of [...others, ...mine]) writeFileSync(join(shelf, name), name)
  const standing = (stage: 'switched' | 'settled', daysAgo: number | null) => world.ledger.transaction(tx => tx.change('move', move satisfies MoveId, { stage, endedAt: daysAgo === null ? null : world.clock.now() - daysAgo * dayMs }))
  const reconcile = () => reconcileHandler(world)(reconcileJob(world.clock.now()), { signal: new AbortController().signal, ending: new AbortController().signal } as Parameters<ReturnType<typeof reconcileHandler>>[1])
  const said = () => world.ledger.read(async view => (await view.entries({ subject: move })).filter(({ verb }) => verb === 'backup.remove').map(({ facts }) => facts))
  for (const [stage, daysAgo] of [['switched', null], ['settled', 89]] as const) {
    await standing(stage, daysAgo)
    await reconcile()
    assert.equal(readdirSync(shelf).length, 6, `${stage}: its way back may need them`)
  }
  await standing('settled', 90)
  await reconcile()
  assert.deepEqual(readdirSync(shelf).toSorted(), others.toSorted())
  await reconcile()
  assert.deepEqual(await said(), [{ parts: 3 }], 'told once')
})
