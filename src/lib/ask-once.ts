import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

export type Asked = {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Certificates, as PEM, of the authorities that are believed, instead of Node's. */
  readonly ca?: string
  readonly connectMs: number
  readonly answerMs: number
  readonly mostBytes: number
}
export type AnsweredOnce = { readonly status: number; readonly headers: IncomingMessage['headers']; readonly text: string }

/** No answer came. `wasSent`: the other side may have heard the question, and what it did is not known. */
export class Unanswered extends Error {
  readonly wasSent: boolean
  constructor(message: string, wasSent: boolean, cause?: unknown) {
    super(message, { cause })
    this.name = 'Unanswered'
    this.wasSent = wasSent
  }
}

/**
 * Asks by HTTP once, by a connection of its own, and tells apart what `fetch` does not: nothing of the question leaves before the connection stands (of HTTPS: before the
 * certificate is believed), so a failure until then changed nothing. Redirects are answers. Throws `Unanswered`, or the signal's reason where it was aborted before anything was sent;
 * aborted later it is `Unanswered` as well, because the caller must not take it for undone.
 */
export const askOnce = async (url: URL, asked: Asked, signal: AbortSignal): Promise<AnsweredOnce> => {
  const socket = await connected(url, asked, signal)
  const late = AbortSignal.timeout(asked.answerMs)
  const stop = AbortSignal.any([signal, late])
  try {
    const answer = await sent(socket, url, asked, stop)
    return { status: answer.statusCode ?? 0, headers: answer.headers, text: await textOf(answer, asked.mostBytes) }
  } catch (error) {
    throw new Unanswered(late.aborted ? `it did not answer within ${asked.answerMs} ms` : signal.aborted ? 'nobody waited for its answer' : reasonOf(error), true, error)
  } finally {
    socket.destroy()
  }
}

const connected = async (url: URL, { ca, connectMs }: Asked, signal: AbortSignal): Promise<Socket> => {
  signal.throwIfAborted()
  const isTls = url.protocol === 'https:'
  const [host, port] = [url.hostname.replace(/^\[|\]$/g, ''), Number(url.port === '' ? (isTls ? 443 : 80) : url.port)]
  const named = /^[\d.]+$|:/.test(host) ? {} : { servername: host }
  const socket = isTls ? connectTls({ host, port, ALPNProtocols: ['http/1.1'], ...named, ...(ca === undefined ? {} : { ca }) }) : connectPlain({ host, port })
  const late = AbortSignal.timeout(connectMs)
  try {
    await once(socket, isTls ? 'secureConnect' : 'connect', { signal: AbortSignal.any([signal, late]) })
    return socket
  } catch (error) {
    socket.on('error', () => { /* it is known that it failed */ })
    socket.destroy()
    signal.throwIfAborted()
    throw new Unanswered(late.aborted ? `no connection within ${connectMs} ms` : reasonOf(error), false, error)
  }
}

const sent = async (socket: Socket, url: URL, { method, headers, body }: Asked, signal: AbortSignal): Promise<IncomingMessage> => {
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const question = httpRequest({ createConnection: () => socket, method, path: `${url.pathname}${url.search}`, headers: { host: url.host, connection: 'close', ...headers, ...length }, signal })
  question.end(body)
  const [answer] = await once(question, 'response') as [IncomingMessage]
  // What goes wrong while it is read comes out of the reading.
  question.on('error', () => { /* as the reading says */ })
  return answer
}

const textOf = async (answer: IncomingMessage, mostBytes: number): Promise<string> => {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of answer as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes > mostBytes) throw new RangeError(`its answer is longer than ${mostBytes} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

const reasonOf = (error: unknown): string => (error instanceof Error && error.message !== '' ? error.message : 'it cannot be reached')
