import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createSimulatedClock } from '#adapters/clock/simulated.ts'
import { oidcSettings, openOidc } from '#adapters/identity/oidc.ts'
import { openJobs } from '#adapters/jobs/pg-boss/jobs.ts'
import { planHandler } from '#control/waves/plan-runs.ts'
import { openSetup } from '#control/people/setup.ts'
import type { Role } from '#domain/access.ts'
import { Fault } from '#domain/faults.ts'
import { jobNames } from '#domain/job.ts'
import type { ContactId } from '#domain/parties.ts'
import { hashed } from '#lib/hashed.ts'
import type { Handlers } from '#ports/jobs.ts'
import { api, type EndpointName } from '#wire/api.ts'
import { type Ask, asking } from '#wire/ask.ts'
import { startOidcProvider } from '#test/services/oidc-provider.ts'
import { type Scope, useDatabase } from '#test/services/postgres.ts'
import { useChain } from './chain.ts'
import { type Mortal, useMortalControl } from './dying-ledger.ts'
import { type Estate, useEstate } from './estate.ts'
import { useLicencePlay } from './licence-play.ts'
import { deviceAt } from './passkey-device.ts'
import { usePost, linkIn } from './post.ts'
import { usePriced, wall } from './priced.ts'
import { type Control, useControl } from './rig.ts'
import { samples } from '#test/ledger/samples.ts'
import { evidenceOf, scripted, serves, stage } from './scripted.ts'
import { bundleIn, receiptOf } from './shelved-bundle.ts'
import { sessionOf, useUnderWay } from './under-way.ts'

/** Who asks here asks a control that dies again and again before it answers. */
const useDying = async (t: Scope, control: Control) => {
  const mortal: Mortal = await useMortalControl(t, { world: control.world, database: control.database, alone: work => work() })
  const withToken = (token?: string): Ask => asking(control.site, token, (url, init) => mortal.send(url, init, (address, request) => fetch(new URL(address, control.site), request)))
  return {
    mortal, withToken,
    as: async (...operator: Role[]): Promise<Ask> => withToken(await sessionOf(control, { operator })),
    asContact: async (contact: ContactId): Promise<Ask> => withToken(await sessionOf(control, { contact, secondFactorAt: control.clock.now() })),
  }
}

const reached = new Set<EndpointName>()
const holds = ({ left, proven }: Mortal): void => {
  assert.deepEqual(left, [])
  for (const [name, times] of proven) {
    assert.ok(times >= 2, `${name} was killed ${times} times`)
    reached.add(name)
  }
}

/** A control with a job that is not tried again by itself. */
const useFailedJob = async (t: Scope): Promise<{ readonly estate: Estate; readonly failed: string }> => {
  const ends: (() => Promise<unknown>)[] = []
  t.after(async () => { for (const end of ends.toReversed()) await end() })
  const scope: Scope = { after: end => { ends.push(async () => { await end() }) } }
  const [database, clock] = [await useDatabase(scope, { major: 18 }), createSimulatedClock(Date.UTC(2026, 10, 2, 3))]
  const jobs = await openJobs({ url: database.url, clock, onTrouble: error => { throw error } })
  scope.after(async () => { await jobs[Symbol.asyncDispose]() })
  const estate = await useEstate(scope, { clock, jobs, database })
  Object.assign(estate.control.world, { jobs })
  const stop = new AbortController()
  const dying = jobs.work(Object.fromEntries(jobNames.map(name => [name, () => Promise.reject(new Fault('JOB_TAKEN', { job: name, key: 'it' }))])) as unknown as Handlers, stop.signal)
  await estate.control.world.ledger.transaction(tx => tx.enqueue({ name: 'invoice', key: 'it', at: clock.now(), facts: {} }))
  await jobs.passUntil(clock.now() + 86_400_000)
  stop.abort()
  await dying
  const failed = (await jobs.failed()).find(one => one.job.name === 'invoice')
  assert.ok(failed !== undefined)
  return { estate, failed: failed.id }
}

/** Each waits for its own ledger most of the time. */
describe('killed in the middle', { concurrency: 4 }, () => {
  test('of a decision about parties, homes, programmes and moves, control has done nothing of it', { timeout: 240_000 }, async t => {
    const estate = await useEstate(t)
    const { control } = estate
    const { mortal, as, asContact } = await useDying(t, control)
    const [lead, engineer, support] = [await as('migration-lead'), await as('engineer'), await as('support')]
    const { id: partner } = await lead('partners.add', { name: 'Morgenrot', locale: 'en' })
    const { id: customer } = await lead('customers.add', { name: 'Nordlicht', country: 'DE', zone: 'Europe/Berlin', locale: 'en' })
    await lead('customers.change', { customer, partner, zone: 'UTC' })
    const { id: contact } = await lead('contacts.add', { customer, name: 'Somebody', email: 'somebody@nordlicht.example', duties: ['point-of-contact', 'approver', 'it'] })
    const { id: other } = await lead('contacts.add', { customer, name: 'Another', email: 'another@nordlicht.example', duties: ['it'] })
    await lead('contacts.change', { contact: other, email: 'other@nordlicht.example' })
    await lead('contacts.remove', { contact: other })
    const { id: home } = await lead('homes.add', { name: 'a third cloud', kind: 'dedicated' })
    await lead('homes.change', { home, capacity: 9 })
    const { id: programme } = await lead('programmes.add', { name: 'Another', playbook: 'small' })
    await lead('programmes.change', { programme, dueOn: '2027-06-01' })
    const { id: wave } = await lead('waves.add', { programme, name: 'first' })
    const [one, two] = [await lead('tenants.add', { customer, home: estate.origin, name: 'one' }), await lead('tenants.add', { customer, home: estate.origin, name: 'two' })]
    await lead('tenants.change', { tenant: one.id, environment: 'pre-prod' })
    await lead('tenants.measured', { tenant: one.id, stores: [{ name: 'app', engine: 'postgres', bytes: 5 }], users: 120 })
    const { added: [first, second] } = await lead('moves.add-all', { programme, destination: estate.destination, wave, tenants: [one.id, two.id] })
    assert.ok(first !== undefined && second !== undefined)
    await lead('waves.change', { wave, t0: '2027-05-01' })
    const { move } = first
    await lead('moves.change', { move, t0: '2027-05-08' })
    const { id: risk } = await lead('risks.add', { move, text: 'A risk.', level: 'low', party: 'vendor' })
    await lead('risks.change', { risk, state: 'closed' })
    const { id: integration } = await lead('integrations.add', { move, name: 'CRM' })
    await lead('integrations.change', { integration, informed: true })
    const person = await asContact(contact)
    const { id: question } = await person('faq.ask', { move, text: 'When?' })
    await support('faq.answer', { question, answer: 'Soon.' })
    await support('faq.publish', { question })
    const { id: message } = await support('messages.send', { contact, move, text: 'Hello.' })
    await person('messages.answer', { move, text: 'Hello yourself.' })
    await control.world.ledger.transaction(tx => tx.change('message', message, { state: 'failed', why: 'no such mailbox' }))
    await support('messages.again', { message })
    const { call } = await lead('calls.plan', { move, kind: 'other', title: { en: 'A call', ja: '打ち合わせ' }, startsAt: '2027-01-18T09:00:00Z', minutes: 30, duties: ['point-of-contact'] })
    await lead('calls.move', { call: call.id, startsAt: '2027-01-19T09:00:00Z' })
    await lead('calls.cancel', { call: call.id })
    await lead('calls.plan-for-wave', { wave, kind: 'go-no-go', title: { en: 'A call', ja: '打ち合わせ' }, startsAt: '2027-01-18T09:00:00Z', minutes: 30 })
    await person('availability.give', { firstOn: '2027-01-18', lastOn: '2027-01-20', available: false })
    await person('feeds.make', {})
    await person('feeds.revoke', {})
    const { id: blackout } = await lead('blackouts.add', { firstOn: '2027-02-01', lastOn: '2027-02-02', reason: 'Stocktaking' })
    await lead('blackouts.remove', { blackout })
    const window = await person('windows.propose', { move, from: '2027-04-10T20:00:00Z', to: '2027-04-11T04:00:00Z' })
    await lead('attention.assign', { kind: 'window-unconfirmed', about: window.id, person: (await lead('sessions.read', {})).id as never })
    await lead('windows.cancel', { window: window.id })
    await lead('windows.choose', { move, from: '2027-04-17T20:00:00Z', to: '2027-04-18T04:00:00Z' })
    const { id: rule } = await lead('waves.add-rule', { programme, rule: { kind: 'earliest', move, day: '2027-03-01' } })
    await lead('waves.remove-rule', { rule })
    const { run } = await lead('waves.propose', { programme, from: '2027-03-01', to: '2027-06-01' })
    await lead('waves.cancel-run', { run })
    const { id: order } = await engineer('moves.order', { move, kind: 'preflight' })
    await engineer('orders.withdraw', { order })
    await lead('moves.cancel', { move: second.move, note: 'not wanted' })
    holds(mortal)
  })

  test('of a decision about tasks, gates and probes, control has done nothing of it', { timeout: 240_000 }, async t => {
    const chain = await useChain(t)
    const { control, move, people, idOf } = chain
    const { mortal, as, asContact, withToken } = await useDying(t, control)
    const [lead, engineer] = [await as('migration-lead'), await as('engineer')]
    const { id: second } = await lead('contacts.add', { customer: chain.customer, name: 'Another', email: 'another@nordlicht.example', duties: ['developer'] })
    await lead('tasks.give', { task: await idOf('change-code'), contact: second })
    await lead('tasks.waive', { task: await idOf('give-contact'), reason: 'known' })
    await lead('tasks.reopen', { task: await idOf('give-contact') })
    await lead('tasks.remind', { task: await idOf('change-code') })
    const late = await idOf('give-contact')
    await control.world.ledger.transaction(tx => tx.change('task', late, { dueOn: '2026-11-01' }))
    await lead('moves.remind', { move })
    await lead('checks.look', { move })
    const rules = await engineer('rules.set', { move, rules: [{ subject: 'firewall', host: '127.0.0.1', port: 1, protocol: 'tcp', purpose: 'the product' }] })
    const it = await asContact(people.get('it') as ContactId)
    const { id: probe, command } = await it('probe.make', { move })
    await control.ask('probe.report', { token: /\/probe\/([\w-]+)\.sh/.exec(command)?.[1] ?? '', results: [] })
    await (await as())('probe.report', { token: /\/probe\/([\w-]+)\.sh/.exec(command)?.[1] ?? '', results: [{ rule: rules.items[0]?.id as never, outcome: 'open' }] })
    await engineer('probe.revoke', { probe })
    const [gate] = (await lead('gates.list', { move })).items.filter(one => one.mayDecide)
    await lead('gates.decide', { gate: gate?.id as never, decision: 'no-go', note: 'not yet' })
    await lead('gates.reopen', { gate: gate?.id as never })
    await it('profile.answer', { move, answers: { fleets: ['tablets'] } })
    await control.world.ledger.transaction(async tx => { for (const task of await tx.list('task', { move, state: 'open' })) if (task.about.item === null) await tx.change('task', task.id, { state: 'waived', endedAt: control.clock.now(), endedBy: { kind: 'system', id: 'x', name: 'x' } }) })
    const agent = withToken((await engineer('agents.add', { name: 'beside the new cloud' })).token)
    await agent('fleets.tell', { home: 'the new cloud', tenant: 'nordlicht', seen: [{ fleet: 'tablets', devices: 3, least: 1 }] })
    assert.equal((await control.world.ledger.read(view => view.find('task', { move, key: 'change-fleet[tablets]' })))?.state, 'done')
    holds(mortal)
  })

  test('of a decision about quotes, contracts and money, control has done nothing of it', { timeout: 240_000 }, async t => {
    const priced = await usePriced(t)
    const { control } = priced
    const { mortal, as, asContact } = await useDying(t, control)
    const [lead, finance] = [await as('migration-lead'), await as('finance')]
    await finance('rates.change', { revision: (await finance('settings.read', {})).revision, changes: { quoteDays: 20 } })
    const moving = await priced.moving('Hinode')
    const { customer, move } = moving
    await priced.window(moving, wall('2026-12-04T10:00'), 72)
    const first = await lead('quotes.make', { move })
    await lead('quotes.send', { quote: first.id })
    await lead('quotes.withdraw', { quote: first.id, because: 'a mistake' })
    const second = await lead('quotes.make', { move })
    await lead('quotes.send', { quote: second.id })
    await (await asContact(moving.billing))('quotes.accept', { quote: second.id })
    await finance('billing.paper', { move, paper: (await finance('billing.paperwork', { move })).missing[0] ?? 'quote-accepted' as never })
    const { charges: [charge] } = await finance('billing.licences', { move, licencesMinor: 100, supportMinor: 50, reference: 'L-1' })
    await finance('charges.correct', { charge: charge?.id as never, amountMinor: -10, because: 'a discount' })
    const { contract } = await finance('contracts.add', { customer, kind: 'subscription', startsOn: '2026-01-01', term: 'month' })
    await finance('contracts.change', { contract: contract.id, startsOn: '2026-02-01' })
    await finance('contracts.cancel', { contract: contract.id })
    await lead('calls.plan-check-ins', { move, count: 2 })
    holds(mortal)
  })

  test('of what is said of a move under way, control has heard nothing of it', { timeout: 240_000 }, async t => {
    const rig = await useUnderWay(t)
    const { control, move } = rig
    const { mortal, as, withToken } = await useDying(t, control)
    const [lead, engineer] = [await as('migration-lead', 'engineer'), await as('engineer')]
    await rig.gate('go')
    await lead('moves.order', { move, kind: 'move' })
    const { id, token } = await engineer('agents.add', { name: 'beside the old cloud' })
    const agent = { ...scripted(control.site, token), ask: withToken(token) }
    await agent.ask('agents.join', {})
    const { claimed: held } = await agent.ask('orders.claim', { serves, waitSeconds: 0 })
    assert.ok(held !== null)
    await agent.ask('orders.report', { order: held.order, claim: held.claim, from: 1, told: [stage('copy', 'copying'), stage('follow', 'following')] as never })
    await agent.ask('orders.wish', { order: held.order, claim: held.claim, after: -1, waitSeconds: 0 })
    await lead('moves.pause', { move })
    await lead('moves.resume', { move })
    await lead('moves.throttle', { move, jobs: 2 })
    await lead('moves.approve', { move })
    await agent.tell(held, 3, stage('freeze', 'frozen'), { type: 'proof', leg: 'out', evidence: evidenceOf('out').text }, stage('doubt', 'in-doubt'))
    await lead('moves.found', { move, found: 'after', note: 'it had' })
    await agent.tell(held, 6, stage('found-after', 'switched'))
    await agent.ask('fleets.wanted', { serves })
    await agent.ask('redirects.serve', { homes: ['the old cloud'], known: null })
    await agent.ask('redirects.tell', { served: [{ move, since: '2026-11-01T00:00:00Z' }], visits: [{ move, day: '2026-11-02', path: '/', program: 'curl', count: 3 }] })
    await lead('moves.turn-back', { move })
    await engineer('agents.revoke', { agent: id as never })
    const other = await useUnderWay(t)
    const second = await useDying(t, other.control)
    const [boss, another] = [await second.as('migration-lead', 'engineer'), scripted(other.control.site, (await other.token()).token)]
    await other.gate('go')
    await boss('moves.order', { move: other.move, kind: 'move' })
    await another.tell(await another.claim(), 1, stage('copy', 'copying'), stage('follow', 'following'))
    await boss('moves.abort', { move: other.move, note: 'not tonight' })
    const { world, vendor, clock } = other.control
    const credential = world.newId<'credential'>()
    await world.ledger.transaction(tx => tx.add('credential', { ...samples.credential, id: credential, vendor: vendor.id, customer: other.customer, move: other.move, state: 'made', sealed: 'sealed', contact: null, email: null, madeAt: clock.now(), offeredAt: null, expiresAt: null, revealedAt: null }))
    await boss('credentials.offer', { credential, contact: other.contact })
    holds(second.mortal)
    holds(mortal)
  })

  test('of a sign-in or a change of people, control has let nobody in and changed nobody', { timeout: 240_000 }, async t => {
    const control = await useControl(t)
    const { mortal, as, asContact, withToken } = await useDying(t, control)
    const [nobody, post] = [withToken(), usePost(control)]
    const token = (await openSetup(control.world))?.split('/').at(-1) ?? ''
    const first = { name: 'The first', email: 'first@another.example' }
    await nobody('setup.offer', { token, ...first })
    await nobody('setup.finish', { token, ...first, password: 'a first and quite unusual sentence', vendor: { name: 'Another vendor', country: 'DE', zone: 'UTC', locale: 'en' } })
    const admin = await as('admin')
    const { contact } = await control.customer('Nordlicht')
    await nobody('links.ask', { email: 'person@nordlicht.example' })
    const tokenIn = async (): Promise<string> => linkIn((await post.deliver()).at(-1) as never).split('/').at(-1) ?? ''
    const used = await tokenIn()
    await nobody('links.use', { token: used })
    control.clock.pass(1 / 1440)
    await nobody('links.again', { token: used })
    const { id, invitation } = await admin('people.add', { name: 'Somebody', email: 'somebody@kestrel.example', roles: ['engineer'] })
    const password = 'a long and quite unusual sentence'
    await nobody('joining.offer', { token: invitation.split('/').at(-1) ?? invitation })
    const { token: own } = await nobody('joining.finish', { token: invitation.split('/').at(-1) ?? invitation, password })
    await withToken(own ?? '')('passkeys.offer', {})
    await withToken(own ?? '')('passwords.change', { current: password, password: `${password} indeed` })
    await nobody('passkeys.ask', {})
    await nobody('sessions.begin', { email: 'somebody@kestrel.example', password: `${password} indeed` })
    await admin('people.change', { person: id, roles: ['support'] })
    await admin('people.disable', { person: id })
    await admin('people.enable', { person: id })
    await admin('people.invite', { person: id })
    await (await asContact(contact))('sessions.end', {})
    holds(mortal)
  })

  test('of a decision about files, bundles, users and documents, control has done nothing of it', { timeout: 240_000 }, async t => {
    const folder = mkdtempSync(join(tmpdir(), 'shelf-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const { control, lead: setsUp, tenant, programme, destination } = await useEstate(t, { bundles: folder, playbook: 'chain' })
    const { tenant: id, contact } = await tenant('Nordlicht')
    await control.world.ledger.transaction(tx => tx.change('contact', contact, { verifiedAt: control.clock.now() }))
    const { id: move } = await setsUp('moves.add', { tenant: id, programme, destination, t0: '2027-03-01' })
    const { token } = await (await control.as('engineer'))('agents.add', { name: 'beside the old cloud' })
    const { mortal, as, asContact, withToken } = await useDying(t, control)
    const [lead, engineer, person, agent] = [await as('migration-lead'), await as('engineer'), await asContact(contact), withToken(token)]
    await person('moves.order', { move, kind: 'files' })
    const { order, claim } = await scripted(control.site, token).claim()
    const content = Buffer.from('all the files')
    await agent('files.put', { order, claim, at: 0, sha256: hashed(content), base64: content.toString('base64') })
    const { archive } = await agent('files.done', { order, claim, bytes: content.length, sha256: hashed(content), files: 1, others: 0 })
    await person('files.link', { archive })
    await person('files.download', { archive })
    const { index } = bundleIn(folder, 'shop.bundle', 5_000)
    const { bundle } = await engineer('bundles.add', { move, file: 'shop.bundle' })
    await engineer('bundles.link', { bundle: bundle.id })
    await person('bundles.download', { bundle: bundle.id })
    await lead('checks.find', { move, check: 'bundle-verified', held: false, note: 'not looked at yet' })
    await person('bundles.receipt', { bundle: bundle.id, receipt: receiptOf('shop.bundle', index) })
    await engineer('users.tell', { tenant: id, csv: 'key,name\n1,Somebody\n2,Another\n' })
    await person('users.mark', { tenant: id, users: (await person('users.list', { tenant: id })).items.map(user => user.id) })
    const { id: document } = await lead('documents.add', { title: { en: 'A guide', ja: '手引き' }, file: { name: 'guide.pdf', type: 'application/pdf', base64: content.toString('base64') } })
    await lead('documents.remove', { document })
    await engineer('backups.remove', { move })
    holds(mortal)
  })

  test('of a decision about licences, control has ordered and told nothing', { timeout: 240_000 }, async t => {
    const { control, move, contact, agent, bad, ready } = await useLicencePlay(t)
    const { mortal, as, asContact } = await useDying(t, control)
    const [lead, first] = [await as('migration-lead'), await agent('first')]
    await lead('licences.order', { move, step: 'record' })
    await first.work()
    await (await asContact(contact))('licences.codes', { move })
    await ready()
    // Whoever signed in before is not, by then.
    const later = await as('migration-lead')
    await later('licences.order', { move, step: 'move' })
    let isGone = false
    bad.plan = verb => {
      if (isGone) return { how: 'unreachable' }
      isGone = verb === 'activate'
      return isGone ? { how: 'lost' } : undefined
    }
    await first.work()
    await later('licences.found', { move, found: 'not-done', note: 'its console says inactive', undo: true })
    holds(mortal)
  })

  test('of a plan that is taken, goes over to a newer playbook or is not waited for, or of a job done again, control has done nothing of it', { timeout: 240_000 }, async t => {
    const { estate, failed } = await useFailedJob(t)
    const { control, control: { world, vendor }, lead: setsUp, tenant, programme, destination, origin } = estate
    const { tenant: id } = await tenant('Nordlicht')
    const { id: move } = await setsUp('moves.add', { tenant: id, programme, destination })
    const { customer, contact, tenant: prod } = await tenant('Tsubame')
    const { id: trial } = await setsUp('tenants.add', { customer, home: origin, name: 'tsubame-trial', environment: 'non-prod' })
    const { id: waves } = await setsUp('programmes.add', { name: 'In waves', playbook: 'ninety-days-in-waves', people: [{ role: 'support', name: 'Support', email: 'support@kestrel.example', phone: null }] })
    const { added } = await setsUp('moves.add-all', { programme: waves, destination, tenants: [trial, prod], t0: '2026-11-10' })
    const [tried, production] = added.map(one => one.move)
    assert.ok(tried !== undefined && production !== undefined)
    const signOff = { ...samples.sign_off, vendor: vendor.id, customer, move: tried, environment: 'non-prod' as const, party: 'customer' as const, by: contact, accepted: true, at: control.clock.now() }
    await world.ledger.transaction(async tx => { for (const [key, duty] of [['non-prod-testing', 'testing'], ['non-prod', 'point-of-contact']] as const) await tx.add('sign_off', { ...signOff, id: world.newId<'sign-off'>(), key, duty }) })
    await world.ledger.transaction(tx => tx.change('move', move, { version: 1 }))
    const { mortal, as } = await useDying(t, control)
    const [lead, engineer] = [await as('migration-lead'), await as('engineer')]
    await engineer('jobs.repeat', { job: failed })
    await lead('plans.rebase', { move, revision: (await lead('plans.diff', { move })).revision })
    await lead('moves.go-early', { move: production, environment: 'prod', note: 'the tests are done' })
    const { run } = await setsUp('waves.propose', { programme, from: '2027-03-01', to: '2027-06-01' })
    await planHandler({ ...world, clock: { ...world.clock, sleep: async (ms, signal) => { await pause(ms, undefined, signal === undefined ? {} : { signal }) } } })({ name: 'plan-waves', key: run, at: 0, facts: { run } }, { id: 'the job', attempt: 1, signal: new AbortController().signal, ending: new AbortController().signal, stillMine: () => Promise.resolve(true), completeWithin: () => Promise.resolve() })
    await lead('waves.accept', { run })
    holds(mortal)
  })

  test('of filling an empty ledger, control has left it empty', { timeout: 240_000 }, async t => {
    const { mortal, as } = await useDying(t, await useControl(t))
    await (await as('migration-lead'))('sample.load', {})
    holds(mortal)
  })

  test('of a sign-in by passkey or elsewhere, control has let nobody in, and the same answer still counts', { timeout: 240_000 }, async t => {
    const control = await useControl(t)
    const redirect = `${control.site}/api/sign-in/return`
    const provider = await startOidcProvider({ redirect, people: {} })
    t.after(async () => { await provider[Symbol.asyncDispose]() })
    Object.assign(control.world, { signInService: openOidc(oidcSettings.parse({ issuer: provider.issuer, id: provider.id, secret: provider.secret, redirect, scopes: 'openid email' })) })
    const { mortal, as, withToken } = await useDying(t, control)
    const [nobody, lead, first, second] = [withToken(), await as('migration-lead'), deviceAt('http://127.0.0.1'), deviceAt('http://127.0.0.1')]
    await nobody('service.begin', { returnTo: '/' })
    const { id } = await lead('passkeys.add', first.make(await lead('passkeys.offer', {})))
    await nobody('passkeys.use', first.show(await nobody('passkeys.ask', {})))
    await lead('passkeys.add', second.make(await lead('passkeys.offer', {})))
    await lead('passkeys.remove', { passkey: id })
    holds(mortal)
  })
})

/** Killed while case A is played. */
const inCaseA: readonly EndpointName[] = ['settings.change', 'transfer.import', 'moves.add', 'tasks.do', 'calls.answer', 'profile.answer', 'windows.confirm', 'windows.move', 'credentials.make', 'codes.ask', 'codes.use', 'credentials.reveal', 'sign-offs.give', 'sightings.close', 'moves.settle', 'billing.plan-change']
/** Killed nowhere, each with why that is right. */
const nowhere: Partial<Record<EndpointName, string>> = { 'backups.put': 'writes nothing into the ledger: pieces lie on the shelf, and an agent goes on where they end' }

test('every decision there is was killed somewhere', () => {
  const all = (Object.keys(api) as EndpointName[]).filter(name => api[name].method === 'POST')
  assert.deepEqual(all.filter(name => !reached.has(name) && !inCaseA.includes(name)), Object.keys(nowhere))
})
