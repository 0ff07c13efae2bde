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
import { openQueue } from './later.ts'
import type { LicenceMetrics } from './metrics.ts'
import { failed, licenceProblem, other, wrongInput } from './problem.ts'
import { written, writtenBy } from './written.ts'

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

type Answered = { readonly status: number; readonly json: string; readonly type?: string }
type Route = { readonly name: string; readonly input: z.ZodObject; readonly token: 'none' | 'seat' | 'admin'; readonly isLong: boolean; /** For those who may not. */ readonly mayWait: boolean; answer(door: LicenceDoor, input: never, from: string): Promise<object> | object; write(answer: never): string }

/** One function from requests to responses. Everything it answers is in the tables of `#wire/licence.ts`. */
export const licenceApp = (door: LicenceDoor) => (request: IncomingMessage, response: ServerResponse): void => {
  const began = performance.now()
  const { method = '', url = '' } = request
  const query = url.indexOf('?')
  const path = query === -1 ? url : url.slice(0, query)
  const route = routes.get(`${method} ${path}`)
  const say = ({ status, json, type = status < 400 ? 'application/json' : 'application/problem+json' }: Answered): void => {
    if (response.headersSent || response.destroyed) return
    const headers = ['content-type', type, 'content-length', String(Buffer.byteLength(json)), 'x-content-type-options', 'nosniff']
    if (door.stopping.aborted || status === 413) headers.push('connection', 'close')
    // As text, not as bytes: Node then sends head and body in one piece.
    response.writeHead(status, headers).end(json)
    door.metrics.answered(route?.name ?? 'other', status, performance.now() - began)
  }
  const fail = (error: unknown): void => {
    const said = failed(error)
    if (said.status === 500) door.failed(error)
    say(saying(said))
  }
  /** What is answered at once takes no promise: for each of thousands of heartbeats that is too much. */
  const settle = (work: () => Answered | Promise<Answered>): void => {
    try {
      const answered = work()
      if (answered instanceof Promise) answered.then(say, fail)
      else say(answered)
    } catch (error) {
      fail(error)
    }
  }
  if (route === undefined) settle(() => besides(door, method, path))
  else if (!isAdmitted(door, route.token, request)) say(saying(licenceProblem({ refused: 'not-signed-in' })))
  else if (method === 'GET') settle(() => answer(door, route, request, Object.fromEntries(new URLSearchParams(url.slice(query === -1 ? url.length : query + 1)))))
  else {
    readBody(request, route.isLong, body => {
      const work = (): void => { settle(() => 'refused' in body ? saying(bodyProblem(body.refused)) : answer(door, route, request, jsonIn(body.text))) }
      if (route.mayWait) later(work)
      else work()
    })
  }
}

const answer = (door: LicenceDoor, { input, answer: work, write }: Route, request: IncomingMessage, sent: unknown): Answered | Promise<Answered> => {
  const parsed = z.safeDecode(input, sent as never)
  if (!parsed.success) return saying(wrongInput(parsed.error))
  const answered = work(door, parsed.data as never, request.socket.remoteAddress ?? '')
  return answered instanceof Promise ? answered.then((said: object) => answeredBy(write, said)) : answeredBy(write, answered)
}

const answeredBy = (write: Route['write'], answered: object): Answered => {
  if (isProblem(answered)) return saying(answered.problem)
  if (isLicenceRefused(answered)) return saying(licenceProblem(answered))
  return { status: 200, json: write(answered as never) }
}

const bodyProblem = (refused: 'too-large' | 'busy' | 'cut-short'): Problem =>
  refused === 'busy' ? other(503, 'busy', 'Too much is sent at once. Send it again in a moment.') : other(refused === 'too-large' ? 413 : 400, refused, 'The request is too long, or was cut short.')
/** Heartbeats are ten times as many as check-outs, and have a third of a lease to be heard in; who asks for a seat goes first. */
const later = openQueue()

const saying = (said: Problem): Answered => ({ status: said.status, json: JSON.stringify(said) })
/** Undefined, which no endpoint takes: it is no JSON. */
const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text === '' ? '{}' : text)
  } catch {
    return undefined
  }
}

const isAdmitted = ({ adminHash, seatHash }: LicenceDoor, token: Route['token'], request: IncomingMessage): boolean => {
  const wanted = token === 'admin' ? adminHash : token === 'seat' ? seatHash : null
  if (wanted === null) return true
  // Node takes headers apart when they are first asked for.
  const given = /^Bearer (\S{1,500})$/i.exec(request.headers.authorization ?? '')?.[1]
  return given !== undefined && (isSameSecret(sha256(given), wanted) || isSameSecret(sha256(given), adminHash))
}

/** What is no use case: whether it lives, and its figures. */
const besides = async (door: LicenceDoor, method: string, path: string): Promise<Answered> => {
  if (method === 'GET' && path === '/healthz') return door.stand() === undefined ? saying(standby) : { status: 200, json: '{"ok":true}' }
  if (method === 'GET' && path === '/metrics') return { status: 200, json: await door.metrics.text(), type: door.metrics.type }
  if (addresses.has(path)) return saying(other(405, 'wrong-method', `This address is asked by another method than ${/^[A-Z]{1,20}$/.test(method) ? method : 'that'}. docs/licence.md tells by which.`))
  return saying(other(404, 'no-such-address', 'There is nothing at this address of a licence server. docs/licence.md tells what it answers.'))
}

const standby = other(503, 'standby', 'This licence server has no book for now: it stands by while another one has it, or its database cannot be reached. Ask again in a moment.')
const isProblem = (answered: object): answered is { readonly problem: Problem } => 'problem' in answered

const routes: ReadonlyMap<string, Route> = new Map([
  ...(Object.entries({ ...seatsApi, ...licencesApi }) as [keyof typeof serverBindings, Endpoint][]).map(([name, endpoint]): [string, Route] => [`${endpoint.method} ${endpoint.path}`, {
    name, input: z.compile(endpoint.input), token: name === 'server.read' ? 'none' : name in seatsApi ? 'seat' : 'admin', isLong: name === 'licences.activate' || name === 'licences.request', mayWait: name === 'seats.heartbeat', write: name in written ? written[name as keyof typeof written] : writtenBy(endpoint),
    answer: (door, input) => {
      const stand = door.stand()
      return stand === undefined ? { problem: standby } : serverBindings[name](stand, input, door.stopping)
    },
  }]),
  ...(Object.entries(issuerApi) as [keyof typeof issuerApi, Endpoint][]).map(([name, endpoint]): [string, Route] => [`${endpoint.method} ${endpoint.path}`, {
    name, input: z.compile(endpoint.input), token: endpoint.open === true ? 'none' : 'admin', isLong: endpoint.open === true, mayWait: false, write: writtenBy(endpoint),
    answer: async ({ issuer }, input, from) => {
      if (issuer === null) return { problem: other(404, 'no-issuer', 'This licence server is no issuer: its licences come from elsewhere.') }
      const answered: object = await issuerBindings[name]({ world: issuer, from }, input)
      return 'refused' in answered ? { problem: issuerProblem(answered as never) } : answered
    },
  }]),
])

const addresses: ReadonlySet<string> = new Set(['/healthz', '/metrics', ...[...routes.keys()].map(route => route.slice(route.indexOf(' ') + 1))])

const issuerProblem = (refused: Parameters<typeof refusalProblem>[0]): Problem => ({ ...refusalProblem(refused), code: refused.refused })
