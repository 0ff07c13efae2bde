import assert from 'node:assert/strict'
import { Agent, createServer, get, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test, type TestContext } from 'node:test'
import { text } from 'node:stream/consumers'
import { Fault } from '#domain/faults.ts'
import { startProxy, type Proxy } from '#examples/proxy/proxy.ts'
import { routesContract } from '#ports/routes.contract.ts'
import { openLocalProxy } from './local-proxy.ts'

const never = new AbortController().signal
const token = 'a token'
const served: string[] = []
const release = Promise.withResolvers<void>()

/** An upstream that answers with its own address; `/slow` when it is released. */
const startUpstream = async (): Promise<{ server: Server; url: string }> => {
  const server = createServer((request, response) => {
    served.push(url)
    const answer = (): void => { response.setHeader('x-path', request.url ?? '').end(url) }
    if (request.url === '/slow') void release.promise.then(answer)
    else answer()
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { server, url }
}

const upstreams = await Promise.all([startUpstream(), startUpstream(), startUpstream()])
after(() => { for (const { server } of upstreams) { server.closeAllConnections(); server.close() } })
const [a, b, c] = [upstreams[0]?.url ?? '', upstreams[1]?.url ?? '', upstreams[2]?.url ?? '']

const proxies: Proxy[] = []
after(async () => { await Promise.all(proxies.map(proxy => proxy[Symbol.asyncDispose]())) })
const proxyTo = async (upstream: string, stateFile?: string): Promise<Proxy> => {
  const proxy = await startProxy({ upstream, token, port: 0, adminPort: 0, ...(stateFile === undefined ? {} : { stateFile }) })
  proxies.push(proxy)
  return proxy
}

routesContract('the sample proxy', async () => {
  const proxy = await proxyTo(a)
  return { routes: openLocalProxy({ url: proxy.adminUrl, token }), upstreams: [a, b, c], served: async () => (await fetch(proxy.url)).text() }
})

/** A person whose connection is kept open between requests. */
const personAt = (t: TestContext, proxy: Proxy) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.after(() => agent.destroy())
  return (path: string): Promise<{ body: string; reused: boolean; path: string }> => new Promise((resolve, reject) => {
    const request = get(`${proxy.url}${path}`, { agent }, response => {
      void text(response).then(body => resolve({ body, reused: request.reusedSocket, path: String(response.headers['x-path']) }), reject)
    }).once('error', reject)
  })
}

test('connections that were kept open lead to the new upstream from the answer on', async t => {
  const proxy = await proxyTo(a)
  const people = Array.from({ length: 5 }, () => personAt(t, proxy))
  for (const person of people) assert.equal((await person('/')).body, a)
  await openLocalProxy({ url: proxy.adminUrl, token }).point(a, b, never)
  served.length = 0
  for (const person of people) {
    const { body, reused } = await person('/')
    assert.deepEqual({ body, reused }, { body: b, reused: true })
  }
  assert.deepEqual(new Set(served), new Set([b]))
})

test('a request under way ends where it began', async t => {
  const proxy = await proxyTo(a)
  served.length = 0
  const slow = personAt(t, proxy)('/slow')
  while (served.length === 0) await new Promise(resolve => { setImmediate(resolve) })
  await openLocalProxy({ url: proxy.adminUrl, token }).point(a, b, never)
  assert.equal(await (await fetch(proxy.url)).text(), b)
  release.resolve()
  assert.equal((await slow).body, a)
})

test('a proxy that is started again sends people where they were sent last', async t => {
  const directory = await mkdtemp(join(tmpdir(), 'rehome-proxy-'))
  t.after(() => rm(directory, { recursive: true }))
  const file = join(directory, 'route')
  const first = await proxyTo(a, file)
  await openLocalProxy({ url: first.adminUrl, token }).point(a, b, never)
  const second = await proxyTo(a, file)
  assert.equal(await (await fetch(second.url)).text(), b)
})

test('a path cannot lead away from the upstream', async t => {
  const proxy = await proxyTo(a)
  const { body, path } = await personAt(t, proxy)(`//${new URL(b).host}/x?y=1`)
  assert.deepEqual({ body, path }, { body: a, path: `//${new URL(b).host}/x?y=1` })
})

test('an upstream that is gone is a 502 that says when to come again', async () => {
  const proxy = await proxyTo('http://127.0.0.1:9')
  const answer = await fetch(proxy.url, { method: 'POST', body: 'x' })
  assert.deepEqual([answer.status, answer.headers.get('retry-after')], [502, '1'])
})

const refused = (reason: RegExp) => (error: unknown): boolean => error instanceof Fault && error.code === 'ROUTE_REFUSED' && reason.test(String(error.facts['reason']))

test('nobody without the token reads or changes the route', async () => {
  const proxy = await proxyTo(a)
  const stranger = openLocalProxy({ url: proxy.adminUrl, token: 'another' })
  await assert.rejects(stranger.read(never), refused(/401/))
  await assert.rejects(stranger.point(a, b, never), refused(/401/))
  assert.equal(await (await fetch(proxy.url)).text(), a)
})

test('what is no address of a server is refused and changes nothing', async () => {
  const proxy = await proxyTo(a)
  const routes = openLocalProxy({ url: proxy.adminUrl, token })
  for (const next of ['nowhere', 'ftp://127.0.0.1', `${b}/path`]) await assert.rejects(routes.point(a, next, never), refused(/400/))
  assert.equal(await routes.read(never), a)
})

test('a proxy that is gone or does not answer is said to be so', async t => {
  await assert.rejects(openLocalProxy({ url: 'http://127.0.0.1:9/route', token }).read(never), refused(/ECONNREFUSED|bad port/))
  const silent = createServer(() => { /* never answers */ })
  await new Promise<void>(resolve => { silent.listen(0, '127.0.0.1', resolve) })
  t.after(() => { silent.closeAllConnections(); silent.close() })
  await assert.rejects(openLocalProxy({ url: `http://127.0.0.1:${(silent.address() as AddressInfo).port}/route`, token, timeoutMs: 50 }).read(never), refused(/did not answer within 50 ms/))
})

test('a proxy that answers something else is not believed', async t => {
  const odd = createServer((_, response) => { response.end('<html>') })
  await new Promise<void>(resolve => { odd.listen(0, '127.0.0.1', resolve) })
  t.after(() => { odd.closeAllConnections(); odd.close() })
  await assert.rejects(openLocalProxy({ url: `http://127.0.0.1:${(odd.address() as AddressInfo).port}/route`, token }).read(never), refused(/not what was agreed/))
  const deaf = createServer((_, response) => { response.end(JSON.stringify({ upstream: a })) })
  await new Promise<void>(resolve => { deaf.listen(0, '127.0.0.1', resolve) })
  t.after(() => { deaf.closeAllConnections(); deaf.close() })
  await assert.rejects(openLocalProxy({ url: `http://127.0.0.1:${(deaf.address() as AddressInfo).port}/route`, token }).point(a, b, never), refused(/people are sent to/))
})
