import type pg from 'pg'
import { z } from 'zod'

/** What can be asked of the shop; each is done once for its token, however often it is asked. */
export const writeSchema = z.discriminatedUnion('verb', [
  z.strictObject({ verb: z.literal('place'), token: z.uuid(), person: z.int().positive(), note: z.string().max(2_000), lines: z.array(z.strictObject({ article: z.int().positive(), quantity: z.int().min(1).max(100) })).min(1).max(20) }),
  z.strictObject({ verb: z.literal('change'), token: z.uuid(), order: z.int().positive(), note: z.string().max(2_000), quantity: z.int().min(1).max(100) }),
  z.strictObject({ verb: z.enum(['cancel', 'ship']), token: z.uuid(), order: z.int().positive() }),
])
export type Write = z.infer<typeof writeSchema>

/** An order as it stands, and as the answer to a write of it. Money as text: it is never a binary fraction. */
export const orderSchema = z.object({
  order: z.number(), state: z.enum(['open', 'shipped', 'cancelled']), revision: z.number(), note: z.string(), total: z.string(), lines: z.array(z.object({ article: z.number(), quantity: z.number() })),
})
export type Order = z.infer<typeof orderSchema>

/** The shop's rules forbid it: the order is not open, the article is not there, the stock does not suffice. */
export class NotPossible extends Error {
  override readonly name = 'NotPossible'
}

/** Carries a write out with everything that belongs to it, in the transaction that keeps its token and its answer; or finds the answer of the first time. */
export const carryOut = async (session: pg.ClientBase, write: Write): Promise<Order> => {
  await session.query('BEGIN')
  try {
    // Waits for another session that has the same token at this moment.
    const { rowCount } = await session.query('INSERT INTO requests (token, verb) VALUES ($1, $2) ON CONFLICT (token) DO NOTHING', [write.token, write.verb])
    if (rowCount === 0) return await answerOf(session, write.token)
    const id = await act(session, write)
    const order = await readOrder(session, id)
    await session.query('UPDATE requests SET order_id = $2, answer = $3 WHERE token = $1', [write.token, id, JSON.stringify(order)])
    await session.query('INSERT INTO events (order_id, kind, detail) VALUES ($1, $2, $3)', [id, write.verb, JSON.stringify({ token: write.token, revision: order.revision })])
    await session.query('COMMIT')
    return order
  } catch (error) {
    // A session that is lost has nothing to roll back, and the first error is the one to tell.
    await session.query('ROLLBACK').catch(() => { /* see above */ })
    throw error
  }
}

export const readOrder = async (session: pg.ClientBase | pg.Pool, id: number): Promise<Order> => {
  const { rows } = await session.query<{ answer: unknown }>(
    `SELECT json_build_object('order', o.id, 'state', o.state, 'revision', o.revision, 'note', o.note, 'total', o.total::text,
       'lines', (SELECT json_agg(json_build_object('article', article_id, 'quantity', quantity) ORDER BY line) FROM order_lines WHERE order_id = o.id)) AS answer
     FROM orders o WHERE o.id = $1`, [id])
  if (rows[0] === undefined) throw new NotPossible(`there is no order ${id}`)
  return orderSchema.parse(rows[0].answer)
}

const answerOf = async (session: pg.ClientBase, token: string): Promise<Order> => {
  const { rows } = await session.query<{ answer: unknown }>('SELECT answer FROM requests WHERE token = $1', [token])
  await session.query('COMMIT')
  return orderSchema.parse(rows[0]?.answer)
}

const act = (session: pg.ClientBase, write: Write): Promise<number> => {
  switch (write.verb) {
    case 'place': return place(session, write)
    case 'change': return change(session, write)
    case 'cancel': return cancel(session, write.order)
    case 'ship': return ship(session, write.order)
  }
}

type Placing = Extract<Write, { verb: 'place' }>

const place = async (session: pg.ClientBase, { person, note, lines }: Placing): Promise<number> => {
  const { rows } = await session.query<{ id: string }>('INSERT INTO orders (person_id, note) VALUES ($1, $2) RETURNING id', [person, note])
  const id = Number(rows[0]?.id)
  // In order of the article, so that two orders of the same articles do not wait for each other in a circle.
  for (const [n, { article, quantity }] of lines.toSorted((a, b) => a.article - b.article).entries()) {
    const { rowCount } = await session.query('INSERT INTO order_lines (order_id, line, article_id, quantity, unit_price) SELECT $1, $2, id, $4, price FROM articles WHERE id = $3 AND is_active', [id, n + 1, article, quantity])
    if (rowCount === 0) throw new NotPossible(`article ${article} is not for sale`)
    await take(session, article, quantity)
  }
  await addUp(session, id)
  return id
}

const change = async (session: pg.ClientBase, { order, note, quantity }: Extract<Write, { verb: 'change' }>): Promise<number> => {
  await toBe(session, order, 'open', 'changed')
  const { rows } = await session.query<{ article_id: string; quantity: number }>('SELECT article_id, quantity FROM order_lines WHERE order_id = $1 AND line = 1', [order])
  const [first] = rows
  if (first === undefined) throw new NotPossible(`order ${order} has no lines`)
  await session.query('UPDATE order_lines SET quantity = $2 WHERE order_id = $1 AND line = 1', [order, quantity])
  await take(session, Number(first.article_id), quantity - first.quantity)
  await session.query('UPDATE orders SET note = $2 WHERE id = $1', [order, note])
  await addUp(session, order)
  return order
}

const cancel = async (session: pg.ClientBase, order: number): Promise<number> => {
  await toBe(session, order, 'cancelled', 'cancelled')
  const { rows } = await session.query<{ article_id: string; quantity: number }>('SELECT article_id, quantity FROM order_lines WHERE order_id = $1 ORDER BY article_id', [order])
  for (const line of rows) await take(session, Number(line.article_id), -line.quantity)
  return order
}

const ship = async (session: pg.ClientBase, order: number): Promise<number> => {
  await toBe(session, order, 'shipped', 'shipped')
  await session.query('INSERT INTO invoices (order_id, amount) SELECT id, total FROM orders WHERE id = $1', [order])
  await session.query("INSERT INTO shipments (order_id, carrier) VALUES ($1, 'Post')", [order])
  await session.query("INSERT INTO documents (order_id, title, body) VALUES ($1, $2, repeat(md5($2), 100))", [order, `Delivery note of order ${order}`])
  // An older note is printed once more: its long text stays as it is.
  await session.query('UPDATE documents SET printed = printed + 1 WHERE id = 1 + $1 % 400', [order])
  return order
}

/** One more write of an open order; the row is locked by it until the end. */
const toBe = async (session: pg.ClientBase, order: number, state: Order['state'], what: string): Promise<void> => {
  const { rowCount } = await session.query("UPDATE orders SET state = $2, revision = revision + 1 WHERE id = $1 AND state = 'open'", [order, state])
  if (rowCount === 0) throw new NotPossible(`order ${order} is not open and cannot be ${what}`)
}

const take = async (session: pg.ClientBase, article: number, quantity: number): Promise<void> => {
  const { rowCount } = await session.query("UPDATE stock SET on_hand = on_hand - $2 WHERE article_id = $1 AND warehouse = 'main' AND on_hand >= $2", [article, quantity])
  if (rowCount === 0) throw new NotPossible(`there are not ${quantity} of article ${article}`)
}

const addUp = (session: pg.ClientBase, order: number): Promise<unknown> =>
  session.query('UPDATE orders SET net = s.net, tax = round(s.net * 0.19, 2) FROM (SELECT sum(amount) AS net FROM order_lines WHERE order_id = $1) s WHERE id = $1', [order])
