import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MoveId } from '#domain/programmes.ts'
import type { Json } from '#domain/records.ts'
import { useWorking, type Working } from './working.ts'

/** An order of the move, and what an agent told of it. */
const told = async ({ control, now }: Working, id: MoveId, events: readonly Json[]): Promise<void> => {
  const { world } = control
  await world.ledger.transaction(async tx => {
    const move = await tx.get('move', id)
    assert.ok(move)
    const [order, shared] = [world.newId<'order'>(), { vendor: move.vendor, customer: move.customer, move: id }]
    await tx.add('move_order', { id: order, ...shared, kind: 'move', state: 'done', facts: {}, result: null, agent: null, leaseUntil: null, claims: 1, reported: events.length, wish: null, createdAt: now(), endedAt: now() })
    await tx.add('report', ...events.map((event, n) => ({ id: world.newId<'report'>(), ...shared, order, number: n + 1, at: now(), event })))
  })
}

const left = ({ control }: Working, move: MoveId): Promise<readonly Json[]> => control.world.ledger.read(async view => (await view.list('report', { move }, { by: 'number', limit: 10_000 })).map(report => report.event))

test('ninety days after a move has ended what agents told of it is forgotten, but for its freeze and its proof, and so is nothing of one that goes on; the journal has every line', { timeout: 120_000 }, async t => {
  const of = await useWorking(t)
  const [first, second, third] = [await of.tenant('Tsubame'), await of.tenant('Nordlicht'), await of.tenant('Seestern')]
  const [settled, later, open] = await Promise.all([first, second, third].map(async ({ tenant }) => (await of.lead('moves.add', { tenant, programme: of.programme, destination: of.destination, t0: '2027-12-10' })).id))
  assert.ok(settled && later && open)
  const kept: readonly Json[] = [{ type: 'freeze', state: 'ended', ms: 812 }, { type: 'proof', leg: 'out', rows: 7 }]
  // More than one portion.
  const many = Array.from({ length: 4_500 }, (_, n): Json => ({ type: 'follow', lagMs: n }))
  await told(of, settled, [{ type: 'freeze', state: 'began' }, ...many, ...kept])
  for (const move of [later, open]) await told(of, move, [{ type: 'phase', phase: 'copy' }, ...kept])
  const { ledger } = of.control.world
  const end = (move: MoveId, daysAgo: number): Promise<boolean> => ledger.transaction(tx => tx.change('move', move, { stage: 'settled', endedAt: of.now() - daysAgo * 86_400_000 }))
  await end(settled, 88)
  await end(later, 86)
  const lines = (): Promise<number> => ledger.read(async view => (await view.entries({ move: settled })).length)
  const before = await lines()
  await of.days(1)
  assert.equal((await left(of, settled)).length, many.length + 3, 'not a day too early')
  // Whenever in the day the job comes.
  await of.days(2)
  assert.deepEqual(await left(of, settled), kept)
  assert.equal((await left(of, later)).length, 3)
  await of.days(2)
  assert.deepEqual(await left(of, later), kept)
  assert.equal((await left(of, open)).length, 3)
  assert.equal(await lines(), before)
  assert.equal((await of.control.world.ledger.verifyJournal()).wrong, undefined)
  assert.deepEqual(await of.failed(), [])
})
