import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Text } from '#domain/locale.ts'
import type { MoveId } from '#domain/programmes.ts'
import { leadOn, ownProgram, type Redirections, type Visitor, visitorOf } from '#domain/redirect.ts'
import { closeServer } from './close-server.ts'
import { htmlOf, pageHeaders, preferredIn, type Said } from './page.ts'

/** As PEM. */
export type Certificate = { readonly cert: string; readonly key: string }
/** What old addresses are answered by. `came`: somebody came by one, our own looking apart. */
export type Redirecting = { rules(): Redirections; now(): number; came(move: MoveId, visitor: Visitor): void }
export type Redirector = AsyncDisposable & { readonly port: number; /** From the next connection on. */ renew(certificate: Certificate): void }

/**
 * Answers old addresses by the name that is asked for. 308 for every method: the same is asked again at the new address, a POST as a POST, where 301 lets it become a GET. Nobody may keep
 * the answer: it ends on a day, a move can be turned back, and who still comes is to be counted.
 */
export const openRedirector = async ({ host, port, certificate }: { readonly host: string; readonly port: number; readonly certificate?: Certificate }, redirecting: Redirecting): Promise<Redirector> => {
  const answer = (request: IncomingMessage, response: ServerResponse): void => { lead(redirecting, request, response) }
  const bounds = { headersTimeout: 10_000, requestTimeout: 20_000, keepAliveTimeout: 5_000, maxHeaderSize: 32_768 }
  const secure = certificate === undefined ? undefined : createSecureServer({ ...certificate, ...bounds }, answer)
  const server = secure ?? createServer(bounds, answer)
  server.maxRequestsPerSocket = 100
  server.listen(port, host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    renew(renewed) { secure?.setSecureContext(renewed) },
    [Symbol.asyncDispose]: () => closeServer(server, 2_000),
  }
}

const lead = ({ rules, now, came }: Redirecting, request: IncomingMessage, response: ServerResponse): void => {
  const [target, at] = [request.url ?? '/', now()]
  const led = leadOn(rules(), request.headers.host ?? '', target, at)
  const program = request.headers['user-agent'] ?? ''
  if (led.is !== 'unknown' && program !== ownProgram) came(led.move, visitorOf(target, program, at))
  // What was sent along is for the new address: it is not read here.
  if (request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined) response.setHeader('connection', 'close')
  if (led.is === 'moved') {
    response.writeHead(308, { location: led.to, 'cache-control': 'no-store', 'content-length': 0 }).end()
    return
  }
  const html = htmlOf(preferredIn(request.headers['accept-language'] ?? ''), led.is === 'gone' ? gone(led.to) : nobody)
  response.writeHead(led.is === 'gone' ? 410 : 404, { ...pageHeaders, 'content-length': Buffer.byteLength(html) }).end(request.method === 'HEAD' ? undefined : html)
}

const gone = (to: string): Said => ({
  title: { en: 'This address has ended', ja: 'このアドレスは終了しました' },
  lines: [{ en: 'What was here has moved. Please change your bookmarks and settings to the new address:', ja: 'こちらのサービスは移転いたしました。ブックマークや接続設定を、次の新しいアドレスに変更してください。' }],
  link: to,
})

const nobody: Said = { title: { en: 'Nothing is here', ja: 'ページが見つかりません' }, lines: [{ en: 'No service is known by this address.', ja: 'このアドレスのサービスは確認できませんでした。' } satisfies Text] }
