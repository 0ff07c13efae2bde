import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type SimulatedLicence = {
  readonly id: string; readonly key: string; readonly name: string | null; readonly product: string; readonly expiry: string | null
  readonly maxMachines: number | null; readonly maxProcesses: number | null; suspended: boolean
}
export type SimulatedMachine = { readonly id: string; readonly fingerprint: string; readonly name: string | null; readonly licence: string }

/** How the answers of a door are lost once a machine was created or deleted through it; `closed`: nothing listens. */
export type SimulatedWay = 'closed' | 'silent' | 'broken'

export interface KeygenSimulator extends AsyncDisposable {
  /** As the adapter takes it, with `/v1/accounts/…`. */
  readonly url: string
  readonly token: string
  readonly licences: SimulatedLicence[]
  readonly machines: SimulatedMachine[]
  /** What was asked, newest last: method and path. */
  readonly asked: string[]
  issue(of?: Partial<SimulatedLicence>): SimulatedLicence
  /** Whose fingerprints differ: those of one licence, which is Keygen's default, or all. */
  uniqueness: 'UNIQUE_PER_LICENSE' | 'UNIQUE_PER_ACCOUNT'
  /** The next so many questions are answered like this instead. */
  instead(count: number, status: number, headers?: Readonly<Record<string, string>>, body?: string): void
  /** The same simulator at another address, through which answers are lost. */
  door(way: SimulatedWay): Promise<string>
}

/**
 * A simulator of the part of Keygen's HTTP API that the adapter asks, and not Keygen: written from its public documentation (https://keygen.sh/docs/api/, pages licenses, machines,
 * pagination, rate-limiting, cryptography). Its rules are enforced: the token, limits of machines, uniqueness of fingerprints, suspension and expiry in validation, pages by cursor in reverse
 * order of creation. Where the documentation is silent, so is it.
 */
export const startKeygenSimulator = async (): Promise<KeygenSimulator> => {
  const world = new World()
  const servers: Server[] = []
  const listen = async (answer: (question: IncomingMessage, response: ServerResponse) => Promise<void>): Promise<string> => {
    const server = createServer((question, response) => { answer(question, response).catch((error: unknown) => { response.destroy(error as Error) }) })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    servers.push(server)
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/accounts/simulated`
  }
  const url = await listen(async (question, response) => { send(response, await world.answer(question)) })
  return Object.assign(world, {
    url,
    async door(way: SimulatedWay) {
      let isLost = false
      const door = await listen(async (question, response) => {
        const answer = await world.answer(question)
        isLost ||= isChange(question)
        if (!isLost) send(response, answer)
        else if (way === 'broken') question.socket.resetAndDestroy()
      })
      if (way === 'closed') await close(servers.pop())
      return door
    },
    async [Symbol.asyncDispose]() { for (const server of servers) await close(server) },
  })
}

const close = async (server: Server | undefined): Promise<void> => {
  server?.closeAllConnections()
  server?.close()
  if (server?.listening === true) await once(server, 'close')
}

type Answer = { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
type Json = Readonly<Record<string, unknown>>

const isChange = ({ method, url = '' }: IncomingMessage): boolean => method === 'DELETE' || (method === 'POST' && url.endsWith('/machines'))
const send = (response: ServerResponse, { status, headers = {}, body }: Answer): void => { response.writeHead(status, { 'content-type': 'application/vnd.api+json', ...headers }).end(body) }
const json = (status: number, said: Json): Answer => ({ status, body: JSON.stringify(said) })
const refusal = (status: number, code: string, detail: string, pointer?: string): Answer =>
  json(status, { errors: [{ title: status === 422 ? 'Unprocessable resource' : status === 404 ? 'Not found' : 'Unauthorized', detail, code, ...(pointer === undefined ? {} : { source: { pointer } }) }] })
const notFound = (): Answer => refusal(404, 'NOT_FOUND', 'The requested resource was not found')

class World {
  readonly token = 'prod-simulated-token-nobody-may-see'
  readonly licences: SimulatedLicence[] = []
  readonly machines: SimulatedMachine[] = []
  readonly asked: string[] = []
  uniqueness: KeygenSimulator['uniqueness'] = 'UNIQUE_PER_LICENSE'
  #instead: Answer[] = []

  issue(of: Partial<SimulatedLicence> = {}): SimulatedLicence {
    const id = randomUUID()
    const licence = { id, key: `${id.slice(0, 8).toUpperCase()}-KEY-${id.slice(-12).toUpperCase()}`, name: null, product: 'c2a1d9f0-0000-4000-8000-000000000001', expiry: null, maxMachines: 1, maxProcesses: null, suspended: false, ...of }
    this.licences.push(licence)
    return licence
  }

  instead(count: number, status: number, headers: Readonly<Record<string, string>> = {}, body = ''): void {
    this.#instead = Array.from({ length: count }, () => ({ status, headers, body }))
  }

  async answer(question: IncomingMessage): Promise<Answer> {
    const body = (await question.toArray() as Buffer[]).join('')
    const url = new URL(question.url ?? '/', 'http://simulator')
    const [, , , , kind = '', ...rest] = url.pathname.split('/').map(decodeURIComponent)
    this.asked.push(`${question.method ?? ''} ${[kind, ...rest].join('/')}`)
    const instead = this.#instead.shift()
    if (instead !== undefined) return instead
    const asked = `${question.method ?? ''} ${kind} ${rest.length}`
    const said = body === '' ? {} : JSON.parse(body) as Json
    // The only question that needs no token.
    if (asked === 'POST licenses 2' && rest.join('/') === 'actions/validate-key') return this.#validateKey(said)
    if (question.headers.authorization !== `Bearer ${this.token}`) return refusal(401, 'TOKEN_INVALID', 'Token is invalid')
    if (asked === 'GET licenses 0') return listed(url, this.licences.filter(each => url.searchParams.get('product') === null || each.product === url.searchParams.get('product')), licenceJson)
    if (asked === 'GET machines 0') return listed(url, this.machines.filter(each => fits(url, 'fingerprint', each.fingerprint) && fits(url, 'license', each.licence)), machineJson)
    if (asked === 'POST machines 0') return this.#create(said)
    if (asked === 'DELETE machines 1') return this.#delete(rest[0])
    const licence = kind === 'licenses' ? this.licences.find(({ id }) => id === rest[0]) : undefined
    if (licence === undefined) return notFound()
    if (asked === 'GET licenses 1') return json(200, { data: licenceJson(licence) })
    if (asked === 'POST licenses 3' && rest[2] === 'validate') return json(200, { meta: this.#validity(licence), data: licenceJson(licence) })
    if (asked === 'POST licenses 3' && rest[2] === 'check-out') return json(200, { data: fileJson(licence) })
    return notFound()
  }

  #validateKey({ meta }: Json): Answer {
    const licence = this.licences.find(({ key }) => key === (meta as Json)['key'])
    return licence === undefined ? json(200, { meta: { valid: false, detail: 'does not exist', code: 'NOT_FOUND' }, data: null }) : json(200, { meta: this.#validity(licence), data: licenceJson(licence) })
  }

  #validity(licence: SimulatedLicence): Json {
    if (licence.suspended) return { valid: false, detail: 'is suspended', code: 'SUSPENDED' }
    if (isOver(licence)) return { valid: false, detail: 'is expired', code: 'EXPIRED' }
    if (!this.machines.some(each => each.licence === licence.id)) return { valid: false, detail: 'must have exactly 1 associated machine', code: 'NO_MACHINE' }
    return { valid: true, detail: 'is valid', code: 'VALID' }
  }

  #create({ data }: Json): Answer {
    const { attributes, relationships } = data as { attributes: { fingerprint: string; name?: string }; relationships: { license: { data: { id: string } } } }
    const licence = this.licences.find(({ id }) => id === relationships.license.data.id)
    if (licence === undefined) return refusal(422, 'LICENSE_NOT_FOUND', 'must exist', '/data/relationships/license')
    const of = this.machines.filter(each => each.licence === licence.id)
    const rivals = this.uniqueness === 'UNIQUE_PER_ACCOUNT' ? this.machines : of
    if (rivals.some(({ fingerprint }) => fingerprint === attributes.fingerprint)) return refusal(422, 'FINGERPRINT_TAKEN', this.uniqueness === 'UNIQUE_PER_ACCOUNT' ? 'has already been taken for this account' : 'has already been taken', '/data/attributes/fingerprint')
    if (licence.maxMachines !== null && of.length >= licence.maxMachines) return refusal(422, 'MACHINE_LIMIT_EXCEEDED', `machine count has exceeded maximum allowed for license (${licence.maxMachines})`, '/data')
    const machine = { id: randomUUID(), fingerprint: attributes.fingerprint, name: attributes.name ?? null, licence: licence.id }
    this.machines.push(machine)
    return json(201, { data: machineJson(machine) })
  }

  #delete(id: string | undefined): Answer {
    const at = this.machines.findIndex(each => each.id === id || each.fingerprint === id)
    if (at < 0) return notFound()
    this.machines.splice(at, 1)
    return { status: 204 }
  }
}

const isOver = ({ expiry }: SimulatedLicence): boolean => expiry !== null && Date.parse(expiry) <= Date.now()
const fits = (url: URL, filter: string, value: string): boolean => (url.searchParams.get(filter) ?? value) === value

/** Newest first; the cursor is the id of the last one that was seen. */
const listed = <Of extends { readonly id: string }>(url: URL, all: readonly Of[], jsonOf: (of: Of) => Json): Answer => {
  const [size, cursor] = [Number(url.searchParams.get('page[size]') ?? '10'), url.searchParams.get('page[cursor]') ?? '']
  if (size < 1 || size > 100) return refusal(400, 'PAGE_INVALID', 'page size must be a number between 1 and 100')
  const newest = all.toReversed()
  const from = cursor === '' ? 0 : newest.findIndex(({ id }) => id === cursor) + 1
  const page = newest.slice(from, from + size)
  return json(200, { data: page.map(jsonOf), links: { self: `${url.pathname}${url.search}`, next: from + size < newest.length ? `${url.pathname}?page[cursor]=${page.at(-1)?.id ?? ''}&page[size]=${size}` : null } })
}

const licenceJson = (of: SimulatedLicence): Json => ({
  id: of.id, type: 'licenses',
  attributes: { name: of.name, key: of.key, expiry: of.expiry, status: of.suspended ? 'SUSPENDED' : isOver(of) ? 'EXPIRED' : 'ACTIVE', suspended: of.suspended, floating: (of.maxMachines ?? 2) > 1, maxMachines: of.maxMachines, maxProcesses: of.maxProcesses, metadata: {} },
  relationships: { product: { data: { type: 'products', id: of.product } } },
})

const machineJson = (of: SimulatedMachine): Json => ({
  id: of.id, type: 'machines', attributes: { fingerprint: of.fingerprint, name: of.name, hostname: null, metadata: {} }, relationships: { license: { data: { type: 'licenses', id: of.licence } } },
})

/** The form of a file; what is in it is signed by nobody. */
const fileJson = (of: SimulatedLicence): Json => ({
  id: randomUUID(), type: 'license-files',
  attributes: { certificate: `-----BEGIN LICENSE FILE-----\n${Buffer.from(JSON.stringify({ enc: Buffer.from(JSON.stringify(licenceJson(of))).toString('base64'), sig: 'none: simulated', alg: 'base64+ed25519' })).toString('base64')}\n-----END LICENSE FILE-----\n`, ttl: 2_629_746 },
  relationships: { license: { data: { type: 'licenses', id: of.id } } },
})
