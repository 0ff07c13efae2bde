import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import type { OperatorId } from '#domain/access.ts'
import type { TenantId } from '#domain/homes.ts'
import type { MoveId } from '#domain/programmes.ts'
import { smallPlaybooks } from '#test/control/estate.ts'
import { type Faces, useBrowser, useFaces } from '#test/services/browser.ts'
import { until } from '#test/services/until.ts'
import { axeFinds } from './axe.ts'
import { useWhole, type Whole } from './whole.ts'

const wait = { timeout: 20_000 }
const start = Date.UTC(2026, 10, 2, 3)

test('the acts of the console that are seldom needed: each is found where one looks for it, tells what it does, and is offered to nobody who may not', { timeout: 240_000 }, async t => {
  const faces = await useFaces(t, await useBrowser(t), { start, playbooks: [smallPlaybooks] })
  const whole = await useWhole(faces)
  const { page, complaints } = await faces.open({ roles: ['admin', 'migration-lead', 'engineer'] }, '/console/homes')
  await page.clock.setFixedTime(start)
  const support = await faces.open({ roles: ['support'] }, '/console/homes')
  await support.page.clock.setFixedTime(start)
  const acting: Acting = { ...faces, whole, page, other: support.page, goes: async path => { await page.goto(`${faces.site}/console${path}`) } }
  await t.test('an agent is locked out, a document is taken away and a move is given up only by typing whose it is', () => ends(acting))
  await t.test('a blackout is laid and taken away with its zone named, and the windows that it hits are told', () => blackouts(acting))
  await t.test('a wave is added, gets another day, and is called to one call, of which no customer learns who else is', () => waves(acting))
  await t.test('a person is put on file, changed and removed by typing their name; an address of one’s calendar is made, and the password is changed', () => people(acting))
  await t.test('a call is moved and cancelled, and check-ins are planned on the playbook’s days', () => calls(acting))
  await t.test('a checklist is marked with the words of the portal, and what fails is refused in control’s', () => checklist(acting))
  await t.test('a move of licences, or of an application without a database, is ordered nowhere as a whole; the application goes by its steps', () => bySteps(acting))
  await t.test('a partner, a customer and its tenant are put on file by hand where a move is planned; its plan goes over to a newer version once the difference was read; what nobody is asked is said by hand', () => byHand(acting))
  // What control refused was asked for on purpose.
  assert.deepEqual(complaints.filter(said => !/status of 40[39] .*\/(?:done|passwords\/change|partners|tenants|plan\/rebase)$/.test(said)), [])
  assert.deepEqual(support.complaints.filter(said => !said.includes('status of 403')), [])
})

type Acting = Faces & { readonly whole: Whole; readonly page: Page; /** Of somebody of support. */ readonly other: Page; goes(path: string): Promise<void> }

const button = (at: Page | Locator, name: string): Locator => at.getByRole('button', { name, exact: true })
const panel = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true })

/** Opens a dialogue, which does nothing before the name is there, and then what it says. */
const typed = async (page: Page, opens: Locator, act: string, name: string, why?: string): Promise<void> => {
  await opens.click()
  const dialog = page.getByRole('dialog')
  if (why !== undefined) await dialog.getByLabel('Why', { exact: false }).fill(why)
  const field = dialog.getByLabel(`Type ${name} to confirm`)
  await field.fill(`${name}s`)
  assert.ok(await button(dialog, act).isDisabled(), `${act}: not for another name`)
  await field.fill(name)
  await button(dialog, act).click()
  await dialog.waitFor({ state: 'detached', ...wait })
}

const ends = async ({ page, other, whole, goes, site, as }: Acting): Promise<void> => {
  const row = page.getByRole('row', { name: /beside the old cloud/ })
  await typed(page, button(row, 'Lock out the agent beside the old cloud'), 'Lock out', 'beside the old cloud')
  await row.getByText('Locked out').waitFor(wait)
  assert.equal(await row.getByRole('button').count(), 0, 'not twice')

  await goes('/settings')
  const documents = panel(page, 'Documents')
  await button(documents, 'Add').click()
  const adding = page.getByRole('dialog', { name: 'Add a document' })
  await adding.getByLabel('Title in English').fill('First week')
  await adding.getByLabel('Title in Japanese').fill('最初の一週間')
  await adding.locator('input[type=file]').setInputFiles({ name: 'week.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 the first week') })
  await button(adding, 'Add').click()
  await documents.getByText('week.pdf').waitFor(wait)
  const [kept] = (await whole.lead('documents.list', {})).items
  assert.deepEqual([kept?.title.ja, kept?.file, kept?.bytes], ['最初の一週間', 'week.pdf', 23])
  await typed(page, button(documents, 'Remove “First week”'), 'Remove', 'First week')
  await documents.getByText('Nothing yet.').waitFor(wait)

  const programmes = (await whole.lead('programmes.list', {})).items
  const { move, customer } = await sampleMove(whole, 'cloud-to-cloud')
  assert.ok(programmes.length > 1)
  await other.goto(`${site}/console/moves/${move}`)
  await other.getByRole('link', { name: 'Calls' }).waitFor(wait)
  assert.equal(await button(other, 'Give up the move').count(), 0, 'not offered to who may not')
  await goes(`/moves/${move}`)
  await typed(page, button(page, 'Give up the move'), 'Give up the move', customer, 'They stay where they are.')
  await page.getByText('This move is over.').first().waitFor(wait)
  assert.equal((await (await as('migration-lead'))('moves.read', { move })).move.stage, 'cancelled')
  assert.equal(await button(page, 'Give up the move').count(), 0)
}

const sampleMove = async ({ lead }: Whole, playbook: string): Promise<{ move: MoveId; customer: string; programme: string; wave: string | undefined; tenant: string }> => {
  const { items } = await lead('moves.list', { limit: 500, isOpen: 'true' })
  const found = items.find(one => one.move.playbook === playbook)
  assert.ok(found !== undefined)
  return { move: found.move.id, customer: found.customer.name, programme: found.move.programme, wave: found.wave?.name, tenant: found.tenant.name }
}

const blackouts = async ({ page, other, whole, goes, site }: Acting): Promise<void> => {
  const { programme, move, customer } = await sampleMove(whole, 'cloud-to-cloud')
  const { id: window } = await whole.lead('windows.choose', { move, from: '2026-12-05T13:00:00Z', to: '2026-12-05T17:00:00Z' } as never)
  assert.ok(window !== undefined)
  await other.goto(`${site}/console/waves?programme=${programme}`)
  await panel(other, 'Blackouts').getByText('None lies ahead.').waitFor(wait)
  assert.equal(await button(other, 'Add a blackout').count(), 0)
  await goes(`/waves?programme=${programme}`)
  const at = panel(page, 'Blackouts')
  await at.getByText('None lies ahead.').waitFor(wait)
  await button(at, 'Add a blackout').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Times are those of Asia/Tokyo.', { exact: false }).waitFor(wait)
  await dialog.getByLabel('First day', { exact: false }).first().fill('2026-12-04')
  await dialog.getByLabel('Last day', { exact: false }).first().fill('2026-12-06')
  await dialog.getByLabel('From, on the first day').fill('22:00')
  await dialog.getByLabel('Why, as those who plan read it').fill('Stocktaking')
  await button(dialog, 'Add').click()
  await dialog.getByText('Give both times', { exact: false }).waitFor(wait)
  await dialog.getByLabel('Until, on the last day').fill('06:00')
  await button(dialog, 'Add').click()
  await at.getByText('They stay until somebody moves them', { exact: false }).waitFor(wait)
  await at.getByRole('link', { name: customer }).waitFor(wait)
  const [laid] = (await whole.lead('blackouts.list', {})).items
  assert.deepEqual([laid?.startsAt, laid?.endsAt], [Date.UTC(2026, 11, 4, 13), Date.UTC(2026, 11, 5, 21)])
  await at.getByText(/4 Dec 2026.* 22:00.*GMT\+9/).waitFor(wait)
  assert.deepEqual(await axeFinds(page), [])
  await button(at, 'Remove the blackout “Stocktaking”').click()
  await page.getByRole('dialog').getByText('Windows may be agreed in it again', { exact: false }).waitFor(wait)
  await button(page.getByRole('dialog'), 'Remove').click()
  await at.getByText('None lies ahead.').waitFor(wait)
  assert.deepEqual((await whole.lead('blackouts.list', {})).items, [])
}

const waves = async ({ page, whole, goes }: Acting): Promise<void> => {
  const { programme } = await sampleMove(whole, 'ninety-days-in-waves')
  const [wave] = (await whole.lead('waves.list', { programme: programme as never })).items
  assert.ok(wave !== undefined)
  await goes(`/waves?programme=${programme}`)
  const at = panel(page, 'Waves')
  await button(at, 'Add a wave').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Wave').fill('Latecomers')
  await button(dialog, 'Add a wave').click()
  await at.getByText('Latecomers no day yet 0 moves').waitFor(wait)
  await button(at, 'Change Latecomers').click()
  await dialog.getByLabel('T-0, the day of the cutover').fill('2027-06-05')
  await button(dialog, 'Change').click()
  await at.getByText('Latecomers Sat, 5 Jun 2027 0 moves').waitFor(wait)
  assert.equal(await button(at, 'Plan a call for all of Latecomers').count(), 0, 'nobody is in it')

  await button(at, `Plan a call for all of ${wave.name}`).click()
  await dialog.getByText('none learns of another', { exact: false }).waitFor(wait)
  await dialog.getByRole('combobox', { name: 'Which call' }).click()
  await page.getByRole('option', { name: 'Kick-off call' }).click()
  await dialog.getByLabel('Day').fill('2026-11-10')
  await dialog.getByLabel('Time').fill('16:00')
  await button(dialog, 'Invite').click()
  await at.getByText(`${wave.name}: the call was planned for ${wave.moves} of ${wave.moves} moves`, { exact: false }).waitFor(wait)
  const planned = (await whole.lead('calls.list', { limit: 200 })).items
  assert.deepEqual([planned.length, [...new Set(planned.map(call => `${new Date(call.startsAt).toISOString()} ${call.key ?? ''}`))]], [wave.moves, ['2026-11-10T07:00:00.000Z kick-off']])
}

const people = async ({ page, whole, goes, world, ask, ...faces }: Acting): Promise<void> => {
  await goes(`/moves/${whole.move}/people`)
  const at = panel(page, 'People on file at Aozora Precision')
  await button(at, 'Add a person').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Device desk')
  await dialog.getByLabel('Address').fill('devices@aozora.example')
  await dialog.getByRole('combobox', { name: 'Duties' }).press('ArrowDown')
  await page.getByRole('option', { name: 'security' }).click()
  await dialog.getByRole('combobox', { name: 'Duties' }).press('Tab')
  await button(dialog, 'Add a person').click()
  await at.getByText('devices@aozora.example · security').waitFor(wait)
  await button(at, 'Change Device desk').click()
  await dialog.getByLabel('Phone').fill('+81 3 5550 177')
  await button(dialog, 'Change').click()
  await dialog.waitFor({ state: 'detached', ...wait })
  const kept = async () => (await whole.lead('customers.read', { customer: whole.customer })).contacts.find(one => one.name === 'Device desk')
  assert.equal((await kept())?.phone, '+81 3 5550 177')
  await typed(page, button(at, 'Remove Device desk'), 'Remove', 'Device desk')
  await until('they are gone', async () => await at.getByText('devices@aozora.example').count() === 0, { withinMs: 20_000 })
  assert.notEqual((await kept())?.removedAt, null)

  await page.getByRole('button', { name: /^You: / }).click()
  await page.getByRole('menuitem', { name: 'Your sign-in' }).click()
  await panel(page, 'Where you are signed in').getByText('here', { exact: true }).waitFor(wait)
  await button(page, 'Make an address').click()
  const feed = await panel(page, 'Your calendar').locator('code').textContent(wait) ?? ''
  assert.match(await (await fetch(feed.replace('http://127.0.0.1', faces.site))).text(), /^BEGIN:VCALENDAR/)

  const self = await page.evaluate<{ readonly id: OperatorId; readonly email: string }>("fetch('/api/session').then(answer => answer.json())")
  const [old, another] = ['harbour tulip quarry', 'lantern granite meadow']
  const hash = await world.passwords.hash(old, AbortSignal.timeout(20_000))
  await world.ledger.transaction(async tx => { await tx.change('operator', self.id, { password: hash }) })
  await page.getByLabel('The password that you have').fill('not this one')
  await page.getByLabel('The new one').fill(another)
  await button(page, 'Change it').click()
  await page.getByRole('alert').waitFor(wait)
  await page.getByLabel('The password that you have').fill(old)
  await button(page, 'Change it').click()
  await page.getByText('Everywhere else you are signed out.', { exact: false }).waitFor(wait)
  assert.equal(await page.getByLabel('The new one').inputValue(), '', 'it is not kept')
  await assert.rejects(ask('sessions.begin', { email: self.email, password: old }))
  await ask('sessions.begin', { email: self.email, password: another })
}

const calls = async ({ page, whole, goes }: Acting): Promise<void> => {
  const [call] = (await whole.lead('calls.list', { limit: 1 })).items
  assert.ok(call !== undefined)
  const of = async () => (await whole.lead('calls.list', { move: call.move })).items
  await goes(`/moves/${call.move}/calls`)
  await button(page, 'Move “Kick-off call”').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Day').fill('2026-11-11')
  await button(dialog, 'Move').click()
  await dialog.waitFor({ state: 'detached', ...wait })
  const [moved] = await of()
  assert.equal(moved?.sequence, 1)
  assert.ok(moved.startsAt > call.startsAt && (moved.startsAt - call.startsAt) % 86_400_000 === 0, 'at the same time of a later day')
  await button(page, 'Cancel “Kick-off call”').click()
  await button(dialog, 'Cancel the call').click()
  await dialog.waitFor({ state: 'detached', ...wait })
  assert.equal((await of())[0]?.state, 'cancelled')
  assert.equal(await button(page, 'Move “Kick-off call”').count(), 0)
  await button(page, 'Plan check-ins').click()
  await dialog.getByLabel('How many').fill('2')
  await button(dialog, 'Invite').click()
  await dialog.waitFor({ state: 'detached', ...wait })
  assert.equal((await of()).filter(one => one.kind === 'check-in').length, 2)
}

const checklist = async ({ page, whole, goes, world, clock }: Acting): Promise<void> => {
  await whole.lead('profile.answer', { move: whole.move, answers: { importedBy: 'customer' }, source: 'measured' })
  await world.ledger.transaction(async tx => {
    for (const one of await tx.list('task', { move: whole.move, state: 'open' }, { limit: 200 })) if (one.key !== 'test') await tx.change('task', one.id, { state: 'done', endedAt: clock.now(), endedBy: { kind: 'system', id: 'system', name: 'Rehome' } })
  })
  const { items } = await whole.lead('tasks.list', { move: whole.move, limit: 200 })
  const tasks = await Promise.all(items.filter(one => one.standing === 'open').map(one => whole.lead('tasks.read', { task: one.id })))
  const task = tasks.find(one => one.checklist !== null && one.check === null)
  assert.ok(task?.checklist !== undefined && task.checklist !== null && task.mayDo)
  await goes(`/moves/${whole.move}/tasks/${task.id}`)
  const dialog = page.getByRole('dialog')
  const lines = task.checklist.items.map(one => dialog.getByRole('radiogroup', { name: one.title.en }))
  for (const [n, line] of lines.entries()) await line.getByRole('radio', { name: n === 0 ? 'Fails' : 'Works' }).check()
  await button(dialog, 'It is done').click()
  await dialog.getByText(`These lines do not work: ${task.checklist.items[0]?.title.en ?? ''}`, { exact: false }).waitFor(wait)
  await lines[0]?.getByRole('radio', { name: 'Works' }).check()
  await button(dialog, 'It is done').click()
  await dialog.getByText('What was given').waitFor(wait)
  assert.deepEqual([...new Set(Object.values((await whole.lead('tasks.read', { task: task.id })).answers ?? {}))], ['works'])
  assert.equal(await dialog.getByText('Works', { exact: true }).count(), lines.length)
}

const bySteps = async ({ page, whole, goes, world }: Acting): Promise<void> => {
  const noneAsAWhole = async (): Promise<void> => { for (const name of ['Order the move', 'Check first', 'Rehearse']) assert.equal(await button(page, name).count(), 0, name) }
  const licences = await sampleMove(whole, 'licence-server')
  await goes(`/moves/${licences.move}/room`)
  await page.getByText('No data goes from home to home here', { exact: false }).waitFor(wait)
  await noneAsAWhole()
  await assert.rejects(whole.lead('moves.order', { move: licences.move, kind: 'move' }), /step by step/)
  await goes(`/moves/${licences.move}/orders`)
  await page.getByText('No agent was asked for anything yet.').waitFor(wait)
  await noneAsAWhole()
  assert.equal(await button(page, 'Measure').count(), 0)
  await goes(`/moves/${licences.move}/room`)
  await page.getByRole('link', { name: 'Open the licences' }).click()
  await page.getByRole('heading', { level: 1, name: `Licences of ${licences.customer}` }).waitFor(wait)

  const application = await sampleMove(whole, 'application-server')
  const { tenant } = await whole.lead('moves.read', { move: application.move })
  await world.ledger.transaction(async tx => { await tx.change('tenant', tenant.id, { stores: [] }) })
  await goes(`/moves/${application.move}/room`)
  const steps = panel(page, 'Steps with the application')
  const row = (name: string): Locator => steps.getByRole('row', { name: new RegExp(`^${name}`) })
  await row('Back up').getByText('the services on the old machine are not known to have stopped').waitFor(wait)
  await noneAsAWhole()
  assert.deepEqual(await axeFinds(page), [])
  await typed(page, button(row('Stop the services'), 'Order: Stop the services, New machine'), 'Order', application.tenant)
  await row('Stop the services').getByText('Waits for its agent').waitFor(wait)
  await row('Compare the versions').getByText('Another step is under way').waitFor(wait)
  const [order] = (await whole.lead('orders.list', { move: application.move })).items
  assert.deepEqual([order?.kind, order?.facts.application?.step, order?.facts.application?.at], ['application', 'stop-services', 'destination'])
  // A database that was measured goes with a mover.
  await whole.lead('tenants.measured', { tenant: tenant.id, stores: [{ name: 'solver', engine: 'postgres', bytes: 1_000_000 }], users: 5 })
  await page.reload()
  await until('the move can be ordered', async () => await button(page, 'Order the move').count() === 1, { withinMs: 20_000 })
}

const byHand = async (acting: Acting): Promise<void> => {
  const { page, whole, goes } = acting
  const dialog = page.getByRole('dialog')
  const choose = async (label: string, option: string): Promise<void> => {
    await dialog.getByRole('combobox', { name: label }).click()
    await page.getByRole('option', { name: option, exact: true }).click()
  }
  await goes('/people')
  const partners = panel(page, 'Partners')
  const addsPartner = async (name: string): Promise<void> => {
    await button(partners, 'Add partner').click()
    await dialog.getByLabel('Name').fill(name)
    await button(dialog, 'Add partner').click()
  }
  await addsPartner('Hinode Trading')
  await partners.getByRole('row', { name: 'Hinode Trading English' }).waitFor(wait)
  await addsPartner('Hinode Trading')
  await dialog.getByText('Something of the name “Hinode Trading” is there already.').waitFor(wait)
  await button(dialog, 'Cancel').first().click()

  await whole.lead('homes.add', { name: 'Harbour cloud', kind: 'dedicated', addressPattern: 'https://{name}.harbour.example', capacity: 4 })
  await whole.lead('programmes.add', { name: 'Small moves', playbook: 'small', people: [] })
  await goes('/moves')
  await page.getByRole('button', { name: /^New move/ }).click()
  await choose('Programme', 'Small moves')
  await button(dialog, 'It is not there yet: add it').click()
  const [customer, tenant] = [dialog.getByRole('group', { name: 'Customer' }), dialog.getByRole('group', { name: 'Tenant' })]
  await customer.getByLabel('Name').fill('Fjell Papir')
  await choose('Country', 'Norway')
  assert.equal(await customer.getByRole('combobox', { name: 'Time zone' }).inputValue(), 'Europe/Oslo', 'the only one there')
  await choose('Partner', 'Hinode Trading')
  await choose('Lives in', 'Forms cloud')
  await tenant.getByLabel('Name').fill('fjell papir')
  await tenant.getByText('Letters, digits, dots and hyphens alone', { exact: false }).waitFor(wait)
  assert.ok(await button(dialog, 'Add').isDisabled())
  // The name of somebody else’s: the customer is there by then, and is not added a second time.
  await tenant.getByLabel('Name').fill('aozora')
  await tenant.getByLabel('Users').fill('30')
  assert.deepEqual(await axeFinds(page), [])
  await button(dialog, 'Add').click()
  await dialog.getByText('Something of the name “aozora” is there already.').waitFor(wait)
  await tenant.getByLabel('Name').fill('fjell')
  await button(dialog, 'Add').click()
  await choose('Into', 'Harbour cloud')
  await dialog.getByLabel('T-0 of its own').fill('2027-03-01')
  await button(dialog, 'Plan the move').click()
  await page.waitForURL(/\/moves\/[0-9a-f-]{36}$/)
  const move = page.url().split('/').at(-1) as MoveId
  const told = await whole.lead('moves.read', { move })
  assert.deepEqual([told.customer.name, told.customer.country, told.customer.zone, told.customer.locale, told.tenant.name, told.tenant.users], ['Fjell Papir', 'NO', 'Europe/Oslo', 'en', 'fjell', 30])
  assert.equal((await whole.lead('customers.list', { named: 'Fjell' })).items.length, 1)
  await goesOver(acting, move)
  await saysMeasured(acting, move, told.tenant.id)
}

const goesOver = async ({ page, other, whole, goes, site, world }: Acting, move: MoveId): Promise<void> => {
  // As it was when version 1 was the latest.
  await world.ledger.transaction(async tx => { await tx.change('move', move, { version: 1 }); await tx.remove('task', { move, key: 'tell-users' }) })
  await whole.lead('profile.answer', { move, answers: { sso: true } })
  await whole.lead('moves.change', { move, t0: '2027-03-02' })
  await other.goto(`${site}/console/moves/${move}`)
  await other.getByText('Version 2 of the playbook is there; this plan was made with version 1.').waitFor(wait)
  assert.equal(await button(other, 'What would change').count(), 0, 'not offered to who may not')
  await goes(`/moves/${move}`)
  await button(page, 'What would change').click()
  const dialog = page.getByRole('dialog', { name: 'Go over to “A small move”, version 2' })
  const { added: [comes] } = await whole.lead('plans.diff', { move })
  await dialog.getByRole('region', { name: 'Tasks that come' }).getByText(comes?.title.en ?? '').waitFor(wait)
  await dialog.getByRole('region', { name: 'Tasks that read otherwise' }).getByText(/^Tue, 9 Feb 2027 → Tue, 16 Feb 2027$/).waitFor(wait)
  assert.deepEqual(await axeFinds(page), [])
  // Somebody else was faster.
  await whole.lead('moves.change', { move, t0: '2027-03-08' })
  await button(dialog, 'Go over to it').click()
  await dialog.getByText('The plan has changed since you looked at it', { exact: false }).waitFor(wait)
  await button(dialog, 'Cancel').last().click()
  await button(page, 'What would change').click()
  await button(dialog, 'Go over to it').click()
  await page.getByText('version 2', { exact: true }).waitFor(wait)
  await page.getByRole('link', { name: comes?.title.en ?? '' }).waitFor(wait)
  assert.equal(await button(page, 'What would change').count(), 0)
  const { playbook, tasks } = await whole.lead('plans.read', { move })
  assert.deepEqual([playbook.version, playbook.newer, tasks.some(task => task.key === 'tell-users')], [2, null, true])

  await world.ledger.transaction(tx => tx.change('move', move, { playbook: 'old-way', version: 1 }))
  await page.reload()
  await page.getByText(/^This playbook is no longer taken for new moves since .*Its successor is “A small move”\.$/).waitFor(wait)
  await button(page, 'What would change').waitFor(wait)
  await world.ledger.transaction(tx => tx.change('move', move, { playbook: 'small', version: 2 }))
}

const saysMeasured = async ({ page, whole, goes }: Acting, move: MoveId, tenant: TenantId): Promise<void> => {
  await goes(`/moves/${move}/profile`)
  const line = page.getByRole('listitem').filter({ hasText: 'Data volume in GB' })
  await button(line, 'Say it by hand').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Nobody is asked this: it is measured.', { exact: false }).waitFor(wait)
  await dialog.getByLabel('Data volume in GB').fill('12')
  await button(dialog, 'Say it by hand').click()
  await line.getByText('Data volume in GB: 12').waitFor(wait)
  await line.getByText(/^answered by/).waitFor(wait)
  await whole.lead('tenants.measured', { tenant, stores: [], users: 30, measures: { 'data-gigabytes': 15 } })
  await page.reload()
  await line.getByText('Data volume in GB: 15').waitFor(wait)
  assert.equal(await line.getByRole('button').count(), 0, 'what was measured outranks what is said')
}
