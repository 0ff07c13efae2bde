import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import type { World } from '#control/ground/world.ts'
import { appOf, type AppOptions } from './app.ts'
import { closeServer } from './close-server.ts'
import type { Reporter } from './reporter.ts'

export type HttpServer = AsyncDisposable & { readonly port: number }

const stopMs = 10_000

/** Listens until it is disposed of; requests under way are answered first, for at most ten seconds. `port` 0: any that is free. */
export const listen = async (world: World, reporter: Reporter, { host, port, ...options }: AppOptions & { readonly host: string; readonly port: number }): Promise<HttpServer> => {
  const stopping = new AbortController()
  const app = appOf(world, reporter, { ...options, stopping: stopping.signal })
  const server = serve({ fetch: app.fetch, hostname: host, port }) as Server
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await closeServer(server, stopMs)
    },
  }
}
