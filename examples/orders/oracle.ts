import type pg from 'pg'
import { readLog, type Line } from './log.ts'
import { openSession } from './sessions.ts'
import { orderSchema, type Order, type Write } from './writes.ts'

export type Verdict = {
  readonly acknowledged: number
  /** Orders that the writers placed or changed. */
  readonly orders: number
  /** Their answer was lost: each may have been carried out once, or not at all. */
  readonly uncertain: readonly Write[]
  /** Sentences of what is wrong; none: nothing is lost, nothing is doubled, everything is as it was last acknowledged. */
  readonly wrong: readonly string[]
}

/**
 * What a home's database has against what the shop's customers were told. For a shop that `seed` filled and that nobody but these writers wrote to, and while
 * nobody writes. Reads as whoever the URL says, by SQL of its own: nothing of the product's code is trusted.
 */
export const checkOrders = async (url: string, logFile: string): Promise<Verdict> => {
  const told = gather(readLog(logFile))
  await using session = await openSession(url)
  await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  const wrong = [...(await wrongRequests(session, told)), ...(await wrongOrders(session, told)), ...(await wrongSums(session))]
  return { acknowledged: told.done.size, orders: told.latest.size, uncertain: [...told.pending.values()], wrong }
}

type Told = {
  readonly done: ReadonlyMap<string, Order>
  readonly pending: ReadonlyMap<string, Write>
  /** Each order as it was last acknowledged: one customer writes an order, one write after the other. */
  readonly latest: ReadonlyMap<number, Order>
}

const gather = (lines: readonly Line[]): Told => {
  const [done, pending, latest] = [new Map<string, Order>(), new Map<string, Write>(), new Map<number, Order>()]
  for (const line of lines) {
    if (line.type === 'asked') pending.set(line.write.token, line.write)
    else pending.delete(line.token)
    if (line.type !== 'done') continue
    done.set(line.token, line.answer)
    latest.set(line.answer.order, line.answer)
  }
  return { done, pending, latest }
}

const mostOfAKind = 10
const few = <T>(wrong: readonly T[], say: (one: T) => string): string[] => [
  ...wrong.slice(0, mostOfAKind).map(say), ...(wrong.length > mostOfAKind ? [`and ${wrong.length - mostOfAKind} more like it`] : []),
]

/** Every token stands once among the requests, with the answer that was given, and once among the events. */
const wrongRequests = async (session: pg.Client, { done, pending }: Told): Promise<string[]> => {
  const { rows } = await session.query<{ token: string; answer: unknown; times: number; events: number }>(
    `SELECT r.token, min(r.answer::text)::jsonb AS answer, count(DISTINCT r.ctid)::integer AS times, coalesce(min(e.times), 0)::integer AS events
     FROM requests r LEFT JOIN (SELECT detail->>'token' AS token, count(*) AS times FROM events GROUP BY 1) e ON e.token = r.token::text GROUP BY r.token`,
  )
  const found = new Map(rows.map(row => [row.token, row]))
  return [
    ...few([...done].filter(([token]) => !found.has(token)), ([token, answer]) => `lost: the write ${token} of order ${answer.order} was acknowledged and is not there`),
    ...few(rows.filter(row => row.times > 1), row => `doubled: the write ${row.token} is there ${row.times} times`),
    ...few(rows.filter(row => !done.has(row.token) && !pending.has(row.token)), row => `stray: the write ${row.token} is there and nobody asked for it`),
    ...few(rows.filter(row => done.has(row.token) && textOf(done.get(row.token)) !== textOf(row.answer)), row => `changed: the answer to ${row.token} is not what was answered`),
    ...few(rows.filter(row => row.events !== 1), row => `events: the write ${row.token} has ${row.events} entries, not one`),
  ]
}

/** The same text for the same order, whatever the order of its members. */
const textOf = (order: unknown): string => {
  const read = orderSchema.safeParse(order)
  return read.success ? JSON.stringify(read.data) : JSON.stringify(order ?? null)
}

/** Orders are as they were last acknowledged. Of one with a write whose answer was lost, that write may have come on top. */
const wrongOrders = async (session: pg.Client, { latest, pending }: Told): Promise<string[]> => {
  const { rows } = await session.query<{ id: string; is: unknown }>(
    `SELECT o.id, json_build_object('order', o.id, 'state', o.state, 'revision', o.revision, 'note', o.note, 'total', o.total::text,
       'lines', (SELECT json_agg(json_build_object('article', article_id, 'quantity', quantity) ORDER BY line) FROM order_lines WHERE order_id = o.id)) AS is
     FROM orders o WHERE o.id = ANY($1)`, [[...latest.keys()]])
  const found = Map.groupBy(rows, row => Number(row.id))
  const open = new Set([...pending.values()].map(write => (write.verb === 'place' ? 0 : write.order)))
  return [
    ...few([...latest.keys()].filter(id => !found.has(id)), id => `lost: order ${id} was acknowledged and is not there`),
    ...few([...found].filter(([, same]) => same.length > 1), ([id, same]) => `doubled: order ${id} is there ${same.length} times`),
    ...few([...found].filter(([id, [row]]) => !fits(latest.get(id), row?.is, open.has(id))), ([id, [row]]) => `changed: order ${id} is ${textOf(row?.is)}, last acknowledged was ${textOf(latest.get(id))}`),
  ]
}

const fits = (told: Order | undefined, is: unknown, mayBeOneOn: boolean): boolean => {
  if (textOf(told) === textOf(is)) return true
  const read = orderSchema.safeParse(is)
  return mayBeOneOn && read.success && told !== undefined && read.data.revision === told.revision + 1
}

/** What must hold of every row of the shop, seeded or written. */
const sums: readonly (readonly [says: string, query: string])[] = [
  ['orders have another net amount than their lines', 'SELECT o.id FROM orders o LEFT JOIN order_lines l ON l.order_id = o.id GROUP BY o.id, o.net HAVING o.net <> coalesce(sum(l.amount), 0)'],
  ['orders have a total that is not net and tax', 'SELECT id FROM orders WHERE total <> net + tax'],
  ['orders have not one event for each revision', 'SELECT o.id FROM orders o LEFT JOIN (SELECT order_id, count(*) AS times FROM events GROUP BY 1) e ON e.order_id = o.id WHERE o.revision <> coalesce(e.times, 0)'],
  ['events are of orders that are not there', 'SELECT order_id FROM events e WHERE NOT EXISTS (SELECT FROM orders o WHERE o.id = e.order_id)'],
  ['orders were shipped without just one invoice over their total, or have one unshipped', "SELECT o.id FROM orders o LEFT JOIN invoices i ON i.order_id = o.id AND i.amount = o.total GROUP BY o.id, o.state HAVING count(i.number) <> CASE o.state WHEN 'shipped' THEN 1 ELSE 0 END"],
  ['invoices are of no order, or over another amount', 'SELECT number FROM invoices i WHERE NOT EXISTS (SELECT FROM orders o WHERE o.id = i.order_id AND o.total = i.amount)'],
  ['invoice numbers are there twice', 'SELECT number FROM invoices GROUP BY number HAVING count(*) > 1'],
  ['orders were shipped without just one shipment, or have one unshipped', "SELECT o.id FROM orders o LEFT JOIN shipments s ON s.order_id = o.id GROUP BY o.id, o.state HAVING count(s.id) <> CASE o.state WHEN 'shipped' THEN 1 ELSE 0 END"],
  ['articles have a stock that their orders do not account for', `SELECT s.article_id FROM stock s
     LEFT JOIN (SELECT l.article_id, sum(l.quantity) AS taken FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.state <> 'cancelled' GROUP BY 1) t ON t.article_id = s.article_id
     WHERE s.warehouse = 'main' AND s.received - s.on_hand <> coalesce(t.taken, 0)`],
]

const wrongSums = async (session: pg.Client): Promise<string[]> => {
  const wrong: string[] = []
  for (const [says, query] of sums) {
    const { rows } = await session.query<{ id: string; of: number }>(`SELECT q.id::text, count(*) OVER ()::integer AS of FROM (${query}) q(id) LIMIT 3`)
    const [first] = rows
    if (first !== undefined) wrong.push(`sums: ${first.of} ${says}: ${rows.map(r => r.id).join(', ')}${first.of > rows.length ? ' …' : ''}`)
  }
  return wrong
}

/** `DATABASE_URL=postgres://… node examples/orders/oracle.ts LOG`: exit status 1 when anything is wrong. */
if (import.meta.main) {
  const url = process.env['DATABASE_URL']
  if (url === undefined) throw new Error('DATABASE_URL is not set')
  const { wrong, ...verdict } = await checkOrders(url, process.argv[2] ?? '')
  console.log(wrong.length === 0 ? `${verdict.acknowledged} acknowledged writes of ${verdict.orders} orders: nothing lost, nothing doubled, everything as acknowledged. Answers lost on the way: ${verdict.uncertain.length}.` : wrong.join('\n'))
  process.exitCode = wrong.length === 0 ? 0 : 1
}
