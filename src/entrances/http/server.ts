import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'
import { serve } from '@hono/node-server'
import type { World } from '#control/world.ts'
import { appOf, type AppOptions } from './app.ts'
import type { Reporter } from './reporter.ts'

export type HttpServer = AsyncDisposable & { readonly port: number }

/** Listens until it is disposed of; requests under way are answered first, for at most ten seconds. `port` 0: any that is free. */
export const listen = async (world: World, reporter: Reporter, { host, port, ...options }: AppOptions & { readonly host: string; readonly port: number }): Promise<HttpServer> => {
  const stopping = new AbortController()
  const app = appOf(world, reporter, { ...options, stopping: stopping.signal })
  const server = serve({ fetch: app.fetch, hostname: host, port }) as Server
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      stopping.abort()
      server.close()
      // A connection that was busy just now is kept open for the next request, which is not to come here any more.
      const idle = setInterval(() => { if ('closeIdleConnections' in server) (server.closeIdleConnections as () => void)() }, 20)
      const late = setTimeout(() => { if ('closeAllConnections' in server) (server.closeAllConnections as () => void)() }, 10_000)
      await closed
      clearInterval(idle)
      clearTimeout(late)
    },
  }
}
