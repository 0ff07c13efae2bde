import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import pg from 'pg'
import { Maintenance, webhookEars } from './maintenance.ts'
import { pageOf } from './page.ts'
import { carryOut, NotPossible, readOrder, writeSchema, type Order, type Write } from './writes.ts'

export type ProductSettings = {
  readonly databaseUrl: string
  /** 0: any that is free. */
  readonly port: number
  /** What people and the response headers call this home. */
  readonly home: string
  readonly tenant: string
  /** Of the maintenance webhook: `whsec_` and base64. */
  readonly secret: string
  /** Begins in maintenance, as a home does that is still being moved into. */
  readonly inMaintenance: boolean
}

/** A running product; disposing of it lets requests under way end. */
export type Product = AsyncDisposable & { readonly url: string }

/** Tidemark Orders for one customer in one home. What it cannot reach or may not write to is answered 503, and asked again later it works. */
export const startProduct = async (settings: ProductSettings): Promise<Product> => {
  const pool = new pg.Pool({ connectionString: settings.databaseUrl, max: 10, connectionTimeoutMillis: 5_000, statement_timeout: 10_000, query_timeout: 15_000, application_name: 'tidemark-orders' })
  // A server that ends an idle session is no reason to end: the pool opens another when it is needed.
  pool.on('error', () => { /* see above */ })
  const maintenance = new Maintenance(settings.inMaintenance)
  const hear = webhookEars(maintenance, { secret: settings.secret, tenant: settings.tenant, version: '1.0', nowS: () => Math.floor(Date.now() / 1000) })
  const desk = { pool, maintenance, hear, home: settings.home }
  // Longer than any proxy keeps an idle connection: it is the proxy that closes, never we under a request on its way.
  const server = createServer({ keepAliveTimeout: 75_000 }, (request, response) => { void answer(desk, request, response) })
  await new Promise<void>((resolve, reject) => { server.once('error', reject).listen(settings.port, '127.0.0.1', resolve) })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>(resolve => { server.close(() => resolve()) })
      server.closeIdleConnections()
      setTimeout(() => server.closeAllConnections(), 2_000).unref()
      await closed
      await pool.end()
    },
  }
}

type Desk = { readonly pool: pg.Pool; readonly maintenance: Maintenance; readonly hear: ReturnType<typeof webhookEars>; readonly home: string }
type Answer = { readonly status: number; readonly body: object | string | Buffer; readonly type?: string }

const longestBody = 100_000

const answer = async (desk: Desk, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { status, body, type } = await safely(desk, request)
  const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
  response.writeHead(status, {
    'content-type': type ?? 'application/json', 'cache-control': 'no-store', 'x-home': encodeURIComponent(desk.home), 'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'",
    ...(status === 503 ? { 'retry-after': '1' } : {}),
  })
  response.end(bytes)
}

const safely = async (desk: Desk, request: IncomingMessage): Promise<Answer> => {
  try {
    return await route(desk, request)
  } catch (error) {
    if (error instanceof NotPossible) return { status: 409, body: { error: error.message } }
    if (isPassing(error)) return later('the database does not take writes at this moment')
    process.stderr.write(`${request.method ?? ''} ${request.url ?? ''}: ${error instanceof Error ? error.message : String(error)}\n`)
    return { status: 500, body: { error: 'this did not work, and asking again will not help' } }
  }
}

const later = (error: string): Answer => ({ status: 503, body: { error } })

/**
 * What goes by: the fence (25006), a deadlock or conflict, a server that ends sessions or is gone. Whether a write was carried out may not be known then: its token
 * makes asking again safe.
 */
const isPassing = (error: unknown): boolean => {
  const { code, message } = error as { code?: string; message?: string }
  return /^(25006|40001|40P01|57P0[123]|57014|53300|08\w{3}|28\w{3}|3D000|E(CONNREFUSED|CONNRESET|PIPE|TIMEDOUT))$/.test(code ?? '') || /timeout|terminated|Connection ended/i.test(message ?? '')
}

const route = async (desk: Desk, request: IncomingMessage): Promise<Answer> => {
  const [pathname = '/'] = (request.url ?? '/').split('?')
  const about = `${request.method} ${pathname}`
  const order = /^\/orders\/(\d{1,15})$/.exec(pathname)?.[1]
  if (request.method === 'GET' && order !== undefined) return { status: 200, body: await readOrder(desk.pool, Number(order)) }
  if (request.method === 'POST' && (pathname === '/orders' || order !== undefined)) return write(desk, await bodyOf(request))
  switch (about) {
    case 'GET /': return { status: 200, body: await page(desk), type: 'text/html; charset=utf-8' }
    case 'GET /logo': return logo(desk.pool)
    case 'GET /orders': return { status: 200, body: (await latest(desk.pool)) }
    case 'GET /articles': return { status: 200, body: (await forSale(desk.pool)) }
    case 'GET /totals': return { status: 200, body: await totals(desk.pool) }
    case 'POST /maintenance': return desk.hear(request.headers, await bodyOf(request))
    default: return { status: 404, body: { error: 'there is no such page' } }
  }
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  if (Number(request.headers['content-length'] ?? Infinity) > longestBody) throw new NotPossible('the request has no length, or is too long')
  return text(request)
}

const write = async ({ pool, maintenance }: Desk, body: string): Promise<Answer> => {
  const asked = writeSchema.safeParse(parsed(body))
  if (!asked.success) return { status: 400, body: { error: asked.error.issues[0]?.message ?? 'not understood' } }
  const done = await maintenance.write(() => inSession(pool, asked.data))
  return done === 'in maintenance' ? later('orders are taken again in a moment') : { status: 200, body: done }
}

/** A session in which something else than an ordinary refusal happened is not used again. */
const inSession = async (pool: pg.Pool, asked: Write): Promise<Order> => {
  const session = await pool.connect()
  let failed: unknown
  try {
    return await carryOut(session, asked)
  } catch (error) {
    failed = error
    throw error
  } finally {
    session.release(failed !== undefined && !(failed instanceof NotPossible))
  }
}

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

const latest = async (pool: pg.Pool): Promise<{ id: string; name: string; state: Order['state']; total: string; items: string; placed_at: Date }[]> => (await pool.query<{ id: string; name: string; state: Order['state']; total: string; items: string; placed_at: Date }>(
  `SELECT o.id, p.name, o.state, o.total::text, o.placed_at,
     (SELECT string_agg(l.quantity || ' × ' || a.title, ', ' ORDER BY l.line) FROM order_lines l JOIN articles a ON a.id = l.article_id WHERE l.order_id = o.id) AS items
   FROM orders o JOIN people p ON p.id = o.person_id ORDER BY o.id DESC LIMIT 12`,
)).rows

const forSale = async (pool: pg.Pool): Promise<object[]> => (await pool.query<object>('SELECT id::integer AS article, title, price::text FROM articles WHERE is_active ORDER BY id')).rows

const totals = async (pool: pg.Pool): Promise<object> => (await pool.query<object>(
  `SELECT count(*) AS orders, count(*) FILTER (WHERE state = 'open') AS open, coalesce(sum(total) FILTER (WHERE state <> 'cancelled'), 0)::text AS sold,
     (SELECT count(*) FROM invoices) AS invoices, (SELECT sum(received - on_hand) FROM stock) AS taken FROM orders`,
)).rows[0] ?? {}

const logo = async (pool: pg.Pool): Promise<Answer> => {
  const { rows } = await pool.query<{ media_type: string; content: Buffer }>("SELECT media_type, lo_get(content) AS content FROM pictures WHERE name = 'logo'")
  return rows[0] === undefined ? { status: 404, body: { error: 'there is no logo' } } : { status: 200, body: rows[0].content, type: rows[0].media_type }
}

const page = async ({ pool, maintenance, home }: Desk): Promise<string> => {
  const { rows } = await pool.query<{ shop: string | null; server: string; count: string; open: string; hour: string }>(
    `SELECT (SELECT value->>'name' FROM settings WHERE key = 'shop') AS shop, current_setting('server_version') AS server, count(*) AS count, count(*) FILTER (WHERE state = 'open') AS open,
       coalesce(sum(total) FILTER (WHERE placed_at > now() - interval '1 hour'), 0)::text AS hour FROM orders`,
  )
  const [facts] = rows
  const orders = await latest(pool)
  const euros = (amount: string): string => new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' }).format(Number(amount))
  const number = (count: string | undefined): string => new Intl.NumberFormat('en-IE').format(Number(count ?? 0))
  return pageOf({
    shop: facts?.shop ?? 'A new shop', home, server: facts?.server.split(' ')[0] ?? '', inMaintenance: maintenance.isOn, open: number(facts?.open), today: euros(facts?.hour ?? '0'), count: number(facts?.count),
    orders: orders.map(o => ({ id: o.id, name: o.name, state: o.state, total: euros(o.total), items: o.items, at: o.placed_at })),
  })
}
