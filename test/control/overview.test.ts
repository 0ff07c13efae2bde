import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal } from '#wire/ask.ts'
import { useEstate } from './estate.ts'

const refused = (status: number, code: string) => (error: unknown): boolean => error instanceof Refusal && error.status === status && error.code === code

test('one answer says how everything stands: what moved, what comes, what breaks first, each move by its week, and the calendar', async t => {
  const estate = await useEstate(t, { playbook: 'ninety-days-in-waves' })
  const { lead, control, programme, destination } = estate
  const { id: wave } = await lead('waves.add', { programme, name: 'Wave 1', t0: '2026-12-05' })
  const { id: other } = await lead('programmes.add', { name: 'Another', playbook: 'ninety-days-in-waves', people: [] })
  const moves: Record<string, string> = {}
  for (const [n, name] of ['Tsubame', 'Kamome', 'Hayabusa', 'Suzume', 'Hibari'].entries()) {
    const { tenant } = await estate.tenant(name)
    moves[name] = (await lead('moves.add', { tenant, programme: n === 4 ? other : programme, destination, ...(n < 2 ? { wave } : { t0: n === 2 ? '2026-11-02' : '2027-01-30' }) })).id
  }
  const all = await lead('programmes.overview', {})
  assert.deepEqual([all.programme, all.today, all.zone], [null, '2026-11-02', 'Asia/Tokyo'])
  assert.deepEqual(all.totals, { all: 5, moved: 0, due: 0, next30: 1, next30Days: 1, back: 0, again: 0, undated: 0 })
  assert.deepEqual(all.freeze, null)
  assert.deepEqual(all.board.map(cell => [cell.week, cell.count, cell.moves.map(move => move.customer).toSorted()]), [[-13, 2, ['Hibari', 'Suzume']], [-5, 2, ['Kamome', 'Tsubame']], [0, 1, ['Hayabusa']]])
  assert.ok((all.attention?.items.length ?? 0) > 0)
  const [row] = all.calendar.rows
  assert.deepEqual([row?.home.name, row?.capacity, row?.days], ['the new cloud', 4, [{ day: '2026-11-02', count: 1, ours: 1 }, { day: '2026-12-05', count: 2, ours: 2 }]])

  const one = await lead('programmes.overview', { programme: other })
  assert.deepEqual([one.programme?.name, one.totals.all], ['Another', 1])
  assert.ok(one.attention?.items.every(item => item.move === moves['Hibari']))
  assert.deepEqual(one.calendar.rows[0]?.days.map(day => day.ours), [0, 0])

  // What an agent reports is in it at once.
  const session = await control.world.ledger.transaction(async tx => {
    const order = { id: control.world.newId<'order'>(), vendor: control.vendor.id, customer: (await tx.get('move', moves['Tsubame'] as never))?.customer as never, move: moves['Tsubame'] as never }
    await tx.add('move_order', { ...order, kind: 'move', state: 'waiting', facts: { how: { freezeBudgetMs: 5_000 } }, result: null, agent: null, leaseUntil: null, claims: 1, reported: 4, wish: null, createdAt: control.clock.now(), endedAt: null })
    const { id, ...of } = order
    const say = (number: number, event: object) => tx.add('report', { id: control.world.newId<'report'>(), ...of, order: id, number, at: control.clock.now(), event: event as never })
    await say(1, { type: 'follow', leg: 'out', lagMs: 800, changes: 5, changesPerSecond: 1 })
    await say(2, { type: 'freeze', state: 'began', ms: 0 })
    await say(3, { type: 'proof', leg: 'out', rows: 9_000 })
    await say(4, { type: 'freeze', state: 'ended', ms: 421.5 })
    await tx.change('move', order.move, { stage: 'switched' })
    return order
  })
  await control.world.ledger.transaction(tx => tx.change('move', moves['Kamome'] as never, { stage: 'following' }))
  const later = await lead('programmes.overview', { programme })
  assert.deepEqual([later.totals.moved, later.freeze, later.proofs], [1, { count: 1, medianMs: 421.5, p95Ms: 421.5, limits: [5_000, 5_000] }, { moves: 1, rows: 9_000 }])
  assert.deepEqual(later.board.filter(cell => cell.week === -5).map(cell => [cell.state, cell.moves[0]?.id]).toSorted(), [['active', moves['Kamome']], ['done', session.move]])
  assert.deepEqual(later.live.map(move => [move.name, move.stage]), [['Kamome', 'following']])

  await assert.rejects((await control.asContact((await estate.tenant('Mejiro')).contact))('programmes.overview', {}), refused(404, 'not-found'))
  await assert.rejects(lead('programmes.overview', { programme: moves['Kamome'] as never }), refused(404, 'not-found'))
})

test('moves are found by a part of a name, and listed page by page in any order that the table has', async t => {
  const estate = await useEstate(t)
  const { lead, programme, destination } = estate
  for (const [name, t0] of [['Ohara Foods', '2026-12-12'], ['Birch 100% Sons', undefined], ['alder works', '2026-12-05'], ['Cedar.L%ne Works', '2026-12-19']] as const) {
    const { tenant } = await estate.tenant(name)
    await lead('moves.add', { tenant, programme, destination, ...(t0 === undefined ? {} : { t0 }) })
  }
  const names = async (input: Parameters<typeof lead<'moves.list'>>[1]): Promise<string[]> => (await lead('moves.list', input)).items.map(line => line.customer.name)
  assert.deepEqual(await names({ named: 'ALDER' }), ['alder works'])
  assert.deepEqual(await names({ named: '0%' }), ['Birch 100% Sons'])
  assert.deepEqual(await names({ named: '.l%' }), ['Cedar.L%ne Works'])
  assert.deepEqual(await names({ sort: 't0' }), ['alder works', 'Ohara Foods', 'Cedar.L%ne Works', 'Birch 100% Sons'])
  assert.deepEqual(await names({ sort: 't0', order: 'down' }), ['Birch 100% Sons', 'Cedar.L%ne Works', 'Ohara Foods', 'alder works'])
  for (const sort of ['customer', 'tenant', 'wave', 't0', 'stage'] as const) for (const order of ['up', 'down'] as const) {
    const whole = await names({ sort, order })
    const first = await lead('moves.list', { sort, order, limit: 3 })
    assert.deepEqual([...first.items.map(line => line.customer.name), ...(await names({ sort, order, limit: 3, after: first.next ?? '' }))], whole)
    assert.equal(first.total, 4)
  }
})

test('who has a task is reminded once a day, by whoever may write to customers', async t => {
  const estate = await useEstate(t)
  const { lead, control, programme, destination } = estate
  const { tenant } = await estate.tenant('Tsubame')
  const { id: move } = await lead('moves.add', { tenant, programme, destination, t0: '2026-11-10' })
  control.clock.at(Date.UTC(2026, 10, 20, 3))
  const { items } = await lead('tasks.list', { move, late: 'true' })
  const ready = items.find(task => task.standing === 'open' && task.party === 'customer')
  assert.ok(ready !== undefined)
  await assert.rejects((await control.as('auditor'))('tasks.remind', { task: ready.id }), refused(403, 'not-your-part'))
  assert.deepEqual(await lead('tasks.remind', { task: ready.id }), { tasks: 1, people: ['A person at Tsubame'] })
  await assert.rejects(lead('tasks.remind', { task: ready.id }), refused(409, 'reminded-today'))
  const { items: letters } = await lead('messages.list', { move })
  assert.equal(letters.filter(letter => letter.event === 'task-overdue').length, 1)
  control.clock.pass(1)
  const { tasks, people } = await lead('moves.remind', { move })
  assert.ok(tasks >= 1 && people.includes('A person at Tsubame'))
  await assert.rejects(lead('moves.remind', { move }), refused(409, 'reminded-today'))
})

test('tenants and customers are found by a part of a name too', async t => {
  const estate = await useEstate(t)
  const { lead } = estate
  await estate.tenant('Tsubame')
  await estate.tenant('Kamome')
  assert.deepEqual((await lead('tenants.list', { named: 'TSUB' })).items.map(tenant => tenant.name), ['tsubame'])
  assert.deepEqual((await lead('customers.list', { named: 'amo' })).items.map(customer => customer.name), ['Kamome'])
})
