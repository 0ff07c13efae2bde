import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Fault } from '#domain/faults.ts'
import type { Letter, Mail } from './mail.ts'

/** A letter as its reader's mail program shows it. */
export type Read = {
  readonly id: string
  readonly references: readonly string[]
  readonly inReplyTo: string | null
  readonly from: string
  readonly replyTo: string | null
  /** Whom the server was told to bring it to. */
  readonly envelope: readonly string[]
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly writtenAt: number
  readonly attachments: readonly { readonly name: string; readonly type: string; readonly bytes: Uint8Array }[]
  /** All names of headers, in lower case. */
  readonly headers: readonly string[]
}

export type MailFixture = {
  readonly mail: Mail
  /** What was delivered so far, oldest first. */
  delivered(): Promise<readonly Read[]>
  /** From now on this address is refused for good. */
  refuse(address: string): void
  /** The server takes nothing until told otherwise. */
  reachable(is: boolean): Promise<void>
}

const never = new AbortController().signal
const faulty = (code: string, facts: Record<string, string> = {}) => (error: unknown): boolean => error instanceof Fault && error.code === code && Object.entries(facts).every(([name, value]) => error.facts[name] === value)

export const sampleLetter: Letter = {
  key: 'message-0192', from: { name: 'Meridian Analytics', address: 'moves@meridian.example' }, replyTo: { name: 'Support', address: 'support@meridian.example' },
  to: { name: '橋本 陽子', address: 'yoko@tsubame.example' }, subject: '切替日時のご案内 – your window', text: 'こんにちは。\n\n.\nA line that begins with a dot: above.\n', html: '<p>こんにちは。</p>',
  thread: 'move-77', invitation: null, attachments: [], writtenAt: Date.UTC(2026, 10, 22, 9, 30),
}

/** What everything that sends letters must do. */
export const mailContract = (name: string, make: () => Promise<MailFixture>): void => {
  const sent = async (letter: Letter): Promise<Read> => {
    const { mail, delivered } = await make()
    await mail.send(letter, never)
    const [read, ...more] = await delivered()
    assert.ok(read !== undefined && more.length === 0)
    return read
  }

  describe(`${name} sends letters`, () => {
    it('brings a letter to its person, whole and in any script', async () => {
      const read = await sent(sampleLetter)
      assert.deepEqual(read.envelope, ['yoko@tsubame.example'])
      assert.equal(read.to, '橋本 陽子 <yoko@tsubame.example>')
      assert.equal(read.from, 'Meridian Analytics <moves@meridian.example>')
      assert.equal(read.replyTo, 'Support <support@meridian.example>')
      assert.equal(read.subject, sampleLetter.subject)
      assert.equal(read.text, sampleLetter.text)
      assert.equal(read.html, sampleLetter.html)
      assert.equal(read.writtenAt, sampleLetter.writtenAt)
    })

    it('gives the same key the same Message-ID, and another key another', async () => {
      const { mail, delivered } = await make()
      const [first, again, other] = [await mail.send(sampleLetter, never), await mail.send({ ...sampleLetter, subject: 'once more' }, never), await mail.send({ ...sampleLetter, key: 'another' }, never)]
      assert.equal(first.id, again.id)
      assert.notEqual(first.id, other.id)
      assert.deepEqual((await delivered()).map(read => read.id), [first.id, again.id, other.id])
      assert.match(first.id, /^<[0-9a-f]{40}@meridian\.example>$/)
    })

    it('hangs the letters of one move together, and no others', async () => {
      const { mail, delivered } = await make()
      for (const [key, thread] of [['a', 'move-1'], ['b', 'move-1'], ['c', 'move-2'], ['d', null]] as const) await mail.send({ ...sampleLetter, key, thread }, never)
      const [a, b, c, d] = await delivered()
      assert.ok(a !== undefined && b !== undefined && c !== undefined && d !== undefined)
      assert.equal(a.references.length, 1)
      assert.deepEqual(a.references, b.references)
      assert.equal(a.inReplyTo, a.references[0])
      assert.notDeepEqual(a.references, c.references)
      assert.deepEqual([d.references, d.inReplyTo], [[], null])
    })

    it('carries an invitation so that mail programs offer to answer it, and as a file', async () => {
      const text = 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n'
      const read = await sent({ ...sampleLetter, invitation: { method: 'REQUEST', text } })
      const types = read.attachments.map(one => one.type).toSorted()
      assert.deepEqual(types, ['application/ics', 'text/calendar; method=REQUEST'])
      for (const one of read.attachments) assert.equal(Buffer.from(one.bytes).toString().replaceAll(/\r?\n/g, '\r\n'), text)
    })

    it('brings attachments byte for byte under their names', async () => {
      const bytes = Uint8Array.from({ length: 3_000 }, (_, i) => (i * 7) % 256)
      const read = await sent({ ...sampleLetter, attachments: [{ name: '御見積書 1.pdf', type: 'application/pdf', bytes }] })
      assert.deepEqual(read.attachments.map(one => [one.name, one.type, Buffer.from(one.bytes).equals(bytes)]), [['御見積書 1.pdf', 'application/pdf', true]])
    })

    it('lets no name, subject or file name add a header or a recipient', async () => {
      const evil = 'x\r\nBcc: thief@evil.example\r\n\r\n<b>'
      const plain = await sent(sampleLetter)
      const read = await sent({ ...sampleLetter, subject: evil, to: { name: evil, address: sampleLetter.to.address }, from: { name: `"${evil}" <a@evil.example>,`, address: sampleLetter.from.address }, replyTo: { name: evil, address: 'support@meridian.example' }, thread: evil, key: evil })
      assert.deepEqual(read.envelope, ['yoko@tsubame.example'])
      assert.deepEqual(read.headers.toSorted(), plain.headers.toSorted())
      assert.match(read.from, /<moves@meridian\.example>$/)
      assert.doesNotMatch(read.subject + read.to, /[\r\n]/)
      const file = await sent({ ...sampleLetter, attachments: [{ name: evil, type: 'text/plain\r\nX-Evil: 1', bytes: Buffer.from('x') }] })
      assert.ok(!file.headers.includes('x-evil') && file.attachments.length === 1)
    })

    it('refuses what is not one address, and tells nobody', async () => {
      const { mail, delivered } = await make()
      for (const address of ['a@b.example, thief@evil.example', 'a@b.example\r\nBcc: thief@evil.example', 'a@b.example>', '', 'nobody', 'a b@c.example', '@b.example']) {
        await assert.rejects(mail.send({ ...sampleLetter, to: { name: 'A', address } }, never), faulty('MAIL_REFUSED', { of: 'recipient' }), address)
      }
      await assert.rejects(mail.send({ ...sampleLetter, from: { name: 'A', address: 'nobody' } }, never), faulty('MAIL_REFUSED', { of: 'sender' }))
      assert.deepEqual(await delivered(), [])
    })

    it('says when an address is refused for good, and goes on with others', async () => {
      const { mail, delivered, refuse } = await make()
      refuse(sampleLetter.to.address)
      await assert.rejects(mail.send(sampleLetter, never), faulty('MAIL_REFUSED', { of: 'recipient' }))
      await mail.send({ ...sampleLetter, to: { name: '', address: 'other@tsubame.example' } }, never)
      assert.deepEqual((await delivered()).map(read => read.envelope), [['other@tsubame.example']])
    })

    it('says that the server cannot be reached, and sends once it can', async () => {
      const { mail, delivered, reachable } = await make()
      await reachable(false)
      await assert.rejects(mail.send(sampleLetter, never), (error: unknown) => faulty('MAIL_UNREACHABLE')(error) && (error as Fault).isRetryable)
      await reachable(true)
      await mail.send(sampleLetter, never)
      assert.equal((await delivered()).length, 1)
    })

    it('sends nothing once the signal is aborted', async () => {
      const { mail, delivered } = await make()
      const reason = new Error('enough')
      await assert.rejects(mail.send(sampleLetter, AbortSignal.abort(reason)), error => error === reason)
      assert.deepEqual(await delivered(), [])
    })
  })
}
