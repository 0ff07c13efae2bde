import assert from 'node:assert/strict'
import { after, describe, it, type TestContext } from 'node:test'
import { inspect } from 'node:util'
import ICAL from 'ical.js'
import { Fault } from '#domain/faults.ts'
import { mailContract, sampleLetter as letter } from '#ports/mail.contract.ts'
import type { Mail } from '#ports/mail.ts'
import { invitations } from '#adapters/invitations/ical.ts'
import { makeAuthority } from '#test/services/certificates.ts'
import { useSmtpSink, type SmtpSink } from '#test/services/smtp-sink.ts'
import { readBounces } from './bounces.ts'
import { openSmtp, smtpSettings, type SmtpSettings } from './smtp.ts'

const never = new AbortController().signal

mailContract('mail over SMTP', async () => {
  const sink = await useSmtpSink({ after: end => ends.push(end) })
  const mail = openSmtp({ host: sink.host, port: sink.port, security: 'none', timeoutMs: 5_000 })
  ends.push(async () => mail[Symbol.asyncDispose]())
  return { mail, delivered: sink.letters, refuse: address => void sink.refused.add(address), reachable: is => (is ? sink.start() : sink.stop()) }
})
const ends: (() => Promise<void>)[] = []
after(async () => { for (const end of ends.toReversed()) await end() })

type Rig = { readonly sink: SmtpSink; readonly mail: Mail }
const rig = async (t: TestContext, options: Parameters<typeof useSmtpSink>[1] = {}, settings: Partial<SmtpSettings> = {}): Promise<Rig> => {
  const sink = await useSmtpSink({ after: end => t.after(end) }, options)
  const mail = openSmtp({ host: sink.host, port: sink.port, security: 'none', timeoutMs: 5_000, ...settings })
  t.after(() => mail[Symbol.asyncDispose]())
  return { sink, mail }
}
const fault = async (sending: Promise<unknown>): Promise<Fault> => {
  const error = await sending.then(() => assert.fail('it was sent'), (reason: unknown) => reason)
  assert.ok(error instanceof Fault, inspect(error))
  return error
}

describe('mail over SMTP', () => {
  it('says what the server said when it took the letter', async t => {
    const { mail } = await rig(t)
    assert.match((await mail.send(letter, never)).answer, /^250 .*queued as 1$/)
  })

  it('keeps its connections', async t => {
    const { sink, mail } = await rig(t, {}, { connections: 2 })
    for (let n = 0; n < 5; n += 1) await mail.send({ ...letter, key: `${n}` }, never)
    assert.equal(sink.connections(), 1)
    await Promise.all(Array.from({ length: 12 }, (_, n) => mail.send({ ...letter, key: `more ${n}` }, never)))
    assert.ok(sink.connections() <= 2)
    assert.equal(sink.raw.length, 17)
  })

  it('asks for reports of failure to its own address, with the letter’s id', async t => {
    const { sink, mail } = await rig(t, {}, { returnTo: 'bounces@meridian.example' })
    const { id } = await mail.send(letter, never)
    assert.equal(sink.raw[0]?.from, 'bounces@meridian.example')
    assert.ok(inspect(sink.raw[0]?.dsn).includes(id), inspect(sink.raw[0]?.dsn))
  })

  it('tells a wrong address from a wrong sender and a wrong letter', async t => {
    const { sink, mail } = await rig(t)
    const table = [
      ['RCPT TO', '550 5.1.1 no such mailbox', 'MAIL_REFUSED', 'recipient'],
      ['RCPT TO', '550 5.7.1 relaying denied', 'MAIL_REFUSED', 'sender'],
      ['MAIL FROM', '550 5.1.8 bad sender', 'MAIL_REFUSED', 'sender'],
      ['DATA', '554 5.6.0 no such letters here', 'MAIL_REFUSED', 'letter'],
      ['RCPT TO', '450 4.2.0 greylisted', 'MAIL_UNREACHABLE', undefined],
      ['DATA', '452 4.3.1 no room', 'MAIL_UNREACHABLE', undefined],
      ['MAIL FROM', '530 5.7.0 log in first', 'MAIL_UNREACHABLE', undefined],
    ] as const
    for (const [command, answer, code, of] of table) {
      sink.behaviour.answers = { [command]: answer }
      const error = await fault(mail.send(letter, never))
      assert.deepEqual([error.code, error.facts['of']], [code, of], answer)
      assert.match(String(error.facts['reason']), new RegExp(answer.slice(10)))
    }
    delete sink.behaviour.answers
    await mail.send(letter, never)
  })

  it('does not send a letter larger than the server takes', async t => {
    const { sink, mail } = await rig(t, { maxBytes: 20_000 })
    const error = await fault(mail.send({ ...letter, attachments: [{ name: 'a', type: 'application/pdf', bytes: new Uint8Array(50_000) }] }, never))
    assert.deepEqual([error.code, error.facts['of']], ['MAIL_REFUSED', 'letter'])
    assert.equal(sink.raw.length, 0)
  })

  it('tries nothing twice by itself when the answer is lost, since the letter may have been taken', async t => {
    const { sink, mail } = await rig(t)
    sink.behaviour.drop = 'after'
    assert.equal((await fault(mail.send(letter, never))).code, 'MAIL_UNREACHABLE')
    assert.equal(sink.raw.length, 1)
    delete sink.behaviour.drop
    await mail.send(letter, never)
    const [first, again] = await sink.letters()
    assert.equal(first?.id, again?.id)
  })

  it('goes on with another connection where the server ended an idle one', async t => {
    const { sink, mail } = await rig(t)
    await mail.send(letter, never)
    sink.cut()
    await new Promise(resolve => setTimeout(resolve, 100))
    await mail.send({ ...letter, key: 'second' }, never)
    assert.deepEqual([sink.raw.length, sink.connections()], [2, 2])
  })

  it('puts an invitation where Gmail and Outlook look for it: beside the text, and as a file', async t => {
    const { sink, mail } = await rig(t)
    const text = invitations.request({ id: 'w-1@meridian.example', sequence: 3, when: { from: Date.UTC(2026, 11, 4, 13), to: Date.UTC(2026, 11, 4, 14) }, title: '切替作業', description: ['議題'], place: null, link: null, organizer: letter.from, guests: [letter.to], remindersMinutes: [60], writtenAt: letter.writtenAt })
    await mail.send({ ...letter, invitation: { method: 'REQUEST', text }, attachments: [{ name: 'quote.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF-') }] }, never)
    const types = [...(sink.raw[0]?.bytes.toString() ?? '').matchAll(/^Content-Type: ([^;\r\n]+)/gm)].map(match => match[1])
    assert.deepEqual(types, ['multipart/mixed', 'multipart/alternative', 'text/plain', 'text/html', 'text/calendar', 'application/pdf', 'application/ics'])
    assert.match(sink.raw[0]?.bytes.toString() ?? '', /Content-Type: text\/calendar; charset=utf-8; method=REQUEST/i)
    const [read] = await sink.letters()
    for (const one of read?.attachments.filter(({ type }) => type !== 'application/pdf') ?? []) {
      const [event] = new ICAL.Component(ICAL.parse(Buffer.from(one.bytes).toString()) as unknown[]).getAllSubcomponents('vevent')
      assert.ok(event !== undefined)
      assert.deepEqual([new ICAL.Event(event).summary, new ICAL.Event(event).sequence], ['切替作業', 3])
    }
  })

  it('recognises its own letter in a report of failure', async t => {
    const { sink, mail } = await rig(t)
    const { id } = await mail.send(letter, never)
    assert.deepEqual(await readBounces(sink.bounced(0)), [{ address: letter.to.address, messageId: id, permanent: true, status: '5.1.1', reason: '550 5.1.1 no such mailbox' }])
    assert.deepEqual((await readBounces(sink.bounced(0, { action: 'delayed', status: '4.4.1' }))).map(one => one.permanent), [false])
    assert.deepEqual(await readBounces(sink.raw[0]?.bytes ?? Buffer.alloc(0)), [])
  })

  it('gives up a server that does not answer, in time', async t => {
    const { sink, mail } = await rig(t, {}, { timeoutMs: 300 })
    sink.behaviour.delayMs = 30_000
    const began = performance.now()
    const error = await fault(mail.send(letter, never))
    assert.deepEqual([error.code, error.facts['reason']], ['MAIL_UNREACHABLE', 'it did not take the letter within 300 ms'])
    assert.ok(performance.now() - began < 3_000)
  })

  it('stops at once when it is told to, with the reason it was given', async t => {
    const { sink, mail } = await rig(t)
    sink.behaviour.delayMs = 30_000
    const stop = new AbortController()
    const reason = new Error('enough')
    const sending = mail.send(letter, stop.signal)
    setTimeout(() => stop.abort(reason), 100)
    await assert.rejects(sending, error => error === reason)
  })

  it('encrypts, proves the server and logs in', async t => {
    const authority = makeAuthority('authority of the test')
    const login = { user: 'rehome', password: 'open sesame' }
    for (const implicit of [false, true]) {
      const { mail, sink } = await rig(t, { tls: { ...authority.issue('127.0.0.1'), implicit }, login }, { security: implicit ? 'tls' : 'starttls', authority: authority.root, ...login })
      await mail.send(letter, never)
      assert.equal(sink.raw.length, 1)
    }
  })

  it('gives nothing to a server that does not encrypt, or is not who it says', async t => {
    const plain = await rig(t, {}, { security: 'starttls' })
    assert.equal((await fault(plain.mail.send(letter, never))).code, 'MAIL_UNREACHABLE')
    const [authority, other] = [makeAuthority('authority of the test'), makeAuthority('another authority')]
    const false_ = await rig(t, { tls: authority.issue('127.0.0.1') }, { security: 'starttls', authority: other.root })
    const error = await fault(false_.mail.send(letter, never))
    assert.equal(error.code, 'MAIL_UNREACHABLE')
    assert.match(error.message, /certificate/)
    assert.deepEqual([plain.sink.raw.length, false_.sink.raw.length], [0, 0])
  })

  it('never shows a password, though the server repeats it', async t => {
    const password = 'p4ssw0rd-never-shown'
    const { mail } = await rig(t, { login: { user: 'rehome', password: 'another' }, loginAnswer: given => `535 5.7.8 ${given} or ${Buffer.from(given).toString('base64')} is wrong` }, { user: 'rehome', password })
    const error = await fault(mail.send(letter, never))
    assert.equal(error.code, 'MAIL_UNREACHABLE')
    assert.doesNotMatch(inspect(error, { depth: 9 }), /p4ssw0rd/)
    assert.doesNotMatch(inspect(error, { depth: 9 }), new RegExp(Buffer.from(password).toString('base64')))
  })

  it('takes no settings that would send a password without encryption', () => {
    assert.equal(smtpSettings.safeParse({ host: 'mail.example.com', security: 'none', user: 'a', password: 'b' }).success, false)
    assert.equal(smtpSettings.safeParse({ host: '127.0.0.1', security: 'none', user: 'a', password: 'b' }).success, true)
    assert.equal(smtpSettings.safeParse({ host: 'mail.example.com', user: 'a' }).success, false)
    assert.equal(smtpSettings.parse({ host: 'mail.example.com' }).security, 'starttls')
  })
})
