import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'
import { Frames } from '#adapters/store/postgres/frames.ts'
import { positionOf } from '#adapters/store/postgres/lsn.ts'
import type { Position } from '#domain/stream.ts'
import type { Scope } from '#test/services/postgres.ts'

/**
 * A line to a server on which every acknowledgement of a replication session is shown to `seen` before the server gets it. Returns the URL
 * that leads through it.
 */
export const useTap = async (scope: Scope, url: string, seen: (acknowledged: Position) => Promise<void>): Promise<string> => {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  const server = createServer(near => {
    const far = createConnection({ port: Number(target.port), host: '127.0.0.1' })
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => { near.destroy(); far.destroy() })
    }
    far.pipe(near)
    forward(near, far, seen).then(() => far.end(), () => { near.destroy(); far.destroy() })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  scope.after(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  const through = new URL(url)
  through.port = String((server.address() as AddressInfo).port)
  return through.href
}

const forward = async (from: Socket, to: Socket, seen: (acknowledged: Position) => Promise<void>): Promise<void> => {
  const frames = new Frames()
  let isFirst = true
  for await (const chunk of from as AsyncIterable<Buffer>) {
    // The very first message of a session has no type letter; a client waits for the answer before it goes on.
    if (!isFirst) {
      for (const item of frames.push(chunk)) {
        if ('message' in item && item.message === 'd' && item.body[0] === 0x72) await seen(positionOf(`${item.body.toString('hex', 9, 13)}/${item.body.toString('hex', 13, 17)}`))
      }
    }
    isFirst = false
    if (!to.write(chunk)) await once(to, 'drain')
  }
}
