import type { EmbeddedPostgres } from '#adapters/embedded-postgres/launcher.ts'
import { type Scope, useServer } from '#test/services/postgres.ts'
import { startTcpProxy, type TcpProxy } from '#test/services/tcp-proxy.ts'
import { shop, type HomeName } from './load.ts'
import pg from 'pg'

/** Two servers of our own, safe across a crash, and a line to each through which the mover must go. One trial at a time. */
export type Arena = {
  readonly servers: Readonly<Record<HomeName, EmbeddedPostgres>>
  readonly lines: Readonly<Record<HomeName, TcpProxy>>
}

export const openArena = async (scope: Scope): Promise<Arena> => {
  const [origin, destination] = [await useServer(scope, { major: 15 }), await useServer(scope, { major: 18 })]
  const lines = { origin: await startTcpProxy(origin.port), destination: await startTcpProxy(destination.port) }
  scope.after(async () => {
    await lines.origin[Symbol.asyncDispose]()
    await lines.destination[Symbol.asyncDispose]()
  })
  return { servers: { origin, destination }, lines }
}

/** A product's database in the origin and an empty one in the destination. `product` leads straight there, `mover` through the lines. */
export type Homes = { readonly product: Readonly<Record<HomeName, string>>; readonly mover: Readonly<Record<HomeName, string>> }

export const makeHomes = async ({ servers, lines }: Arena, name: string): Promise<Homes> => {
  for (const server of [servers.origin, servers.destination]) await run(server.superuserUrl(), `CREATE DATABASE ${name}`)
  const product = { origin: servers.origin.superuserUrl(name), destination: servers.destination.superuserUrl(name) }
  await run(product.origin, shop)
  const through = (home: HomeName): string => {
    const url = new URL(product[home])
    url.port = String(lines[home].port)
    return url.href
  }
  return { product, mover: { origin: through('origin'), destination: through('destination') } }
}

export const dropHomes = async ({ servers }: Arena, name: string): Promise<void> => {
  for (const server of [servers.origin, servers.destination]) {
    await run(server.superuserUrl(), `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '${name}'`)
    await run(server.superuserUrl(), `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = '${name}'`)
    await run(server.superuserUrl(), `DROP DATABASE ${name} WITH (FORCE)`)
  }
}

/** Runs SQL; the rows of the last statement. */
export const run = async (url: string, sql: string): Promise<Record<string, unknown>[]> => {
  const session = new pg.Client({ connectionString: url })
  session.on('error', () => { /* the statement under way rejects with it */ })
  await session.connect()
  try {
    const results: unknown = await session.query(sql)
    return ((Array.isArray(results) ? results.at(-1) : results) as { rows: Record<string, unknown>[] }).rows
  } finally {
    await session.end()
  }
}
