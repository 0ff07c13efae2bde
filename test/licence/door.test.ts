import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as ask } from 'node:http'
import { request as askSecurely } from 'node:https'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { test, type TestContext } from 'node:test'
import { systemClock } from '#adapters/clock/system.ts'
import { openLicenceMetrics } from '#entrances/http/licence/metrics.ts'
import { licenceLimits, listenLicence, type LicenceListen } from '#entrances/http/licence/server.ts'
import { Fault } from '#domain/faults.ts'
import { sha256 } from '#lib/hash.ts'
import { openServer } from '#licence/open.ts'
import { readLicenceSettings } from '../../src/main/licence-settings.ts'
import { makeAuthority } from '../services/certificates.ts'
import { aKey, createTestIssuer, putIn, testWorld, wish } from './server-rig.ts'

type Said = { readonly status: number; readonly body: Record<string, unknown>; readonly ms: number }
type Given = { readonly seatToken?: string; readonly tls?: LicenceListen['tls']; readonly limits?: Partial<Record<keyof typeof licenceLimits, number>> }

/** A licence server's door with a server behind it, on a port of its own. */
const useDoor = async (t: TestContext, { seatToken, tls = null, limits = {} }: Given = {}) => {
  const issuer = createTestIssuer()
  const server = await openServer(testWorld({ clock: systemClock, issuer, issuerKey: issuer.signer.publicKey }), new AbortController().signal)
  await putIn(server, issuer, 'solver', { seats: 5_000, startsAt: 0 })
  const http = await listenLicence({
    stand: () => server.stand, issuer: null, adminHash: sha256('admin'), seatHash: seatToken === undefined ? null : sha256(seatToken), metrics: openLicenceMetrics(() => server.stand), failed: error => { assert.fail(String(error)) },
  }, { host: '127.0.0.1', port: 0, tls }, { ...licenceLimits, ...limits })
  t.after(async () => {
    await http[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })
  const said = (path: string, body: string | undefined, { method = 'POST', token, ca }: { readonly method?: string; readonly token?: string; readonly ca?: string } = {}): Promise<Said> => new Promise((resolve, reject) => {
    const began = performance.now()
    const options = { host: '127.0.0.1', port: http.port, path, method, agent: false as const, headers: { 'content-type': 'application/json', ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }), ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }, ...(ca === undefined ? {} : { ca }) }
    const asked = (tls === null ? ask : askSecurely)(options, answer => {
      text(answer).then(content => { resolve({ status: answer.statusCode ?? 0, body: JSON.parse(content) as Record<string, unknown>, ms: performance.now() - began }) }).catch(reject)
    })
    asked.on('error', reject)
    asked.end(body)
  })
  return { port: http.port, said, checkOut: (over: Parameters<typeof said>[2] = {}) => said('/api/seats/check-out', JSON.stringify({ ...wish(), key: aKey() }), over) }
}

test('a server with a seat token gives seats to those who have it, and to its administrator; nobody else learns anything', async t => {
  const { checkOut, said } = await useDoor(t, { seatToken: 'for-products' })
  for (const token of [undefined, 'for-product', 'for-products-', 'admi'] as const) {
    const { status, body } = await checkOut(token === undefined ? {} : { token })
    assert.deepEqual([status, body['code']], [401, 'not-signed-in'])
    assert.deepEqual(Object.keys(body).toSorted(), ['code', 'detail', 'refused', 'status', 'title', 'type'])
  }
  for (const token of ['for-products', 'admin']) assert.equal((await checkOut({ token })).status, 200)
  assert.equal((await said('/api/seats?limit=1', undefined, { method: 'GET', token: 'for-products' })).status, 401, 'seats are listed for administrators')
})

test('what is no request is refused in words: no JSON, what is not asked for, too long, another method, another address', async t => {
  const { said } = await useDoor(t)
  for (const [body, path, status, code] of [
    ['{"profile":', '/api/seats/check-out', 400, 'input'], ['[]', '/api/seats/check-out', 400, 'input'], ['null', '/api/seats/check-out', 400, 'input'], ['\u0000', '/api/seats/heartbeat', 400, 'input'], ['{"leases":[],"more":1}', '/api/seats/heartbeat', 400, 'input'],
    ['{}', '/api/nothing', 404, 'no-such-address'],
  ] as const) {
    const answered = await said(path, body)
    assert.deepEqual([answered.status, answered.body['code']], [status, code], body)
    assert.match(String(answered.body['detail']), /\p{L}/u)
  }
  for (const [path, method] of [['/api/seats/check-out', 'GET'], ['/api/seats/check-out', 'DELETE'], ['/healthz', 'POST'], ['/api/server', 'POST']] as const) {
    const answered = await said(path, method === 'GET' ? undefined : '{}', { method })
    assert.deepEqual([answered.status, answered.body['code']], [405, 'wrong-method'], `${method} ${path}`)
  }
  const long = await said('/api/seats/heartbeat', JSON.stringify({ leases: ['x'.repeat(5 * 2 ** 20)] })).catch(() => undefined)
  assert.ok(long === undefined || (long.status === 413 && long.body['code'] === 'too-large'), 'told, or cut off while it still sent')
  assert.equal((await said('/healthz', undefined, { method: 'GET' })).status, 200)
})

test('those who send slowly, or nothing, are cut off in time, and others are served meanwhile', async t => {
  const { port, checkOut } = await useDoor(t, { limits: { headersTimeout: 800, requestTimeout: 1_500, connectionsCheckingInterval: 200 } })
  const sockets: Socket[] = []
  t.after(() => { for (const socket of sockets) socket.destroy() })
  let over = 0
  const slow = async (begin: string, dribble: string): Promise<void> => {
    const socket = connect(port, '127.0.0.1')
    sockets.push(socket)
    socket.on('error', () => { /* cut off while it wrote */ })
    socket.on('data', () => { /* 408 */ })
    const drip = setInterval(() => { if (dribble !== '') socket.write(dribble) }, 100)
    socket.on('close', () => {
      clearInterval(drip)
      over++
    })
    await once(socket, 'connect')
    socket.write(begin)
  }
  const head = 'POST /api/seats/check-out HTTP/1.1\r\nhost: x\r\n'
  const before = process.memoryUsage().rss
  await Promise.all(Array.from({ length: 300 }, (_, n) => (n % 3 === 0 ? slow(head, 'x: y\r\n') : n % 3 === 1 ? slow(`${head}content-type: application/json\r\ncontent-length: 4000000\r\n\r\n{`, ' ') : slow('P', ''))))
  const began = performance.now()
  const served: number[] = []
  while (over < sockets.length) {
    const { status, ms } = await checkOut()
    assert.equal(status, 200)
    served.push(ms)
    assert.ok(performance.now() - began < 30_000, `${sockets.length - over} still hold a connection`)
    await new Promise(resolve => { setImmediate(resolve) })
  }
  assert.ok(served.length > 5 && Math.max(...served) < 5_000, `${served.length} were served, the slowest in ${Math.max(...served)} ms`)
  assert.ok(process.memoryUsage().rss - before < 256 * 2 ** 20)
})

test('hundreds of idle connections cost nobody a turn', async t => {
  const { port, checkOut } = await useDoor(t)
  const idle = await Promise.all(Array.from({ length: 400 }, async () => {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return socket
  }))
  const { status, ms } = await checkOut()
  assert.deepEqual([status, ms < 10_000], [200, true])
  for (const socket of idle) socket.destroy()
})

test('by HTTPS it shows its certificate, and takes no plain request', async t => {
  const authority = makeAuthority('An authority of a vendor')
  const { certificate, key } = authority.issue('127.0.0.1')
  const { port, checkOut } = await useDoor(t, { tls: { certificate, key } })
  assert.equal((await checkOut({ ca: authority.root })).status, 200)
  await assert.rejects(checkOut({ ca: makeAuthority('Somebody else').root }), /certificate|self.signed|verify/i)
  await assert.rejects(fetch(`http://127.0.0.1:${port}/healthz`))
})

test('it listens to other machines only by HTTPS, unless it is said that a proxy has the certificate', () => {
  const read = (given: Parameters<typeof readLicenceSettings>[1], environment: Readonly<Record<string, string>> = {}) => readLicenceSettings({ home: '/nowhere', environment } as Parameters<typeof readLicenceSettings>[0], given).listen.host
  for (const listen of ['0.0.0.0:8098', '[::]:8098', '192.0.2.7:8098', 'licences.example:8098']) {
    assert.throws(() => read({ listen }), (error: unknown) => error instanceof Fault && error.code === 'SETTINGS_WRONG' && /can be reached from other machines, and without a certificate.*--certificate and --certificate-key, or --plain/.test(error.message), listen)
    assert.throws(() => read({}, { REHOME_LICENCE_LISTEN: listen }))
    assert.ok(read({ listen, plain: true }) !== '' && read({ listen }, { REHOME_LICENCE_PLAIN: '1' }) !== '' && read({ listen, certificate: 'a', certificateKey: 'b' }) !== '')
  }
  for (const listen of ['8098', '127.0.0.1:8098', '127.8.0.1:0', '[::1]:8098', 'localhost:8098']) assert.ok(read({ listen }) !== '', listen)
})
