import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Fault } from '#domain/faults.ts'
import { closeServer } from '../close-server.ts'
import { licenceApp, type LicenceDoor } from './app.ts'

export type LicenceHttp = AsyncDisposable & { readonly port: number }
export type LicenceListen = { readonly host: string; /** 0: any that is free. */ readonly port: number; /** PEM; null: plain HTTP. */ readonly tls: { readonly certificate: string; readonly key: string } | null }

/** Whoever sends slowly, or nothing, holds a connection for so long at most. */
export const licenceLimits = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 75_000, connectionsCheckingInterval: 5_000, maxHeaderSize: 16 * 2 ** 10 } as const
const mostConnections = 20_000
const stopMs = 10_000

/** Listens until it is disposed of; requests under way are answered first, for at most ten seconds. Fault LICENCE_PORT_TAKEN. */
export const listenLicence = async (door: Omit<LicenceDoor, 'stopping'>, { host, port, tls }: LicenceListen, limits: Readonly<Record<keyof typeof licenceLimits, number>> = licenceLimits): Promise<LicenceHttp> => {
  const stopping = new AbortController()
  const app = licenceApp({ ...door, stopping: stopping.signal })
  const server: Server = tls === null ? createServer(limits, app) : createSecureServer({ ...limits, cert: tls.certificate, key: tls.key, minVersion: 'TLSv1.2' }, app)
  server.maxConnections = mostConnections
  server.listen({ host, port, backlog: 1_024 })
  try {
    await once(server, 'listening')
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? new Fault('LICENCE_PORT_TAKEN', { address: `${host}:${port}` }, { cause: error }) : error
  }
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await closeServer(server, stopMs)
    },
  }
}
