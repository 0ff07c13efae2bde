import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'
import { until } from './until.ts'

test('a proxy carries both ways and counts what it carries', async t => {
  const { proxy, dial } = await echoBehindProxy(t)
  const line = await dial()
  line.socket.write('hello')
  await until('the echo', () => line.heard() === 'hello')
  assert.deepEqual(proxy.bytes, { up: 5, down: 5 })
  line.socket.end(' bye')
  await until('the rest, after our end', () => line.heard() === 'hello bye' && line.ended())
})

test('a proxy carries more than it may hold, unharmed', async t => {
  const { dial } = await echoBehindProxy(t)
  const line = await dial()
  const sent = Buffer.alloc(20 * 2 ** 20, 'abcdefghij')
  line.socket.end(sent)
  await until('everything', () => line.bytes() === sent.length && line.ended())
})

test('cut resets what is open and refuses what comes, until restore', async t => {
  const { proxy, dial } = await echoBehindProxy(t)
  const line = await dial()
  await proxy.cut()
  await until('the reset', () => line.error() === 'ECONNRESET')
  await assert.rejects(dial(), { code: 'ECONNREFUSED' })
  assert.equal(proxy.connections, 0)
  await proxy.restore()
  const again = await dial()
  again.socket.write('back')
  await until('the echo', () => again.heard() === 'back')
})

test('stall keeps connections open and carries nothing; restore lets everything arrive', async t => {
  const { proxy, dial } = await echoBehindProxy(t)
  const line = await dial()
  proxy.stall()
  line.socket.write('held')
  await sleep(100)
  assert.equal(line.heard(), '')
  assert.equal(line.error(), undefined)
  await proxy.restore()
  await until('the echo', () => line.heard() === 'held')
})

test('delay postpones everything and keeps it moving', async t => {
  const { proxy, dial } = await echoBehindProxy(t)
  const line = await dial()
  proxy.delay(60)
  const began = performance.now()
  for (let n = 0; n < 10; n += 1) {
    line.socket.write('x')
    await sleep(10)
  }
  await until('the echo', () => line.heard().length === 10)
  const took = performance.now() - began
  assert.ok(took >= 210, `${took} ms`)
  assert.ok(took < 600, `${took} ms: one after the other`)
})

test('until fails with what it waited for and the last error', async () => {
  await assert.rejects(until('rain', () => { throw new Error('sunny') }, { withinMs: 30, everyMs: 10 }), { message: 'waited 30 ms for rain; last: sunny' })
})

type EchoLine = { readonly socket: Socket; heard(): string; bytes(): number; ended(): boolean; error(): string | undefined }

const echoBehindProxy = async (t: TestContext): Promise<{ proxy: TcpProxy; dial(): Promise<EchoLine> }> => {
  const echo = createServer({ allowHalfOpen: true }, socket => {
    socket.on('error', () => { /* cut on purpose */ })
    socket.pipe(socket)
  }).listen(0, '127.0.0.1')
  await once(echo, 'listening')
  const proxy = await startTcpProxy((echo.address() as AddressInfo).port)
  t.after(async () => {
    await proxy[Symbol.asyncDispose]()
    echo.close()
  })
  return {
    proxy,
    async dial() {
      const socket = createConnection({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true })
      const said: Buffer[] = []
      let [ended, failed]: [boolean, string | undefined] = [false, undefined]
      socket.on('data', (data: Buffer) => { said.push(data) })
      socket.on('end', () => { ended = true })
      await once(socket, 'connect')
      socket.on('error', (error: NodeJS.ErrnoException) => { failed = error.code })
      return { socket, heard: () => Buffer.concat(said).toString(), bytes: () => said.reduce((sum, data) => sum + data.length, 0), ended: () => ended, error: () => failed }
    },
  }
}
