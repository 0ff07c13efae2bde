import { once } from 'node:events'
import { buffer } from 'node:stream/consumers'
import { simpleParser, type AddressObject, type ParsedMail } from 'mailparser'
import { SMTPServer, type SMTPServerAddress, type SMTPServerOptions } from 'smtp-server'
import type { Read } from '#ports/mail.contract.ts'
import { freePort } from '#adapters/embedded-postgres/port.ts'
import type { Certificate } from './certificates.ts'

/** What the server does next; each is asked for every letter. Undefined: it takes it. */
export type Behaviour = {
  /** Answers these commands so, e.g. `{ 'RCPT TO': '550 5.1.1 no such mailbox' }`. */
  answers?: Partial<Record<'MAIL FROM' | 'RCPT TO' | 'DATA', string>>
  /** Waits with the answer to the letter. */
  delayMs?: number
  /** Closes the connection: before it took the letter, or after, when the answer is lost. */
  drop?: 'before' | 'after'
}

export type SmtpSink = {
  readonly host: '127.0.0.1'
  readonly port: number
  /** Letters taken so far, parsed by a mail program's parser, oldest first. */
  letters(): Promise<readonly Read[]>
  /** The same as they came. */
  readonly raw: readonly { /** When it was taken. */ readonly at: number; readonly bytes: Buffer; readonly from: string; readonly to: readonly string[]; readonly dsn: Readonly<Record<string, unknown>> }[]
  readonly behaviour: Behaviour
  /** Addresses refused for good. */
  readonly refused: Set<string>
  /** How many connections it has had. */
  connections(): number
  /** Ends the connections there are, as servers do with idle ones. */
  cut(): void
  /** The report that a server would send about the letter with this number (from 0), had it failed later on. */
  bounced(letter: number, how?: { readonly action?: 'failed' | 'delayed'; readonly status?: string; readonly reason?: string }): Buffer
  /** Stops, letters are kept; starts again on the same port. */
  stop(): Promise<void>
  start(): Promise<void>
}

type SinkOptions = { readonly tls?: Certificate & { readonly implicit?: boolean }; readonly login?: { readonly user: string; readonly password: string }; readonly maxBytes?: number; /** What it says to a wrong login. */ readonly loginAnswer?: (password: string) => string }
type Scope = { after(end: () => Promise<void>): void }

/** A real mail server that delivers to nobody. Stopped when `scope` ends. */
export const useSmtpSink = async (scope: Scope, options: SinkOptions = {}): Promise<SmtpSink> => {
  const port = await freePort()
  const raw: { at: number; bytes: Buffer; from: string; to: readonly string[]; dsn: Record<string, unknown> }[] = []
  const refused = new Set<string>()
  const behaviour: Behaviour = {}
  let connections = 0
  let server: SMTPServer | undefined
  const deaf = new Set<NodeJS.Timeout>()
  const cut = (): void => { for (const one of server?.connections ?? []) (one as { _socket: { destroy(): void } })._socket.destroy() }
  const answer = (command: 'MAIL FROM' | 'RCPT TO' | 'DATA'): Error | null => replied(behaviour.answers?.[command])
  const make = (): SMTPServer => new SMTPServer({
    ...serverOptions(options),
    onConnect(_session, done) { connections += 1; done() },
    onAuth({ username, password }, _session, done) {
      const { login } = options
      if (login !== undefined && username === login.user && password === login.password) done(null, { user: username })
      else done(replied(options.loginAnswer?.(password ?? '') ?? '535 5.7.8 wrong name or password'))
    },
    onMailFrom(_address, _session, done) { done(answer('MAIL FROM')) },
    onRcptTo({ address }, _session, done) { done(refused.has(address) ? replied('550 5.1.1 no such mailbox') : answer('RCPT TO')) },
    onData(stream, session, done) {
      void buffer(stream).then(bytes => {
        const no = stream.sizeExceeded ? replied('552 5.3.4 too large') : answer('DATA')
        if (no !== null) return done(no)
        if (behaviour.drop === 'before') return cut()
        const { mailFrom, rcptTo } = session.envelope
        const taken = (): void => {
          raw.push({ at: Date.now(), bytes, from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map((to: SMTPServerAddress) => to.address), dsn: (session.envelope as unknown as { dsn?: Record<string, unknown> }).dsn ?? {} })
          if (behaviour.drop === 'after') return cut()
          done(null, `queued as ${raw.length}`)
        }
        if (behaviour.delayMs === undefined) return taken()
        const timer = setTimeout(() => { deaf.delete(timer); taken() }, behaviour.delayMs)
        deaf.add(timer)
      }).catch((error: unknown) => done(error as Error))
    },
  })
  const start = async (): Promise<void> => {
    const made = make()
    made.on('error', () => { /* A connection that broke: the sender tells. */ })
    const listening = made.listen(port, '127.0.0.1')
    await once(listening, 'listening')
    server = made
  }
  const stop = async (): Promise<void> => {
    for (const timer of deaf) clearTimeout(timer)
    cut()
    const old = server
    server = undefined
    if (old === undefined) return
    await new Promise<void>(resolve => old.close(resolve))
  }
  await start()
  scope.after(stop)
  const bounced: SmtpSink['bounced'] = (letter, how) => {
    const one = raw[letter]
    if (one === undefined) throw new Error(`there is no letter ${letter}`)
    return reportOf(one, how ?? {})
  }
  return { host: '127.0.0.1', port, raw, behaviour, refused, connections: () => connections, cut, bounced, start, stop, letters: () => Promise.all(raw.map(one => readLetter(one.bytes, one.to))) }
}

/** RFC 3464, as Postfix writes it, with the letter's headers behind it. */
const reportOf = ({ bytes, from, to }: SmtpSink['raw'][number], { action = 'failed', status = '5.1.1', reason = '550 5.1.1 no such mailbox' }: Parameters<SmtpSink['bounced']>[1] & object): Buffer => {
  const parts = [
    'Content-Type: text/plain; charset=us-ascii\n\nYour message could not be delivered.\n',
    `Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n${to.map(one => `Final-Recipient: rfc822; ${one}\nOriginal-Recipient: rfc822;${one}\nAction: ${action}\nStatus: ${status}\nDiagnostic-Code: smtp; ${reason}\n`).join('\n')}`,
    `Content-Type: text/rfc822-headers\n\n${bytes.toString('latin1').split(/\r?\n\r?\n/, 1)[0]}\n`,
  ]
  const text = `From: MAILER-DAEMON@mx.example\nTo: ${from}\nSubject: Undelivered Mail Returned to Sender\nMessage-ID: <report@mx.example>\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="=_b"\n\n${parts.map(part => `--=_b\n${part}\n`).join('')}--=_b--\n`
  return Buffer.from(text.replaceAll(/\r?\n/g, '\r\n'), 'latin1')
}

const serverOptions = ({ tls, login, maxBytes }: SinkOptions): SMTPServerOptions => ({
  disableReverseLookup: true, hideDSN: false, closeTimeout: 100, authOptional: login === undefined, allowInsecureAuth: true,
  ...(tls === undefined ? { hideSTARTTLS: true } : { cert: tls.certificate, key: tls.key, secure: tls.implicit === true }),
  ...(maxBytes === undefined ? {} : { size: maxBytes }),
})

/** Undefined: it agrees. */
const replied = (line: string | undefined): Error | null => line === undefined ? null : Object.assign(new Error(line.slice(4)), { responseCode: Number(line.slice(0, 3)) })

/** As a mail program reads it. */
export const readLetter = async (bytes: Buffer, envelope: readonly string[]): Promise<Read> => {
  const mail = await simpleParser(bytes, { skipHtmlToText: true, skipTextToHtml: true })
  const references = mail.references === undefined ? [] : [mail.references].flat()
  return {
    id: mail.messageId ?? '', references, inReplyTo: mail.inReplyTo ?? null, envelope,
    from: shown(mail.from), replyTo: mail.replyTo === undefined ? null : shown(mail.replyTo), to: shown([mail.to ?? []].flat()[0]),
    subject: mail.subject ?? '', text: mail.text ?? '', html: mail.html === false ? '' : mail.html.trim(), writtenAt: mail.date?.getTime() ?? Number.NaN,
    attachments: attachmentsOf(mail), headers: mail.headerLines.map(line => line.key),
  }
}

const shown = (addresses: AddressObject | undefined): string => (addresses?.value ?? []).map(({ name, address }) => (name === '' ? (address ?? '') : `${name} <${address}>`)).join(', ')

const attachmentsOf = (mail: ParsedMail): Read['attachments'] => mail.attachments.map(one => {
  const method = (one.headers.get('content-type') as { params?: { method?: string } } | undefined)?.params?.method
  return { name: one.filename ?? '', type: one.contentType === 'text/calendar' ? `text/calendar; method=${method}` : one.contentType, bytes: one.content }
})
