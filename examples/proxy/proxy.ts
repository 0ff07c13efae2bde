import { timingSafeEqual } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { Agent, createServer, request as ask, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pointSchema } from '#wire/routes.ts'

export type ProxyOptions = {
  /** Where people are sent at first, such as `http://127.0.0.1:8080`. */
  readonly upstream: string
  /** Of the admin address; a secret. */
  readonly token: string
  /** 0: any that is free. Both addresses are on 127.0.0.1. */
  readonly port: number
  readonly adminPort: number
  /** Where the upstream is kept; what stands there is stronger than `upstream`, so that a proxy that is started again sends people where they were sent last. */
  readonly stateFile?: string
}

export type Proxy = AsyncDisposable & { readonly url: string; /** `http://127.0.0.1:…/route`. */ readonly adminUrl: string }

/**
 * A reverse proxy with one upstream at a time. Where a request goes is decided when its head is read: from the answer to a change on, none goes to the old
 * upstream, whatever connections people and we have kept open; those under way there end in peace.
 */
export const startProxy = async ({ upstream, token, port, adminPort, stateFile }: ProxyOptions): Promise<Proxy> => {
  const way = new Way(kept(stateFile) ?? upstream, stateFile)
  const people = createServer({ keepAliveTimeout: 60_000 }, (request, response) => { forward(way, request, response) })
  const admin = createServer((request, response) => { void administer(way, token, request, response) })
  await listen(people, port)
  await listen(admin, adminPort)
  return {
    url: addressOf(people), adminUrl: `${addressOf(admin)}/route`,
    async [Symbol.asyncDispose]() {
      await Promise.all([close(people), close(admin)])
      way.close()
    },
  }
}

/** The upstream in force, and the connections kept open to it. */
class Way {
  readonly #stateFile: string | undefined
  #upstream: string
  #agent = newAgent()

  constructor(upstream: string, stateFile?: string) {
    this.#upstream = upstream
    this.#stateFile = stateFile
  }

  get upstream(): string { return this.#upstream }
  get agent(): Agent { return this.#agent }

  /** False: people are sent neither to `expected` nor to `next` now. */
  point(expected: string, next: string): boolean {
    if (this.#upstream === next) return true
    if (this.#upstream !== expected) return false
    if (this.#stateFile !== undefined) keep(this.#stateFile, next)
    const old = this.#agent
    this.#upstream = next
    this.#agent = newAgent()
    // Idle connections only: what is under way has left the agent's pool.
    for (const sockets of Object.values(old.freeSockets)) for (const socket of sockets ?? []) socket.destroy()
    return true
  }

  close(): void { this.#agent.destroy() }
}

const newAgent = (): Agent => new Agent({ keepAlive: true, maxSockets: 256, maxFreeSockets: 64, timeout: 60_000 })

const kept = (file: string | undefined): string | undefined => {
  if (file === undefined) return undefined
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const keep = (file: string, upstream: string): void => {
  writeFileSync(`${file}.new`, `${upstream}\n`, { flush: true })
  renameSync(`${file}.new`, file)
}

/** They are between two neighbours, not for the one behind. */
const hopByHop = new Set(['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer', 'transfer-encoding', 'upgrade'])

const forwarded = (headers: IncomingHttpHeaders): IncomingHttpHeaders => {
  const named = new Set(String(headers.connection ?? '').toLowerCase().split(/\s*,\s*/))
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name) && !named.has(name)))
}

const forward = (way: Way, request: IncomingMessage, response: ServerResponse): void => {
  const headers = { ...forwarded(request.headers), 'x-forwarded-for': request.socket.remoteAddress ?? '', 'x-forwarded-proto': 'http' }
  // The path as it stands, never resolved against the upstream: `//elsewhere/` would be another server.
  const { hostname, port } = new URL(way.upstream)
  const onward = ask({ hostname, port, path: request.url ?? '/', method: request.method ?? 'GET', headers, agent: way.agent, timeout: 60_000 })
  const fail = (): void => {
    if (response.headersSent) response.destroy()
    else response.writeHead(502, { 'content-type': 'application/json', 'retry-after': '1' }).end('{"error":"the shop cannot be reached"}\n')
  }
  onward.once('timeout', () => onward.destroy(new Error('the upstream does not answer')))
  onward.once('response', answer => {
    response.writeHead(answer.statusCode ?? 502, forwarded(answer.headers))
    pipeline(answer, response, () => { /* either side went away: pipeline has closed the other */ })
  })
  onward.once('error', fail)
  response.once('close', () => { if (!response.writableFinished) onward.destroy() })
  pipeline(request, onward, () => { /* a failure is told by the upstream's request itself */ })
}

const administer = async (way: Way, token: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const say = (status: number, body: object): void => { response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)) }
  if (!isAllowed(request.headers.authorization, token)) return say(401, { error: 'the token does not fit' })
  if (request.url !== '/route') return say(404, { error: 'there is only /route' })
  if (request.method === 'GET') return say(200, { upstream: way.upstream })
  if (request.method !== 'PUT') return say(405, { error: 'GET and PUT' })
  if (Number(request.headers['content-length'] ?? Infinity) > 10_000) return say(413, { error: 'the request has no length, or is too long' })
  const point = changeSchema.safeParse(parsed(await text(request).catch(() => '')))
  if (!point.success) return say(400, { error: 'a change is {"expected": "http://…", "next": "http://…"}' })
  return say(way.point(point.data.expected, point.data.next) ? 200 : 409, { upstream: way.upstream })
}

/** It speaks plain HTTP to a server, not to a page of it. */
const changeSchema = pointSchema.refine(({ next }) => URL.canParse(next) && new URL(next).protocol === 'http:' && new URL(next).pathname === '/')

const isAllowed = (given: string | undefined, token: string): boolean => {
  const [is, ought] = [Buffer.from(given ?? ''), Buffer.from(`Bearer ${token}`)]
  return is.length === ought.length && timingSafeEqual(is, ought)
}

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

const listen = (server: Server, port: number): Promise<void> => new Promise((resolve, reject) => { server.once('error', reject).listen(port, '127.0.0.1', resolve) })
const addressOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

const close = (server: Server): Promise<void> => new Promise(resolve => {
  server.close(() => resolve())
  server.closeIdleConnections()
  setTimeout(() => server.closeAllConnections(), 2_000).unref()
})
