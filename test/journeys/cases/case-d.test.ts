import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { checkEvidence } from '#domain/evidence.ts'
import type { Day } from '#domain/time.ts'
import { everBoth, useMachines } from '#test/application/machines.ts'
import { says } from '#test/control/says.ts'
import { until } from '#test/services/until.ts'
import type { AnswerOf, InputOf } from '#wire/api.ts'
import { readSheetText } from '#entrances/http/licence-sheet.ts'
import { sheetOf } from '#test/journeys/licences/servers.ts'
import { useLicenceHomes } from './licence-homes.ts'
import { useShop } from './shop.ts'
import { useStage } from './stage.ts'

const vendor = { name: 'Kestrel Simulation', country: 'DE', zone: 'Europe/Berlin', locale: 'en' } as const
const turnTo = [{ role: 'project-manager', name: 'Kestrel project office', email: 'projects@kestrel.example', phone: null }, { role: 'support', name: 'Kestrel support', email: 'support@kestrel.example', phone: '+49 30 0000 0100' }] as const

type Wanted = { readonly start: Day; readonly t0: Day; readonly playbook: 'licence-server' | 'application-server'; readonly kind: 'licence-host' | 'application-server' }
type How = { readonly answers?: Record<string, string | boolean | number | Record<string, string>[]>; readonly note?: string }

/** A customer in Japan with something on an old machine that is to go to a new one; and the vendor's people. */
const usePlay = async (t: TestContext, { start, t0, playbook, kind }: Wanted) => {
  const bundles = mkdtempSync(join(tmpdir(), 'shelf-'))
  t.after(() => { rmSync(bundles, { recursive: true, force: true }) })
  const stage = await useStage(t, { start, vendor, bundles })
  const [lead, engineer] = [await stage.operator('Kestrel lead', 'migration-lead'), await stage.operator('Kestrel engineer', 'engineer')]
  const [contact, it, tester] = [stage.contact('contact@tsurugi.example'), stage.contact('it@tsurugi.example'), stage.contact('test@tsurugi.example')]
  await stage.admin.ask('settings.change', { revision: (await stage.admin.ask('settings.read', {})).revision, changes: { people: [...turnTo] } })
  const { id: customer } = await lead.ask('customers.add', { name: '剱機械', country: 'JP', zone: 'Asia/Tokyo', locale: 'ja' })
  const { id: origin } = await lead.ask('homes.add', { name: 'the old machine', kind })
  const { id: destination } = await lead.ask('homes.add', { name: 'the new machine', kind })
  await lead.ask('contacts.add', { customer, name: '窓口担当', email: contact.email, duties: ['point-of-contact'] })
  const { id: tenant } = await lead.ask('tenants.add', { customer, home: origin, name: 'tsurugi' })
  const { id: programme } = await lead.ask('programmes.add', { name: 'To another machine', playbook, people: [...turnTo] })
  const { id: move } = await lead.ask('moves.add', { tenant, programme, destination, t0 })
  await stage.settle()
  await contact.confirmAddress()
  const plan = () => lead.ask('plans.read', { move })
  const taskOf = async (key: string): Promise<AnswerOf<'tasks.read'>> => {
    const line = (await plan()).tasks.find(one => one.key === key)
    assert.ok(line !== undefined, `the plan has ${key}`)
    return await lead.ask('tasks.read', { task: line.id })
  }
  return {
    stage, lead, engineer, contact, it, tester, customer, tenant, move, plan, taskOf,
    doIt: async (who: { ask: typeof lead.ask }, key: string, how: How = {}) => who.ask('tasks.do', { task: (await taskOf(key)).id, ...how }),
    found: (check: InputOf<'checks.find'>['check'], held = true, note = 'looked at on the machine') => engineer.ask('checks.find', { move, check, held, note }),
    stateOf: async (...keys: string[]): Promise<string[]> => { const { tasks } = await plan(); return keys.map(key => `${key} ${tasks.find(one => one.key === key)?.state ?? 'none'}`) },
    gate: async () => { const [gate] = (await lead.ask('gates.list', { move })).items; assert.ok(gate !== undefined); return gate },
    /** The point of contact names the others, who confirm their addresses. */
    async nameTeam() {
      await contact.ask('contacts.add', { customer, name: '情報システム担当', email: it.email, duties: ['it', 'networking'] })
      await contact.ask('contacts.add', { customer, name: '検証担当', email: tester.email, duties: ['testing', 'end-user'] })
      await stage.settle()
      for (const one of [it, tester]) await one.confirmAddress()
      await lead.ask('checks.look', { move })
    },
    async window(from: string, to: string) {
      const { id } = await contact.ask('windows.propose', { move, from, to })
      const window = await contact.ask('windows.confirm', { window: id })
      await lead.ask('checks.look', { move })
      await stage.settle()
      return window
    },
    works: async (key: string): Promise<Record<string, string>> => Object.fromEntries(((await taskOf(key)).checklist?.items ?? []).map(item => [item.key, 'works'])),
  }
}

test('case D: the licence server, to another machine', { timeout: 300_000 }, async t => {
  const { stage, lead, engineer, contact, it, tester, customer, move, plan, taskOf, doIt, found, stateOf, gate, nameTeam, window, works } = await usePlay(t, { start: '2026-10-12', t0: '2026-11-07', playbook: 'licence-server', kind: 'licence-host' })
  const later = 'solver 2027'
  const homes = await useLicenceHomes(stage.scope, { tenant: 'tsurugi', origin: 'the old machine', destination: 'the new machine', later })
  const { estate } = homes
  const { token } = await engineer.ask('agents.add', { name: 'beside both machines' })
  const licences = () => lead.ask('licences.of-move', { move })
  const ended = (key: string): Promise<unknown> => until(`${key} is done`, async () => (await taskOf(key)).state === 'done', { withinMs: 60_000, everyMs: 150 })
  const orderDone = (id: InputOf<'orders.read'>['order']): Promise<unknown> => until('the order is done', async () => (await lead.ask('orders.read', { order: id })).state === 'done', { withinMs: 60_000, everyMs: 150 })

  await stage.step('D2 D3 which kinds of licences there are, who takes them and what changes is asked, and the plan follows', async () => {
    await nameTeam()
    await it.ask('profile.answer', { move, answers: { licenceKinds: ['server', 'session', 'user'], applications: ['flow solver', 'mesh solver'], renamesProfiles: true, internetAccess: false } })
    await lead.ask('checks.look', { move })
    const { tasks, undecided, t0 } = await plan()
    assert.deepEqual([t0, undecided], ['2026-11-07', []])
    assert.deepEqual(tasks.map(one => `${one.due} ${one.key}`), [
      '2026-10-16 verify-contacts', '2026-10-20 answer-questionnaire', '2026-10-23 record-licences', '2026-10-26 check-record', '2026-10-26 pick-window', '2026-10-30 prepare-machine', '2026-11-02 allow-activation', '2026-11-02 open-ports', '2026-11-04 install',
      '2026-11-07 maintenance-on', '2026-11-07 deactivate', '2026-11-07 activate', '2026-11-07 rename-profiles', '2026-11-07 maintenance-off', '2026-11-07 point-application[flow solver]', '2026-11-07 point-application[mesh solver]', '2026-11-09 test-seats', '2026-11-10 sign-off', '2026-11-24 retire',
    ])
    assert.deepEqual((await taskOf('test-seats')).checklist?.items.map(item => item.key), ['server', 'session', 'user', 'limit', 'crash'], 'one line for each kind, and for the limit')
  })

  const agents = { now: homes.agent(stage.site, token) }
  await stage.step('D1 nothing is touched before the licences are recorded and the customer has checked the record', async () => {
    await assert.rejects(lead.ask('licences.order', { move, step: 'move' }), says(409, 'licences-not-recorded'))
    await assert.rejects(doIt(it, 'check-record', { answers: { right: true } }), says(409, 'task-blocked', /record-licences/))
    await stage.passUntil('2026-10-23')
    await ended('record-licences')
    assert.match((await taskOf('record-licences')).finding?.why.en ?? '', /3 licences and 3 profiles of .* are recorded, with counts, expiry and codes; checksum [0-9a-f]{16}/)
    const { facts } = await lead.ask('profile.read', { move })
    assert.deepEqual(['licenceKinds', 'licences', 'profiles'].map(name => facts.find(one => one.fact === name)?.inForce?.value), [['server', 'session', 'user'], 3, ['house at the harbour', 'solver (night run)', '潮見 desk']])
    const page = await licences()
    assert.deepEqual([page.state, page.licences.map(one => `${one.name} ${one.seats} ${one.stands}`)], ['recorded', ['House of tides null origin', 'Named desks 5 origin', 'Solver sessions 4 origin']])
    assert.ok(page.licences.every(one => /^•{8}\w{4}$/.test(one.code ?? '')), 'of activation codes only the end is shown')
    await assert.rejects(tester.ask('licences.of-move', { move }), says(403, 'not-your-part'))
    assert.equal((await it.ask('licences.of-move', { move })).licences.length, 3)
    for (const [file, type] of [['pdf', /pdf/], ['html', /html/], ['json', /json/]] as const) {
      const answer = await it.browser.open(`/api/moves/${move}/licences.${file}`)
      assert.deepEqual([answer.status, type.test(answer.headers.get('content-type') ?? '')], [200, true], await answer.clone().text())
      if (file === 'html') assert.match(await answer.text(), /潮見 desk/)
      if (file === 'json') assert.deepEqual(readSheetText(await answer.text()), { ...readSheetText(await (await lead.browser.open(`/api/moves/${move}/licences.json`)).text()) })
    }
    await assert.rejects(it.ask('licences.codes', { move }), says(403, 'second-factor-missing'))
    await it.prove()
    const { codes } = await it.ask('licences.codes', { move })
    assert.deepEqual(codes.map(one => `${one.name} ${one.code.slice(-4)}`).sort(), page.licences.map(one => `${one.name} ${one.code?.slice(-4)}`))
    await assert.rejects(lead.ask('licences.order', { move, step: 'move' }), says(409, 'gate-not-go', /cutover-decision/))
    await doIt(it, 'check-record', { answers: { 'right': true, 'profile-names': [{ from: 'solver (night run)', to: later }] } })
  })

  await stage.step('D2 the customer picks a window in its own zone, in which nobody calculates', async () => {
    const { zone, state } = await window('2026-11-07T00:00:00Z', '2026-11-07T06:00:00Z')
    assert.deepEqual([zone, state, await stateOf('pick-window')], ['Asia/Tokyo', 'confirmed', ['pick-window done']])
    assert.match((await it.letter(/09:00|9:00/)).text, /Asia\/Tokyo/)
    assert.deepEqual((await tester.letters(/作業日時/)).filter(one => one.attachments.length > 0), [], 'testers have other letters')
  })

  await stage.step('D1 D2 D4 the gate is refused while a firm condition is missing, and another version is no reason to go on', async () => {
    await stage.passUntil('2026-11-02')
    await assert.rejects(lead.ask('gates.decide', { gate: (await gate()).id, decision: 'go', note: 'it will do' }), says(409, 'gate-conditions', /Prepare the new machine/))
    await found('versions-equal', false, 'old 11.2, new 11.3')
    await doIt(it, 'prepare-machine', { answers: { 'machine': 'lic-2', 'node-lock': '00:00:5e:00:53:01' } })
    await doIt(it, 'allow-activation')
    await engineer.ask('tasks.waive', { task: (await taskOf('open-ports')).id, reason: 'no' }).catch(says(403, 'not-your-part'))
    await lead.ask('tasks.waive', { task: (await taskOf('open-ports')).id, reason: 'Both machines are in one network.' })
    await assert.rejects(doIt(engineer, 'install'), says(409, 'seen-by-the-system', /old 11\.2, new 11\.3/))
    await assert.rejects(doIt(engineer, 'maintenance-on'), says(409, 'task-blocked', /cutover-decision/))
  })

  await stage.step('D1 D4 if the record turns out to be wrong the gate does not open, not even by the lead’s word; both machines are read anew', async () => {
    await found('licences-recorded', false, 'one licence is missing in it')
    const { conditions, id } = await gate()
    assert.deepEqual(conditions.filter(one => !one.held).map(one => [one.firm, one.why.en]), [[true, 'one licence is missing in it (Kestrel engineer)']])
    await assert.rejects(lead.ask('gates.decide', { gate: id, decision: 'go', note: 'I know' }), says(409, 'gate-conditions', /record of licences/))
    await orderDone((await engineer.ask('licences.order', { move, step: 'record' })).id)
    assert.match((await taskOf('install')).finding?.why.en ?? '', /The old machine runs (.+), the new one \1/)
    assert.deepEqual(await stateOf('install'), ['install done'])
    await stage.passUntil('2026-11-05')
    await lead.ask('gates.decide', { gate: id, decision: 'go', note: 'All 3 are recorded.' })
    await assert.rejects(lead.ask('licences.order', { move, step: 'move' }), says(409, 'licences-not-due', /2026-11-07/))
    assert.deepEqual([await homes.places(), (await sheetOf(estate.old)).maintenance], [['server active absent', 'session active absent', 'user active absent'], null], 'nothing was touched')
  })

  const holders = await homes.work()
  await stage.step('D2 D3 D4 in the window every licence moves, while people sit on their seats and the agent is killed', async () => {
    await until('people sit', () => holders.thrownOut.length > 0 || ['house at the harbour', 'solver (night run)', '潮見 desk'].every(name => holders.held(name) > 0), { withinMs: 60_000 })
    await assert.rejects(doIt(engineer, 'deactivate'), says(409, 'task-blocked', /maintenance-on/))
    await assert.rejects(doIt(engineer, 'activate'), says(409, 'task-blocked', /deactivate/))
    assert.deepEqual((await found('licences-active-at-destination', true, 'said too early')).closed, [])
    await found('licences-active-at-destination', false, 'none yet')
    const dying = homes.killed(agents.now, 12)
    await stage.passUntil(Date.parse('2026-11-07T00:05:00Z'))
    assert.equal((await it.letters(/ライセンス返却のお願い/)).length, 1, 'on the day before')
    assert.equal((await tester.letters(/ライセンス返却のお願い/)).length, 1)
    await dying
    assert.deepEqual((await homes.places()).filter(one => / active active$/.test(one)), [], 'never active on both')
    // Whoever goes on, does so by the book on this disk.
    agents.now = homes.agent(stage.site, token)
    await stage.passUntil(stage.now() + 61_000)
    for (const key of ['maintenance-on', 'deactivate', 'activate', 'rename-profiles', 'maintenance-off']) await ended(key)
    await until('it is carried out', async () => (await licences()).state === 'carried-out', { withinMs: 60_000, everyMs: 150 })
    assert.deepEqual(await homes.places(), ['server inactive active', 'session inactive active', 'user inactive active'])
    assert.equal((await taskOf('deactivate')).endedBy, 'Rehome')
  })

  await stage.step('D2 D3 the page says what both servers say; nobody was thrown out, and profiles have their names', async () => {
    const page = await licences()
    assert.deepEqual(page.licences.map(one => `${one.name} ${one.stands} ${one.origin?.state} ${one.destination?.state}`), ['House of tides', 'Named desks', 'Solver sessions'].map(name => `${name} destination inactive active`))
    assert.deepEqual(page.profiles.map(one => `${one.name} ${one.laterName} ${one.isThere}`), ['house at the harbour house at the harbour true', `solver (night run) ${later} true`, '潮見 desk 潮見 desk true'])
    assert.ok(page.steps.length > 0 && page.steps.every(one => one.state === 'done'), JSON.stringify(page.steps))
    assert.deepEqual([page.machine, page.agent?.name, page.doubt, page.differences.filter(one => one.stops)], [{ name: 'lic-2', nodeLock: '00:00:5e:00:53:01' }, 'beside both machines', null, []])
    assert.ok(page.seats.some(one => one.at === 'destination'), 'who sits on a seat is on the page')
    assert.match(page.says.join(' '), /the customer named lic-2/)
    await until('all have found the new server', () => holders.isAllAt(estate.new.url), { withinMs: 60_000 })
    assert.deepEqual([holders.thrownOut, holders.tooMany], [[], []])
    await holders.end()
    await stage.settle()
    await it.letter(/新ライセンスサーバーの稼働開始/)
    await assert.rejects(lead.ask('licences.order', { move, step: 'undo' }), says(409, 'licences-not-now', /carried-out/))
    for (const name of ['flow solver', 'mesh solver']) await doIt(it, `point-application[${name}]`)
  })

  await stage.step('D2 D4 what does not work is not accepted; then tester and contact sign off, and the old machine is retired', async () => {
    await stage.passUntil('2026-11-09')
    const all = await works('test-seats')
    await assert.rejects(doIt(tester, 'test-seats', { answers: { ...all, limit: 'fails' } }), says(409, 'checklist-fails', /One more than allowed/))
    await doIt(tester, 'test-seats', { answers: all })
    await assert.rejects(it.ask('sign-offs.give', { move, signOff: 'contact', accepted: true }), says(403, 'for-other-duties'))
    await tester.ask('sign-offs.give', { move, signOff: 'tester', accepted: true, answers: all })
    assert.deepEqual((await contact.ask('sign-offs.give', { move, signOff: 'contact', accepted: true })).closed, ['sign-off'])
    await stage.passUntil('2026-11-24')
    assert.deepEqual((await found('old-address-unused', true, 'nobody asked the old machine for a week')).closed, ['retire'])
    assert.deepEqual((await plan()).tasks.filter(one => one.state === 'open').map(one => one.key), [])
    await assert.rejects(lead.ask('quotes.make', { move }), says(409, 'free-of-charge'))
    await lead.ask('moves.settle', { move, note: 'the old machine is off' })
    assert.equal((await lead.ask('moves.read', { move })).move.stage, 'settled')
    await stage.settle()
    await contact.letter(/移行完了/)
  })

  await stage.step('D1 the move is included in maintenance: there is nothing to quote and nothing to charge', async () => {
    assert.deepEqual((await lead.ask('charges.list', { customer })).items, [])
    assert.ok((await contact.letters()).every(one => one.html.includes('<html lang="ja"')))
    await stage.checkAtEnd(turnTo.map(one => one.email))
  })
})

test('case D: the application server, to another machine', { timeout: 300_000 }, async t => {
  const { stage, lead, engineer, contact, it, tester, move, plan, taskOf, doIt, found, stateOf, gate, nameTeam, window, works } = await usePlay(t, { start: '2026-10-12', t0: '2026-11-07', playbook: 'application-server', kind: 'application-server' })
  const shop = await useShop(stage.scope, { tenant: 'tsurugi', origin: 'the old machine', destination: 'the new machine' })
  const { token } = await engineer.ask('agents.add', { name: 'beside both databases' })
  shop.agent(stage.site, token)
  const machines = await useMachines(stage.scope, { tenant: 'tsurugi', origin: 'the old machine', destination: 'the new machine' })
  const { origin: old, destination: fresh } = machines
  writeFileSync(join(old.etc, 'tiny.json'), JSON.stringify({ greeting: '剱機械の設定' }))
  writeFileSync(join(old.data, '案件.txt'), '移行する')
  writeFileSync(join(fresh.root, 'VERSION'), '24.1.4\n')
  machines.agent(stage.site, (await engineer.ask('agents.add', { name: 'on the old machine' })).token, old)
  machines.agent(stage.site, (await engineer.ask('agents.add', { name: 'on the new machine' })).token, fresh, { secrets: { TINY_DATABASE: shop.destination.superuserUrl } })
  /** What agents do by themselves, or when told, comes about. */
  const done = (...keys: string[]): Promise<unknown> => until(`done by agents: ${keys.join()}`, async () => (await stateOf(...keys)).every(line => line.endsWith(' done')), { withinMs: 60_000, everyMs: 150 })
  const step = (name: NonNullable<InputOf<'moves.order'>['step']>) => engineer.ask('moves.order', { move, kind: 'application', step: name })
  const compared = (): Promise<AnswerOf<'checks.read'>['checks'][number]> => until('the versions were compared', async () => { const line = (await lead.ask('checks.read', { move })).checks.find(one => one.check === 'versions-equal'); return line?.why.en.includes('24.1.4') === true ? line : undefined }, { withinMs: 60_000, everyMs: 150 })
  const stands = (where: string): Promise<unknown> => until(`the move is ${where}`, async () => (await lead.ask('moves.read', { move })).move.stage === where, { withinMs: 60_000, everyMs: 150 })

  await stage.step('D5 folders, address, licences and the wish to upgrade are asked, data is measured, and the plan follows', async () => {
    await nameTeam()
    await it.ask('profile.answer', { move, answers: { usesLicenceServer: true, addressChanges: false, customFolders: ['templates'] } })
    await contact.ask('profile.answer', { move, answers: { upgradeTo: 'latest' } })
    const { id } = await engineer.ask('moves.order', { move, kind: 'measure', watchSeconds: 0 })
    await until('it is measured', async () => (await lead.ask('orders.read', { order: id })).state === 'done', { withinMs: 30_000, everyMs: 100 })
    await lead.ask('checks.look', { move })
    assert.deepEqual(await stateOf('answer-questionnaire', 'measure'), ['answer-questionnaire done', 'measure done'])
    const { tasks, leftOut } = await plan()
    assert.deepEqual(['copy-folder[templates]', 'point-to-licences', 'upgrade', 'test-upgrade'].filter(key => !tasks.some(one => one.key === key)), [])
    assert.deepEqual(leftOut.map(one => one.template), ['prepare-dns', 'change-dns'])
  })

  await stage.step('D5 a different version is refused, whoever decides', async () => {
    assert.equal((await window('2026-11-07T00:00:00Z', '2026-11-07T06:00:00Z')).zone, 'Asia/Tokyo')
    await stage.passUntil('2026-10-30')
    await doIt(it, 'prepare-machine', { answers: { machine: 'app-2', disk: 500 } })
    await doIt(engineer, 'install-same-version')
    await stage.passUntil('2026-11-04')
    await found('rehearsed', true, 'backed up, restored and started apart from the network')
    assert.equal((await compared()).held, false, 'compared on its day, by itself')
    await assert.rejects(doIt(engineer, 'compare-versions'), says(409, 'seen-by-the-system', /24\.1\.3.*24\.1\.4/))
    assert.equal((await lead.ask('profile.read', { move })).facts.find(one => one.fact === 'version')?.inForce?.value, '24.1.3')
    await assert.rejects(step('stop-services'), says(409, 'gate-not-go', /cutover-decision/))
    const { id } = await gate()
    await assert.rejects(lead.ask('gates.decide', { gate: id, decision: 'go', note: 'close enough' }), says(409, 'gate-conditions', /same version/))
    await engineer.ask('moves.order', { move, kind: 'move', how: { schema: 'existing' } })
    await stands('following')
    await assert.rejects(lead.ask('moves.approve', { move }), says(409, 'gate-not-go', /cutover-decision/))
    writeFileSync(join(fresh.root, 'VERSION'), '24.1.3\n')
    await step('compare-versions')
    await done('compare-versions')
    assert.deepEqual((await gate()).conditions.filter(one => !one.held).map(one => `${one.title.en}: ${one.why.en}`), [])
    await lead.ask('gates.decide', { gate: id, decision: 'go' })
  })

  await stage.step('D5 the agents stop the services and back up by themselves, and the database goes to the new machine, every row verified', async () => {
    await assert.rejects(step('back-up'), says(409, 'step-not-now', /old machine/))
    assert.deepEqual(machines.witness(), [], 'nothing is stopped before the window')
    await stage.passUntil(Date.parse('2026-11-07T00:05:00Z'))
    await done('stop-services', 'back-up')
    assert.match((await taskOf('back-up')).finding?.why.en ?? '', /2 files with \d+ bytes were backed up and read back/)
    await assert.rejects(doIt(engineer, 'restore'), says(409, 'task-blocked', /copy-folder/))
    await assert.rejects(step('start-services'), says(409, 'step-not-now', /not restored/))
    await stands('following')
    await lead.ask('moves.approve', { move, note: 'go' })
    await stands('switched')
    const [proof] = (await lead.ask('evidence.list', { move })).items
    assert.ok(checkEvidence((await lead.ask('evidence.read', { proof: proof?.id as never })).text).ok)
    const count = 'SELECT count(*)::int AS n FROM orders'
    assert.deepEqual(await shop.query(shop.destination, count), await shop.query(shop.origin, count))
    await doIt(engineer, 'copy-folder[templates]')
    await done('restore')
    assert.equal(readFileSync(join(fresh.data, '案件.txt'), 'utf8'), '移行する')
  })

  await stage.step('D2 D5 the application finds its licences, starts on the new machine alone, and is tested', async () => {
    await assert.rejects(doIt(engineer, 'start'), says(409, 'task-blocked', /point-to-licences/))
    assert.deepEqual((await found('profiles-found', true, 'a seat was given out; the old machine holds none')).closed, ['point-to-licences'])
    await done('start', 'self-test')
    assert.match((await taskOf('self-test')).note ?? '', /^剱機械の設定; 1 files; 400 orders; .*; up$/, 'its own test, with its settings, its files and its database')
    assert.deepEqual(machines.witness(), ['up new'])
    await stage.settle()
    await tester.letter(/新マシンの稼働開始/)
    await stage.passUntil('2026-11-09')
    const all = await works('test')
    await doIt(tester, 'test', { answers: all })
    await assert.rejects(step('upgrade'), says(409, 'step-not-now', /not signed off/))
    await tester.ask('sign-offs.give', { move, signOff: 'tester', accepted: true, answers: all })
    assert.deepEqual((await contact.ask('sign-offs.give', { move, signOff: 'contact', accepted: true })).closed, ['sign-off'])
    await assert.rejects(engineer.ask('moves.order', { move, kind: 'application', step: 'start-services', at: 'origin' }), says(409, 'step-not-now', /signed off/))
  })

  await stage.step('D5 only then is it upgraded and tested again, and the old machine is retired last', async () => {
    await stage.passUntil('2026-11-17')
    await assert.rejects(doIt(engineer, 'retire'), says(409, 'task-blocked', /test-upgrade/))
    await step('upgrade')
    await done('upgrade')
    assert.deepEqual([readFileSync(join(fresh.root, 'VERSION'), 'utf8'), everBoth(machines.witness().toSpliced(0, 0, 'down old'))], ['24.2.0\n', false])
    await doIt(tester, 'test-upgrade', { answers: await works('test-upgrade') })
    await stage.passUntil('2026-11-30')
    assert.deepEqual((await found('old-address-unused')).closed, ['retire'])
    assert.deepEqual((await plan()).tasks.filter(one => one.state === 'open').map(one => one.key), [])
    await lead.ask('moves.settle', { move, note: 'the old machine is off' })
    await stands('settled')
    await stage.settle()
    await contact.letter(/完了/)
    assert.equal((await taskOf('retire')).endedBy, 'Rehome')
    await stage.checkAtEnd(turnTo.map(one => one.email))
  })
})
