import { once } from 'node:events'
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net'
import type { Scope } from './postgres.ts'

/**
 * A port of 127.0.0.1 that leads to `target`, another of them, and through which no answer comes: `silent`, the request goes in and nothing is ever heard; `broken`, the connection is reset
 * when the answer comes out; `closed`, nothing listens. What was asked is carried to its end whether or not anybody waits.
 */
export const openDoor = async (scope: Scope, target: number, way: 'closed' | 'silent' | 'broken'): Promise<number> => {
  const open = new Set<Socket>()
  const server = createServer(near => {
    const far = createConnection({ port: target, host: '127.0.0.1' })
    for (const socket of [near, far]) {
      open.add(socket)
      socket.on('error', () => { /* the other side is not told */ })
    }
    near.on('data', data => { far.write(data) })
    far.on('data', () => { if (way === 'broken') near.resetAndDestroy() })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    for (const socket of open) socket.destroy()
    server.close()
    await once(server, 'close')
  }
  if (way === 'closed') await close()
  else scope.after(close)
  return port
}
