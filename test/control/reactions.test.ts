import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asSystem } from '#control/ground/as-system.ts'
import type { Job } from '#domain/job.ts'
import { journal } from '#control/ground/desk.ts'
import { readReports } from '#control/letters/bounces.ts'
import { write } from '#control/letters/messages.ts'
import type { MoveId } from '#domain/programmes.ts'
import type { Message } from '#domain/records.ts'
import { useWorking, type Working } from './working.ts'

const written = (of: Working, event: string): Promise<Message[]> => of.control.world.ledger.read(view => view.list('message', { event }))
const moved = async (of: Working, stage: string, leg = 'out', move: MoveId): Promise<void> => {
  await of.control.world.ledger.transaction(tx => tx.enqueue({ name: 'react', key: `move-stage ${stage} ${leg}`, at: of.now(), facts: { event: 'move-stage', move, from: 'following', stage, leg }, group: move }))
  await of.days(0)
}

test('A3, B10, B13: what follows from a decision is written once, however often the journal is read and the job runs', async t => {
  const of = await useWorking(t, { playbook: 'cloud-to-self-hosted' })
  const { lead, programme, control } = of
  const { id: destination } = await lead('homes.add', { name: 'their own server', kind: 'self-hosted', addressPattern: null, capacity: 4 })
  const { id: partner } = await lead('partners.add', { name: 'Harbour', locale: 'ja' })
  const { id: reseller } = await lead('contacts.add', { partner, name: 'A reseller', email: 'desk@harbour.example', duties: ['point-of-contact'] })
  const { tenant, contact } = await of.tenant('Nordlicht', { partner, duties: ['point-of-contact', 'it', 'billing', 'approver', 'end-user'], verified: false })
  const { id: move } = await lead('moves.add', { tenant, programme, destination, t0: '2026-11-12' })
  await of.days(0)
  const to = async (event: string): Promise<string[]> => (await written(of, event)).map(one => `${one.address} ${one.state}`).toSorted()
  assert.deepEqual(await to('plan-ready'), ['desk@harbour.example dropped', 'person@nordlicht.example dropped'], 'A3: not before the address is verified')
  assert.deepEqual(await to('address-check'), ['desk@harbour.example sent', 'person@nordlicht.example sent'], 'A3: the address first')
  await control.verify(reseller)
  // Read again from its beginning, as after a restore of an older backup.
  await of.control.database.query('UPDATE rehome.bookmark SET seq = 0')
  const again: Job = { name: 'react', key: `plan-changed ${move}`, at: of.now(), facts: { event: 'plan-changed', move, revision: 1 }, group: move }
  await control.world.ledger.transaction(tx => tx.enqueue(again, { name: 'react', key: 'journal', at: of.now(), facts: { event: 'journal' }, group: 'journal' }))
  await of.days(0)
  assert.equal((await written(of, 'plan-ready')).length, 2)

  // B10, B13: on completion the contact on file gets everything, the partner that it is finished.
  await moved(of, 'switched', 'out', move)
  assert.deepEqual(await to('finished'), ['person@nordlicht.example dropped'], 'not before the address is verified')
  assert.deepEqual(await to('finished-partner'), ['desk@harbour.example sent'])
  await moved(of, 'switched', 'out', move)
  assert.equal((await written(of, 'finished-partner')).length, 1)
  const finished = of.mail.sent.find(one => one.to.address === 'desk@harbour.example' && /完了/.test(one.subject))
  assert.ok(finished !== undefined && !/https?:/.test(finished.text))
  await control.world.ledger.transaction(tx => tx.change('contact', contact, { verifiedAt: of.now() }))
  const [kept] = await written(of, 'finished')
  await lead('messages.again', { message: kept?.id as never })
  await of.days(0)
  assert.deepEqual(await to('finished'), ['person@nordlicht.example dropped', 'person@nordlicht.example sent'])
  assert.ok(reseller.length > 0)
})

test('A3: letters wait until their reader has confirmed the address; then they get, once, what still holds; the lead is told of who lets them wait for too long', async t => {
  const of = await useWorking(t, { playbook: 'chain' })
  const { control, lead, programme, destination, mail } = of
  const { tenant, contact } = await of.tenant('Nordlicht', { duties: ['point-of-contact', 'it', 'developer', 'networking', 'end-user', 'approver'], verified: false })
  const { id: move } = await lead('moves.add', { tenant, programme, destination, t0: '2026-12-01' })
  const call = (kind: 'other', title: string) => lead('calls.plan', { move, kind, title: { en: title, ja: title }, startsAt: '2026-10-18T09:00:00Z', minutes: 30, duties: ['point-of-contact'] })
  const { call: off } = await call('other', 'A call that is off')
  await lead('calls.cancel', { call: off.id })
  await call('other', 'A call that stays')
  await of.days(5)
  const subjects = (): string[] => mail.sent.filter(one => one.to.address === 'person@nordlicht.example').map(one => one.subject)
  assert.ok(subjects().length === 1 && /confirm your e-mail/.test(subjects()[0] ?? ''), subjects().join('; '))
  const waits = (await lead('attention.list', {})).items.filter(one => one.kind === 'address-unverified')
  assert.deepEqual(waits.map(one => [one.about, one.customer?.name]), [[contact, 'Nordlicht']])
  assert.match(waits[0]?.title.en ?? '', /A person at Nordlicht has not confirmed/)
  assert.match(waits[0]?.title.ja ?? '', /未確認/)
  const link = /https?:\/\/\S+\/link\/(\S+)/.exec(mail.sent.find(one => one.to.address === 'person@nordlicht.example')?.text ?? '')?.[1] ?? ''
  await control.ask('links.use', { token: link.split('/').at(-1) ?? '' })
  await of.days(0)
  const held = subjects().slice(1)
  assert.ok(held.some(one => /A call that stays/.test(one)) && !held.some(one => /A call that is off/.test(one)), held.join('; '))
  assert.equal(new Set(held).size, held.length, 'each once')
  assert.ok(!(await lead('attention.list', {})).items.some(one => one.kind === 'address-unverified'))
  const messages = await control.world.ledger.read(view => view.list('message', { contact, state: 'dropped' }))
  assert.deepEqual([...new Set(messages.filter(one => one.event.startsWith('call-')).map(one => one.why))], ['it was over before the address was verified'])
})

test('C3: whoever asked is told the answer', async t => {
  const of = await useWorking(t)
  const { control, programme } = of
  const { customer, contact } = await control.customer('Nordlicht')
  const question = control.world.newId<'question'>()
  await asSystem(control.world, async desk => {
    await desk.tx.add('question', { id: question, vendor: control.vendor.id, customer, programme, text: 'When?', askedBy: 'A person', askedAt: desk.now, answer: null, answeredBy: null, publishedAt: null })
    journal({ ...desk, who: { kind: 'contact', id: contact, name: 'A person' } }, 'faq.ask', 'question', question, { text: 'When?' })
  })
  await asSystem(control.world, async desk => {
    await desk.tx.change('question', question, { answer: 'Soon.', answeredBy: 'Support' })
    journal(desk, 'faq.answer', 'question', question, { answer: 'Soon.' })
  })
  await of.days(0)
  assert.deepEqual(of.mail.sent.map(one => [one.to.address, /Soon\./.test(one.text)]), [['person@nordlicht.example', true]])
})

test('a letter that comes back makes the address unverified, a risk, and a letter to support; only a report of that letter to that address counts', async t => {
  const of = await useWorking(t, { playbook: 'ninety-days-in-waves' })
  const { lead, programme, destination, control, mail } = of
  const { tenant, contact } = await of.tenant('Nordlicht')
  const { id: move } = await lead('moves.add', { tenant, programme, destination, t0: '2026-12-10' })
  await control.world.ledger.transaction(tx => tx.change('contact', contact, { verifiedAt: of.now() }))
  await of.days(0)
  const plan = mail.sent.find(one => /plan/.test(one.subject))
  assert.ok(plan !== undefined)
  const bounce = { address: plan.to.address, messageId: plan.id, permanent: true, status: '5.1.1', reason: 'no such mailbox' }
  assert.equal(await readReports(control.world, [{ ...bounce, address: 'somebody@else.example' }, { ...bounce, messageId: '<0@x>' }, { ...bounce, permanent: false }]), 0)
  assert.equal(await readReports(control.world, [bounce]), 1)
  assert.equal(await readReports(control.world, [bounce]), 0)
  await of.days(0)
  const row = await control.world.ledger.read(view => view.get('contact', contact))
  assert.equal(row?.verifiedAt, null)
  const risks = await control.world.ledger.read(view => view.list('risk', { move }))
  assert.deepEqual(risks.map(one => [one.text, one.party]), [['Letters to A person at Nordlicht at person@nordlicht.example come back.', 'vendor']])
  assert.deepEqual((await written(of, 'unreachable')).map(one => `${one.address} ${one.state}`), ['support@kestrel.example sent'])
  // Nothing goes there until the person has answered from an address again.
  await asSystem(control.world, desk => write(desk, { to: [{ contact }], event: 'notice', key: 'n', facts: { tenant: 'x', title: 'x', body: 'x', link: 'https://m.example' } }))
  await of.days(0)
  const [notice] = await written(of, 'notice')
  assert.deepEqual([notice?.state, notice?.why], ['dropped', 'the address is not verified'])
  await lead('contacts.change', { contact, email: 'new@nordlicht.example' })
  await of.days(0)
  assert.deepEqual((await written(of, 'address-check')).map(one => one.address).at(-1), 'new@nordlicht.example')
  mail.refuse('new@nordlicht.example')
  await control.verify(contact)
  await asSystem(control.world, desk => write(desk, { to: [{ contact }], event: 'notice', key: 'n2', facts: { tenant: 'x', title: 'x', body: 'x', link: 'https://m.example' } }))
  await of.days(0)
  assert.equal((await written(of, 'notice')).at(-1)?.state, 'bounced', 'refused at once is the same')
})
