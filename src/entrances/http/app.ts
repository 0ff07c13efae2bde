import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { secureHeaders } from 'hono/secure-headers'
import { z } from 'zod'
import { asCaller, callerOf, type SignedIn } from '#control/ground/callers.ts'
import { isRefused } from '#control/ground/desk.ts'
import type { World } from '#control/ground/world.ts'
import { Fault } from '#domain/faults.ts'
import { sha256 } from '#lib/hash.ts'
import { canonical } from '#lib/canonical.ts'
import { api } from '#wire/api.ts'
import type { Endpoint } from '#wire/endpoint.ts'
import { bindings } from './bindings.ts'
import { type Call, isLook } from './call.ts'
import { addressBehind, type AddressOf } from './address.ts'
import { browserOf } from './browser.ts'
import { addExports } from './exports.ts'
import { addBundles } from './bundles.ts'
import { feeds } from './feeds.ts'
import { addFront } from './front.ts'
import { limited, limitedByAddress, type Limits, usualLimits } from './limits.ts'
import type { Metrics } from './metrics.ts'
import { addLive } from './live.ts'
import { nobody } from './nobody.ts'
import { openApi } from './openapi.ts'
import { addProbe } from './probe.ts'
import { addPapers } from './papers.ts'
import { faultProblem, inputProblem, localeOf, otherProblem, problem, refuse } from './problem.ts'
import type { Reporter } from './reporter.ts'
import { addPages } from './pages.ts'
import { isFromElsewhere, tokenOf } from './token.ts'
import { addWeb, type Web } from './web.ts'

const mostBytes = 4 * 2 ** 20
const mostImportBytes = 16 * 2 ** 20
/** Lists, documents, and pieces of archives and back-ups. */
const takesFiles = /^\/api\/(import\/|documents$|tenants\/[^/]+\/users$|orders\/[^/]+\/(files|backup)$)/
/** Evidence among them. */
const mostReportBytes = 32 * 2 ** 20
const atMost = (bytes: number) => bodyLimit({ maxSize: bytes, onError: c => problem(c, otherProblem(413, 'too-large', { en: `A request may be ${bytes} bytes long.`, ja: `送信できるのは ${bytes.toLocaleString('ja-JP')} バイトまでです。` }, localeOf(c))) })

/** Of the worker that control keeps beside itself. */
export type WorkerState = 'starts' | 'works' | 'is-down'

/** `stopping`: the server is about to end, and nobody is kept waiting. */
export type AppOptions = { /** Without it there is no worker beside. */ readonly worker?: () => WorkerState; readonly limits?: Limits; readonly metrics?: Metrics; readonly stopping?: AbortSignal; /** Addresses of the proxies before it. */ readonly proxies?: readonly string[]; /** Console and portal. */ readonly web?: Web }

/** The whole HTTP interface as one function from requests to responses. */
export const appOf = (world: World, reporter: Reporter, { limits = usualLimits, metrics, stopping = new AbortController().signal, proxies = [], web, worker }: AppOptions = {}): Hono => {
  const app = new Hono()
  const addressOf = addressBehind(proxies)
  // Before the rest: pages of their own have headers of their own.
  addPages(app, world, limitedByAddress(limits, addressOf))
  if (web !== undefined) addWeb(app, world, web)
  app.use(secureHeaders())
  app.use(async (c, next) => {
    await next()
    if (stopping.aborted) c.header('connection', 'close')
  })
  app.use('/api/*', (c, next) => atMost(takesFiles.test(c.req.path) ? mostImportBytes : /^\/api\/orders\/[^/]+\/reports$/.test(c.req.path) ? mostReportBytes : mostBytes)(c, next))
  // What is told here is of today, and some of it is secret: no browser and nothing on the way keeps it.
  app.use('/api/*', async (c, next) => {
    await next()
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store')
  })
  app.use('/api/*', limited(limits, addressOf))
  app.use('/probe/*', limited(limits, addressOf))
  app.get('/healthz', async c => {
    await world.ledger.read(view => view.list('vendor', {}, { limit: 1 }))
    return c.json({ ok: true, ...(worker === undefined ? {} : { worker: worker() }) })
  })
  if (metrics !== undefined) app.get('/metrics', async c => c.body(await metrics.text(), 200, { 'content-type': metrics.type }))
  app.get('/openapi.json', c => c.json(openApi()))
  const open = limitedByAddress(limits, addressOf)
  for (const [name, endpoint] of Object.entries(api) as [keyof typeof api, Endpoint][]) {
    if (endpoint.open === true) app.on(endpoint.method, pathOf(endpoint), open)
    app.on(endpoint.method, pathOf(endpoint), async c => {
      const began = world.clock.elapsed()
      const response = await answer(c, world, endpoint, bindings[name] as Bound, { stopping, addressOf })
      reporter.answered(name, response.status, world.clock.elapsed() - began)
      return response
    })
  }
  if (web === undefined) addFront(app, world)
  addExports(app, world)
  addProbe(app, world)
  addPapers(app, world)
  addBundles(app, world, limitedByAddress(limits, addressOf))
  addLive(app, world, stopping)
  app.use('/feeds/*', limited(limits, addressOf))
  app.route('/', feeds(world))
  app.notFound(c => problem(c, otherProblem(404, 'no-such-address', { en: `There is nothing at ${c.req.method} ${c.req.path}. /openapi.json lists what there is.`, ja: `${c.req.method} ${c.req.path} はありません。一覧は /openapi.json にあります。` }, localeOf(c))))
  app.onError((error, c) => {
    if (!(error instanceof Fault)) reporter.failed(error)
    return problem(c, error instanceof Fault ? faultProblem(error, localeOf(c)) : otherProblem(500, 'bug', { en: 'Rehome made a mistake; it is in its log. Nothing was changed.', ja: 'Rehome でエラーが発生しました。内容はログに記録されています。何も変更していません。' }, localeOf(c)))
  })
  return app
}

const pathOf = ({ path }: Endpoint): string => path.replaceAll(/\{(\w+)\}/g, ':$1')

type Bound = (call: Call, input: unknown) => Promise<unknown>
type Around = { readonly stopping: AbortSignal; readonly addressOf: AddressOf }

const answer = async (c: Context, world: World, endpoint: Endpoint, work: Bound, around: Around): Promise<Response> => {
  if (endpoint.method === 'POST' && isFromElsewhere(c, world.site)) return refuse(c, { refused: 'another-site' })
  const token = tokenOf(c)
  const ask = (caller?: SignedIn, view?: Call['view']) => carryOut(c, world, endpoint, work, { ...around, caller, view, token })
  const result = token === undefined ? await ask() : isLook(work) ? await asCaller(world, token, ask) : await ask(await callerOf(world, token))
  if (result instanceof Response) return result
  return isRefused(result) ? refuse(c, result) : c.json(z.encode(endpoint.answer, result as never) as object)
}

type Asked = Around & { readonly caller: SignedIn | undefined; readonly view: Call['view'] | undefined; readonly token: string | undefined }

/** What the use case answers; a response where it was not asked at all. */
const carryOut = async (c: Context, world: World, endpoint: Endpoint, work: Bound, { stopping, addressOf, caller, view, token }: Asked): Promise<unknown> => {
  if (caller === undefined && endpoint.open !== true) return refuse(c, { refused: 'not-signed-in' })
  const sent = await read(c, endpoint)
  if (sent === undefined) return problem(c, otherProblem(400, 'input', 'The body is no JSON object.'))
  const parsed = z.safeDecode(endpoint.input, sent)
  if (!parsed.success) return problem(c, inputProblem(parsed.error, localeOf(c)))
  const key = c.req.header('idempotency-key')
  if (key !== undefined && (endpoint.method === 'GET' || key.length > 200)) return problem(c, otherProblem(400, 'input', 'An idempotency key is for a POST, and at most 200 characters long.'))
  return await work({
    world, caller: caller ?? nobody, from: addressOf(c), signal: AbortSignal.any([c.req.raw.signal, stopping]), browser: browserOf(c, world), ...(caller?.session === undefined || token === undefined ? {} : { session: caller.session, token }), ...(view === undefined ? {} : { view }),
    ...(key === undefined ? {} : { request: { key, fingerprint: sha256(canonical([endpoint.path, sent])) } }),
  }, parsed.data)
}

/** Everything that was sent as one object: what the path names, and the query or the body. */
const read = async (c: Context, { method }: Endpoint): Promise<Readonly<Record<string, unknown>> | undefined> => {
  if (method === 'GET') return { ...c.req.query(), ...c.req.param() }
  const body: unknown = await c.req.text().then(text => (text === '' ? {} : JSON.parse(text))).catch(() => undefined)
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...body, ...c.req.param() } : undefined
}
