import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { freezesOf, readLog, spansOf } from '#examples/orders/log.ts'
import { checkOrders } from '#examples/orders/oracle.ts'
import { provision } from '#examples/orders/provision.ts'
import { seed } from '#examples/orders/seed.ts'
import { startProduct } from '#examples/orders/server.ts'
import { openSession, urlWith } from '#examples/orders/sessions.ts'
import { startWriters, type Writers } from '#examples/orders/writers.ts'
import { startProxy } from '#examples/proxy/proxy.ts'
import type { Instant } from '#domain/time.ts'
import { openRedirectControl } from '#adapters/control-plane/redirects.ts'
import { systemClock } from '#adapters/clock/system.ts'
import { runRedirect } from '#main/redirect.ts'
import { type Scope, useDatabase } from '#test/services/postgres.ts'
import { until } from '#test/services/until.ts'

/** One home of the shop: its database, and the product that stands on it. */
export type ShopHome = { readonly name: string; readonly database: string; readonly superuserUrl: string; readonly product: string; readonly secret: string }

/** A product of a vendor's for one tenant, in two homes on real servers (PostgreSQL 15 and 18), with a proxy in front and customers who order there; and what a move of it needs. */
export type Shop = {
  readonly origin: ShopHome
  readonly destination: ShopHome
  /** Where people reach it. */
  readonly url: string
  /** A name for a database user that nobody else on these servers has; removed at the end. */
  user(name: string): string
  /** Runs SQL in one of the homes, as a superuser. */
  query<Row extends pg.QueryResultRow = Record<string, unknown>>(home: ShopHome, sql: string): Promise<Row[]>
  /** People begin to order. */
  write(perSecond?: number): Promise<Writers>
  /** How long no order was taken while it went from one home to the other, as customers saw it; and what is wrong with the orders in this home by an oracle of its own. */
  readonly freezes: () => readonly { readonly from: string; readonly to: string; readonly ms: number }[]
  wrong(home: ShopHome): Promise<readonly string[]>
  /** The vendor's agent beside the homes, as a process that dials out. Moves are rehearsed into an empty database beside the destination. */
  agent(site: string, token: string): Agent
}
/** `said`: what it told the person at its machine. */
export type Agent = { readonly child: ChildProcess; said(): string; stop(): Promise<void> }

type Wanted = { /** As control knows tenant and homes. */ readonly tenant: string; readonly origin: string; readonly destination: string; readonly orders?: number }

export const useShop = async (scope: Scope, { tenant, origin: originName, destination: destinationName, orders = 400 }: Wanted): Promise<Shop> => {
  const folder = mkdtempSync(join(tmpdir(), 'rehome-shop-'))
  scope.after(async () => { rmSync(folder, { recursive: true, force: true }) })
  const users: string[] = []
  const openHome = async (name: string, major: 15 | 18, isEmpty: boolean): Promise<ShopHome> => {
    const server = await useDatabase(scope, { major })
    const database = `shop_${randomBytes(6).toString('hex')}`
    const { url, superuserUrl } = await provision(server.url, database)
    scope.after(async () => {
      await using session = await openSession(urlWith(server.url, { database: 'postgres' }))
      await session.query(`DROP DATABASE ${database} WITH (FORCE)`)
      for (const user of [database, ...users]) await session.query(`DROP ROLE IF EXISTS ${user}`)
    })
    if (!isEmpty) await seed(url, { orders })
    const secret = `whsec_${randomBytes(24).toString('base64')}`
    const product = await startProduct({ databaseUrl: url, port: 0, home: name, tenant, secret, inMaintenance: isEmpty })
    scope.after(async () => { await product[Symbol.asyncDispose]() })
    return { name, database, superuserUrl, product: product.url, secret }
  }
  const [origin, destination] = [await openHome(originName, 15, false), await openHome(destinationName, 18, true)]
  const scratch = await useDatabase(scope, { major: 18 })
  const token = randomBytes(24).toString('base64url')
  const proxy = await startProxy({ upstream: origin.product, token, port: 0, adminPort: 0 })
  scope.after(async () => { await proxy[Symbol.asyncDispose]() })
  const log = join(folder, 'writes.jsonl')
  return {
    origin, destination, url: proxy.url,
    user(name) {
      const user = `${name}_${randomBytes(4).toString('hex')}`
      users.push(user)
      return user
    },
    async query<Row extends pg.QueryResultRow>(home: ShopHome, sql: string) {
      await using session = await openSession(home.superuserUrl)
      const result: unknown = await session.query(sql)
      return ((Array.isArray(result) ? result.at(-1) : result) as pg.QueryResult<Row>).rows
    },
    async write(perSecond = 30) {
      const writers = await startWriters({ url: proxy.url, customers: 6, perSecond, log })
      scope.after(() => writers.stop())
      return writers
    },
    freezes: () => freezesOf(spansOf(readLog(log))),
    wrong: async home => (await checkOrders(home.superuserUrl, log)).wrong,
    agent: (site, agentToken) => startAgent(scope, folder, { site, token: agentToken, settings: {
      stores: [storeOf(origin, tenant, 'ORIGIN'), { ...storeOf(destination, tenant, 'DESTINATION'), rehearsal: 'env:SCRATCH' }],
      routes: [{ tenant, url: proxy.adminUrl, token: 'env:ROUTE' }],
    }, secrets: { ORIGIN: origin.superuserUrl, ORIGIN_HOOK: origin.secret, DESTINATION: destination.superuserUrl, DESTINATION_HOOK: destination.secret, SCRATCH: scratch.url, ROUTE: token } }),
  }
}

/** Somebody orders there, as the product's own page does. */
export const orderAt = (product: string): Promise<Response> => fetch(`${product}/orders`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ verb: 'place', token: crypto.randomUUID(), person: 1, note: '', lines: [{ article: 1, quantity: 1 }] }) })

const storeOf = ({ name, product }: ShopHome, tenant: string, key: string) =>
  ({ home: name, tenant, url: `env:${key}`, hook: { url: `${product}/maintenance`, secret: `env:${key}_HOOK` }, upstream: product, countUsers: 'SELECT count(*) FROM people', own: ['tidemark-orders'] })

type AgentWanted = { /** Agents of one name have one disk. */ readonly name?: string; readonly site: string; readonly token: string; readonly settings: object; readonly secrets: Readonly<Record<string, string>> }

export const startAgent = (scope: Scope, folder: string, { name = randomBytes(4).toString('hex'), site, token, settings, secrets }: AgentWanted): Agent => {
  const own = join(folder, name)
  mkdirSync(own, { recursive: true })
  const file = join(own, 'agent.json')
  writeFileSync(file, JSON.stringify(settings), { mode: 0o600 })
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../control/agent.ts'), site, file], { cwd: own, stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: process.env['PATH'], HOME: own, REHOME_HOME: own, REHOME_AGENT_TOKEN: token, ...secrets } })
  const gone = once(child, 'close')
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => { said += text })
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), 8_000)
    await gone
    clearTimeout(late)
  }
  scope.after(stop)
  return { child, said: () => said, stop }
}

/** Somebody who comes to the old home's database by a login of their own, as a program of this name, until they are told to stop. */
export const comeAs = async (scope: Scope, home: ShopHome, user: string, program: string): Promise<{ stop(): Promise<void> }> => {
  const password = randomBytes(18).toString('base64url')
  await using owner = await openSession(home.superuserUrl)
  await owner.query(`CREATE ROLE ${user} LOGIN PASSWORD '${password}'`)
  await owner.query(`GRANT CONNECT ON DATABASE ${home.database} TO ${user}`)
  await owner.query(`GRANT SELECT ON orders TO ${user}`)
  const session = new pg.Client({ connectionString: urlWith(home.superuserUrl, { user, password }), application_name: program })
  session.on('error', () => { /* the old home lets nobody stay */ })
  await session.connect()
  await session.query('SELECT count(*) FROM orders')
  let ended = false
  const stop = async (): Promise<void> => {
    if (!ended) await session.end().catch(() => { /* ended from the other side */ })
    ended = true
  }
  scope.after(stop)
  return { stop }
}

/** `rehome redirect` at the old home: who comes to the old address is sent on to the new one, with path and query, until its day; then nothing is here any more. */
export const openOldAddress = async (scope: Scope, { site, token, home, now }: { readonly site: string; readonly token: string; readonly home: string; now(): Instant }): Promise<{ readonly url: string }> => {
  const folder = mkdtempSync(join(tmpdir(), 'rehome-old-address-'))
  const [said, stop]: [string[], AbortController] = [[], new AbortController()]
  const running = runRedirect({ control: openRedirectControl({ url: site, token }), settings: { listen: { host: '127.0.0.1', port: 0 }, homes: [home] }, home: folder, everyMs: 50, clock: { now, sleep: systemClock.sleep }, say: line => { said.push(line) } }, stop.signal)
  scope.after(async () => {
    stop.abort()
    await running
    rmSync(folder, { recursive: true, force: true })
  })
  return { url: `http://${await until('where it listens', () => /at (127\.0\.0\.1:\d+)/.exec(said.join('\n'))?.[1])}` }
}
