import assert from 'node:assert/strict'
import { request as plainly, type RequestOptions } from 'node:http'
import { request as securely } from 'node:https'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { asId } from '#domain/ids.ts'
import { byHost, type Visitor } from '#domain/redirect.ts'
import { makeAuthority } from '#test/services/certificates.ts'
import { openRedirector } from './redirector.ts'

const move = asId<'move'>('00000000-0000-7000-8000-000000000001')
const endsAt = Date.UTC(2027, 1, 19)
const rules = byHost([{ move, from: 'https://nordlicht.cloud.example.com', to: 'https://nordlicht.example.cloud/?a="b"', endsAt }])

const ask = (asked: typeof plainly, options: RequestOptions & { readonly ca?: string; checkServerIdentity?(): undefined }, body?: string) => new Promise<{ status: number; location: string | undefined; cache: string | undefined; says: string }>((resolve, reject) => {
  const request = asked({ host: '127.0.0.1', agent: false, ...options }, response => {
    text(response).then(says => { resolve({ status: response.statusCode ?? 0, location: response.headers.location, cache: response.headers['cache-control'], says }) }, reject)
  })
  request.on('error', reject).end(body)
})

const useRedirector = async (t: { after(end: () => Promise<void>): void }, certificate?: { readonly cert: string; readonly key: string }) => {
  const at = { now: Date.UTC(2027, 0, 4) }
  const came: Visitor[] = []
  const redirector = await openRedirector({ host: '127.0.0.1', port: 0, ...(certificate === undefined ? {} : { certificate }) }, { rules: () => rules, now: () => at.now, came: (_, visitor) => { came.push(visitor) } })
  t.after(async () => { await redirector[Symbol.asyncDispose]() })
  const of = (headers: Record<string, string>, options: RequestOptions = {}, body?: string) => ask(plainly, { port: redirector.port, headers: { host: 'nordlicht.cloud.example.com', ...headers }, ...options }, body)
  return { at, came, redirector, of }
}

test('A1: the old address answers 308 to every method, with path and query, and lets nobody keep the answer', async t => {
  const { of, came } = await useRedirector(t)
  const to = 'https://nordlicht.example.cloud/orders/7?page=2&q=a%20b'
  for (const method of ['GET', 'HEAD', 'POST', 'DELETE']) assert.deepEqual(await of({}, { method, path: '/orders/7?page=2&q=a%20b' }), { status: 308, location: to, cache: 'no-store', says: '' }, method)
  assert.equal((await of({ 'content-length': '5000000' }, { method: 'POST', path: '/orders' }, 'x'.repeat(5_000_000)).catch(() => ({ status: 308 }))).status, 308, 'what is sent along is not waited for')
  assert.equal((await of({}, { path: '//evil.example/%0d%0aset-cookie:a' })).location, 'https://nordlicht.example.cloud//evil.example/%0d%0aset-cookie:a')
  assert.equal((await of({ host: 'elsewhere.example' }, { path: 'http://nordlicht.cloud.example.com/a' })).location, 'https://nordlicht.example.cloud/a')
  assert.equal(came.length, 7)
})

test('A1: after its end the old address says where it went, in the language of whoever comes', async t => {
  const { of, at, came } = await useRedirector(t)
  at.now = endsAt
  const [en, ja] = [await of({ 'user-agent': 'curl/8' }, { path: '/orders' }), await of({ 'accept-language': 'ja,en;q=0.5' })]
  assert.deepEqual([en.status, en.location, ja.status], [410, undefined, 410])
  assert.match(en.says, /<html lang="en">.*This address has ended.*href="https:\/\/nordlicht\.example\.cloud\/\?a=(?:%22|&quot;)b/s)
  assert.match(ja.says, /<html lang="ja">.*このアドレスは終了しました/s)
  assert.deepEqual(came.map(one => [one.path, one.program]), [['/orders', 'curl'], ['/', 'another program']], 'who comes too late is counted as well')
  assert.equal((await of({}, { method: 'HEAD' })).says, '')
})

test('A1: names that have not moved lead nowhere, and our own looking is no visit', async t => {
  const { of, came } = await useRedirector(t)
  assert.deepEqual([(await of({ host: 'evil.example' })).status, (await of({ host: '' })).status, (await of({ host: '[' })).status], [404, 404, 404])
  assert.equal((await of({ 'user-agent': 'Rehome' })).status, 308)
  assert.deepEqual(came, [])
})

test('A1: with a certificate the old address answers by HTTPS, and a renewed one is taken up', async t => {
  const [one, other] = [makeAuthority('one'), makeAuthority('other')]
  const pair = ({ certificate: cert, key }: { readonly certificate: string; readonly key: string }) => ({ cert, key })
  const { redirector } = await useRedirector(t, pair(one.issue('127.0.0.1')))
  const trusting = (ca: string) => ask(securely as typeof plainly, { port: redirector.port, ca, checkServerIdentity: () => undefined, headers: { host: 'nordlicht.cloud.example.com' } })
  assert.equal((await trusting(one.root)).status, 308)
  redirector.renew(pair(other.issue('127.0.0.1')))
  await assert.rejects(trusting(one.root))
  assert.equal((await trusting(other.root)).status, 308)
})
