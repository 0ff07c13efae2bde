import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { hashed } from '#lib/hashed.ts'
import { usePost } from '#test/control/post.ts'
import { useBrowser, useFaces } from '#test/services/browser.ts'
import { readyToTest, taskDone, useOwnServer } from './own-server.ts'

const wait = { timeout: 20_000 }

test('the tester signs off with one hand, IT runs the probe, fetches files, says who has changed and who goes', { timeout: 150_000 }, async t => {
  const shelf = mkdtempSync(join(tmpdir(), 'shelf-'))
  t.after(() => { rmSync(shelf, { recursive: true, force: true }) })
  const faces = await useFaces(t, await useBrowser(t), { start: Date.now(), bundles: shelf })
  const { world } = faces
  const { tester, it, move, archive, lead } = await useOwnServer(faces)
  const complaints: string[][] = []
  const open = async (contact: typeof it, path: string) => {
    const seen = await faces.open({ contact }, `/portal/${path}`, { width: 360, height: 780, isPhone: true })
    complaints.push(seen.complaints)
    return seen.page
  }

  await t.test('a checklist is marked and sent back with what fails, and accepted once everything works; what was said stays there', async () => {
    const page = await open(tester, 'sign-offs')
    await page.getByText('0 of 5 marked').waitFor(wait)
    const mark = (line: string, as: string): Promise<void> => page.getByRole('group', { name: line }).getByRole('radio', { name: as }).check()
    for (const line of ['I can sign in', 'All my forms are there', 'The number of records is that of the report', 'A form sent from a device arrives']) await mark(line, 'Works')
    await mark('Pictures in records are shown', 'Fails')
    assert.equal(await page.getByRole('button', { name: 'Accept' }).count(), 0, 'with a line that fails it cannot be accepted')
    await page.reload()
    await page.getByText('5 of 5 marked').waitFor(wait)
    await page.getByLabel('What happened, and what you expected instead', { exact: false }).fill('The picture of record 17 stays grey')
    await page.getByRole('button', { name: 'Say what fails' }).click()
    await page.getByText('There is nothing to accept yet.', { exact: false }).waitFor(wait)
    await readyToTest(faces, move)
    await page.getByRole('button', { name: 'Say what fails' }).click()
    await page.getByText('Test group said what does not work', { exact: false }).waitFor(wait)
    await page.getByText('0 of 5 marked').waitFor(wait)
    await page.getByText('The picture of record 17 stays grey').waitFor(wait)
    for (const line of await page.getByRole('group').all()) await line.getByRole('radio', { name: 'Works' }).check()
    await page.getByRole('button', { name: 'Accept', exact: true }).click()
    await page.getByRole('dialog').getByText('It cannot be taken back here.', { exact: false }).waitFor(wait)
    await page.getByRole('dialog').getByRole('button', { name: 'Accept', exact: true }).click()
    await page.getByText('Test group accepted it', { exact: false }).waitFor(wait)
    await page.getByText('Customer, point of contact', { exact: false }).waitFor(wait)
  })

  await t.test('C4 the command is shown once, what it finds stands there by itself, and a command is made void', async () => {
    const page = await open(it, 'probe')
    await page.getByText('3 connections: 1 open, 1 closed, 1 not tried.').waitFor(wait)
    await page.getByText('as a rule a firewall on the way drops it.', { exact: false }).waitFor(wait)
    await page.getByRole('button', { name: 'Make another command' }).click()
    const command = await page.locator('[data-command]').textContent(wait) ?? ''
    const token = /^curl -fsS \S+\/probe\/([\w-]+)\.sh \| sh$/.exec(command)?.[1] ?? ''
    const { items } = await lead('rules.list', { move })
    await faces.ask('probe.report', { token, host: 'gate-3', results: items.filter(rule => rule.protocol !== 'udp').map(rule => ({ rule: rule.id, outcome: 'open' as const })) })
    await page.getByText('3 connections: 2 open, 0 closed, 1 not tried.').waitFor(wait)
    await page.getByText('Commands that were made (2)').click()
    await page.getByRole('button', { name: 'Make it void' }).first().click()
    await page.getByRole('dialog').getByRole('button', { name: 'Make it void' }).click()
    await page.getByText('Void', { exact: true }).last().waitFor(wait)
    assert.equal((await lead('probe.list', { move })).items.filter(probe => probe.revokedAt !== null).length, 1)
  })

  await t.test('B4 the archive says how much of it was fetched, its link goes to whoever asks, and the word that it is there is given', async () => {
    const page = await open(it, 'files')
    await page.getByText('5.1 GB of 12.9 GB fetched').waitFor(wait)
    await page.getByText('3b5d5c3712955042212316173ccf37be800a24b1e3f1c8e5d6c9f2a1b0c4d7e8').waitFor(wait)
    await page.getByRole('button', { name: 'Send me the download link' }).click()
    await page.getByText('The link is on its way to it@aozora.example. It is good for 3 downloads, until', { exact: false }).waitFor(wait)
    assert.match((await usePost(faces).deliver()).find(one => one.to.address === 'it@aozora.example' && one.text.includes('/bundles/'))?.text ?? '', /\/bundles\/[\w-]{43}/)
    await world.ledger.transaction(async tx => { await tx.change('archive', archive, { sent: [[0, 12_884_901_888]], sentAt: faces.clock.now() }) })
    await page.getByText('All of it was fetched').waitFor(wait)
    await page.getByText('You can confirm it once this is done: Accept the quote', { exact: false }).waitFor(wait)
    await taskDone(faces, move, 'accept-quote')
    await page.reload()
    await page.getByRole('button', { name: 'I have all our files' }).click(wait)
    await page.getByRole('dialog').getByRole('button', { name: 'I have all our files' }).click()
    await page.getByText('Confirmed').waitFor(wait)
    assert.equal((await lead('tasks.list', { move, state: 'done', limit: 200 })).items.some(one => one.check === 'files-confirmed'), true)
  })

  await t.test('B4 or it is fetched here and now: after the six digits the browser downloads it, and it is told that every byte went out', async () => {
    const content = randomBytes(300_000)
    writeFileSync(join(shelf, 'files-aozora.zip'), content)
    await world.ledger.transaction(async tx => { await tx.change('archive', archive, { bytes: content.length, sha256: hashed(content), sent: [], sentAt: null }) })
    const page = await open(it, 'files')
    await page.getByText('Not fetched yet').waitFor(wait)
    await page.getByRole('button', { name: 'Download now' }).click()
    await page.getByText('Six digits are on their way to it@aozora.example.').waitFor(wait)
    const digits = /\b(\d{6})\b/.exec((await usePost(faces).deliver()).filter(one => one.to.address === 'it@aozora.example').map(one => one.text).at(-1) ?? '')?.[1] ?? 'no digits came'
    const begun = page.waitForEvent('download', wait)
    await page.getByLabel('The six digits').fill(digits)
    const download = await begun
    assert.equal(download.suggestedFilename(), 'aozora-files.zip')
    assert.ok(readFileSync(await download.path()).equals(content))
    await page.getByText('The download has begun.', { exact: false }).waitFor(wait)
    await page.getByText('All of it was fetched').waitFor(wait)
    // Within ten minutes no more digits are asked for.
    const again = page.waitForEvent('download', wait)
    await page.getByRole('button', { name: 'Download now' }).click()
    assert.ok(readFileSync(await (await again).path()).equals(content))
  })

  await t.test('B12 whoever still uses the old login is something to change, and said to be changed; the old address is counted', async () => {
    const page = await open(it, 'sightings')
    await page.getByText('Have okhttp use the new address').waitFor(wait)
    await page.getByText('810 times within a week', { exact: false }).waitFor(wait)
    assert.equal(await page.getByText('curl', { exact: false }).count(), 0, 'what came longer ago than a week is gone by itself')
    await page.getByText('Not seen for three days or more.', { exact: false }).waitFor(wait)
    await page.getByRole('button', { name: 'It is changed: Tableau on bi-01' }).click()
    await page.getByText('Changed already (2)').waitFor(wait)
  })

  await t.test('B6 users are listed by name, marked and saved together, and it is said whether they are enough', async () => {
    const page = await open(it, 'users')
    await page.getByText('2 must go, 0 are marked: 2 more.').waitFor(wait)
    await page.getByRole('checkbox', { name: 'Delete Emi' }).check()
    await page.getByText('2 must go, 0 are marked: 2 more.').waitFor(wait)
    await page.getByRole('button', { name: 'Save 1 changes' }).click()
    await page.getByText('2 must go, 1 are marked: 1 more.').waitFor(wait)
    await page.getByRole('checkbox', { name: 'Delete Emi' }).uncheck()
    await page.getByRole('checkbox', { name: 'Delete Aki' }).check()
    await page.getByRole('checkbox', { name: 'Delete Ben' }).check()
    await page.getByRole('button', { name: 'Save 3 changes' }).click()
    await page.getByText('2 must go. That many are marked', { exact: false }).waitFor(wait)
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360)
  })
  assert.deepEqual(complaints.flat().filter(one => !/409/.test(one)), [])
})
