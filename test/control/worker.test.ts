import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asSystem } from '#control/ground/as-system.ts'
import { journal } from '#control/ground/desk.ts'
import { write } from '#control/letters/messages.ts'
import { addDays } from '#domain/days.ts'
import { dayOf, startOfDay } from '#domain/local-time.ts'
import type { ContactId, Duty } from '#domain/parties.ts'
import type { MoveId } from '#domain/programmes.ts'
import type { Message, Task } from '#domain/records.ts'
import { sha256 } from '#lib/hash.ts'
import { useWorking, type Working } from './working.ts'

const zone = 'Asia/Tokyo'
const all: readonly Duty[] = ['approver', 'it', 'security', 'change-management', 'testing', 'developer']

type Mailed = Working['mail']['sent'][number]
const sentOn = ({ control, mail }: Working, letter: Mailed): string => { void mail; return dayOf(letter.writtenAt, control.vendor.zone) }
const messages = (of: Working, where: Partial<Message> = {}): Promise<Message[]> => of.control.world.ledger.read(view => view.list('message', where))
const tasks = (of: Working, move: MoveId): Promise<Task[]> => of.control.world.ledger.read(view => view.list('task', { move }))
const noon = (day: string): number => startOfDay(day, zone) + 12 * 3_600_000

/** As whoever has it would. */
const finish = (of: Working, some: readonly Task[]): Promise<void> => asSystem(of.control.world, async desk => {
  for (const task of some) {
    await desk.tx.change('task', task.id, { state: 'done', endedBy: desk.who, endedAt: desk.now })
    journal(desk, 'task.do', 'task', task.id, { move: task.move, task: task.key })
  }
})

/** Two people who read Japanese: the point of contact, and one for networks. */
const useMove = async (of: Working, t0: string, name = 'Tsubame'): Promise<{ move: MoveId; contact: ContactId; network: ContactId }> => {
  const { customer, tenant, contact } = await of.tenant(name, { duties: ['point-of-contact', ...all] })
  await of.lead('contacts.change', { contact, locale: 'ja' })
  const { id: network } = await of.lead('contacts.add', { customer, name: 'Networks', email: `net@${name.toLowerCase()}.example`, duties: ['networking'], locale: 'ja' })
  await of.control.verify(network)
  const { id: move } = await of.lead('moves.add', { tenant, programme: of.programme, destination: of.destination, t0 })
  return { move, contact, network }
}

test('A7, C1, C7: over ninety days the right letters reach the right people on the right days, once, in their language', async t => {
  const of = await useWorking(t, { playbook: 'ninety-days-in-waves' })
  const t0 = '2026-12-10'
  const { move } = await useMove(of, t0)
  // Nobody does this one: it is what holds up nothing else and gets late.
  const late = 'record-risks'
  for (let day = '2026-09-02'; day < '2027-01-20'; day = addDays(day, 4)) {
    await of.until(noon(day))
    const due = (await tasks(of, move)).filter(task => task.state === 'open' && task.key !== late && (task.party === 'vendor' || task.dueOn <= addDays(day, 4)))
    await finish(of, due)
  }
  const sent = of.mail.sent
  assert.equal(new Set(sent.map(one => one.key)).size, sent.length, 'each letter once')
  assert.equal(new Set(sent.map(one => `${one.to.address} ${one.text} ${sentOn(of, one)}`)).size, sent.length, 'nobody is told the same twice on one day')
  for (const one of sent.filter(letter => letter.to.address.endsWith('@tsubame.example'))) assert.match(one.html, /<html lang="ja">/, one.subject)

  const rows = await messages(of)
  const onDay = (event: string, task?: string): string[] => rows.filter(row => row.event === event && (task === undefined || (row.facts as { task?: string }).task === task)).map(row => `${dayOf(row.createdAt, zone)} ${row.address}`).toSorted()
  const risk = (await tasks(of, move)).find(task => task.key === late)
  assert.ok(risk)
  const title = 'リスクの記録'
  const person = 'person@tsubame.example'
  const lead = rows.find(row => row.operator !== null)?.address ?? ''
  assert.deepEqual(onDay('task-reminder', title), [`${addDays(risk.dueOn, -3)} ${person}`, `${risk.dueOn} ${person}`])
  assert.deepEqual(onDay('task-overdue', title), [`${addDays(risk.dueOn, 1)} ${person}`])
  const raised = rows.filter(row => row.event === 'escalation' && row.about === risk.id).map(row => `${dayOf(row.createdAt, zone)} level ${(row.facts as { level: number }).level} ${row.address}`).toSorted()
  assert.deepEqual(raised, [[1, 1], [3, 2], [5, 3]].flatMap(([days, level]) => [lead, person].map(who => `${addDays(risk.dueOn, days ?? 0)} level ${level} ${who}`)).toSorted())
  // Every task that somebody is told of was announced, to those whose duty it is, no sooner than two weeks before.
  const announced = rows.filter(row => row.event === 'task-assigned')
  for (const task of (await tasks(of, move)).filter(one => one.party === 'customer' && one.remindedAt !== null)) {
    const told = announced.filter(row => row.about === task.id)
    assert.deepEqual(told.map(row => row.address), [task.duty === 'networking' ? 'net@tsubame.example' : person], task.key)
    const [first] = told
    assert.ok(first !== undefined && dayOf(first.createdAt, zone) >= addDays(task.dueOn, -14) && dayOf(first.createdAt, zone) <= task.dueOn, task.key)
  }
  assert.ok(announced.length > 20, `${announced.length} tasks were announced`)
  for (const [subject, before] of [['60 日前', 60], ['30 日前', 30], ['20 日前', 20], ['10 日前', 10]] as const) {
    const letters = rows.filter(row => row.event === 'notice' && ((row.facts as { title: string }).title).includes(subject))
    const day = dayOf(letters[0]?.createdAt ?? 0, zone)
    assert.ok(letters.length > 0 && day <= addDays(t0, -before) && day >= addDays(t0, -before - 4), `${subject} ${day}`)
  }
  for (const event of ['plan-ready', 'questionnaire'] as const) assert.equal(rows.filter(row => row.event === event && row.address === person).length, 1, event)
  assert.deepEqual(of.troubles, [])
})

test('C1: another T-0 moves what has not been sent, a finished task is not reminded of, and nobody writes to who is gone', async t => {
  const of = await useWorking(t, { playbook: 'ninety-days-in-waves' })
  const { move, network } = await useMove(of, '2026-12-10')
  const vendors = (await tasks(of, move)).filter(task => task.party === 'vendor')
  await finish(of, vendors)
  await of.until(noon('2026-09-20'))
  const before = await messages(of)
  const later = await of.control.as('migration-lead')
  await later('moves.change', { move, t0: '2027-01-14' })
  await of.until(noon('2026-10-20'))
  const notices = (await messages(of, { event: 'notice' })).map(row => (row.facts as { title: string }).title)
  assert.ok(!notices.some(title => title.includes('60 日前')), 'sixty days before the old day pass without the letter')
  assert.ok(before.length > 0)
  await (await of.control.as('migration-lead'))('contacts.remove', { contact: network })
  const count = of.mail.sent.filter(letter => letter.to.address === 'net@tsubame.example').length
  await of.until(noon('2026-12-20'))
  assert.ok((await messages(of, { event: 'notice' })).some(row => (row.facts as { title: string }).title.includes('60 日前')), 'they come before the new one')
  assert.equal(of.mail.sent.filter(letter => letter.to.address === 'net@tsubame.example').length, count)
})

test('after a week without a mail server nothing is lost, nothing doubled, and who would get many letters gets one', async t => {
  const of = await useWorking(t)
  const { control, mail } = of
  const [busy, calm] = [await control.customer('Busy'), await control.customer('Calm')]
  mail.reachable(false)
  const note = (contact: ContactId, n: number): Promise<unknown> => asSystem(control.world, desk => write(desk, { to: [{ contact }], event: 'notice', key: `n ${n}`, facts: { tenant: 'shop', title: `News ${n}`, body: 'Something.', link: 'https://moves.example/1' } }))
  for (let n = 1; n <= 7; n++) {
    await note(busy.contact, n)
    await of.days(1)
  }
  await note(calm.contact, 1)
  await asSystem(control.world, desk => write(desk, { to: [{ contact: busy.contact }], event: 'sign-in', key: 'in', facts: {} }))
  assert.equal(mail.sent.length, 0)
  mail.reachable(true)
  await of.days(1)
  const to = (contact: string): string[] => mail.sent.filter(one => one.to.address === contact).map(one => one.subject)
  assert.deepEqual(to('person@calm.example'), ['shop: News 1'])
  assert.equal(to('person@busy.example').length, 2, to('person@busy.example').join('\n'))
  const digest = mail.sent.find(one => one.subject.startsWith('What happened since'))
  assert.deepEqual([...(digest?.text ?? '').matchAll(/News (\d)/g)].map(found => found[1]), ['1', '2', '3', '4', '5', '6', '7'], 'in order')
  const rows = await messages(of)
  assert.deepEqual([...new Set(rows.map(row => row.state))], ['sent'])
  assert.equal(rows.filter(row => row.why === null && row.digest !== null && row.messageId === digest?.id).length, 7)
  await of.days(3)
  assert.equal(mail.sent.length, 3)
})

test('A3: a link to sign in is made when its letter is sent, stands in no row, and stays the same when the letter is sent again', async t => {
  const of = await useWorking(t)
  const { control, mail } = of
  const { contact } = await control.customer('Nordlicht')
  mail.reachable(false)
  await asSystem(control.world, desk => write(desk, { to: [{ contact }], event: 'sign-in', key: 'in', facts: {} }))
  await of.days(1)
  mail.reachable(true)
  await of.days(1)
  const [letter] = mail.sent
  const token = /\/link\/sign-in\/(\S+)/.exec(letter?.text ?? '')?.[1] ?? ''
  assert.ok(token.length > 40)
  const links = await control.world.ledger.read(view => view.list('link', { contact }))
  assert.deepEqual(links.map(link => [link.hash, link.purpose]), [[sha256(token), 'sign-in']], 'one link for all tries')
  const [row] = await messages(of)
  assert.ok(row !== undefined && row.sealed === null && !JSON.stringify(row).includes(token))
})

test('A3: a link whose letter waited longer than the link lasts is made anew', async t => {
  const of = await useWorking(t)
  const { control, mail } = of
  const { contact } = await control.customer('Nordlicht')
  mail.reachable(false)
  await asSystem(control.world, desk => write(desk, { to: [{ contact }], event: 'sign-in', key: 'in', facts: {} }))
  await of.days(9)
  mail.reachable(true)
  await of.days(1)
  const token = /\/link\/sign-in\/(\S+)/.exec(mail.sent[0]?.text ?? '')?.[1] ?? ''
  const link = await control.world.ledger.read(view => view.find('link', { hash: sha256(token) }))
  assert.ok(link !== undefined && link.expiresAt > of.now() && link.replacedAt === null)
})

test('what is held up is not reminded of; freed, it is announced at once; and a letter about a task that is done meanwhile is not sent', async t => {
  const of = await useWorking(t, { playbook: 'ninety-days-in-waves' })
  const { move, contact } = await useMove(of, '2026-12-10')
  // Somebody has not answered from their address: control cannot see that the announcement has arrived.
  const { customer } = await of.control.world.ledger.read(view => view.get('contact', contact)) ?? assert.fail()
  assert.ok(customer !== null)
  await of.lead('contacts.add', { customer, name: 'Somebody new', email: 'new@tsubame.example', duties: ['testing'] })
  const byKey = async (key: string): Promise<Task> => (await tasks(of, move)).find(task => task.key === key) ?? assert.fail(key)
  const read = await byKey('read-announcement')
  await of.until(noon(addDays(read.dueOn, 2)))
  const about = async (task: Task): Promise<string[]> => (await messages(of, { about: task.id })).map(row => `${row.event} ${row.state}`)
  assert.deepEqual(await about(read), [], 'the vendor has not announced yet')
  await finish(of, [await byKey('announce')])
  await of.until(of.now())
  assert.deepEqual(await about(read), ['task-overdue sent'])
  const next = await byKey('read-faq')
  await of.until(noon(addDays(next.dueOn, -4)))
  of.mail.reachable(false)
  await of.until(noon(addDays(next.dueOn, -2)))
  assert.deepEqual(await about(next), ['task-assigned sent', 'task-reminder waiting'])
  await finish(of, [next])
  of.mail.reachable(true)
  await of.days(1)
  assert.deepEqual(await about(next), ['task-assigned sent', 'task-reminder dropped'])
})

test('B10, B13: what only a verified address may have is kept back until it is verified', async t => {
  const of = await useWorking(t)
  const { control, mail } = of
  const { contact } = await control.customer('Nordlicht')
  await control.world.ledger.transaction(tx => tx.change('contact', contact, { verifiedAt: null }))
  await asSystem(control.world, desk => write(desk, { to: [{ contact }], event: 'credentials-ready', key: 'c', facts: { tenant: 'shop', link: 'https://moves.example/c', until: desk.now + 1_000_000 } }))
  await of.days(0)
  assert.deepEqual(mail.sent.map(one => /confirm your e-mail/.test(one.subject)), [true], 'asked about the address, and nothing else')
  const row = (await messages(of)).find(one => one.event === 'credentials-ready')
  assert.deepEqual([row?.state, row?.why], ['dropped', 'the address is not verified'])
  await asSystem(control.world, async desk => {
    await desk.tx.change('contact', contact, { verifiedAt: desk.now })
    journal(desk, 'contact.answer', 'contact', contact, { verified: true })
  })
  await of.days(0)
  assert.equal(mail.sent.length, 2, 'then it is sent by itself')
})

test('jobs that are lost are made anew from the rows, and those that are there stay as they are', async t => {
  const of = await useWorking(t, { playbook: 'ninety-days-in-waves' })
  const { move } = await useMove(of, '2026-12-10')
  await finish(of, (await tasks(of, move)).filter(task => task.party === 'vendor'))
  await of.days(1)
  // Of a task that was done before its first job came up, the job is left and finds it done; nobody makes that one anew.
  const waiting = async (): Promise<string[]> => (await of.control.database.query<{ name: string; key: string; at: string }>("SELECT name, singleton_key AS key, start_after::text AS at FROM jobs.job WHERE state < 'active' AND name NOT LIKE '\\_%' AND NOT EXISTS (SELECT FROM rehome.task WHERE id::text = singleton_key AND task.state <> 'open') ORDER BY 1, 2")).map(row => `${row.name} ${row.key} ${row.at}`).filter(row => !row.startsWith('reconcile'))
  const before = await waiting()
  assert.ok(before.length > 20)
  const { reconcileJob } = await import('#control/running/reconcile.ts')
  const reconcile = async (): Promise<void> => { await of.control.world.ledger.transaction(tx => tx.enqueue(reconcileJob(of.now()))); await of.days(0) }
  await reconcile()
  assert.deepEqual(await waiting(), before)
  await of.control.database.query("DELETE FROM jobs.job WHERE name IN ('reminder', 'escalation', 'letter')")
  await reconcile()
  assert.deepEqual(await waiting(), before)
})
