import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually, press, useAgentHere, useFleetsHere } from '#test/control/packer.ts'
import { says } from '#test/control/says.ts'
import { readPdf } from '#test/services/pdf-text.ts'
import type { AnswerOf } from '#wire/api.ts'
import { useBundles } from './case-b/bundles.ts'
import { joined, read, turnTo, useForms, wall } from './case-b/forms.ts'

const hour = 3_600_000
const shown = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z')

test('case B: out of the cloud to a server of one’s own, from the first letter to the last invoice', { timeout: 600_000 }, async t => {
  const bundles = await useBundles({ after: end => { t.after(end) } })
  const forms = await useForms(t, '2026-09-28', bundles.shelf)
  const { stage, lead, engineer, support, finance, seller, buyer, contact, it, billing, user, tenant, customer, of, begin, plan, doIt, states, gate, unmet } = forms
  const made: { bundle?: AnswerOf<'bundles.add'>['bundle']; link?: string } = {}
  const quotes: { first?: AnswerOf<'quotes.make'>; second?: AnswerOf<'quotes.make'> } = {}

  await stage.step('B1 the way out of the cloud is offered at a price, and the move is planned', async () => {
    const { offers } = await lead.ask('offers.list', { tenant })
    assert.deepEqual(offers.map(one => [one.name, one.price, one.isDue]), [['cloud-to-self-hosted', 'paid', false], ['shared-to-dedicated', 'included', false]])
    await begin('cloud-to-self-hosted', 'the own server', '2026-11-11')
    for (const one of [contact, seller]) await one.confirmAddress()
    // Signing in by the link of a letter verifies the address as well.
    await buyer.ask('sessions.read', {})
    await stage.settle()
    assert.match((await seller.letter(/移行計画/)).subject, /hibari/)
  })

  await stage.step('B11 no work begins before the contact for the move is on file with name, company, e-mail, phone and extension', async () => {
    assert.match((await gate('begin-work')).conditions[0]?.why.en ?? '', /^Missing: phone, extension\.$/)
    await assert.rejects(doIt(contact, 'give-contact', { answers: { name: '移行担当', company: 'ひばり食品株式会社', email: 'contact@hibari.example', phone: '+81 45 000 0100' } }), says(422, 'form-wrong'))
    await doIt(contact, 'give-contact', { answers: { name: '移行担当', company: 'ひばり食品株式会社', email: 'contact@hibari.example', phone: '+81 45 000 0100', extension: '12' } })
    const [onFile] = (await lead.ask('customers.read', { customer })).contacts.filter(one => one.duties.includes('point-of-contact'))
    assert.deepEqual([onFile?.phone, onFile?.extension], ['+81 45 000 0100', '12'])
    assert.deepEqual(await states('give-contact'), ['give-contact done'])
  })

  await stage.step('B5 B6 each answers the questions of their own duty', async () => {
    const own = async (who: typeof contact): Promise<string[]> => (await who.ask('profile.questions', { move: of.move })).questions.map(one => one.fact)
    assert.deepEqual([await own(contact), await own(billing), await own(it)], [['soldBy', 'importedBy'], ['licensedUsers', 'contractTerm'], ['deviceFleets', 'serverReady']])
    await contact.ask('profile.answer', { move: of.move, answers: { soldBy: 'partner', importedBy: 'customer' } })
    await billing.ask('profile.answer', { move: of.move, answers: { licensedUsers: 50, contractTerm: 'year' } })
    await it.ask('profile.answer', { move: of.move, answers: { deviceFleets: ['倉庫のタブレット'], serverReady: true } })
    await lead.ask('checks.look', { move: of.move })
    assert.deepEqual(await states('answer-questionnaire'), ['answer-questionnaire done'])
  })

  await stage.step('B3 B5 the volume is measured; the customer sees the usual 24 to 48 hours, its own, and why', async () => {
    await stage.passUntil('2026-09-30')
    // 65 hours at the 20 MB/s that are assumed while no move was measured: 65 × 3600 × 20,000,000. With the hour of setting up: 66.
    await engineer.ask('tenants.measured', { tenant, stores: [{ name: 'forms', engine: 'postgres', bytes: 4_680_000_000_000 }], users: 62, measures: { 'file-gigabytes': 80 } })
    await stage.settle()
    assert.deepEqual(await states('measure', 'download-files', 'remove-users'), ['measure done', 'download-files open', 'remove-users open'])
    const { estimate, zone, lengthMs } = await contact.ask('windows.offer', { move: of.move, day: '2026-11-11', time: '09:00' })
    assert.match(estimate.says.ja, /通常の所要時間は24～48時間です。お客様の場合は約66時間（20回中19回は132時間以内）の見込みです。通常より長くなります。主な要因はformsの4\.7 TBで、転送速度は毎秒20\.0 MBと想定/)
    assert.deepEqual([estimate.basis, zone, lengthMs / hour], ['assumed-pace', 'Asia/Tokyo', 132])
  })

  await stage.step('B3 B5 the customer names date and time, and the partner is sent the quote for them', async () => {
    await assert.rejects(contact.ask('windows.propose', { move: of.move, from: wall('2026-11-11T09:00'), to: wall('2026-11-12T09:00') }), says(409, 'not-free'), 'a day is not enough')
    const { id } = await contact.ask('windows.propose', { move: of.move, from: wall('2026-11-11T09:00'), to: wall('2026-11-16T21:00') })
    await contact.ask('windows.confirm', { window: id })
    const made = await finance.ask('quotes.make', { move: of.move })
    await finance.ask('quotes.send', { quote: made.id })
    await stage.settle()
    assert.match((await buyer.letter(/御見積書送付のご案内/)).subject, /Q-2026-000001・ひばり食品株式会社様/)
    for (const one of [seller, contact, billing]) assert.deepEqual(await one.letters(/Q-2026-000001/), [], `${one.email} is not the one it names`)
    assert.deepEqual(await states('name-date', 'make-quote'), ['name-date done', 'make-quote done'])
    quotes.first = made
  })

  await stage.step('B3 B5 the window is moved before the quote is accepted: it is withdrawn, and a new one follows', async () => {
    await stage.passUntil('2026-10-01')
    const [window] = (await contact.ask('windows.list', { move: of.move, state: 'confirmed' })).items
    assert.ok(window !== undefined && quotes.first !== undefined)
    await contact.ask('windows.move', { window: window.id, from: wall('2026-11-20T16:30'), to: wall('2026-11-26T04:30'), reason: '棚卸しのため' })
    await stage.settle()
    assert.match(read(await buyer.letter(/御見積書取り下げのお知らせ（Q-2026-000001/)), /移行日時の変更に伴い/)
    await assert.rejects(buyer.ask('quotes.accept', { quote: quotes.first.id }), says(409, 'quote-withdrawn'))
    await finance.ask('quotes.send', { quote: (quotes.second = await finance.ask('quotes.make', { move: of.move })).id })
    assert.deepEqual([(await plan()).t0, (await plan()).tasks.find(one => one.key === 'export')?.due], ['2026-11-20', '2026-11-20'])
  })

  await stage.step('B3 the quote crosses a Friday evening, a weekend and a Japanese public holiday, exact to the yen', async () => {
    /*
     * Friday 20 November 2026, 16:30, and 66 hours from then, Japan’s time, at ¥15,000 an hour, ¥22,500 at 1.5 ×:
     * Fri 16:30–18:00   1.5 h × 15,000 =    22,500
     * Fri 18:00–24:00   6 h   × 22,500 =   135,000   after hours
     * Sat 21            24 h  × 22,500 =   540,000   weekend
     * Sun 22            24 h  × 22,500 =   540,000   weekend
     * Mon 23 to 10:30   10.5 h × 22,500 =  236,250   勤労感謝の日
     *                                    1,473,750, tax 147,375, together 1,621,125
     */
    const quote = await buyer.ask('quotes.read', { quote: quotes.second?.id as never })
    assert.deepEqual(quote.offer.lines.map(line => [line.day, line.kind, line.minutes, line.percent, line.amount.minor]), [
      ['2026-11-20', 'standard', 90, 100, 22_500], ['2026-11-20', 'after-hours', 360, 150, 135_000], ['2026-11-21', 'weekend', 1_440, 150, 540_000], ['2026-11-22', 'weekend', 1_440, 150, 540_000], ['2026-11-23', 'holiday', 630, 150, 236_250],
    ])
    assert.deepEqual([quote.currency, quote.offer.subtotalMinor, quote.offer.tax?.amountMinor, quote.totalMinor], ['JPY', 1_473_750, 147_375, 1_621_125])
    await stage.settle()
    const enclosed = (await buyer.letter(/御見積書送付のご案内（Q-2026-000002/)).attachments.find(one => one.type === 'application/pdf')
    assert.ok(enclosed !== undefined)
    const paper = async (locale: string) => readPdf(new Uint8Array(await (await buyer.browser.open(`/api/quotes/${quote.id}/paper?locale=${locale}`)).arrayBuffer()))
    const [letter, japanese, english] = [await readPdf(new Uint8Array(enclosed.bytes)), await paper('ja'), await paper('en')]
    for (const said of ['御見積書', 'Q-2026-000002', '購買担当 様', '勤労感謝の日', '営業時間外', '週末', '1,473,750', '147,375', '1,621,125', '236,250', 'Asia/Tokyo']) for (const [name, { pages }] of Object.entries({ letter, japanese })) assert.ok(joined(pages).includes(said), `${name}: ${said}\n${joined(pages)}`)
    for (const said of ['Quote', 'Q-2026-000002', 'Labor Thanksgiving Day', '16:30–18:00', '18:00–24:00', '¥1,473,750', '¥147,375', '¥1,621,125']) assert.ok(joined(english.pages).includes(said), `${said}\n${joined(english.pages)}`)
    assert.deepEqual([letter.language, japanese.language, english.language], ['ja', 'ja', 'en'])
  })

  await stage.step('B3 it is accepted online, once, in time, by the partner’s named person and nobody else', async () => {
    const { id, expiresAt } = await buyer.ask('quotes.read', { quote: quotes.second?.id as never })
    assert.equal(shown(expiresAt), wall('2026-11-01T00:00'), 'thirty days after 1 October, to the end of the day')
    await stage.passUntil('2026-10-05')
    await assert.rejects(seller.ask('quotes.accept', { quote: id }), says(403, 'for-another-person'))
    for (const one of [contact, billing]) await assert.rejects(one.ask('quotes.accept', { quote: id }), (error: Error) => /(403|404)/.test(String((error as unknown as { status: number }).status)))
    await doIt(seller, 'forward-quote')
    const accepted = await buyer.ask('quotes.accept', { quote: id })
    assert.deepEqual([accepted.standing, accepted.acceptedAt], ['accepted', stage.now()])
    await stage.passUntil('2026-10-06')
    assert.deepEqual(await buyer.ask('quotes.accept', { quote: id }), accepted, 'said again it stays as it was')
    await assert.rejects(finance.ask('quotes.withdraw', { quote: id, because: 'after all' }), says(409, 'accepted-already'))
    assert.match(read(await buyer.letter(/ご承諾の確認/)), /1,621,125/)
    assert.match((await finance.letter(/ご承諾の確認|was accepted/)).subject, /Q-2026-000002/)
    await lead.ask('checks.look', { move: of.move })
    assert.deepEqual(await states('accept-quote'), ['accept-quote done'])
    const charges = (await finance.ask('charges.list', { move: of.move })).items
    assert.deepEqual(charges.map(one => [one.kind, one.onDay, one.amountMinor, one.about.invoice, one.about.reference]), [['move', '2026-11-23', 1_473_750, 'move', 'Q-2026-000002'], ['tax', '2026-11-23', 147_375, 'move', 'Q-2026-000002']])
  })

  await stage.step('B7 licences and support are charged apart from the move, once', async () => {
    const { charges } = await finance.ask('billing.licences', { move: of.move, licencesMinor: 1_200_000, supportMinor: 300_000, reference: 'L-2026-0042' })
    assert.deepEqual(charges.map(one => [one.kind, one.amountMinor, one.about.invoice, one.onDay]), [['licences', 1_200_000, 'licences-and-support', '2026-10-06'], ['support', 300_000, 'licences-and-support', '2026-10-06']])
    await assert.rejects(finance.ask('billing.licences', { move: of.move, licencesMinor: 1_200_000, supportMinor: 300_000, reference: 'L-2026-0042' }), says(409, 'charged-already'))
    await doIt(finance, 'invoice-licences')
  })

  await stage.step('B7 B9 the subscription ends at its year’s end; a hole before the licence is refused, an overlap is shown', async () => {
    const { contract: subscription } = await finance.ask('contracts.add', { customer, kind: 'subscription', startsOn: '2026-01-01', term: 'year' })
    const cancelled = await finance.ask('contracts.cancel', { contract: subscription.id })
    assert.deepEqual([cancelled.lastDay, cancelled.missedBy], ['2026-12-31', 0])
    await doIt(billing, 'cancel-subscription', { answers: { 'ends-on': '2026-12-31' } })
    const licence = { customer, kind: 'licence', endsOn: null, term: 'year' } as const
    await assert.rejects(finance.ask('contracts.add', { ...licence, startsOn: '2027-01-12' }), says(409, 'licence-hole'))
    await assert.rejects(finance.ask('contracts.add', { ...licence, startsOn: '2026-12-25' }), says(409, 'licence-hole'), 'seven days are too few')
    assert.ok((await unmet('begin-work')).some(one => one.endsWith(': Not known yet: licence.')))
    const { cover } = await finance.ask('contracts.add', { ...licence, startsOn: '2026-12-01' })
    assert.ok(cover.standing === 'covered')
    assert.deepEqual([cover.overlap, cover.days], [{ first: '2026-12-01', last: '2026-12-31' }, 31])
    assert.deepEqual(cover.calendar.map(one => [one.what, one.first, one.last]), [['subscription', '2026-01-01', '2026-12-31'], ['licence', '2026-12-01', null], ['overlap', '2026-12-01', '2026-12-31']])
    assert.deepEqual((await billing.ask('contracts.read', { customer })).cover, cover, 'the customer sees the same')
  })

  await stage.step('B7 no work begins before the paperwork is done', async () => {
    await assert.rejects(doIt(it, 'prepare-server', { answers: { address: 'https://forms.hibari.example', version: '12.4', free: 12_000 } }), says(409, 'task-blocked', /begin-work/))
    const work = await gate('begin-work')
    await assert.rejects(lead.ask('gates.decide', { gate: work.id, decision: 'go' }), says(409, 'gate-conditions'))
    assert.deepEqual(await unmet('begin-work'), ['The billing paperwork is complete: Missing: the order, the details for the licence invoice.'])
    await assert.rejects(finance.ask('billing.paper', { move: of.move, paper: 'quote-accepted' }), says(422, 'seen-by-itself'))
    for (const paper of ['order-received', 'licence-invoice-details-known'] as const) await finance.ask('billing.paper', { move: of.move, paper })
    await lead.ask('checks.look', { move: of.move })
    assert.deepEqual(await states('order-licences', 'complete-paperwork'), ['order-licences done', 'complete-paperwork done'])
    await lead.ask('gates.decide', { gate: work.id, decision: 'go', note: 'Everything is there.' })
    await doIt(it, 'prepare-server', { answers: { address: 'https://forms.hibari.example', version: '12.4', free: 12_000 } })
  })

  await stage.step('B14 a plan change handed in on the 25th at 23:59 Tokyo is on the next invoice, one a minute later on the one after', async () => {
    await stage.passUntil('2026-10-25', '23:59')
    const first = await finance.ask('billing.plan-change', { customer, says: '50 ユーザープランへ変更', amountMinor: -20_000 })
    assert.deepEqual([first.change.invoice, first.change.isInTime, shown(first.change.closesAt), first.charge.onDay], ['2026-11', true, wall('2026-10-26T00:00'), '2026-11-01'])
    await stage.passUntil('2026-10-26', '00:00')
    const second = await finance.ask('billing.plan-change', { customer, says: '帳票オプションの解約', amountMinor: -5_000 })
    assert.deepEqual([second.change.invoice, second.change.isInTime, second.charge.onDay], ['2026-12', false, '2026-12-01'])
    assert.equal((await billing.ask('billing.cut-off', { customer })).invoice, '2026-12')
  })

  await stage.step('B4 files are not moved: they are fetched as one archive by one click, and the export waits until every byte was and the customer confirms', async () => {
    for (const one of [contact, it]) assert.match(read(await one.letter(/ファイルは移行されません/)), /完了の登録があるまで書き出しは開始しません/)
    await stage.passUntil('2026-11-06')
    assert.ok((await unmet('export-decision')).includes('Download your files: Open, due on 2026-11-06.'), (await unmet('export-decision')).join(' · '))
    await assert.rejects(lead.ask('gates.decide', { gate: (await gate('export-decision')).id, decision: 'go', note: 'now' }), says(409, 'gate-conditions'))
    // One archive of the whole tree, which the agent packs and the contact on file fetches by one click, in two pieces.
    assert.ok((await unmet('export-decision')).some(one => one.includes('The files were not packed yet')))
    const { token } = await engineer.ask('agents.add', { name: 'beside the cloud' })
    useAgentHere({ after: end => { t.after(end) } }, { site: stage.site, token, stores: [{ home: 'the cloud', tenant: '*', url: bundles.cloud.url, files: bundles.tree }] })
    await it.ask('moves.order', { move: of.move, kind: 'files' })
    const [archive] = await eventually('the archive', async () => { const { items } = await it.ask('files.list', { move: of.move }); return items.length === 0 ? undefined : items })
    await stage.settle()
    const letter = await contact.letter(/ファイルのダウンロードのご用意/)
    assert.ok(archive !== undefined && read(letter).includes(archive.sha256))
    for (const one of [it, billing, seller, buyer]) assert.deepEqual(await one.letters(/ファイルのダウンロードのご用意/), [], one.email)
    const url = await press(/http:\/\/\S+\/bundles\/[\w-]{43}/.exec(letter.text)?.[0] ?? '')
    const fetched = async (range: string): Promise<Buffer> => Buffer.from(await (await fetch(url, { headers: { range } })).arrayBuffer())
    const first = await fetched('bytes=0-999')
    assert.ok((await eventually('the part', async () => (await unmet('export-decision')).find(one => /\d+ % of hibari-files\.zip was fetched/.test(one)))).length > 0)
    writeFileSync(join(bundles.home, 'files.zip'), Buffer.concat([first, await fetched('bytes=1000-')]))
    execFileSync('unzip', ['-q', join(bundles.home, 'files.zip'), '-d', join(bundles.home, 'files')], { env: { ...process.env, LC_ALL: 'C.UTF-8' } })
    assert.equal(readFileSync(join(bundles.home, 'files', '帳票', '点検票 1.txt'), 'utf8'), '点検')
    await eventually('the rest', async () => (await it.ask('files.list', { move: of.move })).items[0]?.sentAt ?? undefined)
    assert.ok((await unmet('export-decision')).includes('Download your files: Open, due on 2026-11-06.'), 'that it has them the customer says itself')
    await doIt(it, 'download-files', { note: '80 GB、照合済み' })
    assert.deepEqual(await states('download-files'), ['download-files done'])
    assert.ok(!(await unmet('export-decision')).some(one => /files|fetched/.test(one)))
  })

  await stage.step('B6 twelve users more than licensed are in the way of the export until they are gone', async () => {
    const { limit } = await it.ask('billing.user-limit', { move: of.move })
    assert.deepEqual([limit?.users, limit?.licensed, limit?.mustGo, limit?.isMet], [62, 50, 12, false])
    assert.ok((await unmet('export-decision')).some(one => one.endsWith('62 users, and 50 are licensed: 12 must go.')))
    const measured = (users: number) => engineer.ask('tenants.measured', { tenant, stores: [{ name: 'forms', engine: 'postgres', bytes: 4_680_000_000_000 }], users, measures: { 'file-gigabytes': 80 } })
    await measured(51)
    await assert.rejects(lead.ask('gates.decide', { gate: (await gate('export-decision')).id, decision: 'go' }), says(409, 'gate-conditions', /users/))
    await measured(50)
    await lead.ask('checks.look', { move: of.move })
    assert.equal((await it.ask('billing.user-limit', { move: of.move })).limit?.isMet, true)
    assert.ok(!(await unmet('export-decision')).some(one => one.includes('licensed')))
  })

  await stage.step('B4 B6 B15 the devices’ new settings are planned, the export rehearsed, and a named person says go', async () => {
    await doIt(it, 'plan-fleet[倉庫のタブレット]', { answers: { who: '情報システム担当', how: '端末管理ツール', count: 24 } })
    await doIt(it, 'test-import', { note: 'verified: 3 tables' })
    await engineer.ask('checks.find', { move: of.move, check: 'rehearsed', held: true, note: 'a copy of it, imported and verified' })
    await stage.passUntil('2026-11-17')
    const { items: [window] } = await lead.ask('windows.list', { move: of.move, state: 'confirmed' })
    assert.equal(window === undefined ? '' : shown(window.startsAt), wall('2026-11-20T16:30'))
    assert.deepEqual(await unmet('export-decision'), [])
    await assert.rejects(engineer.ask('gates.decide', { gate: (await gate('export-decision')).id, decision: 'go' }), says(403, 'not-your-part'))
    await lead.ask('gates.decide', { gate: (await gate('export-decision')).id, decision: 'go', note: 'Ready.' })
  })

  await stage.step('B8 on the day everything is exported as one encrypted and signed bundle, which is on the shelf for this move', async () => {
    await stage.passUntil('2026-11-20', '16:30')
    const file = join(bundles.shelf, 'hibari.bundle')
    assert.match(await bundles.vendor('export', '--from', 'env:CLOUD', '--file', file, '--to', bundles.recipient), /4,070 rows in 3 tables.*encrypted and signed/)
    assert.ok(!readFileSync(file).includes('confidential'), 'nothing in it can be read')
    await assert.rejects(engineer.ask('bundles.add', { move: of.move, file: 'another.bundle' }), says(422, 'not-on-shelf'))
    made.bundle = (await engineer.ask('bundles.add', { move: of.move, file: 'hibari.bundle' })).bundle
    assert.deepEqual([made.bundle.bytes, made.bundle.provenAt], [readFileSync(file).length, null])
    await doIt(engineer, 'export', { note: 'everything, as one bundle' })
  })

  await stage.step('B8 B10 the contact on file, and nobody else, gets a link that is counted and expires; a download that breaks off goes on', async () => {
    assert.ok(made.bundle !== undefined)
    await lead.ask('documents.add', { title: { en: 'Running your own server', ja: '運用の手引き' }, playbook: 'cloud-to-self-hosted', url: 'https://docs.kestrel.example/own-server' })
    const { expiresAt } = await engineer.ask('bundles.link', { bundle: made.bundle.id, days: 3, times: 1 })
    assert.equal(shown(expiresAt), wall('2026-11-23T16:30'))
    await stage.settle()
    const letter = await contact.letter(/データのダウンロードのご用意/)
    const said = read(letter)
    for (const part of [made.bundle.checksum, made.bundle.fingerprint, 'rehomebundleimport', '1回まで', '2026年11月23日']) assert.ok(said.includes(part.replaceAll(/\s+/g, '')), `${part}\n${letter.text}`)
    for (const one of [it, billing, user, seller, buyer]) assert.deepEqual(await one.letters(/\/bundles\//), [], one.email)
    // It is the letter of the completion: with the link go the licences, the documents, and how to get the files.
    for (const part of ['ライセンスは次のとおりです', 'ユーザー：50シート', '運用の手引き', 'https://docs.kestrel.example/own-server', 'ファイルは移行の対象に含まれておりません']) assert.ok(said.includes(part.replaceAll(/\s+/g, '')), `${part}\n${letter.text}`)
    made.link = /http:\/\/\S+\/bundles\/[\w-]{43}/.exec(letter.text)?.[0] ?? ''
    // A scanner that opens every link of a letter uses nothing up.
    for (const method of ['HEAD', 'GET', 'GET']) assert.equal((await fetch(made.link, { method })).status, 200)
    const url = await press(made.link)
    const part = async (range: string): Promise<Buffer> => {
      const answer = await fetch(url, { headers: { range } })
      assert.equal(answer.status, 206, await (answer.ok ? '' : answer.text()))
      return Buffer.from(await answer.arrayBuffer())
    }
    const half = Math.floor(made.bundle.bytes / 2)
    const whole = Buffer.concat([await part(`bytes=0-${half - 1}`), await part(`bytes=${half}-`)])
    assert.ok(whole.equals(readFileSync(join(bundles.shelf, 'hibari.bundle'))))
    writeFileSync(join(bundles.home, 'hibari.bundle'), whole)
    const over = await fetch(made.link)
    assert.deepEqual([over.status, /上限に達しています/.test(await over.text())], [410, true], 'one whole download was in it')
    const again = await contact.ask('bundles.link', { bundle: made.bundle.id, days: 1, times: 3 })
    assert.equal(again.times, 3, 'the contact asks for another one by itself')
    await doIt(support, 'send-completion')
  })

  await stage.step('B8 one command imports the bundle on the customer’s own server and proves every row, and its receipt is handed back', async () => {
    // Opened with the contact's own key: there is none of ours to be collected.
    await doIt(contact, 'collect-credentials')
    await stage.passUntil('2026-11-24')
    const late = await fetch(/http:\/\/\S+\/bundles\/[\w-]{43}/.exec((await contact.letter(/データのダウンロードのご用意/)).text)?.[0] ?? '')
    assert.deepEqual([late.status, /有効期限が切れています/.test(await late.text())], [410, true])
    await assert.rejects(doIt(it, 'import'), says(409, 'seen-by-the-system'))
    const file = join(bundles.home, 'hibari.bundle')
    assert.match(await bundles.customer('import', file, '--to', 'env:OWN', '--identity', bundles.identity), /4,070 rows in 3 tables, every one read back and proven/)
    const counts = 'SELECT (SELECT count(*)::int FROM users) AS users, (SELECT md5(string_agg(r::text, \',\' ORDER BY id)) FROM records r) AS records'
    assert.deepEqual(await bundles.own.query(counts), await bundles.cloud.query(counts))
    assert.ok(made.bundle !== undefined)
    const receipt = readFileSync(`${file}.receipt.json`, 'utf8')
    await assert.rejects(it.ask('bundles.receipt', { bundle: made.bundle.id, receipt: receipt.replace('4070', '4071') }), says(422, 'receipt-wrong'))
    await assert.rejects(user.ask('bundles.receipt', { bundle: made.bundle.id, receipt }), says(403, 'not-your-part'))
    const { closed } = await it.ask('bundles.receipt', { bundle: made.bundle.id, receipt })
    assert.deepEqual([closed, await states('import', 'import-by-partner')], [['import'], ['import done', 'import-by-partner none']])
  })

  await stage.step('B10 B13 on completion the contact hears of its licences and how to get the files, the partner that it is finished and nothing else', async () => {
    const letter = read(await contact.letter(/新しい環境への移行が完了/))
    for (const part of ['ライセンスは次のとおりです', 'ユーザー：50シート', 'ファイルは移行の対象に含まれておりません', 'チェックリスト']) assert.ok(letter.includes(part), `${part}\n${letter}`)
    assert.match(read(await seller.letter(/移行完了のお知らせ/)), /ひばり食品株式会社様のhibariにつきまして、移行が完了いたしました/)
    for (const one of [seller, buyer]) for (const { text } of await one.letters()) assert.ok(!text.includes('/bundles/') && !text.includes(made.bundle?.fingerprint ?? ''), one.email)
    assert.match((await user.letter(/動作確認および検収のお願い/)).subject, /hibari/)
  })

  await stage.step('B15 the devices’ new settings count as changed when the fleet has arrived at the new server', async () => {
    await assert.rejects(doIt(it, 'change-fleet[倉庫のタブレット]'), says(409, 'seen-by-the-system', /Not seen at the new server yet/))
    await stage.passUntil('2026-11-26')
    await bundles.own.query('CREATE TABLE access_log (login text, address text)')
    const devices = { query: `SELECT login AS "user", address AS host, '' AS program FROM access_log`, fleet: { fleet: '倉庫のタブレット', user: 'tablet-*', least: 24 } }
    const { token } = await engineer.ask('agents.add', { name: 'at the own server', customer })
    useFleetsHere({ after: end => { t.after(end) } }, { site: stage.site, token, store: { home: 'the own server', tenant: '*', url: bundles.own.url, fleets: [devices.fleet], devices: devices.query } })
    const come = (first: number, last: number) => bundles.own.query(`INSERT INTO access_log SELECT 'tablet-' || n, '10.2.0.' || n FROM generate_series(${first}, ${last}) n`)
    await come(1, 23)
    const said = async () => (await stage.world.ledger.read(view => view.find('finding', { move: of.move, check: 'devices-arrived', about: '倉庫のタブレット' })))?.why.en
    await eventually('23 are seen', async () => (await said()) === '23 of 24 devices were seen at the new server.' || undefined)
    assert.deepEqual(await states('change-fleet[倉庫のタブレット]'), ['change-fleet[倉庫のタブレット] open'])
    await come(24, 24)
    await eventually('all are seen', async () => (await states('change-fleet[倉庫のタブレット]'))[0] === 'change-fleet[倉庫のタブレット] done' || undefined)
  })

  await stage.step('B10 an end user works through the checklist, and both sign off', async () => {
    const all = { 'sign-in': 'works', forms: 'works', records: 'works', submit: 'works', images: 'does-not-apply' }
    await assert.rejects(contact.ask('sign-offs.give', { move: of.move, signOff: 'tester', accepted: true, answers: { ...all, images: 'fails' } }), says(409, 'checklist-fails'))
    await doIt(user, 'test', { answers: all })
    await user.ask('sign-offs.give', { move: of.move, signOff: 'tester', accepted: true, answers: all })
    await contact.ask('sign-offs.give', { move: of.move, signOff: 'contact', accepted: true })
    await lead.ask('checks.look', { move: of.move })
    assert.deepEqual(await states('test', 'sign-off'), ['test done', 'sign-off done'])
    assert.equal((await lead.ask('moves.read', { move: of.move })).move.stage, 'settled', 'proven and signed off, it ends by itself; its bill and the old server’s end are still to come')
    await doIt(finance, 'bill-move')
  })

  await stage.step('B9 the cloud server runs on to the contract’s end, with reminders, and is then retired', async () => {
    await stage.passUntil('2026-12-31', '23:00')
    const ofHome = (verb: string) => stage.world.ledger.read(async view => (await view.entries({ limit: 5_000 })).filter(one => one.verb === verb))
    for (const one of [contact, billing, seller]) assert.deepEqual((await one.letters(/旧サーバー提供終了のお知らせ/)).map(letter => /残り\d+日/.exec(letter.subject)?.[0]), ['残り30日', '残り14日', '残り7日', '残り1日'], one.email)
    assert.deepEqual(await ofHome('home.retire'), [], 'not a day before')
    await stage.passUntil('2027-01-03', '23:00')
    assert.deepEqual(await ofHome('home.retire'), [], 'nor on a holiday or a weekend')
    await stage.passUntil('2027-01-04')
    const [retired, ...others] = await ofHome('home.retire')
    assert.deepEqual([retired?.facts['lastDay'], others.length], ['2026-12-31', 0])
    await doIt(engineer, 'retire')
  })

  await stage.step('B7 B14 the invoices follow from the plan: the move, licences and support, and the changed subscription, each in its month', async () => {
    const csv = async (month: string): Promise<string[]> => {
      const lines = (await (await finance.browser.open(`/api/charges/file?month=${month}&format=csv`)).text()).trim().split('\r\n').slice(1).map(line => line.split(','))
      return lines.map(line => `${line[1]} ${line[5]} ${line[6]} ${line[10]}`)
    }
    assert.equal((await finance.ask('charges.list', { customer })).items.length, 6)
    assert.deepEqual(await csv('2026-10'), ['2026-10-06 licences-and-support licences 1200000', '2026-10-06 licences-and-support support 300000'])
    assert.deepEqual(await csv('2026-11'), ['2026-11-23 move move 1473750', '2026-11-23 move tax 147375', '2026-11-01 subscription plan-change -20000'])
    assert.deepEqual(await csv('2026-12'), ['2026-12-01 subscription plan-change -5000'])
    assert.deepEqual((await plan()).tasks.filter(one => one.state === 'open').map(one => one.key), [])
    const { letters, lines } = await stage.checkAtEnd(turnTo.map(one => one.name))
    assert.ok(letters > 30 && lines > 60, `${letters} letters, ${lines} lines`)
  })
})
