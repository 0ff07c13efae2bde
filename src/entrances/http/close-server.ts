import { once } from 'node:events'
import type { Server } from 'node:http'

const idleEveryMs = 20

/** Takes no new connection, lets requests under way be answered, and cuts off who is not done within so many milliseconds. */
export const closeServer = async (server: Server, withinMs: number): Promise<void> => {
  const closed = once(server, 'close')
  server.close()
  // A connection that was busy just now is kept open for the next request, which is not to come here any more.
  const idle = setInterval(() => { server.closeIdleConnections() }, idleEveryMs)
  const late = setTimeout(() => { server.closeAllConnections() }, withinMs)
  await closed
  clearInterval(idle)
  clearTimeout(late)
}
