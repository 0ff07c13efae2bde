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
  readonly raw: readonly { readonly bytes: Buffer; readonly from: string; readonly to: readonly string[]; readonly dsn: Readonly<Record<string, unknown>> }[]
  readonly behaviour: Behaviour
  /** Addresses refused for good. */
  readonly refused: Set<string>
  /** How many connections it has had. */
  connections(): number
  /** Stops, letters are kept; starts again on the same port. */
  stop(): Promise<void>
  start(): Promise<void>
}

type SinkOptions = { readonly tls?: Certificate & { readonly implicit?: boolean }; readonly login?: { readonly user: string; readonly password: string }; readonly maxBytes?: number; /** What it says to a wrong login. */ readonly loginAnswer?: (password: string) => string }
type Scope = { after(end: () => Promise<void>): void }

/** A real mail server that delivers to nobody. Stopped when `scope` ends. */
export const useSmtpSink = async (scope: Scope, options: SinkOptions = {}): Promise<SmtpSink> => {
  const port = await freePort()
  const raw: { bytes: Buffer; from: string; to: readonly string[]; dsn: Record<string, unknown> }[] = []
  const refused = new Set<string>()
  const behaviour: Behaviour = {}
  let connections = 0
  let server: SMTPServer | undefined
  const deaf = new Set<NodeJS.Timeout>()
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
      const cut = (): void => { for (const one of server?.connections ?? []) (one as { _socket: { destroy(): void } })._socket.destroy() }
      void buffer(stream).then(bytes => {
        const no = stream.sizeExceeded ? replied('552 5.3.4 too large') : answer('DATA')
        if (no !== null) return done(no)
        if (behaviour.drop === 'before') return cut()
        const { mailFrom, rcptTo } = session.envelope
        const taken = (): void => {
          raw.push({ bytes, from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map((to: SMTPServerAddress) => to.address), dsn: (session.envelope as unknown as { dsn?: Record<string, unknown> }).dsn ?? {} })
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
    const old = server
    server = undefined
    if (old === undefined) return
    for (const one of old.connections) (one as { _socket: { destroy(): void } })._socket.destroy()
    await new Promise<void>(resolve => old.close(resolve))
  }
  await start()
  scope.after(stop)
  return { host: '127.0.0.1', port, raw, behaviour, refused, connections: () => connections, start, stop, letters: () => Promise.all(raw.map(one => readLetter(one.bytes, one.to))) }
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
