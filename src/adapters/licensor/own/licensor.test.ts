import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { createServer as createHttps } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { inspect } from 'node:util'
import { Fault, type FaultCode } from '#domain/faults.ts'
import type { Licensor } from '#ports/licensor.ts'
import { makeAuthority } from '#test/services/certificates.ts'
import { openOwnLicensor } from './licensor.ts'

const never = new AbortController().signal
const token = 'token-that-nobody-may-see'
const licence = '01997a3e-0000-7000-8000-000000000001'
const code = 'ABCDE-FGHIJ-KLMNO'

type Heard = { readonly method: string | undefined; readonly path: string | undefined; readonly authorization: string | undefined; readonly body: string }

/** A server that gives one answer to everything, and what it heard. */
const serverThat = async (t: TestContext, status: number, body: string, heard: Heard[] = [], headers: Record<string, string> = {}): Promise<Licensor> => {
  const listen = async (question: IncomingMessage): Promise<void> => {
    heard.push({ method: question.method, path: question.url, authorization: question.headers.authorization, body: (await question.toArray()).join('') })
  }
  const server = createServer((question, answer) => { listen(question).then(() => answer.writeHead(status, headers).end(body), () => answer.destroy()) })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => { server.close() })
  return openOwnLicensor({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token, connectMs: 10_000, answerMs: 10_000 })
}

const sheet = { format: 'rehome-licences/1', server: { name: 's', product: 'rehome', version: '1' }, takenAt: '2026-11-22T10:00:00.000Z', maintenance: null, licences: [], profiles: [] }
const activated = (of: Licensor): Promise<unknown> => of.activate({ licence, document: 'a.b.c', receipt: null }, code, 'key-of-this', never)

const faulted = async (asked: Promise<unknown>, fault: FaultCode, reason = /./): Promise<void> => {
  await assert.rejects(asked, error => {
    assert.ok(error instanceof Fault)
    assert.equal(error.code, fault, error.message)
    assert.match(String(error.facts['reason']), reason)
    for (const secret of [token, code]) assert.ok(!inspect(error, { depth: 10 }).includes(secret), error.message)
    return true
  })
}

describe('our own licence server, asked', () => {
  it('is shown the token, the key and what is wished', async t => {
    const heard: Heard[] = []
    await (await serverThat(t, 200, JSON.stringify({ licence, generation: 1, activation: 'a.b.c' }), heard)).activate({ licence, document: 'a.b.c', receipt: 'd.e.f' }, code, 'key-of-this', never)
    await (await serverThat(t, 200, JSON.stringify({ maintenance: null }), heard)).maintain({ reason: 'moving', expectedEnd: Date.UTC(2026, 10, 22) }, 'key-of-that', never)
    const read = await (await serverThat(t, 200, JSON.stringify(sheet), heard)).readBack(never)
    assert.equal(read.takenAt, Date.UTC(2026, 10, 22, 10))
    assert.deepEqual(heard.map(({ method, path, authorization, body }) => [method, path, authorization, body === '' ? null : JSON.parse(body)]), [
      ['POST', '/api/licences/activate', `Bearer ${token}`, { licence, code, receipt: 'd.e.f', key: 'key-of-this' }],
      ['POST', '/api/licences/maintain', `Bearer ${token}`, { reason: 'moving', expectedEnd: '2026-11-22T00:00:00.000Z', key: 'key-of-that' }],
      ['GET', '/api/licences/sheet', `Bearer ${token}`, null],
    ])
  })

  it('refuses in its own words, without what was secret', async t => {
    const detail = `The code ${code} is known to ${token} no more.`
    for (const status of [401, 404, 409, 422]) await faulted(activated(await serverThat(t, status, JSON.stringify({ type: '/problems/any', detail }))), 'LICENSOR_REFUSED', /^The code … is known to … no more\.$/)
  })

  it('is in doubt of a change when it fails while it works, and unreachable when it was only read', async t => {
    for (const [status, body] of [[500, ''], [502, '<html>'], [503, JSON.stringify({ type: '/problems/LEDGER_UNREACHABLE', detail: 'The ledger cannot be reached.' })]] as const) {
      const server = await serverThat(t, status, body)
      await faulted(activated(server), 'LICENSOR_IN_DOUBT')
      await faulted(server.readBack(never), 'LICENSOR_UNREACHABLE')
    }
    await faulted(activated(await serverThat(t, 429, '')), 'LICENSOR_UNREACHABLE', /too much/)
  })

  it('confuses nobody with what is no answer of its own', async t => {
    for (const [status, body] of [[200, '<html>'], [200, JSON.stringify({ licence })], [302, ''], [404, '<html>']] as const) {
      await faulted(activated(await serverThat(t, status, body, [], { location: 'http://127.0.0.1:9/' })), 'LICENSOR_CONFUSED')
    }
    await faulted((await serverThat(t, 200, JSON.stringify({ licence: licence.replace(/1$/, '2') }))).install({ licence, document: 'a.b.c', receipt: null }, 'key-of-this', never), 'LICENSOR_CONFUSED')
  })

  it('is not reached without encryption on another machine', () => {
    assert.throws(() => openOwnLicensor({ url: 'http://licences.example', token }), { code: 'LICENSOR_REFUSED' })
  })

  it('is believed by the authority that it is given', async t => {
    const authority = makeAuthority('Licence authority')
    const { certificate, key } = authority.issue('127.0.0.1')
    const server = createHttps({ cert: certificate, key }, (_, answer) => { answer.end(JSON.stringify(sheet)) })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => { server.close() })
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    assert.deepEqual((await openOwnLicensor({ url, token, ca: authority.root }).readBack(never)).licences, [])
    await faulted(openOwnLicensor({ url, token }).readBack(never), 'LICENSOR_UNREACHABLE')
    await faulted(activated(openOwnLicensor({ url, token })), 'LICENSOR_UNREACHABLE')
  })
})
