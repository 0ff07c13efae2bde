import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
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

test('an agent killed in the middle of the copy is taken over from by another one, and nothing is missing', { timeout: 120_000 }, async t => {
  const rig = await useUnderWay(t)
  const { lead, move } = rig
  await rig.gate('go')
  await lead('moves.order', { move, kind: 'move', how: { bytesPerSecond: 20_000 } })
  const first = rig.agent((await rig.token()).token)
  await until('the copy has begun', async () => (await rig.reports()).some(one => (one.event as { phase?: string }).phase === 'copy'), { withinMs: 30_000 })
  first.child.kill('SIGKILL')
  await first.ended
  const second = rig.agent((await rig.token()).token)
  await lead('moves.throttle', { move, bytesPerSecond: 0 })
  await until('it waits', () => second.said().includes('takes orders'), { withinMs: 15_000 })
  assert.ok(!second.said().includes('begins'), 'the first one has its lease still')
  rig.control.clock.pass(1 / 24)
  await until('the second one has it', async () => (await rig.order()).claims === 2, { withinMs: 30_000 })
  await lead('moves.approve', { move })
  await rig.stands('switched')
  assert.deepEqual(await rig.to.query('SELECT count(*)::int AS n FROM orders'), [{ n: 2_000 }])
  const numbers = (await rig.reports()).map(one => one.number)
  assert.deepEqual(numbers, numbers.map((_, n) => n + 1))
  await lead('moves.settle', { move })
  await rig.stands('settled')
})

test('control gone for a while in the middle of a move: the agent waits, tells again, and nothing is lost or doubled', { timeout: 120_000 }, async t => {
  const rig = await useUnderWay(t)
  const { lead, move } = rig
  await rig.gate('go')
  await lead('moves.order', { move, kind: 'move', how: { bytesPerSecond: 30_000 } })
  rig.agent((await rig.token()).token)
  await until('the copy has begun', async () => (await rig.row()).stage === 'copying', { withinMs: 30_000 })
  const shutting = performance.now()
  await rig.door.shut()
  assert.ok(performance.now() - shutting < 3_000, 'nobody is kept waiting')
  await lead('moves.throttle', { move, bytesPerSecond: 0 })
  await until('the data is there, though nobody was told', async () => (await rig.to.query('SELECT 1 FROM orders').catch(() => [])).length === 2_000, { withinMs: 30_000 })
  assert.equal((await rig.row()).stage, 'copying')
  await rig.door.open()
  await rig.stands('following')
  await lead('moves.approve', { move })
  await until('it is frozen or beyond', async () => (await rig.row()).stage !== 'following', { withinMs: 30_000, everyMs: 5 })
  await rig.door.shut()
  await rig.door.open()
  await rig.stands('switched')
  const reports = await rig.reports()
  assert.deepEqual(reports.map(one => one.number), reports.map((_, n) => n + 1))
  const verbs = reports.map(one => one.event as { type: string; verb?: string }).flatMap(one => (one.type === 'stage' ? [one.verb] : []))
  assert.deepEqual([verbs.filter(verb => verb === 'copy').length, verbs.filter(verb => verb === 'switch').length], [1, 1])
  await lead('moves.settle', { move })
  await rig.stands('settled')
})

test('an agent that slept through its lease lets go, and one that has the order by then goes on alone', { timeout: 120_000 }, async t => {
  const rig = await useUnderWay(t)
  const { lead, move } = rig
  await rig.gate('go')
  await lead('moves.order', { move, kind: 'move' })
  const first = rig.agent((await rig.token()).token)
  await rig.stands('following')
  first.child.kill('SIGSTOP')
  const second = rig.agent((await rig.token()).token)
  // The first one's question for more work may be waiting at control, and be answered although nobody hears it any more.
  await until('the second one has it', async () => {
    if (!second.said().includes('begins')) rig.control.clock.pass(1 / 24)
    return second.said().includes('begins')
  }, { withinMs: 30_000, everyMs: 1_000 })
  const { claims } = await rig.order()
  await until('it goes on', async () => (await rig.reports()).some(one => one.number > 5 && (one.event as { verb?: string }).verb === 'resumed' && (one.event as { stage?: string }).stage === 'following'), { withinMs: 30_000 })
  first.child.kill('SIGCONT')
  await until('the first one lets go', () => first.said().includes('let go of'), { withinMs: 30_000 })
  await lead('moves.approve', { move })
  await rig.stands('switched')
  assert.equal((await rig.order()).claims, claims)
  await lead('moves.settle', { move })
  await rig.stands('settled')
})

test('aborted before the switch, nothing of the move is left on the origin, which serves on', { timeout: 120_000 }, async t => {
  const rig = await useUnderWay(t)
  const { lead, move } = rig
  await rig.gate('go')
  await lead('moves.order', { move, kind: 'move' })
  rig.agent((await rig.token()).token)
  await rig.stands('following')
  await lead('moves.pause', { move })
  await until('it rests', async () => (await rig.reports()).some(one => (one.event as { type: string; paused?: boolean }).paused === true), { withinMs: 15_000 })
  await lead('moves.abort', { move, note: 'not tonight' })
  await rig.stands('cancelled')
  await until('the order has ended', async () => (await rig.order()).state === 'done', { withinMs: 15_000 })
  assert.deepEqual(await rig.from.query(`SELECT 1 FROM pg_namespace WHERE nspname = 'rehome'`), [])
  await rig.from.query(`INSERT INTO orders (note) VALUES ('the old home serves on')`)
})

test('users made in the new home while it serves are no obstacle to turning back', { timeout: 120_000 }, async t => {
  const ends: (() => Promise<unknown>)[] = []
  t.after(async () => { for (const end of ends.toReversed()) await end() })
  const rig = await useUnderWay({ after: end => { ends.push(end) } })
  const { lead, move } = rig
  const user = `master_${randomBytes(4).toString('hex')}`
  ends.push(() => rig.to.query(`DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '${user}') THEN DROP OWNED BY ${user}; DROP ROLE ${user}; END IF; END $$`))
  await rig.gate('go')
  await lead('moves.order', { move, kind: 'move' })
  rig.agent((await rig.token()).token)
  await lead('moves.approve', { move })
  await rig.stands('switched')
  await lead('credentials.make', { move, wanted: [{ name: 'master', kind: 'master', user }] })
  await until('the user is made', async () => (await rig.order('credential')).state === 'done', { withinMs: 30_000 })
  await rig.to.query(`SET ROLE ${user}; INSERT INTO orders (note) VALUES ('by the new master'); RESET ROLE`)
  await lead('moves.turn-back', { move })
  await until('it is back', async () => (await rig.row()).stage === 'switched' && (await rig.row()).leg === 'back', { withinMs: 30_000 }).catch(async (e: unknown) => { console.error((await rig.reports()).slice(-25).map(r => `${r.number} ${JSON.stringify(r.event)}`.slice(0, 300)).join('\n')); throw e })
  assert.equal((await rig.from.query(`SELECT 1 FROM orders WHERE note = 'by the new master'`)).length, 1)
  await lead('moves.settle', { move })
  await rig.stands('settled')
})
