import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { says } from '#test/control/says.ts'
import { until } from '#test/services/until.ts'
import { orderAt, useShop } from '../shop.ts'
import { read, turnTo, useForms, wall } from './forms.ts'

const mebibyte = 2 ** 20

test('case B: from the shared server to one of their own, from the hundredth user to the end of the way back', { timeout: 180_000 }, async t => {
  const { stage, lead, engineer, support, finance, seller, buyer, contact, it, billing, user, tenant, customer, of, begin, plan, taskOf, doIt, states, gate, unmet } = await useForms(t, '2026-10-05')
  const shop = await useShop(stage.scope, { tenant: 'hibari', origin: 'the cloud', destination: 'the dedicated server' })
  const journalOf = (subject: string) => stage.world.ledger.read(view => view.entries({ subject }))
  const stands = (at: string): Promise<unknown> => until(`the move is ${at}`, async () => (await lead.ask('moves.read', { move: of.move })).move.stage === at, { withinMs: 60_000, everyMs: 150 })

  await stage.step('B1 B2 users are counted, and a dedicated move is raised when there are a hundred, once', async () => {
    const counted = (users: number) => engineer.ask('tenants.measured', { tenant, stores: [{ name: 'forms', engine: 'postgres', bytes: 40 * mebibyte }], users })
    assert.equal((await counted(99)).dedicatedDue, false)
    assert.deepEqual((await lead.ask('tenants.due-dedicated', {})).items, [])
    assert.equal((await counted(100)).dedicatedDue, true)
    const [first] = (await lead.ask('tenants.due-dedicated', {})).items
    assert.deepEqual([first?.customer.name, first?.move, first?.tenant.dedicatedDueAt], ['ひばり食品株式会社', null, stage.now()])
    await stage.passUntil('2026-10-06')
    await counted(131)
    const [second] = (await lead.ask('tenants.due-dedicated', {})).items
    assert.deepEqual(second?.tenant.dedicatedDueAt, first?.tenant.dedicatedDueAt)
    assert.equal((await journalOf(tenant)).filter(one => one.verb === 'tenant.dedicated-due').length, 1, 'not once for every count')
    const { offers } = await lead.ask('offers.list', { tenant })
    assert.deepEqual(offers.map(one => [one.name, one.price, one.fromUsers, one.isDue]), [['cloud-to-self-hosted', 'paid', null, false], ['shared-to-dedicated', 'included', 100, true]])
  })

  await stage.step('B1 B2 B12 the move is planned free of charge: customer and partner are told, and nothing can be quoted', async () => {
    await begin('shared-to-dedicated', 'the dedicated server', '2026-11-09')
    for (const one of [contact, seller]) await one.confirmAddress()
    await stage.passUntil('2026-10-09', '12:00')
    for (const one of [contact, seller]) assert.match(read(await one.letter(/専用サーバーのご案内/)), /100ユーザー以上となりましたので、専用サーバーを無償でご用意します/)
    await assert.rejects(finance.ask('quotes.make', { move: of.move, from: wall('2026-11-09T22:00') }), says(409, 'free-of-charge'))
    assert.deepEqual(await states('raise-move', 'agree-price'), ['raise-move open', 'agree-price none'])
    assert.match((await taskOf('raise-move')).reason.en, /^Because the tenant has 131 users and the dedicated server is included from 100 on\./)
    await doIt(support, 'raise-move')
  })

  await stage.step('B11 B15 the contact goes on file, and IT names each device fleet', async () => {
    await doIt(contact, 'give-contact', { answers: { name: '移行担当', company: 'ひばり食品株式会社', email: 'contact@hibari.example', phone: '+81 45 000 0100', extension: '12' } })
    await contact.ask('profile.answer', { move: of.move, answers: { soldBy: 'partner' } })
    await it.ask('profile.answer', { move: of.move, answers: { deviceFleets: ['倉庫のタブレット', '店頭の端末'], allowList: false } })
    await finance.ask('profile.answer', { move: of.move, answers: { licensedUsers: 120 } })
    await lead.ask('checks.look', { move: of.move })
    assert.deepEqual(await states('give-contact', 'answer-questionnaire', 'plan-fleet[倉庫のタブレット]', 'plan-fleet[店頭の端末]', 'change-fleet[店頭の端末]', 'allow-address'), ['give-contact done', 'answer-questionnaire done', 'plan-fleet[倉庫のタブレット] open', 'plan-fleet[店頭の端末] open', 'change-fleet[店頭の端末] open', 'allow-address none'])
  })

  await stage.step('B2 B6 the agent counts on the server itself: a hundred users, within the licence', async () => {
    const { token } = await engineer.ask('agents.add', { name: 'beside the homes' })
    shop.agent(stage.site, token)
    const { id } = await engineer.ask('moves.order', { move: of.move, kind: 'measure', watchSeconds: 0 })
    await until('it is measured', async () => (await lead.ask('orders.read', { order: id })).state === 'done', { withinMs: 30_000, everyMs: 100 })
    await stage.settle()
    const { tenant: now } = await lead.ask('tenants.read', { tenant })
    assert.deepEqual([now.users, now.stores.length, (now.stores[0]?.bytes ?? 0) > mebibyte], [100, 1, true])
    assert.deepEqual((await it.ask('billing.user-limit', { move: of.move })).limit, { condition: 'users-within-licence', isMet: true, users: 100, licensed: 120, mustGo: 0 })
    assert.deepEqual(await states('measure', 'remove-users'), ['measure done', 'remove-users none'])
    // The file server is none of the agent's.
    await engineer.ask('tenants.measured', { tenant, stores: now.stores, users: now.users, measures: { 'file-gigabytes': 12 } })
    assert.deepEqual(await states('download-files'), ['download-files open'])
  })

  await stage.step('B5 B14 the customer names date and time, and hands in the change of its plan', async () => {
    const { offers, estimate } = await contact.ask('windows.offer', { move: of.move, day: '2026-11-09', time: '22:00' })
    const [offer] = offers
    assert.ok(offer !== undefined && estimate.basis === 'assumed-pace')
    assert.match(estimate.says.ja, /通常の所要時間は24～48時間です。お客様の場合は約\d時間/)
    const { id } = await contact.ask('windows.propose', { move: of.move, from: new Date(offer.from).toISOString(), to: new Date(offer.to).toISOString() })
    await contact.ask('windows.confirm', { window: id })
    const { change } = await finance.ask('billing.plan-change', { customer, says: '専用サーバープランへ変更' })
    assert.deepEqual([change.invoice, change.isInTime], ['2026-11', true])
    await lead.ask('checks.look', { move: of.move })
    assert.deepEqual(await states('name-date', 'change-plan'), ['name-date done', 'change-plan done'])
    await stage.settle()
    for (const one of [contact, it, seller]) assert.match((await one.letter(/移行日時確定/)).subject, /hibari/)
    void billing
  })

  await stage.step('B4 B12 B15 the dedicated server is set up, the move rehearsed, the fleets planned, and a named person says go', async () => {
    await stage.passUntil('2026-11-02')
    await engineer.ask('checks.find', { move: of.move, check: 'versions-equal', held: true, note: '12.4 on both' })
    await engineer.ask('checks.find', { move: of.move, check: 'rehearsed', held: true, note: 'this tenant alone, and no row of another' })
    for (const fleet of ['倉庫のタブレット', '店頭の端末']) await doIt(it, `plan-fleet[${fleet}]`, { answers: { who: '情報システム担当', how: '端末管理ツール' } })
    await assert.rejects(lead.ask('gates.decide', { gate: (await gate('cutover-decision')).id, decision: 'go' }), says(409, 'gate-conditions', /Download your files/), 'B4: they are not moved')
    await doIt(it, 'download-files', { note: '12 GB、照合済み' })
    assert.deepEqual(await unmet('cutover-decision'), [])
    await lead.ask('gates.decide', { gate: (await gate('cutover-decision')).id, decision: 'go', note: 'Ready.' })
    await engineer.ask('moves.order', { move: of.move, kind: 'move', how: { schema: 'existing' } })
    await stands('following')
    await lead.ask('checks.look', { move: of.move })
    assert.deepEqual(await states('set-up-server', 'rehearse', 'start-copy'), ['set-up-server done', 'rehearse done', 'start-copy done'])
  })

  await stage.step('B12 everything is moved, proven row by row, and the shared server is then closed to this tenant', async () => {
    await stage.passUntil('2026-11-09', '22:00')
    const writers = await shop.write()
    await until('people order', () => writers.last?.home === shop.origin.name, { withinMs: 20_000 })
    await lead.ask('moves.approve', { move: of.move })
    await stands('switched')
    await until('people order on the dedicated server', () => writers.last?.home === shop.destination.name, { withinMs: 20_000 })
    await writers.stop()
    assert.deepEqual(await shop.wrong(shop.destination), [])
    await lead.ask('checks.look', { move: of.move })
    assert.deepEqual(await states('cut-over'), ['cut-over done'])
    const served = await fetch(shop.url)
    assert.equal(decodeURIComponent(served.headers.get('x-home') ?? ''), 'the dedicated server')
    assert.equal((await orderAt(shop.origin.product)).status, 503)
    assert.equal((await orderAt(shop.url)).status, 200)
    await assert.rejects(shop.query(shop.origin, "INSERT INTO settings VALUES ('late', '{}')"), /writes are frozen/)
    assert.deepEqual((await finance.ask('charges.list', { move: of.move })).items, [], 'free of charge')
  })

  await stage.step('B13 connection details go to the contact on file only, once, after the second factor; the partner hears that it is finished', async () => {
    const master = shop.user('hibari_master')
    const { id: self } = await contact.ask('sessions.read', {})
    await engineer.ask('credentials.make', { move: of.move, wanted: [{ name: 'master', kind: 'master', user: master, offerTo: self as never }] })
    await until('the user is made', async () => (await lead.ask('credentials.list', { move: of.move })).items.length === 1, { withinMs: 30_000, everyMs: 100 })
    await stage.settle()
    assert.match((await contact.letter(/接続情報のご用意/)).subject, /hibari/)
    const [credential] = (await contact.ask('credentials.list', { move: of.move })).items
    assert.ok(credential !== undefined)
    const reveal = { credential: credential.id }
    for (const one of [seller, buyer, it]) await assert.rejects(one.ask('credentials.reveal', reveal), (error: Error & { status?: number }) => error.status === 403 || error.status === 404, one.email)
    await assert.rejects(contact.ask('credentials.reveal', reveal), says(403, 'second-factor-missing'))
    await contact.prove()
    const secret = JSON.parse((await contact.ask('credentials.reveal', reveal)).secret) as { user: string; password: string; host: string; port: number; database: string }
    await assert.rejects(contact.ask('credentials.reveal', reveal), says(409, 'revealed-already'))
    const session = new pg.Client(secret)
    await session.connect()
    try {
      assert.equal((await session.query<{ people: number }>('SELECT count(*)::int AS people FROM people')).rows[0]?.people, 100)
    } finally {
      await session.end()
    }
    for (const one of [contact, it, billing, user, seller, buyer]) for (const letter of await one.letters()) assert.ok(![letter.text, letter.html].some(text => text.includes(secret.password)), `${one.email}: ${letter.subject}`)
    for (const part of ['https://hibari.forms.example.com→https://hibari.forms.example', 'ユーザー：120シート']) assert.ok(read(await contact.letter(/新しい環境への移行が完了/)).includes(part), part)
    assert.match(read(await seller.letter(/移行完了のお知らせ/)), /接続情報および認証情報は、ひばり食品株式会社様のご担当者様にのみお伝えしております/)
    assert.ok((await seller.letters()).every(({ text }) => ![master, String(secret.port), secret.database].some(part => text.includes(part))), 'nothing by which it could be reached')
    await lead.ask('checks.look', { move: of.move })
    assert.deepEqual(await states('collect-credentials'), ['collect-credentials done'])
    await doIt(support, 'tell-partner')
  })

  await stage.step('B15 each fleet counts as changed when it has arrived at the new server', async () => {
    await stage.passUntil('2026-11-12')
    const { seenBySystem } = { seenBySystem: says(409, 'seen-by-the-system', /Not seen at the new server yet: 倉庫のタブレット/) }
    await assert.rejects(doIt(it, 'change-fleet[倉庫のタブレット]'), seenBySystem)
    await engineer.ask('checks.find', { move: of.move, check: 'devices-arrived', about: '倉庫のタブレット', held: true, note: '24 of 24' })
    assert.deepEqual(await states('change-fleet[倉庫のタブレット]', 'change-fleet[店頭の端末]'), ['change-fleet[倉庫のタブレット] done', 'change-fleet[店頭の端末] open'])
    await engineer.ask('checks.find', { move: of.move, check: 'devices-arrived', about: '店頭の端末', held: true, note: '6 of 6' })
    assert.deepEqual(await states('change-fleet[店頭の端末]'), ['change-fleet[店頭の端末] done'])
  })

  await stage.step('B12 an end user tests, both sign off, and at the end of the way back the shared server is cleared', async () => {
    const tested = { 'sign-in': 'works', forms: 'works', last: 'works', submit: 'works', others: 'works' }
    await doIt(user, 'test', { answers: tested })
    await user.ask('sign-offs.give', { move: of.move, signOff: 'tester', accepted: true, answers: tested })
    await contact.ask('sign-offs.give', { move: of.move, signOff: 'contact', accepted: true })
    await doIt(support, 'send-completion')
    await stage.passUntil('2026-11-24')
    await lead.ask('moves.settle', { move: of.move })
    await stands('settled')
    assert.equal((await orderAt(shop.origin.product)).status, 503, 'not after the way back is closed either')
    await assert.rejects(shop.query(shop.origin, "INSERT INTO settings VALUES ('later', '{}')"), /writes are frozen/)
    await doIt(engineer, 'settle')
    assert.deepEqual((await plan()).tasks.filter(one => one.state === 'open').map(one => one.key), [])
    assert.deepEqual((await finance.ask('charges.list', { customer })).items.map(one => [one.kind, one.amountMinor, one.onDay]), [['plan-change', 0, '2026-11-01']], 'the move itself is on no invoice')
    const { letters, lines } = await stage.checkAtEnd(turnTo.map(one => one.name))
    assert.ok(letters > 30 && lines > 60, `${letters} letters, ${lines} lines`)
  })
})
