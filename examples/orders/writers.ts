import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { openLog, type Log } from './log.ts'
import { orderSchema, type Order, type Write } from './writes.ts'

export type WritersOptions = {
  /** Where people reach the shop: the proxy. */
  readonly url: string
  /** How many customers; the n-th is the person with the id n. */
  readonly customers: number
  /** Writes a second, all together, while the shop takes them. */
  readonly perSecond: number
  /** Lines are added to this file. */
  readonly log: string
  readonly signal?: AbortSignal
}

export type Writers = {
  readonly acknowledged: number
  /** When the last was acknowledged, and by which home. */
  readonly last: { readonly at: number; readonly home: string } | undefined
  /** Lets the writes under way be acknowledged, for `patienceMs` at most, and ends. Repeatable. */
  stop(patienceMs?: number): Promise<void>
}

/** How often a customer who was sent away knocks again. The freeze is measured to about this; a person would wait for as long as Retry-After says. */
const knockMs = 20
/** How long an answer is waited for before the same is asked again. */
const answerWithinMs = 10_000

/** Customers who place, change, cancel and ship orders of their own. What is not answered is asked again under the same token until it is. */
export const startWriters = async (options: WritersOptions): Promise<Writers> => {
  const log = openLog(options.log)
  const articles = await forSale(options.url)
  const [enough, hurry] = [new AbortController(), new AbortController()]
  options.signal?.addEventListener('abort', () => { enough.abort(); hurry.abort() }, { once: true })
  const state: State = { ...options, book: log, articles, acknowledged: 0, last: undefined }
  const all = Promise.all(Array.from({ length: options.customers }, (_, n) => beCustomer(state, n + 1, enough.signal, hurry.signal)))
  all.catch(() => { /* thrown by stop */ })
  return {
    get acknowledged() { return state.acknowledged },
    get last() { return state.last },
    async stop(patienceMs = 5_000) {
      enough.abort()
      const timer = setTimeout(() => hurry.abort(), patienceMs)
      await all
      clearTimeout(timer)
      if (!closed.has(log)) log[Symbol.dispose]()
      closed.add(log)
    },
  }
}

const closed = new WeakSet<Log>()

type State = Pick<WritersOptions, 'url' | 'customers' | 'perSecond'> & { readonly book: Log; readonly articles: readonly number[]; acknowledged: number; last: Writers['last'] }

const forSale = async (url: string): Promise<number[]> => {
  const response = await fetch(`${url}/articles`)
  if (!response.ok) throw new Error(`the shop answered ${response.status} when asked what is for sale`)
  return z.array(z.object({ article: z.number() })).parse(await response.json()).map(a => a.article)
}

/** A few orders in hand are enough: an older one is left as it is. */
const mostInHand = 20

const beCustomer = async (state: State, person: number, enough: AbortSignal, hurry: AbortSignal): Promise<void> => {
  const inHand: Order[] = []
  // Not all at the same moment.
  let next = performance.now() + Math.random() * (1000 * state.customers) / state.perSecond
  for (;;) {
    await sleep(Math.max(0, next - performance.now()), undefined, { signal: enough }).catch(() => { /* the end */ })
    if (enough.aborted) return
    // What an outage has held up is not made up for.
    next = Math.max(next + (1000 * state.customers) / state.perSecond, performance.now() - 50)
    const write = choose(state.articles, person, inHand)
    state.book.add({ type: 'asked', at: now(), write })
    const order = await insist(state, write, hurry)
    if (order === undefined) continue
    const at = inHand.findIndex(o => o.order === order.order)
    if (at >= 0) inHand.splice(at, 1)
    if (order.state === 'open') inHand.push(order)
    if (inHand.length > mostInHand) inHand.shift()
  }
}

const choose = (articles: readonly number[], person: number, inHand: readonly Order[]): Write => {
  const token = randomUUID()
  const [dice, quantity] = [Math.random(), below(5) + 1]
  const mine = inHand[below(inHand.length)]
  const note = `${['leave it at the door', 'ring twice', 'for the neighbour', 'ein Geschenk für Möwe & Co', '"quotes", \\ and, commas'][below(5)]} ${token.slice(0, 8)}`
  if (mine === undefined || dice < 0.45) return { verb: 'place', token, person, note, lines: Array.from(new Set([pick(articles), pick(articles)]), article => ({ article, quantity: below(3) + 1 })) }
  if (dice < 0.8) return { verb: 'change', token, order: mine.order, note, quantity }
  return { verb: dice < 0.93 ? 'ship' : 'cancel', token, order: mine.order }
}

const below = (most: number): number => Math.floor(Math.random() * most)
const pick = (articles: readonly number[]): number => articles[below(articles.length)] ?? 1
const now = (): number => performance.timeOrigin + performance.now()

/** Undefined: refused for good, or we were told to hurry. */
const insist = async (state: State, write: Write, hurry: AbortSignal): Promise<Order | undefined> => {
  for (let tries = 1; !hurry.aborted; tries++) {
    const sentAt = now()
    const said = await askOnce(state.url, write, hurry)
    if (said.says === 'done') {
      const at = now()
      state.book.add({ type: 'done', at, sentAt, tries, home: said.home, token: write.token, answer: said.order })
      state.acknowledged++
      state.last = { at, home: said.home }
      return said.order
    }
    if (said.says === 'no') {
      state.book.add({ type: 'refused', at: now(), token: write.token, why: said.why })
      return undefined
    }
    await sleep(knockMs, undefined, { signal: hurry }).catch(() => { /* the end */ })
  }
  return undefined
}

type Said = { readonly says: 'done'; readonly home: string; readonly order: Order } | { readonly says: 'later' } | { readonly says: 'no'; readonly why: string }

/** A connection that is refused or reset, and anything the shop is to blame for, is asked again. */
const askOnce = async (url: string, write: Write, hurry: AbortSignal): Promise<Said> => {
  let response: Response
  let body: string
  try {
    response = await fetch(`${url}/orders`, { method: 'POST', body: JSON.stringify(write), headers: { 'content-type': 'application/json' }, signal: AbortSignal.any([hurry, AbortSignal.timeout(answerWithinMs)]) })
    body = await response.text()
  } catch {
    return { says: 'later' }
  }
  if (response.status >= 500) return { says: 'later' }
  if (!response.ok) return { says: 'no', why: body.slice(0, 200) }
  return { says: 'done', home: decodeURIComponent(response.headers.get('x-home') ?? ''), order: orderSchema.parse(JSON.parse(body)) }
}

/**
 * `node examples/orders/writers.ts URL LOG [customers] [per second]` until SIGTERM, or until the process that started it is gone. Tells a parent that is node
 * twice a second how many were acknowledged, and by whom last.
 */
if (import.meta.main) {
  const [, , url = '', log = '', customers = '8', perSecond = '100'] = process.argv
  const writers = await startWriters({ url, log, customers: Number(customers), perSecond: Number(perSecond) })
  const tell = setInterval(() => { if (process.connected) process.send?.({ acknowledged: writers.acknowledged, ...writers.last }) }, 500)
  process.stdout.write('writing\n')
  const end = (): void => {
    clearInterval(tell)
    void writers.stop().then(() => process.exit(0))
  }
  process.on('SIGTERM', end).on('disconnect', end).on('SIGINT', () => { /* Ctrl-C at a terminal is for who started us */ })
}
