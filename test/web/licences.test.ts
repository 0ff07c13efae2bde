import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CourseStep } from '#domain/licence/course.ts'
import type { LicenceSheet } from '#domain/licence/sheet.ts'
import { codesPurpose } from '#control/orders/licence-reports.ts'
import { usePost } from '#test/control/post.ts'
import { type Faces, useBrowser, useFaces } from '#test/services/browser.ts'
import { axeFinds } from './axe.ts'

const wait = { timeout: 30_000 }

/** A move of two licences, as an agent told of it: the first is off the old server, and nobody knows whether the new one has activated it. */
const useLicences = async (control: Faces) => {
  const [lead, { world, vendor, clock }] = [await control.as('migration-lead'), control]
  const { customer } = await control.customer('Tsurugi Works')
  const [{ id: origin }, { id: destination }] = [await lead('homes.add', { name: 'the old machine', kind: 'licence-host' }), await lead('homes.add', { name: 'the new machine', kind: 'licence-host' })]
  const { id: tenant } = await lead('tenants.add', { customer, home: origin, name: 'tsurugi' })
  const { id: programme } = await lead('programmes.add', { name: 'To another machine', playbook: 'licence-server', people: [{ role: 'support', name: 'Support desk', email: 'support@kestrel.example', phone: null }] })
  const { id: move } = await lead('moves.add', { tenant, programme, destination, t0: new Date(clock.now() + 60 * 86_400_000).toISOString().slice(0, 10) })
  const now = clock.now()
  const sheet = (name: string, charts: 'active' | 'inactive', house: 'active' | 'absent'): LicenceSheet => ({
    format: 'rehome-licences/1', server: { name, product: 'Kestrel Licences', version: '7.2' }, takenAt: now, maintenance: name === 'the old machine' ? { reason: 'Licence move', since: now, expectedEnd: null } : null, profiles: [{ name: 'Charts', licences: ['one', 'two'] }],
    licences: [{ id: 'one', product: 'Charts', kind: 'session', name: 'Charts, 5 seats', seats: 5, endsAt: null, state: charts, machine: name, code: '9F2C', taken: [] }, { id: 'two', product: 'Charts', kind: 'session', name: 'House licence', seats: 20, endsAt: now + 200 * 86_400_000, state: house, machine: name, code: '77A1', taken: house === 'active' ? [{ holder: { user: 'design-desk', host: 'ws-14', program: 'Charts' }, until: now + 7_200_000, isBorrowed: true }] : [] }],
  })
  const step = (id: string, does: CourseStep['does'], at: CourseStep['at'], state: CourseStep['state'], licence: string | null = null): CourseStep => ({ id, does, at, licence, profile: null, says: `${does} ${licence ?? ''}`, state, note: null })
  const steps = [step('1', 'maintain', 'origin', 'done'), step('2', 'deactivate', 'origin', 'done', 'one'), step('3', 'activate', 'destination', 'doubt', 'one'), step('4', 'deactivate', 'origin', 'to-do', 'two'), step('5', 'compare', 'destination', 'to-do')]
  const agent = world.newId<'agent'>()
  const sealed = await world.vault.seal(JSON.stringify({ one: 'KC-4711-9F2C', two: 'KC-0815-77A1' }), { purpose: codesPurpose, row: move }, AbortSignal.timeout(10_000))
  await world.ledger.transaction(async tx => {
    await tx.add('agent', { id: agent, vendor: vendor.id, customer: null, name: 'beside the old machine', tokenHash: world.secret(), joinedAt: now, seenAt: now, revokedAt: null })
    await tx.change('move', move, { stage: 'in-doubt' })
    const course = { recorded: sheet('the old machine', 'active', 'active'), origin: sheet('the old machine', 'inactive', 'active'), destination: sheet('the new machine', 'inactive', 'absent'), moreSeats: 0, leg: 'out' as const, steps, left: [], differences: [], says: ['The destination, the new machine, cannot be read.'], refusedMs: null }
    await tx.add('licence_move', { id: move, vendor: vendor.id, customer, move, agent, book: 'a book', round: 1, state: 'in-doubt', course, sealed, recordedAt: now, at: now })
  })
  return { lead, move }
}

test('D1 to D4: both licence servers stand side by side with seats, profiles and steps; where one is in doubt, a person says what they found; the back-up sheet is taken away', { timeout: 180_000 }, async t => {
  const faces = await useFaces(t, await useBrowser(t), { start: Date.now() })
  const { lead, move } = await useLicences(faces)
  const { page, complaints } = await faces.open({ roles: ['engineer', 'migration-lead'] }, '/console/licences')
  await page.getByRole('row', { name: /Tsurugi Works/ }).waitFor(wait)
  await page.getByRole('grid', { name: 'To another machine' }).focus()
  await page.keyboard.press('k')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Licences of Tsurugi Works' }).waitFor(wait)
  await page.getByRole('row', { name: /Charts, 5 seats.*inactive.*inactive.*At neither.*In doubt.*Activate/ }).waitFor(wait)
  await page.getByRole('row', { name: /design-desk.*ws-14.*House licence.*Old server.*borrowed/ }).waitFor(wait)
  assert.deepEqual(await axeFinds(page), [])
  for (const [name, type] of [['As a page', 'text/html'], ['PDF', 'application/pdf'], ['JSON', 'application/json']] as const) {
    const paper = await page.request.get(`${faces.site}${await page.getByRole('link', { name, exact: true }).getAttribute('href')}`)
    assert.match(paper.headers()['content-type'] ?? '', new RegExp(`^${type}`))
  }

  // Codes are given out to whoever types whose they are and has the six digits; once, and nowhere kept.
  const post = usePost(faces)
  await page.getByRole('row', { name: /House licence.*held by design-desk/ }).waitFor(wait)
  await page.getByRole('button', { name: 'Give out activation codes' }).click()
  const asked = page.getByRole('dialog')
  await asked.getByText('Six digits are on their way to', { exact: false }).waitFor(wait)
  const give = asked.getByRole('button', { name: 'Give out activation codes' })
  assert.ok(await give.isDisabled(), 'the name is not typed')
  const digits = /\b(\d{6})\b/.exec((await post.deliver()).map(one => one.text).join('\n'))?.[1] ?? ''
  await asked.getByLabel('Type Tsurugi Works to confirm').fill('Tsurugi Works')
  await asked.getByLabel('The six digits').fill(digits === '000000' ? '111111' : '000000')
  await give.click()
  await asked.getByRole('alert').waitFor(wait)
  assert.equal(await page.getByText('KC-4711-9F2C').count(), 0)
  await asked.getByLabel('The six digits').fill(digits)
  assert.deepEqual(await axeFinds(page), [])
  await give.click()
  await page.getByRole('row', { name: /Charts, 5 seats.*KC-4711-9F2C/ }).waitFor(wait)
  await asked.waitFor({ ...wait, state: 'hidden' })
  assert.deepEqual(await axeFinds(page), [])
  assert.ok(!String(await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state, location.href])')).includes('KC-'))
  assert.deepEqual((await faces.world.ledger.read(view => view.entries({ verb: 'licence.reveal' }))).map(({ subject }) => subject), [move])
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByText('KC-4711-9F2C').waitFor({ ...wait, state: 'hidden' })

  await page.getByText('The destination, the new machine, cannot be read.').waitFor(wait)
  await page.getByRole('button', { name: 'Say what was found' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox', { name: 'What the server shows' }).click()
  await page.getByRole('option', { name: 'It was not carried out' }).click()
  await dialog.getByLabel('How it was found out').fill('Its console says inactive.')
  await dialog.getByRole('button', { name: 'Say what was found' }).click()
  await page.getByText('Ordered, waits for its agent').waitFor(wait)
  assert.deepEqual((await lead('licences.of-move', { move })).order?.step, 'found')
  // That the wrong digits were refused is all that the browser noted.
  assert.deepEqual(complaints.filter(one => !one.includes('status of 4')), [])

  const dark = await faces.open({ roles: ['support'] }, `/console/licences/${move}`, { dark: true, width: 360, locale: 'ja' })
  await dark.page.getByText('担当者による確認が必要です').first().waitFor(wait)
  assert.equal(await dark.page.getByRole('button', { name: /確認結果を記録|移行する|切り戻す/ }).count(), 0, 'who may not is not offered it')
  assert.equal(await dark.page.evaluate('document.documentElement.scrollWidth'), 360)
  assert.deepEqual([await axeFinds(dark.page), dark.complaints], [[], []])
})
