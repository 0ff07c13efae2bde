import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { startPostgres, type EmbeddedPostgres } from '#adapters/embedded-postgres/launcher.ts'
import { makeTables, startLoad, type Load } from '../pgbench-like/load.ts'
import { provision, type Provisioned } from '../orders/provision.ts'
import { seed } from '../orders/seed.ts'
import { startProcess, type Started } from './processes.ts'

export const tenant = 'nordlicht'
export const shop = 'Nordlicht Outdoor GmbH'
export const homes = { origin: 'Shared home', destination: 'Dedicated home' } as const
const customers = 12
const perSecond = 80

export type Home = { readonly store: Provisioned; readonly product: string; readonly hook: { readonly url: string; readonly secret: string } }

/** Everything that the demo's move takes place on, up and running. */
export type Stage = AsyncDisposable & {
  readonly origin: Home
  readonly destination: Home
  /** Where people reach the shop. */
  readonly url: string
  readonly route: { readonly url: string; readonly token: string }
  readonly log: string
  readonly writers: Started
  /** The tenant next door, on the server of the origin. */
  readonly neighbour: { readonly url: string; readonly load: Load }
}

const examples = join(import.meta.dirname, '..')

/**
 * A PostgreSQL 15 with a neighbour and a PostgreSQL 18 in `directory`, a home for the customer on each, filled on the first; a product in either, the proxy in
 * front of them, and its customers. `onServer` hears of each server at once. Disposing ends everything and deletes the servers.
 */
export const setStage = async (directory: string, say: (text: string) => void, onServer: (server: EmbeddedPostgres) => void, signal: AbortSignal): Promise<Stage> => {
  await using up = new AsyncDisposableStack()
  const start = async (major: 15 | 18): Promise<EmbeddedPostgres> => {
    const server = await startPostgres({ major, directory: join(directory, `postgres-${major}`), config: { max_wal_size: '1GB' }, signal })
    up.defer(() => server.remove())
    onServer(server)
    return server
  }
  say('Starting two homes: a shared PostgreSQL 15 and a dedicated PostgreSQL 18.')
  const [old, new_] = await allOf([start(15), start(18)])
  const neighbour = up.use(await moveInNextDoor(old, signal))
  say(`Opening the shop of ${shop} in the shared home, and an empty one in the dedicated home.`)
  const [originStore, destinationStore] = await allOf([provision(old.superuserUrl(), tenant), provision(new_.superuserUrl(), tenant)])
  await seed(originStore.url, { shop })
  const origin = await openShop(originStore, homes.origin, false, up, signal)
  const destination = await openShop(destinationStore, homes.destination, true, up, signal)
  const token = randomBytes(24).toString('base64url')
  const proxy = up.use(await startProcess(join(examples, 'proxy/main.ts'), { settings: { PROXY_UPSTREAM: origin.product, PROXY_TOKEN: token, PROXY_STATE: join(directory, 'route') }, signal }))
  const { url, adminUrl } = JSON.parse(proxy.said) as { url: string; adminUrl: string }
  const log = join(directory, 'writes.jsonl')
  const writers = up.use(await startProcess(join(examples, 'orders/writers.ts'), { words: [url, log, String(customers), String(perSecond)], signal }))
  say(`It is open: ${url}\n${customers} customers place, change, ship and cancel about ${perSecond} orders a second there.`)
  const all = up.move()
  return { origin, destination, url, route: { url: adminUrl, token }, log, writers, neighbour, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

/** All, or the first failure once none is under way any more: what began is then known to be disposed of. */
const allOf = async <A, B>(works: readonly [Promise<A>, Promise<B>]): Promise<[A, B]> => {
  await Promise.allSettled(works)
  return Promise.all(works)
}

const openShop = async (store: Provisioned, home: string, inMaintenance: boolean, up: AsyncDisposableStack, signal: AbortSignal): Promise<Home> => {
  const secret = `whsec_${randomBytes(24).toString('base64')}`
  const settings = { ORDERS_DATABASE_URL: store.url, ORDERS_HOME: home, ORDERS_TENANT: tenant, ORDERS_SECRET: secret, ORDERS_MAINTENANCE: inMaintenance ? 'on' : 'off' }
  const { said } = up.use(await startProcess(join(examples, 'orders/main.ts'), { settings, signal }))
  return { store, product: said, hook: { url: `${said}/maintenance`, secret } }
}

/** Another customer's database on the same server, written to throughout. */
const moveInNextDoor = async (server: EmbeddedPostgres, signal: AbortSignal): Promise<Stage['neighbour'] & AsyncDisposable> => {
  const { url } = await provision(server.superuserUrl(), 'alpenblick')
  await makeTables(url, 0.05)
  const load = await startLoad({ urlNow: () => url, connections: 1, perSecond: 20, signal })
  return { url, load, async [Symbol.asyncDispose]() { await load.stop() } }
}
