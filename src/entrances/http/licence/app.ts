import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { isLicenceRefused } from '#domain/licence/refused.ts'
import { sha256 } from '#lib/hash.ts'
import { isSameSecret } from '#lib/secret.ts'
import type { IssuerWorld } from '#licence/issuer.ts'
import type { Stand } from '#licence/stand.ts'
import type { Endpoint } from '#wire/endpoint.ts'
import { issuerApi, licencesApi, seatsApi } from '#wire/licence.ts'
import { type Problem, refusalProblem } from '../problem.ts'
import { serverBindings } from './bindings.ts'
import { readBody } from './body.ts'
import { issuerBindings } from './issuer.ts'
import type { LicenceMetrics } from './metrics.ts'
import { failed, licenceProblem, other, wrongInput } from './problem.ts'

/** What a licence server's HTTP interface stands on. Tokens are kept as their SHA-256. */
export type LicenceDoor = {
  /** Undefined: another server has the book, or it cannot be reached for now. */
  stand(): Stand | undefined
  /** Null: the issuer is elsewhere. */
  readonly issuer: IssuerWorld | null
  readonly adminHash: string
  /** Null: whoever reaches the server may ask for seats. */
  readonly seatHash: string | null
  readonly metrics: LicenceMetrics
  readonly stopping: AbortSignal
  failed(error: unknown): void
}

type Answered = { readonly status: number; readonly json: string }
type Route = { readonly name: string; readonly endpoint: Endpoint; readonly token: 'none' | 'seat' | 'admin'; readonly isLong: boolean; answer(door: LicenceDoor, input: never, from: string): Promise<unknown> | object }

/** One function from requests to responses. Everything it answers is in the tables of `#wire/licence.ts`. */
export const licenceApp = (door: LicenceDoor) => (request: IncomingMessage, response: ServerResponse): void => {
  const began = performance.now()
  const { method = '', url = '' } = request
  const query = url.indexOf('?')
  const path = query === -1 ? url : url.slice(0, query)
  const route = routes.get(`${method} ${path}`)
  const say = ({ status, json }: Answered, type = status < 400 ? 'application/json' : 'application/problem+json'): void => {
    if (response.headersSent || response.destroyed) return
    // As text, not as bytes: Node then sends head and body in one piece.
    response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(json), 'x-content-type-options': 'nosniff', ...(door.stopping.aborted || status === 413 ? { connection: 'close' } : {}) }).end(json)
    door.metrics.answered(route?.name ?? 'other', status, performance.now() - began)
  }
  const work = route === undefined ? besides(door, method, path) : answer(door, route, request, url.slice(query === -1 ? url.length : query + 1))
  work.then(({ type, ...answered }: Answered & { readonly type?: string }) => { say(answered, type) }, (error: unknown) => {
    const said = failed(error)
    if (said.status === 500) door.failed(error)
    say(saying(said))
  })
}

const answer = async (door: LicenceDoor, { endpoint, token, isLong, answer: work }: Route, request: IncomingMessage, query: string): Promise<Answered> => {
  if (!isAdmitted(door, token, request)) return saying(licenceProblem({ refused: 'not-signed-in' }))
  let sent: unknown
  if (endpoint.method === 'GET') sent = Object.fromEntries(new URLSearchParams(query))
  else {
    const body = await readBody(request, isLong)
    if ('refused' in body) return saying(body.refused === 'busy' ? other(503, 'busy', 'Too much is sent at once. Send it again in a moment.') : other(body.refused === 'too-large' ? 413 : 400, body.refused, 'The request is too long, or was cut short.'))
    sent = jsonIn(body.text)
  }
  const parsed = z.safeDecode(endpoint.input, sent as never)
  if (!parsed.success) return saying(wrongInput(parsed.error))
  const answered = await work(door, parsed.data as never, request.socket.remoteAddress ?? '') as object
  if (isProblem(answered)) return saying(answered.problem)
  if (isLicenceRefused(answered)) return saying(licenceProblem(answered))
  return { status: 200, json: JSON.stringify(z.encode(endpoint.answer, answered as never)) }
}

const saying = (said: Problem): Answered => ({ status: said.status, json: JSON.stringify(said) })
/** Undefined, which no endpoint takes: it is no JSON. */
const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text === '' ? '{}' : text)
  } catch {
    return undefined
  }
}

const isAdmitted = ({ adminHash, seatHash }: LicenceDoor, token: Route['token'], { headers: { authorization = '' } }: IncomingMessage): boolean => {
  const wanted = token === 'admin' ? adminHash : token === 'seat' ? seatHash : null
  if (wanted === null) return true
  const given = /^Bearer (\S{1,500})$/i.exec(authorization)?.[1]
  return given !== undefined && (isSameSecret(sha256(given), wanted) || isSameSecret(sha256(given), adminHash))
}

/** What is no use case: whether it lives, and its figures. */
const besides = async (door: LicenceDoor, method: string, path: string): Promise<Answered & { readonly type?: string }> => {
  if (method === 'GET' && path === '/healthz') return door.stand() === undefined ? saying(standby) : { status: 200, json: '{"ok":true}' }
  if (method === 'GET' && path === '/metrics') return { status: 200, json: await door.metrics.text(), type: door.metrics.type }
  return saying(other(404, 'no-such-address', 'There is nothing at this address of a licence server. docs/licence.md tells what it answers.'))
}

const standby = other(503, 'standby', 'This licence server has no book for now: it stands by while another one has it, or its database cannot be reached. Ask again in a moment.')
const isProblem = (answered: object): answered is { readonly problem: Problem } => 'problem' in answered

const routes: ReadonlyMap<string, Route> = new Map([
  ...(Object.entries({ ...seatsApi, ...licencesApi }) as [keyof typeof serverBindings, Endpoint][]).map(([name, endpoint]): [string, Route] => [`${endpoint.method} ${endpoint.path}`, {
    name, endpoint, token: name === 'server.read' ? 'none' : name in seatsApi ? 'seat' : 'admin', isLong: name === 'licences.activate' || name === 'licences.request',
    answer: (door, input) => {
      const stand = door.stand()
      return stand === undefined ? { problem: standby } : serverBindings[name](stand, input, door.stopping)
    },
  }]),
  ...(Object.entries(issuerApi) as [keyof typeof issuerApi, Endpoint][]).map(([name, endpoint]): [string, Route] => [`${endpoint.method} ${endpoint.path}`, {
    name, endpoint, token: endpoint.open === true ? 'none' : 'admin', isLong: endpoint.open === true,
    answer: async ({ issuer }, input, from) => {
      if (issuer === null) return { problem: other(404, 'no-issuer', 'This licence server is no issuer: its licences come from elsewhere.') }
      const answered: object = await issuerBindings[name]({ world: issuer, from }, input)
      return 'refused' in answered ? { problem: issuerProblem(answered as never) } : answered
    },
  }]),
])

const issuerProblem = (refused: Parameters<typeof refusalProblem>[0]): Problem => ({ ...refusalProblem(refused), code: refused.refused })
