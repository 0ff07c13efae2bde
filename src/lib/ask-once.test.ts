import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { createServer as createPlain, type AddressInfo, type Server, type Socket } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { makeAuthority } from '#test/services/certificates.ts'
import { type Asked, askOnce, Unanswered } from './ask-once.ts'

const never = new AbortController().signal
const asked: Asked = { method: 'POST', headers: { 'x-word': 'yes' }, body: '{"ä":1}', connectMs: 5_000, answerMs: 5_000, mostBytes: 1_000 }

const listening = async (t: TestContext, server: Server): Promise<number> => {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => { open.add(socket) })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

const told = async (asking: Promise<unknown>): Promise<Unanswered> => {
  const error: unknown = await asking.then(() => assert.fail('it was answered'), (thrown: unknown) => thrown)
  assert.ok(error instanceof Unanswered, String(error))
  return error
}

const echo = async (question: IncomingMessage, answer: ServerResponse): Promise<void> => {
  const body = (await question.toArray() as Buffer[]).join('')
  answer.writeHead(201, { 'x-method': question.method }).end(`${question.url ?? ''} ${String(question.headers['x-word'])} ${body}`)
}

describe('a question asked once', () => {
  it('is sent as it is, and answered with status, headers and text', async t => {
    const port = await listening(t, createHttp((question, answer) => { void echo(question, answer) }))
    const { status, headers, text } = await askOnce(new URL(`http://127.0.0.1:${port}/a?b=c`), asked, never)
    assert.deepEqual([status, headers['x-method'], text], [201, 'POST', '/a?b=c yes {"ä":1}'])
  })

  it('believes the authority that it is given and no other, before anything is sent', async t => {
    const authority = makeAuthority('Licence authority')
    const { certificate, key } = authority.issue('127.0.0.1')
    let heard = 0
    const port = await listening(t, createHttps({ cert: certificate, key }, (question, answer) => { heard += 1; void echo(question, answer) }))
    const url = new URL(`https://127.0.0.1:${port}/`)
    assert.equal((await askOnce(url, { ...asked, ca: authority.root }, never)).status, 201)
    for (const ca of [{}, { ca: makeAuthority('Somebody else').root }]) assert.equal((await told(askOnce(url, { ...asked, ...ca }, never))).wasSent, false)
    assert.equal(heard, 1)
  })

  it('was not sent where nothing listens, or the connection ends before the certificate was shown', async t => {
    const gone = createPlain()
    gone.listen(0, '127.0.0.1')
    await once(gone, 'listening')
    const { port } = gone.address() as AddressInfo
    gone.close()
    await once(gone, 'close')
    assert.equal((await told(askOnce(new URL(`http://127.0.0.1:${port}/`), asked, never))).wasSent, false)
    const resets = await listening(t, createPlain(socket => { socket.once('data', () => { socket.resetAndDestroy() }) }))
    assert.equal((await told(askOnce(new URL(`https://127.0.0.1:${resets}/`), asked, never))).wasSent, false)
    const silent = await listening(t, createPlain())
    assert.equal((await told(askOnce(new URL(`https://127.0.0.1:${silent}/`), { ...asked, connectMs: 50 }, never))).wasSent, false)
  })

  it('may have been heard where the answer does not come, breaks off or is too long', async t => {
    const answers: ((socket: Socket) => void)[] = [
      () => { /* nothing */ }, socket => { socket.resetAndDestroy() }, socket => { socket.end() },
      socket => { socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'); socket.end() },
      socket => { socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 2000\r\n\r\n${'x'.repeat(2_000)}`) },
      socket => { socket.end('no HTTP at all\r\n\r\n') },
    ]
    for (const answer of answers) {
      const port = await listening(t, createPlain(socket => {
        socket.on('error', () => { /* it is closed on purpose */ })
        socket.once('data', () => { answer(socket) })
      }))
      assert.equal((await told(askOnce(new URL(`http://127.0.0.1:${port}/`), { ...asked, answerMs: 200 }, never))).wasSent, true)
    }
  })

  it('is not sent once the signal is aborted, and is not taken for unsent when that is later', async t => {
    const reason = new Error('enough')
    const stop = new AbortController()
    const port = await listening(t, createPlain(socket => { socket.once('data', () => { stop.abort(reason) }) }))
    const url = new URL(`http://127.0.0.1:${port}/`)
    await assert.rejects(askOnce(url, asked, AbortSignal.abort(reason)), error => error === reason)
    assert.equal((await told(askOnce(url, asked, stop.signal))).wasSent, true)
  })
})
