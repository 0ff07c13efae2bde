import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import pg from 'pg'
import type { World } from '#control/ground/world.ts'
import { appOf } from '#entrances/http/app.ts'
import { api, type EndpointName } from '#wire/api.ts'
import type { Scope, TestDatabase } from '#test/services/postgres.ts'

/** The number of the first statement that is looked at: where a transaction begins or ends, and within one. */
type From = { readonly edge: number; readonly within: number }
/** How far a request has come, and from which of its statements on the session of the ledger that it is in is ended from outside, before the next one that is looked at. */
type Life = { readonly from: From; seen: number; hasEnded: boolean; readonly reading: Set<pg.Client>; readonly end: (pid: number) => Promise<void> }
const lives = new AsyncLocalStorage<Life>()

/** Counts statements of requests that are to die; all others are left alone. */
const { query } = pg.Client.prototype as { query: (this: pg.Client, ...words: unknown[]) => unknown }
pg.Client.prototype.query = function (this: pg.Client & { readonly processID: number }, ...words: unknown[]): unknown {
  const life = lives.getStore()
  if (life === undefined || life.hasEnded || typeof words.at(-1) === 'function') return query.apply(this, words)
  // Nothing that was read depends on how the reading ends, and nobody waits for it.
  const endsReading = isText(words[0], /^commit\b/i) && life.reading.delete(this)
  if (isText(words[0], /\bread only\b/i)) life.reading.add(this)
  if (++life.seen < life.from[isEdge(words[0]) ? 'edge' : 'within'] || endsReading) return query.apply(this, words)
  life.hasEnded = true
  const gone = new Promise<void>(resolve => { this.once('end', resolve) })
  return Promise.all([gone, life.end(this.processID)]).then(() => query.apply(this, words))
} as never

/** Each transaction is looked at before it begins and before it ends, where it would show that there are several. */
const isEdge = (text: unknown): boolean => isText(text, /^\s*(?:begin|start transaction|commit)\b/i)
/** Of the statements within, which stand and fall together, some: the fewer the more there are. */
const after = (seen: number): From => ({ edge: seen + 1, within: seen + Math.max(6, seen) })
const isText = (text: unknown, pattern: RegExp): boolean => typeof text === 'string' && pattern.test(text)

export type Mortal = {
  /** Sends a request as a person would, but a POST first several times to a control that loses its ledger in the middle of it, each time one step further; nothing may have changed each time. */
  send(url: URL, init: RequestInit, open: (address: string, init: RequestInit) => Promise<Response>): Promise<Response>
  /** Endpoints that were killed, and how often, before they were let live. */
  readonly proven: ReadonlyMap<EndpointName, number>
  /** Where something was left behind: the endpoint, before which statement, and in which tables. */
  readonly left: readonly { readonly name: EndpointName; readonly before: number; readonly tables: readonly string[] }[]
  /** Deciding endpoints that nobody has reached. */
  unreached(): EndpointName[]
}

const dyingHeader = 'x-dies-from'
const endedHeader = 'x-died-at'

/** `alone`: does something while nobody else changes the ledger: no worker, no agent. */
type Around = { readonly world: World; readonly database: TestDatabase; alone<T>(work: () => Promise<T>): Promise<T> }

export const useMortalControl = async (scope: Scope, { world, database, alone }: Around): Promise<Mortal> => {
  const end = async (pid: number): Promise<void> => { await database.query('SELECT pg_terminate_backend($1)', [pid]) }
  const bugs: unknown[] = []
  const app = appOf(world, { failed: error => { bugs.push(error) }, answered: () => { /* nobody counts */ } }, { limits: { perMinute: 1e9, openPerMinute: 1e9 } })
  const server = serve({
    hostname: '127.0.0.1', port: 0,
    fetch: async (request, env) => {
      const [edge, within] = (request.headers.get(dyingHeader) ?? '').split(' ').map(Number)
      const life: Life = { from: { edge: edge ?? 0, within: within ?? 0 }, seen: 0, hasEnded: false, reading: new Set(), end }
      const response = await lives.run(life, async () => await app.fetch(request, env))
      response.headers.set(endedHeader, life.hasEnded ? String(life.seen) : 'never')
      return response
    },
  }) as Server
  await once(server, 'listening')
  scope.after(async () => { server.close(); server.closeAllConnections(); await once(server, 'close') })
  const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const [proven, left] = [new Map<EndpointName, number>(), [] as { name: EndpointName; before: number; tables: string[] }[]]
  const digest = await digester(database)

  const die = async (name: EndpointName, url: URL, init: RequestInit, open: Parameters<Mortal['send']>[2]): Promise<Response> => {
    let was = await digest()
    for (let [from, times] = [after(0), 0]; ; times++) {
      const response = await open(`${site}${url.pathname}${url.search}`, { ...init, headers: { ...init.headers as Record<string, string>, [dyingHeader]: `${from.edge} ${from.within}` } })
      const before = response.headers.get(endedHeader) ?? ''
      if (before === 'never') {
        if (response.ok) proven.set(name, times)
        return response
      }
      assert.deepEqual(bugs, [], `${name} before statement ${before}`)
      const [status, body] = [response.status, await response.text()]
      assert.match(`${status} ${body}`, /^503 .*LEDGER_UNREACHABLE/, `${name} before statement ${before}`)
      const is = await digest()
      const tables = [...is].filter(([table, hash]) => was.get(table) !== hash).map(([table]) => table)
      if (tables.length > 0) left.push({ name, before: Number(before), tables })
      was = is
      from = after(Number(before))
    }
  }

  return {
    proven, left,
    async send(url, init, open) {
      const name = init.method === 'POST' ? nameOf(url.pathname) : undefined
      if (name === undefined || proven.has(name)) return await open(`${url.pathname}${url.search}`, init)
      return await alone(() => die(name, url, init, open))
    },
    unreached: () => deciding.filter(name => !proven.has(name)),
  }
}

const deciding = (Object.keys(api) as EndpointName[]).filter(name => api[name].method === 'POST')
const patterns = deciding.map(name => [name, new RegExp(`^${api[name].path.replaceAll(/\{\w+\}/g, '[^/]+')}$`)] as const)
/** The fixed addresses before those with names in them. */
const nameOf = (path: string): EndpointName | undefined => (deciding.find(name => api[name].path === path) ?? patterns.find(([, pattern]) => pattern.test(path))?.[0])

/** One number for each table of the ledger, and one for the jobs: other rows, another number. When somebody was last heard of, and that somebody tried a password, is no change: a try counts whatever comes of it. */
const digester = async (database: TestDatabase): Promise<() => Promise<ReadonlyMap<string, string>>> => {
  const tables = (await database.query<{ name: string }>("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'rehome' ORDER BY 1")).map(({ name }) => name)
  const heardOf: Readonly<Record<string, string>> = { session: '{seen_at}', agent: '{seen_at}', operator: '{failures,failed_at}' }
  const row = (table: string): string => (heardOf[table] === undefined ? 't::text' : `(to_jsonb(t) - '${heardOf[table]}'::text[])::text`)
  const counts = tables.map(table => `SELECT '${table}' AS name, coalesce(sum(hashtextextended(${row(table)}, 0)), 0)::text AS hash FROM rehome.${table} t`)
  const jobs = `SELECT 'jobs', coalesce(sum(hashtextextended(concat_ws(' ', name, singleton_key, data, start_after, state = 'cancelled'), 0)), 0)::text FROM jobs.job`
  const [there] = await database.query<{ jobs: string | null }>("SELECT to_regclass('jobs.job')::text AS jobs")
  const sql = [...counts, ...(there?.jobs === null ? [] : [jobs])].join(' UNION ALL ')
  return async () => new Map((await database.query<{ name: string; hash: string }>(sql)).map(({ name, hash }) => [name, hash]))
}
