import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { freePort } from '#adapters/embedded-postgres/port.ts'
import { peekJws } from '#lib/jws.ts'
import { runLicenceServer } from '#main/licence-server.ts'
import { licensorContract, type LicensorFixture } from '#ports/licensor.contract.ts'
import type { Licensor } from '#ports/licensor.ts'
import { openDoor } from '#test/services/door.ts'
import { type TestDatabase, useDatabase } from '#test/services/postgres.ts'
import { until } from '#test/services/until.ts'
import { openOwnLicensor, ownCan } from './licensor.ts'

const never = new AbortController().signal
const cleanUps: (() => Promise<unknown>)[] = []
after(async () => { for (const end of cleanUps.toReversed()) await end() })

type Running = { readonly url: string; readonly port: number; readonly token: string; restart(): Promise<void> }

/** A licence server with a machine, a folder and a schema of its own, over the one database. */
const startServer = async (database: TestDatabase, name: string, issuer: string | undefined): Promise<Running> => {
  const home = await mkdtemp(join(tmpdir(), `rehome-${name}-`))
  cleanUps.push(() => rm(home, { recursive: true }))
  await aMachine(join(home, 'machine'), name)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let [stop, ended] = [new AbortController(), Promise.resolve()]
  const end = async (): Promise<void> => {
    stop.abort()
    await ended
  }
  const begin = async (): Promise<void> => {
    stop = new AbortController()
    let isOver = false
    ended = runLicenceServer({
      listen: { host: '127.0.0.1', port }, database: database.url, schema: name, folder: join(home, 'licence'), ledger: join(home, 'ledger'), issuer, issuerKey: undefined, leaseSeconds: 90, machineRoot: join(home, 'machine'), seatToken: undefined, tls: undefined,
    }, '0.0.0', () => { /* its sayings are for people */ }, stop.signal).finally(() => { isOver = true })
    ended.catch(() => { /* whoever awaits it hears of it */ })
    await until(`the licence server ${name}`, async () => isOver || (await fetch(`${url}/api/server`)).ok, { withinMs: 30_000 })
    if (isOver) await ended
  }
  await begin()
  cleanUps.push(end)
  return {
    url, port, token: (await readFile(join(home, 'licence/admin-token'), 'utf8')).trim(),
    async restart() {
      await end()
      await begin()
    },
  }
}

/** What a machine is known by, as far as a test may make it up. */
const aMachine = async (root: string, name: string): Promise<void> => {
  await mkdir(join(root, 'etc'), { recursive: true })
  await mkdir(join(root, 'proc'))
  await writeFile(join(root, 'etc/machine-id'), `${randomUUID().replaceAll('-', '')}\n`)
  await writeFile(join(root, 'proc/cpuinfo'), `processor\t: 0\nmodel name\t: processor of ${name}\n`)
}

const asked = async (url: string, body: object, token?: string): Promise<{ readonly ok: boolean; readonly said: Record<string, string> }> => {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }, body: JSON.stringify(body) })
  return { ok: response.ok, said: await response.json() as Record<string, string> }
}

const rig = async (): Promise<LicensorFixture> => {
  const database = await useDatabase({ after: end => { cleanUps.push(end) } }, { major: 18 })
  const vendor = await startServer(database, 'vendor', undefined)
  const servers = { origin: await startServer(database, 'origin', vendor.url), destination: await startServer(database, 'destination', vendor.url) }
  const opened = ({ url, token }: Running): Licensor => openOwnLicensor({ url, token })
  const [origin, destination] = [opened(servers.origin), opened(servers.destination)]
  return {
    origin, destination,
    async issue({ seats }) {
      const { ok, said: { licence = '', document = '', code = '' } } = await asked(`${vendor.url}/api/issuer/licences`, { product: 'Tide Charts', kind: 'session', name: 'Solver', seats, key: randomUUID() }, vendor.token)
      if (!ok) throw new Error('no licence was issued')
      const [released, profile] = [{ licence, document, receipt: null }, `profile of ${licence}`]
      await origin.install(released, randomUUID(), never)
      await origin.activate(released, code, randomUUID(), never)
      await origin.link({ name: profile, licences: [licence] }, randomUUID(), never)
      return { licence, code, profile }
    },
    async seat(side, profile, user) {
      const { ok, said } = await asked(`${servers[side].url}/api/seats/check-out`, { profile, holder: { user, host: 'desk', program: 'charts' }, key: randomUUID() })
      return ok ? { until: Date.parse(said['until'] ?? '') } : { refused: said['type']?.replace('/problems/', '') ?? '' }
    },
    machines: { origin: hostname(), destination: hostname() },
    address: `${servers.destination.url}/`,
    async movedTo(side) {
      const { moved } = await (await fetch(`${servers[side].url}/api/server`)).json() as { moved: string | null }
      const notice = moved === null ? undefined : peekJws(moved)?.payload as { to: { url: string } } | undefined
      return notice?.to.url ?? null
    },
    async by(side, way) {
      const { port, token } = servers[side]
      const door = await openDoor({ after: end => { cleanUps.push(end) } }, port, way)
      return openOwnLicensor({ url: `http://127.0.0.1:${door}`, token, connectMs: 10_000, answerMs: 300 })
    },
    async restart(side) {
      await servers[side].restart()
      return opened(servers[side])
    },
    secrets: [servers.origin.token, servers.destination.token],
  }
}

const shared = await rig()
licensorContract('our own licence server on PostgreSQL', ownCan, async () => shared)
