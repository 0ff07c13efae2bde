import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { until } from '#test/services/until.ts'
import { useShop } from './fixture.ts'
import { freezesOf, readLog, spansOf, type Line } from './log.ts'
import { checkOrders } from './oracle.ts'
import { startWriters } from './writers.ts'

const directory = await mkdtemp(join(tmpdir(), 'rehome-oracle-'))
after(() => rm(directory, { recursive: true }))
const log = join(directory, 'writes.jsonl')
const shop = await useShop({ after })

const writers = await startWriters({ url: shop.product.url, customers: 4, perSecond: 200, log })
await until('a few hundred writes', () => writers.acknowledged >= 200)
await writers.stop()
const lines = readLog(log)
const written = lines.filter((line): line is Extract<Line, { type: 'done' }> => line.type === 'done')

test('a shop that was left alone is found as it was acknowledged', async () => {
  const verdict = await checkOrders(shop.superuserUrl, log)
  assert.deepEqual(verdict.wrong, [])
  assert.deepEqual(verdict.uncertain, [])
  assert.equal(verdict.acknowledged, written.length)
  assert.ok(verdict.orders > 20)
  assert.deepEqual(lines.filter(line => line.type === 'refused'), [])
  assert.deepEqual(new Set(written.map(line => line.answer.state)), new Set(['open', 'shipped', 'cancelled']), 'the writers left something untried')
})

/** What the oracle says after a change made behind the product's back. The change is taken back from a copy of the tables. */
const afterChange = async (change: string): Promise<string> => {
  const tables = ['requests', 'orders', 'order_lines', 'invoices', 'shipments', 'stock', 'events']
  const names = ['events_2025', 'events_2026', 'events_other', ...tables.filter(t => t !== 'events')]
  await shop.query(`CREATE SCHEMA kept; ${names.map(t => `CREATE TABLE kept.${t} AS SELECT * FROM ${t}`).join(';')}`)
  try {
    // What would keep a doubled row out, and what would take other rows along with a deleted one.
    await shop.query(`SET session_replication_role = replica; ${dropKeys} ${change}`)
    return (await checkOrders(shop.superuserUrl, log)).wrong.join('\n')
  } finally {
    await shop.query(`SET session_replication_role = replica; ${names.map(t => `DELETE FROM ${t}`).join(';')}; ${names.map(t => restore(t)).join(';')}; DROP SCHEMA kept CASCADE`)
    assert.deepEqual((await checkOrders(shop.superuserUrl, log)).wrong, [], 'the test did not clear up')
  }
}

/** Keys and identities stand in the way of a doubled row: they go with the first change, for good. */
const dropKeys = `DO $$ DECLARE c record; BEGIN
  FOR c IN SELECT conrelid::regclass AS t, conname FROM pg_constraint WHERE contype IN ('p','u') AND connamespace = 'public'::regnamespace AND conparentid = 0 LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', c.t, c.conname); END LOOP;
END $$;`

const generated: Readonly<Record<string, readonly string[]>> = { orders: ['total'], order_lines: ['amount'] }
const restore = (table: string): string => {
  const left = generated[table] ?? []
  const columns = `(SELECT string_agg(quote_ident(attname), ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'public.${table}'::regclass AND attnum > 0 AND NOT attisdropped AND attname <> ALL('{${left.join(',')}}'))`
  return `DO $$ DECLARE c text := ${columns}; BEGIN EXECUTE format('INSERT INTO public.${table} (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM kept.${table}', c, c); END $$`
}

const anOrder = written.findLast(line => line.answer.state === 'open')?.answer.order ?? 0
const aShipped = written.findLast(line => line.answer.state === 'shipped')?.answer.order ?? 0
const aToken = written[7]?.token ?? ''

const changes: readonly (readonly [what: string, sql: string, finds: RegExp])[] = [
  ['a lost write', `DELETE FROM requests WHERE token = '${aToken}'`, /^lost: the write/m],
  ['a doubled write', `INSERT INTO requests SELECT * FROM requests WHERE token = '${aToken}'`, /^doubled: the write/m],
  ['a changed answer', `UPDATE requests SET answer = jsonb_set(answer, '{note}', '"x"') WHERE token = '${aToken}'`, /^changed: the answer/m],
  ['a write that nobody asked for', "INSERT INTO requests VALUES (gen_random_uuid(), 'place')", /^stray: the write/m],
  ['a lost order', `DELETE FROM orders WHERE id = ${anOrder}`, /^lost: order/m],
  ['a doubled order', `INSERT INTO orders (id, person_id, state, note, net, tax, revision) OVERRIDING SYSTEM VALUE SELECT id, person_id, state, note, net, tax, revision FROM orders WHERE id = ${anOrder}`, /^doubled: order/m],
  ['an order placed a second time under another number', `INSERT INTO orders (person_id, state, note, revision) SELECT person_id, state, note, revision FROM orders WHERE id = ${anOrder}`, /^sums: 1 orders have not one event/m],
  ['a changed note', `UPDATE orders SET note = note || ' ' WHERE id = ${anOrder}`, /^changed: order/m],
  ['an order that is one write behind', `UPDATE orders SET revision = revision - 1 WHERE id = ${anOrder}`, /^changed: order/m],
  ['a seeded order with another amount', 'UPDATE orders SET net = net + 0.01 WHERE id = 3', /^sums: 1 orders have another net/m],
  ['a lost line', `DELETE FROM order_lines WHERE order_id = ${anOrder} AND line = 1`, /^changed: order/m],
  ['a doubled line', `INSERT INTO order_lines (order_id, line, article_id, quantity, unit_price) SELECT order_id, line, article_id, quantity, unit_price FROM order_lines WHERE order_id = ${anOrder} AND line = 1`, /^changed: order/m],
  ['a lost invoice', `DELETE FROM invoices WHERE order_id = ${aShipped}`, /^sums: 1 orders were shipped without just one invoice/m],
  ['a doubled invoice', `INSERT INTO invoices SELECT * FROM invoices WHERE order_id = ${aShipped}`, /^sums: 1 invoice numbers are there twice/m],
  ['a lost shipment', `DELETE FROM shipments WHERE order_id = ${aShipped}`, /without just one shipment/m],
  ['a lost event', `DELETE FROM events WHERE detail->>'token' = '${aToken}'`, /^events: the write/m],
  ['a doubled event', 'INSERT INTO events (order_id, at, kind, detail) SELECT order_id, at, kind, detail FROM events WHERE order_id = 5 LIMIT 1', /^sums: 1 orders have not one event/m],
  ['a stock that is one off', "UPDATE stock SET on_hand = on_hand - 1 WHERE article_id = 1 AND warehouse = 'main'", /^sums: 1 articles have a stock/m],
]

for (const [what, sql, finds] of changes) test(`${what} is found`, async () => assert.match(await afterChange(sql), finds))

test('a write whose answer was lost is listed, and may be there or not', async () => {
  const cut = join(directory, 'cut.jsonl')
  const text = await readFile(log, 'utf8')
  const last = written.at(-1)?.token ?? ''
  await writeFile(cut, `${text.split('\n').filter(line => !(line.startsWith('{"type":"done"') && line.includes(last))).join('\n')}`)
  const { wrong, uncertain } = await checkOrders(shop.superuserUrl, cut)
  assert.deepEqual(wrong, [])
  assert.deepEqual(uncertain.map(write => write.token), [last])
})

test('a line that was cut off says nothing', async () => {
  const cut = join(directory, 'half.jsonl')
  const text = await readFile(log, 'utf8')
  await writeFile(cut, text.slice(0, -20))
  assert.equal(readLog(cut).length, lines.length - 1)
})

test('the freeze lies between the last write of one home and the first of the next, whatever arrives late', () => {
  const answer = written[0]?.answer ?? assert.fail('nothing written')
  const done = (home: string, sentAt: number, at: number): Line => ({ type: 'done', home, sentAt, at, tries: 1, token: aToken, answer })
  const spans = spansOf([done('a', 1, 2), done('a', 3, 10), done('b', 4, 30), done('a', 9, 31), done('b', 31, 40), done('a', 50, 55)])
  assert.deepEqual(freezesOf(spans), [{ from: 'a', to: 'b', ms: -1 }, { from: 'b', to: 'a', ms: 15 }])
  assert.deepEqual(spans.map(span => span.count), [3, 2, 1])
})
