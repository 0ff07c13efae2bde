import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asSystem } from '#control/ground/as-system.ts'
import { journal } from '#control/ground/desk.ts'
import { addDays } from '#domain/days.ts'
import type { Environment } from '#domain/homes.ts'
import { startOfDay } from '#domain/local-time.ts'
import type { ContactId, CustomerId } from '#domain/parties.ts'
import type { MoveId } from '#domain/programmes.ts'
import type { Message, Task } from '#domain/records.ts'
import { environments } from '#domain/homes.ts'
import { type Estate, useEstate } from './estate.ts'
import { says } from './says.ts'
import { useWorking, type Working } from './working.ts'

type Moves = Readonly<Record<Environment, MoveId>>
const playbook = 'ninety-days-in-waves'
const duties = ['point-of-contact', 'approver', 'it', 'security', 'change-management', 'testing', 'developer', 'networking'] as const

/** A customer with a tenant for each environment, planned at once or as they come to mind: production first. */
const useThree = async (of: Estate, t0: string, atOnce = false): Promise<{ customer: CustomerId; contact: ContactId; moves: Moves }> => {
  const { lead, programme, destination, origin } = of
  const { customer, tenant: prod, contact } = await of.tenant('Tsubame', { duties })
  const add = async (name: string, environment: Environment) => (await lead('tenants.add', { customer, home: origin, name, environment })).id
  const tenants = { prod, 'pre-prod': await add('tsubame-staging', 'pre-prod'), 'non-prod': await add('tsubame-trial', 'non-prod') }
  const { added } = await lead('moves.add-all', { tenants: [tenants.prod, tenants['pre-prod'], ...(atOnce ? [tenants['non-prod']] : [])], programme, destination, ...(atOnce ? { t0 } : {}) })
  const id = added[2]?.move ?? (await lead('moves.add', { tenant: tenants['non-prod'], programme, destination, t0 })).id
  const moveOf = (tenant: string): MoveId => {
    const found = added.find(one => one.tenant === tenant)?.move
    assert.ok(found !== undefined)
    return found
  }
  return { customer, contact, moves: { 'non-prod': id, 'pre-prod': moveOf(tenants['pre-prod']), prod: moveOf(tenants.prod) } }
}

const datesOf = async ({ lead }: Estate, moves: Moves): Promise<string[]> => Promise.all(environments.map(async one => {
  const { dates } = await lead('moves.read', { move: moves[one] })
  return `${dates.t0} ${dates.datedBy}`
}))
const tasksOf = ({ control }: Estate, move: MoveId): Promise<Task[]> => control.world.ledger.read(view => view.list('task', { move }))
const messagesOf = ({ control }: Estate, where: Partial<Message> = {}): Promise<Message[]> => control.world.ledger.read(view => view.list('message', where))

const signOff = async ({ control }: Estate, customer: CustomerId, contact: ContactId, move: MoveId, environment: Environment): Promise<void> => {
  const keys = environment === 'prod' ? [] : [`${environment}-testing`, environment]
  await control.world.ledger.transaction(tx => tx.add('sign_off', ...keys.map((key, n) => ({ id: control.world.newId<'sign-off'>(), vendor: control.vendor.id, customer, move, key, environment, party: 'customer' as const, duty: n === 0 ? 'testing' as const : 'point-of-contact' as const, by: contact, accepted: true, answers: {}, note: '', at: control.clock.now() }))))
}

/** As whoever has it would. */
const finish = (of: Estate, some: readonly Task[]): Promise<void> => asSystem(of.control.world, async desk => {
  for (const task of some) {
    await desk.tx.change('task', task.id, { state: 'done', endedBy: desk.who, endedAt: desk.now })
    journal(desk, 'task.do', 'task', task.id, { move: task.move, task: task.key })
  }
})

test('C9: three tenants of one customer have the customer’s tasks once and each environment’s tasks once each, dated one after the other', async t => {
  const of = await useEstate(t, { playbook })
  const { customer, moves } = await useThree(of, '2027-03-01')
  assert.deepEqual(await datesOf(of, moves), ['2027-03-01 move', '2027-03-15 environment', '2027-03-23 environment'])
  const byKey = Map.groupBy((await Promise.all(environments.map(async one => (await tasksOf(of, moves[one])).map(task => ({ environment: one, key: task.about.template, due: task.dueOn }))))).flat(), task => task.key)
  const where = (key: string): string => byKey.get(key)?.map(task => `${task.environment} ${task.due}`).join(', ') ?? ''
  assert.deepEqual(['name-contacts', 'build-platform', 'cut-over-non-prod', 'cut-over-pre-prod', 'sign-off-prod', 'support-after'].map(where), [
    'non-prod 2026-12-04', 'non-prod 2027-02-09, pre-prod 2027-02-22, prod 2027-03-03', 'non-prod 2027-03-01', 'pre-prod 2027-03-15', 'prod 2027-03-29', 'prod 2027-04-13',
  ])
  assert.deepEqual([...byKey].filter(([, tasks]) => tasks.length === 2).map(([key]) => key), [])
  assert.equal((await Promise.all(environments.map(one => of.lead('plans.read', { move: moves[one] })))).flatMap(page => page.gates.map(gate => gate.key)).join(), 'readiness-review,wave-decision,open-pre-prod,open-prod')

  // The answer is the customer's: it is given once, and decides in every environment.
  const [first, last] = [moves['non-prod'], moves.prod]
  assert.deepEqual([where('run-probe') !== '', where('fix-blocked')], [true, ''])
  await assert.rejects(of.lead('profile.answer', { move: last, answers: { firewall: true } }), says(409, 'asked-elsewhere'))
  await of.lead('profile.answer', { move: first, answers: { firewall: true } })
  const fixes = await Promise.all(environments.map(async one => (await tasksOf(of, moves[one])).filter(task => task.key === 'fix-blocked' || task.key === 'order-firewall').map(task => task.key).toSorted()))
  assert.deepEqual(fixes, [['fix-blocked', 'order-firewall'], ['fix-blocked'], ['fix-blocked']])
  assert.deepEqual((await of.lead('profile.read', { move: last })).facts.find(one => one.fact === 'firewall')?.inForce?.value, true)

  // Another customer with one tenant has the whole.
  const { tenant } = await of.tenant('Nordlicht')
  const { id: alone } = await of.lead('moves.add', { tenant, programme: of.programme, destination: of.destination, t0: '2027-03-01' })
  assert.deepEqual([(await of.lead('moves.read', { move: alone })).move.part, (await of.lead('plans.read', { move: alone })).environments.map(one => one.from)], [null, ['2027-03-01', '2027-03-15', '2027-03-23']])
  assert.equal((await of.lead('moves.list', { customer })).total, 3)
  assert.equal((await of.control.world.ledger.verifyJournal()).wrong, undefined)
})

test('C9: one environment that gets another day moves those after it; a day too early is refused, a later one stays', async t => {
  const of = await useEstate(t, { playbook })
  const { lead } = of
  const { moves } = await useThree(of, '2027-03-01')
  await assert.rejects(lead('moves.change', { move: moves.prod, t0: '2027-03-20' }), says(409, 'testing-not-over', /2027-03-23/))
  await lead('moves.change', { move: moves.prod, t0: '2027-04-03' })
  assert.deepEqual(await datesOf(of, moves), ['2027-03-01 move', '2027-03-15 environment', '2027-04-03 move'])
  const due = (await tasksOf(of, moves['pre-prod'])).find(task => task.key === 'sign-off-pre-prod')?.dueOn
  const { plan } = await lead('moves.change', { move: moves['non-prod'], t0: '2027-03-10' })
  assert.ok(plan.redated.length > 10)
  // 24 March and a week is 31 March: production's own day is late enough.
  assert.deepEqual([await datesOf(of, moves), due, (await tasksOf(of, moves['pre-prod'])).find(task => task.key === 'sign-off-pre-prod')?.dueOn], [['2027-03-10 move', '2027-03-24 environment', '2027-04-03 move'], '2027-03-23', '2027-03-30'])
  await lead('moves.change', { move: moves['non-prod'], t0: '2027-03-20' })
  assert.deepEqual(await datesOf(of, moves), ['2027-03-20 move', '2027-04-05 environment', '2027-04-12 environment'])
  await Promise.all([lead('moves.change', { move: moves['non-prod'], t0: '2027-03-01' }), (await of.control.as('admin'))('moves.change', { move: moves.prod, t0: '2027-06-01' })])
  assert.deepEqual(await datesOf(of, moves), ['2027-03-01 move', '2027-03-15 environment', '2027-06-01 move'])
})

test('C9: when the environment that leads is given up, what was done of the customer’s goes over to the next; with the last one alone it has the whole', async t => {
  const of = await useEstate(t, { playbook })
  const { lead } = of
  const { moves } = await useThree(of, '2027-03-01')
  await lead('profile.answer', { move: moves['non-prod'], answers: { vpn: true } })
  await finish(of, (await tasksOf(of, moves['non-prod'])).filter(task => task.key === 'name-contacts' || task.key === 'announce'))
  await lead('moves.cancel', { move: moves['non-prod'], note: 'The trial is closed.' })
  const state = async (move: MoveId, key: string): Promise<string | undefined> => (await tasksOf(of, move)).find(task => task.key === key)?.state
  assert.deepEqual([await state(moves['pre-prod'], 'name-contacts'), await state(moves['pre-prod'], 'confirm-availability'), await state(moves['pre-prod'], 'build-vpn'), await state(moves.prod, 'name-contacts')], ['done', 'open', 'open', undefined])
  const taken = (await of.control.world.ledger.read(view => view.entries({ subject: moves['pre-prod'] }))).filter(line => line.verb === 'plan.take-over')
  assert.match(JSON.stringify(taken.at(-1)?.facts), /name-contacts/)
  assert.deepEqual((await tasksOf(of, moves['non-prod'])).filter(task => task.key === 'name-contacts' || task.state === 'open'), [])
  assert.deepEqual((await lead('moves.read', { move: moves['pre-prod'] })).move.part, { environment: 'pre-prod', environments: ['pre-prod', 'prod'], leading: moves['pre-prod'], closing: moves.prod })
  // It begins with this one now: so it waits for the decision of its wave.
  const gates = async (move: MoveId): Promise<string[]> => (await lead('gates.list', { move })).items.map(gate => `${gate.key} ${gate.opens} ${gate.due}`)
  assert.deepEqual([(await gates(moves['pre-prod'])).slice(1), await gates(moves.prod)], [['wave-decision pre-prod 2027-01-27', 'open-pre-prod pre-prod 2027-02-01'], ['open-prod prod 2027-02-08']])
  await lead('moves.cancel', { move: moves['pre-prod'], note: 'As well.' })
  assert.deepEqual([await state(moves.prod, 'name-contacts'), (await lead('moves.read', { move: moves.prod })).move.part, (await lead('plans.read', { move: moves.prod })).environments.length], ['done', null, 3])
})

test('C9: an environment may not start before the one before it is signed off and its testing time is over, but for an early go with its reason', async t => {
  const of = await useEstate(t, { playbook })
  const { control } = of
  const { customer, contact, moves } = await useThree(of, '2026-11-10')
  const wish = (move: MoveId, day: string) => ({ move, from: `${day}T13:00:00Z`, to: `${day}T17:00:00Z` })
  control.clock.at(Date.UTC(2026, 10, 12))
  const later = await control.as('migration-lead')
  const gate = (await later('gates.list', { move: moves['pre-prod'] })).items.find(one => one.key === 'open-pre-prod')
  assert.ok(gate !== undefined)
  assert.deepEqual(gate.conditions.map(one => one.held), [false, false])
  await assert.rejects(later('windows.propose', wish(moves['pre-prod'], '2026-11-16')), says(409, 'not-signed-off'))
  await assert.rejects(later('moves.go-early', { move: moves['pre-prod'], environment: 'pre-prod', note: 'all is well' }), says(409, 'not-signed-off', /non-prod/))
  await signOff(of, customer, contact, moves['non-prod'], 'non-prod')
  assert.equal((await later('gates.read', { gate: gate.id })).conditions[0]?.held, true)
  await assert.rejects(later('windows.propose', wish(moves['pre-prod'], '2026-11-16')), says(409, 'testing-not-over'))
  await assert.rejects((await control.as('engineer'))('moves.go-early', { move: moves['pre-prod'], environment: 'pre-prod', note: 'all is well' }), says(403, 'not-your-part'))
  await assert.rejects(later('moves.go-early', { move: moves['pre-prod'], environment: 'prod', note: 'all is well' }), says(422, 'no-such-environment'))
  const gone = await later('moves.go-early', { move: moves['pre-prod'], environment: 'pre-prod', note: 'The customer is done with its tests.' })
  assert.deepEqual(gone.earlyGo.map(({ environment, by, note }) => [environment, by, note]), [['pre-prod', 'A person for migration-lead', 'The customer is done with its tests.']])
  assert.deepEqual((await later('moves.go-early', { move: moves['pre-prod'], environment: 'pre-prod', note: 'again' })).earlyGo, gone.earlyGo)
  const told = (await control.world.ledger.read(view => view.entries({ subject: moves['pre-prod'] }))).filter(line => line.verb === 'environment.early-go')
  assert.deepEqual(told.map(line => line.facts), [{ environment: 'pre-prod', note: 'The customer is done with its tests.', after: 'non-prod', freeFrom: '2026-11-24' }])
  const { id } = await later('windows.propose', wish(moves['pre-prod'], '2026-11-16'))
  await later('windows.confirm', { window: id })
  // Production follows: it still has pre-production's week before it.
  assert.deepEqual(await datesOf(of, moves), ['2026-11-10 move', '2026-11-16 move', '2026-11-24 environment'])
  await assert.rejects(later('windows.propose', wish(moves.prod, '2026-11-30')), says(409, 'not-signed-off', /pre-prod/))
})

const zone = 'Asia/Tokyo'
const noon = (day: string): number => startOfDay(day, zone) + 12 * 3_600_000

test('C9: of three environments the customer gets each of its letters once; a window that is moved moves those after it, and whom it concerns is told once', async t => {
  const of: Working = await useWorking(t, { playbook })
  const { contact, moves } = await useThree(of, '2026-10-20', true)
  const letters = async (...events: string[]): Promise<string[]> => (await messagesOf(of)).filter(one => events.includes(one.event)).map(one => `${one.event} ${one.address}`)
  const person = 'person@tsubame.example'
  await of.until(noon('2026-09-02'))
  assert.deepEqual((await letters('plan-ready', 'questionnaire', 'address-check')).toSorted(), [`plan-ready ${person}`, `questionnaire ${person}`])
  for (let day = '2026-09-09'; day < '2026-10-07'; day = addDays(day, 9)) {
    await of.until(noon(day))
    const all = (await Promise.all(environments.map(one => tasksOf(of, moves[one])))).flat()
    await finish(of, all.filter(task => task.state === 'open' && (task.party === 'vendor' ? task.dueOn < '2026-10-08' : task.dueOn <= addDays(day, 9))))
  }
  const notices = async (): Promise<string[]> => (await messagesOf(of, { event: 'notice' })).filter(one => one.address === person).map(one => (one.facts as { title: string }).title)
  const counted = await notices()
  assert.deepEqual(['Thirty days to go', 'Twenty days to go', 'Your plan has changed'].map(title => counted.filter(one => one === title).length), [1, 1, 0])
  const assigned = (await messagesOf(of, { event: 'task-assigned' })).map(one => `${one.about ?? ''} ${one.address}`)
  assert.equal(new Set(assigned).size, assigned.length)

  const later = await of.control.as('migration-lead')
  const { id } = await later('windows.propose', { move: moves['non-prod'], from: '2026-10-20T13:00:00Z', to: '2026-10-20T17:00:00Z' })
  await (await of.control.asContact(contact))('windows.confirm', { window: id })
  await of.days(1)
  const before = await datesOf(of, moves)
  assert.deepEqual(before.map(one => one.split(' ')[1]), ['move', 'environment', 'environment'])
  await (await of.control.as('migration-lead'))('windows.move', { window: id, from: '2026-10-22T13:00:00Z', to: '2026-10-22T17:00:00Z' })
  await of.days(1)
  assert.deepEqual((await datesOf(of, moves)).map(one => one.slice(0, 10)), ['2026-10-22', '2026-11-05', '2026-11-12'])
  assert.deepEqual([(await letters('window-moved')), (await notices()).filter(title => title === 'Your plan has changed')], [[`window-moved ${person}`], []])

  // A day that is no window's: those whom the plan concerns are told once of all of it.
  await (await of.control.as('migration-lead'))('moves.change', { move: moves['pre-prod'], t0: '2026-11-18' })
  await of.days(1)
  assert.deepEqual((await datesOf(of, moves)).map(one => one.slice(0, 10)), ['2026-10-22', '2026-11-18', '2026-11-25'])
  assert.equal((await notices()).filter(title => title === 'Your plan has changed').length, 1)
  assert.deepEqual([of.troubles, await of.failed()], [[], []])
})
