import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test, type TestContext } from 'node:test'
import { Fault } from '#domain/faults.ts'
import { useShop } from '#examples/orders/fixture.ts'
import { openSession } from '#examples/orders/sessions.ts'
import { signWebhook } from '#lib/webhook-signature.ts'
import { homeControlContract } from '#ports/home-control.contract.ts'
import { until } from '#test/services/until.ts'
import { openWebhook } from './webhook.ts'

const never = new AbortController().signal
const shop = await useShop({ after })
const url = `${shop.product.url}/maintenance`
const control = openWebhook({ url, secret: shop.secret })

const place = (article: number): Promise<Response> => fetch(`${shop.product.url}/orders`, {
  method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ verb: 'place', token: randomUUID(), person: 1, note: '', lines: [{ article, quantity: 1 }] }),
})

homeControlContract('the sample product behind its webhook', async () => {
  await control.thaw(shop.tenant, never)
  return {
    control, tenant: shop.tenant,
    write: async () => (await place(1)).ok,
    async slowWrite() {
      const lock = await openSession(shop.superuserUrl)
      await lock.query("BEGIN; SELECT FROM stock WHERE article_id = 2 AND warehouse = 'main' FOR UPDATE")
      const answer = place(2)
      await until('a write that waits', async () => (await shop.query("SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")).length === 1)
      return {
        async end() {
          await lock.end()
          return (await answer).ok
        },
      }
    },
  }
})

test('a product in maintenance names its home and says when to come again', async () => {
  await control.freeze(shop.tenant, never)
  const answer = await place(1)
  assert.deepEqual([answer.status, answer.headers.get('retry-after'), answer.headers.get('x-home')], [503, '1', 'here'])
  assert.equal((await fetch(shop.product.url)).status, 200, 'reading goes on')
  await control.thaw(shop.tenant, never)
})

test('a message that is heard twice is carried out once', async () => {
  const say = async (headers: Record<string, string>, body: string): Promise<unknown> => (await fetch(url, { method: 'POST', headers, body })).json()
  const body = JSON.stringify({ verb: 'thaw', tenant: shop.tenant })
  const message = { ...signWebhook(shop.secret, 'msg_1', Math.floor(Date.now() / 1000), body) }
  await say(message, body)
  await control.freeze(shop.tenant, never)
  assert.deepEqual(await say(message, body), { mode: 'serving', version: '1.0' }, 'the answer of the first time')
  assert.equal((await control.probe(shop.tenant, never)).mode, 'frozen', 'somebody who had listened thawed it')
  await control.thaw(shop.tenant, never)
})

const refused = (reason: RegExp) => (error: unknown): boolean => error instanceof Fault && error.code === 'HOME_REFUSED' && reason.test(String(error.facts['reason']))

test('a message of somebody else changes nothing', async () => {
  const stranger = openWebhook({ url, secret: `whsec_${Buffer.from('another key').toString('base64')}` })
  await assert.rejects(stranger.freeze(shop.tenant, never), refused(/401.*the signature does not fit/))
  const body = JSON.stringify({ verb: 'freeze', tenant: shop.tenant })
  const ago = { ...signWebhook(shop.secret, 'msg_old', Math.floor(Date.now() / 1000) - 301, body) }
  assert.equal((await fetch(url, { method: 'POST', headers: ago, body })).status, 401)
  const other = { ...signWebhook(shop.secret, 'msg_other', Math.floor(Date.now() / 1000), body.replace('freeze', 'thaw')) }
  assert.equal((await fetch(url, { method: 'POST', headers: other, body })).status, 401)
  assert.equal((await fetch(url, { method: 'POST', body })).status, 401)
  await assert.rejects(control.freeze('somebody', never), refused(/404.*no such customer/))
  assert.equal((await control.probe(shop.tenant, never)).mode, 'serving')
})

/** A product that answers as it is told to. */
const productThat = async (t: TestContext, listener: RequestListener): Promise<string> => {
  const server = createServer(listener)
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  t.after(() => { server.closeAllConnections(); server.close() })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/maintenance`
}

test('a product that does not do what it says is not believed', async t => {
  const { secret } = shop
  const says = async (body: string): Promise<string> => productThat(t, (_, response) => { response.end(body) })
  await assert.rejects(openWebhook({ url: await says('{"mode":"serving"}'), secret }).freeze('t', never), refused(/it says that it is serving/))
  await assert.rejects(openWebhook({ url: await says('{"mode":"asleep"}'), secret }).probe('t', never), refused(/not what was agreed/))
  await assert.rejects(openWebhook({ url: await says('<html>'), secret }).probe('t', never), refused(/not what was agreed/))
})

test('a signature is for one address: no redirect is followed', async t => {
  const to = await productThat(t, (_, response) => { response.end('{"mode":"frozen"}') })
  const from = await productThat(t, (_, response) => { response.writeHead(307, { location: to }).end() })
  await assert.rejects(openWebhook({ url: from, secret: shop.secret }).freeze('t', never), refused(/redirect/))
})

test('a product that is gone, slow, or talks without end is said to be so', async t => {
  const { secret } = shop
  await assert.rejects(openWebhook({ url: 'http://127.0.0.1:9/', secret }).probe('t', never), refused(/ECONNREFUSED|bad port/))
  const silent = await productThat(t, () => { /* never answers */ })
  await assert.rejects(openWebhook({ url: silent, secret, timeoutMs: 50 }).probe('t', never), refused(/did not answer within 50 ms/))
  const endless = await productThat(t, (_, response) => { response.write('{"mode":"serving","x":"'); setInterval(() => response.write('x'.repeat(65_536)), 1).unref() })
  await assert.rejects(openWebhook({ url: endless, secret, timeoutMs: 5_000 }).probe('t', never), refused(/longer than/))
})

test('what is told to people holds no secret', async () => {
  const label = openWebhook({ url: 'https://user:pass@shop.example/hook?key=1', secret: shop.secret }).label
  assert.equal(label, 'https://shop.example/hook')
})
