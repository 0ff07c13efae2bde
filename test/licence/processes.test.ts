import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Agent, request as ask } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test, type TestContext } from 'node:test'
import { beginning } from '#adapters/licence-book/postgres/changes/001-beginning.ts'
import { usePerson, type Person, type Running } from '../services/rehome.ts'
import { useDatabase } from '../services/postgres.ts'
import { until } from '../services/until.ts'

type Said = { readonly status: number; readonly body: Record<string, unknown> }

/** A person with a database who runs licence servers by the real command. */
const useServers = async (t: TestContext): Promise<{ readonly person: Person; start(): Running; port(server: Running): number; post(port: number, path: string, body: object, token?: string): Promise<Said>; token(): string }> => {
  const database = await useDatabase(t, { major: 18 })
  const person = usePerson(t).with({ REHOME_LICENCE_DATABASE: database.url })
  const agent = new Agent({ keepAlive: true, maxSockets: 256 })
  t.after(() => { agent.destroy() })
  return {
    person,
    start: () => person.start('licence', 'server', '--listen', '127.0.0.1:0', '--lease-seconds', '30'),
    port: server => Number(/answers at http:\/\/127\.0\.0\.1:(\d+)/.exec(server.said())?.[1] ?? 0),
    token: () => readFileSync(join(person.home, '.rehome/licence/admin-token'), 'utf8').trim(),
    post: (port, path, body, token) => new Promise((resolve, reject) => {
      const asked = ask({ agent, port, path, host: '127.0.0.1', method: 'POST', headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) } }, answer => {
        text(answer).then(said => { resolve({ status: answer.statusCode ?? 0, body: JSON.parse(said) as Record<string, unknown> }) }).catch(reject)
      })
      asked.on('error', reject)
      asked.end(JSON.stringify(body))
    }),
  }
}

type Servers = Awaited<ReturnType<typeof useServers>>
const begin = async ({ start, port }: Servers): Promise<{ server: Running; at: number }> => {
  const server = start()
  await server.says(/answers at/, { withinMs: 60_000 })
  return { server, at: port(server) }
}

const putIn = async ({ post, token }: Servers, at: number, seats: number): Promise<string> => {
  const key = randomUUID()
  const { body: { licence, document, code } } = await post(at, '/api/issuer/licences', { product: 'Mesh Solver', kind: 'session', name: 'Parallel sessions', seats, key }, token())
  for (const [path, body] of [['/api/licences/install', { document }], ['/api/licences/activate', { licence, code }], ['/api/profiles/link', { name: 'solver', licences: [licence] }]] as const) {
    const said = await post(at, path, { ...body, key }, token())
    if (said.status === 422 && said.body['code'] === 'key-taken') assert.equal((await post(at, path, { ...body, key: randomUUID() }, token())).status, 200)
    else assert.equal(said.status, 200, JSON.stringify(said.body))
  }
  return String(licence)
}
const wish = (n: number | string) => ({ profile: 'solver', holder: { user: `user-${n}`, host: 'ws-17', program: 'solver 9.2' }, key: `wish-${n}-of-this` })

test('of 200 who ask for 50 seats at once exactly 50 get one, and the others are told who sits there', async t => {
  const servers = await useServers(t)
  const { at } = await begin(servers)
  await putIn(servers, at, 50)
  const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => servers.post(at, '/api/seats/check-out', wish(n))))
  assert.deepEqual([200, 409].map(status => answers.filter(one => one.status === status).length), [50, 150])
  assert.equal(new Set(answers.filter(one => one.status === 200).map(one => one.body['lease'])).size, 50)
  const refused = answers.find(one => one.status === 409)?.body
  assert.deepEqual([refused?.['code'], refused?.['type'], refused?.['seats'], (refused?.['holders'] as unknown[] | undefined)?.length, refused?.['more']], ['seats-taken', '/problems/seats-taken', 50, 20, 30])
})

test('a server that is killed while many ask loses nothing that it answered, gives nothing twice, and another takes over', async t => {
  const servers = await useServers(t)
  const first = await begin(servers)
  const licence = await putIn(servers, first.at, 300)
  const second = servers.start()
  await second.says(/stands by/, { withinMs: 60_000 })
  const [given, released] = [new Set<string>(), new Set<string>()]
  let asked = 0
  /** Takes seats and gives every third back, until the server is gone. */
  const somebody = async (): Promise<void> => {
    for (;;) {
      const n = asked++
      const said = await servers.post(first.at, '/api/seats/check-out', wish(n)).catch(() => undefined)
      if (said === undefined) return
      if (said.status !== 200) continue
      const lease = String(said.body['lease'])
      given.add(lease)
      if (n % 3 !== 0) continue
      const gone = await servers.post(first.at, '/api/seats/release', { leases: [lease] }).catch(() => undefined)
      // Where no answer came, nobody knows.
      given.delete(lease)
      if (gone?.status === 200) released.add(lease)
    }
  }
  const all = Array.from({ length: 40 }, somebody)
  await until('enough seats are out', () => given.size > 120 && released.size > 20, { withinMs: 60_000 })
  first.server.child.kill('SIGKILL')
  await Promise.all(all)
  await second.says(/answers at/, { withinMs: 60_000 })
  const at = servers.port(second)
  const heard = await servers.post(at, '/api/seats/heartbeat', { leases: [...given] })
  const answers = heard.body['answers'] as { lease: string; refused: string | null }[]
  assert.deepEqual(answers.filter(one => one.refused !== null), [], 'a seat that was answered is lost')
  const gone = await servers.post(at, '/api/seats/heartbeat', { leases: [...released] })
  assert.deepEqual((gone.body['answers'] as { refused: string | null }[]).filter(one => one.refused !== 'lease-over'), [], 'a seat that was given back is out')
  // What is free is given out, and not one more.
  const more = await Promise.all(Array.from({ length: 320 }, (_, n) => servers.post(at, '/api/seats/check-out', wish(`more-${n}`))))
  const list = await fetch(`http://127.0.0.1:${at}/api/seats?limit=1000&licence=${licence}`, { headers: { authorization: `Bearer ${servers.token()}` } })
  const { items, more: beyond } = await list.json() as { items: { lease: string }[]; more: number }
  assert.deepEqual([items.length, beyond], [300, 0])
  assert(more.some(one => one.status === 409))
})

test('a licence server says clearly what keeps it from starting, and keeps its doors shut', async t => {
  const servers = await useServers(t)
  const { server, at } = await begin(servers)
  const taken = await usePerson(t).with({ REHOME_LICENCE_DATABASE: (await useDatabase(t, { major: 18 })).url }).run('licence', 'server', '--listen', `127.0.0.1:${at}`)
  assert.match(taken.err, /cannot listen at 127\.0\.0\.1:\d+: something else does/)
  assert.equal(taken.status, 4)
  assert.equal((await servers.post(at, '/api/licences/maintain', { reason: 'x', key: 'key-0001' })).status, 401)
  assert.equal((await servers.post(at, '/api/licences/maintain', { reason: 'x', key: 'key-0001' }, 'not-the-token')).status, 401)
  assert.equal((await servers.post(at, '/api/seats/check-out', { profile: 'x' })).status, 400)
  assert.equal((await servers.post(at, '/api/seats/heartbeat', { leases: Array.from({ length: 120_000 }, () => randomUUID()) }).catch(() => ({ status: 413 }))).status, 413)
  assert.equal((await fetch(`http://127.0.0.1:${at}/healthz`)).status, 200)
  assert.match(await (await fetch(`http://127.0.0.1:${at}/metrics`)).text(), /rehome_licence_requests_total\{endpoint="seats\.checkOut",status="400"\} 1/)
  const thief = usePerson(t).with({ REHOME_LICENCE_DATABASE: await aBookOfAnother(t) })
  server.child.kill('SIGTERM')
  assert.equal((await server.ended).status, 130)
  const said = await thief.run('licence', 'server', '--listen', '127.0.0.1:0')
  assert.match(said.err, /is of the licence server [0-9a-f-]{36}, whose key is not on this machine/)
})

/** As a database is that was copied from another machine: the key that its server is known by stayed there. */
const aBookOfAnother = async (t: TestContext): Promise<string> => {
  const copy = await useDatabase(t, { major: 18 })
  await copy.query(`CREATE SCHEMA licence; CREATE TABLE licence.book_change (name text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now()); SET search_path = licence; ${beginning}; INSERT INTO book_change (name) VALUES ('001-beginning'); UPDATE server SET server = gen_random_uuid(), public_key = 'of another', epoch = 3`)
  return copy.url
}
