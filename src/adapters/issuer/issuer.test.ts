import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { z } from 'zod'
import { Fault } from '#domain/faults.ts'
import { issuerBindings } from '#entrances/http/licence/issuer.ts'
import { refusalProblem } from '#entrances/http/problem.ts'
import { activate, deactivated, type IssuerRefused, type IssuerWorld, stands } from '#licence/issuer.ts'
import { readAtMost } from '#lib/read-at-most.ts'
import { issuerContract, type IssuerRig } from '#ports/issuer.contract.ts'
import type { Issuer } from '#ports/issuer.ts'
import { anIssuer, issued, receiptOf, requestOf } from '#test/licence/issuer-rig.ts'
import { aServer } from '#test/licence/samples.ts'
import type { Endpoint } from '#wire/endpoint.ts'
import { issuerApi } from '#wire/licence.ts'
import { openHttpIssuer } from './http.ts'
import { localIssuer } from './local.ts'

const rigOf = async (world: IssuerWorld, issuer: Issuer): Promise<IssuerRig> => {
  const servers = { one: aServer('lm-01'), two: aServer('lm-02') }
  const [what, other] = [await issued(world), await issued(world)]
  return {
    issuer,
    request: (server, receipt, code) => requestOf(servers[server], code === undefined ? what : { ...what, code: other.code }, { receipt }),
    receipt: (server, generation) => receiptOf(servers[server], what.licence, generation),
  }
}

issuerContract('in the same process', async () => {
  const world = anIssuer()
  return rigOf(world, localIssuer({ activate: wish => activate(world, wish), deactivated: wish => deactivated(world, wish), stands: wish => stands(world, wish) }))
})

issuerContract('over HTTP', async t => {
  const world = anIssuer()
  return rigOf(world, openHttpIssuer({ url: await serveIssuer(t, world) }))
})

test('an issuer that does not answer in time, or answers nonsense, is unreachable: the same can be asked again', async t => {
  const silent = await serve(t, async () => undefined)
  const asked = (url: string) => openHttpIssuer({ url, timeoutMs: 100 }).activate('a.b.c', new AbortController().signal)
  const unreachable = (error: unknown): boolean => error instanceof Fault && error.code === 'ISSUER_UNREACHABLE'
  await assert.rejects(asked(silent), unreachable)
  await assert.rejects(asked('http://127.0.0.1:1'), unreachable)
  for (const [status, text] of [[200, '{"hello":1}'], [200, 'x'], [502, '<h1>proxy</h1>'], [404, 'nothing here'], [429, '{"type":"/problems/too-many","detail":"later"}']] as const) {
    await assert.rejects(asked(await serve(t, async () => ({ status, text }))), unreachable, `${status} ${text}`)
  }
})

test('an issuer is reached by HTTPS, and without it only on this machine', () => {
  for (const url of ['https://issuer.example', 'http://127.0.0.1:8080', 'http://[::1]:8080', 'http://localhost:1/a']) assert.ok(openHttpIssuer({ url }))
  for (const url of ['http://issuer.example', 'http://127.evil.example.com']) assert.throws(() => openHttpIssuer({ url }), (error: unknown) => error instanceof Fault && error.code === 'ISSUER_REFUSED', url)
})

/** The issuer's endpoints and nothing else. */
const serveIssuer = (t: TestContext, world: IssuerWorld): Promise<string> =>
  serve(t, async (path, body) => {
    const [name, endpoint] = (Object.entries(issuerApi) as [keyof typeof issuerApi, Endpoint][]).find(([, each]) => each.path === path) ?? []
    assert.ok(name !== undefined && endpoint !== undefined)
    const answer = await issuerBindings[name]({ world, from: '192.0.2.7' }, z.decode(endpoint.input, JSON.parse(body) as never) as never)
    if ('refused' in answer) return problemOf(answer as IssuerRefused)
    return { status: 200, text: JSON.stringify(z.encode(endpoint.answer, answer as never)) }
  })

const problemOf = (refused: IssuerRefused): Said => ({ status: refusalProblem(refused).status, text: JSON.stringify(refusalProblem(refused)) })
type Said = { readonly status: number; readonly text: string }
const serve = async (t: TestContext, answer: (path: string, body: string) => Promise<Said | undefined>): Promise<string> => {
  const server = createServer((request, response) => {
    void readAtMost(new Response(request as never), 2 ** 20).then(body => answer(request.url ?? '', body)).then(said => {
      if (said !== undefined) response.writeHead(said.status).end(said.text)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => { server.closeAllConnections(); server.close() })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
