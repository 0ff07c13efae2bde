import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { useBundles } from '#test/journeys/cases/case-b/bundles.ts'
import { read } from '#test/journeys/cases/case-b/forms.ts'
import { useAgentHere } from '#test/control/packer.ts'
import { agentAdded, saysGo, tasksOf, typesToConfirm } from './console.ts'
import { answer, done, signOff, tickAll } from './portal.ts'
import { useJourney } from './rig.ts'
import { imports, planMove, programme } from './setting-up.ts'

/*
 * What is no click here, because no person does it: the tenant’s measuring (an agent of its own proves that in case A), and what is typed at the machines of vendor and customer
 * (export, unzip, import). Everything else is done in the console and, in Japanese, in the portal.
 */
const files = {
  Partners: 'name,locale\nあけぼの販売株式会社,ja\n',
  Homes: 'name,kind,capacity,addressPattern,licensedUsers\nthe cloud,shared,4,https://{name}.forms.example.com,\nthe own server,self-hosted,1,,50\n',
  Customers: 'name,country,zone,locale,partner\nひばり食品株式会社,JP,Asia/Tokyo,ja,あけぼの販売株式会社\n',
  Contacts: [
    'customer,partner,name,email,duties', ',あけぼの販売株式会社,販売担当,seller@akebono.example,point-of-contact', ',あけぼの販売株式会社,購買担当,buyer@akebono.example,billing approver',
    'ひばり食品株式会社,,移行担当,contact@hibari.example,point-of-contact', 'ひばり食品株式会社,,情報システム担当,it@hibari.example,it', 'ひばり食品株式会社,,経理担当,billing@hibari.example,billing', 'ひばり食品株式会社,,利用者代表,user@hibari.example,end-user', '',
  ].join('\n'),
  Tenants: 'name,customer,home,environment\nhibari,ひばり食品株式会社,the cloud,prod\n',
} as const

test('case B by clicks: out of the cloud to a server of one’s own, with a quote over a holiday and a bundle that is proven', { timeout: 900_000 }, async t => {
  const bundles = await useBundles({ after: end => { t.after(end) } })
  const stage = await useJourney(t, { start: '2026-09-28', vendor: { name: 'Kestrel Forms', country: 'JP', zone: 'Asia/Tokyo', locale: 'ja' }, bundles: bundles.shelf })
  const { admin } = stage
  const lead = await stage.operator('Kestrel lead', 'migration-lead', 'engineer', 'support', 'finance')
  const [contact, it, billing, user] = [await stage.contact('contact@hibari.example'), await stage.contact('it@hibari.example'), await stage.contact('billing@hibari.example'), await stage.contact('user@hibari.example')]
  const [seller, buyer] = [await stage.contact('seller@akebono.example'), await stage.contact('buyer@akebono.example')]
  const { at, taskIs, doTask, found } = tasksOf(lead)
  /** As an agent beside the old home counts them. */
  const counted = async (users: number): Promise<void> => {
    const [tenant] = (await lead.ask('tenants.list', {})).items
    await lead.ask('tenants.measured', { tenant: tenant?.id as never, stores: [{ name: 'forms', engine: 'postgres', bytes: 4_680_000_000_000 }], users, measures: { 'file-gigabytes': 80 } })
    await stage.settle()
  }

  await stage.step('B1 rates and customers come in, and the way out of the cloud is planned', async () => {
    await admin.open('/settings')
    await admin.part('Rates').press('Add')
    await admin.dialog().fill('From', '2026-01-01')
    await admin.dialog().fill(/^An hour, in the smallest unit/, '15000')
    await admin.dialog().press('Change')
    await admin.part('Rates').sees(/15,000/)
    await imports(lead, files)
    await programme(lead, 'To own servers', 'From the cloud to your own server')
    at.move = await planMove(lead, { programme: 'To own servers', tenant: 'hibari', to: 'the own server', t0: '2026-11-11' })
    await contact.follow(/verify-contact/)
    await seller.follow(/verify-contact/)
    // Who comes in by the link of a letter has answered from that address as well.
    await buyer.open()
  })

  await stage.step('B11 the contact goes on file, with phone and extension, on the phone', async () => {
    await lead.open(`/moves/${at.move}/gates`)
    await lead.part(/Work may begin/).sees('Missing: phone, extension.')
    await contact.task('移行担当者の登録')
    await contact.sees('入力してください')
    await contact.fill('電話番号', '+81 45 000 0100')
    await contact.press('送信する')
    await contact.sees('入力してください。')
    await contact.fill('内線番号', '12')
    await contact.press('送信する')
    await done(contact)
    await lead.open(`/moves/${at.move}/people`)
    await lead.sees(/\+81 45 000 0100 \(12\)/)
  })

  await stage.step('B5 B6 each answers the questions of their own duty, in Japanese', async () => {
    await contact.open('/questionnaire')
    for (const said of ['販売パートナー', 'お客様']) await answer(contact, said)
    await billing.open('/questionnaire')
    for (const said of [50, '年単位']) await answer(billing, said)
    await it.open('/questionnaire')
    await answer(it, ['倉庫のタブレット'])
    await answer(it, 'はい')
    await it.sees('現在お伺いする質問はありません')
    await taskIs('Answer the questionnaire', 'Done')
  })

  await stage.step('B3 B5 the volume is measured; the customer sees why it takes longer than usual, and names date and time', async () => {
    await stage.passUntil('2026-09-30')
    await counted(62)
    await contact.open('/window')
    await contact.fill('日付', '2026-11-20')
    await contact.fill('開始時刻', '16:30')
    await contact.sees(/通常の所要時間は24～48時間です。お客様の場合は約66時間/)
    await contact.tick(/2026\/11\/20\(金\) 16:30/)
    await contact.press('この日時で確定する')
    await contact.dialog().press('この日時で確定する')
    await contact.dialog().gone()
    await contact.sees(/^確定$/)
  })

  await stage.step('B3 the quote crosses a Friday evening, a weekend and a public holiday, exact to the yen, and is sent', async () => {
    /*
     * Friday 20 November 2026, 16:30, and 66 hours from then, Japan’s time, at ¥15,000 an hour, ¥22,500 at 1.5 ×: 22,500 in office hours, 135,000 after hours, 540,000 and
     * 540,000 at the weekend, 236,250 on 勤労感謝の日: 1,473,750; with tax 1,621,125.
     */
    await lead.open(`/quotes/new?move=${at.move}`)
    await lead.sees(/22,500/, /135,000/, /540,000/, /236,250/, /1,473,750/, /1,621,125/)
    await lead.press(/draft/i)
    await lead.press('Send')
    await lead.dialog().sees(/購買担当 gets it by mail, with .*1,621,125/)
    await lead.dialog().press('Send')
    await lead.dialog().gone()
    await lead.sees(/^Sent$/)
    await stage.settle()
    assert.match((await buyer.letter(/御見積書送付のご案内/)).subject, /Q-2026-000001・ひばり食品株式会社様/)
    assert.deepEqual(await contact.letters(/Q-2026-000001/), [], 'the contact is not the one it names')
  })

  await stage.step('B3 it is accepted on the phone, once, by the partner’s named person and nobody else', async () => {
    await stage.passUntil('2026-10-05')
    await seller.open('/quotes')
    await seller.sees(/承諾できるのは、宛先のご本人のみです/)
    await seller.task('お客様への見積書の提示')
    await seller.press('完了しました')
    await done(seller)
    await buyer.open('/quotes')
    await buyer.sees(/勤労感謝の日/)
    await buyer.press(/1,621,125 で承諾する/)
    await buyer.dialog().press(/1,621,125 で承諾する/)
    await buyer.sees(/承諾済み/)
    await taskIs('Accept the quote', 'Done')
  })

  await stage.step('B7 licences are charged apart, a hole between the contracts is refused, an overlap shown, and the paperwork completed', async () => {
    await lead.open(`/moves/${at.move}/billing`)
    await lead.press('Charge licences and support')
    await lead.dialog().fill('Licences, in the smallest unit', '1200000')
    await lead.dialog().fill('Support, in the smallest unit', '300000')
    await lead.dialog().fill('What was ordered', 'L-2026-0042')
    await lead.dialog().press('Charge')
    await lead.part('What is invoiced').sees(/1,200,000/, /300,000/, /1,473,750/)
    const contracted = async (kind: string, from: string): Promise<void> => {
      await lead.press('Add a contract')
      await lead.dialog().choose('Kind', kind)
      await lead.dialog().fill('From', from)
      await lead.dialog().press('Add')
    }
    await contracted('Subscription', '2026-01-01')
    await lead.dialog().gone()
    await lead.part('Contracts').press('Cancel it')
    await typesToConfirm(lead, 'ひばり食品株式会社', 'Cancel it')
    await lead.part('Contracts').sees(/1 Jan 2027|31 Dec 2026/)
    await contracted('Licence', '2027-01-12')
    await lead.dialog().sees(/must not leave the customer without a right to use/)
    await lead.dialog().fill('From', '2026-12-01')
    await lead.dialog().press('Add')
    await lead.dialog().gone()
    await lead.part('Contracts').sees(/^Licence$/)
    await doTask('Invoice licences and support')
    await billing.task('サブスクリプションの解約手続き')
    await billing.fill('サブスクリプションの最終日', '2026-12-31')
    await billing.press('送信する')
    await done(billing)
    await lead.open(`/moves/${at.move}/gates`)
    const gate = lead.part(/Work may begin/)
    await gate.sees(/Missing: the order, the details for the licence invoice\./)
    await lead.open(`/moves/${at.move}/billing`)
    for (const paper of ['The order', 'The details for the licence invoice']) {
      await lead.part('Paperwork').line(paper).press('It is there')
      await lead.part('Paperwork').line(paper).sees(/^There$/)
    }
    await lead.open(`/moves/${at.move}/gates`)
    await saysGo(lead, gate, 'Everything is there.')
    await it.task('新サーバーの準備')
    await it.fill('新サーバーのアドレス', 'https://forms.hibari.example')
    await it.fill('インストール済みバージョン', '12.4')
    await it.fill('空き容量（GB）', '12000')
    await it.press('送信する')
    await done(it)
  })

  await stage.step('B4 files are not moved: they are packed by one click, fetched on the spot after the code, and confirmed', async () => {
    await stage.passUntil('2026-11-06')
    useAgentHere({ after: end => { t.after(end) } }, { site: stage.site, token: await agentAdded(lead, 'beside the cloud'), stores: [{ home: 'the cloud', tenant: '*', url: bundles.cloud.url, files: bundles.tree }] })
    await it.open('/files')
    await it.press('すべてのファイルを書庫にまとめる')
    await it.sees('hibari-files.zip')
    await it.press('今すぐダウンロード')
    await it.sees(/6桁の確認コードを送信しました/)
    const begun = it.page.waitForEvent('download', { timeout: 40_000 })
    await it.page.getByLabel('6桁の確認コード').fill(await it.digits())
    const archive = join(bundles.home, 'files.zip')
    await (await begun).saveAs(archive)
    execFileSync('unzip', ['-q', archive, '-d', join(bundles.home, 'files')], { env: { ...process.env, LC_ALL: 'C.UTF-8' } })
    assert.equal(readFileSync(join(bundles.home, 'files', '帳票', '点検票 1.txt'), 'utf8'), '点検')
    await it.sees('すべてダウンロード済み')
    await it.press(/すべてのファイルを受け取りました|タスクのページで確認する/)
    await it.dialog().press('すべてのファイルを受け取りました')
    await it.sees(/確認済み/)
    await taskIs('Download your files', 'Done')
  })

  await stage.step('B6 B15 twelve users too many are in the way until they are gone; fleets are planned, the import is tried', async () => {
    await lead.open(`/moves/${at.move}/gates`)
    await lead.part(/Go or no-go for the export/).sees(/62 users, and 50 are licensed: 12 must go\./)
    await it.open('/users')
    await it.sees(/12/)
    await counted(50)
    await it.task('倉庫のタブレット の接続設定変更の計画')
    await it.fill('担当者', '情報システム担当')
    await it.fill('方法', '端末管理ツール')
    await it.fill('台数', '24')
    await it.press('送信する')
    await done(it)
    await it.task('テスト用バンドルの取り込み')
    await it.fill('コマンドの出力', 'verified: 3 tables')
    await it.press('完了しました')
    await done(it)
    await found('Rehearse the export', 'a copy of it, imported and verified')
  })

  await stage.step('B8 a named person says go, and everything is exported as one encrypted bundle, whose link goes to the contact alone', async () => {
    await stage.passUntil('2026-11-17')
    await lead.open(`/moves/${at.move}/gates`)
    await saysGo(lead, lead.part(/Go or no-go for the export/), 'Ready.')
    await stage.passUntil('2026-11-20', '16:30')
    assert.match(await bundles.vendor('export', '--from', 'env:CLOUD', '--file', join(bundles.shelf, 'hibari.bundle'), '--to', bundles.recipient), /4,070 rows in 3 tables.*encrypted and signed/)
    await lead.open(`/moves/${at.move}/documents`)
    await lead.press('Add a bundle')
    await lead.dialog().fill('File', 'another.bundle')
    await lead.dialog().press('Add a bundle')
    await lead.dialog().at.getByRole('alert').waitFor()
    await lead.dialog().fill('File', 'hibari.bundle')
    await lead.dialog().press('Add a bundle')
    await lead.part('Bundles').sees('hibari.bundle', 'Not imported yet')
    await doTask('Export everything as one bundle', { note: 'everything, as one bundle' })
    await lead.open(`/moves/${at.move}/documents`)
    await lead.part('Bundles').press('Send the link')
    await lead.dialog().press('Send the link')
    await lead.dialog().gone()
    await stage.settle()
    await doTask('Send link and documents to the contact')
    for (const one of [it, billing, user, seller, buyer]) assert.deepEqual(await one.letters(/データのダウンロードのご用意/), [], one.email)
  })

  await stage.step('B8 B10 the contact fetches it by the letter, imports it with one command, and the receipt is handed back in the portal', async () => {
    const letter = await contact.follow(/データのダウンロードのご用意/)
    assert.match(read(letter), /ライセンスは次のとおりです/)
    const begun = contact.page.waitForEvent('download', { timeout: 40_000 })
    await contact.page.getByRole('button').first().click()
    const file = join(bundles.home, 'hibari.bundle')
    await (await begun).saveAs(file)
    assert.ok(readFileSync(file).equals(readFileSync(join(bundles.shelf, 'hibari.bundle'))))
    await contact.task('バンドルの鍵の準備')
    await contact.press('完了しました')
    await done(contact)
    assert.match(await bundles.customer('import', file, '--to', 'env:OWN', '--identity', bundles.identity), /4,070 rows in 3 tables, every one read back and proven/)
    const receipt = `${file}.receipt.json`
    await it.open('/files')
    const wrong = join(bundles.home, 'wrong.receipt.json')
    writeFileSync(wrong, readFileSync(receipt, 'utf8').replace('4070', '4071'))
    const hand = it.page.locator('input[type=file]')
    await hand.setInputFiles(wrong)
    await it.page.getByRole('alert').first().waitFor()
    await hand.setInputFiles(receipt)
    await it.sees(/全行の検証が完了しました/)
    await taskIs('Import and verify the bundle', 'Done')
  })

  await stage.step('B10 B15 the fleet has arrived, an end user works through the checklist, and both sign off on the phone', async () => {
    await stage.passUntil('2026-11-26')
    await found('Change the connection settings of 倉庫のタブレット', '24 of 24')
    await user.task('自社サーバーでのテスト')
    await tickAll(user)
    await user.press('送信する')
    await done(user)
    await signOff(user, /利用者によるテストの完了/)
    await signOff(contact, /移行の検収/)
    await taskIs('Sign off', 'Done')
    await doTask('Bill the move')
  })

  await stage.step('B9 B13 the cloud server runs on to the contract’s end, the partner hears that it is finished and nothing else, and the bill says what was quoted', async () => {
    await stage.passUntil('2027-01-04')
    assert.deepEqual((await billing.letters(/旧サーバー提供終了のお知らせ/)).map(letter => /残り\d+日/.exec(letter.subject)?.[0]), ['残り30日', '残り14日', '残り7日', '残り1日'])
    assert.match(read(await seller.letter(/移行完了のお知らせ/)), /移行が完了いたしました/)
    for (const one of [seller, buyer]) for (const { text } of await one.letters()) assert.ok(!text.includes('/bundles/'), one.email)
    await doTask('Retire the cloud server at the end of the contract')
    await lead.open(`/moves/${at.move}/tasks`)
    await lead.part('Tasks').sees('Nothing of this kind.')
    await lead.open(`/moves/${at.move}/billing`)
    await lead.part('What is invoiced').sees(/Q-2026-000001/, /1,473,750/, /147,375/, /1,200,000/)
    assert.deepEqual(stage.complaints(), [])
  })
})
