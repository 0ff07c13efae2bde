import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { checkLoad, freezesOf, startLoad, type Span } from '#examples/pgbench-like/load.ts'
import { pointSchema } from '#wire/routes.ts'

/** What the bench tells its child, in one line: the two homes with their passwords, and how hard to write. */
export type ProductErrand = { readonly origin: string; readonly destination: string; readonly connections: number; readonly perSecond: number; readonly token: string }
/** What the child says first: where its route is read and written. */
export type ProductGreeting = { readonly route: string }
/** What it says in the end. `perSecond`: what was accepted in the five seconds before the freeze; times in ms, `pointedMs` after the last write. */
export type ProductAnswer = { readonly freezes: readonly number[]; readonly pointedMs: number; readonly perSecond: number; readonly spans: readonly Span[]; readonly refused: Readonly<Record<string, number>>; readonly uncertain: number; readonly wrong: readonly string[] }

/** What people are sent to, by the names the proxy knows the homes by. */
export const upstreams = { origin: 'http://origin.example', destination: 'http://destination.example' } as const

/** Answers as the local proxy's admin address does; who is routed are the writers of this process. */
const routeServer = (token: string, point: (next: string) => void): { start(): Promise<string>; close(): void } => {
  let upstream: string = upstreams.origin
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const say = (status: number): void => { response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ upstream })) }
    if (request.headers.authorization !== `Bearer ${token}`) return void response.writeHead(401).end()
    if (request.method !== 'PUT') return say(200)
    const { expected, next } = pointSchema.parse(JSON.parse(await text(request)))
    if (upstream !== expected) return say(409)
    upstream = next
    point(next)
    say(200)
  }
  const server = createServer((request, response) => { answer(request, response).catch(() => { response.writeHead(400).end() }) })
  return {
    start: () => new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/route`))),
    close: () => { server.close(); server.closeAllConnections() },
  }
}

/** Accepted in the five seconds before the freeze, a second. */
const rateBefore = (acknowledged: readonly { at: number }[], frozenAt: number): number =>
  acknowledged.filter(t => t.at > frozenAt - 5_000 && t.at <= frozenAt).length / 5

// The product in a process of its own: writes from the first line it reads until its standard input ends, then checks what it finds in its new home.
if (import.meta.main) {
  const lines = process.stdin.setEncoding('utf8')[Symbol.asyncIterator]()
  const errand = JSON.parse(String((await lines.next()).value)) as ProductErrand
  let url = errand.origin
  let pointedAt = NaN
  const route = routeServer(errand.token, next => {
    pointedAt = Date.now()
    url = next === upstreams.destination ? errand.destination : errand.origin
  })
  const greeting: ProductGreeting = { route: await route.start() }
  const load = await startLoad({ urlNow: () => url, connections: errand.connections, perSecond: errand.perSecond, signal: new AbortController().signal })
  process.stdout.write(`${JSON.stringify(greeting)}\n`)
  while ((await lines.next()).done !== true);
  const result = await load.stop()
  route.close()
  const frozenAt = result.spans[0]?.lastAt ?? NaN
  const answer: ProductAnswer = {
    freezes: freezesOf(result), pointedMs: pointedAt - frozenAt, perSecond: rateBefore(result.acknowledged, frozenAt), spans: result.spans, refused: result.refused, uncertain: result.uncertain.length,
    wrong: await checkLoad(errand.destination, result),
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
