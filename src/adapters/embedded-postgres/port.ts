import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Below the range from which systems take ports for outgoing connections, so that nobody takes one by chance. */
const first = 20_000
const last = 31_999

/** A port of 127.0.0.1 that nobody listens on now; the server's own bind decides. `wish` is taken if it is free. */
export const freePort = async (wish?: number): Promise<number> => {
  if (wish !== undefined && (await isFree(wish))) return wish
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = randomInt(first, last + 1)
    if (await isFree(port)) return port
  }
  throw new Error(`no free port between ${first} and ${last} on 127.0.0.1`)
}

const isFree = (port: number): Promise<boolean> => {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const probe = createServer()
  probe.once('error', () => resolve(false))
  probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)))
  return promise
}
