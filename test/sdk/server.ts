import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { signDocument } from '#domain/licence/documents.ts'
import type { Lease, Licence, ServerIdentity } from '#domain/licence/licence.ts'
import type { NodeLock } from '#domain/licence/node-lock.ts'
import { asId } from '#domain/ids.ts'
import { readAtMost } from '#lib/read-at-most.ts'
import { newPrivateKey, signerOf } from '#lib/sign.ts'
import { aLicence, anActivation, aServer, type TestServer } from '#test/licence/samples.ts'

type Scope = { after(end: () => Promise<void> | void): void }
type Said = { readonly status: number; readonly said: object }
type CheckOut = { readonly profile: string; readonly holder: Lease['holder']; readonly key: string; readonly borrowHours?: number; readonly nodeLock?: NodeLock }

export const issuer = signerOf(newPrivateKey())

/** What a licence server says, in so few lines that a test can turn each of them: nothing is kept on disk, and nothing is checked. */
export type FakeServer = {
  readonly url: string
  readonly server: TestServer
  readonly licence: Licence
  readonly seats: Map<string, Lease>
  /** Paths that were asked, in order. */
  readonly asked: string[]
  /** The next answer to this path is carried out, and never comes. */
  loseNext(path: string): void
  /** What a check-out answers, before it is sent. */
  alter: (answer: Record<string, unknown>) => Record<string, unknown>
  moved: string | null
  /** Who it says that it is. */
  identity: ServerIdentity
  showsActivation: boolean
  activation: string
  heartbeats(): number
  kill(): Promise<void>
  start(): Promise<void>
}

/** What is to end before the servers do, so that seats are released while somebody hears it. */
export const ending: (() => Promise<void>)[] = []

/** Listens on a port of its own, which it has again after it was killed. */
export const useFakeServer = async (scope: Scope, { seats = 4, heartbeatSeconds = 30, licence = aLicence({ seats }), machine = 'lm-01', held = new Map<string, Lease>() } = {}): Promise<FakeServer> => {
  const server = aServer(machine)
  const lost = new Set<string>()
  let listening: Server | undefined
  let port = 0
  const fake: FakeServer = {
    get url() { return `http://127.0.0.1:${port}` },
    server, licence, seats: held, asked: [], moved: null, identity: server.identity, showsActivation: true, activation: signDocument('rehome-activation', anActivation(server, { licence: licence.id }), issuer),
    alter: answer => answer,
    loseNext: path => { lost.add(path) },
    heartbeats: () => fake.asked.filter(path => path === '/api/seats/heartbeat').length,
    async kill() {
      const closed = listening === undefined ? undefined : once(listening, 'close')
      listening?.close()
      listening?.closeAllConnections()
      await closed
      listening = undefined
    },
    async start() {
      listening = createServer((request, response) => {
        void readAtMost(new Response(request as never), 2 ** 22).then(body => {
          const path = request.url ?? ''
          fake.asked.push(path)
          const { status, said } = answer(fake, path, body === '' ? {} : JSON.parse(body) as object, { seats, heartbeatSeconds })
          if (lost.delete(path)) response.destroy()
          else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said))
        }, () => response.destroy())
      })
      listening.listen(port, '127.0.0.1')
      await once(listening, 'listening')
      port = (listening.address() as AddressInfo).port
    },
  }
  await fake.start()
  scope.after(async () => {
    await Promise.all(ending.splice(0).map(end => end()))
    await fake.kill()
  })
  return fake
}

/** The notice that it moved, signed by its own key unless another is given; its seats and its licence are there already. */
export const moveTo = (from: FakeServer, to: FakeServer, { signer = from.server.signer, at = Date.now() } = {}): void => {
  from.moved = signDocument('rehome-moved', { from: from.server.identity.server, to: { ...to.server.identity, url: to.url }, at }, signer)
}

/** Waits for what must come to be, as long as a busy machine may need. */
export const until = async (holds: () => boolean, what: string): Promise<void> => {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 1_000) throw new Error(`never: ${what}`)
    await sleep(20)
  }
}

type Ways = { readonly seats: number; readonly heartbeatSeconds: number }

const answer = (fake: FakeServer, path: string, body: object, ways: Ways): Said => {
  if (path === '/api/server') return { status: 200, said: { ...fake.identity, product: 'test', version: '1', issuer: null, maintenance: null, moved: fake.moved, activation: fake.showsActivation ? fake.activation : null } }
  if (path === '/api/seats/check-out') return checkOut(fake, body as CheckOut, ways)
  const { leases } = body as { readonly leases: readonly string[] }
  if (path === '/api/seats/heartbeat') return { status: 200, said: { answers: leases.map(lease => heard(fake, lease, ways)), moved: fake.moved } }
  if (fake.moved !== null) return { status: 409, said: { type: '/problems/moved', detail: 'moved', moved: fake.moved } }
  return { status: 200, said: { released: leases.filter(lease => fake.seats.delete(lease)).length } }
}

const heard = (fake: FakeServer, lease: string, { heartbeatSeconds }: Ways): object => {
  const seat = fake.seats.get(lease)
  if (fake.moved !== null) return { lease, until: null, refused: 'moved' }
  if (seat === undefined) return { lease, until: null, refused: 'lease-over' }
  const until = Date.now() + heartbeatSeconds * 3_000
  fake.seats.set(lease, { ...seat, until })
  return { lease, until: new Date(until).toISOString(), refused: null }
}

const keys = new WeakMap<FakeServer, Map<string, string>>()

const checkOut = (fake: FakeServer, { profile, holder, key, borrowHours, nodeLock }: CheckOut, { seats, heartbeatSeconds }: Ways): Said => {
  if (fake.moved !== null) return { status: 409, said: { type: '/problems/moved', detail: 'This licence server was moved.', moved: fake.moved } }
  const byKey = keys.get(fake) ?? new Map<string, string>()
  keys.set(fake, byKey)
  const known = fake.seats.get(byKey.get(key) ?? '')
  if (known === undefined && fake.seats.size >= seats) return { status: 409, said: { type: '/problems/seats-taken', detail: `All ${seats} seats of “${profile}” are taken.`, holders: [...fake.seats.values()], more: 0 } }
  const now = Date.now()
  const lease = known ?? { lease: asId<'lease'>(randomUUID()), licence: fake.licence.id, profile, holder, takenAt: now, until: now + (borrowHours === undefined ? heartbeatSeconds * 3_000 : borrowHours * 3_600_000), isBorrowed: borrowHours !== undefined }
  fake.seats.set(lease.lease, lease)
  byKey.set(key, lease.lease)
  const seat = signDocument('rehome-seat', { ...lease, server: fake.server.identity.server, nodeLock: nodeLock ?? null }, fake.server.signer)
  return { status: 200, said: fake.alter({ lease: lease.lease, licence: fake.licence.id, kind: fake.licence.kind, until: new Date(lease.until).toISOString(), heartbeatSeconds, seat, activation: fake.activation, document: signDocument('rehome-licence', fake.licence, issuer), graceUntil: null }) }
}
