import { createTransport, type SendMailOptions } from 'nodemailer'
import { z } from 'zod'
import { Fault } from '#domain/faults.ts'
import { isMailAddress } from '#domain/mail-address.ts'
import { oneLine } from '#lib/one-line.ts'
import { visible } from '#lib/visible.ts'
import { messageIdOf, threadIdOf, type Letter, type Mail, type Mailbox } from '#ports/mail.ts'

/** How a server is reached. `password` is a secret. */
export const smtpSettings = z.strictObject({
  host: z.string().min(1),
  port: z.int().min(1).max(65_535).default(587),
  /** `starttls` and `tls` refuse a server that does not encrypt or does not prove its name; `none` is for a relay on this machine or a trusted network. */
  security: z.enum(['starttls', 'tls', 'none']).default('starttls'),
  /** PEM of an authority of one's own. */
  authority: z.string().optional(),
  user: z.string().min(1).optional(),
  password: z.string().min(1).optional(),
  /** Where reports of failure go; without it, to the sender. */
  returnTo: z.string().refine(isMailAddress, 'is no mail address').optional(),
  connections: z.int().min(1).max(20).default(3),
  /** For one letter, from its turn to the server's answer. */
  timeoutMs: z.int().min(100).default(60_000),
}).refine(s => (s.user === undefined) === (s.password === undefined), 'user and password come together')
  .refine(s => s.password === undefined || s.security !== 'none' || isThisMachine(s.host), 'a password is never sent without encryption')

export type SmtpSettings = z.input<typeof smtpSettings>

const isThisMachine = (host: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/.test(host)

/** Letters over SMTP, on a few connections that are kept. Nothing is queued here that is not awaited, and nothing is tried twice: the caller's jobs do that. */
export const openSmtp = (input: SmtpSettings): Mail & AsyncDisposable => {
  const settings = smtpSettings.parse(input)
  const { host, port, timeoutMs } = settings
  const label = `${host}:${port}`
  const transport = transportOf(settings)
  return {
    label,
    async send(letter, signal) {
      signal.throwIfAborted()
      const id = messageIdOf(letter.key, letter.from.address)
      checkAddresses(letter, label)
      // A server that trickles its answer is caught by no timeout of the socket.
      const stop = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
      try {
        const { response } = await transport.sendMail({ ...partsOf(letter, id, settings.returnTo), signal: stop })
        return { id, answer: visible(response, 300) }
      } catch (error) {
        signal.throwIfAborted()
        throw faultOf(error, label, stop.aborted ? `it did not take the letter within ${timeoutMs} ms` : undefined, settings)
      }
    },
    async [Symbol.asyncDispose]() {
      transport.close({ force: true })
    },
  }
}

const transportOf = ({ host, port, security, authority, user, password, connections, timeoutMs }: z.output<typeof smtpSettings>) =>
  createTransport({
    pool: true, host, port, secure: security === 'tls', requireTLS: security === 'starttls', ignoreTLS: security === 'none',
    tls: { minVersion: 'TLSv1.2', ...(authority === undefined ? {} : { ca: authority }) },
    ...(user === undefined || password === undefined ? {} : { auth: { user, pass: password } }),
    maxConnections: connections,
    // Its own second try would not know whether the first one was taken.
    maxRequeues: 0,
    connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs, dnsTimeout: timeoutMs,
    disableFileAccess: true, disableUrlAccess: true,
  })

/** A letter as nodemailer builds it. */
export const partsOf = (letter: Letter, id: string, returnTo: string | undefined): SendMailOptions => {
  const { from, to, replyTo, thread, invitation } = letter
  const root = thread === null ? undefined : threadIdOf(thread, from.address)
  return {
    messageId: id, date: new Date(letter.writtenAt), from: mailbox(from), to: mailbox(to), ...(replyTo === null ? {} : { replyTo: mailbox(replyTo) }),
    envelope: { from: returnTo ?? from.address, to: to.address },
    // The report of a failure then names the letter; servers that cannot are not asked.
    dsn: { id, return: 'headers', notify: ['failure'], recipient: to.address },
    subject: oneLine(letter.subject), text: letter.text, html: letter.html,
    ...(root === undefined ? {} : { references: [root], inReplyTo: root }),
    // Absence notes do not answer to it.
    headers: { 'Auto-Submitted': 'auto-generated' },
    ...(invitation === null ? {} : { icalEvent: { method: invitation.method, content: invitation.text, filename: 'invite.ics' } }),
    attachments: letter.attachments.map(({ name, type, bytes }) => ({ filename: oneLine(name), contentType: oneLine(type).split(' ')[0] ?? '', content: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) })),
  }
}

const mailbox = ({ name, address }: Mailbox): Mailbox => ({ name: oneLine(name), address })

export const checkAddresses = ({ from, to, replyTo }: Letter, server: string): void => {
  const refuse = (of: string, address: string): void => {
    if (!isMailAddress(address)) throw new Fault('MAIL_REFUSED', { server, of, code: 553, reason: `${visible(address)} is no mail address` })
  }
  refuse('sender', from.address)
  if (replyTo !== null) refuse('sender', replyTo.address)
  refuse('recipient', to.address)
}

/**
 * What is wrong, by the command that was answered: an address, ours, or the letter itself. Servers put off until the recipient what they hold against the sender;
 * RFC 3463 tells the two apart: 5.7 is policy, 5.1.7 and 5.1.8 the sender's address.
 */
const refusedOf = (command: string, response: string): 'recipient' | 'sender' | 'letter' => {
  if (command === 'DATA') return 'letter'
  return command === 'MAIL FROM' || /^\d{3}[ -]5\.(?:7\.\d+|1\.[78])\b/.test(response) ? 'sender' : 'recipient'
}

/** No cause is kept: what a server answers to a login may hold the login. */
const faultOf = (error: unknown, server: string, late: string | undefined, secrets: Login): Fault => {
  const { code, command = '', response = '', responseCode = 0, message = 'it cannot be reached', syscall } = error as { code?: string; command?: string; response?: string; responseCode?: number; message?: string; syscall?: string }
  const reason = late ?? visible(without(response === '' ? message : response, secrets), 300)
  // The size that the server named when it greeted: it is not even asked.
  if (code === 'EMESSAGE' && response === '') return new Fault('MAIL_REFUSED', { server, of: 'letter', code: 552, reason })
  // 503: the session was confused, not the letter. 530, 535, 538: the server wants a login or TLS. No address is the worse for it; the operator mends it and the letter goes.
  const isForGood = responseCode >= 500 && ![503, 530, 535, 538].includes(responseCode) && /^(?:RCPT TO|MAIL FROM|DATA)$/.test(command)
  return isForGood ? new Fault('MAIL_REFUSED', { server, of: refusedOf(command, response), code: responseCode, reason }) : new Fault('MAIL_UNREACHABLE', { server, reason, taken: late === undefined && (responseCode > 0 || syscall === 'connect' || /^(?:EDNS|EAUTH|ETLS)$/.test(code ?? '') || /^(?:Connection timeout|Greeting never received)/.test(message)) ? 'no' : 'unknown' })
}

type Login = { readonly user?: string | undefined; readonly password?: string | undefined }

const without = (text: string, { user, password }: Login): string => {
  if (user === undefined || password === undefined) return text
  const forms = [password, Buffer.from(password).toString('base64'), Buffer.from(`\0${user}\0${password}`).toString('base64')]
  return forms.reduce((left, secret) => left.replaceAll(secret, '…'), text)
}
