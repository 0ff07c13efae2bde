import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { planHandler } from '#control/waves/plan-runs.ts'
import type { World } from '#control/ground/world.ts'
import type { MoveId } from '#domain/programmes.ts'
import type { PlanRun } from '#domain/records.ts'
import type { Holding } from '#ports/jobs.ts'
import { type Estate, useEstate } from '#test/control/estate.ts'
import { says } from '#test/control/says.ts'
import type { Refusal } from '#wire/ask.ts'

const holding = (signal = new AbortController().signal): Holding => ({ id: 'the job', attempt: 1, signal, ending: new AbortController().signal, stillMine: () => Promise.resolve(true), completeWithin: () => Promise.resolve() })
/** Days stand still; a worker that looks every second takes a second for it. */
const awake = ({ control: { world } }: Estate): World => ({ ...world, clock: { ...world.clock, sleep: async (ms, signal) => { await pause(ms, undefined, signal === undefined ? {} : { signal }) } } })
/** What a worker does with the job of a run. */
const plan = (estate: Estate, run: PlanRun['id'], signal?: AbortSignal): Promise<void> => planHandler(awake(estate))({ name: 'plan-waves', key: run, at: 0, facts: { run } }, holding(signal))

/** So many customers, each with a tenant that moves; written straight into the ledger, but for their moves. */
const useMoves = async (estate: Estate, count: number, countries: readonly string[] = ['DE', 'JP']) => {
  const { control: { world, vendor }, lead, programme, destination, origin } = estate
  const rows = Array.from({ length: count }, (_, n) => ({ customer: world.newId<'customer'>(), tenant: world.newId<'tenant'>(), name: `Customer ${String(n).padStart(3, '0')}`, country: countries[n % countries.length] ?? 'DE' }))
  await world.ledger.transaction(async tx => {
    await tx.add('customer', ...rows.map(row => ({ id: row.customer, vendor: vendor.id, partner: null, name: row.name, country: row.country, zone: row.country === 'JP' ? 'Asia/Tokyo' : 'Europe/Berlin', locale: 'en' as const })))
    await tx.add('tenant', ...rows.map(row => ({ id: row.tenant, vendor: vendor.id, customer: row.customer, home: origin, name: row.name.toLowerCase().replace(' ', '-'), address: null, environment: 'prod' as const, users: null, stores: [], measuredAt: null, dedicatedDueAt: null })))
  })
  const { added } = await lead('moves.add-all', { programme, destination, tenants: rows.map(row => row.tenant) })
  const moves = new Map(added.map(one => [one.tenant, one.move]))
  return rows.map(row => ({ ...row, move: moves.get(row.tenant) as MoveId }))
}

test('C8: 120 moves are planned under capacity, holidays, no-go dates and what was put by hand; each is explained; the plan is taken whole, with waves and days', async t => {
  const estate = await useEstate(t)
  const { lead, control, programme } = estate
  const people = await useMoves(estate, 120)
  const [first, second, third, fourth] = people
  assert.ok(first !== undefined && second !== undefined && third !== undefined && fourth !== undefined)
  await lead('blackouts.add', { firstOn: '2027-01-16', lastOn: '2027-01-17', reason: 'data centre works' })
  await lead('blackouts.add', { customer: second.customer, firstOn: '2027-01-01', lastOn: '2027-03-31', reason: 'annual accounts' })
  const { id: window } = await lead('windows.propose', { move: first.move, from: '2027-02-20T13:00:00Z', to: '2027-02-20T17:00:00Z' })
  await lead('windows.confirm', { window })
  await lead('waves.add-rule', { programme, rule: { kind: 'placed', move: third.move, day: '2027-04-10' } })
  const short = await lead('waves.propose', { programme, from: '2027-01-09', to: '2027-04-18', seconds: 20 })
  await plan(estate, short.run)
  const conflict = (await lead('waves.run', { run: short.run })).conflicts[0]
  assert.match(conflict?.says.map(text => text.en).join(' ') ?? '', /cloud has 112 moves; these customers need 113 moves/, 'fourteen weekends, without that of the blackout')
  assert.match(conflict?.says.map(text => text.ja).join('') ?? '', /113件必要です/)

  await lead('waves.add-rule', { programme, rule: { kind: 'after', move: fourth.move, other: third.move, days: 14 } })
  const { run, moves } = await lead('waves.propose', { programme, from: '2027-01-09', to: '2027-05-31', seconds: 20 })
  assert.equal(moves, 120)
  await assert.rejects(lead('waves.propose', { programme, from: '2027-01-09', to: '2027-05-31' }), says(409, 'planning-already'))
  await assert.rejects(lead('waves.accept', { run }), says(409, 'run-not-done'))
  await plan(estate, run)
  const found = await lead('waves.run', { run })
  assert.deepEqual([found.run.state, found.steps.length, found.contradicted, found.conflicts], ['done', 120, [], []])
  assert.ok(found.run.outcome === 'best' || (found.gap ?? 1) < 0.1, `gap ${found.gap}`)
  const to = new Map(found.steps.map(step => [step.move, step.to]))
  const counts = Map.groupBy(found.steps, step => step.to)
  for (const [day, there] of counts) assert.ok(there.length <= 8, `${there.length} on ${day}: four homes’ nights twice`)
  assert.ok(!counts.has('2027-01-16'), 'nobody in the blackout')
  assert.deepEqual([to.get(first.move), to.get(third.move)], ['2027-02-20', '2027-04-10'], 'a confirmed window and what was put by hand')
  assert.ok((to.get(second.move) ?? '') >= '2027-04-03' && (to.get(fourth.move) ?? '') >= '2027-04-24')
  assert.ok(found.steps.filter(step => people.find(one => one.move === step.move)?.country === 'JP').every(step => step.to !== '2027-03-20'), 'the vernal equinox is on a Sunday, and a holiday in Japan')

  const why = await lead('waves.explain', { run, move: second.move })
  assert.match(why.why.map(text => text.en).join(' '), /Customer 001 is moved on/)
  assert.ok(why.why.every(text => text.ja !== ''))
  assert.match(why.elsewhere.find(one => one.day === '2027-02-06')?.says.map(text => text.en).join(' ') ?? '', /the no-go dates of Customer 001/)
  assert.match((await lead('waves.explain', { run, move: fourth.move })).elsewhere.find(one => one.day === '2027-04-10')?.says.map(text => text.en).join(' ') ?? '', /at least 14 days after Customer 002/)

  const accepted = await lead('waves.accept', { run })
  assert.equal(accepted.waves.reduce((sum, wave) => sum + wave.moves, 0), 120)
  const planned = await control.world.ledger.read(view => view.list('move', { programme }, { limit: 200 }))
  assert.ok(planned.every(move => move.t0 === to.get(move.id)), 'each has the day of the plan')
  assert.deepEqual((await lead('moves.read', { move: first.move })).dates.datedBy, 'move', 'a confirmed window keeps its day')
  assert.equal((await lead('moves.read', { move: second.move })).dates.datedBy, 'wave')
  assert.equal((await lead('waves.list', { programme })).items.length, accepted.waves.length)
  await assert.rejects(lead('waves.accept', { run }), says(409, 'plan-accepted'))

  const again = await lead('waves.propose', { programme, from: '2027-01-09', to: '2027-05-31', seconds: 20 })
  await plan(estate, again.run)
  assert.deepEqual((await lead('waves.accept', { run: again.run })).waves.filter(wave => wave.isNew && accepted.waves.some(one => one.day === wave.day)), [], 'the same day is the same wave')
  assert.equal((await control.world.ledger.verifyJournal()).wrong, undefined)
})

test('what cannot be is said in sentences: too few places for all, and one customer without a date; what is put by hand where it cannot stay is contradicted with the reason', async t => {
  const estate = await useEstate(t)
  const { lead, programme } = estate
  const people = await useMoves(estate, 30, ['DE'])
  const wish = { programme, from: '2027-01-09', to: '2027-01-30', seconds: 20 }
  const short = await lead('waves.propose', wish)
  await plan(estate, short.run)
  const few = await lead('waves.run', { run: short.run })
  assert.deepEqual([few.run.outcome, few.steps], ['infeasible', []])
  assert.match(few.conflicts[0]?.says.map(text => text.en).join(' ') ?? '', /the capacity of the (old|new) cloud/)
  assert.match(few.conflicts[0]?.says.map(text => text.en).join(' ') ?? '', /the (old|new) cloud has 24 moves; these customers need 25 moves/)
  await assert.rejects(lead('waves.accept', { run: short.run }), says(409, 'no-plan-found'))
  await assert.rejects(lead('waves.explain', { run: short.run, move: people[0]?.move as MoveId }), says(409, 'no-plan-found', /infeasible/))

  const lonely = people[7]
  assert.ok(lonely !== undefined)
  const { id: blackout } = await lead('blackouts.add', { customer: lonely.customer, firstOn: '2027-01-01', lastOn: '2027-12-31', reason: 'a year of silence' })
  const none = await lead('waves.propose', { ...wish, to: '2027-03-31' })
  await plan(estate, none.run)
  const said = await lead('waves.run', { run: none.run })
  assert.deepEqual(said.conflicts.map(conflict => [conflict.moves, conflict.minimal]), [[[lonely.move], true]])
  assert.match(said.conflicts[0]?.says[0]?.en ?? '', /the no-go dates of Customer 007/)
  assert.match(said.conflicts[0]?.says[0]?.ja ?? '', /Customer 007様の移行不可日/)
  await lead('blackouts.remove', { blackout })

  await lead('blackouts.add', { firstOn: '2027-02-06', lastOn: '2027-02-07', reason: 'release' })
  await lead('waves.add-rule', { programme, rule: { kind: 'placed', move: lonely.move, day: '2027-02-06' } })
  const pinned = await lead('waves.propose', { ...wish, to: '2027-03-31' })
  await plan(estate, pinned.run)
  const contradicted = (await lead('waves.run', { run: pinned.run })).contradicted
  assert.deepEqual(contradicted.map(one => [one.move, one.day]), [[lonely.move, '2027-02-06']])
  assert.match(contradicted[0]?.says.map(text => text.en).join(' ') ?? '', /Customer 007 cannot be moved on Sat 6 February 2027, where it was put by hand\..*the blackout “release”/)
  assert.deepEqual((await lead('waves.accept', { run: pinned.run })).left, [lonely.move])
})

test('a run that nothing is left for when its turn comes ends with the reason, in both languages', async t => {
  const estate = await useEstate(t)
  const { lead, programme } = estate
  const [only] = await useMoves(estate, 1)
  const { run } = await lead('waves.propose', { programme, from: '2027-01-09', to: '2027-02-28' })
  await lead('moves.cancel', { move: only?.move as MoveId, note: 'They stay.' })
  await plan(estate, run)
  const { run: ended } = await lead('waves.run', { run })
  assert.deepEqual([ended.state, ended.why], ['failed', { en: 'No move of this programme can be given another day on these dates.', ja: 'この期間に日程を変更できる移行が、このプログラムにはありません。' }])
  assert.deepEqual((await lead('waves.runs', { programme })).items[0]?.why, ended.why)
})

test('a plan that the ledger has outrun is refused whole with what stands against it', async t => {
  const estate = await useEstate(t)
  const { lead, control, programme } = estate
  const people = await useMoves(estate, 12, ['DE'])
  const { run } = await lead('waves.propose', { programme, from: '2027-01-09', to: '2027-01-31', seconds: 10 })
  await plan(estate, run)
  const [step] = (await lead('waves.run', { run })).steps
  assert.ok(step !== undefined)
  const { id: blackout } = await lead('blackouts.add', { firstOn: step.to, reason: 'strike' })
  await assert.rejects(lead('waves.accept', { run }), (error: unknown) => {
    assert.ok(says(409, 'plan-outdated', /the blackout “strike”/)(error))
    assert.equal(((error as Refusal).problem['why'] as unknown[]).length, (error as Refusal).problem['says'] instanceof Array ? ((error as Refusal).problem['says'] as unknown[]).length : -1)
    return true
  })
  assert.equal(await control.world.ledger.read(view => view.count('wave', {})), 0, 'nothing of it was written')
  await lead('blackouts.remove', { blackout })
  const stranger = await estate.tenant('Newcomer')
  const { id: newcomer } = await lead('moves.add', { tenant: stranger.tenant, programme, destination: estate.destination })
  await lead('moves.cancel', { move: people[3]?.move as MoveId, note: 'They stay.' })
  const accepted = await lead('waves.accept', { run })
  assert.equal(accepted.waves.reduce((sum, wave) => sum + wave.moves, 0), 11, 'who came since is not in it, who left since no more')
  assert.equal((await lead('moves.read', { move: newcomer })).wave, null)
})

test('a run is cancelled while it runs, and holds no transaction while it thinks; one whose worker died is begun anew; what cannot be asked is said at once', async t => {
  const estate = await useEstate(t)
  const { lead, programme, control } = estate
  await assert.rejects(lead('waves.propose', { programme, from: '2027-01-09', to: '2027-01-31' }), says(409, 'nothing-to-plan'))
  await useMoves(estate, 12, ['DE'])
  await assert.rejects(lead('waves.propose', { programme, from: '2027-01-11', to: '2027-01-14' }), says(422, 'no-dates'))
  await assert.rejects(lead('waves.propose', { programme, from: '2027-01-09', to: '2027-01-31', beginsOn: ['sat', 'sun'] }), says(422, 'dates-overlap'))
  const { run } = await lead('waves.propose', { programme, from: '2027-01-09', to: '2027-01-31', seconds: 60 })
  // A planner that never ends unless it is told to.
  const thinking = Promise.withResolvers<void>()
  const slow = { ...awake(estate), planner: { plan: (_problem: unknown, _limits: unknown, signal: AbortSignal) => new Promise<never>((_, reject) => { thinking.resolve(); signal.addEventListener('abort', () => { reject(signal.reason as Error) }, { once: true }) }) } }
  const died = new AbortController()
  const broken = planHandler(slow)({ name: 'plan-waves', key: run, at: 0, facts: { run } }, holding(died.signal))
  await thinking.promise
  assert.equal((await lead('waves.run', { run })).run.state, 'running')
  assert.deepEqual(await control.database.query(`SELECT count(*)::int AS n FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND datname = current_database()`), [{ n: 0 }])
  died.abort(new Error('the lease is lost'))
  await assert.rejects(broken, /the lease is lost/)
  const again = planHandler(slow)({ name: 'plan-waves', key: run, at: 0, facts: { run } }, holding())
  const { state } = await lead('waves.cancel-run', { run })
  assert.equal(state, 'cancelled')
  await again
  assert.deepEqual([(await lead('waves.run', { run })).run.state, (await lead('waves.runs', { programme })).items.length], ['cancelled', 1])
  const next = await lead('waves.propose', { programme, from: '2027-01-09', to: '2027-01-31' })
  assert.notEqual(next.run, run)
  await assert.rejects((await control.as('engineer'))('waves.accept', { run: next.run }), says(403, 'not-your-part'))
})

test('Golden Week: no customer in Japan is moved on its holidays, unless somebody says that it may be', async t => {
  const estate = await useEstate(t)
  const { lead, programme } = estate
  const people = await useMoves(estate, 9, ['JP'])
  const wish = { programme, from: '2027-04-28', to: '2027-05-06', beginsOn: ['wed' as const, 'thu' as const], days: 1, seconds: 10 }
  const full = await lead('waves.propose', wish)
  await plan(estate, full.run)
  assert.match((await lead('waves.run', { run: full.run })).conflicts[0]?.says[0]?.en ?? '', /public holiday/, 'on 28 April and 6 May there are eight places')
  await lead('waves.add-rule', { programme, rule: { kind: 'holidays-too', move: people[4]?.move as MoveId } })
  const { run } = await lead('waves.propose', wish)
  await plan(estate, run)
  const { steps } = await lead('waves.run', { run })
  assert.deepEqual([...Map.groupBy(steps, step => step.to)].map(([day, there]) => [day, there.length]), [['2027-04-28', 4], ['2027-04-29', 1], ['2027-05-06', 4]])
  assert.equal(steps.find(step => step.to === '2027-04-29')?.move, people[4]?.move)
})

test('C9: a customer’s environments are planned in order, each after the testing time of the one before it', async t => {
  const estate = await useEstate(t)
  const { lead, programme, destination, origin } = estate
  const { customer, tenant: prod } = await estate.tenant('Nordlicht')
  const { id: trial } = await lead('tenants.add', { customer, home: origin, name: 'nordlicht-trial', environment: 'non-prod' })
  const { id: stage } = await lead('tenants.add', { customer, home: origin, name: 'nordlicht-stage', environment: 'pre-prod' })
  const ids = []
  for (const tenant of [prod, stage, trial]) ids.push((await lead('moves.add', { tenant, programme, destination })).id)
  const { run } = await lead('waves.propose', { programme, from: '2027-01-09', to: '2027-03-31', seconds: 10 })
  await plan(estate, run)
  const { steps } = await lead('waves.run', { run })
  assert.deepEqual(ids.map(id => steps.find(step => step.move === id)?.to), ['2027-01-30', '2027-01-23', '2027-01-09'])
  assert.deepEqual(steps.map(step => step.name), ['Nordlicht (nordlicht-trial)', 'Nordlicht (nordlicht-stage)', 'Nordlicht (nordlicht)'])
})
